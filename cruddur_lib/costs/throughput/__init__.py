"""Simulate how much of its demand a table serves, minute by minute, under a capacity mode."""

from cruddur_lib.costs.throughput.policies import (
    Fixed,
    OnDemandLimits,
    PartialHour,
    ReadsWrites,
    TargetTracking,
    ThrottledUnits,
)
from cruddur_lib.costs.throughput.result import CapacityResult
from cruddur_lib.costs.throughput.runs import Trace
from cruddur_lib.costs.throughput.simulation import (
    Throughput,
    new_table,
    on_demand,
    simulate,
    warm_table,
)

__all__ = [
    "CapacityResult",
    "Fixed",
    "OnDemandLimits",
    "PartialHour",
    "ReadsWrites",
    "TargetTracking",
    "ThrottledUnits",
    "Throughput",
    "Trace",
    "new_table",
    "on_demand",
    "simulate",
    "warm_table",
]
