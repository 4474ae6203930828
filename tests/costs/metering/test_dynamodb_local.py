"""Tests of sizes at boundaries, reference values, and errors of AWS's DynamoDB Local 1.25.1.

The engine's errors are asserted. If one is fixed, a test fails here, and the engine can be relied
on further.
"""

from decimal import Decimal

import pytest
from botocore.exceptions import ClientError

from cruddur_lib.costs.units import reads, writes
from cruddur_lib.costs.units.capacity_units import Consistency, UnitsError
from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.sizes import ITEM_LIMIT, ItemTooLarge, accepted_size, item_size
from tests.helpers.drawn import as_json, padded
from tests.helpers.judged import (
    Table,
    as_key,
    by_rule,
    cruddur,
    indexed,
    local_overhead,
    reported,
    swapped_key,
)

pytestmark = pytest.mark.dynamodb_local

KEY = ("MSG#1", "s1")
TYPES = {
    "text": "x" * 9,
    "unicode": "é你🙂👩‍👩‍👧",
    "integer": 12_345,
    "fraction": Decimal("-123.4567"),
    "longest number": Decimal("-9." + "9" * 37),
    "smallest number": Decimal("1E-130"),
    "zero": 0,
    "binary": b"\x00\xff" * 9,
    "boolean": False,
    "null": None,
    "list": ["a", 1, None, [[]]],
    "map": {"é": {"b": [1, {}]}, "c": b"x"},
    "set of text": {"a", "bc", ""},
    "set of numbers": {0, -1, Decimal("1.5")},
    "set of binary": {b"", b"abc"},
}


@pytest.fixture
def client(backend):
    """Return a client of DynamoDB Local with a database of its own."""
    return backend.client("dynamodb")


@pytest.fixture
def table(client):
    """Return the bootcamp's table, empty."""
    return Table(client, cruddur("judged"))


@pytest.fixture
def sparse(client):
    """Return an empty table with indexes of each kind."""
    return Table(client, indexed("judged"))


@pytest.mark.parametrize("value", TYPES.values(), ids=TYPES.keys())
def test_each_type_is_sized_to_the_byte(table, value):
    """1,024 bytes by our rule cost 1 write unit and 1,025 cost 2; for reads, 4,096 and 4,097."""
    item = as_json({"value": value}) | as_key(KEY)
    for size, units in ((1_024, 1), (1_025, 2)):
        table.put(padded(item, size))
        assert writes.write(table.schema, None, table.row(KEY)).table == units
        table.delete(KEY)
    for size, units in ((4_096, 1), (4_097, 2)):
        table.put(padded(item, size))
        table.get(KEY, Consistency.STRONG)
        assert reads.get_item(item_size(table.row(KEY)), Consistency.STRONG).table == units
    assert table.judged.total() == 8


@pytest.mark.parametrize("kind", ["text", "map", "set of numbers"])
def test_the_limit_is_met_to_the_byte(table, client, kind):
    """We and the engine accept 409,600 bytes by our rule and refuse one byte more."""
    item = as_json({"value": TYPES[kind]}) | as_key(KEY)
    table.put(padded(item, ITEM_LIMIT))
    assert table.judged["put"] == 1

    large = padded(item, ITEM_LIMIT + 1)
    with pytest.raises(ClientError, match="Item size has exceeded the maximum allowed size"):
        client.put_item(TableName=table.name, Item=large)
    with pytest.raises(ItemTooLarge):
        accepted_size(Item.from_json(large), *table.schema.key)


@pytest.mark.parametrize(
    ("sizes", "limit"),
    [
        pytest.param([262_144] * 5, None, id="1 MiB ends a page"),
        pytest.param([262_143] + [262_144] * 3 + [100] * 3, None, id="a byte less does not"),
        pytest.param([300_000] * 5, None, id="the item that crosses it is on the page"),
        pytest.param([1_000] * 4, 2, id="a limit that was reached promises one more"),
    ],
)
def test_pages_end_where_the_engine_ends_them(client, table, sizes, limit):
    """Pages end by our rule and cost what it says; only the empty page is free on the engine."""
    for number, size in enumerate(sizes):
        client.put_item(TableName=table.name, Item=padded(as_key(("MSG#1", f"{number:03}")), size))
    options = {"Limit": limit} if limit else {}
    got, start = [], {}
    while not got or start:
        reply = client.query(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "MSG#1"}},
            ConsistentRead=True,
            **options,
            **start,
            **table.asked,
        )
        got.append((reply["Count"], reported(reply)["table"]))
        last = reply.get("LastEvaluatedKey")
        start = {"ExclusiveStartKey": last} if last else {}

    pages = list(reads.pages(sizes, limit))
    expected = [reads.query(page, Consistency.STRONG).table if page else 0 for page in pages]
    assert got == list(zip(map(len, pages), expected, strict=True))


@pytest.mark.parametrize("option", [{}, {"FilterExpression": "attribute_exists(nothing)"}])
def test_a_filter_does_not_reduce_units(client, table, option):
    """A Query of 100 rows of 1,000 bytes costs 12.5 units, whatever it returns."""
    for number in range(100):
        row = padded(as_key(("MSG#1", f"{number:03}")), 1_000)
        client.put_item(TableName=table.name, Item=row)
        table.rows["MSG#1", f"{number:03}"] = row

    table.query("MSG#1", Consistency.EVENTUAL, **option)

    assert table.judged["query, table"] == 1
    assert reads.query([1_000] * 100).table == 12.5


def test_error_local_indexes_have_an_overhead(sparse):
    """DynamoDB Local adds 100 bytes to an entry of a local index when it is written.

    On AWS an entry of 3,017 bytes in a local index cost 3 units (see writes.py). With 100 bytes
    more it would cost 4.
    """
    item = {**as_key(KEY), "l": {"S": "l"}}
    for size, error in ((924, 0), (925, 1), (1_024, 1), (1_025, 0)):
        sparse.put(padded(item, size, "x"))
        assert sparse.known["local index"] == error
        sparse.delete(KEY)
        sparse.known.clear()


def test_error_a_swapped_index_key_is_charged(sparse):
    """DynamoDB Local charges an index for an item that only swaps halves of the index's key."""
    sparse.put(padded({**as_key(KEY), "a": {"S": "u"}}, 1_500))
    before = sparse.row(KEY)
    sparse.put({**as_key(KEY), "b": {"S": "u"}})

    change = (before, sparse.row(KEY))
    assert swapped_key(sparse.schema, [change]) == {"all": 2}
    assert writes.index_units(sparse.schema, sparse.schema.index("all"), *change) == 0
    assert not +local_overhead(sparse.schema, [change])


def test_error_a_scan_of_an_index_is_charged_by_whole_items(sparse):
    """DynamoDB Local charges a Scan of an index by whole items, but a Query by entries."""
    item = {**as_key(KEY), "a": {"S": "u"}}
    sparse.put(padded(item, 5_000))
    index = sparse.schema.index("keys")
    sparse.query_index(index, "u", Consistency.EVENTUAL)
    sparse.scan_index(index, Consistency.EVENTUAL)

    assert sparse.judged["query, global index"] == 1
    assert sparse.known["index scan"] == 1


def test_error_a_projection_makes_a_local_index_fetch(client, sparse):
    """DynamoDB Local fetches for a projection, although the index has all its attributes."""
    sparse.put({**as_key(KEY), "l": {"S": "l"}})
    request = {
        "IndexName": "local",
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": KEY[0]}},
        **sparse.asked,
    }

    assert reported(client.query(**request)) == {"local": 0.5}
    erring = reported(client.query(**request, ProjectionExpression="sk"))
    assert erring == {"local": 0.5, "table": 0.5}


def test_error_nothing_found_is_free(table):
    """DynamoDB Local does not charge a Query, Scan or BatchGetItem that finds nothing."""
    table.query("MSG#1", Consistency.STRONG)
    table.scan(Consistency.STRONG)
    table.query_index(table.schema.indexes[0], "nobody", Consistency.EVENTUAL)
    table.batch_get([KEY], Consistency.STRONG)
    table.get(KEY, Consistency.STRONG)
    table.transact_get([KEY])

    assert +table.known == {"empty page": 3, "batch get miss": 1}
    assert +table.judged == {"get of nothing": 1, "transact get": 1}


def test_error_a_batch_deletes_nothing_for_two(table):
    """DynamoDB Local charges 2 for a batched delete of nothing; AWS charges 1."""
    table.delete(KEY)
    table.batch_write([], [KEY])

    assert table.judged == {"delete of nothing": 1, "batch write": 0}
    assert table.known["batch delete of nothing"] == 1


def transact(table, client, changes, checks=(), **more):
    """Put or delete items in a transaction; return the engine's figure and our rule's."""
    items = [
        {"Put": {"TableName": table.name, "Item": after}}
        if after
        else {"Delete": {"TableName": table.name, "Key": {n: before[n] for n in ("pk", "sk")}}}
        for before, after in changes
    ]
    items += [
        {
            "ConditionCheck": {
                "TableName": table.name,
                "Key": {n: item[n] for n in ("pk", "sk")},
                "ConditionExpression": "attribute_exists(pk)",
            }
        }
        for item in checks
    ]
    reply = client.transact_write_items(
        TransactItems=items, ReturnConsumedCapacity="INDEXES", **more
    )
    listed = [
        writes.Change(*(item and Item.from_json(item) for item in change)) for change in changes
    ]
    units = writes.transact_write_items(table.schema, listed, map(Item.from_json, checks))
    return reported(reply), by_rule(units)


def group(pk, sk="t1"):
    """Return a row that is in the table's index."""
    return {**as_key((pk, sk)), "message_group_uuid": {"S": "g"}}


def test_error_transactions_cost_four_times_and_equal_ones_count_once(client, table):
    """DynamoDB Local charges 4 in a transaction; AWS charges 2 on the table, 1 on indexes."""
    six = [(None, as_key(("MSG#1", f"s{number}"))) for number in range(6)]
    assert transact(table, client, six[:1]) == ({"table": 4}, {"table": 2})
    assert transact(table, client, six) == ({"table": 4}, {"table": 12})
    pattern_c = [(None, group("GRP#a")), (None, group("GRP#b")), six[0]]
    got, rule = transact(table, client, pattern_c)
    name = table.schema.indexes[0].name
    assert got == {"table": 8, name: 4}
    assert rule == {"table": 6, name: 2}


def test_error_a_failed_condition_reports_nothing(client, table):
    """No engine reports units of a failed condition, so `failed_condition` is by rule alone."""
    table.put(as_key(KEY))
    with pytest.raises(ClientError) as error:
        client.put_item(
            Item=as_key(KEY), ConditionExpression="attribute_not_exists(pk)", **table.asked
        )
    assert "ConsumedCapacity" not in error.value.response


@pytest.mark.parametrize("sizes", [[500], [1_500], [4_096], [4_097], [500, 9_000]])
def test_a_replayed_transaction_is_a_transactional_read(client, table, sizes):
    """DynamoDB Local counts a replay of puts by AWS's rule: 2 read units for each 4 KB."""
    rows = [padded(as_key(("MSG#1", f"s{number}")), size) for number, size in enumerate(sizes)]
    items = [{"Put": {"TableName": table.name, "Item": row}} for row in rows]
    for _ in range(2):
        reply = client.transact_write_items(
            TransactItems=items, ClientRequestToken="once", ReturnConsumedCapacity="INDEXES"
        )

    changes = [writes.Change(None, Item.from_json(row)) for row in rows]
    assert reported(reply) == by_rule(writes.replayed_transaction(changes))


def test_a_strong_read_of_a_global_index_is_refused(client, table):
    """We and the engine refuse a strong read of a global index."""
    index = table.schema.indexes[0]
    with pytest.raises(ClientError, match="Consistent read cannot be true when scanning a GSI"):
        client.scan(TableName=table.name, IndexName=index.name, ConsistentRead=True)
    with pytest.raises(UnitsError, match="is global"):
        reads.query([], Consistency.STRONG, index)
