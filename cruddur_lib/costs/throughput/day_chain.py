"""Simulate each day of a workload after each other day, so that the days can have any order.

A day depends on the day before only through its last state: units, buckets and alarms. Most days
always end in the same state, because their buckets get full or empty. So a few thousand simulations
of one day give the exact result for every order of the days.

If days end in too many states, the nearest known state replaces a new state. Then `is_exact` is
false.
"""

from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.throughput.kernel_input import KernelInput, Records, Settings
from cruddur_lib.costs.throughput.policies import (
    BURST_SECONDS,
    OnDemandLimits,
    PartialHour,
    ProvisionedPolicy,
    ThrottledUnits,
)
from cruddur_lib.costs.throughput.runs import Rows, policies_of, rows_of, run_provisioned
from cruddur_lib.costs.throughput.simulation import Rules, simulate
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_DAY
from cruddur_lib.costs.traffic.workload import Workload

DAYS_PER_WEEK = 7
HOURS_PER_DAY = 24
MOST_STATES = 2_000  # of all days together; each day has at least two

Days = NDArray[np.float64]  # units by day, capacity (all reads, then all writes) and minute


@dataclass(frozen=True, eq=False)
class DayChain:
    """The results of each day from each state in which it may begin.

    Arrays have a row for each state, and a column for each day with the weekday that follows. A
    day is in column `day // 7`. Weekday 0 is the weekday of the workload's first day.
    """

    following: NDArray[np.int64]  # the state after the day
    throttled: NDArray[np.float64]  # units of each capacity: all reads, then all writes
    # Units billed for each hour, of table and indexes together: reads and writes.
    billed: NDArray[np.float64]
    in_order: NDArray[np.int64]  # the state before each day of the workload, and after the last
    is_exact: bool = True

    @classmethod
    def of(
        cls, workload: Workload, rules: Rules, partial_hour: PartialHour = PartialHour.HIGHEST
    ) -> "DayChain":
        """Simulate the days.

        Args:
            workload: the demand. An incomplete last day is left out.
            rules: the policies of table and indexes.
            partial_hour: how AWS bills an hour in which capacity changes.
        """
        policies = policies_of(workload, rules)
        if isinstance(policies[0], OnDemandLimits):
            return _on_demand_chain(workload, rules)
        provisioned = cast("list[ProvisionedPolicy]", policies)
        midnight = workload.start.replace(hour=0, minute=0)  # hours and days count from the start
        settings = Settings(midnight, ThrottledUnits.LOST, BURST_SECONDS)
        days = days_of(rows_of(workload))
        return _Exploration(days, provisioned, settings, partial_hour).chain()

    def in_their_order(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values of the workload's days in order, from an array by state and column."""
        days: NDArray[np.float64] = values[
            self.in_order[:-1], np.arange(len(self.in_order) - 1) // DAYS_PER_WEEK
        ]
        return days

    def walk(self, state: int, columns: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the state before each day, for days in this order.

        Args:
            state: the state before the first day.
            columns: the column of each day, in the last dimension.
        """
        states = np.empty_like(columns)
        states[..., 0] = state
        for day in range(1, columns.shape[-1]):
            before = day - 1
            states[..., day] = self.following[states[..., before], columns[..., before]]
        return states


def days_of(rows: Rows) -> Days:
    """Return the units of each whole day."""
    count = rows.shape[1] // MINUTES_PER_DAY
    days = rows[:, : count * MINUTES_PER_DAY].reshape(len(rows), count, MINUTES_PER_DAY)
    return np.ascontiguousarray(days.swapaxes(0, 1))


def _on_demand_chain(workload: Workload, rules: Rules) -> DayChain:
    """Return the chain of on-demand mode, whose limits are constant in the steady state."""
    served = simulate(workload, rules, traced=True, steady=True)
    traces = [pair for part in workload.parts for pair in [served.trace(part)]]
    granted = days_of(np.array([one.granted for kind in zip(*traces, strict=True) for one in kind]))
    throttled = days_of(
        np.array([one.throttled for kind in zip(*traces, strict=True) for one in kind])
    )
    count, capacities = granted.shape[:2]
    columns = -(-count // DAYS_PER_WEEK)
    billed = np.zeros((DAYS_PER_WEEK, columns, 2))
    lost = np.zeros((DAYS_PER_WEEK, columns, capacities))
    for day in range(count):
        at = day % DAYS_PER_WEEK, day // DAYS_PER_WEEK
        billed[at] = granted[day].reshape(2, -1).sum(axis=1)
        lost[at] = throttled[day].sum(axis=1)
    weekdays = np.arange(DAYS_PER_WEEK)
    following = np.repeat((weekdays[:, np.newaxis] + 1) % DAYS_PER_WEEK, columns, axis=1)
    return DayChain(following, lost, billed, np.arange(count + 1) % DAYS_PER_WEEK)


@dataclass(eq=False)
class _Exploration:
    """A search for all states in which days may begin, by simulating each day from each state."""

    days: Days
    policies: list[ProvisionedPolicy]
    settings: Settings
    partial_hour: PartialHour
    states: list[Records] = field(default_factory=list)
    weekdays: list[int] = field(default_factory=list)  # of the day that follows
    known: dict[tuple[int, bytes], int] = field(default_factory=dict)  # numbers of the states
    is_exact: bool = True

    def chain(self) -> DayChain:
        """Simulate all days from all states."""
        self.add(0, KernelInput.of(self.policies, self.settings, 0).states)
        rows: list[list[tuple[int, Any, Any]]] = []
        while len(rows) < len(self.states):
            days = range(self.weekdays[len(rows)], len(self.days), DAYS_PER_WEEK)
            rows.append([self.serve(self.states[len(rows)], day) for day in days])
        columns = -(-len(self.days) // DAYS_PER_WEEK)
        following = np.zeros((len(rows), columns), np.int64)
        throttled = np.zeros((*following.shape, len(self.policies)))
        billed = np.zeros((*following.shape, 2, HOURS_PER_DAY))
        for state, served in enumerate(rows):
            for column, (after, lost, hours) in enumerate(served):
                following[state, column] = after
                throttled[state, column], billed[state, column] = lost, hours
        in_order = [0]
        for day in range(len(self.days)):
            in_order.append(int(following[in_order[-1], day // DAYS_PER_WEEK]))
        return DayChain(following, throttled, billed, np.array(in_order), self.is_exact)

    def serve(self, begin: Records, day: int) -> tuple[int, list[float], Any]:
        """Return the state after the day, the throttled units, and the units of each hour."""
        states = begin.copy()
        runs = run_provisioned(self.days[day], self.policies, self.settings, states)
        results = [run.result for run in runs]
        hours = np.array([one.hours(self.partial_hour) for one in results])
        after = self.state_after(day, states)
        by_kind = hours.reshape(2, -1, HOURS_PER_DAY).sum(axis=1)
        return after, [one.throttled_units for one in results], by_kind

    def state_after(self, day: int, states: Records) -> int:
        """Return the number of the state; if there are too many, that of the nearest state."""
        known = self.known.get((day, states.tobytes()))
        if known is not None:
            return known
        others = [number for (of, _), number in self.known.items() if of == day]
        if len(others) < max(2, MOST_STATES // len(self.days)):
            self.known[day, states.tobytes()] = len(self.states)
            return self.add((day + 1) % DAYS_PER_WEEK, states)
        self.is_exact = False
        return min(others, key=lambda number: _distance(self.states[number], states))

    def add(self, weekday: int, states: Records) -> int:
        """Add a state, and return its number."""
        self.states.append(states)
        self.weekdays.append(weekday)
        return len(self.states) - 1


def _distance(one: Records, other: Records) -> float:
    """Return the difference of two states in units."""
    units = np.abs(one["units"] - other["units"]) * BURST_SECONDS
    return float((units + np.abs(one["bucket"] - other["bucket"])).sum())
