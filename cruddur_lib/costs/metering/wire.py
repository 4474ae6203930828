"""DynamoDB requests as they are sent, parsed once: operation, tables, reads and writes.

Source: AWS, "Amazon DynamoDB API Reference", read 2026-11-22
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html
"""

import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from cruddur_lib.costs.units.capacity_units import CapacityKind, Consistency
from cruddur_lib.costs.units.items import Item, Value, json_value
from cruddur_lib.costs.units.schema import TableSchema

READS = ("GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan")
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")
PARTIQL = ("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction")
STREAM = "GetRecords"
TRANSACTION = "TransactWriteItems"
VERBS = {"Put": "put", "Update": "update", "Delete": "delete", "ConditionCheck": "check"}
PROJECTIONS = ("ProjectionExpression", "AttributesToGet")  # the reply has a part of each item
FILTERS = ("FilterExpression", "QueryFilter", "ScanFilter")
PLACEHOLDER = re.compile(r"[#:]\w+")  # of a name or a value in an expression

Json = Mapping[str, Any]  # DynamoDB JSON; binary is base64 in requests and bytes in replies


@dataclass(frozen=True)
class ItemKey:
    """A table and the key of an item in it, whether or not the item exists."""

    table: str
    key: Json  # as boto3's client takes it

    @property
    def identity(self) -> tuple[str | Value, ...]:
        """A value that is equal for equal keys, even if 1 is written as 1.0."""
        return (self.table, *map(json_value, self.key.values()))


@dataclass(frozen=True)
class Read:
    """What a request reads of one table: the items at `keys`, or a page if there are none."""

    table: str
    consistency: Consistency
    keys: Sequence[Json]
    projected: bool  # whether the reply has only a part of each item


@dataclass(frozen=True)
class Write:
    """One item of a write request; `content` is the item of a put, otherwise the key."""

    verb: str  # put, update, delete or check
    table: str
    content: Json

    @classmethod
    def parse(cls, kind: str, request: Json, table: str = "") -> Self:
        """Return the write of a request (PutItem), or of a part of one (PutRequest, Put)."""
        verb = VERBS[kind.removesuffix("Item").removesuffix("Request")]
        return cls(verb, table or request["TableName"], request["Item" if verb == "put" else "Key"])

    @cached_property
    def item(self) -> Item | None:
        """The item that a put leaves; None for other writes."""
        return item_of(self.content) if self.verb == "put" else None


@dataclass(frozen=True)
class Attempt:
    """One request, as an attempt of botocore sends it."""

    operation: str
    request: Json
    capacity: CapacityKind
    reads: Sequence[Read] = ()
    writes: Sequence[Write] = ()

    @classmethod
    def parse(cls, operation: str, request: Json) -> Self:
        """Return the attempt with its reads or writes; PartiQL and streams have neither."""
        if operation in READS:
            return cls(operation, request, CapacityKind.READ, reads=_reads(operation, request))
        if operation in WRITES:
            return cls(operation, request, CapacityKind.WRITE, writes=_writes(operation, request))
        if operation == STREAM:
            return cls(operation, request, CapacityKind.STREAM)
        reading = _is_select(request)
        return cls(operation, request, CapacityKind.READ if reading else CapacityKind.WRITE)

    @property
    def tables(self) -> list[str]:
        """Names of the tables that are read or written, each once."""
        names = [read.table for read in self.reads] + [write.table for write in self.writes]
        return list(dict.fromkeys(names))

    def hides_items(self, reply: Json) -> bool:
        """Return whether the reply to a Query or Scan shows less than the engine read for it."""
        if self.reads[0].projected or self.request.get("Select") == "COUNT":
            return bool(reply["ScannedCount"])
        return bool(reply["ScannedCount"] != reply["Count"])

    def fetches_from_table(self, schema: TableSchema) -> bool:
        """Return whether a read of a local index requests attributes that only the table has."""
        request = self.request
        index = schema.index(request["IndexName"]) if "IndexName" in request else None
        if index is None or not index.local or index.projection.value == "ALL":
            return False
        if request.get("Select") == "ALL_ATTRIBUTES":
            return True
        names = request.get("ExpressionAttributeNames", {})
        paths = request.get("ProjectionExpression", "").split(",")
        tops = [re.split(r"[.\[]", path.strip())[0] for path in paths if path.strip()]
        requested = {names.get(top, top) for top in tops} | set(request.get("AttributesToGet", ()))
        return not requested <= {*schema.key, *index.key, *index.include}

    def whole_page(self, scanned: int, *, fetches: bool) -> dict[str, Any]:
        """Return the parameters of a Query or Scan that reads the same page and shows all of it.

        Args:
            scanned: the number of items on the page, `ScannedCount` of the reply.
            fetches: whether the request fetches items from the table of a local index.
        """
        other = ("ConditionalOperator", "Select", "ReturnConsumedCapacity")
        dropped = {*PROJECTIONS, *FILTERS, *other}
        parameters = {n: _parameter(value) for n, value in self.request.items() if n not in dropped}
        used = set(PLACEHOLDER.findall(parameters.get("KeyConditionExpression", "")))
        for name in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
            tokens = parameters.pop(name, {})
            if used & tokens.keys():
                parameters[name] = {token: tokens[token] for token in tokens if token in used}
        if fetches:
            parameters["Select"] = "ALL_ATTRIBUTES"
        return parameters | {"Limit": scanned}


def batch_writes(request_items: Mapping[str, Sequence[Json]]) -> list[Write]:
    """Return the writes of `RequestItems`, or of `UnprocessedItems`, in their order."""
    return [
        Write.parse(kind, content, table)
        for table, listed in request_items.items()
        for one in listed
        for kind, content in one.items()
    ]


def item_of(content: Json) -> Item:
    """Return the item that this DynamoDB JSON describes, its binary in base64 or as bytes."""
    return Item.from_json(
        {name: value if "S" in value else plain(value) for name, value in content.items()}
    )


def plain(value: Json) -> Json:
    """Return one value of DynamoDB JSON with its binary as bytes, as boto3's client takes it."""
    ((tag, content),) = value.items()
    match tag:
        case "S":
            return value
        case "B":
            return {tag: _bytes(content)}
        case "BS":
            return {tag: [_bytes(one) for one in content]}
        case "L":
            return {tag: [plain(one) for one in content]}
        case "M":
            return {tag: {name: plain(one) for name, one in content.items()}}
    return {tag: content}


def _reads(operation: str, request: Json) -> list[Read]:
    match operation:
        case "BatchGetItem":
            return [
                Read(table, _consistency(part), part["Keys"], _is_projected(part))
                for table, part in request["RequestItems"].items()
            ]
        case "TransactGetItems":
            return [
                Read(get["TableName"], Consistency.TRANSACTIONAL, [get["Key"]], _is_projected(get))
                for action in request["TransactItems"]
                for get in action.values()
            ]
    keys = [request["Key"]] if operation == "GetItem" else []
    return [Read(request["TableName"], _consistency(request), keys, _is_projected(request))]


def _consistency(request: Json) -> Consistency:
    return Consistency.STRONG if request.get("ConsistentRead") else Consistency.EVENTUAL


def _is_projected(request: Json) -> bool:
    return any(name in request for name in PROJECTIONS)


def _writes(operation: str, request: Json) -> list[Write]:
    match operation:
        case "BatchWriteItem":
            return batch_writes(request["RequestItems"])
        case "TransactWriteItems":
            actions = request["TransactItems"]
            return [Write.parse(*pair) for action in actions for pair in action.items()]
    return [Write.parse(operation, request)]


def _is_select(request: Json) -> bool:
    """Return whether the request has PartiQL statements, and all of them read."""
    listed = [request, *request.get("Statements", ()), *request.get("TransactStatements", ())]
    statements = [one["Statement"].split() for one in listed if "Statement" in one]
    reading = [words[:1] and words[0].upper() == "SELECT" for words in statements]
    return bool(reading) and all(reading)


def _parameter(parameter: Any) -> Any:
    """Return a parameter of a request with its values as boto3's client takes them."""
    if isinstance(parameter, dict) and all(isinstance(one, dict) for one in parameter.values()):
        return {name: _value_or_condition(one) for name, one in parameter.items()}
    return parameter


def _value_or_condition(value: dict[str, Any]) -> Json:
    """Return a value, or a condition of KeyConditions, which has a list of values."""
    if "AttributeValueList" in value:
        return {**value, "AttributeValueList": [plain(one) for one in value["AttributeValueList"]]}
    return plain(value)


def _bytes(content: Any) -> bytes:
    return b64decode(content) if isinstance(content, str) else bytes(content)
