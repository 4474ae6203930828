"""What users do, and the units that it consumes each time: the step from a meter to traffic.

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
    """Read and write units of a table or an index: a second, or each time that something is
    done.
    """

    reads: float = 0
    writes: float = 0


@dataclass(frozen=True)
class Pattern:
    """One thing that users do: how often, and the units that it consumes each time."""

    name: str
    per_user_per_day: float  # a day, each user
    table: Rates = field(default_factory=Rates)  # units each time
    indexes: Mapping[str, Rates] = field(default_factory=dict)

    @classmethod
    def measured(cls, name: str, times: float, *units: Units) -> Self:
        """The pattern with the units that were seen when it was done once: a meter's `reads` and
        `writes`. Local indexes count to the table, as they are on its capacity.

        >>> Pattern.measured("D: send", 40, Units(CapacityKind.WRITE, 5, {"inbox": 4})).of("inbox")
        Rates(reads=0, writes=4)
        """
        reads = sum((u for u in units if u.capacity is CapacityKind.READ), Units(CapacityKind.READ))
        writes = sum(
            (u for u in units if u.capacity is CapacityKind.WRITE), Units(CapacityKind.WRITE)
        )
        return cls(
            name,
            times,
            Rates(reads.on_table, writes.on_table),
            {
                index: Rates(reads.indexes.get(index, 0), writes.indexes.get(index, 0))
                for index in sorted({*reads.indexes, *writes.indexes})
            },
        )

    def of(self, part: str) -> Rates:
        """Units each time, of the index of that name, or of the "table"."""
        return self.table if part == "table" else self.indexes.get(part, Rates())
