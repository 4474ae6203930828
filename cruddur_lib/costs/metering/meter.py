"""The meter: capacity units of the requests that run inside a `with`, by AWS's rules.

    with Meter(backend) as meter:
        table.get_item(Key=key)
    meter.read_units
    meter.table()

    with Meter(backend, compare=True) as meter:
        table.get_item(Key=key)
    meter.compare()

The meter watches every client and resource of the backend, whether made before or inside the
`with`. It counts each attempt that reached the engine, including botocore's own retries. Callers
receive the same replies and errors as without a meter. The rules and their sources are in
`units.reads` and `units.writes`. The engine's own figure is used only if nothing else is known (see
`images`).

Table operations cost nothing and are not recorded. PartiQL is recorded as not metered. So is a
transaction that a conflict canceled, because AWS does not say what that costs. A transaction sent
again with its token is recognized if this meter saw the first time, or if the engine says so.
"""

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from cruddur_lib.backends import Backend
from cruddur_lib.costs.metering.call import METERED, MeteredCall
from cruddur_lib.costs.metering.lookups import Lookups
from cruddur_lib.costs.metering.recorder import Recorder
from cruddur_lib.costs.metering.report import Entry, as_comparison, as_table
from cruddur_lib.costs.units.capacity_units import CapacityKind, Units
from cruddur_lib.errors import WorkbookError
from cruddur_lib.text import int_if_whole

if TYPE_CHECKING:
    import pandas as pd

RESHAPING = frozenset({"CreateTable", "UpdateTable", "DeleteTable"})


class MeterError(WorkbookError):
    """A meter that is entered twice at once, or that compares units it did not ask for."""


class SchemaChange:
    """A CreateTable, UpdateTable or DeleteTable call through the metered connection."""

    def __init__(self, lookups: Lookups) -> None:
        """Watch a call after which the schemas of `lookups` are out of date."""
        self._lookups = lookups

    def sending(self, request: dict[str, Any]) -> None:
        """Do nothing."""

    def received(self, reply: dict[str, Any] | None, *, arrived: bool) -> None:  # noqa: ARG002
        """Drop all cached table schemas."""
        self._lookups.forget_schemas()

    def abandoned(self) -> None:
        """Do nothing."""


class Meter:
    """A record of the requests inside its `with`; entering it again continues the record."""

    def __init__(self, backend: Backend, *, compare: bool = False) -> None:
        """Start with an empty record.

        Args:
            backend: the connection whose requests are metered.
            compare: whether requests ask for the engine's own units; they then take a few percent
                longer.
        """
        self._backend, self._compare = backend, compare
        self._recorder = Recorder()
        self._lookups: Lookups | None = None
        self._watching = ExitStack()

    def __enter__(self) -> Self:
        """Start metering; raise `MeterError` if this meter is on already."""
        if self._lookups is not None:
            raise MeterError("this meter is on already: make another, meters may be nested")
        self._lookups = Lookups(self._backend, compare=self._compare)
        self._recorder.start()
        self._watching.enter_context(self._backend.observe(self._call))
        return self

    def __exit__(self, *exception: object) -> None:
        """Stop metering; attempts that end later are not recorded."""
        self._watching.close()
        self._recorder.stop()
        self._lookups = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The record: for each attempt, an entry for each of its tables."""
        return self._recorder.entries

    @property
    def calls(self) -> int:
        """The number of attempts that reached the engine."""
        return self._recorder.attempts

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
        """Read units of the table and of each index."""
        return self._sum(CapacityKind.READ)

    @property
    def writes(self) -> Units:
        """Write units of the table and of each index."""
        return self._sum(CapacityKind.WRITE)

    def table(self) -> "pd.DataFrame":
        """Return a row for each kind of request, in the order of its first, and then the sums.

        `table units` use the table's capacity, `index units` that of its global indexes. `bytes`
        are those read, or of the items after a write, or before a delete. "?" is unknown.
        """
        return as_table(self.entries)

    def compare(self) -> "pd.DataFrame":
        """Return the rule's units beside the engine's, "?" if it reports none; moto's are made up.

        Raise `MeterError` if the meter was made without `compare=True`.
        """
        if not self._compare:
            raise MeterError("this meter asked the engine for no units: make it with compare=True")
        return as_comparison(self.entries)

    def _call(self, operation: str, params: dict[str, Any]) -> MeteredCall | SchemaChange | None:
        """Return the observer of one call; None if the call costs nothing."""
        if (lookups := self._lookups) is None:
            return None
        if operation in RESHAPING:
            return SchemaChange(lookups)
        if operation not in METERED:
            return None
        return MeteredCall(self._recorder, lookups, operation, params)

    def _sum(self, capacity: CapacityKind) -> Units:
        same = [entry.units for entry in self.entries if entry.units.capacity is capacity]
        return sum([replace(units, why="") for units in same], Units(capacity))
