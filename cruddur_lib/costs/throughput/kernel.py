"""Compiled loops over the minutes of provisioned capacity, on the records of `kernel_input`.

`tests/helpers/throughput_oracle.py` states the same rules one minute at a time. These loops compute
their floats in the oracle's order, so that both are equal to the last bit.

Most minutes change nothing: the burst bucket is full, and the demand is below the capacity and
triggers no alarm. `skip_quiet_minutes` passes such a minute with a few comparisons.

For a steady state, the kernel repeats the same minutes. Each pass begins with the last state of the
pass before. The results are those of the last pass.

Arrays have a row for each capacity. `demand` is in units a minute. `changes` receives the minutes
in which provisioned units change, and the new units. Unless it is empty, `events` receives the
minutes in which less or more than the demand is granted, and the units granted and throttled.
"""

from math import ceil, inf
from typing import Any

from cruddur_lib.costs.throughput.jit import compiled, inner
from cruddur_lib.costs.throughput.kernel_input import NEVER, KernelInput
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_DAY, MINUTES_PER_HOUR

SECONDS_PER_MINUTE = 60.0  # a float, so that its products are floats
TOO_MANY = 2**62  # minutes: a count that is never reached


@inner
def use_decrease(quota: Any, minute: int) -> bool:
    """Whether the quota allows a decrease in this minute. If it does, the decrease is counted."""
    start = quota["start_minute"]
    midnight = (minute + start) // MINUTES_PER_DAY * MINUTES_PER_DAY - start
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
def units_for_target(policy: Any, granted: float) -> int:
    """Whole units of which `granted` units a minute are the target share, within the limits."""
    units = ceil(granted * 100.0 / (SECONDS_PER_MINUTE * policy["percent"]))
    return int(min(max(units, policy["minimum"]), policy["maximum"]))


@inner
def apply_change(state: Any, policy: Any, quota: Any, minute: int, changes: Any) -> None:
    """Apply a change of units that is due in this minute, unless the quota denies a decrease."""
    if state["change_minute"] != minute:
        return
    state["change_minute"] = NEVER
    if state["next_units"] < state["units"] and not use_decrease(quota, minute):
        state["denied"] += 1
        return
    state["units"] = state["next_units"]
    row = state["changes"] if minute else 0  # in minute 0 the units of before count for no minute
    changes[0, row], changes[1, row] = minute, state["units"]
    state["changes"] = row + 1
    state["above"], state["below"] = 0, 0
    state["bucket"] = min(state["bucket"], policy["burst"] * state["units"])


@inner
def record_event(state: Any, minute: int, requested: float, granted: float, events: Any) -> float:
    """Record the units granted and throttled in a minute; return those to retry in the next."""
    throttled = requested - granted
    state["throttled"] += throttled
    state["throttled_minutes"] += throttled > 0.0
    if throttled > state["worst_units"]:
        state["worst_units"], state["worst_minute"] = throttled, minute
    if events.size:
        row = state["events"]
        events[0, row], events[1, row], events[2, row] = minute, granted, throttled
        state["events"] = row + 1
    return throttled if state["retry"] else 0.0


@inner
def limits_of(policy: Any, units: int) -> Any:
    """Return a minute's supply, the full bucket, and the thresholds of both alarms, in units.

    An alarm that could not change the units has a threshold that no minute reaches.
    """
    supply = SECONDS_PER_MINUTE * units
    high, low = inf, -1.0
    if units < policy["maximum"]:
        high = policy["percent"] * supply / 100.0
    if units > policy["minimum"]:
        low = (policy["percent"] - policy["points"]) * supply / 100.0
    return supply, policy["burst"] * units, high, low


@inner
def skip_quiet_minutes(
    demand: Any, minute: int, end: int, limits: Any, counts: Any, alarms: Any
) -> Any:
    """Return the next minute that exceeds the supply or follows an alarm, and the alarms' counts.

    `limits` are the supply, the alarms' thresholds and the smallest demand that can count as low.
    """
    supply, high, low, least = limits
    (above, below), (minutes_out, minutes_in) = counts, alarms
    while minute < end:
        units = demand[minute]
        if units > supply:
            break
        above = (above + 1) * (units > high)
        below = (below + 1) * ((units <= low) & (units >= least))
        minute += 1
        if (above >= minutes_out) | (below >= minutes_in):
            break
    return minute, (above, below)


@inner
def advance(  # noqa: C901  one loop over minutes, which keeps its state in registers
    state: Any, policy: Any, demand: Any, quota: Any, stop_before: int, changes: Any, events: Any
) -> None:
    """Simulate one capacity to the end, or to a decrease that is due in `stop_before` or later."""
    minute, units, change_minute = state["minute"], state["units"], state["change_minute"]
    counts, bucket, waiting = (state["above"], state["below"]), state["bucket"], state["waiting"]
    least = policy["least"]
    known_units, supply, full, high, low = 0, 0.0, 0.0, inf, -1.0
    while minute < demand.size:
        if minute == change_minute:
            if state["next_units"] < units and minute >= stop_before:
                break
            state["change_minute"], state["bucket"] = change_minute, bucket
            state["above"], state["below"] = counts
            apply_change(state, policy, quota, minute, changes)
            units, change_minute, bucket = state["units"], NEVER, state["bucket"]
            counts = (state["above"], state["below"])
        if units != known_units:
            known_units = units
            supply, full, high, low = limits_of(policy, units)
        end, alarms = demand.size, (policy["minutes_out"], policy["minutes_in"])
        if change_minute != NEVER:  # until then no other change is decided
            end, alarms = min(change_minute, end), (TOO_MANY, TOO_MANY)
        while minute < end:
            before = minute
            if bucket == full and waiting == 0.0:
                limits = (supply, high, low, least)
                minute, counts = skip_quiet_minutes(demand, minute, end, limits, counts, alarms)
                granted = demand[minute - 1]
            if minute == before:
                requested, available = demand[minute] + waiting, supply + bucket
                granted = min(requested, available)
                if requested > available or waiting > 0.0:
                    waiting = record_event(state, minute, requested, granted, events)
                bucket = min(full, available - granted)
                minute += 1
                above = (counts[0] + 1) * (granted > high)
                counts = (above, (counts[1] + 1) * ((granted <= low) & (granted >= least)))
            if counts[0] >= alarms[0] or counts[1] >= alarms[1]:
                target = units_for_target(policy, granted)
                if (counts[0] and target > units) or (counts[1] and target < units):
                    state["next_units"], change_minute = target, minute + policy["lag"]
                    break
    state["minute"], state["units"], state["change_minute"] = minute, units, change_minute
    state["above"], state["below"] = counts
    state["bucket"], state["waiting"] = bucket, waiting


@inner
def run_pass(records: Any, demand: Any) -> None:
    """Simulate one or two capacities, which share a quota of decreases, to the end.

    The capacity in the earlier minute advances, the first if both are in the same minute. It stops
    at a decrease for which the other could still use the quota earlier.
    """
    states, policies, quotas, changes, events = records
    end = demand.shape[1]
    while states[0]["minute"] < end or states[-1]["minute"] < end:
        row, stop = 0, end
        if states.size > 1:
            first, second = states[0]["minute"], states[1]["minute"]
            row, stop = (0, second + 1) if first <= second else (1, first)
        advance(states[row], policies[row], demand[row], quotas[0], stop, changes[row], events[row])


@inner
def least_passes(states: Any, policies: Any) -> int:
    """Return 1 if only the bucket has a state; alarms, the quota and retries need a second pass."""
    for row in range(states.size):
        if policies[row]["minimum"] < policies[row]["maximum"] or states[row]["retry"]:
            return 2
    return 1


@inner
def ends_as_it_began(states: Any) -> bool:
    """Whether the pass ended with the units and the buckets with which it began."""
    for state in states:
        if state["units"] != state["began_units"] or state["bucket"] != state["began_bucket"]:
            return False
    return True


@inner
def begin_pass(records: Any, minutes: int) -> None:
    """Go back to minute 0 of the demand and its time of day, and reset the results."""
    states, quotas, changes = records.states, records.quotas, records.changes
    for row in range(states.size):
        state = states[row]
        state["minute"], state["events"], state["denied"] = 0, 0, 0
        state["throttled"], state["throttled_minutes"] = 0.0, 0
        state["worst_units"], state["worst_minute"] = 0.0, NEVER
        if state["change_minute"] != NEVER:
            state["change_minute"] -= minutes
        state["began_units"], state["began_bucket"] = state["units"], state["bucket"]
        state["began_waiting"] = state["waiting"]
        changes[row, 0, 0], changes[row, 1, 0] = 0, state["units"]
        state["changes"] = 1
    for row in range(quotas.size):
        quotas[row]["first"] -= minutes
        quotas[row]["last"] -= minutes


@inner
def empty_if_it_drains(state: Any) -> None:
    """Empty the bucket if a pass without throttling has drained it a little.

    Then the mean demand is above the units, so many more passes would empty it.
    """
    kept_units = state["units"] == state["began_units"]
    if state["throttled"] == 0.0 and kept_units and state["bucket"] < state["began_bucket"]:
        state["bucket"] = 0.0


@compiled
def run_independent(records: Any, demand: Any, most_passes: int) -> None:
    """Simulate one or two capacities that share a quota, until they reach their steady state."""
    states = records.states
    least = least_passes(states, records.policies)
    for number in range(1, most_passes + 1):
        run_pass(records, demand)
        if number == most_passes or (number >= least and ends_as_it_began(states)):
            break
        if number > 1:
            for row in range(states.size):
                empty_if_it_drains(states[row])
        begin_pass(records, demand.shape[1])


@inner
def write_hours(changes: Any, minutes: int, inside: int, highest: Any, means: Any) -> None:
    """Write the highest and the mean units of each hour of the clock.

    The first minute is `inside` minutes after the full hour.
    """
    for row in range(changes.shape[1]):
        units, begin, end = changes[1, row], changes[0, row] + inside, minutes + inside
        if row + 1 < changes.shape[1]:
            end = changes[0, row + 1] + inside
        while begin < end:
            hour = begin // MINUTES_PER_HOUR
            following = min(end, (hour + 1) * MINUTES_PER_HOUR)
            highest[hour] = max(highest[hour], units)
            means[hour] += units * (following - begin)
            begin = following
    means /= MINUTES_PER_HOUR


@compiled
def run_each(
    records: Any, demand: Any, most_passes: int, inside: int, highest: Any, means: Any
) -> None:
    """Simulate one capacity under each of these policies separately.

    The policies use the one row of `changes` in turn. `highest` and `means` receive the units of
    each hour of the clock. The first minute is `inside` minutes after the full hour.
    """
    states, policies, quotas, changes, events = records
    for row in range(states.size):
        state = states[row : row + 1]
        one = KernelInput(state, policies[row : row + 1], quotas[row : row + 1], changes, events)
        changes[0, 0, 0], changes[0, 1, 0] = 0, state[0]["units"]
        run_independent(one, demand, most_passes)
        written = changes[0, :, : state[0]["changes"]]
        write_hours(written, demand.shape[1], inside, highest[row], means[row])


@inner
def end_minute(state: Any, policy: Any, minute: int, granted: float) -> None:
    """Refill the bucket, count the minute for both alarms, and schedule a change of units."""
    _, full, high, low = limits_of(policy, state["units"])
    state["bucket"] = min(full, state["available"] - granted)
    state["above"] = (state["above"] + 1) * (granted > high)
    counts_as_low = (granted <= low) & (granted >= policy["least"])
    state["below"] = (state["below"] + 1) * counts_as_low
    scale_out = state["above"] >= policy["minutes_out"]
    scale_in = state["below"] >= policy["minutes_in"]
    if state["change_minute"] == NEVER and (scale_out or scale_in):
        target = units_for_target(policy, granted)
        if (scale_out and target > state["units"]) or (scale_in and target < state["units"]):
            state["next_units"], state["change_minute"] = target, minute + 1 + policy["lag"]


@inner
def grantable_share(states: Any) -> float:
    """The share of the requested units that all of these capacities can grant."""
    share = 1.0
    for state in states:
        if state["requested"] > state["available"]:
            share = min(share, state["available"] / state["requested"])
    return share


@inner
def grant(state: Any, share: float, minute: int, events: Any) -> float:
    """Return the units granted in this minute, and record what is throttled."""
    requested, available = state["requested"], state["available"]
    granted = requested
    if share < 1.0:
        bottleneck = requested > available and available / requested == share
        granted = available if bottleneck else min(available, requested * share)
    if requested > granted or state["waiting"] > 0.0:
        state["waiting"] = record_event(state, minute, requested, granted, events)
    return float(granted)


@inner
def run_coupled_pass(records: Any, demand: Any) -> None:
    """Simulate all minutes once."""
    states, policies, quotas, changes, events = records
    half = states.size // 2
    for minute in range(demand.shape[1]):
        for row in range(states.size):
            state = states[row]
            apply_change(state, policies[row], quotas[row % half], minute, changes[row])
            state["requested"] = demand[row, minute] + state["waiting"]
            state["available"] = SECONDS_PER_MINUTE * state["units"] + state["bucket"]
        write_share = grantable_share(states[half:])
        for row in range(states.size):
            share = write_share if row >= half else grantable_share(states[row : row + 1])
            granted = grant(states[row], share, minute, events[row])
            end_minute(states[row], policies[row], minute, granted)


@compiled
def run_coupled(records: Any, demand: Any, most_passes: int) -> None:
    """Simulate a table and its indexes in passes, until they reach their steady state.

    All reads come first, then all writes. The reads of each capacity are throttled separately. But
    a write goes to the table and all its indexes or to none, so the scarcest capacity throttles all
    writes.
    """
    least = least_passes(records.states, records.policies)
    for number in range(1, most_passes + 1):
        run_coupled_pass(records, demand)
        if number == most_passes or (number >= least and ends_as_it_began(records.states)):
            break
        begin_pass(records, demand.shape[1])
