"""Right answers of lesson 06, The free tier and the whole bill, from measurements and prices."""

from dataclasses import replace
from decimal import Decimal
from functools import partial

from cruddur_lib.costs.billing.bill_lines import BillLine
from cruddur_lib.costs.billing.bills import Bill, bill
from cruddur_lib.costs.billing.usage import Lambda, Nat, OnDemand, Provisioned, Usage
from cruddur_lib.costs.units.sizes import item_size, storage_size
from cruddur_lib.messaging.designs import DESIGNS
from cruddur_lib.workbook.exercises.shared import index_items, price_book
from cruddur_lib.workbook.experiments import monthly_usage
from cruddur_lib.workbook.experiments.footprint import Footprint, Habits, footprint
from cruddur_lib.workbook.experiments.monthly_usage import HOURS_PER_MONTH, MONTH, Route, Setup
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

CARELESS = Setup(route=Route.NAT, filtered=False, recovery=True)
CAREFUL = Setup(recovery=True)
MILLION = 1_000_000
CAPACITY = ("DynamoDB: provisioned write capacity", "DynamoDB: provisioned read capacity")


def bill_of(usage: Usage) -> Bill:
    """Return the bill of a usage with the free tier."""
    return bill(usage, price_book())


def without_summaries(sandbox: Sandbox) -> float:
    """Return the write units of a message in the design that keeps no inbox up to date."""
    return footprint(sandbox, "read_fan_out").sending.writes.total


def cheaper_at_half(_: Sandbox) -> str:
    """Return the cheaper mode at 50 % utilization."""
    unit_hour = price_book().price("provisioned_wcu_hour").each
    requests = 3_600 * price_book().price("on_demand_write").each / 2
    if unit_hour == requests:
        return "the same"
    return "provisioned" if unit_hour < requests else "on demand"


def calls_behind_a_filter(sandbox: Sandbox) -> int:
    """Count the function's invocations for one message behind an event filter."""
    return monthly_usage.calls(footprint(sandbox, "bootcamp"), Setup())


def units_a_day(sandbox: Sandbox) -> float:
    """Return the write units of a user's day in the bootcamp's design."""
    return monthly_usage.units_per_day(footprint(sandbox, "bootcamp"))[0]


def hours_of_three_tables(_: Sandbox) -> int:
    """Return the billable WCU-hours of three tables of 5 units, each with an index of 5."""
    provisioned = Provisioned(Decimal(3 * (5 + 5)))
    return int(_first(Usage(month=MONTH, provisioned=(provisioned,))).billable)


def hours_of_half_a_month(_: Sandbox) -> int:
    """Return the billable WCU-hours of 50 units in the first half of the month."""
    half = Provisioned(Decimal(50), hours=Decimal(HOURS_PER_MONTH // 2))
    return int(_first(Usage(month=MONTH, provisioned=(half,))).billable)


def free_on_demand(_: Sandbox) -> int:
    """Return how many of a million write request units are free."""
    return int(_first(Usage(month=MONTH, on_demand=OnDemand(Decimal(MILLION)))).free)


def most_free_users(sandbox: Sandbox) -> str:
    """Return the design whose capacity is free for the most users."""
    users = {}
    for name in DESIGNS:
        until = monthly_usage.free_until(
            partial(_usage, one=footprint(sandbox, name)), price_book()
        )
        users[name] = min(until[item] for item in CAPACITY)
    return max(users, key=lambda name: users[name])


def free_seconds_at_128_mb(_: Sandbox) -> int:
    """Return the seconds a month that a function of 128 MB runs for free."""
    free = _last(Usage(lambda_=Lambda(Decimal(1), Decimal(MILLION)))).free
    return int(free * 1_024 / 128)


def idle_nat(_: Sandbox) -> float:
    """Return the USD a month of an idle NAT gateway."""
    return float(bill_of(Usage(nat=Nat(Decimal(HOURS_PER_MONTH)))).total_usd)


def stored_bytes_of_a_row(sandbox: Sandbox) -> int:
    """Return the billed bytes of Andrew's group row about Bayko, in the table and the index."""
    (andrew,) = sandbox.users("andrewbrown")
    with sandbox.scratch() as scratch:
        pk = f"GRP#{andrew.uuid}"
        (row,) = (row for row in scratch.rows() if row["pk"] == pk)
        (entry,) = (entry for entry in index_items(scratch) if str(entry["pk"]) == pk)
    assert item_size(row) == item_size(entry)  # noqa: S101  the index holds all attributes
    return storage_size(row) + storage_size(entry)


def with_a_free_share(_: Sandbox) -> set[str]:
    """Return those of five resources of which some is free each month."""
    one = Decimal(1)
    usages = {
        "storage": Usage(storage_gb=one),
        "recovery": Usage(pitr_gb=one),
        "backups": Usage(backup_gb_month=one),
        "on-demand writes": Usage(on_demand=OnDemand(one)),
        "calls of a function": Usage(lambda_=Lambda(one)),
    }
    return {name for name, usage in usages.items() if _first(usage).free}


def most_expensive_at_1000(sandbox: Sandbox) -> str:
    """Return the most expensive part of the careless bill of 1,000 users."""
    return _most_expensive(1_000, footprint(sandbox, "bootcamp"), CARELESS)


def most_expensive_at_ten_million(sandbox: Sandbox) -> str:
    """Return the most expensive part of the careful bill of 10,000,000 users."""
    return _most_expensive(10 * MILLION, footprint(sandbox, "bootcamp"), CAREFUL)


def most_expensive_after_three_years(sandbox: Sandbox) -> str:
    """Return the most expensive part for 10,000,000 users who keep three years of messages."""
    setup = replace(CAREFUL, months=36)
    return _most_expensive(10 * MILLION, footprint(sandbox, "bootcamp"), setup)


def cheapest_opened_often(sandbox: Sandbox) -> str:
    """Return the cheapest design for 1,000,000 users who open their inbox 200 times a day."""
    habits = Habits(inboxes=200)
    totals = {
        name: bill_of(_usage(MILLION, footprint(sandbox, name, habits))).total_usd
        for name in DESIGNS
    }
    return min(totals, key=lambda name: totals[name])


def _usage(users: int, one: Footprint) -> Usage:
    return monthly_usage.usage(users, one, CAREFUL)


def _most_expensive(users: int, one: Footprint, setup: Setup) -> str:
    return monthly_usage.costliest_part(bill_of(monthly_usage.usage(users, one, setup)))


def _first(usage: Usage) -> BillLine:
    return bill_of(usage).lines[0]


def _last(usage: Usage) -> BillLine:
    return bill_of(usage).lines[-1]
