"""Each group row keeps its key, which names the user and the group; an index orders them by time.

| row | pk | sk | attributes | in the index |
|---|---|---|---|---|
| message, first message | as in every design (see rows.py), and other_uuid | | | no |
| group row | GRP#me | GRP#group | last_message_at, message, shows_first, user_* | yes |

The index `last-message-at-index` (pk, last_message_at) holds group rows only, because only they
have its range key. Listing message groups (B) reads it. last_message_at is the newest message's
time and uuid, so one of two messages is always later. A row has shows_first while it shows the
first message: every other message is newer than that one, whatever the clocks said.

A message row names both people, so the stream handler (E) needs no read: it makes one conditional
UpdateItem in each inbox.

Limits of these keys. An index is never strongly consistent, so a list may lag behind its rows. An
index with too little capacity throttles its table, and each message changes two index entries.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from cruddur_lib.backends import Backend
from cruddur_lib.messaging import keys, rows
from cruddur_lib.messaging.entities import Draft, MessageGroup, Page, User, preview
from cruddur_lib.messaging.event_filters import POISON, changed_group
from cruddur_lib.messaging.inbox import PAGE_SIZE, Inbox
from cruddur_lib.messaging.stream import Handler, Record, sequence_of
from cruddur_lib.messaging.table import Index, Row, Schema
from cruddur_lib.messaging.validation import check_type

SHOWS_OLDER = "last_message_at < :at OR attribute_exists(shows_first)"  # conditions of group rows
SHOWS_THIS = "last_message_at = :shown"


class StableKeyInbox(Inbox):
    """The inbox on keys that never change. The stream handler (E) updates the group rows."""

    name: ClassVar[str] = "stable_key"
    schema: ClassVar[Schema] = Schema(
        indexes=(Index("last-message-at-index", "pk", "last_message_at"),)
    )

    def list_message_groups(
        self, user: User, limit: int = PAGE_SIZE, cursor: str | None = None
    ) -> Page[MessageGroup]:
        """List message groups (B) by one Query of the index."""
        check_type(User, user, "user")
        (index,) = self.schema.indexes
        page = self._page(keys.groups_pk(user.uuid), limit, cursor, index)
        groups = []
        for row in page:
            at, _ = keys.time_and_uuid(row["last_message_at"])
            other = rows.user_of("user", row, self.directory)
            uuid = keys.uuid_in(row["sk"])
            groups.append(MessageGroup(uuid, user.uuid, other, row["message"], at))
        return Page(tuple(groups), page.cursor)

    def stream_handler(self) -> Handler | None:
        """Return the handler (E) that updates both group rows to the newest message."""
        return UpdateGroupRows(self.backend, self.table)

    def message_row(self, draft: Draft) -> dict[str, str]:
        """Return a message row with the receiver's uuid, so that the handler needs no read."""
        return rows.message_row(draft) | {"other_uuid": draft.receiver.uuid}

    def _group_row(self, first: Draft, last: Draft) -> dict[str, str]:
        return {
            "sk": keys.stable_sk(last.group_uuid),
            "last_message_at": keys.message_sk(last.created_at, last.message_uuid),
            "message": preview(last.text),
            **({"shows_first": "yes"} if last is first else {}),
        }


class UpdateGroupRows:
    """The stream handler (pattern E): it updates both group rows of every changed message."""

    def __init__(self, backend: Backend, table: str) -> None:
        """Update the group rows of `table`."""
        self._client = backend.dynamodb
        self._table = table

    def __call__(self, records: Sequence[Record]) -> list[str]:
        """Handle a batch; return the sequence numbers of its poison records.

        An error of the engine reaches the caller, who should send the same batch again.
        """
        poison = []
        for record in records:
            try:
                self._handle(record)
            except POISON:
                poison.append(sequence_of(record))
        return poison

    def _handle(self, record: Record) -> None:
        if (group := changed_group(record)) is None:
            return
        event, change = record["eventName"], record["dynamodb"]
        if event == "REMOVE":
            removed = change["Keys"]["sk"]["S"]
            keys.time_and_uuid(removed)
            self._fall_back(group, removed)
            return
        row = {name: value["S"] for name, value in change["NewImage"].items()}
        condition = SHOWS_OLDER if event == "INSERT" else SHOWS_THIS
        for pk in inbox_pks(row):
            self._show(pk, group, row, condition, position(row))

    def _fall_back(self, group: str, removed: keys.Sk) -> None:
        """Show the newest remaining message where the removed one is shown."""
        messages_pk = keys.messages_pk(group)
        first = rows.get_row(self._client, self._table, messages_pk, keys.FIRST)
        if first is None:
            return  # all of the group's rows were removed
        (newest,) = rows.newest_rows(self._client, self._table, messages_pk)
        for pk in inbox_pks(first):
            self._show(pk, group, newest, SHOWS_THIS, removed)

    def _show(self, pk: keys.Pk, group: str, message: Row, condition: str, shown: str) -> None:
        """Show a message in one group row, if the row meets the condition."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"pk": pk, "sk": keys.stable_sk(group)},
                **summary_update(message, condition, shown),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # the row shows a newer or another message, or does not exist


def summary_update(message: Row, condition: str, shown: keys.Sk) -> Any:
    """Return the expressions of the UpdateItem that makes a group row show a message.

    It updates only a row that meets `condition`. For `SHOWS_THIS`, `shown` is the position of the
    message that the row must show.
    """
    values = {":at": position(message), ":text": preview(message["message"])}
    change = "SET last_message_at = :at, message = :text"
    if message["sk"] == keys.FIRST:
        change, values = f"{change}, shows_first = :yes", {**values, ":yes": "yes"}
    else:
        change += " REMOVE shows_first"
    return {
        "UpdateExpression": change,
        "ConditionExpression": condition,
        "ExpressionAttributeValues": values
        | ({":shown": shown} if condition is SHOWS_THIS else {}),
    }


def position(message: Row) -> keys.Sk:
    """Return a message's time and uuid, as last_message_at has them, even of a first message."""
    time = rows.sent_at(message)
    if message["sk"] == keys.FIRST:
        return keys.message_sk(time, message["message_uuid"])
    return str(message["sk"])


def inbox_pks(message: Row) -> list[keys.Pk]:
    """Return the partition keys of the inboxes of a message's two people, its sender's first."""
    return [keys.groups_pk(message[f"{role}_uuid"]) for role in ("user", "other")]
