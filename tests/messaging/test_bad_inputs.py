"""Bad inputs: each raises a typed error with the value and the next step, and writes no row."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging import keys, table
from cruddur_lib.messaging.cursors import CursorRefused
from cruddur_lib.messaging.entities import Draft, Membership, Message, User
from cruddur_lib.messaging.inbox import (
    GroupUnknown,
    InboxError,
    MessageUnknown,
    NotAMember,
    NotTheSender,
)
from cruddur_lib.messaging.validation import InvalidInput

UUID = "5b0e4d1c-8c3a-4a0e-9a53-0d1f7f3f2a10"
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


class World:
    """The inbox and the people that a bad input may concern."""

    def __init__(self, inbox, andrew, bayko, zoe):
        """Take the seeded inbox and three people; Zoë is in no group."""
        self.inbox, self.andrew, self.bayko, self.zoe = inbox, andrew, bayko, zoe
        self.group = inbox.list_message_groups(andrew)[0]
        page = inbox.list_messages(self.group)
        self.baykos = next(message for message in page if message.sender == bayko)
        self.gone = Message(UUID, self.group.uuid, andrew, "x", NOW)

    def send(self, text, sender=None, receiver=None):
        """Create a message (D) with this text."""
        draft = self.inbox.draft(sender or self.andrew, receiver or self.bayko, text)
        return self.inbox.create_message(draft)

    def make(self, **more):
        """Make a draft from these fields and create a message group (C) with it."""
        fields = {
            "message_uuid": UUID,
            "created_at": NOW,
            "sender": self.zoe,
            "receiver": self.andrew,
            "text": "x",
        }
        return self.inbox.create_message_group(Draft(**(fields | more)))

    def messages(self, **more):
        """List the messages of the seeded group (A)."""
        return self.inbox.list_messages(self.group, **more)

    def groups(self, **more):
        """List Andrew's message groups (B)."""
        return self.inbox.list_message_groups(self.andrew, **more)


BAD = {
    # texts
    "an empty text": (lambda w: w.send(""), InvalidInput, "empty: write at least one"),
    "spaces": (lambda w: w.send("   "), InvalidInput, "blank: write at least one"),
    "line ends": (lambda w: w.send("\r\n\t"), InvalidInput, "blank"),
    "wide white space": (lambda w: w.send("\u2003\u00a0"), InvalidInput, "blank"),
    "1,025 characters": (
        lambda w: w.send("x" * 1_025),
        InvalidInput,
        "1,025 characters.*1,024: split",
    ),
    "1,025 emoji": (lambda w: w.send("🎉" * 1_025), InvalidInput, "1,025 characters"),
    "half an emoji": (lambda w: w.send("\ud83c"), InvalidInput, "lone surrogate.*decode"),
    "the other half": (lambda w: w.send("a\udf89"), InvalidInput, "character 1 .*lone surrogate"),
    "a zero-width space": (lambda w: w.send("\u200b"), InvalidInput, "blank"),
    "a control character": (lambda w: w.send("\x00"), InvalidInput, "blank"),
    "bytes": (lambda w: w.send(b"hello"), InvalidInput, "text is the bytes b'hello': give a str"),
    "a number": (lambda w: w.send(7), InvalidInput, "text is the int 7"),
    "nothing": (lambda w: w.send(None), InvalidInput, "text is the NoneType None"),
    "a list": (lambda w: w.send(["x"]), InvalidInput, "text is the list"),
    # drafts
    "an upper-case uuid": (
        lambda w: w.make(message_uuid=UUID.upper()),
        InvalidInput,
        "must be a UUID",
    ),
    "a path": (lambda w: w.make(message_uuid="../../etc"), InvalidInput, "'../../etc'; it must be"),
    "a uuid with a key in it": (lambda w: w.make(message_uuid=f"{UUID}#x"), InvalidInput, "UUID"),
    "an empty uuid": (lambda w: w.make(message_uuid=""), InvalidInput, "must be a UUID"),
    "no uuid": (lambda w: w.make(message_uuid=None), InvalidInput, "must be a UUID"),
    "a time without zone": (
        lambda w: w.make(created_at=datetime(2026, 1, 5)),  # noqa: DTZ001
        keys.KeyMalformed,
        "no time zone: use",
    ),
    "a time as text": (lambda w: w.make(created_at="now"), InvalidInput, "give a datetime"),
    "a sender's handle": (lambda w: w.make(sender="zoe"), InvalidInput, "sender is the str 'zoe'"),
    "a receiver's uuid": (lambda w: w.make(receiver=UUID), InvalidInput, "receiver is the str"),
    "no receiver": (lambda w: w.make(receiver=None), InvalidInput, "give a User"),
    "oneself": (lambda w: w.make(receiver=w.zoe), InvalidInput, "two people"),
    "a user without uuid": (lambda _: User("", "x", "X"), InvalidInput, "uuid of x is ''"),
    "a user with half a uuid": (lambda _: User(UUID[:8], "x", "X"), InvalidInput, "must be a UUID"),
    "a user without handle": (
        lambda _: User(UUID, "", "X"),
        InvalidInput,
        "handle has 0 bytes.*150",
    ),
    "a name of 151 bytes": (lambda _: User(UUID, "x", "x" * 151), InvalidInput, "151 bytes.*150"),
    "half an emoji as name": (
        lambda _: User(UUID, "x", "\ud83c"),
        InvalidInput,
        "of display_name is a",
    ),
    "a time before the year 1": (
        lambda w: w.make(created_at=datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))),
        keys.KeyMalformed,
        "years 1 to 9999",
    ),
    "a text for a draft (C)": (
        lambda w: w.inbox.create_message_group("Hi"),
        InvalidInput,
        "a Draft",
    ),
    "a text for a draft (D)": (
        lambda w: w.inbox.create_message("Hi"),
        InvalidInput,
        "give a Draft",
    ),
    # groups and members
    "a message in no group": (
        lambda w: w.send("Hi", w.zoe, w.bayko),
        GroupUnknown,
        "create_message_group",
    ),
    "a stranger's page": (
        lambda w: w.inbox.list_messages(Membership(w.group.uuid, w.zoe.uuid, w.bayko)),
        NotAMember,
        "list_message_groups",
    ),
    "a made-up group": (
        lambda w: w.inbox.list_messages(Membership(UUID, w.andrew.uuid, w.bayko)),
        NotAMember,
        UUID,
    ),
    "a uuid for a group": (
        lambda w: w.inbox.list_messages(UUID),
        InvalidInput,
        "give a Membership",
    ),
    "a handle for a user": (
        lambda w: w.inbox.list_message_groups("andrewbrown"),
        InvalidInput,
        "user is the str 'andrewbrown': give a User",
    ),
    "a stranger at the door": (
        lambda w: w.inbox.open_group(w.zoe, w.group.uuid),
        NotAMember,
        "zoemarchand",
    ),
    "a door to nowhere": (lambda w: w.inbox.open_group(w.zoe, UUID), GroupUnknown, UUID),
    "a door that is no uuid": (
        lambda w: w.inbox.open_group(w.zoe, "1"),
        InvalidInput,
        "must be a UUID",
    ),
    "a door for a handle": (lambda w: w.inbox.open_group("zoe", UUID), InvalidInput, "give a User"),
    # pages
    "no items": (
        lambda w: w.messages(limit=0),
        InvalidInput,
        "limit is 0 items; a page holds 1 to",
    ),
    "less than none": (lambda w: w.groups(limit=-20), InvalidInput, "limit is -20"),
    "too many": (
        lambda w: w.messages(limit=1_001),
        InvalidInput,
        "limit is 1,001.*ask for more pages",
    ),
    "a number as text": (lambda w: w.messages(limit="20"), InvalidInput, "limit is the str '20'"),
    "half an item": (
        lambda w: w.groups(limit=2.5),
        InvalidInput,
        "limit is the float 2.5: give an int",
    ),
    "true": (lambda w: w.messages(limit=True), InvalidInput, "limit is the bool True"),
    "an empty cursor": (lambda w: w.messages(cursor=""), CursorRefused, "leave it out"),
    "a made-up cursor": (lambda w: w.messages(cursor="AAAA"), CursorRefused, "leave it out"),
    "a sort key as cursor": (
        lambda w: w.messages(cursor="2026-01-05T09:00:00.000000Z"),
        CursorRefused,
        "leave it out",
    ),
    "a cursor of another list": (
        lambda w: w.groups(cursor=w.messages().cursor),
        CursorRefused,
        "not made for this list",
    ),
    "a cursor that is a number": (lambda w: w.messages(cursor=20), CursorRefused, "cursor 20"),
    "a cursor in other capitals": (
        lambda w: w.messages(cursor=w.messages().cursor.swapcase()),
        CursorRefused,
        "leave it out",
    ),
    # changes
    "somebody else's message, changed": (
        lambda w: w.inbox.update_message(w.andrew, w.baykos, "mine"),
        NotTheSender,
        "sent by bayko.*write another one",
    ),
    "somebody else's message, deleted": (
        lambda w: w.inbox.delete_message(w.andrew, w.baykos),
        NotTheSender,
        "sent by bayko",
    ),
    "a message that is gone, changed": (
        lambda w: w.inbox.update_message(w.andrew, w.gone, "x"),
        MessageUnknown,
        "read its group again",
    ),
    "changed to nothing": (
        lambda w: w.inbox.update_message(w.bayko, w.baykos, ""),
        InvalidInput,
        "empty",
    ),
    "a uuid, changed": (
        lambda w: w.inbox.update_message(w.andrew, UUID, "x"),
        InvalidInput,
        "a Message",
    ),
    "a uuid, deleted": (
        lambda w: w.inbox.delete_message(w.andrew, UUID),
        InvalidInput,
        "a Message",
    ),
    "changed by a handle": (
        lambda w: w.inbox.update_message("bayko", w.baykos, "x"),
        InvalidInput,
        "user is the str",
    ),
}


def test_there_are_at_least_40():
    """The table covers at least 40 mistakes that a careless client may make."""
    assert len(BAD) >= 40


@pytest.fixture(scope="module")
def world():
    """One seeded table for the whole module, because no bad input may change it."""
    from uuid import uuid4

    from cruddur_lib.backends import connect
    from cruddur_lib.messaging import seeds
    from cruddur_lib.messaging.designs import design

    kind = design("bootcamp")
    with connect(database=f"t{uuid4().hex}") as backend:
        table.create(backend, kind.schema)
        inbox = kind(backend)
        seeds.seed(inbox)
        people = (seeds.user(handle) for handle in ("andrewbrown", "bayko", "zoemarchand"))
        yield World(inbox, *people)


@pytest.fixture(scope="module")
def untouched(world):
    """The table's rows before any bad input."""
    return table.rows(world.inbox.backend)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_input_is_refused_and_nothing_is_written(world, untouched, name):
    """A bad input raises the expected error and changes no row."""
    act, error, said = BAD[name]

    with pytest.raises(error, match=f"(?s){said}") as raised:
        act(world)

    assert isinstance(raised.value, WorkbookError)
    assert issubclass(error, (InvalidInput, InboxError, keys.KeyMalformed))
    assert table.rows(world.inbox.backend) == untouched
