"""A clock that ticks and ids that repeat, so that every run of a lesson prints the same."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

FIRST_TICK = datetime(2026, 1, 5, 9, tzinfo=UTC)  # two days after the seeded conversation
TICK = timedelta(seconds=1)


def clock(first: datetime = FIRST_TICK, tick: timedelta = TICK) -> Callable[[], datetime]:
    """A clock that shows `first`, and a tick more each time it is read."""
    moments = (first + tick * count for count in range(10**9))
    return lambda: next(moments)


def uuids(name: str) -> Callable[[], str]:
    """Random uuids (version 4) that are the same at every start of the lesson with this name."""
    random = Random(name)  # noqa: S311  to be repeated, not to be secret
    return lambda: str(UUID(int=random.getrandbits(128), version=4))
