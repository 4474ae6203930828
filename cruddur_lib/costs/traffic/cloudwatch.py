"""Read measured traffic from a file: a workload, and a report of how the file was read.

    traffic = read_cloudwatch("cloudwatch.csv", time_zone="Europe/Berlin")
    traffic.report
    traffic.workload

If a file does not say the time zone or a sum's period, arguments can. Otherwise the report says
what was assumed. CloudWatch counts consumed units: throttled units are missing, and a sum hides the
bursts inside it. The throttled share that is computed from a file is therefore a lower bound.
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
    Integers,
    MinuteSeries,
    SparseSums,
    TrafficUnreadable,
)
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, TABLE_PART, Demand, Workload
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS


@dataclass(frozen=True)
class TrafficReport:
    """How a file was read. Its text has a line for each observation."""

    name: str
    zone: str  # the time zone that was used, and where it comes from
    columns: Mapping[Part, ColumnReport]
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the file's name and the notes on each column."""
        lines = [f"{self.name}: {self.zone}"]
        for (part, kind), column in self.columns.items():
            lines += [f"{part}, {kind.plural}: {line}" for line in column.notes()]
        return "\n".join([*lines, *self.notes])


@dataclass(frozen=True)
class MeasuredTraffic:
    """A measured workload, and the report of how it was read."""

    workload: Workload
    report: TrafficReport


def read_cloudwatch(
    path: str | Path,
    *,
    time_zone: str | None = None,
    period: int | None = None,
    columns: Mapping[str, Part] | None = None,
) -> MeasuredTraffic:
    """Read the CloudWatch console's CSV, the JSON of `get-metric-data`, or plain CSV.

    Args:
        path: the file.
        time_zone: the zone of times that name none, such as "Europe/Berlin".
        period: seconds that each sum covers; None for what the file says.
        columns: what labels mean, such as `{"m1": ("inbox-index", CapacityKind.WRITE)}`.

    Raises:
        TrafficUnreadable: the file is not traffic, or can be read in more than one way.
    """
    path = Path(path)
    by_part, ignored = _columns_by_part(formats.columns(path), dict(columns or {}), path.name)
    times_by_id = {id(column.times): column.times for column in by_part.values()}  # one for a CSV
    moments = {key: traffic_times.moments(times) for key, times in times_by_id.items()}
    zone = traffic_times.zone_of(list(moments.values()), time_zone, path.name)
    minutes = {key: traffic_times.minutes(times, zone.zone) for key, times in moments.items()}
    series_by_part = {
        p: _minute_series(c, minutes[id(c.times)], period) for p, c in by_part.items()
    }
    if not any(series.units.size for series in series_by_part.values()):
        raise TrafficUnreadable(f"{path.name} has no row with a number")
    report = TrafficReport(
        path.name,
        zone.note,
        {part: series.report for part, series in series_by_part.items()},
        (*_notes(by_part), *(f"not read: {label}" for label in ignored)),
    )
    return MeasuredTraffic(_workload(series_by_part), report)


def _columns_by_part(
    columns: Iterable[Column], labels: dict[str, Part], file: str
) -> tuple[dict[Part, Column], list[str]]:
    """Return the column of each part, and the labels of the columns that are not traffic."""
    by_part: dict[Part, Column] = {}
    ignored = []
    for column in columns:
        named = [labels.pop(label) for label in column.labels if label in labels]
        part = named[0] if named else column.metric
        if part is None:
            ignored.append(column.labels[0])
        elif part in by_part:
            raise TrafficUnreadable(
                f"{file} has two columns for {part[0]} {part[1].plural}: "
                f"{by_part[part].labels[0]!r} and {column.labels[0]!r}. Say with `columns` which "
                "label is which index"
            )
        else:
            by_part[part] = column
    if labels:
        raise TrafficUnreadable(f"{file} has no column {', '.join(labels)}")
    if not by_part:
        raise TrafficUnreadable(
            f"{file} has no consumed units, only: {', '.join(ignored) or 'nothing'}. It needs "
            f"{' or '.join(formats.METRICS)}; say with `columns` what a label means"
        )
    return by_part, ignored


def _minute_series(column: Column, minutes: Integers, period: int | None) -> MinuteSeries:
    """Return the column by the minute, which is empty if CloudWatch has no data."""
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
    rows = SparseSums(minutes[good], sums[good])
    series = resample.by_minute(rows, seconds // SECONDS_PER_MINUTE if seconds else None)
    report = replace(series.report, empty=int((~good).sum()), known_by=known_by)
    return replace(series, report=report)


def _notes(columns: Mapping[Part, Column]) -> Iterable[str]:
    for (part, kind), column in columns.items():
        if column.statistic is None:
            yield f"{part}, {kind.plural}: the file names no statistic: taken for the Sum"
        if column.status not in ("", "Complete"):
            yield f"{part}, {kind.plural}: not complete, CloudWatch says {column.status}"


def _workload(series_by_part: Mapping[Part, MinuteSeries]) -> Workload:
    first, units = resample.align(series_by_part)
    zeros = np.zeros(next(iter(units.values())).size)
    demands = {
        name: Demand(*(units.get((name, kind), zeros) for kind in THROUGHPUT_KINDS))
        for name in dict.fromkeys([TABLE_PART, *(part for part, _ in units)])
    }
    return Workload(
        datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=first),
        demands.pop(TABLE_PART),
        demands,
        max(series.report.width for series in series_by_part.values()),
    )
