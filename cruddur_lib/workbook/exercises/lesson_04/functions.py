"""Cases, check and known mistakes of the function `same_cost` that learners write in lesson 04."""

from math import isclose
from typing import Any

from cruddur_lib.workbook.questions.code_question import Cases, CodeQuestion, strategies
from cruddur_lib.workbook.questions.question import Mistake

Design = tuple[float, float]  # write units of a message, and of opening an inbox


def two_designs() -> Cases:
    """Draw two designs with different costs of a message."""
    st = strategies()
    design = st.tuples(st.integers(1, 9), st.integers(1, 4))
    return st.tuples(design, design).filter(lambda pair: pair[0][0] != pair[1][0])


def describe_designs(pair: tuple[Design, Design]) -> str:
    """Return the costs of both designs in words."""
    one, other = (f"{message:g} a message and {opened:g} an open" for message, opened in pair)
    return f"designs that cost {one}, and {other}"


def same_cost_problem(pair: tuple[Design, Design], answer: Any) -> str:
    """Return what is wrong, by the intersection of two lines."""
    (message, opened), (other_message, other_opened) = pair
    extra, saved = message - other_message, other_opened - opened
    right = extra / saved if extra * saved > 0 else None
    if right is None or not isinstance(answer, int | float):
        same = answer is right
    else:
        same = isclose(answer, right)
    expected = "they never cost the same: None" if right is None else f"they meet at {right:g}"
    return "" if same else f"it returns {answer!r}, and {expected}"


def _crossing(one: Design, other: Design) -> float:
    """Return where two lines meet, also for fewer than 0 opens; parallel lines raise an error."""
    return (one[0] - other[0]) / (other[1] - one[1])


def _if_positive(opens: float) -> float | None:
    return opens if opens > 0 else None


SAME_COST = CodeQuestion(
    name="same-cost",
    unit="a function of two designs that returns opens per message, or None",
    shown_in="What to choose when",
    cases=two_designs,
    returns=False,
    describe=describe_designs,
    problem=same_cost_problem,
    why="Two lines meet where the one that starts higher has risen so much less.",
    mistakes=(
        Mistake(
            lambda one, other: _if_positive(_crossing(one, other)),
            "Where an open costs the same in both, they never meet.",
        ),
        Mistake(
            lambda one, other: None if one[1] == other[1] else _crossing(one, other),
            "An inbox is never opened less than not at all.",
        ),
        Mistake(
            lambda one, other: _if_positive((other[1] - one[1]) / (one[0] - other[0])),
            "Units of a message, divided by units of an open.",
        ),
    ),
    hints=(
        "What is the difference of both for a message, and what for each open?",
        "The first divided by the second, where one makes up for the other.",
        "None where the quotient would be negative, or has no value.",
    ),
)
