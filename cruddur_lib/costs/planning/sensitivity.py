"""Turning points: how far traffic, prices or item sizes are from where another mode is cheaper.

Traffic and item size change step by step until another mode is cheaper. At each step, the units
are priced on demand, and the smallest fixed capacity is searched again. Auto scaling is tried with
the plan's own policy, its limits scaled, and with a few dozen others. So a turning point towards
auto scaling may be found a little late.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import ceil, inf

from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.planning.modes import highest_throttled_share, hourly_units
from cruddur_lib.costs.planning.planner import AUTOSCALED, FIXED, FORESIGHT, ON_DEMAND, Plan
from cruddur_lib.costs.planning.search import PolicySearch, SearchGrid, cost_function
from cruddur_lib.costs.planning.tariffs import on_demand_usd, provisioned_usd
from cruddur_lib.costs.throughput.policies import ReadsWrites, TargetTracking
from cruddur_lib.costs.throughput.result import CapacityResult
from cruddur_lib.costs.throughput.simulation import on_demand, simulate
from cruddur_lib.costs.traffic.workload import Workload
from cruddur_lib.costs.units.capacity_units import (
    READ_BLOCK,
    THROUGHPUT_KINDS,
    WRITE_BLOCK,
    blocks,
)
from cruddur_lib.costs.units.sizes import ITEM_LIMIT, KB

COARSE_GRID = SearchGrid(range(30, 91, 20), 4, 2, finer=False)
FARTHEST = 1_024.0  # the search ends at this many times the traffic, or at this fraction of it
CLOSE = 1.005  # a turning point of the traffic is found within half a percent


@dataclass(frozen=True)
class TurningPoint:
    """What has to change, and how far, for another mode to be cheaper.

    `at` and `to` are None if no other mode becomes cheaper in the range of the search.
    """

    what: str  # "more traffic"
    unit: str  # "times as much", "times as high" or "bytes"
    at: float | None
    to: str | None  # the mode that is cheaper from there on

    def __str__(self) -> str:
        """Return the turning point as a sentence."""
        if self.at is None:
            return f"{self.what}: no other mode wins"
        figure = f"{self.at:,.0f}" if self.unit == "bytes" else f"{self.at:,.3g}"
        return f"{self.what}: at {figure} {self.unit}, {self.to} wins"


def turning_points(plan: Plan, item_bytes: int | None = None) -> list[TurningPoint]:
    """Return how much traffic or prices must change for another mode to be cheaper.

    Args:
        plan: the plan to examine.
        item_bytes: the size of an item. If given, larger items are examined too, each read and
            written by a request of its own.
    """
    points = [_traffic(plan, 2.0), _traffic(plan, 0.5), _price(plan)]
    return points if item_bytes is None else [*points, _size(plan, item_bytes)]


def cheapest_mode_at(plan: Plan, scale: ReadsWrites[float]) -> str:
    """Return the cheapest mode for scaled traffic.

    Args:
        plan: the plan, whose terms and throttling budget apply.
        scale: Factors of the reads and the writes.
    """
    scaled = plan.workload.times(*scale)
    usd_of = {
        ON_DEMAND: lambda: _on_demand(plan, scaled),
        FIXED: lambda: _provisioned(plan, scaled, lambda one: one.fixed(plan.max_throttled).result),
        AUTOSCALED: lambda: _provisioned(plan, scaled, partial(_tracking, plan, scale)),
    }
    usd = {name: usd_of[name]() for name in plan.outcomes if name != FORESIGHT}
    return min(usd, key=lambda name: usd[name])


def _traffic(plan: Plan, step: float) -> TurningPoint:
    what = "more traffic" if step > 1 else "less traffic"
    same, other = 1.0, step
    while (mode := cheapest_mode_at(plan, ReadsWrites(other, other))) == plan.best.name:
        same, other = other, other * step
        if not 1 / FARTHEST <= other <= FARTHEST:
            return TurningPoint(what, "times as much", None, None)
    while max(other / same, same / other) > CLOSE:
        middle = (same * other) ** 0.5
        if (name := cheapest_mode_at(plan, ReadsWrites(middle, middle))) == plan.best.name:
            same = middle
        else:
            other, mode = middle, name
    return TurningPoint(what, "times as much", other, mode)


def _price(plan: Plan) -> TurningPoint:
    """Return the factor of on-demand prices at which on demand costs as much as provisioned."""
    provisioned = [one for name, one in plan.outcomes.items() if name in (FIXED, AUTOSCALED)]
    cheapest = min(filter(plan.within_budget, provisioned), key=lambda one: one.usd)
    here = plan.outcomes[ON_DEMAND]
    if not here.usd or not cheapest.usd or not plan.within_budget(here):
        return TurningPoint("prices of on demand", "times as high", None, None)
    other = cheapest.name if plan.best is here else ON_DEMAND
    factor = float(cheapest.usd / here.usd)
    return TurningPoint("prices of on demand", "times as high", factor, other)


def _size(plan: Plan, item_bytes: int) -> TurningPoint:
    """Double the item's size until another mode is cheaper, then halve the interval.

    Sizes are whole KB, because units come in steps of 1 KB and 4 KB.
    """
    now = _units(item_bytes)
    low, largest = ceil(item_bytes / KB), ITEM_LIMIT // KB
    high = min(2 * low, largest)

    def cheapest_mode(size: int) -> str:
        units = _units(size * KB)
        scale = ReadsWrites(units.reads / now.reads, units.writes / now.writes)
        return cheapest_mode_at(plan, scale)

    while cheapest_mode(high) == plan.best.name:
        if high == largest:
            return TurningPoint("larger items", "bytes", None, None)
        low, high = high, min(2 * high, largest)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if cheapest_mode(middle) == plan.best.name else (low, middle)
    return TurningPoint("larger items", "bytes", low * KB + 1, cheapest_mode(high))


def _units(size: int) -> ReadsWrites[int]:
    """Return the blocks of one item of `size` bytes that a read and a write are charged for."""
    return ReadsWrites(blocks(size, READ_BLOCK), blocks(size, WRITE_BLOCK))


def _on_demand(plan: Plan, workload: Workload) -> float:
    """Return USD on demand; infinite if it throttles more than the budget."""
    parts = simulate(workload, on_demand(workload)).parts
    if highest_throttled_share(parts) > plan.max_throttled:
        return inf
    return on_demand_usd(plan.tariffs, parts)


def _provisioned(
    plan: Plan, workload: Workload, result_of: Callable[[PolicySearch], CapacityResult]
) -> float:
    """Return USD of what `result_of` finds; infinite if it throttles more than the budget."""
    parts = {
        part: ReadsWrites(
            *(result_of(PolicySearch(workload, part, kind)) for kind in THROUGHPUT_KINDS)
        )
        for part in workload.parts
    }
    if highest_throttled_share(parts) > plan.max_throttled:
        return inf
    hours = hourly_units(parts, plan.terms.partial_hour)
    return provisioned_usd(plan.tariffs, hours, BilledHours.of(workload))


def _tracking(plan: Plan, scale: ReadsWrites[float], capacity: PolicySearch) -> CapacityResult:
    """Return what auto scaling serves: the plan's policy scaled, or a cheaper one of a few."""
    policy = plan.outcomes[AUTOSCALED].rules[capacity.part].of(capacity.kind)
    if not isinstance(policy, TargetTracking):
        raise TypeError(f"{policy} of an autoscaled mode does not track a target")
    factor, limits = scale.of(capacity.kind), (policy.minimum, policy.maximum, policy.first)
    low, high, start = (ceil(units * factor) for units in limits)
    partial_hour = plan.terms.partial_hour
    own = capacity.under(TargetTracking(low, high, policy.target, start))
    cost_of = cost_function(plan.tariffs.of(capacity.kind), BilledHours.of(capacity.workload))
    best = capacity.autoscaled(plan.max_throttled, cost_of, partial_hour, grid=COARSE_GRID)
    fits = own.throttled_share <= plan.max_throttled
    if best is None or (fits and cost_of(own.hours(partial_hour)) <= best.cost):
        return own
    return best.result
