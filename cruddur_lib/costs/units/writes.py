"""Write units of Put, Update, Delete, of batches and of transactions, of table and indexes.

A write is charged by what was there before and what is there after; both are items, or None where
there is none. The table is charged by the larger of the two in whole KB, and each index by what
changes of its entry:

| the entry | units of the index |
|---|---|
| is not there before and after, or stays as it was | 0, and the index is missing from the answer |
| enters or leaves | 1 for each KB of it |
| changes, under the same key | 1 for each KB of the larger |
| changes its index key | those of the old one's delete and of the new one's put |

Local indexes follow the same rules, on their table's capacity. A transaction doubles the table's
units and not those of indexes. The 100 bytes by which storage of an entry is billed do not count:
DynamoDB Local 1.25.1 adds them to entries of local indexes, AWS was seen not to.

Sources, read 2026-11-22: AWS, "DynamoDB read and write operations", "Using Global Secondary Indexes
in DynamoDB", "Local secondary indexes", "Amazon DynamoDB Transactions: How it works"
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html

What those pages leave open was measured on AWS's DynamoDB by others: units of indexes at sizes
above 1 KB, of conditions and of replays (nubo-db/dynoxide, src/actions/index_capacity.rs, captures
of 2026-08-12, and pull request 188; paritysuite/dynamodb-conformance, pull requests 67 and 74).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cruddur_lib.costs.units.capacity_units import (
    CapacityKind,
    Consistency,
    Units,
    UnitsError,
    plural,
    read_units,
    write_units,
)
from cruddur_lib.costs.units.items import AnyItem, Item, as_item
from cruddur_lib.costs.units.schema import TableSchema
from cruddur_lib.costs.units.sizes import accepted_size, item_size

TRANSACTION = 2  # table units of a transactional write for one of an ordinary one


@dataclass(frozen=True)
class Change:
    """One item of a batch or a transaction, before and after; the same where it is only checked."""

    before: AnyItem | None
    after: AnyItem | None


def put_item(layout: TableSchema, item: AnyItem, before: AnyItem | None = None) -> Units:
    """Units of a PutItem, where `before` is what it replaces; raises `ItemTooLarge`."""
    return write(layout, before, item)


def update_item(layout: TableSchema, before: AnyItem | None, after: AnyItem) -> Units:
    """Units of an UpdateItem: of the whole item, however little of it is set. Raises
    `ItemTooLarge`.
    """
    return write(layout, before, after)


def delete_item(layout: TableSchema, before: AnyItem | None) -> Units:
    """Units of a DeleteItem; of nothing, 1."""
    return write(layout, before, None)


def write(layout: TableSchema, before: AnyItem | None, after: AnyItem | None) -> Units:
    """Units of one write that finds `before` and leaves `after`.

    Raises `ItemTooLarge`, and `LayoutError` where an item lacks the table's key or the two differ
    in it.
    """
    old, new = _item(before), _item(after)
    layout.check_key(*(item for item in (old, new) if item is not None))
    if new is not None:
        accepted_size(new, *layout.key)
    size = max(_size(old), _size(new))
    changed = {index: index_units(layout, index.name, old, new) for index in layout.indexes}
    touched = [(index, units) for index, units in changed.items() if units]
    arms = "".join(f", {index.name} {units}" for index, units in touched)
    return Units(
        CapacityKind.WRITE,
        write_units(size),
        {index.name: units for index, units in touched if not index.local},
        {index.name: units for index, units in touched if index.local},
        f"{_verb(old, new)} of {size:,} bytes in whole KB{arms}",
    )


def index_units(
    layout: TableSchema, name: str, before: AnyItem | None, after: AnyItem | None
) -> int:
    """Write units of one index where an item changes from `before` to `after`; 0 where its entry
    stays.
    """
    index = layout.index(name)
    old, new = layout.index_entry(index, before), layout.index_entry(index, after)
    if old == new:
        return 0
    if old is None or new is None:
        return write_units(max(_size(old), _size(new)))
    if old.only(index.key) != new.only(index.key):
        return write_units(_size(old)) + write_units(_size(new))
    return write_units(max(_size(old), _size(new)))


def batch_write_item(layout: TableSchema, changes: Iterable[Change]) -> Units:
    """Units of a BatchWriteItem on one table: those of its puts and deletes, each by itself; a
    delete of nothing is 1.

    Raises `ItemTooLarge`.
    """
    return _together([write(layout, change.before, change.after) for change in changes])


def transact_write_items(
    layout: TableSchema, changes: Iterable[Change], checks: Iterable[AnyItem | None] = ()
) -> Units:
    """Units of a TransactWriteItems on one table; `checks` are the items of its ConditionChecks.

    Twice a batch's units on the table, but not on indexes. A ConditionCheck writes nothing and is
    charged as a write of the item that it looks at, 1 KB where there is none. Raises
    `ItemTooLarge`.
    """
    listed = list(checks)
    looks = [Units(CapacityKind.WRITE, write_units(_size(_item(checked)))) for checked in listed]
    units = _together([write(layout, c.before, c.after) for c in changes] + looks)
    checked = f", {plural(len(listed), 'condition check')}" if listed else ""
    return Units(
        CapacityKind.WRITE,
        TRANSACTION * units.table,
        units.indexes,
        units.local_indexes,
        f"{units.why}, table's twice in a transaction{checked}",
    )


def replayed_transaction(changes: Iterable[Change], checks: Iterable[AnyItem | None] = ()) -> Units:
    """**Read** units of a TransactWriteItems sent again with its ClientRequestToken: it writes
    nothing, and each item is read transactionally, by the size that its write was charged by.
    """
    pairs = [(change.before, change.after) for change in changes]
    pairs += [(checked, None) for checked in checks]
    sizes = [max(_size(_item(one)) for one in pair) for pair in pairs]
    return Units(
        CapacityKind.READ,
        sum(read_units(size, Consistency.TRANSACTIONAL) for size in sizes),
        why=f"{plural(len(sizes), 'item')} of a replayed transaction, each in whole 4 KB, 2 each",
    )


def failed_condition(before: AnyItem | None, *, transactional: bool = False) -> Units:
    """Units of a write whose condition fails on this item: of the item as it stays, 1 where there
    is none; nothing of indexes. Of a transaction that is cancelled, one item's share, twice that.

    By AWS's rule alone, and marked unverified: the answer of a failed write carries no
    ConsumedCapacity, on AWS or on any engine. (By CloudWatch a failure under 1 KB was seen to cost
    1, with an item there or without: zeroae/zae-limiter, issue 695, 2026-10-06.)
    """
    size = _size(_item(before))
    units = write_units(size) * (TRANSACTION if transactional else 1)
    why = f"failed condition on {size:,} bytes in whole KB (by rule: no engine reports it)"
    return Units(CapacityKind.WRITE, units, why=why, verified=False)


def _together(units: list[Units]) -> Units:
    """The units of one request with several items."""
    if not units:
        raise UnitsError("a request without items is refused, so it has no units")
    total = units[0]
    for one in units[1:]:
        total += one
    each = " + ".join(f"{one.table:g}" for one in units)
    arms = "".join(
        f", {name} {count:g}" for name, count in {**total.indexes, **total.local_indexes}.items()
    )
    why = f"{plural(len(units), 'item')}, each in whole KB: {each}{arms}"
    return Units(CapacityKind.WRITE, total.table, total.indexes, total.local_indexes, why)


def _item(item: AnyItem | None) -> Item | None:
    return None if item is None else as_item(item)


def _size(item: Item | None) -> int:
    return 0 if item is None else item_size(item)


def _verb(old: Item | None, new: Item | None) -> str:
    match old, new:
        case None, None:
            return "delete of nothing, a write"
        case None, _:
            return "new item"
        case _, None:
            return "delete"
    return "write over an item, the larger"
