"""What faults leave, tried on each engine: the grid of notebook 03, and its picture."""

from uuid import uuid4

import pytest

from cruddur_lib.backends import connect
from cruddur_lib.backends.faults import Fault, with_faults
from cruddur_lib.messaging import table
from cruddur_lib.workbook.experiments.fault_outcomes import (
    FAULTS,
    WRITE_METHODS,
    Answer,
    FaultOutcome,
    TableState,
    fault_outcomes,
)
from cruddur_lib.workbook.figures.fault_grid import cell, drawn, in_words
from cruddur_lib.workbook.lesson import start
from tests.helpers.seen import flaws

NOTHING, PARTIAL, WHOLE, DOUBLED = TableState
PUTS, BATCH, TRANSACTION, NEW_UUID, ONE_DRAFT = (way.name for way in WRITE_METHODS)
MENDED = FaultOutcome(NOTHING, Answer.ERROR, again=WHOLE)  # all that one may wish for
GONE = FaultOutcome(NOTHING, Answer.NOTHING)


@pytest.fixture(scope="module")
def lesson():
    """A lesson on the engine that the run is for."""
    with connect(database=f"t{uuid4().hex}") as backend:
        yield start("03-writing", backend)


@pytest.fixture(scope="module")
def grid(lesson):
    """Every way under every fault."""
    return fault_outcomes(lesson)


def test_each_way_has_its_column_and_each_fault_its_line(grid):
    """Nothing is left out."""
    assert set(grid) == {(fault, way.name) for fault in FAULTS for way in WRITE_METHODS}


@pytest.mark.parametrize("way", WRITE_METHODS, ids=lambda way: way.name)
def test_a_way_takes_the_requests_and_writes_the_rows_that_it_says(lesson, way):
    """Else the fault would meet another request than the last."""
    andrew, zoe = lesson.users("andrewbrown", "zoemarchand")
    sent = []
    with lesson.scratch(seeded=False) as fresh:
        inbox = fresh.inbox()
        if not way.opens:
            inbox.create_message_group(inbox.draft(andrew, zoe, "Hello"))
        before = len(fresh.rows())
        with with_faults(fresh.backend, lambda operation, _: sent.append(operation)):
            way.press(inbox, inbox.draft(zoe, andrew, "Hello?"))
        written = len(fresh.rows()) - before

    assert (len(sent), written) == (way.requests, way.rows)


@pytest.mark.parametrize("fault", [Fault.THROTTLED, Fault.CUT_BEFORE])
def test_what_does_not_arrive_leaves_nothing_of_one_request(grid, fault):
    """Of three puts two are done before it; a second press with the same draft completes them."""
    line = {way: outcome for (met, way), outcome in grid.items() if met is fault}

    assert line.pop(PUTS) == FaultOutcome(PARTIAL, Answer.ERROR, again=WHOLE)
    assert set(line.values()) == {MENDED}


def test_an_answer_that_is_lost(grid):
    """All is written and an error told: who makes a new uuid to send it again writes it twice."""
    line = {way: outcome for (met, way), outcome in grid.items() if met is Fault.CUT_AFTER}

    assert line.pop(NEW_UUID) == FaultOutcome(WHOLE, Answer.ERROR, again=DOUBLED)
    assert set(line.values()) == {FaultOutcome(WHOLE, Answer.ERROR, again=WHOLE)}


def test_half_a_batch(grid):
    """BatchWriteItem alone may be done in part, and its answer is a success."""
    line = {way: outcome for (met, way), outcome in grid.items() if met is Fault.UNPROCESSED}

    assert line.pop(BATCH) == FaultOutcome(PARTIAL, Answer.SUCCESS)
    assert set(line.values()) == {None}


def test_a_program_that_ends(grid):
    """Between two of three puts it leaves two, and nobody is there to press again."""
    line = {way: outcome for (met, way), outcome in grid.items() if met is Fault.CRASH_BEFORE}

    assert line.pop(PUTS) == FaultOutcome(PARTIAL, Answer.NOTHING)
    assert set(line.values()) == {GONE}


def test_nothing_stays_behind(lesson, grid):
    """Each was tried on a scratch table."""
    assert table.names(lesson.backend) == [table.TABLE_NAME]


@pytest.mark.parametrize(
    ("outcome", "harm"),
    [
        (MENDED, None),
        (FaultOutcome(WHOLE, Answer.SUCCESS), None),
        (FaultOutcome(PARTIAL, Answer.ERROR, again=WHOLE), PARTIAL),
        (FaultOutcome(WHOLE, Answer.ERROR, again=DOUBLED), DOUBLED),
        (FaultOutcome(PARTIAL, Answer.ERROR, again=DOUBLED), DOUBLED),
    ],
)
def test_harm(outcome, harm):
    """What was ever half there or twice there, also where it is whole in the end."""
    assert outcome.harm is harm


def test_a_cell_in_words():
    """What is left, what is told, and what a second press makes of it."""
    assert cell(MENDED) == "nothing\ntold: an error\nagain: whole"
    assert cell(FaultOutcome(PARTIAL, Answer.SUCCESS)) == "partial\ntold: success"
    assert cell(None) == "cannot happen"


def test_every_cell_is_drawn_with_its_words(grid):
    """The figure does not speak by colour alone."""
    figure = drawn(grid)
    words = [text.get_text() for text in figure.axes[0].texts]

    assert words == [cell(outcome) for outcome in grid.values()]
    assert flaws(figure) == []


def test_the_figure_in_words(grid):
    """Every cell with harm in it, by its way and its fault, and the number of the others."""
    half, crash = FAULTS[Fault.UNPROCESSED], FAULTS[Fault.CRASH_BEFORE]
    lost = f"{FAULTS[Fault.THROTTLED]} or {FAULTS[Fault.CUT_BEFORE]} or {crash}"

    assert in_words(grid) == (
        f"25 cells; partial by {PUTS}, where {lost}; partial by {BATCH}, where {half}; "
        f"doubled by {NEW_UUID}, where the answer is lost; "
        "in the other 20 nothing is ever half or twice there."
    )
