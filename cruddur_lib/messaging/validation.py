"""Checks of the inbox's input. Each error names the value, what is allowed and the next step."""

import unicodedata
from uuid import UUID

from cruddur_lib.errors import WorkbookError

NAME_LIMIT = 150  # bytes; two names of this size keep a group row under 1 KB
TEXT_LIMIT = 1_024  # characters, as in the bootcamp's app; an emoji is one character and four bytes


class InvalidInput(WorkbookError):
    """A value that the inbox does not accept. It wrote no row."""


def check_type(kind: type, value: object, what: str) -> None:
    """Raise `InvalidInput` unless `value`, called `what` in the error, is of type `kind`."""
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        article = "an" if kind.__name__[0] in "aeiou" else "a"
        raise InvalidInput(
            f"{what} is the {type(value).__name__} {value!r}: give {article} {kind.__name__}"
        )


def check_limit(limit: int, most: int) -> None:
    """Raise `InvalidInput` unless `limit` is 1 to `most` items."""
    check_type(int, limit, "limit")
    if not 1 <= limit <= most:
        raise InvalidInput(
            f"limit is {limit:,} items; a page holds 1 to {most:,}: ask for more pages"
        )


def check_uuid(value: str, what: str) -> None:
    """Raise `InvalidInput` unless `value`, called `what` in the error, is a lower-case UUID."""
    try:
        usual = str(UUID(value)) == value
    except (ValueError, AttributeError, TypeError):
        usual = False
    if not usual:
        raise InvalidInput(
            f"{what} is {value!r}; it must be a UUID such as 5b0e4d1c-8c3a-4a0e-9a53-0d1f7f3f2a10"
        )


def check_text(text: str) -> None:
    """Raise `InvalidInput` unless `text` can be a message: visible and short enough."""
    check_type(str, text, "text")
    check_unicode(text, "the message")
    if all(unicodedata.category(character)[0] in "ZC" for character in text):
        raise InvalidInput(
            f"the message is {'blank' if text else 'empty'}: write at least one visible character"
        )
    if len(text) > TEXT_LIMIT:
        raise InvalidInput(
            f"the message has {len(text):,} characters, the limit is {TEXT_LIMIT:,}: split it"
        )


def check_name(name: str, what: str) -> None:
    """Raise `InvalidInput` unless `name`, called `what` in the error, has 1 to 150 bytes."""
    check_type(str, name, what)
    check_unicode(name, what)
    size = len(name.encode())
    if not 1 <= size <= NAME_LIMIT:
        raise InvalidInput(
            f"{what} has {size:,} bytes, the limit is {NAME_LIMIT}: give 1 to that many"
        )


def check_unicode(text: str, what: str) -> None:
    """Raise `InvalidInput` unless `text`, called `what` in the error, can be encoded as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(
            f"character {error.start} of {what} is a lone surrogate ({text[error.start]!a}), "
            "half of a character: decode the text again from where it came"
        ) from error
