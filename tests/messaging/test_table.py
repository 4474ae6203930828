"""Tables are created once with the bootcamp's schema; tables of another schema are refused."""

import pytest

from cruddur_lib.messaging import table
from cruddur_lib.messaging.designs import design
from cruddur_lib.messaging.inbox import InboxError
from cruddur_lib.messaging.table import Index, Schema, TableError

BOOTCAMP = design("bootcamp").schema


def test_the_bootcamps_table(backend):
    """It has keys pk and sk, an index of whole items, 5 and 5 units each, and a stream."""
    table.create(backend, BOOTCAMP)

    made = table.describe(backend)
    (index,) = made["GlobalSecondaryIndexes"]
    assert made["TableName"] == "cruddur-messages"
    assert [(k["AttributeName"], k["KeyType"]) for k in made["KeySchema"]] == [
        ("pk", "HASH"),
        ("sk", "RANGE"),
    ]
    assert index["IndexName"] == "message-group-sk-index"
    assert [k["AttributeName"] for k in index["KeySchema"]] == ["message_group_uuid", "sk"]
    assert index["Projection"]["ProjectionType"] == "ALL"
    for part in (made, index):
        units = part["ProvisionedThroughput"]
        assert (units["ReadCapacityUnits"], units["WriteCapacityUnits"]) == (5, 5)
    assert made["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}


def test_an_on_demand_table_has_no_units(backend):
    """An on-demand table has no provisioned units."""
    table.create(backend, BOOTCAMP, billing="on-demand")

    assert table.describe(backend)["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_creating_twice_changes_nothing(backend):
    """The second call returns False and keeps the rows."""
    assert table.create(backend, BOOTCAMP)
    backend.dynamodb.put_item(TableName=table.TABLE_NAME, Item={"pk": "p", "sk": "s"})

    assert not table.create(backend, BOOTCAMP)
    assert table.rows(backend) == [{"pk": "p", "sk": "s"}]


def test_another_table_of_the_name_is_not_taken_for_ours(backend):
    """The error names the other table's indexes and the expected ones."""
    table.create(backend, Schema(indexes=(Index("other", "a", "b"),)))

    with pytest.raises(TableError, match=r"'other': \['a', 'b'\].*wanted.*message-group-sk-index"):
        table.create(backend, BOOTCAMP)


def test_a_table_without_a_stream_is_another(backend):
    """Without a stream the stream handler (E) could not work."""
    request = BOOTCAMP.request(table.TABLE_NAME, "provisioned")
    del request["StreamSpecification"]
    backend.client("dynamodb").create_table(**request)

    with pytest.raises(TableError, match=r"'stream': \['none'\].*wanted"):
        table.create(backend, BOOTCAMP)


def test_a_table_can_be_used_when_create_returns(backend, monkeypatch):
    """`create` waits until the table is active, even if it existed before."""
    client, waited = backend.client("dynamodb"), []
    real = client.get_waiter
    monkeypatch.setattr(client, "get_waiter", lambda name: waited.append(name) or real(name))
    for _ in range(2):
        table.create(backend, BOOTCAMP)

    assert waited == ["table_exists"] * 2


def test_all_tables_are_named(backend):
    """`names` reads all pages of ListTables, which have 100 names each."""
    for n in range(101):
        table.create(backend, Schema(), f"table-{n:03}", "on-demand")

    assert table.names(backend) == [f"table-{n:03}" for n in range(101)]


def test_a_table_that_is_not_there(backend):
    """The error names the missing table and the existing ones."""
    table.create(backend, Schema(), "one-table")

    with pytest.raises(TableError, match="no table cruddur-messages.*there are: one-table"):
        table.describe(backend)
    assert table.names(backend) == ["one-table"]


def test_dropping_says_whether_there_was_a_table(backend):
    """Dropping a missing table returns False."""
    table.create(backend, Schema())

    assert table.drop(backend)
    assert not table.drop(backend)
    assert table.names(backend) == []


def test_rows_come_from_all_pages_in_the_order_of_their_keys(backend):
    """Four items of 400 KB need two pages of a Scan, which ends after 1 MB."""
    table.create(backend, Schema(), billing="on-demand")
    for n in (2, 1, 4, 3):
        row = {"pk": f"p{n}", "sk": "s", "text": "x" * 400_000}
        backend.dynamodb.put_item(TableName=table.TABLE_NAME, Item=row)
    first = backend.dynamodb.scan(TableName=table.TABLE_NAME)

    assert "LastEvaluatedKey" in first
    assert [row["pk"] for row in table.rows(backend)] == ["p1", "p2", "p3", "p4"]


def test_an_unknown_design_is_named():
    """The error lists the known designs."""
    with pytest.raises(InboxError, match="'fast'; the known ones are bootcamp"):
        design("fast")
