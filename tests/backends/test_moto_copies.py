"""Tests of copies that moto makes of a table: what a transaction does not do leaves no trace."""

from copy import deepcopy

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from cruddur_lib.backends import connect
from cruddur_lib.messaging import seeds, table
from cruddur_lib.messaging.designs.bootcamp import BootcampInbox


@pytest.fixture
def moto():
    """A table on moto with rows and records: put, changed and deleted."""
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
    """Puts of a transaction, each with its condition."""
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


def test_a_cancelled_transaction_leaves_rows_and_records_as_they_were(moto):
    """The first action was done when the second failed; then the next one is numbered on."""
    client, rows, told = moto.client("dynamodb"), table.rows(moto), records(moto)

    with pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_write_items(TransactItems=actions("not_exists", "exists"))

    assert (table.rows(moto), records(moto)) == (rows, told)
    assert [one["eventName"] for one in told[-2:]] == ["MODIFY", "REMOVE"]


def test_a_transaction_changes_no_record_that_was_there(moto):
    """It adds its own."""
    told = records(moto)

    moto.client("dynamodb").transact_write_items(TransactItems=actions(*["not_exists"] * 2))

    assert records(moto)[:-2] == told
    numbers = [one["dynamodb"]["SequenceNumber"] for one in records(moto)]
    assert numbers == sorted(set(numbers))


def test_a_copy_of_a_table_has_rows_of_its_own_and_the_same_records(moto):
    """Rows are changed in place, records are not."""
    one = dynamodb_backends[DEFAULT_ACCOUNT_ID][moto.region].tables[table.TABLE_NAME]
    other = deepcopy(one)

    assert [a is b for a, b in zip(one.all_items(), other.all_items(), strict=True)] == [False] * 5
    assert one.stream_shard.items is not other.stream_shard.items
    records = zip(one.stream_shard.items, other.stream_shard.items, strict=True)
    assert all(a is b for a, b in records)
