"""A stream handler of lesson 04 passes if it survives all histories.

The feedback to any other handler tells the smallest history in which it fails.
"""

from uuid import uuid4

import pytest

from cruddur_lib.backends import connect
from cruddur_lib.backends.faults import Crashed
from cruddur_lib.messaging import table as tables
from cruddur_lib.messaging.event_filters import MESSAGES_ONLY, passes
from cruddur_lib.workbook.exercises.lesson_04 import handlers, questions
from cruddur_lib.workbook.exercises.lesson_04.histories import (
    AGAIN,
    BAYKO,
    NEWEST,
    PREVIOUS,
    ZOE,
    crash,
    histories,
    problem,
    run,
)
from cruddur_lib.workbook.exercises.lesson_04.play import History, make_record
from cruddur_lib.workbook.experiments.fan_out import group_of, moved_row, row_of
from cruddur_lib.workbook.lesson import start

(HANDLE,) = (one for one in questions.EXERCISES if one.name == "handle")


@pytest.fixture(scope="module")
def lesson():
    """Start a lesson on the engine of this test run."""
    with connect(database=f"t{uuid4().hex}") as backend:
        yield start("03-writing", backend)


@pytest.fixture
def scratch(lesson):
    """Give an empty scratch table for histories."""
    with lesson.scratch(seeded=False) as scratch:
        yield scratch


def newest_then_delete(records, table):
    """Handle records as the notebook's solution does."""
    for one in records:
        newest = table.newest(group_of(one))
        for row in table.group_rows(group_of(one)):
            new = moved_row(row, newest)
            table.put(new)
            if row["sk"] != new["sk"]:
                table.delete(row)


def each_group_once(records, table):
    """Put all rows before deleting any, and skip rows that are there."""
    for group in {group_of(one) for one in records}:
        rows = table.group_rows(group)
        wanted = [moved_row(row, table.newest(group)) for row in rows]
        for row in wanted:
            if row not in rows:
                table.put(row)
        for row in rows:
            if row["sk"] != wanted[0]["sk"]:
                table.delete(row)


def by_the_record_on_a_condition(records, table):
    """Read the index only, and ignore records older than the row."""
    for one in records:
        for row in table.group_rows(group_of(one)):
            new = moved_row(row, row_of(one))
            if new["sk"] > row["sk"]:
                table.put(new)
                table.delete(row)
            elif new["sk"] == row["sk"] and one["eventName"] == "MODIFY":
                table.put(new)


def last_of_each_group(records, table):
    """Keep the last message record of each group."""
    last = {group_of(one): one for one in records if one["dynamodb"]["Keys"]["pk"]["S"][0] == "M"}
    newest_then_delete(list(last.values()), table)


SURVIVING = [newest_then_delete, each_group_once, by_the_record_on_a_condition, last_of_each_group]


@pytest.mark.parametrize("handle", SURVIVING, ids=lambda handle: handle.__name__)
@pytest.mark.quick_cases(1)
def test_what_survives_passes(lesson, handle):
    """A handler that survives all histories passes, in any style."""
    assert HANDLE.verdict(handle, lesson) == (
        True,
        f"handle: right, in every case that was tried. {HANDLE.why}",
    )


def stops_at_the_first_moved_row(records, table):
    """Stop at a row that is up to date, as if the record were handled."""
    for one in records:
        newest = table.newest(group_of(one))
        for row in table.group_rows(group_of(one)):
            new = moved_row(row, newest)
            if row == new:
                break
            table.put(new)
            if row["sk"] != new["sk"]:
                table.delete(row)


def any_new_record_is_news(records, table):
    """Ignore a change of an old message, but not an old message that comes again."""
    for one in records:
        for row in table.group_rows(group_of(one)):
            new = moved_row(row, row_of(one))
            if one["eventName"] == "INSERT" or new["sk"] == row["sk"]:
                table.put(new)
                if new["sk"] != row["sk"]:
                    table.delete(row)


def as_new_or_newer(records, table):
    """Let a record of the shown message bring back its text before a change."""
    for one in records:
        for row in table.group_rows(group_of(one)):
            new = moved_row(row, row_of(one))
            if new["sk"] >= row["sk"]:
                table.put(new)
                if new["sk"] != row["sk"]:
                    table.delete(row)


def one_row_each(records, table):
    """Look only at the newer of two rows for the same group."""
    for one in records:
        newest = table.newest(group_of(one))
        rows = {row["pk"]: row for row in table.group_rows(group_of(one))}
        for row in rows.values():
            new = moved_row(row, newest)
            table.put(new)
            if row["sk"] != new["sk"]:
                table.delete(row)


def tries_its_put_again(records, table):
    """Catch a crash and put again, which a program that has ended cannot do."""
    for one in records:
        for row in table.group_rows(group_of(one)):
            new = moved_row(row, table.newest(group_of(one)))
            if row["sk"] != new["sk"]:
                table.delete(row)
            try:
                table.put(new)
            except Crashed:
                table.put(new)


@pytest.mark.parametrize(
    ("handle", "feedback"),
    [
        (lambda _, __: None, 'shows "Hello." of the conversation'),
        (stops_at_the_first_moved_row, "before request 4, a DeleteItem"),
        (any_new_record_is_news, 'the record of "Soup?" once more, by itself'),
        (as_new_or_newer, 'the record of "Soup?" once more, by itself'),
        (one_row_each, 'has 2 rows for the conversation with Andrew: "Hello." and "Soup?"'),
        (tries_its_put_again, "has no conversation with Andrew any more"),
        (handlers.text_of_the_record, 'whose newest message says "Soup?"'),
        (lambda records, _: records[0]["Keys"], "\nIt raises KeyError: 'Keys'"),
        (lambda _, table: table.put({"pk": "GRP#x", "sk": "y"}), 'shows "Hello."'),
    ],
)
@pytest.mark.quick_cases(4)
def test_what_does_not_survive_is_told(scratch, handle, feedback):
    """The story of the first failing history names the flaw."""
    stories = (problem(one, run(handle, one, scratch)) for one in histories())

    assert feedback in next(filter(None, stories))


@pytest.mark.thorough
def test_a_mistake_is_the_same_in_another_dress(lesson):
    """A mistake is recognized even if another request shifts the request of the crash."""

    def with_another_request(records, table):
        table.newest(group_of(records[0]))
        handlers.delete_first(records, table)

    right, text = HANDLE.verdict(with_another_request, lesson)
    assert right is False
    assert "before request 5, a PutItem" in text
    assert "Between a delete and a put there is nothing." in text


def test_the_plausible_handler_is_mended_one_story_at_a_time(lesson):
    """The plausible handler's three flaws are reported one after the other."""

    def newest_of_the_first(records, table):
        handlers.delete_first(records[:1], table)

    repaired = (handlers.plausible, newest_of_the_first, handlers.first_record_only)
    first, second, third = (HANDLE.verdict(one, lesson)[1] for one in repaired)

    assert 'changes "Hello." to "HELLO."' in first
    assert "its program ends before request 4, a PutItem" in second
    assert 'the record of "Soup?" and the record of "Tonight?"' in third


def test_the_story_of_a_conversation_that_disappears(scratch):
    """A story has numbered steps and ends with what is wrong."""
    history = History(1, (BAYKO, crash(4)))

    assert problem(history, run(handlers.delete_first, history, scratch)).splitlines() == [
        "this happens:",
        '  1. Bayko writes "Soup?" to Andrew.',
        (
            '  2. The handler gets the record of "Soup?", and its program ends before request 4, a '
            "PutItem."
        ),
        '  3. The handler gets the record of "Soup?" again.',
        "In the end Bayko's inbox has no conversation with Andrew any more",
    ]


def test_the_simplest_histories_come_first():
    """No history comes twice, and the shortest come first."""
    every = histories()

    assert len(set(every)) == len(every)
    assert every[:3] == [History(1, s) for s in ((BAYKO,), (NEWEST,), (BAYKO, BAYKO))]
    assert {1, 2, 3} == {history.batch for history in every}
    assert max(len(history.steps) for history in every) == 5


def test_a_history_leaves_its_table_empty(scratch):
    """The table is empty after a history, even if the handler raised an error."""
    for handle in (newest_then_delete, lambda _, __: 1 / 0):
        run(handle, History(2, (BAYKO, ZOE, crash(9), AGAIN)), scratch)

        assert tables.rows(scratch.backend, scratch.table) == []


def test_a_history_is_the_same_each_time(scratch):
    """Two runs of a history give the same rows, with the same times and ids."""
    history = History(2, (BAYKO, PREVIOUS, AGAIN))

    assert run(newest_then_delete, history, scratch) == run(each_group_once, history, scratch)


def test_records_are_made_as_the_engine_makes_them(lesson, scratch):
    """Made records equal an engine's in all parts that a handler may read."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch() as table:
        table.new_records()
        inbox = table.inbox()
        message = inbox.create_message(inbox.draft(andrew, bayko, "Soup?"))
        inbox.update_message(andrew, message, "SOUP?")
        brought = [one for one in table.new_records() if passes(MESSAGES_ONLY, one)]

    for one, event in zip(brought, ("INSERT", "MODIFY"), strict=True):
        made = make_record(event, row_of(one), 1)
        assert made["eventName"] == one["eventName"]
        for part in ("Keys", "NewImage", "StreamViewType"):
            assert made["dynamodb"][part] == one["dynamodb"][part]
        assert made["dynamodb"].keys() <= one["dynamodb"].keys()


def test_the_library_s_own_handler_survives(lesson):
    """The bootcamp design's own stream handler passes."""

    def handle(records, table):
        inbox = lesson.inbox()
        inbox.table = table._table
        assert inbox.stream_handler()(records) == []

    assert HANDLE.verdict(handle, lesson)[0]
