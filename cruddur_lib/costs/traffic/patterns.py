"""Access patterns, and the units that each call consumes: they turn a meter's units into traffic.

with lesson.meter() as meter:
    inbox.list_message_groups(andrew)
Pattern.measured("B: open the inbox", 12, meter.reads, meter.writes)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from cruddur_lib.costs.units.capacity_units import CapacityKind, Units


@dataclass(frozen=True)
class Rates:
    """Read and write units of a table or an index, a second or a call."""

    reads: float = 0
    writes: float = 0


@dataclass(frozen=True)
class Pattern:
    """An access pattern: how many times a user calls it, and the units that a call consumes."""

    name: str
    per_user_per_day: float  # calls
    table: Rates = field(default_factory=Rates)  # units a call
    indexes: Mapping[str, Rates] = field(default_factory=dict)  # units a call

    @classmethod
    def measured(cls, name: str, per_user_per_day: float, *units: Units) -> Self:
        """Return the pattern with the units that a meter counted for one call.

        Args:
            name: the pattern's name.
            per_user_per_day: calls.
            *units: the meter's `reads` and `writes`. Those of local indexes count to the table,
                whose capacity they consume.

        >>> Pattern.measured("D: send", 40, Units(CapacityKind.WRITE, 5, {"inbox": 4})).of("inbox")
        Rates(reads=0, writes=4)
        """
        reads, writes = (
            sum((one for one in units if one.capacity is kind), Units(kind))
            for kind in (CapacityKind.READ, CapacityKind.WRITE)
        )
        return cls(
            name,
            per_user_per_day,
            Rates(reads.on_table, writes.on_table),
            {
                index: Rates(reads.indexes.get(index, 0), writes.indexes.get(index, 0))
                for index in sorted({*reads.indexes, *writes.indexes})
            },
        )

    def of(self, part: str) -> Rates:
        """Return the units a call on the table ("table") or on the index with this name."""
        return self.table if part == "table" else self.indexes.get(part, Rates())
