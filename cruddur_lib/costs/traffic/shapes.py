"""Shapes of traffic: for every minute, the share of its top rate that it has.

A shape is a float64 array of shares from 0 to 1, one a minute of UTC. `jitter` makes a rate bursty
from minute to minute, and `whole` turns it into units that DynamoDB can count.
"""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.errors import WorkbookError

Minutes = NDArray[np.float64]  # one number a minute

MINUTES_PER_HOUR = 60  # minutes
MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR  # minutes
SATURDAY = 5  # as Python counts weekdays
START = datetime(2026, 6, 1, tzinfo=UTC)  # a Monday; 30 days from it are a month


class WorkloadError(WorkbookError):
    """Traffic that cannot be: a negative rate, two lengths, a share above 1."""


def steady(days: int) -> Minutes:
    """The same all the time."""
    return np.ones(_minutes(days))


def daily(
    days: int,
    *,
    night: float = 0.1,
    busiest: float = 20,
    weekend: float = 1,
    start: datetime = START,
) -> Minutes:
    """A wave a day, at its top at the hour `busiest` (UTC) and at `night` of it twelve hours later.

    Saturdays and Sundays have the share `weekend` of a working day.
    """
    _check(night=night, weekend=weekend)
    minute = np.arange(_minutes(days)) + _minute_of_day(start)
    wave = (1 + np.cos(2 * np.pi * (minute - busiest * MINUTES_PER_HOUR) / MINUTES_PER_DAY)) / 2
    day = (minute // MINUTES_PER_DAY + start.weekday()) % 7
    share: Minutes = (night + (1 - night) * wave) * np.where(day >= SATURDAY, weekend, 1.0)
    return share


def launch(  # noqa: PLR0913  each is one thing that a launch is known by
    days: int,
    *,
    at: float = 1,
    before: float = 0.02,
    after: float = 0.2,
    half_life: float = 0.5,
    ramp: int = 10,
    night: float = 0.5,
    start: datetime = START,
) -> Minutes:
    """A launch `at` days from the start: `before` of the top, then the top within `ramp` minutes,
    then half of what is above `after` gone each `half_life` days; on a `daily` wave that is busiest
    at the hour of the launch and goes down to `night`.
    """
    _check(before=before, after=after)
    if half_life <= 0 or ramp < 0:
        raise WorkloadError(
            f"half_life must be above 0 days and ramp 0 minutes or more, got {half_life} and {ramp}"
        )
    minute = np.arange(_minutes(days)) - at * MINUTES_PER_DAY
    fading = after + (1 - after) * 2.0 ** (
        -np.maximum(minute - ramp, 0) / (half_life * MINUTES_PER_DAY)
    )
    rising = np.clip((minute + 1) / (ramp + 1), 0, 1)
    hour = _minute_of_day(start) / MINUTES_PER_HOUR + at * MINUTES_PER_DAY / MINUTES_PER_HOUR
    wave = daily(days, night=night, busiest=hour, start=start)
    share: Minutes = (before + (fading - before) * rising) * wave
    return share


def jitter(shape: Minutes, burstiness: float, seed: int | tuple[int, ...]) -> Minutes:
    """The shape times a random factor a minute, with mean 1 and the standard deviation
    `burstiness`; drawn from the gamma distribution, so that no minute is below 0.
    """
    if burstiness < 0:
        raise WorkloadError(f"burstiness must be 0 or more, got {burstiness}")
    if burstiness == 0:
        return shape
    drawn = np.random.default_rng(seed).gamma(burstiness**-2, burstiness**2, shape.size)
    return shape * drawn


def whole(units: Minutes, step: float = 1) -> Minutes:
    """The units in whole steps, with what was rounded off kept for the next minutes: no minute's
    running total is off by more than half a step.

    >>> whole(np.array([0.4, 0.4, 0.4, 0.4, 0.4]))
    array([0., 1., 0., 1., 0.])
    """
    return np.diff(np.round(np.cumsum(units) / step), prepend=0) * step


def _minutes(days: int) -> int:
    if days < 1:
        raise WorkloadError(f"days must be 1 or more, got {days}")
    return days * MINUTES_PER_DAY


def _minute_of_day(start: datetime) -> int:
    return start.hour * MINUTES_PER_HOUR + start.minute


def _check(**shares: float) -> None:
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise WorkloadError(f"{name} must be a share from 0 to 1, got {share}")
