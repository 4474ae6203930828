"""A month's whole usage for a number of users, from what a design takes for one of them.

Traffic is a daily wave (see `PEAK`). Provisioned units are whole units for its busiest moment, for
the table and for each index. Lambda is called for each record by itself, so the number of calls is
an upper bound. Network traffic counts the bytes of items without JSON, headers and encryption, so
it is a lower bound.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import Enum
from fractions import Fraction
from itertools import groupby
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

MONTH = "2026-11"  # 30 days, 720 hours
DAYS_PER_MONTH = 30
HOURS_PER_MONTH = 24 * DAYS_PER_MONTH
SECONDS_PER_DAY = 24 * 60 * 60
PEAK = Fraction(20, 11)  # busiest moment to mean, of a wave between 0.1 and 1: 1 / 0.55
MOST = 10**9  # users, where a search ends
PARTS = ("writes", "reads", "storage", "recovery", "function", "way to DynamoDB", "to the internet")
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
    """What to choose besides the design of the table."""

    provisioned: bool = True  # or on demand
    filtered: bool = True  # an event filter saves calls of the function
    memory: int = 128  # MB of the function
    seconds: float = 0.1  # of each of its calls
    route: Route = Route.GATEWAY
    zones: int = 2  # Availability Zones that have a NAT gateway, or an interface endpoint
    months: int = 12  # that messages are kept
    recovery: bool = False  # point-in-time recovery
    table_class: TableClass = TableClass.STANDARD


def usage(users: int, one: Footprint, setup: Setup) -> Usage:
    """Return the usage of the month before the oldest messages expire.

    Args:
        users: how many.
        one: what the design takes for one user.
        setup: the other choices.
    """
    parts: dict[str, Any] = {}
    if setup.provisioned:
        wcu, rcu = provisioned_units(users, one)
        parts["provisioned"] = Provisioned(Decimal(wcu), Decimal(rcu))
    else:
        parts["on_demand"] = OnDemand(
            *(Decimal(users * DAYS_PER_MONTH * each) for each in units_per_day(one))
        )
    table, indexes = storage_gb(users, one, setup.months)
    return Usage(
        month=MONTH,
        table_class=setup.table_class,
        storage_gb=table + indexes,
        pitr_gb=table if setup.recovery else Decimal(0),
        lambda_=_lambda(users, one, setup),
        internet_out_gb=gigabytes(users * DAYS_PER_MONTH * one.bytes_shown),
        **parts,
        **_network(gigabytes(users * DAYS_PER_MONTH * one.bytes_moved), setup),
    )


def units_per_day(one: Footprint) -> tuple[float, float]:
    """Return a user's write units and read units a day, of table and indexes together."""
    rates = one.day.values()
    return sum(rate.writes for rate in rates), sum(rate.reads for rate in rates)


def provisioned_units(users: int, one: Footprint) -> tuple[int, int]:
    """Return write and read units a second for the busiest moment, of table and indexes together.

    The table and each index have whole units, at least 1 of each kind.

    Args:
        users: the number of users.
        one: what one user consumes in a day.
    """

    def units(units_a_day: float) -> int:
        return max(1, ceil(users * Fraction(units_a_day) * PEAK / SECONDS_PER_DAY))

    rates = one.day.values()
    return sum(units(rate.writes) for rate in rates), sum(units(rate.reads) for rate in rates)


def storage_gb(users: int, one: Footprint, months: int) -> tuple[Decimal, Decimal]:
    """Return the billed GB of the table and of its indexes.

    A message is stored once. A user has a row in the inbox for each group.

    Args:
        users: how many.
        one: what the design takes for one user.
        months: how long messages are kept.
    """
    groups = users * one.habits.groups
    messages = users * one.habits.sent * DAYS_PER_MONTH * months
    table = stored_gb([(messages, one.message), (groups, one.group_row)])
    return table, stored_gb([(groups, one.entry)] if one.entry else [])


def calls(one: Footprint, setup: Setup) -> int:
    """Return the function's calls for one message, if each record comes by itself.

    Args:
        one: what one user consumes in a day.
        setup: whether an event filter drops records.
    """
    return one.records if one.useful_records and not setup.filtered else one.useful_records


def gigabytes(size: int) -> Decimal:
    """Convert bytes to GB of 2^30 bytes."""
    return EXACT.divide(Decimal(size), Decimal(2**30))


def bill_part(line: BillLine) -> str:
    """Return the part of the whole bill that a line belongs to: one of `PARTS`, or its service."""
    if line.service != "DynamoDB":
        return BESIDE.get(line.service, line.service)
    return next(name for word, name in WORDS.items() if word in line.item)


def costliest_part(bill: Bill) -> str:
    """Return the part that costs most, or "nothing" if the bill is 0 USD."""
    sums = bill.group(bill_part)
    return next((name for name, usd in sums.items() if usd), "nothing")


def costliest_ranges(bills: Mapping[int, Bill]) -> list[tuple[int, int, str]]:
    """Return the ranges of users in which one part costs most: first, last and the part."""
    ranges = groupby(sorted(bills), lambda users: costliest_part(bills[users]))
    found = [(name, list(users)) for name, users in ranges]
    return [(users[0], users[-1], name) for name, users in found]


def user_counts(first: int, last: int) -> list[int]:
    """Return numbers of users, ten to each power of ten: 10, 12, 15, 20 ...

    Args:
        first: the smallest number to return.
        last: the largest number to return.
    """
    found = [number * 10**power // 10 for power in range(len(str(last))) for number in GRID]
    return [number for number in found if first <= number <= last]


def free_until(make: Callable[[int], Usage], book: PriceBook) -> dict[str, int]:
    """Return the most users for whom each free allowance is enough.

    Args:
        make: returns the usage of a number of users.
        book: the prices and allowances.

    Returns:
        Users by service and item of the bill, the scarcest allowance first.
    """
    offered = [_item_name(line) for line in bill(make(MOST), book).lines if line.free]
    found = {item: _most_free_users(make, book, item) for item in offered}
    return dict(sorted(found.items(), key=lambda one: one[1]))


def _most_free_users(make: Callable[[int], Usage], book: PriceBook, item: str) -> int:
    """Return the most users for whom the item costs nothing, by bisection."""

    def costs(users: int) -> bool:
        lines = bill(make(users), book).lines
        return any(line.billable for line in lines if _item_name(line) == item)

    return bisect_right(range(1, MOST), False, key=costs)  # noqa: FBT003


def _item_name(line: BillLine) -> str:
    return f"{line.service}: {line.item}"


def _lambda(users: int, one: Footprint, setup: Setup) -> Lambda:
    requests = users * one.habits.sent * DAYS_PER_MONTH * calls(one, setup)
    with localcontext(EXACT):
        gb_seconds = setup.memory / Decimal(1_024) * Decimal(repr(setup.seconds))
        return Lambda(Decimal(requests), Decimal(requests) * gb_seconds)


def _network(gb: Decimal, setup: Setup) -> dict[str, Any]:
    """Return the field of a usage for the network path to DynamoDB."""
    hours = Decimal(setup.zones * HOURS_PER_MONTH)
    routes: dict[Route, dict[str, Any]] = {
        Route.GATEWAY: {"gateway_endpoint": GatewayEndpoint(gb=gb)},
        Route.INTERFACE: {"interface_endpoint": InterfaceEndpoint(az_hours=hours, gb=gb)},
        Route.NAT: {"nat": Nat(hours=hours, gb=gb)},
    }
    return routes[setup.route]
