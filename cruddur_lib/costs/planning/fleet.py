"""A fleet: many tables of one payer in one Region, which share the free pool and reserved blocks.

Each table has its own traffic and its own mode. Its policies are those of its own plan; which mode
it is in is chosen beside the others', table by table until none gets cheaper, from several
beginnings: found, not proven.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.planning import modes
from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.planning.modes import DEFAULT_TERMS, BillingTerms, Hours, ModeCost
from cruddur_lib.costs.planning.planner import (
    AUTOSCALED,
    FIXED,
    MAX_THROTTLED,
    ON_DEMAND,
    Plan,
    cheapest,
)
from cruddur_lib.costs.planning.search import Noted
from cruddur_lib.costs.planning.tariffs import tariffs
from cruddur_lib.costs.throughput.policies import ReadsWrites, ThroughputError
from cruddur_lib.costs.traffic.workload import Workload

Choice = dict[str, str]  # the mode of each table


@dataclass(frozen=True, eq=False)
class Fleet:
    """The plan of each table, the mode that it is in beside the others, and what all cost."""

    plans: Mapping[str, Plan]
    modes: Mapping[str, str]
    provisioned: ModeCost | None  # all tables in provisioned mode together; None where none is

    @property
    def outcomes(self) -> dict[str, ModeCost]:
        """What each table would cost by itself in the mode that it is in."""
        return {table: self.plans[table].outcomes[mode] for table, mode in self.modes.items()}

    @property
    def usd(self) -> Decimal:
        """USD for the workloads, all tables together."""
        on_demand = [one.usd for one in self.outcomes.values() if one.hours is None]
        return sum(on_demand, self.provisioned.usd if self.provisioned else Decimal(0))


def fleet(
    workloads: Mapping[str, Workload],
    book: PriceBook,
    max_throttled: float = MAX_THROTTLED,
    terms: BillingTerms = DEFAULT_TERMS,
    noted: Noted = lambda _: None,
) -> Fleet:
    """The cheapest modes found for these tables, whose workloads cover the same minutes.

    Raises `ThroughputError` where they do not, and what `planner.cheapest` raises.
    """
    spans = {(one.start, one.minutes) for one in workloads.values()}
    if len(spans) != 1:
        raise ThroughputError(
            f"a fleet's workloads must cover the same minutes, got {len(spans)} different spans"
        )
    plans = {
        table: cheapest(one, book, max_throttled, terms, noted) for table, one in workloads.items()
    }
    shared = _Shared(plans, book, terms)
    choice = min(map(shared.settled, shared.beginnings()), key=shared.usd)
    hours, some = shared.hours(choice), next(iter(workloads.values()))
    together = None
    if hours is not None:
        together = modes.provisioned("provisioned", some, hours, book, terms=terms)
    return Fleet(plans, choice, together)


class _Shared:
    """What tables cost together."""

    def __init__(self, plans: Mapping[str, Plan], book: PriceBook, terms: BillingTerms) -> None:
        """The modes of each table that keep to the budget."""
        self._options = {
            table: {
                name: plan.outcomes[name]
                for name in (ON_DEMAND, FIXED, AUTOSCALED)
                if name in plan.outcomes and plan.keeps(plan.outcomes[name])
            }
            for table, plan in plans.items()
        }
        self._best = {table: plan.best.name for table, plan in plans.items()}
        self._tariffs = tariffs(book, free_tier=terms.free_tier, years=terms.reserved)
        self._months = BilledHours.of(next(iter(plans.values())).workload)

    def beginnings(self) -> Iterator[Choice]:
        """Each table's own best; and all of them in one mode, where they have it."""
        yield dict(self._best)
        for mode in (ON_DEMAND, FIXED, AUTOSCALED):
            yield {
                table: mode if mode in options else self._best[table]
                for table, options in self._options.items()
            }

    def settled(self, choice: Choice) -> Choice:
        """The choice with each table's mode changed as long as that makes all of them cheaper."""
        while True:
            before = dict(choice)
            for table, options in self._options.items():
                choice = min(({**choice, table: mode} for mode in options), key=self.usd)
            if self.usd(choice) >= self.usd(before):
                return before

    def usd(self, choice: Choice) -> float:
        """USD of all tables."""
        chosen = [self._options[table][mode] for table, mode in choice.items()]
        total = sum(float(one.usd) for one in chosen if one.hours is None)
        hours = self.hours(choice)
        if hours is not None:
            pairs = zip(self._tariffs, hours, strict=True)
            total += sum(
                tariff.usd_with_best_reservation(units, self._months) for tariff, units in pairs
            )
        return total

    def hours(self, choice: Choice) -> ReadsWrites[Hours] | None:
        """Units billed in each hour, of all tables in provisioned mode; None where none is."""
        chosen = [self._options[table][mode].hours for table, mode in choice.items()]
        provisioned = [hours for hours in chosen if hours is not None]
        if not provisioned:
            return None
        return ReadsWrites(*(np.sum(kind, axis=0) for kind in zip(*provisioned, strict=True)))
