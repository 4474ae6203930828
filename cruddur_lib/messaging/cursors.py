"""Cursors: where a page ended, as an opaque text that fits into a URL."""

import base64
import binascii
import json

from cruddur_lib.messaging.inbox import CursorRefused
from cruddur_lib.messaging.keys import Pk, Sk


def cursor_at(pk: Pk, sk: Sk) -> str:
    """The cursor of a page that ended with the row at this key."""
    return base64.urlsafe_b64encode(json.dumps([pk, sk]).encode()).decode()


def sk_of(cursor: str, pk: Pk) -> Sk:
    """The sort key after which the next page begins; raises `CursorRefused` for another partition's
    cursor.
    """
    try:
        its_pk, sk = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, UnicodeError, ValueError, TypeError) as error:
        raise CursorRefused(
            f"cursor {cursor!r} was not made here: leave it out to start with the newest"
        ) from error
    if its_pk != pk:
        raise CursorRefused(
            "this cursor belongs to another list: leave it out to start with the newest"
        )
    return str(sk)
