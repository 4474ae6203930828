"""Capacity units of the requests that run inside a `with`."""

from cruddur_lib.costs.metering.meter import Meter
from cruddur_lib.costs.metering.report import AttemptOutcome, Entry

__all__ = ["AttemptOutcome", "Entry", "Meter"]
