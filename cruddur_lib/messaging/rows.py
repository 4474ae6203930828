"""Rows that all designs share: messages. How to write them, and how to read rows of the table.

| row | pk | sk | attributes |
|---|---|---|---|
| message | MSG#group | time#message | message_uuid, message, user_* of the sender |
| first message | MSG#group | 0000#first | the same, created_at, other_* of the receiver |
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cruddur_lib.messaging import keys
from cruddur_lib.messaging.entities import Draft, Message, User
from cruddur_lib.messaging.table import Row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Directory = Mapping[str, User]  # by uuid


def message_row(draft: Draft) -> dict[str, str]:
    """Return the row of a message that is not the first of its group."""
    return {
        "pk": keys.messages_pk(draft.group_uuid),
        "sk": keys.message_sk(draft.created_at, draft.message_uuid),
        "message_uuid": draft.message_uuid,
        "message": draft.text,
        **person("user", draft.sender),
    }


def first_row(draft: Draft) -> dict[str, str]:
    """Return the row of a group's first message, whose fixed key contains no time."""
    guard = {"sk": keys.FIRST, "created_at": keys.timestamp(draft.created_at)}
    return message_row(draft) | guard | person("other", draft.receiver)


def person(role: str, user: User) -> dict[str, str]:
    """Return a user as three attributes of a row, a copy that keeps the user's present names."""
    return {
        f"{role}_uuid": user.uuid,
        f"{role}_handle": user.handle,
        f"{role}_display_name": user.display_name,
    }


def message_of(row: Row, directory: Directory) -> Message:
    """Return the message of a message row, its sender named as in the directory."""
    return Message(
        row["message_uuid"],
        keys.uuid_in(row["pk"]),
        user_of("user", row, directory),
        row["message"],
        sent_at(row),
        is_first=row["sk"] == keys.FIRST,
    )


def key_of(message: Message) -> dict[str, str]:
    """Return the key of a message's row."""
    sk = keys.FIRST if message.is_first else keys.message_sk(message.created_at, message.uuid)
    return {"pk": keys.messages_pk(message.group_uuid), "sk": sk}


def sent_at(row: Row) -> datetime:
    """Return when the message of a message row was sent."""
    if row["sk"] == keys.FIRST:
        return keys.moment(row["created_at"])
    return keys.time_and_uuid(row["sk"])[0]


def user_of(role: str, row: Row, directory: Directory) -> User:
    """Return a user in a row, with the names in the directory or else those in the row.

    `role` is the prefix of the user's attributes: "user" or "other".
    """
    uuid = row[f"{role}_uuid"]
    return directory.get(uuid) or User(uuid, row[f"{role}_handle"], row[f"{role}_display_name"])


def get_row(
    client: "DynamoDBClient", table: str, pk: keys.Pk, sk: keys.Sk, *, consistent: bool = True
) -> Row | None:
    """Return the row with this key, or None, by a GetItem, by default strongly consistent."""
    key = {"pk": pk, "sk": sk}
    return client.get_item(TableName=table, Key=key, ConsistentRead=consistent).get("Item")


def all_rows(
    client: "DynamoDBClient", table: str, value: str, *, key: str = "pk", **options: Any
) -> list[Row]:
    """Return all rows whose partition key, called `key`, has this value, by Query and `options`."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression=f"{key} = :value",
        ExpressionAttributeValues={":value": value},
        **options,
    )
    return [row for page in pages for row in page["Items"]]


def newest_rows(client: "DynamoDBClient", table: str, pk: keys.Pk, limit: int = 1) -> list[Row]:
    """Return a partition's newest rows, at most `limit`, by one strongly consistent Query."""
    reply = client.query(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": pk},
        ScanIndexForward=False,
        Limit=limit,
        ConsistentRead=True,
    )
    return list(reply["Items"])
