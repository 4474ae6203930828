"""Tests of errors, retries and lost replies under the meter, and of unchanged replies."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, ReadTimeoutError

from cruddur_lib.backends import Engine, RequestRefused
from cruddur_lib.costs.metering.meter import Meter
from cruddur_lib.costs.metering.report import AttemptOutcome
from tests.helpers.drawn import padded
from tests.helpers.judged import as_key

T = {"TableName": "metered"}
KEY = as_key(("p", "s"))
NEW = {"ConditionExpression": "attribute_not_exists(pk)"}


def row(sk="s", size=300):
    """Return an item of this many bytes."""
    return padded(as_key(("p", sk)), size)


@pytest.fixture
def lose_answers(backend):
    """Return a function that makes a client lose replies after the engine did the requests."""

    def lose(client, operation, times=1):
        left = [ReadTimeoutError(endpoint_url="lost") for _ in range(times)]
        if backend.engine is Engine.MOTO:  # which replies in before-send

            def cut(event_name, **_):
                if left and event_name.endswith(operation):
                    raise left.pop()

            client.meta.events.register_last("before-send", cut)
            return
        session = client._endpoint.http_session
        send = session.send

        def send_and_lose(request):
            answer = send(request)
            if left and operation in str(request.headers["X-Amz-Target"]):
                raise left.pop()
            return answer

        session.send = send_and_lose

    return lose


@pytest.mark.parametrize("shown", ["NONE", "ALL_OLD"])
@pytest.mark.parametrize("operation", ["put_item", "delete_item", "update_item"])
def test_a_failed_condition(backend, client, operation, shown):
    """A failed condition costs the stored item in whole KB, at least 1, and is unverified."""
    client.put_item(**T, Item=row(size=2_500))
    asked = {
        "put_item": {"Item": row(), **NEW},
        "delete_item": {"Key": KEY, **NEW},
        "update_item": {"Key": KEY, "UpdateExpression": "REMOVE y", **NEW},
    }[operation]
    missing = {**asked, "ConditionExpression": "attribute_exists(pk)"}
    missing |= {"Item": row("none")} if "Item" in asked else {"Key": as_key(("p", "none"))}
    with Meter(backend) as meter:
        for parameters in (asked, missing):
            with pytest.raises(client.exceptions.ConditionalCheckFailedException):
                getattr(client, operation)(
                    **T, **parameters, ReturnValuesOnConditionCheckFailure=shown
                )

    assert [entry.units.total for entry in meter.entries] == [3, 1]
    assert not meter.writes.verified
    assert [entry.units.why for entry in meter.entries] == [
        "failed condition 3 (unverified)",
        "failed condition 1 (unverified)",
    ]
    assert meter.table()["why"].iloc[1] == "4 by rule alone, unverified"


def test_a_cancelled_transaction(backend, client):
    """A canceled transaction costs twice the units of each stored item, by rule."""
    client.put_item(**T, Item=row(size=2_500))
    puts = [{"Put": {**T, "Item": row(), **NEW}}, {"Put": {**T, "Item": row("new")}}]
    with Meter(backend) as meter, pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_write_items(TransactItems=puts)

    assert [entry.units.why for entry in meter.entries] == ["cancelled: 4 x 2 (unverified)"]
    assert (meter.write_units, meter.writes.indexes) == (8, {})


def answering(client, operation, error):
    """Make the engine answer the client's next request of this operation with this error."""
    answers = [json.dumps(error).encode()]

    class Raw:
        def stream(self, **_):
            return iter([answers.pop()])

    def refuse(request, **_):
        if answers:
            headers = {"Content-Type": "application/x-amz-json-1.0"}
            return AWSResponse(request.url, error["status"], headers, Raw())
        return None

    client.meta.events.register_first(f"before-send.dynamodb.{operation}", refuse)


@pytest.mark.parametrize(
    ("operation", "capacity"), [("TransactWriteItems", "write"), ("TransactGetItems", "read")]
)
def test_what_a_conflict_cancelled_is_not_metered(backend, client, operation, capacity):
    """A conflict is not metered, because AWS only says what a failed condition costs."""
    action, parameters = {
        "write": ("Put", {**T, "Item": row()}),
        "read": ("Get", {**T, "Key": KEY}),
    }[capacity]
    reasons = [{"Code": "None"}, {"Code": "TransactionConflict", "Message": "busy"}]
    error = {"__type": "x#TransactionCanceledException", "status": 400}
    answering(client, operation, {**error, "Message": "no", "CancellationReasons": reasons})
    ask = client.transact_write_items if capacity == "write" else client.transact_get_items
    with Meter(backend) as meter, pytest.raises(client.exceptions.TransactionCanceledException):
        ask(TransactItems=[{action: parameters}])

    assert [entry.outcome for entry in meter.entries] == [AttemptOutcome.NOT_METERED]
    assert list(meter.table()["why"]) == [
        "not metered: TransactionConflict",
        "without 1: not metered",
    ]
    assert meter.table().index[1] == f"all {capacity}s"


def test_a_condition_that_failed_in_partiql_is_not_metered(backend, client):
    """A failed condition in PartiQL is not metered, because statements are not parsed."""
    error = {"__type": "x#ConditionalCheckFailedException", "message": "no", "status": 400}
    answering(client, "ExecuteStatement", error)
    with Meter(backend) as meter, pytest.raises(client.exceptions.ConditionalCheckFailedException):
        client.execute_statement(Statement="DELETE FROM metered WHERE pk='p' AND sk='s'")

    assert [entry.outcome for entry in meter.entries] == [AttemptOutcome.NOT_METERED]
    assert meter.table()["why"].iloc[0] == "not metered: PartiQL"


@pytest.mark.parametrize("operation", ["put_item", "transact_write_items"])
def test_an_interrupted_write_holds_nobody_up(backend, client, operation):
    """After Jupyter interrupts a write, other threads can write in the next `with`."""
    asked = {
        "put_item": {**T, "Item": row()},
        "transact_write_items": {"TransactItems": [{"Put": {**T, "Item": row()}}]},
    }[operation]
    stopped = [KeyboardInterrupt]

    def stop(**_):
        if stopped:
            raise stopped.pop()

    client.meta.events.register_first("before-send", stop)
    meter = Meter(backend)
    with meter, pytest.raises(KeyboardInterrupt):
        getattr(client, operation)(**asked)
    other = Thread(target=getattr(client, operation), kwargs=asked, daemon=True)
    with meter:
        other.start()
        other.join(timeout=10)

    assert not other.is_alive()
    assert meter.calls == 1


def test_what_is_refused_costs_nothing(backend, client):
    """A wrong request or an unknown table costs nothing, and the record says "refused"."""
    with Meter(backend) as meter:
        for parameters in ({**T, "Key": {"no": {"S": "p"}}}, {"TableName": "missing", "Key": KEY}):
            with pytest.raises(ClientError):
                client.get_item(**parameters)
        with pytest.raises(ClientError):
            client.put_item(**T, Item={"pk": {"S": "p"}})

    assert {entry.outcome for entry in meter.entries} == {AttemptOutcome.REFUSED}
    assert (meter.calls, meter.read_units, meter.write_units) == (3, 0, 0)
    shown = meter.table()
    assert shown["why"].iloc[0] == "refused: ValidationException"
    assert shown["table units"].iloc[0] == 0


def test_what_never_left_is_not_listed(backend, client):
    """A request that the guard or botocore refuses is not listed."""
    with Meter(backend) as meter:
        with pytest.raises(Exception, match="Parameter validation failed"):
            client.get_item(**T)
        backend.close()
        with pytest.raises(RequestRefused):
            client.get_item(**T, Key=KEY)

    assert meter.calls == 0


def test_retries_count(backend, client):
    """If botocore rejects a reply and tries again, both attempts count."""
    retried = []

    def once(**_):
        retried.append(1)
        return 0 if len(retried) == 1 else None

    client.meta.events.register_first("needs-retry.dynamodb.PutItem", once)
    with Meter(backend) as meter:
        client.put_item(**T, Item=row())

    assert (meter.calls, meter.write_units) == (2, 2)


@pytest.mark.parametrize(
    ("status", "error", "why"),
    [
        (400, "ProvisionedThroughputExceededException", "refused: {error}"),
        (500, "InternalServerError", "unknown: its answer was lost"),
    ],
    ids=["throttled", "a fault of the server"],
)
def test_an_attempt_that_is_answered_by_an_error(backend, client, status, error, why):
    """Throttling costs nothing and a server fault is unknown; the next attempt is charged."""
    client.put_item(**T, Item=row())
    answering(client, "PutItem", {"__type": f"x#{error}", "message": "busy", "status": status})
    with Meter(backend) as meter:
        client.put_item(**T, Item=row())

    whys = [entry.units.why for entry in meter.entries]
    assert whys == [why.format(error=error), "put 1"]
    assert meter.write_units == 1


def test_what_ends_after_the_with_is_not_recorded(backend, client):
    """A call that another thread ends after the `with` does not change the record."""
    begun, go_on = Event(), Event()

    def wait(**_):
        begun.set()
        go_on.wait(10)

    client.meta.events.register_last("before-call.dynamodb.PutItem", wait)
    with ThreadPoolExecutor(1) as pool:
        with Meter(backend) as meter:
            put = pool.submit(client.put_item, **T, Item=row())
            assert begun.wait(10)
        go_on.set()
        put.result()

    assert meter.calls == 0


def test_a_lost_answer_is_told_by_images(backend, client, lose_answers):
    """If the stored items changed, the write was done although its reply was lost.

    This holds for a transaction on DynamoDB Local and any write on moto. botocore's next attempt
    counts too.
    """
    lose_answers(client, "TransactWriteItems")
    with Meter(backend) as meter:
        client.transact_write_items(TransactItems=[{"Put": {**T, "Item": row()}}])

    first, second = meter.entries
    assert first.units.total == 2
    assert first.units.why == "1 put: 1 x 2, found there (answer lost)"
    assert not first.units.verified
    assert (second.outcome, second.units.total) == (AttemptOutcome.REPLAYED, 2)


@pytest.mark.parametrize("operation", ["GetItem", "PutItem"])
def test_an_answer_that_stays_lost_is_unknown(backend, client, lose_answers, operation):
    """A lost reply to a read, or to a write that changed nothing, is unknown and never 0."""
    client.put_item(**T, Item=row())
    lose_answers(client, operation)
    with Meter(backend) as meter:
        if operation == "GetItem":
            client.get_item(**T, Key=KEY)
        else:
            client.put_item(**T, Item=row())

    assert meter.entries[0].outcome is AttemptOutcome.UNKNOWN
    shown = meter.table()
    assert list(shown["table units"]) == ["?", *([0.5] * 2 if operation == "GetItem" else [1] * 2)]
    assert shown["why"].iloc[0] == "unknown: its answer was lost"
    assert shown["why"].iloc[-1] == "without 1: no answer"


def test_unprocessed_items_are_not_charged(backend, client):
    """Items that the engine returns as unprocessed are not charged."""
    lost = []

    def leave_out(params, **_):
        lost.append(params["RequestItems"]["metered"][-1])

    def say_so(parsed_response, **_):
        parsed_response["UnprocessedItems"] = {"metered": lost}

    client.meta.events.register_last("before-parameter-build.dynamodb.BatchWriteItem", leave_out)
    client.meta.events.register_first("response-received.dynamodb.BatchWriteItem", say_so)
    requests = [{"PutRequest": {"Item": row(sk)}} for sk in ("one", "other")]
    requests += [{"DeleteRequest": {"Key": as_key(("p", "none"))}}]  # so that items are looked up
    requests = requests[::-1]
    with Meter(backend) as meter:
        client.batch_write_item(RequestItems={"metered": requests})

    assert meter.entries[0].units.why == "1 delete, 1 put: 2"


def test_the_meter_never_fails_a_call(backend, client, monkeypatch):
    """If the meter fails, the caller still gets the reply, and the record says so."""
    monkeypatch.setattr("cruddur_lib.costs.metering.call.read_entry", lambda _: 1 / 0)
    with Meter(backend) as meter:
        assert "Item" not in client.get_item(**T, Key=KEY)

    assert meter.entries[0].outcome is AttemptOutcome.NOT_METERED
    assert meter.table()["why"].iloc[0] == "not metered: ZeroDivisionError: division by zero"


UPDATE = {"UpdateExpression": "SET y = :y", "ExpressionAttributeValues": {":y": "1"}}
PAGE = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": "p"}}
PLAIN, GONE, PUT = {"pk": "p", "sk": "s"}, {"pk": "p", "sk": "none"}, {"pk": "p", "sk": "t"}
CALLS = {
    "get": ("get_item", {**T, "Key": PLAIN}),
    "get of nothing": ("get_item", {**T, "Key": GONE}),
    "put": ("put_item", {**T, "Item": PUT}),
    "put, old": ("put_item", {**T, "Item": PUT, "ReturnValues": "ALL_OLD"}),
    "put, none": ("put_item", {**T, "Item": PUT, "ReturnValues": "NONE"}),
    "update": ("update_item", {**T, "Key": PLAIN, **UPDATE}),
    "update, updated": (
        "update_item",
        {**T, "Key": PLAIN, **UPDATE, "ReturnValues": "UPDATED_NEW"},
    ),
    "delete": ("delete_item", {**T, "Key": PLAIN}),
    "delete of nothing": ("delete_item", {**T, "Key": GONE}),
    "failed put": ("put_item", {**T, "Item": PLAIN, **NEW}),
    "failed put, old": (
        "put_item",
        {**T, "Item": PLAIN, **NEW, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"},
    ),
    "refused": ("get_item", {**T, "Key": {"no": "p"}}),
    "missing table": ("put_item", {"TableName": "missing", "Item": PUT}),
    "query": ("query", {**T, **PAGE}),
    "query, count": ("query", {**T, **PAGE, "Select": "COUNT"}),
    "scan": ("scan", {**T, "FilterExpression": "attribute_exists(y)"}),
    "batch get": ("batch_get_item", {"RequestItems": {"metered": {"Keys": [PLAIN, GONE]}}}),
    "transact get": ("transact_get_items", {"TransactItems": [{"Get": {**T, "Key": PLAIN}}]}),
    "batch write": (
        "batch_write_item",
        {"RequestItems": {"metered": [{"PutRequest": {"Item": PUT}}]}},
    ),
    "transaction": ("transact_write_items", {"TransactItems": [{"Put": {**T, "Item": PUT}}]}),
    "cancelled": (
        "transact_write_items",
        {"TransactItems": [{"Put": {**T, "Item": PLAIN, **NEW}}]},
    ),
}


def as_json(value):
    """Return parameters for the client, from those for the resource."""
    match value:
        case {"pk": _} | {"no": _} | {":p": _} | {":y": _}:
            return {name: {"S": text} for name, text in value.items()}
        case dict():
            return {name: as_json(one) for name, one in value.items()}
        case list():
            return [as_json(one) for one in value]
    return value


def answer(client, method, parameters):
    """Return the reply, or the response of the error, without metadata."""
    try:
        reply = getattr(client, method)(**parameters)
    except ClientError as error:
        reply = {"error": str(error), **error.response}
    return {name: value for name, value in reply.items() if name != "ResponseMetadata"}


@pytest.mark.parametrize("notation", ["client", "resource"])
@pytest.mark.parametrize("call", CALLS)
def test_replies_stay_as_they_were(backend, client, call, notation):
    """A meter changes no reply and no error, whatever units the caller asks to see."""
    method, parameters = CALLS[call]
    maker = backend.dynamodb
    if notation == "client":
        maker, parameters = client, as_json(parameters)
    for consumed in ({}, *({"ReturnConsumedCapacity": n} for n in ("NONE", "TOTAL", "INDEXES"))):
        fill(client)
        plain = answer(maker, method, parameters | consumed)
        for compare in (False, True):
            fill(client)
            with Meter(backend) as meter, Meter(backend, compare=compare):
                metered = answer(maker, method, parameters | consumed)
            assert metered == plain
            assert meter.calls == 1


def fill(client):
    """Store the two items that the calls use, in their initial state."""
    for item in (PLAIN, PUT):
        client.put_item(**T, Item={**as_json(item), "x": {"B": b"x"}})
