"""A clock and uuids that are the same in every run, so that a lesson always prints the same."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

FIRST_TICK = datetime(2026, 1, 5, 9, tzinfo=UTC)  # two days after the seeded conversation
TICK = timedelta(seconds=1)


def clock(first: datetime = FIRST_TICK, tick: timedelta = TICK) -> Callable[[], datetime]:
    """Return a clock that shows `first`, and `tick` more each time it is read."""
    moments = (first + tick * count for count in range(10**9))
    return lambda: next(moments)


def uuids(name: str) -> Callable[[], str]:
    """Return a function that makes random uuids (version 4), the same ones for the same name."""
    random = Random(name)  # noqa: S311  must repeat, need not be secret
    return lambda: str(UUID(int=random.getrandbits(128), version=4))
