"""The seeded conversation has the shape that the lessons need."""

from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID

import pytest

from cruddur_lib.backends import Engine
from cruddur_lib.messaging import seeds, table
from cruddur_lib.messaging.keys import messages_pk
from cruddur_lib.messaging.validation import InvalidInput


def size(row) -> int:
    """Return the bytes of an item of text: names and values in UTF-8 (AWS, "Item size")."""
    return sum(len(name.encode()) + len(value.encode()) for name, value in row.items())


def test_104_messages_52_from_each_of_two_people():
    """The texts have 56 to 345 bytes, and no two are the same."""
    drafts = seeds.conversation()
    texts = [len(draft.text.encode()) for draft in drafts]

    assert len(drafts) == len({draft.text for draft in drafts}) == 104
    assert [d.sender.handle for d in drafts].count("andrewbrown") == 52
    assert {d.sender.handle for d in drafts} == {"andrewbrown", "bayko"}
    assert (min(texts), max(texts)) == (56, 345)


def test_the_conversation_goes_forward_across_new_year_and_ends_in_the_past():
    """Times rise and cross a new year; none is in the future."""
    times = [draft.created_at for draft in seeds.conversation()]

    assert all(one < other for one, other in pairwise(times))
    assert {time.year for time in times} == {2025, 2026}
    assert times[-1] < datetime.now(UTC)
    assert any(time.microsecond == 0 for time in times)


def test_at_least_eight_users_each_with_a_uuid_and_a_handle_of_their_own():
    """Lessons choose among at least eight users with different uuids."""
    users = seeds.users()

    assert len(users) >= 8
    assert len({user.uuid for user in users.values()}) == len(users)
    assert all(str(UUID(user.uuid)) == user.uuid for user in users.values())


def test_an_unknown_handle_is_named():
    """The error lists the known handles."""
    with pytest.raises(InvalidInput, match="'andrew'; data/users.yaml has: .*andrewbrown, bayko"):
        seeds.user("andrew")


def test_seeding_puts_106_items_and_a_second_time_nothing(inbox):
    """Seeding writes 104 messages and two group rows; seeding again changes no row."""
    assert seeds.seed(inbox)
    before = table.rows(inbox.backend)

    assert not seeds.seed(inbox)
    assert table.rows(inbox.backend) == before
    assert len(before) == 106


def test_an_interrupted_seeding_is_invisible_and_mended(inbox, andrew, monkeypatch):
    """No inbox shows the group before the last step; another run completes it."""
    client = inbox.backend.dynamodb
    with monkeypatch.context() as cut:
        cut.setattr(client, "transact_write_items", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            seeds.seed(inbox)
    assert inbox.list_message_groups(andrew).items == ()

    assert seeds.seed(inbox)
    assert len(table.rows(inbox.backend)) == 106


def test_a_load_does_not_write_over_a_group_that_was_opened_meanwhile(inbox, andrew, bayko):
    """Loading puts the guard under the same condition, so an earlier first message stays."""
    drafts = seeds.conversation()
    looks, real = [], inbox._item

    def between(*key, **more):
        found = real(*key, **more)
        if not looks:
            looks.append(inbox.create_message_group(inbox.draft(andrew, bayko, "I was first")))
        return found

    inbox._item = between
    assert not inbox.load(drafts)
    inbox._item = real
    first = inbox.list_messages(inbox.list_message_groups(andrew)[0], 1_000)[-1]
    assert first.text == "I was first"
    assert len(inbox.list_message_groups(andrew)) == 1


def test_a_load_puts_drafts_in_order_and_each_once(inbox, andrew):
    """Loading accepts any order and repeated drafts."""
    drafts = seeds.conversation()[:5]
    inbox.load([*drafts[::-1], drafts[2]])

    messages = inbox.list_messages(inbox.list_message_groups(andrew)[0])
    assert [m.text for m in messages] == [d.text for d in drafts[::-1]]
    assert inbox.list_message_groups(andrew)[0].preview.startswith(drafts[-1].text[:90])


def test_a_load_is_one_conversation(inbox, andrew, zoe):
    """Loading refuses no drafts and drafts of two groups."""
    other = inbox.draft(andrew, zoe, "Hello")
    for drafts, count in [([], 0), ([seeds.conversation()[0], other], 2)]:
        with pytest.raises(InvalidInput, match=f"drafts of {count} message groups"):
            inbox.load(drafts)
    assert table.rows(inbox.backend) == []


def test_the_newest_20_items_fill_three_blocks_of_4_kb(seeded):
    """They have 8,193 to 12,288 bytes: 1.5 read units, eventually consistent."""
    group = messages_pk(seeds.conversation()[0].group_uuid)
    messages = [row for row in table.rows(seeded.backend) if row["pk"] == group]

    assert 8_193 <= sum(map(size, messages[-20:])) <= 12_288


@pytest.mark.dynamodb_local
@pytest.mark.designs("bootcamp")
def test_dynamodb_local_charges_what_the_lessons_say(seeded):
    """DynamoDB Local counts 1.5 read units for a page of messages (A) and 5.5 for a Scan."""
    assert seeded.backend.engine is Engine.DYNAMODB_LOCAL
    client, name = seeded.backend.dynamodb, seeded.table
    newest = client.query(
        TableName=name,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": messages_pk(seeds.conversation()[0].group_uuid)},
        ScanIndexForward=False,
        Limit=20,
        ReturnConsumedCapacity="TOTAL",
    )
    scan = client.scan(TableName=name, ReturnConsumedCapacity="TOTAL")

    assert newest["ConsumedCapacity"]["CapacityUnits"] == 1.5
    assert scan["ConsumedCapacity"]["CapacityUnits"] == 5.5


@pytest.mark.designs("bootcamp", "stable_key", "one_transaction")
def test_only_the_group_rows_are_in_the_index(seeded):
    """The index is sparse: only 2 of the 106 items have its keys."""
    (index,) = seeded.schema.indexes

    found = seeded.backend.dynamodb.scan(TableName=seeded.table, IndexName=index.name)["Items"]

    assert len(found) == 2
    assert {row["pk"][:4] for row in found} == {"GRP#"}
