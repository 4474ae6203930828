"""The minutes of `throughput`: compiled loops over records and arrays, see `compiling`.

A policy's numbers come as a record. `tests/helpers/throughput_oracle.py` says the same rules in the
words of one minute; floats are computed in its order, so that both are equal to the last bit.

What makes it fast: most minutes change nothing. Where the burst bucket is full, and what is wanted
is below the capacity and sets off no alarm, a minute is one comparison; and where that holds for
the least and the most of a block of minutes, the block is.

Arrays have a row for each capacity. `wanted` is units a minute, `ends` the least and the most of
each block; `changes` takes the minutes of changes and the units then; `events`, unless it is empty,
the minutes in which not all and nothing else is granted, and the units granted and refused.
"""

from math import ceil, inf
from typing import Any

import numpy as np

from cruddur_lib.costs.throughput.jit import compiled, inner

BLOCK = 32  # minutes
MINUTES_PER_DAY, MINUTES_PER_HOUR = 1_440, 60  # minutes
LEAST = 5e-324  # the smallest number above 0
NEVER = -1  # a minute that does not come
MANY = 2**62  # minutes


@inner
def allowed(quota: Any, minute: int) -> bool:
    """Whether capacity may be decreased in this minute; if so, it counts."""
    midnight = (minute + quota["offset"]) // MINUTES_PER_DAY * MINUTES_PER_DAY - quota["offset"]
    if quota["last"] < midnight:  # none yet on this day
        quota["first"] = minute
        quota["count"] = 0
    elif quota["count"] < quota["at_once"] and minute - quota["first"] < MINUTES_PER_HOUR:
        pass
    elif minute - quota["last"] < MINUTES_PER_HOUR:
        return False
    quota["count"] += 1
    quota["last"] = minute
    return True


@inner
def needed(policy: Any, granted: float) -> int:
    """Whole units that bring what was consumed in a minute to the target."""
    units = ceil(granted * 100.0 / (60.0 * policy["percent"]))
    return int(min(max(units, policy["minimum"]), policy["maximum"]))


@inner
def begin(state: Any, policy: Any, quota: Any, minute: int, changes: Any) -> None:
    """Brings into force what is due in this minute, if the quota lets it."""
    if state["due"] != minute:
        return
    state["due"] = NEVER
    if state["next"] < state["units"] and not allowed(quota, minute):
        state["denied"] += 1
        return
    state["units"] = state["next"]
    changes[0, state["changes"]], changes[1, state["changes"]] = minute, state["next"]
    state["changes"] += 1
    state["above"], state["below"] = 0, 0
    state["bucket"] = min(state["bucket"], policy["burst"] * state["units"])


@inner
def refuse(state: Any, minute: int, asked: float, consumed: float, events: Any) -> float:
    """Units that wait for the next minute, of those that were not granted, which are noted."""
    left = asked - consumed
    state["refused"] += left
    state["throttled"] += left > 0.0
    if left > state["worst"]:
        state["worst"], state["at"] = left, minute
    if events.size:
        at = state["events"]
        events[0, at], events[1, at], events[2, at] = minute, consumed, left
        state["events"] = at + 1
    return left if state["retried"] else 0.0


@inner
def calm(wanted: Any, minute: int, end: int, limits: Any, counts: Any, alarms: Any) -> Any:
    """The first minute that wants more than there is, or follows an alarm, and the counts then."""
    supply, up, low, least = limits
    (above, below), (out, back) = counts, alarms
    while minute < end:
        units = wanted[minute]
        if units > supply:
            break
        above = (above + 1) * (units > up)
        below = (below + 1) * ((units <= low) & (units >= least))
        minute += 1
        if (above >= out) | (below >= back):
            break
    return minute, (above, below)


@inner
def forward(  # noqa: C901, PLR0912, PLR0915  one loop over minutes, its state in registers
    state: Any, policy: Any, wanted: Any, ends: Any, quota: Any, to: int, changes: Any, events: Any
) -> None:
    """Takes one capacity on: to the end, or to a decrease that is due in minute `to` or later."""
    minute, units, due = state["minute"], state["units"], state["due"]
    counts, bucket, waiting = (state["above"], state["below"]), state["bucket"], state["waiting"]
    least = 0.0 if policy["scale_in_at_zero"] else LEAST
    known, supply, full, up, low = 0, 0.0, 0.0, inf, -1.0
    while minute < wanted.size:
        if minute == due:
            if state["next"] < units and minute >= to:
                break
            state["due"], state["bucket"] = due, bucket
            state["above"], state["below"] = counts
            begin(state, policy, quota, minute, changes)
            units, due, bucket = state["units"], NEVER, state["bucket"]
            counts = (state["above"], state["below"])
        if units != known:
            known, supply, full = units, 60.0 * units, policy["burst"] * units
            up, low = inf, -1.0
            if units < policy["maximum"]:
                up = policy["percent"] * supply / 100.0
            if units > policy["minimum"]:
                low = (policy["percent"] - policy["points"]) * supply / 100.0
        stop, alarms = wanted.size, (policy["minutes_out"], policy["minutes_in"])
        if due != NEVER:  # nothing else is decided before
            stop, alarms = min(due, stop), (MANY, MANY)
        while minute < stop:
            before = minute
            if bucket == full and waiting == 0.0:
                block = minute // BLOCK
                if minute % BLOCK == 0 and due == NEVER:
                    high = min(supply, up)
                    while block < ends.shape[1] and ends[1, block] <= high and ends[0, block] > low:
                        block += 1
                    if block * BLOCK > minute:
                        minute, counts = min(block * BLOCK, stop), (0, 0)
                        continue
                end = min(stop, block * BLOCK + BLOCK)
                limits = (supply, up, low, least)
                minute, counts = calm(wanted, minute, end, limits, counts, alarms)
                consumed = wanted[minute - 1]
            if minute == before:
                asked, able = wanted[minute] + waiting, supply + bucket
                consumed = min(asked, able)
                if asked > able or waiting > 0.0:
                    waiting = refuse(state, minute, asked, consumed, events)
                bucket = min(full, able - consumed)
                minute += 1
                above = (counts[0] + 1) * (consumed > up)
                counts = (above, (counts[1] + 1) * ((consumed <= low) & (consumed >= least)))
            if counts[0] >= alarms[0] or counts[1] >= alarms[1]:
                wish = needed(policy, consumed)
                if (counts[0] and wish > units) or (counts[1] and wish < units):
                    state["next"], due = wish, minute + policy["lag"]
                    break
    state["minute"], state["units"], state["due"] = minute, units, due
    state["above"], state["below"] = counts
    state["bucket"], state["waiting"] = bucket, waiting


@compiled
def apart(
    states: Any, policies: Any, wanted: Any, ends: Any, quota: Any, changes: Any, events: Any
) -> None:
    """Takes one or two capacities, which share the quota of decreases, to the end.

    Whichever stands earlier goes on, the first where both stand in one minute, up to the decrease
    before which the other has to be asked.
    """
    end = wanted.shape[1]
    while states[0]["minute"] < end or states[-1]["minute"] < end:
        at, to = 0, end
        if states.size > 1:
            first, second = states[0]["minute"], states[1]["minute"]
            at, to = (0, second + 1) if first <= second else (1, first)
        forward(states[at], policies[at], wanted[at], ends[at], quota, to, changes[at], events[at])


@inner
def watch(state: Any, policy: Any, minute: int, consumed: float) -> None:
    """Counts the minute for the alarms, and asks for other units where one goes off."""
    supply = 60.0 * state["units"]
    low = (policy["percent"] - policy["points"]) * supply / 100.0
    counts = consumed > 0.0 or policy["scale_in_at_zero"]
    state["above"] = (state["above"] + 1) * (consumed > policy["percent"] * supply / 100.0)
    state["below"] = (state["below"] + 1) * ((consumed <= low) & counts)
    out, back = state["above"] >= policy["minutes_out"], state["below"] >= policy["minutes_in"]
    if state["due"] == NEVER and (out or back):
        wish = needed(policy, consumed)
        if (out and wish > state["units"]) or (back and wish < state["units"]):
            state["next"], state["due"] = wish, minute + 1 + policy["lag"]


@inner
def share_of(states: Any) -> float:
    """The share of what is asked for that all of these capacities can give."""
    share = 1.0
    for state in states:
        if state["asked"] > state["able"]:
            share = min(share, state["able"] / state["asked"])
    return share


@inner
def give(state: Any, share: float, minute: int, events: Any) -> float:
    """Units that are granted in this minute; what is refused is noted."""
    asked, able = state["asked"], state["able"]
    consumed = asked
    if share < 1.0:
        bottleneck = asked > able and able / asked == share
        consumed = able if bottleneck else min(able, asked * share)
    if asked > consumed or state["waiting"] > 0.0:
        state["waiting"] = refuse(state, minute, asked, consumed, events)
    return float(consumed)


@compiled
def together(
    states: Any, policies: Any, wanted: Any, quotas: Any, changes: Any, events: Any, ables: Any
) -> None:
    """Takes the capacities of a table and its indexes to the end, minute by minute: first all
    reads, each by itself, then all writes, of which every index can throttle the others. `ables`
    takes what could be given in each minute, unless it is empty.
    """
    half, age = states.size // 2, policies[0]["peak_age"]
    young = np.zeros((states.size, age))  # what was granted lately
    for minute in range(wanted.shape[1]):
        for at in range(states.size):
            state, policy = states[at], policies[at]
            begin(state, policy, quotas[at % half], minute, changes[at])
            state["asked"] = wanted[at, minute] + state["waiting"]
            state["able"] = 60.0 * state["units"] + state["bucket"]
            if policy["on_demand"]:
                state["peak"] = max(state["peak"], young[at, minute % age])
                able = max(60.0 * policy["minimum"], 2.0 * state["peak"])
                state["able"] = min(able, 60.0 * policy["maximum"])
        writes = share_of(states[half:])
        for at in range(states.size):
            state, policy = states[at], policies[at]
            share = writes if at >= half else share_of(states[at : at + 1])
            consumed = give(state, share, minute, events[at])
            young[at, minute % age] = consumed
            if ables.size:
                ables[at, minute] = state["able"]
            if not policy["on_demand"]:
                full = policy["burst"] * state["units"]
                state["bucket"] = min(full, state["able"] - consumed)
                watch(state, policy, minute, consumed)
