"""Play a history of stream records to a learner's handler of lesson 04 and describe the result.

Records are made here as an engine makes them, because reading each history's own stream would take
as long as all the rest. tests/workbook/exercises/test_histories.py compares the two.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from cruddur_lib.backends.faults import Fault, with_faults
from cruddur_lib.messaging import rows as message_rows
from cruddur_lib.messaging import seeds
from cruddur_lib.messaging import table as tables
from cruddur_lib.messaging.keys import uuid_in
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
TEXTS = ("Soup?", "Tonight?", "Bring bread.")  # one for each change
NUMBERS = count(1)  # of records: each is another, whatever the history


@dataclass(frozen=True)
class History:
    """Steps, and how many records a batch has at most."""

    batch: int
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Ending:
    """The group rows that a history left, and the error that the handler raised, where it did; the
    story, whose last sentence says what is wrong, and of which kind that is: nothing where all is
    right.
    """

    rows: list[Row]
    raised: str
    story: list[str] = field(compare=False)
    kind: str = field(compare=False)


class HandlerRaised(Exception):
    """An error of the handler's own: the history ends there."""


class Play:
    """What was sent so far, which records wait, and the story of it."""

    def __init__(self, handle: Handle, batch: int, lesson: Sandbox) -> None:
        """On an empty table: Andrew's conversations with Bayko and with Zoë, of a message each."""
        self._handle = handle
        self._batch = batch
        self._lesson = replace(lesson, clock=clock(), new_uuid=uuids(lesson.name))
        self._inbox = self._lesson.inbox()
        self._table = InboxTable(self._lesson)
        self._sent: dict[str, list[Draft]] = {}  # by group, oldest first, as they read now
        self._records: list[Record] = []
        self._handled = self._given = 0  # of the records: done, and brought at least once
        self._story: list[str] = []
        rows: list[Row] = []
        for handles in WRITERS[:2]:
            sender, receiver = lesson.users(*handles)
            draft = self._inbox.draft(sender, receiver, "Hello.")
            self._sent[draft.group_uuid] = [draft]
            rows += [message_rows.first_row(draft), *self._inbox.group_rows(draft, draft)]
        self._batch_write([{"PutRequest": {"Item": row}} for row in rows])

    def ending(self, steps: Sequence[Step]) -> Ending:
        """What is left when all steps are done and no record waits any more; the table is empty
        then.
        """
        raised = ""
        try:
            for name, number in steps:
                self._step(name, number)
            self._deliver_all()
        except HandlerRaised as error:
            raised = str(error)
        found = [row for row in self._cleared() if row["pk"].startswith("GRP#")]
        kind, told = ("raised", raised) if raised else wrong_with(found, self._wanted(), NAMES)
        return Ending(found, raised, [*self._story, told], kind)

    def _step(self, name: str, number: int) -> None:
        match name:
            case "write":
                self._write(number)
            case "edit":
                self._edit(number)
            case "again":
                self._again(number)
            case "deliver":
                self._deliver(number)

    def _write(self, writer: int) -> None:
        sender, receiver = self._lesson.users(*WRITERS[writer])
        text = TEXTS[len(self._records)]
        draft = self._inbox.draft(sender, receiver, text)
        self._sent[draft.group_uuid].append(draft)
        self._change("INSERT", message_rows.message_row(draft))
        self._story.append(f'{NAMES[sender.handle]} writes "{text}" to {NAMES[receiver.handle]}.')

    def _edit(self, back: int) -> None:
        """The message so many places before the newest of the first group."""
        messages = next(iter(self._sent.values()))
        old = messages[-1 - back]
        new = replace(old, text=old.text.upper())
        messages[-1 - back] = new
        first = back == len(messages) - 1
        row = message_rows.first_row(new) if first else message_rows.message_row(new)
        self._change("MODIFY", row)
        self._story.append(f'{NAMES[new.sender.handle]} changes "{old.text}" to "{new.text}".')

    def _change(self, event: str, row: Row) -> None:
        """Writes a message's row; its record waits."""
        self._table.put(row)
        self._records.append(record(event, row, next(NUMBERS)))

    def _again(self, place: int) -> None:
        """One of the records by itself, when all of them are handled."""
        self._deliver_all()
        told = f"The handler gets {_named(self._records[place])} once more, by itself"
        self._call([self._records[place]], told, 0)

    def _deliver_all(self) -> None:
        while self._handled < len(self._records):
            self._deliver(0)

    def _deliver(self, crash: int) -> None:
        """The next batch; where the program ends before a request of it, the batch still waits."""
        batch = self._records[self._handled : self._handled + self._batch]
        again = " again" if self._handled < self._given else ""
        told = f"The handler gets {' and '.join(map(_named, batch))}{again}"
        self._given = self._handled + len(batch)
        if self._call(batch, told, crash):
            self._handled = self._given

    def _call(self, records: list[Record], told: str, crash: int) -> bool:
        """Whether the handler came to its end; the engine hears of nothing after a crash."""
        asked: list[str] = []

        def decide(operation: str, number: int) -> Fault | None:
            asked.append(operation)
            return Fault.CRASH_BEFORE if 0 < crash <= number else None

        error: Exception | None = None
        with with_faults(self._lesson.backend, decide) as happened:
            try:
                self._handle(deepcopy(records), self._table)
            except Exception as raised:  # noqa: BLE001  whatever it raises is the learner's answer
                error = raised
        if happened:
            ends = f"its program ends before request {crash}, a {asked[crash - 1]}"
            self._story.append(f"{told}, and {ends}.")
            return False
        self._story.append(f"{told}.")
        if error is not None:
            raise HandlerRaised(f"It raises {type(error).__name__}: {error}") from error
        return True

    def _wanted(self) -> list[Row]:
        """The group rows as they have to be."""
        return [
            row
            for messages in self._sent.values()
            for row in self._inbox.group_rows(messages[0], messages[-1])
        ]

    def _cleared(self) -> list[Row]:
        """The rows that lay in the table; they are gone."""
        rows = tables.rows(self._lesson.backend, self._lesson.table)
        keys = [{"pk": row["pk"], "sk": row["sk"]} for row in rows]
        self._batch_write([{"DeleteRequest": {"Key": key}} for key in keys])
        return rows

    def _batch_write(self, requests: list[Any]) -> None:
        client = self._lesson.backend.dynamodb
        client.batch_write_item(RequestItems={self._lesson.table: requests})


def record(event: str, row: Row, number: int) -> Record:
    """A stream record of a row of texts, as far as a handler looks at it; of views of a stream the
    table's is NEW_IMAGE.
    """
    image = {name: {"S": text} for name, text in row.items()}
    change = {
        "Keys": {name: image[name] for name in ("pk", "sk")},
        "NewImage": image,
        "SequenceNumber": f"{number:021}",
        "StreamViewType": "NEW_IMAGE",
    }
    return {"eventName": event, "eventSource": "aws:dynamodb", "dynamodb": change}


def _named(record: Record) -> str:
    """A record as a sentence names it."""
    text = row_of(record)["message"]
    return f'the record of {"the change to " * (record["eventName"] == "MODIFY")}"{text}"'


def wrong_with(
    found: Sequence[Row], wanted: Sequence[Row], names: Mapping[str, str]
) -> tuple[str, str]:
    """The kind of what is wrong with the group rows, and a sentence on the first that is; both
    empty where they are as wanted. `names` are by handle.
    """
    for right in sorted(wanted, key=lambda row: row["pk"]):
        same = [row for row in found if _place(row) == _place(right)]
        mine = f"{names[seeds.directory()[uuid_in(right['pk'])].handle]}'s inbox"
        kind, told = _wrong(same, right, names[right["user_handle"]])
        if kind:
            return kind, f"In the end {mine} {told}"
    if stray := [row for row in found if _place(row) not in map(_place, wanted)]:
        return "stray", f"In the end a row lies at {stray[0]['pk']}, where no inbox shows it"
    return "", ""


def _wrong(same: list[Row], right: Row, other: str) -> tuple[str, str]:
    """Of one group in one inbox: the rows that are there, beside the one that should be."""
    if not same:
        return "gone", f"has no conversation with {other} any more"
    if len(same) > 1:
        texts = " and ".join(f'"{row.get("message")}"' for row in same)
        return "twice", f"has {len(same)} rows for the conversation with {other}: {texts}"
    (row,) = same
    told = f'shows "{row.get("message")}" of the conversation with {other}, whose newest message '
    if row["sk"] != right["sk"]:
        return "another message", f'{told}is "{right["message"]}"'
    if row.get("message") != right["message"]:
        return "another text", f'{told}says "{right["message"]}"'
    if row != right:
        differ = sorted(n for n in {*row, *right} if row.get(n) != right.get(n))
        return "another row", f"has {', '.join(differ)} wrong in the row for {other}"
    return "", ""


def _place(row: Row) -> tuple[str, str]:
    """Whose inbox, and which group."""
    return row["pk"], str(row["sk"]).partition("#")[2]
