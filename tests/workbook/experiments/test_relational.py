"""Tests of `relational`: it has the seeded users and conversation."""

from contextlib import closing

import pytest

from cruddur_lib.messaging import seeds
from cruddur_lib.messaging.keys import moment
from cruddur_lib.workbook.experiments.relational import relational


@pytest.fixture
def sql():
    """The database, which is closed after the test."""
    with closing(relational()) as connection:
        yield connection


def test_each_fact_stands_once(sql):
    """There is a row for each user, group, member and message."""
    counts = {
        name: sql.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
        for name in ("users", "message_groups", "members", "messages")
    }

    assert counts == {"users": 10, "message_groups": 1, "members": 2, "messages": 104}


def test_it_is_the_conversation(sql):
    """Text, sender and time of every message are the seeds'."""
    rows = sql.execute(
        "SELECT handle, created_at, text FROM messages JOIN users ON users.uuid = sender_uuid "
        "ORDER BY created_at"
    )

    found = [(row["handle"], moment(row["created_at"]), row["text"]) for row in rows]
    assert found == [(d.sender.handle, d.created_at, d.text) for d in seeds.conversation()]
