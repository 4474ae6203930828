"""The hours of a workload, and its share of a month.

A plan assumes that the traffic repeats. So hours count from the workload's first minute, not from
the full hour of the clock. A month has 730 hours, as in AWS's calculator. If the last hour is
incomplete, only its minutes count.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from numpy.typing import NDArray

from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR
from cruddur_lib.costs.traffic.workload import Workload

Hours = NDArray[Any]  # a number for each hour, such as the units that AWS bills

HOURS_PER_MONTH = 730


@dataclass(frozen=True)
class BilledHours:
    """The hours of a workload with this number of minutes."""

    minutes: int
    month_hours: int = HOURS_PER_MONTH

    @classmethod
    def of(cls, workload: Workload, month_hours: int = HOURS_PER_MONTH) -> "BilledHours":
        """Return the hours of a workload.

        Args:
            workload: the traffic.
            month_hours: the hours of the month that its bill is projected to.
        """
        return cls(workload.minutes, month_hours)

    @property
    def count(self) -> int:
        """The number of hours, including an incomplete one."""
        return -(-self.minutes // MINUTES_PER_HOUR)

    @property
    def share(self) -> Fraction:
        """The share of a month that the workload covers; above 1 if it is longer than a month."""
        return Fraction(self.minutes, MINUTES_PER_HOUR * self.month_hours)

    def unit_minutes(self, hours: Hours) -> Any:
        """Return the sum of an hourly figure, each hour multiplied by its minutes.

        Args:
            hours: a figure for each hour, in the last dimension.
        """
        idle = self.count * MINUTES_PER_HOUR - self.minutes
        return hours.sum(axis=-1) * MINUTES_PER_HOUR - hours[..., -1] * idle
