"""The meter: capacity units of the requests that run inside a `with`, by AWS's rules.

    with Meter(backend) as meter:
        table.get_item(Key=key)
    meter.read_units
    meter.table()

    with Meter(backend, compare=True) as meter:
        table.get_item(Key=key)
    meter.compare()

It watches every client and resource that the backend gave out, before or inside the `with`, and
counts each attempt that reached the engine, botocore's own retries too. Replies and errors stay as
they would be. Units are capacity units (RCU and WCU, or RRU and WRU: the same arithmetic), sizes
are bytes. The rules and their sources stand in `reads` and `writes`; what an engine reports is
shown beside them by `compare`, and taken only where nothing else tells (see `images`).

Table operations cost nothing and are not recorded. PartiQL is, as not metered, and so is what a
conflict of transactions cancelled: AWS does not say what that costs. A transaction that is sent
again with its token is known where this meter saw its first time, or where the engine tells.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from threading import Lock, RLock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from cruddur_lib.backends import Backend
from cruddur_lib.costs.metering.call import METERED, MeteredCall, Noted
from cruddur_lib.costs.metering.images import Images
from cruddur_lib.costs.metering.report import Entry, as_comparison, as_table
from cruddur_lib.costs.units.capacity_units import CapacityKind, Units
from cruddur_lib.errors import WorkbookError
from cruddur_lib.text import int_if_whole

if TYPE_CHECKING:
    import pandas as pd

    from cruddur_lib.costs.metering.write_entries import ItemWrite

RESHAPING = frozenset({"CreateTable", "UpdateTable", "DeleteTable"})


class MeterError(WorkbookError):
    """A meter that is used twice at once, or compares what it did not ask for."""


class SchemaChange:
    """A call that changes a table: afterwards its layout is asked for anew; not where the table is
    changed through another connection.
    """

    def __init__(self, images: Images) -> None:
        """For layouts that these images remember."""
        self._images = images

    def sending(self, request: dict[str, Any]) -> None:
        """Nothing."""

    def received(self, reply: dict[str, Any] | None, *, arrived: bool) -> None:  # noqa: ARG002
        """Has the layouts forgotten."""
        self._images.forget()

    def abandoned(self) -> None:
        """Nothing."""


class Meter:
    """What ran, attempt by attempt. It goes on counting where its `with` is entered again."""

    def __init__(self, backend: Backend, *, compare: bool = False) -> None:
        """Nothing recorded, and nothing watched before the `with`; `compare` has the engine report
        its own units wherever it can, which takes it a few per cent longer.
        """
        # of transactions that were done, by their token: what was asked for, and what was written
        self.sent: dict[str, tuple[Any, Sequence[ItemWrite]]] = {}
        self.writing = RLock()  # held from a look to the answer: nobody writes in between
        self._backend, self._compare = backend, compare
        self._images: Images | None = None
        self._entries: list[Entry] = []
        self._noted: list[tuple[int, Noted]] = []  # attempts whose entries nobody asked for yet
        self._attempts = 0
        self._lock = Lock()
        self._watching = ExitStack()

    def __enter__(self) -> Self:
        """The meter, watching; raises `MeterError` where it is already."""
        if self._images is not None:
            raise MeterError("this meter is on already: make another, meters may be nested")
        self.writing = RLock()  # a new one: a request that was interrupted may hold the last
        self._images = Images(self._backend, compare=self._compare)
        self._watching.enter_context(self._backend.observe(self._call))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing; what ends later is not recorded."""
        self._watching.close()
        self._images = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What was recorded: for each attempt an entry for each table that it concerns."""
        with self._lock:
            for attempt, worked_out in self._noted:
                self._entries += [replace(entry, attempt=attempt) for entry in worked_out()]
            self._noted.clear()
            return tuple(self._entries)

    @property
    def calls(self) -> int:
        """Attempts that reached the engine."""
        return self._attempts

    @property
    def read_units(self) -> float:
        """Read units of tables and indexes together."""
        return int_if_whole(self.reads.total)

    @property
    def write_units(self) -> float:
        """Write units of tables and indexes together."""
        return int_if_whole(self.writes.total)

    @property
    def stream_reads(self) -> float:
        """Streams read request units: one for each GetRecords."""
        return int_if_whole(self._sum(CapacityKind.STREAM).total)

    @property
    def reads(self) -> Units:
        """Read units, of the table and of each index."""
        return self._sum(CapacityKind.READ)

    @property
    def writes(self) -> Units:
        """Write units, of the table and of each index."""
        return self._sum(CapacityKind.WRITE)

    def table(self) -> "pd.DataFrame":
        """One line for each kind of request, in the order of its first, then the sums.

        `table units` are on the table's capacity, `index units` on that of its global indexes;
        `bytes` are those read, or of the items after a write, before a delete. "?" is unknown.
        """
        return as_table(self.entries)

    def compare(self) -> "pd.DataFrame":
        """The rule's units beside those that the engine reported, "?" where it does not; moto's are
        made up. Raises `MeterError` where the meter was not made to compare.
        """
        if not self._compare:
            raise MeterError("this meter asked the engine for no units: make it with compare=True")
        return as_comparison(self.entries)

    def note(self, entries: Sequence[Entry] | Noted) -> None:
        """Records one attempt, unless the `with` is over."""
        with self._lock:
            if entries and self._images is not None:
                self._attempts += 1
                worked_out = entries if callable(entries) else partial(tuple, entries)
                self._noted.append((self._attempts, worked_out))

    def _call(self, operation: str, params: dict[str, Any]) -> MeteredCall | SchemaChange | None:
        """What follows one call; None for those that cost nothing."""
        if (images := self._images) is None:
            return None
        if operation in RESHAPING:
            return SchemaChange(images)
        return MeteredCall(self, images, operation, params) if operation in METERED else None

    def _sum(self, capacity: CapacityKind) -> Units:
        same = [entry.units for entry in self.entries if entry.units.capacity is capacity]
        return sum((replace(units, why="") for units in same), Units(capacity))
