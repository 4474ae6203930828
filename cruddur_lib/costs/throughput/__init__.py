"""What a table serves of its demand under a capacity mode, minute by minute."""

from cruddur_lib.costs.throughput.policies import Fixed, OnDemandLimits, ReadsWrites, TargetTracking
from cruddur_lib.costs.throughput.result import CapacityResult
from cruddur_lib.costs.throughput.simulation import Throughput, Trace, on_demand, simulate

__all__ = [
    "CapacityResult",
    "Fixed",
    "OnDemandLimits",
    "ReadsWrites",
    "TargetTracking",
    "Throughput",
    "Trace",
    "on_demand",
    "simulate",
]
