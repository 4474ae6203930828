"""What the app would show, as cards in the notebook: an inbox and an open message group."""

from datetime import datetime
from html import escape

from IPython.display import HTML

from cruddur_lib.messaging.entities import Message, MessageGroup, Page, User
from cruddur_lib.messaging.validation import check_type

# Text and background are set together, so that a card is legible in every theme.
INK = "#1a1a1a"
CARD = (
    "max-width: 34em; padding: 0.8em 1em; border: 1px solid #767676; border-radius: 0.8em; "
    f"background: #ffffff; color: {INK}"
)
MINE = "background: #cfe8fc; margin: 0.35em 0 0.35em 3em"
THEIRS = "background: #efefef; margin: 0.35em 3em 0.35em 0"
BUBBLE = f"padding: 0.45em 0.8em; border-radius: 0.8em; color: {INK}"
SMALL = "font-size: 85%; color: #4a4a4a"


def chat(page: Page[Message], me: User) -> HTML:
    """Return a page of messages as a card, with the oldest message on top.

    Args:
        page: the messages, newest first.
        me: the user whose messages are on the right.

    Raises:
        InvalidInput: an argument has another type.
    """
    check_type(Page, page, "page")
    check_type(User, me, "me")
    bubbles = ""
    for message in reversed(page.items):
        mine = message.sender.uuid == me.uuid
        who = "You" if mine else escape(message.sender.display_name)
        bubbles += (
            f'<div style="{BUBBLE}; {MINE if mine else THEIRS}"><span style="{SMALL}"><b>{who}</b> '
            f"· {_time(message.created_at)}</span><br>{_text(message.text)}</div>"
        )
    return HTML(f'<div style="{CARD}">{bubbles}</div>')


def inbox(page: Page[MessageGroup]) -> HTML:
    """Return a page of message groups as a card: the other person, the last message, its time.

    Raises:
        InvalidInput: `page` is no page.
    """
    check_type(Page, page, "page")
    lines = "".join(
        f'<div style="padding: 0.4em 0"><b>{escape(group.other.display_name)}</b> '
        f'<span style="{SMALL}">@{escape(group.other.handle)} · {_time(group.last_message_at)}'
        f"</span><br>{_text(group.preview)}</div>"
        for group in page
    )
    return HTML(f'<div style="{CARD}">{lines or "No messages yet."}</div>')


def _text(text: str) -> str:
    return escape(text) or "<i>(deleted)</i>"


def _time(moment: datetime) -> str:
    return f"{moment:%d %b %Y, %H:%M} UTC"
