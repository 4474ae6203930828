"""A livelier table: conversations that a seed makes up, beside the seeded one.

The people are those of data/users.yaml and then made-up ones, the texts come from data/crowd.yaml.
The same numbers always give the same people, times and texts.
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

MADE_UP = UUID("0b5b0b0e-5a7f-4f0d-9d8e-6a1d7c1c9a52")  # ours: of these people and messages
PEOPLE, MESSAGES = 12, 400
FEWEST, MOST = 3, 50  # people; the two of the seeded conversation have a group already
MOST_MESSAGES = 1_000  # moto takes longer with each row that is there
WEEKS = timedelta(weeks=5)  # until the seeded conversation ends
ONCE_MORE = 0.3  # of the messages come from who wrote the last one


@dataclass(frozen=True)
class Crowd:
    """People and what they write to each other: `conversations` holds one group each, oldest
    message first; none is the seeded one.
    """

    people: tuple[User, ...]
    conversations: tuple[tuple[Draft, ...], ...]

    def load(self, inbox: Inbox) -> None:
        """Puts all of it into the inbox's table, in bulk."""
        for drafts in self.conversations:
            inbox.load(drafts)


def crowd(people: int | None = None, messages: int | None = None, seed: int = 0) -> Crowd:
    """So many people (12), andrewbrown and bayko among them, and so many messages between them
    (400), beside the seeded conversation and before its end.

    Everybody has an inbox where messages are at least as many as people less two. Raises `Refused`
    for 2 people or fewer, and for more of either than a lesson's table can take.
    """
    people = PEOPLE if people is None else people
    messages = MESSAGES if messages is None else messages
    _check(people, "users", "people", FEWEST, MOST)
    _check(messages, "messages", "messages", 0, MOST_MESSAGES)
    random = Random(f"{people} {messages} {seed}")  # noqa: S311  to be repeated, not to be secret
    everybody = tuple(islice(_people(), people))
    groups = dict[tuple[User, User], list[datetime]]()
    for pair, moment in zip(_pairs(everybody, messages, random), _moments(messages), strict=True):
        groups.setdefault(pair, []).append(moment)
    told = (tuple(_told(pair, moments, random)) for pair, moments in groups.items())
    return Crowd(everybody, tuple(told))


def _check(count: int, what: str, unit: str, least: int, most: int) -> None:
    check_type(int, count, what)
    if not least <= count <= most:
        raise InvalidInput(
            f"{what} is {count:,} {unit}; a livelier table takes {least} to {most:,}: give a "
            'number of these, as in start("02-reading", users=12, messages=400)'
        )


def _people() -> Iterator[User]:
    """The directory's people, then made-up ones, no two with the same handle."""
    yield from users().values()
    names = _words()
    lasts = names["lasts"]
    for turn, (place, first) in product(range(len(lasts)), enumerate(names["firsts"])):
        name = f"{first} {lasts[(place + turn) % len(lasts)]}"
        handle = name.replace(" ", "").lower()
        yield User(str(uuid5(MADE_UP, handle)), handle, name)


@cache
def _words() -> Any:
    """Names and texts."""
    return read("crowd.yaml")


def _pairs(people: tuple[User, ...], messages: int, random: Random) -> Iterator[tuple[User, User]]:
    """Who writes with whom, once for each message: everybody with somebody, then some pairs often
    and others seldom. The first two have the seeded conversation.
    """
    firsts = [(random.choice(people[:place]), people[place]) for place in range(2, len(people))]
    yield from firsts[:messages]
    strangers = [pair for pair in combinations(people, 2) if pair[1] in people[2:]]
    known = list(dict.fromkeys([*firsts, *random.sample(strangers, len(firsts))]))
    random.shuffle(known)
    often = [1 / rank for rank in range(1, len(known) + 1)]
    yield from random.choices(known, often, k=max(0, messages - len(firsts)))


def _moments(count: int) -> Iterator[datetime]:
    """Moments in equal steps, the last one a step before the seeded conversation ends."""
    end = conversation()[-1].created_at
    step = WEEKS / (count + 1)
    return (end - WEEKS + step * number for number in range(1, count + 1))


def _told(pair: tuple[User, User], moments: list[datetime], random: Random) -> Iterator[Draft]:
    """What two people write at these moments."""
    texts = _words()["texts"]
    sender, receiver = random.sample(pair, 2)
    place = random.randrange(len(texts))
    for moment in moments:
        uuid = uuid5(MADE_UP, f"{sender.uuid} {receiver.uuid} {moment.isoformat()}")
        yield Draft(str(uuid), moment, sender, receiver, texts[place % len(texts)])
        place += 1
        if random.random() > ONCE_MORE:
            sender, receiver = receiver, sender
