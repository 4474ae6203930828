"""Right answers of lesson 02, Reading, measured on a scratch table."""

from typing import Any

from cruddur_lib.messaging.keys import messages_pk
from cruddur_lib.workbook.exercises.shared import (
    all_pages,
    index_items,
    load_conversation,
    partition,
    query,
    send_first,
)
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

PAGE = 20  # messages that the screen shows


def items_in_the_index_after_c(sandbox: Sandbox) -> int:
    """Count the items of the index after Zoë's first message to Andrew (C)."""
    with sandbox.scratch() as scratch:
        send_first(scratch)
        return len(index_items(scratch))


def pages_of_45(sandbox: Sandbox) -> int:
    """Count the pages of 20 that hold a conversation of 45 messages."""
    with sandbox.scratch(seeded=False) as scratch:
        group = load_conversation(scratch, 45)
        return sum(map(bool, all_pages(scratch.inbox(), group)))


def read_units(sandbox: Sandbox, values: dict[str, Any] | None = None, **options: Any) -> float:
    """Return the read units of a Query of the seeded conversation, newest message first.

    Args:
        sandbox: where to make the scratch table.
        values: Placeholders beside `:pk`.
        options: Further parameters of the request.
    """
    with sandbox.scratch() as scratch:
        values = {":pk": messages_pk(scratch.group.uuid), **(values or {})}
        with scratch.meter() as meter:
            query(scratch, "pk = :pk", values, ScanIndexForward=False, **options)
    return float(meter.read_units)


def twenty_gets(sandbox: Sandbox) -> float:
    """Return the read units of the newest 20 messages, each read by a GetItem."""
    with sandbox.scratch() as scratch:
        rows = partition(scratch, messages_pk(scratch.group.uuid))[-PAGE:]
        with scratch.meter() as meter:
            for row in rows:
                key = {"pk": row["pk"], "sk": row["sk"]}
                scratch.backend.dynamodb.get_item(TableName=scratch.table, Key=key)
    return float(meter.read_units)


def found_by_limit_and_filter(sandbox: Sandbox) -> int:
    """Count the messages that a Query returns if it reads 20 and keeps Bayko's."""
    with sandbox.scratch() as scratch:
        return int(_page_of_bayko(scratch, messages_pk(scratch.group.uuid))["Count"])


def scan_units(sandbox: Sandbox) -> float:
    """Return the read units of a Scan of the seeded table."""
    with sandbox.scratch() as scratch, scratch.meter() as meter:
        scratch.backend.dynamodb.scan(TableName=scratch.table)
    return float(meter.read_units)


def in_pages_of_20(sandbox: Sandbox) -> float:
    """Return the read units of the whole conversation in pages of 20."""
    with sandbox.scratch() as scratch:
        inbox, group = scratch.inbox(), scratch.group
        with scratch.meter() as meter:
            all_pages(inbox, group)
    return float(meter.read_units)


def twenty_of_bayko(sandbox: Sandbox) -> float:
    """Return the read units of filtered pages of 20 until they hold 20 of Bayko's messages."""
    with sandbox.scratch() as scratch:
        found, pk = 0, messages_pk(scratch.group.uuid)
        options: dict[str, Any] = {}
        with scratch.meter() as meter:
            while found < PAGE:
                reply = _page_of_bayko(scratch, pk, **options)
                found += reply["Count"]
                options = {"ExclusiveStartKey": reply["LastEvaluatedKey"]}
    return float(meter.read_units)


def stored_of_four(sandbox: Sandbox) -> int:
    """Count the stored items of four puts at two different keys."""
    with sandbox.scratch(seeded=False) as scratch:
        for sk in ("2026-01-05T09:00:00Z",) * 2 + ("2026-01-05T09:00:01Z",) * 2:
            item = {"pk": "MSG#1", "sk": sk}
            scratch.backend.dynamodb.put_item(TableName=scratch.table, Item=item)
        return len(scratch.rows())


def _page_of_bayko(scratch: Sandbox, pk: str, **options: Any) -> Any:
    """Read 20 messages, newest first, and keep Bayko's."""
    values = {":pk": pk, ":who": "bayko"}
    options |= {"FilterExpression": "user_handle = :who", "ScanIndexForward": False}
    return query(scratch, "pk = :pk", values, Limit=PAGE, **options)
