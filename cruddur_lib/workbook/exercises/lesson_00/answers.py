"""Answers of 00, the whole game, asked from the running system; and mistaken ones."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cruddur_lib.messaging.entities import Membership, Message, Page, User
from cruddur_lib.messaging.inbox import PAGE_SIZE, Inbox
from cruddur_lib.workbook.questions.question import shown
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

LENGTHS = (1, 2, 5, 19, 20, 21, 22, 41)  # of conversations: about one page, and about two
NAMES = ("bayko", "zoemarchand")
Talk = list[tuple[str, bool]]  # with whom, and whether I wrote; oldest first
QUESTION, ANSWER = "Bayko's question", "Andrew's answer"


def messages_read_by_b(lesson: Sandbox) -> int:
    """Messages among the items that B's Query reads."""
    (andrew,) = lesson.users("andrewbrown")
    with lesson.scratch() as fresh:
        reply = fresh.backend.dynamodb.query(
            TableName=fresh.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": f"GRP#{andrew.uuid}"},
        )
    return sum(str(row["pk"]).startswith("MSG#") for row in reply["Items"])


def pages_of_20(lesson: Sandbox) -> int:
    """Pages that hold messages, until the conversation is read."""
    with lesson.scratch() as fresh:
        pages = [fresh.inbox().list_messages(fresh.group)]
        while pages[-1].cursor:
            pages.append(fresh.inbox().list_messages(fresh.group, cursor=pages[-1].cursor))
    return sum(bool(len(page)) for page in pages)


def partition_keys(lesson: Sandbox) -> int:
    """Different partition keys of the seeded table."""
    with lesson.scratch() as fresh:
        return len({row["pk"] for row in fresh.rows()})


def rows_of_d(lesson: Sandbox) -> int:
    """Rows that one message in a group writes."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch() as fresh, fresh.watch() as written:
        fresh.inbox().create_message(fresh.inbox().draft(andrew, bayko, "Which bug?"))
    return len(written)


def text_in_the_inbox(lesson: Sandbox) -> str:
    """Whose text the inbox shows after D, and before anybody else did anything."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch() as fresh:
        message = fresh.inbox().create_message(fresh.inbox().draft(andrew, bayko, "Which bug?"))
        return ANSWER if fresh.group.preview == message.text else QUESTION


def rows_of_c(lesson: Sandbox) -> int:
    """Rows that the first message of a new group writes."""
    andrew, zoe = lesson.users("andrewbrown", "zoemarchand")
    with lesson.scratch() as fresh, fresh.watch() as written:
        fresh.inbox().create_message_group(fresh.inbox().draft(zoe, andrew, "Hello"))
    return len(written)


def items_at_the_end(lesson: Sandbox) -> int:
    """Items after the notebook's game: one D, one C, and a C that became D."""
    andrew, bayko, zoe = lesson.users("andrewbrown", "bayko", "zoemarchand")
    with lesson.scratch() as fresh:
        inbox = fresh.inbox()
        inbox.create_message(inbox.draft(andrew, bayko, "Which bug?"))
        inbox.create_message_group(inbox.draft(zoe, andrew, "Hello"))
        inbox.create_message_group(inbox.draft(andrew, zoe, "Hello"))
        return len(fresh.rows())


def lines_of_the_inbox(lesson: Sandbox) -> int:
    """Message groups that Andrew has at the beginning."""
    (andrew,) = lesson.users("andrewbrown")
    with lesson.scratch() as fresh:
        return len(fresh.inbox().list_message_groups(andrew))


def new_strips(lesson: Sandbox) -> int:
    """Partition keys that Bayko's first message to Zoë adds, after the notebook's game."""
    andrew, bayko, zoe = lesson.users("andrewbrown", "bayko", "zoemarchand")
    with lesson.scratch() as fresh:
        inbox = fresh.inbox()
        inbox.create_message_group(inbox.draft(zoe, andrew, "Hello"))
        before = {row["pk"] for row in fresh.rows()}
        inbox.create_message_group(inbox.draft(bayko, zoe, "Hello"))
        return len({row["pk"] for row in fresh.rows()} - before)


def rows_of_a_resend(lesson: Sandbox) -> int:
    """Rows that the first message of a group writes when it comes again, as an ordinary message."""
    andrew, zoe = lesson.users("andrewbrown", "zoemarchand")
    with lesson.scratch() as fresh:
        hello = fresh.inbox().draft(zoe, andrew, "Hello")
        fresh.inbox().create_message_group(hello)
        with fresh.watch() as written:
            fresh.inbox().create_message(hello)
    return len(written)


def conversation_lengths() -> "SearchStrategy[int]":
    """Conversations of one page and of more."""
    from hypothesis.strategies import sampled_from  # noqa: PLC0415  slow to import

    return sampled_from(LENGTHS)


class OnePage:
    """An inbox whose pages hold 20 messages at most, whatever is asked for."""

    def __init__(self, inbox: Inbox) -> None:
        """Reads from `inbox`."""
        self._inbox = inbox

    def list_messages(
        self, group: Membership, limit: int = PAGE_SIZE, cursor: str | None = None
    ) -> Page[Message]:
        """Pattern A, as the inbox has it."""
        return self._inbox.list_messages(group, min(limit, PAGE_SIZE), cursor)


def count_with(
    how_many: Callable[[OnePage, Membership], object], length: int, lesson: Sandbox
) -> object:
    """What the function counts in a conversation of this length."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch(seeded=False) as fresh:
        inbox = fresh.inbox()
        drafts = [inbox.draft(andrew, bayko, "x") for _ in range(length)]
        inbox.load(drafts)
        return how_many(OnePage(inbox), inbox.open_group(andrew, drafts[0].group_uuid))


def first_page_only(inbox: OnePage, group: Membership) -> int:
    """A wrong answer: the cursor is thrown away."""
    return len(inbox.list_messages(group))


def two_pages_only(inbox: OnePage, group: Membership) -> int:
    """A wrong answer: the cursor is followed once."""
    page = inbox.list_messages(group)
    return len(page) + (len(inbox.list_messages(group, cursor=page.cursor)) if page.cursor else 0)


def all_but_the_last_page(inbox: OnePage, group: Membership) -> int:
    """A wrong answer: a page is counted where another follows it, and the last is left out."""
    page, count = inbox.list_messages(group), 0
    while page.cursor:
        count += len(page)
        page = inbox.list_messages(group, cursor=page.cursor)
    return count


def talks() -> "SearchStrategy[Talk]":
    """Short exchanges with one or two people."""
    from hypothesis.strategies import booleans, lists, sampled_from, tuples  # noqa: PLC0415

    return lists(tuples(sampled_from(NAMES), booleans()), min_size=1, max_size=3)


def answer_after(waiting: Callable[[Inbox, User], object], talk: Talk, lesson: Sandbox) -> object:
    """What the function gives after this exchange."""
    me, *others = lesson.users("andrewbrown", *NAMES)
    people = dict(zip(NAMES, others, strict=True))
    with lesson.scratch(seeded=False) as fresh:
        inbox = fresh.inbox()
        for name, mine in talk:
            sender, receiver = (me, people[name]) if mine else (people[name], me)
            inbox.create_message_group(inbox.draft(sender, receiver, "x"))
        return waiting(inbox, me)


def talk_in_words(talk: Talk) -> str:
    """The exchange as a sentence."""
    told = [f"you write to {name}" if mine else f"{name} writes to you" for name, mine in talk]
    return f"an inbox in which {', then '.join(told)}"


def waiting_fault(talk: Talk, given: object) -> str:
    """What is wrong with the answer: those whose message was the last wait for one."""
    last = dict(talk)
    right = {name for name, mine in last.items() if not mine}
    if given == right:
        return ""
    if isinstance(given, list | tuple) and {*given} == right:
        return f"it returns {given!r}: those are the people; give them as a set"
    return f"it returns {shown(given)}, and should return {shown(right)}"


def everybody(inbox: Inbox, me: User) -> set[str]:
    """A wrong answer: the people in the group rows."""
    return {group.other.handle for group in inbox.list_message_groups(me)}


def whom_i_wrote_last(inbox: Inbox, me: User) -> set[str]:
    """A wrong answer: the others."""
    groups = inbox.list_message_groups(me)
    return {g.other.handle for g in groups if inbox.list_messages(g)[0].sender.uuid == me.uuid}


def who_wrote_first(inbox: Inbox, me: User) -> set[str]:
    """A wrong answer: the oldest message of a page."""
    groups = inbox.list_message_groups(me)
    return {g.other.handle for g in groups if inbox.list_messages(g)[-1].sender.uuid != me.uuid}
