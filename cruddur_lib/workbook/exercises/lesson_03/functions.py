"""Functions that learners write in 03, writing: what is asked of them; and mistaken ones."""

from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING, Any

from cruddur_lib.backends.faults import BATCH, Fault, with_faults
from cruddur_lib.costs.units.capacity_units import write_units
from cruddur_lib.errors import WorkbookError
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

KB = 1_024  # bytes
Write = tuple[int, int, bool]  # bytes before and after, 0 for no item; whether transactional


def texts() -> "SearchStrategy[str]":
    """Short texts in several scripts."""
    from hypothesis.strategies import sampled_from, text  # noqa: PLC0415  slow to import

    return text(sampled_from("aé✓😀"), max_size=6)


def bytes_of_text(text_bytes: Callable[[str], Any], text: str, _: Sandbox) -> Any:
    """What the function gives."""
    return text_bytes(text)


def text_fault(text: str, given: Any) -> str:
    """By its UTF-8."""
    size = len(text.encode())
    return "" if given == size else f"it returns {given!r}, and DynamoDB counts {size} bytes"


def by_characters(text: str) -> int:
    """A wrong answer: characters are bytes."""
    return len(text)


def by_utf_16(text: str) -> int:
    """A wrong answer: another encoding."""
    return len(text.encode("utf-16-le"))


def four_each(text: str) -> int:
    """A wrong answer: every character as long as the longest."""
    return 4 * len(text)


def writes() -> "SearchStrategy[Write]":
    """A write of an item near the edge of a KB, over nothing or over another; and deletes."""
    from hypothesis.strategies import booleans, sampled_from, tuples  # noqa: PLC0415

    sizes = sampled_from((0, 300, KB, KB + 1, 2 * KB, 5_000))
    return tuples(sizes, sizes, booleans())


def units_of_write(units: Callable[..., Any], case: Write, _: Sandbox) -> Any:
    """What the function gives for this write."""
    return units(*case)


def write_in_words(case: Write) -> str:
    """The write as a sentence."""
    before, after, transactional = case
    old = f"an item of {before:,} bytes" if before else "no item"
    new = f"one of {after:,} bytes" if after else "none"
    return f"{old} before and {new} after, {'in a' if transactional else 'without a'} transaction"


def write_fault(case: Write, given: Any) -> str:
    """By the rule."""
    before, after, transactional = case
    right = write_units(max(before, after)) * (2 if transactional else 1)
    return "" if given == right else f"it returns {given!r}, and AWS bills {right} write units"


def of_the_new_one(_: int, after: int, transactional: object) -> int:
    """A wrong answer: what was there before does not count."""
    return max(1, ceil(after / KB)) * (2 if transactional else 1)


def of_both(before: int, after: int, transactional: object) -> int:
    """A wrong answer: both are added."""
    return max(1, ceil((before + after) / KB)) * (2 if transactional else 1)


def nothing_for_nothing(before: int, after: int, transactional: object) -> int:
    """A wrong answer: a write that finds and leaves nothing is free."""
    return ceil(max(before, after) / KB) * (2 if transactional else 1)


def without_transactions(before: int, after: int, _: object) -> int:
    """A wrong answer: a transaction costs nothing more."""
    return max(1, ceil(max(before, after) / KB))


def in_read_blocks(before: int, after: int, transactional: object) -> int:
    """A wrong answer: blocks of 4 KB, as of a read."""
    return max(1, ceil(max(before, after) / (4 * KB))) * (2 if transactional else 1)


PutAll = Callable[[Any, str, list[dict[str, str]]], object]  # (client, table, rows)
Case = tuple[int, int]  # rows; batches, from the first, of which half is left undone
MOST = 20  # requests: who sends more does not come to an end


class StillSending(WorkbookError):
    """A loop that does not end."""


def batches() -> "SearchStrategy[Case]":
    """A few rows, and up to two batches in a row that are half done."""
    from hypothesis.strategies import integers, tuples  # noqa: PLC0415  slow to import

    return tuples(integers(2, 5), integers(0, 2))


def stored(put_all: PutAll, case: Case, lesson: Sandbox) -> int:
    """How many of the rows lie in the table afterwards."""
    count, halves = case
    rows = [{"pk": "MSG#1", "sk": f"2026-01-05T09:00:0{second}Z"} for second in range(count)]

    def decide(operation: str, number: int) -> Fault | None:
        if number > MOST:
            raise StillSending(f"still sending after {MOST} requests")
        return Fault.UNPROCESSED if operation == BATCH and number <= halves else None

    with lesson.scratch(seeded=False) as fresh:
        with with_faults(fresh.backend, decide):
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
