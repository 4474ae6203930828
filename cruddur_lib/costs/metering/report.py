"""Entries of a record, and tables that show them: a row for each kind of request, then sums."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from cruddur_lib.costs.units.capacity_units import CapacityKind, Consistency, Units
from cruddur_lib.text import frame, int_if_whole

if TYPE_CHECKING:
    import pandas as pd

SUMS = {
    CapacityKind.READ: "all reads",
    CapacityKind.WRITE: "all writes",
    CapacityKind.STREAM: "all stream reads",
}
UNKNOWN = "?"
PLACE = "table or index"  # the first column
WIDTH = 49  # most characters of a cell that pandas does not shorten

Row = dict[str, Any]  # cells by the names of their columns


class AttemptOutcome(Enum):
    """How an attempt ended."""

    DONE = "done"
    REPLAYED = "a transaction sent again"
    CONDITION_FAILED = "condition failed"
    REFUSED = "refused"
    UNKNOWN = "no answer"
    NOT_METERED = "not metered"

    @property
    def counted(self) -> bool:
        """Whether the units are known."""
        return self not in (AttemptOutcome.UNKNOWN, AttemptOutcome.NOT_METERED)


@dataclass(frozen=True)
class Entry:
    """What one attempt that reached the engine cost on one table."""

    operation: str
    table: str
    units: Units
    index: str | None = None  # that a Query or Scan reads
    read: Consistency | None = None
    items: int = 0
    size: int | None = 0  # bytes read, or after a write but before a delete; None if unknown
    outcome: AttemptOutcome = AttemptOutcome.DONE
    reported: float | None = None  # the engine's own figure for table and indexes
    attempt: int = 0  # counted from 1 in the order in which attempts ended

    @property
    def kind(self) -> tuple[object, ...]:
        """A value that is equal for entries in the same row of a table."""
        units, outcome = self.units, self.outcome
        return (self.operation, self.table, self.index, self.read, units.capacity, outcome)


def as_table(entries: Sequence[Entry]) -> "pd.DataFrame":
    """Return a row for each kind of request, followed by the sums of reads and of writes."""
    rows: list[tuple[str, Row]] = []
    for same in _by_kind(entries):
        place = {PLACE: same[0].index or same[0].table}
        rows.append((same[0].operation, place | _figures(same) | {"why": _reasons(same)}))
    for capacity, name in SUMS.items():
        if same := [entry for entry in entries if entry.units.capacity is capacity]:
            known = [entry for entry in same if entry.outcome.counted]
            rows.append((name, {PLACE: ""} | _figures(known) | {"why": _reservations(same)}))
    return _frame(rows)


def as_comparison(entries: Sequence[Entry]) -> "pd.DataFrame":
    """Return the rule's units, the engine's and their difference, for each kind of request."""
    rows: list[tuple[str, Row]] = []
    for same in _by_kind(entries):
        rule = sum(entry.units.total for entry in same)
        known = [entry.reported for entry in same if entry.reported is not None]
        counted, reported = same[0].outcome.counted, len(known) == len(same)
        row = {
            PLACE: same[0].index or same[0].table,
            "rule": int_if_whole(rule) if counted else UNKNOWN,
            "engine": int_if_whole(sum(known)) if reported else UNKNOWN,
            "difference": int_if_whole(sum(known) - rule) if counted and reported else UNKNOWN,
        }
        rows.append((same[0].operation, row))
    return _frame(rows)


def _by_kind(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Return the entries of each row, in the order of each row's first entry."""
    found: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.kind, []).append(entry)
    return list(found.values())


def _figures(entries: Sequence[Entry]) -> Row:
    known = all(entry.outcome.counted for entry in entries)
    sizes = [entry.size for entry in entries]
    on_table = sum(entry.units.on_table for entry in entries)
    on_indexes = sum(sum(entry.units.indexes.values()) for entry in entries)
    return {
        "calls": len({entry.attempt for entry in entries}),
        "items": sum(entry.items for entry in entries),
        "bytes": UNKNOWN if None in sizes else sum(filter(None, sizes)),
        "table units": int_if_whole(on_table) if known else UNKNOWN,
        "index units": int_if_whole(on_indexes) if known else UNKNOWN,
    }


def _reasons(entries: Sequence[Entry]) -> str:
    """Return as many different reasons as a cell shows, at least one: "2 x (put 1 + index 1)"."""
    counts = Counter(entry.units.why for entry in entries)
    reasons = [why if n == 1 else f"{n} x ({why})" for why, n in counts.items()]
    text = "; ".join(reasons)
    for kept in range(len(reasons) - 1, 0, -1):
        if len(text) <= WIDTH:
            break
        text = "; ".join([*reasons[:kept], f"and {len(reasons) - kept} more"])
    return text


def _reservations(entries: Sequence[Entry]) -> str:
    """Return which entries a sum leaves out, and how many of its units are unverified."""
    parts = [
        f"without {count}: {outcome.value}"
        for outcome in (AttemptOutcome.UNKNOWN, AttemptOutcome.NOT_METERED)
        if (count := sum(entry.outcome is outcome for entry in entries))
    ]
    unverified = [e.units.total for e in entries if e.outcome.counted and not e.units.verified]
    if unverified:
        parts.append(f"{int_if_whole(sum(unverified)):g} by rule alone, unverified")
    return "; ".join(parts)


def _frame(rows: Sequence[tuple[str, Row]]) -> "pd.DataFrame":
    return frame([row for _, row in rows], [name for name, _ in rows], dtype=object)
