"""Cursors: where a page ended, as an opaque text that fits into a URL and cannot be made up."""

import base64
import binascii
import hmac
import json

from cruddur_lib.messaging.keys import Pk, Sk
from cruddur_lib.messaging.validation import InvalidInput

SIGNATURE = 16  # bytes of the HMAC that are kept


class CursorRefused(InvalidInput):
    """A cursor that was not made here, or belongs to another list."""


class Cursors:
    """Makes and reads cursors. Whoever serves one list from several processes shares the `key`."""

    def __init__(self, key: bytes) -> None:
        """`key` is a secret: with it, anybody can make a cursor."""
        self._key = key

    def at(self, pk: Pk, sk: Sk) -> str:
        """The cursor of a page of this partition that ended with the row at `sk`."""
        return base64.urlsafe_b64encode(self._sign(pk, sk) + sk.encode()).decode()

    def sk(self, cursor: str, pk: Pk) -> Sk:
        """The sort key after which the next page begins; raises `CursorRefused` for another's."""
        try:
            data = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True)
            sk = data[SIGNATURE:].decode()
        except (AttributeError, UnicodeError, binascii.Error) as error:
            raise CursorRefused(_text(cursor)) from error
        if not hmac.compare_digest(data[:SIGNATURE], self._sign(pk, sk)):
            raise CursorRefused(_text(cursor))
        return sk

    def _sign(self, pk: Pk, sk: Sk) -> bytes:
        return hmac.digest(self._key, json.dumps([pk, sk]).encode(), "sha256")[:SIGNATURE]


def _text(cursor: object) -> str:
    return f"cursor {cursor!r} was not made for this list: leave it out to start with the newest"
