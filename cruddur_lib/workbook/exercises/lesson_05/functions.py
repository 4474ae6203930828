"""Functions that learners write in 05: a break-even, a minute of the burst bucket, advice; how each
is judged, and mistaken ones.
"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import ceil, isclose
from typing import TYPE_CHECKING, Any

from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.planning.tariffs import tariffs
from cruddur_lib.costs.throughput.policies import Fixed, Policy, ReadsWrites
from cruddur_lib.costs.throughput.simulation import simulate
from cruddur_lib.costs.traffic.shapes import START
from cruddur_lib.costs.traffic.workload import TABLE_PART, Demand, Workload
from cruddur_lib.workbook.exercises.lesson_05.answers import BEFORE, BOOK
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Prices = tuple[Decimal, Decimal]  # USD for a unit on demand, and for a provisioned unit-hour
Stretch = tuple[int, list[int]]  # provisioned units, and units wanted in each minute
Demanded = tuple[int, float]  # units a second, and a target as a share
Advice = tuple[int, str]

TARGETS = (0.2, 0.25, 0.3, 0.5, 0.7, 0.9)
OLD = PriceBook("us-east-1", on=BEFORE)


def prices() -> "SearchStrategy[Prices]":
    """Two prices of a size that there is."""
    from hypothesis.strategies import integers, tuples  # noqa: PLC0415  slow to import

    return tuples(
        integers(1, 200).map(lambda n: Decimal(n) / 10**8),
        integers(1, 200).map(lambda n: Decimal(n) / 10**5),
    )


def asked_for_share(break_even: Callable[..., Any], case: Prices, _: Sandbox) -> Any:
    """What the function gives."""
    return break_even(*case)


def prices_in_words(case: Prices) -> str:
    """Both, as a sentence names them."""
    request, hour = case
    return f"USD {request:f} for a unit on demand and USD {hour:f} for a unit-hour"


def share_fault(case: Prices, given: Any) -> str:
    """By the units of an hour: those that are used are paid on demand, all of them provisioned."""
    request, hour = case
    right = float(hour / (3_600 * request))
    if isinstance(given, int | float | Decimal) and isclose(given, right, rel_tol=1e-6):
        return ""
    return f"it returns {given}, and the bills are the same at a share of {right:.4g}"


def upside_down(request: Decimal, hour: Decimal) -> Decimal:
    """A wrong answer: how many times as dear on demand is."""
    return 3_600 * request / hour


def of_a_minute(request: Decimal, hour: Decimal) -> Decimal:
    """A wrong answer: sixty uses an hour."""
    return hour / (60 * request)


def of_one_use(request: Decimal, hour: Decimal) -> Decimal:
    """A wrong answer: a unit-hour is used once."""
    return hour / request


def in_percent(request: Decimal, hour: Decimal) -> Decimal:
    """A wrong answer: not a share."""
    return 100 * hour / (3_600 * request)


def stretches() -> "SearchStrategy[Stretch]":
    """A few minutes around what some units can give."""
    from hypothesis.strategies import integers, lists, sampled_from, tuples  # noqa: PLC0415

    minutes = lists(sampled_from((0, 60, 120, 300, 600, 1_200, 1_800)), min_size=1, max_size=9)
    return tuples(integers(1, 10), minutes)


def given_minutes(minute: Callable[..., Any], case: Stretch, _: Sandbox) -> Any:
    """Units given in each minute, the bucket handed on from one to the next."""
    units, wanted = case
    bucket, given = 300 * units, []
    for asked in wanted:
        answer = minute(bucket, asked, units)
        if answer is ...:
            return ...
        units_given, bucket = answer
        given.append(units_given)
    return given


def stretch_in_words(case: Stretch) -> str:
    """The minutes as a sentence names them."""
    units, wanted = case
    each = ", ".join(f"{one:,}" for one in wanted)
    times = "1 minute" if len(wanted) == 1 else f"{len(wanted)} minutes"
    noun = "unit" if units == 1 else "units"
    return f"{units} {noun} with a full bucket and {times} that {_want(wanted)} {each}"


def stretch_fault(case: Stretch, given: Any) -> str:
    """By the library's throughput of the same minutes."""
    right = _given(case)
    return "" if given == right else f"it gives {given}, and the table gives {right}"


def bottomless(bucket: float, wanted: float, units: int) -> tuple[float, float]:
    """A wrong answer: what is unused is kept for ever."""
    given = min(wanted, 60 * units + bucket)
    return given, bucket + 60 * units - given


def never_filled(bucket: float, wanted: float, units: int) -> tuple[float, float]:
    """A wrong answer: the bucket only empties."""
    given = min(wanted, 60 * units + bucket)
    return given, bucket - max(0, given - 60 * units)


def without_a_bucket(bucket: float, wanted: float, units: int) -> tuple[float, float]:
    """A wrong answer: no minute gives more than its units."""
    return min(wanted, 60 * units), bucket


def as_a_second(bucket: float, wanted: float, units: int) -> tuple[float, float]:
    """A wrong answer: a minute is taken for a second."""
    given = min(wanted, units + bucket)
    return given, min(300 * units, bucket + units - given)


def demands() -> "SearchStrategy[Demanded]":
    """Steady demands, and targets from the lowest to the highest."""
    from hypothesis.strategies import integers, sampled_from, tuples  # noqa: PLC0415

    return tuples(integers(1, 500), sampled_from(TARGETS))


def advised(advise: Callable[..., Any], case: Demanded, _: Sandbox) -> Any:
    """What the function gives."""
    given = advise(*case)
    return list(given) if isinstance(given, tuple) else given


def demand_in_words(case: Demanded) -> str:
    """The demand and the target as a sentence names them."""
    wanted, target = case
    return f"{wanted:,} write unit{'s' * (wanted != 1)} a second and a target of {target}"


def advice_fault(case: Demanded, given: Any) -> str:
    """By the target's units and the prices of the lesson's day."""
    wanted, target = case
    exact = ceil(wanted / Fraction(str(target)))
    right = _advice(wanted, exact, BOOK)
    near = [exact, ceil(wanted / target)]  # a float may round up what is a whole number
    if isinstance(given, list) and given[1:] == [right[1]] and given[0] in near:
        return ""
    return f"it returns {given!r}; right is {list(right)!r}"


def still_percent(wanted: int, target: float) -> Advice:
    """A wrong answer: today's prices, and the target still as a percentage."""
    return _advice(wanted, ceil(100 * wanted / target), BOOK)


def still_old(wanted: int, target: float) -> Advice:
    """A wrong answer: the target as a share, and yesterday's prices."""
    return _advice(wanted, ceil(wanted / target), OLD)


def times_the_target(wanted: int, target: float) -> Advice:
    """A wrong answer: fewer units than are wanted."""
    return _advice(wanted, ceil(wanted * target), BOOK)


def rounded_down(wanted: int, target: float) -> Advice:
    """A wrong answer: a part of a unit is left out."""
    return _advice(wanted, max(1, int(wanted / target)), BOOK)


def _want(wanted: list[int]) -> str:
    return "wants" if len(wanted) == 1 else "want"


def _given(case: Stretch) -> list[float]:
    units, wanted = case
    workload = Workload(START, Demand(wanted, wanted))
    fixed = {TABLE_PART: ReadsWrites[Policy](Fixed(units), Fixed(units))}
    given: list[float] = simulate(workload, fixed).trace(TABLE_PART).writes.granted.tolist()
    return given


def _advice(wanted: int, units: int, book: PriceBook) -> Advice:
    """The units, and the cheaper mode for an hour."""
    tag = tariffs(book, free_tier=False).writes
    asked = 3_600 * wanted * tag.usd_per_request_unit
    return units, "on-demand" if asked < units * tag.usd_per_unit_hour else "provisioned"
