"""Right answers of lesson 00, The whole game, measured on a scratch table."""

from cruddur_lib.workbook.exercises.shared import inbox_items, send, send_first
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

QUESTION, ANSWER = "Bayko's question", "Andrew's answer"


def messages_in_the_inbox_query(sandbox: Sandbox) -> int:
    """Count the messages that the Query of an inbox reads."""
    with sandbox.scratch() as scratch:
        items = inbox_items(scratch, "andrewbrown")
    return sum(str(item["pk"]).startswith("MSG#") for item in items)


def inbox_text_after_a_message(sandbox: Sandbox) -> str:
    """Return whose text the inbox shows after a message (D), before the stream is handled."""
    with sandbox.scratch() as scratch:
        return ANSWER if send(scratch).text == scratch.group.preview else QUESTION


def items_at_the_end(sandbox: Sandbox) -> int:
    """Count the items after the notebook's game: a D, a C, and a C that became a D."""
    with sandbox.scratch() as scratch:
        send(scratch)
        send_first(scratch)
        send_first(scratch, "andrewbrown", "zoemarchand")
        return len(scratch.rows())


def new_item_collections(sandbox: Sandbox) -> int:
    """Count the partition keys that Bayko's first message to Zoë adds after the game."""
    with sandbox.scratch() as scratch:
        send_first(scratch)
        before = {row["pk"] for row in scratch.rows()}
        send_first(scratch, "bayko", "zoemarchand")
        return len({row["pk"] for row in scratch.rows()} - before)


def rows_of_a_resend(sandbox: Sandbox) -> int:
    """Count the rows written when a group's first message is sent again as a normal message."""
    andrew, zoe = sandbox.users("andrewbrown", "zoemarchand")
    with sandbox.scratch() as scratch:
        hello = scratch.inbox().draft(zoe, andrew, "Hello")
        scratch.inbox().create_message_group(hello)
        with scratch.watch() as written:
            scratch.inbox().create_message(hello)
    return len(written)
