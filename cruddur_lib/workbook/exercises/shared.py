"""What exercises of several lessons use: answers from a scratch table, reads, prices."""

from collections.abc import Callable
from datetime import date
from functools import cache
from math import isclose
from typing import Any, TypeVar

from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.messaging.entities import Membership, Message, Page
from cruddur_lib.messaging.inbox import Inbox
from cruddur_lib.messaging.keys import groups_pk
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

PRICE_DATE = date(2026, 11, 25)
T = TypeVar("T")


def send(
    sandbox: Sandbox,
    text: str = "Which bug?",
    sender: str = "andrewbrown",
    receiver: str = "bayko",
) -> Message:
    """Send a message in an open group (D) and return it.

    Args:
        sandbox: its table gets the message.
        text: the message's text.
        sender: the sender's handle.
        receiver: the receiver's handle.
    """
    inbox, (from_user, to_user) = sandbox.inbox(), sandbox.users(sender, receiver)
    return inbox.create_message(inbox.draft(from_user, to_user, text))


def send_first(
    sandbox: Sandbox, sender: str = "zoemarchand", receiver: str = "andrewbrown"
) -> Message:
    """Send the first message of a new group (C) and return it.

    Args:
        sandbox: its table gets the message and the group rows.
        sender: the sender's handle.
        receiver: the receiver's handle.
    """
    inbox, (from_user, to_user) = sandbox.inbox(), sandbox.users(sender, receiver)
    return inbox.create_message_group(inbox.draft(from_user, to_user, "Hello"))


def load_conversation(sandbox: Sandbox, length: int) -> Membership:
    """Write a conversation of `length` messages and return Andrew's membership in its group."""
    andrew, bayko = sandbox.users("andrewbrown", "bayko")
    inbox = sandbox.inbox()
    drafts = [inbox.draft(andrew, bayko, "x") for _ in range(length)]
    inbox.load(drafts)
    return inbox.open_group(andrew, drafts[0].group_uuid)


def on_seeds(measure: Callable[[Sandbox], T]) -> Callable[[Sandbox], T]:
    """Return an answer that `measure` finds on a seeded scratch table."""

    def answer(sandbox: Sandbox) -> T:
        with sandbox.scratch() as scratch:
            return measure(scratch)

    return answer


def rows_written(write: Callable[[Sandbox], object]) -> Callable[[Sandbox], int]:
    """Return an answer: how many rows `write` writes to a seeded scratch table."""

    def answer(sandbox: Sandbox) -> int:
        with sandbox.scratch() as scratch, scratch.watch() as written:
            write(scratch)
        return len(written)

    return answer


def write_units(write: Callable[[Sandbox], object]) -> Callable[[Sandbox], float]:
    """Return an answer: how many write units `write` consumes on a seeded scratch table."""

    def answer(sandbox: Sandbox) -> float:
        with sandbox.scratch() as scratch, scratch.meter() as meter:
            write(scratch)
        return meter.write_units

    return answer


def all_pages(inbox: Inbox, group: Membership) -> list[Page[Message]]:
    """Return all pages of a conversation, 20 messages each; the last page may be empty."""
    pages = [inbox.list_messages(group)]
    while pages[-1].cursor:
        pages.append(inbox.list_messages(group, cursor=pages[-1].cursor))
    return pages


def query(sandbox: Sandbox, condition: str, values: dict[str, Any], **options: Any) -> Any:
    """Send one Query to the sandbox's table and return the reply.

    Args:
        sandbox: its table is queried.
        condition: the key condition.
        values: the values of the expressions' placeholders.
        options: Further parameters of the request.
    """
    return sandbox.backend.dynamodb.query(
        TableName=sandbox.table,
        KeyConditionExpression=condition,
        ExpressionAttributeValues=values,
        **options,
    )


def partition(sandbox: Sandbox, pk: str) -> list[Any]:
    """Return the items with this partition key, by one Query."""
    return list(query(sandbox, "pk = :pk", {":pk": pk})["Items"])


def inbox_items(sandbox: Sandbox, handle: str) -> list[Any]:
    """Return the items that the Query of a user's inbox reads."""
    (user,) = sandbox.users(handle)
    return partition(sandbox, groups_pk(user.uuid))


def index_items(sandbox: Sandbox) -> list[Any]:
    """Return all items of the table's index, read by one Scan."""
    (index,) = sandbox.inbox().schema.indexes
    reply = sandbox.backend.dynamodb.scan(TableName=sandbox.table, IndexName=index.name)
    return list(reply["Items"])


@cache
def price_book(on: date = PRICE_DATE) -> PriceBook:
    """Return the prices in us-east-1, by default those of the lessons' day."""
    return PriceBook("us-east-1", on=on)


def is_close(answer: Any, right: float, abs_tol: float = 1e-6) -> bool:
    """Whether an answer is a number and equals `right` but for rounding.

    Args:
        answer: Anything that a learner's function returned; a bool is no number.
        right: the right number.
        abs_tol: the difference that is always allowed, in the unit of `right`.
    """
    number = isinstance(answer, int | float) and not isinstance(answer, bool)
    return number and isclose(answer, right, rel_tol=1e-9, abs_tol=abs_tol)
