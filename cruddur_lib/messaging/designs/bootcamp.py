"""The bootcamp's design, its flaws repaired: each group stands twice, once in either inbox.

| row | pk | sk | attributes | in the index |
|---|---|---|---|---|
| message | MSG#group | time#message | message_uuid, message, user_* of the sender | no |
| first message | MSG#group | 0000#first | the same, created_at, other_* of the receiver | no |
| group row | GRP#me | last time#group | message_group_uuid, message_uuid, message, user_* | yes |

What user_* means depends on the row it stands in: the sender in a message, the other person in a
group row. The index `message-group-sk-index` holds group rows only, as only they carry its hash
key.

The first message guards its group: it lies at a fixed key and is put on the condition that nothing
lies there, so of two people who write to each other first at the same moment one opens the group
and the other's message joins it.

What these keys cannot give: the index is never strongly consistent; and a group row that moves is
put before the older one is deleted, so for a moment a group may stand twice. B shows the newest.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, ClassVar

from cruddur_lib.messaging import keys, rows
from cruddur_lib.messaging.checks import check_is, check_text, check_uuid
from cruddur_lib.messaging.designs.bootcamp_stream import FanOut
from cruddur_lib.messaging.entities import (
    Draft,
    Membership,
    Message,
    MessageGroup,
    Page,
    User,
    preview,
)
from cruddur_lib.messaging.inbox import (
    LIMIT,
    GroupUnknown,
    Inbox,
    MessageUnknown,
    NotAMember,
    NotTheSender,
    in_order,
)
from cruddur_lib.messaging.table import Index, Row, Schema

ATTEMPTS = 4  # of a transaction that met another
NEW = "attribute_not_exists(pk)"  # the condition of every put of a message: never over another


class BootcampInbox(Inbox):
    """Patterns A to D on the bootcamp's keys. Group rows move only when E handles the stream."""

    name: ClassVar[str] = "bootcamp"
    schema: ClassVar[Schema] = Schema(
        indexes=(Index("message-group-sk-index", "message_group_uuid", "sk"),)
    )

    def open_group(self, user: User, group_uuid: str) -> Membership:
        """One GetItem of the first message, which names both people."""
        check_is(User, user, "user")
        check_uuid(group_uuid, "group_uuid")
        first = self._guard(group_uuid)
        people = [rows.user_of(role, first, self.directory) for role in ("user", "other")]
        if user.uuid not in (person.uuid for person in people):
            raise NotAMember(f"message group {group_uuid} is not one of {user.handle}'s")
        (other,) = (person for person in people if person.uuid != user.uuid)
        return Membership(group_uuid, user.uuid, other)

    def list_messages(
        self, group: Membership, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[Message]:
        """Pattern A, one Query; the two uuids in `group` prove membership, as the group's uuid is
        made of them.
        """
        check_is(Membership, group, "group")
        if group.uuid != keys.group_uuid(group.user_uuid, group.other.uuid):
            raise NotAMember(
                f"message group {group.uuid} is not that of user {group.user_uuid} and "
                f"{group.other.handle}: take it from its owner's inbox (list_message_groups)"
            )
        page = self._newest_rows(keys.messages_pk(group.uuid), limit, cursor)
        return Page(tuple(rows.message_of(row, self.directory) for row in page), page.cursor)

    def list_message_groups(
        self, user: User, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[MessageGroup]:
        """Pattern B, one Query; of a group that stands twice on the page, the newest."""
        check_is(User, user, "user")
        page = self._newest_rows(keys.groups_pk(user.uuid), limit, cursor)
        groups: dict[str, MessageGroup] = {}
        for row in page:
            at, uuid = keys.time_and_uuid(row["sk"])
            other = rows.user_of("user", row, self.directory)
            groups.setdefault(uuid, MessageGroup(uuid, user.uuid, other, row["message"], at))
        return Page(tuple(groups.values()), page.cursor)

    def create_message_group(self, draft: Draft) -> Message:
        """Pattern C, one transaction of three puts; a draft that comes second goes to D."""
        check_is(Draft, draft, "draft")
        first = rows.first_row(draft)
        if self._open(first, _group_rows(draft)):
            return rows.message_of(first, self.directory)
        return self.create_message(draft)

    def create_message(self, draft: Draft) -> Message:
        """Pattern D: one GetItem of the group's first message, one conditional put."""
        check_is(Draft, draft, "draft")
        first = self._guard(draft.group_uuid)
        if first["message_uuid"] == draft.message_uuid:
            return rows.message_of(first, self.directory)
        client = self.backend.dynamodb
        row: Row = rows.message_row(draft)
        try:
            client.put_item(TableName=self.table, Item=row, ConditionExpression=NEW)
        except client.exceptions.ConditionalCheckFailedException:
            # The key ends in the draft's own uuid: this draft was sent before, and maybe changed
            # or deleted since. The answer is what lies there.
            row = self._item(row["pk"], row["sk"], consistent=True) or row
        return rows.message_of(row, self.directory)

    def update_message(self, user: User, message: Message, text: str) -> Message:
        """One UpdateItem, on the condition that the row is this sender's and has a text."""
        check_text(text)
        self._change(user, message, text)
        return message.with_text(text)

    def delete_message(self, user: User, message: Message) -> None:
        """One DeleteItem, on the condition that the row is this sender's or not there at all."""
        check_is(User, user, "user")
        check_is(Message, message, "message")
        if message.is_first:
            with suppress(MessageUnknown):  # blanked before
                self._change(user, message, "")
            return
        client = self.backend.dynamodb
        try:
            client.delete_item(
                TableName=self.table,
                Key=_key(message),
                ConditionExpression="attribute_not_exists(pk) OR user_uuid = :me",
                ExpressionAttributeValues={":me": user.uuid},
            )
        except client.exceptions.ConditionalCheckFailedException:
            raise _not_the_sender(user, message) from None

    def stream_handler(self) -> FanOut:
        """Pattern E: puts each group row at its new place, then deletes the older one."""
        return FanOut(self.backend, self.table, self.schema.indexes[0].name)

    def load(self, drafts: Iterable[Draft]) -> bool:
        """The group's rows come last, in one transaction: until then nobody sees the group, and an
        interrupted load is mended by another.
        """
        first, *others = in_order(drafts)
        row = rows.first_row(first)
        if self._item(row["pk"], row["sk"], consistent=True):
            return False
        with self.backend.resource.Table(self.table).batch_writer() as batch:
            for draft in others:
                batch.put_item(Item=rows.message_row(draft))
        return self._open(row, _group_rows(others[-1] if others else first))

    def _open(self, first: Row, group_rows: Iterable[Row]) -> bool:
        """Whether this opened a group, whole; False, and nothing written, where one was there.

        Transactions that meet on an item cancel one another, and botocore does not try those again.
        """
        client = self.backend.dynamodb
        puts = [self._put(first, ConditionExpression=NEW), *map(self._put, group_rows)]
        attempt = 1
        while True:
            try:
                client.transact_write_items(TransactItems=puts)
            except client.exceptions.TransactionCanceledException as error:
                if self._item(first["pk"], first["sk"], consistent=True):
                    return False
                if attempt == ATTEMPTS or "TransactionConflict" not in str(error):
                    raise
                self.wait(attempt)
                attempt += 1
            else:
                return True

    def _change(self, user: User, message: Message, text: str) -> None:
        """Gives the message another text, where it is the user's and has one."""
        check_is(User, user, "user")
        check_is(Message, message, "message")
        client = self.backend.dynamodb
        try:
            client.update_item(
                TableName=self.table,
                Key=_key(message),
                UpdateExpression="SET message = :text",
                ConditionExpression="user_uuid = :me AND message <> :blank",
                ExpressionAttributeValues={":text": text, ":me": user.uuid, ":blank": ""},
            )
        except client.exceptions.ConditionalCheckFailedException:
            there = self._item(**_key(message), consistent=True)
            if there is not None and there["user_uuid"] != user.uuid:
                raise _not_the_sender(user, message) from None
            raise MessageUnknown(
                f"message {message.uuid} is not there any more: read its group again"
            ) from None

    def _guard(self, group_uuid: str) -> Row:
        """The first message of a group: 0.5 read units, and 1 more before it is said missing."""
        key = (keys.messages_pk(group_uuid), keys.FIRST)
        first = self._item(*key) or self._item(*key, consistent=True)
        if first is None:
            raise GroupUnknown(
                f"no message group {group_uuid}: its first message opens it (create_message_group)"
            )
        return first

    def _put(self, row: Row, **condition: str) -> Any:
        """One put of a transaction."""
        return {"Put": {"TableName": self.table, "Item": row, **condition}}


def _group_rows(last: Draft) -> list[dict[str, str]]:
    """The group as its two people see it: each row lies with its owner and names the other."""
    sides = [(last.sender, last.receiver), (last.receiver, last.sender)]
    return [
        {
            "pk": keys.groups_pk(owner.uuid),
            "sk": keys.group_sk(last.created_at, last.group_uuid),
            "message_group_uuid": last.group_uuid,
            "message_uuid": last.message_uuid,
            "message": preview(last.text),
            **rows.person("user", other),
        }
        for owner, other in sides
    ]


def _key(message: Message) -> dict[str, str]:
    sk = keys.FIRST if message.is_first else keys.message_sk(message.created_at, message.uuid)
    return {"pk": keys.messages_pk(message.group_uuid), "sk": sk}


def _not_the_sender(user: User, message: Message) -> NotTheSender:
    return NotTheSender(
        f"message {message.uuid} was sent by {message.sender.handle}, and {user.handle} may "
        "not change it: write another one"
    )
