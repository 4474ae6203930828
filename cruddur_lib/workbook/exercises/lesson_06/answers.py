"""Answers of 06, the free tier and the whole bill, asked from the running system and the prices."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

from cruddur_lib.costs.billing.bill_lines import BillLine
from cruddur_lib.costs.billing.bills import Bill, bill
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import Lambda, Nat, OnDemand, Provisioned, Usage
from cruddur_lib.costs.units.sizes import item_size, storage_size
from cruddur_lib.messaging.designs import DESIGNS
from cruddur_lib.workbook.experiments import monthly_usage
from cruddur_lib.workbook.experiments.footprint import Footprint, Habits, footprint
from cruddur_lib.workbook.experiments.monthly_usage import HOURS_PER_MONTH, MONTH, Route, Setup
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

BOOK = ("us-east-1", date(2026, 11, 25))  # the Region, and the day whose prices hold
CARELESS = Setup(route=Route.NAT, filtered=False, recovery=True)
CAREFUL = Setup(recovery=True)
MANY = 1_000_000  # requests, or users
CAPACITY = ("DynamoDB: provisioned write capacity", "DynamoDB: provisioned read capacity")


def book() -> PriceBook:
    """The prices that the lesson counts with."""
    region, on = BOOK
    return PriceBook(region, on=on)


def billed(usage: Usage) -> Bill:
    """What the usage costs, with the free tier."""
    return bill(usage, book())


def without_summaries(lesson: Sandbox) -> float:
    """Write units of a message in the design that keeps no inbox up to date."""
    return footprint(lesson, "read_fan_out").sending.writes.total


def half_used(_: Sandbox) -> str:
    """The cheaper mode where half of what is provisioned is used."""
    an_hour = book().price("provisioned_wcu_hour").each
    requests = 3_600 * book().price("on_demand_write").each / 2
    if an_hour == requests:
        return "the same"
    return "provisioned" if an_hour < requests else "on demand"


def calls_behind_a_filter(lesson: Sandbox) -> int:
    """Calls of the function for one message, behind an event filter."""
    return monthly_usage.calls(footprint(lesson, "bootcamp"), Setup())


def units_a_day(lesson: Sandbox) -> float:
    """Write units of a user's day, on the bootcamp's keys."""
    return monthly_usage.units_per_day(footprint(lesson, "bootcamp"))[0]


def three_tables(_: Sandbox) -> int:
    """WCU-hours that three tables of 5 units, with an index of 5, are billed for."""
    provisioned = [Provisioned(Decimal(3 * (5 + 5)))]
    return int(_first(Usage(month=MONTH, provisioned=tuple(provisioned))).billable)


def half_a_month(_: Sandbox) -> int:
    """WCU-hours that 50 units are billed for, of the first half of the month."""
    half = Provisioned(Decimal(50), hours=Decimal(HOURS_PER_MONTH // 2))
    return int(_first(Usage(month=MONTH, provisioned=(half,))).billable)


def free_on_demand(_: Sandbox) -> int:
    """Of a million write request units, those that cost nothing."""
    return int(_first(Usage(month=MONTH, on_demand=OnDemand(Decimal(MANY)))).free)


def fits_most(lesson: Sandbox) -> str:
    """The design whose capacity is free for the most users."""
    fits = {}
    for name in DESIGNS:
        until = monthly_usage.free_until(partial(_month, one=footprint(lesson, name)), book())
        fits[name] = min(until[item] for item in CAPACITY)
    return max(fits, key=lambda name: fits[name])


def seconds_at_128(_: Sandbox) -> int:
    """Seconds that a function of 128 MB may run for nothing, in a month."""
    free = _last(Usage(lambda_=Lambda(Decimal(1), Decimal(MANY)))).free
    return int(free * 1_024 / 128)


def idle_nat(_: Sandbox) -> float:
    """USD of a NAT gateway through which nothing goes, all month."""
    return float(billed(Usage(nat=Nat(Decimal(HOURS_PER_MONTH)))).total_usd)


def row_stored(lesson: Sandbox) -> int:
    """Bytes that storage is billed by for Andrew's row about Bayko: in the table, in the index."""
    (andrew,) = lesson.users("andrewbrown")
    with lesson.scratch() as fresh:
        pk = f"GRP#{andrew.uuid}"
        (row,) = (row for row in fresh.rows() if row["pk"] == pk)
        (index,) = fresh.inbox().schema.indexes
        scanned = fresh.backend.dynamodb.scan(TableName=fresh.table, IndexName=index.name)
        (entry,) = (entry for entry in scanned["Items"] if str(entry["pk"]) == pk)
    assert item_size(row) == item_size(entry)  # noqa: S101  the index holds all attributes
    return storage_size(row) + storage_size(entry)


def with_a_free_share(_: Sandbox) -> set[str]:
    """Of five things, those of which a month has some for nothing."""
    some = Decimal(1)
    usages = {
        "storage": Usage(storage_gb=some),
        "recovery": Usage(pitr_gb=some),
        "backups": Usage(backup_gb_month=some),
        "on-demand writes": Usage(on_demand=OnDemand(some)),
        "calls of a function": Usage(lambda_=Lambda(some)),
    }
    return {name for name, usage in usages.items() if _first(usage).free}


def dearest_at_1000(lesson: Sandbox) -> str:
    """The dearest part of the careless bill of 1,000 users."""
    return _dearest(1_000, footprint(lesson, "bootcamp"), CARELESS)


def dearest_at_ten_million(lesson: Sandbox) -> str:
    """The dearest part of the careful bill of 10,000,000 users."""
    return _dearest(10 * MANY, footprint(lesson, "bootcamp"), CAREFUL)


def dearest_after_three_years(lesson: Sandbox) -> str:
    """The same, where messages are kept for three years."""
    setup = replace(CAREFUL, months=36)
    return _dearest(10 * MANY, footprint(lesson, "bootcamp"), setup)


def cheapest_opened_often(lesson: Sandbox) -> str:
    """The cheapest design for 1,000,000 users who open their inbox 200 times a day."""
    totals = {
        name: billed(
            monthly_usage.usage(MANY, footprint(lesson, name, Habits(inboxes=200)), CAREFUL)
        ).total_usd
        for name in DESIGNS
    }
    return min(totals, key=lambda name: totals[name])


def _month(users: int, one: Footprint) -> Usage:
    return monthly_usage.usage(users, one, CAREFUL)


def _dearest(users: int, one: Footprint, setup: Setup) -> str:
    return monthly_usage.costliest_part(billed(monthly_usage.usage(users, one, setup)))


def _first(usage: Usage) -> BillLine:
    return billed(usage).lines[0]


def _last(usage: Usage) -> BillLine:
    return billed(usage).lines[-1]
