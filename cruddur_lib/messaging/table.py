"""Tables: create, describe, list, drop, and all rows of one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from cruddur_lib.backends import Backend
from cruddur_lib.errors import WorkbookError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TableDescriptionTypeDef

TABLE_NAME = "cruddur-messages"  # the bootcamp's name, typed here and nowhere else
Row = Mapping[str, Any]  # one item, as Python values
Billing = Literal["provisioned", "on-demand"]


class TableError(WorkbookError):
    """A table that is not there, or is there and is another."""


@dataclass(frozen=True)
class Index:
    """A global secondary index that holds whole items; an item without both keys is not in it."""

    name: str
    hash_key: str
    range_key: str


@dataclass(frozen=True)
class Schema:
    """A table's keys (pk, sk), indexes and provisioned units as data; all keys are text, the stream
    shows new images.
    """

    indexes: tuple[Index, ...] = ()
    read_units: int = 5  # RCU, of the table and of each index
    write_units: int = 5  # WCU, likewise

    def request(self, name: str, billing: Billing) -> dict[str, Any]:
        """The CreateTable request."""
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
    """True where the table was made, False where it was there: its billing is left as it is.

    It can be used when this returns. Raises `TableError` where another table has the name.
    """
    client = backend.client("dynamodb")
    request = schema.request(name, billing)
    made = True
    try:
        client.create_table(**request)
    except client.exceptions.ResourceInUseException:
        if (there := _shape(describe(backend, name))) != _shape(request):
            raise TableError(
                f"table {name} is there with other keys, indexes or stream: {there}; wanted: "
                f"{_shape(request)}. Drop it first, or give another name"
            ) from None
        made = False
    client.get_waiter("table_exists").wait(
        TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
    )
    return made


def describe(backend: Backend, name: str = TABLE_NAME) -> "TableDescriptionTypeDef":
    """What DescribeTable says of the table; raises `TableError` where there is none."""
    client = backend.client("dynamodb")
    try:
        return client.describe_table(TableName=name)["Table"]
    except client.exceptions.ResourceNotFoundException:
        raise TableError(
            f"no table {name} on {backend!r}; there are: {', '.join(names(backend)) or 'none'}. "
            "Make it first (bin/ddb/schema-load)"
        ) from None


def names(backend: Backend) -> list[str]:
    """The names of all tables, sorted."""
    pages = backend.client("dynamodb").get_paginator("list_tables").paginate()
    return sorted(name for page in pages for name in page["TableNames"])


def drop(backend: Backend, name: str = TABLE_NAME) -> bool:
    """True where the table was dropped, False where there was none."""
    client = backend.client("dynamodb")
    try:
        client.delete_table(TableName=name)
    except client.exceptions.ResourceNotFoundException:
        return False
    client.get_waiter("table_not_exists").wait(
        TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
    )
    return True


def rows(backend: Backend, name: str = TABLE_NAME) -> list[Row]:
    """Every row, by Scan over all pages, sorted by pk and sk: engines scan in different orders."""
    return sorted(_scan(backend, name), key=lambda row: (row["pk"], row["sk"]))


def _scan(backend: Backend, name: str) -> Iterator[Row]:
    for page in backend.dynamodb.get_paginator("scan").paginate(TableName=name):
        yield from page["Items"]


def _keys(hash_key: str, range_key: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": hash_key, "KeyType": "HASH"},
        {"AttributeName": range_key, "KeyType": "RANGE"},
    ]


def _shape(table: Any) -> dict[str, list[str]]:
    """A table's keys, those of its indexes and its stream, from a request or a description."""
    indexes = {i["IndexName"]: i["KeySchema"] for i in table.get("GlobalSecondaryIndexes", ())}
    shape = {
        name: [part["AttributeName"] for part in keys]
        for name, keys in [("table", table["KeySchema"]), *sorted(indexes.items())]
    }
    return shape | {"stream": [table.get("StreamSpecification", {}).get("StreamViewType", "none")]}
