"""A fleet: one payer's tables in one Region, which share the free tier and reserved capacity.

Each table keeps the policies of its own plan, and the search chooses the modes of all tables. It
starts from several choices, and changes one table at a time until no change is cheaper. So it may
miss the cheapest choice. Without a free tier and reserved capacity, each table's best mode is also
the best one in the fleet.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from cruddur_lib.costs.billing.conventions import ZERO
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.planning.billed_hours import BilledHours, Hours
from cruddur_lib.costs.planning.modes import (
    AUTOSCALED,
    FIXED,
    ON_DEMAND,
    ModeCost,
    alarms_usd,
    provisioned_cost,
)
from cruddur_lib.costs.planning.planner import Plan
from cruddur_lib.costs.planning.tariffs import BillingTerms, provisioned_usd, tariffs_of
from cruddur_lib.costs.throughput.policies import ReadsWrites, ThroughputError

Choice = dict[str, str]  # the mode of each table


@dataclass(frozen=True, eq=False)
class Fleet:
    """The plan of each table, its mode in the fleet, and the cost of all tables."""

    plans: Mapping[str, Plan]
    modes: Mapping[str, str]  # only tables with a mode that fits the throttling budget
    provisioned: ModeCost | None  # all tables in provisioned mode together; None if there are none
    alarms_usd: Decimal | None  # of all tables; None if the price is unknown

    @property
    def outcomes(self) -> dict[str, ModeCost]:
        """The cost of each table in its mode, without the other tables."""
        return {table: self.plans[table].outcomes[mode] for table, mode in self.modes.items()}

    @property
    def usd_a_month(self) -> Decimal:
        """USD for 730 hours of all tables in their modes."""
        on_demand = [one.usd_a_month for one in self.outcomes.values() if one.hours is None]
        provisioned = self.provisioned.usd_a_month if self.provisioned else ZERO
        return sum(on_demand, provisioned) + (self.alarms_usd or ZERO)


def fleet(plans: Mapping[str, Plan]) -> Fleet:
    """Return the cheapest modes found for several tables.

    Args:
        plans: the plan of each table, all with the same terms, prices and minutes.

    Raises:
        ThroughputError: the plans cover different minutes.
    """
    some = next(iter(plans.values()))
    spans = {(plan.workload.start, plan.workload.minutes) for plan in plans.values()}
    if len(spans) != 1:
        raise ThroughputError(
            f"a fleet's workloads must cover the same minutes, got {len(spans)} different spans"
        )
    search = _FleetSearch(plans, some.book, some.terms)
    choice = search.cheapest()
    hours = search.hours(choice)
    together = None
    if hours is not None:
        together = provisioned_cost(
            "provisioned", some.workload, hours, some.book, terms=some.terms
        )
    chosen = [plans[table].outcomes[mode] for table, mode in choice.items()]
    alarms = alarms_usd(sum(one.alarms for one in chosen), some.book, some.terms)
    return Fleet(plans, choice, together, alarms)


def together_usd(costs: Iterable[ModeCost], plan: Plan, terms: BillingTerms) -> Decimal | None:
    """Return what several tables cost together in a month, with one free tier.

    Args:
        costs: what each table costs alone.
        plan: the plan of one of the tables, which gives the prices and the hours.
        terms: how capacity is billed.

    Returns:
        USD for 730 hours; None if the price of the alarms is unknown.
    """
    costs = list(costs)
    alarms = alarms_usd(sum(one.alarms for one in costs), plan.book, terms)
    if alarms is None:
        return None
    total = sum((one.usd_a_month for one in costs if one.hours is None), alarms)
    if hours := _hours_together(costs):
        total += provisioned_cost("", plan.workload, hours, plan.book, terms=terms).usd_a_month
    return total


def _hours_together(costs: Iterable[ModeCost]) -> ReadsWrites[Hours] | None:
    """Return the hourly units of all tables in provisioned mode; None if there are none."""
    provisioned = [one.hours for one in costs if one.hours is not None]
    if not provisioned:
        return None
    return ReadsWrites(*(np.sum(kind, axis=0) for kind in zip(*provisioned, strict=True)))


class _FleetSearch:
    """A search over the modes of tables that share the free tier and reserved capacity."""

    def __init__(self, plans: Mapping[str, Plan], book: PriceBook, terms: BillingTerms) -> None:
        """Collect the modes of each table that stay within its budget."""
        self._options = {
            table: {
                name: plan.outcomes[name]
                for name in (ON_DEMAND, FIXED, AUTOSCALED)
                if plan.within_budget(plan.outcomes[name])
            }
            for table, plan in plans.items()
            if plan.best
        }
        self._best = {table: plan.best.name for table, plan in plans.items() if plan.best}
        self._tariffs = tariffs_of(book, terms)
        self._shared = any(
            tariff.free_unit_hours or tariff.reservation or tariff.owned for tariff in self._tariffs
        )
        self._span = BilledHours.of(next(iter(plans.values())).workload)

    def cheapest(self) -> Choice:
        """Return the cheapest choice found."""
        if not self._shared:
            return self._best
        return min(map(self._improved, self._first_choices()), key=self._usd)

    def hours(self, choice: Choice) -> ReadsWrites[Hours] | None:
        """Return the hourly units of all tables in provisioned mode; None if there are none."""
        return _hours_together(self._options[table][mode] for table, mode in choice.items())

    def _first_choices(self) -> Iterator[Choice]:
        """Yield each table's own best mode, and then one mode for all tables that have it."""
        yield dict(self._best)
        for mode in (ON_DEMAND, FIXED, AUTOSCALED):
            yield {
                table: mode if mode in options else self._best[table]
                for table, options in self._options.items()
            }

    def _improved(self, choice: Choice) -> Choice:
        """Change one table's mode at a time while that is cheaper, and return the choice.

        The sum of all hours is stored, so a change takes the same time for ten tables and for a
        thousand.
        """
        total = self._sum(choice)
        changed = True
        while changed:
            changed = False
            for table, options in self._options.items():
                here = options[choice[table]]
                rest = total - _hours(here, total.shape)
                usd = {
                    mode: self._table_usd(one, rest + _hours(one, total.shape))
                    for mode, one in options.items()
                }
                best = min(usd, key=lambda mode: usd[mode])
                if usd[best] < usd[choice[table]]:
                    choice, changed = {**choice, table: best}, True
                    total = rest + _hours(options[best], total.shape)
        return choice

    def _usd(self, choice: Choice) -> float:
        """Return USD of all tables for their minutes, with the alarms of each table alone."""
        chosen = [self._options[table][mode] for table, mode in choice.items()]
        return sum(map(self._own_usd, chosen)) + self._provisioned_usd(self._sum(choice))

    def _table_usd(self, one: ModeCost, total: Hours) -> float:
        return self._own_usd(one) + self._provisioned_usd(total)

    def _own_usd(self, one: ModeCost) -> float:
        """Return USD of the table alone: its requests and its alarms."""
        if one.hours is None:
            return float(one.usd)
        return float(one.alarms_usd or ZERO) * float(self._span.share)

    def _provisioned_usd(self, total: Hours) -> float:
        return provisioned_usd(self._tariffs, ReadsWrites(*total), self._span)

    def _sum(self, choice: Choice) -> Hours:
        total = np.zeros((2, self._span.count), dtype=np.int64)
        for table, mode in choice.items():
            total = total + _hours(self._options[table][mode], total.shape)
        return total


def _hours(one: ModeCost, shape: tuple[int, ...]) -> Hours:
    """Return the hourly units of reads and writes; zeros for on-demand mode."""
    return np.zeros(shape, dtype=np.int64) if one.hours is None else np.stack(one.hours)
