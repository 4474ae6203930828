"""Answers of 03, writing, on faults: asked from the running system, disturbed."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any

from cruddur_lib.backends import ENGINE_ERRORS
from cruddur_lib.backends.disturbed import Fault, disturbed
from cruddur_lib.workbook.lesson import Lesson
from cruddur_lib.workbook.outcomes import outcomes, rows_of_c, with_a_new_uuid


def puts_where_an_answer_is_lost(lesson: Lesson) -> int:
    """How often PutItem is sent for one message where the answer to the first put is lost."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    sent: list[str] = []

    def second_unanswered(operation: str, number: int) -> Fault | None:
        sent.append(operation)
        return Fault.CUT_AFTER if number == 2 else None  # noqa: PLR2004  after the look at the group

    with lesson.scratch() as fresh:
        draft = fresh.inbox().draft(andrew, bayko, "Hello?")
        with disturbed(fresh.backend, second_unanswered):
            fresh.inbox().create_message(draft)
    return sent.count("PutItem")


def messages_of_two_presses(lesson: Lesson) -> int:
    """Messages in the table where each press makes a uuid and no answer to the first arrives."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch() as fresh:
        inbox = fresh.inbox()
        draft = inbox.draft(andrew, bayko, "Hello?")
        with fresh.watch() as written:
            with disturbed(fresh.backend, lambda *_: Fault.CUT_AFTER), suppress(*ENGINE_ERRORS):
                with_a_new_uuid(inbox, draft)
            with_a_new_uuid(inbox, draft)
    return len(written)


def answer_to_half_a_batch(lesson: Lesson) -> str:
    """What a batch is answered of which half is left undone: by its HTTP status."""
    andrew, zoe = lesson.users("andrewbrown", "zoemarchand")
    with lesson.scratch(seeded=False) as fresh:
        inbox = fresh.inbox()
        rows = rows_of_c(inbox, inbox.draft(zoe, andrew, "Hello"))
        puts: list[Any] = [{"PutRequest": {"Item": row}} for row in rows]
        with disturbed(fresh.backend, lambda *_: Fault.UNPROCESSED):
            reply = fresh.backend.dynamodb.batch_write_item(RequestItems={fresh.table: puts})
    status = reply["ResponseMetadata"]["HTTPStatusCode"]
    return "success" if status == HTTPStatus.OK else "partial success"


def ways_without_harm(lesson: Lesson) -> int:
    """Columns of the grid in which nothing is ever partial or doubled."""
    grid = outcomes(lesson)
    harmed = {way for (_, way), outcome in grid.items() if outcome and outcome.harm}
    return len({way for _, way in grid} - harmed)
