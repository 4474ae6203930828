"""Cruddur's direct messages on DynamoDB: the system under study, without its costs."""

from cruddur_lib.messaging.cursors import CursorRefused
from cruddur_lib.messaging.designs import DESIGNS, GUARANTEES, design
from cruddur_lib.messaging.entities import Draft, Message, MessageGroup, Page, User
from cruddur_lib.messaging.event_filters import MESSAGES_ONLY, passes
from cruddur_lib.messaging.inbox import (
    GroupUnknown,
    Inbox,
    InboxError,
    MessageUnknown,
    NotAMember,
    NotTheSender,
)
from cruddur_lib.messaging.rows import message_row
from cruddur_lib.messaging.stream import Pump, PumpReport
from cruddur_lib.messaging.validation import InvalidInput

__all__ = [
    "DESIGNS",
    "GUARANTEES",
    "MESSAGES_ONLY",
    "CursorRefused",
    "Draft",
    "GroupUnknown",
    "Inbox",
    "InboxError",
    "InvalidInput",
    "Message",
    "MessageGroup",
    "MessageUnknown",
    "NotAMember",
    "NotTheSender",
    "Page",
    "Pump",
    "PumpReport",
    "User",
    "design",
    "message_row",
    "passes",
]
