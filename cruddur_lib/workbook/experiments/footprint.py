"""What one user leaves behind in a design of the inbox: capacity units, bytes, stream records.

Metered on a table of its own, seeded with the conversation of the lessons: Bayko sends Andrew a
message and pattern E follows, Andrew opens his inbox, and the newest page of the conversation.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cruddur_lib.costs.metering.meter import Meter
from cruddur_lib.costs.traffic.patterns import Pattern, Rates
from cruddur_lib.costs.units.capacity_units import Units
from cruddur_lib.costs.units.sizes import item_size
from cruddur_lib.messaging import seeds
from cruddur_lib.messaging.event_filters import MESSAGES_ONLY, passes
from cruddur_lib.messaging.stream import Record
from cruddur_lib.messaging.table import Row
from cruddur_lib.workbook.experiments.design_costs import SENT, people, put_groups
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

INBOXES = 2  # with a row each for the seeded conversation


@dataclass(frozen=True)
class Habits:
    """What a user does in a day, and how many groups they are in."""

    sent: int = 40  # messages a day
    inboxes: int = 12  # times a day that the inbox is opened
    pages: int = 12  # times a day that a conversation is opened
    groups: int = 20  # message groups


@dataclass(frozen=True)
class OperationCost:
    """What it took to do one thing once: units, and the bytes of items that were read, written."""

    reads: Units
    writes: Units
    read: int
    written: int

    @classmethod
    def of(cls, meter: Meter) -> "OperationCost":
        """What the meter saw."""
        entries = meter.entries
        reading = sum(
            one.size or 0 for one in entries if one.units.capacity is meter.reads.capacity
        )
        everything = sum(one.size or 0 for one in entries)
        return cls(meter.reads, meter.writes, reading, everything - reading)

    @property
    def moved(self) -> int:
        """Bytes of items in both directions."""
        return self.read + self.written


@dataclass(frozen=True)
class Footprint:
    """What a design takes for one user; sizes are bytes of an item, without what storage adds."""

    habits: Habits
    sending: OperationCost  # D, and E where there is one
    inbox: OperationCost  # B, the first page
    page: OperationCost  # A, the newest page of the seeded conversation
    message: int  # mean size of a message of that conversation
    group_row: int  # size of a row in the inbox
    entry: int  # size of its entry in the index, or 0 where there is none
    records: int  # of the stream, for one message
    useful: int  # of those: that a function has to be called for; 0 where there is none

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """What the user does, how often a day, and the units that it takes each time."""
        done = {"send": self.sending, "inbox": self.inbox, "page": self.page}
        often = {"send": self.habits.sent, "inbox": self.habits.inboxes, "page": self.habits.pages}
        return tuple(
            Pattern.measured(name, often[name], one.reads, one.writes) for name, one in done.items()
        )

    @property
    def day(self) -> dict[str, Rates]:
        """Units a day, of the table and of each index."""
        parts = ["table", *dict.fromkeys(name for p in self.patterns for name in p.indexes)]
        return {
            part: Rates(
                sum(p.per_user_per_day * p.of(part).reads for p in self.patterns),
                sum(p.per_user_per_day * p.of(part).writes for p in self.patterns),
            )
            for part in parts
        }

    @property
    def moved(self) -> int:
        """Bytes of items a day between DynamoDB and who calls it."""
        habits = self.habits
        shown = habits.inboxes * self.inbox.moved + habits.pages * self.page.moved
        return habits.sent * self.sending.moved + shown

    @property
    def shown(self) -> int:
        """Bytes a day that were read to be shown: of the inbox and of pages."""
        return self.habits.inboxes * self.inbox.read + self.habits.pages * self.page.read


def footprint(
    lesson: Sandbox, design: str, habits: Habits | None = None, text: str = SENT
) -> Footprint:
    """What a design takes for one user with these habits, or with those of `Habits()`, whose
    messages have this text.
    """
    habits = habits or Habits()
    with lesson.scratch(design) as fresh:
        inbox, group = fresh.inbox(), fresh.group
        andrew, bayko = fresh.users("andrewbrown", "bayko")
        with Meter(fresh.backend) as sending:
            inbox.create_message(inbox.draft(bayko, andrew, text))
        records = _followed(fresh, sending)
        put_groups(fresh, [inbox.draft(one, andrew, text) for one in people(habits.groups - 1)])
        with Meter(fresh.backend) as opening:
            inbox.list_message_groups(andrew, limit=max(habits.groups, 1))
        with Meter(fresh.backend) as reading:
            inbox.list_messages(group)
        rows = fresh.rows()
        entries = list(_entries(fresh))
    return Footprint(
        habits,
        OperationCost.of(sending),
        OperationCost.of(opening),
        OperationCost.of(reading),
        message=_mean(row for row in rows if row["pk"] == f"MSG#{group.uuid}"),
        group_row=_mean(row for row in rows if row["pk"] == f"GRP#{andrew.uuid}"),
        entry=_mean(entries),
        records=len(records),
        useful=(
            sum(passes(MESSAGES_ONLY, one) for one in records) if inbox.stream_handler() else 0
        ),
    )


def _followed(fresh: Sandbox, meter: Meter) -> list[Record]:
    """The stream's records of what came after the seeds, and of what E did about it, metered."""
    seeded = len(seeds.conversation()) + INBOXES  # items, and so records, of the seeds
    records = fresh.new_records()[seeded:]
    if handler := fresh.inbox().stream_handler():
        with meter:
            handler(records)
        records += fresh.new_records()
    return records


def _entries(fresh: Sandbox) -> Iterable[Row]:
    """What the table's indexes hold."""
    for index in fresh.inbox().schema.indexes:
        reply = fresh.backend.dynamodb.scan(TableName=fresh.table, IndexName=index.name)
        yield from reply["Items"]


def _mean(rows: Iterable[Row]) -> int:
    """Mean bytes of these rows, to a byte; 0 of none."""
    sizes = [item_size(row) for row in rows]
    return round(sum(sizes) / len(sizes)) if sizes else 0
