"""What the inbox takes and gives: people, drafts, messages, message groups and pages of them, all
unchangeable.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging.keys import group_uuid, timestamp

TEXT_LIMIT = 1_024  # characters, as in the bootcamp's app; an emoji is one of them and four bytes
PREVIEW_LIMIT = 100  # characters of the last message that an inbox shows

T = TypeVar("T")


class Refused(WorkbookError):
    """A value that the inbox does not take; nothing was written."""


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
        timestamp(self.created_at)
        if self.sender.uuid == self.receiver.uuid:
            raise Refused(
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


@dataclass(frozen=True)
class MessageGroup:
    """A message group in the inbox of `user_uuid`: the other person, and the last message as a
    preview.
    """

    uuid: str
    user_uuid: str
    other: User
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


def check_uuid(value: str, what: str) -> None:
    """Nothing where `value` is a UUID in its usual form; raises `Refused` otherwise."""
    try:
        usual = str(UUID(value)) == value
    except (ValueError, AttributeError, TypeError):
        usual = False
    if not usual:
        raise Refused(
            f"{what} is {value!r}; it must be a UUID such as 5b0e4d1c-8c3a-4a0e-9a53-0d1f7f3f2a10"
        )


def check_text(text: str) -> None:
    """Nothing where `text` can be a message; raises `Refused` otherwise."""
    if not isinstance(text, str):
        raise Refused(f"a message is text, and this is {type(text).__name__} {text!r}: give a str")
    if not text.strip():
        raise Refused(
            f"the message is {'blank' if text else 'empty'}: write at least one visible character"
        )
    if len(text) > TEXT_LIMIT:
        raise Refused(
            f"the message has {len(text):,} characters, the limit is {TEXT_LIMIT:,}: split it"
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Refused(
            f"character {error.start} of the message is a lone surrogate ({text[error.start]!a}), "
            "half of a character: decode the text again from where it came"
        ) from error
