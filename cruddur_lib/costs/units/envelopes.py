"""Find items inside the requests and replies of DynamoDB's API, as AWS's tools read and print them.

    {"Item": {…}}, {"Attributes": {…}}           get-item and update-item; a line of an S3 export
    {"Items": [{…}], "ScannedCount": 9}          query and scan
    {"t": [{"PutRequest": {"Item": {…}}}]}       batch-write-item, also under "RequestItems"
    {"Responses": {"t": [{…}]}}                  batch-get-item
    [{"Put": {"TableName": "t", "Item": {…}}}]   transact-write-items, also under "TransactItems"
    {"Responses": [{"Item": {…}}]}               transact-get-items

An item may have an attribute called Item. So an object is a reply only under two conditions. All
its names must be words of the API, and its content must not be a value such as {"S": "x"}.

Source: AWS, "Amazon DynamoDB API Reference", read 2026-11-28
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Any

from cruddur_lib.errors import WorkbookError

WITHOUT_ITEM = ("Key", "Keys", "NewImage", "OldImage", "Records", "Table", "TableDescription")
WORDS = frozenset(
    (
        *WITHOUT_ITEM,
        *("Attributes", "Item", "Items", "RequestItems", "Responses", "TransactItems"),
        *("ConsumedCapacity", "Count", "ItemCollectionMetrics", "LastEvaluatedKey", "NextToken"),
        *("ResponseMetadata", "ScannedCount", "UnprocessedKeys"),
        *("ClientRequestToken", "ConditionExpression", "Metadata", "TableName", "UpdateExpression"),
        *("ConsistentRead", "ExpressionAttributeNames", "ExpressionAttributeValues"),
        *("ProjectionExpression", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics"),
        *("ReturnValues", "ReturnValuesOnConditionCheckFailure"),
    )
)
CONTENT = {  # the type of a value's content in JSON, by the value's tag
    **dict.fromkeys(("S", "N", "B"), str),
    **dict.fromkeys(("SS", "NS", "BS", "L"), list),
    **dict.fromkeys(("BOOL", "NULL"), bool),
}

MOST = 10**15  # items in a reply, more than any table has


class EnvelopeRefused(WorkbookError):
    """A request or a reply does not hold whole items; the message names the place."""


class Operation(Enum):
    """The action of a request on an item, in AWS's words; ITEM is an item outside of requests."""

    ITEM = "Item"
    PUT = "Put"
    UPDATE = "Update"
    DELETE = "Delete"
    CHECK = "ConditionCheck"
    GET = "Get"

    @property
    def part(self) -> str:
        """The part of the item in the request: "Item" for the whole item, or "Key"."""
        return "Item" if self in (Operation.ITEM, Operation.PUT) else "Key"


ACTIONS = {one.value: one for one in Operation if one is not Operation.ITEM}


@dataclass(frozen=True)
class Enclosed:
    """An item, or its key, and its place in the JSON around it."""

    place: str  # such as "Items[3]"; empty if there is no JSON around it
    attributes: Any  # not checked
    operation: Operation = Operation.ITEM
    table: str | None = None  # None if the JSON does not name the table


@dataclass(frozen=True)
class Envelope:
    """The items of one JSON value."""

    enclosed: list[Enclosed]
    bare: bool = False  # whether the value is one item with nothing around it
    transactional: bool = False  # whether the value is a request of TransactWriteItems
    hidden: int = 0  # items that DynamoDB read, but a filter removed from the reply

    def within(self, place: str) -> "Envelope":
        """Return the envelope with `place` before the place of each item."""
        inner = [replace(one, place=f"{place}{one.place}") for one in self.enclosed]
        return replace(self, enclosed=inner)


def opened(value: object, *, plain: bool = False) -> Envelope:
    """Return the items in a JSON value: an item, a list, a request or a reply.

    Args:
        value: the JSON value.
        plain: whether items are plain JSON, {"pk": "x"}, and not DynamoDB JSON.

    Raises:
        EnvelopeRefused: the value is neither an object nor a list, or has only keys of items.
    """
    if isinstance(value, list):
        return _list(value, plain=plain)
    if not isinstance(value, dict):
        raise EnvelopeRefused("this is neither an object nor a list: use an item, {…}, or a list")
    found = _api_object(value, plain=plain) if WORDS.issuperset(value) else None
    if not found and value and all(_is_batch(requests) for requests in value.values()):
        found = Envelope(_batch(value))
    return found or Envelope([Enclosed("", value)], bare=True)


def _api_object(value: Mapping[str, Any], *, plain: bool) -> Envelope | None:
    """Return the items of a request or a reply; None if the object is neither."""
    match value:
        case {"TransactItems": list(actions)}:
            return Envelope(_actions(actions), transactional=True).within("TransactItems")
        case {"RequestItems": tables} if _is_enclosed(tables, plain=plain):
            return Envelope(_batch(tables)).within("RequestItems.")
        case {"Responses": tables} if _is_enclosed(tables, plain=plain):
            return Envelope(_replies(tables)).within("Responses.")
        case {"Responses": list(replies)}:
            return _list(replies, plain=plain).within("Responses")
        case {"Items": list(items)}:
            return replace(_items(items), hidden=_hidden(value)).within("Items")
    return _one_item(value, plain=plain)


def _one_item(value: Mapping[str, Any], *, plain: bool) -> Envelope | None:
    table = _text(value.get("TableName"))
    for word in ("Item", "Attributes"):
        if _is_enclosed(value.get(word), plain=plain):
            return Envelope([Enclosed(word, value[word], table=table)])
    for word in WITHOUT_ITEM:
        if isinstance(value.get(word), list) or _is_enclosed(value.get(word), plain=plain):
            raise _without_item(word)
    return None


def _list(values: list[Any], *, plain: bool) -> Envelope:
    """Return the items of a list; each item may have its own envelope."""
    if _is_transaction(values):
        return Envelope(_actions(values), transactional=True)
    if _is_batch(values):
        return Envelope(_writes(values, None))
    enclosed: list[Enclosed] = []
    for n, value in enumerate(values):
        if isinstance(value, dict):
            enclosed += opened(value, plain=plain).within(f"[{n}]").enclosed
        else:
            enclosed.append(Enclosed(f"[{n}]", value))
    return Envelope(enclosed)


def _items(values: list[Any]) -> Envelope:
    return Envelope([Enclosed(f"[{n}]", value) for n, value in enumerate(values)])


def _is_transaction(values: list[Any]) -> bool:
    word, content = _pair(values[0] if values else None)
    return word in ACTIONS and isinstance(content, dict) and "TableName" in content


def _is_batch(values: object) -> bool:
    first = values[0] if isinstance(values, list) and values else None
    return _pair(first)[0] in ("PutRequest", "DeleteRequest")


def _actions(values: list[Any]) -> list[Enclosed]:
    """Return the items and keys in the list of a TransactWriteItems."""
    enclosed = []
    for n, value in enumerate(values):
        word, content = _pair(value)
        try:
            operation = ACTIONS[word]
            found, table = content[operation.part], content["TableName"]
        except (KeyError, TypeError):
            raise EnvelopeRefused(
                f"[{n}]: an action of a transaction must be Put, Update, Delete or ConditionCheck, "
                "with TableName, and with Item or Key"
            ) from None
        if operation is Operation.GET:
            raise _without_item(f"[{n}].Get.Key")
        place = f"[{n}].{word}.{operation.part}"
        enclosed.append(Enclosed(place, found, operation, _text(table)))
    return enclosed


def _batch(tables: Mapping[str, Any]) -> list[Enclosed]:
    """Return the items and keys of a BatchWriteItem, from its lists by table."""
    for table, requests in tables.items():
        if isinstance(requests, dict) and "Keys" in requests:
            raise _without_item(f"{table}.Keys")
        if not isinstance(requests, list):
            raise EnvelopeRefused(f"{table}: a batch must have a list of requests for each table")
    return [one for table, requests in tables.items() for one in _writes(requests, table)]


def _writes(requests: list[Any], table: str | None) -> list[Enclosed]:
    enclosed = []
    for n, request in enumerate(requests):
        place = f"{table or ''}[{n}]"
        match request:
            case {"PutRequest": {"Item": item}}:
                place, operation = f"{place}.PutRequest.Item", Operation.PUT
            case {"DeleteRequest": {"Key": item}}:
                place, operation = f"{place}.DeleteRequest.Key", Operation.DELETE
            case _:
                raise EnvelopeRefused(
                    f"{place}: a request of a batch must be a PutRequest with an Item, or a "
                    "DeleteRequest with a Key"
                )
        enclosed.append(Enclosed(place, item, operation, table))
    return enclosed


def _replies(tables: Mapping[str, Any]) -> list[Enclosed]:
    """Return the items of a BatchGetItem's reply, from its lists by table."""
    for table, items in tables.items():
        if not isinstance(items, list):
            raise EnvelopeRefused(
                f"{table}: the reply of a batch must have a list of items for each table"
            )
    return [
        Enclosed(f"{table}[{n}]", item, table=table)
        for table, items in tables.items()
        for n, item in enumerate(items)
    ]


def _hidden(reply: Mapping[str, Any]) -> int:
    """Return how many items a filter removed from a reply."""
    returned = _count(reply.get("Count", len(reply["Items"])))
    return max(0, _count(reply.get("ScannedCount")) - returned)


def _count(value: object) -> int:
    exact = Decimal(value) if isinstance(value, (int, Decimal)) else Decimal(0)
    return int(exact) if exact.is_finite() and 0 < exact < MOST else 0


def _is_enclosed(value: object, *, plain: bool) -> bool:
    """Return whether this is an object in an envelope, and not the value of an attribute.

    A table's name has at least three letters, so it differs from the types L, SS, NS and BS.
    """
    return isinstance(value, dict) and (plain or not _is_value(value))


def _is_value(value: object) -> bool:
    """Return whether this looks like one value in DynamoDB JSON, such as {"S": "x"}."""
    tag, content = _pair(value)
    if tag == "M":
        return isinstance(content, dict) and all(map(_is_value, content.values()))
    return tag in CONTENT and isinstance(content, CONTENT[tag])


def _pair(value: object) -> tuple[str, Any]:
    """Return the name and the content of an object with one name; otherwise "" and None."""
    if isinstance(value, dict) and len(value) == 1:
        ((name, content),) = value.items()
        return str(name), content
    return "", None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _without_item(place: str) -> EnvelopeRefused:
    return EnvelopeRefused(
        f"{place}: this has no whole items, so their sizes are unknown: use the items, as "
        '{"Item": {…}} or [{…}, {…}]'
    )
