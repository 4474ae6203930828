"""The machine that tries a learner's handler of 04: what survives passes, however it is written,
and what does not is told by the smallest history that shows it.
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
    BEFORE,
    NEWEST,
    ZOE,
    crash,
    fault,
    histories,
    on_one_table,
    played,
)
from cruddur_lib.workbook.exercises.lesson_04.play import History, record
from cruddur_lib.workbook.experiments.fan_out import group_of, moved_row, row_of
from cruddur_lib.workbook.lesson import start

(HANDLE,) = (one for one in questions.EXERCISES if one.name == "handle")


@pytest.fixture(scope="module")
def lesson():
    """A lesson on the engine that the run is for."""
    with connect(database=f"t{uuid4().hex}") as backend:
        yield start("03-writing", backend)


@pytest.fixture
def ground(lesson):
    """The table on which histories are played."""
    with on_one_table(lesson) as fresh:
        yield fresh


def newest_then_delete(records, table):
    """The notebook's solution."""
    for one in records:
        newest = table.newest(group_of(one))
        for row in table.group_rows(group_of(one)):
            new = moved_row(row, newest)
            table.put(new)
            if row["sk"] != new["sk"]:
                table.delete(row)


def each_group_once(records, table):
    """All puts before all deletes, and no put where the row is there."""
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
    """Nothing is asked but the index: what is older than the row changes nothing."""
    for one in records:
        for row in table.group_rows(group_of(one)):
            new = moved_row(row, row_of(one))
            if new["sk"] > row["sk"]:
                table.put(new)
                table.delete(row)
            elif new["sk"] == row["sk"] and one["eventName"] == "MODIFY":
                table.put(new)


def last_of_each_group(records, table):
    """A batch is shortened first; records of group rows, which do not come, would be left out."""
    last = {group_of(one): one for one in records if one["dynamodb"]["Keys"]["pk"]["S"][0] == "M"}
    newest_then_delete(list(last.values()), table)


SURVIVING = [newest_then_delete, each_group_once, by_the_record_on_a_condition, last_of_each_group]


@pytest.mark.parametrize("handle", SURVIVING, ids=lambda handle: handle.__name__)
@pytest.mark.quick_cases(1)
def test_what_survives_passes(lesson, handle):
    """In whatever style."""
    assert HANDLE.verdict(handle, lesson) == (
        True,
        f"handle: right, in every case that was tried. {HANDLE.why}",
    )


def stops_at_the_first_moved_row(records, table):
    """Takes a row that is up to date for the sign of a handled record."""
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
    """A change of an old message is left alone; an old message that comes again is not."""
    for one in records:
        for row in table.group_rows(group_of(one)):
            new = moved_row(row, row_of(one))
            if one["eventName"] == "INSERT" or new["sk"] == row["sk"]:
                table.put(new)
                if new["sk"] != row["sk"]:
                    table.delete(row)


def as_new_or_newer(records, table):
    """A record of the message that is shown brings back how it read before it was changed."""
    for one in records:
        for row in table.group_rows(group_of(one)):
            new = moved_row(row, row_of(one))
            if new["sk"] >= row["sk"]:
                table.put(new)
                if new["sk"] != row["sk"]:
                    table.delete(row)


def one_row_each(records, table):
    """Of a row that stands there twice only the newer is looked at."""
    for one in records:
        newest = table.newest(group_of(one))
        rows = {row["pk"]: row for row in table.group_rows(group_of(one))}
        for row in rows.values():
            new = moved_row(row, newest)
            table.put(new)
            if row["sk"] != new["sk"]:
                table.delete(row)


def tries_its_put_again(records, table):
    """Goes on after its program has ended, which nobody can."""
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
    ("handle", "told"),
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
def test_what_does_not_survive_is_told(ground, handle, told):
    """By the story of the first history that fails."""
    stories = (fault(one, played(handle, one, ground)) for one in histories())

    assert told in next(filter(None, stories))


@pytest.mark.thorough
def test_a_mistake_is_the_same_in_another_dress(lesson):
    """Known by how it fails first: with a request more, its program ends before another one."""

    def dressed(records, table):
        table.newest(group_of(records[0]))
        handlers.delete_first(records, table)

    right, text = HANDLE.verdict(dressed, lesson)
    assert right is False
    assert "before request 5, a PutItem" in text
    assert "Between a delete and a put there is nothing." in text


def test_the_plausible_handler_is_mended_one_story_at_a_time(lesson):
    """Its three flaws come up one after the other."""

    def newest_of_the_first(records, table):
        handlers.delete_first(records[:1], table)

    mended = (handlers.plausible, newest_of_the_first, handlers.first_only)
    first, second, third = (HANDLE.verdict(one, lesson)[1] for one in mended)

    assert 'changes "Hello." to "HELLO."' in first
    assert "its program ends before request 4, a PutItem" in second
    assert 'the record of "Soup?" and the record of "Tonight?"' in third


def test_the_story_of_a_conversation_that_disappears(ground):
    """Numbered steps, then what is wrong: a reader needs nothing else."""
    history = History(1, (BAYKO, crash(4)))

    assert fault(history, played(handlers.delete_first, history, ground)).splitlines() == [
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
    """Each once; one change, then two, then what is longer or comes in larger batches."""
    every = histories()

    assert len(set(every)) == len(every)
    assert every[:3] == [History(1, s) for s in ((BAYKO,), (NEWEST,), (BAYKO, BAYKO))]
    assert {1, 2, 3} == {history.batch for history in every}
    assert max(len(history.steps) for history in every) == 5


def test_a_history_leaves_its_table_empty(ground):
    """Whatever the handler did there, and if it raised."""
    for handle in (newest_then_delete, lambda _, __: 1 / 0):
        played(handle, History(2, (BAYKO, ZOE, crash(9), AGAIN)), ground)

        assert tables.rows(ground.backend, ground.table) == []


def test_a_history_is_the_same_each_time(ground):
    """Its rows too: clock and ids begin anew."""
    history = History(2, (BAYKO, BEFORE, AGAIN))

    assert played(newest_then_delete, history, ground) == played(each_group_once, history, ground)


def test_records_are_made_as_the_engine_makes_them(lesson, ground):
    """What a message's own row and its change bring: all that a handler may look at."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch() as fresh:
        fresh.new_records()
        inbox = fresh.inbox()
        message = inbox.create_message(inbox.draft(andrew, bayko, "Soup?"))
        inbox.update_message(andrew, message, "SOUP?")
        brought = [one for one in fresh.new_records() if passes(MESSAGES_ONLY, one)]

    for one, event in zip(brought, ("INSERT", "MODIFY"), strict=True):
        made = record(event, row_of(one), 1)
        assert made["eventName"] == one["eventName"]
        for part in ("Keys", "NewImage", "StreamViewType"):
            assert made["dynamodb"][part] == one["dynamodb"][part]
        assert made["dynamodb"].keys() <= one["dynamodb"].keys()


def test_the_library_s_own_handler_survives(lesson):
    """On the same histories, by its own requests."""

    def handle(records, table):
        inbox = lesson.inbox()
        inbox.table = table._table
        assert inbox.stream_handler()(records) == []

    assert HANDLE.verdict(handle, lesson)[0]
