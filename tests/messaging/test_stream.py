"""The stream handler (pattern E), driven by the pump over the engine's own stream."""

import random
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest

from cruddur_lib.messaging import keys, rows, table
from cruddur_lib.messaging.event_filters import changed_group
from cruddur_lib.messaging.stream import Pump
from cruddur_lib.messaging.table import TableError
from tests.helpers.pumps import pump_of

GROUP = "5b0e4d1c-8c3a-4a0e-9a53-0d1f7f3f2a10"
RECORDS = {"bootcamp": 5, "stable_key": 3, "one_transaction": 3, "read_fan_out": 1}  # of D and E
BY_STREAM = pytest.mark.designs("bootcamp", "stable_key")
BOOTCAMP = pytest.mark.designs("bootcamp")
SK = f"2026-01-05T09:00:00.000000Z#{GROUP}"


@pytest.fixture
def pump(begun) -> Pump:
    """A pump that has handled the records of the seeding."""
    made = pump_of(begun)
    made.run()
    return made


def lines(inbox, user) -> list[tuple[str, str]]:
    """Return a user's inbox: the other person's handle and the preview."""
    return [(group.other.handle, group.preview) for group in inbox.list_message_groups(user)]


def record(pk=f"MSG#{GROUP}", sk=SK, event="INSERT", number="1", **image) -> dict:
    """Return a stream record as Lambda gets it, with a new image of these attributes."""
    keys_of = {"pk": {"S": pk}, "sk": {"S": sk}}
    uuids = dict.fromkeys(("message_uuid", "user_uuid", "other_uuid"), GROUP)
    new = {name: {"S": text} for name, text in ({"message": "x"} | uuids | image).items()}
    return {
        "eventName": event,
        "dynamodb": {"Keys": keys_of, "SequenceNumber": number, "NewImage": keys_of | new},
    }


def group_rows(inbox) -> list[table.Row]:
    """Return all group rows."""
    return [row for row in table.rows(inbox.backend) if row["pk"].startswith("GRP#")]


def test_a_message_moves_both_inboxes(begun, pump, andrew, bayko):
    """Both inboxes show the message at its time.

    The records are the message's own, and for each group row that of an update, or of a put and a
    delete.
    """
    message = begun.create_message(begun.draft(andrew, bayko, "Which bug?"))

    report = pump.run()

    assert report.records == RECORDS[begun.name]
    assert lines(begun, andrew) == [("bayko", "Which bug?")]
    assert lines(begun, bayko) == [("andrewbrown", "Which bug?")]
    assert len(group_rows(begun)) == 2
    assert begun.list_message_groups(bayko)[0].last_message_at == message.created_at


def test_a_new_group_needs_nothing(inbox, andrew, bayko):
    """Creating a group (C) writes its group rows, so its three records cause no write."""
    pump = pump_of(inbox)
    inbox.create_message_group(inbox.draft(andrew, bayko, "Salut"))
    before = table.rows(inbox.backend)

    assert pump.run().records == 3
    assert table.rows(inbox.backend) == before


def test_the_group_with_the_newest_message_goes_to_the_top(begun, pump, andrew, bayko, zoe):
    """An inbox is sorted by the last message of either person."""
    begun.create_message_group(begun.draft(zoe, andrew, "Hello"))
    pump.run()
    assert [handle for handle, _ in lines(begun, andrew)] == ["zoemarchand", "bayko"]

    begun.create_message(begun.draft(bayko, andrew, "Well?"))
    pump.run()
    assert [handle for handle, _ in lines(begun, andrew)] == ["bayko", "zoemarchand"]


def test_an_edit_of_the_newest_message_shows(begun, pump, andrew, bayko):
    """An inbox shows a change of the newest message, and none of an older one."""
    first, second = (begun.create_message(begun.draft(andrew, bayko, t)) for t in "ab")
    begun.update_message(andrew, second, "b, corrected")
    pump.run()
    assert lines(begun, bayko) == [("andrewbrown", "b, corrected")]

    begun.update_message(andrew, first, "a, corrected")
    pump.run()
    assert lines(begun, bayko) == [("andrewbrown", "b, corrected")]


def test_a_deletion_shows_the_newest_that_remains(begun, pump, andrew, bayko):
    """The inbox shows the message before it, still with one row for each person."""
    before = lines(begun, andrew)
    message = begun.create_message(begun.draft(andrew, bayko, "Which bug?"))
    pump.run()
    begun.delete_message(andrew, message)
    pump.run()

    assert lines(begun, andrew) == before
    assert len(group_rows(begun)) == 2


def test_a_replay_of_everything_changes_nothing(begun, pump, andrew, bayko):
    """Streams deliver at least once, so old records may come again after new ones."""
    kept = begun.create_message(begun.draft(andrew, bayko, "kept"))
    gone = begun.create_message(begun.draft(bayko, andrew, "gone"))
    pump.run()
    begun.delete_message(bayko, gone)
    pump.run()
    before = table.rows(begun.backend)

    assert pump_of(begun).run().records > 6
    assert table.rows(begun.backend) == before
    assert lines(begun, bayko) == [("andrewbrown", kept.text)]


@BOOTCAMP
@pytest.mark.parametrize("seed", range(5))
def test_disorder_changes_nothing(begun, pump, andrew, bayko, seed):
    """Records in any order, some of them twice, leave the inbox with the newest message."""
    handler, shaken = begun.stream_handler(), random.Random(seed)
    sent = [begun.create_message(begun.draft(andrew, bayko, f"{n}")) for n in range(4)]
    begun.delete_message(andrew, sent[3])
    records = [
        record(keys.messages_pk(m.group_uuid), keys.message_sk(m.created_at, m.uuid), event)
        for m in sent
        for event in ("INSERT", "MODIFY", "REMOVE")
    ]
    for drawn in shaken.choices(records, k=20):
        assert handler([drawn]) == []

    assert lines(begun, andrew) == [("bayko", "2")]
    assert len(group_rows(begun)) == 2


def test_all_records_of_a_batch_are_handled(begun, pump, andrew, bayko, zoe):
    """A batch with records of two groups updates both."""
    begun.create_message_group(begun.draft(andrew, zoe, "Hello"))
    pump.run()
    for other in (bayko, zoe):
        begun.create_message(begun.draft(andrew, other, f"news for {other.handle}"))

    pump.run()

    assert lines(begun, bayko) == [("andrewbrown", "news for bayko")]
    assert lines(begun, zoe) == [("andrewbrown", "news for zoemarchand")]


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_the_size_of_a_batch_does_not_matter(begun, andrew, bayko, batch):
    """Batches of 1 and of 100 records have the same result."""
    begun.create_message(begun.draft(andrew, bayko, "Which bug?"))

    report = pump_of(begun, batch=batch).run()

    assert report.records == 6 + RECORDS[begun.name]
    assert lines(begun, bayko) == [("andrewbrown", "Which bug?")]


def test_a_pump_goes_on_where_another_ended(begun, pump, andrew, bayko):
    """The positions of one pump let another continue."""
    begun.create_message(begun.draft(andrew, bayko, "Which bug?"))

    assert pump_of(begun, positions=pump.positions).run().records == RECORDS[begun.name]
    assert pump.run().records == RECORDS[begun.name]  # its own position is its own


@BY_STREAM
def test_a_handler_that_raises_gets_its_batch_again(begun, pump, andrew, bayko):
    """An error of the engine makes no record poison: the same batch comes again."""
    begun.create_message(begun.draft(andrew, bayko, "Which bug?"))
    handler, calls = pump._handler, []

    def busy(records):
        calls.append(records)
        if len(calls) == 1:
            raise TimeoutError
        return handler(records)

    pump._handler = busy
    with pytest.raises(TimeoutError):
        pump.run()
    pump.run()

    assert calls[0] == calls[1]
    assert lines(begun, bayko) == [("andrewbrown", "Which bug?")]


@BY_STREAM
@pytest.mark.parametrize("cut_at", range(1, 5))
def test_a_crash_at_any_write_loses_no_group(begun, pump, andrew, bayko, cut_at):
    """Until the next run an inbox may hold a group twice or be behind, but B shows it once."""
    begun.create_message(begun.draft(andrew, bayko, "Which bug?"))
    count = 0

    def crash(**_):
        nonlocal count
        count += 1
        if count == cut_at:
            raise TimeoutError

    events = begun.backend.dynamodb.meta.events
    for operation in ("PutItem", "DeleteItem", "UpdateItem"):
        events.register(f"before-call.dynamodb.{operation}", crash)
    writes = {"bootcamp": 4, "stable_key": 2}[begun.name]
    with pytest.raises(TimeoutError) if cut_at <= writes else nullcontext():
        pump.run()
    for user in (andrew, bayko):
        assert len(begun.list_message_groups(user)) == 1
    pump.run()

    assert lines(begun, andrew) == [("bayko", "Which bug?")]
    assert lines(begun, bayko) == [("andrewbrown", "Which bug?")]
    assert len(group_rows(begun)) == 2


@BOOTCAMP
@pytest.mark.parametrize("seen", ["nothing", "one side", "rows that are gone", "the older rows"])
def test_an_index_that_is_behind_does_no_harm(begun, pump, andrew, bayko, seen):
    """What the index does not show yet, or shows no more, is found in the inboxes."""
    stale = group_rows(begun)
    for text in ("1", "2"):
        begun.create_message(begun.draft(andrew, bayko, text))
        pump.run()
    current = group_rows(begun)
    handler = begun.stream_handler()
    shown = {
        "nothing": [],
        "one side": current[:1],
        "rows that are gone": stale,
        "the older rows": [stale[0], current[1]],
    }
    handler._by_index = lambda _: shown[seen]
    pump._handler = handler

    begun.create_message(begun.draft(andrew, bayko, "3"))
    pump.run()

    assert lines(begun, andrew) == [("bayko", "3")]
    assert lines(begun, bayko) == [("andrewbrown", "3")]
    assert len(group_rows(begun)) == 2


@BOOTCAMP
def test_rows_come_back_although_the_index_never_saw_them_go(begun, pump, andrew, bayko):
    """The newest message is deleted while the index still shows the rows before it.

    The handler finds in the inboxes themselves that the index is wrong.
    """
    begun.create_message(begun.draft(andrew, bayko, "stays"))
    pump.run()
    stale = group_rows(begun)
    newest = begun.create_message(begun.draft(andrew, bayko, "goes"))
    pump.run()
    pump._handler._by_index = lambda _: stale

    begun.delete_message(andrew, newest)
    pump.run()

    assert lines(begun, andrew) == [("bayko", "stays")]
    assert lines(begun, bayko) == [("andrewbrown", "stays")]
    assert len(group_rows(begun)) == 2


@BOOTCAMP
@pytest.mark.parametrize("shown", ["as it says now", "as it said before"])
def test_a_text_is_put_although_the_index_shows_it_already(begun, pump, shown, andrew, bayko):
    """The newest message is changed and changed back: the index may show any of its texts."""
    newest = begun.create_message(begun.draft(andrew, bayko, "right"))
    pump.run()
    stale = group_rows(begun)
    begun.update_message(andrew, newest, "wrong")
    pump.run()
    stale = {"as it says now": stale, "as it said before": group_rows(begun)}[shown]
    pump._handler._by_index = lambda _: stale

    begun.update_message(andrew, newest, "right")
    pump.run()

    assert lines(begun, andrew) == [("bayko", "right")]
    assert len(group_rows(begun)) == 2


@BOOTCAMP
def test_rows_in_their_place_are_looked_for_in_the_table(begun, pump, andrew, bayko):
    """The index is behind: the group rows have moved to the keys of a message that is now deleted.

    The handler finds the rows in the table and deletes them.
    """
    last = begun.create_message(begun.draft(andrew, bayko, "stays"))
    pump.run()
    stale = group_rows(begun)
    newest = begun.create_message(begun.draft(andrew, bayko, "goes"))
    pump.run()
    pump._handler._by_index = lambda _: stale

    begun.update_message(andrew, last, "stays, edited")
    begun.delete_message(andrew, newest)
    pump.run()

    assert lines(begun, andrew) == [("bayko", "stays, edited")]
    assert lines(begun, bayko) == [("andrewbrown", "stays, edited")]
    assert len(group_rows(begun)) == 2


@BOOTCAMP
def test_a_slow_handler_does_not_take_newer_rows_away(begun, pump, andrew, bayko, monkeypatch):
    """A handler that read before a message was sent and writes after it keeps the newer rows."""
    old = begun.create_message(begun.draft(andrew, bayko, "old"))
    handler = begun.stream_handler()
    pk = keys.messages_pk(old.group_uuid)
    stale = rows.newest_rows(begun.backend.dynamodb, begun.table, pk)
    begun.create_message(begun.draft(andrew, bayko, "new"))
    pump.run()

    monkeypatch.setattr(rows, "newest_rows", lambda *_: stale)
    handler([record(pk)])

    assert lines(begun, andrew) == [("bayko", "new")]
    assert lines(begun, bayko) == [("andrewbrown", "new")]


@BY_STREAM
@pytest.mark.parametrize(
    "poison",
    [
        pytest.param(record(pk="USR#x"), id="another kind of row"),
        pytest.param(record(pk="MSG#x"), id="no uuid"),
        pytest.param(record(sk="yesterday"), id="no time"),
        pytest.param({"dynamodb": {"SequenceNumber": "1"}}, id="no keys"),
        pytest.param(
            {**record(), "eventName": None, "dynamodb": {"SequenceNumber": "1"}}, id="bare"
        ),
    ],
)
def test_a_poison_record_is_reported_and_passed_over(begun, pump, andrew, bayko, poison):
    """The handler returns its sequence number and handles the other records."""
    sent = begun.create_message(begun.draft(andrew, bayko, "Which bug?"))
    people = {"user_uuid": andrew.uuid, "other_uuid": bayko.uuid, "message": sent.text}
    sk = keys.message_sk(sent.created_at, sent.uuid)
    good = record(keys.messages_pk(sent.group_uuid), sk, number="2", **people)

    poisoned = begun.stream_handler()([poison, good])

    assert poisoned == ["1"]
    assert lines(begun, bayko) == [("andrewbrown", "Which bug?")]


@BY_STREAM
def test_a_message_without_text_is_poison_for_its_group_alone(begun, pump, andrew, bayko, zoe):
    """A foreign row does not stop the shard; Lambda gets its sequence number."""
    sent = begun.create_message_group(begun.draft(andrew, zoe, "Hello"))
    foreign = replace(sent, created_at=sent.created_at + timedelta(days=1))
    sk = keys.message_sk(foreign.created_at, foreign.uuid)
    row = {"pk": keys.messages_pk(sent.group_uuid), "sk": sk}
    begun.backend.dynamodb.put_item(TableName=begun.table, Item=row)
    begun.create_message(begun.draft(andrew, bayko, "Which bug?"))

    report = pump.run()

    (bad,) = report.poison
    assert bad["dynamodb"]["Keys"]["sk"]["S"] == sk
    assert report.failures() == {
        "batchItemFailures": [{"itemIdentifier": bad["dynamodb"]["SequenceNumber"]}]
    }
    assert lines(begun, bayko) == [("andrewbrown", "Which bug?")]


def test_records_that_move_nothing():
    """The handler's own group rows, and a first message, change no inbox."""
    assert changed_group(record(pk=f"GRP#{GROUP}")) is None
    assert changed_group(record(sk=keys.FIRST)) is None
    assert changed_group(record(sk=keys.FIRST, event="MODIFY")) == GROUP
    assert changed_group(record(event="REMOVE")) == GROUP


@BY_STREAM
def test_a_record_of_a_group_that_is_gone_is_no_mistake(inbox):
    """Records of a group whose rows were all removed are not poison."""
    events = ("INSERT", "MODIFY", "REMOVE")
    assert inbox.stream_handler()([record(event=event) for event in events]) == []


def test_the_pump_needs_a_table_with_a_stream(backend):
    """The error names the script that makes the table."""
    with pytest.raises(TableError, match="schema-load"):
        Pump(backend, lambda _: [])
