"""Bytes of an item: what requests are measured by, what is stored, and what is too large.

1 KB is 1,024 bytes. An attribute is its name and its value; text is counted in UTF-8.

| type | bytes of the value |
|---|---|
| text | of its UTF-8: "é" is 2, a smiley 4 |
| number | 1, and 1 for each pair of digits; 1 more below zero; zero itself 1; at most 21 |
| binary | as many as it has, not those of its base64 |
| null, boolean | 1 |
| set | the sum of its elements |
| list, map | 3, and for each element its size and 1 more; in a map its name too |

Of numbers AWS says "approximately". Pairs of digits are counted from the point in both directions:
12.34 is two pairs, 1.234 is three (1, 23, 4). DynamoDB Local counts so to the byte, and so does
AWS's DynamoDB at its 400 KB limit (measured for nubo-db/dynoxide, pull request 195, 2026-08-18).

Source: AWS, "DynamoDB Item sizes and formats", read 2026-11-22
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from decimal import Decimal

from cruddur_lib.costs.units.items import AnyItem, Value, as_item, significant
from cruddur_lib.errors import WorkbookError

KB = 1_024  # bytes
ITEM_LIMIT = 400 * KB  # bytes of one item, with its attributes' names
NUMBER_LIMIT = 21  # bytes of the longest number
CONTAINER = 3  # bytes of a list or a map beside what it holds
ELEMENT = 1  # byte for each thing that a list or a map holds
STORED = 100  # bytes more of each item and of each index entry where storage is billed
REPLICATED = 48  # bytes more of each item of a global table, likewise


class ItemTooLarge(WorkbookError):
    """An item that DynamoDB refuses for its size."""


def item_size(item: AnyItem) -> int:
    """Bytes of the item, as throughput and the 400 KB limit count them.

    A plain mapping is read as Python values; wrap DynamoDB JSON: `Item.from_json(item)`.

    >>> item_size({"pk": "MSG#1", "likes": 127, "tags": {"a", "b"}})
    21
    """
    return sum(attribute_size(n, value) for n, value in as_item(item).attributes.items())


def attribute_size(name: str, value: Value) -> int:
    """Bytes of one attribute: its name and its value."""
    return len(name.encode()) + value_size(value)


def value_size(value: Value) -> int:
    """Bytes of one value, without the name of its attribute."""
    content = value.content
    match value.type:
        case "S" | "N" | "B":
            return _scalar_size(content)
        case "SS" | "NS" | "BS":
            return sum(_scalar_size(element) for element in content)
        case "L":
            return CONTAINER + sum(ELEMENT + value_size(element) for element in content)
        case "M":
            return CONTAINER + sum(ELEMENT + attribute_size(n, v) for n, v in content.items())
    return 1  # NULL and BOOL


def accepted_size(item: AnyItem, *key: str) -> int:
    """Bytes of an item that fits into DynamoDB; `key` names its key attributes.

    Raises `ItemTooLarge` above 400 KB.
    """
    attributes = as_item(item).attributes
    sizes = {name: attribute_size(name, value) for name, value in attributes.items()}
    if (size := sum(sizes.values())) <= ITEM_LIMIT:
        return size
    shown = " / ".join(str(attributes[name].content) for name in key if name in attributes)
    largest = max(sizes, key=lambda name: sizes[name])
    raise ItemTooLarge(
        f"item {shown or '(no key given)'} is {size:,} bytes; DynamoDB accepts {ITEM_LIMIT:,} "
        f"(400 KB). Its largest attribute is {largest!r} with {sizes[largest]:,} bytes: store that "
        "in S3 and keep its key here, or split the item into several"
    )


def storage_size(item: AnyItem, *, global_table: bool = False) -> int:
    """Bytes that storage is billed by, of an item or of an index entry: `item_size` and its
    overhead.

    >>> storage_size({"pk": "MSG#1"})
    107
    """
    return item_size(item) + STORED + (REPLICATED if global_table else 0)


def number_size(number: Decimal) -> int:
    """Bytes of a number: 1, and 1 for each pair of digits, counted from the point both ways.

    >>> number_size(Decimal(12)), number_size(Decimal("1.2")), number_size(Decimal(-12))
    (2, 3, 3)
    """
    sign, digits, exponent = significant(number)
    if not digits:
        return 1
    first, last = (exponent + len(digits) - 1) // 2, exponent // 2  # pairs, counted from the point
    return min(1 + first - last + 1 + sign, NUMBER_LIMIT)


def _scalar_size(content: str | bytes | Decimal) -> int:
    if isinstance(content, Decimal):
        return number_size(content)
    return len(content.encode() if isinstance(content, str) else content)
