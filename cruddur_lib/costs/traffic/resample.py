"""Turn measured sums into a series of minutes: sort them, drop repetitions, fill gaps.

`ColumnReport` counts every correction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR, Minutes
from cruddur_lib.errors import WorkbookError

COARSE = 5  # minutes: CloudWatch keeps sums of one minute for 15 days, and of five for 63
STRETCH = 3  # rows: so many in a row, five minutes apart, are taken for sums of five minutes
Integers = NDArray[np.int64]


class TrafficUnreadable(WorkbookError):
    """The file is not traffic, or can be read in more than one way."""


@dataclass(frozen=True)
class SparseSums:
    """One column in the file's order: minutes since 1970 in UTC, and each row's sum of units."""

    minutes: Integers
    sums: Minutes


@dataclass(frozen=True)
class ColumnReport:
    """What was observed and corrected in one column."""

    rows: int = 0
    width: int = 1  # the most minutes that a row covers
    known_by: str = ""  # where the width comes from
    empty: int = 0  # cells without a number, which are left out
    out_of_order: int = 0  # rows that follow a later one
    repeated: int = 0  # rows with the time and the sum of another row, which are left out
    contradicting: int = 0  # rows left out because the same minute has a larger sum
    coarse: int = 0  # rows that cover several minutes, over which they are spread evenly
    gap_minutes: int = 0  # minutes between the first and the last row that no row covers
    longest_gap: int = 0  # minutes

    def notes(self) -> list[str]:
        """Return a sentence for each observation that is not 0."""
        texts = {
            "empty": "{:,} cells were empty: left out",
            "out_of_order": "{:,} rows stood out of order: sorted",
            "repeated": "{:,} rows were there twice: counted once",
            "contradicting": "{:,} rows gave another sum for the same time: the larger was kept",
            "coarse": f"{{:,}} rows sum {self.width} minutes, {self.known_by}: spread evenly",
            "gap_minutes": f"{{:,}} minutes have no row, at most {self.longest_gap:,} together",
        }
        return [text.format(n) for name, text in texts.items() if (n := getattr(self, name))]


@dataclass(frozen=True)
class MinuteSeries:
    """One column by the minute, from the minute `first` on, which counts from 1970 in UTC."""

    first: int
    units: Minutes
    report: ColumnReport = field(default_factory=ColumnReport)


def _sorted_rows(series: SparseSums) -> tuple[SparseSums, ColumnReport]:
    """Sort the rows by time, keep one for each minute, and report what was corrected."""
    order = np.lexsort((series.sums, series.minutes))
    minutes, sums = series.minutes[order], series.sums[order]
    last = np.append(np.diff(minutes) > 0, [True])  # of each time, with its largest sum
    repeated = int(((np.diff(minutes) == 0) & (np.diff(sums) == 0)).sum())
    return SparseSums(minutes[last], sums[last]), ColumnReport(
        series.minutes.size,
        out_of_order=int((np.diff(series.minutes) < 0).sum()),
        repeated=repeated,
        contradicting=int((~last).sum()) - repeated,
    )


def _row_widths(minutes: Integers, period: int | None) -> Integers:
    """Return the minutes that each row covers.

    Without a period, it is the greatest common distance of all rows, if that is a multiple of five
    minutes, divides an hour, and all rows are at its multiples. Otherwise each row covers a minute.
    Three or more rows in a row that are five minutes apart still cover five minutes each.
    """
    steps = np.diff(minutes)
    if period is not None:
        if (steps % period).any():
            wrong = int(steps[(steps % period).astype(bool)][0])
            raise TrafficUnreadable(
                f"rows of {period} minutes cannot stand {wrong} minutes apart: say the period that "
                "the sums have"
            )
        return np.full(minutes.size, period)
    common = int(np.gcd.reduce(steps)) if steps.size else 1
    if common % COARSE == 0 and MINUTES_PER_HOUR % common == 0 and not (minutes % common).any():
        return np.full(minutes.size, common)
    return np.where(_in_stretch(minutes, steps), COARSE, 1)


def by_minute(series: SparseSums, period: int | None = None) -> MinuteSeries:
    """Spread each row evenly over its minutes.

    Args:
        series: the rows in any order.
        period: minutes that each row covers; None to find them from the rows' distances.

    Raises:
        TrafficUnreadable: rows are not whole periods apart.
    """
    if not series.minutes.size:
        return MinuteSeries(0, np.zeros(0))
    clean, report = _sorted_rows(series)
    width = _row_widths(clean.minutes, period)
    first, last = int(clean.minutes[0]), int((clean.minutes + width).max())
    units, covered = np.zeros(last - first), np.zeros(last - first, dtype=bool)
    row = np.repeat(np.arange(width.size), width)
    within = np.arange(row.size) - np.repeat(np.cumsum(width) - width, width)
    at = clean.minutes[row] - first + within
    units[at] = (clean.sums / width)[row]
    covered[at] = True
    begins, ends = _runs(~covered)
    report = replace(
        report,
        width=int(width.max()),
        coarse=int((width > 1).sum()),
        gap_minutes=int((~covered).sum()),
        longest_gap=int((ends - begins).max(initial=0)),
    )
    return MinuteSeries(first, units, report)


def align(columns: Mapping[Any, MinuteSeries]) -> tuple[int, dict[Any, Minutes]]:
    """Return the first minute of all columns, and each column's units up to the last minute."""
    filled = [column for column in columns.values() if column.units.size]
    first = min(column.first for column in filled)
    units = np.zeros(max(column.first + column.units.size for column in filled) - first)
    padded = {name: units.copy() for name in columns}
    for name, column in columns.items():
        at = column.first - first
        padded[name][at : at + column.units.size] = column.units
    return first, padded


def _in_stretch(minutes: Integers, steps: Integers) -> NDArray[np.bool_]:
    """Return whether each row belongs to a stretch of rows that are five minutes apart.

    The last row of a stretch does not belong to it if the next row follows sooner.
    """
    inside = np.zeros(minutes.size, dtype=bool)
    for begin, end in _runs((steps == COARSE) & (minutes[:-1] % COARSE == 0)).T:  # `end` included
        cut = end < steps.size and steps[end] < COARSE
        if end - begin + 1 >= STRETCH:
            inside[begin : end + (not cut)] = True
    return inside


def _runs(flags: NDArray[np.bool_]) -> Integers:
    """Return where each run of True begins, and where it ends (excluded), in two rows."""
    edges = np.flatnonzero(np.diff(flags, prepend=False, append=False))
    return edges.reshape(-1, 2).T
