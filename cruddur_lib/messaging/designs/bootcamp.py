"""The bootcamp's design, without its flaws: each group has a row in both inboxes.

| row | pk | sk | attributes | in the index |
|---|---|---|---|---|
| message, first message | as in every design (see rows.py) | | | no |
| group row | GRP#me | last time#group | message_group_uuid, message_uuid, message, user_* | yes |

user_* is the sender in a message row and the other person in a group row. Only group rows have the
hash key of the index `message-group-sk-index`, so it holds no other rows.

Limits of these keys. The index is never strongly consistent. A group row moves by a put and then a
delete, so an inbox may briefly hold a group twice; listing message groups (B) shows the newer row.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import ClassVar

from cruddur_lib.backends import Backend
from cruddur_lib.messaging import keys, rows
from cruddur_lib.messaging.entities import Draft, MessageGroup, Page, User, preview
from cruddur_lib.messaging.event_filters import POISON, changed_group
from cruddur_lib.messaging.inbox import PAGE_SIZE, Inbox
from cruddur_lib.messaging.stream import Record, sequence_of
from cruddur_lib.messaging.table import Index, Row, Schema
from cruddur_lib.messaging.validation import check_type

PEOPLE = 2  # in a message group


class MoveGroupRows:
    """The stream handler (pattern E): it moves both group rows of every changed group."""

    def __init__(self, backend: Backend, table: str, index: str) -> None:
        """Update `table`, whose `index` finds a group's rows by the group's uuid."""
        self._client = backend.dynamodb
        self._table = table
        self._index = index

    def __call__(self, records: Sequence[Record]) -> list[str]:
        """Handle a batch; return the sequence numbers of its poison records.

        An error of the engine reaches the caller, who should send the same batch again.
        """
        changed: dict[str, list[str]] = {}
        poison = []
        for record in records:
            try:
                if group := changed_group(record):
                    changed.setdefault(group, []).append(sequence_of(record))
            except POISON:
                poison.append(sequence_of(record))
        for group, sequences in changed.items():
            try:
                self._update(group)
            except (KeyError, keys.KeyMalformed):  # a row that this project did not write
                poison += sequences
        return poison

    def _update(self, group: str) -> None:
        """Make both group rows show the newest message."""
        newest = rows.newest_rows(self._client, self._table, keys.messages_pk(group))
        if not newest:
            return
        found = self._by_index(group)
        if len({row["pk"] for row in found}) < PEOPLE:  # the index is behind
            found = self._by_people(group)
        for pk, owned in groupby(sorted(found, key=lambda row: row["pk"]), lambda row: row["pk"]):
            self._move(pk, list(owned), newest[0])

    def _move(self, pk: keys.Pk, found: list[Row], newest: Row) -> None:
        """Put the group row of one inbox at its new key, then delete the group's other rows."""
        group = keys.uuid_in(newest["pk"])
        target = {
            **max(found, key=lambda row: str(row["sk"])),
            "sk": keys.group_sk(rows.sent_at(newest), group),
            "message_uuid": newest["message_uuid"],
            "message": preview(newest["message"]),
        }
        listed = any(row["sk"] == target["sk"] for row in found)
        stored = self._item(pk, target["sk"]) if listed else None
        if stored != target:
            self._client.put_item(TableName=self._table, Item=target)
        missing = [row for row in self._outdated(found, target) if not self._delete(row)]
        if missing or (listed and stored is None):  # the index was behind
            for row in self._outdated(self._by_owner(pk, group), target):
                self._delete(row)

    def _outdated(self, found: Iterable[Row], target: Row) -> list[Row]:
        """Return the rows older than `target`, and the newer ones whose message was deleted."""
        others = [row for row in found if row["sk"] != target["sk"]]
        return [row for row in others if row["sk"] < target["sk"] or not self._has_message(row)]

    def _delete(self, row: Row) -> bool:
        """Delete a row; return False if it did not exist."""
        try:
            self._client.delete_item(
                TableName=self._table,
                Key={"pk": row["pk"], "sk": row["sk"]},
                ConditionExpression="attribute_exists(pk)",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _has_message(self, row: Row) -> bool:
        """Return whether the message of a group row exists."""
        at, group = keys.time_and_uuid(row["sk"])
        sk = keys.message_sk(at, row["message_uuid"])
        return self._item(keys.messages_pk(group), sk) is not None

    def _by_index(self, group: str) -> list[Row]:
        """Return the group's rows from the index."""
        return rows.all_rows(
            self._client, self._table, group, key="message_group_uuid", IndexName=self._index
        )

    def _by_people(self, group: str) -> list[Row]:
        """Return the group's rows from the inboxes of the two people in its first message."""
        first = self._item(keys.messages_pk(group), keys.FIRST) or {}
        people = (str(first["user_uuid"]), str(first["other_uuid"]))
        return [row for uuid in people for row in self._by_owner(keys.groups_pk(uuid), group)]

    def _by_owner(self, pk: keys.Pk, group: str) -> list[Row]:
        """Return the group's rows from one inbox, strongly consistent."""
        inbox = rows.all_rows(self._client, self._table, pk, ConsistentRead=True)
        return [row for row in inbox if row["message_group_uuid"] == group]

    def _item(self, pk: str, sk: str) -> Row | None:
        """Return the row with this key, strongly consistent."""
        return rows.get_row(self._client, self._table, pk, sk)


class BootcampInbox(Inbox):
    """The inbox on the bootcamp's keys. Group rows move when the stream handler (E) runs."""

    name: ClassVar[str] = "bootcamp"
    schema: ClassVar[Schema] = Schema(
        indexes=(Index("message-group-sk-index", "message_group_uuid", "sk"),)
    )

    def list_message_groups(
        self, user: User, limit: int = PAGE_SIZE, cursor: str | None = None
    ) -> Page[MessageGroup]:
        """List message groups (B) by one Query; of two rows of a group, show the newer one."""
        check_type(User, user, "user")
        page = self._page(keys.groups_pk(user.uuid), limit, cursor)
        groups: dict[str, MessageGroup] = {}
        for row in page:
            at, uuid = keys.time_and_uuid(row["sk"])
            other = rows.user_of("user", row, self.directory)
            groups.setdefault(uuid, MessageGroup(uuid, user.uuid, other, row["message"], at))
        return Page(tuple(groups.values()), page.cursor)

    def stream_handler(self) -> MoveGroupRows:
        """Return the handler (E) that moves group rows by a put and a delete."""
        return MoveGroupRows(self.backend, self.table, self.schema.indexes[0].name)

    def _group_row(self, first: Draft, last: Draft) -> dict[str, str]:  # noqa: ARG002
        return {
            "sk": keys.group_sk(last.created_at, last.group_uuid),
            "message_group_uuid": last.group_uuid,
            "message_uuid": last.message_uuid,
            "message": preview(last.text),
        }
