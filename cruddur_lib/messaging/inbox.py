"""The inbox: everything that the designs of the table share.

Message rows are the same in every design (see `rows.py`). The first message guards its group: it
has a fixed key and is written by a conditional put. If two people write to each other first at the
same moment, one of them opens the group and the other's message joins it.

A design adds its group rows, how they are listed and how they are updated. Access patterns have
letters: list messages (A), list message groups (B), create a message group (C), create a message
(D), and update the inboxes by a stream handler (E).
"""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

from cruddur_lib.backends import Backend
from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging import keys, rows
from cruddur_lib.messaging.cursors import Cursors
from cruddur_lib.messaging.entities import Draft, Membership, Message, MessageGroup, Page, User
from cruddur_lib.messaging.retries import Retries
from cruddur_lib.messaging.stream import Handler
from cruddur_lib.messaging.table import TABLE_NAME, Index, Row, Schema
from cruddur_lib.messaging.validation import (
    InvalidInput,
    check_limit,
    check_text,
    check_type,
    check_uuid,
)

PAGE_SIZE = 20  # items of a page, as on the bootcamp's screen
PAGE_LIMIT = 1_000  # the most items that a caller may ask for in one page
PROCESS_KEY = secrets.token_bytes(32)  # signs the cursors of this process by default
IS_NEW = "attribute_not_exists(pk)"  # condition of every put of a message: it replaces none
MAY_CHANGE = "user_uuid = :me AND message <> :blank"  # sent by this user, and not blanked
MAY_DELETE = "attribute_not_exists(pk) OR user_uuid = :me"
CONFLICT = "TransactionConflict"  # another transaction was at work on an item


class InboxError(WorkbookError):
    """A request that the inbox refused. It wrote no row."""


class GroupUnknown(InboxError):
    """A message group that does not exist yet."""


class MessageUnknown(InboxError):
    """A message that does not exist or was deleted."""


class NotAMember(InboxError):
    """A user who is not in the message group."""


class NotTheSender(InboxError):
    """A message of another user: only its sender may change or delete it."""


class Inbox(ABC):
    """Direct messages in one table."""

    name: ClassVar[str]
    schema: ClassVar[Schema]

    def __init__(  # noqa: PLR0913  each has its default
        self,
        backend: Backend,
        table: str = TABLE_NAME,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_uuid: Callable[[], str] = lambda: str(uuid4()),
        directory: Mapping[str, User] | None = None,
        cursor_key: bytes | None = None,
        retries: Retries = Retries(),  # noqa: B008  frozen
    ) -> None:
        """Use a table that exists (see `cruddur_lib.messaging.table.create`).

        Args:
            backend: the connection.
            table: the table's name.
            clock: Returns the time of a draft, with a time zone.
            new_uuid: Returns the uuid of a draft.
            directory: Users by uuid, whose names are shown in place of the copies in rows.
            cursor_key: the secret that signs cursors. Processes that serve the same lists must
                share it; by default each process has its own.
            retries: When to retry a transaction that conflicted with another.
        """
        self.backend = backend
        self.table = table
        self.directory = directory or {}
        self._cursors = Cursors(cursor_key or PROCESS_KEY)
        self._clock = clock
        self._new_uuid = new_uuid
        self.retries = retries

    def draft(self, sender: User, receiver: User, text: str) -> Draft:
        """Return a draft, whose time and uuid stay the same however often it is sent.

        Args:
            sender: the user who writes it.
            receiver: the other user.
            text: 1 to 1,024 characters.
        """
        return Draft(self._new_uuid(), self._clock(), sender, receiver, text)

    def open_group(self, user: User, group_uuid: str) -> Membership:
        """Return the user's membership of a message group, for callers who know only its uuid.

        Args:
            user: one of the two members.
            group_uuid: the group, a lower-case uuid.

        Raises:
            GroupUnknown: the group does not exist.
            NotAMember: it is a group of two other people.
        """
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
        """List the messages of a message group by one Query, newest first (pattern A).

        No read checks the membership, because the group's uuid is made of the two people's uuids.

        Args:
            group: From `list_message_groups` or `open_group`; it names both people.
            limit: the most messages of the page, 1 to `PAGE_LIMIT`.
            cursor: the cursor of the page before; None starts with the newest message.

        Raises:
            NotAMember: the group's uuid is not that of the two people.
            CursorRefused: the cursor is forged or belongs to another list.
        """
        check_type(Membership, group, "group")
        if group.uuid != keys.group_uuid(group.user_uuid, group.other.uuid):
            raise NotAMember(
                f"message group {group.uuid} is not that of user {group.user_uuid} and "
                f"{group.other.handle}: take it from its owner's inbox (list_message_groups)"
            )
        page = self._page(keys.messages_pk(group.uuid), limit, cursor)
        return Page(tuple(rows.message_of(row, self.directory) for row in page), page.cursor)

    @abstractmethod
    def list_message_groups(
        self, user: User, limit: int = PAGE_SIZE, cursor: str | None = None
    ) -> Page[MessageGroup]:
        """List a user's message groups, the one with the newest message first (pattern B).

        Args:
            user: the owner of the inbox.
            limit: the most groups of the page, 1 to `PAGE_LIMIT`.
            cursor: the cursor of the page before; None starts with the newest group.

        Raises:
            CursorRefused: the cursor is forged or belongs to another list.
        """

    def create_message_group(self, draft: Draft) -> Message:
        """Create a message group with its first message, by one transaction (pattern C).

        If the two people have a group already, the draft becomes a message in it (pattern D).
        Sending the same draft again returns the same message and writes no row.
        """
        check_type(Draft, draft, "draft")
        first = rows.first_row(draft)
        if self._open(first, self.group_rows(draft, draft)):
            return rows.message_of(first, self.directory)
        return self.create_message(draft)

    def create_message(self, draft: Draft) -> Message:
        """Create a message in an existing message group (pattern D).

        It reads the first message, by one GetItem. Sending the same draft again returns the same
        message and writes no row.

        Raises:
            GroupUnknown: the two people have no message group.
        """
        check_type(Draft, draft, "draft")
        first = self._guard(draft.group_uuid)
        if first["message_uuid"] == draft.message_uuid:
            return rows.message_of(first, self.directory)
        return rows.message_of(self._send(draft), self.directory)

    def update_message(self, user: User, message: Message, text: str) -> Message:
        """Change a message's text and return the new message, which keeps its place in the group.

        Args:
            user: the person who changes it.
            message: the message to change.
            text: the new text.

        Raises:
            NotTheSender: `user` did not send the message.
            MessageUnknown: the message was deleted.
        """
        check_text(text)
        check_type(User, user, "user")
        check_type(Message, message, "message")
        self._change(user, message, text)
        return replace(message, text=text)

    def delete_message(self, user: User, message: Message) -> None:
        """Delete a message; deleting it again is no error.

        The first message of a group stays as a row without text, because it guards the group.

        Args:
            user: its sender.
            message: the message as it was read.

        Raises:
            NotTheSender: `user` did not send the message.
        """
        check_type(User, user, "user")
        check_type(Message, message, "message")
        if message.is_first:
            with suppress(MessageUnknown):  # it was blanked before
                self._change(user, message, "")
            return
        self._remove(user, message)

    def load(self, drafts: Iterable[Draft]) -> bool:
        """Load one conversation in bulk; return False, changing no row, if its group exists.

        Its first message and its group rows come last, in one transaction. Until then no inbox
        shows the group, so another load can complete an interrupted one.

        Raises:
            InvalidInput: the drafts are not of exactly one message group.
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

    @abstractmethod
    def stream_handler(self) -> Handler | None:
        """Return the handler that updates the inboxes from stream records (pattern E).

        A `Pump` or a Lambda function calls it. Designs that need no handler return None.
        """

    def message_row(self, draft: Draft) -> dict[str, str]:
        """Return the row of a message that is not the first of its group."""
        return rows.message_row(draft)

    def group_rows(self, first: Draft, last: Draft) -> list[dict[str, str]]:
        """Return a message group's rows in the inboxes of its two people.

        Args:
            first: the group's first message.
            last: its newest message.
        """
        people = [(last.sender, last.receiver), (last.receiver, last.sender)]
        row = self._group_row(first, last)
        return [
            {"pk": keys.groups_pk(owner.uuid), **row, **rows.person("user", other)}
            for owner, other in people
        ]

    @abstractmethod
    def _group_row(self, first: Draft, last: Draft) -> dict[str, str]:
        """Return the sort key of a group row, and its attributes that are the same for both."""

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
            "Key": rows.key_of(message),
            "UpdateExpression": "SET message = :text",
            "ConditionExpression": MAY_CHANGE,
            "ExpressionAttributeValues": {":text": text, ":me": user.uuid, ":blank": ""},
        }

    def _deletion(self, user: User, message: Message) -> Any:
        """Return the parameters of the DeleteItem of a message."""
        return {
            "TableName": self.table,
            "Key": rows.key_of(message),
            "ConditionExpression": MAY_DELETE,
            "ExpressionAttributeValues": {":me": user.uuid},
        }

    def _refusal(self, user: User, message: Message) -> NotTheSender | MessageUnknown:
        """Return the error that says why a message could not be changed."""
        row = self._item(**rows.key_of(message), consistent=True)
        if row is not None and row["user_uuid"] != user.uuid:
            return not_the_sender(user, message)
        return MessageUnknown(f"message {message.uuid} is not there any more: read its group again")

    def _open(self, first: Row, group_rows: Iterable[Row]) -> bool:
        """Put a whole group in one transaction; return False, writing no row, if it exists."""
        puts = [self._put(first, ConditionExpression=IS_NEW), *map(self._put, group_rows)]
        return self.retries.transact(
            self.backend.dynamodb,
            lambda _: puts,
            lambda _: self._item(first["pk"], first["sk"], consistent=True) is not None,
            {CONFLICT},
        )

    def _put(self, row: Row, **condition: str) -> Any:
        """Return the action of a transaction that puts a row."""
        return {"Put": {"TableName": self.table, "Item": row, **condition}}

    def _guard(self, group_uuid: str) -> Row:
        """Return a group's first message, for 0.5 RCU; it costs 1 RCU more to find none."""
        key = (keys.messages_pk(group_uuid), keys.FIRST)
        first = self._item(*key) or self._item(*key, consistent=True)
        if first is None:
            raise GroupUnknown(
                f"no message group {group_uuid}: its first message opens it (create_message_group)"
            )
        return first

    def _item(self, pk: keys.Pk, sk: keys.Sk, *, consistent: bool = False) -> Row | None:
        """Return the row with this key; eventually consistent unless asked otherwise."""
        return rows.get_row(self.backend.dynamodb, self.table, pk, sk, consistent=consistent)

    def _page(
        self, pk: keys.Pk, limit: int, cursor: str | None, index: Index | None = None
    ) -> Page[Row]:
        """Return a page of a partition, newest first, from the table or an index with its pk."""
        check_limit(limit, PAGE_LIMIT)
        order = (index.range_key, "sk") if index else ("sk",)  # a cursor holds these attributes
        more: Any = {"IndexName": index.name} if index else {}
        if cursor is not None:
            values = self._cursors.decode(cursor, pk).split(" ")
            more["ExclusiveStartKey"] = {"pk": pk, **dict(zip(order, values, strict=True))}
        reply = self.backend.dynamodb.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": pk},
            ScanIndexForward=False,
            Limit=limit,
            **more,
        )
        last: Any = reply.get("LastEvaluatedKey")
        end = last and self._cursors.encode(pk, " ".join(last[name] for name in order))
        return Page(tuple(reply["Items"]), end)


def not_the_sender(user: User, message: Message) -> NotTheSender:
    """Return the error for a change to another user's message."""
    return NotTheSender(
        f"message {message.uuid} was sent by {message.sender.handle}, and {user.handle} may "
        "not change it: write another one"
    )
