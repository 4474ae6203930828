"""Tests of both modules `crossovers`: against the equation of two lines, and as a figure."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis.strategies import builds, integers

from cruddur_lib.backends import connect
from cruddur_lib.messaging.designs import DESIGNS
from cruddur_lib.workbook.experiments import crossovers as arithmetic
from cruddur_lib.workbook.experiments.design_costs import (
    DesignCosts,
    StepUnits,
    design_costs,
    text_for,
)
from cruddur_lib.workbook.figures.crossovers import crossovers
from cruddur_lib.workbook.figures.drawing import STYLES
from cruddur_lib.workbook.lesson import start
from tests.helpers.seen import flaws

NOTHING = StepUnits(0, 0, 0)


def design(units: int, reads: int) -> DesignCosts:
    """A design with these write units a message, and read units an inbox open."""
    return DesignCosts(StepUnits(units, 0, 0), NOTHING, NOTHING, NOTHING, {20: reads}, 0, 1, 0)


DESIGN = builds(design, integers(1, 20), integers(1, 60))


@pytest.fixture(scope="module")
def costs():
    """Costs of all designs for messages of 300 bytes and of 2 KB."""
    with connect(database=f"t{uuid4().hex}") as backend:
        lesson = start("03-writing", backend)
        texts = {size: text_for(lesson, size) for size in (300, 2_048)}
        return {
            size: {name: design_costs(lesson, name, text=text, groups=(20,)) for name in DESIGNS}
            for size, text in texts.items()
        }


@given(DESIGN, DESIGN)
def test_at_a_crossing_both_cost_the_same(one, other):
    """There is no crossing if one design is never cheaper."""
    at = arithmetic.crossing(one, other)

    if at is None:
        assert (one.units_per_message(0) - other.units_per_message(0)) * (
            one.units_per_message(9_999) - other.units_per_message(9_999)
        ) >= 0
    else:
        assert at > 0
        assert one.units_per_message(at) == pytest.approx(other.units_per_message(at))


@pytest.mark.parametrize(
    ("one", "other", "at"),
    [
        pytest.param(design(9, 5), design(1, 45), 1, id="8 units against 40 read units of 1/5"),
        pytest.param(design(9, 5), design(7, 5), None, id="parallel"),
        pytest.param(design(9, 5), design(7, 1), None, id="more expensive in both"),
        pytest.param(design(9, 5), design(9, 5), None, id="the same"),
    ],
)
def test_closed_forms(one, other, at):
    """The first one is at (9 - 1) / (45 / 5 - 5 / 5) opens a message."""
    assert arithmetic.crossing(one, other) == (at and pytest.approx(at))


def test_the_crossings_of_the_four_designs(costs):
    """With 20 groups an inbox open is 1 read unit, or 0.5 + 20 x 0.5 without summaries.

    A read unit counts as a fifth of a write unit.
    """
    an_open = (10.5 - 1) / 5
    assert arithmetic.crossings(costs[300]) == {
        ("stable_key", "read_fan_out"): pytest.approx((7.1 - 1.1) / an_open),
        ("bootcamp", "read_fan_out"): pytest.approx((9.4 - 1.1) / an_open),
        ("one_transaction", "read_fan_out"): pytest.approx((10.1 - 1.1) / an_open),
    }


def test_another_design_becomes_the_cheapest_once(costs):
    """With few opens read_fan_out is the cheapest, with many stable_key."""
    for of_one_size in costs.values():
        ((pair, at),) = arithmetic.turning_points(of_one_size).items()
        assert pair == ("stable_key", "read_fan_out")
        assert arithmetic.cheapest(of_one_size, at - 0.1) == "read_fan_out"
        assert arithmetic.cheapest(of_one_size, at + 0.1) == "stable_key"


def test_the_figure_has_a_panel_a_size_and_a_line_a_design(costs):
    """Each visible crossing has a dot, the turning point its number; axes name units."""
    panels = crossovers(costs).figure.axes

    assert [axes.get_title() for axes in panels] == [
        "a message of 300 bytes",
        "a message of 2,048 bytes",
    ]
    for axes, of_one_size in zip(panels, costs.values(), strict=True):
        assert [line.get_label() for line in axes.lines] == list(DESIGNS)
        assert len(axes.collections) == len(arithmetic.visible_crossings(of_one_size))
        ((_, at),) = arithmetic.turning_points(of_one_size).items()
        assert [text.get_text() for text in axes.texts] == [f"{at:.1f}"]
        assert axes.get_xlabel() == "inbox opens per message"
    assert panels[0].get_ylabel() == "write units per message"


def test_a_style_for_each_design(costs):
    """Readers can tell the lines apart without color, and all are dark enough."""
    assert STYLES.keys() == DESIGNS.keys()
    assert len({style for _, style in STYLES.values()}) == len(DESIGNS)
    assert flaws(crossovers(costs).figure) == []


def test_the_words_have_the_numbers(costs):
    """The alt text has the costs without inbox opens, and where the lines cross."""
    words = crossovers(costs).alt

    assert "For 300 bytes, with no inbox opened: bootcamp 9.4, stable_key 7.1" in words
    assert "stable_key and read_fan_out at 3.2" in words
