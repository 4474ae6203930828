"""Write units of Put, Update, Delete, batches and transactions, on the table and its indexes.

A write is charged by the item before and the item after it; either is None if there is no item. The
table is charged for the larger of the two in whole KB, even if an update sets one attribute only.
Each index is charged for its entry:

| the index entry | units of the index |
|---|---|
| is absent before and after, or does not change | 0, and the reply does not list the index |
| is added or removed | 1 for each KB of it |
| changes but keeps the index key | 1 for each KB of the larger |
| changes its index key | the units of deleting the old entry plus those of putting the new one |

Local indexes follow the same rules, on their table's capacity. A transaction doubles the units of
the table, not those of indexes. The 100 bytes that storage adds to an entry do not count here:
DynamoDB Local 1.25.1 adds them to entries of local indexes, AWS was measured not to.

Sources, read 2026-11-22: AWS, "DynamoDB read and write operations", "Using Global Secondary Indexes
in DynamoDB", "Local secondary indexes", "Amazon DynamoDB Transactions: How it works"
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html

Those pages do not give the units of indexes above 1 KB, of conditions and of replays. Others
measured them on AWS's DynamoDB (nubo-db/dynoxide, src/actions/index_capacity.rs, captures of
2026-08-12, and pull request 188; paritysuite/dynamodb-conformance, pull requests 67 and 74).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

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
from cruddur_lib.costs.units.schema import IndexSchema, TableSchema
from cruddur_lib.costs.units.sizes import accepted_size

BATCH = 25  # items that a BatchWriteItem may have
TRANSACTION = 2  # a transactional write costs this many times the table units of an ordinary write


@dataclass(frozen=True)
class Change:
    """One item of a batch or a transaction, before and after; both are equal if only checked."""

    before: AnyItem | None
    after: AnyItem | None


def write(schema: TableSchema, before: AnyItem | None, after: AnyItem | None) -> Units:
    """Return the units of a PutItem, an UpdateItem or a DeleteItem; a delete of no item costs 1.

    Args:
        schema: the table's key and indexes.
        before: the item before the write, None if there is none.
        after: the item after the write, None if it is deleted.

    Raises:
        ItemTooLarge: `after` is larger than 400 KB.
        SchemaError: an item lacks the table's key, or the two keys differ.
    """
    old, new = _item(before), _item(after)
    schema.check_key(*[item for item in (old, new) if item is not None])
    if new is not None:
        accepted_size(new, *schema.key)
    size = max(_size(old), _size(new))
    changed = [(index, index_units(schema, index, old, new)) for index in schema.indexes]
    return Units(
        CapacityKind.WRITE,
        write_units(size),
        {index.name: units for index, units in changed if units and not index.local},
        {index.name: units for index, units in changed if units and index.local},
        f"{_verb(old, new)} of {size:,} bytes in whole KB"
        + "".join([f", {index.name} {units}" for index, units in changed if units]),
    )


def batch_write_item(schema: TableSchema, changes: Iterable[Change]) -> Units:
    """Return the units of a BatchWriteItem on one table: each put and delete counts separately.

    Args:
        schema: the table's key and indexes.
        changes: each item before and after.

    Raises:
        ItemTooLarge: an item is larger than 400 KB.
        UnitsError: there are no changes.
    """
    return _together([write(schema, change.before, change.after) for change in changes])


def transact_write_items(
    schema: TableSchema, changes: Iterable[Change], checks: Iterable[AnyItem | None] = ()
) -> Units:
    """Return the units of a TransactWriteItems on one table: twice a batch's, but not on indexes.

    Args:
        schema: the table's key and indexes.
        changes: each item that is written, before and after.
        checks: the items of ConditionChecks, each charged like a write of it; None costs 2.

    Raises:
        ItemTooLarge: an item is larger than 400 KB.
        UnitsError: there are neither changes nor checks.
    """
    written = [write(schema, change.before, change.after) for change in changes]
    checked = [Units(CapacityKind.WRITE, write_units(_size(_item(item)))) for item in checks]
    units = _together(written + checked)
    why = f"{units.why}, table's twice in a transaction"
    if checked:
        why += f", {plural(len(checked), 'condition check')}"
    return replace(units, table=TRANSACTION * units.table, why=why)


def replayed_transaction(changes: Iterable[Change]) -> Units:
    """Return the **read** units of a TransactWriteItems sent again with its ClientRequestToken.

    It writes nothing. Each item that the first request wrote or checked is read transactionally, by
    the larger of its sizes before and after.
    """
    sizes = [max(_size(_item(one.before)), _size(_item(one.after))) for one in changes]
    return Units(
        CapacityKind.READ,
        sum(read_units(size, Consistency.TRANSACTIONAL) for size in sizes),
        why=f"{plural(len(sizes), 'item')} of a replayed transaction, each in whole 4 KB, 2 each",
    )


def failed_condition(before: AnyItem | None, *, transactional: bool = False) -> Units:
    """Return the units of a write whose condition failed; indexes are not charged.

    The figure follows AWS's rule and is marked unverified, because no engine's reply to a failed
    write has ConsumedCapacity. CloudWatch showed 1 for a failure under 1 KB, with and without an
    item (zeroae/zae-limiter, issue 695, 2026-10-06).

    Args:
        before: the item on which the condition failed, None if there is none, which costs 1.
        transactional: whether a transaction was canceled; each of its items then costs twice.
    """
    size = _size(_item(before))
    units = write_units(size) * (TRANSACTION if transactional else 1)
    why = f"failed condition on {size:,} bytes in whole KB (by rule: no engine reports it)"
    return Units(CapacityKind.WRITE, units, why=why, verified=False)


def index_units(
    schema: TableSchema, index: IndexSchema, before: AnyItem | None, after: AnyItem | None
) -> int:
    """Return the write units of one index; 0 if its entry does not change.

    Args:
        schema: the table's key and indexes.
        index: the index.
        before: the item before the write, None if there is none.
        after: the item after the write, None if it is deleted.
    """
    old, new = schema.index_entry(index, before), schema.index_entry(index, after)
    if old == new:
        return 0
    if old and new and old.only(index.key) != new.only(index.key):
        return write_units(old.size) + write_units(new.size)
    return write_units(max(_size(old), _size(new)))


def _together(units: Sequence[Units]) -> Units:
    """Return the units of one request that has several items."""
    if not units:
        raise UnitsError("a request without items is refused, so it has no units")
    total = sum(units[1:], units[0])
    each = " + ".join(_terms([one.table for one in units]))
    on_indexes = "".join(
        f", {name} {count:g}" for name, count in {**total.indexes, **total.local_indexes}.items()
    )
    why = f"{plural(len(units), 'item')}, each in whole KB: {each}{on_indexes}"
    return replace(total, why=why)


def _terms(units: Sequence[float]) -> list[str]:
    """Return the terms of a sum; if there are more than a batch may have, group equal terms."""
    if len(units) <= BATCH:
        return [f"{one:g}" for one in units]
    return [f"{count:,} x {one:g}" for one, count in sorted(Counter(units).items())]


def _item(item: AnyItem | None) -> Item | None:
    return None if item is None else as_item(item)


def _size(item: Item | None) -> int:
    return 0 if item is None else item.size


def _verb(old: Item | None, new: Item | None) -> str:
    match old, new:
        case None, None:
            return "delete of nothing, a write"
        case None, _:
            return "new item"
        case _, None:
            return "delete"
    return "write over an item, the larger"
