"""The plan: the cheapest way to pay for a table and its indexes, and how sure that is.

    plan = cheapest(traffic, PriceBook("us-east-1", on=date(2026, 11, 25)), max_throttled=0.0001)
    plan.best.name, plan.best.usd_a_month, plan.table()
    plan.flips()                       # see `flips`: what would have to change for another to win

On demand, the cheapest fixed units and the cheapest auto scaling are looked at, and beside them
perfect foresight: each hour's fewest units that throttle nothing, were they known before, with a
full burst bucket at each hour's start. Provisioned capacity cannot cost less than that without
throttling.

Each capacity may be throttled by at most `max_throttled` of what is wanted of it. The plan is then
run as a whole, where indexes throttle their table and decreases have one quota; if it does not keep
to the budget there, its parts are looked for again under a smaller one. So what is called cheapest
is proven for parts that do not throttle each other. With reserved capacity and indexes, which share
the cover, parts are chosen one after the other until none gets cheaper: found, not proven.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.planning import modes
from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.planning.modes import DEFAULT_TERMS, BillingTerms, Hours, ModeCost
from cruddur_lib.costs.planning.search import Candidate, Noted, PolicySearch
from cruddur_lib.costs.planning.tariffs import Tariff, tariffs
from cruddur_lib.costs.throughput.policies import (
    BURST_SECONDS,
    Policy,
    ReadsWrites,
    ThroughputError,
)
from cruddur_lib.costs.throughput.simulation import Rules, on_demand, simulate
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR, Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, Workload

if TYPE_CHECKING:
    import pandas as pd

ON_DEMAND, FIXED, AUTOSCALED, FORESIGHT = "on-demand", "fixed", "autoscaled", "perfect foresight"
MAX_THROTTLED = 0.0001  # one unit in ten thousand
SMALLER = (1.0, 0.5, 0.25, 0.0)  # budgets that are tried, as shares of the one that was given
KINDS = ReadsWrites._fields
ROUNDS = 4  # at most, in which parts that share a cover are chosen again


@dataclass(frozen=True, eq=False)
class Plan:
    """What was found: `outcomes` by mode, and the terms that it was looked for under."""

    workload: Workload
    book: PriceBook
    terms: BillingTerms
    max_throttled: float
    outcomes: Mapping[str, ModeCost]

    @property
    def best(self) -> ModeCost:
        """The cheapest mode that keeps to the budget; of two alike the one named first."""
        fit = [one for name, one in self.outcomes.items() if name != FORESIGHT and self.keeps(one)]
        return min(fit, key=lambda one: one.usd)

    def keeps(self, outcome: ModeCost) -> bool:
        """Whether no capacity is throttled more than the budget lets it."""
        return outcome.throttled_share <= self.max_throttled

    @property
    def tariffs(self) -> ReadsWrites[Tariff]:
        """What reads and writes cost here."""
        return tariffs(self.book, free_tier=self.terms.free_tier, years=self.terms.reserved)

    def table(self) -> "pd.DataFrame":
        """The modes side by side, see `modes.compare`."""
        return modes.compare_modes(self.outcomes)


def cheapest(
    workload: Workload,
    book: PriceBook,
    max_throttled: float = MAX_THROTTLED,
    terms: BillingTerms = DEFAULT_TERMS,
    noted: Noted = lambda _: None,
) -> Plan:
    """The plan for this traffic; `noted` is told how many policies were tried since.

    Raises `ThroughputError` for a budget that is no share, `PriceUnknown` where a price is missing.
    """
    if not 0 <= max_throttled < 1:
        raise ThroughputError(f"max_throttled is a share from 0 to below 1, got {max_throttled}")
    found = {ON_DEMAND: modes.mode_cost(ON_DEMAND, workload, on_demand(workload), book, terms)}
    prices = tariffs(book, free_tier=terms.free_tier, years=terms.reserved)
    search = _Search(workload, prices, max_throttled, terms, noted)
    for name, rules in ((FIXED, search.fixed()), (AUTOSCALED, search.autoscaled())):
        if rules is not None:
            found[name] = modes.mode_cost(name, workload, rules, book, terms)
    hours = foresight(workload)
    found[FORESIGHT] = modes.provisioned(FORESIGHT, workload, hours, book, terms=terms)
    return Plan(workload, book, terms, max_throttled, found)


def foresight(workload: Workload) -> ReadsWrites[Hours]:
    """The fewest units of each hour that throttle nothing, where it begins with a full bucket;
    table and indexes together.

    Of so many minutes in a row all is given, if it is no more than their units and the bucket's:
    60 a minute for each unit and 300 once. The units are those that suffice for every such stretch.
    """
    inside = workload.start.minute
    parts = [[_needed(one, inside) for one in part.units] for part in workload.parts.values()]
    return ReadsWrites(*(np.sum(kind, axis=0) for kind in zip(*parts, strict=True)))


def _needed(wanted: Minutes, inside: int) -> Hours:
    count = -(-(wanted.size + inside) // MINUTES_PER_HOUR)
    hours = np.zeros(count * MINUTES_PER_HOUR)
    hours[inside : inside + wanted.size] = wanted
    until = np.zeros((count, MINUTES_PER_HOUR + 1))
    np.cumsum(hours.reshape(count, MINUTES_PER_HOUR), axis=1, out=until[:, 1:])
    needed = np.ones(count)  # no capacity has less than a unit
    for length in range(1, MINUTES_PER_HOUR + 1):
        most = (until[:, length:] - until[:, :-length]).max(axis=1)
        np.maximum(needed, most / (SECONDS_PER_MINUTE * length + BURST_SECONDS), out=needed)
    return np.ceil(needed).astype(np.int64)


class _Search:
    """The capacities of a table and its indexes, and the terms that they are looked for under."""

    def __init__(
        self,
        workload: Workload,
        prices: ReadsWrites[Tariff],
        most: float,
        terms: BillingTerms,
        noted: Noted,
    ) -> None:
        """Nothing is run yet."""
        self._workload, self._prices, self._most = workload, prices, most
        self._terms, self._noted = terms, noted
        self._months = BilledHours.of(workload)
        self._capacities = ReadsWrites(
            *(
                {part: PolicySearch(workload, part, kind) for part in workload.parts}
                for kind in KINDS
            )
        )

    def fixed(self) -> Rules:
        """The fewest units that keep to the budget, alone and then together."""
        for budget in self._budgets():
            found = [
                {part: one.fixed(budget) for part, one in parts.items()}
                for parts in self._capacities
            ]
            rules = _rules(found)
            if self._keep(rules):
                break  # at the latest where nothing is throttled
        return rules

    def autoscaled(self) -> Rules | None:
        """The cheapest target tracking that keeps to the budget, alone and then together; None
        where none is found.
        """
        for budget in self._budgets():
            found = [
                self._together(parts, tariff, budget)
                for parts, tariff in zip(self._capacities, self._prices, strict=True)
            ]
            if not all(len(one) == len(self._workload.parts) for one in found):
                return None
            rules = _rules(found)
            if self._keep(rules):
                return rules
        return None

    def _together(
        self, parts: dict[str, PolicySearch], tariff: Tariff, budget: float
    ) -> dict[str, Candidate]:
        """The best of each part beside the others, which have one cover and one free pool."""
        found: dict[str, Candidate] = {}
        shared = tariff.free_unit_hours or tariff.reservation  # what parts have in common
        for _ in range(ROUNDS if len(parts) > 1 and shared else 1):
            before = {part: one.policy for part, one in found.items()}
            for part, capacity in parts.items():
                others = [self._hours(found[name]) for name in found if name != part]
                usd = partial(self._usd, tariff, sum(others))
                best = capacity.autoscaled(budget, usd, self._terms.billed, self._noted)
                if best is None:
                    return {}
                found[part] = best
            if before == {part: one.policy for part, one in found.items()}:
                break
        return found

    def _usd(self, tariff: Tariff, others: Hours | int, hours: Hours) -> tuple[float, float]:
        """USD of all together, and of what costs alike, as under the free tier, the unit-hours."""
        return tariff.usd_with_best_reservation(hours + others, self._months), float(hours.sum())

    def _hours(self, tried: Candidate) -> Hours:
        return tried.given.hours(self._terms.billed)

    def _budgets(self) -> list[float]:
        """The budget; then smaller ones, for parts that throttle more together than alone."""
        return [share * self._most for share in SMALLER]

    def _keep(self, rules: Rules) -> bool:
        """Whether no capacity is throttled more than the budget lets it, all run together."""
        given = simulate(self._workload, rules).every
        return max(one.throttled_share for one in given) <= self._most


def _rules(found: list[dict[str, Candidate]]) -> Rules:
    """The policies of reads and of writes, by part."""
    reads, writes = found
    return {part: ReadsWrites[Policy](reads[part].policy, writes[part].policy) for part in reads}
