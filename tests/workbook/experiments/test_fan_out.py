"""What a lesson on pattern E works with: the table in four requests, and records told."""

import pytest

from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging import keys
from cruddur_lib.messaging.event_filters import MESSAGES_ONLY
from cruddur_lib.workbook.experiments.fan_out import (
    InboxTable,
    as_records,
    group_of,
    kind_of,
    moved,
    passing,
    row_of,
)
from cruddur_lib.workbook.lesson import start


@pytest.fixture
def lesson(backend):
    """A lesson whose seeding is not waited for any more."""
    started = start("03-writing", backend)
    started.new_records()
    return started


@pytest.fixture
def sent(lesson, andrew, bayko):
    """A message of Andrew's to Bayko, that E has not heard of."""
    inbox = lesson.inbox()
    return inbox.create_message(inbox.draft(andrew, bayko, "Soup?"))


def test_each_call_is_one_request(lesson, sent):
    """As the notebook's table says, with the units of one: a strong read 1, the index 0.5, a put
    and a delete of a group row 1 and 1 more in the index.
    """
    table, found = InboxTable(lesson), {}
    with lesson.meter() as meter:
        newest = table.newest(sent.group_uuid)
        rows = table.group_rows(sent.group_uuid)
        table.put(moved(rows[0], newest))
        table.delete(rows[0])
    for entry in meter.entries:
        found[entry.operation] = found.get(entry.operation, 0) + 1

    assert found == {"Query": 2, "PutItem": 1, "DeleteItem": 1}
    assert (meter.read_units, meter.write_units) == (1.5, 4)


def test_a_moved_row_is_what_the_librarys_handler_puts(lesson, sent):
    """For both people, with the owner and the other's name as they were."""
    table = InboxTable(lesson)
    newest = table.newest(sent.group_uuid)
    wanted = [moved(row, newest) for row in table.group_rows(sent.group_uuid)]
    lesson.pump()

    assert table.group_rows(sent.group_uuid) == wanted
    assert [keys.uuid_in(row["pk"]) for row in wanted] == sorted(
        keys.uuid_in(r["pk"]) for r in wanted
    )


def test_a_row_moved_to_a_first_message_stands_at_its_time(lesson, andrew, zoe):
    """Which the first message's key does not have: C's own group rows stay as they are."""
    inbox = lesson.inbox()
    first = inbox.create_message_group(inbox.draft(zoe, andrew, "Hello"))
    table = InboxTable(lesson)
    rows = table.group_rows(first.group_uuid)

    assert [moved(row, table.newest(first.group_uuid)) for row in rows] == rows


def test_a_record_in_place_of_a_group_or_a_message_is_told(lesson, sent):
    """The likeliest slips, each with the function that is meant."""
    (record,) = lesson.new_records()
    table = InboxTable(lesson)

    with pytest.raises(WorkbookError, match=r"group_of\(record\)"):
        table.newest(record)
    with pytest.raises(WorkbookError, match=r"row_of\(record\)"):
        moved(table.group_rows(sent.group_uuid)[0], record)


def test_what_arrived_is_told_once(lesson, sent):
    """And E's writes about it the next time, two puts and two deletes."""
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
    """A deletion has no new image, so no text."""
    lesson.inbox().delete_message(andrew, sent)
    table = as_records(lesson.new_records())

    assert table["eventName"].tolist() == ["INSERT", "REMOVE"]
    assert table["message in the new image"].tolist() == ["Soup?", "–"]


def test_what_passes_is_told_by_kind(lesson, sent):
    """Dots are no pattern yet."""
    records = lesson.new_records()

    assert passing(MESSAGES_ONLY, records) == {"INSERT message"}
    assert passing({"dynamodb": {"Keys": {"pk": {"S": ["MSG#"]}}}}, records) == set()
    assert passing(..., records) is ...
