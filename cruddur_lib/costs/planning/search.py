"""The search for the cheapest policy of one capacity that stays within a throttling budget.

Fewer fixed units never throttle less, so a binary search finds the smallest fixed capacity. For
auto scaling, the search simulates each candidate. It leaves out two kinds of candidates that cannot
win. If the maximum is below the smallest fixed capacity, the policy exceeds the budget. If the
minimum is at least that capacity, the policy costs no less than fixed units.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
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
from cruddur_lib.costs.throughput.simulation import CapacityDemand
from cruddur_lib.costs.traffic.shapes import Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE

FINE_STEPS = 2  # to each side of the best candidate, in the second round

Progress = Callable[[int], object]  # called with the number of policies tried since the last call
CostFunction = Callable[[Hours], Hours]  # USD of each row of hourly units


@dataclass(frozen=True)
class SearchGrid:
    """The auto scaling policies to try: targets in percent, number of minimums and maximums."""

    targets: range = range(20, 91, 5)
    minima: int = 12
    maxima: int = 6
    finer: bool = True  # whether a second round tries smaller steps around the best


SEARCH_GRID = SearchGrid()


@dataclass(frozen=True, eq=False)
class Candidate:
    """A policy and the units billed for each hour."""

    policy: Fixed | TargetTracking
    hours: Hours
    in_demand: bool = True  # whether the capacity has any demand


@dataclass(frozen=True, eq=False)
class PolicySearch(CapacityDemand):
    """A search over policies for the reads or the writes of a table or an index.

    The results of tried policies are stored, so a second search with other terms is quick.
    """

    partial_hour: PartialHour = PartialHour.HIGHEST
    progress: Progress = lambda _: None
    _tried: dict[Fixed | TargetTracking, tuple[float, Hours]] = field(default_factory=dict)

    def fixed(self, budget: float) -> Candidate:
        """Return the smallest fixed capacity whose throttled share is within `budget`."""
        units = self.smallest_fixed(budget)
        return Candidate(Fixed(units), np.full(self._count, units), bool(self.demand.any()))

    def autoscaled(
        self,
        budget: float,
        cost_of: CostFunction,
        max_target: int = round(100 * HIGHEST_TARGET),
        grid: SearchGrid = SEARCH_GRID,
        also: Iterable[TargetTracking] = (),
    ) -> Candidate | None:
        """Return the cheapest auto scaling policy whose throttled share is within `budget`.

        Args:
            budget: the highest throttled share, from 0 to below 1.
            cost_of: a function that returns the cost of hourly units, see `cost_function`.
            max_target: the highest target, in percent.
            grid: the policies to try.
            also: more policies to try.

        Returns:
            The cheapest candidate. If several cost the same, the one with the fewest unit-hours.
            None if every candidate throttles too much.
        """
        smallest = self.smallest_fixed(budget)
        targets = sorted({max_target, *(t for t in grid.targets if t < max_target)})
        policies = [*self._coarse(smallest, targets, grid), *also]
        best = self._best_of(policies, budget, cost_of)
        if best is None or not grid.finer or not isinstance(best.policy, TargetTracking):
            return best
        finer = self._fine(smallest, best.policy, max_target, grid)
        return self._best_of([best.policy, *finer], budget, cost_of)

    def tracking(
        self, target: float, minimum: int = 1, maximum: int | None = None
    ) -> TargetTracking:
        """Return auto scaling that starts with the units that its first two minutes need.

        Args:
            target: the utilization to keep, a share such as 0.7.
            minimum: the fewest units a second.
            maximum: the most units a second; None for those that the busiest minute needs.
        """
        if maximum is None:
            maximum = max(minimum, self._units_at(target, self.demand))
        start = min(max(self._units_at(target, self.demand[:2]), minimum), maximum)
        return TargetTracking(minimum, maximum, target, start)

    def longest_peak(self, units: int) -> int:
        """Return the most minutes in a row with a demand above these units a second."""
        above = self.demand > units * SECONDS_PER_MINUTE
        edges = np.flatnonzero(np.diff(above, prepend=False, append=False))
        return int((edges[1::2] - edges[::2]).max(initial=0))

    def _best_of(
        self, policies: list[TargetTracking], budget: float, cost_of: CostFunction
    ) -> Candidate | None:
        self._try([policy for policy in policies if policy not in self._tried])
        fit = [policy for policy in policies if self._tried[policy][0] <= budget]
        if not fit:
            return None
        hours = np.stack([self._tried[policy][1] for policy in fit])
        best = int(np.lexsort((hours.sum(axis=1), cost_of(hours)))[0])
        return Candidate(fit[best], hours[best])

    def _try(self, policies: list[TargetTracking]) -> None:
        for policy, result in zip(policies, self.under_each(policies), strict=True):
            hours = result.hours(self.partial_hour)[: self._count]
            self._tried[policy] = (result.throttled_share, hours)
            self.progress(1)

    @property
    def _count(self) -> int:
        return BilledHours.of(self.workload).count

    @property
    def _peak_units(self) -> int:
        """The units that throttle no demand."""
        return max(1, self._units_at(1.0, self.demand))

    @staticmethod
    def _units_at(target: float, demand: Minutes) -> int:
        """Return the units that keep the busiest of these minutes at the target utilization."""
        return ceil(float(demand.max()) / SECONDS_PER_MINUTE / target)

    def _coarse(
        self, smallest: int, targets: Iterable[int], grid: SearchGrid
    ) -> Iterator[TargetTracking]:
        """Yield the policies of the grid."""
        for percent in targets:
            minima, maxima = self._limits(smallest, percent / 100, grid)
            for maximum, minimum in product(maxima, minima):
                yield self.tracking(percent / 100, minimum, maximum)

    def _fine(
        self, smallest: int, best: TargetTracking, max_target: int, grid: SearchGrid
    ) -> Iterator[TargetTracking]:
        """Yield policies around the best one of the grid."""
        minima, maxima = self._limits(smallest, best.target, grid)
        limits = list(product(_around(best.maximum, maxima), _around(best.minimum, minima)))
        middle = round(best.percent)
        for percent in range(middle - 2 * FINE_STEPS, middle + 2 * FINE_STEPS + 1):
            if LOWEST_TARGET <= percent / 100 <= max_target / 100:
                for maximum, minimum in limits:
                    yield self.tracking(percent / 100, minimum, maximum)

    def _limits(
        self, smallest: int, target: float, grid: SearchGrid
    ) -> tuple[list[int], list[int]]:
        """Return minimums below the smallest fixed capacity, and maximums from it to the peak."""
        highest = max(smallest, ceil(self._peak_units / target))
        minima = _spread(1, max(1, smallest - 1), grid.minima)
        return minima, _spread(smallest, highest, grid.maxima)


def cost_function(tariff: Tariff, span: BilledHours, others: Hours | int = 0) -> CostFunction:
    """Return a function that prices the hourly units of one part together with other parts.

    Args:
        tariff: the prices of reads or of writes.
        span: the workload's hours.
        others: hourly units of the other parts, which share the free tier and the reservation.
    """
    return lambda hours: tariff.usd_of_each(hours + others, span)


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
