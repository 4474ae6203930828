"""Measured sums as a series of minutes: sorted, each once, spread, with its gaps found.

Nothing is put right in silence: what was found stands in `Found`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR, Minutes
from cruddur_lib.errors import WorkbookError

COARSE = 5  # minutes: CloudWatch keeps sums of one minute for 15 days, of five for 63
STRETCH = 3  # rows that stand five minutes apart, from which on they are taken for sums of five
Whole = NDArray[np.int64]


class TrafficUnreadable(WorkbookError):
    """A file that is no traffic, or that can be read in more than one way."""


class Gaps(Enum):
    """What a minute without a row means."""

    ZERO = "0 units: nothing was consumed"
    REFUSED = "the file is not complete, and not read"


@dataclass(frozen=True)
class SparseSums:
    """One column as it stands in the file: minutes since 1970, in UTC, and the sum beside each."""

    minutes: Whole
    sums: Minutes


@dataclass(frozen=True)
class ColumnReport:
    """What one column was like, in rows and minutes."""

    rows: int = 0
    width: int = 1  # minutes that a row covers, at most
    known_by: str = ""  # how that is known
    empty: int = 0  # cells without a number, left out
    out_of_order: int = 0  # rows that stand before an earlier one
    repeated: int = 0  # rows that say again what another one said, left out
    contradicting: int = 0  # rows of a minute with two sums, of which the larger was kept
    coarse: int = 0  # rows of several minutes, spread evenly over them
    gap_minutes: int = 0  # minutes between the first and the last that no row covers
    longest_gap: int = 0  # of these, in one piece

    def notes(self) -> list[str]:
        """A sentence for each thing that is worth knowing."""
        told = {
            "empty": "{:,} cells were empty: left out",
            "out_of_order": "{:,} rows stood out of order: sorted",
            "repeated": "{:,} rows were there twice: counted once",
            "contradicting": "{:,} rows gave another sum for the same time: the larger was kept",
            "coarse": f"{{:,}} rows sum {self.width} minutes, {self.known_by}: spread evenly",
            "gap_minutes": f"{{:,}} minutes have no row, at most {self.longest_gap:,} together",
        }
        return [text.format(n) for name, text in told.items() if (n := getattr(self, name))]


@dataclass(frozen=True)
class MinuteSeries:
    """A column by the minute: units from the minute `first` (since 1970, UTC) on."""

    first: int
    units: Minutes
    covered: NDArray[np.bool_]
    found: ColumnReport = field(default_factory=ColumnReport)


def in_order(series: SparseSums) -> tuple[SparseSums, ColumnReport]:
    """The series with its times ascending and each once, and how many rows were not so."""
    disorder = int((np.diff(series.minutes) < 0).sum())
    order = np.lexsort((series.sums, series.minutes))
    minutes, sums = series.minutes[order], series.sums[order]
    last = np.append(np.diff(minutes) > 0, [True])  # of each time, with its largest sum
    same = (np.diff(minutes) == 0) & (np.diff(sums) == 0)
    repeated = int(same.sum())
    contradicting = int((~last).sum()) - repeated
    rows = series.minutes.size
    return SparseSums(minutes[last], sums[last]), ColumnReport(
        rows, out_of_order=disorder, repeated=repeated, contradicting=contradicting
    )


def spans(minutes: Whole, period: int | None) -> Whole:
    """How many minutes each row covers: `period` where it is known.

    Else one, but five in a stretch of three rows or more that stand five minutes apart, at whole
    five minutes; and an hour, or whatever it is, where all rows stand at least so far apart.
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
    """The series by the minute, each row spread evenly over its `period` (minutes; see `spans`
    where it is unknown); raises `TrafficUnreadable` where rows are no whole periods apart.
    """
    if not series.minutes.size:
        return MinuteSeries(0, np.zeros(0), np.zeros(0, dtype=bool))
    clean, found = in_order(series)
    width = spans(clean.minutes, period)
    first, last = int(clean.minutes[0]), int((clean.minutes + width).max())
    units, covered = np.zeros(last - first), np.zeros(last - first, dtype=bool)
    row = np.repeat(np.arange(width.size), width)
    within = np.arange(row.size) - np.repeat(np.cumsum(width) - width, width)
    at = clean.minutes[row] - first + within
    units[at] = (clean.sums / width)[row]
    covered[at] = True
    found = replace(
        found,
        width=int(width.max()),
        coarse=int((width > 1).sum()),
        gap_minutes=int((~covered).sum()),
        longest_gap=_longest(~covered),
    )
    return MinuteSeries(first, units, covered, found)


def together(spreads: Mapping[Any, MinuteSeries]) -> tuple[int, dict[Any, Minutes]]:
    """The first minute of all of them, and each column's units from there to the last of all."""
    filled = [spread for spread in spreads.values() if spread.units.size]
    first = min(spread.first for spread in filled)
    units = np.zeros(max(spread.first + spread.units.size for spread in filled) - first)
    padded = {name: units.copy() for name in spreads}
    for name, spread in spreads.items():
        at = spread.first - first
        padded[name][at : at + spread.units.size] = spread.units
    return first, padded


def _in_stretch(minutes: Whole, steps: Whole) -> NDArray[np.bool_]:
    """Which rows stand in a stretch of rows five minutes apart; not its last where the next row
    comes sooner.
    """
    apart = (steps == COARSE) & (minutes[:-1] % COARSE == 0)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], apart.astype(np.int8), [0]))))
    inside = np.zeros(minutes.size, dtype=bool)
    for begin, end in zip(edges[::2], edges[1::2], strict=True):  # rows begin..end, both in it
        cut = end < steps.size and steps[end] < COARSE
        if end - begin + 1 >= STRETCH:
            inside[begin : end + (not cut)] = True
    return inside


def _longest(missing: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], missing.astype(np.int8), [0]))))
    return int((edges[1::2] - edges[::2]).max(initial=0))
