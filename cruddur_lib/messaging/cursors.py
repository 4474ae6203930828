"""Cursors: opaque, signed texts that say where a page ended. They fit into a URL."""

import base64
import binascii
import hmac
import json

from cruddur_lib.messaging.keys import Pk, Sk
from cruddur_lib.messaging.validation import InvalidInput

SIGNATURE_SIZE = 16  # bytes of the HMAC that a cursor holds


class CursorRefused(InvalidInput):
    """A cursor that this program did not make or that belongs to another list."""


class Cursors:
    """Encodes and decodes cursors. Processes that serve the same lists must share the key."""

    def __init__(self, key: bytes) -> None:
        """Sign with `key`, a secret: anyone who knows it can forge a cursor."""
        self._key = key

    def encode(self, pk: Pk, sk: Sk) -> str:
        """Return the cursor of a page of partition `pk` that ended with the row at `sk`."""
        return base64.urlsafe_b64encode(self._sign(pk, sk) + sk.encode()).decode()

    def decode(self, cursor: str, pk: Pk) -> Sk:
        """Return the sort key where a page of partition `pk` ended.

        Raises:
            CursorRefused: the cursor is forged or belongs to another partition.
        """
        try:
            data = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True)
            sk = data[SIGNATURE_SIZE:].decode()
            genuine = hmac.compare_digest(data[:SIGNATURE_SIZE], self._sign(pk, sk))
        except (AttributeError, UnicodeError, binascii.Error):
            genuine = False
        if not genuine:
            raise CursorRefused(
                f"cursor {cursor!r} was not made for this list: leave it out to start with the "
                "newest"
            )
        return sk

    def _sign(self, pk: Pk, sk: Sk) -> bytes:
        return hmac.digest(self._key, json.dumps([pk, sk]).encode(), "sha256")[:SIGNATURE_SIZE]
