"""The flaws of the bootcamp's week 5, by number: this project has none of them.

Each docstring says what the original did. The test repeats what made it fail.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from cruddur_lib.messaging import keys, seeds, table
from cruddur_lib.messaging.entities import User
from cruddur_lib.messaging.stream import Pump
from cruddur_lib.messaging.validation import InvalidInput
from tests.helpers.pumps import pump_of

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def at(inbox, sender, receiver, moment, text="x"):
    """Return a draft with this time."""
    return replace(inbox.draft(sender, receiver, text), created_at=moment)


def line(inbox, user):
    """Return the first line of a user's inbox."""
    return inbox.list_message_groups(user)[0]


@pytest.fixture
def opened(inbox, andrew, bayko):
    """The message that opened a group on the last day of a year."""
    eve = NEW_YEAR - timedelta(hours=6)
    return inbox.create_message_group(at(inbox, andrew, bayko, eve, "Happy new year soon"))


def test_flaw_01_new_year_empties_no_inbox(inbox, opened, andrew, bayko):
    """Both lists (A, B) asked for sort keys that begin with the current year."""
    inbox.create_message(at(inbox, bayko, andrew, NEW_YEAR + timedelta(hours=1), "And to you"))

    assert line(inbox, andrew).other == bayko
    assert len(inbox.list_messages(line(inbox, andrew))) == 2


def test_flaw_02_messages_of_the_same_instant_are_all_stored(inbox, opened, andrew, bayko):
    """The sort key was only the time and the put had no condition: 4 sent, 2 stored."""
    for n in range(4):
        inbox.create_message(at(inbox, [andrew, bayko][n % 2], [bayko, andrew][n % 2], NEW_YEAR))

    assert len(inbox.list_messages(line(inbox, andrew))) == 5


def test_flaw_03_zones_and_daylight_saving_keep_the_order(inbox, opened, andrew, bayko):
    """Messages had local times without a zone and groups had offsets, which broke the order."""
    summer, winter = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))
    moments = [
        datetime(2026, 10, 25, 2, 30, tzinfo=summer),
        datetime(2026, 10, 25, 2, 15, tzinfo=winter),  # later, though the clock says earlier
        datetime(2026, 10, 25, 2, 45, tzinfo=timezone(timedelta(hours=-3))),
    ]
    for n, moment in enumerate(moments):
        inbox.create_message(at(inbox, andrew, bayko, moment, f"{n}"))

    texts = [message.text for message in inbox.list_messages(line(inbox, andrew), 3)]
    assert texts == ["2", "1", "0"]


def test_flaw_04_a_whole_second_can_be_read_back(inbox, opened, andrew, bayko):
    """A time without microseconds was written shorter and could not be parsed."""
    inbox.create_message(at(inbox, andrew, bayko, NEW_YEAR))

    assert inbox.list_messages(line(inbox, andrew))[0].created_at == NEW_YEAR


def test_flaw_05_message_21_is_reachable(seeded, andrew):
    """LastEvaluatedKey was ignored, so only 20 messages were reachable."""
    page = seeded.list_messages(line(seeded, andrew))
    following = seeded.list_messages(line(seeded, andrew), cursor=page.cursor)

    assert following[0].text == seeds.conversation()[-21].text


def test_flaw_06_a_group_is_written_whole_or_not_at_all(inbox, andrew, bayko):
    """BatchWriteItem left items unprocessed, so only one person saw the group."""
    seen = []
    events = inbox.backend.dynamodb.meta.events
    events.register("before-call.dynamodb", lambda model, **_: seen.append(model.name))
    inbox.create_message_group(inbox.draft(andrew, bayko, "Salut"))

    assert seen == ["TransactWriteItems"]
    assert len(table.rows(inbox.backend)) == 3


def test_flaw_07_two_first_messages_are_one_group(inbox, opened, andrew, bayko):
    """Each first message made a new group uuid."""
    second = inbox.create_message_group(inbox.draft(bayko, andrew, "Salut"))

    assert second.group_uuid == opened.group_uuid
    assert len(inbox.list_message_groups(andrew)) == len(inbox.list_message_groups(bayko)) == 1


def test_flaw_08_the_answer_is_about_the_message(inbox, opened, andrew, bayko):
    """create_message returned the user's uuid as the message's."""
    draft = inbox.draft(andrew, bayko, "Salut")

    assert inbox.create_message(draft).uuid == draft.message_uuid
    assert inbox.list_messages(line(inbox, andrew), 1)[0].uuid != andrew.uuid


def test_flaw_09_a_replayed_record_does_not_move_the_inbox_back(inbox, opened, andrew, bayko):
    """The stream handler (E) deleted, then put, whatever the record said.

    Crashes are in test_stream.py.
    """
    for n in (1, 2):
        inbox.create_message(at(inbox, andrew, bayko, NEW_YEAR + timedelta(days=n), f"{n}"))
    pump_of(inbox).run()
    pump_of(inbox).run()

    assert line(inbox, bayko).preview == "2"
    assert len(inbox.list_message_groups(bayko)) == 1


def test_flaw_10_every_record_of_a_batch_is_handled(inbox, opened, andrew, bayko, zoe):
    """The stream handler (E) looked only at Records[0]."""
    inbox.create_message_group(inbox.draft(andrew, zoe, "Hello"))
    for other in (bayko, zoe):
        inbox.create_message(inbox.draft(andrew, other, "again"))
    pump_of(inbox).run()

    assert [line(inbox, user).preview for user in (bayko, zoe)] == ["again", "again"]


def test_flaw_11_an_edit_of_an_old_message_leaves_the_summary(inbox, opened, andrew, bayko):
    """A MODIFY record of any message replaced the newest summary."""
    inbox.create_message(inbox.draft(bayko, andrew, "newest"))
    inbox.update_message(andrew, opened, "Happy new year, edited")
    pump_of(inbox).run()

    assert line(inbox, andrew).preview == "newest"


@pytest.mark.designs("bootcamp")
def test_flaw_12_an_index_that_is_behind_is_only_a_hint(inbox, opened, andrew, bayko):
    """The stream handler (E) read only the index, and only one page of it."""
    handler = inbox.stream_handler()
    handler._by_index = lambda _: []
    inbox.create_message(inbox.draft(bayko, andrew, "newest"))
    Pump(inbox.backend, handler).run()

    assert [line(inbox, user).preview for user in (andrew, bayko)] == ["newest", "newest"]


def test_flaw_13_seeding_twice_changes_nothing_and_nothing_lies_in_the_future(seeded):
    """Seeding twice doubled every row; an early seed file had messages from tomorrow."""
    before = table.rows(seeded.backend)
    seeds.seed(seeded)

    assert table.rows(seeded.backend) == before
    assert max(draft.created_at for draft in seeds.conversation()) < datetime.now(UTC)


def test_flaw_14_a_refusal_is_an_error_with_a_text(inbox, andrew, bayko):
    """A failed validation raised NameError."""
    with pytest.raises(InvalidInput, match="at least one visible character"):
        inbox.draft(andrew, bayko, "")


def test_flaw_15_a_long_message_does_not_make_the_inbox_long(inbox, opened, andrew, bayko):
    """Both group rows copied the whole message: 1,024 emoji are 4,096 bytes.

    Now a preview has at most 100 characters, so a group row stays under 1 KB. Handling a message
    (E) never costs more than 4 + 4 write units.
    """
    inbox.create_message(inbox.draft(andrew, bayko, "🎉" * 1_024))
    pump_of(inbox).run()
    rows = [row for row in table.rows(inbox.backend) if row["pk"].startswith("GRP#")]
    sizes = [sum(len(k.encode()) + len(v.encode()) for k, v in row.items()) for row in rows]

    assert len(inbox.list_messages(line(inbox, bayko), 1)[0].text) == 1_024
    assert max(sizes) <= 1_024


def test_flaw_16_an_unknown_receiver_is_named():
    """An unknown receiver raised TypeError."""
    with pytest.raises(InvalidInput, match="'nobody'; data/users.yaml has: "):
        seeds.user("nobody")


def test_flaw_17_a_new_name_shows_everywhere(backend, inbox, opened, andrew, bayko):
    """Rows kept the old name of a renamed user; the copy is now only the fallback."""
    renamed = User(andrew.uuid, "andrew", "Andrew the Second")
    later = type(inbox)(backend, directory={renamed.uuid: renamed})

    assert line(later, bayko).other == renamed
    assert later.list_messages(line(later, bayko))[0].sender == renamed
    assert line(inbox, bayko).other == andrew  # no directory: what was copied


def test_flaw_18_an_empty_message_is_refused(inbox, andrew, bayko):
    """An empty message caused HTTP 500."""
    for text in ("", " ", "\n"):
        with pytest.raises(InvalidInput):
            inbox.draft(andrew, bayko, text)


def test_the_tables_name_is_typed_once():
    """The name of the table was repeated in 13 places."""
    library = Path(keys.__file__).parents[1]
    places = [
        path.name
        for path in library.rglob("*.py")
        if re.search(r"[\"']cruddur-messages[\"']", path.read_text("utf-8"))
    ]

    assert places == ["table.py"]
