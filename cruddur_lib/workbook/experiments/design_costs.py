"""What each design of the inbox costs, metered while the design runs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from cruddur_lib.costs.metering.meter import Meter
from cruddur_lib.costs.units.sizes import item_size, storage_size
from cruddur_lib.messaging import seeds
from cruddur_lib.messaging.entities import Draft, User
from cruddur_lib.messaging.event_filters import MESSAGES_ONLY, passes
from cruddur_lib.messaging.inbox import PAGE_SIZE, Inbox
from cruddur_lib.messaging.keys import message_sk
from cruddur_lib.messaging.rows import first_row, message_row
from cruddur_lib.messaging.stream import Record
from cruddur_lib.messaging.validation import TEXT_LIMIT, check_text
from cruddur_lib.text import frame
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    import pandas as pd

TEXT = "a" * 100  # characters: a message's text, and a full preview of it
READ_PRICE = 1 / 5  # of a write unit's: what AWS charges on demand for a read unit, in each Region
WCU = 5  # provisioned for the table, and for its index


@dataclass(frozen=True)
class StepUnits:
    """Units of one step: write units of the table and of its indexes, read units of both."""

    table: float
    index: float
    reads: float

    @classmethod
    def of(cls, meter: Meter) -> "StepUnits":
        """Return what the meter recorded."""
        return cls(meter.writes.on_table, sum(meter.writes.indexes.values()), meter.read_units)

    @property
    def cost(self) -> float:
        """Write units, with read units converted at their on-demand price."""
        return self.table + self.index + self.reads * READ_PRICE

    def __str__(self) -> str:
        """Return the units for a cell of a table: "5 + 4 w, 2 r"."""
        return f"{self.table:g} + {self.index:g} w, {self.reads:g} r"


@dataclass(frozen=True)
class DesignCosts:
    """What one design costs; its stream handler's work (E) is part of each step."""

    message: StepUnits
    group: StepUnits
    edit: StepUnits  # of the newest message
    deletion: StepUnits  # of the newest message
    inbox_units: Mapping[int, float]  # read units of the inbox's first page, by number of groups
    stored_bytes: int  # billed for one message
    records: int  # in the stream, for one message
    useful_records: int  # of these: needed by the handler; 0 without a handler

    @property
    def messages_per_second(self) -> float:
        """Messages a second on `WCU` units for the table and `WCU` for its index.

        The lower rate counts, because a throttled index throttles its table.
        """
        return WCU / max(self.message.table, self.message.index)

    def units_per_message(self, opened: float, groups: int = PAGE_SIZE) -> float:
        """Return the write units of a message and its inbox opens, read units converted.

        Args:
            opened: inbox opens per message.
            groups: message groups in the inbox; one of those in `inbox_units`.
        """
        return self.message.cost + opened * self.inbox_units[groups] * READ_PRICE


def design_costs(
    sandbox: Sandbox, design: str, *, text: str = TEXT, groups: Iterable[int] = (1, 20, 100)
) -> DesignCosts:
    """Run a design on a scratch table and return what it costs.

    Args:
        sandbox: the lesson, whose own table is left alone.
        design: the design's name.
        text: the text of the messages.
        groups: numbers of message groups at which an inbox is opened.
    """
    with sandbox.scratch(design, seeded=False) as fresh:
        inbox = fresh.inbox()
        handler = inbox.stream_handler()
        me, *others = people(max(groups, default=1) + 1)
        drafts = [inbox.draft(me, other, text) for other in others]
        with Meter(fresh.backend) as opening:
            inbox.create_message_group(drafts[0])
        inbox_units = dict(_inbox_units(fresh, inbox, me, drafts, sorted(groups)))
        fresh.new_records(handler)
        draft = inbox.draft(others[0], me, text)
        with Meter(fresh.backend) as sending:
            message = inbox.create_message(draft)
            records = fresh.new_records(handler)
        with Meter(fresh.backend) as editing:
            inbox.update_message(others[0], message, f"{text[:-1]}!")
            fresh.new_records(handler)
        sort_key = message_sk(draft.created_at, draft.message_uuid)
        (row,) = (row for row in fresh.rows() if row["sk"] == sort_key)
        with Meter(fresh.backend) as deleting:
            inbox.delete_message(others[0], message)
            fresh.new_records(handler)
    return DesignCosts(
        message=StepUnits.of(sending),
        group=StepUnits.of(opening),
        edit=StepUnits.of(editing),
        deletion=StepUnits.of(deleting),
        inbox_units=inbox_units,
        stored_bytes=storage_size(row),
        records=len(records),
        useful_records=useful_records(inbox, records),
    )


def table_of(costs: Mapping[str, DesignCosts]) -> "pd.DataFrame":
    """Return the costs as a table with a column for each design (see `StepUnits.__str__`)."""
    return frame({name: _cells(one) for name, one in costs.items()})


def text_for(sandbox: Sandbox, size: int) -> str:
    """Return a text with which a message's row is `size` bytes.

    Some of its letters have two bytes if the limit of characters requires it.

    Args:
        sandbox: the lesson, whose design makes the row.
        size: bytes of the row.

    Raises:
        InvalidInput: no text fits.
    """
    receiver, sender = people(2)
    empty = {**message_row(sandbox.inbox().draft(sender, receiver, "a")), "message": ""}
    left = size - item_size(empty)
    double = max(0, left - TEXT_LIMIT)
    text = "a" * (left - 2 * double) + "é" * double  # a preview has the letters of one byte
    check_text(text)
    return text[1:] + text[:1]  # ends with "a", so that an edit of the last letter changes no size


def people(count: int) -> list[User]:
    """Return `count` made-up users, whose names are as long as those in data/users.yaml."""
    known = list(seeds.users().values())
    return [replace(known[n % len(known)], uuid=str(UUID(int=n + 1))) for n in range(count)]


def useful_records(inbox: Inbox, records: Iterable[Record]) -> int:
    """Return how many records an event filter for messages passes; 0 without a stream handler."""
    if inbox.stream_handler() is None:
        return 0
    return sum(passes(MESSAGES_ONLY, record) for record in records)


def put_groups(sandbox: Sandbox, drafts: Iterable[Draft]) -> None:
    """Put the rows of a new message group for each draft, in batches because that is faster."""
    inbox = sandbox.inbox()
    with sandbox.backend.resource.Table(sandbox.table).batch_writer() as batch:
        for draft in drafts:
            for row in (first_row(draft), *inbox.group_rows(draft, draft)):
                batch.put_item(Item=dict(row))


def _inbox_units(
    sandbox: Sandbox, inbox: Inbox, me: User, drafts: Sequence[Draft], counts: Iterable[int]
) -> Iterator[tuple[int, float]]:
    """Yield each number of groups with the read units of the first page."""
    made = 1  # the first draft's group exists already
    for count in counts:
        put_groups(sandbox, drafts[made:count])
        made = count
        with Meter(sandbox.backend) as meter:
            inbox.list_message_groups(me)
        yield count, meter.read_units


def _cells(costs: DesignCosts) -> dict[str, object]:
    return {
        "a message (D and E)": str(costs.message),
        "a group (C)": str(costs.group),
        "an edit of the newest": str(costs.edit),
        "its deletion": str(costs.deletion),
        **{
            f"inbox of {count} group{'s' * (count != 1)}, RCU": f"{units:g}"
            for count, units in costs.inbox_units.items()
        },
        "stored per message, bytes": costs.stored_bytes,
        f"messages a second on {WCU} + {WCU} WCU": f"{costs.messages_per_second:.2f}",
        "stream records per message": costs.records,
        "Lambda invocations per message": costs.records if costs.useful_records else 0,
        "the same, behind an event filter": costs.useful_records,
    }
