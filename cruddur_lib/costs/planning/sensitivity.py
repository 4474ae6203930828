"""Turning points: how much traffic, prices or item sizes must change for another mode to win.

Traffic and item size change step by step until another mode is cheaper. Each step is a new plan
with the same margins and terms. For auto scaling, it tries the policies of the first plan, with
scaled units, and a few dozen others. So it may find a turning point to auto scaling a little late.
"""

from dataclasses import dataclass
from functools import partial
from math import ceil

from cruddur_lib.costs.planning.modes import AUTOSCALED, FIXED, ON_DEMAND
from cruddur_lib.costs.planning.planner import Plan, cheapest_mode
from cruddur_lib.costs.planning.search import SearchGrid
from cruddur_lib.costs.throughput.policies import Policy, ReadsWrites, TargetTracking
from cruddur_lib.costs.units.capacity_units import READ_BLOCK, WRITE_BLOCK, blocks
from cruddur_lib.costs.units.sizes import ITEM_LIMIT, KB

COARSE_GRID = SearchGrid(range(30, 91, 20), 4, 2, finer=False)
FARTHEST = 1_024.0  # the search ends at this many times the traffic, or at this fraction of it
CLOSE = 1.005  # a turning point of the traffic is found within half a percent


@dataclass(frozen=True)
class TurningPoint:
    """A change that makes another mode cheaper.

    `at` and `to` are None if no other mode becomes cheaper in the range of the search.
    """

    what: str  # "more traffic"
    unit: str  # "times as much", "times as high" or "bytes"
    at: float | None
    to: str | None  # the mode that is cheaper from there on
    constant: str = ""  # what stays the same

    def __str__(self) -> str:
        """Return the turning point as a sentence."""
        held = f" ({self.constant})" if self.constant else ""
        if self.at is None:
            return f"{self.what}: no other mode becomes cheapest{held}"
        figure = f"{self.at:,.0f}" if self.unit == "bytes" else f"{self.at:,.3g}"
        return f"{self.what}: at {figure} {self.unit}, {self.to} becomes cheapest{held}"


SHAPE = "reads and writes change alike, in the table and its indexes; all else stays the same"
PRICES = "the traffic and all other prices stay the same"
SIZES = (
    "every item of the table and its indexes has this size, and each request reads or writes one "
    "item; the number of requests and the prices stay the same"
)


def turning_points(plan: Plan, item_bytes: int | None = None) -> list[TurningPoint]:
    """Return how much traffic or prices must change for another mode to be cheaper.

    Args:
        plan: the plan to examine.
        item_bytes: the size of an item. If given, larger items are examined too.

    Returns:
        The turning points; none if no mode of the plan fits its budget.
    """
    if plan.best is None:
        return []
    points = [_traffic(plan, 2.0), _traffic(plan, 0.5), _price(plan)]
    return points if item_bytes is None else [*points, _size(plan, item_bytes)]


def cheapest_mode_at(plan: Plan, scale: ReadsWrites[float]) -> str:
    """Return the cheapest mode for scaled traffic; "none" if no mode fits the budget.

    Args:
        plan: the plan, whose margins and terms apply.
        scale: factors of the reads and the writes.
    """
    own = {
        part: ReadsWrites[Policy](*map(partial(_scaled, plan), pair, scale))
        for part, pair in plan.outcomes[AUTOSCALED].rules.items()
    }
    return cheapest_mode(plan, plan.workload.times(*scale), COARSE_GRID, own)


def _scaled(plan: Plan, policy: Policy, factor: float) -> Policy:
    if isinstance(policy, TargetTracking):
        return plan.margins.lowered(policy, factor)
    return policy


def _traffic(plan: Plan, step: float) -> TurningPoint:
    what = "more traffic" if step > 1 else "less traffic"
    best = _name(plan)
    same, other = 1.0, step
    while (mode := cheapest_mode_at(plan, ReadsWrites(other, other))) == best:
        same, other = other, other * step
        if not 1 / FARTHEST <= other <= FARTHEST:
            return TurningPoint(what, "times as much", None, None, SHAPE)
    while max(other / same, same / other) > CLOSE:
        middle = (same * other) ** 0.5
        if (name := cheapest_mode_at(plan, ReadsWrites(middle, middle))) == best:
            same = middle
        else:
            other, mode = middle, name
    return TurningPoint(what, "times as much", other, mode, SHAPE)


def _price(plan: Plan) -> TurningPoint:
    """Return the factor of on-demand prices at which both billing modes cost the same."""
    modes = [one for name, one in plan.outcomes.items() if name in (FIXED, AUTOSCALED)]
    fit = sorted(filter(plan.within_budget, modes), key=lambda one: one.usd_a_month)
    here = plan.outcomes[ON_DEMAND]
    requests = here.usd_a_month - here.storage_usd
    if not fit or not requests or not plan.within_budget(here):
        return TurningPoint("prices of on demand", "times as high", None, None, PRICES)
    factor = float((fit[0].usd_a_month - fit[0].storage_usd) / requests)
    if not factor:
        return TurningPoint("prices of on demand", "times as high", None, None, PRICES)
    other = fit[0].name if plan.best is here else ON_DEMAND
    return TurningPoint("prices of on demand", "times as high", factor, other, PRICES)


def _size(plan: Plan, item_bytes: int) -> TurningPoint:
    """Double the item's size until another mode is cheaper, then search between the last sizes.

    Sizes are whole KB, because units come in steps of 1 KB and 4 KB.
    """
    now, best = _units(item_bytes), _name(plan)
    low, largest = ceil(item_bytes / KB), ITEM_LIMIT // KB
    high = min(2 * low, largest)

    def mode_at(size: int) -> str:
        units = _units(size * KB)
        scale = ReadsWrites(units.reads / now.reads, units.writes / now.writes)
        return cheapest_mode_at(plan, scale)

    while mode_at(high) == best:
        if high == largest:
            return TurningPoint("larger items", "bytes", None, None, SIZES)
        low, high = high, min(2 * high, largest)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if mode_at(middle) == best else (low, middle)
    return TurningPoint("larger items", "bytes", low * KB + 1, mode_at(high), SIZES)


def _name(plan: Plan) -> str:
    return plan.best.name if plan.best else "none"


def _units(size: int) -> ReadsWrites[int]:
    """Return the blocks that a read and a write of an item of `size` bytes are charged for."""
    return ReadsWrites(blocks(size, READ_BLOCK), blocks(size, WRITE_BLOCK))
