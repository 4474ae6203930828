"""Capacity units: how many one request consumes, of its table and of each index, and why.

1 KB is 1,024 bytes. Provisioned mode calls them RCU and WCU, on-demand mode RRU and WRU: the
arithmetic is the same, only the bill differs.

Source: AWS, "DynamoDB read and write operations", read 2026-11-22
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from math import ceil

from cruddur_lib.costs.units.sizes import KB
from cruddur_lib.errors import WorkbookError

READ_BLOCK = 4 * KB  # bytes that one read unit covers
WRITE_BLOCK = 1 * KB  # bytes that one write unit covers


class UnitsError(WorkbookError):
    """Units that cannot be counted, or are not of one kind."""


class CapacityKind(Enum):
    """Reads, writes or stream reads. DynamoDB throttles and bills each kind separately."""

    READ = "read"
    WRITE = "write"
    STREAM = "streams read"

    @property
    def plural(self) -> str:
        """The kind in the plural, as users see it in labels, columns and JSON keys.

        >>> CapacityKind.READ.plural
        'reads'
        """
        return f"{self.value}s"


THROUGHPUT_KINDS = (CapacityKind.READ, CapacityKind.WRITE)  # a table and each index have both


class Consistency(Enum):
    """A kind of read. Its value is the read units that one block costs."""

    EVENTUAL = 0.5
    STRONG = 1.0
    TRANSACTIONAL = 2.0


@dataclass(frozen=True)
class Units:
    """The units of one request, or of several together: `sum(units, Units(Capacity.READ))`.

    `table` are those of the table itself, `indexes` those of each global index, on its own
    capacity, and `local_indexes` those of each local one, on the table's. An index that was not
    touched is missing. `verified` is False where no engine reports the figure.
    """

    capacity: CapacityKind
    table: float = 0
    indexes: Mapping[str, float] = field(default_factory=dict)
    local_indexes: Mapping[str, float] = field(default_factory=dict)
    why: str = ""
    verified: bool = True

    @property
    def total(self) -> float:
        """All of them, as ConsumedCapacity's CapacityUnits has them."""
        return self.on_table + sum(self.indexes.values())

    @property
    def on_table(self) -> float:
        """Those that the table's own capacity gives: of the table and of its local indexes."""
        return self.table + sum(self.local_indexes.values())

    def __add__(self, other: "Units") -> "Units":
        """Both together; raises `UnitsError` for two kinds."""
        if self.capacity is not other.capacity:
            raise UnitsError("read units and write units do not add up: sum each kind by itself")
        return Units(
            self.capacity,
            self.table + other.table,
            _merged(self.indexes, other.indexes),
            _merged(self.local_indexes, other.local_indexes),
            "; ".join(why for why in (self.why, other.why) if why),
            self.verified and other.verified,
        )


def read_units(size: int, kind: Consistency = Consistency.EVENTUAL) -> float:
    """Read units of `size` bytes that are rounded up at once: one item, or one page.

    >>> read_units(3_500, Consistency.STRONG)  # rounded up to one 4 KB block
    1.0
    """
    return blocks(size, READ_BLOCK) * kind.value


def write_units(size: int) -> int:
    """Write units of one item, or one entry of an index, of `size` bytes.

    >>> write_units(1_025)
    2
    """
    return blocks(size, WRITE_BLOCK)


def blocks(size: int, block: int) -> int:
    """Whole blocks that `size` bytes need: at least one, as a miss is charged too."""
    if size < 0:
        raise UnitsError(f"size must be 0 bytes or more, got {size:,}")
    return max(1, ceil(size / block))


def plural(number: int, noun: str) -> str:
    """The number and its noun, for a `why`.

    >>> plural(1, "item"), plural(2, "item")
    ('1 item', '2 items')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _merged(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    names = sorted({*one, *other})
    return {name: one.get(name, 0) + other.get(name, 0) for name in names}
