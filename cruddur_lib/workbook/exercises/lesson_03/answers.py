"""Right answers of lesson 03, Writing, measured on a scratch table."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any

from cruddur_lib.backends import ENGINE_ERRORS
from cruddur_lib.backends.faults import Fault, with_faults
from cruddur_lib.workbook.exercises.shared import send, send_first
from cruddur_lib.workbook.experiments.fault_outcomes import (
    fault_outcomes,
    new_group_rows,
    put_with_new_uuid,
)
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

EMOJI = "😀" * 1_024  # the most characters of a message, with four bytes each


def rows_of_an_edit(sandbox: Sandbox) -> int:
    """Count the rows that an edit writes before the stream is handled."""
    with sandbox.scratch() as scratch:
        message = send(scratch)
        with scratch.watch() as written:
            scratch.inbox().update_message(message.sender, message, "Which one?")
    return len(written)


def units_of_a_resend(sandbox: Sandbox) -> float:
    """Return the write units of sending the same draft a second time."""
    andrew, bayko = sandbox.users("andrewbrown", "bayko")
    with sandbox.scratch() as scratch:
        draft = scratch.inbox().draft(andrew, bayko, "Which bug?")
        scratch.inbox().create_message(draft)
        with scratch.meter() as meter:
            scratch.inbox().create_message(draft)
    return meter.write_units


def units_of_a_batch(sandbox: Sandbox) -> float:
    """Return the write units of a first message's three rows in one BatchWriteItem."""
    with sandbox.scratch() as scratch:
        with scratch.watch() as written:
            send_first(scratch)
        scratch.fill()
        requests: list[Any] = [{"PutRequest": {"Item": row}} for row in written.put]
        with scratch.meter() as meter:
            scratch.backend.dynamodb.batch_write_item(RequestItems={scratch.table: requests})
    return meter.write_units


def units_of_a_shorter_text(sandbox: Sandbox) -> float:
    """Return the write units of an edit that makes a long message short."""
    with sandbox.scratch() as scratch:
        message = send(scratch, EMOJI)
        with scratch.meter() as meter:
            scratch.inbox().update_message(message.sender, message, "Sorry!")
    return meter.write_units


def puts_after_a_lost_answer(sandbox: Sandbox) -> int:
    """Count the PutItem requests for one message if the answer to the first is lost."""
    operations: list[str] = []

    def lose_second_answer(operation: str, number: int) -> Fault | None:
        operations.append(operation)
        return Fault.CUT_AFTER if number == 2 else None  # noqa: PLR2004  the first reads the group

    with sandbox.scratch() as scratch, with_faults(scratch.backend, lose_second_answer):
        send(scratch, "Hello?")
    return operations.count("PutItem")


def messages_of_two_presses(sandbox: Sandbox) -> int:
    """Count the messages of two presses with a new uuid each; all answers to the first are lost."""
    andrew, bayko = sandbox.users("andrewbrown", "bayko")
    with sandbox.scratch() as scratch:
        inbox = scratch.inbox()
        draft = inbox.draft(andrew, bayko, "Hello?")
        with scratch.watch() as written:
            with with_faults(scratch.backend, lambda *_: Fault.CUT_AFTER), suppress(*ENGINE_ERRORS):
                put_with_new_uuid(inbox, draft)
            put_with_new_uuid(inbox, draft)
    return len(written)


def answer_to_half_a_batch(sandbox: Sandbox) -> str:
    """Return what the HTTP status says about a batch of which half is unprocessed."""
    andrew, zoe = sandbox.users("andrewbrown", "zoemarchand")
    with sandbox.scratch(seeded=False) as scratch:
        inbox = scratch.inbox()
        rows = new_group_rows(inbox, inbox.draft(zoe, andrew, "Hello"))
        puts: list[Any] = [{"PutRequest": {"Item": row}} for row in rows]
        with with_faults(scratch.backend, lambda *_: Fault.UNPROCESSED):
            reply = scratch.backend.dynamodb.batch_write_item(RequestItems={scratch.table: puts})
    status = reply["ResponseMetadata"]["HTTPStatusCode"]
    return "success" if status == HTTPStatus.OK else "partial success"


def methods_without_harm(sandbox: Sandbox) -> int:
    """Count the columns of the grid in which no outcome is partial or doubled."""
    grid = fault_outcomes(sandbox)
    harmful = {method for (_, method), outcome in grid.items() if outcome and outcome.harm}
    return len({method for _, method in grid} - harmful)
