"""One call under the meter: what its attempts ask, what comes back, and what that cost."""

import pickle
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cruddur_lib.costs.metering.entries import read_entries
from cruddur_lib.costs.metering.images import Images, LookupFailed, LookupPolicy
from cruddur_lib.costs.metering.instrument import Instrumentation, consumed_of, instrument
from cruddur_lib.costs.metering.report import AttemptOutcome, Entry
from cruddur_lib.costs.metering.wire import (
    PARTIQL,
    READS,
    WRITES,
    ItemKey,
    Write,
    batched,
    hides_attributes,
    is_select,
    item_of,
    tables_of,
    writes_of,
)
from cruddur_lib.costs.metering.write_entries import (
    ItemWrite,
    by_table,
    failed_entry,
    from_lookup,
    from_reply,
    replayed_entry,
    write_entry,
)
from cruddur_lib.costs.units import reads
from cruddur_lib.costs.units.capacity_units import CapacityKind, Units
from cruddur_lib.costs.units.items import Item

if TYPE_CHECKING:
    from cruddur_lib.costs.metering.meter import Meter

STREAM = "GetRecords"
METERED = frozenset({*READS, *WRITES, *PARTIQL, STREAM})
DEFERRED = ("GetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem")  # of one table
SERVER_FAULT = 500  # HTTP status from which nobody knows whether the request was done
ACTIONS = "TransactItems"
CONDITION = "ConditionalCheckFailed"
CANCELLED = "TransactionCanceledException"
FAILED = ("ConditionalCheckFailedException", CANCELLED)
UNCLEAR = (CANCELLED, "TransactionConflictException")  # AWS says not what a conflict costs
Noted = Callable[[], Sequence[Entry]]  # entries that are worked out when they are asked for
ON_FAILURE = "ReturnValuesOnConditionCheckFailure"


class MeteredCall:
    """One call that costs something, attempt by attempt."""

    def __init__(
        self, meter: "Meter", images: Images, operation: str, params: dict[str, Any]
    ) -> None:
        """Adds to the call's parameters what its replies shall tell us."""
        self._meter, self._images, self._operation = meter, images, operation
        self._added = Instrumentation()
        if operation in READS + WRITES:
            means = images.means
            units = operation in means.units
            self._added = instrument(
                operation, params, units=units, images=means.asks, unasked=means.unasked
            )
        self._request: dict[str, Any] = {}
        self._befores: Mapping[ItemKey, Item | None] | None = None  # where they were looked at
        self._locked = False

    def sending(self, request: dict[str, Any]) -> None:
        """Looks at what a write is about to change, where its reply will not tell."""
        self._request, self._befores = request, None
        if self._operation not in WRITES:
            return
        try:
            listed = writes_of(self._operation, request)
            if self._images.must_look(self._operation, request, listed):
                self._meter.writing.acquire()
                self._locked = True
                self._befores = self._images.look(map(self._place, listed))
        except Exception:  # noqa: BLE001, S110  the engine is about to say what is wrong
            pass

    def received(self, reply: dict[str, Any] | None, *, arrived: bool) -> None:
        """Records what the attempt cost, and makes the reply what it would be without us."""
        try:
            entries = self._later(reply) or self._now(reply, arrived=arrived)
        finally:
            self.abandoned()
        if reply is not None:
            self._added.remove_from(reply)
        self._meter.note(entries)

    def abandoned(self) -> None:
        """Others may write again."""
        if self._locked:
            self._locked = False
            self._meter.writing.release()

    def _later(self, reply: dict[str, Any] | None) -> Noted | None:
        """The entries of an attempt of which all is known, to be worked out when somebody asks: the
        caller waits for the notes alone. None where something is to be looked at now.
        """
        if reply is None or "Error" in reply or self._operation not in DEFERRED:
            return None
        if self._befores is not None and self._operation == "UpdateItem":
            return None
        if self._operation in READS and hides_attributes(self._request, reply):
            return None
        if self._request.get("Select") == "ALL_ATTRIBUTES":  # a local index may fetch
            return None
        kept = pickle.dumps({name: reply[name] for name in reply if name != "ResponseMetadata"})
        as_is = copy(self)
        try:
            as_is._images = self._images.as_they_are(self._request["TableName"])  # noqa: SLF001
        except LookupFailed:
            return None
        return lambda: as_is._now(pickle.loads(kept), arrived=True)  # noqa: S301, SLF001  our own

    def _now(self, reply: dict[str, Any] | None, *, arrived: bool) -> list[Entry]:
        """The entries of an attempt; they say so where it could not be metered."""
        try:
            return self._entries(reply, arrived=arrived)
        except Exception as error:  # noqa: BLE001  the caller's call shall not fail by the meter
            why = f"not metered: {type(error).__name__}: {error}"
            return self._without_units(AttemptOutcome.NOT_METERED, why)

    def _entries(self, reply: dict[str, Any] | None, *, arrived: bool) -> list[Entry]:
        if reply is None:
            return self._lost_answer() if arrived else []
        if self._operation in PARTIQL:
            return self._without_units(AttemptOutcome.NOT_METERED, "not metered: PartiQL")
        if "Error" in reply:
            return self._refused(reply)
        if self._operation == STREAM:
            units = replace(reads.get_records(), why="1 a call")
            return [Entry(STREAM, "stream", units, items=len(reply["Records"]))]
        if self._operation in READS:
            return read_entries(self._operation, self._request, reply, self._images)
        return self._completed(self._written(reply), reply)

    def _completed(self, written: Sequence[ItemWrite], reply: Any) -> list[Entry]:
        """The entries of a write; of one that was sent again, those of its first time."""
        token, asked = self._request.get("ClientRequestToken", ""), self._request.get(ACTIONS)
        before, first = self._meter.sent.get(token, (None, written))
        if before not in (None, asked):
            why = "not metered: AWS refuses a token of another request"
            return self._without_units(AttemptOutcome.NOT_METERED, why)
        if before or any("ReadCapacityUnits" in one for one in consumed_of(reply)):
            return [replayed_entry(same, reply) for same in by_table(first).values()]
        if token:
            self._meter.sent[token] = (asked, written)
        layout = self._images.layout
        return [
            write_entry(self._operation, layout(table), same, reply)
            for table, same in by_table(written).items()
        ]

    def _written(self, reply: Mapping[str, Any]) -> list[ItemWrite]:
        """What was written, before and after."""
        listed = writes_of(self._operation, self._request)
        if unprocessed := reply.get("UnprocessedItems"):
            left = {
                self._place(one)
                for table, same in unprocessed.items()
                for one in batched(table, same)
            }
            listed = [one for one in listed if self._place(one) not in left]
        if self._befores is None:
            return [from_reply(self._operation, one, self._request, reply) for one in listed]
        updated = [self._place(one) for one in listed if one.verb == "update"]
        afters = self._images.look(updated) if updated else {}
        return [from_lookup(one, self._place(one), self._befores, afters) for one in listed]

    def _lost_answer(self) -> list[Entry]:
        """The entries of an attempt without an answer: by what lies there now, where that tells."""
        unknown = self._without_units(AttemptOutcome.UNKNOWN, "unknown: its answer was lost")
        if self._befores is None:
            return unknown
        listed = writes_of(self._operation, self._request)
        afters = self._images.look(self._befores)
        written = [
            ItemWrite(one, self._befores[self._place(one)], afters[self._place(one)])
            for one in listed
        ]
        changed = [one.before != one.after for one in written if one.write.verb != "check"]
        if not (all(changed) or (any(changed) and self._operation == "TransactWriteItems")):
            return unknown
        return [
            replace(
                entry,
                units=replace(
                    entry.units,
                    why=f"{entry.units.why}, found there (answer lost)",
                    verified=False,
                ),
            )
            for entry in self._completed(written, {})
        ]

    def _refused(self, reply: dict[str, Any]) -> list[Entry]:
        """The entries of an error: a failed condition is charged, what was refused is not."""
        code = reply["Error"].get("Code", "")
        if reply.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= SERVER_FAULT:
            return self._lost_answer()
        reasons = {one["Code"] for one in reply.get("CancellationReasons", ())} - {"None"}
        if code in UNCLEAR and CONDITION not in reasons:
            why = f"not metered: {', '.join(sorted(reasons)) or code}"
            return self._without_units(AttemptOutcome.NOT_METERED, why)
        if code not in FAILED:
            return self._without_units(AttemptOutcome.REFUSED, f"refused: {code}")
        tables: dict[str, list[Item | None]] = {}
        for write in writes_of(self._operation, self._request):
            tables.setdefault(write.table, []).append(self._item_before(write, reply))
        return [failed_entry(self._operation, *pair) for pair in tables.items()]

    def _item_before(self, write: Write, reply: Mapping[str, Any]) -> Item | None:
        """The item on which a condition failed."""
        if self._befores is not None:
            return self._befores[self._place(write)]
        if self._request.get(ON_FAILURE) == "ALL_OLD":
            return item_of(reply["Item"]) if reply.get("Item") else None
        if self._images.means.looks is LookupPolicy.NEVER:
            return None
        place = self._place(write)
        return self._images.look([place])[place]

    def _without_units(self, outcome: AttemptOutcome, why: str) -> list[Entry]:
        """An entry for each table of the request, with no units."""
        capacity = CapacityKind.STREAM if self._operation == STREAM else CapacityKind.WRITE
        if self._operation in READS or is_select(self._request):
            capacity = CapacityKind.READ
        size = 0 if outcome.counted else None
        unnamed = "stream" if self._operation == STREAM else UNNAMED
        return [
            Entry(self._operation, table, Units(capacity, why=why), size=size, outcome=outcome)
            for table in tables_of(self._request) or [unnamed]
        ]

    def _place(self, write: Write) -> ItemKey:
        return self._images.place(write.table, write.content)


UNNAMED = "?"  # of PartiQL, whose statements name tables
