"""Right answers of lesson 01, From screen to keys, measured on a scratch table."""

from contextlib import closing
from typing import Any

from cruddur_lib.messaging.keys import groups_pk, messages_pk
from cruddur_lib.workbook.exercises.shared import index_items, query, send, send_first
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
    with sandbox.scratch() as scratch:
        before = len(scratch.rows())
        send_first(scratch)
        send(scratch, "Hello", "andrewbrown", "zoemarchand")
        return len(scratch.rows()) - before


def items_of_an_inbox_of_three(sandbox: Sandbox) -> int:
    """Count the items that the Query of an inbox with three message groups reads."""
    (andrew,) = sandbox.users("andrewbrown")
    with sandbox.scratch() as scratch:
        for sender in ("zoemarchand", "amaraokoro"):
            send_first(scratch, sender)
        return len(_partition(scratch, groups_pk(andrew.uuid)))


def handle_in_baykos_group_row(sandbox: Sandbox) -> str:
    """Return the `user_handle` of the group row in Bayko's inbox."""
    (bayko,) = sandbox.users("bayko")
    with sandbox.scratch() as scratch:
        (row,) = _partition(scratch, groups_pk(bayko.uuid))
    return str(row["user_handle"])


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


def rows_with_baykos_handle(sandbox: Sandbox) -> int:
    """Count the rows whose `user_handle` is Bayko's."""
    with sandbox.scratch() as scratch:
        return sum(row.get("user_handle") == "bayko" for row in scratch.rows())


def rows_with_baykos_name(sandbox: Sandbox) -> int:
    """Count the rows that hold Bayko's display name in any attribute."""
    (bayko,) = sandbox.users("bayko")
    with sandbox.scratch() as scratch:
        return sum(bayko.display_name in row.values() for row in scratch.rows())


def items_in_the_index(sandbox: Sandbox) -> int:
    """Count the items of the seeded table's index."""
    with sandbox.scratch() as scratch:
        return len(index_items(scratch))


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
        return len(_partition(scratch, messages_pk(group.uuid)))


def _partition(sandbox: Sandbox, pk: str) -> list[Any]:
    """Return the items with this partition key."""
    return list(query(sandbox, "pk = :pk", {":pk": pk})["Items"])
