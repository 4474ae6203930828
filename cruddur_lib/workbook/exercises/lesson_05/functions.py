"""The exercises of lesson 05 that ask for a function: cases, checks and known mistakes."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, isclose
from typing import Any

from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.planning.tariffs import tariffs
from cruddur_lib.costs.throughput.policies import Fixed, Policy, ReadsWrites
from cruddur_lib.costs.throughput.simulation import simulate
from cruddur_lib.costs.traffic.shapes import START
from cruddur_lib.costs.traffic.workload import TABLE_PART, Demand, Workload
from cruddur_lib.workbook.exercises.shared import price_book
from cruddur_lib.workbook.questions.code_question import Cases, CodeQuestion, strategies
from cruddur_lib.workbook.questions.question import Mistake
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

# Exercise "break-even": the utilization at which both modes cost the same.

Prices = tuple[Decimal, Decimal]  # USD of an on-demand unit, and of a provisioned unit-hour


def prices() -> Cases:
    """Draw two prices of a realistic size."""
    st = strategies()
    return st.tuples(
        st.integers(1, 200).map(lambda n: Decimal(n) / 10**8),
        st.integers(1, 200).map(lambda n: Decimal(n) / 10**5),
    )


def describe_prices(case: Prices) -> str:
    """Return both prices in words."""
    request, hour = case
    return f"USD {request:f} for a unit on demand and USD {hour:f} for a unit-hour"


def break_even_problem(case: Prices, answer: Any) -> str:
    """Return what is wrong; right is the unit-hour's price in units of an hour."""
    request, hour = case
    right = float(hour / (3_600 * request))
    if isinstance(answer, int | float | Decimal) and isclose(answer, right, rel_tol=1e-6):
        return ""
    return f"it returns {answer}, and the bills are the same at a share of {right:.4g}"


BREAK_EVEN = CodeQuestion(
    name="break-even",
    unit="a function of two prices that returns a share",
    shown_in="Two price tags",
    cases=prices,
    describe=describe_prices,
    problem=break_even_problem,
    why="At this share of its 3,600 seconds, a unit costs what its uses cost on demand.",
    mistakes=(
        Mistake(
            lambda request, hour: 3_600 * request / hour,
            "That is how many times as dear on demand is; turn it.",
        ),
        Mistake(
            lambda request, hour: hour / (60 * request),
            "A unit can be used each second: 3,600 times an hour.",
        ),
        Mistake(
            lambda request, hour: hour / request, "A unit-hour is not one use, but up to 3,600."
        ),
        Mistake(
            lambda request, hour: 100 * hour / (3_600 * request), "A share, please: 0.5 and not 50."
        ),
    ),
    hints=(
        "A unit used for a share of the hour: what would its uses cost on demand?",
        "`share * 3_600 * request`; at which share is that `hour`?",
        "Divide by the other two: `hour / (...)`.",
    ),
)


# Exercise "a-minute": the units that a minute grants, and what is left in the burst bucket.

Minutes = tuple[int, list[int]]  # provisioned units a second, and the demand of each minute


def minutes() -> Cases:
    """Draw a few minutes whose demand is about what some units can serve."""
    st = strategies()
    demand = st.sampled_from((0, 60, 120, 300, 600, 1_200, 1_800))
    return st.tuples(st.integers(1, 10), st.lists(demand, min_size=1, max_size=9))


def grant_minutes(minute: Callable[..., Any], case: Minutes, _: Sandbox) -> Any:
    """Return the units granted in each minute; each call gets the bucket of the one before."""
    units, demands = case
    bucket, granted = 300 * units, []
    for demand in demands:
        answer = minute(bucket, demand, units)
        if answer is ...:
            return ...
        units_granted, bucket = answer
        granted.append(units_granted)
    return granted


def describe_minutes(case: Minutes) -> str:
    """Return the units and the demand of each minute in words."""
    units, demands = case
    each = ", ".join(f"{demand:,}" for demand in demands)
    times = "1 minute that wants" if len(demands) == 1 else f"{len(demands)} minutes that want"
    return f"{units} unit{'s' * (units != 1)} with a full bucket and {times} {each}"


def minutes_problem(case: Minutes, granted: Any) -> str:
    """Return what is wrong, by the library's simulation of the same minutes."""
    units, demands = case
    workload = Workload(START, Demand(demands, demands))
    fixed = {TABLE_PART: ReadsWrites[Policy](Fixed(units), Fixed(units))}
    right = simulate(workload, fixed).trace(TABLE_PART).writes.granted.tolist()
    return "" if granted == right else f"it gives {granted}, and the table gives {right}"


def unlimited_bucket(bucket: float, demand: float, units: int) -> tuple[float, float]:
    """Known mistake: keeps more than 300 seconds of unused units."""
    granted = min(demand, 60 * units + bucket)
    return granted, bucket + 60 * units - granted


def no_refill(bucket: float, demand: float, units: int) -> tuple[float, float]:
    """Known mistake: puts no unused units into the bucket."""
    granted = min(demand, 60 * units + bucket)
    return granted, bucket - max(0, granted - 60 * units)


def one_second_only(bucket: float, demand: float, units: int) -> tuple[float, float]:
    """Known mistake: takes the units of a second for those of a minute."""
    granted = min(demand, units + bucket)
    return granted, min(300 * units, bucket + units - granted)


A_MINUTE = CodeQuestion(
    name="a-minute",
    unit="a function of the bucket, units wanted and units that returns two numbers",
    shown_in="The burst bucket",
    cases=minutes,
    run=grant_minutes,
    describe=describe_minutes,
    problem=minutes_problem,
    why="What is unused goes into the bucket, up to 300 seconds of it.",
    mistakes=(
        Mistake(unlimited_bucket, "The bucket holds 300 seconds; burst is not for ever."),
        Mistake(no_refill, "What a minute leaves unused goes into the bucket."),
        Mistake(
            lambda bucket, demand, units: (min(demand, 60 * units), bucket),
            "A minute gives its own units and the bucket's.",
        ),
        Mistake(one_second_only, "A minute has 60 seconds: 60 times the units."),
    ),
    hints=(
        "What can be given: `60 * units` and what is in the bucket.",
        "`given` is what is wanted, if there is as much; the rest stays in the bucket.",
        "`min(300 * units, bucket + 60 * units - given)` is left.",
    ),
)


# Exercise "advise": the units for a target utilization, and the cheaper mode.

TargetedDemand = tuple[int, float]  # units a second, and the target utilization as a share
Advice = tuple[int, str]  # units to provision, and the mode
OLD_PRICES = date(2024, 10, 1)  # before on-demand became cheaper
TARGETS = (0.2, 0.25, 0.3, 0.5, 0.7, 0.9)


def demands() -> Cases:
    """Draw steady demands, and targets from the lowest to the highest."""
    st = strategies()
    return st.tuples(st.integers(1, 500), st.sampled_from(TARGETS))


def advice_as_list(advise: Callable[..., Any], case: TargetedDemand, _: Sandbox) -> Any:
    """Return the function's result, a tuple as a list."""
    answer = advise(*case)
    return list(answer) if isinstance(answer, tuple) else answer


def describe_demand(case: TargetedDemand) -> str:
    """Return the demand and the target in words."""
    demand, target = case
    return f"{demand:,} write unit{'s' * (demand != 1)} a second and a target of {target}"


def advice_problem(case: TargetedDemand, answer: Any) -> str:
    """Return what is wrong, by the target and the prices of the lesson's day."""
    demand, target = case
    exact = ceil(demand / Fraction(str(target)))
    right = _advice(demand, exact)
    near = [exact, ceil(demand / target)]  # a float may round a whole number up
    if isinstance(answer, list) and answer[1:] == [right[1]] and answer[0] in near:
        return ""
    return f"it returns {answer!r}; right is {list(right)!r}"


def _advice(demand: int, units: int, book: PriceBook | None = None) -> Advice:
    """Return the units, and the cheaper mode for an hour, by today's prices or by `book`."""
    tag = tariffs(book or price_book(), free_tier=False).writes
    on_demand = 3_600 * demand * tag.usd_per_request_unit
    return units, "on-demand" if on_demand < units * tag.usd_per_unit_hour else "provisioned"


ADVISE = CodeQuestion(
    name="advise",
    unit="a function of units a second and a target that returns units and a mode",
    shown_in="A calculator that looks right",
    cases=demands,
    run=advice_as_list,
    describe=describe_demand,
    problem=advice_problem,
    why="A target is a share, and a price has its day.",
    mistakes=(
        Mistake(
            lambda demand, target: _advice(demand, ceil(100 * demand / target)),
            "0.7 is a share: divide by it, and by nothing else.",
        ),
        Mistake(
            lambda demand, target: _advice(demand, ceil(demand / target), price_book(OLD_PRICES)),
            "These are prices of October 2024: on demand cost double.",
        ),
        Mistake(
            lambda demand, target: _advice(demand, ceil(demand * target)),
            "Units times the target are fewer than are wanted.",
        ),
        Mistake(
            lambda demand, target: _advice(demand, max(1, int(demand / target))),
            "There are no parts of a unit: round up, `ceil`.",
        ),
    ),
    hints=(
        "Try `advise(70, 0.7)`: of how many units are 70 used a share of 0.7?",
        "Then look at the day of the prices, and try a target of 0.2.",
        "`ceil(wanted / target)`, and the `book` of this lesson.",
    ),
)
