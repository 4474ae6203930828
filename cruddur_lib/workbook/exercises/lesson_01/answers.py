"""Right answers of lesson 01, From screen to keys, measured on a scratch table."""

from contextlib import closing

from cruddur_lib.messaging.keys import messages_pk
from cruddur_lib.workbook.exercises.shared import inbox_items, partition, query, send, send_first
from cruddur_lib.workbook.experiments.relational import relational
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

INBOX_BY_SQL = """
SELECT other.display_name, last.text, max(looked(last.created_at)) AS at
FROM members AS mine
JOIN members AS theirs ON theirs.group_uuid = mine.group_uuid AND theirs.user_uuid <> mine.user_uuid
JOIN users AS other ON other.uuid = theirs.user_uuid
JOIN messages AS last ON last.group_uuid = mine.group_uuid
WHERE mine.user_uuid = ?
GROUP BY mine.group_uuid
ORDER BY at DESC
"""
# Key condition and index of each question, by the letter that the notebook gives it.
QUESTIONS = {
    "a": ("pk = :text AND sk < :sk", None),
    "b": ("user_uuid = :text", None),
    "c": ("pk = :text AND sk > :sk", None),
    "d": ("contains(message, :text)", None),
    "e": ("message_group_uuid = :text", "message-group-sk-index"),
    "f": ("begins_with(sk, :text)", None),
}


def rows_of_a_hello_and_an_answer(sandbox: Sandbox) -> int:
    """Count the rows that a group's first message and the answer to it write."""
    with sandbox.scratch() as scratch, scratch.watch() as written:
        send_first(scratch)
        send(scratch, "Hello", "andrewbrown", "zoemarchand")
    return len(written)


def items_of_an_inbox_of_three(sandbox: Sandbox) -> int:
    """Count the items that the Query of an inbox with three message groups reads."""
    with sandbox.scratch() as scratch:
        for sender in ("zoemarchand", "amaraokoro"):
            send_first(scratch, sender)
        return len(inbox_items(scratch, "andrewbrown"))


def messages_looked_at_by_sql(sandbox: Sandbox) -> int:
    """Count the message rows that SQLite reads for Andrew's inbox, by a function in the query."""
    (andrew,) = sandbox.users("andrewbrown")
    times: list[str] = []

    def looked(at: str) -> str:
        times.append(at)
        return at

    with closing(relational()) as sql:
        sql.create_function("looked", 1, looked)
        sql.execute(INBOX_BY_SQL, [andrew.uuid]).fetchall()
    return len(times)


def rows_of_the_stream_handler(sandbox: Sandbox) -> int:
    """Count the rows that the stream handler (E) puts or deletes for one message."""
    with sandbox.scratch() as scratch:
        send(scratch)
        with scratch.watch() as written:
            scratch.pump()
    return len(written)


def answered_by_one_query(sandbox: Sandbox) -> set[str]:
    """Return the letters of the questions that the engine accepts as one Query."""
    accepted = set()
    with sandbox.scratch() as scratch:
        for letter, (condition, index) in QUESTIONS.items():
            names = [name for name in (":text", ":sk") if name in condition]
            options = {"IndexName": index} if index else {}
            try:
                query(scratch, condition, dict.fromkeys(names, "2026"), **options)
            except scratch.backend.dynamodb.exceptions.ClientError:
                continue  # the engine refuses what is no key condition
            accepted.add(letter)
    return accepted


def messages_of_new_years_day(sandbox: Sandbox) -> int:
    """Count the messages of 1 January 2026, UTC, by a range of the sort key."""
    with sandbox.scratch() as scratch:
        values = {":pk": messages_pk(scratch.group.uuid), ":day": "2026-01-01"}
        return len(query(scratch, "pk = :pk AND begins_with(sk, :day)", values)["Items"])


def items_after_deleting_the_first(sandbox: Sandbox) -> int:
    """Count the items of the conversation after its first message was deleted."""
    with sandbox.scratch() as scratch:
        inbox, group = scratch.inbox(), scratch.group
        page = inbox.list_messages(group, limit=200)
        inbox.delete_message(page[-1].sender, page[-1])
        return len(partition(scratch, messages_pk(group.uuid)))
