"""Right answers of lesson 06, The free tier and the whole bill, from measurements and prices."""

from decimal import Decimal
from functools import partial

from cruddur_lib.costs.billing.bill_lines import BillLine
from cruddur_lib.costs.billing.bills import bill
from cruddur_lib.costs.billing.usage import Lambda, Nat, OnDemand, Provisioned, Usage
from cruddur_lib.costs.units.sizes import item_size, storage_size
from cruddur_lib.messaging.designs import DESIGNS
from cruddur_lib.workbook.exercises.shared import inbox_items, index_items, price_book
from cruddur_lib.workbook.experiments import monthly_usage
from cruddur_lib.workbook.experiments.footprint import Habits, footprint
from cruddur_lib.workbook.experiments.monthly_usage import HOURS_PER_MONTH, MONTH, Route, Setup
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

CARELESS = Setup(route=Route.NAT, filtered=False, recovery=True)
CAREFUL = Setup(recovery=True)
MILLION = 1_000_000
CAPACITY = ("DynamoDB: provisioned write capacity", "DynamoDB: provisioned read capacity")


def first_line(usage: Usage) -> BillLine:
    """Return the first line of a usage's bill: what the usage names first."""
    return bill(usage, price_book()).lines[0]


def billable_hours(units: int, hours: int = HOURS_PER_MONTH) -> int:
    """Return the billable WCU-hours of provisioned units in a month.

    Args:
        units: Write units of all tables and indexes.
        hours: how long they are provisioned.
    """
    provisioned = Provisioned(Decimal(units), hours=Decimal(hours))
    return int(first_line(Usage(month=MONTH, provisioned=(provisioned,))).billable)


def free_on_demand(_: Sandbox) -> int:
    """Return how many of a million write request units are free."""
    return int(first_line(Usage(month=MONTH, on_demand=OnDemand(Decimal(MILLION)))).free)


def most_free_users(sandbox: Sandbox) -> str:
    """Return the design whose capacity is free for the most users."""
    users = {}
    for name in DESIGNS:
        usage = partial(monthly_usage.usage, one=footprint(sandbox, name), setup=CAREFUL)
        until = monthly_usage.free_until(usage, price_book())
        users[name] = min(until[item] for item in CAPACITY)
    return max(users, key=lambda name: users[name])


def free_seconds_at_128_mb(_: Sandbox) -> int:
    """Return the seconds a month that a function of 128 MB runs for free."""
    (_requests, gb_seconds) = bill(
        Usage(lambda_=Lambda(Decimal(1), Decimal(MILLION))), price_book()
    ).lines
    return int(gb_seconds.free * 1_024 / 128)


def idle_nat(_: Sandbox) -> float:
    """Return the USD a month of an idle NAT gateway."""
    return float(bill(Usage(nat=Nat(Decimal(HOURS_PER_MONTH))), price_book()).total_usd)


def stored_bytes_of_a_row(sandbox: Sandbox) -> int:
    """Return the billed bytes of Andrew's group row about Bayko, in the table and the index."""
    with sandbox.scratch() as scratch:
        (row,) = inbox_items(scratch, "andrewbrown")
        (entry,) = (entry for entry in index_items(scratch) if entry["pk"] == row["pk"])
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
    return {name for name, usage in usages.items() if first_line(usage).free}


def cheapest_opened_often(sandbox: Sandbox) -> str:
    """Return the cheapest design for 1,000,000 users who open their inbox 200 times a day."""
    habits = Habits(inboxes=200)

    def total(name: str) -> Decimal:
        usage = monthly_usage.usage(MILLION, footprint(sandbox, name, habits), CAREFUL)
        return bill(usage, price_book()).total_usd

    return min(DESIGNS, key=total)


def most_expensive(sandbox: Sandbox, users: int, setup: Setup) -> str:
    """Return the most expensive part of the bill of the bootcamp's design.

    Args:
        sandbox: where to measure what one user does.
        users: how many users there are.
        setup: how the design is run.
    """
    usage = monthly_usage.usage(users, footprint(sandbox, "bootcamp"), setup)
    return monthly_usage.costliest_part(bill(usage, price_book()))
