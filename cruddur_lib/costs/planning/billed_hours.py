"""The hours of a workload, and the calendar months that they are billed in.

AWS bills by the calendar month (UTC) and gives the free tier once a month. Of a month that traffic
has only a part of, the rest is taken to be like that part: a bill is made of the whole month, and
the traffic is charged its hours' share of it.
"""

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR
from cruddur_lib.costs.traffic.workload import Workload

HOURS_PER_DAY = 24  # hours


@dataclass(frozen=True, eq=False)
class BilledHours:
    """Hours of the clock, begun ones counted, by month; arrays have an entry for each month."""

    names: tuple[str, ...]  # "2026-06"
    begins: NDArray[np.int64]  # the first of its hours, counted from the workload's first
    hours: NDArray[np.int64]  # that the workload has of it
    whole: NDArray[np.int64]  # hours of the month

    @classmethod
    def of(cls, workload: Workload) -> "BilledHours":
        """The months of a workload."""
        first = workload.start.replace(minute=0)
        count = -(-(workload.minutes + workload.start.minute) // MINUTES_PER_HOUR)
        starts = [first]
        while (following := _next(starts[-1])) < first + timedelta(hours=count):
            starts.append(following)
        begins = np.array([(start - first) // timedelta(hours=1) for start in starts])
        return cls(
            tuple(f"{start:%Y-%m}" for start in starts),
            begins,
            np.diff(begins, append=count),
            np.array(
                [calendar.monthrange(one.year, one.month)[1] * HOURS_PER_DAY for one in starts]
            ),
        )

    @property
    def count(self) -> int:
        """Hours of the workload."""
        return int(self.hours.sum())

    @property
    def shares(self) -> NDArray[np.float64]:
        """The share of each month that the workload has."""
        return self.hours / self.whole

    def sums(self, hours: NDArray[Any]) -> NDArray[Any]:
        """A figure for each hour, added up by month."""
        sums: NDArray[Any] = np.add.reduceat(hours, self.begins)
        return sums

    def of_hours(self, hours: NDArray[Any]) -> list[NDArray[Any]]:
        """A figure for each hour, apart by month."""
        return np.split(hours, self.begins[1:])


def _next(moment: datetime) -> datetime:
    """The first of the month after."""
    return moment.replace(
        year=moment.year + moment.month // 12, month=moment.month % 12 + 1, day=1, hour=0
    )
