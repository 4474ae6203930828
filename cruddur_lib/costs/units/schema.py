"""A table's keys and indexes, and the part of an item that an index holds.

An item has an entry in an index only if it has every attribute of the index's key. The entry has
the keys of index and table, and the projected attributes: all, none (KEYS_ONLY), or those that the
index names (INCLUDE).

Sources: AWS, "Using Global Secondary Indexes in DynamoDB" and "Local secondary indexes", both read
2026-11-22
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Self

from cruddur_lib.costs.units.items import AnyItem, Item, as_item
from cruddur_lib.errors import WorkbookError


class SchemaError(WorkbookError):
    """An index that the table does not have, or an item without the table's key."""


class Projection(Enum):
    """The attributes besides the keys that an index holds, in AWS's words."""

    ALL = "ALL"
    KEYS_ONLY = "KEYS_ONLY"
    INCLUDE = "INCLUDE"


@dataclass(frozen=True)
class IndexSchema:
    """A secondary index: global, with its own capacity, or local, on its table's capacity."""

    name: str
    key: tuple[str, ...]  # attributes: the partition key, then the sort key if there is one
    projection: Projection = Projection.ALL
    include: tuple[str, ...] = ()  # projected attributes that are not keys
    local: bool = False

    @classmethod
    def from_aws(cls, index: Mapping[str, Any], *, local: bool = False) -> Self:
        """Return the index from its part of a CreateTable request or a DescribeTable reply.

        Args:
            index: the part that describes the index.
            local: whether it is a local secondary index.
        """
        projection = index.get("Projection", {})
        return cls(
            index["IndexName"],
            _key(index["KeySchema"]),
            Projection(projection.get("ProjectionType", "ALL")),
            tuple(projection.get("NonKeyAttributes", ())),
            local,
        )


@dataclass(frozen=True)
class TableSchema:
    """The parts of a table's description that units depend on: its key and its indexes."""

    key: tuple[str, ...]  # attributes: the partition key, then the sort key if there is one
    indexes: tuple[IndexSchema, ...] = ()

    @classmethod
    def from_aws(cls, table: Mapping[str, Any]) -> Self:
        """Return the schema from a CreateTable request, or from DescribeTable's `Table`."""
        global_, local = (table.get(f"{kind}SecondaryIndexes", ()) for kind in ("Global", "Local"))
        indexes = [IndexSchema.from_aws(index) for index in global_]
        indexes += [IndexSchema.from_aws(index, local=True) for index in local]
        return cls(_key(table["KeySchema"]), tuple(indexes))

    def index(self, name: str) -> IndexSchema:
        """Return the index with this name; raise `SchemaError` if the table has none."""
        for index in self.indexes:
            if index.name == name:
                return index
        known = ", ".join(index.name for index in self.indexes) or "none"
        raise SchemaError(f"the table has no index {name!r}; it has: {known}")

    def check_key(self, *items: Item) -> None:
        """Raise `SchemaError` unless all items have the table's key, and the same one."""
        for item in items:
            for name in self.key:
                if name not in item.attributes:
                    have = ", ".join(item.attributes) or "none"
                    raise SchemaError(f"an item has no key attribute {name!r}; it has: {have}")
                if item.attributes[name] != items[0].attributes[name]:
                    values = [str(i.attributes[name].content) for i in items]
                    raise SchemaError(
                        f"two items, not one before and after: {name} is {' and '.join(values)}. "
                        "A write cannot change a key: it is a delete and a put"
                    )

    def index_entry(self, index: IndexSchema, item: AnyItem | None) -> Item | None:
        """Return the entry of the item in the index; None without an item or an entry.

        Args:
            index: an index of this table.
            item: the item, or None.
        """
        if item is None:
            return None
        whole = as_item(item)
        if not whole.attributes.keys() >= set(index.key):
            return None
        if index.projection is Projection.ALL:
            return whole
        return whole.only((*self.key, *index.key, *index.include))

    def index_entries(self, index: IndexSchema, items: Iterable[AnyItem]) -> list[Item]:
        """Return the entries of these items in the index.

        Args:
            index: an index of this table.
            items: items of this table; those without an entry are left out.
        """
        return [entry for item in items if (entry := self.index_entry(index, item)) is not None]


def _key(schema: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """Return the names of the key's attributes; AWS lists the partition key first."""
    return tuple(part["AttributeName"] for part in schema)
