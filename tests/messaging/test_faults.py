"""Faults on the network path: no message is lost, doubled or half written.

Faults that the stream handler (E) meets are in test_stream.py.
"""

from collections.abc import Callable

import pytest

from cruddur_lib.messaging import seeds, table

CHANGING = {"one_transaction": "TransactWriteItems"}  # not PutItem or DeleteItem


def lose_answer(client, operation: str) -> list[int]:
    """Lose the next reply to this operation, so that botocore sends the request again."""
    lost = []

    def once(**_):
        if not lost:
            lost.append(1)
            return 0  # seconds until the next attempt
        return None

    client.meta.events.register_first(f"needs-retry.dynamodb.{operation}", once)
    return lost


def lose_request(client, operation: str) -> Callable[[], None]:
    """Let no request of this operation arrive until the returned function is called."""

    def cut(**_):
        raise ConnectionError("cut before delivery")

    return at_the_wire(client, operation, cut)


def throttle(client, operation: str) -> Callable[[], None]:
    """Throttle all attempts of this operation until the returned function is called."""

    def busy(**_):
        error = {"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "busy"}}
        raise client.exceptions.ProvisionedThroughputExceededException(error, operation)

    return at_the_wire(client, operation, busy)


def at_the_wire(client, operation: str, fault: Callable[..., None]) -> Callable[[], None]:
    """Register a fault; return a function that removes it."""
    event = f"before-call.dynamodb.{operation}"
    client.meta.events.register_first(event, fault)
    return lambda: client.meta.events.unregister(event, fault)


def texts(inbox, user) -> list[str]:
    """Return the texts of the user's newest group, newest first."""
    return [message.text for message in inbox.list_messages(inbox.list_message_groups(user)[0])]


def test_an_answer_to_d_that_is_lost(begun, andrew, bayko):
    """Creating a message: the retry finds the first attempt's message and returns it."""
    lost = lose_answer(begun.backend.dynamodb, CHANGING.get(begun.name, "PutItem"))

    message = begun.create_message(begun.draft(andrew, bayko, "Hello?"))

    assert lost
    assert begun.list_messages(begun.list_message_groups(andrew)[0])[0] == message
    assert len(table.rows(begun.backend)) == 7


def test_an_answer_to_c_that_is_lost(inbox, andrew, bayko):
    """Creating a group: the first attempt's guard cancels the retry, which then succeeds."""
    lost = lose_answer(inbox.backend.dynamodb, "TransactWriteItems")

    message = inbox.create_message_group(inbox.draft(andrew, bayko, "Hello?"))

    assert lost
    assert message.is_first
    assert texts(inbox, bayko) == ["Hello?"]
    assert len(table.rows(inbox.backend)) == 3


def test_an_answer_to_a_deletion_that_is_lost(begun, andrew, bayko):
    """Deleting a message: the retry finds no message, which counts as success."""
    message = begun.create_message(begun.draft(andrew, bayko, "Hello?"))
    lost = lose_answer(begun.backend.dynamodb, CHANGING.get(begun.name, "DeleteItem"))

    begun.delete_message(andrew, message)

    assert lost
    assert len(table.rows(begun.backend)) == 6


@pytest.mark.parametrize("fault", [lose_request, throttle])
def test_a_message_that_did_not_arrive(begun, andrew, bayko, fault):
    """The caller gets the error, no row is written, and the same draft may be sent again."""
    draft = begun.draft(andrew, bayko, "Hello?")
    before = table.rows(begun.backend)
    client = begun.backend.dynamodb
    mend = fault(client, CHANGING.get(begun.name, "PutItem"))
    with pytest.raises((ConnectionError, client.exceptions.ClientError)):
        begun.create_message(draft)
    assert table.rows(begun.backend) == before

    mend()
    assert begun.create_message(draft).text == texts(begun, andrew)[0] == "Hello?"


def test_a_group_that_did_not_arrive(inbox, andrew, bayko):
    """Creating a group is all or nothing: on failure neither person sees it."""
    throttle(inbox.backend.dynamodb, "TransactWriteItems")

    with pytest.raises(inbox.backend.dynamodb.exceptions.ClientError, match="busy"):
        inbox.create_message_group(inbox.draft(andrew, bayko, "Hello?"))

    assert table.rows(inbox.backend) == []


def test_items_that_were_not_processed_are_put_again(inbox):
    """Seeding sends the unprocessed items of a BatchWriteItem again and ends with 106 items."""
    client = inbox.backend.resource.meta.client
    left_out: list = []

    def leave_out(params, **_):
        requests = params["RequestItems"][inbox.table]
        if not left_out and len(requests) > 10:
            left_out.extend(request["PutRequest"]["Item"] for request in requests[-5:])
            del requests[-5:]

    def say_so(parsed, **_):
        if len(left_out) == 5:
            as_json = [{name: {"S": text} for name, text in item.items()} for item in left_out]
            again = [{"PutRequest": {"Item": item}} for item in as_json]
            parsed["UnprocessedItems"] = {inbox.table: again}
            left_out.append("said")

    client.meta.events.register_last("before-parameter-build.dynamodb.BatchWriteItem", leave_out)
    client.meta.events.register_first("after-call.dynamodb.BatchWriteItem", say_so)
    seeds.seed(inbox)

    assert left_out
    assert len(table.rows(inbox.backend)) == 106
