"""More people and conversations than the seeded ones, for a livelier table.

The people are those of data/users.yaml, then made-up ones. The texts come from data/crowd.yaml.
The same arguments always give the same people, times and texts.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from random import Random
from uuid import UUID, uuid5

from cruddur_lib.messaging.entities import Draft, User
from cruddur_lib.messaging.seeds import conversation, read, users
from cruddur_lib.messaging.validation import InvalidInput, check_type

NAMESPACE = UUID("0b5b0b0e-5a7f-4f0d-9d8e-6a1d7c1c9a52")  # of the uuids of people and messages


@dataclass(frozen=True)
class Crowd:
    """People and their conversations, oldest message first, without the seeded one."""

    people: tuple[User, ...]
    conversations: tuple[tuple[Draft, ...], ...]


def crowd(people: int | None = None, messages: int | None = None) -> Crowd:
    """Make up people and messages between them, sent before the seeded conversation ends.

    With at least `people - 2` messages, everybody has an inbox with a message group.

    Args:
        people: how many, with andrewbrown and bayko; 12 by default, from 3 to 50.
        messages: how many; 400 by default, from 0 to 1,000, because moto gets slow.

    Raises:
        InvalidInput: a number is out of its range, or no int.
    """
    people = 12 if people is None else people
    messages = 400 if messages is None else messages
    _check(people, "users", "people", 3, 50)
    _check(messages, "messages", "messages", 0, 1_000)
    names = read("crowd.yaml")
    everybody = (*users().values(), *_made_up(names["firsts"], names["lasts"]))[:people]
    texts, end = names["texts"], conversation()[-1].created_at
    step = timedelta(weeks=5) / (messages + 1)
    groups: dict[tuple[User, User], list[Draft]] = {}
    for number, pair in enumerate(_pairs(everybody, messages)):
        drafts = groups.setdefault(pair, [])
        sender, receiver = pair[::-1] if len(drafts) % 2 else pair  # they take turns
        text = texts[(everybody.index(pair[1]) + len(drafts)) % len(texts)]
        uuid = str(uuid5(NAMESPACE, str(number)))
        drafts.append(Draft(uuid, end - step * (messages - number), sender, receiver, text))
    return Crowd(everybody, tuple(map(tuple, groups.values())))


def _check(count: int, what: str, unit: str, least: int, most: int) -> None:
    check_type(int, count, what)
    if not least <= count <= most:
        raise InvalidInput(
            f"{what} is {count:,} {unit}; a livelier table takes {least} to {most:,}: give a "
            'number of these, as in start("02-reading", users=12, messages=400)'
        )


def _made_up(firsts: list[str], lasts: list[str]) -> list[User]:
    """Return a user for each pair of a first and a last name."""
    turns = (lasts[turn:] + lasts[:turn] for turn in range(len(lasts)))
    names = [f"{first} {last}" for turn in turns for first, last in zip(firsts, turn, strict=True)]
    handles = [name.replace(" ", "").lower() for name in names]
    return [User(str(uuid5(NAMESPACE, h)), h, name) for h, name in zip(handles, names, strict=True)]


def _pairs(people: tuple[User, ...], messages: int) -> list[tuple[User, User]]:
    """Return the pair that writes each message.

    First everybody writes with somebody, then some pairs write often and others rarely. The first
    two people never write with each other, because they have the seeded conversation.
    """
    random = Random(f"{len(people)} {messages}")  # noqa: S311  must repeat, need not be secret
    firsts = [(random.choice(people[:place]), people[place]) for place in range(2, len(people))]
    others = random.sample(list(combinations(people, 2))[1:], len(firsts))
    often = [1 / rank for rank in range(1, 2 * len(firsts) + 1)]
    return [*firsts, *random.choices(firsts + others, often, k=messages)][:messages]
