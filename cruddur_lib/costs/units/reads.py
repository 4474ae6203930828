"""Read units of GetItem, BatchGetItem, TransactGetItems, Query, Scan and GetRecords.

All sizes are in bytes: of items (`item_size`), or of index entries if an index is read
(`TableSchema.index_entry`). A filter, a projection or COUNT changes nothing: DynamoDB charges what
it reads, not what it returns. A `Limit` does change the charge, because it ends the page.

A Query or Scan is also charged for partitions in which it finds no data. AWS: "additional read
throughput based on read consistency and the number of partitions searched to serve the request,
even if no data exists". So a page costs at least one block for each partition that it searches.
AWS does not publish how it rounds the blocks of a page if the items are on several partitions.
Amazon Keyspaces, which has the same partitions, documents a scan of an on-demand table with 4
partitions and all items on one of them. It costs the units of the items, and one unit for each of
the other 3 partitions.

Sources, read 2026-11-22: AWS, "DynamoDB read and write operations", and for GetRecords "Amazon
DynamoDB pricing for on-demand capacity"; read 2026-11-28: AWS, "Estimate the read capacity
consumption of table scans" (Keyspaces)
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
https://aws.amazon.com/dynamodb/pricing/on-demand/
https://docs.aws.amazon.com/keyspaces/latest/devguide/table_scans.html
"""

from collections.abc import Iterable, Iterator

from cruddur_lib.costs.units.capacity_units import (
    CapacityKind,
    Consistency,
    Units,
    UnitsError,
    plural,
    read_units,
)
from cruddur_lib.costs.units.schema import IndexSchema
from cruddur_lib.costs.units.sizes import KB

PAGE = 1_024 * KB  # bytes after which a page of a Query or Scan ends


def get_item(size: int | None, kind: Consistency = Consistency.EVENTUAL) -> Units:
    """Return the units of a GetItem.

    Args:
        size: bytes of the item; None if there is no item, which costs one block.
        kind: the consistency of the read.

    >>> get_item(3_500, Consistency.STRONG).table
    1.0
    """
    found = "nothing found" if size is None else f"{size:,} bytes"
    why = f"{found} in whole 4 KB, {_each(kind)}"
    return Units(CapacityKind.READ, read_units(size or 0, kind), why=why)


def batch_get_item(sizes: Iterable[int | None], kind: Consistency = Consistency.EVENTUAL) -> Units:
    """Return the units of a BatchGetItem on one table: each item is rounded up separately.

    Args:
        sizes: bytes of each item; None for a key without an item, which costs one block.
        kind: the consistency of the read.

    >>> batch_get_item([1_536, 6_656], Consistency.STRONG).table  # AWS's example: 1.5 KB and 6.5 KB
    3.0
    """
    units = [read_units(size or 0, kind) for size in sizes]
    why = f"{plural(len(units), 'item')}, each in whole 4 KB, {_each(kind)}"
    return Units(CapacityKind.READ, sum(units), why=why)


def transact_get_items(sizes: Iterable[int | None]) -> Units:
    """Return the units of a TransactGetItems on one table: two for each block of each item."""
    return batch_get_item(sizes, Consistency.TRANSACTIONAL)


def query(
    sizes: Iterable[int],
    kind: Consistency = Consistency.EVENTUAL,
    index: IndexSchema | None = None,
    fetched: Iterable[int] = (),
    *,
    partitions: int = 1,
) -> Units:
    """Return the units of one page of a Query or Scan: sizes are added up and rounded once.

    If items are on several partitions, the units are the fewest possible, because AWS does not
    publish how it rounds. `most_query_units` returns the most possible units.

    Args:
        sizes: bytes of each item or index entry that is read; an empty page costs one block.
        kind: the consistency of the read.
        index: the index that is read, None for the table.
        fetched: bytes of each item fetched from the table, because a local index does not hold all
            requested attributes. Each is rounded up separately.
        partitions: the partitions that the page searches, with or without data.

    Raises:
        UnitsError: DynamoDB refuses such a request, such as a strong read of a global index.

    >>> query([300] * 20).table  # 6,000 bytes fill two blocks
    1.0
    >>> query([], partitions=4).table  # a Scan of a new on-demand table
    2.0
    """
    listed, items = list(sizes), list(fetched)
    _check_query(kind, index, items)
    units = max(read_units(sum(listed), kind), partitions * kind.value)
    bytes_ = f"{sum(listed):,} bytes together in whole 4 KB"
    why = f"{plural(len(listed), 'item')}, {bytes_}, {_each(kind)}"
    if partitions > 1:
        why += f", at least one for each of {partitions:,} partitions"
    if units < (most := most_query_units(listed, kind, partitions)):
        why += f", up to {most:g} units depending on where the items are"
    if index is None:
        return Units(CapacityKind.READ, units, why=why)
    why += f", in {index.name}"
    if not index.local:
        return Units(CapacityKind.READ, 0, {index.name: units}, why=why)
    if items:
        why += f"; {plural(len(items), 'item')} fetched from the table, each in whole 4 KB"
    table = sum(read_units(size, kind) for size in items)
    return Units(CapacityKind.READ, table, local_indexes={index.name: units}, why=why)


def most_query_units(
    sizes: Iterable[int], kind: Consistency = Consistency.EVENTUAL, partitions: int = 1
) -> float:
    """Return the most units that one page of a Query or Scan can cost.

    Args:
        sizes: bytes of each item or index entry that is read.
        kind: the consistency of the read.
        partitions: the partitions that the page searches, with or without data.

    Raises:
        UnitsError: a page searches no partition.

    >>> most_query_units([300] * 20, partitions=4)  # two blocks, and three partitions without data
    2.5
    """
    if partitions < 1:
        raise UnitsError(f"a page must search 1 partition or more, got {partitions}")
    return read_units(sum(sizes), kind) + (partitions - 1) * kind.value


def pages(sizes: Iterable[int], limit: int | None = None) -> Iterator[list[int]]:
    """Yield the pages in which a Query or Scan reads items of these sizes.

    A page ends with the item that brings it to 1 MB, or with the `limit`th item. After a page that
    the limit ended, DynamoDB announces another one, which may be empty and is charged all the same.
    AWS documents only "1 MB"; DynamoDB Local 1.25.1 keeps the item that crosses 1 MB on the page.

    Args:
        sizes: bytes of each item, in order.
        limit: the request's `Limit`.

    >>> [len(page) for page in pages([300_000] * 5)]
    [4, 1]
    """
    page: list[int] = []
    read, promised = 0, True
    for size in sizes:
        page.append(size)
        read += size
        promised = len(page) == limit
        if promised or read >= PAGE:
            yield page
            page, read = [], 0
    if page or promised:
        yield page


def get_records(calls: int = 1) -> Units:
    """Return the streams read request units of GetRecords: 1 a call of up to 1 MB, even if empty.

    Calls that Lambda makes are free. Raises `UnitsError` if `calls` is negative.
    """
    if calls < 0:
        raise UnitsError(f"calls must be 0 or more, got {calls:,}")
    return Units(CapacityKind.STREAM, calls, why=f"{plural(calls, 'GetRecords call')}, 1 each")


def _check_query(kind: Consistency, index: IndexSchema | None, fetched: list[int]) -> None:
    if kind is Consistency.TRANSACTIONAL:
        raise UnitsError("a transaction has no Query: it reads items by key (transact_get_items)")
    if index and not index.local and kind is not Consistency.EVENTUAL:
        raise UnitsError(f"index {index.name} is global: it is read eventually consistent only")
    if fetched and not (index and index.local):
        raise UnitsError("only a Query of a local index fetches items from the table")


def _each(kind: Consistency) -> str:
    return f"{kind.value:g} each ({kind.name.lower()})"
