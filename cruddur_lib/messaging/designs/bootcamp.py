"""The bootcamp's design, its flaws repaired: each group stands twice, once in either inbox.

| row | pk | sk | attributes | in the index |
|---|---|---|---|---|
| message, first message | as in every design (see messages.py) | | | no |
| group row | GRP#me | last time#group | message_group_uuid, message_uuid, message, user_* | yes |

What user_* means depends on the row it stands in: the sender in a message, the other person in a
group row. The index `message-group-sk-index` holds group rows only, as only they carry its hash
key.

What these keys cannot give: the index is never strongly consistent; and a group row that moves is
put before the older one is deleted, so for a moment a group may stand twice. B shows the newest.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, ClassVar

from cruddur_lib.backends import Backend
from cruddur_lib.messaging import keys, rows
from cruddur_lib.messaging.designs.base import MessagesInbox, sides
from cruddur_lib.messaging.entities import Draft, MessageGroup, Page, User, preview
from cruddur_lib.messaging.inbox import LIMIT
from cruddur_lib.messaging.stream import Record, sequence_of
from cruddur_lib.messaging.table import Index, Row, Schema
from cruddur_lib.messaging.validation import InvalidInput, check_type, check_uuid

PEOPLE = 2  # in a message group
STRONG = {"ConsistentRead": True}


class MoveGroupRows:
    """A stream handler: call it with records; it returns the sequence numbers of the poison."""

    def __init__(self, backend: Backend, table: str, index: str) -> None:
        """Works on `table`; `index` finds a group's rows by the group's uuid."""
        self._client = backend.dynamodb
        self._table = table
        self._index = index

    def __call__(self, records: Sequence[Record]) -> list[str]:
        """Sequence numbers of records that nobody can handle; every other group is in order.

        An error of the engine is raised: the batch is to be tried again.
        """
        changed: dict[str, list[str]] = {}
        poison = []
        for record in records:
            try:
                if group := changed_group(record):
                    changed.setdefault(group, []).append(sequence_of(record))
            except (KeyError, TypeError, keys.KeyMalformed, InvalidInput):
                poison.append(sequence_of(record))
        for group, sequences in changed.items():
            try:
                self._settle(group)
            except (KeyError, keys.KeyMalformed):  # a row that this project did not write
                poison += sequences
        return poison

    def _settle(self, group: str) -> None:
        """Makes the group rows of both people say what the newest message is."""
        newest = self._newest(group)
        if newest is None:
            return
        rows = self._by_index(group)
        if len({row["pk"] for row in rows}) < PEOPLE:  # the index is behind
            rows = self._by_people(group)
        for pk, owned in groupby(sorted(rows, key=lambda row: row["pk"]), lambda row: row["pk"]):
            self._move(pk, list(owned), newest)

    def _move(self, pk: keys.Pk, rows: list[Row], newest: Row) -> None:
        """Puts one person's group row to its place, then deletes the others of the same group."""
        group = keys.owner(newest["pk"])
        wanted = {
            **max(rows, key=lambda row: str(row["sk"])),
            "sk": keys.group_sk(_time(newest), group),
            "message_uuid": newest["message_uuid"],
            "message": preview(newest["message"]),
        }
        listed = any(row["sk"] == wanted["sk"] for row in rows)
        there = self._item(pk, wanted["sk"]) if listed else None
        if there != wanted:
            self._client.put_item(TableName=self._table, Item=wanted)
        missing = [row for row in self._outdated(rows, wanted) if not self._delete(row)]
        if missing or (listed and there is None):  # the index was behind
            for row in self._outdated(self._by_owner(pk, group), wanted):
                self._delete(row)

    def _outdated(self, rows: Iterable[Row], wanted: Row) -> list[Row]:
        """Rows older than the wanted one, and newer ones whose message is not there any more."""
        others = [row for row in rows if row["sk"] != wanted["sk"]]
        return [row for row in others if row["sk"] < wanted["sk"] or not self._has_message(row)]

    def _delete(self, row: Row) -> bool:
        """Whether the row was there to be deleted."""
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
        """Whether the message that a group row shows is there."""
        at, group = keys.time_and_uuid(row["sk"])
        sk = keys.message_sk(at, row["message_uuid"])
        return self._item(keys.messages_pk(group), sk) is not None

    def _newest(self, group: str) -> Row | None:
        """The newest message of the group, strongly consistent."""
        found = self._query(
            "pk", keys.messages_pk(group), ScanIndexForward=False, Limit=1, **STRONG
        )
        return found[0] if found else None

    def _by_index(self, group: str) -> list[Row]:
        """The group's rows as the index has them."""
        return self._query("message_group_uuid", group, IndexName=self._index)

    def _by_people(self, group: str) -> list[Row]:
        """The group's rows as its two people's inboxes have them, by the first message."""
        first = self._item(keys.messages_pk(group), keys.FIRST) or {}
        people = (str(first["user_uuid"]), str(first["other_uuid"]))
        return [row for uuid in people for row in self._by_owner(keys.groups_pk(uuid), group)]

    def _by_owner(self, pk: keys.Pk, group: str) -> list[Row]:
        """The group's rows as one person's inbox has them, strongly consistent."""
        return [
            row for row in self._query("pk", pk, **STRONG) if row["message_group_uuid"] == group
        ]

    def _item(self, pk: str, sk: str) -> Row | None:
        """The row of this key, strongly consistent."""
        key = {"pk": pk, "sk": sk}
        reply = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return reply.get("Item")

    def _query(self, key: str, value: str, **options: Any) -> list[Row]:
        """All items under a partition key, page by page, or as many as `Limit` says."""
        found: list[Row] = []
        start: dict[str, Any] = {}
        while True:
            reply = self._client.query(
                TableName=self._table,
                KeyConditionExpression=f"{key} = :value",
                ExpressionAttributeValues={":value": value},
                **options,
                **start,
            )
            found += reply["Items"]
            if "LastEvaluatedKey" not in reply or "Limit" in options:
                return found
            start = {"ExclusiveStartKey": reply["LastEvaluatedKey"]}


def changed_group(record: Record) -> str | None:
    """The message group whose inboxes may have to move; None where a record is about none.

    The handler's own writes come back as records of group rows, and a group's first message is
    written together with its group rows: neither needs anything. Raises `KeyError`, `TypeError`,
    `KeyMalformed` or `Refused` for a record that is not of this table.
    """
    pk, sk = (record["dynamodb"]["Keys"][name]["S"] for name in ("pk", "sk"))
    uuid = keys.owner(pk)
    check_uuid(uuid, "uuid in pk")
    if pk.startswith("GRP#"):
        return None
    if sk != keys.FIRST:
        keys.time_and_uuid(sk)
    return None if (record["eventName"], sk) == ("INSERT", keys.FIRST) else uuid


def _time(message: Row) -> Any:
    """When a message row's message was sent."""
    if message["sk"] == keys.FIRST:
        return keys.moment(message["created_at"])
    return keys.time_and_uuid(message["sk"])[0]


class BootcampInbox(MessagesInbox):
    """Patterns A to D on the bootcamp's keys. Group rows move only when E handles the stream."""

    name: ClassVar[str] = "bootcamp"
    schema: ClassVar[Schema] = Schema(
        indexes=(Index("message-group-sk-index", "message_group_uuid", "sk"),)
    )

    def list_message_groups(
        self, user: User, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[MessageGroup]:
        """Pattern B, one Query; of a group that stands twice on the page, the newest."""
        check_type(User, user, "user")
        page = self._newest_rows(keys.groups_pk(user.uuid), limit, cursor)
        groups: dict[str, MessageGroup] = {}
        for row in page:
            at, uuid = keys.time_and_uuid(row["sk"])
            other = rows.user_of("user", row, self.directory)
            groups.setdefault(uuid, MessageGroup(uuid, user.uuid, other, row["message"], at))
        return Page(tuple(groups.values()), page.cursor)

    def stream_handler(self) -> MoveGroupRows:
        """Pattern E: puts each group row at its new place, then deletes the older one."""
        return MoveGroupRows(self.backend, self.table, self.schema.indexes[0].name)

    def group_rows(self, first: Draft, last: Draft) -> list[dict[str, str]]:  # noqa: ARG002
        """One for each of the two."""
        return [
            {
                "pk": keys.groups_pk(owner.uuid),
                "sk": keys.group_sk(last.created_at, last.group_uuid),
                "message_group_uuid": last.group_uuid,
                "message_uuid": last.message_uuid,
                "message": preview(last.text),
                **rows.person("user", other),
            }
            for owner, other in sides(last)
        ]
