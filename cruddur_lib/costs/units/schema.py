"""A table's keys and indexes, and what an index holds of an item.

An index holds an item's entry where the item has every attribute of the index's key: else the index
is sparse, and the item not in it. An entry has the keys of index and table, and what is projected
of the rest: all, nothing (KEYS_ONLY), or some named attributes (INCLUDE). All sizes and units of an
index are those of its entries.

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
    """What of an item its entry in an index holds beside the keys, in AWS's words."""

    ALL = "ALL"
    KEYS_ONLY = "KEYS_ONLY"
    INCLUDE = "INCLUDE"


@dataclass(frozen=True)
class IndexSchema:
    """A secondary index: global with capacity of its own, or local on that of its table."""

    name: str
    key: tuple[str, ...]  # its attributes: of the hash key, then of the range key if it has one
    projection: Projection = Projection.ALL
    include: tuple[str, ...] = ()  # projected attributes that are not keys
    local: bool = False

    @classmethod
    def from_aws(cls, index: Mapping[str, Any], *, local: bool = False) -> Self:
        """The index as CreateTable asks for it and DescribeTable describes it."""
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
    """A table as far as units depend on it: its key and its indexes."""

    key: tuple[str, ...]  # hash key, then range key if it has one
    indexes: tuple[IndexSchema, ...] = ()

    @classmethod
    def from_aws(cls, table: Mapping[str, Any]) -> Self:
        """The layout of a table, from a CreateTable request or from what DescribeTable says."""
        kinds = (("GlobalSecondaryIndexes", False), ("LocalSecondaryIndexes", True))
        found = (
            IndexSchema.from_aws(index, local=local)
            for name, local in kinds
            for index in table.get(name, ())
        )
        return cls(_key(table["KeySchema"]), tuple(found))

    def index(self, name: str) -> IndexSchema:
        """The index called so; raises `LayoutError` where the table has none."""
        for index in self.indexes:
            if index.name == name:
                return index
        known = ", ".join(index.name for index in self.indexes) or "none"
        raise SchemaError(f"the table has no index {name!r}; it has: {known}")

    def check_key(self, *items: Item) -> None:
        """Nothing where these are states of one item; raises `LayoutError` where one lacks the
        table's key or they differ in it.
        """
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
        """What the index holds of the item; None where it is not in the index, or there is none."""
        if item is None or not all(name in as_item(item).attributes for name in index.key):
            return None
        if index.projection is Projection.ALL:
            return as_item(item)
        return as_item(item).only((*self.key, *index.key, *index.include))

    def index_entries(self, index: IndexSchema, items: Iterable[AnyItem]) -> list[Item]:
        """What the index holds of these items."""
        return [entry for item in items if (entry := self.index_entry(index, item)) is not None]


def _key(schema: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """Names of the key's attributes; AWS puts the hash key first."""
    return tuple(part["AttributeName"] for part in schema)
