"""One metered call: add parameters, watch each attempt, restore the reply, record entries."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cruddur_lib.costs.metering.entries import (
    entries_without_units,
    failed_entry,
    lost_reply_entry,
    read_entry,
    replayed_entry,
    stream_entry,
    write_entry,
)
from cruddur_lib.costs.metering.images import Images, TableWrites
from cruddur_lib.costs.metering.instrument import Instrumentation, instrument
from cruddur_lib.costs.metering.lookups import Lookups
from cruddur_lib.costs.metering.recorder import Recorder, SentTransaction
from cruddur_lib.costs.metering.report import AttemptOutcome, Entry
from cruddur_lib.costs.metering.wire import PARTIQL, READS, STREAM, TRANSACTION, WRITES, Attempt

if TYPE_CHECKING:
    from threading import RLock

METERED = frozenset({*READS, *WRITES, *PARTIQL, STREAM})
SERVER_FAULT = 500  # from this HTTP status on, the request may or may not have been carried out
CONDITION = "ConditionalCheckFailed"
CANCELED = "TransactionCanceledException"
FAILED = ("ConditionalCheckFailedException", CANCELED)
UNCLEAR = (CANCELED, "TransactionConflictException")  # AWS does not say what a conflict costs


class MeteredCall:
    """One call that consumes capacity, attempt by attempt."""

    def __init__(
        self, recorder: Recorder, lookups: Lookups, operation: str, params: dict[str, Any]
    ) -> None:
        """Add parameters to `params` that make the engine report item images and capacity."""
        self._recorder, self._lookups, self._operation = recorder, lookups, operation
        self._added = Instrumentation()
        if operation in READS + WRITES:
            self._added = instrument(operation, params, lookups.profile)
        self._attempt: Attempt
        self._images: Images
        self._lock: RLock | None = None

    def sending(self, request: dict[str, Any]) -> None:
        """Look up the items that a write is about to change, if its reply will not show them."""
        self._attempt = Attempt.parse(self._operation, request)
        self._images = Images(self._attempt, self._lookups)
        try:
            if self._lookups.needed_for(self._attempt):
                self._lock = self._recorder.writing
                self._lock.acquire()
                self._images.look_up()
        except Exception:  # noqa: BLE001, S110  the engine's reply will say what is wrong
            pass

    def received(self, reply: dict[str, Any] | None, *, arrived: bool) -> None:
        """Record what the attempt cost, and restore the reply to what the caller expects."""
        try:
            entries = self._entries(reply) if reply is not None or arrived else []
        except Exception as error:  # noqa: BLE001  the meter must not make the call fail
            entries = self._not_metered(f"{type(error).__name__}: {error}")
        finally:
            self.abandoned()
        if reply is not None:
            self._added.remove_from(reply)
        self._recorder.record(entries)

    def abandoned(self) -> None:
        """Release the writers' lock if this call holds it."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _entries(self, reply: dict[str, Any] | None) -> list[Entry]:
        if reply is None:
            return self._lost_reply()
        if self._operation in PARTIQL:
            return self._not_metered("PartiQL")
        if "Error" in reply:
            return self._error(reply)
        if self._operation == STREAM:
            return [stream_entry(len(reply["Records"]))]
        if self._operation in READS:
            return [read_entry(one) for one in self._images.reads(reply)]
        return self._completed(self._images.writes(reply))

    def _completed(self, written: list[TableWrites]) -> list[Entry]:
        """Return the entries of a write; a transaction sent again costs by its first request."""
        request = self._attempt.request
        token, actions = request.get("ClientRequestToken", ""), request.get("TransactItems", ())
        first = self._recorder.transactions.get(token)
        if first and first.actions != actions:
            return self._not_metered("AWS refuses a token of another request")
        if first or any(one.replayed for one in written):
            reported = {one.table: one.reported for one in written}
            again = first.written if first else written
            return [replayed_entry(replace(one, reported=reported.get(one.table))) for one in again]
        if token:
            self._recorder.transactions[token] = SentTransaction(actions, written)
        return [write_entry(one) for one in written]

    def _lost_reply(self) -> list[Entry]:
        """Return the entries of an attempt without a reply; look whether its items have changed."""
        if self._images.looked_up:
            written = self._images.writes_found()
            items = [one for table in written for one in table.items if one.verb != "check"]
            changed = [one.before != one.after for one in items]
            if all(changed) or (any(changed) and self._operation == TRANSACTION):
                return [lost_reply_entry(entry) for entry in self._completed(written)]
        outcome = AttemptOutcome.UNKNOWN
        return entries_without_units(self._attempt, outcome, "unknown: its answer was lost")

    def _error(self, reply: dict[str, Any]) -> list[Entry]:
        """Return the entries of an error: a failed condition is charged, a refusal is not."""
        code = reply["Error"].get("Code", "")
        if reply.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= SERVER_FAULT:
            return self._lost_reply()
        reasons = {one["Code"] for one in reply.get("CancellationReasons", ())} - {"None"}
        if code in UNCLEAR and CONDITION not in reasons:
            return self._not_metered(", ".join(sorted(reasons)) or code)
        if code not in FAILED:
            outcome = AttemptOutcome.REFUSED
            return entries_without_units(self._attempt, outcome, f"refused: {code}")
        tables = self._images.items_of_failure(reply)
        return [failed_entry(self._operation, *pair) for pair in tables.items()]

    def _not_metered(self, why: str) -> list[Entry]:
        outcome = AttemptOutcome.NOT_METERED
        return entries_without_units(self._attempt, outcome, f"not metered: {why}")
