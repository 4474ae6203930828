"""The access patterns A to D, the same for every design and on every engine."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging import keys, seeds, table
from cruddur_lib.messaging.cursors import CursorRefused
from cruddur_lib.messaging.entities import Draft, Message, MessageGroup, User
from cruddur_lib.messaging.inbox import GroupUnknown, Inbox, NotAMember
from cruddur_lib.messaging.retries import Retries
from cruddur_lib.messaging.validation import InvalidInput


def group_of(inbox: Inbox, user: User) -> MessageGroup:
    """Return the newest message group in a user's inbox."""
    return inbox.list_message_groups(user)[0]


def all_messages(inbox: Inbox, user: User, limit: int = 20) -> list[Message]:
    """Return every message of the user's newest group, page by page."""
    group, found, cursor = group_of(inbox, user), [], None
    while True:
        page = inbox.list_messages(group, limit, cursor)
        found += page.items
        if (cursor := page.cursor) is None:
            return found


def test_a_shows_the_newest_messages_first(seeded, andrew):
    """A page has the last 20 messages, newest first, across the new year."""
    page = seeded.list_messages(group_of(seeded, andrew))

    assert [m.text for m in page] == [d.text for d in reversed(seeds.conversation()[-20:])]


@pytest.mark.parametrize("limit", [1, 7, 20, 52, 103, 104, 105, 1_000])
@pytest.mark.quick_cases(8)
def test_a_pages_join_without_gap_or_repeat(seeded, andrew, limit):
    """Pages of any size join to the whole conversation, newest first.

    At 1, 52 and 104 the last page is full, so an engine may return a cursor to an empty page.
    """
    expected = [(d.message_uuid, d.created_at, d.text) for d in reversed(seeds.conversation())]

    assert [(m.uuid, m.created_at, m.text) for m in all_messages(seeded, andrew, limit)] == expected


def test_a_names_the_sender_of_each_message(seeded, andrew):
    """In a message row user_* is the sender: 52 messages from each."""
    senders = [message.sender.handle for message in all_messages(seeded, andrew)]

    assert (senders.count("andrewbrown"), senders.count("bayko")) == (52, 52)


def test_a_refuses_a_group_that_is_not_the_readers(begun, andrew, zoe):
    """A group's uuid is made of its two people's uuids, which proves membership."""
    group = group_of(begun, andrew)

    with pytest.raises(NotAMember, match="list_message_groups"):
        begun.list_messages(replace(group, user_uuid=zoe.uuid))


def test_b_shows_the_other_person_and_the_last_message(seeded, andrew, bayko):
    """In a group row user_* is the other person; the preview is the last message."""
    last = seeds.conversation()[-1]

    for me, other in [(andrew, bayko), (bayko, andrew)]:
        (group,) = seeded.list_message_groups(me)
        assert (group.user_uuid, group.other) == (me.uuid, other)
        assert (group.preview, group.last_message_at) == (last.text, last.created_at)


def test_b_of_a_newcomer_is_empty(seeded, zoe):
    """An inbox without message groups is an empty page, not an error."""
    page = seeded.list_message_groups(zoe)

    assert (page.items, page.cursor) == ((), None)


def test_b_shows_the_newest_group_first_in_pages(inbox, andrew):
    """Nine groups, opened one after the other, come newest first, on pages of four."""
    others = [user for user in seeds.users().values() if user != andrew]
    for other in others:
        inbox.create_message_group(inbox.draft(andrew, other, f"Hello {other.display_name}"))

    shown, cursor = [], None
    for size in (4, 4, 1):
        page = inbox.list_message_groups(andrew, 4, cursor)
        assert len(page) == size
        shown += [group.other for group in page]
        cursor = page.cursor
    assert shown == others[::-1]
    assert cursor is None


def test_b_shows_at_most_100_characters(inbox, andrew, bayko):
    """A short preview keeps a group row under 1 KB."""
    inbox.create_message_group(inbox.draft(andrew, bayko, "é" * 101))

    assert group_of(inbox, bayko).preview == "é" * 99 + "…"


def test_c_puts_three_rows(inbox, andrew, bayko):
    """Creating a group writes the message and one group row for each person."""
    draft = inbox.draft(andrew, bayko, "Salut")

    message = inbox.create_message_group(draft)

    assert len(table.rows(inbox.backend)) == 3
    assert message.uuid == draft.message_uuid  # the bootcamp returned the sender's
    assert all_messages(inbox, bayko) == [message]
    assert group_of(inbox, andrew).other == bayko


def test_c_is_safe_to_send_again(inbox, andrew, bayko):
    """The same draft sent three times by C and once by D stays one message in one group."""
    draft = inbox.draft(andrew, bayko, "Salut")

    sent = [inbox.create_message_group(draft) for _ in range(3)] + [inbox.create_message(draft)]

    assert sent == sent[:1] * 4
    assert len(table.rows(inbox.backend)) == 3


def test_c_joins_the_group_that_is_there(inbox, andrew, bayko):
    """Two people have one group: a second first message joins it."""
    first = inbox.create_message_group(inbox.draft(andrew, bayko, "Salut"))

    second = inbox.create_message_group(inbox.draft(bayko, andrew, "Bonjour"))

    assert second.group_uuid == first.group_uuid
    assert all_messages(inbox, andrew) == [second, first]
    assert len(inbox.list_message_groups(andrew)) == len(inbox.list_message_groups(bayko)) == 1


@pytest.mark.dynamodb_local  # moto is not safe in threads
def test_two_who_write_first_at_the_same_moment_share_a_group(inbox):
    """Of two first messages one opens the group and the other joins it, 200 times out of 200."""
    now = datetime.now(UTC)
    with ThreadPoolExecutor(2) as pool:
        for _ in range(200):
            ann, ben = (User(str(uuid4()), handle, handle) for handle in ("ann", "ben"))
            drafts = [
                replace(inbox.draft(one, other, one.handle), created_at=now)
                for one, other in [(ann, ben), (ben, ann)]
            ]
            sent = list(pool.map(inbox.create_message_group, drafts))

            assert len(inbox.list_message_groups(ann)) == len(inbox.list_message_groups(ben)) == 1
            assert {m.uuid for m in all_messages(inbox, ann)} == {m.uuid for m in sent}
            assert sum(message.is_first for message in sent) == 1
    assert len(table.rows(inbox.backend)) == 200 * 4


def test_d_puts_one_row(begun, andrew, bayko):
    """Creating a message writes one row; the stream handler (E) updates the inboxes later."""
    before = table.rows(begun.backend)

    message = begun.create_message(begun.draft(andrew, bayko, "Which bug?"))

    assert len(table.rows(begun.backend)) == len(before) + 1
    assert begun.list_messages(group_of(begun, bayko))[0] == message


def test_d_is_safe_to_send_again(begun, andrew, bayko):
    """The same draft sent three times by D and once by C stays one message."""
    draft = begun.draft(andrew, bayko, "Which bug?")

    sent = [begun.create_message(draft) for _ in range(3)] + [begun.create_message_group(draft)]

    assert sent == sent[:1] * 4
    assert len(table.rows(begun.backend)) == 7


def test_d_needs_a_group(inbox, andrew, bayko):
    """A message without a group is refused, and no row is written."""
    with pytest.raises(GroupUnknown, match="create_message_group"):
        inbox.create_message(inbox.draft(andrew, bayko, "Anybody?"))

    assert table.rows(inbox.backend) == []


def test_messages_of_one_microsecond_all_stay(begun, andrew, bayko):
    """If the sort key were only the time, one would remain: the bootcamp's table kept 2 of 4."""
    now = datetime(2026, 2, 1, tzinfo=UTC)
    drafts = [replace(begun.draft(andrew, bayko, f"{n}"), created_at=now) for n in range(4)]

    sent = {begun.create_message(draft).uuid for draft in drafts}

    assert {m.uuid for m in begun.list_messages(group_of(begun, andrew), 4)} == sent


@pytest.mark.parametrize("limit", [0, -1, 1_001])
def test_a_page_holds_1_to_1000(begun, andrew, limit):
    """AWS refuses Limit=0 but moto does not, so the inbox does."""
    with pytest.raises(InvalidInput, match=r"1 to 1,000"):
        begun.list_message_groups(andrew, limit)


def test_a_cursor_belongs_to_its_list(seeded, andrew, bayko):
    """A forged cursor or one of another list is refused."""
    cursor = seeded.list_messages(group_of(seeded, andrew)).cursor

    with pytest.raises(CursorRefused, match="was not made for this list"):
        seeded.list_message_groups(bayko, cursor=cursor)
    for forged in ("%", "é", "AAAA", "W10=", "bnVsbA=="):
        with pytest.raises(CursorRefused, match="was not made for this list"):
            seeded.list_message_groups(bayko, cursor=forged)


def cancel(inbox, *codes: str):
    """Cancel the next transactions with these codes before they are sent; return those used."""
    client, seen = inbox.backend.dynamodb, []

    def canceled(**_):
        seen.append(codes[min(len(seen), len(codes) - 1)])
        if seen[-1] == "pass":
            return
        text = f"Transaction cancelled, for specific reasons [{seen[-1]}, None, None]"
        error = {"Error": {"Code": "TransactionCanceledException", "Message": text}}
        error["CancellationReasons"] = [{"Code": seen[-1]}, {"Code": "None"}, {"Code": "None"}]
        raise client.exceptions.TransactionCanceledException(error, "TransactWriteItems")

    client.meta.events.register("before-call.dynamodb.TransactWriteItems", canceled)
    return seen


def test_inboxes_of_one_process_share_their_cursors(seeded, andrew):
    """A second inbox continues the list of the first, unless it has another key."""
    group = group_of(seeded, andrew)
    cursor = seeded.list_messages(group).cursor

    assert len(type(seeded)(seeded.backend).list_messages(group, cursor=cursor)) == 20
    with pytest.raises(CursorRefused):
        type(seeded)(seeded.backend, cursor_key=b"x" * 32).list_messages(group, cursor=cursor)


def test_a_canceled_transaction_that_is_not_about_the_guard_is_raised(inbox, andrew, bayko):
    """Other errors reach the caller, and no row is written."""
    seen = cancel(inbox, "ValidationError")

    with pytest.raises(inbox.backend.dynamodb.exceptions.TransactionCanceledException):
        inbox.create_message_group(inbox.draft(andrew, bayko, "Salut"))

    assert len(seen) == 1
    assert table.rows(inbox.backend) == []


def test_a_transaction_that_met_another_is_tried_again(inbox, andrew, bayko):
    """After a conflict the inbox waits a random time and retries, which botocore does not do."""
    waited = []
    inbox.retries = Retries(sleep=waited.append)
    seen = cancel(inbox, "TransactionConflict", "TransactionConflict", "pass")
    inbox.create_message_group(inbox.draft(andrew, bayko, "Salut"))
    assert len(seen) == 3
    assert len(waited) == 2
    assert all(0 <= seconds <= 0.2 for seconds in waited)


def test_a_transaction_that_always_meets_another_is_given_up(inbox, andrew, bayko):
    """After four attempts the error reaches the caller, who may send the same draft again."""
    inbox.retries = Retries(sleep=lambda _: None)
    seen = cancel(inbox, "TransactionConflict")

    with pytest.raises(inbox.backend.dynamodb.exceptions.TransactionCanceledException):
        inbox.create_message_group(inbox.draft(andrew, bayko, "Salut"))
    assert len(seen) == 4


def test_an_engine_that_refuses_is_not_taken_for_success(begun, andrew, bayko):
    """Creating a message ignores one error alone: that its own message exists."""
    client = begun.backend.dynamodb

    def busy(model, **_):
        if model.name not in ("PutItem", "TransactWriteItems"):
            return
        error = {"Error": {"Code": "ThrottlingException", "Message": "busy"}}
        raise client.exceptions.ClientError(error, model.name)

    client.meta.events.register("before-call.dynamodb", busy)
    with pytest.raises(client.exceptions.ClientError, match="busy"):
        begun.create_message(begun.draft(andrew, bayko, "Hello?"))


def test_the_answer_is_what_lies_there(begun, andrew, bayko):
    """Sending a draft again after a change writes no row and returns the changed text."""
    draft = begun.draft(andrew, bayko, "first version")
    message = begun.create_message(draft)
    begun.update_message(andrew, message, "corrected")

    assert begun.create_message(draft).text == "corrected"
    assert begun.create_message(replace(draft, text="another")).text == "corrected"
    assert begun.list_messages(group_of(begun, andrew))[0].text == "corrected"


def test_a_group_is_joined_also_where_ordinary_reads_are_behind(begun, andrew, bayko):
    """After a canceled transaction the guard is read with strong consistency."""
    real = begun._item
    begun._item = lambda pk, sk, consistent=False: (
        real(pk, sk, consistent=True) if consistent else None
    )

    sent = begun.create_message_group(begun.draft(andrew, bayko, "Hello?"))

    assert begun.list_messages(group_of(begun, andrew))[0] == sent


def test_errors_of_the_inbox_are_the_workbooks():
    """All of them have the base class that scripts print as one line."""
    errors = (
        GroupUnknown,
        NotAMember,
        CursorRefused,
        InvalidInput,
        keys.KeyMalformed,
        table.TableError,
    )

    assert all(issubclass(error, WorkbookError) for error in errors)


def test_a_draft_is_fixed(inbox, andrew, bayko):
    """A draft reads the clock and makes its uuid once, and cannot be changed."""
    draft = inbox.draft(andrew, bayko, "Salut")

    assert isinstance(draft, Draft)
    with pytest.raises(AttributeError):
        draft.text = "Other"
