"""The hours of a workload, and the calendar months that they are billed in.

AWS bills by the calendar month (UTC), and the free tier starts again every month. If the traffic
covers only a part of a month, the rest of the month is assumed to be like that part. Each bill is
for the whole month, and the workload pays the share of it that its hours have.
"""

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR
from cruddur_lib.costs.traffic.workload import Workload

HOURS_PER_DAY = 24

Hours = NDArray[Any]  # a number for each clock hour, such as the units that AWS bills


@dataclass(frozen=True, eq=False)
class BilledHours:
    """Clock hours by month, started hours included. Arrays have an entry for each month."""

    names: tuple[str, ...]  # "2026-06"
    offsets: NDArray[np.int64]  # hours from the start of the workload to that of its part
    hours: NDArray[np.int64]  # hours that the workload covers
    month_hours: NDArray[np.int64]  # hours of the whole month

    @classmethod
    def of(cls, workload: Workload) -> "BilledHours":
        """Return the months that a workload covers."""
        first = workload.start.replace(minute=0)
        count = -(-(workload.minutes + workload.start.minute) // MINUTES_PER_HOUR)
        starts = [first]
        while (following := _next_month(starts[-1])) < first + timedelta(hours=count):
            starts.append(following)
        offsets = np.array([(start - first) // timedelta(hours=1) for start in starts])
        days = [calendar.monthrange(start.year, start.month)[1] for start in starts]
        return cls(
            names=tuple(f"{start:%Y-%m}" for start in starts),
            offsets=offsets,
            hours=np.diff(offsets, append=count),
            month_hours=np.array(days) * HOURS_PER_DAY,
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

    def split_by_month(self, hours: Hours) -> list[Hours]:
        """Split an hourly figure into one array for each month."""
        return np.split(hours, self.offsets[1:])


def _next_month(moment: datetime) -> datetime:
    """Return the first moment of the following month."""
    return moment.replace(
        year=moment.year + moment.month // 12, month=moment.month % 12 + 1, day=1, hour=0
    )
