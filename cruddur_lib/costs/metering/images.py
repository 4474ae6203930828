"""What an entry is made from: sizes read, items before and after a write, or the engine's figure.

A reply that has whole items is enough. If a filter, a projection or COUNT hides items, they are
looked up, or the page is read again. On AWS, where lookups are charged, the engine's figure is used
instead and the bytes stay unknown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cruddur_lib.costs.metering.instrument import ON_FAILURE, LookupPolicy, reported_units
from cruddur_lib.costs.metering.lookups import LookupFailed, Lookups, Snapshot
from cruddur_lib.costs.metering.wire import Attempt, Json, Read, Write, batch_writes
from cruddur_lib.costs.units.capacity_units import CapacityKind, Consistency, Units
from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.schema import IndexSchema, TableSchema

Sizes = list[int | None]  # bytes of items; None where no item was found


@dataclass(frozen=True)
class ItemsRead:
    """Items of one table that were read by their keys; `sizes` is None if they are unknown."""

    operation: str
    table: str
    consistency: Consistency
    sizes: Sizes | None
    reported: Units | None


@dataclass(frozen=True)
class PageRead:
    """One page of a Query or Scan of a table, or of an index."""

    operation: str
    table: str
    consistency: Consistency
    index: IndexSchema | None
    scanned: int  # items on the page
    sizes: list[int] | None  # bytes of each item or index entry; None if they are unknown
    fetched: list[int] | None  # bytes of each item fetched from the table; None without a fetch
    complete: bool  # False if another writer changed the page before it was read again
    reported: Units | None


@dataclass(frozen=True)
class ItemWrite:
    """One item of a write request, before and after; `seen` is False if before is unknown."""

    verb: str
    before: Item | None
    after: Item | None
    seen: bool = True

    @property
    def size(self) -> int | None:
        """Bytes after the write, but before a delete or check; None if unknown."""
        item = self.before if self.verb in ("delete", "check") else self.after
        if item is None:
            return 0 if self.seen else None
        return item.size


@dataclass(frozen=True)
class TableWrites:
    """The items of one table that a request wrote, and the engine's figure if it reports one."""

    operation: str
    table: str
    schema: TableSchema
    items: Sequence[ItemWrite]
    reported: Units | None

    @property
    def replayed(self) -> bool:
        """Whether the engine says that this was a transaction sent again, which only read."""
        return self.reported is not None and self.reported.capacity is CapacityKind.READ


class Images:
    """What one attempt read or wrote, from its reply and from lookups."""

    def __init__(self, attempt: Attempt, lookups: Lookups) -> None:
        """Prepare for `attempt`; items that its reply does not show are looked up by `lookups`."""
        self._attempt, self._lookups = attempt, lookups
        self._before: Snapshot | None = None

    @property
    def looked_up(self) -> bool:
        """Whether the items were looked up before the attempt."""
        return self._before is not None

    def look_up(self) -> None:
        """Look up the items that the attempt is about to write, or raise `LookupFailed`."""
        self._before = self._lookups.before(self._attempt)

    def reads(self, reply: Json) -> list[ItemsRead | PageRead]:
        """Return what a read has read, for each table, or raise `LookupFailed`."""
        if self._attempt.operation in ("Query", "Scan"):
            return [self._page(reply)]
        sizes: dict[str, Sizes | None] = {}
        for place, read in enumerate(self._attempt.reads):
            so_far, found = sizes.setdefault(read.table, []), self._sizes(read, place, reply)
            sizes[read.table] = None if so_far is None or found is None else so_far + found
        operation = self._attempt.operation
        kinds = {read.table: read.consistency for read in self._attempt.reads}
        return [
            ItemsRead(operation, table, kinds[table], listed, self._reported(reply, table))
            for table, listed in sizes.items()
            if listed != []  # the engine left all keys of the table unprocessed
        ]

    def writes(self, reply: Json) -> list[TableWrites]:
        """Return the items of a completed write, for each table, or raise `LookupFailed`."""
        writes = self._attempt.writes
        places: Sequence[int] = range(len(writes))
        if unprocessed := reply.get("UnprocessedItems"):
            left = {self._identity(write) for write in batch_writes(unprocessed)}
            places = [place for place in places if self._identity(writes[place]) not in left]
        if self._before is None:
            items = [self._from_reply(writes[place], reply) for place in places]
            return self._by_table(places, items, reply)
        keys, items_before = self._before.keys, self._before.items
        updates = [place for place in places if writes[place].verb == "update"]
        after = self._lookups.items([keys[place] for place in updates]) if updates else []
        afters = dict(zip(updates, after, strict=True))
        items = [_from_lookup(writes[n], items_before[n], afters.get(n)) for n in places]
        return self._by_table(places, items, reply)

    def writes_found(self) -> list[TableWrites]:
        """Return the items of a write whose reply was lost, before it and now, for each table.

        Raise `LookupFailed` if they were not looked up before the write, or cannot be now.
        """
        if self._before is None:
            raise LookupFailed("the items before the write are unknown")
        verbs = [write.verb for write in self._attempt.writes]
        now = self._lookups.items(self._before.keys)
        items = list(map(ItemWrite, verbs, self._before.items, now))
        return self._by_table(range(len(items)), items, {})

    def items_of_failure(self, error: Json) -> dict[str, list[Item | None]]:
        """Return the items of a write whose condition failed, by table; raise `LookupFailed`."""
        if self._before is not None:
            items = self._before.items
        elif self._attempt.request.get(ON_FAILURE) == "ALL_OLD":
            items = [Item.from_json(error["Item"]) if error.get("Item") else None]
        elif self._lookups.profile.lookups is LookupPolicy.NEVER:
            items = [None] * len(self._attempt.writes)
        else:
            items = self._lookups.before(self._attempt).items
        tables: dict[str, list[Item | None]] = {}
        for write, item in zip(self._attempt.writes, items, strict=True):
            tables.setdefault(write.table, []).append(item)
        return tables

    def _sizes(self, read: Read, place: int, reply: Json) -> Sizes | None:
        """Return the bytes of each item of the read at this place in the request."""
        keys, found = read.keys, [reply]
        if self._attempt.operation == "TransactGetItems":
            found = [reply["Responses"][place]]
        elif self._attempt.operation == "BatchGetItem":
            left = reply.get("UnprocessedKeys", {}).get(read.table, {}).get("Keys", ())
            unread = [self._lookups.key_of(read.table, key).identity for key in left]
            if unread:
                known = {self._lookups.key_of(read.table, key).identity: key for key in keys}
                keys = [key for identity, key in known.items() if identity not in unread]
            found = [{"Item": one} for one in reply.get("Responses", {}).get(read.table, ())]
            found += [{}] * (len(keys) - len(found))
        if not read.projected:
            items = [Item.from_json(one["Item"]) if one.get("Item") else None for one in found]
        elif keys and self._lookups.profile.lookups is LookupPolicy.NEVER:
            return None
        else:
            items = self._lookups.items([self._lookups.key_of(read.table, key) for key in keys])
        return [None if item is None else item.size for item in items]

    def _page(self, reply: Json) -> PageRead:
        (read,), request = self._attempt.reads, self._attempt.request
        schema = self._lookups.schema(read.table)
        index = schema.index(request["IndexName"]) if "IndexName" in request else None
        fetches = self._attempt.fetches_from_table(schema)
        scanned, contents = reply["ScannedCount"], reply.get("Items", [])
        hidden = self._attempt.hides_items(reply)
        unknown = hidden and self._lookups.profile.lookups is LookupPolicy.NEVER
        if hidden and not unknown:
            again = self._attempt.whole_page(scanned, fetches=fetches)
            contents = self._lookups.page(self._attempt.operation, again)
        items = [] if unknown else self._whole_items(read.table, contents, fetches=fetches)
        entries = items if index is None else schema.index_entries(index, items)
        return PageRead(
            self._attempt.operation,
            read.table,
            read.consistency,
            index,
            scanned,
            None if unknown else [entry.size for entry in entries],
            [item.size for item in items] if fetches else None,
            unknown or len(items) == scanned,
            self._reported(reply, read.table),
        )

    def _whole_items(self, table: str, contents: Sequence[Json], *, fetches: bool) -> list[Item]:
        if fetches and self._lookups.profile.lookups is LookupPolicy.EVERY_WRITE:
            # moto shows only what the index holds
            found = self._lookups.items([self._lookups.key_of(table, item) for item in contents])
            return [item for item in found if item is not None]
        return [Item.from_json(item) for item in contents]

    def _from_reply(self, write: Write, reply: Json) -> ItemWrite:
        """Return a write with the item that its reply contains, if it contains one."""
        attributes = reply.get("Attributes")
        item = Item.from_json(attributes) if attributes else None
        if self._attempt.operation in ("PutItem", "DeleteItem"):
            return ItemWrite(write.verb, item, write.item)
        if self._attempt.request.get("ReturnValues") == "ALL_NEW":
            return ItemWrite(write.verb, None, item, seen=False)
        return ItemWrite(write.verb, None, write.item, seen=False)

    def _by_table(
        self, places: Iterable[int], items: Iterable[ItemWrite], reply: Json
    ) -> list[TableWrites]:
        tables: dict[str, list[ItemWrite]] = {}
        for place, item in zip(places, items, strict=True):
            tables.setdefault(self._attempt.writes[place].table, []).append(item)
        operation, schema = self._attempt.operation, self._lookups.schema
        return [
            TableWrites(operation, table, schema(table), group, self._reported(reply, table))
            for table, group in tables.items()
        ]

    def _reported(self, reply: Json, table: str) -> Units | None:
        return reported_units(reply, table, self._attempt.capacity)

    def _identity(self, write: Write) -> object:
        return self._lookups.key_of(write.table, write.content).identity


def _from_lookup(write: Write, before: Item | None, after: Item | None) -> ItemWrite:
    """Return a write whose item was looked up before it, and after it if it is an update."""
    afters = {"put": write.item, "delete": None, "check": before, "update": after}
    return ItemWrite(write.verb, before, afters[write.verb])
