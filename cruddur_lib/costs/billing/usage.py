"""One month's usage of one payer account, in the units that AWS bills.

Every quantity is 0 unless it is set, and keeps all digits. A usage is for one table, or for all
tables together, or it lists tables with their own class or Region. `bin/cost/bill --help` prints
the docstrings of the fields.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import field, replace
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, ClassVar, Self, get_args

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    PlainValidator,
    Strict,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic.dataclasses import dataclass
from pydantic.fields import FieldInfo

from cruddur_lib.costs.billing.conventions import ZERO, Gigabyte, bounded
from cruddur_lib.costs.billing.models import CONFIG, explanation, quote
from cruddur_lib.costs.billing.price_list import price_list
from cruddur_lib.errors import WorkbookError

BLOCK = 100  # units: reserved capacity is sold in blocks of them


class UsageError(WorkbookError):
    """A usage that is not possible. The message has the key, its value and what it must be."""


class TableClass(Enum):
    """A table class of DynamoDB. Its value is its name in a usage."""

    STANDARD = "standard"
    STANDARD_IA = "standard_ia"


class Architecture(Enum):
    """A processor architecture of Lambda. Its value is its name in a usage."""

    X86 = "x86"
    ARM = "arm"

    @classmethod
    def _missing_(cls, value: object) -> "Architecture | None":
        """Take the names of Lambda's API too."""
        return cls.X86 if value == "x86_64" else cls.ARM if value == "arm64" else None


def quantity(value: Any) -> Decimal:
    """Return a number of 0 or more with the digits that are written.

    Raises:
        ValueError: it is not such a number, is too large, or has too many digits.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise ValueError("it must be a number, without quotes")  # noqa: TRY004  pydantic's error
    number = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)
    return bounded(number)


def _whole(number: Decimal) -> Decimal:
    if number % 1:
        raise ValueError("it must be a whole number")
    return number


def _in_blocks(units: Decimal) -> Decimal:
    if units % BLOCK:
        below = units // BLOCK * BLOCK
        raise ValueError(
            f"reserved capacity is sold in blocks of {BLOCK} units: "
            f"choose {below:f} or {below + BLOCK:f}"
        )
    return units


def _term(years: Any) -> int:
    if isinstance(years, bool) or years not in (1, 3):
        raise ValueError("it must be 1 or 3")
    return int(years)


def _dax_node(name: Any) -> Any:
    known = [item for item in price_list().items if item.startswith("dax.")]
    if name not in known:
        raise ValueError(f"it must be one of: {', '.join(known)}")
    return name


Quantity = Annotated[Decimal, PlainValidator(quantity)]
Hours = Annotated[Quantity | None, Field(description="all hours of the month if left out")]
ReservedUnits = Annotated[Quantity, AfterValidator(_in_blocks)]
Switch = Annotated[bool, Strict()]
Text = Annotated[str, Strict()]
ONE_OR_MORE = BeforeValidator(lambda value: value if isinstance(value, (list, tuple)) else (value,))
TABLES = 10_000  # more than AWS allows in a Region
PARTS = Field(max_length=1_000)  # more than a month has hours


@dataclass(frozen=True, config=CONFIG)
class Part:
    """A part of a usage. Its errors are `UsageError`s that name the key as a usage file does."""

    __pydantic_fields__: ClassVar[dict[str, FieldInfo]]

    @model_validator(mode="wrap")
    @classmethod
    def _explain(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if nulls := [key for key in value if value[key] is None] if type(value) is dict else []:
            key = ".".join([*cls._path(), nulls[0]])
            raise UsageError(f"{key} is null; set a value, or leave the key out")
        try:
            return handler(value)
        except ValidationError as error:
            keys = [key for key, _, _ in keys_of(cls)]
            raise UsageError(explanation(error, keys, cls._path())) from error

    @classmethod
    def _path(cls) -> list[str]:
        """Return the key that holds this part in a usage file; none for the whole usage."""
        return [key for key, _, part in keys_of(Usage) if part is cls]


@dataclass(frozen=True, config=CONFIG)
class OnDemand(Part):
    """Request units of tables in on-demand mode; a transactional write of 1 KB is 2 units."""

    write_units: Quantity = ZERO
    read_units: Quantity = ZERO


@dataclass(frozen=True, config=CONFIG)
class Provisioned(Part):
    """Capacity units of all tables and indexes together, their mean if they change."""

    wcu: Quantity = ZERO
    rcu: Quantity = ZERO
    hours: Hours = None


@dataclass(frozen=True, config=CONFIG)
class Reserved(Part):
    """Reserved capacity in units, in blocks of 100."""

    years: Annotated[int, PlainValidator(_term)] = 1
    """or 3"""
    wcu: ReservedUnits = ZERO
    rcu: ReservedUnits = ZERO
    owned: Switch = False
    """true if the upfront part was paid before"""


@dataclass(frozen=True, config=CONFIG)
class GlobalTable(Part):
    """Replicated writes that this Region receives: request units, or capacity units for hours."""

    replicated_write_units: Quantity = ZERO
    rwcu: Quantity = ZERO
    hours: Hours = None


@dataclass(frozen=True, config=CONFIG)
class Dax(Part):
    """A DAX cluster of nodes of one type; AWS bills each started hour of a node in full."""

    node: Annotated[str, PlainValidator(_dax_node)] = "dax.r5.large"
    nodes: Annotated[Quantity, AfterValidator(_whole)] = ZERO
    hours: Hours = None


@dataclass(frozen=True, config=CONFIG)
class Lambda(Part):
    """Requests to Lambda functions, and the GB-seconds in which they run."""

    requests: Quantity = ZERO
    gb_seconds: Quantity = ZERO
    """memory in GB of 1,024 MB x seconds, summed over all requests"""
    architecture: Architecture = Architecture.X86
    """or "arm" """


@dataclass(frozen=True, config=CONFIG)
class Nat(Part):
    """NAT gateways; AWS bills each started hour in full."""

    hours: Quantity = ZERO
    """of all gateways together"""
    gb: Quantity = ZERO
    """GB processed"""


@dataclass(frozen=True, config=CONFIG)
class GatewayEndpoint(Part):
    """A gateway endpoint, for DynamoDB or S3."""

    gb: Quantity = ZERO
    """GB transferred"""


@dataclass(frozen=True, config=CONFIG)
class InterfaceEndpoint(Part):
    """Interface endpoints; AWS bills each started hour in full."""

    az_hours: Quantity = ZERO
    """of all endpoints in all AZs together"""
    gb: Quantity = ZERO
    """GB processed"""


@dataclass(frozen=True, config=CONFIG)
class Kms(Part):
    """Customer managed keys of AWS KMS, and requests that use them."""

    keys: Quantity = ZERO
    """key-months"""
    requests: Quantity = ZERO


@dataclass(frozen=True, config=CONFIG, kw_only=True)
class DynamoDBUsage(Part):
    """The usage of tables of one class in one Region."""

    region: Text | None = None
    table_class: TableClass | None = None
    on_demand: OnDemand = OnDemand()
    provisioned: Annotated[tuple[Provisioned, ...], ONE_OR_MORE, PARTS] = ()
    """Capacity units of all tables and indexes together, their mean if they change. Or a list of
    these: periods of the month, one after the other."""
    reserved: Annotated[tuple[Reserved, ...], ONE_OR_MORE, PARTS] = ()
    """Reserved capacity in units, in blocks of 100. Or a list of these, held together."""
    storage_gb: Quantity = ZERO
    pitr_gb: Quantity = ZERO
    backup_gb_month: Quantity = ZERO
    backup_cold_gb_month: Quantity = ZERO
    restore_gb: Quantity = ZERO
    restore_cold_gb: Quantity = ZERO
    export_gb: Quantity = ZERO
    import_gb: Quantity = ZERO
    stream_reads: Quantity = ZERO
    kinesis_units: Quantity = ZERO
    global_: Annotated[GlobalTable, Field(validation_alias="global")] = GlobalTable()
    inter_region_out_gb: Quantity = ZERO
    """GB sent to other Regions, for example by the replication of a global table"""


@dataclass(frozen=True, config=CONFIG, kw_only=True)
class TableUsage(DynamoDBUsage):
    """The usage of one of several tables. It may have its own class and Region."""

    name: Text = ""

    @classmethod
    def _path(cls) -> list[str]:
        return []  # `_tables` names the table


def _tables(values: Any) -> tuple[TableUsage, ...]:
    """Return the tables of a usage. An error inside a table names the table."""
    if not isinstance(values, (list, tuple)):
        raise ValueError('it must be a list of tables, like [{"name": "a", "storage_gb": 1}]')  # noqa: TRY004  pydantic's error
    if len(values) > TABLES:
        raise ValueError(f"it has {len(values):,} tables, but may have at most {TABLES:,}")
    adapter = TypeAdapter(TableUsage)
    made = []
    for number, value in enumerate(values, start=1):
        if not isinstance(value, (dict, TableUsage)):
            raise ValueError(f"table {number} of it is {quote(value)}; it must be keys and values")  # noqa: TRY004
        name = value.get("name") if isinstance(value, dict) else value.name
        try:
            made.append(adapter.validate_python(value, by_alias=True, by_name=False))
        except UsageError as error:
            called = f" ({quote(name)})" if name else ""
            raise UsageError(f"table {number}{called} of tables: {error}") from error
    return tuple(made)


@dataclass(frozen=True, config=CONFIG)
class Usage(DynamoDBUsage):
    """A month's usage. A single `Provisioned` or `Reserved` needs no tuple.

    Raises:
        UsageError: a value is impossible, two tables of a Region have the same name, or capacity is
            reserved in a Region without a table of the Standard class.
    """

    month: Text | None = None
    """one of "720h", "730h" (if left out), "744h", "30.5d", "calendar" (the month of `on`), or a
    month like "2026-02" """
    gb: Gigabyte = Gigabyte.BINARY
    """or "1e9": the bytes in a GB of this file. AWS bills GB of 2^30 bytes, so GB of 1e9 bytes are
    converted; GB-seconds are not"""
    table_class: TableClass = field(default=TableClass.STANDARD, kw_only=True)
    """or "standard_ia"; for tables, indexes and their storage"""
    free_tier: Switch = True
    """subtracts what AWS gives for free each month"""
    tables: Annotated[tuple[TableUsage, ...], PlainValidator(_tables)] = ()
    """a list of tables, each with a "name" and any of the keys from "region" to
    "inter_region_out_gb". A table without a Region or a class has that of the whole usage. All
    tables of a Region share one free tier and its reserved capacity. Quantities outside of "tables"
    count as one more table"""
    dax: Dax = Dax()
    lambda_: Annotated[Lambda, Field(validation_alias="lambda")] = Lambda()
    nat: Nat = Nat()
    gateway_endpoint: GatewayEndpoint = GatewayEndpoint()
    interface_endpoint: InterfaceEndpoint = InterfaceEndpoint()
    internet_out_gb: Quantity = ZERO
    cloudwatch_alarms: Quantity = ZERO
    """alarm-months, standard resolution; auto scaling makes 8 alarms for each table and index"""
    kms: Kms = Kms()

    def __post_init__(self) -> None:
        """Raise `UsageError` for a repeated table, or reserved capacity that covers no table."""
        tables = self.every_table()
        names = Counter((one.name, one.region) for one in tables if one.name)
        for (name, _), count in names.most_common(1):
            if count > 1:
                raise UsageError(f"the table {quote(name)} is twice in one Region: keep one")
        standard = {one.region for one in tables if one.table_class is TableClass.STANDARD}
        for one in tables:
            held = any(block.wcu or block.rcu for block in one.reserved)
            if held and one.region not in standard:
                raise UsageError(
                    "reserved capacity is only for the Standard table class, but table_class is "
                    "standard_ia: leave out reserved, or list the tables with their classes: "
                    '"tables": [{"name": "a", "table_class": "standard_ia"}, {"name": "b", '
                    '"table_class": "standard", "reserved": {"wcu": 100}}]'
                )

    def every_table(self) -> list[TableUsage]:
        """Return the tables with their Regions and classes, first the usage outside of `tables`."""
        own = {name: getattr(self, name) for name in DynamoDBUsage.__pydantic_fields__}
        return [
            TableUsage(**own),
            *(
                replace(
                    one,
                    region=one.region or self.region,
                    table_class=one.table_class or self.table_class,
                )
                for one in self.tables
            ),
        ]


Key = tuple[str, FieldInfo, type[Part] | None]


def keys_of(kind: type[Part]) -> Iterator[Key]:
    """Yield each key of a usage file, its field, and the part that the key holds, if any."""
    for name, about in kind.__pydantic_fields__.items():
        kinds = (about.annotation, *get_args(about.annotation))
        part = next((one for one in kinds if isinstance(one, type) and issubclass(one, Part)), None)
        yield str(about.validation_alias or name), _described(kind, name), part


def _described(kind: type[Part], name: str) -> FieldInfo:
    """Return the field of the class, or of the base class that describes it."""
    bases = [base for base in kind.__mro__ if issubclass(base, Part)]
    fields = [base.__pydantic_fields__[name] for base in bases if name in base.__pydantic_fields__]
    return next((one for one in fields if one.description), fields[0])
