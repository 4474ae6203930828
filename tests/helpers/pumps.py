"""The stream handler (E) for tests of every design, driven by the engine's own stream."""

from typing import Any

from cruddur_lib.messaging.inbox import Inbox
from cruddur_lib.messaging.stream import Pump


def pump_of(inbox: Inbox, **more: Any) -> Pump:
    """Return a pump for the inbox's stream from its beginning; without a handler it only reads."""
    return Pump(inbox.backend, inbox.stream_handler() or (lambda _: []), inbox.table, **more)
