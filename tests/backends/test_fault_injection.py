"""Injected faults, on any engine: what is throttled or cut does not reach the engine."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, HTTPClientError

from cruddur_lib.backends.faults import Crashed, Fault, FaultDoesNotApply, with_faults
from cruddur_lib.costs.metering.meter import Meter
from cruddur_lib.messaging import table
from cruddur_lib.messaging.table import Schema

T = {"TableName": table.TABLE_NAME}
ITEM = {"pk": "p", "sk": "s"}


@pytest.fixture(autouse=True)
def waited(monkeypatch) -> list[float]:
    """botocore's waits between its attempts, in seconds; here they take no time."""
    waits: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=waits.append))
    return waits


@pytest.fixture
def client(backend):
    """The client that takes Python values, with an empty table."""
    table.create(backend, Schema())
    return backend.dynamodb


def at(*numbers: int, fault: Fault) -> Callable[[str, int], Fault | None]:
    """Return a decision that injects this fault at these attempts."""
    return lambda _, number: fault if number in numbers else None


def rows(backend):
    """Count the table's rows by a request that meets no faults."""
    return backend.unobserved_client.scan(**T)["Count"]


@pytest.mark.parametrize("fault", [Fault.THROTTLED, Fault.CUT_BEFORE])
def test_what_is_stopped_does_not_arrive(backend, client, waited, fault):
    """None of botocore's four attempts arrives, and the caller gets the error."""
    with (
        with_faults(backend, lambda *_: fault) as happened,
        Meter(backend) as meter,
        pytest.raises((ClientError, HTTPClientError)),
    ):
        client.put_item(**T, Item=ITEM)

    assert happened == [fault] * 4
    assert len(waited) == 3
    assert meter.write_units == 0
    assert rows(backend) == 0


def test_botocore_tries_again(backend, client):
    """A throttled attempt is followed by one that arrives."""
    with with_faults(backend, at(1, fault=Fault.THROTTLED)):
        client.put_item(**T, Item=ITEM)

    assert rows(backend) == 1


@pytest.mark.parametrize("attempts", [1, 2, 3])
def test_fewer_attempts_where_they_are_asked_for(backend, client, waited, attempts):
    """The last attempt raises the error, without a wait after it."""
    with (
        with_faults(backend, lambda *_: Fault.THROTTLED, attempts=attempts) as happened,
        pytest.raises(client.exceptions.ProvisionedThroughputExceededException),
    ):
        client.put_item(**T, Item=ITEM)

    assert len(happened) == attempts
    assert len(waited) == attempts - 1


def test_afterwards_botocore_tries_as_often_as_before(backend, client):
    """The limit of attempts ends with its `with`."""
    with with_faults(backend, lambda *_: None, attempts=1):
        client.put_item(**T, Item=ITEM)
    with with_faults(backend, at(1, fault=Fault.THROTTLED)):
        client.put_item(**T, Item={**ITEM, "sk": "another"})

    assert rows(backend) == 2


def test_an_answer_that_is_lost(backend, client):
    """The first attempt wrote the item, so the second one's condition fails."""
    with (
        with_faults(backend, at(1, fault=Fault.CUT_AFTER)),
        pytest.raises(client.exceptions.ConditionalCheckFailedException),
    ):
        client.put_item(**T, Item=ITEM, ConditionExpression="attribute_not_exists(pk)")

    assert rows(backend) == 1


@pytest.mark.parametrize(("fault", "left"), [(Fault.CRASH_BEFORE, 0), (Fault.CRASH_AFTER, 1)])
def test_a_crash(backend, client, fault, left):
    """A crash is not retried."""
    with with_faults(backend, at(1, fault=fault)) as happened, pytest.raises(Crashed):
        client.put_item(**T, Item=ITEM)

    assert happened == [fault]
    assert rows(backend) == left


def test_a_conflict(backend, client):
    """A transaction is canceled with its reasons, and a single write is refused.

    botocore retries neither, and no row is written.
    """
    puts = [{"Put": {**T, "Item": {**ITEM, "sk": str(n)}}} for n in range(2)]
    with with_faults(backend, lambda *_: Fault.CONFLICT) as happened:
        with pytest.raises(client.exceptions.TransactionCanceledException) as canceled:
            client.transact_write_items(TransactItems=puts)
        with pytest.raises(client.exceptions.TransactionConflictException):
            client.put_item(**T, Item=ITEM)

    codes = [reason["Code"] for reason in canceled.value.response["CancellationReasons"]]
    assert codes == ["TransactionConflict", "None"]
    assert "specific reasons [TransactionConflict, None]" in str(canceled.value)
    assert len(happened) == 2
    assert rows(backend) == 0


@pytest.mark.parametrize(("asked", "done"), [(1, 0), (5, 2)])
def test_a_batch_that_is_half_done(backend, client, asked, done):
    """The reply lists the unprocessed items; the others are stored for a unit each."""
    puts = [{"PutRequest": {"Item": {**ITEM, "sk": str(n)}}} for n in range(asked)]
    with with_faults(backend, at(1, fault=Fault.UNPROCESSED)), Meter(backend) as meter:
        reply = client.batch_write_item(RequestItems={table.TABLE_NAME: puts})

    assert reply["UnprocessedItems"] == {table.TABLE_NAME: puts[done:]}
    assert meter.write_units == done
    assert rows(backend) == done


def test_only_a_batch_is_half_done(backend, client):
    """The error says which operation can meet the fault."""
    with (
        with_faults(backend, at(1, fault=Fault.UNPROCESSED)),
        pytest.raises(
            FaultDoesNotApply, match="PutItem cannot meet UNPROCESSED: only BatchWriteItem"
        ),
    ):
        client.put_item(**T, Item=ITEM)


def test_afterwards_nothing_is_disturbed(backend, client):
    """Later requests arrive once, and the hooks are removed."""
    with (
        with_faults(backend, lambda *_: Fault.THROTTLED),
        pytest.raises(ClientError),
    ):
        client.put_item(**T, Item=ITEM)
    with Meter(backend) as meter:
        client.put_item(**T, Item=ITEM)

    assert (meter.calls, rows(backend)) == (1, 1)
