"""The inbox as an interface: what a design of the table must offer, whatever its rows look like."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import ClassVar
from uuid import uuid4

from cruddur_lib.backends import Backend
from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging.entities import Draft, Message, MessageGroup, Page, User
from cruddur_lib.messaging.table import TABLE, Schema

LIMIT = 20  # items a page, as the bootcamp's screen shows
MOST = 1_000  # items that one page may be asked for


class InboxError(WorkbookError):
    """What the inbox refuses, with nothing written."""


class GroupUnknown(InboxError):
    """A message for a message group that nobody has opened yet."""


class NotAMember(InboxError):
    """A reader and a message group that do not belong together."""


class CursorRefused(InboxError):
    """A cursor that does not belong to the list it was given to."""


class Inbox(ABC):
    """Patterns A to D on one table; E is the stream's.

    `clock` gives a time with a zone, and `new_uuid` a uuid: a lesson or a test gives its own. Both
    are asked once a draft and at no other moment.
    """

    name: ClassVar[str]
    schema: ClassVar[Schema]

    def __init__(
        self,
        backend: Backend,
        table: str = TABLE,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_uuid: Callable[[], str] = lambda: str(uuid4()),
    ) -> None:
        """An inbox on `table`, which must be there (see `cruddur_lib.messaging.table.create`)."""
        self.backend = backend
        self.table = table
        self._clock = clock
        self._new_uuid = new_uuid

    def draft(self, sender: User, receiver: User, text: str) -> Draft:
        """One press of the send button: its time and its uuid are fixed here, however often it is
        sent.
        """
        return Draft(self._new_uuid(), self._clock(), sender, receiver, text)

    @abstractmethod
    def list_messages(
        self, group: MessageGroup, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[Message]:
        """Pattern A: the messages of a message group, newest first.

        `group` comes from its owner's inbox and names both people, so that membership costs no
        read: a group uuid that is not theirs raises `NotAMember`.
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
        """Pattern D: a message in a message group that is there; raises `GroupUnknown` where it is
        not.

        The same draft again gives the same message and writes nothing.
        """

    @abstractmethod
    def load(self, drafts: Iterable[Draft]) -> bool:
        """Puts one conversation into the table in bulk; False where its message group was there
        already.
        """
