"""The bootcamp's design, its flaws repaired: each group stands twice, once in either person's
inbox.

| row | pk | sk | attributes | in the index |
|---|---|---|---|---|
| message | MSG#group | time#message | message_uuid, message, user_* of the sender | no |
| first message | MSG#group | 0000#first | the same, created_at, other_user_uuid | no |
| group row | GRP#me | last time#group | message_group_uuid, message, user_* of the other | yes |

What user_uuid means depends on the row it stands in: the sender's in a message, the other person's
in a group. The index `message-group-sk-index` holds group rows only, as only they carry its hash
key.

The first message guards its group: it lies at a fixed key and is put on the condition that nothing
lies there, so of two people who write to each other first at the same moment one opens the group
and the other's message joins it.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, ClassVar

from cruddur_lib.messaging import keys
from cruddur_lib.messaging.cursors import cursor_at, sk_of
from cruddur_lib.messaging.entities import (
    Draft,
    Message,
    MessageGroup,
    Page,
    Refused,
    User,
    preview,
)
from cruddur_lib.messaging.inbox import LIMIT, MOST, GroupUnknown, Inbox, NotAMember
from cruddur_lib.messaging.table import Index, Row, Schema

NEW = "attribute_not_exists(pk)"  # the condition of every put: never over another row


class BootcampInbox(Inbox):
    """Patterns A to D on the bootcamp's keys. Group rows move only when E handles the stream."""

    name: ClassVar[str] = "bootcamp"
    schema: ClassVar[Schema] = Schema(
        indexes=(Index("message-group-sk-index", "message_group_uuid", "sk"),)
    )

    def list_messages(
        self, group: MessageGroup, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[Message]:
        """Pattern A, one Query; the two uuids in `group` prove membership, as the group's uuid is
        made of them.
        """
        if group.uuid != keys.group_uuid(group.user_uuid, group.other.uuid):
            raise NotAMember(
                f"message group {group.uuid} is not that of user {group.user_uuid} and "
                f"{group.other.handle}: take it from its owner's inbox (list_message_groups)"
            )
        page = self._newest(keys.messages_pk(group.uuid), limit, cursor)
        return Page(tuple(_message(row) for row in page), page.cursor)

    def list_message_groups(
        self, user: User, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[MessageGroup]:
        """Pattern B, one Query."""
        page = self._newest(keys.groups_pk(user.uuid), limit, cursor)
        return Page(tuple(_group(row) for row in page), page.cursor)

    def create_message_group(self, draft: Draft) -> Message:
        """Pattern C, one transaction of three puts; a draft that comes second is handed to pattern
        D.
        """
        client = self.backend.dynamodb
        try:
            client.transact_write_items(
                TransactItems=[
                    self._put(_first_row(draft), ConditionExpression=NEW),
                    *(self._put(row) for row in _group_rows(draft)),
                ]
            )
        except client.exceptions.TransactionCanceledException:
            if self._first(draft.group_uuid, consistent=True) is None:
                raise
            return self.create_message(draft)
        return _sent(draft)

    def create_message(self, draft: Draft) -> Message:
        """Pattern D: one GetItem of the group's first message, one conditional put."""
        first = self._first(draft.group_uuid) or self._first(draft.group_uuid, consistent=True)
        if first is None:
            raise GroupUnknown(
                f"{draft.sender.handle} and {draft.receiver.handle} have no message group yet: "
                "open it with create_message_group(draft)"
            )
        if first["message_uuid"] == draft.message_uuid:
            return _message(first)
        client = self.backend.dynamodb
        # The key ends in the draft's own uuid: what may lie there is this draft, sent before.
        with suppress(client.exceptions.ConditionalCheckFailedException):
            client.put_item(TableName=self.table, Item=_row(draft), ConditionExpression=NEW)
        return _sent(draft)

    def load(self, drafts: Iterable[Draft]) -> bool:
        """The group's rows come last, in one transaction: an interrupted load is invisible, and is
        mended by another.
        """
        first, *others = drafts
        if self._first(first.group_uuid, consistent=True):
            return False
        with self.backend.resource.Table(self.table).batch_writer() as batch:
            for draft in others:
                batch.put_item(Item=_row(draft))
        rows = [_first_row(first), *_group_rows(others[-1] if others else first)]
        self.backend.dynamodb.transact_write_items(TransactItems=list(map(self._put, rows)))
        return True

    def _put(self, row: Row, **condition: str) -> Any:
        """One put of a transaction."""
        return {"Put": {"TableName": self.table, "Item": row, **condition}}

    def _newest(self, pk: keys.Pk, limit: int, cursor: str | None) -> Page[Row]:
        """One page of a partition, newest first."""
        if not 1 <= limit <= MOST:
            raise Refused(f"limit is {limit} items; a page holds 1 to {MOST:,}")
        start = {"ExclusiveStartKey": {"pk": pk, "sk": sk_of(cursor, pk)}} if cursor else {}
        reply = self.backend.dynamodb.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": pk},
            ScanIndexForward=False,
            Limit=limit,
            **start,  # type: ignore[arg-type]
        )
        last: Any = reply.get("LastEvaluatedKey")
        return Page(tuple(reply["Items"]), cursor_at(pk, last["sk"]) if last else None)

    def _first(self, group_uuid: str, *, consistent: bool = False) -> Row | None:
        """The first message of a group: 0.5 read units, or 1 where it must not be a moment old."""
        key = {"pk": keys.messages_pk(group_uuid), "sk": keys.FIRST}
        return self.backend.dynamodb.get_item(
            TableName=self.table, Key=key, ConsistentRead=consistent
        ).get("Item")


def _row(draft: Draft) -> dict[str, str]:
    return {
        "pk": keys.messages_pk(draft.group_uuid),
        "sk": keys.message_sk(draft.created_at, draft.message_uuid),
        "message_uuid": draft.message_uuid,
        "message": draft.text,
        **_person(draft.sender),
    }


def _first_row(draft: Draft) -> dict[str, str]:
    """A message row at the fixed key, with what that key cannot say: its time, and who may read the
    group.
    """
    moved = {"sk": keys.FIRST, "created_at": keys.timestamp(draft.created_at)}
    return _row(draft) | moved | {"other_user_uuid": draft.receiver.uuid}


def _group_rows(last: Draft) -> list[dict[str, str]]:
    """The group as its two people see it: each row lies with its owner and names the other."""
    sides = [(last.sender, last.receiver), (last.receiver, last.sender)]
    return [
        {
            "pk": keys.groups_pk(owner.uuid),
            "sk": keys.group_sk(last.created_at, last.group_uuid),
            "message_group_uuid": last.group_uuid,
            "message": preview(last.text),
            **_person(other),
        }
        for owner, other in sides
    ]


def _person(user: User) -> dict[str, str]:
    return {
        "user_uuid": user.uuid,
        "user_handle": user.handle,
        "user_display_name": user.display_name,
    }


def _user(row: Row) -> User:
    return User(row["user_uuid"], row["user_handle"], row["user_display_name"])


def _message(row: Row) -> Message:
    at = (
        keys.moment(row["created_at"])
        if row["sk"] == keys.FIRST
        else keys.time_and_uuid(row["sk"])[0]
    )
    return Message(row["message_uuid"], keys.owner(row["pk"]), _user(row), row["message"], at)


def _group(row: Row) -> MessageGroup:
    at, group_uuid = keys.time_and_uuid(row["sk"])
    return MessageGroup(group_uuid, keys.owner(row["pk"]), _user(row), row["message"], at)


def _sent(draft: Draft) -> Message:
    return Message(draft.message_uuid, draft.group_uuid, draft.sender, draft.text, draft.created_at)
