"""Costs of designs in 04, the fan-out: answers, and a function that learners write."""

from collections.abc import Callable
from math import isclose
from typing import TYPE_CHECKING, Any

from cruddur_lib.messaging.designs import DESIGNS
from cruddur_lib.messaging.designs.guarantees import GUARANTEES
from cruddur_lib.workbook.experiments.crossovers import cheapest, crossing
from cruddur_lib.workbook.experiments.design_costs import design_costs
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Design = tuple[float, float]  # write units of a message, and of an inbox open
WANTED = (
    "when D answers, the inbox rows are up to date",
    "a page of the inbox costs the same, however many groups there are",
)


def cheapest_opened_once(lesson: Sandbox) -> str:
    """The cheapest design where an inbox is opened once for each message."""
    return cheapest({name: design_costs(lesson, name, groups=(20,)) for name in DESIGNS}, 1)


def up_to_date_at_one_price(_: Sandbox) -> str:
    """The design that promises both."""
    (name,) = (name for name in DESIGNS if all(GUARANTEES[wanted][name] for wanted in WANTED))
    return name


def crossing_of_a_hundred(lesson: Sandbox) -> float:
    """Opens per message, to a tenth, at which no summary and a stable key cost the same."""
    stable, reading = (
        design_costs(lesson, name, groups=(100,)) for name in ("stable_key", "read_fan_out")
    )
    return round(crossing(stable, reading, groups=100) or 0, 1)


def two_designs() -> "SearchStrategy[tuple[Design, Design]]":
    """Two designs that do not cost the same for a message."""
    from hypothesis.strategies import integers, tuples  # noqa: PLC0415  slow to import

    design = tuples(integers(1, 9), integers(1, 4))
    return tuples(design, design).filter(lambda pair: pair[0][0] != pair[1][0])


def asked(same_cost: Callable[..., Any], pair: tuple[Design, Design], _: Sandbox) -> Any:
    """What the function gives for both."""
    return same_cost(*pair)


def in_words(pair: tuple[Design, Design]) -> str:
    """Both as a sentence names them."""
    one, other = (f"{message:g} a message and {opened:g} an open" for message, opened in pair)
    return f"designs that cost {one}, and {other}"


def fault(pair: tuple[Design, Design], given: Any) -> str:
    """By where two lines meet."""
    (message, opened), (other_message, other_opened) = pair
    dearer, catches_up = message - other_message, other_opened - opened
    right = dearer / catches_up if dearer * catches_up > 0 else None
    if right is None or not isinstance(given, int | float):
        same = given is right
    else:
        same = isclose(given, right)
    told = "they never cost the same: None" if right is None else f"they meet at {right:g}"
    return "" if same else f"it returns {given!r}, and {told}"


def never_parallel(one: Design, other: Design) -> float | None:
    """A wrong answer: lines always meet."""
    at = (one[0] - other[0]) / (other[1] - one[1])
    return at if at > 0 else None


def before_zero(one: Design, other: Design) -> float | None:
    """A wrong answer: they meet, if somebody opened an inbox less than never."""
    return None if one[1] == other[1] else (one[0] - other[0]) / (other[1] - one[1])


def upside_down(one: Design, other: Design) -> float | None:
    """A wrong answer: the quotient the other way round."""
    at = (other[1] - one[1]) / (one[0] - other[0])
    return at if at > 0 else None
