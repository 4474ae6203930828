"""What one capacity gave: units, throttled units, and the hours that AWS bills for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.throughput.policies import PartialHour, ThroughputError
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR, Minutes

Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CapacityResult:
    """The reads or the writes of a table or an index, over all minutes of a workload.

    `throttled_units` counts a unit each time that it is refused; `waiting_units` wait at the end,
    where throttled units come again. From the minute `changed[i]` on, `units[i]` a second are
    provisioned; on demand both are empty. `denied` decreases were against the quota of a day.
    """

    start: datetime
    minutes: int
    wanted_units: float
    throttled_units: float
    waiting_units: float
    lost_units: float  # that were wanted and never given
    throttled_minutes: int
    worst_units: float  # throttled in the worst minute
    worst_minute: int | None  # the first such; None where nothing is throttled
    changed: Whole
    units: Whole
    denied: int

    @property
    def throttled_share(self) -> float:
        """Throttled units in those that were wanted: a lower bound, see `throughput`."""
        return self.throttled_units / self.wanted_units if self.wanted_units else 0.0

    @property
    def granted_units(self) -> float:
        """Units that were given: what on-demand mode bills."""
        return self.wanted_units - self.lost_units

    @property
    def worst_time(self) -> datetime | None:
        """When the worst minute was, in UTC."""
        if self.worst_minute is None:
            return None
        return self.start + timedelta(minutes=self.worst_minute)

    @property
    def decreases(self) -> int:
        """How often units were taken away."""
        return int((np.diff(self.units) < 0).sum())

    def hours(self, billed: PartialHour = PartialHour.HIGHEST) -> NDArray[Any]:
        """Units that each hour of the clock is billed with; the first and the last may be partly
        outside the workload. Raises `ThroughputError` on demand.
        """
        if not self.units.size:
            raise ThroughputError("on demand no unit-hours are billed, but units: granted_units")
        inside = self.start.minute  # minutes of the first hour before the workload
        count = -(-(self.minutes + inside) // MINUTES_PER_HOUR)
        edges = np.maximum(np.arange(count + 1) * MINUTES_PER_HOUR - inside, 0)
        edges[-1] = self.minutes
        if billed is PartialHour.MEAN:
            means: NDArray[np.float64] = np.diff(self._unit_minutes(edges)) / MINUTES_PER_HOUR
            return means
        highest: Whole = self.units[np.searchsorted(self.changed, edges[:-1], "right") - 1]
        np.maximum.at(highest, (self.changed + inside) // MINUTES_PER_HOUR, self.units)
        return highest

    def unit_hours(self, billed: PartialHour = PartialHour.HIGHEST) -> float:
        """Unit-hours that are billed for all hours; raises `ThroughputError` on demand."""
        return float(self.hours(billed).sum())

    def provisioned(self) -> Minutes:
        """Units a second that are provisioned in each minute."""
        lengths = np.diff(self.changed, append=self.minutes)
        return np.repeat(self.units.astype(np.float64), lengths)

    def _unit_minutes(self, minutes: Whole) -> Whole:
        """Unit-minutes from the start to each of these minutes."""
        until = np.concatenate(([0], np.cumsum(np.diff(self.changed) * self.units[:-1])))
        at = np.searchsorted(self.changed, minutes, "right") - 1
        so_far: Whole = until[at] + (minutes - self.changed[at]) * self.units[at]
        return so_far
