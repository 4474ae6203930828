"""What a fault leaves of a press of the send button: each way to write, met by each fault, on a
scratch table whose rows are counted afterwards.

The fault meets the last request of the first try, the only one where there is but one. Whoever is
told of an error presses again, and nothing disturbs that. A program that has ended presses nothing.
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
    """What lies in the table of what one press should write."""

    NOTHING = "nothing"
    PARTIAL = "partial"
    WHOLE = "whole"
    DOUBLED = "doubled"


class Answer(Enum):
    """What whoever pressed the button hears."""

    SUCCESS = "success"
    ERROR = "an error"
    NOTHING = "no answer"


@dataclass(frozen=True)
class FaultOutcome:
    """Of one fault: what it leaves, what is told, and what is left after a second press; None where
    nobody presses again.
    """

    left: TableState
    told: Answer
    again: TableState | None = None

    @property
    def harm(self) -> TableState | None:
        """Partial or doubled, where it ever was; None where nothing is half or twice there."""
        states = (self.left, self.again)
        return next(
            (harm for harm in (TableState.DOUBLED, TableState.PARTIAL) if harm in states), None
        )


@dataclass(frozen=True)
class WriteMethod:
    """One way to write; `requests` is how many it takes, `rows` how many rows it writes."""

    name: str
    press: Callable[[Inbox, Draft], object]
    requests: int
    rows: int

    @property
    def opens(self) -> bool:
        """Whether it is pattern C: a first message, with both group rows."""
        return self.rows > 1


def rows_of_c(inbox: Inbox, draft: Draft) -> list[Row]:
    """What pattern C writes: both group rows, then the message."""
    return [*inbox.group_rows(draft, draft), first_row(draft)]


def put_by_put(inbox: Inbox, draft: Draft) -> None:
    """Nothing; one PutItem a row."""
    for row in rows_of_c(inbox, draft):
        inbox.backend.dynamodb.put_item(TableName=inbox.table, Item=row)


def in_a_batch(inbox: Inbox, draft: Draft) -> None:
    """Nothing; one BatchWriteItem, and nobody looks at UnprocessedItems."""
    puts: list[Any] = [{"PutRequest": {"Item": row}} for row in rows_of_c(inbox, draft)]
    inbox.backend.dynamodb.batch_write_item(RequestItems={inbox.table: puts})


def in_a_transaction(inbox: Inbox, draft: Draft) -> None:
    """Nothing; the library's own pattern C."""
    inbox.create_message_group(draft)


def with_a_new_uuid(inbox: Inbox, draft: Draft) -> None:
    """Nothing; a draft of its own at each try, and a PutItem without a condition."""
    another = inbox.draft(draft.sender, draft.receiver, draft.text)
    inbox.backend.dynamodb.put_item(TableName=inbox.table, Item=message_row(another))


def with_one_draft(inbox: Inbox, draft: Draft) -> None:
    """Nothing; the library's own pattern D: a look at the group, and a conditional PutItem."""
    inbox.create_message(draft)


WRITE_METHODS = (
    WriteMethod("C: put by put", put_by_put, requests=3, rows=3),
    WriteMethod("C: BatchWriteItem", in_a_batch, requests=1, rows=3),
    WriteMethod("C: TransactWriteItems", in_a_transaction, requests=1, rows=3),
    WriteMethod("D: a new uuid each time", with_a_new_uuid, requests=1, rows=1),
    WriteMethod("D: one draft, conditional", with_one_draft, requests=2, rows=1),
)
FAULTS: Mapping[Fault, str] = {
    Fault.THROTTLED: "throttled beyond the retries",
    Fault.CUT_BEFORE: "the request is lost",
    Fault.CUT_AFTER: "the answer is lost",
    Fault.UNPROCESSED: "half is left unprocessed",
    Fault.CRASH_BEFORE: "the program ends before its last request",
}
Grid = Mapping[tuple[Fault, str], FaultOutcome | None]  # by the way's name; None: it cannot happen


def fault_outcomes(lesson: Sandbox, ways: Iterable[WriteMethod] = WRITE_METHODS) -> Grid:
    """Every way under every fault, each on a scratch table of its own."""
    return {(fault, way.name): outcome(lesson, way, fault) for way in ways for fault in FAULTS}


def outcome(lesson: Sandbox, way: WriteMethod, fault: Fault) -> FaultOutcome | None:
    """What comes of one press that meets the fault; None where its request cannot."""
    andrew, zoe = lesson.users("andrewbrown", "zoemarchand")
    with lesson.scratch(seeded=False) as fresh:
        inbox = fresh.inbox()
        if not way.opens:
            inbox.create_message_group(inbox.draft(zoe, andrew, "Hello"))
        before = len(fresh.rows())
        draft = inbox.draft(zoe, andrew, "Do you take bugs without a stamp?")
        try:
            told = _pressed(way, inbox, draft, fault)
        except FaultDoesNotApply:
            return None
        found = FaultOutcome(_left(len(fresh.rows()) - before, way), told)
        if told is not Answer.ERROR:
            return found
        way.press(inbox, draft)
        return replace(found, again=_left(len(fresh.rows()) - before, way))


def _pressed(way: WriteMethod, inbox: Inbox, draft: Draft, fault: Fault) -> Answer:
    """What is told after a press whose last request met the fault."""

    def last(_: str, number: int) -> Fault | None:
        return fault if number == way.requests else None

    try:
        with with_faults(inbox.backend, last, attempts=1):
            way.press(inbox, draft)
    except Crashed:
        return Answer.NOTHING
    except ENGINE_ERRORS:
        return Answer.ERROR
    return Answer.SUCCESS


def _left(rows: int, way: WriteMethod) -> TableState:
    if rows == 0:
        return TableState.NOTHING
    if rows == way.rows:
        return TableState.WHOLE
    return TableState.PARTIAL if rows < way.rows else TableState.DOUBLED
