"""The result of one capacity: units granted and throttled, and the hours that AWS bills."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.throughput.policies import PartialHour, ThroughputError
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR, Minutes

Integers = NDArray[np.int64]


class Throttled:
    """The units of a demand that were throttled."""

    demand_units: float
    throttled_units: float  # a unit counts each time it is throttled

    @property
    def throttled_share(self) -> float:
        """Throttled units divided by the units of demand: a lower bound, see `simulation`."""
        return self.throttled_units / self.demand_units if self.demand_units else 0.0


@dataclass(frozen=True, eq=False)
class PolicyTrial(Throttled):
    """The throttling of one of many policies, and the units billed for each hour.

    `hours` and `unit_hours` are those of `CapacityResult`.
    """

    demand_units: float
    throttled_units: float
    highest: Integers
    means: Minutes

    def hours(self, partial_hour: PartialHour = PartialHour.HIGHEST) -> NDArray[Any]:
        """Return the units that are billed for each hour of the clock."""
        return self.means if partial_hour is PartialHour.MEAN else self.highest

    def unit_hours(self, partial_hour: PartialHour = PartialHour.HIGHEST) -> float:
        """Return the unit-hours billed for all hours."""
        return float(self.hours(partial_hour).sum())


@dataclass(frozen=True, eq=False)
class CapacityResult(Throttled):
    """The reads or the writes of a table or an index, over all minutes of a workload.

    From minute `change_minutes[i]` on, `units[i]` units a second are provisioned. Both are empty on
    demand.
    """

    start: datetime  # UTC
    inside: int  # minutes of the first hour before the workload
    minutes: int
    demand_units: float
    throttled_units: float  # a unit counts each time it is throttled
    waiting_units: float  # units that wait for a retry at the end
    lost_units: float  # units of demand that were never granted
    throttled_minutes: int
    worst_units: float  # units throttled in the worst minute
    worst_minute: int | None  # the first such minute; None if nothing was throttled
    change_minutes: Integers
    units: Integers
    denied: int  # decreases that the daily quota denied

    @property
    def granted_units(self) -> float:
        """Units that were granted, which on-demand mode bills."""
        return self.demand_units - self.lost_units

    @property
    def worst_time(self) -> datetime | None:
        """When the worst minute began, in UTC."""
        if self.worst_minute is None:
            return None
        return self.start + timedelta(minutes=self.worst_minute)

    @property
    def decreases(self) -> int:
        """How many times units were decreased."""
        return int((np.diff(self.units) < 0).sum())

    def hours(self, partial_hour: PartialHour = PartialHour.HIGHEST) -> NDArray[Any]:
        """Return the units that are billed for each hour of the clock.

        The workload may begin and end inside an hour. Raises `ThroughputError` on demand.
        """
        if not self.units.size:
            raise ThroughputError("on demand no unit-hours are billed, but units: granted_units")
        count = -(-(self.minutes + self.inside) // MINUTES_PER_HOUR)
        first = np.maximum(np.arange(count) * MINUTES_PER_HOUR - self.inside, 0)  # of each hour
        if partial_hour is PartialHour.MEAN:
            means: Minutes = np.add.reduceat(self.provisioned(), first) / MINUTES_PER_HOUR
            return means
        at = np.searchsorted(self.change_minutes, first, "right") - 1
        highest: Integers = self.units[at]
        np.maximum.at(highest, (self.change_minutes + self.inside) // MINUTES_PER_HOUR, self.units)
        return highest

    def unit_hours(self, partial_hour: PartialHour = PartialHour.HIGHEST) -> float:
        """Return the unit-hours billed for all hours; raises `ThroughputError` on demand."""
        return float(self.hours(partial_hour).sum())

    def provisioned(self) -> Minutes:
        """Return the units a second that are provisioned in each minute."""
        lengths = np.diff(self.change_minutes, append=self.minutes)
        return np.repeat(self.units.astype(np.float64), lengths)
