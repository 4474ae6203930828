"""Patched moto gives the same replies as moto itself, and closing removes the patches."""

from copy import deepcopy

import moto as moto_package
import pytest
from boto3.dynamodb.types import TypeSerializer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto.core import DEFAULT_ACCOUNT_ID, responses
from moto.core.responses import XFormedAttributePicker
from moto.core.serialize import SERVICE_SPECIFIC_SERIALIZERS, JSONSerializer, get_serializer_class
from moto.core.utils import get_service_model, method_names_from_class
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import StreamRecord
from moto.dynamodb.responses import DynamoHandler
from moto.dynamodbstreams.responses import DynamoDBStreamsHandler
from moto.sts.responses import TokenResponse

from cruddur_lib.backends import connect
from cruddur_lib.backends.moto_backend import Moto, MotoBackend
from cruddur_lib.backends.moto_patches import QuickSerializer
from cruddur_lib.messaging import seeds, table
from cruddur_lib.messaging.designs.bootcamp import BootcampInbox

NAMES = st.sampled_from(["pk", "message", "S", "M", "AttributeValue", "Item"])  # some name types
SCALARS = st.text(max_size=4) | st.binary(max_size=4) | st.integers() | st.booleans() | st.none()
VALUES = st.recursive(
    SCALARS | st.sets(st.text(max_size=4), min_size=1) | st.sets(st.binary(max_size=4), min_size=1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
ITEMS = st.dictionaries(NAMES, VALUES.map(TypeSerializer().serialize), max_size=4)
ODD = [{}, {"S": None}, {"S": "a", "N": "1"}, {"s": "a"}, {"SS": []}, {"M": {}}, {"X": "a"}]


# On and off


@pytest.fixture
def unpatched(monkeypatch):
    """Remove other tests' patches; return the parts of moto that the patches change."""
    for service in ("dynamodb", "dynamodbstreams"):
        monkeypatch.delitem(SERVICE_SPECIFIC_SERIALIZERS, service, raising=False)
    monkeypatch.setattr(responses, "method_names_from_class", method_names_from_class)
    monkeypatch.delattr(StreamRecord, "__deepcopy__", raising=False)
    monkeypatch.setattr(MotoBackend, "moto", Moto())
    return patchable()


def patchable():
    """Return the present state of the parts of moto that the patches change."""
    serializers = {name: dict(known) for name, known in SERVICE_SPECIFIC_SERIALIZERS.items()}
    copy = vars(StreamRecord).get("__deepcopy__", "none")
    return serializers, responses.method_names_from_class, copy


def test_the_last_connection_to_close_leaves_moto_as_it_was(unpatched):
    """Closing one of two connections keeps the patches; closing the other removes them."""
    one, other = connect("moto"), connect("moto")
    patched = patchable()
    one.close()
    one.close()
    assert patchable() == patched
    other.close()

    assert all(now != before for now, before in zip(patched, unpatched, strict=True))
    assert patchable() == unpatched


def test_a_later_connection_is_patched_again(unpatched):
    """Removing the patches is not final."""
    connect("moto").close()
    with connect("moto"):
        assert get_serializer_class("dynamodb", "json") is QuickSerializer
    assert patchable() == unpatched


@pytest.mark.parametrize("version", ["5.1.9", "5.20.0", "6.0.0"])
def test_an_untested_version_of_moto_runs_without_patches(unpatched, monkeypatch, version):
    """Connections work, and moto stays as it is."""
    monkeypatch.setattr(moto_package, "__version__", version)
    with connect("moto") as backend:
        table.create(backend, BootcampInbox.schema)
        assert seeds.seed(BootcampInbox(backend))
        assert patchable() == unpatched
    assert patchable() == unpatched


# Replies


def reply_bytes(serializer, operation, result, service="dynamodb"):
    """A reply as this serializer writes it."""
    model = get_service_model(service).operation_model(operation)
    return serializer(model, value_picker=XFormedAttributePicker()).serialize(result)


def replies(item):
    """Yield replies of moto that contain this item."""
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


def written_alike(item):
    """Whether both serializers write every reply with the item alike."""
    for operation, result in replies(item):
        service = "dynamodbstreams" if operation == "GetRecords" else "dynamodb"
        ours, motos = (
            reply_bytes(one, operation, result, service)
            for one in (QuickSerializer, JSONSerializer)
        )
        if ours != motos:
            return False
    return True


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(ITEMS)
def test_replies_are_the_same_bytes(item):
    """Values of every type, nested, in each place of a reply where an item may be."""
    assert written_alike(item)


@pytest.mark.parametrize("attribute", ODD, ids=map(str, ODD))
def test_an_odd_attribute_is_written_as_by_moto(attribute):
    """No member, two members, a member that is None, or one that DynamoDB does not know."""
    assert written_alike({"odd": attribute})


@pytest.mark.parametrize("service", ["dynamodb", "dynamodbstreams"])
def test_a_connection_to_moto_writes_so(service):
    """Both services that return items are patched, and no other."""
    with connect("moto"):
        assert get_serializer_class(service, "json") is QuickSerializer
        assert get_serializer_class("sts", "query") is not QuickSerializer


# Names of methods


@pytest.mark.parametrize("handler", [DynamoHandler, DynamoDBStreamsHandler, TokenResponse])
def test_each_service_has_its_own_names_listed_once(handler):
    """The cached list of each of the three services equals moto's own."""
    with connect("moto"):
        listed = responses.method_names_from_class(handler)

        assert listed == method_names_from_class(handler)
        assert responses.method_names_from_class(handler) is listed


# Copies of a table


@pytest.fixture
def moto():
    """A table on moto whose rows were put, changed and deleted."""
    with connect("moto") as backend:
        table.create(backend, BootcampInbox.schema)
        inbox = BootcampInbox(backend)
        inbox.load(seeds.conversation()[:4])
        newest = inbox.list_messages(inbox.list_message_groups(seeds.user("bayko"))[0])[0]
        inbox.update_message(newest.sender, newest, "another text")
        inbox.delete_message(newest.sender, newest)
        yield backend


def records(backend):
    """All records of the table's stream."""
    client = backend.client("dynamodbstreams")
    stream = table.describe(backend)["LatestStreamArn"]
    (shard,) = client.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
    iterator = client.get_shard_iterator(
        StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    return client.get_records(ShardIterator=iterator)["Records"]


def actions(*conditions):
    """The puts of a transaction, one for each condition."""
    return [
        {
            "Put": {
                "TableName": table.TABLE_NAME,
                "Item": {"pk": {"S": "p"}, "sk": {"S": str(place)}},
                "ConditionExpression": f"attribute_{condition}(pk)",
            }
        }
        for place, condition in enumerate(conditions)
    ]


def test_a_canceled_transaction_leaves_rows_and_records_as_they_were(moto):
    """The second action fails after the first was done; moto undoes the first."""
    client, rows, before = moto.client("dynamodb"), table.rows(moto), records(moto)

    with pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_write_items(TransactItems=actions("not_exists", "exists"))

    assert (table.rows(moto), records(moto)) == (rows, before)
    assert [one["eventName"] for one in before[-2:]] == ["MODIFY", "REMOVE"]


def test_a_transaction_changes_no_record_that_was_there(moto):
    """It only adds records, with sequence numbers that go on rising."""
    before = records(moto)

    moto.client("dynamodb").transact_write_items(TransactItems=actions(*["not_exists"] * 2))

    assert records(moto)[:-2] == before
    numbers = [one["dynamodb"]["SequenceNumber"] for one in records(moto)]
    assert numbers == sorted(set(numbers))


def test_a_copy_of_a_table_has_rows_of_its_own_and_the_same_records(moto):
    """Moto changes rows in place, so they are copied; records never change, so they are shared."""
    one = dynamodb_backends[DEFAULT_ACCOUNT_ID][moto.region].tables[table.TABLE_NAME]
    other = deepcopy(one)

    assert [a is b for a, b in zip(one.all_items(), other.all_items(), strict=True)] == [False] * 5
    assert one.stream_shard.items is not other.stream_shard.items
    records = zip(one.stream_shard.items, other.stream_shard.items, strict=True)
    assert all(a is b for a, b in records)
