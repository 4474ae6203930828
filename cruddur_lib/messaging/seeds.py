"""The users and the seeded conversation, from the files in `data/`."""

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
SEED_NAMESPACE = UUID("6c1f1a60-7a0e-4b0a-8f6e-3f5f6f0c2d11")  # of the uuids of seeded messages


@cache
def users() -> Mapping[str, User]:
    """Return all users by handle."""
    return {entry["handle"]: User(**entry) for entry in read("users.yaml")}


@cache
def directory() -> Mapping[str, User]:
    """Return all users by uuid, as `Inbox` takes them."""
    return {user.uuid: user for user in users().values()}


def user(handle: str) -> User:
    """Return the user with this handle; raises `InvalidInput` if there is none."""
    if handle not in users():
        raise InvalidInput(
            f"no user has the handle {handle!r}; data/users.yaml has: {', '.join(sorted(users()))}"
        )
    return users()[handle]


@cache
def conversation() -> tuple[Draft, ...]:
    """Return the drafts of the seeded conversation, oldest first, always with the same uuids."""
    data = read("conversation.yaml")
    one, other = (user(handle) for handle in data["users"])
    receivers = {one.handle: other, other.handle: one}
    return tuple(
        Draft(
            str(uuid5(SEED_NAMESPACE, str(place))),
            moment(entry["at"]),
            user(entry["from"]),
            receivers[entry["from"]],
            entry["text"],
        )
        for place, entry in enumerate(data["messages"], start=1)
    )


def seed(inbox: Inbox) -> bool:
    """Load the seeded conversation; return False, changing no row, if its group exists already."""
    return inbox.load(conversation())


def read(name: str) -> Any:
    """Return the content of a YAML file in data/."""
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
