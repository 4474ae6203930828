"""A lesson's beginning: a known table, a clock that ticks and ids that repeat, so that every run
prints the same.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from cruddur_lib.backends import Backend, Engine, connect
from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging import seeds, table
from cruddur_lib.messaging.designs import design
from cruddur_lib.messaging.entities import MessageGroup, User
from cruddur_lib.messaging.inbox import Inbox
from cruddur_lib.messaging.table import Row
from cruddur_lib.workbook.rows import Written

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
FIRST_TICK = datetime(
    2026, 1, 5, 9, tzinfo=UTC
)  # two days after the seeded conversation, and past for every reader
TICK = timedelta(seconds=1)
OWN: list[Backend] = []  # the connection that `start` made last, for it to close


class LessonError(WorkbookError):
    """A lesson that cannot start."""


@dataclass(frozen=True)
class Lesson:
    """One notebook's table and the means to look at it."""

    name: str
    backend: Backend
    clock: Callable[[], datetime]
    new_uuid: Callable[[], str]

    def users(self, *handles: str) -> tuple[User, ...]:
        """The users with these handles; all ten, in the directory's order, where none is given."""
        return tuple(map(seeds.user, handles)) if handles else tuple(seeds.users().values())

    def inbox(self, name: str = "bootcamp") -> Inbox:
        """An inbox of the design called `name`, on the lesson's table, clock and ids."""
        kind = design(name)
        return kind(
            self.backend,
            clock=self.clock,
            new_uuid=self.new_uuid,
            directory=seeds.directory(),
        )

    @property
    def group(self) -> MessageGroup:
        """The seeded message group, as it stands in andrewbrown's inbox now."""
        (andrew,) = self.users("andrewbrown")
        uuid = seeds.conversation()[0].group_uuid
        found = [g for g in self.inbox().list_message_groups(andrew) if g.uuid == uuid]
        if not found:
            raise LessonError(f"the seeded message group is gone: start({self.name!r}) again")
        return found[0]

    def rows(self) -> list[Row]:
        """Every row of the table, sorted by pk and sk."""
        return table.rows(self.backend)

    @contextmanager
    def watch(self) -> Iterator[Written]:
        """What the lines inside the `with` write: ask it for its `table()` afterwards."""
        written = Written()
        before = self.rows()
        yield written
        written.note(before, self.rows())


def start(name: str, backend: Backend | None = None) -> Lesson:
    """The lesson of the notebook called `name`: the table is made anew, with the seeded
    conversation and nothing else.

    The engine is the one that `connect()` chooses. On an engine that others share, their table of
    this name is replaced: never on AWS, where `LessonError` is raised.
    """
    known = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
    if name not in known:
        raise LessonError(f"no notebook is called {name!r}; the known ones are {', '.join(known)}")
    aws = os.environ.get("CRUDDUR_BACKEND") == "aws" if backend is None else backend.name == "aws"
    if aws:
        raise LessonError(
            "a lesson replaces its table at every start: it runs on moto or a local engine only"
        )
    if backend is None:
        backend = _connect()
    if backend.engine is Engine.UNKNOWN:
        raise LessonError(
            f"{backend!r}: a lesson replaces its table only on engines that it knows. Start one of "
            "those: bin/ddb/start"
        )
    lesson = Lesson(name, backend, ticking(), repeating(name))
    table.drop(backend)
    table.create(backend, lesson.inbox().schema)
    seeds.seed(lesson.inbox())
    return lesson


def _connect() -> Backend:
    """The engine that the session is for; what an earlier `start` in this process had is over."""
    while OWN:
        OWN.pop().close()
    OWN.append(connect())
    return OWN[0]


def ticking(first: datetime = FIRST_TICK, tick: timedelta = TICK) -> Callable[[], datetime]:
    """A clock that shows `first`, and a tick more each time it is read."""
    moments = (first + tick * count for count in range(10**9))
    return lambda: next(moments)


def repeating(name: str) -> Callable[[], str]:
    """Random uuids (version 4) that are the same at every start of the lesson with this name."""
    random = Random(name)  # noqa: S311  to be repeated, not to be secret
    return lambda: str(UUID(int=random.getrandbits(128), version=4))
