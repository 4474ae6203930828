"""Tests of `fan_out`: the table in four requests, and stream records."""

import pytest

from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging import keys
from cruddur_lib.messaging.event_filters import MESSAGES_ONLY
from cruddur_lib.workbook.experiments.fan_out import (
    InboxTable,
    group_of,
    kind_of,
    moved_row,
    passing_kinds,
    records_table,
    row_of,
)
from cruddur_lib.workbook.lesson import start


@pytest.fixture
def lesson(backend):
    """A lesson whose seeds' records have been read."""
    started = start("03-writing", backend)
    started.new_records()
    return started


@pytest.fixture
def sent(lesson, andrew, bayko):
    """A message from Andrew to Bayko, which no handler has seen yet."""
    inbox = lesson.inbox()
    return inbox.create_message(inbox.draft(andrew, bayko, "Soup?"))


def test_each_call_is_one_request(lesson, sent):
    """A strong read is 1 read unit, the index 0.5; a put and a delete of a group row 2 each."""
    table, found = InboxTable(lesson), {}
    with lesson.meter() as meter:
        newest = table.newest(sent.group_uuid)
        rows = table.group_rows(sent.group_uuid)
        table.put(moved_row(rows[0], newest))
        table.delete(rows[0])
    for entry in meter.entries:
        found[entry.operation] = found.get(entry.operation, 0) + 1

    assert found == {"Query": 2, "PutItem": 1, "DeleteItem": 1}
    assert (meter.read_units, meter.write_units) == (1.5, 4)


def test_a_moved_row_is_what_the_librarys_handler_puts(lesson, sent):
    """It keeps the owner and the other user's name, in both inboxes."""
    table = InboxTable(lesson)
    newest = table.newest(sent.group_uuid)
    wanted = [moved_row(row, newest) for row in table.group_rows(sent.group_uuid)]
    lesson.pump()

    assert table.group_rows(sent.group_uuid) == wanted
    assert [keys.uuid_in(row["pk"]) for row in wanted] == sorted(
        keys.uuid_in(r["pk"]) for r in wanted
    )


def test_a_row_moved_to_a_first_message_stands_at_its_time(lesson, andrew, zoe):
    """The first message's key has no time; its group rows stay as they are."""
    inbox = lesson.inbox()
    first = inbox.create_message_group(inbox.draft(zoe, andrew, "Hello"))
    table = InboxTable(lesson)
    rows = table.group_rows(first.group_uuid)

    assert [moved_row(row, table.newest(first.group_uuid)) for row in rows] == rows


def test_a_record_in_place_of_a_group_or_a_message_is_told(lesson, sent):
    """The error names the function that turns a record into what is needed."""
    (record,) = lesson.new_records()
    table = InboxTable(lesson)

    with pytest.raises(WorkbookError, match=r"group_of\(record\)"):
        table.newest(record)
    with pytest.raises(WorkbookError, match=r"row_of\(record\)"):
        moved_row(table.group_rows(sent.group_uuid)[0], record)


def test_what_arrived_is_told_once(lesson, sent):
    """The next call returns the handler's writes: two puts and two deletes."""
    (record,) = lesson.new_records()
    lesson.inbox().stream_handler()([record])

    assert (kind_of(record), group_of(record)) == ("INSERT message", sent.group_uuid)
    assert row_of(record)["message"] == "Soup?"
    assert [kind_of(one) for one in lesson.new_records()] == [
        "INSERT group row",
        "REMOVE group row",
    ] * 2
    assert lesson.new_records() == []


def test_records_are_told_in_words(lesson, sent, andrew):
    """A deletion has no new image, so its text is a dash."""
    lesson.inbox().delete_message(andrew, sent)
    table = records_table(lesson.new_records())

    assert table["eventName"].tolist() == ["INSERT", "REMOVE"]
    assert table["message in the new image"].tolist() == ["Soup?", "–"]


def test_what_passes_is_told_by_kind(lesson, sent):
    """Dots, which are no pattern yet, are returned."""
    records = lesson.new_records()

    assert passing_kinds(MESSAGES_ONLY, records) == {"INSERT message"}
    assert passing_kinds({"dynamodb": {"Keys": {"pk": {"S": ["MSG#"]}}}}, records) == set()
    assert passing_kinds(..., records) is ...
