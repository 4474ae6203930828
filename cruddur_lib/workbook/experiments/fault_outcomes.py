"""What a fault leaves in the table: each write method under each fault, on a scratch table.

The last request of the first attempt fails. A user who sees an error presses Send again, and that
retry succeeds. If the program has ended, nobody presses again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from cruddur_lib.backends import ENGINE_ERRORS
from cruddur_lib.backends.faults import Crashed, Fault, FaultDoesNotApply, with_faults
from cruddur_lib.messaging.entities import Draft
from cruddur_lib.messaging.inbox import Inbox
from cruddur_lib.messaging.rows import first_row, message_row
from cruddur_lib.messaging.table import Row
from cruddur_lib.workbook.sandbox.sandbox import Sandbox


class TableState(Enum):
    """How many of the rows that one press should write are in the table."""

    NOTHING = "nothing"
    PARTIAL = "partial"
    WHOLE = "whole"
    DOUBLED = "doubled"


class Answer(Enum):
    """What the user who pressed Send sees."""

    SUCCESS = "success"
    ERROR = "an error"
    NOTHING = "no answer"


@dataclass(frozen=True)
class FaultOutcome:
    """The table after the first press, the user's answer, and the table after a retry, if any."""

    state: TableState
    answer: Answer
    after_retry: TableState | None = None

    @property
    def harm(self) -> TableState | None:
        """DOUBLED or PARTIAL if the table ever was in that state, else None."""
        states, harms = (self.state, self.after_retry), (TableState.DOUBLED, TableState.PARTIAL)
        return next((harm for harm in harms if harm in states), None)


@dataclass(frozen=True)
class WriteMethod:
    """One way to write what a press of Send should write."""

    name: str
    press: Callable[[Inbox, Draft], object]
    requests: int  # that it sends
    rows: int  # that it writes: 3 if it creates a message group (C), 1 if it sends a message (D)


def new_group_rows(inbox: Inbox, draft: Draft) -> list[Row]:
    """Return both group rows, then the first message."""
    return [*inbox.group_rows(draft, draft), first_row(draft)]


def _put_each_row(inbox: Inbox, draft: Draft) -> None:
    for row in new_group_rows(inbox, draft):
        inbox.backend.dynamodb.put_item(TableName=inbox.table, Item=row)


def _write_batch(inbox: Inbox, draft: Draft) -> None:
    """Put all rows in one BatchWriteItem, and ignore UnprocessedItems."""
    puts: list[Any] = [{"PutRequest": {"Item": row}} for row in new_group_rows(inbox, draft)]
    inbox.backend.dynamodb.batch_write_item(RequestItems={inbox.table: puts})


def put_with_new_uuid(inbox: Inbox, draft: Draft) -> None:
    """Put a new draft at each attempt, without a condition."""
    another = inbox.draft(draft.sender, draft.receiver, draft.text)
    inbox.backend.dynamodb.put_item(TableName=inbox.table, Item=message_row(another))


def _write_transaction(inbox: Inbox, draft: Draft) -> None:
    inbox.create_message_group(draft)


def _put_on_condition(inbox: Inbox, draft: Draft) -> None:
    """Check the membership, then put the draft on the condition that it is new."""
    inbox.create_message(draft)


WRITE_METHODS = (
    WriteMethod("C: put by put", _put_each_row, requests=3, rows=3),
    WriteMethod("C: BatchWriteItem", _write_batch, requests=1, rows=3),
    WriteMethod("C: TransactWriteItems", _write_transaction, requests=1, rows=3),
    WriteMethod("D: a new uuid each time", put_with_new_uuid, requests=1, rows=1),
    WriteMethod("D: one draft, conditional", _put_on_condition, requests=2, rows=1),
)
FAULTS: Mapping[Fault, str] = {
    Fault.THROTTLED: "throttled beyond the retries",
    Fault.CUT_BEFORE: "the request is lost",
    Fault.CUT_AFTER: "the answer is lost",
    Fault.UNPROCESSED: "half is left unprocessed",
    Fault.CRASH_BEFORE: "the program ends before its last request",
}
Grid = Mapping[tuple[Fault, str], FaultOutcome | None]  # by method's name; None: cannot happen


def fault_outcomes(sandbox: Sandbox, methods: Iterable[WriteMethod] = WRITE_METHODS) -> Grid:
    """Run every write method under every fault, each on a new scratch table.

    Args:
        sandbox: the lesson, whose own table is left alone.
        methods: the write methods.

    Returns:
        The outcome by fault and method's name, or None if the fault cannot happen there.
    """
    return {(fault, one.name): _outcome(sandbox, one, fault) for one in methods for fault in FAULTS}


def _outcome(sandbox: Sandbox, method: WriteMethod, fault: Fault) -> FaultOutcome | None:
    """Return the outcome of a press under the fault, or None if its request cannot fail so."""
    andrew, zoe = sandbox.users("andrewbrown", "zoemarchand")
    with sandbox.scratch(seeded=False) as fresh:
        inbox = fresh.inbox()
        if method.rows == 1:  # a message needs its group
            inbox.create_message_group(inbox.draft(zoe, andrew, "Hello"))
        before = len(fresh.rows())
        draft = inbox.draft(zoe, andrew, "Do you take bugs without a stamp?")
        try:
            answer = _press_under(fault, method, inbox, draft)
        except FaultDoesNotApply:
            return None
        found = FaultOutcome(_state(len(fresh.rows()) - before, method), answer)
        if answer is not Answer.ERROR:
            return found
        method.press(inbox, draft)
        return replace(found, after_retry=_state(len(fresh.rows()) - before, method))


def _press_under(fault: Fault, method: WriteMethod, inbox: Inbox, draft: Draft) -> Answer:
    """Press Send, let the last request fail, and return what the user sees."""

    def choose(_: str, number: int) -> Fault | None:
        return fault if number == method.requests else None

    try:
        with with_faults(inbox.backend, choose, attempts=1):
            method.press(inbox, draft)
    except Crashed:
        return Answer.NOTHING
    except ENGINE_ERRORS:
        return Answer.ERROR
    return Answer.SUCCESS


def _state(rows: int, method: WriteMethod) -> TableState:
    """Return the state of a table in which the press has left this many rows."""
    if rows == 0:
        return TableState.NOTHING
    if rows == method.rows:
        return TableState.WHOLE
    return TableState.PARTIAL if rows < method.rows else TableState.DOUBLED
