"""What one user takes in a design of the inbox: capacity units, bytes and stream records.

A meter runs on a scratch table with the seeded conversation. Bayko sends Andrew a message, and the
stream handler (E) runs. Andrew opens his inbox, then the newest page of the conversation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from cruddur_lib.costs.metering.meter import Meter
from cruddur_lib.costs.traffic.patterns import Pattern, Rates
from cruddur_lib.costs.units.capacity_units import Units
from cruddur_lib.costs.units.sizes import item_size
from cruddur_lib.messaging import seeds
from cruddur_lib.messaging.stream import Record
from cruddur_lib.messaging.table import Row
from cruddur_lib.workbook.experiments.design_costs import TEXT, people, put_groups, useful_records
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
    """Units of one operation, and the bytes of the items that it read and wrote."""

    reads: Units
    writes: Units
    bytes_read: int
    bytes_written: int

    @classmethod
    def of(cls, meter: Meter) -> "OperationCost":
        """Return what the meter recorded."""
        sizes = {meter.reads.capacity: 0, meter.writes.capacity: 0}
        for entry in meter.entries:
            sizes[entry.units.capacity] += entry.size or 0
        return cls(meter.reads, meter.writes, *sizes.values())

    @property
    def bytes_moved(self) -> int:
        """Bytes of items in both directions."""
        return self.bytes_read + self.bytes_written


@dataclass(frozen=True)
class Footprint:
    """What a design takes for one user; sizes are bytes of an item, without storage overhead."""

    habits: Habits
    sending: OperationCost  # a message, with the stream handler's work
    inbox: OperationCost  # opening its first page
    page: OperationCost  # opening the newest page of the seeded conversation
    message: int  # mean size of a message of that conversation
    group_row: int  # size of a row in the inbox
    entry: int  # size of its entry in the index; 0 without an index
    records: int  # in the stream, for one message
    useful_records: int  # of these: what a function has to handle; 0 without a function

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """What the user does, how many times a day, and the units of each time."""
        habits, send, inbox, page = self.habits, self.sending, self.inbox, self.page
        return (
            Pattern.measured("send", habits.sent, send.reads, send.writes),
            Pattern.measured("inbox", habits.inboxes, inbox.reads, inbox.writes),
            Pattern.measured("page", habits.pages, page.reads, page.writes),
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
    def bytes_moved(self) -> int:
        """Bytes of items a day between DynamoDB and its callers."""
        habits = self.habits
        opening = habits.inboxes * self.inbox.bytes_moved + habits.pages * self.page.bytes_moved
        return habits.sent * self.sending.bytes_moved + opening

    @property
    def bytes_shown(self) -> int:
        """Bytes of items a day that are read to be shown, in the inbox and on pages."""
        habits = self.habits
        return habits.inboxes * self.inbox.bytes_read + habits.pages * self.page.bytes_read


def footprint(
    sandbox: Sandbox, design: str, habits: Habits | None = None, text: str = TEXT
) -> Footprint:
    """Run a design on a scratch table and return what it takes for one user.

    Args:
        sandbox: the lesson, whose own table is left alone.
        design: the design's name.
        habits: the user's; by default `Habits()`.
        text: the text of the messages.
    """
    habits = habits or Habits()
    with sandbox.scratch(design) as fresh:
        inbox, group = fresh.inbox(), fresh.group
        andrew, bayko = fresh.users("andrewbrown", "bayko")
        with Meter(fresh.backend) as sending:
            inbox.create_message(inbox.draft(bayko, andrew, text))
        records = _run_stream_handler(fresh, sending)
        put_groups(fresh, [inbox.draft(one, andrew, text) for one in people(habits.groups - 1)])
        with Meter(fresh.backend) as opening:
            inbox.list_message_groups(andrew, limit=max(habits.groups, 1))
        with Meter(fresh.backend) as reading:
            inbox.list_messages(group)
        rows = fresh.rows()
        scans = [
            fresh.backend.dynamodb.scan(TableName=fresh.table, IndexName=index.name)
            for index in inbox.schema.indexes
        ]
    return Footprint(
        habits,
        OperationCost.of(sending),
        OperationCost.of(opening),
        OperationCost.of(reading),
        message=_mean([row for row in rows if row["pk"] == f"MSG#{group.uuid}"]),
        group_row=_mean([row for row in rows if row["pk"] == f"GRP#{andrew.uuid}"]),
        entry=_mean([row for scan in scans for row in scan["Items"]]),
        records=len(records),
        useful_records=useful_records(inbox, records),
    )


def _run_stream_handler(fresh: Sandbox, meter: Meter) -> list[Record]:
    """Run the stream handler under the meter, and return the records after those of the seeds."""
    seeded = len(seeds.conversation()) + INBOXES  # items of the seeds, so also records
    records = fresh.new_records()[seeded:]
    if handler := fresh.inbox().stream_handler():
        with meter:
            handler(records)
        records += fresh.new_records()
    return records


def _mean(rows: Sequence[Row]) -> int:
    """Return the mean size of the rows, rounded to bytes; 0 without rows."""
    return round(fmean(map(item_size, rows))) if rows else 0
