"""What a meter recorded, and how it is shown: one line for each kind of request, then the sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from cruddur_lib.costs.units.capacity_units import CapacityKind, Consistency, Units
from cruddur_lib.text import int_if_whole

if TYPE_CHECKING:
    import pandas as pd

SUMS = {
    CapacityKind.READ: "all reads",
    CapacityKind.WRITE: "all writes",
    CapacityKind.STREAM: "all stream reads",
}
UNKNOWN = "?"  # where nobody can say
PLACE = "table or index"  # the first column
WIDTH = 49  # characters of a cell that pandas shows whole

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
        """Whether its units are known."""
        return self not in (AttemptOutcome.UNKNOWN, AttemptOutcome.NOT_METERED)


@dataclass(frozen=True)
class Entry:
    """One attempt that reached the engine, as far as it concerns one table.

    `size` is in bytes: of what was read, or of the items after a write, before a delete; None where
    nobody can say. `reported` is the engine's own figure, of table and indexes.
    """

    operation: str
    table: str
    units: Units
    index: str | None = None  # that a Query or Scan reads
    read: Consistency | None = None  # how consistently it reads
    items: int = 0
    size: int | None = 0
    outcome: AttemptOutcome = AttemptOutcome.DONE
    reported: float | None = None
    attempt: int = 0  # counted from 1 as they ended

    @property
    def kind(self) -> tuple[object, ...]:
        """What makes it stand in one line with others."""
        units, outcome = self.units, self.outcome
        return (self.operation, self.table, self.index, self.read, units.capacity, outcome)


def lines(entries: Iterable[Entry]) -> list[list[Entry]]:
    """The entries by kind, in the order of each kind's first."""
    found: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.kind, []).append(entry)
    return list(found.values())


def as_table(entries: Sequence[Entry]) -> "pd.DataFrame":
    """The entries, a line for each kind of request, then reads and writes summed apart."""
    rows: list[tuple[str, Row]] = []
    for line in lines(entries):
        where = {PLACE: line[0].index or line[0].table}
        rows.append((line[0].operation, where | _figures(line) | {"why": _whys(line)}))
    for capacity, name in SUMS.items():
        if same := [entry for entry in entries if entry.units.capacity is capacity]:
            known = [entry for entry in same if entry.outcome.counted]
            rows.append((name, {PLACE: ""} | _figures(known) | {"why": _left_out(same)}))
    return _frame(rows)


def as_comparison(entries: Sequence[Entry]) -> "pd.DataFrame":
    """The rule's units beside those that the engine reports, and the difference, line by line."""
    rows: list[tuple[str, Row]] = []
    for line in lines(entries):
        rule = sum(entry.units.total for entry in line)
        known = [entry.reported for entry in line if entry.reported is not None]
        counted, told = line[0].outcome.counted, len(known) == len(line)
        row = {
            PLACE: line[0].index or line[0].table,
            "rule": int_if_whole(rule) if counted else UNKNOWN,
            "engine": int_if_whole(sum(known)) if told else UNKNOWN,
            "difference": int_if_whole(sum(known) - rule) if counted and told else UNKNOWN,
        }
        rows.append((line[0].operation, row))
    return _frame(rows)


def _figures(line: Sequence[Entry]) -> Row:
    known = all(entry.outcome.counted for entry in line)
    sizes = [entry.size for entry in line]
    on_table = sum(entry.units.on_table for entry in line)
    on_indexes = sum(sum(entry.units.indexes.values()) for entry in line)
    return {
        "calls": len({entry.attempt for entry in line}),
        "items": sum(entry.items for entry in line),
        "bytes": UNKNOWN if None in sizes else sum(size or 0 for size in sizes),
        "table units": int_if_whole(on_table) if known else UNKNOWN,
        "index units": int_if_whole(on_indexes) if known else UNKNOWN,
    }


def _whys(line: Sequence[Entry]) -> str:
    """The reasons, equal ones told once, "2 x (put 1 + index 1)": as many as a cell shows, and at
    least the first.
    """
    counts: dict[str, int] = {}
    for entry in line:
        counts[entry.units.why] = counts.get(entry.units.why, 0) + 1
    reasons = [why if n == 1 else f"{n} x ({why})" for why, n in counts.items()]
    told = "; ".join(reasons)
    for kept in range(len(reasons) - 1, 0, -1):
        if len(told) <= WIDTH:
            break
        told = "; ".join([*reasons[:kept], f"and {len(reasons) - kept} more"])
    return told


def _left_out(entries: Sequence[Entry]) -> str:
    """What a sum does not hold, and what of it nobody can verify."""
    told = [
        f"without {count}: {outcome.value}"
        for outcome in (AttemptOutcome.UNKNOWN, AttemptOutcome.NOT_METERED)
        if (count := sum(entry.outcome is outcome for entry in entries))
    ]
    unverified = [e.units.total for e in entries if e.outcome.counted and not e.units.verified]
    if unverified:
        told.append(f"{int_if_whole(sum(unverified)):g} by rule alone, unverified")
    return "; ".join(told)


def _frame(rows: Sequence[tuple[str, Row]]) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415  half a second to import

    return pd.DataFrame([row for _, row in rows], [name for name, _ in rows], dtype=object)
