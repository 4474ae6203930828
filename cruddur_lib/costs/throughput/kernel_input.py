"""The records that `kernel` works on: a capacity's state, its policy, a table's or index's quota.

Policies and `units` are in units a second. The other figures of a state are units of a minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.throughput import policies as rules
from cruddur_lib.costs.throughput.policies import (
    Fixed,
    Policy,
    ProvisionedPolicy,
    TargetTracking,
    ThrottledUnits,
)
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR

Records = NDArray[Any]

NEVER = -1  # a minute that no workload has
SMALLEST = 5e-324  # units: the smallest float above 0
MOST_PASSES = 10  # the most passes to find a steady state; auto scaling may need two periods
MOST_MINUTES = 2**21  # of all passes without auto scaling: a bucket drains at most 1e-6 too slowly
LONG_AGO = -(10**9)  # minutes: before every workload's first day


def _record(integers: str, floats: str) -> np.dtype[Any]:
    fields = [(name, np.int64) for name in integers.split()]
    return np.dtype([*fields, *((name, np.float64) for name in floats.split())])


# `minute` is the next one to simulate. `next_units` take effect in `change_minute`. `above` and
# `below` count minutes in a row for the alarms. `changes` and `events` count rows that are written.
# `began_units`, `began_bucket` and `began_waiting` have the values of the first minute of a pass.
STATE = _record(
    "minute units next_units change_minute above below changes events denied retry"
    " throttled_minutes worst_minute began_units",
    "bucket waiting throttled worst_units requested available began_bucket began_waiting",
)
# A minute that grants less than `least` units does not count as low.
POLICY = _record(
    "minimum maximum lag minutes_out minutes_in",
    "percent points burst least",
)
# `first` and `last` are the minutes of a day's first and last decrease, `count` is their number.
QUOTA = _record("first last count at_once start_minute", "")


@dataclass(frozen=True)
class Settings:
    """What all capacities of one simulation have in common."""

    start: datetime
    throttled: ThrottledUnits
    burst_at_start: float  # seconds
    tracing: bool = False
    steady: bool = False

    @property
    def clock(self) -> int:
        """The minutes of the day (UTC) before the first minute.

        They are 0 for a steady state, because hours and days then count from the first minute. So
        the same traffic has the same result at any time of day.
        """
        return 0 if self.steady else self.start.hour * MINUTES_PER_HOUR + self.start.minute

    def most_passes(self, policies: Sequence[Policy], minutes: int) -> int:
        """Return the most passes over a demand of this number of minutes."""
        if not self.steady:
            return 1
        scaled = any(isinstance(policy, TargetTracking) for policy in policies)
        return MOST_PASSES if scaled else max(MOST_PASSES, MOST_MINUTES // minutes)


class KernelInput(NamedTuple):
    """The arguments of the kernel but for the demand and the passes, a row for each capacity.

    The kernel updates the states and quotas and writes the changes and events. Where it does not
    write, the arrays use no memory.
    """

    states: Records
    policies: Records
    quotas: Records
    changes: NDArray[np.int64]  # minutes, units a second
    events: NDArray[np.float64]  # minutes, units granted, units throttled

    @classmethod
    def of(
        cls,
        policies: Sequence[ProvisionedPolicy],
        settings: Settings,
        minutes: int,
        quotas: int = 1,
        *,
        one_by_one: bool = False,
    ) -> "KernelInput":
        """Return the arrays as they are before the first minute.

        Args:
            policies: one for each capacity.
            settings: what the capacities have in common.
            minutes: the length of the demand.
            quotas: the number of tables and indexes, each of which has its own quota.
            one_by_one: whether `changes` and `events` have one row for all policies in turn.
        """
        count = len(policies)
        rows = 1 if one_by_one else count
        changes = np.empty((rows, 2, minutes // 2 + 3), np.int64)  # at most one in two minutes
        events = np.empty((rows, 3, minutes if settings.tracing else 0))
        states, records = np.zeros(count, STATE), np.zeros(count, POLICY)
        for state, record, policy in zip(states, records, policies, strict=True):
            _write_policy(state, record, policy)
        states["change_minute"] = states["worst_minute"] = NEVER
        states["retry"] = settings.throttled is ThrottledUnits.RETRIED
        states["bucket"] = settings.burst_at_start * states["units"]
        states["began_units"], states["began_bucket"] = states["units"], states["bucket"]
        changes[:, 0, 0], changes[:, 1, 0] = 0, states["units"][:rows]
        states["changes"] = 1
        decreases = np.zeros(quotas, QUOTA)
        decreases["first"] = decreases["last"] = LONG_AGO
        decreases["at_once"] = rules.DECREASES_AT_ONCE
        decreases["start_minute"] = settings.clock
        return cls(states, records, decreases, changes, events)

    def resume(self, states: Records) -> None:
        """Begin with these states, which `ends` returned. The quota of a new day is unused."""
        self.states[:] = states
        self.changes[:, 1, 0] = states["units"]

    def ends(self, minutes: int) -> Records:
        """Return the states after this number of minutes, for `resume`.

        States with the same future are equal.
        """
        states = np.zeros_like(self.states)
        for name in ("units", "bucket", "waiting", "retry"):
            states[name] = self.states[name]
        states["began_units"], states["began_bucket"] = states["units"], states["bucket"]
        states["began_waiting"] = states["waiting"]
        states["changes"], states["worst_minute"] = 1, NEVER
        for name, most in (("above", "minutes_out"), ("below", "minutes_in")):
            states[name] = np.minimum(self.states[name], self.policies[most])
        due = self.states["change_minute"] != NEVER
        states["change_minute"] = np.where(due, self.states["change_minute"] - minutes, NEVER)
        states["next_units"] = np.where(due, self.states["next_units"], 0)
        return states


def _write_policy(state: Any, record: Any, policy: ProvisionedPolicy) -> None:
    """Write the policy's numbers. A fixed policy has equal limits, so it never scales."""
    record["minutes_out"], record["minutes_in"] = rules.MINUTES_OUT, rules.MINUTES_IN
    record["points"], record["burst"] = rules.POINTS_IN, rules.BURST_SECONDS
    match policy:
        case Fixed(units):
            record["minimum"] = record["maximum"] = state["units"] = units
            record["percent"] = 100
        case TargetTracking(minimum, maximum):
            record["minimum"], record["maximum"], state["units"] = minimum, maximum, policy.first
            record["percent"], record["lag"] = policy.percent, policy.lag
            record["least"] = 0.0 if policy.scale_in_at_zero else SMALLEST
