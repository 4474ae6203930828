"""The minutes of `throughput`, compiled by numba where it is installed, plain Python where not.

Nothing is decided here that is not in the arguments: a policy's numbers come as a record, and
`tests/costs/throughput_oracle.py` says the same rules in the words of one minute. All floats are
computed in the oracle's order, so that both are equal to the last bit.

What makes it fast: most minutes change nothing. Where the burst bucket is full, and what is wanted
is below the capacity and sets off no alarm, a minute is one comparison; and where that holds for
the least and the most of a block of minutes, the block is.

`wanted` is units a minute, a row for each capacity; `lowest` and `highest` are those of its blocks.
`granted` and `refused` are written where they differ from `wanted` and 0, unless they are empty.
"""

from collections.abc import Callable
from functools import partial
from math import ceil, inf
from typing import Any, TypeVar, cast

import numpy as np

try:
    from numba import njit
except ImportError:  # no wheel for this machine: slower, and the same to the last bit
    njit = None

Function = TypeVar("Function", bound=Callable[..., Any])
Array = Any  # records of `throughput_state`, and arrays of float64 and int64

BLOCK = 32  # minutes
DAY = 1_440  # minutes
HOUR = 60  # minutes
LEAST = 5e-324  # the smallest number above 0
NEVER = -1  # a minute that does not come
MANY = 2**62  # minutes


def compiled(function: Function, *, fastmath: Any = False) -> Function:
    """The function in machine code, which is kept beside this file, or in the user's cache, or
    where neither can be written for this process alone.
    """
    if njit is None:
        return function
    try:
        found = njit(cache=True, nogil=True, fastmath=fastmath)(function)
    except RuntimeError:  # no place for a cache
        found = njit(nogil=True, fastmath=fastmath)(function)
    return cast("Function", found)


def inner(function: Function) -> Function:
    """The function as a part of those that call it, for which it is compiled."""
    if njit is None:
        return function
    return cast("Function", njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)(function))


@partial(compiled, fastmath={"nnan", "nsz"})  # there is no NaN; the least is the least in any order
def blocks(wanted: Array, lowest: Array, highest: Array) -> None:
    """Writes the least and the most that is wanted in each block of minutes."""
    for block in range(lowest.size):
        low, high = inf, -inf
        for minute in range(block * BLOCK, min(wanted.size, block * BLOCK + BLOCK)):
            low, high = min(low, wanted[minute]), max(high, wanted[minute])
        lowest[block], highest[block] = low, high


@inner
def allowed(quota: Array, minute: int) -> bool:
    """Whether capacity may be decreased in this minute; if so, it counts."""
    midnight = (minute + quota["offset"]) // DAY * DAY - quota["offset"]
    if quota["last"] < midnight:  # none yet on this day
        quota["first"] = minute
        quota["count"] = 0
    elif quota["count"] < quota["at_once"] and minute - quota["first"] < HOUR:
        pass
    elif minute - quota["last"] < HOUR:
        return False
    quota["count"] += 1
    quota["last"] = minute
    return True


@inner
def needed(policy: Array, granted: float) -> int:
    """Whole units that bring what was consumed in a minute to the target."""
    units = ceil(granted * 100.0 / (60.0 * policy["percent"]))
    return int(min(max(units, policy["minimum"]), policy["maximum"]))


@inner
def quiet(minute: int, lowest: Array, highest: Array, low: float, high: float) -> int:
    """The first minute of a block that goes above `high` or down to `low`."""
    block = minute // BLOCK
    while block < lowest.size and highest[block] <= high and lowest[block] > low:
        block += 1
    return block * BLOCK


@inner
def calm(
    wanted: Array,
    minute: int,
    end: int,
    supply: float,
    up: float,
    low: float,
    least: float,
    above: int,
    below: int,
    out: int,
    back: int,
) -> tuple[int, int, int]:
    """The minute after those that are granted with a full bucket, and the alarms' counts: up to one
    that wants more, or one that sets off an alarm.
    """
    while minute < end:
        units = wanted[minute]
        if units > supply:
            break
        above = (above + 1) * (units > up)
        below = (below + 1) * ((units <= low) & (units >= least))
        minute += 1
        if (above >= out) | (below >= back):
            break
    return minute, above, below


@inner
def forward(  # noqa: C901, PLR0912, PLR0915  one loop over minutes, its state in registers
    state: Array,
    policy: Array,
    wanted: Array,
    lowest: Array,
    highest: Array,
    quota: Array,
    limit: int,
    change_minutes: Array,
    change_units: Array,
    granted: Array,
    refused: Array,
) -> None:
    """Takes one capacity on: to the end, or to a decrease that is due at `limit` or later."""
    minute, units, due = state["minute"], state["units"], state["due"]
    above, below, changes = state["above"], state["below"], state["changes"]
    bucket, waiting = state["bucket"], state["waiting"]
    total, worst, at, throttled = state["refused"], state["worst"], state["at"], state["throttled"]
    least = 0.0 if policy["scale_in_at_zero"] else LEAST
    known, supply, full, up, low = 0, 0.0, 0.0, inf, -1.0
    while minute < wanted.size:
        if minute == due:
            fits = True
            if state["next"] < units:
                if minute >= limit:
                    break
                fits = allowed(quota, minute)
                state["denied"] += not fits
            if fits:
                units = state["next"]
                change_minutes[changes], change_units[changes] = minute, units
                changes += 1
                above, below = 0, 0
                bucket = min(bucket, policy["burst"] * units)
            due = NEVER
        if units != known:
            known, supply, full = units, 60.0 * units, policy["burst"] * units
            up, low = inf, -1.0
            if units < policy["maximum"]:
                up = policy["percent"] * supply / 100.0
            if units > policy["minimum"]:
                low = (policy["percent"] - policy["points"]) * supply / 100.0
        stop, out, back = wanted.size, policy["minutes_out"], policy["minutes_in"]
        if due != NEVER:  # nothing else is decided before
            stop, out, back = min(due, stop), MANY, MANY
        while minute < stop:
            begin = minute
            if bucket == full and waiting == 0.0:
                if minute % BLOCK == 0 and due == NEVER:
                    minute = min(quiet(minute, lowest, highest, low, min(supply, up)), stop)
                    if minute > begin:
                        above, below = 0, 0
                        continue
                end = min(stop, minute - minute % BLOCK + BLOCK)
                minute, above, below = calm(
                    wanted, minute, end, supply, up, low, least, above, below, out, back
                )
                consumed = wanted[minute - 1]
            if minute == begin:
                asked = wanted[minute] + waiting
                able = supply + bucket
                consumed = min(asked, able)
                if asked > able or waiting > 0.0:
                    left = asked - consumed
                    total += left
                    throttled += left > 0.0
                    if left > worst:
                        worst, at = left, minute
                    if granted.size:
                        granted[minute], refused[minute] = consumed, left
                    waiting = left if policy["retried"] else 0.0
                bucket = min(full, able - consumed)
                minute += 1
                above = (above + 1) * (consumed > up)
                below = (below + 1) * ((consumed <= low) & (consumed >= least))
            if above >= out or below >= back:
                units_needed = needed(policy, consumed)
                if (above and units_needed > units) or (below and units_needed < units):
                    state["next"] = units_needed
                    due = minute + policy["lag"]
                    break
    state["minute"], state["units"], state["due"] = minute, units, due
    state["above"], state["below"], state["changes"] = above, below, changes
    state["bucket"], state["waiting"] = bucket, waiting
    state["refused"], state["worst"], state["at"] = total, worst, at
    state["throttled"] = throttled


@compiled
def apart(
    states: Array,
    policies: Array,
    wanted: Array,
    lowest: Array,
    highest: Array,
    quota: Array,
    change_minutes: Array,
    change_units: Array,
    granted: Array,
    refused: Array,
) -> None:
    """Takes one or two capacities, that share the quota of decreases, to the end.

    Whichever stands earlier goes on, the first where both stand in one minute, up to the decrease
    before which the other has to be asked.
    """
    end = wanted.shape[1]
    while states[0]["minute"] < end or states[-1]["minute"] < end:
        which, limit = 0, end
        if states.size > 1:
            first, second = states[0]["minute"], states[1]["minute"]
            which, limit = (0, second + 1) if first <= second else (1, first)
        forward(
            states[which],
            policies[which],
            wanted[which],
            lowest[which],
            highest[which],
            quota,
            limit,
            change_minutes[which],
            change_units[which],
            granted[which],
            refused[which],
        )


@inner
def begin(
    state: Array,
    policy: Array,
    quota: Array,
    minute: int,
    change_minutes: Array,
    change_units: Array,
) -> None:
    """Brings into force what is due in this minute, if the quota lets it."""
    if state["due"] != minute:
        return
    state["due"] = NEVER
    if state["next"] < state["units"] and not allowed(quota, minute):
        state["denied"] += 1
        return
    state["units"] = state["next"]
    change_minutes[state["changes"]] = minute
    change_units[state["changes"]] = state["next"]
    state["changes"] += 1
    state["above"] = 0
    state["below"] = 0
    state["bucket"] = min(state["bucket"], policy["burst"] * state["units"])


@inner
def watch(state: Array, policy: Array, minute: int, consumed: float) -> None:
    """Counts the minute for the alarms, and asks for other units where one goes off."""
    supply = 60.0 * state["units"]
    low = (policy["percent"] - policy["points"]) * supply / 100.0
    counts = consumed > 0.0 or policy["scale_in_at_zero"]
    state["above"] = (state["above"] + 1) * (consumed > policy["percent"] * supply / 100.0)
    state["below"] = (state["below"] + 1) * ((consumed <= low) & counts)
    out = state["above"] >= policy["minutes_out"]
    back = state["below"] >= policy["minutes_in"]
    if state["due"] == NEVER and (out or back):
        units = needed(policy, consumed)
        if (out and units > state["units"]) or (back and units < state["units"]):
            state["next"] = units
            state["due"] = minute + 1 + policy["lag"]


@inner
def shared(states: Array, first: int, end: int) -> float:
    """The share of what is asked for that all of these capacities can give."""
    share = 1.0
    for which in range(first, end):
        asked, able = states[which]["asked"], states[which]["able"]
        if asked > able:
            share = min(share, able / asked)
    return share


@inner
def give(state: Array, share: float, minute: int, granted: Array, refused: Array) -> float:
    """Units that are granted in this minute; what is refused is noted."""
    asked, able = state["asked"], state["able"]
    consumed = asked
    if share < 1.0:
        bottleneck = asked > able and able / asked == share
        consumed = able if bottleneck else min(able, asked * share)
    left = asked - consumed
    if left > 0.0:
        state["refused"] += left
        state["throttled"] += 1
        if left > state["worst"]:
            state["worst"] = left
            state["at"] = minute
    if granted.size:
        granted[minute] = consumed
        refused[minute] = left
    state["waiting"] = left if state["retried"] else 0.0
    return float(consumed)


@compiled
def together(
    states: Array,
    policies: Array,
    wanted: Array,
    quotas: Array,
    change_minutes: Array,
    change_units: Array,
    granted: Array,
    refused: Array,
) -> None:
    """Takes the capacities of a table and its indexes to the end, minute by minute: first all
    reads, each by itself, then all writes, of which every index can throttle the others.
    """
    half = states.size // 2
    for minute in range(wanted.shape[1]):
        for which in range(states.size):
            state, policy = states[which], policies[which]
            begin(
                state,
                policy,
                quotas[which % half],
                minute,
                change_minutes[which],
                change_units[which],
            )
            state["asked"] = wanted[which, minute] + state["waiting"]
            state["able"] = 60.0 * state["units"] + state["bucket"]
        writes = shared(states, half, states.size)
        for which in range(states.size):
            state, policy = states[which], policies[which]
            share = shared(states, which, which + 1) if which < half else writes
            consumed = give(state, share, minute, granted[which], refused[which])
            full = policy["burst"] * state["units"]
            state["bucket"] = min(full, state["able"] - consumed)
            watch(state, policy, minute, consumed)


@compiled
def doubled(
    states: Array,
    limits: Array,
    wanted: Array,
    peak_age: int,
    able: Array,
    granted: Array,
    refused: Array,
) -> None:
    """Takes on-demand capacities to the end: `limits` are units a minute, initial and maximum;
    `able` is what each could have given.
    """
    half = states.size // 2
    young = np.zeros((states.size, peak_age))  # what was granted lately
    peaks = np.zeros(states.size)
    for minute in range(wanted.shape[1]):
        for which in range(states.size):
            state = states[which]
            peaks[which] = max(peaks[which], young[which, minute % peak_age])
            state["able"] = min(max(limits[which, 0], 2.0 * peaks[which]), limits[which, 1])
            state["asked"] = wanted[which, minute] + state["waiting"]
        writes = shared(states, half, states.size)
        for which in range(states.size):
            share = shared(states, which, which + 1) if which < half else writes
            consumed = give(states[which], share, minute, granted[which], refused[which])
            young[which, minute % peak_age] = consumed
            if able.shape[1]:
                able[which, minute] = states[which]["able"]
