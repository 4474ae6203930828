"""Tests of our rules against what AWS's DynamoDB Local reports, request by request.

Items and requests are random: with nested values and long numbers, and with sizes at which one unit
becomes two. Known errors of the engine are asserted. If an error is fixed, a test fails here, and
the engine can be relied on further.
"""

import logging
import os
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from cruddur_lib.costs.units.capacity_units import Consistency
from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.sizes import item_size
from tests.helpers.drawn import as_json, items, names, padded, values
from tests.helpers.judged import LSI_OVERHEAD, Table, as_key, cruddur, indexed

LOG = logging.getLogger(__name__)
pytestmark = pytest.mark.dynamodb_local

OPERATIONS = 1_500  # compared on each of the two tables, at least
INDEX_KEYS = {"indexed": ("a", "b", "l"), "cruddur": ("message_group_uuid",)}
PLACES = ("s1", "s2", "s3")
KINDS = (Consistency.EVENTUAL, Consistency.STRONG)
COUNT, FETCH = {"Select": "COUNT"}, {"Select": "ALL_ATTRIBUTES"}
no_difference = st.sampled_from([{}, COUNT, {"FilterExpression": "attribute_exists(y)"}])
boundaries = st.sampled_from([1_024, 2_048, 3_072, 4_096, 8_192]).flatmap(
    lambda size: st.integers(size - 1, size + 1) | st.integers(size - LSI_OVERHEAD - 1, size)
)


@st.composite
def rows(draw, pk, sk, index_keys):
    """Draw DynamoDB JSON of an item at this key, often with its or its entry's size at a limit."""
    item = as_json({f"_{name}": value for name, value in draw(items).items()}) | as_key((pk, sk))
    for name in index_keys:
        if value := draw(st.sampled_from(["u", "v", ""])):
            item[name] = {"S": value}
    if draw(st.booleans()):
        item["y"] = {"S": draw(st.text("y", max_size=9))}
    match draw(st.sampled_from(["none", "item", "item by x", "entry"])):
        case "item":
            return padded(item, draw(boundaries))
        case "item by x":
            return padded(item, draw(boundaries), "x")
        case "entry":
            held = Item.from_json(item).only(("pk", "sk", *index_keys, "y"))
            rest = item_size(Item.from_json(item)) - item_size(held)
            return padded(item, draw(boundaries) + rest, "x")
    return item


@st.composite
def changes(draw, index_keys):
    """Draw attributes that an update sets or, if None, removes."""
    changed = {}
    if draw(st.booleans()):
        changed["_" + draw(names)] = as_json({"v": draw(values)})["v"]
    for name in draw(st.lists(st.sampled_from([*index_keys, "x", "y"]), unique=True)):
        text = "u" if name in index_keys else "x" * draw(st.sampled_from([1, 900, 1_100, 3_000]))
        changed[name] = draw(st.none() | st.just({"S": text}))
    return changed or {"y": {"S": "y"}}


def one_write(table, draw, pk, index_keys):
    """Make one random write, which the table compares."""
    keys = st.sampled_from([(pk, sk) for sk in PLACES])
    match draw(st.sampled_from(["put", "put", "again", "update", "update", "delete", "batch"])):
        case "put":
            table.put(draw(keys.flatmap(lambda key: rows(*key, index_keys))))
        case "again":
            table.put(table.rows.get(key := draw(keys)) or as_key(key))
        case "update":
            table.update(draw(keys), draw(changes(index_keys)))
        case "delete":
            table.delete(draw(keys))
        case "batch":
            chosen = draw(st.lists(keys, min_size=1, unique=True))
            half = draw(st.integers(0, len(chosen)))
            puts = [draw(rows(*key, index_keys)) for key in chosen[:half]]
            table.batch_write(puts, chosen[half:])


def one_read(table, draw, pk):
    """Make one random read of the table, which the table compares."""
    kind = draw(st.sampled_from(KINDS))
    keys = st.sampled_from([(pk, sk) for sk in PLACES])
    wanted = st.lists(keys, min_size=1, unique=True)
    match draw(st.sampled_from(["get", "query", "scan", "batch", "transaction"])):
        case "get":
            table.get(draw(keys), kind)
        case "query":
            table.query(pk, kind, draw(st.sampled_from([None, 1, 2])), **draw(no_difference))
        case "scan":
            table.scan(kind, **draw(no_difference))
        case "batch":
            table.batch_get(draw(wanted), kind)
        case "transaction":
            table.transact_get(draw(wanted))


def one_index_read(table, draw, pk):
    """Make one random Query or Scan of an index, which the table compares."""
    index = draw(st.sampled_from(table.schema.indexes))
    kind = draw(st.sampled_from(KINDS)) if index.local else Consistency.EVENTUAL
    if draw(st.integers(0, 3)) == 0:
        table.scan_index(index, kind, **draw(st.sampled_from([{}, COUNT])))
    elif index.local:
        table.query_index(index, pk, kind, **draw(st.sampled_from([{}, COUNT, FETCH])))
    else:
        part = st.sampled_from([{}, COUNT, {"ProjectionExpression": "sk"}])
        table.query_index(index, draw(st.sampled_from("uv")), kind, **draw(part))


@pytest.mark.parametrize("request_of", [cruddur, indexed], ids=lambda request: request.__name__)
def test_every_request_costs_what_the_engine_reports(request_of, backend):
    """Rule and engine agree on every read and every single or batched write, with indexes."""
    table = Table(backend.client("dynamodb"), request_of("judged"))
    index_keys = INDEX_KEYS[request_of.__name__]
    partitions = (f"MSG#{number}" for number in count())

    @settings(
        max_examples=50,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # shrinking a failure would take minutes
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def requests(data):
        pk = next(partitions)
        for key in list(table.rows):  # of the previous example; these count too
            table.delete(key)
        for _ in range(10):
            one_write(table, data.draw, pk, index_keys)
            one_write(table, data.draw, pk, index_keys)
            one_read(table, data.draw, pk)
            one_index_read(table, data.draw, pk)

    numbers = count()  # derandomized, each call would draw the same requests
    while table.judged.total() < OPERATIONS:
        seed(f"{os.environ.get('CRUDDUR_RANDOM')} {next(numbers)}")(requests)()
    LOG.info("judged: %s; known errors met: %s", +table.judged, +table.known)
    assert table.judged.total() >= OPERATIONS
    assert {"put", "overwrite", "update", "delete", "batch write"} <= (+table.judged).keys()
    assert {"query, table", "query, global index", "scan, table"} <= (+table.judged).keys()
