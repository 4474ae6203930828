"""The exercises of lesson 03 that ask for a function: cases, checks and known mistakes."""

from collections.abc import Callable
from math import ceil
from typing import Any

from cruddur_lib.backends.faults import BATCH, Fault, with_faults
from cruddur_lib.costs.units.capacity_units import READ_BLOCK, WRITE_BLOCK, blocks, write_units
from cruddur_lib.errors import WorkbookError
from cruddur_lib.workbook.questions.code_question import Cases, CodeQuestion, strategies
from cruddur_lib.workbook.questions.question import Mistake
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

# Exercise "text-bytes": the bytes of a text.


def text_problem(text: str, answer: Any) -> str:
    """Return what is wrong; right is the size in UTF-8."""
    size = len(text.encode())
    return "" if answer == size else f"it returns {answer!r}, and DynamoDB counts {size} bytes"


TEXT_BYTES = CodeQuestion(
    name="text-bytes",
    unit="a function of a text that returns its bytes",
    shown_in="Bytes, not characters",
    cases=lambda: strategies().text(strategies().sampled_from("aé✓😀"), max_size=6),
    describe=lambda text: f"the text {text!r}",
    problem=text_problem,
    why="DynamoDB stores text as UTF-8, and counts that.",
    mistakes=(
        Mistake(len, "Characters are not bytes, as soon as they leave ASCII."),
        Mistake(
            lambda text: len(text.encode("utf-16-le")), "That is UTF-16; DynamoDB stores UTF-8."
        ),
        Mistake(lambda text: 4 * len(text), "Four is the most that a character takes in UTF-8."),
    ),
    hints=(
        "`len` of a text counts characters; of what would it count bytes?",
        "A text becomes bytes by `encode`.",
        "`text.encode()` is UTF-8, unless you say otherwise.",
    ),
)


# Exercise "write-units": the write units of a put or a delete.

Write = tuple[int, int, bool]  # bytes before and after, 0 for no item; whether transactional


def writes() -> Cases:
    """Draw sizes near the edge of a KB, before and after a write, and whether transactional."""
    st = strategies()
    sizes = st.sampled_from((0, 300, 1_024, 1_025, 2_048, 5_000))
    return st.tuples(sizes, sizes, st.booleans())


def describe_write(case: Write) -> str:
    """Return the write in words."""
    before, after, transactional = case
    old = f"an item of {before:,} bytes" if before else "no item"
    new = f"one of {after:,} bytes" if after else "none"
    return f"{old} before and {new} after, {'in a' if transactional else 'without a'} transaction"


def write_problem(case: Write, answer: Any) -> str:
    """Return what is wrong, by the library's write units."""
    before, after, transactional = case
    right = write_units(max(before, after)) * (1 + transactional)
    return "" if answer == right else f"it returns {answer!r}, and AWS bills {right} write units"


WRITE_UNITS = CodeQuestion(
    name="write-units",
    unit="a function of two sizes in bytes and a flag that returns write units",
    shown_in="Update and delete, priced",
    cases=writes,
    describe=describe_write,
    problem=write_problem,
    why="The larger of both, in whole KB, at least one; twice in a transaction.",
    mistakes=(
        Mistake(
            lambda _before, after, twice: write_units(after) * (1 + twice),
            "What was there before counts, where it was larger.",
        ),
        Mistake(
            lambda before, after, twice: write_units(before + after) * (1 + twice),
            "The larger of both counts, not their sum.",
        ),
        Mistake(
            lambda before, after, twice: ceil(max(before, after) / WRITE_BLOCK) * (1 + twice),
            "A write that finds nothing costs one unit.",
        ),
        Mistake(
            lambda before, after, _twice: write_units(max(before, after)),
            "In a transaction the table's units count twice.",
        ),
        Mistake(
            lambda before, after, twice: blocks(max(before, after), READ_BLOCK) * (1 + twice),
            "4 KB is the block of a read; a write's is 1 KB.",
        ),
    ),
    hints=(
        "`max` of both sizes, divided by 1,024, rounded up: `math.ceil`.",
        "At least one: `max(1, ...)`.",
        "Times 2 if transactional.",
    ),
)


# Exercise "put-all": BatchWriteItem until no item is unprocessed.

PutAll = Callable[[Any, str, list[dict[str, str]]], object]  # (client, table, rows)
Batch = tuple[int, int]  # rows; how many batches, from the first on, are half done
MOST = 20  # requests before a loop counts as endless


class StillSending(WorkbookError):
    """The learner's loop has sent too many requests."""


def batches() -> Cases:
    """Draw two to five rows, and up to two batches that are half done."""
    st = strategies()
    return st.tuples(st.integers(2, 5), st.integers(0, 2))


def count_stored_rows(put_all: PutAll, case: Batch, sandbox: Sandbox) -> int:
    """Return how many of the rows the function has stored."""
    count, halves = case
    rows = [{"pk": "MSG#1", "sk": f"2026-01-05T09:00:0{second}Z"} for second in range(count)]

    def decide(operation: str, number: int) -> Fault | None:
        if number > MOST:
            raise StillSending(f"still sending after {MOST} requests")
        return Fault.UNPROCESSED if operation == BATCH and number <= halves else None

    with sandbox.scratch(seeded=False) as scratch:
        with with_faults(scratch.backend, decide):
            put_all(scratch.backend.dynamodb, scratch.table, rows)
        return len(scratch.rows())


def describe_batch(case: Batch) -> str:
    """Return the case in words."""
    count, halves = case
    half_done = ("", ", the first batch half done", ", the first two batches half done")
    return f"{count} rows{half_done[halves]}"


def put_all_problem(case: Batch, stored: int) -> str:
    """Return what is wrong; right is to store all rows."""
    return "" if stored == case[0] else f"it stores {stored} of them"


def retry_once(client: Any, table: str, rows: list[dict[str, str]]) -> None:
    """Known mistake: sends unprocessed items once more and then stops."""
    reply = client.batch_write_item(RequestItems=_put_requests(table, rows))
    if reply["UnprocessedItems"]:
        client.batch_write_item(RequestItems=reply["UnprocessedItems"])


def endless_loop(client: Any, table: str, rows: list[dict[str, str]]) -> None:
    """Known mistake: looks at the first reply in every round."""
    reply = client.batch_write_item(RequestItems=_put_requests(table, rows))
    while reply["UnprocessedItems"]:
        client.batch_write_item(RequestItems=reply["UnprocessedItems"])


def _put_requests(table: str, rows: list[dict[str, str]]) -> dict[str, Any]:
    """Return the rows as BatchWriteItem takes them."""
    return {table: [{"PutRequest": {"Item": row}} for row in rows]}


PUT_ALL = CodeQuestion(
    name="put-all",
    unit="a function of a client, a table's name and rows that writes them all",
    shown_in="Half a batch",
    cases=batches,
    returns=False,
    run=count_stored_rows,
    describe=describe_batch,
    problem=put_all_problem,
    why="What was left goes into the next batch, until a reply leaves nothing.",
    mistakes=(
        Mistake(
            lambda client, table, rows: client.batch_write_item(
                RequestItems=_put_requests(table, rows)
            ),
            "A success is not all of it: look at `UnprocessedItems`.",
        ),
        Mistake(retry_once, "The second batch may leave some, too: go on until none."),
        Mistake(endless_loop, "What is left stands in the newest reply, not in the first."),
    ),
    hints=(
        "What does the reply have in `UnprocessedItems`?",
        "It has the form of `RequestItems`: it can be sent as it stands.",
        "`while left: left = client.batch_write_item(RequestItems=left)[...]`.",
    ),
)
