"""Threads on DynamoDB Local: no message is lost or doubled, and every inbox is right."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import combinations
from random import Random
from threading import Event, Thread

import pytest

from cruddur_lib.messaging import keys, seeds, table
from cruddur_lib.messaging.entities import Draft, Message, User, preview
from cruddur_lib.messaging.inbox import GroupUnknown, Inbox
from tests.helpers.pumps import pump_of

pytestmark = pytest.mark.dynamodb_local  # moto is not safe in threads

THREADS, MESSAGES = 8, 1_000 if os.environ.get("CRUDDUR_THOROUGH") else 400
TRIES = 100  # presses of the button; each makes its own retries
PEOPLE = tuple(seeds.users().values())


def sent(inbox: Inbox, draft: Draft) -> Message:
    """Send a draft until it is acknowledged, as a person presses the button again."""
    create = inbox.create_message
    for _ in range(TRIES):
        try:
            return create(draft)
        except GroupUnknown:
            create = inbox.create_message_group
        except inbox.backend.dynamodb.exceptions.TransactionCanceledException:
            continue
    raise AssertionError(f"{draft.text} met another transaction {TRIES} times")


@contextmanager
def pumped(inbox: Inbox) -> Iterator[None]:
    """Run the stream handler (E) beside the body of the `with`, and once more after it."""
    pump, over = pump_of(inbox), Event()

    def run() -> None:
        while not over.is_set():
            pump.run()

    runner = Thread(target=run)
    runner.start()
    try:
        yield
    finally:
        over.set()
        runner.join()
    assert pump.run().poison == []


def listed(inbox: Inbox, user: User) -> dict[str, list[Message]]:
    """Return all messages of a user's groups, by group, page by page."""
    found: dict[str, list[Message]] = {}
    for group in inbox.list_message_groups(user, 100):
        page = inbox.list_messages(group, 300)
        found[group.uuid] = list(page)
        while page.cursor:
            page = inbox.list_messages(group, 300, page.cursor)
            found[group.uuid] += page
    return found


@pytest.mark.parametrize("people", [2, 8], ids=["one group", "28 groups"])
def test_8_threads_send_many_messages(inbox, people):
    """Both people find every acknowledged message once and in order.

    Each inbox shows each group once, with its newest message.
    """
    pairs = [*combinations(PEOPLE[:people], 2)]
    drawn = Random(1)
    ways = [drawn.sample(drawn.choice(pairs), 2) for _ in range(MESSAGES)]
    drafts = [inbox.draft(*way, f"message {number}") for number, way in enumerate(ways)]
    with pumped(inbox), ThreadPoolExecutor(THREADS) as pool:
        futures = [pool.submit(sent, inbox, draft) for draft in drafts]
    acknowledged = [future.result() for future in futures]

    groups = {keys.group_uuid(one.uuid, other.uuid) for one, other in pairs}
    seen: dict[str, list[Message]] = {}
    for user in PEOPLE[:people]:
        shown = inbox.list_message_groups(user, 100)
        for uuid, messages in listed(inbox, user).items():
            assert seen.setdefault(uuid, messages) == messages
            *rest, first = messages
            assert first.is_first
            assert [m.uuid for m in rest] == [
                m.uuid for m in sorted(rest, key=lambda m: (m.created_at, m.uuid), reverse=True)
            ]
        newest = {uuid: messages[0] for uuid, messages in seen.items()}
        assert len({group.uuid for group in shown}) == len(shown) == people - 1
        assert [(g.preview, g.last_message_at) for g in shown] == [
            (preview(newest[g.uuid].text), newest[g.uuid].created_at) for g in shown
        ]
    assert seen.keys() == groups
    stored = [message.uuid for messages in seen.values() for message in messages]
    assert sorted(stored) == sorted(message.uuid for message in acknowledged)
    assert len(table.rows(inbox.backend)) == MESSAGES + 2 * len(groups)
