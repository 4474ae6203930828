"""One table of bad inputs: each gets a typed error with value and next step; nothing is written."""

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
from cruddur_lib.messaging.validation import Refused

UUID = "5b0e4d1c-8c3a-4a0e-9a53-0d1f7f3f2a10"
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


class World:
    """What a bad input may be thrown at."""

    def __init__(self, inbox, andrew, bayko, zoe):
        """The seeded inbox and three people, of whom Zoë is in no group."""
        self.inbox, self.andrew, self.bayko, self.zoe = inbox, andrew, bayko, zoe
        self.group = inbox.list_message_groups(andrew)[0]
        page = inbox.list_messages(self.group)
        self.baykos = next(message for message in page if message.sender == bayko)
        self.gone = Message(UUID, self.group.uuid, andrew, "x", NOW)

    def send(self, text, sender=None, receiver=None):
        """D, with a draft of this text."""
        draft = self.inbox.draft(sender or self.andrew, receiver or self.bayko, text)
        return self.inbox.create_message(draft)

    def make(self, **more):
        """A draft of these fields, sent by C."""
        fields = {
            "message_uuid": UUID,
            "created_at": NOW,
            "sender": self.zoe,
            "receiver": self.andrew,
            "text": "x",
        }
        return self.inbox.create_message_group(Draft(**(fields | more)))

    def messages(self, **more):
        """A, of the seeded group."""
        return self.inbox.list_messages(self.group, **more)

    def groups(self, **more):
        """B, of Andrew."""
        return self.inbox.list_message_groups(self.andrew, **more)


BAD = {
    # texts
    "an empty text": (lambda w: w.send(""), Refused, "empty: write at least one"),
    "spaces": (lambda w: w.send("   "), Refused, "blank: write at least one"),
    "line ends": (lambda w: w.send("\r\n\t"), Refused, "blank"),
    "wide white space": (lambda w: w.send("\u2003\u00a0"), Refused, "blank"),
    "1,025 characters": (lambda w: w.send("x" * 1_025), Refused, "1,025 characters.*1,024: split"),
    "1,025 emoji": (lambda w: w.send("🎉" * 1_025), Refused, "1,025 characters"),
    "half an emoji": (lambda w: w.send("\ud83c"), Refused, "lone surrogate.*decode"),
    "the other half": (lambda w: w.send("a\udf89"), Refused, "character 1 .*lone surrogate"),
    "a zero-width space": (lambda w: w.send("\u200b"), Refused, "blank"),
    "a control character": (lambda w: w.send("\x00"), Refused, "blank"),
    "bytes": (lambda w: w.send(b"hello"), Refused, "text is the bytes b'hello': give a str"),
    "a number": (lambda w: w.send(7), Refused, "text is the int 7"),
    "nothing": (lambda w: w.send(None), Refused, "text is the NoneType None"),
    "a list": (lambda w: w.send(["x"]), Refused, "text is the list"),
    # drafts
    "an upper-case uuid": (lambda w: w.make(message_uuid=UUID.upper()), Refused, "must be a UUID"),
    "a path": (lambda w: w.make(message_uuid="../../etc"), Refused, "'../../etc'; it must be"),
    "a uuid with a key in it": (lambda w: w.make(message_uuid=f"{UUID}#x"), Refused, "UUID"),
    "an empty uuid": (lambda w: w.make(message_uuid=""), Refused, "must be a UUID"),
    "no uuid": (lambda w: w.make(message_uuid=None), Refused, "must be a UUID"),
    "a time without zone": (
        lambda w: w.make(created_at=datetime(2026, 1, 5)),  # noqa: DTZ001
        keys.KeyMalformed,
        "no time zone: use",
    ),
    "a time as text": (lambda w: w.make(created_at="now"), Refused, "give a datetime"),
    "a sender's handle": (lambda w: w.make(sender="zoe"), Refused, "sender is the str 'zoe'"),
    "a receiver's uuid": (lambda w: w.make(receiver=UUID), Refused, "receiver is the str"),
    "no receiver": (lambda w: w.make(receiver=None), Refused, "give a User"),
    "oneself": (lambda w: w.make(receiver=w.zoe), Refused, "two people"),
    "a user without uuid": (lambda _: User("", "x", "X"), Refused, "uuid of x is ''"),
    "a user with half a uuid": (lambda _: User(UUID[:8], "x", "X"), Refused, "must be a UUID"),
    "a user without handle": (lambda _: User(UUID, "", "X"), Refused, "handle has 0 bytes.*150"),
    "a name of 151 bytes": (lambda _: User(UUID, "x", "x" * 151), Refused, "151 bytes.*150"),
    "half an emoji as name": (lambda _: User(UUID, "x", "\ud83c"), Refused, "of display_name is a"),
    "a time before the year 1": (
        lambda w: w.make(created_at=datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))),
        keys.KeyMalformed,
        "years 1 to 9999",
    ),
    "a text for a draft (C)": (lambda w: w.inbox.create_message_group("Hi"), Refused, "a Draft"),
    "a text for a draft (D)": (lambda w: w.inbox.create_message("Hi"), Refused, "give a Draft"),
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
    "a uuid for a group": (lambda w: w.inbox.list_messages(UUID), Refused, "give a Membership"),
    "a handle for a user": (
        lambda w: w.inbox.list_message_groups("andrewbrown"),
        Refused,
        "user is the str 'andrewbrown': give a User",
    ),
    "a stranger at the door": (
        lambda w: w.inbox.open_group(w.zoe, w.group.uuid),
        NotAMember,
        "zoemarchand",
    ),
    "a door to nowhere": (lambda w: w.inbox.open_group(w.zoe, UUID), GroupUnknown, UUID),
    "a door that is no uuid": (lambda w: w.inbox.open_group(w.zoe, "1"), Refused, "must be a UUID"),
    "a door for a handle": (lambda w: w.inbox.open_group("zoe", UUID), Refused, "give a User"),
    # pages
    "no items": (lambda w: w.messages(limit=0), Refused, "limit is 0 items; a page holds 1 to"),
    "less than none": (lambda w: w.groups(limit=-20), Refused, "limit is -20"),
    "too many": (lambda w: w.messages(limit=1_001), Refused, "limit is 1,001.*ask for more pages"),
    "a number as text": (lambda w: w.messages(limit="20"), Refused, "limit is the str '20'"),
    "half an item": (lambda w: w.groups(limit=2.5), Refused, "limit is the float 2.5: give an int"),
    "true": (lambda w: w.messages(limit=True), Refused, "limit is the bool True"),
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
        Refused,
        "empty",
    ),
    "a uuid, changed": (
        lambda w: w.inbox.update_message(w.andrew, UUID, "x"),
        Refused,
        "a Message",
    ),
    "a uuid, deleted": (lambda w: w.inbox.delete_message(w.andrew, UUID), Refused, "a Message"),
    "changed by a handle": (
        lambda w: w.inbox.update_message("bayko", w.baykos, "x"),
        Refused,
        "user is the str",
    ),
}


def test_there_are_at_least_40():
    """As many as a careless client may think of."""
    assert len(BAD) >= 40


@pytest.fixture(scope="module")
def world():
    """One seeded table for the whole list, as none of it may change it."""
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
    """The table's rows before any of it."""
    return table.rows(world.inbox.backend)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_input_is_refused_and_nothing_is_written(world, untouched, name):
    """Typed, told, and without effect."""
    act, error, said = BAD[name]

    with pytest.raises(error, match=f"(?s){said}") as raised:
        act(world)

    assert isinstance(raised.value, WorkbookError)
    assert issubclass(error, (Refused, InboxError, keys.KeyMalformed))
    assert table.rows(world.inbox.backend) == untouched
