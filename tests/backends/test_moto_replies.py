"""Tests of how moto's replies are written: moto's own way of it is the judge, byte for byte."""

import pytest
from boto3.dynamodb.types import TypeSerializer
from hypothesis import given
from hypothesis import strategies as st
from moto.core.responses import XFormedAttributePicker
from moto.core.serialize import JSONSerializer, get_serializer_class
from moto.core.utils import get_service_model

from cruddur_lib.backends import connect
from cruddur_lib.backends.moto_patches import QuickSerializer

NAMES = st.sampled_from(["pk", "message", "S", "M", "AttributeValue", "Item"])  # types' names too
SCALARS = st.text(max_size=4) | st.binary(max_size=4) | st.integers() | st.booleans() | st.none()
VALUES = st.recursive(
    SCALARS | st.sets(st.text(max_size=4), min_size=1) | st.sets(st.binary(max_size=4), min_size=1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
ITEMS = st.dictionaries(NAMES, VALUES.map(TypeSerializer().serialize), max_size=4)
ODD = [{}, {"S": None}, {"S": "a", "N": "1"}, {"s": "a"}, {"SS": []}, {"M": {}}, {"X": "a"}]


def written(serializer, operation, result, service="dynamodb"):
    """A reply as one of both writes it."""
    model = get_service_model(service).operation_model(operation)
    return serializer(model, value_picker=XFormedAttributePicker()).serialize(result)


def replies(item):
    """What moto answers with this item in it."""
    change = {"SequenceNumber": "1", "SizeBytes": 1, "Keys": item, "NewImage": item}
    yield "GetItem", {"Item": item}
    used = {"TableName": "t", "CapacityUnits": 1.5, "Table": {"CapacityUnits": 1.0}}
    used["GlobalSecondaryIndexes"] = {"i": {"CapacityUnits": 0.5, "ReadCapacityUnits": None}}
    yield "GetItem", {"Item": item, "ConsumedCapacity": used}
    yield "PutItem", {"Attributes": item, "ConsumedCapacity": None, "ItemCollectionMetrics": {}}
    yield "PutItem", {"attributes": item, "consumed_capacity": used}  # names of moto's models
    yield "Query", {"Items": [item, item], "Count": 2, "LastEvaluatedKey": item}
    yield "BatchGetItem", {"Responses": {"table": [item]}, "UnprocessedKeys": {}}
    yield "GetRecords", {"Records": [{"eventName": "INSERT", "dynamodb": change}]}


def same(item):
    """Whether both write every reply with the item alike."""
    for operation, result in replies(item):
        service = "dynamodbstreams" if operation == "GetRecords" else "dynamodb"
        ours, motos = (
            written(one, operation, result, service) for one in (QuickSerializer, JSONSerializer)
        )
        if ours != motos:
            return False
    return True


@given(ITEMS)
def test_replies_are_the_same_bytes(item):
    """Of every type, nested, and in each place where an item stands."""
    assert same(item)


@pytest.mark.parametrize("attribute", ODD, ids=map(str, ODD))
def test_an_odd_attribute_is_written_as_by_moto(attribute):
    """No member, two, one that is None, or one that DynamoDB does not know."""
    assert same({"odd": attribute})


@pytest.mark.parametrize("service", ["dynamodb", "dynamodbstreams"])
def test_a_connection_to_moto_writes_so(service):
    """Both services that give out items; no other."""
    with connect("moto"):
        assert get_serializer_class(service, "json") is QuickSerializer
        assert get_serializer_class("sts", "query") is not QuickSerializer
