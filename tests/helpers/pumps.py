"""Pattern E for the tests of every design, driven by the engine's own stream."""

from typing import Any

from cruddur_lib.messaging.inbox import Inbox
from cruddur_lib.messaging.stream import Pump


def pump_of(inbox: Inbox, **more: Any) -> Pump:
    """A pump for the inbox's stream, from its beginning; where a design needs none, an idle one."""
    return Pump(inbox.backend, inbox.stream_handler() or (lambda _: []), inbox.table, **more)
