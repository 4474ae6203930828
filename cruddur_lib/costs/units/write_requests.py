"""Write units of a whole request: its puts, updates, deletes and checks, on one table.

A request has the key only of an item that it deletes or checks, and DynamoDB charges by the item's
size. Without the items before the write, such an item is counted by its key, so the units are the
fewest that are possible. The same goes for an update, whose item after it is not in the request.
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
    """What a request does with one item; `item` has only the key if the request has no more."""

    operation: Operation
    item: Item


@dataclass(frozen=True)
class WrittenItem:
    """An item of a request, before and after."""

    before: Item | None
    after: Item | None
    checked: bool = False  # whether it is only checked
    key_only: bool = False  # whether more bytes may be charged than `before` and `after` have

    @property
    def larger(self) -> Item:
        """The item by which the table is charged; empty if there is no item at all."""
        return max(self.before or Item({}), self.after or Item({}), key=lambda item: item.size)


def written_items(
    schema: TableSchema, actions: Sequence[Action], before: Sequence[Item] | None = None
) -> list[WrittenItem]:
    """Return each item of a request, before and after.

    Args:
        schema: the table's key and indexes.
        actions: what the request does with each item.
        before: the items that are there before; None if that is not known. Puts then make new
            items.

    Raises:
        SchemaError: an item lacks the table's key.
        UnitsError: a key stands twice, or an item before the request is not of the request.
    """
    wanted = _by_key(schema, [action.item for action in actions])
    found = _by_key(schema, before or ())
    if len(wanted) == len(found) == 1:  # two keys are an error of the write, which names both
        found = dict(zip(wanted, found.values(), strict=True))
    if others := found.keys() - wanted.keys():
        values = " / ".join(str(value.content) for value in min(others, key=str))
        raise UnitsError(f"item {values} is before the request, which does nothing with it")
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
        SchemaError: an item has another key after than before.
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
            raise UnitsError(f"item {values} stands twice; DynamoDB refuses such a request")
        made[key] = item
    return made
