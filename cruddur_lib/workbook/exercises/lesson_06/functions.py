"""Cases, checks and known mistakes of the functions that learners write in lesson 06."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from cruddur_lib.costs.units.sizes import STORED
from cruddur_lib.workbook.exercises.shared import is_close, price_book
from cruddur_lib.workbook.questions.code_question import (
    CaseListQuestion,
    Cases,
    CodeQuestion,
    strategies,
)
from cruddur_lib.workbook.questions.question import Mistake

POOL = 18_600  # free WCU-hours a month

# Exercise "billable": the WCU-hours above the free pool.

Period = tuple[int, int]  # write units of a table or an index, and hours


def months() -> Cases:
    """Draw the provisioned units of up to four tables or indexes in a month of 720 hours."""
    st = strategies()
    units, hours = st.sampled_from((5, 10, 25, 26, 50, 100)), st.sampled_from((720, 360, 24))
    return st.lists(st.tuples(units, hours), max_size=4)


def describe_month(periods: Sequence[Period]) -> str:
    """Return the units and hours in words."""
    each = ", ".join(f"{units} units for {hours} h" for units, hours in periods)
    return each or "no table at all"


def billable_problem(periods: Sequence[Period], answer: Any) -> str:
    """Return what is wrong, by the price list's free pool."""
    used = sum(units * hours for units, hours in periods)
    right = max(0, used - int(price_book().free("provisioned_wcu_hours")))
    if is_close(answer, right):
        return ""
    return f"it returns {answer!r}, and AWS bills {right:,} WCU-hours"


def free_units_each(periods: list[Period]) -> int:
    """Known mistake: gives each table or index 25 free units."""
    return sum(max(0, units - 25) * hours for units, hours in periods)


def pool_for_each_period(periods: list[Period]) -> int:
    """Known mistake: gives each table or index a pool of its own."""
    return sum(max(0, units * hours - POOL) for units, hours in periods)


def pool_of_720_hours(periods: list[Period]) -> int:
    """Known mistake: computes the pool with 720 hours instead of 744."""
    return max(0, sum(units * hours for units, hours in periods) - 25 * 720)


def all_or_nothing(periods: list[Period]) -> int:
    """Known mistake: bills all units if they exceed the pool."""
    used = sum(units * hours for units, hours in periods)
    return used if used > POOL else 0


def negative_hours(periods: list[Period]) -> int:
    """Known mistake: returns less than 0 if the pool is not used up."""
    return sum(units * hours for units, hours in periods) - POOL


BILLABLE = CodeQuestion(
    name="billable",
    unit="a function of a list of (units, hours) that returns WCU-hours",
    shown_in="A pool of hours",
    cases=months,
    describe=describe_month,
    problem=billable_problem,
    why="All unit-hours together, without the pool, and never less than none.",
    mistakes=(
        Mistake(free_units_each, "There are not 25 free units for each table: one pool."),
        Mistake(pool_for_each_period, "The pool comes off once, and not for each of them."),
        Mistake(pool_of_720_hours, "The pool is 25 x 744 unit-hours, in a short month, too."),
        Mistake(all_or_nothing, "Who uses more than the pool pays for what is above it."),
        Mistake(negative_hours, "What is left of the pool is not paid out: 0 at least."),
    ),
    hints=(
        "Multiply units and hours of each, and add them up first.",
        "Then take 18,600 off, once.",
        "`max(0, ...)` around it.",
    ),
)


# Exercise "gb-seconds": the GB-seconds of a function above the free ones.

Invocations = tuple[int, int, float]  # how many, MB of memory, seconds of each
FREE_GB_SECONDS = 400_000  # a month
MB_PER_GB = 1_024


def invocations() -> Cases:
    """Draw a month's invocations of a function."""
    st = strategies()
    calls = st.sampled_from((1_000_000, 10_000_000, 100_000_000))
    memory, seconds = st.sampled_from((128, 512, 1_024)), st.sampled_from((0.1, 0.5, 2.0))
    return st.tuples(calls, memory, seconds)


def describe_invocations(case: Invocations) -> str:
    """Return the invocations in words."""
    calls, memory, seconds = case
    return f"{calls:,} calls of {seconds:g} s with {memory:,} MB"


def gb_seconds_problem(case: Invocations, answer: Any) -> str:
    """Return what is wrong, by Lambda's rule and the price list's free GB-seconds."""
    calls, memory, seconds = case
    free = int(price_book().free("lambda_gb_seconds"))
    right = max(0.0, calls * memory / MB_PER_GB * seconds - free)
    if is_close(answer, right):
        return ""
    return f"it returns {answer!r}, and AWS bills {right:,.0f} GB-seconds"


def gb_of_1000_mb(calls: int, memory: int, seconds: float) -> float:
    """Known mistake: takes a GB for 1,000 MB."""
    return max(0, calls * memory / 1_000 * seconds - FREE_GB_SECONDS)


def seconds_only(calls: int, _memory: int, seconds: float) -> float:
    """Known mistake: ignores the memory."""
    return max(0, calls * seconds - FREE_GB_SECONDS)


def without_the_first_million(calls: int, memory: int, seconds: float) -> float:
    """Known mistake: leaves out the first million invocations."""
    left = max(0, calls - 1_000_000)
    return max(0, left * memory / MB_PER_GB * seconds - FREE_GB_SECONDS)


def without_free_seconds(calls: int, memory: int, seconds: float) -> float:
    """Known mistake: subtracts no free GB-seconds."""
    return calls * memory / MB_PER_GB * seconds


GB_SECONDS = CodeQuestion(
    name="gb-seconds",
    unit="a function of calls, memory in MB and seconds that returns GB-seconds",
    shown_in="The function and the stream",
    cases=invocations,
    describe=describe_invocations,
    problem=gb_seconds_problem,
    why="Calls x GB x seconds, without 400,000, and never less than none.",
    mistakes=(
        Mistake(gb_of_1000_mb, "A GB of memory has 1,024 MB."),
        Mistake(seconds_only, "Seconds count by the memory: GB-seconds."),
        Mistake(without_the_first_million, "Free requests are requests; their seconds count."),
        Mistake(without_free_seconds, "400,000 GB-seconds are free, and they come off."),
    ),
    hints=(
        "One call takes `memory / 1_024 * seconds` GB-seconds.",
        "Times the calls, and then 400,000 come off.",
        "`max(0, ...)` around it.",
    ),
)


# Exercise "quote": the calculator of a month's USD that learners repair.

Quote = tuple[list[int], int, int]  # write units of each table, items, bytes of an item
HOURS = 720  # of November
FREE_GB, GB = 25, 2**30  # GB a month; bytes
MANY = 100_000_000  # items


def quotes() -> Sequence[Quote]:
    """Return the cases; in each of the first four, only one mistake shows."""
    return (
        ([30], 0, 0),
        ([20, 20], 0, 0),
        ([], MANY, 200),
        ([], MANY, 300),
        ([5], 10, 100),
        ([30, 20, 5], 2 * MANY, 400),
    )


def describe_quote(case: Quote) -> str:
    """Return the tables and items in words."""
    tables, items, size = case
    parts = [f"tables of {' and '.join(map(str, tables))} write units"] if tables else []
    if items:
        parts.append(f"{items:,} items of {size} bytes")
    return ", and ".join(parts).replace("tables of 30 write", "a table of 30 write")


def quote_problem(case: Quote, answer: Any) -> str:
    """Return what is wrong, by AWS's rules and the price list."""
    right = right_quote(*case)
    if is_close(answer, right, abs_tol=1e-9):
        return ""
    number = isinstance(answer, int | float) and not isinstance(answer, bool)
    text = f"{answer:,.4f}" if number else repr(answer)
    return f"it returns {text}, and AWS bills {right:,.4f} USD"


def quote_failure(case: Quote, answer: Any) -> tuple[Quote, Any]:
    """Return the case and the USD in it, rounded: equal for the same mistake."""
    return case, round(answer, 6) if isinstance(answer, int | float) else answer


@cache
def _prices() -> tuple[float, float]:
    """Return the USD of a WCU-hour and of a GB-month."""
    names = ("provisioned_wcu_hour", "storage_gb_month")
    unit_hour, gb_month = (float(price_book().price(name).each) for name in names)
    return unit_hour, gb_month


def month_usd(billable: float, gigabytes: float) -> float:
    """Return the USD of a month.

    Args:
        billable: WCU-hours above the pool; fewer than 0 cost nothing.
        gigabytes: Stored GB, 25 of which are free.
    """
    unit_hour, gb_month = _prices()
    return max(0, billable) * unit_hour + max(0, gigabytes - FREE_GB) * gb_month


def right_quote(tables: Sequence[int], items: int, size: int) -> float:
    """Return the right USD of a case."""
    return month_usd(sum(tables) * HOURS - POOL, items * (size + STORED) / GB)


def month_of_730_hours(tables: Sequence[int], items: int, size: int) -> float:
    """Known mistake: bills 730 hours, as AWS's calculator does."""
    return month_usd(sum(tables) * 730 - POOL, items * (size + STORED) / GB)


def pool_of_this_month(tables: Sequence[int], items: int, size: int) -> float:
    """Known mistake: computes the pool with November's hours."""
    return month_usd(sum(tables) * HOURS - 25 * HOURS, items * (size + STORED) / GB)


def pool_for_each_table(tables: Sequence[int], items: int, size: int) -> float:
    """Known mistake: subtracts the pool once for each table."""
    billable = sum(units * HOURS - POOL for units in tables)
    return month_usd(billable, items * (size + STORED) / GB)


def without_overhead(tables: Sequence[int], items: int, size: int) -> float:
    """Known mistake: leaves out the 100 bytes that storage adds to an item."""
    return month_usd(sum(tables) * HOURS - POOL, items * size / GB)


def gb_of_1e9_bytes(tables: Sequence[int], items: int, size: int) -> float:
    """Known mistake: takes a GB for 10^9 bytes."""
    return month_usd(sum(tables) * HOURS - POOL, items * (size + STORED) / 10**9)


QUOTE = CaseListQuestion(
    name="quote",
    unit="a function of tables, items and size that returns USD",
    shown_in="A calculator that is wrong",
    cases=quotes,
    describe=describe_quote,
    problem=quote_problem,
    failure_kind=quote_failure,
    why="November has 720 h, the pool is one, a GB has 2^30 bytes, an item 100 more.",
    mistakes=(
        Mistake(month_of_730_hours, "November has 720 hours; 730 are a mean month's."),
        Mistake(pool_of_this_month, "The pool is 25 x 744 in every month, in this one too."),
        Mistake(pool_for_each_table, "The pool comes off the sum, and not off each table."),
        Mistake(without_overhead, "Storage adds 100 bytes to each item."),
        Mistake(gb_of_1e9_bytes, "DynamoDB's GB has 2^30 bytes."),
    ),
    hints=(
        "Which numbers in it are of a month, which of a GB, and which of an item?",
        "Put `sum` around the units alone, and look at 730, and at 10**9.",
        "And an item is `size + 100` bytes where it is stored.",
    ),
)
