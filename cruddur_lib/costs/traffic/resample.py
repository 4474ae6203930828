"""Turn the measured sums of one metric into units of each minute, and find period and gaps.

A period is never guessed. It is a whole number of minutes, and it divides the time between any two
datapoints, because CloudWatch aligns datapoints to the start of the query:
https://github.com/boto/boto3/issues/3457 (answer of 2022-10-22), read 2026-11-27. So the period is
one minute if the greatest common divisor of these times is one minute. Otherwise the file or the
user must give it. DynamoDB writes no datapoint for an idle minute, so a missing one is 0 units.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cruddur_lib.costs.traffic.report import TrafficUnreadable, duration, moment
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_DAY, Minutes
from cruddur_lib.costs.traffic.times import Integers
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE

FEW_ROWS = 2  # of a file: a page with so few is taken with the others
USUAL = (5, 15, 60, 360, MINUTES_PER_DAY)  # minutes
LONGEST = MINUTES_PER_DAY * SECONDS_PER_MINUTE  # seconds


@dataclass(frozen=True)
class Piece:
    """The datapoints of one metric in one file, in the file's order."""

    file: str
    label: str
    minutes: Integers  # since 1970 in UTC
    sums: Minutes
    rows: Integers  # the minutes of all rows in the file, even if this metric's cell is empty
    period: int | None = None  # seconds, if the file names it
    per_second: bool = False


@dataclass(frozen=True)
class MinuteSums:
    """The datapoints of one metric, sorted by time, without repeated ones."""

    minutes: Integers
    sums: Minutes
    period: int = 1  # minutes
    known_by: str = ""
    repeated: int = 0

    def covered(self, first: int, last: int) -> tuple[int, int]:
        """Return the number of minutes in a span that have a datapoint, and the longest gap.

        Args:
            first: the first minute.
            last: the minute after the last one.
        """
        begins = np.clip(self.minutes, first, last)
        ends = np.clip(self.minutes + self.period, first, last)
        gaps = np.append(begins, last) - np.insert(ends, 0, first)
        return int((ends - begins).sum()), int(gaps.max())

    @property
    def shortest_gap(self) -> int:
        """The length in minutes of the shortest gap between datapoints; 0 without a gap."""
        gaps = np.diff(self.minutes) - self.period
        return int(gaps[gaps > 0].min()) if (gaps > 0).any() else 0

    def units(self, first: int, last: int) -> Minutes:
        """Return the units of each minute in a span; a sum is spread evenly over its minutes."""
        units = np.zeros(last - first)
        for within in range(self.period):
            at = self.minutes + (within - first)
            inside = (at >= 0) & (at < units.size)
            units[at[inside]] = self.sums[inside] / self.period
        return units


def minute_sums(pieces: Sequence[Piece], asked: int | None, name: str) -> MinuteSums:
    """Join the pieces of one metric.

    Args:
        pieces: at least one.
        asked: the period in seconds that the user gives.
        name: the metric's name in errors.

    Raises:
        TrafficUnreadable: the period is unknown, the times contradict it, or two rows contradict
            each other.
    """
    if not any(piece.minutes.size for piece in pieces):
        return MinuteSums(np.zeros(0, np.int32), np.zeros(0))
    rows = pd.DataFrame(
        {
            "minute": np.concatenate([piece.minutes for piece in pieces]),
            "sum": np.concatenate([piece.sums for piece in pieces]),
            "piece": np.repeat(np.arange(len(pieces)), [piece.minutes.size for piece in pieces]),
        }
    )
    once = rows.drop_duplicates(["minute", "sum"]).sort_values("minute", kind="stable")
    twice = once[once["minute"].duplicated(keep=False)]
    if not twice.empty:
        raise _contradiction(twice.head(2), pieces, name)
    period, known_by = _period(pieces, asked, name)
    seconds = period * SECONDS_PER_MINUTE
    scale = np.array([seconds if piece.per_second else 1 for piece in pieces])[once["piece"]]
    return MinuteSums(
        once["minute"].to_numpy(),
        once["sum"].to_numpy() * scale,
        period,
        known_by,
        len(rows) - len(once),
    )


def _contradiction(twice: pd.DataFrame, pieces: Sequence[Piece], name: str) -> TrafficUnreadable:
    """Return the error for two rows with the same time and different sums."""
    one, other = (pieces[number] for number in twice["piece"])
    first, second = twice["sum"]
    hint = "keep only the right one"
    if one.file != other.file:
        hint += (
            ", or, if they are two tables, name the tables with "
            f"--column '{other.file}:{other.label}=TABLE/...'"
        )
    return TrafficUnreadable(
        f"{name}: {moment(int(twice['minute'].iloc[0]))} has two sums, {first:.16g} in {one.file} "
        f"and {second:.16g} in {other.file}: {hint}"
    )


def _period(pieces: Sequence[Piece], asked: int | None, name: str) -> tuple[int, str]:
    """Return the metric's period in minutes, and its source."""
    said = {p.period: p.label for p in pieces if p.period is not None}
    known = {asked: "--period", **said} if asked is not None else said
    if len(known) > 1:
        (one, by_one), (two, by_two), *_ = known.items()
        raise TrafficUnreadable(f"{name}: {by_one} says {one} seconds, but {by_two!r} says {two}")
    if known:
        ((seconds, by),) = known.items()
        if seconds % SECONDS_PER_MINUTE or not SECONDS_PER_MINUTE <= seconds <= LONGEST:
            raise TrafficUnreadable(
                f"{name}: {by} says a period of {seconds} seconds: it must be whole minutes, from "
                f"60 to {LONGEST} seconds"
            )
        period = seconds // SECONDS_PER_MINUTE
        _check_distances(pieces, period, f"{name}: {by} says {seconds} seconds")
        return period, "given by --period" if asked else "given by the file"
    files = {p.file: [one.rows for one in pieces if one.file == p.file] for p in pieces}
    every = np.unique(np.concatenate([rows for parts in files.values() for rows in parts]))
    metric = name.removeprefix(pieces[0].file)
    for file, parts in files.items():  # each file may have another period
        rows = np.unique(np.concatenate(parts))
        steps = np.diff(rows if rows.size > FEW_ROWS else every)
        common = int(np.gcd.reduce(steps))
        if common != 1:
            raise _unknown(common, int(steps.min()) if steps.size else 0, file + metric)
    return 1, "shown by the distance of rows"


def _check_distances(pieces: Sequence[Piece], period: int, said: str) -> None:
    """Raise `TrafficUnreadable` if two datapoints are not whole periods apart."""
    minutes = np.sort(np.concatenate([piece.minutes for piece in pieces]))
    wrong = np.flatnonzero(np.diff(minutes) % period)
    if wrong.size:
        one, two = (int(minute) for minute in minutes[wrong[0] : wrong[0] + 2])
        raise TrafficUnreadable(
            f"{said}, but {moment(one)} and {moment(two)} are {duration(two - one)} apart"
        )


def _unknown(common: int, least: int, name: str) -> TrafficUnreadable:
    """Return the error for a period that the file does not show."""
    one = f"--period {SECONDS_PER_MINUTE}"
    if not common:
        return TrafficUnreadable(
            f"{name}: there is only one row, so the period is unknown: use {one} if it is the sum "
            "of one minute, or else the period that you asked CloudWatch for"
        )
    periods = [p for p in sorted({*USUAL, common}) if common % p == 0 and p <= MINUTES_PER_DAY]
    others = [f"--period {period * SECONDS_PER_MINUTE}" for period in periods]
    apart = duration(common) if common == least else f"multiples of {duration(common)}"
    choices = [f"{one} (sums of one minute, without the idle minutes)", *others]
    return TrafficUnreadable(
        f"{name}: rows are {apart} apart: use {', '.join(choices[:-1])} or {choices[-1]}"
        if others
        else f"{name}: rows are {apart} apart: use {choices[0]}"
    )
