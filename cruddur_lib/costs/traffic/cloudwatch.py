"""Read measured traffic from files: a workload for each table, and a report on the reading.

    traffic = read_cloudwatch("cloudwatch.csv", time_zone="Europe/Berlin")
    print(traffic.report)
    traffic.workload

A file may leave something open, such as the period of its sums. Then the caller must give it as an
argument, because the reader never guesses. CloudWatch counts consumed units, so throttled units are
missing, and a sum hides the bursts inside it. So the throttled share that is computed from a file
is a lower bound.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import numpy as np

from cruddur_lib.costs.traffic.labels import ColumnMeaning
from cruddur_lib.costs.traffic.report import (
    TrafficReport,
    TrafficUnreadable,
    duration,
    moment,
)
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_DAY
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, TABLE_PART, Demand, Workload
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS, CapacityKind

if TYPE_CHECKING:
    from cruddur_lib.costs.traffic.resample import MinuteSums

    TableSums = dict[tuple[str, CapacityKind], MinuteSums]  # by part and kind

FINE = 5  # minutes: wider sums hide bursts
LONGEST_SPAN = 3 * 366 * MINUTES_PER_DAY  # minutes
MOST_UNITS = 20_000_000  # minutes of all metrics of one table: its workload then needs 320 MB


class MeasuredTables(Mapping[str, Workload]):
    """The workload of each table by its name, created on access."""

    def __init__(
        self, tables: Mapping[str, "TableSums"], first: int, last: int, *, closed: bool
    ) -> None:
        """Store the datapoints of all tables, which need less memory than the minutes.

        Args:
            tables: the datapoints of each table.
            first: the first minute, since 1970 in UTC.
            last: the minute after the last one.
            closed: whether the traffic really ends there. If not, a pause follows the last
                datapoint, as long as the shortest pause between two datapoints.

        Raises:
            TrafficUnreadable: a workload would need too much memory.
        """
        self._tables, self._first, self._last, self._closed = tables, first, last, closed
        most = max(map(len, tables.values()))
        if most * (last - first) > MOST_UNITS:
            raise TrafficUnreadable(
                f"a table has {most:,} metrics of {duration(last - first)}, and together they "
                f"have more than {MOST_UNITS:,} minutes: shorten them with --start or --end"
            )

    def __len__(self) -> int:
        """Return how many tables there are."""
        return len(self._tables)

    def __iter__(self) -> Iterator[str]:
        """Return the tables' names in the order of the files."""
        return iter(self._tables)

    def __getitem__(self, table: str) -> Workload:
        """Return the workload of a table."""
        metrics = self._tables[table]
        gaps = (sums.shortest_gap for sums in metrics.values() if sums.minutes.size)
        pause = 0 if self._closed else min(gaps, default=0)
        last = self._last + pause
        zeros = np.zeros(last - self._first)
        demands = {
            part: Demand(
                *(
                    metrics[part, kind].units(self._first, last)
                    if (part, kind) in metrics
                    else zeros
                    for kind in THROUGHPUT_KINDS
                )
            )
            for part in _parts(metrics)
        }
        return Workload(
            datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=self._first),
            demands.pop(TABLE_PART),
            demands,
            max(sums.period for sums in metrics.values()),
            pause,
        )


@dataclass(frozen=True)
class MeasuredTraffic:
    """Measured workloads, and the report on how they were read."""

    tables: Mapping[str, Workload]  # by name, or by "" if no file names the only table
    report: TrafficReport

    @property
    def workload(self) -> Workload:
        """The workload of the only table.

        Raises:
            TrafficUnreadable: there are several tables.
        """
        if len(self.tables) > 1:
            names = ", ".join([*self.tables][:6])
            raise TrafficUnreadable(
                f"there are {len(self.tables):,} tables ({names}): use --table NAME or --all"
            )
        return self.tables[next(iter(self.tables))]


class ReadingOptions(TypedDict, total=False):
    """Facts that files of traffic may lack. Every option may be left out."""

    time_zone: str | None  # the zone of times without a zone, such as "Europe/Berlin"
    period: int | None  # seconds that each sum covers
    columns: Mapping[str, ColumnMeaning] | None  # by label, Id or FILE:LABEL; see `column_meaning`
    start: datetime | None  # the first minute, if it is not that of the first datapoint
    end: datetime | None  # the minute after the last one
    idle: Collection[CapacityKind]  # kinds of units that count as 0 if they have no metric


def read_cloudwatch(*paths: str | Path, **options: Unpack[ReadingOptions]) -> MeasuredTraffic:
    """Read the CloudWatch console's CSV, JSON of the AWS CLI, or plain CSV.

    Args:
        *paths: the files. Several files are pages of the same metrics, or have different metrics.
        **options: facts that the files may lack, see `ReadingOptions`.

    Raises:
        TrafficUnreadable: a file is not traffic, or is ambiguous.
    """
    from cruddur_lib.costs.traffic import formats, metrics, resample, times  # noqa: PLC0415  pandas
    from cruddur_lib.costs.traffic.csv_files import read_csv  # noqa: PLC0415
    from cruddur_lib.costs.traffic.json_files import read_json  # noqa: PLC0415

    if not paths:
        raise TrafficUnreadable("there is no file: name at least one")
    clock = times.Clock(options.get("time_zone"))
    files = metrics.MetricFiles(options.get("columns") or {})
    for path in map(Path, paths):
        raw, is_json = formats.read_file(path)
        sheets = (read_json if is_json else read_csv)(raw, path.name, clock)
        files.add(sheets, path.name)
    tables: dict[str, TableSums] = {}
    found = files.metrics()
    for key, pieces in found.items():
        name = f"{pieces[0].file}, {key}"
        sums = resample.minute_sums(pieces, options.get("period"), name)
        tables.setdefault(key.table, {})[key.part, key.kind] = sums
    metrics.check_missing(found, options.get("idle", ()))
    first, last = _span(tables.values(), options.get("start"), options.get("end"))
    report = TrafficReport(
        {name: _missing(table, first, last) for name, table in tables.items()},
        {name: list(_notes(table)) for name, table in tables.items()},
        (*clock.notes, *files.notes),
    )
    closed = options.get("end") is not None
    return MeasuredTraffic(MeasuredTables(tables, first, last, closed=closed), report)


def _parts(metrics: "TableSums") -> Iterable[str]:
    """Return "table", followed by the names of the indexes."""
    return dict.fromkeys([TABLE_PART, *(part for part, _ in metrics)])


def _span(
    tables: Collection["TableSums"], start: datetime | None, end: datetime | None
) -> tuple[int, int]:
    """Return the first minute and the minute after the last, from the files or the arguments."""
    filled = [sums for table in tables for sums in table.values() if sums.minutes.size]
    if not filled:
        raise TrafficUnreadable(
            "no metric has a datapoint: the tables were idle, or their names are wrong"
        )
    first = min(int(sums.minutes[0]) for sums in filled)
    last = max(int(sums.minutes[-1]) + sums.period for sums in filled)
    begin = first if start is None else _minute(start, "--start")
    finish = last if end is None else _minute(end, "--end")
    if not (begin < finish and begin < last and first < finish):
        raise TrafficUnreadable(
            "there is no datapoint between --start and --end: the files cover "
            f"{moment(first)} to {moment(last)}"
        )
    if finish - begin > LONGEST_SPAN:
        raise TrafficUnreadable(
            f"{moment(begin)} to {moment(finish)} is longer than three years: use --start or --end"
        )
    return begin, finish


def _minute(time: datetime, option: str) -> int:
    seconds = time.timestamp()
    if time.tzinfo is None or seconds % SECONDS_PER_MINUTE:
        raise TrafficUnreadable(
            f"{option} {time.isoformat()} is not a whole minute with a time zone, such as "
            "2026-11-02T00:00:00Z"
        )
    return int(seconds) // SECONDS_PER_MINUTE


def _missing(metrics: "TableSums", first: int, last: int) -> str:
    """Return the share of minutes without a datapoint for each metric."""
    shares = []
    for part in _parts(metrics):
        for kind in THROUGHPUT_KINDS:
            sums = metrics.get((part, kind))
            if sums is None:
                share = f"all (no metric, allowed by --no-{kind.plural})"
            else:
                covered, gap = sums.covered(first, last)
                missing = 1 - covered / (last - first)
                share = f"{missing:.2%} (at most {gap:,} in a row)" if missing else "none"
            shares.append(f"{part} {kind.plural} {share}")
    return f"missing minutes, counted as 0: {', '.join(shares)}"


def _notes(metrics: "TableSums") -> Iterator[str]:
    """Yield notes on what was assumed or corrected in a table's metrics."""
    periods: dict[tuple[int, str], list[str]] = {}
    for (part, kind), sums in metrics.items():
        name = f"{part} {kind.plural}"
        periods.setdefault((sums.period, sums.known_by), []).append(name)
        if sums.repeated:
            yield f"{name}: {sums.repeated:,} repeated rows are counted once"
    for (period, known_by), names in periods.items():
        if period > 1:
            yield (
                f"{', '.join(names)}: sums of {duration(period)}, {known_by}, are spread evenly "
                "over their minutes"
            )
    widest = max(period for period, _ in periods)
    if widest > FINE:
        yield (
            f"a sum of {duration(widest)} hides the bursts inside it, so the table may need more "
            "units and throttle more than a plan shows: ask CloudWatch for a period of 60 seconds"
        )
