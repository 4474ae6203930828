"""Write units of a whole request: its puts, updates, deletes and checks on one table.

DynamoDB charges by the item's size. But for a delete or a check, the request has only the item's
key. If the old item is unknown, the key counts instead, so the units are the fewest possible. The
same is true for an update, because the request doesn't have the new item.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cruddur_lib.costs.units.capacity_units import Units, UnitsError
from cruddur_lib.costs.units.envelopes import Operation
from cruddur_lib.costs.units.items import Item, Value
from cruddur_lib.costs.units.schema import TableSchema
from cruddur_lib.costs.units.writes import (
    Change,
    batch_write_item,
    transact_write_items,
    write,
)


@dataclass(frozen=True)
class Action:
    """An operation of a request on one item; `item` may have only the key, like the request."""

    operation: Operation
    item: Item


@dataclass(frozen=True)
class WrittenItem:
    """An item of a request, before and after it."""

    before: Item | None
    after: Item | None
    checked: bool = False  # whether the request only checks the item
    key_only: bool = False  # whether AWS may charge more bytes than `before` and `after` have

    @property
    def larger(self) -> Item:
        """The item whose size the table is charged for; empty if there is no item."""
        return max(self.before or Item({}), self.after or Item({}), key=lambda item: item.size)


def written_items(
    schema: TableSchema, actions: Sequence[Action], before: Sequence[Item] | None = None
) -> list[WrittenItem]:
    """Return each item of a request, before and after it.

    Args:
        schema: the table's key and indexes.
        actions: the operation of the request on each item.
        before: the items before the request; None if they are unknown. Then puts create new items.

    Raises:
        SchemaError: an item lacks the table's key.
        UnitsError: two items have the same key, or an item of `before` is not in the request.
    """
    wanted = _by_key(schema, [action.item for action in actions])
    found = _by_key(schema, before or ())
    if len(wanted) == len(found) == 1:  # two keys are an error of the write, which names both
        found = dict(zip(wanted, found.values(), strict=True))
    if others := found.keys() - wanted.keys():
        values = " / ".join(str(value.content) for value in min(others, key=str))
        raise UnitsError(f"the old item {values} is not in the request: leave it out")
    return [
        _written(action, found.get(key), known=before is not None)
        for key, action in zip(wanted, actions, strict=True)
    ]


def request_units(
    schema: TableSchema, items: Sequence[WrittenItem], *, transactional: bool = False
) -> Units:
    """Return the units of a request that writes these items.

    Args:
        schema: the table's key and indexes.
        items: the items, as `written_items` returns them.
        transactional: whether it is a TransactWriteItems.

    Raises:
        ItemTooLarge: an item is larger than 400 KB.
        SchemaError: an item's key changes.
        UnitsError: there are no items.
    """
    changes = [Change(one.before, one.after) for one in items if not one.checked]
    if transactional:
        return transact_write_items(schema, changes, [one.before for one in items if one.checked])
    if len(changes) == 1:
        return write(schema, changes[0].before, changes[0].after)
    return batch_write_item(schema, changes)


def _written(action: Action, before: Item | None, *, known: bool) -> WrittenItem:
    item = before if known else action.item
    match action.operation:
        case Operation.DELETE:
            return WrittenItem(item, None, key_only=not known)
        case Operation.CHECK:
            return WrittenItem(item, item, checked=True, key_only=not known)
        case Operation.UPDATE:
            return WrittenItem(before or action.item, before or action.item, key_only=True)
    return WrittenItem(before, action.item)


def _by_key(schema: TableSchema, items: Iterable[Item]) -> dict[tuple[Value, ...], Item]:
    """Return the items by the values of their keys."""
    made: dict[tuple[Value, ...], Item] = {}
    for item in items:
        schema.check_key(item)
        key = tuple(item.attributes[name] for name in schema.key)
        if key in made:
            values = " / ".join(str(value.content) for value in key)
            raise UnitsError(f"item {values} is there twice: DynamoDB refuses such a request")
        made[key] = item
    return made
