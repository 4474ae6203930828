"""Functions that learners write in 02, reading: what is asked of them; and mistaken ones."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING, Any

from cruddur_lib.costs.units import reads
from cruddur_lib.costs.units.capacity_units import Consistency
from cruddur_lib.messaging.keys import messages_pk
from cruddur_lib.workbook.questions.question import shown
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Query = Callable[..., list[Any]]  # (condition, values, **options) -> items
Opened = tuple[bool, datetime]  # whether a conversation of one message, and when it is opened
Sizes = tuple[list[int], bool]  # bytes of the items that a Query reads, and whether strongly
BLOCK = 4_096  # bytes


def moments() -> "SearchStrategy[Opened]":
    """When somebody opens the conversation: on the last evening of it, or in a later year; and a
    short one, on that evening.
    """
    from hypothesis.strategies import sampled_from  # noqa: PLC0415  slow to import

    days = ((2026, 1, 4), (2026, 12, 31), (2027, 1, 1), (2028, 1, 1), (2031, 6, 1))
    moments = [datetime(*day, tzinfo=UTC) for day in days]
    return sampled_from([*((False, moment) for moment in moments), (True, moments[0])])


@contextmanager
def on_one_table(lesson: Sandbox) -> Iterator[Sandbox]:
    """A scratch table for all cases of one answer, which only reads; beside the long conversation
    lies one that has just begun.
    """
    with lesson.scratch() as fresh:
        zoe, andrew = fresh.users("zoemarchand", "andrewbrown")
        inbox = fresh.inbox()
        inbox.create_message_group(inbox.draft(zoe, andrew, "Hello"))
        yield fresh


def opened_in_words(case: Opened) -> str:
    """What is opened, and when."""
    short, now = case
    what = "a conversation of one message" if short else "the conversation"
    return f"somebody who opens {what} on {now:%d %B %Y}"


def read_at(
    latest: Callable[[Query, str, datetime], Any], case: Opened, fresh: Sandbox
) -> list[str]:
    """The sort keys that the function reads at this moment, newest first."""
    short, now = case

    def query(condition: str, values: dict[str, Any], **options: Any) -> list[Any]:
        reply = fresh.backend.dynamodb.query(
            TableName=fresh.table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            **options,
        )
        return list(reply["Items"])

    strips: dict[str, list[str]] = {}
    for row in fresh.rows():
        if row["pk"].startswith("MSG#"):
            strips.setdefault(row["pk"], []).append(row["sk"])
    pk, keys = (min if short else max)(strips.items(), key=lambda strip: len(strip[1]))
    found = [row["sk"] for row in latest(query, pk.removeprefix("MSG#"), now)]
    return ["right"] if found == keys[:-21:-1] else found


def read_fault(case: Opened, found: list[str]) -> str:
    """Anything but the newest 20, or the only one, is wrong."""
    wanted = "the only one" if case[0] else "the newest 20"
    return "" if found == ["right"] else f"it reads {len(found)} messages, and not {wanted}"


def of_this_year(query: Query, group_uuid: str, now: datetime) -> list[Any]:
    """A wrong answer: the bootcamp's own."""
    values = {":pk": messages_pk(group_uuid), ":year": str(now.year)}
    condition = "pk = :pk AND begins_with(sk, :year)"
    return query(condition, values, ScanIndexForward=False, Limit=20)


def since_last_year(query: Query, group_uuid: str, now: datetime) -> list[Any]:
    """A wrong answer: the wall is moved by a year."""
    values = {":pk": messages_pk(group_uuid), ":year": str(now.year - 1)}
    return query("pk = :pk AND sk >= :year", values, ScanIndexForward=False, Limit=20)


def of_this_century(query: Query, group_uuid: str, _: datetime) -> list[Any]:
    """A wrong answer: a condition is kept, and with it what lies before all times."""
    values = {":pk": messages_pk(group_uuid), ":century": "20"}
    condition = "pk = :pk AND begins_with(sk, :century)"
    return query(condition, values, ScanIndexForward=False, Limit=20)


def the_oldest(query: Query, group_uuid: str, _: datetime) -> list[Any]:
    """A wrong answer: from the wrong end."""
    return query("pk = :pk", {":pk": messages_pk(group_uuid)}, Limit=20)


def pages_of_sizes() -> "SearchStrategy[Sizes]":
    """What a Query may read: a few items, small or near a block's edge."""
    from hypothesis.strategies import booleans, lists, sampled_from, tuples  # noqa: PLC0415

    sizes = sampled_from((300, 1_000, 4_095, 4_096, 4_097, 10_000))
    return tuples(lists(sizes, max_size=5), booleans())


def counted(query_units: Callable[..., Any], case: Sizes, _: Sandbox) -> Any:
    """What the function gives for this page."""
    sizes, strongly = case
    return query_units(list(sizes), strongly)


def page_in_words(case: Sizes) -> str:
    """The page and how it is read."""
    sizes, strongly = case
    items = " + ".join(f"{size:,}" for size in sizes) or "no"
    return f"{items} bytes, {'strongly' if strongly else 'eventually'} consistent"


def counted_fault(case: Sizes, given: Any) -> str:
    """By the rule."""
    sizes, strongly = case
    right = reads.query(sizes, Consistency.STRONG if strongly else Consistency.EVENTUAL).table
    return (
        "" if given == right else f"it returns {shown(given)}, and AWS bills {right:g} read units"
    )


def each_rounded(sizes: list[int], strongly: object) -> float:
    """A wrong answer: as if every item were a GetItem."""
    return sum(max(1, ceil(size / BLOCK)) for size in sizes) * (1 if strongly else 0.5)


def nothing_for_nothing(sizes: list[int], strongly: object) -> float:
    """A wrong answer: an empty page is free."""
    return ceil(sum(sizes) / BLOCK) * (1 if strongly else 0.5)


def kilobytes_of_1000(sizes: list[int], strongly: object) -> float:
    """A wrong answer: a KB of 1,000 bytes."""
    return max(1, ceil(sum(sizes) / 4_000)) * (1 if strongly else 0.5)


def unrounded(sizes: list[int], strongly: object) -> float:
    """A wrong answer: a share of a block."""
    return sum(sizes) / BLOCK * (1 if strongly else 0.5)
