"""Items before and after a write, and the layouts of tables: looked up where a reply does not tell.

What an engine is asked, and what it is trusted with, follows the engine (`MEANS`):

| engine | parameters that make replies tell more | looks |
|---|---|---|
| moto in this process | none | at each write, into moto's memory |
| DynamoDB Local | images, units where taken | where these leave a gap, strongly consistent |
| AWS | images, units | never, as a look would be charged |
| any other | none | at each write, strongly consistent |

Who compares has every engine asked for its units, which takes some time. DynamoDB Local's figures
are taken for an UpdateItem and for a batch of puts, where no index is one that it miscounts
(`is_counted_well`): for transactions it reports other units than AWS, but tells a replay.
"""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, replace
from enum import Enum
from threading import Lock
from typing import Any, Self

from cruddur_lib.backends import ENGINE_ERRORS, Backend, Engine
from cruddur_lib.costs.metering.instrument import ASKED_OF_MOTO
from cruddur_lib.costs.metering.wire import READS, WRITES, ItemKey, Write, item_key, item_of
from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.schema import TableSchema
from cruddur_lib.errors import WorkbookError

MOST = 100  # keys of one BatchGetItem


class LookupFailed(WorkbookError):
    """A table or an item that could not be looked at."""


class LookupPolicy(Enum):
    """When items are looked at beside the caller's requests."""

    EVERY_WRITE = "at each write"
    WHEN_REPLY_IS_SILENT = "where the reply leaves something open"
    NEVER = "never"


@dataclass(frozen=True)
class EngineProfile:
    """How an engine is metered: whether its replies are asked for images, of which operations for
    units, and when we look.

    `unasked`: of a delete of nothing it reports the units to who did not ask.
    """

    asks: bool
    looks: LookupPolicy
    units: tuple[str, ...] = ()
    unasked: bool = False


ENGINE_PROFILES = {
    Engine.MOTO: EngineProfile(asks=False, looks=LookupPolicy.EVERY_WRITE),
    Engine.DYNAMODB_LOCAL: EngineProfile(
        asks=True,
        looks=LookupPolicy.WHEN_REPLY_IS_SILENT,
        units=("UpdateItem", "BatchWriteItem", "TransactWriteItems"),
        unasked=True,
    ),
    Engine.AWS: EngineProfile(asks=True, looks=LookupPolicy.NEVER, units=READS + WRITES),
}
UNKNOWN_ENGINE = EngineProfile(asks=False, looks=LookupPolicy.EVERY_WRITE)


class Images:
    """What lies in the tables of one connection, seen without being metered."""

    def __init__(self, backend: Backend, *, compare: bool = False) -> None:
        """Nothing looked at yet; `compare` asks for units wherever an engine can tell them."""
        self._backend = backend
        self._peek = getattr(backend, "peek", None)  # moto's alone
        self._layouts: dict[str, TableSchema] = {}
        self._lock = Lock()
        means = ENGINE_PROFILES.get(backend.engine, UNKNOWN_ENGINE)
        compared = ASKED_OF_MOTO if backend.engine is Engine.MOTO else READS + WRITES
        self.means = replace(means, units=compared) if compare else means
        if self._peek is None:
            _ = (
                backend.unobserved_client
            )  # made here, once: clients may not be made in several threads

    def layout(self, table: str) -> TableSchema:
        """The table's keys and indexes; raises `Unseen` where it cannot be described."""
        with self._lock:
            if table not in self._layouts:
                try:
                    reply = self._backend.unobserved_client.describe_table(TableName=table)
                except ENGINE_ERRORS as error:
                    raise LookupFailed(f"table {table} cannot be described: {error}") from error
                self._layouts[table] = TableSchema.from_aws(reply["Table"])
            return self._layouts[table]

    def forget(self) -> None:
        """Layouts are asked for anew: a table was made, changed or dropped."""
        with self._lock:
            self._layouts = {}

    def as_they_are(self, table: str) -> Self:
        """The same, which still knows this table's layout when the table was changed or dropped;
        raises `Unseen` where it cannot be described.
        """
        self.layout(table)
        return copy(self)

    def place(self, table: str, content: Any) -> ItemKey:
        """Where an item with this content lies."""
        return item_key(table, self.layout(table), content)

    def must_look(self, operation: str, request: Any, writes: Iterable[Write]) -> bool:
        """Whether the reply to this write will not tell enough."""
        if self.means.looks is not LookupPolicy.WHEN_REPLY_IS_SILENT:
            return self.means.looks is LookupPolicy.EVERY_WRITE
        match operation:
            case "UpdateItem":
                shown = request.get("ReturnValues", "NONE")
                return shown != "ALL_NEW" or not self._counted_well(writes)
            case "BatchWriteItem":
                listed = list(writes)
                whole = all(write.verb == "put" for write in listed)
                return not (whole and self._counted_well(listed))
        return operation == "TransactWriteItems"

    def look(self, places: Iterable[ItemKey]) -> dict[ItemKey, Item | None]:
        """What lies at each place now, None where nothing does; raises `Unseen`."""
        wanted = list(dict.fromkeys(places))
        if self._peek is not None:
            found = {one: self._peek(one.table, one.asked) for one in wanted}
            return {one: item and item_of(item) for one, item in found.items()}
        seen: dict[ItemKey, Item | None] = dict.fromkeys(wanted)
        for start in range(0, len(wanted), MOST):
            seen |= self._read(wanted[start : start + MOST])
        return seen

    def reread(self, operation: str, parameters: dict[str, Any]) -> Any:
        """The reply to a Query or Scan that only the meter sees; raises `Unseen`."""
        client = self._backend.unobserved_client
        ask: Any = client.query if operation == "Query" else client.scan
        try:
            return ask(**parameters)
        except ENGINE_ERRORS as error:
            raise LookupFailed(f"the page could not be read again: {error}") from error

    def _read(self, places: list[ItemKey]) -> dict[ItemKey, Item | None]:
        asked: dict[str, Any] = {}
        for one in places:
            keys = asked.setdefault(one.table, {"Keys": [], "ConsistentRead": True})["Keys"]
            keys.append(one.asked)
        seen: dict[ItemKey, Item | None] = {}
        while asked:
            try:
                reply = self._backend.unobserved_client.batch_get_item(RequestItems=asked)
            except ENGINE_ERRORS as error:
                raise LookupFailed(f"items could not be looked at: {error}") from error
            for table, items in reply["Responses"].items():
                seen |= {self.place(table, item): item_of(item) for item in items}
            asked = dict(reply.get("UnprocessedKeys", {}))
        return seen

    def _counted_well(self, writes: Iterable[Write]) -> bool:
        return all(
            dynamodb_local_counts_right(self.layout(name)) for name in {one.table for one in writes}
        )


def dynamodb_local_counts_right(layout: TableSchema) -> bool:
    """Whether DynamoDB Local counts writes of such indexes by AWS's rules.

    It adds 100 bytes to entries of local indexes, and charges an index for an item that is in it
    neither before nor after where the item swaps halves of the index's key.
    """
    return all(
        not index.local and (len(index.key) == 1 or set(index.key) & set(layout.key))
        for index in layout.indexes
    )
