"""What all designs share: messages of a group under one partition key, guarded by the first.

| row | pk | sk | attributes |
|---|---|---|---|
| message | MSG#group | time#message | message_uuid, message, user_* of the sender |
| first message | MSG#group | 0000#first | the same, created_at, other_* of the receiver |

The first message guards its group: it lies at a fixed key and is put on the condition that nothing
lies there, so of two people who write to each other first at the same moment one opens the group
and the other's message joins it. It also names both people, for who knows but the group's uuid.

What a design adds are its rows of the inbox, `group_rows`, pattern B, and how those keep in order.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from cruddur_lib.messaging import keys, rows
from cruddur_lib.messaging.entities import Draft, Membership, Message, Page, User
from cruddur_lib.messaging.inbox import (
    LIMIT,
    GroupUnknown,
    Inbox,
    MessageUnknown,
    NotAMember,
    NotTheSender,
    in_order,
)
from cruddur_lib.messaging.table import Row
from cruddur_lib.messaging.validation import check_text, check_type, check_uuid

NEW = "attribute_not_exists(pk)"  # the condition of every put of a message: never over another
MINE = "user_uuid = :me AND message <> :blank"  # of a change: the sender's, and not blanked
MINE_OR_GONE = "attribute_not_exists(pk) OR user_uuid = :me"  # of a deletion


class MessagesInbox(Inbox):
    """Patterns A, C and D, changes and deletions, on message rows that are the same everywhere."""

    def message_row(self, draft: Draft) -> dict[str, str]:
        """The same everywhere, unless a design needs more in it."""
        return rows.message_row(draft)

    def open_group(self, user: User, group_uuid: str) -> Membership:
        """One GetItem of the first message, which names both people."""
        check_type(User, user, "user")
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
        check_type(Membership, group, "group")
        if group.uuid != keys.group_uuid(group.user_uuid, group.other.uuid):
            raise NotAMember(
                f"message group {group.uuid} is not that of user {group.user_uuid} and "
                f"{group.other.handle}: take it from its owner's inbox (list_message_groups)"
            )
        page = self._newest_rows(keys.messages_pk(group.uuid), limit, cursor)
        return Page(tuple(rows.message_of(row, self.directory) for row in page), page.cursor)

    def create_message_group(self, draft: Draft) -> Message:
        """Pattern C, one transaction of three puts; a draft that comes second goes to D."""
        check_type(Draft, draft, "draft")
        first = rows.first_row(draft)
        if self._open(first, self.group_rows(draft, draft)):
            return rows.message_of(first, self.directory)
        return self.create_message(draft)

    def create_message(self, draft: Draft) -> Message:
        """Pattern D: one GetItem of the group's first message, one conditional put."""
        check_type(Draft, draft, "draft")
        first = self._guard(draft.group_uuid)
        if first["message_uuid"] == draft.message_uuid:
            return rows.message_of(first, self.directory)
        return rows.message_of(self._send(draft), self.directory)

    def update_message(self, user: User, message: Message, text: str) -> Message:
        """One UpdateItem, on the condition that the row is this sender's and has a text."""
        check_text(text)
        self._change(user, message, text)
        return message.with_text(text)

    def delete_message(self, user: User, message: Message) -> None:
        """One DeleteItem, on the condition that the row is this sender's or not there at all."""
        check_type(User, user, "user")
        check_type(Message, message, "message")
        if message.is_first:
            with suppress(MessageUnknown):  # blanked before
                self._change(user, message, "")
            return
        self._remove(user, message)

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
                batch.put_item(Item=self.message_row(draft))
        return self._open(row, self.group_rows(first, others[-1] if others else first))

    def _send(self, draft: Draft) -> Row:
        """Puts a message that is not the first; the row that lies there then."""
        client = self.backend.dynamodb
        row: Row = self.message_row(draft)
        try:
            client.put_item(TableName=self.table, Item=row, ConditionExpression=NEW)
        except client.exceptions.ConditionalCheckFailedException:
            # The key ends in the draft's own uuid: this draft was sent before, and maybe changed
            # or deleted since. The answer is what lies there.
            row = self._item(row["pk"], row["sk"], consistent=True) or row
        return row

    def _change(self, user: User, message: Message, text: str) -> None:
        """Gives the message another text, where it is the user's and has one."""
        check_type(User, user, "user")
        check_type(Message, message, "message")
        client = self.backend.dynamodb
        try:
            client.update_item(**self._new_text(user, message, text))
        except client.exceptions.ConditionalCheckFailedException:
            raise self._refusal(user, message) from None

    def _remove(self, user: User, message: Message) -> None:
        """Deletes a message that is not the first, where it is the user's and there."""
        client = self.backend.dynamodb
        try:
            client.delete_item(**self._deletion(user, message))
        except client.exceptions.ConditionalCheckFailedException:
            raise not_the_sender(user, message) from None

    def _new_text(self, user: User, message: Message, text: str) -> Any:
        """The UpdateItem of another text."""
        return {
            "TableName": self.table,
            "Key": key_of(message),
            "UpdateExpression": "SET message = :text",
            "ConditionExpression": MINE,
            "ExpressionAttributeValues": {":text": text, ":me": user.uuid, ":blank": ""},
        }

    def _deletion(self, user: User, message: Message) -> Any:
        """The DeleteItem of a message."""
        return {
            "TableName": self.table,
            "Key": key_of(message),
            "ConditionExpression": MINE_OR_GONE,
            "ExpressionAttributeValues": {":me": user.uuid},
        }

    def _refusal(self, user: User, message: Message) -> NotTheSender | MessageUnknown:
        """Why a message could not be changed."""
        there = self._item(**key_of(message), consistent=True)
        if there is not None and there["user_uuid"] != user.uuid:
            return not_the_sender(user, message)
        return MessageUnknown(f"message {message.uuid} is not there any more: read its group again")

    def _open(self, first: Row, group_rows: Iterable[Row]) -> bool:
        """Whether this opened a group, whole; False, and nothing written, where one was there.

        Transactions that meet on an item cancel one another, and botocore does not try those again.
        """
        client = self.backend.dynamodb
        puts = [self._put(first, ConditionExpression=NEW), *map(self._put, group_rows)]
        retry = self.retries.begin()
        while True:
            try:
                client.transact_write_items(TransactItems=puts)
            except client.exceptions.TransactionCanceledException as error:
                if self._item(first["pk"], first["sk"], consistent=True):
                    return False
                if not (met_another(error) and retry.again()):
                    raise
            else:
                return True

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


def met_another(error: Any) -> bool:
    """Whether a transaction was cancelled because another was at work on one of its items."""
    return "TransactionConflict" in [one["Code"] for one in error.response["CancellationReasons"]]


def sides(draft: Draft) -> list[tuple[User, User]]:
    """Both people of a group: who owns a line of the inbox, and whom it names."""
    return [(draft.sender, draft.receiver), (draft.receiver, draft.sender)]


def key_of(message: Message) -> dict[str, str]:
    """Where a message lies."""
    sk = keys.FIRST if message.is_first else keys.message_sk(message.created_at, message.uuid)
    return {"pk": keys.messages_pk(message.group_uuid), "sk": sk}


def not_the_sender(user: User, message: Message) -> NotTheSender:
    """The refusal of a change to somebody else's message."""
    return NotTheSender(
        f"message {message.uuid} was sent by {message.sender.handle}, and {user.handle} may "
        "not change it: write another one"
    )
