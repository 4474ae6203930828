"""The search for one capacity's cheapest policy, among those that throttle little enough.

`fixed` is proven: fewer units throttle no less, so the fewest within the budget are found by
halving. `autoscaled` is proven among its candidates, as each of them is run, but for those that
cannot win: with a maximum below the fewest fixed units more is throttled than with these, and with
a minimum from there on more is paid.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.throughput.policies import (
    HIGHEST_TARGET,
    LOWEST_TARGET,
    Fixed,
    PartialHour,
    TargetTracking,
)
from cruddur_lib.costs.throughput.result import CapacityResult
from cruddur_lib.costs.throughput.simulation import CapacityDemand
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, Workload
from cruddur_lib.costs.units.capacity_units import CapacityKind

FINER = 2  # steps around the best, to each side, in a second round

Hours = NDArray[Any]
Noted = Callable[[int], object]  # told how many policies were tried since


@dataclass(frozen=True)
class SearchGrid:
    """How close the candidates of a search stand: targets in percent, and how many minima and
    maxima, from few units to many.
    """

    targets: range = range(20, 91, 5)
    minima: int = 12
    maxima: int = 6
    finer: bool = True  # whether a second round looks around the best


SEARCH_GRID = SearchGrid()


@dataclass(frozen=True, eq=False)
class Candidate:
    """A policy and what it gave."""

    policy: Fixed | TargetTracking
    given: CapacityResult


@dataclass(frozen=True, eq=False)
class BestCandidate(Candidate):
    """The cheapest so far."""

    policy: TargetTracking
    cost: tuple[float, float]


@dataclass(frozen=True, eq=False)
class PolicySearch:
    """The reads or the writes of a table ("table") or an index, to be searched for."""

    workload: Workload
    part: str
    kind: str  # "reads" or "writes"

    @cached_property
    def _series(self) -> CapacityDemand:
        return CapacityDemand(self.workload, self.part, CapacityKind(self.kind.removesuffix("s")))

    @cached_property
    def _wanted(self) -> NDArray[np.float64]:
        demand = self.workload.parts[self.part]
        return demand.reads if self.kind == "reads" else demand.writes

    def fixed(self, budget: float) -> Candidate:
        """The fewest units under which at most this share of what is wanted is throttled."""
        policy = Fixed(self.smallest_fixed(budget))
        return Candidate(policy, self.under(policy))

    def under(self, policy: Fixed | TargetTracking) -> CapacityResult:
        """What a policy gives of it, alone."""
        return self._series.under(policy)

    def smallest_fixed(self, budget: float) -> int:
        """How many those are."""
        low, high = 1, self._top
        while low < high:
            middle = (low + high) // 2
            if self.under(Fixed(middle)).throttled_share <= budget:
                high = middle
            else:
                low = middle + 1
        return low

    def autoscaled(
        self,
        budget: float,
        usd: Callable[[Hours], tuple[float, float]],
        billed: PartialHour,
        noted: Noted = lambda _: None,
        steps: SearchGrid = SEARCH_GRID,
    ) -> BestCandidate | None:
        """The candidate whose hours have the lowest `usd`, of those that keep to the budget; None
        where none does. The second round looks at finer steps around the best of the first.
        """
        fewest = self.smallest_fixed(budget)
        best: BestCandidate | None = None
        for round_ in (self._coarse, self._fine):
            policies = list(round_(fewest, best.policy if best else None, steps))
            for policy, given in zip(policies, self._series.under_each(policies), strict=True):
                noted(1)
                if given.throttled_share <= budget:
                    cost = usd(given.hours(billed))
                    if best is None or cost < best.cost:
                        best = BestCandidate(policy, given, cost)
        return best

    @property
    def _top(self) -> int:
        """Units that throttle nothing."""
        return max(1, ceil(float(self._wanted.max()) / SECONDS_PER_MINUTE))

    def _first(self, target: float) -> int:
        """Units that bring the first minutes to the target, as if it had been so before."""
        return ceil(float(self._wanted[:2].max()) / SECONDS_PER_MINUTE / target)

    def _coarse(self, fewest: int, _: Any, steps: SearchGrid) -> Iterator[TargetTracking]:
        for percent in steps.targets:
            target = percent / 100
            minima, maxima = self._limits(fewest, target, steps)
            for maximum, minimum in product(maxima, minima):
                yield self._policy(minimum, maximum, target)

    def _fine(
        self, fewest: int, best: TargetTracking | None, steps: SearchGrid
    ) -> Iterator[TargetTracking]:
        if best is None or not steps.finer:
            return
        minima, maxima = self._limits(fewest, best.target, steps)
        percents = range(round(best.percent) - 2 * FINER, round(best.percent) + 2 * FINER + 1)
        for target in (percent / 100 for percent in percents):
            if LOWEST_TARGET <= target <= HIGHEST_TARGET:
                for maximum, minimum in product(
                    _around(best.maximum, maxima), _around(best.minimum, minima)
                ):
                    yield self._policy(minimum, maximum, target)

    def _limits(self, fewest: int, target: float, steps: SearchGrid) -> tuple[list[int], list[int]]:
        """Minima up to the fewest fixed units, and maxima from there to what is ever scaled to."""
        highest = max(fewest, ceil(self._top / target))
        minima = _spread(1, max(1, fewest - 1), steps.minima)
        return minima, _spread(fewest, highest, steps.maxima)

    def _policy(self, minimum: int, maximum: int, target: float) -> TargetTracking:
        start = min(max(self._first(target), minimum), maximum)
        return TargetTracking(minimum, maximum, target, start)


def _spread(low: int, high: int, count: int) -> list[int]:
    """Whole numbers from low to high, each about as many times the one before it.

    >>> _spread(1, 100, 5)
    [1, 3, 10, 32, 100]
    """
    return sorted({round(number) for number in np.geomspace(low, high, count)})


def _around(best: int, steps: list[int]) -> list[int]:
    """A few numbers between the step below the best and the one above it."""
    at = steps.index(best)
    below, above = steps[max(at - 1, 0)], steps[min(at + 1, len(steps) - 1)]
    return sorted({best, *_spread(below, best, FINER + 1), *_spread(best, above, FINER + 1)})
