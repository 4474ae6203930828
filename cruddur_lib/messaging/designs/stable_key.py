"""A group row that stays where it is: its key says whose and which, an index says when.

| row | pk | sk | attributes | in the index |
|---|---|---|---|---|
| message, first message | as in every design (see messages.py), and other_uuid | | | no |
| group row | GRP#me | GRP#group | last_message_at, message, shows_first, user_* | yes |

The index `last-message-at-index` (pk, last_message_at) holds group rows only, as only they carry
its range key, and B reads an inbox from there. last_message_at is the newest message's sk: its time
and its uuid, so of two messages one is always the later. shows_first is there as long as the first
message is shown: any other one is newer than that, whatever their clocks said, as in pattern A.

A message names both of its people, so E has all it needs in the stream record: one conditional
UpdateItem for each inbox. See stable_key_stream.py.

What these keys cannot give: an index is never strongly consistent, so B may lag even where the row
is right; and an index that is given too little capacity throttles its table, as each message moves
two entries of it.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from cruddur_lib.backends import Backend
from cruddur_lib.messaging import keys, rows
from cruddur_lib.messaging.designs.base import MessagesInbox, sides
from cruddur_lib.messaging.entities import Draft, MessageGroup, Page, User, preview
from cruddur_lib.messaging.inbox import LIMIT
from cruddur_lib.messaging.stream import Handler, Record, sequence_of
from cruddur_lib.messaging.table import Index, Row, Schema
from cruddur_lib.messaging.validation import InvalidInput, check_type, check_uuid


class StableKeyInbox(MessagesInbox):
    """Patterns A to D; what an inbox shows of a group is brought up to it when E runs."""

    name: ClassVar[str] = "stable_key"
    schema: ClassVar[Schema] = Schema(
        indexes=(Index("last-message-at-index", "pk", "last_message_at"),)
    )

    def list_message_groups(
        self, user: User, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[MessageGroup]:
        """Pattern B, one Query of the index."""
        check_type(User, user, "user")
        (index,) = self.schema.indexes
        page = self._newest_rows(keys.groups_pk(user.uuid), limit, cursor, index)
        groups = []
        for row in page:
            at, _ = keys.time_and_uuid(row["last_message_at"])
            other = rows.user_of("user", row, self.directory)
            uuid = keys.owner(row["sk"])
            groups.append(MessageGroup(uuid, user.uuid, other, row["message"], at))
        return Page(tuple(groups), page.cursor)

    def stream_handler(self) -> Handler | None:
        """Pattern E: brings both group rows up to the newest message."""
        return UpdateGroupRows(self.backend, self.table)

    def message_row(self, draft: Draft) -> dict[str, str]:
        """With the receiver's uuid, so that E needs no read."""
        return rows.message_row(draft) | {"other_uuid": draft.receiver.uuid}

    def group_rows(self, first: Draft, last: Draft) -> list[dict[str, str]]:
        """One for each of the two."""
        marker = {"shows_first": "yes"} if last is first else {}
        return [
            {
                "pk": keys.groups_pk(owner.uuid),
                "sk": keys.stable_sk(last.group_uuid),
                "last_message_at": keys.message_sk(last.created_at, last.message_uuid),
                "message": preview(last.text),
                **marker,
                **rows.person("user", other),
            }
            for owner, other in sides(last)
        ]


OLDER = "last_message_at < :at OR attribute_exists(shows_first)"
THIS = "last_message_at = :shown"


class UpdateGroupRows:
    """A stream handler: call it with records; it returns the sequence numbers of the poison."""

    def __init__(self, backend: Backend, table: str) -> None:
        """Works on `table`."""
        self._client = backend.dynamodb
        self._table = table

    def __call__(self, records: Sequence[Record]) -> list[str]:
        """Sequence numbers of records that nobody can handle; the others are done.

        An error of the engine is raised: the batch is to be tried again.
        """
        poison = []
        for record in records:
            try:
                self._handle(record)
            except (KeyError, TypeError, keys.KeyMalformed, InvalidInput):
                poison.append(sequence_of(record))
        return poison

    def _handle(self, record: Record) -> None:
        kind, change = record["eventName"], record["dynamodb"]
        pk, sk = (change["Keys"][name]["S"] for name in ("pk", "sk"))
        group = keys.owner(pk)
        check_uuid(group, "uuid in pk")
        if pk.startswith("GRP#") or (kind, sk) == ("INSERT", keys.FIRST):
            return  # E's own writes; and C wrote its group rows together with the first message
        if kind == "REMOVE":
            keys.time_and_uuid(sk)
            self._fall_back(group, sk)
            return
        row = {name: value["S"] for name, value in change["NewImage"].items()}
        condition = OLDER if kind == "INSERT" else THIS
        for pk in owners(row):
            self._show(pk, group, row, condition, position(row))

    def _fall_back(self, group: str, removed: keys.Sk) -> None:
        """Where the removed message is shown, shows the newest that remains."""
        first = self._client.get_item(
            TableName=self._table,
            Key={"pk": keys.messages_pk(group), "sk": keys.FIRST},
            ConsistentRead=True,
        ).get("Item")
        if first is None:
            return  # all of the group's rows were removed
        (newest,) = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": keys.messages_pk(group)},
            ScanIndexForward=False,
            Limit=1,
            ConsistentRead=True,
        )["Items"]
        for pk in owners(first):
            self._show(pk, group, newest, THIS, removed)

    def _show(self, pk: keys.Pk, group: str, message: Row, condition: str, shown: str) -> None:
        """One UpdateItem; nothing where its condition does not hold."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"pk": pk, "sk": keys.stable_sk(group)},
                **shows(message, condition, shown),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # it shows something newer, or something else, or is not there


def shows(message: Row, condition: str, shown: keys.Sk) -> Any:
    """What an update of a group row asks for, so that it shows this message."""
    values = {":at": position(message), ":text": preview(message["message"])}
    change = "SET last_message_at = :at, message = :text"
    if message["sk"] == keys.FIRST:
        change, values = f"{change}, shows_first = :yes", {**values, ":yes": "yes"}
    else:
        change += " REMOVE shows_first"
    return {
        "UpdateExpression": change,
        "ConditionExpression": condition,
        "ExpressionAttributeValues": values | ({":shown": shown} if condition is THIS else {}),
    }


def position(message: Row) -> keys.Sk:
    """A message's place in time, as `last_message_at` has it; of a first one too."""
    if message["sk"] == keys.FIRST:
        return keys.message_sk(keys.moment(message["created_at"]), message["message_uuid"])
    keys.time_and_uuid(message["sk"])
    return str(message["sk"])


def owners(message: Any) -> list[keys.Pk]:
    """Whose inboxes show the message's group."""
    return [keys.groups_pk(message[f"{role}_uuid"]) for role in ("user", "other")]
