"""Run a learner's stream handler of lesson 04 in a history of steps and describe the result.

The records are made here, because reading a real stream would double the time. A test compares them
with an engine's records.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from cruddur_lib.backends.faults import Fault, with_faults
from cruddur_lib.messaging import keys, seeds
from cruddur_lib.messaging import rows as message_rows
from cruddur_lib.messaging import table as tables
from cruddur_lib.messaging.stream import Record
from cruddur_lib.messaging.table import Row
from cruddur_lib.workbook.experiments.fan_out import InboxTable, row_of
from cruddur_lib.workbook.sandbox.repeatable import clock, uuids
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from cruddur_lib.messaging.entities import Draft

Handle = Callable[[list[Record], InboxTable], Any]
Step = tuple[str, int]

NAMES = {"andrewbrown": "Andrew", "bayko": "Bayko", "zoemarchand": "Zoë"}
WRITERS = (("bayko", "andrewbrown"), ("zoemarchand", "andrewbrown"), ("andrewbrown", "bayko"))
TEXTS = ("Soup?", "Tonight?", "Bring bread.")  # of new messages
NUMBERS = count(1)  # sequence numbers, never used twice


@dataclass(frozen=True)
class History:
    """What happens in a run of a handler."""

    batch: int  # the largest number of records in a batch
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Result:
    """What a history leaves behind."""

    rows: list[Row]  # the group rows at the end
    error: str  # the handler's, "" if it raised none
    story: list[str] = field(compare=False)  # a sentence a step; the last one says what is wrong
    kind: str = field(compare=False)  # the kind of failure, "" if every inbox is right


class HandlerError(Exception):
    """The handler raised an error, which ends the history."""


class HistoryRun:
    """A run of a handler: the messages so far, the waiting records and the story."""

    def __init__(self, handle: Handle, batch: int, sandbox: Sandbox) -> None:
        """Write Andrew's conversations with Bayko and with Zoë, of one message each.

        Args:
            handle: the learner's handler.
            batch: the largest number of records that it gets in one call.
            sandbox: its table must be empty.
        """
        self._handle = handle
        self._batch = batch
        self._sandbox = replace(sandbox, clock=clock(), new_uuid=uuids(sandbox.name))
        self._inbox = self._sandbox.inbox()
        self._table = InboxTable(self._sandbox)
        self._sent: dict[str, list[Draft]] = {}  # by group, oldest first, as they read now
        self._records: list[Record] = []
        self._handled = self._delivered = 0  # how many records, from the oldest on
        self._story: list[str] = []
        rows: list[Row] = []
        for handles in WRITERS[:2]:
            sender, receiver = sandbox.users(*handles)
            draft = self._inbox.draft(sender, receiver, "Hello.")
            self._sent[draft.group_uuid] = [draft]
            rows += [message_rows.first_row(draft), *self._inbox.group_rows(draft, draft)]
        self._batch_write([{"PutRequest": {"Item": row}} for row in rows])

    def result(self, steps: Sequence[Step]) -> Result:
        """Take the steps, handle all waiting records, empty the table and return the result."""
        take = {
            "write": self._write,
            "edit": self._edit,
            "again": self._again,
            "deliver": self._deliver,
        }
        error = ""
        try:
            for name, number in steps:
                take[name](number)
            self._deliver_all()
        except HandlerError as raised:
            error = str(raised)
        found = [row for row in self._clear_table() if row["pk"].startswith("GRP#")]
        kind, sentence = ("raised", error) if error else self._problem(found)
        return Result(found, error, [*self._story, sentence], kind)

    def _write(self, writer: int) -> None:
        sender, receiver = self._sandbox.users(*WRITERS[writer])
        draft = self._inbox.draft(sender, receiver, TEXTS[len(self._records)])
        self._sent[draft.group_uuid].append(draft)
        self._change("INSERT", message_rows.message_row(draft))
        self._story.append(
            f'{NAMES[sender.handle]} writes "{draft.text}" to {NAMES[receiver.handle]}.'
        )

    def _edit(self, back: int) -> None:
        """Change the message `back` places before the first group's newest one."""
        messages = next(iter(self._sent.values()))
        old = messages[-1 - back]
        messages[-1 - back] = new = replace(old, text=old.text.upper())
        make_row = message_rows.first_row if new is messages[0] else message_rows.message_row
        self._change("MODIFY", make_row(new))
        self._story.append(f'{NAMES[new.sender.handle]} changes "{old.text}" to "{new.text}".')

    def _change(self, event: str, row: Row) -> None:
        """Write a message's row and add its record to those that wait."""
        self._table.put(row)
        self._records.append(make_record(event, row, next(NUMBERS)))

    def _again(self, place: int) -> None:
        """Handle all waiting records, then deliver one record again by itself."""
        self._deliver_all()
        sentence = f"The handler gets {_describe(self._records[place])} once more, by itself"
        self._call([self._records[place]], sentence, 0)

    def _deliver_all(self) -> None:
        while self._handled < len(self._records):
            self._deliver(0)

    def _deliver(self, crash: int) -> None:
        """Deliver the next batch; it still waits if the program ends before request `crash`."""
        batch = self._records[self._handled : self._handled + self._batch]
        again = " again" if self._handled < self._delivered else ""
        sentence = f"The handler gets {' and '.join(map(_describe, batch))}{again}"
        self._delivered = self._handled + len(batch)
        if self._call(batch, sentence, crash):
            self._handled = self._delivered

    def _call(self, records: list[Record], sentence: str, crash: int) -> bool:
        """Call the handler and return whether it came to its end.

        From request `crash` on (0: never) no request reaches the engine.
        """
        operations: list[str] = []

        def decide(operation: str, number: int) -> Fault | None:
            operations.append(operation)
            return Fault.CRASH_BEFORE if 0 < crash <= number else None

        error: Exception | None = None
        with with_faults(self._sandbox.backend, decide) as happened:
            try:
                self._handle(deepcopy(records), self._table)
            except Exception as raised:  # noqa: BLE001  a learner's handler may raise any error
                error = raised
        if happened:
            ends = f"its program ends before request {crash}, a {operations[crash - 1]}"
            self._story.append(f"{sentence}, and {ends}.")
            return False
        self._story.append(f"{sentence}.")
        if error is not None:
            raise HandlerError(f"It raises {type(error).__name__}: {error}") from error
        return True

    def _problem(self, found: Sequence[Row]) -> tuple[str, str]:
        """Return the kind of the first wrong group row and a sentence about it; "" if none is."""
        expected = [
            row
            for messages in self._sent.values()
            for row in self._inbox.group_rows(messages[0], messages[-1])
        ]
        for right in sorted(expected, key=lambda row: row["pk"]):
            same = [row for row in found if _inbox_and_group(row) == _inbox_and_group(right)]
            name = NAMES[seeds.directory()[keys.uuid_in(right["pk"])].handle]
            kind, problem = _row_problem(same, right, NAMES[right["user_handle"]])
            if kind:
                return kind, f"In the end {name}'s inbox {problem}"
        places = [_inbox_and_group(row) for row in expected]
        if stray := [row for row in found if _inbox_and_group(row) not in places]:
            return "stray", f"In the end a row lies at {stray[0]['pk']}, where no inbox shows it"
        return "", ""

    def _clear_table(self) -> list[Row]:
        """Delete all rows of the table and return them."""
        rows = tables.rows(self._sandbox.backend, self._sandbox.table)
        keys = [{"pk": row["pk"], "sk": row["sk"]} for row in rows]
        self._batch_write([{"DeleteRequest": {"Key": key}} for key in keys])
        return rows

    def _batch_write(self, requests: list[Any]) -> None:
        client = self._sandbox.backend.dynamodb
        client.batch_write_item(RequestItems={self._sandbox.table: requests})


def make_record(event: str, row: Row, number: int) -> Record:
    """Return a stream record with the parts that a handler may read.

    Args:
        event: "INSERT" or "MODIFY".
        row: the new image; all its attributes are texts.
        number: the sequence number.
    """
    image = {name: {"S": text} for name, text in row.items()}
    change = {
        "Keys": {name: image[name] for name in ("pk", "sk")},
        "NewImage": image,
        "SequenceNumber": f"{number:021}",
        "StreamViewType": "NEW_IMAGE",
    }
    return {"eventName": event, "eventSource": "aws:dynamodb", "dynamodb": change}


def _describe(record: Record) -> str:
    """Return a record in words."""
    text = row_of(record)["message"]
    return f'the record of {"the change to " * (record["eventName"] == "MODIFY")}"{text}"'


def _row_problem(same: list[Row], right: Row, other: str) -> tuple[str, str]:
    """Compare the rows of one group in one inbox with the only right one."""
    if not same:
        return "gone", f"has no conversation with {other} any more"
    if len(same) > 1:
        texts = " and ".join(f'"{row.get("message")}"' for row in same)
        return "twice", f"has {len(same)} rows for the conversation with {other}: {texts}"
    (row,) = same
    shows = f'shows "{row.get("message")}" of the conversation with {other}, whose newest message '
    if row["sk"] != right["sk"]:
        return "another message", f'{shows}is "{right["message"]}"'
    if row.get("message") != right["message"]:
        return "another text", f'{shows}says "{right["message"]}"'
    if row != right:
        differ = sorted(n for n in {*row, *right} if row.get(n) != right.get(n))
        return "another row", f"has {', '.join(differ)} wrong in the row for {other}"
    return "", ""


def _inbox_and_group(row: Row) -> tuple[str, str]:
    """Return what identifies a group in an inbox."""
    return row["pk"], str(row["sk"]).partition("#")[2]
