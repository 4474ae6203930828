"""The exercises of lesson 06 that ask for a function: cases, checks and known mistakes."""

from collections.abc import Sequence
from functools import partial
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


def _unit_hours(periods: Sequence[Period]) -> int:
    return sum(units * hours for units, hours in periods)


def billable_problem(periods: Sequence[Period], answer: Any) -> str:
    """Return what is wrong, by the price list's free pool."""
    right = max(0, _unit_hours(periods) - int(price_book().free("provisioned_wcu_hours")))
    if is_close(answer, right):
        return ""
    return f"it returns {answer!r}, and AWS bills {right:,} WCU-hours"


BILLABLE = CodeQuestion(
    name="billable",
    unit="a function of a list of (units, hours) that returns WCU-hours",
    shown_in="A pool of hours",
    cases=months,
    describe=describe_month,
    problem=billable_problem,
    why="All unit-hours together, without the pool, and never less than none.",
    mistakes=(
        Mistake(
            lambda periods: sum(max(0, units - 25) * hours for units, hours in periods),
            "There are not 25 free units for each table: one pool.",
        ),
        Mistake(
            lambda periods: sum(max(0, units * hours - POOL) for units, hours in periods),
            "The pool comes off once, and not for each of them.",
        ),
        Mistake(
            lambda periods: max(0, _unit_hours(periods) - 25 * 720),
            "The pool is 25 x 744 unit-hours, in a short month, too.",
        ),
        Mistake(
            lambda periods: _unit_hours(periods) if _unit_hours(periods) > POOL else 0,
            "Who uses more than the pool pays for what is above it.",
        ),
        Mistake(
            lambda periods: _unit_hours(periods) - POOL,
            "What is left of the pool is not paid out: 0 at least.",
        ),
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


def _paid_gb_seconds(
    calls: int,
    memory: int,
    seconds: float,
    *,
    mb_per_gb: int = MB_PER_GB,
    free: int = FREE_GB_SECONDS,
) -> float:
    """Return the GB-seconds above the free ones, by Lambda's rule."""
    return max(0.0, calls * memory / mb_per_gb * seconds - free)


def gb_seconds_problem(case: Invocations, answer: Any) -> str:
    """Return what is wrong, by Lambda's rule and the price list's free GB-seconds."""
    right = _paid_gb_seconds(*case, free=int(price_book().free("lambda_gb_seconds")))
    if is_close(answer, right):
        return ""
    return f"it returns {answer!r}, and AWS bills {right:,.0f} GB-seconds"


GB_SECONDS = CodeQuestion(
    name="gb-seconds",
    unit="a function of calls, memory in MB and seconds that returns GB-seconds",
    shown_in="The function and the stream",
    cases=invocations,
    describe=describe_invocations,
    problem=gb_seconds_problem,
    why="Calls x GB x seconds, without 400,000, and never less than none.",
    mistakes=(
        Mistake(partial(_paid_gb_seconds, mb_per_gb=1_000), "A GB of memory has 1,024 MB."),
        Mistake(
            lambda calls, _memory, seconds: _paid_gb_seconds(calls, MB_PER_GB, seconds),
            "Seconds count by the memory: GB-seconds.",
        ),
        Mistake(
            lambda calls, *each: _paid_gb_seconds(max(0, calls - 1_000_000), *each),
            "Free requests are requests; their seconds count.",
        ),
        Mistake(
            partial(_paid_gb_seconds, free=0),
            "400,000 GB-seconds are free, and they come off.",
        ),
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
    right = calculator(*case)
    if is_close(answer, right, abs_tol=1e-9):
        return ""
    number = isinstance(answer, int | float) and not isinstance(answer, bool)
    text = f"{answer:,.4f}" if number else repr(answer)
    return f"it returns {text}, and AWS bills {right:,.4f} USD"


def quote_failure(case: Quote, answer: Any) -> tuple[Quote, Any]:
    """Return the case and the USD in it, rounded: equal for the same mistake."""
    return case, round(answer, 6) if isinstance(answer, int | float) else answer


def month_usd(billable: float, gigabytes: float) -> float:
    """Return the USD of a month.

    Args:
        billable: WCU-hours above the pool; fewer than 0 cost nothing.
        gigabytes: Stored GB, 25 of which are free.
    """
    names = ("provisioned_wcu_hour", "storage_gb_month")
    unit_hour, gb_month = (float(price_book().price(name).each) for name in names)
    return max(0, billable) * unit_hour + max(0, gigabytes - FREE_GB) * gb_month


def calculator(  # noqa: PLR0913  a case and what the mistakes change
    tables: Sequence[int],
    items: int,
    size: int,
    *,
    hours: int = HOURS,
    pool: int = POOL,
    overhead: int = STORED,
    gb: int = GB,
) -> float:
    """Return the USD of a case, which are right with the default constants."""
    return month_usd(sum(tables) * hours - pool, items * (size + overhead) / gb)


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
        Mistake(partial(calculator, hours=730), "November has 720 hours; 730 are a mean month's."),
        Mistake(
            partial(calculator, pool=25 * HOURS),
            "The pool is 25 x 744 in every month, in this one too.",
        ),
        Mistake(
            lambda tables, *item: calculator(tables, *item, pool=POOL * len(tables)),
            "The pool comes off the sum, and not off each table.",
        ),
        Mistake(partial(calculator, overhead=0), "Storage adds 100 bytes to each item."),
        Mistake(partial(calculator, gb=10**9), "DynamoDB's GB has 2^30 bytes."),
    ),
    hints=(
        "Which numbers in it are of a month, which of a GB, and which of an item?",
        "Put `sum` around the units alone, and look at 730, and at 10**9.",
        "And an item is `size + 100` bytes where it is stored.",
    ),
)
