"""The compiled loop over the minutes of on-demand mode, for a table and its indexes.

`tests/helpers/throughput_oracle.py` has the same rules. Its floats are equal to the last bit.

Arrays have a row for each capacity: all reads, then all writes. Figures are units a minute. If
reads and writes share a limit, their load is a multiple of the first limit.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.throughput.jit import compiled, inner
from cruddur_lib.costs.throughput.policies import PEAK_AGE_MINUTES


class Limits(NamedTuple):
    """The limits of a table and its indexes, and whether clients retry throttled units."""

    initial: NDArray[np.float64]
    maximum: NDArray[np.float64]
    combined: NDArray[np.bool_]  # whether a part's reads and writes share a limit
    retried: bool  # whether throttled units are requested again in the next minute


@inner
def limit_after(limits: Any, row: int, peak: float) -> float:
    """Return the units that a minute may consume after this peak; for a shared limit, the load."""
    if limits.combined[row]:
        return float(max(1.0, 2.0 * peak))
    return float(min(max(limits.initial[row], 2.0 * peak), limits.maximum[row]))


@inner
def begins_with_highest_limits(limits: Any, began: Any, peaks: Any, recent: Any) -> bool:
    """Return whether the limits at the end of the pass equal those at its beginning."""
    for row in range(peaks.size):
        last = limit_after(limits, row, max(peaks[row], recent[:, row].max()))
        if last != limit_after(limits, row, began[row]):
            return False
    return True


@inner
def share_load(limits: Any, row: int, limit: float, requested: Any, available: Any) -> None:
    """Divide the shared limit between the reads (in `row`) and the writes of a part.

    If the load is too high, both get the same share. Otherwise each one can use what the other
    doesn't need.
    """
    initial, maximum = limits.initial, limits.maximum
    both = (row, row + requested.size // 2)
    for at in both:
        available[at] = min(requested[at], maximum[at])
    reads, writes = available[both[0]] / initial[both[0]], available[both[1]] / initial[both[1]]
    for at, others in zip(both, (writes, reads)):  # noqa: B905  numba knows no `strict`
        wanted = available[at]
        available[at] = max(wanted, min(initial[at] * (limit - others), maximum[at]))
        if reads + writes > limit:
            available[at] = wanted * (limit / (reads + writes))


@inner
def grant_writes(requested: Any, available: Any, granted: Any) -> None:
    """Write the granted writes: all parts grant the share that the scarcest part can grant.

    A write goes to the table and to all its indexes, or to none of them.
    """
    rows, share = range(requested.size // 2, requested.size), 1.0
    for row in rows:
        if requested[row] > available[row]:
            share = min(share, available[row] / requested[row])
    for row in rows:
        units = requested[row]
        if share < 1.0:
            bottleneck = units > available[row] and available[row] / units == share
            units = available[row] if bottleneck else min(available[row], units * share)
        granted[row] = units


@inner
def serve(limits: Any, peaks: Any, requested: Any, available: Any, granted: Any) -> None:
    """Write the available units and the granted units of a minute."""
    half = requested.size // 2
    for row in range(requested.size):
        available[row] = limit_after(limits, row, peaks[row])
    for row in range(half):
        if limits.combined[row]:
            share_load(limits, row, available[row], requested, available)
        granted[row] = min(requested[row], available[row])
    grant_writes(requested, available, granted)


@inner
def remember(limits: Any, granted: Any, recent: Any) -> None:
    """Write the value that counts for a peak: the granted units, or the load."""
    half = granted.size // 2
    for row in range(granted.size):
        recent[row] = granted[row]
    for row in range(half):
        if limits.combined[row]:
            writes = granted[row + half] / limits.initial[row + half]
            recent[row] = recent[row + half] = granted[row] / limits.initial[row] + writes


@compiled
def run_on_demand(limits: Any, demand: Any, most_passes: int, by_minute: Any) -> Any:
    """Simulate a table and its indexes in passes, until they reach their steady state.

    Args:
        limits: the `Limits`.
        demand: units a minute.
        most_passes: the most passes over the minutes.
        by_minute: an array for the requested, available and granted units of the last pass.

    Returns:
        The units that waited for a retry when the last pass began.
    """
    rows, minutes = demand.shape
    recent = np.zeros((PEAK_AGE_MINUTES, rows))  # of the last minutes, by minute % age
    peaks, began, waiting = np.zeros(rows), np.zeros(rows), np.zeros(rows)
    requested, available, granted = np.zeros(rows), np.zeros(rows), np.zeros(rows)
    for number in range(1, most_passes + 1):
        waited, clock = waiting.copy(), (number - 1) * minutes
        began[:] = np.maximum(peaks, recent[clock % PEAK_AGE_MINUTES])
        for minute in range(minutes):
            last = recent[(clock + minute) % PEAK_AGE_MINUTES]
            for row in range(rows):
                peaks[row] = max(peaks[row], last[row])
                requested[row] = demand[row, minute] + waiting[row]
            serve(limits, peaks, requested, available, granted)
            remember(limits, granted, last)
            for row in range(rows):
                by_minute[0, row, minute], by_minute[1, row, minute] = (
                    requested[row],
                    available[row],
                )
                by_minute[2, row, minute] = granted[row]
                if limits.retried:
                    waiting[row] = requested[row] - granted[row]
        if begins_with_highest_limits(limits, began, peaks, recent) and (
            number > 1 or not limits.retried
        ):
            break
    return waited
