"""Tests of `waterfall`: its steps are the write units that the meter counted."""

import pytest

from cruddur_lib.errors import WorkbookError
from cruddur_lib.workbook.figures.waterfall import steps, waterfall
from cruddur_lib.workbook.lesson import start
from tests.helpers.seen import flaws

ROWS = ["the message", "a new row", "the older row", "another's new row", "the older row"]


@pytest.fixture
def meter(backend, andrew, bayko):
    """A meter of one message with its fan-out: 5 units on the table, 4 on the index."""
    lesson = start("03-writing", backend)
    lesson.pump()
    with lesson.meter() as meter:
        inbox = lesson.inbox()
        inbox.create_message(inbox.draft(andrew, bayko, "Soup?"))
        lesson.pump()
    return meter


def test_each_unit_is_a_step(meter):
    """The table comes before the index; reads and the polling of the stream are left out."""
    found = steps(meter.entries, ROWS)

    assert [step.units for step in found] == [1] * 9
    assert [step.on_index for step in found] == [False] + [False, True] * 4
    assert sum(step.units for step in found) == meter.write_units


def test_each_bar_begins_where_the_one_before_ends(meter):
    """Each bar has the sum so far at its end."""
    figure = waterfall(meter.entries, ROWS, "title").figure
    (axes,) = figure.axes

    assert [bar.get_x() for bar in axes.patches] == list(range(9))
    assert [text.get_text() for text in axes.texts] == [str(n) for n in range(1, 10)]
    assert len({bar.get_facecolor() for bar in axes.patches}) == 2
    assert axes.get_yticklabels()[2].get_text() == "its index entry"
    assert flaws(figure) == []


def test_the_words_add_up(meter):
    """The alt text lists the steps and their sum."""
    words = waterfall(meter.entries, ROWS, "title").alt

    assert words.startswith("Write units as steps: the message 1, a new row 1, its index entry 1,")
    assert words.endswith("9 together.")


def test_every_write_has_a_name(meter):
    """A missing name is an error, because all names after it would be wrong."""
    with pytest.raises(WorkbookError, match="5 writes and 4 names"):
        waterfall(meter.entries, ROWS[1:], "title")
