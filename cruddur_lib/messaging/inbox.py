"""The inbox as an interface: what a design of the table must offer, whatever its rows look like."""

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
from cruddur_lib.messaging.stream import Handler
from cruddur_lib.messaging.table import TABLE_NAME, Index, Row, Schema
from cruddur_lib.messaging.validation import InvalidInput, check_limit

LIMIT = 20  # items a page, as the bootcamp's screen shows
MOST = 1_000  # items that one page may be asked for
OWN_KEY = secrets.token_bytes(32)  # of the cursors of this process, unless another is given


class InboxError(WorkbookError):
    """What the inbox refuses, with nothing written."""


class GroupUnknown(InboxError):
    """A message group that nobody has opened yet."""


class MessageUnknown(InboxError):
    """A message that is not there, or was deleted."""


class NotAMember(InboxError):
    """A reader and a message group that do not belong together."""


class NotTheSender(InboxError):
    """Somebody else's message: only its sender may change or delete it."""


def in_order(drafts: Iterable[Draft]) -> list[Draft]:
    """One conversation, oldest first, each draft once; raises `Refused` where it is not one."""
    once = {draft.message_uuid: draft for draft in drafts}
    groups = {draft.group_uuid for draft in once.values()}
    if len(groups) != 1:
        raise InvalidInput(f"drafts of {len(groups)} message groups: give those of exactly one")
    return sorted(once.values(), key=lambda draft: draft.created_at)


class Inbox(ABC):
    """Patterns A to D on one table, and the changes that E makes of their stream.

    `clock` gives a time with a zone, and `new_uuid` a uuid: a lesson or a test gives its own. Both
    are asked once a draft and at no other moment. `directory` knows users by uuid: names are shown
    from there, and a row's copy only of those who are not in it. `cursor_key` is a secret, to be
    shared where several processes serve the same lists; by default each process has its own.
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
        """An inbox on `table`, which must be there (see `cruddur_lib.messaging.table.create`)."""
        self.backend = backend
        self.table = table
        self.directory = directory or {}
        self._cursors = Cursors(cursor_key or OWN_KEY)
        self._clock = clock
        self._new_uuid = new_uuid
        self.retries = retries

    def draft(self, sender: User, receiver: User, text: str) -> Draft:
        """One press of the send button: its time and its uuid are fixed here, however often it is
        sent.
        """
        return Draft(self._new_uuid(), self._clock(), sender, receiver, text)

    @abstractmethod
    def open_group(self, user: User, group_uuid: str) -> Membership:
        """The proof that `user` may read a message group, for who knows nothing but its uuid.

        Raises `GroupUnknown` where there is none, `NotAMember` where it is other people's.
        """

    @abstractmethod
    def list_messages(
        self, group: Membership, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[Message]:
        """Pattern A: the messages of a message group, newest first.

        `group` comes from its owner's inbox, or from `open_group`, and names both people: a group
        uuid that is not theirs raises `NotAMember`.
        """

    @abstractmethod
    def list_message_groups(
        self, user: User, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[MessageGroup]:
        """Pattern B: a user's message groups, the one with the newest message first."""

    @abstractmethod
    def create_message_group(self, draft: Draft) -> Message:
        """Pattern C: the first message in a new message group, all of it or nothing.

        Where the two people have a group already, the draft becomes a message in that one (pattern
        D). The same draft again gives the same message and writes nothing.
        """

    @abstractmethod
    def create_message(self, draft: Draft) -> Message:
        """Pattern D: a message in a message group; raises `GroupUnknown` where there is none.

        The same draft again gives the same message and writes nothing.
        """

    @abstractmethod
    def update_message(self, user: User, message: Message, text: str) -> Message:
        """The message with another text; its place in the group stays.

        Raises `NotTheSender`, or `MessageUnknown` where it was deleted.
        """

    @abstractmethod
    def delete_message(self, user: User, message: Message) -> None:
        """Nothing, and the message is gone; one that was gone already is no mistake.

        The first message of a group stays as a row without text, since it guards its group. Raises
        `NotTheSender`.
        """

    @abstractmethod
    def stream_handler(self) -> Handler | None:
        """Pattern E: what keeps the inboxes in order, for a `Pump` or a Lambda function.

        None where the design needs nothing.
        """

    @abstractmethod
    def message_row(self, draft: Draft) -> dict[str, str]:
        """The row that a message gets, where it is not the first of its group."""

    @abstractmethod
    def group_rows(self, first: Draft, last: Draft) -> Iterable[Row]:
        """The rows of a message group in its two people's inboxes, by its first and its newest
        message.
        """

    @abstractmethod
    def load(self, drafts: Iterable[Draft]) -> bool:
        """Puts one conversation into the table in bulk; False where its group was there already."""

    def _item(self, pk: Pk, sk: Sk, *, consistent: bool = False) -> Row | None:
        """The item at this key; strongly consistent only where asked for."""
        key = {"pk": pk, "sk": sk}
        reply = self.backend.dynamodb.get_item(
            TableName=self.table, Key=key, ConsistentRead=consistent
        )
        return reply.get("Item")

    def _newest_rows(
        self, pk: Pk, limit: int, cursor: str | None, index: Index | None = None
    ) -> Page[Row]:
        """One page of a partition, newest first; of an index under the table's pk where one is
        given.
        """
        check_limit(limit, MOST)
        order = (index.range_key, "sk") if index else ("sk",)  # says where a page ended
        more: Any = {"IndexName": index.name} if index else {}
        if cursor is not None:
            places = self._cursors.sk(cursor, pk).split(" ")
            more["ExclusiveStartKey"] = {"pk": pk, **dict(zip(order, places, strict=True))}
        reply = self.backend.dynamodb.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": pk},
            ScanIndexForward=False,
            Limit=limit,
            **more,
        )
        last: Any = reply.get("LastEvaluatedKey")
        end = last and self._cursors.at(pk, " ".join(last[name] for name in order))
        return Page(tuple(reply["Items"]), end)
