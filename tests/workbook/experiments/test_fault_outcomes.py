"""Tests of `fault_outcomes` on each engine, and of its figure `fault_grid`."""

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
from cruddur_lib.workbook.figures.fault_grid import fault_grid, outcome_text
from cruddur_lib.workbook.lesson import start
from tests.helpers.seen import flaws

NOTHING, PARTIAL, WHOLE, DOUBLED = TableState
PUTS, BATCH, TRANSACTION, NEW_UUID, ONE_DRAFT = (method.name for method in WRITE_METHODS)
RETRIED = FaultOutcome(NOTHING, Answer.ERROR, after_retry=WHOLE)
GONE = FaultOutcome(NOTHING, Answer.NOTHING)


@pytest.fixture(scope="module")
def lesson():
    """A lesson on the engine of this test run."""
    with connect(database=f"t{uuid4().hex}") as backend:
        yield start("03-writing", backend)


@pytest.fixture(scope="module")
def grid(lesson):
    """The outcome of every write method under every fault."""
    return fault_outcomes(lesson)


def test_each_way_has_its_column_and_each_fault_its_line(grid):
    """The grid has each fault with each method."""
    assert set(grid) == {(fault, one.name) for fault in FAULTS for one in WRITE_METHODS}


@pytest.mark.parametrize("method", WRITE_METHODS, ids=lambda method: method.name)
def test_a_way_takes_the_requests_and_writes_the_rows_that_it_says(lesson, method):
    """Otherwise the fault would hit another request than the last one."""
    andrew, zoe = lesson.users("andrewbrown", "zoemarchand")
    sent = []
    with lesson.scratch(seeded=False) as fresh:
        inbox = fresh.inbox()
        if method.rows == 1:
            inbox.create_message_group(inbox.draft(andrew, zoe, "Hello"))
        before = len(fresh.rows())
        with with_faults(fresh.backend, lambda operation, _: sent.append(operation)):
            method.press(inbox, inbox.draft(zoe, andrew, "Hello?"))
        written = len(fresh.rows()) - before

    assert (len(sent), written) == (method.requests, method.rows)


@pytest.mark.parametrize("fault", [Fault.THROTTLED, Fault.CUT_BEFORE])
def test_what_does_not_arrive_leaves_nothing_of_one_request(grid, fault):
    """Of three puts two are done; a retry with the same draft completes them."""
    line = {way: outcome for (met, way), outcome in grid.items() if met is fault}

    assert line.pop(PUTS) == FaultOutcome(PARTIAL, Answer.ERROR, after_retry=WHOLE)
    assert set(line.values()) == {RETRIED}


def test_an_answer_that_is_lost(grid):
    """All is written, and the user sees an error: a retry with a new uuid writes it twice."""
    line = {way: outcome for (met, way), outcome in grid.items() if met is Fault.CUT_AFTER}

    assert line.pop(NEW_UUID) == FaultOutcome(WHOLE, Answer.ERROR, after_retry=DOUBLED)
    assert set(line.values()) == {FaultOutcome(WHOLE, Answer.ERROR, after_retry=WHOLE)}


def test_half_a_batch(grid):
    """Only BatchWriteItem can be done in part, and its reply is still a success."""
    line = {way: outcome for (met, way), outcome in grid.items() if met is Fault.UNPROCESSED}

    assert line.pop(BATCH) == FaultOutcome(PARTIAL, Answer.SUCCESS)
    assert set(line.values()) == {None}


def test_a_program_that_ends(grid):
    """Two of three puts are done, and nobody retries."""
    line = {way: outcome for (met, way), outcome in grid.items() if met is Fault.CRASH_BEFORE}

    assert line.pop(PUTS) == FaultOutcome(PARTIAL, Answer.NOTHING)
    assert set(line.values()) == {GONE}


def test_nothing_stays_behind(lesson, grid):
    """The scratch tables are dropped."""
    assert table.names(lesson.backend) == [table.TABLE_NAME]


@pytest.mark.parametrize(
    ("outcome", "harm"),
    [
        (RETRIED, None),
        (FaultOutcome(WHOLE, Answer.SUCCESS), None),
        (FaultOutcome(PARTIAL, Answer.ERROR, after_retry=WHOLE), PARTIAL),
        (FaultOutcome(WHOLE, Answer.ERROR, after_retry=DOUBLED), DOUBLED),
        (FaultOutcome(PARTIAL, Answer.ERROR, after_retry=DOUBLED), DOUBLED),
    ],
)
def test_harm(outcome, harm):
    """Harm is a table that was ever partial or doubled, even if a retry completes it."""
    assert outcome.harm is harm


def test_a_cell_in_words():
    """A cell has the table's state, the answer, and the state after a retry."""
    assert outcome_text(RETRIED) == "nothing\ntold: an error\nagain: whole"
    assert outcome_text(FaultOutcome(PARTIAL, Answer.SUCCESS)) == "partial\ntold: success"
    assert outcome_text(None) == "cannot happen"


def test_every_cell_is_drawn_with_its_words(grid):
    """Words and not only colors show the outcomes."""
    figure = fault_grid(grid).figure
    words = [text.get_text() for text in figure.axes[0].texts]

    assert words == [outcome_text(outcome) for outcome in grid.values()]
    assert flaws(figure) == []


def test_the_figure_in_words(grid):
    """The alt text lists the cells with harm, and counts the others."""
    half, crash = FAULTS[Fault.UNPROCESSED], FAULTS[Fault.CRASH_BEFORE]
    lost = f"{FAULTS[Fault.THROTTLED]} or {FAULTS[Fault.CUT_BEFORE]} or {crash}"

    assert fault_grid(grid).alt == (
        f"25 cells; partial by {PUTS}, where {lost}; partial by {BATCH}, where {half}; "
        f"doubled by {NEW_UUID}, where the answer is lost; "
        "in the other 20 nothing is ever half or twice there."
    )
