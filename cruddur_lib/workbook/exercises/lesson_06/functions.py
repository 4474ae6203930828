"""Functions that learners write in 06, the free tier: what is asked of them; and mistaken ones."""

from collections.abc import Callable, Sequence
from math import isclose
from typing import TYPE_CHECKING, Any

from cruddur_lib.workbook.exercises.lesson_06.answers import book
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Period = tuple[int, int]  # write units of a table or an index, and for how many hours
Running = tuple[int, int, float]  # calls, MB of memory, seconds of each call
POOL = 18_600  # WCU-hours
GB_SECONDS = 400_000
MB_OF_A_GB = 1_024


def months() -> "SearchStrategy[list[Period]]":
    """What some tables and indexes are provisioned with in a month of 720 hours."""
    from hypothesis.strategies import lists, sampled_from, tuples  # noqa: PLC0415  slow to import

    units, hours = sampled_from((5, 10, 25, 26, 50, 100)), sampled_from((720, 360, 24))
    return lists(tuples(units, hours), max_size=4)


def provisioned(billable: Callable[..., Any], periods: list[Period], _: Sandbox) -> Any:
    """What the function gives for this month."""
    return billable(list(periods))


def month_in_words(periods: Sequence[Period]) -> str:
    """The month as a sentence names it."""
    told = ", ".join(f"{units} units for {hours} h" for units, hours in periods)
    return told or "no table at all"


def pool_fault(periods: Sequence[Period], given: Any) -> str:
    """By the pool that AWS gives."""
    used = sum(units * hours for units, hours in periods)
    right = max(0, used - int(book().free("provisioned_wcu_hours")))
    return "" if _is(given, right) else f"it returns {given!r}, and AWS bills {right:,} WCU-hours"


def for_each_table(periods: list[Period]) -> int:
    """A wrong answer: each table or index has 25 units for nothing."""
    return sum(max(0, units - 25) * hours for units, hours in periods)


def a_pool_for_each(periods: list[Period]) -> int:
    """A wrong answer: each has a pool of its own."""
    return sum(max(0, units * hours - POOL) for units, hours in periods)


def of_720_hours(periods: list[Period]) -> int:
    """A wrong answer: 25 units in a month of 720 hours."""
    return max(0, sum(units * hours for units, hours in periods) - 25 * 720)


def all_or_nothing(periods: list[Period]) -> int:
    """A wrong answer: who uses more than what is free pays for all of it."""
    used = sum(units * hours for units, hours in periods)
    return used if used > POOL else 0


def below_nothing(periods: list[Period]) -> int:
    """A wrong answer: what is left of the pool is paid out."""
    return sum(units * hours for units, hours in periods) - POOL


def runs() -> "SearchStrategy[Running]":
    """A function's month."""
    from hypothesis.strategies import sampled_from, tuples  # noqa: PLC0415  slow to import

    calls = sampled_from((1_000_000, 10_000_000, 100_000_000))
    return tuples(calls, sampled_from((128, 512, 1_024)), sampled_from((0.1, 0.5, 2.0)))


def running(gb_seconds: Callable[..., Any], case: Running, _: Sandbox) -> Any:
    """What the function gives for it."""
    return gb_seconds(*case)


def run_in_words(case: Running) -> str:
    """The month of a function as a sentence names it."""
    calls, memory, seconds = case
    return f"{calls:,} calls of {seconds:g} s with {memory:,} MB"


def run_fault(case: Running, given: Any) -> str:
    """By Lambda's rule."""
    calls, memory, seconds = case
    free = int(book().free("lambda_gb_seconds"))
    right = max(0.0, calls * memory / MB_OF_A_GB * seconds - free)
    told = f"it returns {given!r}, and AWS bills {right:,.0f} GB-seconds"
    return "" if _is(given, right) else told


def by_1000(calls: int, memory: int, seconds: float) -> float:
    """A wrong answer: a GB of 1,000 MB."""
    return max(0, calls * memory / 1_000 * seconds - GB_SECONDS)


def whatever_memory(calls: int, _memory: int, seconds: float) -> float:
    """A wrong answer: seconds, not GB-seconds."""
    return max(0, calls * seconds - GB_SECONDS)


def without_the_first_million(calls: int, memory: int, seconds: float) -> float:
    """A wrong answer: free requests do not count here."""
    left = max(0, calls - 1_000_000)
    return max(0, left * memory / MB_OF_A_GB * seconds - GB_SECONDS)


def all_of_it(calls: int, memory: int, seconds: float) -> float:
    """A wrong answer: nothing is free."""
    return calls * memory / MB_OF_A_GB * seconds


def _is(given: Any, right: float) -> bool:
    """Whether a number is right, as far as floats go."""
    number = isinstance(given, int | float) and not isinstance(given, bool)
    return number and isclose(given, right, rel_tol=1e-9, abs_tol=1e-6)
