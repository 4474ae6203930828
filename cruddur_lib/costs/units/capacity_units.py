"""Capacity units that one request consumes, on its table and on each index, and why.

1 KB is 1,024 bytes. Provisioned mode calls the units RCU and WCU, on-demand mode RRU and WRU. The
arithmetic is the same; only the bill differs.

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
    """Units that cannot be counted, or a sum of reads and writes."""


class CapacityKind(Enum):
    """Reads, writes or stream reads. DynamoDB throttles and bills each kind separately."""

    READ = "read"
    WRITE = "write"
    STREAM = "streams read"

    @property
    def plural(self) -> str:
        """The kind in the plural ("reads"), as users see it in labels, columns and JSON keys."""
        return f"{self.value}s"


THROUGHPUT_KINDS = (CapacityKind.READ, CapacityKind.WRITE)  # a table and each index have both


class Consistency(Enum):
    """How a read sees earlier writes. The value is the read units of one 4 KB block."""

    EVENTUAL = 0.5
    STRONG = 1.0
    TRANSACTIONAL = 2.0


@dataclass(frozen=True)
class Units:
    """The units of one request, or of several: `sum(units, Units(CapacityKind.READ))`.

    Indexes that the request did not touch are missing.
    """

    capacity: CapacityKind
    table: float = 0  # of the table itself
    indexes: Mapping[str, float] = field(default_factory=dict)  # global, on their own capacity
    local_indexes: Mapping[str, float] = field(default_factory=dict)  # on the table's capacity
    why: str = ""
    verified: bool = True  # False if no engine reports the figure

    @property
    def total(self) -> float:
        """Units of the table and all indexes, like CapacityUnits in ConsumedCapacity."""
        return self.on_table + sum(self.indexes.values())

    @property
    def on_table(self) -> float:
        """Units that use the table's capacity: those of the table and of its local indexes."""
        return self.table + sum(self.local_indexes.values())

    def __add__(self, other: "Units") -> "Units":
        """Return the sum of both; raise `UnitsError` if their kinds differ."""
        if self.capacity is not other.capacity:
            raise UnitsError("read units and write units do not add up: sum each kind by itself")
        return Units(
            self.capacity,
            self.table + other.table,
            _merged(self.indexes, other.indexes),
            _merged(self.local_indexes, other.local_indexes),
            "; ".join(filter(None, (self.why, other.why))),
            self.verified and other.verified,
        )


def read_units(size: int, kind: Consistency = Consistency.EVENTUAL) -> float:
    """Return the read units of `size` bytes that are rounded up together: one item or one page.

    Args:
        size: bytes.
        kind: how the read sees earlier writes.

    >>> read_units(3_500, Consistency.STRONG)  # rounded up to one 4 KB block
    1.0
    """
    return blocks(size, READ_BLOCK) * kind.value


def write_units(size: int) -> int:
    """Return the write units of one item, or one index entry, of `size` bytes.

    >>> write_units(1_025)
    2
    """
    return blocks(size, WRITE_BLOCK)


def blocks(size: int, block: int) -> int:
    """Return how many blocks of `block` bytes are charged for `size` bytes: at least 1.

    Raises:
        UnitsError: `size` is negative.
    """
    if size < 0:
        raise UnitsError(f"size must be 0 bytes or more, got {size:,}")
    return max(1, ceil(size / block))


def plural(number: int, noun: str) -> str:
    """Return the number and its noun, in the plural if needed.

    >>> plural(1, "item"), plural(2, "item")
    ('1 item', '2 items')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _merged(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in sorted({*one, *other})}
