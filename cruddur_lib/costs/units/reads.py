"""Read units of GetItem, BatchGetItem, TransactGetItems, Query, Scan and GetRecords.

All sizes are in bytes: of items as `item_size` gives them, of what an index holds of them where an
index is read (`Layout.entry`). A filter, a projection or COUNT changes none of this: what is read
is charged, not what is returned. A `Limit` does, as it ends the page.

Sources, read 2026-11-22: AWS, "DynamoDB read and write operations", and for GetRecords "Amazon
DynamoDB pricing for on-demand capacity"
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
https://aws.amazon.com/dynamodb/pricing/on-demand/
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

PAGE = 1_024 * KB  # bytes that end a page of a Query or Scan


def get_item(size: int | None, kind: Consistency = Consistency.EVENTUAL) -> Units:
    """Units of a GetItem that finds an item of this size, or none (None): a miss costs one block.

    >>> get_item(3_500, Consistency.STRONG).table
    1.0
    """
    found = "nothing found" if size is None else f"{size:,} bytes"
    why = f"{found} in whole 4 KB, {_named(kind)}"
    return Units(CapacityKind.READ, read_units(size or 0, kind), why=why)


def batch_get_item(sizes: Iterable[int | None], kind: Consistency = Consistency.EVENTUAL) -> Units:
    """Units of a BatchGetItem on one table: each item is rounded up by itself, as are those that
    are missing (None).

    >>> batch_get_item([1_536, 6_656], Consistency.STRONG).table  # AWS's example: 1.5 KB and 6.5 KB
    3.0
    """
    units = [read_units(size or 0, kind) for size in sizes]
    why = f"{plural(len(units), 'item')}, each in whole 4 KB, {_named(kind)}"
    return Units(CapacityKind.READ, sum(units), why=why)


def transact_get_items(sizes: Iterable[int | None]) -> Units:
    """Units of a TransactGetItems on one table: as a BatchGetItem, two units for each block."""
    return batch_get_item(sizes, Consistency.TRANSACTIONAL)


def query(
    sizes: Iterable[int],
    kind: Consistency = Consistency.EVENTUAL,
    index: IndexSchema | None = None,
    fetched: Iterable[int] = (),
) -> Units:
    """Units of one page of a Query that reads these, of the table or of an index: rounded once.

    An empty page costs one block. Where a Query of a local index asks for what the index does not
    hold, `fetched` are the sizes of the items that are then read from the table, each rounded up by
    itself. Raises `UnitsError` for what DynamoDB refuses: a strong read, or a fetch, through a
    global index; a transactional Query.

    >>> query([300] * 20).table  # 6,000 bytes fill two blocks
    1.0
    """
    listed, items = list(sizes), list(fetched)
    _check_query(kind, index, items)
    units = read_units(sum(listed), kind)
    bytes_ = f"{sum(listed):,} bytes together in whole 4 KB"
    why = f"{plural(len(listed), 'item')}, {bytes_}, {_named(kind)}"
    if index is None:
        return Units(CapacityKind.READ, units, why=why)
    why += f", in {index.name}"
    if not index.local:
        return Units(CapacityKind.READ, 0, {index.name: units}, why=why)
    if items:
        why += f"; {plural(len(items), 'item')} fetched from the table, each in whole 4 KB"
    table = sum(read_units(size, kind) for size in items)
    return Units(CapacityKind.READ, table, local_indexes={index.name: units}, why=why)


def scan(
    sizes: Iterable[int],
    kind: Consistency = Consistency.EVENTUAL,
    index: IndexSchema | None = None,
    fetched: Iterable[int] = (),
) -> Units:
    """Units of one page of a Scan that reads these: as of a Query's. It only reads more of them."""
    return query(sizes, kind, index, fetched)


def pages(sizes: Iterable[int], limit: int | None = None) -> Iterator[list[int]]:
    """The pages in which a Query or Scan reads these, in order; `limit` is the request's `Limit`.

    A page ends with the item that brings it to 1 MB, or with the `limit`th. After a page that the
    limit ended DynamoDB promises another, which may be empty, and is charged.

    AWS says "1 MB" and no more: that the item which crosses it is still on the page was seen on
    DynamoDB Local 1.25.1.

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
    """Streams read request units of this many GetRecords calls: 1 each, of up to 1 MB, even where
    nothing comes back. Those that Lambda makes are free.
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


def _named(kind: Consistency) -> str:
    return f"{kind.value:g} each ({kind.name.lower()})"
