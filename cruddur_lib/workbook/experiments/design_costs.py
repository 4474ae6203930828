"""The designs of the inbox side by side: what each costs, every figure metered on a run."""

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
from cruddur_lib.messaging.keys import timestamp
from cruddur_lib.messaging.rows import first_row, message_row
from cruddur_lib.messaging.validation import TEXT_LIMIT, check_text
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    import pandas as pd

SENT = "a" * 100  # characters: a message's text, and a full preview of it
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
        """What the meter saw."""
        return cls(meter.writes.on_table, sum(meter.writes.indexes.values()), meter.read_units)

    @property
    def cost(self) -> float:
        """In write units, read units converted by their price on demand."""
        return self.table + self.index + self.reads * READ_PRICE

    def __str__(self) -> str:
        """As a cell of a table shows it."""
        return f"{self.table:g} + {self.index:g} w, {self.reads:g} r"


@dataclass(frozen=True)
class DesignCosts:
    """What one design costs."""

    message: StepUnits  # D, and E where there is one
    group: StepUnits  # C
    edit: StepUnits  # of the newest message, with its E
    deletion: StepUnits
    opens: Mapping[int, float]  # read units of the inbox's first page, by how many groups it has
    stored: int  # bytes billed for one message
    records: int  # of the stream, for one message
    useful: int  # of those: records that tell E something; 0 where nothing reads them

    @property
    def messages_per_second(self) -> float:
        """Messages a second that `WCU` units a second carry, on the table and on each index; the
        scarcer one decides, as a throttled index throttles its table.
        """
        return WCU / max(self.message.table, self.message.index)

    def units_per_message(self, opened: float, groups: int = PAGE_SIZE) -> float:
        """Write units for one message and the `opened` times that an inbox is opened for it."""
        return self.message.cost + opened * self.opens[groups] * READ_PRICE


def design_costs(
    lesson: Sandbox,
    design: str,
    *,
    text: str = SENT,
    groups: Iterable[int] = (1, 20, 100),
) -> DesignCosts:
    """What a design costs, run on a table of its own; of messages with this text."""
    with lesson.scratch(design, seeded=False) as fresh:
        inbox = fresh.inbox()
        reader = inbox.stream_handler()
        me, *others = people(max(groups, default=1) + 1)
        with Meter(fresh.backend) as opening:
            inbox.create_message_group(inbox.draft(me, others[0], text))
        drafts = [inbox.draft(me, other, text) for other in others]
        opens = dict(_opens(fresh, inbox, me, drafts, sorted(groups)))
        fresh.new_records(reader)
        draft = inbox.draft(others[0], me, text)
        with Meter(fresh.backend) as sending:
            message = inbox.create_message(draft)
            records = fresh.new_records(reader)
        with Meter(fresh.backend) as editing:
            inbox.update_message(others[0], message, f"{text[:-1]}!")
            fresh.new_records(reader)
        (row,) = (
            row
            for row in fresh.rows()
            if row["sk"].startswith(timestamp(draft.created_at)) and row["pk"].startswith("MSG#")
        )
        with Meter(fresh.backend) as deleting:
            inbox.delete_message(others[0], message)
            fresh.new_records(reader)
    return DesignCosts(
        message=StepUnits.of(sending),
        group=StepUnits.of(opening),
        edit=StepUnits.of(editing),
        deletion=StepUnits.of(deleting),
        opens=opens,
        stored=storage_size(row),
        records=len(records),
        useful=sum(passes(MESSAGES_ONLY, one) for one in records) if reader else 0,
    )


def table_of(costs: Mapping[str, DesignCosts]) -> "pd.DataFrame":
    """One column for each design; "5 + 4 w, 2 r" are write units of table and index, read units."""
    import pandas as pd  # noqa: PLC0415  half a second to import

    return pd.DataFrame({name: _cells(one) for name, one in costs.items()})


def text_for(lesson: Sandbox, size: int) -> str:
    """A text that makes a message's row `size` bytes: of letters of one byte, and of two where the
    limit of characters asks for it. Raises `Refused` where none fits.
    """
    receiver, sender = people(2)
    bare = message_row(lesson.inbox().draft(sender, receiver, "a"))
    left = size - item_size({**bare, "message": ""})
    double = max(0, left - TEXT_LIMIT)
    text = "a" * (left - 2 * double) + "é" * double  # the preview's characters come first
    check_text(text)
    return text[1:] + text[:1]  # an edit of the last letter changes no size


def people(count: int) -> list[User]:
    """So many people: made up, with names as long as those of data/users.yaml are."""
    known = list(seeds.users().values())
    return [
        replace(known[number % len(known)], uuid=str(UUID(int=number + 1)))
        for number in range(count)
    ]


def _opens(
    fresh: Sandbox, inbox: Inbox, me: User, drafts: Sequence[Draft], counts: Iterable[int]
) -> Iterator[tuple[int, float]]:
    """Read units of the first page, at each count of groups; the first group is open."""
    opened = 1
    for count in counts:
        put_groups(fresh, drafts[opened:count])
        opened = count
        with Meter(fresh.backend) as meter:
            inbox.list_message_groups(me)
        yield count, meter.read_units


def put_groups(fresh: Sandbox, drafts: Iterable[Draft]) -> None:
    """Writes the rows that pattern C would write of each of these drafts, and faster than by C."""
    inbox = fresh.inbox()
    with fresh.backend.resource.Table(fresh.table).batch_writer() as batch:
        for draft in drafts:
            for row in (first_row(draft), *inbox.group_rows(draft, draft)):
                batch.put_item(Item=dict(row))


def _cells(costs: DesignCosts) -> dict[str, object]:
    invoked = costs.records if costs.useful else 0
    return {
        "a message (D and E)": str(costs.message),
        "a group (C)": str(costs.group),
        "an edit of the newest": str(costs.edit),
        "its deletion": str(costs.deletion),
        **{
            f"inbox of {count} group{'s' * (count != 1)}, RCU": f"{units:g}"
            for count, units in costs.opens.items()
        },
        "stored per message, bytes": costs.stored,
        f"messages a second on {WCU} + {WCU} WCU": f"{costs.messages_per_second:.2f}",
        "stream records per message": costs.records,
        "Lambda invocations per message": invoked,
        "the same, behind an event filter": costs.useful,
    }
