"""Tests of the requests and replies of DynamoDB from which items are taken."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.costs.units.envelopes import Enclosed, EnvelopeRefused, Operation, opened

ITEM = {"pk": {"S": "a"}, "n": {"N": "1"}}
KEY = {"pk": {"S": "a"}}
values = st.recursive(
    st.builds(lambda text: {"S": text}, st.text(max_size=2)) | st.just({"NULL": True}),
    lambda inner: (
        st.builds(lambda one: {"L": [one]}, inner)
        | st.builds(lambda one: {"M": {"Item": one}}, inner)
    ),
    max_leaves=3,
)
names = st.sampled_from(
    ["pk", "Item", "Items", "Attributes", "Key", "Count", "Responses", "M", "S"]
)
items = st.dictionaries(names, values, min_size=1, max_size=3)

ENVELOPES = {
    "get-item": lambda one: {"Item": one, "ConsumedCapacity": {"CapacityUnits": 0.5}},
    "put-item request": lambda one: {"TableName": "t", "Item": one, "ReturnValues": "NONE"},
    "update-item": lambda one: {"Attributes": one},
    "query": lambda one: {"Items": [one], "Count": 1, "ScannedCount": 1},
    "query, items alone": lambda one: {"Items": [one]},
    "batch-write-item": lambda one: {"t": [{"PutRequest": {"Item": one}}]},
    "its request": lambda one: {"RequestItems": {"t": [{"PutRequest": {"Item": one}}]}},
    "its list": lambda one: [{"PutRequest": {"Item": one}}],
    "batch-get-item": lambda one: {"Responses": {"t": [one]}, "UnprocessedKeys": {}},
    "transact-write-items": lambda one: [{"Put": {"TableName": "t", "Item": one}}],
    "its input": lambda one: {"TransactItems": [{"Put": {"TableName": "t", "Item": one}}]},
    "transact-get-items": lambda one: {"Responses": [{"Item": one}]},
    "a list": lambda one: [one],
    "a list of replies": lambda one: [{"Item": one}],
    "the item": lambda one: one,
}


@pytest.mark.parametrize("name", ENVELOPES)
@given(one=items)
def test_every_envelope_gives_the_item(name, one):
    """An item comes out of each envelope as it went in, whatever its attributes are called."""
    found = opened(ENVELOPES[name](one))

    assert [inner.attributes for inner in found.enclosed] == [one]
    assert found.bare == (name == "the item")
    assert found.transactional == (name in ("transact-write-items", "its input"))


@pytest.mark.parametrize("name", ENVELOPES)
def test_every_envelope_gives_a_plain_item(name):
    """Plain items may be in the same envelopes."""
    found = opened(ENVELOPES[name]({"pk": "a", "Items": [1]}), plain=True)

    assert [inner.attributes for inner in found.enclosed] == [{"pk": "a", "Items": [1]}]


def test_operations_and_tables():
    """The place, the operation and the table of each item of a transaction are known."""
    found = opened(
        [
            {"Put": {"TableName": "t", "Item": ITEM}},
            {"Update": {"TableName": "t", "Key": KEY, "UpdateExpression": "SET n = :n"}},
            {"Delete": {"TableName": "u", "Key": KEY}},
            {"ConditionCheck": {"TableName": "u", "Key": KEY, "ConditionExpression": "x"}},
        ]
    )

    assert found.enclosed == [
        Enclosed("[0].Put.Item", ITEM, Operation.PUT, "t"),
        Enclosed("[1].Update.Key", KEY, Operation.UPDATE, "t"),
        Enclosed("[2].Delete.Key", KEY, Operation.DELETE, "u"),
        Enclosed("[3].ConditionCheck.Key", KEY, Operation.CHECK, "u"),
    ]


def test_tables_of_a_batch():
    """A batch names the table of each request."""
    found = opened({"t": [{"PutRequest": {"Item": ITEM}}], "u": [{"DeleteRequest": {"Key": KEY}}]})

    assert found.enclosed == [
        Enclosed("t[0].PutRequest.Item", ITEM, Operation.PUT, "t"),
        Enclosed("u[0].DeleteRequest.Key", KEY, Operation.DELETE, "u"),
    ]


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"Count": 1, "ScannedCount": 9}, 8),
        ({"Count": Decimal(1), "ScannedCount": Decimal(9)}, 8),
        ({"ScannedCount": 9}, 8),  # one item is in the reply
        ({"Count": 9, "ScannedCount": 1}, 0),
        ({"Count": 1, "ScannedCount": Decimal("NaN")}, 0),
        ({"Count": 1, "ScannedCount": Decimal("1e999999")}, 0),
        ({"Count": 1, "ScannedCount": "9"}, 0),
        ({}, 0),
    ],
)
def test_hidden_items_are_counted(counts, hidden):
    """ScannedCount counts what was read, and Count what the filter let through."""
    assert opened({"Items": [ITEM], **counts}).hidden == hidden


@pytest.mark.parametrize(
    ("value", "place"),
    [
        pytest.param({"TableName": "t", "Key": KEY}, "Key: ", id="get-item request"),
        pytest.param({"RequestItems": {"t": {"Keys": [KEY]}}}, "t.Keys: ", id="batch-get request"),
        pytest.param([{"Get": {"TableName": "t", "Key": KEY}}], "[0].Get.Key: ", id="transact-get"),
        pytest.param({"Metadata": {}, "Keys": KEY, "NewImage": ITEM}, "Keys: ", id="a change"),
        pytest.param({"Records": []}, "Records: ", id="a stream"),
        pytest.param({"Table": {"TableName": "t", "ItemCount": 1}}, "Table: ", id="describe-table"),
        pytest.param({"RequestItems": {"t": 1}}, "t: a batch must have a list", id="no list"),
        pytest.param(
            {"t": [{"PutRequest": {}}]}, "t[0]: a request of a batch must be", id="no item"
        ),
        pytest.param(
            {"Responses": {"t": 1}}, "t: the reply of a batch must have a list", id="no replies"
        ),
        pytest.param(
            [{"Put": {"TableName": "t", "Item": ITEM}}, {"Put": {}}], "[1]: an action", id="action"
        ),
        pytest.param(
            {"TransactItems": [1]}, "[0]: an action of a transaction must be", id="no action"
        ),
        pytest.param(None, "this is neither an object nor a list", id="null"),
    ],
)
def test_what_has_no_items_is_named(value, place):
    """A request that has only keys, or a wrong one, is refused with the place in it."""
    with pytest.raises(EnvelopeRefused) as refused:
        opened(value)

    assert place in str(refused.value)
