"""Tests of the units of a whole request, against those of its writes one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.costs.units import writes
from cruddur_lib.costs.units.capacity_units import UnitsError
from cruddur_lib.costs.units.envelopes import Operation
from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.schema import IndexSchema, SchemaError, TableSchema
from cruddur_lib.costs.units.write_requests import Action, WrittenItem, request_units, written_items

TABLE = TableSchema(("pk",), (IndexSchema("by_g", ("g",)),))
PUT, DELETE, UPDATE, CHECK = (
    Operation.PUT,
    Operation.DELETE,
    Operation.UPDATE,
    Operation.CHECK,
)


def item(key, size=10, **more):
    """An item of at least `size` bytes."""
    return Item.from_python({"pk": key, "text": "x" * (size - 3 - 4), **more})


def key(name):
    """The key of an item."""
    return Item.from_python({"pk": name})


@pytest.mark.parametrize(
    ("operation", "before", "written"),
    [
        (PUT, None, WrittenItem(None, item("a"))),
        (PUT, [], WrittenItem(None, item("a"))),
        (PUT, [item("a", 20)], WrittenItem(item("a", 20), item("a"))),
        (DELETE, None, WrittenItem(item("a"), None, key_only=True)),
        (DELETE, [], WrittenItem(None, None)),
        (DELETE, [item("a", 20)], WrittenItem(item("a", 20), None)),
        (UPDATE, None, WrittenItem(item("a"), item("a"), key_only=True)),
        (UPDATE, [], WrittenItem(item("a"), item("a"), key_only=True)),
        (UPDATE, [item("a", 20)], WrittenItem(item("a", 20), item("a", 20), key_only=True)),
        (CHECK, None, WrittenItem(item("a"), item("a"), checked=True, key_only=True)),
        (CHECK, [], WrittenItem(None, None, checked=True)),
        (CHECK, [item("a", 20)], WrittenItem(item("a", 20), item("a", 20), checked=True)),
    ],
)
def test_before_and_after(operation, before, written):
    """An item is known before the request, known to be absent, or known by its key only."""
    assert written_items(TABLE, [Action(operation, item("a"))], before) == [written]


@given(sizes=st.lists(st.tuples(st.integers(8, 5_000), st.integers(8, 5_000)), min_size=1))
def test_a_request_is_the_sum_of_its_writes(sizes):
    """Items are found by their keys, and each is charged by the larger of before and after."""
    news = [item(f"{n:02}", new, g=n) for n, (new, _) in enumerate(sizes)]
    olds = [item(f"{n:02}", old, g=0) for n, (_, old) in enumerate(sizes)]

    items = written_items(TABLE, [Action(PUT, one) for one in news], olds[::-1])
    alone = [writes.write(TABLE, old, new) for old, new in zip(olds, news, strict=True)]

    units = request_units(TABLE, items)
    assert units.table == sum(one.table for one in alone)
    assert units.total == sum(one.total for one in alone)
    assert sum(one.larger.size for one in items) == sum(
        max(old.size, new.size) for old, new in zip(olds, news, strict=True)
    )
    assert request_units(TABLE, items, transactional=True).table == 2 * units.table


def test_checks_are_charged_in_a_transaction():
    """AWS charges a ConditionCheck like a write of the item, 2 a KB, and no index."""
    actions = [Action(PUT, item("a")), Action(CHECK, key("b"))]

    items = written_items(TABLE, actions, [item("b", 1_025, g="g")])

    assert request_units(TABLE, items, transactional=True).table == 2 * (1 + 2)


def test_a_delete_of_nothing_is_charged():
    """A delete that finds no item costs 1, and has no bytes."""
    (only,) = items = written_items(TABLE, [Action(DELETE, key("a"))], [])

    assert request_units(TABLE, items).table == 1
    assert only.larger.size == 0


def test_many_terms_are_put_together():
    """The reason of more items than a batch has counts equal terms."""
    actions = [Action(PUT, item(f"{n:02}", 1_025 if n else 10)) for n in range(30)]

    assert "1 x 1 + 29 x 2" in request_units(TABLE, written_items(TABLE, actions)).why


@pytest.mark.parametrize(
    ("actions", "before", "said"),
    [
        ([Action(PUT, key("a"))] * 2, None, "item a is there twice"),
        ([Action(PUT, key("a"))], [key("a"), key("a")], "item a is there twice"),
        ([Action(PUT, key("a"))], [key("a"), key("b")], "the old item b is not in the request"),
    ],
)
def test_wrong_requests_are_refused(actions, before, said):
    """DynamoDB refuses a key twice; an item that is not touched is a mistake in the files."""
    with pytest.raises(UnitsError, match=said):
        written_items(TABLE, actions, before)


def test_one_item_over_another_is_refused():
    """A write cannot change the key: the error has both."""
    items = written_items(TABLE, [Action(PUT, key("a"))], [key("b")])

    with pytest.raises(SchemaError, match="pk is b and a"):
        request_units(TABLE, items)
