"""Table schemas and items, looked up by requests that are not metered.

When items are looked up depends on the engine (`instrument.ENGINE_PROFILES`). DynamoDB Local's own
units are used for an UpdateItem and for a batch of puts, unless the table has an index that it
miscounts (`counts_correctly`). Its units of transactions differ from AWS's, but its reply shows
whether a transaction was replayed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from cruddur_lib.backends import ENGINE_ERRORS, Backend
from cruddur_lib.costs.metering.instrument import LookupPolicy, profile_of
from cruddur_lib.costs.metering.wire import TRANSACTION, Attempt, ItemKey, Json, item_of, plain
from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.schema import TableSchema
from cruddur_lib.errors import WorkbookError

BATCH = 100  # most keys of one BatchGetItem


class LookupFailed(WorkbookError):
    """A table, an item or a page that could not be looked up."""


@dataclass(frozen=True)
class Snapshot:
    """The items at some keys at one moment, in the order of the keys; None if there is no item."""

    keys: Sequence[ItemKey]
    items: Sequence[Item | None]


class Lookups:
    """What the meter looks up through one connection."""

    def __init__(self, backend: Backend, *, compare: bool = False) -> None:
        """Look up through `backend`; with `compare`, metered requests ask for units."""
        self.profile = profile_of(backend.engine, compare=compare)
        self._backend = backend
        self._peek = getattr(backend, "peek", None)  # reads moto's memory; only moto has it
        self._schemas: dict[str, TableSchema] = {}
        self._lock = Lock()
        if self._peek is None:
            _ = backend.unobserved_client  # made once, here: making clients is not thread-safe

    def schema(self, table: str) -> TableSchema:
        """Return the table's keys and indexes; raise `LookupFailed` if it cannot be described."""
        with self._lock:
            if table not in self._schemas:
                try:
                    reply = self._backend.unobserved_client.describe_table(TableName=table)
                except ENGINE_ERRORS as error:
                    raise LookupFailed(f"table {table} cannot be described: {error}") from error
                self._schemas[table] = TableSchema.from_aws(reply["Table"])
            return self._schemas[table]

    def forget_schemas(self) -> None:
        """Drop all cached table schemas."""
        with self._lock:
            self._schemas = {}

    def key_of(self, table: str, content: Json) -> ItemKey:
        """Return the key of an item; `content` has at least the key's attributes."""
        return ItemKey(table, {name: plain(content[name]) for name in self.schema(table).key})

    def needed_for(self, attempt: Attempt) -> bool:
        """Return whether items have to be looked up before this attempt."""
        if not attempt.writes or self.profile.lookups is LookupPolicy.NEVER:
            return False
        if self.profile.lookups is LookupPolicy.EVERY_WRITE:
            return True
        match attempt.operation:
            case "UpdateItem":
                suffices = attempt.request.get("ReturnValues") == "ALL_NEW"
            case "BatchWriteItem":
                suffices = all(write.verb == "put" for write in attempt.writes)
            case operation:
                return operation == TRANSACTION
        return not (
            suffices and all(counts_correctly(self.schema(name)) for name in attempt.tables)
        )

    def before(self, attempt: Attempt) -> Snapshot:
        """Return the items that the attempt is about to write, in its order."""
        keys = [self.key_of(write.table, write.content) for write in attempt.writes]
        return Snapshot(keys, self.items(keys))

    def items(self, keys: Sequence[ItemKey]) -> list[Item | None]:
        """Return the items at these keys in order, None if there is none; raise `LookupFailed`."""
        if self._peek is not None:
            stored = [self._peek(one.table, one.key) for one in keys]
            return [None if content is None else item_of(content) for content in stored]
        known = {one.identity: one for one in keys}
        found: dict[Any, Item] = {}
        places = list(known.values())
        for start in range(0, len(places), BATCH):
            found |= self._read(places[start : start + BATCH])
        return [found.get(one.identity) for one in keys]

    def page(self, operation: str, parameters: dict[str, Any]) -> list[Json]:
        """Return the items of a Query or Scan; raise `LookupFailed` if the engine fails."""
        client = self._backend.unobserved_client
        ask: Any = client.query if operation == "Query" else client.scan
        try:
            found: list[Json] = ask(**parameters)["Items"]
        except ENGINE_ERRORS as error:
            raise LookupFailed(f"the page could not be read again: {error}") from error
        return found

    def _read(self, keys: Sequence[ItemKey]) -> dict[Any, Item]:
        asked: dict[str, Any] = {}
        for one in keys:
            listed = asked.setdefault(one.table, {"Keys": [], "ConsistentRead": True})["Keys"]
            listed.append(one.key)
        found: dict[Any, Item] = {}
        while asked:
            try:
                reply = self._backend.unobserved_client.batch_get_item(RequestItems=asked)
            except ENGINE_ERRORS as error:
                raise LookupFailed(f"items could not be looked at: {error}") from error
            for table, items in reply["Responses"].items():
                found |= {self.key_of(table, item).identity: item_of(item) for item in items}
            asked = dict(reply.get("UnprocessedKeys", {}))
        return found


def counts_correctly(schema: TableSchema) -> bool:
    """Return whether DynamoDB Local counts writes to a table with these indexes by AWS's rules.

    It adds 100 bytes to entries of local indexes. It also charges a global index for an item that
    has one half of the index's key before the write and the other half after it, although the item
    is in the index neither before nor after.
    """
    return all(
        not index.local and (len(index.key) == 1 or set(index.key) & set(schema.key))
        for index in schema.indexes
    )
