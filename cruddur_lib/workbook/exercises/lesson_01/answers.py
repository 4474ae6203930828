"""Answers of 01, from screen to keys, asked from the running system; and mistaken ones."""

from contextlib import closing
from typing import Any

from cruddur_lib.messaging.keys import groups_pk, messages_pk
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
# Questions to the table, by the letter that the notebook gives them; :text and :uuid are filled in.
QUESTIONS = {
    "a": ("pk = :text AND sk < :sk", None),
    "b": ("user_uuid = :text", None),
    "c": ("pk = :text AND sk > :sk", None),
    "d": ("contains(message, :text)", None),
    "e": ("message_group_uuid = :text", "message-group-sk-index"),
    "f": ("begins_with(sk, :text)", None),
}


def rows_of_a_hello_and_an_answer(lesson: Sandbox) -> int:
    """Rows that a first message and the answer to it write."""
    andrew, zoe = lesson.users("andrewbrown", "zoemarchand")
    with lesson.scratch() as fresh:
        inbox, before = fresh.inbox(), len(fresh.rows())
        inbox.create_message_group(inbox.draft(zoe, andrew, "Hello"))
        inbox.create_message(inbox.draft(andrew, zoe, "Hello"))
        return len(fresh.rows()) - before


def items_of_an_inbox_of_three(lesson: Sandbox) -> int:
    """Items that B's Query reads of somebody with three message groups, whatever is in them."""
    andrew, *others = lesson.users("andrewbrown", "zoemarchand", "amaraokoro")
    with lesson.scratch() as fresh:
        inbox = fresh.inbox()
        for other in others:
            inbox.create_message_group(inbox.draft(other, andrew, "Hello"))
        return len(_query(fresh, "pk = :text", groups_pk(andrew.uuid)))


def handle_in_baykos_group_row(lesson: Sandbox) -> str:
    """The `user_handle` of the row in Bayko's inbox."""
    (bayko,) = lesson.users("bayko")
    with lesson.scratch() as fresh:
        (row,) = _query(fresh, "pk = :text", groups_pk(bayko.uuid))
    return str(row["user_handle"])


def messages_looked_at_by_sql(lesson: Sandbox) -> int:
    """Message rows that SQLite looks at for Andrew's inbox: counted by a function in the query."""
    (andrew,) = lesson.users("andrewbrown")
    looked: list[str] = []

    def noting(at: str) -> str:
        looked.append(at)
        return at

    with closing(relational()) as sql:
        sql.create_function("looked", 1, noting)
        sql.execute(INBOX_BY_SQL, [andrew.uuid]).fetchall()
    return len(looked)


def rows_with_baykos_handle(lesson: Sandbox) -> int:
    """Rows whose `user_handle` is Bayko's."""
    with lesson.scratch() as fresh:
        return sum(row.get("user_handle") == "bayko" for row in fresh.rows())


def rows_with_baykos_name(lesson: Sandbox) -> int:
    """Rows in which Bayko's display name stands, under whatever attribute."""
    (bayko,) = lesson.users("bayko")
    with lesson.scratch() as fresh:
        return sum(bayko.display_name in row.values() for row in fresh.rows())


def items_in_the_index(lesson: Sandbox) -> int:
    """Entries of the index, read whole."""
    with lesson.scratch() as fresh:
        (index,) = fresh.inbox().schema.indexes
        return int(
            fresh.backend.dynamodb.scan(TableName=fresh.table, IndexName=index.name)["Count"]
        )


def rows_of_e(lesson: Sandbox) -> int:
    """Rows that are put or deleted when E handles one message."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch() as fresh:
        inbox = fresh.inbox()
        inbox.create_message(inbox.draft(andrew, bayko, "Which bug?"))
        with fresh.watch() as written:
            fresh.pump()
    return len(written)


def answered_by_one_query(lesson: Sandbox) -> set[str]:
    """The letters of the questions that the engine takes as one Query."""
    client = lesson.backend.dynamodb
    taken = set()
    with lesson.scratch() as fresh:
        for letter, (condition, index) in QUESTIONS.items():
            names = [name for name in (":text", ":sk") if name in condition]
            request: dict[str, Any] = {"IndexName": index} if index else {}
            try:
                client.query(
                    TableName=fresh.table,
                    KeyConditionExpression=condition,
                    ExpressionAttributeValues=dict.fromkeys(names, "2026"),
                    **request,
                )
            except client.exceptions.ClientError:
                continue  # no key condition: the engine refuses it
            taken.add(letter)
    return taken


def messages_of_new_years_day(lesson: Sandbox) -> int:
    """Messages of 1 January 2026, UTC, by a range of the sort key."""
    with lesson.scratch() as fresh:
        pk = messages_pk(fresh.group.uuid)
        return len(_query(fresh, "pk = :text AND begins_with(sk, :sk)", pk, "2026-01-01"))


def items_after_deleting_the_first(lesson: Sandbox) -> int:
    """Items of the group when its first message was deleted."""
    with lesson.scratch() as fresh:
        inbox, group = fresh.inbox(), fresh.group
        page = inbox.list_messages(group, limit=200)
        inbox.delete_message(page[-1].sender, page[-1])
        return len(_query(fresh, "pk = :text", messages_pk(group.uuid)))


def _query(lesson: Sandbox, condition: str, text: str, sk: str = "") -> list[Any]:
    """The items of one Query."""
    values = {":text": text} | ({":sk": sk} if sk else {})
    reply = lesson.backend.dynamodb.query(
        TableName=lesson.table,
        KeyConditionExpression=condition,
        ExpressionAttributeValues=values,
    )
    return list(reply["Items"])
