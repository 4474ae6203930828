"""The calculator of 06, the whole bill, that learners repair: its cases, and the mistakes in it."""

from collections.abc import Callable, Sequence
from functools import cache
from math import isclose
from typing import Any

from cruddur_lib.costs.units.sizes import STORED
from cruddur_lib.workbook.exercises.lesson_06.answers import book
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

Quote = tuple[tuple[int, ...], int, int]  # units of each table, items, bytes of an item
POOL, HOURS = 18_600, 720  # WCU-hours that are free; hours of November
FREE_GB, GB = 25, 2**30
HALF = 100_000_000  # items


def quotes() -> Sequence[Quote]:
    """What is asked for, each of the first four so that one mistake alone shows in it."""
    return (
        ((30,), 0, 0),
        ((20, 20), 0, 0),
        ((), HALF, 200),
        ((), HALF, 300),
        ((5,), 10, 100),
        ((30, 20, 5), 2 * HALF, 400),
    )


def asked(quote: Callable[..., Any], case: Quote, _: Sandbox) -> Any:
    """What the calculator gives."""
    tables, items, size = case
    return quote(list(tables), items, size)


def in_words(case: Quote) -> str:
    """What is asked for, as a sentence names it."""
    tables, items, size = case
    told = [f"tables of {' and '.join(map(str, tables))} write units"] if tables else []
    if items:
        told.append(f"{items:,} items of {size} bytes")
    return ", and ".join(told).replace("tables of 30 write", "a table of 30 write")


def fault(case: Quote, given: Any) -> str:
    """By AWS's rules: one pool, November's hours, GB of 2^30 bytes, 100 bytes more an item."""
    right = right_quote(*case)
    number = isinstance(given, int | float) and not isinstance(given, bool)
    if number and isclose(given, right, rel_tol=1e-9, abs_tol=1e-9):
        return ""
    shown = f"{given:,.4f}" if number else repr(given)
    return f"it returns {shown}, and AWS bills {right:,.4f} USD"


def failure_kind(case: Quote, given: Any) -> tuple[Quote, Any]:
    """Which case, and what it gives there."""
    return case, round(given, 6) if isinstance(given, int | float) else given


@cache
def usd() -> tuple[float, float]:
    """USD of a WCU-hour, and of a GB-month."""
    names = ("provisioned_wcu_hour", "storage_gb_month")
    hour, month = (float(book().price(name).each) for name in names)
    return hour, month


def quoted(billable: float, gigabytes: float) -> float:
    """USD of so many WCU-hours above the pool, and of so many GB."""
    hour, month = usd()
    return max(0, billable) * hour + max(0, gigabytes - FREE_GB) * month


def right_quote(tables: Sequence[int], items: int, size: int) -> float:
    """The quote as it should be."""
    return quoted(sum(tables) * HOURS - POOL, items * (size + STORED) / GB)


def of_730_hours(tables: Sequence[int], items: int, size: int) -> float:
    """A mistake: the month of AWS's calculator, against a pool that is used hour by hour."""
    return quoted(sum(tables) * 730 - POOL, items * (size + STORED) / GB)


def of_a_shorter_pool(tables: Sequence[int], items: int, size: int) -> float:
    """A mistake: 25 units for the hours of this month."""
    return quoted(sum(tables) * HOURS - 25 * HOURS, items * (size + STORED) / GB)


def a_pool_for_each(tables: Sequence[int], items: int, size: int) -> float:
    """A mistake: what is free comes off once for each table."""
    billable = sum(units * HOURS - POOL for units in tables)
    return quoted(billable, items * (size + STORED) / GB)


def without_overhead(tables: Sequence[int], items: int, size: int) -> float:
    """A mistake: bytes as throughput counts them."""
    return quoted(sum(tables) * HOURS - POOL, items * size / GB)


def of_1e9(tables: Sequence[int], items: int, size: int) -> float:
    """A mistake: a GB of a thousand million bytes."""
    return quoted(sum(tables) * HOURS - POOL, items * (size + STORED) / 10**9)
