"""What a DynamoDB request asks for, read from its JSON as it crosses the wire.

Source: AWS, "Amazon DynamoDB API Reference", read 2026-11-22
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cruddur_lib.costs.units.capacity_units import Consistency
from cruddur_lib.costs.units.items import Item, Value, json_value
from cruddur_lib.costs.units.schema import TableSchema

READS = ("GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan")
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")
PARTIQL = ("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction")
VERBS = {
    "PutItem": "put",
    "UpdateItem": "update",
    "DeleteItem": "delete",
    "PutRequest": "put",
    "DeleteRequest": "delete",
    "Put": "put",
    "Update": "update",
    "Delete": "delete",
    "ConditionCheck": "check",
}
NARROWING = ("ProjectionExpression", "AttributesToGet")  # what comes back is part of an item
FILTERS = ("FilterExpression", "QueryFilter", "ScanFilter")
TOKEN = re.compile(r"[#:]\w+")  # a name's or a value's place in an expression

Json = Mapping[str, Any]  # DynamoDB JSON, binary in base64 or as bytes


@dataclass(frozen=True)
class ItemKey:
    """Where an item lies, or would: its table and its key."""

    table: str
    key: tuple[tuple[str, Value], ...]
    asked: Json = field(compare=False)  # the key as boto3's client takes it; 1 may be written 1.0


@dataclass(frozen=True)
class Write:
    """One item of a write request: put, update, delete or check; `content` is the whole item of a
    put, else the key.
    """

    verb: str
    table: str
    content: Json

    @property
    def item(self) -> Item | None:
        """The item that a put leaves."""
        return item_of(self.content) if self.verb == "put" else None

    def place(self, layout: TableSchema) -> ItemKey:
        """Where it writes; raises `KeyError` where the content lacks the table's key."""
        return item_key(self.table, layout, self.content)


def item_key(table: str, layout: TableSchema, content: Json) -> ItemKey:
    """Where an item with this content lies in the table."""
    asked = {name: plain(content[name]) for name in layout.key}
    return ItemKey(table, tuple((n, json_value(v)) for n, v in asked.items()), asked)


def writes_of(operation: str, request: Json) -> list[Write]:
    """What a write request writes, in its order."""
    match operation:
        case "BatchWriteItem":
            pairs = request["RequestItems"].items()
            return [write for name, listed in pairs for write in batched(name, listed)]
        case "TransactWriteItems":
            return [_action(*next(iter(one.items()))) for one in request["TransactItems"]]
    return [_action(operation, request)]


def batched(table: str, listed: list[Json]) -> list[Write]:
    """The writes of a batch on one table: of those asked for, or of those that are left over."""
    return [
        Write(VERBS[kind], table, content.get("Item") or content["Key"])
        for one in listed
        for kind, content in one.items()
    ]


def _action(kind: str, content: Json) -> Write:
    verb = VERBS[kind]
    return Write(verb, content["TableName"], content["Item" if verb == "put" else "Key"])


def tables_of(request: Json) -> list[str]:
    """The names of the tables that a request is about, each once; none of PartiQL's."""
    listed = request.get("TransactItems", ())
    names = [one["TableName"] for action in listed for one in action.values()]
    names += [request["TableName"]] if "TableName" in request else []
    return list(dict.fromkeys([*names, *request.get("RequestItems", ())]))


def is_select(request: Json) -> bool:
    """Whether these are PartiQL's statements, and all of them read."""
    listed = [request, *request.get("Statements", ()), *request.get("TransactStatements", ())]
    said = [one["Statement"].split() for one in listed if "Statement" in one]
    return bool(said) and all(words[:1] and words[0].upper() == "SELECT" for words in said)


def consistency_of(request: Json) -> Consistency:
    """How a read reads."""
    return Consistency.STRONG if request.get("ConsistentRead") else Consistency.EVENTUAL


def hides_attributes(request: Json, reply: Json) -> bool:
    """Whether the reply shows less than what was read to make it."""
    if "Items" not in reply and "Count" not in reply:
        return any(name in request for name in NARROWING)
    if request.get("Select") == "COUNT" or any(name in request for name in NARROWING):
        return bool(reply["ScannedCount"])
    return bool(reply["ScannedCount"] != reply["Count"])


def whole_page_request(request: Json, layout: TableSchema, scanned: int) -> dict[str, Any]:
    """The parameters of a Query or Scan that reads the same page and shows all of it."""
    dropped = {*NARROWING, *FILTERS, "ConditionalOperator", "Select", "ReturnConsumedCapacity"}
    asked = {name: plain_any(value) for name, value in request.items() if name not in dropped}
    used = set(TOKEN.findall(asked.get("KeyConditionExpression", "")))
    for name in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        kept = {token: what for token, what in asked.pop(name, {}).items() if token in used}
        if kept:
            asked[name] = kept
    if fetches_from_table(request, layout):
        asked["Select"] = "ALL_ATTRIBUTES"
    return asked | {"Limit": scanned}


def fetches_from_table(request: Json, layout: TableSchema) -> bool:
    """Whether a read of a local index asks for what it does not hold, and so goes to the table."""
    index = layout.index(request["IndexName"]) if "IndexName" in request else None
    if index is None or not index.local:
        return False
    if request.get("Select") == "ALL_ATTRIBUTES":
        return index.projection.value != "ALL"
    names = request.get("ExpressionAttributeNames", {})
    shown = request.get("ProjectionExpression", "").split(",")
    tops = [re.split(r"[.\[]", path.strip())[0] for path in shown if path.strip()]
    wanted = {names.get(top, top) for top in tops} | set(request.get("AttributesToGet", ()))
    held = {*layout.key, *index.key, *index.include}
    return index.projection.value != "ALL" and not wanted <= held


def item_of(content: Json) -> Item:
    """The item that this DynamoDB JSON stands for, its binary in base64 or as bytes."""
    return Item.from_json({name: plain(value) for name, value in content.items()})


def plain(value: Json) -> Json:
    """One value of DynamoDB JSON with its binary as bytes, as boto3's client takes it."""
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


def plain_any(parameter: Any) -> Any:
    """A parameter of a request, any values in it as boto3's client takes them."""
    if isinstance(parameter, dict) and all(isinstance(one, dict) for one in parameter.values()):
        return {name: _plain_one(one) for name, one in parameter.items()}
    return parameter


def _plain_one(value: dict[str, Any]) -> Json:
    """A value, or a KeyConditions' condition with a list of them."""
    if "AttributeValueList" in value:
        return {**value, "AttributeValueList": [plain(one) for one in value["AttributeValueList"]]}
    return plain(value)


def _bytes(content: Any) -> bytes:
    return b64decode(content) if isinstance(content, str) else bytes(content)
