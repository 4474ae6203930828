"""The plan: the cheapest capacity mode for a table and its indexes.

    plan = cheapest(traffic, PriceBook("us-east-1"), max_throttled=0.0001)
    plan.best.name, plan.best.usd_a_month
    plan.table()                                             # a DataFrame
    turning_points(plan)                                     # when another mode becomes cheaper

The plan compares on-demand capacity, the smallest fixed capacity and the cheapest auto scaling. It
also shows perfect foresight: the cheapest hourly capacity that would have avoided all throttling,
known only in hindsight. Provisioned capacity that throttles no unit cannot cost less.

Each capacity may throttle at most `max_throttled` of its demand. The search simulates each capacity
alone. Then it simulates all of them together, where an index can throttle its table and one quota
limits all decreases. If that exceeds the budget, the search starts again with a smaller one.

So the cheapest mode is proven for parts that don't throttle each other. Parts with a common
reservation or free tier are searched one after the other until none gets cheaper, which may miss
the cheapest combination.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.planning.billed_hours import BilledHours, Hours
from cruddur_lib.costs.planning.modes import (
    DEFAULT_TERMS,
    BillingTerms,
    ModeCost,
    compare_modes,
    highest_throttled_share,
    mode_cost,
    provisioned_cost,
)
from cruddur_lib.costs.planning.search import Candidate, PolicySearch, Progress, cost_function
from cruddur_lib.costs.planning.tariffs import Tariff, by_kind, tariffs
from cruddur_lib.costs.throughput.policies import (
    BURST_SECONDS,
    PartialHour,
    Policy,
    ReadsWrites,
    ThroughputError,
)
from cruddur_lib.costs.throughput.simulation import Rules, on_demand, simulate
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR, Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, Workload
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS

if TYPE_CHECKING:
    import pandas as pd

ON_DEMAND, FIXED, AUTOSCALED, FORESIGHT = "on-demand", "fixed", "autoscaled", "perfect foresight"
MAX_THROTTLED = 0.0001  # one unit in ten thousand
BUDGET_SHARES = (1.0, 0.5, 0.25, 0.0)  # of the budget, to try where parts throttle each other
ROUNDS = 4  # at most, in which parts with a common reservation are searched again


@dataclass(frozen=True, eq=False)
class Plan:
    """The modes of a workload, what each one costs, and the terms of the search."""

    workload: Workload
    book: PriceBook
    terms: BillingTerms
    max_throttled: float
    outcomes: Mapping[str, ModeCost]  # by mode

    @property
    def best(self) -> ModeCost:
        """The cheapest mode within the budget; the first one if two cost the same."""
        modes = (one for name, one in self.outcomes.items() if name != FORESIGHT)
        return min(filter(self.within_budget, modes), key=lambda one: one.usd)

    def within_budget(self, mode: ModeCost) -> bool:
        """Return whether each capacity of this mode throttles at most `max_throttled`."""
        return mode.throttled_share <= self.max_throttled

    @cached_property
    def tariffs(self) -> ReadsWrites[Tariff]:
        """The prices of reads and writes."""
        return tariffs(self.book, free_tier=self.terms.free_tier, years=self.terms.reserved)

    def table(self) -> "pd.DataFrame":
        """Return a row for each mode, see `compare_modes`."""
        return compare_modes(self.outcomes)


def cheapest(
    workload: Workload,
    book: PriceBook,
    max_throttled: float = MAX_THROTTLED,
    terms: BillingTerms = DEFAULT_TERMS,
    progress: Progress = lambda _: None,
) -> Plan:
    """Return the cheapest capacity modes for a workload.

    Args:
        workload: the demand on a table and its indexes.
        book: the prices.
        max_throttled: the share of its demand that each capacity may throttle.
        terms: how capacity is billed.
        progress: is called with the number of policies tried since the last call.

    Raises:
        ThroughputError: `max_throttled` is not from 0 to below 1.
        PriceUnknown: the book lacks a price.
    """
    if not 0 <= max_throttled < 1:
        raise ThroughputError(f"max_throttled is a share from 0 to below 1, got {max_throttled}")
    prices = tariffs(book, free_tier=terms.free_tier, years=terms.reserved)
    search = _Search(workload, prices, max_throttled, terms.partial_hour, progress)
    modes = {
        ON_DEMAND: on_demand(workload),
        FIXED: search.fixed(),
        AUTOSCALED: search.autoscaled(),
    }
    outcomes = {
        name: mode_cost(name, workload, rules, book, terms)
        for name, rules in modes.items()
        if rules is not None
    }
    hours = foresight(workload)
    outcomes[FORESIGHT] = provisioned_cost(FORESIGHT, workload, hours, book, terms=terms)
    return Plan(workload, book, terms, max_throttled, outcomes)


def foresight(workload: Workload) -> ReadsWrites[Hours]:
    """Return the fewest units of each hour that throttle no unit, table and indexes together.

    Each hour starts with a full burst bucket. The units must cover every stretch of minutes in the
    hour: each unit grants 60 a minute, and its bucket 300 more.
    """
    inside = workload.start.minute
    parts = {
        part: ReadsWrites(*(_needed(units, inside) for units in demand.units))
        for part, demand in workload.parts.items()
    }
    return ReadsWrites(*(np.sum(hours, axis=0) for hours in by_kind(parts)))


def _needed(demand: Minutes, inside: int) -> Hours:
    """Return the units of each hour; the first minute is `inside` minutes after the full hour."""
    count = -(-(demand.size + inside) // MINUTES_PER_HOUR)
    minutes = np.zeros(count * MINUTES_PER_HOUR)
    minutes[inside : inside + demand.size] = demand
    until = np.zeros((count, MINUTES_PER_HOUR + 1))
    np.cumsum(minutes.reshape(count, MINUTES_PER_HOUR), axis=1, out=until[:, 1:])
    needed = np.ones(count)  # no capacity has less than one unit
    for length in range(1, MINUTES_PER_HOUR + 1):
        most = (until[:, length:] - until[:, :-length]).max(axis=1)
        np.maximum(needed, most / (SECONDS_PER_MINUTE * length + BURST_SECONDS), out=needed)
    return np.ceil(needed).astype(np.int64)


@dataclass(frozen=True, eq=False)
class _Search:
    """A search over the policies of a table and its indexes."""

    workload: Workload
    prices: ReadsWrites[Tariff]
    max_throttled: float
    partial_hour: PartialHour
    progress: Progress

    @cached_property
    def _months(self) -> BilledHours:
        return BilledHours.of(self.workload)

    @cached_property
    def _capacities(self) -> ReadsWrites[dict[str, PolicySearch]]:
        """The reads of each part, and the writes."""
        return ReadsWrites(
            *(
                {part: PolicySearch(self.workload, part, kind) for part in self.workload.parts}
                for kind in THROUGHPUT_KINDS
            )
        )

    def fixed(self) -> Rules:
        """Return the smallest fixed capacities that stay within the budget together."""
        for share in BUDGET_SHARES:
            best = (
                {part: one.fixed(share * self.max_throttled) for part, one in parts.items()}
                for parts in self._capacities
            )
            rules = _rules(*best)
            if self._within_budget(rules):
                break  # always true of the last budget, which is 0
        return rules

    def autoscaled(self) -> Rules | None:
        """Return the cheapest auto scaling within the budget; None if each one exceeds it."""
        for share in BUDGET_SHARES:
            best = [
                self._best_of_parts(parts, tariff, share * self.max_throttled)
                for parts, tariff in zip(self._capacities, self.prices, strict=True)
            ]
            if not all(best):
                return None
            rules = _rules(*best)
            if self._within_budget(rules):
                return rules
        return None

    def _best_of_parts(
        self, parts: dict[str, PolicySearch], tariff: Tariff, budget: float
    ) -> dict[str, Candidate]:
        """Return the best policy of each part beside the others; empty if a part has none.

        The parts share the free tier and the reservation, so the best policy of one depends on
        those of the others.
        """
        best: dict[str, Candidate] = {}
        shared = tariff.free_unit_hours or tariff.reservation
        for _ in range(ROUNDS if len(parts) > 1 and shared else 1):
            before = {part: one.policy for part, one in best.items()}
            for part, capacity in parts.items():
                others = sum(
                    one.result.hours(self.partial_hour)
                    for name, one in best.items()
                    if name != part
                )
                cost_of = cost_function(tariff, self._months, others)
                found = capacity.autoscaled(budget, cost_of, self.partial_hour, self.progress)
                if found is None:
                    return {}
                best[part] = found
            if before == {part: one.policy for part, one in best.items()}:
                break
        return best

    def _within_budget(self, rules: Rules) -> bool:
        """Return whether no capacity throttles too much when all are simulated together."""
        return highest_throttled_share(simulate(self.workload, rules).parts) <= self.max_throttled


def _rules(reads: dict[str, Candidate], writes: dict[str, Candidate]) -> Rules:
    """Return the policies of reads and writes, by part."""
    return {part: ReadsWrites[Policy](reads[part].policy, writes[part].policy) for part in reads}
