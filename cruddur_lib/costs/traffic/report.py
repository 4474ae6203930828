"""The report on how files of traffic were read, and the error for an unreadable file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from cruddur_lib.costs.traffic.shapes import MINUTES_PER_DAY, MINUTES_PER_HOUR
from cruddur_lib.errors import WorkbookError

LONGEST_SHOWN = 60  # characters


class TrafficUnreadable(WorkbookError):
    """The file is not traffic, or it is ambiguous."""


@dataclass(frozen=True)
class TrafficReport:
    """The notes on how files were read. The missing minutes come first."""

    missing: Mapping[str, str]  # by table: the share of minutes without a datapoint
    notes: Mapping[str, Sequence[str]]  # by table: what was assumed or corrected
    general: Sequence[str] = field(default=())  # time zones, columns that were not read

    def of(self, table: str) -> list[str]:
        """Return the lines about this table."""
        return [self.missing[table], *self.notes[table], *self.general]

    def __str__(self) -> str:
        """Return all lines; with several tables, each line begins with its table's name."""
        tables = [(name and f"{name}: ", name) for name in self.missing]
        lines = [prefix + self.missing[name] for prefix, name in tables]
        lines += [prefix + note for prefix, name in tables for note in self.notes[name]]
        return "\n".join([*lines, *self.general])


def moment(minute: int) -> str:
    """Return a minute, counted from 1970 in UTC, as text.

    >>> moment(0)
    '1970-01-01T00:00Z'
    """
    return f"{np.datetime64(minute, 'm')}Z"


def duration(minutes: int) -> str:
    """Return a number of minutes in the largest unit that fits.

    >>> duration(2_880), duration(60), duration(61)
    ('2 days', '1 hour', '61 minutes')
    """
    units = {MINUTES_PER_DAY: "day", MINUTES_PER_HOUR: "hour", 1: "minute"}
    size = next(size for size in units if minutes % size == 0)
    number = minutes // size
    return f"{number:,} {units[size]}{'' if number == 1 else 's'}"


def shortened(text: str) -> str:
    """Return text of a file for use in a message: short, and without control characters."""
    shown = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."
    return "".join(letter if letter.isprintable() else "?" for letter in shown)
