"""Tables: create, describe, list and drop them, and read all rows of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from cruddur_lib.backends import Backend
from cruddur_lib.errors import WorkbookError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TableDescriptionTypeDef, WaiterConfigTypeDef

TABLE_NAME = "cruddur-messages"  # the bootcamp's name
Row = Mapping[str, Any]  # one item, as Python values
PATIENCE: "WaiterConfigTypeDef" = {"Delay": 1, "MaxAttempts": 120}  # seconds; 2 minutes in all
Billing = Literal["provisioned", "on-demand"]


class TableError(WorkbookError):
    """A table that does not exist or that has another schema."""


@dataclass(frozen=True)
class Index:
    """A global secondary index of whole items; an item without both index keys is not in it."""

    name: str
    hash_key: str
    range_key: str


@dataclass(frozen=True)
class Schema:
    """The schema of a table with the keys pk and sk, text keys, and a stream of new images."""

    indexes: tuple[Index, ...] = ()
    read_units: int = 5  # provisioned RCU of the table and of each index
    write_units: int = 5  # provisioned WCU of the table and of each index

    def request(self, name: str, billing: Billing) -> dict[str, Any]:
        """Return the CreateTable request for a table of this name and billing mode."""
        units = {"ReadCapacityUnits": self.read_units, "WriteCapacityUnits": self.write_units}
        throughput = {"ProvisionedThroughput": units} if billing == "provisioned" else {}
        attributes = {"pk", "sk", *(key for i in self.indexes for key in (i.hash_key, i.range_key))}
        request: dict[str, Any] = {
            "TableName": name,
            "KeySchema": _keys("pk", "sk"),
            "AttributeDefinitions": [
                {"AttributeName": a, "AttributeType": "S"} for a in sorted(attributes)
            ],
            "BillingMode": "PROVISIONED" if throughput else "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
            **throughput,
        }
        if self.indexes:
            request["GlobalSecondaryIndexes"] = [
                {
                    "IndexName": index.name,
                    "KeySchema": _keys(index.hash_key, index.range_key),
                    "Projection": {"ProjectionType": "ALL"},
                    **throughput,
                }
                for index in self.indexes
            ]
        return request


def create(
    backend: Backend, schema: Schema, name: str = TABLE_NAME, billing: Billing = "provisioned"
) -> bool:
    """Create a table unless it exists, and wait until it is active.

    Args:
        backend: the connection.
        schema: the table's keys, indexes and provisioned units.
        name: the table's name.
        billing: the billing mode of a new table. An existing table keeps its own.

    Returns:
        True if the table was created, False if it existed.

    Raises:
        TableError: a table of this name has another schema.
    """
    client = backend.client("dynamodb")
    request = schema.request(name, billing)
    created = True
    try:
        client.create_table(**request)
    except client.exceptions.ResourceInUseException:
        if (existing := _shape(describe(backend, name))) != _shape(request):
            raise TableError(
                f"table {name} is there with other keys, indexes or stream: {existing}; wanted: "
                f"{_shape(request)}. Drop it first, or give another name"
            ) from None
        created = False
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig=PATIENCE)
    return created


def describe(backend: Backend, name: str = TABLE_NAME) -> "TableDescriptionTypeDef":
    """Return DescribeTable's description of a table; raises `TableError` if there is none."""
    client = backend.client("dynamodb")
    try:
        return client.describe_table(TableName=name)["Table"]
    except client.exceptions.ResourceNotFoundException:
        raise TableError(
            f"no table {name} on {backend!r}; there are: {', '.join(names(backend)) or 'none'}. "
            "Make it first (bin/ddb/schema-load)"
        ) from None


def names(backend: Backend) -> list[str]:
    """Return the sorted names of all tables."""
    pages = backend.client("dynamodb").get_paginator("list_tables").paginate()
    return sorted(name for page in pages for name in page["TableNames"])


def drop(backend: Backend, name: str = TABLE_NAME) -> bool:
    """Drop a table and wait until it is gone; return False if there was none."""
    client = backend.client("dynamodb")
    try:
        client.delete_table(TableName=name)
    except client.exceptions.ResourceNotFoundException:
        return False
    client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig=PATIENCE)
    return True


def rows(backend: Backend, name: str = TABLE_NAME) -> list[Row]:
    """Return all rows of a table, by Scan, sorted by pk and sk because engines scan differently."""
    pages = backend.dynamodb.get_paginator("scan").paginate(TableName=name)
    found = (row for page in pages for row in page["Items"])
    return sorted(found, key=lambda row: (row["pk"], row["sk"]))


def _keys(hash_key: str, range_key: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": hash_key, "KeyType": "HASH"},
        {"AttributeName": range_key, "KeyType": "RANGE"},
    ]


def _shape(table: Any) -> dict[str, list[str]]:
    """Return a table's keys, its indexes' keys and its stream, from a request or a description."""
    indexes = {i["IndexName"]: i["KeySchema"] for i in table.get("GlobalSecondaryIndexes", ())}
    shape = {
        name: [part["AttributeName"] for part in keys]
        for name, keys in [("table", table["KeySchema"]), *sorted(indexes.items())]
    }
    return shape | {"stream": [table.get("StreamSpecification", {}).get("StreamViewType", "none")]}
