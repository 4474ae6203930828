"""The inbox: the interface that every design of the table implements."""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

from cruddur_lib.backends import Backend
from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging.cursors import Cursors
from cruddur_lib.messaging.entities import Draft, Membership, Message, MessageGroup, Page, User
from cruddur_lib.messaging.keys import Pk, Sk
from cruddur_lib.messaging.retries import Retries
from cruddur_lib.messaging.rows import get_row
from cruddur_lib.messaging.stream import Handler
from cruddur_lib.messaging.table import TABLE_NAME, Index, Row, Schema
from cruddur_lib.messaging.validation import check_limit

PAGE_SIZE = 20  # items of a page, as on the bootcamp's screen
PAGE_LIMIT = 1_000  # the most items that a caller may ask for in one page
PROCESS_KEY = secrets.token_bytes(32)  # signs the cursors of this process by default


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
    """Direct messages in one table.

    Access patterns: list messages (A), list message groups (B), create a message group (C) and
    create a message (D), plus updates and deletions. A stream handler may update the inboxes later
    (E).
    """

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
            backend: The connection.
            table: The table's name.
            clock: Returns the time of a draft, with a time zone.
            new_uuid: Returns the uuid of a draft.
            directory: Users by uuid, whose names are shown in place of the copies in rows.
            cursor_key: A secret that processes serving the same lists must share; by default each
                process has its own.
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
        """Return a draft, whose time and uuid stay the same however often it is sent."""
        return Draft(self._new_uuid(), self._clock(), sender, receiver, text)

    @abstractmethod
    def open_group(self, user: User, group_uuid: str) -> Membership:
        """Return the user's membership of a message group, for callers who know only its uuid.

        Raises:
            GroupUnknown: The group does not exist.
            NotAMember: It is a group of two other people.
        """

    @abstractmethod
    def list_messages(
        self, group: Membership, limit: int = PAGE_SIZE, cursor: str | None = None
    ) -> Page[Message]:
        """List the messages of a message group, newest first (pattern A).

        Args:
            group: From `list_message_groups` or `open_group`; it names both people.
            limit: The most messages of the page, 1 to `PAGE_LIMIT`.
            cursor: That of the page before; None starts with the newest message.

        Raises:
            NotAMember: The group's uuid is not that of the two people.
            CursorRefused: The cursor is forged or belongs to another list.
        """

    @abstractmethod
    def list_message_groups(
        self, user: User, limit: int = PAGE_SIZE, cursor: str | None = None
    ) -> Page[MessageGroup]:
        """List a user's message groups, the one with the newest message first (pattern B).

        Args:
            user: The owner of the inbox.
            limit: The most groups of the page, 1 to `PAGE_LIMIT`.
            cursor: That of the page before; None starts with the newest group.

        Raises:
            CursorRefused: The cursor is forged or belongs to another list.
        """

    @abstractmethod
    def create_message_group(self, draft: Draft) -> Message:
        """Create a message group with its first message, all or nothing (pattern C).

        If the two people have a group already, the draft becomes a message in it (pattern D).
        Sending the same draft again returns the same message and writes no row.
        """

    @abstractmethod
    def create_message(self, draft: Draft) -> Message:
        """Create a message in an existing message group (pattern D).

        Sending the same draft again returns the same message and writes no row.

        Raises:
            GroupUnknown: The two people have no message group.
        """

    @abstractmethod
    def update_message(self, user: User, message: Message, text: str) -> Message:
        """Change a message's text and return the new message, which keeps its place in the group.

        Args:
            user: Who changes it.
            message: The message to change.
            text: The new text.

        Raises:
            NotTheSender: `user` did not send the message.
            MessageUnknown: The message was deleted.
        """

    @abstractmethod
    def delete_message(self, user: User, message: Message) -> None:
        """Delete a message; deleting it again is no error.

        The first message of a group stays as a row without text, because it guards the group.

        Raises:
            NotTheSender: `user` did not send the message.
        """

    @abstractmethod
    def stream_handler(self) -> Handler | None:
        """Return the handler that updates the inboxes from stream records (pattern E).

        A `Pump` or a Lambda function calls it. Designs that need no handler return None.
        """

    @abstractmethod
    def message_row(self, draft: Draft) -> dict[str, str]:
        """Return the row of a message that is not the first of its group."""

    @abstractmethod
    def group_rows(self, first: Draft, last: Draft) -> list[dict[str, str]]:
        """Return a message group's rows in the inboxes of its two people.

        Args:
            first: The group's first message.
            last: Its newest message.
        """

    @abstractmethod
    def load(self, drafts: Iterable[Draft]) -> bool:
        """Load one conversation in bulk; return False, changing no row, if its group exists."""

    def _item(self, pk: Pk, sk: Sk, *, consistent: bool = False) -> Row | None:
        """Return the row with this key; eventually consistent unless asked otherwise."""
        return get_row(self.backend.dynamodb, self.table, pk, sk, consistent=consistent)

    def _page(
        self, pk: Pk, limit: int, cursor: str | None, index: Index | None = None
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
