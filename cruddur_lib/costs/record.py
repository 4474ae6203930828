"""What a meter recorded, and how it is shown: one line for each kind of request, then the sums."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from cruddur_lib.costs.capacity import Capacity, Read, Units

if TYPE_CHECKING:
    import pandas as pd

SUMS = {
    Capacity.READ: "all reads",
    Capacity.WRITE: "all writes",
    Capacity.STREAM: "all stream reads",
}
UNKNOWN = "?"  # where nobody can say
WIDTH = 49  # characters of a cell that pandas shows whole


class Outcome(Enum):
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
        return self not in (Outcome.UNKNOWN, Outcome.NOT_METERED)


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
    read: Read | None = None  # how consistently it reads
    items: int = 0
    size: int | None = 0
    outcome: Outcome = Outcome.DONE
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
    cells: dict[str, list[Any]] = {}
    names = []
    for line in lines(entries):
        names.append(line[0].operation)
        _append(cells, "table or index", line[0].index or line[0].table)
        _append_figures(cells, line)
        _append(cells, "why", _whys(line))
    for capacity, name in SUMS.items():
        if same := [entry for entry in entries if entry.units.capacity is capacity]:
            names.append(name)
            _append(cells, "table or index", "")
            _append_figures(cells, [entry for entry in same if entry.outcome.counted])
            _append(cells, "why", _left_out(same))
    return _frame(cells, names)


def as_comparison(entries: Sequence[Entry]) -> "pd.DataFrame":
    """The rule's units beside those that the engine reports, and the difference, line by line."""
    cells: dict[str, list[Any]] = {}
    for line in lines(entries):
        rule = sum(entry.units.total for entry in line)
        known = [entry.reported for entry in line if entry.reported is not None]
        whole = len(known) == len(line) and line[0].outcome.counted
        _append(cells, "table or index", line[0].index or line[0].table)
        _append(cells, "rule", whole_number(rule) if line[0].outcome.counted else UNKNOWN)
        _append(cells, "engine", whole_number(sum(known)) if len(known) == len(line) else UNKNOWN)
        _append(cells, "difference", whole_number(sum(known) - rule) if whole else UNKNOWN)
    return _frame(cells, [line[0].operation for line in lines(entries)])


def whole_number(number: float) -> float:
    """The number, an int where it is whole.

    >>> whole_number(2.0), whole_number(0.5)
    (2, 0.5)
    """
    return int(number) if number == int(number) else number


def _append_figures(cells: dict[str, list[Any]], line: Sequence[Entry]) -> None:
    known = all(entry.outcome.counted for entry in line)
    sizes = [entry.size for entry in line]
    _append(cells, "calls", len({entry.attempt for entry in line}))
    _append(cells, "items", sum(entry.items for entry in line))
    _append(cells, "bytes", UNKNOWN if None in sizes else sum(size or 0 for size in sizes))
    for name, part in PARTS.items():
        units = sum(part(entry.units) for entry in line)
        _append(cells, name, whole_number(units) if known else UNKNOWN)


def _append(cells: dict[str, list[Any]], name: str, value: object) -> None:
    cells.setdefault(name, []).append(value)


def _on_indexes(units: Units) -> float:
    return sum(units.indexes.values())


PARTS: dict[str, Callable[[Units], float]] = {
    "table units": lambda units: units.on_table,
    "index units": _on_indexes,
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
        for outcome in (Outcome.UNKNOWN, Outcome.NOT_METERED)
        if (count := sum(entry.outcome is outcome for entry in entries))
    ]
    unverified = [e.units.total for e in entries if e.outcome.counted and not e.units.verified]
    if unverified:
        told.append(f"{whole_number(sum(unverified)):g} by rule alone, unverified")
    return "; ".join(told)


def _frame(cells: dict[str, list[Any]], names: list[str]) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415  half a second to import

    return pd.DataFrame(cells, names, dtype=object)
