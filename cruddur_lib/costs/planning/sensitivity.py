"""Flips: how far a plan is from another mode winning.

Traffic and item size are changed step by step until another mode is cheaper: on demand is paid by
the unit, and fixed units are looked for anew. Of auto scaling the plan's own policy is tried with
its limits as many times as high, beside a few dozen others; so a flip towards it may be found a
little late.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import ceil, inf

import numpy as np

from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.planning.planner import AUTOSCALED, FIXED, FORESIGHT, KINDS, ON_DEMAND, Plan
from cruddur_lib.costs.planning.search import Hours, PolicySearch, SearchGrid
from cruddur_lib.costs.throughput.policies import ReadsWrites, TargetTracking
from cruddur_lib.costs.throughput.result import CapacityResult
from cruddur_lib.costs.throughput.simulation import on_demand, simulate
from cruddur_lib.costs.traffic.workload import TABLE_PART, Demand, Workload
from cruddur_lib.costs.units.capacity_units import READ_BLOCK, WRITE_BLOCK
from cruddur_lib.costs.units.sizes import ITEM_LIMIT, KB

FEW = SearchGrid(range(30, 91, 20), 4, 2, finer=False)
FARTHEST = 1_024.0  # times the traffic, and a part of it, up to which a flip is looked for
CLOSE = 1.005  # a flip of the traffic is found within half a percent


@dataclass(frozen=True)
class TurningPoint:
    """Something that changes, and where another mode wins: `at` times as much of it, or bytes of an
    item. Both are None where none does within what is looked at.
    """

    what: str
    unit: str
    at: float | None
    to: str | None

    def __str__(self) -> str:
        """As a sentence."""
        if self.at is None:
            return f"{self.what}: no other mode wins"
        figure = f"{self.at:,.0f}" if self.unit == "bytes" else f"{self.at:,.3g}"
        return f"{self.what}: at {figure} {self.unit}, {self.to} wins"


def turning_points(plan: Plan, item_bytes: int | None = None) -> list[TurningPoint]:
    """What would have to change, and by how much: more and less traffic, the price of on demand,
    and, where the bytes of an item are given, larger items, read and written one by one.
    """
    found = [_traffic(plan, 2.0), _traffic(plan, 0.5), _price(plan)]
    return found if item_bytes is None else [*found, _size(plan, item_bytes)]


def cheapest_mode_at(plan: Plan, scale: ReadsWrites[float]) -> str:
    """The cheapest mode at so many times the reads and the writes."""
    scaled = _scaled(plan.workload, scale)
    usd = {
        ON_DEMAND: lambda: _on_demand(plan, scaled),
        FIXED: lambda: _provisioned(plan, scaled, partial(_fewest, plan)),
        AUTOSCALED: lambda: _provisioned(plan, scaled, partial(_tracking, plan, scale)),
    }
    found = {name: usd[name]() for name in plan.outcomes if name != FORESIGHT}
    return min(found, key=lambda name: found[name])


def _traffic(plan: Plan, step: float) -> TurningPoint:
    what = "more traffic" if step > 1 else "less traffic"
    same, other = 1.0, step
    while (won := cheapest_mode_at(plan, ReadsWrites(other, other))) == plan.best.name:
        same, other = other, other * step
        if not 1 / FARTHEST <= other <= FARTHEST:
            return TurningPoint(what, "times as much", None, None)
    while max(other / same, same / other) > CLOSE:
        middle = (same * other) ** 0.5
        if (name := cheapest_mode_at(plan, ReadsWrites(middle, middle))) == plan.best.name:
            same = middle
        else:
            other, won = middle, name
    return TurningPoint(what, "times as much", other, won)


def _price(plan: Plan) -> TurningPoint:
    """On demand is paid by the unit, so its cost goes with its prices."""
    rest = [one for name, one in plan.outcomes.items() if name in (FIXED, AUTOSCALED)]
    cheapest = min((one for one in rest if plan.keeps(one)), key=lambda one: one.usd)
    here = plan.outcomes[ON_DEMAND]
    if not here.usd or not cheapest.usd or not plan.keeps(here):
        return TurningPoint("prices of on demand", "times as high", None, None)
    other = cheapest.name if plan.best is here else ON_DEMAND
    return TurningPoint(
        "prices of on demand", "times as high", float(cheapest.usd / here.usd), other
    )


def _size(plan: Plan, item_bytes: int) -> TurningPoint:
    """Whole KB are looked at, up to the largest item, as units come in steps of 1 KB and 4 KB:
    twice as many each time, until another mode wins.
    """
    now = _units(item_bytes)
    low, largest = ceil(item_bytes / KB), ITEM_LIMIT // KB
    high = min(2 * low, largest)

    def won(size: int) -> str:
        return cheapest_mode_at(
            plan, ReadsWrites(*(a / b for a, b in zip(_units(size * KB), now, strict=True)))
        )

    while won(high) == plan.best.name:
        if high == largest:
            return TurningPoint("larger items", "bytes", None, None)
        low, high = high, min(2 * high, largest)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if won(middle) == plan.best.name else (low, middle)
    return TurningPoint("larger items", "bytes", low * KB + 1, won(high))


def _units(size: int) -> ReadsWrites[int]:
    """Blocks of one item that are read, and written."""
    return ReadsWrites(ceil(size / READ_BLOCK), ceil(size / WRITE_BLOCK))


def _scaled(workload: Workload, scale: ReadsWrites[float]) -> Workload:
    parts = {
        n: Demand(d.reads * scale.reads, d.writes * scale.writes) for n, d in workload.parts.items()
    }
    table = parts.pop(TABLE_PART)
    return Workload(workload.start, table, parts, workload.resolution)


def _on_demand(plan: Plan, workload: Workload) -> float:
    """USD on demand; without end where more is throttled than the budget lets it."""
    given = simulate(workload, on_demand(workload))
    if max(one.throttled_share for one in given.every) > plan.max_throttled:
        return inf
    return sum(
        float(tariff.usd_per_request_unit)
        * sum(pair[which].granted_units for pair in given.parts.values())
        for which, tariff in enumerate(plan.tariffs)
    )


def _provisioned(
    plan: Plan, workload: Workload, found: Callable[[PolicySearch], CapacityResult]
) -> float:
    """USD of what is found for each capacity, each under the budget by itself."""
    months, usd = BilledHours.of(workload), 0.0
    for kind, tariff in zip(KINDS, plan.tariffs, strict=True):
        given = [found(PolicySearch(workload, part, kind)) for part in workload.parts]
        if max(one.throttled_share for one in given) > plan.max_throttled:
            return inf
        usd += tariff.usd_with_best_reservation(
            np.sum([one.hours(plan.terms.billed) for one in given], axis=0), months
        )
    return usd


def _fewest(plan: Plan, capacity: PolicySearch) -> CapacityResult:
    return capacity.fixed(plan.max_throttled).given


def _tracking(plan: Plan, scale: ReadsWrites[float], capacity: PolicySearch) -> CapacityResult:
    """What auto scaling of this capacity gives: the plan's, its limits so many times as high, or
    the best of a few others.
    """
    which = KINDS.index(capacity.kind)
    tariff, months = plan.tariffs[which], BilledHours.of(capacity.workload)
    policy = plan.outcomes[AUTOSCALED].rules[capacity.part][which]
    if not isinstance(policy, TargetTracking):
        raise TypeError(f"{policy} of an autoscaled mode does not track a target")
    limits = (policy.minimum, policy.maximum, policy.first)
    low, high, first = (ceil(units * scale[which]) for units in limits)
    own = capacity.under(TargetTracking(low, high, policy.target, first))

    def usd(hours: Hours) -> tuple[float, float]:
        return tariff.usd_with_best_reservation(hours, months), float(hours.sum())

    best = capacity.autoscaled(plan.max_throttled, usd, plan.terms.billed, steps=FEW)
    fits = own.throttled_share <= plan.max_throttled
    if best is None or (fits and usd(own.hours(plan.terms.billed)) <= best.cost):
        return own
    return best.given
