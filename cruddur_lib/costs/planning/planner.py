"""The plan: the cheapest capacity mode for a table and its indexes.

    plan = cheapest(traffic, PriceBook("us-east-1", on=today))
    plan.best.name, plan.best.usd_a_month
    plan.table()                                             # a DataFrame
    turning_points(plan)                                     # when another mode becomes cheaper

The plan compares on-demand capacity, fixed units and auto scaling. It first searches for the
smallest fixed capacity and the cheapest auto scaling that stay within the throttling budget. Then
it raises their units by the headroom, and compares what they cost. It also shows perfect foresight:
the cheapest hourly capacity that would have avoided all throttling, known only in hindsight.

Each capacity may throttle at most `max_throttled` of its demand. If parts don't throttle each
other, the search finds the cheapest mode. If parts share a reservation or a free tier, it searches
them one after another until none gets cheaper. Then it may miss the cheapest combination.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import TableClass
from cruddur_lib.costs.planning.billed_hours import Hours
from cruddur_lib.costs.planning.margins import EDGE, Margins
from cruddur_lib.costs.planning.modes import (
    FORESIGHT,
    ON_DEMAND,
    ModeCost,
    compare_modes,
    mode_cost,
    priced,
    provisioned_cost,
)
from cruddur_lib.costs.planning.rules_search import RulesSearch
from cruddur_lib.costs.planning.search import (
    Progress,
    SearchGrid,
)
from cruddur_lib.costs.planning.tariffs import (
    DEFAULT_TERMS,
    BillingTerms,
    Tariff,
    by_kind,
    tariffs_of,
)
from cruddur_lib.costs.throughput.policies import (
    BURST_SECONDS,
    ReadsWrites,
)
from cruddur_lib.costs.throughput.simulation import Rules, warm_table
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR, Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, TABLE_PART, Workload
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS

if TYPE_CHECKING:
    import pandas as pd

DEFAULT_MARGINS = Margins()

OnDemandRules = Callable[[Workload], Rules]  # the limits of on-demand mode for this traffic


@dataclass(frozen=True, eq=False)
class Plan:
    """The modes of a workload with their costs, and the terms of the search."""

    workload: Workload
    book: PriceBook
    terms: BillingTerms
    margins: Margins
    outcomes: Mapping[str, ModeCost]  # by mode
    edge: Mapping[str, ModeCost] = field(default_factory=dict)  # the modes without any margin
    notes: Mapping[str, str] = field(default_factory=dict)  # what the search found, by mode
    on_demand: OnDemandRules = warm_table

    @property
    def best(self) -> ModeCost | None:
        """The cheapest mode within the budget; if two cost the same, the first one."""
        return _cheapest_of(self.outcomes, self.within_budget)

    @property
    def best_without_margin(self) -> ModeCost | None:
        """The cheapest mode without headroom; None if the plan itself has no headroom."""
        if not self.edge:
            return None
        return _cheapest_of({**self.outcomes, **self.edge}, self.within_budget)

    def within_budget(self, mode: ModeCost) -> bool:
        """Return whether each capacity of this mode throttles at most `max_throttled`."""
        return mode.throttled_share <= self.margins.max_throttled

    def reason(self, name: str) -> str:
        """Return why the plan chooses this mode, or why not."""
        mode, best = self.outcomes[name], self.best
        if name == FORESIGHT:
            return "a lower bound, known only in hindsight"
        if not self.within_budget(mode):
            return f"throttles {worst_share(mode)}, budget {_percent(self.margins.max_throttled)}"
        if best is None or mode is best:
            return "the cheapest within the throttling budget"
        difference = mode.usd_a_month - best.usd_a_month
        more = f"costs {difference:,.2f} USD more"
        if difference < 0:
            more = f"costs {-difference:,.2f} USD less, but the price of its alarms is unknown"
        return "; ".join(filter(None, [self.notes.get(name), more]))

    @cached_property
    def tariffs(self) -> ReadsWrites[Tariff]:
        """The prices of reads and writes."""
        return tariffs_of(self.book, self.terms)

    def in_class(self, table_class: TableClass) -> "Plan":
        """Return the plan with the same policies, priced for another table class.

        Raises:
            PriceUnknown: the book lacks a price of that class.
        """
        terms = replace(self.terms, table_class=table_class)

        def again(outcomes: Mapping[str, ModeCost]) -> dict[str, ModeCost]:
            return {name: _priced_again(one, self, terms) for name, one in outcomes.items()}

        return replace(self, terms=terms, outcomes=again(self.outcomes), edge=again(self.edge))

    def table(self) -> "pd.DataFrame":
        """Return a row for each mode, see `compare_modes`."""
        return compare_modes(self.outcomes)


def cheapest(  # noqa: PLR0913  what a plan assumes
    workload: Workload,
    book: PriceBook,
    margins: Margins = DEFAULT_MARGINS,
    terms: BillingTerms = DEFAULT_TERMS,
    *,
    on_demand: OnDemandRules = warm_table,
    progress: Progress = lambda _: None,
) -> Plan:
    """Return the cheapest capacity modes for a workload.

    Args:
        workload: the demand on a table and its indexes.
        book: the prices.
        margins: the throttling budget and the headroom.
        terms: how capacity is billed.
        on_demand: a function that returns the limits of on-demand mode; by default those of a
            table that has served this traffic.
        progress: a function that is called with the number of policies tried since the last call.

    Raises:
        PriceUnknown: the book lacks a price.
    """
    search = RulesSearch(workload, book, terms, progress)
    notes: dict[str, str] = {}
    outcomes = {ON_DEMAND: mode_cost(ON_DEMAND, workload, on_demand(workload), book, terms)}
    outcomes |= search.provisioned(margins, notes)
    hours = foresight(workload)
    outcomes[FORESIGHT] = provisioned_cost(FORESIGHT, workload, hours, book, terms=terms)
    bare = replace(EDGE, max_throttled=margins.max_throttled)
    edge = {} if margins == bare else search.provisioned(bare, {})
    return Plan(workload, book, terms, margins, outcomes, edge, notes, on_demand)


def cheapest_mode(plan: Plan, workload: Workload, grid: SearchGrid, also: Rules) -> str:
    """Return the name of the cheapest mode for other traffic; "none" if no mode fits.

    Args:
        plan: the plan, whose prices, margins and terms apply.
        workload: the other traffic.
        grid: the auto scaling policies to try.
        also: more policies to try, without their headroom.
    """
    search = RulesSearch(workload, plan.book, plan.terms, grid=grid, also=also)
    rules = plan.on_demand(workload)
    modes = {ON_DEMAND: mode_cost(ON_DEMAND, workload, rules, plan.book, plan.terms)}
    best = _cheapest_of({**modes, **search.provisioned(plan.margins, {})}, plan.within_budget)
    return best.name if best else "none"


def foresight(workload: Workload) -> ReadsWrites[Hours]:
    """Return the fewest units of each hour that avoid throttling, of table and indexes together.

    Each hour starts with a full burst bucket. The units must cover every run of minutes in the
    hour. Each unit grants 60 units a minute, and its bucket grants 300 more.
    """
    parts = {
        part: ReadsWrites(*(_needed(units[: workload.minutes]) for units in demand.units))
        for part, demand in workload.parts.items()
    }
    return ReadsWrites(*(np.sum(hours, axis=0) for hours in by_kind(parts)))


def _needed(demand: Minutes) -> Hours:
    """Return the units of each hour."""
    count = -(-demand.size // MINUTES_PER_HOUR)
    minutes = np.zeros(count * MINUTES_PER_HOUR)
    minutes[: demand.size] = demand
    until = np.zeros((count, MINUTES_PER_HOUR + 1))
    np.cumsum(minutes.reshape(count, MINUTES_PER_HOUR), axis=1, out=until[:, 1:])
    needed = np.ones(count)  # no capacity has less than one unit
    for length in range(1, MINUTES_PER_HOUR + 1):
        most = (until[:, length:] - until[:, :-length]).max(axis=1)
        np.maximum(needed, most / (SECONDS_PER_MINUTE * length + BURST_SECONDS), out=needed)
    return np.ceil(needed).astype(np.int64)


def _priced_again(one: ModeCost, plan: Plan, terms: BillingTerms) -> ModeCost:
    if one.hours is None and one.throughput:
        return priced(one.name, one.throughput, plan.book, terms)
    hours = one.hours or foresight(plan.workload)
    return provisioned_cost(
        one.name, plan.workload, hours, plan.book, terms=terms, throughput=one.throughput
    )


def _cheapest_of(
    outcomes: Mapping[str, ModeCost], fits: Callable[[ModeCost], bool]
) -> ModeCost | None:
    modes = (one for name, one in outcomes.items() if name != FORESIGHT)
    return min(
        filter(fits, modes), key=lambda one: one.usd_a_month + one.unpriced_usd, default=None
    )


def worst_share(mode: ModeCost) -> str:
    """Return the highest throttled share with its kind and its index, as text."""
    share, part, kind = max(
        (
            (result.throttled_share, part, kind)
            for part, pair in mode.parts.items()
            for kind, result in zip(THROUGHPUT_KINDS, pair, strict=True)
        ),
        key=lambda one: one[0],
    )
    where = "" if part == TABLE_PART else f" of index {part}"
    return f"{_percent(share)} of {kind.plural}{where}"


def _percent(share: float) -> str:
    """Return a share in percent with two digits.

    >>> _percent(0.0001), _percent(0.0093), _percent(0.5)
    ('0.01 %', '0.93 %', '50 %')
    """
    return f"{float(f'{100 * share:.2g}'):g} %"
