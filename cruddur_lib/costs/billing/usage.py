"""What was used in a month, in the units that AWS bills: one payer account, one Region.

Every quantity is 0 where it is left out. An int or a float is taken too, and kept as the Decimal
that it is written as. What cannot be is refused by name, `UsageRefused`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, get_type_hints

from cruddur_lib.costs.billing import amounts
from cruddur_lib.costs.billing.amounts import Check, UsageError
from cruddur_lib.costs.billing.conventions import Gigabyte
from cruddur_lib.costs.billing.decimals import ZERO
from cruddur_lib.costs.billing.price_list import price_list


class TableClass(Enum):
    """DynamoDB's table classes. Its value is its name in a usage."""

    STANDARD = "standard"
    STANDARD_IA = "standard_ia"


class Architecture(Enum):
    """What a Lambda function runs on. Its value is its name in a usage."""

    X86 = "x86"
    ARM = "arm"


def dax_node(name: str, value: Any) -> str:
    """A type of DAX node that has a price in some Region."""
    known = {item: item for item in price_list().items if item.startswith("dax.")}
    return str(amounts.one_of(known)(name, value))


ARCHITECTURES = {
    "x86": Architecture.X86,
    "arm": Architecture.ARM,
    "x86_64": Architecture.X86,  # as Lambda's API calls them
    "arm64": Architecture.ARM,
}


# A field's type, and the check that its value passes when its part is made.
Amount = Annotated[Decimal, amounts.amount]
Count = Annotated[Decimal, amounts.whole]
Blocks = Annotated[Decimal, amounts.blocks]
Hours = Annotated[Decimal | None, amounts.hours]
Years = Annotated[int, amounts.one_of({1: 1, 3: 3})]
Switch = Annotated[bool, amounts.switch]
Word = Annotated[str | None, amounts.word]
Node = Annotated[str, dax_node]
Processor = Annotated[Architecture, amounts.one_of(ARCHITECTURES)]
Gb = Annotated[Gigabyte, amounts.one_of({one.value: one for one in Gigabyte})]
Class = Annotated[TableClass, amounts.one_of({one.value: one for one in TableClass})]


class Part:
    """A part of a usage: its fields are checked, and named in errors as in a usage file."""

    where = ""

    def __post_init__(self) -> None:
        """Each field as its check gives it back."""
        for name, check in checks(type(self)).items():
            object.__setattr__(self, name, check(self.where + key(name), getattr(self, name)))


def checks(kind: type[Part]) -> Mapping[str, Check]:
    """The checks of a part's fields, by field."""
    hints = get_type_hints(kind, include_extras=True)
    return {n: hint.__metadata__[0] for n, hint in hints.items() if hasattr(hint, "__metadata__")}


def key(name: str) -> str:
    """A field's key in a usage file: `lambda_` is "lambda"."""
    return name.rstrip("_")


@dataclass(frozen=True)
class OnDemand(Part):
    """Request units of tables in on-demand mode: a transactional write of 1 KB has 2."""

    where = "on_demand."
    write_units: Amount = ZERO
    read_units: Amount = ZERO


@dataclass(frozen=True)
class Provisioned(Part):
    """Units that all tables and indexes in provisioned mode have together, for so many hours."""

    where = "provisioned."
    wcu: Amount = ZERO
    rcu: Amount = ZERO
    hours: Hours = None


@dataclass(frozen=True)
class Reserved(Part):
    """Reserved capacity in units, of which a block has 100; `owned`: its upfront part is paid."""

    where = "reserved."
    years: Years = 1
    wcu: Blocks = ZERO
    rcu: Blocks = ZERO
    owned: Switch = False


@dataclass(frozen=True)
class GlobalTable(Part):
    """Replicated writes that this Region takes: request units, or units for so many hours."""

    where = "global."
    replicated_write_units: Amount = ZERO
    rwcu: Amount = ZERO
    hours: Hours = None


@dataclass(frozen=True)
class Dax(Part):
    """A DAX cluster: nodes of one type; each begun hour of a node is billed whole."""

    where = "dax."
    node: Node = "dax.r5.large"
    nodes: Count = ZERO
    hours: Hours = None


@dataclass(frozen=True)
class Lambda(Part):
    """Requests, and GB-seconds: memory in GB (of 1,024 MB) x seconds, of all of them."""

    where = "lambda."
    requests: Amount = ZERO
    gb_seconds: Amount = ZERO
    architecture: Processor = Architecture.X86


@dataclass(frozen=True)
class Nat(Part):
    """NAT gateways: their hours together, each begun one billed whole, and GB processed."""

    where = "nat."
    hours: Amount = ZERO
    gb: Amount = ZERO


@dataclass(frozen=True)
class GatewayEndpoint(Part):
    """A gateway endpoint, for DynamoDB or S3: GB through it."""

    where = "gateway_endpoint."
    gb: Amount = ZERO


@dataclass(frozen=True)
class InterfaceEndpoint(Part):
    """Interface endpoints: hours in each AZ together, each begun one whole, and GB processed."""

    where = "interface_endpoint."
    az_hours: Amount = ZERO
    gb: Amount = ZERO


@dataclass(frozen=True)
class Usage(Part):
    """A month's usage. Several `Provisioned` follow each other in the month; several `Reserved`
    are held together; one alone needs no tuple.

    Raises `UsageRefused` for what cannot be, as reserved capacity under Standard-IA.
    """

    month: Word = None  # a name of `conventions`; None is "730h"
    gb: Gb = Gigabyte.BINARY
    table_class: Class = TableClass.STANDARD
    free_tier: Switch = True
    on_demand: OnDemand = field(default_factory=OnDemand)
    provisioned: Annotated[tuple[Provisioned, ...], amounts.listed] = ()
    reserved: Annotated[tuple[Reserved, ...], amounts.listed] = ()
    storage_gb: Amount = ZERO
    pitr_gb: Amount = ZERO
    backup_gb_month: Amount = ZERO
    backup_cold_gb_month: Amount = ZERO
    restore_gb: Amount = ZERO
    restore_cold_gb: Amount = ZERO
    export_gb: Amount = ZERO
    import_gb: Amount = ZERO
    stream_reads: Amount = ZERO
    kinesis_units: Amount = ZERO
    global_: GlobalTable = field(default_factory=GlobalTable)
    dax: Dax = field(default_factory=Dax)
    lambda_: Lambda = field(default_factory=Lambda)
    nat: Nat = field(default_factory=Nat)
    gateway_endpoint: GatewayEndpoint = field(default_factory=GatewayEndpoint)
    interface_endpoint: InterfaceEndpoint = field(default_factory=InterfaceEndpoint)
    internet_out_gb: Amount = ZERO

    def __post_init__(self) -> None:
        """Refuses reserved capacity where AWS has none."""
        super().__post_init__()
        held = any(one.wcu or one.rcu for one in self.reserved)
        if held and self.table_class is TableClass.STANDARD_IA:
            raise UsageError(
                "reserved capacity is for the Standard table class alone, and table_class is "
                "standard_ia: leave reserved out"
            )
