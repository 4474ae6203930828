"""A clock and uuids that are the same in every run, so that a lesson always prints the same."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from uuid import UUID

FIRST_TICK = datetime(2026, 1, 5, 9, tzinfo=UTC)  # two days after the seeded conversation


def clock() -> Callable[[], datetime]:
    """Return a clock that shows `FIRST_TICK`, and a second more each time it is read."""
    seconds = count()
    return lambda: FIRST_TICK + timedelta(seconds=next(seconds))


def uuids(name: str) -> Callable[[], str]:
    """Return a function that makes random uuids (version 4), the same ones for the same name."""
    random = Random(name)  # noqa: S311  must repeat, need not be secret
    return lambda: str(UUID(int=random.getrandbits(128), version=4))
