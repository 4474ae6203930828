"""Tests of cruddur_lib.costs.units.schema: what an index holds of an item."""

import pytest

from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.schema import IndexSchema, Projection, SchemaError, TableSchema
from cruddur_lib.costs.units.writes import put_item
from cruddur_lib.messaging.designs.bootcamp import BootcampInbox

ALL = IndexSchema("all", ("a",))
KEYS = IndexSchema("keys", ("a", "b"), Projection.KEYS_ONLY)
SOME = IndexSchema("some", ("a",), Projection.INCLUDE, ("x", "y"))
LOCAL = IndexSchema("local", ("pk", "a"), Projection.KEYS_ONLY, local=True)
LAYOUT = TableSchema(("pk", "sk"), (ALL, KEYS, SOME, LOCAL))
ITEM = {"pk": "p", "sk": "s", "a": "A", "x": "X", "z": "Z"}


@pytest.mark.parametrize(
    ("index", "held"),
    [
        pytest.param(ALL, ("pk", "sk", "a", "x", "z"), id="ALL: the item"),
        pytest.param(SOME, ("pk", "sk", "a", "x"), id="INCLUDE: keys, and what is there of them"),
        pytest.param(LOCAL, ("pk", "sk", "a"), id="KEYS_ONLY: the keys of index and table"),
    ],
)
def test_an_entry_is_what_is_projected(index, held):
    """The keys of index and table are always projected."""
    entry = LAYOUT.index_entry(index, ITEM)

    assert entry == Item.from_python({name: ITEM[name] for name in held})


def test_an_index_is_sparse():
    """An item that lacks one attribute of the index's key is not in it."""
    assert LAYOUT.index_entry(KEYS, ITEM) is None
    assert LAYOUT.index_entry(KEYS, {**ITEM, "b": "B"}) is not None
    assert LAYOUT.index_entry(KEYS, None) is None
    assert len(LAYOUT.index_entries(KEYS, [ITEM, {**ITEM, "b": "B"}])) == 1


def test_a_layout_comes_from_createtable():
    """The bootcamp's: pk and sk, and one index of whole items."""
    layout = TableSchema.from_aws(BootcampInbox.schema.request("t", "on-demand"))

    index = IndexSchema("message-group-sk-index", ("message_group_uuid", "sk"))
    assert layout == TableSchema(("pk", "sk"), (index,))


def test_a_layout_has_both_kinds_of_index():
    """With their projections; KeySchema names the hash key first."""
    schema = {"KeySchema": [{"AttributeName": n} for n in ("pk", "sk")]}
    some = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "y"]}
    keys = {"ProjectionType": "KEYS_ONLY"}
    described = {
        **schema,
        "GlobalSecondaryIndexes": [
            {"IndexName": "some", "KeySchema": [{"AttributeName": "a"}], "Projection": some}
        ],
        "LocalSecondaryIndexes": [
            {
                "IndexName": "local",
                "KeySchema": [{"AttributeName": n} for n in ("pk", "a")],
                "Projection": keys,
            }
        ],
    }

    assert TableSchema.from_aws(described) == TableSchema(("pk", "sk"), (SOME, LOCAL))


def test_an_unknown_index_is_named():
    """With those that the table has."""
    assert LAYOUT.index("some") is SOME
    with pytest.raises(SchemaError, match="no index 'sum'; it has: all, keys, some, local"):
        LAYOUT.index("sum")
    with pytest.raises(SchemaError, match="no index 'all'; it has: none"):
        TableSchema(("pk",)).index("all")


def test_a_write_is_of_one_item_with_a_key():
    """Before and after have the same key, else they are a delete and a put."""
    with pytest.raises(SchemaError, match="an item has no key attribute 'sk'; it has: pk"):
        put_item(LAYOUT, {"pk": "p"})
    with pytest.raises(SchemaError, match="two items, not one before and after: sk is s and t"):
        put_item(LAYOUT, {**ITEM, "sk": "t"}, before=ITEM)
