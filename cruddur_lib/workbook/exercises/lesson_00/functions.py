"""The exercises of lesson 00 that ask for a function: cases, checks and known mistakes."""

from collections.abc import Callable
from functools import partial

from cruddur_lib.messaging.entities import Membership, Message, Page, User
from cruddur_lib.messaging.inbox import PAGE_SIZE, Inbox
from cruddur_lib.workbook.exercises.shared import load_conversation, send_first
from cruddur_lib.workbook.questions.code_question import Cases, CodeQuestion, strategies
from cruddur_lib.workbook.questions.question import Mistake, display_text
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

# Exercise "how-many": count the messages of a conversation.


class SmallPages:
    """An inbox whose pages hold 20 messages at most, whatever the limit is."""

    def __init__(self, inbox: Inbox) -> None:
        """Read from `inbox`."""
        self._inbox = inbox

    def list_messages(
        self, group: Membership, limit: int = PAGE_SIZE, cursor: str | None = None
    ) -> Page[Message]:
        """Return a page of messages as `Inbox.list_messages` does."""
        return self._inbox.list_messages(group, min(limit, PAGE_SIZE), cursor)


def count_messages(
    how_many: Callable[[SmallPages, Membership], object], length: int, sandbox: Sandbox
) -> object:
    """Return what the function counts in a conversation of `length` messages."""
    with sandbox.scratch(seeded=False) as scratch:
        group = load_conversation(scratch, length)
        return how_many(SmallPages(scratch.inbox()), group)


def two_pages_only(inbox: SmallPages, group: Membership) -> int:
    """Known mistake: follows the cursor once."""
    page = inbox.list_messages(group)
    return len(page) + (len(inbox.list_messages(group, cursor=page.cursor)) if page.cursor else 0)


def all_but_the_last_page(inbox: SmallPages, group: Membership) -> int:
    """Known mistake: counts a page only if another page follows."""
    page, count = inbox.list_messages(group), 0
    while page.cursor:
        count += len(page)
        page = inbox.list_messages(group, cursor=page.cursor)
    return count


HOW_MANY = CodeQuestion(
    name="how-many",
    unit="a function of an inbox and a group that returns a number",
    shown_in="A: the messages of a group",
    cases=lambda: strategies().sampled_from((1, 2, 5, 19, 20, 21, 22, 41)),
    run=count_messages,
    describe=lambda length: f"a conversation of {length} message{'s' * (length > 1)}",
    problem=lambda length, answer: "" if answer == length else f"it returns {answer!r}",
    why="Whoever asks DynamoDB for a list has to ask until there is no cursor.",
    mistakes=(
        Mistake(
            lambda inbox, group: len(inbox.list_messages(group)),
            "A page is not everything, whatever its limit is: its cursor leads on.",
        ),
        Mistake(two_pages_only, "The second page has a cursor too."),
        Mistake(
            all_but_the_last_page,
            "The last page has no cursor, and messages all the same: count it as well.",
        ),
    ),
    hints=(
        "What does `inbox.list_messages(group)` give besides messages?",
        "`page.cursor` is None on the last page; until then it fetches the next.",
        "`while page.cursor:` read on with `cursor=page.cursor`, and add up.",
    ),
)


# Exercise "waiting": the people who wait for an answer.

NAMES = ("bayko", "zoemarchand")
Exchange = list[tuple[str, bool]]  # the other user, and whether I am the sender; oldest first


def exchanges() -> Cases:
    """Draw exchanges of one to three messages with one or two people."""
    st = strategies()
    return st.lists(st.tuples(st.sampled_from(NAMES), st.booleans()), min_size=1, max_size=3)


def people_waiting(
    waiting: Callable[[Inbox, User], object], exchange: Exchange, sandbox: Sandbox
) -> object:
    """Return what the function gives after this exchange."""
    with sandbox.scratch(seeded=False) as scratch:
        for name, mine in exchange:
            send_first(scratch, *(("andrewbrown", name) if mine else (name, "andrewbrown")))
        return waiting(scratch.inbox(), *scratch.users("andrewbrown"))


def describe_exchange(exchange: Exchange) -> str:
    """Return the exchange in words."""
    steps = [f"you write to {name}" if mine else f"{name} writes to you" for name, mine in exchange]
    return f"an inbox in which {', then '.join(steps)}"


def waiting_problem(exchange: Exchange, answer: object) -> str:
    """Return what is wrong; the right set is who sent the last message of a conversation."""
    last = dict(exchange)
    right = {name for name, mine in last.items() if not mine}
    if answer == right:
        return ""
    if isinstance(answer, list | tuple) and {*answer} == right:
        return f"it returns {answer!r}: those are the people; give them as a set"
    return f"it returns {display_text(answer)}, and should return {display_text(right)}"


def people_by_sender(inbox: Inbox, me: User, place: int, *, mine: bool) -> set[str]:
    """Return the people of groups in which the message at `place` of the first page is (not) mine.

    Args:
        inbox: where to look.
        me: the inbox's owner.
        place: 0 for the newest message of a page, -1 for the oldest.
        mine: whether the message must be mine; otherwise it must be the other person's.
    """
    groups = inbox.list_message_groups(me)
    senders = {g.other.handle: inbox.list_messages(g)[place].sender.uuid for g in groups}
    return {handle for handle, sender in senders.items() if (sender == me.uuid) is mine}


WAITING = CodeQuestion(
    name="waiting",
    unit="a function of an inbox and a user that returns a set of handles",
    shown_in="Where all this lies",
    cases=exchanges,
    run=people_waiting,
    describe=describe_exchange,
    problem=waiting_problem,
    max_cases=12,
    why="B names the people, and A says who wrote last.",
    mistakes=(
        Mistake(
            lambda inbox, me: {g.other.handle for g in inbox.list_message_groups(me)},
            "A group row names the other person, whoever wrote last.",
        ),
        Mistake(
            partial(people_by_sender, place=0, mine=True), "Those are the people that I wait for."
        ),
        Mistake(
            partial(people_by_sender, place=-1, mine=False),
            "A page is newest first: its last message is the oldest.",
        ),
    ),
    hints=(
        "Which pattern gives the people, and which says who wrote last?",
        "Of each `group` of B: `group.other` is the person; A says who wrote last.",
        "`inbox.list_messages(group)[0].sender` is `group.other`, or it is not.",
    ),
)
