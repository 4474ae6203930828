"""The hours of a workload, and its share of a month.

A plan is about traffic that goes on. So hours count from the workload's first minute, whatever the
clock says, and a month has 730 hours, as in AWS's calculator. A last hour that is not complete
counts by its minutes.
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
    """The hours of a workload of so many minutes."""

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
        """The number of hours, with a begun one."""
        return -(-self.minutes // MINUTES_PER_HOUR)

    @property
    def share(self) -> Fraction:
        """The share of a month that the workload covers; more than 1 for a longer one."""
        return Fraction(self.minutes, MINUTES_PER_HOUR * self.month_hours)

    def unit_minutes(self, hours: Hours) -> Any:
        """Return the sum of an hourly figure, each hour multiplied by its minutes.

        Args:
            hours: a figure for each hour, in the last dimension.
        """
        idle = self.count * MINUTES_PER_HOUR - self.minutes
        return hours.sum(axis=-1) * MINUTES_PER_HOUR - hours[..., -1] * idle
