"""Bytes of an item: what requests consume, what storage is billed, and what is too large.

1 KB is 1,024 bytes. `items.value_size` has the rules for each type of value.

Source: AWS, "DynamoDB Item sizes and formats", read 2026-11-22
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from cruddur_lib.costs.units.items import AnyItem, as_item
from cruddur_lib.errors import WorkbookError

KB = 1_024  # bytes
ITEM_LIMIT = 400 * KB  # bytes of one item, with its attributes' names
STORED = 100  # bytes that storage adds to each item and each index entry
REPLICATED = 48  # bytes that storage adds to each item of a global table, beside those


class ItemTooLarge(WorkbookError):
    """An item that DynamoDB refuses because of its size."""


class AttributeBytes(NamedTuple):
    """The bytes of one attribute, in one item or summed over several."""

    attribute: str
    items: int  # the items with the attribute
    name_bytes: int
    value_bytes: int

    @property
    def total(self) -> int:
        """Bytes of names and values together."""
        return self.name_bytes + self.value_bytes


def item_size(item: AnyItem) -> int:
    """Return the bytes of the item, as throughput and the 400 KB limit count them.

    A plain mapping is read as Python values; wrap DynamoDB JSON: `Item.from_json(item)`.

    >>> item_size({"pk": "MSG#1", "likes": 127, "tags": {"a", "b"}})
    21
    """
    return as_item(item).size


def accepted_size(item: AnyItem, *key: str) -> int:
    """Return the bytes of an item that DynamoDB accepts.

    Args:
        item: the item.
        *key: names of the key attributes, for the error message.

    Raises:
        ItemTooLarge: the item is larger than 400 KB.
    """
    known = as_item(item)
    if known.size <= ITEM_LIMIT:
        return known.size
    attributes, sizes = known.attributes, known.sizes
    values = " / ".join(str(attributes[name].content) for name in key if name in attributes)
    largest = max(sizes, key=lambda name: sizes[name])
    raise ItemTooLarge(
        f"item {values or '(no key given)'} is {known.size:,} bytes; DynamoDB accepts "
        f"{ITEM_LIMIT:,} (400 KB). Its largest attribute is {largest!r} with {sizes[largest]:,} "
        "bytes: store that in S3 and keep its key here, or split the item into several"
    )


def storage_size(item: AnyItem, *, global_table: bool = False) -> int:
    """Return the bytes by which storage of an item or an index entry is billed.

    Args:
        item: the item, or its entry in an index.
        global_table: whether the table has replicas, which adds 48 bytes.

    >>> storage_size({"pk": "MSG#1"})
    107
    """
    return item_size(item) + STORED + (REPLICATED if global_table else 0)


def attribute_bytes(items: Iterable[AnyItem]) -> list[AttributeBytes]:
    """Return the bytes of each attribute, summed over the items, the largest sum first.

    Their totals add up to the `item_size` of all items.

    >>> attribute_bytes([{"pk": "MSG#1", "likes": 127}])[0]
    AttributeBytes(attribute='likes', items=1, name_bytes=5, value_bytes=3)
    """
    known = [as_item(item) for item in items]
    items_with = Counter(name for item in known for name in item.attributes)
    totals: Counter[str] = Counter()
    for item in known:
        totals.update(item.sizes)
    names = {name: count * len(name.encode()) for name, count in items_with.items()}
    return [
        AttributeBytes(name, items_with[name], names[name], total - names[name])
        for name, total in totals.most_common()
    ]
