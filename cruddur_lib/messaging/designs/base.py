"""The base of all designs: everything but the rows that make up an inbox.

Message rows are the same in every design (see `rows.py`). The first message guards its group: it
has a fixed key and is written by a conditional put. If two people write to each other first at the
same moment, one of them opens the group and the other's message joins it.

A design adds its group rows, how they are listed and how they are updated. Patterns are lettered
as in `cruddur_lib.messaging.inbox`.
"""

from abc import abstractmethod
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from cruddur_lib.messaging import keys, rows
from cruddur_lib.messaging.entities import Draft, Membership, Message, Page, User
from cruddur_lib.messaging.event_filters import MESSAGES_ONLY, passes
from cruddur_lib.messaging.inbox import (
    PAGE_SIZE,
    GroupUnknown,
    Inbox,
    MessageUnknown,
    NotAMember,
    NotTheSender,
)
from cruddur_lib.messaging.stream import Record
from cruddur_lib.messaging.table import Row
from cruddur_lib.messaging.validation import InvalidInput, check_text, check_type, check_uuid

IS_NEW = "attribute_not_exists(pk)"  # condition of every put of a message: it replaces none
MAY_CHANGE = "user_uuid = :me AND message <> :blank"  # sent by this user, and not blanked
MAY_DELETE = "attribute_not_exists(pk) OR user_uuid = :me"
CONFLICT = "TransactionConflict"  # another transaction was at work on an item
POISON = (KeyError, TypeError, keys.KeyMalformed, InvalidInput)  # errors of a malformed record


class MessagesInbox(Inbox):
    """An inbox on the message rows that all designs share."""

    def message_row(self, draft: Draft) -> dict[str, str]:
        """Return the row of a message that is not the first; a design may add to it."""
        return rows.message_row(draft)

    def group_rows(self, first: Draft, last: Draft) -> list[dict[str, str]]:
        """Return a group row for each of the two people, which names the other one."""
        people = [(last.sender, last.receiver), (last.receiver, last.sender)]
        row = self._group_row(first, last)
        return [
            {"pk": keys.groups_pk(owner.uuid), **row, **rows.person("user", other)}
            for owner, other in people
        ]

    @abstractmethod
    def _group_row(self, first: Draft, last: Draft) -> dict[str, str]:
        """Return the sort key of a group row, and its attributes that are the same for both."""

    def open_group(self, user: User, group_uuid: str) -> Membership:
        """Return a membership, by one GetItem of the first message, which names both people."""
        check_type(User, user, "user")
        check_uuid(group_uuid, "group_uuid")
        first = self._guard(group_uuid)
        people = {first[f"{role}_uuid"]: role for role in ("other", "user")}
        if people.pop(user.uuid, None) is None:
            raise NotAMember(f"message group {group_uuid} is not one of {user.handle}'s")
        (role,) = people.values()
        return Membership(group_uuid, user.uuid, rows.user_of(role, first, self.directory))

    def list_messages(
        self, group: Membership, limit: int = PAGE_SIZE, cursor: str | None = None
    ) -> Page[Message]:
        """List messages (pattern A) by one Query.

        No read checks the membership, because the group's uuid is made of the two people's uuids.
        """
        check_type(Membership, group, "group")
        if group.uuid != keys.group_uuid(group.user_uuid, group.other.uuid):
            raise NotAMember(
                f"message group {group.uuid} is not that of user {group.user_uuid} and "
                f"{group.other.handle}: take it from its owner's inbox (list_message_groups)"
            )
        page = self._page(keys.messages_pk(group.uuid), limit, cursor)
        return Page(tuple(rows.message_of(row, self.directory) for row in page), page.cursor)

    def create_message_group(self, draft: Draft) -> Message:
        """Create a message group (pattern C) by one transaction of three puts."""
        check_type(Draft, draft, "draft")
        first = rows.first_row(draft)
        if self._open(first, self.group_rows(draft, draft)):
            return rows.message_of(first, self.directory)
        return self.create_message(draft)

    def create_message(self, draft: Draft) -> Message:
        """Create a message (pattern D): one GetItem of the first message, one conditional put."""
        check_type(Draft, draft, "draft")
        first = self._guard(draft.group_uuid)
        if first["message_uuid"] == draft.message_uuid:
            return rows.message_of(first, self.directory)
        return rows.message_of(self._send(draft), self.directory)

    def update_message(self, user: User, message: Message, text: str) -> Message:
        """Change a message by one conditional UpdateItem."""
        check_text(text)
        self._change(user, message, text)
        return message.with_text(text)

    def delete_message(self, user: User, message: Message) -> None:
        """Delete a message by one conditional DeleteItem, or blank the first one."""
        check_type(User, user, "user")
        check_type(Message, message, "message")
        if message.is_first:
            with suppress(MessageUnknown):  # it was blanked before
                self._change(user, message, "")
            return
        self._remove(user, message)

    def load(self, drafts: Iterable[Draft]) -> bool:
        """Load a conversation; its first message and its group rows come last, in one transaction.

        Until then no inbox shows the group, so another load can complete an interrupted one.

        Raises:
            InvalidInput: The drafts are not of exactly one message group.
        """
        once = {draft.message_uuid: draft for draft in drafts}
        groups = {draft.group_uuid for draft in once.values()}
        if len(groups) != 1:
            raise InvalidInput(f"drafts of {len(groups)} message groups: give those of exactly one")
        first, *others = sorted(once.values(), key=lambda draft: draft.created_at)
        row = rows.first_row(first)
        if self._item(row["pk"], row["sk"], consistent=True):
            return False
        with self.backend.resource.Table(self.table).batch_writer() as batch:
            for draft in others:
                batch.put_item(Item=self.message_row(draft))
        return self._open(row, self.group_rows(first, others[-1] if others else first))

    def _send(self, draft: Draft) -> Row:
        """Put a message that is not the first; return the row that the table then has."""
        client = self.backend.dynamodb
        row: Row = self.message_row(draft)
        try:
            client.put_item(TableName=self.table, Item=row, ConditionExpression=IS_NEW)
        except client.exceptions.ConditionalCheckFailedException:
            # The key ends in the draft's own uuid, so an earlier attempt succeeded. The message may
            # have been changed or deleted since, so we return what is stored.
            row = self._item(row["pk"], row["sk"], consistent=True) or row
        return row

    def _change(self, user: User, message: Message, text: str) -> None:
        """Change a message's text, if the user sent it and it is not blanked."""
        check_type(User, user, "user")
        check_type(Message, message, "message")
        client = self.backend.dynamodb
        try:
            client.update_item(**self._new_text(user, message, text))
        except client.exceptions.ConditionalCheckFailedException:
            raise self._refusal(user, message) from None

    def _remove(self, user: User, message: Message) -> None:
        """Delete a message that is not the first, if the user sent it."""
        client = self.backend.dynamodb
        try:
            client.delete_item(**self._deletion(user, message))
        except client.exceptions.ConditionalCheckFailedException:
            raise not_the_sender(user, message) from None

    def _new_text(self, user: User, message: Message, text: str) -> Any:
        """Return the parameters of the UpdateItem that changes the text."""
        return {
            "TableName": self.table,
            "Key": key_of(message),
            "UpdateExpression": "SET message = :text",
            "ConditionExpression": MAY_CHANGE,
            "ExpressionAttributeValues": {":text": text, ":me": user.uuid, ":blank": ""},
        }

    def _deletion(self, user: User, message: Message) -> Any:
        """Return the parameters of the DeleteItem of a message."""
        return {
            "TableName": self.table,
            "Key": key_of(message),
            "ConditionExpression": MAY_DELETE,
            "ExpressionAttributeValues": {":me": user.uuid},
        }

    def _refusal(self, user: User, message: Message) -> NotTheSender | MessageUnknown:
        """Return the error that says why a message could not be changed."""
        row = self._item(**key_of(message), consistent=True)
        if row is not None and row["user_uuid"] != user.uuid:
            return not_the_sender(user, message)
        return MessageUnknown(f"message {message.uuid} is not there any more: read its group again")

    def _open(self, first: Row, group_rows: Iterable[Row]) -> bool:
        """Put a whole group in one transaction; return False, writing no row, if it exists.

        Transactions on the same item cancel one another, and botocore does not retry them.
        """
        client = self.backend.dynamodb
        puts = [self._put(first, ConditionExpression=IS_NEW), *map(self._put, group_rows)]
        retry = self.retries.begin()
        while True:
            try:
                client.transact_write_items(TransactItems=puts)
            except client.exceptions.TransactionCanceledException as error:
                if self._item(first["pk"], first["sk"], consistent=True):
                    return False
                if not (CONFLICT in cancellation_codes(error) and retry.again()):
                    raise
            else:
                return True

    def _guard(self, group_uuid: str) -> Row:
        """Return a group's first message, for 0.5 RCU; it costs 1 RCU more to find none."""
        key = (keys.messages_pk(group_uuid), keys.FIRST)
        first = self._item(*key) or self._item(*key, consistent=True)
        if first is None:
            raise GroupUnknown(
                f"no message group {group_uuid}: its first message opens it (create_message_group)"
            )
        return first

    def _put(self, row: Row, **condition: str) -> Any:
        """Return the action of a transaction that puts a row."""
        return {"Put": {"TableName": self.table, "Item": row, **condition}}


def cancellation_codes(error: Any) -> list[str]:
    """Return the reason of each action of a transaction that was canceled."""
    return [reason["Code"] for reason in error.response["CancellationReasons"]]


def key_of(message: Message) -> dict[str, str]:
    """Return the key of a message's row."""
    sk = keys.FIRST if message.is_first else keys.message_sk(message.created_at, message.uuid)
    return {"pk": keys.messages_pk(message.group_uuid), "sk": sk}


def not_the_sender(user: User, message: Message) -> NotTheSender:
    """Return the error for a change to another user's message."""
    return NotTheSender(
        f"message {message.uuid} was sent by {message.sender.handle}, and {user.handle} may "
        "not change it: write another one"
    )


def changed_group(record: Record) -> str | None:
    """Return the uuid of the group whose inbox rows a record may change, or None.

    Records of group rows come from the handler's own writes. The first message of a group is
    written together with its group rows. Neither needs any work.

    Raises:
        KeyError, TypeError, KeyMalformed, InvalidInput: The record is not of this table.
    """
    pk, sk = (record["dynamodb"]["Keys"][name]["S"] for name in ("pk", "sk"))
    uuid = keys.uuid_in(pk)
    check_uuid(uuid, "uuid in pk")
    if not passes(MESSAGES_ONLY, record):
        return None
    if sk != keys.FIRST:
        keys.time_and_uuid(sk)
    return None if (record["eventName"], sk) == ("INSERT", keys.FIRST) else uuid
