"""The records that `kernel` works on: a capacity's state, its policy, a table's or index's quota.

Policies and `units` are in units a second. The other figures of a state are units of a minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.throughput import policies as rules
from cruddur_lib.costs.throughput.policies import (
    Fixed,
    OnDemandLimits,
    Policy,
    TargetTracking,
    ThrottledUnits,
)
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR

Records = NDArray[Any]

NEVER = -1  # a minute that no workload has
NO_MAXIMUM = 2**53  # units a second: more than any table has, and exact as a float
LONG_AGO = -(10**9)  # minutes: before every workload's first day


def _record(integers: str, floats: str) -> np.dtype[Any]:
    fields = [(name, np.int64) for name in integers.split()]
    return np.dtype([*fields, *((name, np.float64) for name in floats.split())])


# `minute` is the next one to simulate. `next_units` take effect in `change_minute`. `above` and
# `below` count minutes in a row for the alarms. `changes` and `events` count rows that are written.
STATE = _record(
    "minute units next_units change_minute above below changes events denied retry"
    " throttled_minutes worst_minute",
    "bucket waiting throttled worst_units requested available peak",
)
POLICY = _record(
    "minimum maximum lag minutes_out minutes_in scale_in_at_zero on_demand peak_age",
    "percent points burst",
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


@dataclass(frozen=True, eq=False)
class KernelInput:
    """The records for one run of the kernel, which updates `states` and `quotas`."""

    states: Records
    policies: Records
    quotas: Records

    @classmethod
    def of(cls, policies: Sequence[Policy], settings: Settings, quotas: int = 1) -> "KernelInput":
        """Return the records as they are before the first minute.

        Args:
            policies: one for each capacity.
            settings: what the capacities have in common.
            quotas: the number of tables and indexes, each of which has its own quota.
        """
        return cls(
            _states(policies, settings),
            _policies(policies),
            _quotas(quotas, settings.start),
        )


def first_units(policy: Policy) -> list[int]:
    """The provisioned units a second at the start, as a list: it is empty for on-demand mode."""
    match policy:
        case Fixed():
            return [policy.units]
        case TargetTracking():
            return [policy.first]
        case OnDemandLimits():
            return []


def _states(policies: Sequence[Policy], settings: Settings) -> Records:
    made = np.zeros(len(policies), STATE)
    made["change_minute"] = made["worst_minute"] = NEVER
    made["retry"] = settings.throttled is ThrottledUnits.RETRIED
    made["units"] = [sum(first_units(policy)) for policy in policies]
    made["bucket"] = settings.burst_at_start * made["units"]
    return made


def _policies(policies: Sequence[Policy]) -> Records:
    """The policies' numbers. A fixed policy has equal limits, so it never scales."""
    made = np.zeros(len(policies), POLICY)
    made["minutes_out"], made["minutes_in"] = rules.MINUTES_OUT, rules.MINUTES_IN
    made["points"], made["burst"] = rules.POINTS_IN, rules.BURST_SECONDS
    made["peak_age"] = rules.PEAK_AGE_MINUTES
    for record, policy in zip(made, policies, strict=True):
        match policy:
            case Fixed(units):
                record["minimum"] = record["maximum"] = units
                record["percent"] = 100
            case TargetTracking(minimum, maximum):
                record["minimum"], record["maximum"] = minimum, maximum
                record["percent"], record["lag"] = policy.percent, policy.lag
                record["scale_in_at_zero"] = policy.scale_in_at_zero
            case OnDemandLimits(initial, maximum):
                record["minimum"], record["on_demand"] = initial, True
                record["maximum"] = NO_MAXIMUM if maximum is None else maximum
    return made


def _quotas(count: int, start: datetime) -> Records:
    made = np.zeros(count, QUOTA)
    made["first"] = made["last"] = LONG_AGO
    made["at_once"] = rules.DECREASES_AT_ONCE
    made["start_minute"] = start.hour * MINUTES_PER_HOUR + start.minute
    return made
