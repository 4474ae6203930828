"""The whole bill of so many users: what a design takes for each of them, as a month's usage.

The month is November 2026, 720 hours or 30 days. Traffic comes in a daily wave (see `PEAK`), and
provisioned units are those of its busiest moment, in whole units for the table and each index. A
function is called for each record by itself, so its requests are an upper bound. Bytes that travel
are those of the items: what JSON, headers and encryption add is left out, so they are a lower one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import Enum
from fractions import Fraction
from math import ceil
from typing import Any

from cruddur_lib.costs.billing.bill_lines import BillLine
from cruddur_lib.costs.billing.bills import Bill, bill
from cruddur_lib.costs.billing.conventions import EXACT, stored_gb
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import (
    GatewayEndpoint,
    InterfaceEndpoint,
    Lambda,
    Nat,
    OnDemand,
    Provisioned,
    TableClass,
    Usage,
)
from cruddur_lib.workbook.experiments.footprint import Footprint

MONTH = "2026-11"
DAYS_PER_MONTH = 30
HOURS_PER_MONTH = 24 * DAYS_PER_MONTH
SECONDS_PER_DAY = 24 * 60 * 60  # seconds
PEAK = Fraction(20, 11)  # busiest to mean: of a wave from a tenth to 1, whose mean is 0.55
GB = Decimal(2**30)  # bytes
MB_OF_A_GB = Decimal(1_024)  # of a function's memory
MOST = 10**9  # users, where a search ends
PARTS = (
    "writes",
    "reads",
    "storage",
    "recovery",
    "function",
    "way to DynamoDB",
    "to the internet",
)
BESIDE = {"Lambda": "function", "VPC": "way to DynamoDB", "Data transfer": "to the internet"}
WORDS = {"write": "writes", "read": "reads", "storage": "storage", "": "recovery"}  # DynamoDB's
GRID = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80)  # numbers of users between two powers of ten


class Route(Enum):
    """How requests leave the VPC for DynamoDB. Its value is its name in prose."""

    GATEWAY = "gateway endpoint"
    INTERFACE = "interface endpoint"
    NAT = "NAT gateway"


@dataclass(frozen=True)
class Setup:
    """What is chosen beside the design of the table."""

    provisioned: bool = True  # or on demand
    filtered: bool = True  # an event filter spares calls of the function
    memory: int = 128  # MB of the function
    seconds: float = 0.1  # of each of its calls
    way: Route = Route.GATEWAY
    zones: int = 2  # Availability Zones that have a NAT gateway, or an interface endpoint
    months: int = 12  # that messages are kept
    recovery: bool = False  # point-in-time recovery
    table_class: TableClass = TableClass.STANDARD


def usage(users: int, one: Footprint, setup: Setup) -> Usage:
    """The month's usage of so many users, in the month before the oldest messages expire."""
    parts: dict[str, Any] = {}
    if setup.provisioned:
        wcu, rcu = units(users, one)
        parts["provisioned"] = Provisioned(Decimal(wcu), Decimal(rcu))
    else:
        parts["on_demand"] = OnDemand(
            *(Decimal(users * DAYS_PER_MONTH * each) for each in a_day(one))
        )
    table, indexes = stored(users, one, setup.months)
    return Usage(
        month=MONTH,
        table_class=setup.table_class,
        storage_gb=table + indexes,
        pitr_gb=table if setup.recovery else Decimal(0),
        lambda_=_function(users, one, setup),
        internet_out_gb=gigabytes(users * DAYS_PER_MONTH * one.shown),
        **parts,
        **_on_its_way(gigabytes(users * DAYS_PER_MONTH * one.moved), setup),
    )


def a_day(one: Footprint) -> tuple[float, float]:
    """Write units and read units of a user's day, of table and indexes together."""
    rates = one.day.values()
    return sum(rate.writes for rate in rates), sum(rate.reads for rate in rates)


def units(users: int, one: Footprint) -> tuple[int, int]:
    """Whole write and read units a second that the busiest moment asks for, of table and indexes
    together: each part has 1 at least, and no fractions.
    """
    rates = one.day.values()
    wcu = sum(_busiest(users, rate.writes) for rate in rates)
    return wcu, sum(_busiest(users, rate.reads) for rate in rates)


def stored(users: int, one: Footprint, months: int) -> tuple[Decimal, Decimal]:
    """GB that storage is billed by: of the table, and of its indexes. A message is stored once,
    whoever reads it; a user has a row in the inbox for each group.
    """
    groups = users * one.habits.groups
    messages = users * one.habits.sent * DAYS_PER_MONTH * months
    table = stored_gb([(messages, one.message), (groups, one.group_row)])
    return table, stored_gb([(groups, one.entry)] if one.entry else [])


def calls(one: Footprint, setup: Setup) -> int:
    """Calls of the function for one message, where each record comes by itself."""
    if not one.useful:
        return 0
    return one.useful if setup.filtered else one.records


def gigabytes(size: int) -> Decimal:
    """Bytes as GB of 2^30 bytes."""
    return EXACT.divide(Decimal(size), GB)


def bill_part(line: BillLine) -> str:
    """The part of the whole bill that a line belongs to: one of `PARTS`, or its service, which is
    on no bill made here.
    """
    if line.service != "DynamoDB":
        return BESIDE.get(line.service, line.service)
    return next(name for word, name in WORDS.items() if word in line.item)


def dearest(made: Bill) -> str:
    """The part that costs most; "nothing" where nothing costs anything."""
    sums = made.group(bill_part)
    return next((name for name, usd in sums.items() if usd), "nothing")


def dearest_ranges(bills: Mapping[int, Bill]) -> list[tuple[int, int, str]]:
    """From which number of users to which one a part is the dearest, as far as bills are given."""
    found: list[tuple[int, int, str]] = []
    for users, made in sorted(bills.items()):
        name = dearest(made)
        if found and found[-1][2] == name:
            found[-1] = (found[-1][0], users, name)
        else:
            found.append((users, users, name))
    return found


def user_counts(first: int, last: int) -> list[int]:
    """Numbers of users from the first to the last, ten to a power of ten: 10, 12, 15, 20 ..."""
    sizes = [10**power for power in range(len(str(last)))]
    found = [number * size // 10 for size in sizes for number in GRID]
    return [number for number in found if first <= number <= last]


def free_until(make: Callable[[int], Usage], book: PriceBook) -> dict[str, int]:
    """The most users for whom each free allowance suffices, by service and item of the bill; the
    scarcest first. Items of which nothing is free are left out.
    """
    offered = [_named(line) for line in bill(make(MOST), book).lines if line.free]
    found = {item: _most(make, book, item) for item in offered}
    return dict(sorted(found.items(), key=lambda one: one[1]))


def _most(make: Callable[[int], Usage], book: PriceBook, item: str) -> int:
    """The most users for whom the item costs nothing: halving what is left."""
    enough, too_many = 0, MOST
    while too_many - enough > 1:
        users = (enough + too_many) // 2
        lines = [line for line in bill(make(users), book).lines if _named(line) == item]
        if any(line.billable for line in lines):
            too_many = users
        else:
            enough = users
    return enough


def _named(line: BillLine) -> str:
    return f"{line.service}: {line.item}"


def _busiest(users: int, a_day: float) -> int:
    return max(1, ceil(users * Fraction(a_day) * PEAK / SECONDS_PER_DAY))


def _function(users: int, one: Footprint, setup: Setup) -> Lambda:
    requests = users * one.habits.sent * DAYS_PER_MONTH * calls(one, setup)
    with localcontext(EXACT):
        each = setup.memory / MB_OF_A_GB * Decimal(repr(setup.seconds))
        return Lambda(Decimal(requests), Decimal(requests) * each)


def _on_its_way(gb: Decimal, setup: Setup) -> dict[str, Any]:
    """The part of a usage that says how requests leave the VPC."""
    hours = Decimal(setup.zones * HOURS_PER_MONTH)
    ways: dict[Route, dict[str, Any]] = {
        Route.GATEWAY: {"gateway_endpoint": GatewayEndpoint(gb=gb)},
        Route.INTERFACE: {"interface_endpoint": InterfaceEndpoint(az_hours=hours, gb=gb)},
        Route.NAT: {"nat": Nat(hours=hours, gb=gb)},
    }
    return ways[setup.way]
