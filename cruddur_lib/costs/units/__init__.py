"""Capacity units of one request, by AWS's published rules. No connection is needed.

The modules `reads` and `writes` have the operations, such as `reads.query` and `writes.write`.
"""

from cruddur_lib.costs.units import reads, writes
from cruddur_lib.costs.units.capacity_units import (
    CapacityKind,
    Consistency,
    Units,
    read_units,
    write_units,
)
from cruddur_lib.costs.units.items import Item, as_item, attribute_size
from cruddur_lib.costs.units.schema import IndexSchema, TableSchema
from cruddur_lib.costs.units.sizes import ITEM_LIMIT, KB, item_size, storage_size

__all__ = [
    "ITEM_LIMIT",
    "KB",
    "CapacityKind",
    "Consistency",
    "IndexSchema",
    "Item",
    "TableSchema",
    "Units",
    "as_item",
    "attribute_size",
    "item_size",
    "read_units",
    "reads",
    "storage_size",
    "write_units",
    "writes",
]
