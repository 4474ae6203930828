"""Tests of our rules for transactions against what ministack 1.5.33 reports.

DynamoDB Local miscounts a TransactWriteItems (test_dynamodb_local.py). ministack implements AWS's
rules independently of us. .ci/on-ministack starts it.
"""

import os
from collections import Counter
from itertools import count
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from cruddur_lib.backends import connect
from cruddur_lib.costs.units import writes
from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.schema import TableSchema
from tests.helpers.drawn import padded
from tests.helpers.judged import as_key, by_rule, cruddur, indexed

TRANSACTIONS = 300  # compared on each of the two tables
INDEX_KEYS = {"indexed": ("a", "b", "l"), "cruddur": ("message_group_uuid",)}
sizes = st.sampled_from([0, 500, 1_023, 1_024, 1_025, 2_000, 4_095, 4_096, 4_097, 9_000])


@st.composite
def rows(draw, sk, index_keys):
    """Draw DynamoDB JSON of an item in some indexes, its size at a boundary; or None."""
    if draw(st.integers(0, 3)) == 0:
        return None
    item = as_key(("MSG#1", sk))
    for name in draw(st.lists(st.sampled_from(index_keys), unique=True)):
        item[name] = {"S": draw(st.sampled_from("uv"))}
    size = draw(sizes)
    return padded(item, size, draw(st.sampled_from(["x", "pad"]))) if size else item


def action(name, before, after, sk):
    """Return an action of a TransactWriteItems; a ConditionCheck if nothing changes."""
    there = {"TableName": name, "Key": as_key(("MSG#1", sk))}
    if before == after:
        held = "attribute_exists(pk)" if after else "attribute_not_exists(pk)"
        return {"ConditionCheck": {**there, "ConditionExpression": held}}
    if after is None:
        return {"Delete": there}
    return {"Put": {"TableName": name, "Item": after}}


def reported(reply, kind):
    """Return what ministack reports, whose format for the table's units is its own."""
    (consumed,) = reply["ConsumedCapacity"]
    units = Counter(table=consumed[kind])
    for part in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        for name, index in consumed.get(part, {}).items():
            units[name] += index["CapacityUnits"]
    assert consumed["CapacityUnits"] == units.total()
    return +units


def as_item(item):
    """Return the item as the rules take it."""
    return None if item is None else Item.from_json(item)


@pytest.mark.ministack
@pytest.mark.parametrize("request_of", [cruddur, indexed], ids=lambda request: request.__name__)
def test_a_transaction_costs_what_ministack_reports(request_of):
    """Rule and engine agree on puts, deletes, condition checks and on replays."""
    client = connect("local", endpoint=os.environ["CRUDDUR_MINISTACK"]).client("dynamodb")
    request = request_of(f"judged-{uuid4()}")
    name, schema = request["TableName"], TableSchema.from_aws(request)
    client.create_table(**request)
    index_keys, held, judged = INDEX_KEYS[request_of.__name__], {}, Counter()

    @settings(
        max_examples=TRANSACTIONS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def transactions(data):
        places = data.draw(st.lists(st.sampled_from("stuv"), min_size=1, unique=True))
        images = {
            sk: (held.get(sk), data.draw(rows(sk, index_keys) | st.just(held.get(sk))))
            for sk in places
        }
        asked = {
            "TransactItems": [action(name, *pair, sk) for sk, pair in images.items()],
            "ClientRequestToken": str(uuid4()),
            "ReturnConsumedCapacity": "INDEXES",
        }
        pairs = images.values()
        checks = [as_item(one) for one, other in pairs if one == other]
        changes = [writes.Change(*map(as_item, pair)) for pair in pairs if pair[0] != pair[1]]

        units = writes.transact_write_items(schema, changes, checks)
        assert reported(client.transact_write_items(**asked), "WriteCapacityUnits") == by_rule(
            units
        ), images
        judged["transaction"] += 1
        again = writes.replayed_transaction([writes.Change(*map(as_item, pair)) for pair in pairs])
        assert reported(client.transact_write_items(**asked), "ReadCapacityUnits") == by_rule(
            again
        ), images
        judged["replay"] += 1
        held.update({sk: after for sk, (_, after) in images.items()})

    numbers = count()  # derandomized, each call would draw the same transactions
    while judged["transaction"] < TRANSACTIONS:
        seed(f"{os.environ.get('CRUDDUR_RANDOM')} {next(numbers)}")(transactions)()
    client.delete_table(TableName=name)
