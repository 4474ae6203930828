"""What an entry is made from: sizes read, items before and after a write, or the engine's figure.

A reply that has whole items is enough. If a filter, a projection or COUNT hides items, they are
looked up, or the page is read again. On AWS, where lookups are charged, the engine's figure is used
instead and the bytes stay unknown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cruddur_lib.costs.metering.instrument import ON_FAILURE, LookupPolicy, reported_units
from cruddur_lib.costs.metering.lookups import Lookups, Snapshot
from cruddur_lib.costs.metering.wire import (
    Attempt,
    Json,
    Read,
    Write,
    batch_writes,
    fetches_from_table,
    hides_items,
    whole_page_request,
)
from cruddur_lib.costs.units.capacity_units import CapacityKind, Consistency, Units
from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.schema import IndexSchema, TableSchema

Sizes = list[int | None]  # bytes of items; None where no item was found


@dataclass(frozen=True)
class ItemsRead:
    """Items of one table that were read by their keys; `sizes` is None if they are unknown."""

    table: str
    consistency: Consistency
    sizes: Sizes | None
    reported: Units | None


@dataclass(frozen=True)
class PageRead:
    """One page of a Query or Scan.

    Attributes:
        table: the name of the table.
        consistency: the consistency of the read.
        index: the index that was read, None for the table.
        scanned: the number of items on the page.
        sizes: bytes of each item or index entry; None if they are unknown.
        fetched: bytes of each item that was fetched from the table; None if none had to be.
        complete: False if another writer changed the page before it was read again.
        reported: the engine's figure, if it reports one.
    """

    table: str
    consistency: Consistency
    index: IndexSchema | None
    scanned: int
    sizes: list[int] | None
    fetched: list[int] | None
    complete: bool
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

    table: str
    schema: TableSchema
    items: Sequence[ItemWrite]
    reported: Units | None

    @property
    def replayed(self) -> bool:
        """Whether the engine says that this was a transaction sent again, which only read."""
        return self.reported is not None and self.reported.capacity is CapacityKind.READ


def images_read(attempt: Attempt, reply: Json, lookups: Lookups) -> list[ItemsRead | PageRead]:
    """Return what a read has read, for each table.

    Args:
        attempt: the read.
        reply: the engine's reply.
        lookups: where items that the reply hides are looked up.

    Raises:
        LookupFailed: the items could not be looked up.
    """
    if attempt.operation in ("Query", "Scan"):
        return [_page(attempt, reply, lookups)]
    sizes: dict[str, Sizes | None] = {}
    for position, read in enumerate(attempt.reads):
        found = _sizes(attempt.operation, read, position, reply, lookups)
        before = sizes.setdefault(read.table, [])
        sizes[read.table] = None if before is None or found is None else before + found
    consistency = {read.table: read.consistency for read in attempt.reads}
    return [
        ItemsRead(
            table, consistency[table], listed, reported_units(reply, table, CapacityKind.READ)
        )
        for table, listed in sizes.items()
        if listed != []  # the engine left all keys unprocessed
    ]


def images_written(
    attempt: Attempt, reply: Json, before: Snapshot | None, lookups: Lookups
) -> list[TableWrites]:
    """Return the items of a completed write, for each table.

    Args:
        attempt: the write.
        reply: the engine's reply.
        before: the items before it, None if they were not looked up.
        lookups: where items after an update are looked up.

    Raises:
        LookupFailed: the items could not be looked up.
    """
    left = {
        lookups.key_of(one.table, one.content).identity
        for one in batch_writes(reply.get("UnprocessedItems", {}))
    }
    places = [
        place
        for place, write in enumerate(attempt.writes)
        if not left or lookups.key_of(write.table, write.content).identity not in left
    ]
    done = [attempt.writes[place] for place in places]
    if before is None:
        items = [_from_reply(attempt, write, reply) for write in done]
    else:
        updated = [place for place in places if attempt.writes[place].verb == "update"]
        found = lookups.items([before.keys[place] for place in updated])
        afters = dict(zip(updated, found, strict=True))
        items = [
            _from_lookup(attempt.writes[place], before.items[place], afters.get(place))
            for place in places
        ]
    return _by_table(attempt, zip(done, items, strict=True), reply, lookups)


def images_found(attempt: Attempt, before: Snapshot, lookups: Lookups) -> list[TableWrites]:
    """Return the items of a write whose reply was lost: before it, and now.

    Args:
        attempt: the write.
        before: the items before it.
        lookups: where the items are looked up again.

    Raises:
        LookupFailed: the items could not be looked up.
    """
    now = lookups.items(before.keys)
    items = map(ItemWrite, [write.verb for write in attempt.writes], before.items, now)
    return _by_table(attempt, zip(attempt.writes, items, strict=True), {}, lookups)


def images_of_failure(
    attempt: Attempt, error: Json, before: Snapshot | None, lookups: Lookups
) -> dict[str, list[Item | None]]:
    """Return the items of a write whose condition failed, for each table.

    Args:
        attempt: the write.
        error: the engine's error reply.
        before: the items before the write, None if they were not looked up.
        lookups: where items are looked up if the error does not contain them.

    Raises:
        LookupFailed: the items could not be looked up.
    """
    if before is not None:
        items = before.items
    elif attempt.request.get(ON_FAILURE) == "ALL_OLD":
        items = [Item.from_json(error["Item"]) if error.get("Item") else None]
    elif lookups.profile.lookups is LookupPolicy.NEVER:
        items = [None] * len(attempt.writes)
    else:
        items = lookups.before(attempt).items
    tables: dict[str, list[Item | None]] = {}
    for write, item in zip(attempt.writes, items, strict=True):
        tables.setdefault(write.table, []).append(item)
    return tables


def _sizes(
    operation: str, read: Read, position: int, reply: Json, lookups: Lookups
) -> Sizes | None:
    """Return the bytes of each item of a read, the `position`th of its request."""
    keys, found = read.keys, [reply]
    if operation == "BatchGetItem":
        found = [{"Item": one} for one in reply.get("Responses", {}).get(read.table, ())]
        left = reply.get("UnprocessedKeys", {}).get(read.table, {}).get("Keys", ())
        if left and read.projected:
            unread = [lookups.key_of(read.table, key).identity for key in left]
            keys = [k for k in keys if lookups.key_of(read.table, k).identity not in unread]
        missing = len(read.keys) - len(left) - len(found)
        found += [{}] * missing
    elif operation == "TransactGetItems":
        found = [reply["Responses"][position]]
    if not read.projected:
        return [_size(one.get("Item")) for one in found]
    if lookups.profile.lookups is LookupPolicy.NEVER and keys:
        return None
    items = lookups.items([lookups.key_of(read.table, key) for key in keys])
    return [None if item is None else item.size for item in items]


def _size(content: Json | None) -> int | None:
    return Item.from_json(content).size if content else None


def _page(attempt: Attempt, reply: Json, lookups: Lookups) -> PageRead:
    (read,), request = attempt.reads, attempt.request
    schema = lookups.schema(read.table)
    index = schema.index(request["IndexName"]) if "IndexName" in request else None
    fetches = fetches_from_table(request, schema)
    scanned = reply["ScannedCount"]
    hidden = hides_items(read, request, reply)
    unknown = hidden and lookups.profile.lookups is LookupPolicy.NEVER
    items: list[Item] = []
    if not unknown:
        shown = reply.get("Items", [])
        if hidden:
            again = whole_page_request(request, scanned, fetches=fetches)
            shown = lookups.page(attempt.operation, again)
        items = _whole_items(read.table, shown, lookups, fetches=fetches)
    entries = items if index is None else schema.index_entries(index, items)
    return PageRead(
        read.table,
        read.consistency,
        index,
        scanned,
        None if unknown else [entry.size for entry in entries],
        [item.size for item in items] if fetches else None,
        unknown or len(items) == scanned,
        reported_units(reply, read.table, CapacityKind.READ),
    )


def _whole_items(
    table: str, shown: Sequence[Json], lookups: Lookups, *, fetches: bool
) -> list[Item]:
    if fetches and lookups.profile.lookups is LookupPolicy.EVERY_WRITE:
        # moto shows only what the index holds
        found = lookups.items([lookups.key_of(table, item) for item in shown])
        return [item for item in found if item is not None]
    return [Item.from_json(item) for item in shown]


def _from_lookup(write: Write, before: Item | None, after: Item | None) -> ItemWrite:
    """Return a write whose item was looked up before it, and after it if it is an update."""
    afters = {"put": write.item, "delete": None, "check": before, "update": after}
    return ItemWrite(write.verb, before, afters[write.verb])


def _from_reply(attempt: Attempt, write: Write, reply: Json) -> ItemWrite:
    """Return a write with the item that its reply contains, if it contains one."""
    shown = reply.get("Attributes")
    item = Item.from_json(shown) if shown else None
    match attempt.operation:
        case "PutItem" | "DeleteItem":
            return ItemWrite(write.verb, item, write.item)
        case "UpdateItem":
            whole = attempt.request.get("ReturnValues") == "ALL_NEW"
            return ItemWrite(write.verb, None, item if whole else None, seen=False)
    return ItemWrite(write.verb, None, write.item, seen=False)


def _by_table(
    attempt: Attempt, items: Iterable[tuple[Write, ItemWrite]], reply: Json, lookups: Lookups
) -> list[TableWrites]:
    tables: dict[str, list[ItemWrite]] = {}
    for write, item in items:
        tables.setdefault(write.table, []).append(item)
    return [
        TableWrites(
            table, lookups.schema(table), listed, reported_units(reply, table, attempt.capacity)
        )
        for table, listed in tables.items()
    ]
