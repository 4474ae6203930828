"""Shapes of traffic: for every minute, the traffic as a share of its peak.

A shape is a float64 array with a share from 0 to 1 for each minute of UTC. `jitter` makes a shape
bursty, and `whole` rounds its units to those of whole requests.
"""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.errors import WorkbookError

Minutes = NDArray[np.float64]  # one number a minute

MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR
SATURDAY = 5  # Python's number of the weekday
START = datetime(2026, 6, 1, tzinfo=UTC)  # a Monday, and the first day of a month of 30 days


class WorkloadError(WorkbookError):
    """Traffic is impossible: a rate is negative, lengths differ, a share is above 1."""


def steady(days: int) -> Minutes:
    """Return a shape without any variation."""
    return np.ones(_minutes(days))


def daily(
    days: int,
    *,
    night: float = 0.1,
    busiest: float = 20,
    weekend: float = 1,
    start: datetime = START,
) -> Minutes:
    """Return a wave that rises to its peak and falls once a day.

    Args:
        days: the number of days.
        night: the share of the peak twelve hours after the busiest hour.
        busiest: the hour of the peak, in UTC.
        weekend: Saturday's and Sunday's traffic, as a share of a working day's.
        start: the first minute.

    Raises:
        WorkloadError: `days` is below 1, or a share is not from 0 to 1.
    """
    _check(night=night, weekend=weekend)
    minute = np.arange(_minutes(days)) + _minute_of_day(start)
    wave = (1 + np.cos(2 * np.pi * (minute - busiest * MINUTES_PER_HOUR) / MINUTES_PER_DAY)) / 2
    day = (minute // MINUTES_PER_DAY + start.weekday()) % 7
    share: Minutes = (night + (1 - night) * wave) * np.where(day >= SATURDAY, weekend, 1.0)
    return share


def launch(  # noqa: PLR0913  each describes one aspect of a launch
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
    """Return a launch: traffic rises to its peak within minutes, then fades.

    The launch is on top of a `daily` wave, whose busiest hour is the hour of the launch.

    Args:
        days: the number of days.
        at: days from the start to the launch.
        before: traffic before the launch, as a share of the peak.
        after: traffic long after the launch, as a share of the peak.
        half_life: days in which half of the traffic above `after` disappears.
        ramp: minutes from the launch to the peak.
        night: the wave's lowest share.
        start: the first minute.

    Raises:
        WorkloadError: a share is not from 0 to 1, or a duration is too short.
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
    """Return the shape with each minute multiplied by a random factor of mean 1.

    The factors have a gamma distribution, so no minute is below 0.

    Args:
        shape: the share of each minute.
        burstiness: the factors' standard deviation; 0 leaves the shape as it is.
        seed: the same seed gives the same factors.

    Raises:
        WorkloadError: the burstiness is negative.
    """
    if burstiness < 0:
        raise WorkloadError(f"burstiness must be 0 or more, got {burstiness}")
    if burstiness == 0:
        return shape
    drawn = np.random.default_rng(seed).gamma(burstiness**-2, burstiness**2, shape.size)
    return shape * drawn


def whole(units: Minutes, step: float = 1) -> Minutes:
    """Round units to whole steps, so that running totals are off by at most half a step.

    A remainder counts in later minutes.

    Args:
        units: units a minute.
        step: units of the smallest request.

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
