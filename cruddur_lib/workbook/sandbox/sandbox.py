"""A table with known rows, on which lessons and the answers of exercises run."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from cruddur_lib.backends import Backend
from cruddur_lib.costs.metering.meter import Meter
from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging import seeds
from cruddur_lib.messaging import table as tables
from cruddur_lib.messaging.designs import design
from cruddur_lib.messaging.entities import MessageGroup, User
from cruddur_lib.messaging.inbox import PAGE_LIMIT, Inbox
from cruddur_lib.messaging.stream import Handler, Pump, PumpReport, Record
from cruddur_lib.messaging.table import TABLE_NAME, Row
from cruddur_lib.workbook.sandbox.crowd import Crowd
from cruddur_lib.workbook.sandbox.repeatable import clock, uuids
from cruddur_lib.workbook.sandbox.rows import WrittenRows

SCRATCH = "cruddur-scratch"  # the table of `Sandbox.scratch`


class LessonError(WorkbookError):
    """A lesson that cannot start or go on."""


@dataclass(frozen=True)
class Sandbox:
    """A table of one design, with known rows and with a clock and uuids that repeat."""

    name: str
    backend: Backend
    clock: Callable[[], datetime]
    new_uuid: Callable[[], str]
    table: str = TABLE_NAME
    design: str = "bootcamp"
    positions: dict[str, str] = field(default_factory=dict)  # in the stream, after the last read
    crowd: Crowd | None = None  # more people and messages than the seeds

    def users(self, *handles: str) -> tuple[User, ...]:
        """Return the users with these handles, or all users in the directory's order."""
        people = self.crowd.people if self.crowd else tuple(seeds.users().values())
        known = {user.handle: user for user in people}
        return tuple(known.get(h) or seeds.user(h) for h in handles) or people

    def inbox(self) -> Inbox:
        """Return an inbox of this sandbox's design, on its table, clock and uuids."""
        return design(self.design)(
            self.backend,
            self.table,
            clock=self.clock,
            new_uuid=self.new_uuid,
            directory=seeds.directory(),
        )

    @property
    def group(self) -> MessageGroup:
        """The seeded message group as andrewbrown's inbox lists it now.

        Raises:
            LessonError: the group is gone from the inbox.
        """
        (andrew,) = self.users("andrewbrown")
        uuid = seeds.conversation()[0].group_uuid
        for group in self.inbox().list_message_groups(andrew, PAGE_LIMIT):
            if group.uuid == uuid:
                return group
        raise LessonError(f"the seeded message group is gone: start({self.name!r}) again")

    def rows(self) -> list[Row]:
        """Return every row of the table, sorted by pk and sk."""
        return tables.rows(self.backend, self.table)

    @contextmanager
    def watch(self) -> Iterator[WrittenRows]:
        """Record the rows that the `with` block writes; show them with `table()` afterwards."""
        written = WrittenRows()
        before = self.rows()
        yield written
        written.note(before, self.rows())

    def meter(self, *, compare: bool = False) -> Meter:
        """Return a meter of the capacity units that its `with` block consumes.

        With `compare`, ask the engine for its own units too, for `Meter.compare()`.
        """
        return Meter(self.backend, compare=compare)

    def pump(self, handler: Handler | None = None) -> PumpReport:
        """Send the new stream records to a handler and report what happened.

        The default is the design's own handler. A design without one reports zero records.
        """
        handler = handler or self.inbox().stream_handler()
        if handler is None:
            return PumpReport()
        pump = Pump(self.backend, handler, self.table, positions=self.positions)
        report = pump.run()
        self.positions.update(pump.positions)
        return report

    def new_records(self, handler: Handler | None = None) -> list[Record]:
        """Return the stream records that arrived since the last call, oldest first.

        A handler, if there is one, gets them too.
        """
        seen: list[Record] = []

        def note(records: Sequence[Record]) -> list[str]:
            seen.extend(records)
            return handler(records) if handler else []

        self.pump(note)
        return seen

    @contextmanager
    def scratch(self, design: str = "bootcamp", *, seeded: bool = True) -> Iterator["Sandbox"]:
        """Yield a new sandbox on a table of its own, which is dropped afterwards.

        Answers are computed there, so that the learner's table stays as it is.

        Args:
            design: the name of the table's design.
            seeded: whether the table begins with the seeded conversation.
        """
        fresh = Sandbox(self.name, self.backend, clock(), uuids(self.name), SCRATCH, design)
        fresh.fill(seeded=seeded)
        try:
            yield fresh
        finally:
            tables.drop(self.backend, SCRATCH)

    def fill(self, *, seeded: bool = True) -> None:
        """Drop and create the table, then load the seeded conversation if `seeded`."""
        self.positions.clear()
        tables.drop(self.backend, self.table)
        tables.create(self.backend, self.inbox().schema, self.table)
        if seeded:
            seeds.seed(self.inbox())
        if seeded and self.crowd:
            for drafts in self.crowd.conversations:
                self.inbox().load(drafts)
