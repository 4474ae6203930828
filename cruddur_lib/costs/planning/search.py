"""The search for the cheapest policy of one capacity that stays within a throttling budget.

Fewer fixed units never throttle less, so halving finds the smallest fixed capacity. For auto
scaling, each candidate is simulated. Two kinds of candidates are left out, because they cannot win.
A maximum below the smallest fixed capacity throttles more than the budget. A minimum of at least
that capacity costs no less than it does.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from math import ceil

import numpy as np

from cruddur_lib.costs.planning.billed_hours import BilledHours, Hours
from cruddur_lib.costs.planning.tariffs import Tariff
from cruddur_lib.costs.throughput.policies import (
    HIGHEST_TARGET,
    LOWEST_TARGET,
    Fixed,
    PartialHour,
    TargetTracking,
)
from cruddur_lib.costs.throughput.result import CapacityResult
from cruddur_lib.costs.throughput.simulation import CapacityDemand
from cruddur_lib.costs.traffic.shapes import Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE

FINE_STEPS = 2  # to each side of the best candidate, in the second round

Progress = Callable[[int], object]  # called with the number of policies tried since the last call
Cost = tuple[float, float]  # USD, and unit-hours to break ties
CostFunction = Callable[[Hours], Cost]  # of the units that each hour is billed with


@dataclass(frozen=True)
class SearchGrid:
    """The grid of auto scaling policies to try: targets in percent, number of minima and maxima."""

    targets: range = range(20, 91, 5)
    minima: int = 12
    maxima: int = 6
    finer: bool = True  # whether a second round tries smaller steps around the best


SEARCH_GRID = SearchGrid()


@dataclass(frozen=True, eq=False)
class Candidate:
    """A policy and what it served."""

    policy: Fixed | TargetTracking
    result: CapacityResult


@dataclass(frozen=True, eq=False)
class BestCandidate(Candidate):
    """The cheapest auto scaling policy so far, and its cost."""

    policy: TargetTracking
    cost: Cost


class PolicySearch(CapacityDemand):
    """A search over policies for the reads or the writes of a table or an index."""

    def fixed(self, budget: float) -> Candidate:
        """Return the smallest fixed capacity whose throttled share is within `budget`."""
        policy = Fixed(self.smallest_fixed(budget))
        return Candidate(policy, self.under(policy))

    def smallest_fixed(self, budget: float) -> int:
        """Return the smallest number of fixed units whose throttled share is within `budget`."""
        low, high = 1, self._peak_units
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
        cost_of: CostFunction,
        partial_hour: PartialHour,
        progress: Progress = lambda _: None,
        grid: SearchGrid = SEARCH_GRID,
    ) -> BestCandidate | None:
        """Return the cheapest auto scaling policy whose throttled share is within `budget`.

        Args:
            budget: the highest throttled share, from 0 to below 1.
            cost_of: Returns the cost of hourly units, see `cost_function`.
            partial_hour: how an hour in which capacity changed is billed.
            progress: is called after each policy.
            grid: the policies to try.

        Returns:
            The best candidate; None if each one throttles too much.
        """

        def best_of(
            policies: Iterable[TargetTracking], best: BestCandidate | None = None
        ) -> BestCandidate | None:
            policies = list(policies)
            results = self.under_each(policies)
            for policy, result in zip(policies, results, strict=True):
                progress(1)
                if result.throttled_share <= budget:
                    cost = cost_of(result.hours(partial_hour))
                    if best is None or cost < best.cost:
                        best = BestCandidate(policy, result, cost)
            return best

        smallest = self.smallest_fixed(budget)
        best = best_of(self._coarse(smallest, grid))
        if best is None or not grid.finer:
            return best
        return best_of(self._fine(smallest, best.policy, grid), best)

    def tracking(
        self, target: float, minimum: int = 1, maximum: int | None = None
    ) -> TargetTracking:
        """Return auto scaling that starts with the units its first two minutes call for.

        Args:
            target: the utilization to keep, a share: 0.7.
            minimum: the fewest units a second.
            maximum: the most units a second; None for those that the busiest minute calls for.
        """
        if maximum is None:
            maximum = max(minimum, self._units_at(target, self.demand))
        start = min(max(self._units_at(target, self.demand[:2]), minimum), maximum)
        return TargetTracking(minimum, maximum, target, start)

    @property
    def _peak_units(self) -> int:
        """The units that throttle no demand."""
        return max(1, ceil(float(self.demand.max()) / SECONDS_PER_MINUTE))

    @staticmethod
    def _units_at(target: float, demand: Minutes) -> int:
        """Return the units that keep the busiest of these minutes at the target utilization."""
        return ceil(float(demand.max()) / SECONDS_PER_MINUTE / target)

    def _coarse(self, smallest: int, grid: SearchGrid) -> Iterator[TargetTracking]:
        """Yield the policies of the grid."""
        for percent in grid.targets:
            minima, maxima = self._limits(smallest, percent / 100, grid)
            for maximum, minimum in product(maxima, minima):
                yield self.tracking(percent / 100, minimum, maximum)

    def _fine(
        self, smallest: int, best: TargetTracking, grid: SearchGrid
    ) -> Iterator[TargetTracking]:
        """Yield policies around the best one of the grid."""
        minima, maxima = self._limits(smallest, best.target, grid)
        limits = list(product(_around(best.maximum, maxima), _around(best.minimum, minima)))
        middle = round(best.percent)
        for percent in range(middle - 2 * FINE_STEPS, middle + 2 * FINE_STEPS + 1):
            if LOWEST_TARGET <= percent / 100 <= HIGHEST_TARGET:
                for maximum, minimum in limits:
                    yield self.tracking(percent / 100, minimum, maximum)

    def _limits(
        self, smallest: int, target: float, grid: SearchGrid
    ) -> tuple[list[int], list[int]]:
        """Return minima below the smallest fixed capacity, and maxima from it to the peak's."""
        highest = max(smallest, ceil(self._peak_units / target))
        minima = _spread(1, max(1, smallest - 1), grid.minima)
        return minima, _spread(smallest, highest, grid.maxima)


def cost_function(tariff: Tariff, months: BilledHours, others: Hours | int = 0) -> CostFunction:
    """Return a function that prices the hourly units of one part beside those of the others.

    Args:
        tariff: the prices of reads or of writes.
        months: the months of these hours.
        others: Hourly units of the other parts, which share the free tier and the reservation.
    """

    def cost_of(hours: Hours) -> Cost:
        return tariff.usd_with_best_reservation(hours + others, months), float(hours.sum())

    return cost_of


def _spread(low: int, high: int, count: int) -> list[int]:
    """Return whole numbers from low to high, in about a geometric sequence.

    >>> _spread(1, 100, 5)
    [1, 3, 10, 32, 100]
    """
    return sorted({round(number) for number in np.geomspace(low, high, count)})


def _around(best: int, steps: list[int]) -> list[int]:
    """Return a few numbers between the step below the best one and the step above it."""
    at = steps.index(best)
    below, above = steps[max(at - 1, 0)], steps[min(at + 1, len(steps) - 1)]
    fine = FINE_STEPS + 1
    return sorted({best, *_spread(below, best, fine), *_spread(best, above, fine)})
