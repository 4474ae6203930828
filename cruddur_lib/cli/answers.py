"""What bin/cost/units answers: units of one request, as JSON or as text."""

import json
from dataclasses import dataclass

from cruddur_lib.costs.capacity import Capacity, Units, counted
from cruddur_lib.costs.columns import aligned

UNITS = {
    Capacity.READ: "RCU (on demand: RRU)",
    Capacity.WRITE: "WCU (on demand: WRU)",
}


@dataclass(frozen=True)
class Answer:
    """Units of one request, the bytes that they are counted by, and what else is to be said."""

    units: Units
    size: int  # bytes: of the larger of before and after, or of what was read
    missing: tuple[tuple[str, str], ...] = ()  # indexes without units, each with the reason
    notes: tuple[str, ...] = ()  # what was assumed of files

    def as_json(self) -> str:
        """The answer on one line; local indexes are among the indexes."""
        units = self.units
        indexes = {**units.indexes, **units.local_indexes}
        return json.dumps(
            {
                "table": _number(units.table),
                "indexes": {name: _number(count) for name, count in indexes.items()},
                "total": _number(units.total),
                "bytes": self.size,
                "why": units.why,
            }
        )

    def as_text(self) -> str:
        """The answer for a person: the total, each part, the reason."""
        units = self.units
        rows = [("table", f"{units.table:g}")]
        rows += [(name, f"{count:g}") for name, count in units.indexes.items()]
        rows += [(n, f"{c:g}  on the table's capacity") for n, c in units.local_indexes.items()]
        rows += [(name, f"0  {reason}") for name, reason in self.missing]
        head = f"{units.total:g} {UNITS[units.capacity]} by {counted(self.size, 'byte')}"
        return "\n".join([head, *(f"  {line}" for line in aligned(rows)), units.why])


def _number(units: float) -> float:
    """The number, an int where it is whole."""
    return int(units) if units == int(units) else units
