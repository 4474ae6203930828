"""More people and conversations than the seeded ones, for a table with more in it.

The people are those of data/users.yaml, then made-up ones. The texts come from data/crowd.yaml.
The same arguments always give the same people, times and texts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import combinations, islice, product
from random import Random
from typing import Any
from uuid import UUID, uuid5

from cruddur_lib.messaging.entities import Draft, User
from cruddur_lib.messaging.inbox import Inbox
from cruddur_lib.messaging.seeds import conversation, read, users
from cruddur_lib.messaging.validation import InvalidInput, check_type

NAMESPACE = UUID("0b5b0b0e-5a7f-4f0d-9d8e-6a1d7c1c9a52")  # of the uuids of people and messages
PEOPLE, MESSAGES = 12, 400
FEWEST, MOST = 3, 50  # people; the two of the seeded conversation have a group already
MOST_MESSAGES = 1_000  # moto takes longer with each row that is there
WEEKS = timedelta(weeks=5)  # until the seeded conversation ends
SAME_SENDER = 0.3  # share of messages whose sender wrote the last one too


@dataclass(frozen=True)
class Crowd:
    """People and their conversations, oldest message first, without the seeded one."""

    people: tuple[User, ...]
    conversations: tuple[tuple[Draft, ...], ...]

    def load(self, inbox: Inbox) -> None:
        """Put all conversations into the inbox's table, in bulk."""
        for drafts in self.conversations:
            inbox.load(drafts)


def crowd(people: int | None = None, messages: int | None = None, seed: int = 0) -> Crowd:
    """Make up people and messages between them, sent before the seeded conversation ends.

    With at least `people - 2` messages, everybody has an inbox with a message group.

    Args:
        people: how many, with andrewbrown and bayko; 12 by default, from 3 to 50.
        messages: how many; 400 by default, from 0 to 1,000.
        seed: another one gives other conversations.

    Raises:
        InvalidInput: a number is out of its range, or no int.
    """
    people = PEOPLE if people is None else people
    messages = MESSAGES if messages is None else messages
    _check(people, "users", "people", FEWEST, MOST)
    _check(messages, "messages", "messages", 0, MOST_MESSAGES)
    random = Random(f"{people} {messages} {seed}")  # noqa: S311  must repeat, need not be secret
    everybody = tuple(islice(_people(), people))
    groups = dict[tuple[User, User], list[datetime]]()
    for pair, moment in zip(_pairs(everybody, messages, random), _moments(messages), strict=True):
        groups.setdefault(pair, []).append(moment)
    drafts = (tuple(_drafts(pair, moments, random)) for pair, moments in groups.items())
    return Crowd(everybody, tuple(drafts))


def _check(count: int, what: str, unit: str, least: int, most: int) -> None:
    check_type(int, count, what)
    if not least <= count <= most:
        raise InvalidInput(
            f"{what} is {count:,} {unit}; a livelier table takes {least} to {most:,}: give a "
            'number of these, as in start("02-reading", users=12, messages=400)'
        )


def _people() -> Iterator[User]:
    """Yield the users of the directory, then made-up ones with handles of their own."""
    yield from users().values()
    names = _names_and_texts()
    lasts = names["lasts"]
    for turn, (place, first) in product(range(len(lasts)), enumerate(names["firsts"])):
        name = f"{first} {lasts[(place + turn) % len(lasts)]}"
        handle = name.replace(" ", "").lower()
        yield User(str(uuid5(NAMESPACE, handle)), handle, name)


@cache
def _names_and_texts() -> Any:
    return read("crowd.yaml")


def _pairs(people: tuple[User, ...], messages: int, random: Random) -> Iterator[tuple[User, User]]:
    """Yield the pair that writes each message.

    First everybody writes with somebody, then some pairs write often and others rarely. The first
    two people never write with each other, because they have the seeded conversation.
    """
    firsts = [(random.choice(people[:place]), people[place]) for place in range(2, len(people))]
    yield from firsts[:messages]
    strangers = [pair for pair in combinations(people, 2) if pair[1] in people[2:]]
    known = list(dict.fromkeys([*firsts, *random.sample(strangers, len(firsts))]))
    random.shuffle(known)
    often = [1 / rank for rank in range(1, len(known) + 1)]
    yield from random.choices(known, often, k=max(0, messages - len(firsts)))


def _moments(count: int) -> Iterator[datetime]:
    """Yield moments in equal steps, the last one a step before the seeded conversation ends."""
    end = conversation()[-1].created_at
    step = WEEKS / (count + 1)
    return (end - WEEKS + step * number for number in range(1, count + 1))


def _drafts(pair: tuple[User, User], moments: list[datetime], random: Random) -> Iterator[Draft]:
    """Yield what two people write to each other at these moments."""
    texts = _names_and_texts()["texts"]
    sender, receiver = random.sample(pair, 2)
    place = random.randrange(len(texts))
    for moment in moments:
        uuid = uuid5(NAMESPACE, f"{sender.uuid} {receiver.uuid} {moment.isoformat()}")
        yield Draft(str(uuid), moment, sender, receiver, texts[place % len(texts)])
        place += 1
        if random.random() > SAME_SENDER:
            sender, receiver = receiver, sender
