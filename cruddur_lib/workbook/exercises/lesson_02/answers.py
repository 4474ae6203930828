"""Answers of 02, reading, asked from the running system."""

from typing import Any

from cruddur_lib.messaging.keys import messages_pk
from cruddur_lib.workbook.sandbox.sandbox import Sandbox


def items_in_the_index_after_c(lesson: Sandbox) -> int:
    """Entries of the index when Zoë has written to Andrew for the first time."""
    andrew, zoe = lesson.users("andrewbrown", "zoemarchand")
    with lesson.scratch() as fresh:
        inbox = fresh.inbox()
        inbox.create_message_group(inbox.draft(zoe, andrew, "Hello"))
        (index,) = inbox.schema.indexes
        return int(
            fresh.backend.dynamodb.scan(TableName=fresh.table, IndexName=index.name)["Count"]
        )


def pages_of_45(lesson: Sandbox) -> int:
    """Pages of 20 in which 45 messages are read."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch(seeded=False) as fresh:
        inbox = fresh.inbox()
        drafts = [inbox.draft(andrew, bayko, "x") for _ in range(45)]
        inbox.load(drafts)
        group = inbox.open_group(andrew, drafts[0].group_uuid)
        pages = [inbox.list_messages(group)]
        while pages[-1].cursor:
            pages.append(inbox.list_messages(group, cursor=pages[-1].cursor))
    return sum(bool(len(page)) for page in pages)


def units_of(lesson: Sandbox, **options: Any) -> float:
    """Read units of a Query of the conversation, newest first."""
    with lesson.scratch() as fresh:
        pk = messages_pk(fresh.group.uuid)
        values = {":pk": pk, **options.pop("values", {})}
        with fresh.meter() as meter:
            fresh.backend.dynamodb.query(
                TableName=fresh.table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues=values,
                ScanIndexForward=False,
                **options,
            )
    return float(meter.read_units)


def newest_20(lesson: Sandbox) -> float:
    """Read units of pattern A."""
    return units_of(lesson, Limit=20)


def newest_20_strongly(lesson: Sandbox) -> float:
    """The same, strongly consistent."""
    return units_of(lesson, Limit=20, ConsistentRead=True)


def with_a_filter(lesson: Sandbox) -> float:
    """Read units of the whole conversation, with a filter that leaves a few messages."""
    return units_of(lesson, FilterExpression="contains(message, :word)", values={":word": "soup"})


def twenty_gets(lesson: Sandbox) -> float:
    """Read units of the newest 20 messages, each by a GetItem."""
    with lesson.scratch() as fresh:
        keys = [
            {name: row[name] for name in ("pk", "sk")}
            for row in fresh.rows()
            if row["pk"].startswith("MSG#")
        ]
        with fresh.meter() as meter:
            for key in keys[-20:]:
                fresh.backend.dynamodb.get_item(TableName=fresh.table, Key=key)
    return float(meter.read_units)


def found_by_limit_and_filter(lesson: Sandbox) -> int:
    """Messages that come back where 20 are read and Bayko's are kept."""
    with lesson.scratch() as fresh:
        reply = fresh.backend.dynamodb.query(
            TableName=fresh.table,
            KeyConditionExpression="pk = :pk",
            FilterExpression="user_handle = :who",
            ExpressionAttributeValues={":pk": messages_pk(fresh.group.uuid), ":who": "bayko"},
            ScanIndexForward=False,
            Limit=20,
        )
    return int(reply["Count"])


def a_scan(lesson: Sandbox) -> float:
    """Read units of a Scan of the seeded table."""
    with lesson.scratch() as fresh, fresh.meter() as meter:
        fresh.backend.dynamodb.scan(TableName=fresh.table)
    return float(meter.read_units)


def in_pages_of_20(lesson: Sandbox) -> float:
    """Read units of the whole conversation, in pages of 20."""
    with lesson.scratch() as fresh:
        inbox, group = fresh.inbox(), fresh.group
        with fresh.meter() as meter:
            page = inbox.list_messages(group)
            while page.cursor:
                page = inbox.list_messages(group, cursor=page.cursor)
    return float(meter.read_units)


def twenty_of_bayko(lesson: Sandbox) -> float:
    """Read units until pages of 20, filtered, have given 20 of Bayko's messages."""
    with lesson.scratch() as fresh:
        values = {":pk": messages_pk(fresh.group.uuid), ":who": "bayko"}
        found = 0
        more: dict[str, Any] = {}
        with fresh.meter() as meter:
            while found < 20:  # noqa: PLR2004  a page, as the screen shows it
                reply: Any = fresh.backend.dynamodb.query(
                    TableName=fresh.table,
                    KeyConditionExpression="pk = :pk",
                    FilterExpression="user_handle = :who",
                    ExpressionAttributeValues=values,
                    ScanIndexForward=False,
                    Limit=20,
                    **more,
                )
                found += reply["Count"]
                more = {"ExclusiveStartKey": reply["LastEvaluatedKey"]}
    return float(meter.read_units)


def stored_of_four(lesson: Sandbox) -> int:
    """Items that are stored of four messages, two of which share an instant with another."""
    with lesson.scratch(seeded=False) as fresh:
        for sk in ("2026-01-05T09:00:00Z",) * 2 + ("2026-01-05T09:00:01Z",) * 2:
            fresh.backend.dynamodb.put_item(TableName=fresh.table, Item={"pk": "MSG#1", "sk": sk})
        return len(fresh.rows())
