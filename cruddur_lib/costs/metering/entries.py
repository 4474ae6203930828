"""Entries of a record, made from an attempt and its images: no connection, no reply."""

from collections.abc import Sequence
from dataclasses import replace

from cruddur_lib.costs.metering.images import ItemsRead, PageRead, TableWrites
from cruddur_lib.costs.metering.report import AttemptOutcome, Entry
from cruddur_lib.costs.metering.wire import STREAM, TRANSACTION, Attempt
from cruddur_lib.costs.units import reads, writes
from cruddur_lib.costs.units.capacity_units import (
    CapacityKind,
    Consistency,
    Units,
    UnitsError,
    plural,
)
from cruddur_lib.costs.units.items import Item

SINGLE = ("PutItem", "UpdateItem", "DeleteItem")
UNNAMED = "?"  # the table of a PartiQL request, whose statements name their tables


def read_entry(read: ItemsRead | PageRead) -> Entry:
    """Return the entry of a read of one table; raise `UnitsError` if its units are unknown."""
    return _page_entry(read) if isinstance(read, PageRead) else _items_entry(read)


def write_entry(written: TableWrites) -> Entry:
    """Return the entry of a write on one table; raise `UnitsError` if its units are unknown."""
    units = _units_by_rule(written) if _all_seen(written) else _known(written.reported)
    return _write_entry(written, replace(units, why=_why(written, units)))


def replayed_entry(written: TableWrites) -> Entry:
    """Return the entry of a transaction that was sent again with its token, which only reads.

    `written` has the items of the first request and the units that the engine reports for this one.
    Raises `UnitsError` if the units are unknown.
    """
    changes = [writes.Change(one.before, one.after) for one in written.items]
    units = (
        writes.replayed_transaction(changes)
        if _all_seen(written)
        else replace(_known(written.reported), capacity=CapacityKind.READ)
    )
    blocks = plural(round(units.total / Consistency.TRANSACTIONAL.value), "block")
    why = f"sent again: {blocks} of 4 KB x 2, nothing written"
    entry = _write_entry(written, replace(units, why=why))
    return replace(entry, outcome=AttemptOutcome.REPLAYED)


def failed_entry(operation: str, table: str, items: Sequence[Item | None]) -> Entry:
    """Return the entry of a failed condition, or of the transaction that it canceled, by rule.

    `items` are the stored items that the request names on this table, None where there is none.
    """
    doubled = operation == TRANSACTION
    total = sum(writes.failed_condition(item, transactional=doubled).table for item in items)
    what = f"cancelled: {total / 2:g} x 2" if doubled else f"failed condition {total:g}"
    return Entry(
        operation,
        table,
        Units(CapacityKind.WRITE, total, why=f"{what} (unverified)", verified=False),
        items=len(items),
        size=sum(item.size for item in items if item is not None),
        outcome=AttemptOutcome.CONDITION_FAILED,
    )


def lost_reply_entry(entry: Entry) -> Entry:
    """Return the entry of a write whose reply was lost, but whose items have changed."""
    why = f"{entry.units.why}, found there (answer lost)"
    return replace(entry, units=replace(entry.units, why=why, verified=False))


def stream_entry(records: int) -> Entry:
    """Return the entry of a GetRecords call that returned this many records."""
    return Entry(STREAM, "stream", replace(reads.get_records(), why="1 a call"), items=records)


def entries_without_units(attempt: Attempt, outcome: AttemptOutcome, why: str) -> list[Entry]:
    """Return an entry for each table of an attempt that costs nothing, or an unknown amount."""
    unnamed = "stream" if attempt.operation == STREAM else UNNAMED
    units = Units(attempt.capacity, why=why)
    size = 0 if outcome.counted else None
    return [
        Entry(attempt.operation, table, units, size=size, outcome=outcome)
        for table in attempt.tables or [unnamed]
    ]


def _items_entry(read: ItemsRead) -> Entry:
    units = (
        _known(read.reported)
        if read.sizes is None
        else reads.batch_get_item(read.sizes, read.consistency)
    )
    found = [size for size in read.sizes or () if size is not None]
    return Entry(
        read.operation,
        read.table,
        replace(units, why=_items_read(read) + _blocks(units, read.consistency)),
        read=read.consistency,
        items=len(found),
        size=None if read.sizes is None else sum(found),
        reported=_total(read.reported),
    )


def _items_read(read: ItemsRead) -> str:
    if read.operation == "GetItem":
        return "nothing found, " if read.sizes == [None] else ""
    return "items in " if read.sizes is None else f"{plural(len(read.sizes), 'item')} in "


def _page_entry(page: PageRead) -> Entry:
    units = (
        _known(page.reported)
        if page.sizes is None
        else reads.query(page.sizes, page.consistency, page.index, page.fetched or ())
    )
    why = _blocks(units, page.consistency)
    if page.fetched is not None and page.scanned:
        why += f", {plural(page.scanned, 'item')} fetched"
    return Entry(
        page.operation,
        page.table,
        replace(units, why=why, verified=page.complete),
        page.index.name if page.index else None,
        page.consistency,
        page.scanned,
        None if page.sizes is None else sum(page.sizes) + sum(page.fetched or ()),
        reported=_total(page.reported),
    )


def _blocks(units: Units, consistency: Consistency) -> str:
    """Return the reason for a read's units, in the same words on every engine."""
    blocks = plural(round(units.total / consistency.value), "block")
    return f"{blocks} of 4 KB x {consistency.value:g} ({consistency.name.lower()})"


def _write_entry(written: TableWrites, units: Units) -> Entry:
    sizes = [one.size for one in written.items]
    return Entry(
        written.operation,
        written.table,
        units,
        items=len(sizes),
        size=None if None in sizes else sum(filter(None, sizes)),
        reported=_total(written.reported),
    )


def _units_by_rule(written: TableWrites) -> Units:
    if written.operation in SINGLE:
        (item,) = written.items
        return writes.write(written.schema, item.before, item.after)
    changes = [writes.Change(one.before, one.after) for one in written.items if one.verb != "check"]
    if written.operation == TRANSACTION:
        checks = [one.before for one in written.items if one.verb == "check"]
        return writes.transact_write_items(written.schema, changes, checks)
    return writes.batch_write_item(written.schema, changes)


def _why(written: TableWrites, units: Units) -> str:
    """Return the reason for a write's units, in the same words on every engine."""
    one_index = len(written.schema.indexes) == 1
    on_indexes = [
        f" + {'index' if one_index else name} {count:g}"
        for name, count in (*units.indexes.items(), *units.local_indexes.items())
    ]
    verbs = [one.verb for one in written.items]
    if written.operation in SINGLE:
        nothing = " of nothing" if verbs == ["delete"] and written.items[0].before is None else ""
        what = f"{verbs[0]}{nothing} {units.table:g}"
    else:
        counts = ", ".join([plural(verbs.count(verb), verb) for verb in dict.fromkeys(verbs)])
        doubled = written.operation == TRANSACTION
        what = f"{counts}: {units.table / 2:g} x 2" if doubled else f"{counts}: {units.table:g}"
    return what + "".join(on_indexes)


def _all_seen(written: TableWrites) -> bool:
    return all(one.seen for one in written.items)


def _known(reported: Units | None) -> Units:
    if reported is None:
        raise UnitsError("the engine reports no units")
    return reported


def _total(reported: Units | None) -> float | None:
    return None if reported is None else float(reported.total)
