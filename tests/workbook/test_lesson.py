"""Tests of `lesson`: a lesson starts from a known table and always runs the same."""

import pytest

from cruddur_lib.backends import Engine, connect
from cruddur_lib.messaging import table
from cruddur_lib.messaging.validation import InvalidInput
from cruddur_lib.workbook.lesson import LessonError, start
from cruddur_lib.workbook.sandbox.repeatable import FIRST_TICK, uuids

LESSON = "00-the-whole-game"


def play(backend) -> list[table.Row]:
    """Run a short lesson and return the rows that it leaves."""
    lesson = start(LESSON, backend)
    andrew, bayko, zoe = lesson.users("andrewbrown", "bayko", "zoemarchand")
    inbox = lesson.inbox()
    inbox.create_message(inbox.draft(andrew, bayko, "Which bug?"))
    inbox.create_message_group(inbox.draft(zoe, bayko, "Hello"))
    return lesson.rows()


def test_every_run_writes_the_same_rows(backend):
    """Clock and uuids begin again, and rows of an earlier run are gone: 106 + 1 + 3 items."""
    first = play(backend)

    assert play(backend) == first
    assert len(first) == 110


def test_a_start_clears_what_others_left(backend):
    """A start removes all other items from the table."""
    start(LESSON, backend)
    backend.dynamodb.put_item(TableName=table.TABLE_NAME, Item={"pk": "p", "sk": "s"})

    assert len(start(LESSON, backend).rows()) == 106


def test_a_start_ends_the_one_before(monkeypatch):
    """A process has one connection, so a start closes the one before."""
    monkeypatch.setenv("CRUDDUR_BACKEND", "moto")
    first = start(LESSON)
    with start(LESSON).backend:
        assert first.backend.closed


def test_a_lesson_wants_an_engine_that_it_knows(backend, monkeypatch):
    """A start drops a table, so an unknown engine is refused."""
    monkeypatch.setattr(backend, "engine", Engine.UNKNOWN)

    with pytest.raises(LessonError, match="an unknown engine.*bin/ddb/start"):
        start(LESSON, backend)


def test_a_lesson_without_its_group_says_so(backend):
    """The error says to start again."""
    lesson = start(LESSON, backend)
    table.drop(backend)
    table.create(backend, lesson.inbox().schema)

    with pytest.raises(LessonError, match="start.'00-the-whole-game'. again"):
        assert lesson.group


def test_the_clock_ticks_a_second_a_draft(backend):
    """Each lesson begins at the same time, two days after the seeded conversation."""
    lesson = start(LESSON, backend)
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    drafts = [lesson.inbox().draft(andrew, bayko, "x") for _ in range(3)]

    assert [(d.created_at - FIRST_TICK).total_seconds() for d in drafts] == [0, 1, 2]
    assert lesson.group.last_message_at < FIRST_TICK


def test_ids_differ_within_a_lesson_and_between_lessons():
    """Two lessons never make the same message uuid."""
    one, other = uuids("01-a"), uuids("02-b")

    assert len({make() for make in (one, other) for _ in range(100)}) == 200


def test_the_group_is_the_seeded_one_wherever_it_stands(backend):
    """The group is the seeded one even if another group is newer."""
    lesson = start(LESSON, backend)
    andrew, zoe = lesson.users("andrewbrown", "zoemarchand")
    inbox = lesson.inbox()
    inbox.create_message_group(inbox.draft(zoe, andrew, "Hello"))

    assert inbox.list_message_groups(andrew)[0].other == zoe
    assert lesson.group.other.handle == "bayko"


def test_watch_tells_what_was_written(backend):
    """It keeps the rows that were put, changed and removed, and no others."""
    lesson = start(LESSON, backend)
    row = lesson.rows()[0]
    key = {name: row[name] for name in ("pk", "sk")}
    with lesson.watch() as written:
        backend.dynamodb.delete_item(TableName=table.TABLE_NAME, Key=key)
        backend.dynamodb.put_item(TableName=table.TABLE_NAME, Item={"pk": "p", "sk": "s"})

    assert (written.put, written.removed) == ([{"pk": "p", "sk": "s"}], [row])
    assert len(written) == 2


def test_all_users_where_none_is_named(backend):
    """Without handles all users of the directory are returned, in its order."""
    handles = [user.handle for user in start(LESSON, backend).users()]

    assert handles[:2] == ["andrewbrown", "bayko"]
    assert len(handles) == 10


def test_an_unknown_lesson_lists_the_known(backend):
    """A mistyped name is an error and no new lesson."""
    with pytest.raises(LessonError, match="'00'; the known ones are 00-the-whole-game"):
        start("00", backend)


def test_a_lesson_never_runs_on_aws(monkeypatch):
    """A lesson replaces its table, so AWS is refused before a request is made."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")

    with pytest.raises(LessonError, match="moto or a local engine only"):
        start(LESSON, connect("aws", region="us-east-1"))
    monkeypatch.setenv("CRUDDUR_BACKEND", "aws")
    with pytest.raises(LessonError, match="moto or a local engine only"):
        start(LESSON)


def test_the_default_engine_is_the_runs(monkeypatch):
    """Without a backend `start` connects as `connect()` does."""
    monkeypatch.setenv("CRUDDUR_BACKEND", "moto")

    with start(LESSON).backend as backend:
        assert backend.engine is Engine.MOTO


def test_the_meter_counts_what_its_with_holds(backend):
    """Reading the newest 20 messages takes 1.5 read units."""
    lesson = start("00-the-whole-game", backend)
    group = lesson.group
    with lesson.meter() as meter:
        lesson.inbox().list_messages(group, limit=20)

    assert (meter.read_units, meter.write_units) == (1.5, 0)


def test_a_livelier_table_holds_more_and_the_seeded_conversation(backend):
    """There are 20 more messages, everybody has an inbox, and a refill gives the same rows."""
    lesson = start(LESSON, backend, users=12, messages=20)
    rows, inbox = lesson.rows(), lesson.inbox()

    assert sum(row["pk"].startswith("MSG#") for row in rows) == 124
    assert len({row["pk"] for row in rows if row["pk"].startswith("GRP#")}) == 12
    assert len(lesson.users()) == 12
    assert lesson.users(lesson.users()[-1].handle) == lesson.users()[-1:]
    assert lesson.group.other.handle == "bayko"
    assert len(inbox.list_messages(lesson.group, limit=1_000)) == 104
    lesson.fill()
    assert lesson.rows() == rows
    assert start(LESSON, backend, users=12, messages=20).rows() == rows


def test_a_livelier_table_has_defaults_and_limits(backend, monkeypatch):
    """Twelve people are the default; numbers out of range are refused before a write."""
    assert len(start(LESSON, backend, messages=0).users()) == 12
    lesson = start(LESSON, backend, users=3, messages=1)
    assert [len(lesson.inbox().list_message_groups(user)) for user in lesson.users()][2] == 1
    rows = lesson.rows()

    with pytest.raises(InvalidInput, match="users is 1 people; a livelier table takes 3 to 50"):
        start(LESSON, backend, users=1)
    assert lesson.rows() == rows


def test_answers_are_tried_on_the_plain_table(backend):
    """The scratch table has only the seeds, so an exercise has one answer."""
    lesson = start(LESSON, backend, users=5, messages=10)
    with lesson.scratch() as scratch:
        assert len(scratch.rows()) == 106
