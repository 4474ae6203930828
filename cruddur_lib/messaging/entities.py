"""What the inbox takes and gives: people, drafts, messages, message groups and pages of them, all
unchangeable.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from cruddur_lib.messaging.keys import group_uuid, timestamp
from cruddur_lib.messaging.validation import (
    InvalidInput,
    check_name,
    check_text,
    check_type,
    check_uuid,
)

PREVIEW_LIMIT = 100  # characters of the last message that an inbox shows

T = TypeVar("T")


@dataclass(frozen=True)
class User:
    """A person: `uuid` makes keys, `handle` is what one types, `display_name` what the screen
    shows.
    """

    uuid: str
    handle: str
    display_name: str

    def __post_init__(self) -> None:
        """Raises `Refused` unless `uuid` is a UUID in its usual, lower-case form: it becomes part
        of a key.
        """
        check_uuid(self.uuid, f"uuid of {self.handle or 'a user'}")
        check_name(self.handle, "handle")
        check_name(self.display_name, "display_name")


@dataclass(frozen=True)
class Draft:
    """One press of the send button: made once, and safe to send any number of times.

    Raises `Refused` where the text is empty, blank, over `TEXT_LIMIT` characters or not valid
    Unicode, where the time has no time zone, or where somebody writes to themselves.
    """

    message_uuid: str
    created_at: datetime
    sender: User
    receiver: User
    text: str

    def __post_init__(self) -> None:
        """Checks every field, so that a draft that exists can be sent."""
        check_uuid(self.message_uuid, "message_uuid")
        check_text(self.text)
        check_type(datetime, self.created_at, "created_at")
        timestamp(self.created_at)
        check_type(User, self.sender, "sender")
        check_type(User, self.receiver, "receiver")
        if self.sender.uuid == self.receiver.uuid:
            raise InvalidInput(
                f"{self.sender.handle} is sender and receiver: a message group has two people"
            )

    @property
    def group_uuid(self) -> str:
        """The one message group of these two people, whoever of them writes first."""
        return group_uuid(self.sender.uuid, self.receiver.uuid)


@dataclass(frozen=True)
class Message:
    """A message as it stands in its group. `sender` carries the name that was copied when it was
    sent.
    """

    uuid: str
    group_uuid: str
    sender: User
    text: str
    created_at: datetime
    is_first: bool = False  # of its group, which it guards

    def with_text(self, text: str) -> "Message":
        """The same message, saying something else."""
        return replace(self, text=text)


@dataclass(frozen=True)
class Membership:
    """A message group as one of its two people, `user_uuid`, may read it."""

    uuid: str
    user_uuid: str
    other: User


@dataclass(frozen=True)
class MessageGroup(Membership):
    """A line of an inbox: the other person, and the last message as a preview."""

    preview: str
    last_message_at: datetime


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of a list, newest first, and the `cursor` that fetches what follows; None at the end."""

    items: tuple[T, ...]
    cursor: str | None = None

    def __iter__(self) -> Iterator[T]:
        """The items, newest first."""
        return iter(self.items)

    def __len__(self) -> int:
        """How many items this page holds."""
        return len(self.items)

    def __getitem__(self, index: int) -> T:
        """The item at `index`; 0 is the newest."""
        return self.items[index]


def preview(text: str) -> str:
    """The text as an inbox shows it: at most `PREVIEW_LIMIT` characters."""
    return text if len(text) <= PREVIEW_LIMIT else text[: PREVIEW_LIMIT - 1] + "…"
