"""The seeded users and conversation as four tables in SQLite, with each fact stored once."""

import sqlite3

from cruddur_lib.messaging import seeds
from cruddur_lib.messaging.keys import timestamp

SCHEMA = """
CREATE TABLE users (uuid TEXT PRIMARY KEY, handle TEXT UNIQUE, display_name TEXT);
CREATE TABLE message_groups (uuid TEXT PRIMARY KEY);
CREATE TABLE members (
    group_uuid TEXT REFERENCES message_groups, user_uuid TEXT REFERENCES users,
    PRIMARY KEY (group_uuid, user_uuid)
);
CREATE TABLE messages (
    uuid TEXT PRIMARY KEY, group_uuid TEXT REFERENCES message_groups,
    sender_uuid TEXT REFERENCES users, created_at TEXT, text TEXT
);
"""


def relational() -> sqlite3.Connection:
    """Return a database in memory: 10 users, 1 message group with 2 members, 104 messages.

    Its rows give columns by name and by position.
    """
    sql = sqlite3.connect(":memory:")
    sql.row_factory = sqlite3.Row
    sql.executescript(SCHEMA)
    people = [(user.uuid, user.handle, user.display_name) for user in seeds.users().values()]
    sql.executemany("INSERT INTO users VALUES (?, ?, ?)", people)
    drafts = seeds.conversation()
    group, members = drafts[0].group_uuid, (drafts[0].sender.uuid, drafts[0].receiver.uuid)
    sql.execute("INSERT INTO message_groups VALUES (?)", [group])
    sql.executemany("INSERT INTO members VALUES (?, ?)", [(group, user) for user in members])
    messages = [
        (d.message_uuid, group, d.sender.uuid, timestamp(d.created_at), d.text) for d in drafts
    ]
    sql.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?)", messages)
    sql.commit()
    return sql
