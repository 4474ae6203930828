"""The hours of a workload, and the calendar months that they are billed in.

AWS bills by the calendar month (UTC), and the free tier starts again every month. If the traffic
covers only a part of a month, the rest of the month is assumed to be like that part. Each bill is
for the whole month. The workload pays a share of it: its hours divided by the month's.
"""

import calendar
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR
from cruddur_lib.costs.traffic.workload import Workload

Hours = NDArray[Any]  # a number for each clock hour, such as the units that AWS bills


@dataclass(frozen=True, eq=False)
class BilledHours:
    """Clock hours by month, started hours included. Arrays have an entry for each month."""

    names: tuple[str, ...]  # "2026-06"
    offsets: NDArray[np.int64]  # hours from the workload's start to the month's first of its hours
    hours: NDArray[np.int64]  # hours that the workload covers
    month_hours: NDArray[np.int64]  # hours of the whole month

    @classmethod
    def of(cls, workload: Workload) -> "BilledHours":
        """Return the months that a workload covers."""
        first = workload.start.replace(minute=0)
        count = -(-(workload.minutes + workload.start.minute) // MINUTES_PER_HOUR)
        end, starts, following = first + timedelta(hours=count), [], first
        while following < end:
            starts.append(following)
            following = (following.replace(day=1, hour=0) + timedelta(days=32)).replace(day=1)
        offsets = np.array([(start - first) // timedelta(hours=1) for start in starts])
        days = [calendar.monthrange(start.year, start.month)[1] for start in starts]
        return cls(
            names=tuple(f"{start:%Y-%m}" for start in starts),
            offsets=offsets,
            hours=np.diff(offsets, append=count),
            month_hours=np.array(days) * 24,
        )

    @property
    def count(self) -> int:
        """Hours of the workload."""
        return int(self.hours.sum())

    @cached_property
    def shares(self) -> tuple[Fraction, ...]:
        """The share of each month that the workload covers."""
        return tuple(map(Fraction, self.hours.tolist(), self.month_hours.tolist()))

    def sum_by_month(self, hours: Hours) -> NDArray[Any]:
        """Return the sum of an hourly figure over each month."""
        sums: NDArray[Any] = np.add.reduceat(hours, self.offsets)
        return sums
