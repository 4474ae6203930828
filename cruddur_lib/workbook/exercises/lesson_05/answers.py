"""Right answers of lesson 05, On-demand or provisioned.

They come from the price list, the meter and the simulated throughput of the lesson's traffic.
"""

from math import ceil, isclose

import numpy as np

from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.planning.modes import BillingTerms, mode_cost
from cruddur_lib.costs.planning.planner import AUTOSCALED, FIXED, MAX_THROTTLED, ON_DEMAND
from cruddur_lib.costs.planning.tariffs import SECONDS_PER_HOUR, tariffs
from cruddur_lib.costs.throughput.policies import Fixed, Policy, ReadsWrites, TargetTracking
from cruddur_lib.costs.throughput.simulation import Rules, Throughput, on_demand, simulate
from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.patterns import Pattern, Rates
from cruddur_lib.costs.traffic.shapes import START, Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, TABLE_PART, Demand, Workload
from cruddur_lib.workbook.exercises.shared import price_book, send
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

TERMS = BillingTerms(free_tier=False)
USERS = 50_000
INDEX = "message-group-sk-index"
DAYS = 30
MAX_UNITS = 5_000  # that auto scaling may provision
STARVED = {TABLE_PART: (79, 106), INDEX: (11, 60)}  # fixed read and write units a second


def patterns(sandbox: Sandbox) -> list[Pattern]:
    """Return what one user does in a day, measured."""
    (andrew,) = sandbox.users("andrewbrown")
    with sandbox.scratch() as scratch:
        scratch.pump()
        inbox, group = scratch.inbox(), scratch.group
        with scratch.meter() as opening:
            inbox.list_message_groups(andrew)
        with scratch.meter() as reading:
            inbox.list_messages(group)
        with scratch.meter() as sending:
            send(scratch, "Is there soup?")
            scratch.pump()
    return [
        Pattern.measured("B", 30, opening.reads, opening.writes),
        Pattern.measured("A", 20, reading.reads, reading.writes),
        Pattern.measured("D and E", 20, sending.reads, sending.writes),
    ]


def workloads(sandbox: Sandbox, users: int = USERS) -> dict[str, Workload]:
    """Return the lesson's three months of traffic by name."""
    one_user = patterns(sandbox)
    months = {
        "steady": shapes.steady(DAYS),
        "day": shapes.daily(DAYS),
        "launch": shapes.launch(DAYS, after=0.02, half_life=0.05),
    }
    return {name: Workload.from_patterns(users, one_user, shape) for name, shape in months.items()}


def index_units_of_a_message(sandbox: Sandbox) -> float:
    """Return the index's write units of one message (D) and its handling (E)."""
    return patterns(sandbox)[-1].of(INDEX).writes


def units_of_a_page(sandbox: Sandbox) -> float:
    """Return the read units of the newest 20 messages (A)."""
    return patterns(sandbox)[1].table.reads


def capacity_of_the_inbox(sandbox: Sandbox) -> str:
    """Return whose read capacity opening the inbox (B) consumes."""
    inbox = patterns(sandbox)[0]
    return "the table's" if inbox.table.reads and not inbox.of(INDEX).reads else "the index's"


def units_a_second(sandbox: Sandbox) -> int:
    """Return the average write units a second of table and index, rounded."""
    parts = workloads(sandbox)["day"].parts.values()
    return round(sum(float(part.writes.mean()) for part in parts) / SECONDS_PER_MINUTE)


def on_demand_ratio(_: Sandbox) -> float:
    """Return the on-demand price of an hour's writes divided by the price of one WCU-hour."""
    tag = tariffs(price_book()).writes
    return float(round(SECONDS_PER_HOUR * tag.usd_per_request_unit / tag.usd_per_unit_hour, 1))


def cheaper_at_half(_: Sandbox) -> str:
    """Return the cheaper mode at 50 % utilization."""
    return "provisioned" if tariffs(price_book()).writes.break_even < 1 / 2 else "on-demand"


def most_expensive_on_demand(sandbox: Sandbox) -> str:
    """Return the month with the highest on-demand bill, "none" if all are equal."""
    usd = {
        name: round(mode_cost("", one, on_demand(one), price_book(), TERMS).usd, 2)
        for name, one in workloads(sandbox).items()
    }
    return "none" if len({*usd.values()}) == 1 else max(usd, key=lambda name: usd[name])


def launch_ratio(sandbox: Sandbox) -> int:
    """Return the launch's bill with fixed units for its peak, divided by its on-demand bill."""
    launch = workloads(sandbox)["launch"]
    fixed, per_request = (
        mode_cost("", launch, rules, price_book(), TERMS).usd
        for rules in (fixed_for_peak(launch), on_demand(launch))
    )
    return round(fixed / per_request)


def cheapest_for_the_launch(sandbox: Sandbox) -> str:
    """Return the launch's cheapest mode with an acceptable throttled share."""
    launch = workloads(sandbox)["launch"]
    modes = {
        ON_DEMAND: on_demand(launch),
        FIXED: fixed_for_peak(launch),
        AUTOSCALED: autoscaled(launch),
    }
    outcomes = [
        mode_cost(name, launch, rules, price_book(), TERMS) for name, rules in modes.items()
    ]
    acceptable = [one for one in outcomes if one.throttled_share <= MAX_THROTTLED]
    return min(acceptable, key=lambda one: one.usd).name


def minutes_of_full_service(_: Sandbox) -> int:
    """Count the minutes in which 20 units a second and a full bucket serve 30 units a second."""
    trace = _simulate_table(((15, 10), (30, 30)), Fixed(20)).trace(TABLE_PART).writes
    return int((trace.throttled[15:] == 0).sum())


def minutes_to_scale_up(_: Sandbox) -> int:
    """Return the minutes from the start of a rush to the first new units."""
    return int(_scale_up(300)["table"].writes.change_minutes[1])


def units_after_scaling_up(_: Sandbox) -> int:
    """Return the units a second after the first step up, with an empty bucket at the start."""
    return int(_scale_up(0)["table"].writes.units[1])


def throttled_with_its_index(sandbox: Sandbox) -> str:
    """Compare the table's throttled writes with those of its index, which has too few units."""
    rules: Rules = {
        part: ReadsWrites[Policy](*map(Fixed, units)) for part, units in STARVED.items()
    }
    throughput = simulate(workloads(sandbox)["day"], rules)
    table, index = (throughput[part].writes.throttled_share for part in (TABLE_PART, INDEX))
    return "as much" if isclose(table, index) else "less" if table else "nothing"


def granted_in_the_first_minute(_: Sandbox) -> int:
    """Return the write units a second that a new on-demand table grants of 10,000."""
    flood = Workload.shaped(shapes.steady(1), Rates(100, 10_000))
    granted = simulate(flood, on_demand(flood)).trace(TABLE_PART).writes.granted
    return int(granted[0] / SECONDS_PER_MINUTE)


def reserved_blocks(_: Sandbox) -> int:
    """Return how many blocks of reserved writes save money for two tables of 60 units."""
    tag = tariffs(price_book(), free_tier=False, years=1).writes
    month = BilledHours.of(Workload.shaped(shapes.steady(DAYS), Rates()))
    return tag.best_reserved_blocks(np.full(month.count, 2 * 60), month)


def free_on_demand(sandbox: Sandbox) -> float:
    """Return the USD a month by which the free tier lowers the daily wave's on-demand bill."""
    day = workloads(sandbox)["day"]
    without, free = (
        mode_cost("", day, on_demand(day), price_book(), BillingTerms(free_tier=free)).usd_a_month
        for free in (False, True)
    )
    return float(round(without - free, 2))


def cheaper_for_200_users(sandbox: Sandbox) -> str:
    """Return the cheaper of on-demand and fixed units for 200 users, without the free tier."""
    small = workloads(sandbox, 200)["day"]
    per_request, fixed = (
        mode_cost("", small, rules, price_book(), TERMS).usd
        for rules in (on_demand(small), fixed_for_peak(small))
    )
    return ON_DEMAND if per_request < fixed else FIXED


def fixed_for_peak(workload: Workload) -> Rules:
    """Return fixed units for the busiest minute of each capacity."""
    return {
        part: ReadsWrites[Policy](
            *(Fixed(max(1, ceil(units.max() / SECONDS_PER_MINUTE))) for units in one.units)
        )
        for part, one in workload.parts.items()
    }


def autoscaled(workload: Workload, target: float = 0.7) -> Rules:
    """Return auto scaling of each capacity that begins with the first minute's demand.

    Args:
        workload: The traffic.
        target: The target utilization as a share.
    """
    return {
        part: ReadsWrites[Policy](*(_tracking(units, target) for units in one.units))
        for part, one in workload.parts.items()
    }


def _tracking(units: Minutes, target: float) -> TargetTracking:
    return TargetTracking(
        5, MAX_UNITS, target, max(5, ceil(units[0] / SECONDS_PER_MINUTE / target))
    )


def _scale_up(burst: int) -> Throughput:
    return _simulate_table(((60, 200),), TargetTracking(5, 400, 0.7, 58), burst)


def _simulate_table(
    stretches: tuple[tuple[int, int], ...], policy: Policy, burst: int = 300
) -> Throughput:
    """Simulate a table without indexes; a stretch is minutes and units a second."""
    units = np.concatenate(
        [np.full(minutes, SECONDS_PER_MINUTE * rate) for minutes, rate in stretches]
    )
    workload = Workload(START, Demand(units, units))
    return simulate(workload, {TABLE_PART: ReadsWrites(policy, policy)}, burst_at_start=burst)
