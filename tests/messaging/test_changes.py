"""Changing and deleting messages: only the sender may, any number of times."""

from dataclasses import replace

import pytest

from cruddur_lib.messaging import keys, table
from cruddur_lib.messaging.inbox import GroupUnknown, MessageUnknown, NotAMember, NotTheSender


@pytest.fixture
def sent(inbox, andrew, bayko):
    """The first message of a group, by Andrew, and a second one, by Bayko."""
    first = inbox.create_message_group(inbox.draft(andrew, bayko, "first"))
    return first, inbox.create_message(inbox.draft(bayko, andrew, "second"))


def texts(inbox, user) -> list[str]:
    """Return the texts of the user's only group, newest first."""
    return [message.text for message in inbox.list_messages(inbox.list_message_groups(user)[0])]


def test_a_sender_changes_their_message(inbox, sent, andrew, bayko):
    """A change keeps uuid, time and place; the same change again has no further effect."""
    changed = [inbox.update_message(bayko, sent[1], "2nd") for _ in range(2)]

    assert texts(inbox, andrew) == ["2nd", "first"]
    assert changed[0] == changed[1] == replace(sent[1], text="2nd")
    assert inbox.list_messages(inbox.list_message_groups(andrew)[0])[0] == changed[0]


def test_nobody_else_changes_it(inbox, sent, andrew, bayko, zoe):
    """Neither the other member nor a stranger may change or delete a message."""
    before = table.rows(inbox.backend)
    for user, message in [(andrew, sent[1]), (bayko, sent[0]), (zoe, sent[0]), (zoe, sent[1])]:
        with pytest.raises(NotTheSender, match=f"{user.handle} may not change it"):
            inbox.update_message(user, message, "mine")
        with pytest.raises(NotTheSender):
            inbox.delete_message(user, message)

    assert table.rows(inbox.backend) == before


def test_a_deleted_message_is_gone_and_deleting_it_again_is_no_mistake(inbox, sent, andrew, bayko):
    """A client that lost the reply may delete again; a deleted message cannot be changed."""
    for _ in range(2):
        inbox.delete_message(bayko, sent[1])

    assert texts(inbox, andrew) == ["first"]
    with pytest.raises(MessageUnknown, match="read its group again"):
        inbox.update_message(bayko, sent[1], "back")


def test_the_first_message_is_blanked_as_it_guards_its_group(inbox, sent, andrew, bayko):
    """Deleting a first message keeps its row, so the group is still found and not opened twice."""
    for _ in range(2):
        inbox.delete_message(andrew, sent[0])

    assert texts(inbox, bayko) == ["second", ""]
    with pytest.raises(MessageUnknown):
        inbox.update_message(andrew, sent[0], "back")
    inbox.create_message(inbox.draft(andrew, bayko, "third"))
    inbox.create_message_group(inbox.draft(andrew, bayko, "fourth"))
    assert texts(inbox, bayko) == ["fourth", "third", "second", ""]
    assert len(inbox.list_message_groups(bayko)) == 1


def test_a_group_is_opened_by_its_uuid_for_its_two_people(inbox, sent, andrew, bayko, zoe):
    """`open_group` returns the other person; strangers and unknown groups are refused."""
    uuid = sent[0].group_uuid

    for me, other in [(andrew, bayko), (bayko, andrew)]:
        membership = inbox.open_group(me, uuid)
        assert membership.other == other
        assert len(inbox.list_messages(membership)) == 2
    with pytest.raises(NotAMember, match="not one of zoemarchand's"):
        inbox.open_group(zoe, uuid)
    with pytest.raises(GroupUnknown):
        inbox.open_group(andrew, keys.group_uuid(andrew.uuid, zoe.uuid))


def test_a_stale_miss_does_not_deny_membership(inbox, sent, andrew):
    """If an eventually consistent read finds no group, a strongly consistent one decides."""
    real, asked = inbox._item, []

    def behind(pk, sk, *, consistent=False):
        asked.append(consistent)
        return real(pk, sk, consistent=True) if consistent else None

    inbox._item = behind

    assert inbox.open_group(andrew, sent[0].group_uuid).other.handle == "bayko"
    assert asked == [False, True]
