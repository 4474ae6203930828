"""The entries of reads: what a request and its reply say of the bytes that were read.

Where a reply holds whole items, they are counted. Where a filter, a projection or COUNT hides some,
they are looked at, or the page is read again and not metered; on AWS, where that would be charged,
the engine's own figure is taken and the bytes stay unknown.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cruddur_lib.costs.metering.images import Images, LookupPolicy
from cruddur_lib.costs.metering.instrument import figure, reported
from cruddur_lib.costs.metering.report import Entry
from cruddur_lib.costs.metering.wire import (
    consistency_of,
    fetches_from_table,
    hides_attributes,
    item_of,
    whole_page_request,
)
from cruddur_lib.costs.units import reads
from cruddur_lib.costs.units.capacity_units import CapacityKind, Consistency, Units, plural
from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.sizes import item_size

Sizes = list[int | None]  # bytes; None where nothing was found


def read_entries(operation: str, request: Any, reply: Any, images: Images) -> list[Entry]:
    """What a read cost, table by table; raises `Unseen` where it cannot be looked at."""
    match operation:
        case "GetItem":
            return [_get(request, reply, images)]
        case "BatchGetItem":
            return _batch(request, reply, images)
        case "TransactGetItems":
            return _transaction(request, reply, images)
    return [_page(operation, request, reply, images)]


def _get(request: Any, reply: Any, images: Images) -> Entry:
    table, kind = request["TableName"], consistency_of(request)
    if not hides_attributes(request, reply):
        sizes: Sizes | None = [_size(reply.get("Item"))]
    else:
        sizes = _looked(table, [request["Key"]], images)
    return _entry("GetItem", table, sizes, kind, reply, lambda s: reads.get_item(s[0], kind))


def _batch(request: Any, reply: Any, images: Images) -> list[Entry]:
    entries = []
    for table, asked in request["RequestItems"].items():
        left = reply.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
        found, kind = reply.get("Responses", {}).get(table, []), consistency_of(asked)
        count = len(asked["Keys"]) - len(left)
        if not hides_attributes(asked, {}):
            sizes: Sizes | None = [*map(_size, found), *[None] * (count - len(found))]
        else:
            unread = [images.place(table, key) for key in left]
            keys = [key for key in asked["Keys"] if images.place(table, key) not in unread]
            sizes = _looked(table, keys, images)
        if count:
            entries.append(_several("BatchGetItem", table, sizes, kind, reply))
    return entries


def _transaction(request: Any, reply: Any, images: Images) -> list[Entry]:
    gets = [one["Get"] for one in request["TransactItems"]]
    sizes: dict[str, Sizes | None] = {}
    for get, answer in zip(gets, reply["Responses"], strict=True):
        if hides_attributes(get, {}):
            one = _looked(get["TableName"], [get["Key"]], images)
        else:
            one = [_size(answer.get("Item"))]
        so_far = sizes.setdefault(get["TableName"], [])
        sizes[get["TableName"]] = None if so_far is None or one is None else so_far + one
    return [
        _several("TransactGetItems", table, listed, Consistency.TRANSACTIONAL, reply)
        for table, listed in sizes.items()
    ]


def _several(
    operation: str, table: str, sizes: Sizes | None, kind: Consistency, reply: Any
) -> Entry:
    def rule(known: Sizes) -> Units:
        return reads.batch_get_item(known, kind)

    entry = _entry(operation, table, sizes, kind, reply, rule)
    number = "items" if sizes is None else plural(len(sizes), "item")
    return replace(entry, units=replace(entry.units, why=f"{number} in {entry.units.why}"))


def _entry(  # noqa: PLR0913, PLR0917  private
    operation: str,
    table: str,
    sizes: Sizes | None,
    kind: Consistency,
    reply: Any,
    rule: Callable[[Sizes], Units],
) -> Entry:
    """The entry by the rule where the sizes are known, else by the engine's figure."""
    units = of_engine(reported(reply, table), CapacityKind.READ) if sizes is None else rule(sizes)
    there = [size for size in sizes or () if size is not None]
    missing = "nothing found, " if operation == "GetItem" and sizes and not there else ""
    return Entry(
        operation,
        table,
        replace(units, why=missing + _blocks(units, kind)),
        read=kind,
        items=len(there),
        size=None if sizes is None else sum(there),
        reported=figure(reply, table),
    )


def _page(operation: str, request: Any, reply: Any, images: Images) -> Entry:
    table, kind, scanned = request["TableName"], consistency_of(request), reply["ScannedCount"]
    layout = images.layout(table)
    index = layout.index(request["IndexName"]) if "IndexName" in request else None
    hidden = images.means.looks is LookupPolicy.NEVER and hides_attributes(request, reply)
    items, whole = ([], True) if hidden else _read(operation, request, reply, images)
    entries = items if index is None else layout.index_entries(index, items)
    fetching = fetches_from_table(request, layout)
    fetched = [item_size(item) for item in items] if fetching else []
    sizes = [item_size(entry) for entry in entries]
    units = (
        of_engine(reported(reply, table), CapacityKind.READ)
        if hidden
        else reads.query(sizes, kind, index, fetched)
    )
    why = _blocks(units, kind) + (
        f", {plural(scanned, 'item')} fetched" if fetching and scanned else ""
    )
    return Entry(
        operation,
        table,
        replace(units, why=why, verified=whole),
        index.name if index else None,
        kind,
        scanned,
        None if hidden else sum(sizes) + sum(fetched),
        reported=figure(reply, table),
    )


def _read(operation: str, request: Any, reply: Any, images: Images) -> tuple[list[Item], bool]:
    """The items of a page, and whether these are all: somebody may write between it and a look."""
    table, shown, scanned = request["TableName"], reply.get("Items", []), reply["ScannedCount"]
    layout = images.layout(table)
    if hides_attributes(request, reply):
        shown = images.reread(operation, whole_page_request(request, layout, scanned))["Items"]
    items: list[Item | None] = [Item.from_json(item) for item in shown]
    if fetches_from_table(request, layout) and images.means.looks is LookupPolicy.EVERY_WRITE:
        # moto shows what the index holds, no more
        items = [*images.look([images.place(table, item) for item in shown]).values()]
    there = [item for item in items if item is not None]
    return there, len(there) == scanned


def _looked(table: str, keys: list[Any], images: Images) -> Sizes | None:
    """Sizes of what lies at these keys; None where a look would be charged."""
    if images.means.looks is LookupPolicy.NEVER:
        return None
    places = [images.place(table, key) for key in keys]
    seen = images.look(places)
    return [None if (item := seen[one]) is None else item_size(item) for one in places]


def _size(content: Any) -> int | None:
    return item_size(item_of(content)) if content else None


def of_engine(said: Any, capacity: CapacityKind) -> Units:
    """Units as an engine reports them for one table, asked for INDEXES."""
    on_global, on_local = (
        {name: part["CapacityUnits"] for name, part in said.get(kind, {}).items()}
        for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
    )
    on_indexes = sum(on_global.values()) + sum(on_local.values())
    return Units(capacity, said["CapacityUnits"] - on_indexes, on_global, on_local)


def _blocks(units: Units, kind: Consistency) -> str:
    """The reason, as every engine gives it: from the units alone."""
    number = plural(round(units.total / kind.value), "block")
    return f"{number} of 4 KB x {kind.value:g} ({kind.name.lower()})"
