"""Read what `aws dynamodb describe-table` prints: a table's keys, indexes, mode, units and class.

The names are from AWS, "TableDescription", read 2026-11-27
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, PlainValidator, TypeAdapter, ValidationError
from pydantic.alias_generators import to_pascal
from pydantic.dataclasses import dataclass as model

from cruddur_lib.cli.cost.item_files import InputRefused, file_name, naming, read_json
from cruddur_lib.cli.cost.table_arguments import INDEX_NAME, table_schema
from cruddur_lib.costs.billing.models import explanation
from cruddur_lib.costs.billing.usage import TableClass
from cruddur_lib.costs.throughput.policies import ReadsWrites
from cruddur_lib.costs.traffic.workload import TABLE_PART
from cruddur_lib.costs.units.schema import IndexSchema, Projection, TableSchema

ARN = re.compile(r"arn:[^:]+:dynamodb:([a-z0-9-]+):\d*:table/.+")
LOCAL_ENGINE = "ddblocal"  # the Region in an ARN of DynamoDB Local
UNLIMITED = -1  # AWS's value for no maximum
LARGEST = 10**18  # of a count; below AWS's limit of 63 bits
WRAPPERS = ("Table", "TableDescription")  # of describe-table, and of create- and update-table
CONFIG = ConfigDict(alias_generator=to_pascal, extra="ignore")


@dataclass(frozen=True)
class TableDescription:
    """The table that a file describes."""

    name: str
    schema: TableSchema  # keys, global and local indexes with their projections
    on_demand: bool | None  # None if the file does not name the mode
    provisioned: Mapping[str, ReadsWrites[int]]  # of "table" and each global index, if provisioned
    table_class: TableClass  # Standard if the file does not name it
    region: str | None  # None without an ARN, and for DynamoDB Local
    size_bytes: int | None  # of the table and all its indexes; None if the file lacks a size
    warm: ReadsWrites[int] | None  # warm throughput of the table, units a second
    maximum: ReadsWrites[int | None]  # the most on-demand units a second; None for no maximum


def read_description(path: str) -> TableDescription:
    """Read a file that `aws dynamodb describe-table`, `create-table` or `update-table` printed.

    The file may also have only the object inside `Table` or `TableDescription`. Only `TableName`
    and `KeySchema` are required.

    Args:
        path: the file, or "-" for standard input.

    Raises:
        InputRefused: the file cannot be read, or describes no table that AWS allows. The message
            names the file and the key.
    """
    with naming(file_name(path)):
        found = read_json(path)
        wrapper = [name for name in WRAPPERS if isinstance(found, dict) and name in found][:1]
        for name in wrapper:
            found = found[name]
        if not isinstance(found, dict):
            raise InputRefused("use the JSON that `aws dynamodb describe-table` prints")
        try:
            return TypeAdapter(_DescribedTable).validate_python(_without_nulls(found)).description()
        except ValidationError as error:
            raise InputRefused(explanation(error, (), wrapper)) from None


def _without_nulls(value: Any) -> Any:
    """Leave out null values: some SDKs write null for settings that a table does not have."""
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value


def _whole(value: Any) -> int:
    if not isinstance(value, Decimal) or not abs(value) < LARGEST or value % 1:
        raise ValueError("it must be a whole number, without quotes")
    return int(value)


def _count(value: Any) -> int:
    if (number := _whole(value)) < 0:
        raise ValueError("it must be 0 or more")
    return number


def _maximum(value: Any) -> int | None:
    if (number := _whole(value)) < 1 and number != UNLIMITED:
        raise ValueError(f"it must be 1 or more, or {UNLIMITED} for no maximum")
    return None if number == UNLIMITED else number


def _name(text: str) -> str:
    if not INDEX_NAME.fullmatch(text):
        raise ValueError("a name is 1 to 255 letters, digits, _, - and dots")
    return text


def _region(arn: str) -> str:
    if not (found := ARN.fullmatch(arn)):
        raise ValueError("it must be like arn:aws:dynamodb:us-east-1:123456789012:table/t")
    return found[1]


Count = Annotated[int, PlainValidator(_count)]
Maximum = Annotated[int | None, PlainValidator(_maximum)]
Name = Annotated[str, AfterValidator(_name)]
Region = Annotated[str, AfterValidator(_region)]


class KeyType(Enum):
    """The role of an attribute in a key, in AWS's words."""

    HASH = "HASH"
    RANGE = "RANGE"


class BillingMode(Enum):
    """A capacity mode in AWS's words."""

    ON_DEMAND = "PAY_PER_REQUEST"
    PROVISIONED = "PROVISIONED"


class ClassName(Enum):
    """A table class in AWS's words."""

    STANDARD = "STANDARD"
    STANDARD_IA = "STANDARD_INFREQUENT_ACCESS"


@model(frozen=True, config=CONFIG)
class _KeyPart:
    attribute_name: str
    key_type: KeyType


def _key(parts: list[_KeyPart]) -> list[_KeyPart]:
    if KeyType.HASH not in (part.key_type for part in parts):
        raise ValueError("one of its attributes must have the KeyType HASH")
    if len({part.attribute_name for part in parts}) < len(parts):
        raise ValueError("it must name each attribute once")
    return sorted(parts, key=lambda part: part.key_type.value)  # HASH first


def _table_key(parts: list[_KeyPart]) -> list[_KeyPart]:
    if len({part.key_type for part in parts}) < len(parts):
        raise ValueError("a key here is one HASH attribute, and at most one RANGE attribute")
    return parts


Key = Annotated[list[_KeyPart], AfterValidator(_key)]
TableKey = Annotated[Key, AfterValidator(_table_key)]


@model(frozen=True, config=CONFIG)
class _Projection:
    projection_type: Projection = Projection.ALL
    non_key_attributes: list[str] = field(default_factory=list)


@model(frozen=True, config=CONFIG)
class _Units:
    read_capacity_units: Count = 0
    write_capacity_units: Count = 0


@model(frozen=True, config=CONFIG)
class _DescribedIndex:
    index_name: Name
    key_schema: Key
    projection: _Projection = _Projection()
    provisioned_throughput: _Units = _Units()
    index_size_bytes: Count | None = None

    def schema(self, *, local: bool) -> IndexSchema:
        """Return the index's key and projection."""
        names = tuple(part.attribute_name for part in self.key_schema)
        projected = self.projection
        include = tuple(projected.non_key_attributes)
        return IndexSchema(self.index_name, names, projected.projection_type, include, local)


@model(frozen=True, config=CONFIG)
class _LocalIndex(_DescribedIndex):
    key_schema: TableKey


@model(frozen=True, config=CONFIG)
class _Mode:
    billing_mode: BillingMode | None = None


@model(frozen=True, config=CONFIG)
class _ClassSummary:
    table_class: ClassName = ClassName.STANDARD


@model(frozen=True, config=CONFIG)
class _Warm:
    read_units_per_second: Count
    write_units_per_second: Count


@model(frozen=True, config=CONFIG)
class _Maximum:
    max_read_request_units: Maximum = None
    max_write_request_units: Maximum = None


@model(frozen=True, config=CONFIG)
class _DescribedTable:
    table_name: Name
    key_schema: TableKey
    global_secondary_indexes: list[_DescribedIndex] = field(default_factory=list)
    local_secondary_indexes: list[_LocalIndex] = field(default_factory=list)
    billing_mode_summary: _Mode = _Mode()
    provisioned_throughput: _Units = _Units()
    table_class_summary: _ClassSummary = _ClassSummary()
    table_arn: Region | None = None
    table_size_bytes: Count | None = None
    warm_throughput: _Warm | None = None
    on_demand_throughput: _Maximum = _Maximum()

    def description(self) -> TableDescription:
        """Return the description with this library's types."""
        on_demand = self._on_demand()
        warm, most = self.warm_throughput, self.on_demand_throughput
        return TableDescription(
            self.table_name,
            self._schema(),
            on_demand,
            self._provisioned() if on_demand is False else {},
            TableClass[self.table_class_summary.table_class.name],
            self.table_arn if self.table_arn != LOCAL_ENGINE else None,
            self._size(),
            ReadsWrites(warm.read_units_per_second, warm.write_units_per_second) if warm else None,
            ReadsWrites(most.max_read_request_units, most.max_write_request_units),
        )

    def _schema(self) -> TableSchema:
        indexes = [index.schema(local=False) for index in self.global_secondary_indexes]
        indexes += [index.schema(local=True) for index in self.local_secondary_indexes]
        return table_schema(tuple(part.attribute_name for part in self.key_schema), indexes)

    def _on_demand(self) -> bool | None:
        """Return whether the mode is on-demand; AWS omits the mode of always provisioned tables."""
        if self.billing_mode_summary.billing_mode:
            return self.billing_mode_summary.billing_mode is BillingMode.ON_DEMAND
        return False if self.provisioned_throughput.read_capacity_units else None

    def _provisioned(self) -> dict[str, ReadsWrites[int]]:
        parts = {TABLE_PART: self.provisioned_throughput}
        parts |= {
            one.index_name: one.provisioned_throughput for one in self.global_secondary_indexes
        }
        for name, units in parts.items():
            if not (units.read_capacity_units and units.write_capacity_units):
                part = "the table" if name == TABLE_PART else f"index {name!r}"
                raise InputRefused(
                    f"the table is provisioned, but {part} has no ProvisionedThroughput of 1 unit "
                    "or more: use the whole reply of describe-table"
                )
        return {
            name: ReadsWrites(units.read_capacity_units, units.write_capacity_units)
            for name, units in parts.items()
        }

    def _size(self) -> int | None:
        """Return the bytes of the table and its indexes, if the file has all of their sizes."""
        indexes = (*self.global_secondary_indexes, *self.local_secondary_indexes)
        sizes = [self.table_size_bytes, *(index.index_size_bytes for index in indexes)]
        known = [size for size in sizes if size is not None]
        return sum(known) if len(known) == len(sizes) else None
