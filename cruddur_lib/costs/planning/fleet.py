"""A fleet: tables of one payer in one Region, which share the free tier and reserved capacity.

Each table keeps the policies of its own plan, and the search chooses the modes of all tables. It
starts from several choices and changes one table at a time until no change is cheaper. So it may
miss the cheapest choice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.planning.billed_hours import BilledHours, Hours
from cruddur_lib.costs.planning.modes import (
    DEFAULT_TERMS,
    BillingTerms,
    ModeCost,
    provisioned_cost,
)
from cruddur_lib.costs.planning.planner import (
    AUTOSCALED,
    FIXED,
    MAX_THROTTLED,
    ON_DEMAND,
    Plan,
    cheapest,
)
from cruddur_lib.costs.planning.search import Progress
from cruddur_lib.costs.planning.tariffs import provisioned_usd, tariffs
from cruddur_lib.costs.throughput.policies import ReadsWrites, ThroughputError
from cruddur_lib.costs.traffic.workload import Workload

Choice = dict[str, str]  # the mode of each table


@dataclass(frozen=True, eq=False)
class Fleet:
    """The plan of each table, its mode in the fleet, and what all tables cost."""

    plans: Mapping[str, Plan]
    modes: Mapping[str, str]
    provisioned: ModeCost | None  # all tables in provisioned mode together; None if there are none

    @property
    def outcomes(self) -> dict[str, ModeCost]:
        """What each table would cost alone in its mode."""
        return {table: self.plans[table].outcomes[mode] for table, mode in self.modes.items()}

    @property
    def usd(self) -> Decimal:
        """USD for the workloads of all tables."""
        on_demand = [one.usd for one in self.outcomes.values() if one.hours is None]
        return sum(on_demand, self.provisioned.usd if self.provisioned else Decimal(0))


def fleet(
    workloads: Mapping[str, Workload],
    book: PriceBook,
    max_throttled: float = MAX_THROTTLED,
    terms: BillingTerms = DEFAULT_TERMS,
    progress: Progress = lambda _: None,
) -> Fleet:
    """Return the cheapest modes found for several tables.

    Args:
        workloads: the demand on each table, all for the same minutes.
        book: the prices.
        max_throttled: the share of its demand that each capacity may throttle.
        terms: how capacity is billed.
        progress: called with the number of policies tried since the last call.

    Raises:
        ThroughputError: the workloads cover different minutes, or `max_throttled` is no share.
        PriceUnknown: the book lacks a price.
    """
    spans = {(one.start, one.minutes) for one in workloads.values()}
    if len(spans) != 1:
        raise ThroughputError(
            f"a fleet's workloads must cover the same minutes, got {len(spans)} different spans"
        )
    plans = {
        table: cheapest(one, book, max_throttled, terms, progress)
        for table, one in workloads.items()
    }
    search = _FleetSearch(plans, book, terms)
    choice = min(map(search.improved, search.first_choices()), key=search.usd)
    hours, some = search.hours(choice), next(iter(workloads.values()))
    together = None
    if hours is not None:
        together = provisioned_cost("provisioned", some, hours, book, terms=terms)
    return Fleet(plans, choice, together)


class _FleetSearch:
    """A search over the modes of tables that share the free tier and reserved capacity."""

    def __init__(self, plans: Mapping[str, Plan], book: PriceBook, terms: BillingTerms) -> None:
        """Collect the modes of each table that stay within its budget."""
        self._options = {
            table: {
                name: plan.outcomes[name]
                for name in (ON_DEMAND, FIXED, AUTOSCALED)
                if name in plan.outcomes and plan.within_budget(plan.outcomes[name])
            }
            for table, plan in plans.items()
        }
        self._best = {table: plan.best.name for table, plan in plans.items()}
        self._tariffs = tariffs(book, free_tier=terms.free_tier, years=terms.reserved)
        self._months = BilledHours.of(next(iter(plans.values())).workload)

    def first_choices(self) -> Iterator[Choice]:
        """Yield each table's own best mode, and then one mode for all tables that have it."""
        yield dict(self._best)
        for mode in (ON_DEMAND, FIXED, AUTOSCALED):
            yield {
                table: mode if mode in options else self._best[table]
                for table, options in self._options.items()
            }

    def improved(self, choice: Choice) -> Choice:
        """Return the choice after changing one table's mode at a time while that is cheaper."""
        while True:
            before = dict(choice)
            for table, options in self._options.items():
                choice = min(({**choice, table: mode} for mode in options), key=self.usd)
            if self.usd(choice) >= self.usd(before):
                return before

    def usd(self, choice: Choice) -> float:
        """Return USD of all tables."""
        chosen = [self._options[table][mode] for table, mode in choice.items()]
        total = sum(float(one.usd) for one in chosen if one.hours is None)
        hours = self.hours(choice)
        return (
            total if hours is None else total + provisioned_usd(self._tariffs, hours, self._months)
        )

    def hours(self, choice: Choice) -> ReadsWrites[Hours] | None:
        """Return the hourly units of all tables in provisioned mode; None if there are none."""
        chosen = [self._options[table][mode].hours for table, mode in choice.items()]
        provisioned = [hours for hours in chosen if hours is not None]
        if not provisioned:
            return None
        return ReadsWrites(*(np.sum(kind, axis=0) for kind in zip(*provisioned, strict=True)))
