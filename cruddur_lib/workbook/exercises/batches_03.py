"""A function that learners write in 03, writing: a batch that is done in part, completed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cruddur_lib.backends.disturbed import BATCH, Fault, disturbed
from cruddur_lib.errors import WorkbookError
from cruddur_lib.workbook.lesson import Lesson

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

PutAll = Callable[[Any, str, list[dict[str, str]]], object]  # (client, table, rows)
Case = tuple[int, int]  # rows; batches, from the first, of which half is left undone
MOST = 20  # requests: who sends more does not come to an end


class StillSending(WorkbookError):
    """A loop that does not end."""


def batches() -> "SearchStrategy[Case]":
    """A few rows, and up to two batches in a row that are half done."""
    from hypothesis.strategies import integers, tuples  # noqa: PLC0415  slow to import

    return tuples(integers(2, 5), integers(0, 2))


def stored(put_all: PutAll, case: Case, lesson: Lesson) -> int:
    """How many of the rows lie in the table afterwards."""
    count, halves = case
    rows = [{"pk": "MSG#1", "sk": f"2026-01-05T09:00:0{second}Z"} for second in range(count)]

    def decide(operation: str, number: int) -> Fault | None:
        if number > MOST:
            raise StillSending(f"still sending after {MOST} requests")
        return Fault.UNPROCESSED if operation == BATCH and number <= halves else None

    with lesson.scratch(seeded=False) as fresh:
        with disturbed(fresh.backend, decide):
            put_all(fresh.backend.dynamodb, fresh.table, rows)
        return len(fresh.rows())


def case_in_words(case: Case) -> str:
    """The case as a sentence."""
    count, halves = case
    met = ("", ", the first batch half done", ", the first two batches half done")
    return f"{count} rows{met[halves]}"


def stored_fault(case: Case, found: int) -> str:
    """All rows are wanted."""
    return "" if found == case[0] else f"it stores {found} of them"


def left_alone(client: Any, table: str, rows: list[dict[str, str]]) -> None:
    """A wrong answer: a success is taken for all."""
    client.batch_write_item(RequestItems=puts(table, rows))


def sent_once_more(client: Any, table: str, rows: list[dict[str, str]]) -> None:
    """A wrong answer: what was left is sent again, and what is left then is not."""
    reply = client.batch_write_item(RequestItems=puts(table, rows))
    if reply["UnprocessedItems"]:
        client.batch_write_item(RequestItems=reply["UnprocessedItems"])


def without_end(client: Any, table: str, rows: list[dict[str, str]]) -> None:
    """A wrong answer: the loop looks at the first reply for ever."""
    reply = client.batch_write_item(RequestItems=puts(table, rows))
    while reply["UnprocessedItems"]:
        client.batch_write_item(RequestItems=reply["UnprocessedItems"])


def puts(table: str, rows: list[dict[str, str]]) -> dict[str, Any]:
    """The rows as BatchWriteItem takes them."""
    return {table: [{"PutRequest": {"Item": row}} for row in rows]}
