"""The seeded conversation and the people in it, from `data/`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import yaml

from cruddur_lib.messaging.entities import Draft, User
from cruddur_lib.messaging.inbox import Inbox
from cruddur_lib.messaging.keys import moment
from cruddur_lib.messaging.validation import InvalidInput

DATA = Path(__file__).resolve().parents[2] / "data"
SEEDED = UUID(
    "6c1f1a60-7a0e-4b0a-8f6e-3f5f6f0c2d11"
)  # ours: the namespace in which seeded messages get their uuid


@cache
def users() -> Mapping[str, User]:
    """The directory of users, by handle."""
    return {entry["handle"]: User(**entry) for entry in read("users.yaml")}


@cache
def directory() -> Mapping[str, User]:
    """The same, by uuid, as an inbox wants it."""
    return {user.uuid: user for user in users().values()}


def user(handle: str) -> User:
    """The user with this handle; raises `Refused`, naming the known ones, where there is none."""
    if handle not in users():
        raise InvalidInput(
            f"no user has the handle {handle!r}; data/users.yaml has: {', '.join(sorted(users()))}"
        )
    return users()[handle]


@cache
def conversation() -> tuple[Draft, ...]:
    """The seeded conversation, oldest first. A message's uuid is made of its place in it: the same
    at every seeding.
    """
    told = read("conversation.yaml")
    one, other = (user(handle) for handle in told["users"])
    receivers = {one.handle: other, other.handle: one}
    return tuple(
        Draft(
            str(uuid5(SEEDED, str(place))),
            moment(entry["at"]),
            user(entry["from"]),
            receivers[entry["from"]],
            entry["text"],
        )
        for place, entry in enumerate(told["messages"], start=1)
    )


def seed(inbox: Inbox) -> bool:
    """True where the conversation was put into the inbox's table; False, and nothing changed, where
    it was there.
    """
    return inbox.load(conversation())


def read(name: str) -> Any:
    """What a file of data/ holds, by its name."""
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
