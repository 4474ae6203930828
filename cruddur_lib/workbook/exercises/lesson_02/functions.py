"""The exercises of lesson 02 that ask for a function: cases, checks and known mistakes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from math import ceil
from typing import Any

from cruddur_lib.costs.units import reads
from cruddur_lib.costs.units.capacity_units import READ_BLOCK, Consistency, blocks
from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging.keys import messages_pk
from cruddur_lib.workbook.exercises import shared
from cruddur_lib.workbook.questions.code_question import Cases, CodeQuestion, strategies
from cruddur_lib.workbook.questions.question import Mistake, display_text
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

# Exercise "latest": the newest 20 messages at any time of year.

ItemQuery = Callable[..., list[Any]]  # (condition, values, **options) -> items
Opening = tuple[bool, datetime]  # whether the conversation has one message; when it is opened


def openings() -> Cases:
    """Draw times on the conversation's last evening and in later years.

    A conversation of one message is opened on that evening, too.
    """
    days = ((2026, 1, 4), (2026, 12, 31), (2027, 1, 1), (2028, 1, 1), (2031, 6, 1))
    times = [datetime(*day, tzinfo=UTC) for day in days]
    return strategies().sampled_from([*((False, time) for time in times), (True, times[0])])


@contextmanager
def two_conversations(sandbox: Sandbox) -> Iterator[Sandbox]:
    """Give a scratch table with the seeded conversation and one of a single message."""
    with sandbox.scratch() as scratch:
        shared.send_first(scratch)
        yield scratch


def describe_opening(case: Opening) -> str:
    """Return in words which conversation is opened, and when."""
    short, now = case
    what = "a conversation of one message" if short else "the conversation"
    return f"somebody who opens {what} on {now:%d %B %Y}"


def read_latest(
    latest: Callable[[ItemQuery, str, datetime], Any], case: Opening, scratch: Sandbox
) -> list[str]:
    """Return the sort keys that the function reads, or ["right"] for the newest 20."""
    short, now = case

    def query(condition: str, values: dict[str, Any], **options: Any) -> list[Any]:
        return list(shared.query(scratch, condition, values, **options)["Items"])

    sort_keys: dict[str, list[str]] = {}
    for row in scratch.rows():
        if row["pk"].startswith("MSG#"):
            sort_keys.setdefault(row["pk"], []).append(row["sk"])
    pk, keys = (min if short else max)(sort_keys.items(), key=lambda pair: len(pair[1]))
    found = [row["sk"] for row in latest(query, pk.removeprefix("MSG#"), now)]
    return ["right"] if found == keys[:-21:-1] else found


def latest_problem(case: Opening, found: list[str]) -> str:
    """Return what is wrong; right are the newest 20 messages, or the only one."""
    expected = "the only one" if case[0] else "the newest 20"
    return "" if found == ["right"] else f"it reads {len(found)} messages, and not {expected}"


def _newest_20_if(condition: str, start: object, query: ItemQuery, group_uuid: str) -> list[Any]:
    """Read the newest 20 messages whose sort keys meet a condition with `:start`."""
    values = {":pk": messages_pk(group_uuid), ":start": str(start)}
    return query(f"pk = :pk AND {condition}", values, ScanIndexForward=False, Limit=20)


LATEST = CodeQuestion(
    name="latest",
    unit="a function of query, group_uuid and now that returns items",
    shown_in="The New Year wall",
    cases=openings,
    run=read_latest,
    setup=two_conversations,
    describe=describe_opening,
    problem=latest_problem,
    why="The newest 20 are at the end of the strip, whatever the calendar says.",
    mistakes=(
        Mistake(
            lambda query, group, now: _newest_20_if(
                "begins_with(sk, :start)", now.year, query, group
            ),
            "The year is part of the condition: last year is cut off.",
        ),
        Mistake(
            lambda query, group, now: _newest_20_if("sk >= :start", now.year - 1, query, group),
            "The wall is a year further away, and still there.",
        ),
        Mistake(
            lambda query, group, _now: _newest_20_if("begins_with(sk, :start)", 20, query, group),
            "A group's first message lies at 0000#first, before all times.",
        ),
        Mistake(
            lambda query, group, _now: query("pk = :pk", {":pk": messages_pk(group)}, Limit=20),
            "A strip is read from its start, unless ScanIndexForward=False.",
        ),
    ),
    hints=(
        "What does the condition on `sk` leave out?",
        "Newest first with a Limit needs no condition on `sk` at all.",
        'Only `"pk = :pk"`, `ScanIndexForward=False` and `Limit=20` remain.',
    ),
)


# Exercise "query-units": the read units of a Query.

QueryRead = tuple[list[int], bool]  # bytes of the items; whether strongly consistent


def query_reads() -> Cases:
    """Draw up to five items, small or near the edge of a block, and a consistency."""
    st = strategies()
    sizes = st.sampled_from((300, 1_000, 4_095, 4_096, 4_097, 10_000))
    return st.tuples(st.lists(sizes, max_size=5), st.booleans())


def describe_query(case: QueryRead) -> str:
    """Return the sizes and the consistency in words."""
    sizes, strongly = case
    items = " + ".join(f"{size:,}" for size in sizes) or "no"
    return f"{items} bytes, {'strongly' if strongly else 'eventually'} consistent"


def query_units_problem(case: QueryRead, answer: Any) -> str:
    """Return what is wrong, by the library's read units."""
    sizes, strongly = case
    right = reads.query(sizes, Consistency.STRONG if strongly else Consistency.EVENTUAL).table
    if answer == right:
        return ""
    return f"it returns {display_text(answer)}, and AWS bills {right:g} read units"


QUERY_UNITS = CodeQuestion(
    name="query-units",
    unit="a function of sizes in bytes and whether strongly that returns read units",
    shown_in="What the newest 20 cost",
    cases=query_reads,
    describe=describe_query,
    problem=query_units_problem,
    why="Add up, round up to whole 4 KB, at least one block; then half a unit or one a block.",
    mistakes=(
        Mistake(
            lambda sizes, strongly: (
                sum(blocks(size, READ_BLOCK) for size in sizes) * (1 if strongly else 0.5)
            ),
            "A Query adds its items up first, and rounds once.",
        ),
        Mistake(
            lambda sizes, strongly: ceil(sum(sizes) / READ_BLOCK) * (1 if strongly else 0.5),
            "A Query that finds nothing is charged one block.",
        ),
        Mistake(
            lambda sizes, strongly: blocks(sum(sizes), 4_000) * (1 if strongly else 0.5),
            "A KB is 1,024 bytes here, so a block is 4,096.",
        ),
        Mistake(
            lambda sizes, strongly: sum(sizes) / READ_BLOCK * (1 if strongly else 0.5),
            "There are no parts of a block: round up.",
        ),
    ),
    hints=(
        "Add the sizes up, divide by 4,096 and round up: `math.ceil`.",
        "At least one block, also for nothing: `max(1, ...)`.",
        "Times 1 if strongly, else times 0.5.",
    ),
)


# Exercise "message-21": the newest messages in several pages.

ReplyQuery = Callable[..., dict[str, Any]]  # (condition, values, **options) -> reply
MESSAGES = 50  # in the conversation
PAGE = 20  # items a page, whatever the Limit
MOST = 20  # requests before a loop counts as endless
GROUP = "1"


class StillReading(WorkbookError):
    """The learner's loop has sent too many requests."""


@contextmanager
def one_conversation(sandbox: Sandbox) -> Iterator[Sandbox]:
    """Give a scratch table with one conversation of 50 messages."""
    with sandbox.scratch(seeded=False) as scratch:
        with scratch.backend.resource.Table(scratch.table).batch_writer() as batch:
            for number in range(MESSAGES):
                batch.put_item(Item={"pk": messages_pk(GROUP), "sk": f"{number:03}"})
        yield scratch


def read_newest(
    newest: Callable[[ReplyQuery, str, int], Any], count: int, scratch: Sandbox
) -> list[str]:
    """Return the sort keys that the function reads."""
    return [row["sk"] for row in newest(_paged_query(scratch), GROUP, count)]


def newest_problem(count: int, found: list[str]) -> str:
    """Return what is wrong; right are the newest `count` messages, newest first."""
    right = [f"{MESSAGES - 1 - number:03}" for number in range(count)]
    if found == right:
        return ""
    if len(found) != count:
        return f"it reads {len(found)}"
    return f"it reads {count}, and not the newest, newest first"


def two_pages(query: ReplyQuery, group_uuid: str, count: int) -> list[Any]:
    """Known mistake: follows LastEvaluatedKey once."""
    first = _page(query, group_uuid)
    second = _page(query, group_uuid, ExclusiveStartKey=first["LastEvaluatedKey"])
    return [*first["Items"], *second["Items"]][:count]


def endless_loop(query: ReplyQuery, group_uuid: str, count: int) -> list[Any]:
    """Known mistake: continues from the first page in every round."""
    first = _page(query, group_uuid)
    found, last = list(first["Items"]), first["LastEvaluatedKey"]
    while len(found) < count and last:
        found = [*first["Items"], *_page(query, group_uuid, ExclusiveStartKey=last)["Items"]]
    return found[:count]


def key_in_every_reply(query: ReplyQuery, group_uuid: str, count: int) -> list[Any]:
    """Known mistake: expects a LastEvaluatedKey in the last reply."""
    found: list[Any] = []
    options: dict[str, Any] = {}
    while len(found) < count:
        reply = _page(query, group_uuid, **options)
        found += reply["Items"]
        options = {"ExclusiveStartKey": reply["LastEvaluatedKey"]}
    return found[:count]


def whole_pages(query: ReplyQuery, group_uuid: str, count: int) -> list[Any]:
    """Known mistake: returns the last page whole."""
    reply = _page(query, group_uuid)
    found = list(reply["Items"])
    while len(found) < count and "LastEvaluatedKey" in reply:
        reply = _page(query, group_uuid, ExclusiveStartKey=reply["LastEvaluatedKey"])
        found += reply["Items"]
    return found


def _page(query: ReplyQuery, group_uuid: str, **options: Any) -> dict[str, Any]:
    """Read a page, newest message first."""
    values = {":pk": messages_pk(group_uuid)}
    return query("pk = :pk", values, ScanIndexForward=False, Limit=PAGE, **options)


def _paged_query(scratch: Sandbox) -> ReplyQuery:
    """Return the notebook's `query`, whose pages hold 20 items at most."""
    requests: list[str] = []

    def query(condition: str, values: dict[str, Any], **options: Any) -> dict[str, Any]:
        requests.append(condition)
        if len(requests) > MOST:
            raise StillReading(f"still reading after {MOST} requests")
        options["Limit"] = min(options.get("Limit", PAGE), PAGE)
        return dict(shared.query(scratch, condition, values, **options))

    return query


MESSAGE_21 = CodeQuestion(
    name="message-21",
    unit="a function of query, group_uuid and count that returns items",
    shown_in="Message 21",
    cases=lambda: strategies().sampled_from((1, 20, 21, 40, 41, MESSAGES)),
    run=read_newest,
    setup=one_conversation,
    describe=lambda count: f"the newest {count} of {MESSAGES} messages",
    problem=newest_problem,
    why="Each reply's LastEvaluatedKey leads to the next page, until one has none.",
    mistakes=(
        Mistake(
            lambda query, group, count: _page(query, group)["Items"][:count],
            "A page is not everything: its LastEvaluatedKey leads on.",
        ),
        Mistake(two_pages, "The second page has a LastEvaluatedKey as well: go on."),
        Mistake(endless_loop, "The key to go on with stands in the newest reply."),
        Mistake(
            key_in_every_reply,
            "The last reply has no LastEvaluatedKey: ask by `reply.get`, and stop there.",
        ),
        Mistake(whole_pages, "A page may bring more than was asked for: `[:count]`."),
        Mistake(
            lambda query, group, _count: whole_pages(query, group, MESSAGES),
            "Stop when there are enough, and give `count` of them.",
        ),
    ),
    hints=(
        "What does a reply have, beside `Items`, where more messages follow?",
        "`LastEvaluatedKey`: the next request takes it as `ExclusiveStartKey`.",
        "A loop: until `count` items are there, or a reply has no `LastEvaluatedKey`.",
    ),
)
