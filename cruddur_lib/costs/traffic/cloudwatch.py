"""Measured traffic from a file: a workload, and a report of what was found on the way.

    traffic = read_traffic("cloudwatch.csv", time_zone="Europe/Berlin")
    traffic.report
    traffic.workload

What the file leaves open is asked for or said in the report: the time zone, the period of a sum,
what a missing minute means, a minute that is there twice. CloudWatch has the units that were given:
what was throttled on the day is not among them, and a sum does not show the bursts inside it. So
the throttled share that is computed from a file is a lower bound.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from cruddur_lib.costs.traffic import formats, resample
from cruddur_lib.costs.traffic import times as traffic_times
from cruddur_lib.costs.traffic.formats import Column, Part
from cruddur_lib.costs.traffic.resample import (
    ColumnReport,
    Gaps,
    MinuteSeries,
    SparseSums,
    TrafficUnreadable,
    Whole,
)
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, TABLE_PART, Demand, Workload
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS


@dataclass(frozen=True)
class TrafficReport:
    """What a file was like; as text, a line for each thing that is worth knowing."""

    name: str
    zone: str  # in which its times were read, and how that is known
    columns: Mapping[Part, ColumnReport]
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The file, its columns, and what was found in each."""
        lines = [f"{self.name}: {self.zone}"]
        for (part, kind), found in self.columns.items():
            lines += [f"{part}, {kind.plural}: {line}" for line in found.notes()]
        return "\n".join([*lines, *self.notes])


@dataclass(frozen=True)
class MeasuredTraffic:
    """A workload that was measured, and how it was read."""

    workload: Workload
    report: TrafficReport


def read_cloudwatch(
    path: str | Path,
    *,
    time_zone: str | None = None,
    period: int | None = None,
    gaps: Gaps = Gaps.ZERO,
    columns: Mapping[str, Part] | None = None,
) -> MeasuredTraffic:
    """The traffic in a file: the CloudWatch console's CSV, `get-metric-data`'s JSON, or plain CSV.

    `time_zone` ("Europe/Berlin") is that of times without one, `period` the seconds that each sum
    covers, and `columns` says which label means what:
    `{"m1": ("inbox-index", CapacityKind.WRITE)}`. Raises `TrafficUnreadable` where the
    file can be read in no way, or in two.
    """
    path = Path(path)
    found, unread = _chosen(formats.columns(path), dict(columns or {}), path.name)
    alike = {id(column.times): column.times for column in found.values()}  # a CSV has them once
    moments = {key: traffic_times.moments(times) for key, times in alike.items()}
    zone = traffic_times.zone_of(list(moments.values()), time_zone, path.name)
    minutes = {key: traffic_times.minutes(times, zone.zone) for key, times in moments.items()}
    spreads = {p: _spread(c, minutes[id(c.times)], period) for p, c in found.items()}
    _check(spreads, gaps, path.name)
    report = TrafficReport(
        path.name,
        zone.told,
        {part: spread.found for part, spread in spreads.items()},
        (*_notes(found), *(f"not read: {label}" for label in unread)),
    )
    return MeasuredTraffic(_workload(spreads), report)


def _chosen(
    every: Iterable[Column], names: dict[str, Part], file: str
) -> tuple[dict[Part, Column], list[str]]:
    """The column of each part, and the labels of those that are none."""
    chosen: dict[Part, Column] = {}
    unread = []
    for column in every:
        named = [names.pop(label) for label in column.labels if label in names]
        part = named[0] if named else column.metric
        if part is None:
            unread.append(column.labels[0])
        elif part in chosen:
            raise TrafficUnreadable(
                f"{file} has two columns for {part[0]} {part[1].plural}: "
                f"{chosen[part].labels[0]!r} and {column.labels[0]!r}. Say with `columns` which "
                "label is which index"
            )
        else:
            chosen[part] = column
    if names:
        raise TrafficUnreadable(f"{file} has no column {', '.join(names)}")
    if not chosen:
        raise TrafficUnreadable(
            f"{file} has no consumed units, only: {', '.join(unread) or 'nothing'}. It needs "
            f"{' or '.join(formats.METRICS)}; say with `columns` what a label means"
        )
    return chosen, unread


def _spread(column: Column, minutes: Whole, period: int | None) -> MinuteSeries:
    """The column by the minute; without any row where CloudWatch has none."""
    if column.statistic not in (None, "Sum"):
        raise TrafficUnreadable(
            f"{column.labels[0]} is the {column.statistic}: choose the statistic Sum in CloudWatch"
        )
    seconds = period or column.period
    known_by = "by their distance"
    if seconds:
        known_by = "as asked for" if period else "as the file says"
    if seconds is not None and (seconds % SECONDS_PER_MINUTE or seconds <= 0):
        raise TrafficUnreadable(f"a period is whole minutes, got {seconds} seconds")
    sums, good = traffic_times.sums(column)
    series = SparseSums(minutes[good], sums[good])
    spread = resample.by_minute(series, seconds // SECONDS_PER_MINUTE if seconds else None)
    found = replace(spread.found, empty=int((~good).sum()), known_by=known_by)
    return replace(spread, found=found)


def _check(spreads: Mapping[Part, MinuteSeries], gaps: Gaps, file: str) -> None:
    if not any(spread.units.size for spread in spreads.values()):
        raise TrafficUnreadable(f"{file} has no row with a number")
    for (part, kind), spread in spreads.items():
        if gaps is Gaps.REFUSED and (missing := spread.found.gap_minutes):
            raise TrafficUnreadable(
                f"{file}: {part}, {kind.plural}: {missing:,} minutes have no row. "
                f"Gaps.ZERO reads each as {Gaps.ZERO.value}"
            )


def _notes(columns: Mapping[Part, Column]) -> Iterable[str]:
    for (part, kind), column in columns.items():
        if column.statistic is None:
            yield f"{part}, {kind.plural}: the file names no statistic: taken for the Sum"
        if column.status not in ("", "Complete"):
            yield f"{part}, {kind.plural}: not complete, CloudWatch says {column.status}"


def _workload(spreads: Mapping[Part, MinuteSeries]) -> Workload:
    first, units = resample.together(spreads)
    nothing = np.zeros(next(iter(units.values())).size)
    demands = {
        name: Demand(*(units.get((name, kind), nothing) for kind in THROUGHPUT_KINDS))
        for name in dict.fromkeys([TABLE_PART, *(part for part, _ in units)])
    }
    return Workload(
        datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=first),
        demands.pop(TABLE_PART),
        demands,
        max(spread.found.width for spread in spreads.values()),
    )
