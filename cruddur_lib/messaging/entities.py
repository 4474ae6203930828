"""The inbox's values, all immutable: users, drafts, messages, message groups and pages of them."""

from collections.abc import Iterator
from dataclasses import dataclass
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
from cruddur_lib.text import shortened

PREVIEW_LIMIT = 100  # characters of the last message that an inbox shows

T = TypeVar("T")


@dataclass(frozen=True)
class User:
    """A person. Keys contain the uuid, people type the handle, screens show the display name."""

    uuid: str
    handle: str
    display_name: str

    def __post_init__(self) -> None:
        """Raise `InvalidInput` unless the uuid, a part of keys, is lower-case and the names fit."""
        check_uuid(self.uuid, f"uuid of {self.handle or 'a user'}")
        check_name(self.handle, "handle")
        check_name(self.display_name, "display_name")


@dataclass(frozen=True)
class Draft:
    """One press of the send button. It is made once and may be sent any number of times.

    Raises:
        InvalidInput: the text is empty, blank, longer than `TEXT_LIMIT` characters or not valid
            Unicode, or the sender is also the receiver.
        KeyMalformed: the time has no time zone.
    """

    message_uuid: str
    created_at: datetime
    sender: User
    receiver: User
    text: str

    def __post_init__(self) -> None:
        """Check every field, so that every draft can be sent."""
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
        """The uuid of the only message group of these two people."""
        return group_uuid(self.sender.uuid, self.receiver.uuid)


@dataclass(frozen=True)
class Message:
    """A stored message. `sender` has the names that were copied when it was sent."""

    uuid: str
    group_uuid: str
    sender: User
    text: str
    created_at: datetime
    is_first: bool = False  # the first message of a group guards the group


@dataclass(frozen=True)
class Membership:
    """The right of one user, `user_uuid`, to read a message group."""

    uuid: str
    user_uuid: str
    other: User


@dataclass(frozen=True)
class MessageGroup(Membership):
    """A line of a user's inbox: the other person and a preview of the last message."""

    preview: str
    last_message_at: datetime


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a list, newest first. `cursor` fetches the next page; None means the last one."""

    items: tuple[T, ...]
    cursor: str | None = None

    def __iter__(self) -> Iterator[T]:
        """Iterate over the items, newest first."""
        return iter(self.items)

    def __len__(self) -> int:
        """Return the number of items on this page."""
        return len(self.items)

    def __getitem__(self, index: int) -> T:
        """Return the item at `index`; 0 is the newest."""
        return self.items[index]


def preview(text: str) -> str:
    """Return the text as an inbox shows it: at most `PREVIEW_LIMIT` characters."""
    return shortened(text, PREVIEW_LIMIT)
