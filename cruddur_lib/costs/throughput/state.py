"""Records that `throughput_kernel` works on: a capacity's state, its policy, a table's quota."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.throughput import policies
from cruddur_lib.costs.throughput.policies import (
    Fixed,
    OnDemandLimits,
    Policy,
    TargetTracking,
    ThrottledUnits,
)
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_DAY, MINUTES_PER_HOUR

Records = NDArray[Any]

NEVER = -1  # a minute that does not come
MANY = 2**53  # units a second, as many as a float counts one by one
LONG_AGO = -(10**9)  # minutes: before any day of the series


def _record(whole: str, real: str) -> np.dtype[Any]:
    fields = [(name, np.int64) for name in whole.split()]
    return np.dtype([*fields, *((name, np.float64) for name in real.split())])


# minute: the next one; next units are due at `due`; counts of minutes above and below; `at`: worst
STATE = _record(
    "minute units next due above below changes events denied throttled at retried",
    "bucket waiting refused worst asked able peak",
)
POLICY = _record(
    "minimum maximum lag minutes_out minutes_in scale_in_at_zero on_demand peak_age",
    "percent points burst",
)
QUOTA = _record("first last count at_once offset", "")


def first_units(policy: Policy) -> list[int]:
    """Units a second at the start; nothing on demand, where none are provisioned."""
    match policy:
        case Fixed():
            return [policy.units]
        case TargetTracking():
            return [policy.first]
        case OnDemandLimits():
            return []


def states(rules: Sequence[Policy], burst_at_start: float, refused: ThrottledUnits) -> Records:
    """Capacities before their first minute."""
    made = np.zeros(len(rules), STATE)
    made["due"] = made["at"] = NEVER
    made["retried"] = refused is ThrottledUnits.RETRIED
    made["units"] = [sum(first_units(policy)) for policy in rules]
    made["bucket"] = burst_at_start * made["units"]
    return made


def records(rules: Sequence[Policy]) -> Records:
    """The policies' numbers: a fixed one is a scaled one between two equal limits."""
    made = np.zeros(len(rules), POLICY)
    made["minutes_out"], made["minutes_in"] = policies.MINUTES_OUT, policies.MINUTES_IN
    made["points"], made["burst"] = policies.POINTS_IN, policies.BURST_SECONDS
    made["peak_age"] = policies.PEAK_AGE
    for record, policy in zip(made, rules, strict=True):
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
                record["maximum"] = MANY if maximum is None else maximum
    return made


def quotas(count: int, start: datetime) -> Records:
    """Quotas of so many tables and indexes, without any decrease yet."""
    made = np.zeros(count, QUOTA)
    made["first"] = made["last"] = LONG_AGO
    made["at_once"] = policies.AT_ONCE
    made["offset"] = (start.hour * MINUTES_PER_HOUR + start.minute) % MINUTES_PER_DAY
    return made
