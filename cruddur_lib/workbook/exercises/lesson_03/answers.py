"""Answers of 03, writing, asked from the running system."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any

from cruddur_lib.backends import ENGINE_ERRORS
from cruddur_lib.backends.faults import Fault, with_faults
from cruddur_lib.costs.metering.meter import Meter
from cruddur_lib.costs.units import reads
from cruddur_lib.workbook.experiments.fault_outcomes import (
    fault_outcomes,
    new_group_rows,
    put_with_new_uuid,
)
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

EMOJI = "😀" * 1_024  # as many characters as a message may have, and four times the bytes


def a_page_of_nine(_: Sandbox) -> float:
    """Read units of a Query of nine messages of 300 bytes, by the rule."""
    return reads.query([300] * 9).total


def rows_of_an_edit(lesson: Sandbox) -> int:
    """Rows that a new text for a message writes, before E hears of it."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch() as fresh:
        inbox = fresh.inbox()
        message = inbox.create_message(inbox.draft(andrew, bayko, "Which bug?"))
        with fresh.watch() as written:
            inbox.update_message(andrew, message, "Which one?")
    return len(written)


def sent(lesson: Sandbox, text: str, *, times: int = 1) -> Meter:
    """What the last of so many sendings of one message consumes."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch() as fresh:
        draft = fresh.inbox().draft(andrew, bayko, text)
        for _ in range(times - 1):
            fresh.inbox().create_message(draft)
        with fresh.meter() as meter:
            fresh.inbox().create_message(draft)
    return meter


def units_of_d(lesson: Sandbox) -> float:
    """Write units of one short message."""
    return sent(lesson, "Which bug?").write_units


def units_of_a_resend(lesson: Sandbox) -> float:
    """Write units of the same draft, sent again."""
    return sent(lesson, "Which bug?", times=2).write_units


def units_of_emoji(lesson: Sandbox) -> float:
    """Write units of a message of 1,024 emoji."""
    return sent(lesson, EMOJI).write_units


def units_of_c(lesson: Sandbox) -> float:
    """Write units of the first message in a new group."""
    andrew, zoe = lesson.users("andrewbrown", "zoemarchand")
    with lesson.scratch() as fresh:
        hello = fresh.inbox().draft(zoe, andrew, "Hello")
        with fresh.meter() as meter:
            fresh.inbox().create_message_group(hello)
    return meter.write_units


def units_of_a_batch(lesson: Sandbox) -> float:
    """Write units of the same three rows in a batch."""
    andrew, zoe = lesson.users("andrewbrown", "zoemarchand")
    with lesson.scratch() as fresh:
        inbox = fresh.inbox()
        with fresh.watch() as written:
            inbox.create_message_group(inbox.draft(zoe, andrew, "Hello"))
        fresh.fill()
        requests: list[Any] = [{"PutRequest": {"Item": row}} for row in written.put]
        with fresh.meter() as meter:
            fresh.backend.dynamodb.batch_write_item(RequestItems={fresh.table: requests})
    return meter.write_units


def units_of_a_shorter_text(lesson: Sandbox) -> float:
    """Write units of an edit that makes a long message short."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch() as fresh:
        inbox = fresh.inbox()
        message = inbox.create_message(inbox.draft(andrew, bayko, EMOJI))
        with fresh.meter() as meter:
            inbox.update_message(andrew, message, "Sorry!")
    return meter.write_units


def units_of_deleting_nothing(lesson: Sandbox) -> float:
    """Write units of a DeleteItem where no item is."""
    with lesson.scratch(seeded=False) as fresh, fresh.meter() as meter:
        fresh.backend.dynamodb.delete_item(TableName=fresh.table, Key={"pk": "MSG#1", "sk": "1"})
    return meter.write_units


def bytes_of_names(lesson: Sandbox) -> int:
    """Bytes that the names of attributes take of the newest message."""
    with lesson.scratch() as fresh:
        return sum(len(name.encode()) for name in fresh.rows()[-1])


def puts_where_an_answer_is_lost(lesson: Sandbox) -> int:
    """How often PutItem is sent for one message where the answer to the first put is lost."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    sent: list[str] = []

    def second_unanswered(operation: str, number: int) -> Fault | None:
        sent.append(operation)
        return Fault.CUT_AFTER if number == 2 else None  # noqa: PLR2004  after the look at the group

    with lesson.scratch() as fresh:
        draft = fresh.inbox().draft(andrew, bayko, "Hello?")
        with with_faults(fresh.backend, second_unanswered):
            fresh.inbox().create_message(draft)
    return sent.count("PutItem")


def messages_of_two_presses(lesson: Sandbox) -> int:
    """Messages in the table where each press makes a uuid and no answer to the first arrives."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch() as fresh:
        inbox = fresh.inbox()
        draft = inbox.draft(andrew, bayko, "Hello?")
        with fresh.watch() as written:
            with with_faults(fresh.backend, lambda *_: Fault.CUT_AFTER), suppress(*ENGINE_ERRORS):
                put_with_new_uuid(inbox, draft)
            put_with_new_uuid(inbox, draft)
    return len(written)


def answer_to_half_a_batch(lesson: Sandbox) -> str:
    """What a batch is answered of which half is left undone: by its HTTP status."""
    andrew, zoe = lesson.users("andrewbrown", "zoemarchand")
    with lesson.scratch(seeded=False) as fresh:
        inbox = fresh.inbox()
        rows = new_group_rows(inbox, inbox.draft(zoe, andrew, "Hello"))
        puts: list[Any] = [{"PutRequest": {"Item": row}} for row in rows]
        with with_faults(fresh.backend, lambda *_: Fault.UNPROCESSED):
            reply = fresh.backend.dynamodb.batch_write_item(RequestItems={fresh.table: puts})
    status = reply["ResponseMetadata"]["HTTPStatusCode"]
    return "success" if status == HTTPStatus.OK else "partial success"


def ways_without_harm(lesson: Sandbox) -> int:
    """Columns of the grid in which nothing is ever partial or doubled."""
    grid = fault_outcomes(lesson)
    harmed = {way for (_, way), outcome in grid.items() if outcome and outcome.harm}
    return len({way for _, way in grid} - harmed)
