"""Tests of cruddur_lib.costs.units.schema: the part of an item that an index holds."""

import pytest

from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.schema import IndexSchema, Projection, SchemaError, TableSchema
from cruddur_lib.costs.units.writes import write
from cruddur_lib.messaging.designs.bootcamp import BootcampInbox

ALL = IndexSchema("all", ("a",))
KEYS = IndexSchema("keys", ("a", "b"), Projection.KEYS_ONLY)
SOME = IndexSchema("some", ("a",), Projection.INCLUDE, ("x", "y"))
LOCAL = IndexSchema("local", ("pk", "a"), Projection.KEYS_ONLY, local=True)
SCHEMA = TableSchema(("pk", "sk"), (ALL, KEYS, SOME, LOCAL))
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
    """An entry has the keys of index and table, and what is projected."""
    entry = SCHEMA.index_entry(index, ITEM)

    assert entry == Item.from_python({name: ITEM[name] for name in held})


def test_an_index_is_sparse():
    """An item that lacks an attribute of the index's key has no entry."""
    assert SCHEMA.index_entry(KEYS, ITEM) is None
    assert SCHEMA.index_entry(KEYS, {**ITEM, "b": "B"}) is not None
    assert SCHEMA.index_entry(KEYS, None) is None
    assert len(SCHEMA.index_entries(KEYS, [ITEM, {**ITEM, "b": "B"}])) == 1


def test_a_schema_comes_from_createtable():
    """The bootcamp's CreateTable gives a key of pk and sk and one index of whole items."""
    schema = TableSchema.from_aws(BootcampInbox.schema.request("t", "on-demand"))

    index = IndexSchema("message-group-sk-index", ("message_group_uuid", "sk"))
    assert schema == TableSchema(("pk", "sk"), (index,))


def test_a_schema_has_both_kinds_of_index():
    """`from_aws` reads global and local indexes with their projections."""
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
    """The error for an unknown index lists those that the table has."""
    assert SCHEMA.index("some") is SOME
    with pytest.raises(SchemaError, match="no index 'sum'; it has: all, keys, some, local"):
        SCHEMA.index("sum")
    with pytest.raises(SchemaError, match="no index 'all'; it has: none"):
        TableSchema(("pk",)).index("all")


def test_a_write_is_of_one_item_with_a_key():
    """Before and after must have the table's key, and the same one."""
    with pytest.raises(SchemaError, match="an item has no key attribute 'sk'; it has: pk"):
        write(SCHEMA, None, {"pk": "p"})
    with pytest.raises(SchemaError, match="two items, not one before and after: sk is s and t"):
        write(SCHEMA, ITEM, {**ITEM, "sk": "t"})
