"""Right answers of lesson 05, On-demand or provisioned.

They come from the price list, the meter and the simulated throughput of the lesson's traffic.
"""

from collections.abc import Callable
from decimal import Decimal
from math import ceil, isclose

import numpy as np

from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.planning.margins import MAX_THROTTLED
from cruddur_lib.costs.planning.modes import AUTOSCALED, FIXED, ON_DEMAND, mode_cost
from cruddur_lib.costs.planning.tariffs import SECONDS_PER_HOUR, BillingTerms, tariffs
from cruddur_lib.costs.throughput.policies import Fixed, Policy, ReadsWrites, TargetTracking
from cruddur_lib.costs.throughput.result import CapacityResult
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
TARGET = 0.7  # utilization
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


def most_expensive_on_demand(sandbox: Sandbox) -> str:
    """Return the month with the highest on-demand bill, "none" if all are equal."""
    usd = {name: round(_usd(one, on_demand(one)), 2) for name, one in workloads(sandbox).items()}
    return "none" if len({*usd.values()}) == 1 else max(usd, key=lambda name: usd[name])


def launch_ratio(sandbox: Sandbox) -> int:
    """Return the launch's bill with fixed units for its peak, divided by its on-demand bill."""
    launch = workloads(sandbox)["launch"]
    return round(_usd(launch, _fixed_for_peak(launch)) / _usd(launch, on_demand(launch)))


def cheapest_for_the_launch(sandbox: Sandbox) -> str:
    """Return the launch's cheapest mode with an acceptable throttled share."""
    launch = workloads(sandbox)["launch"]
    modes = {
        ON_DEMAND: on_demand(launch),
        FIXED: _fixed_for_peak(launch),
        AUTOSCALED: _each_capacity(launch, _autoscaled),
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


def throttled_with_its_index(sandbox: Sandbox) -> str:
    """Compare the table's throttled writes with those of its index, which has too few units."""
    rules = {part: ReadsWrites[Policy](*map(Fixed, units)) for part, units in STARVED.items()}
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
    per_request, fixed = _usd(small, on_demand(small)), _usd(small, _fixed_for_peak(small))
    return ON_DEMAND if per_request < fixed else FIXED


def scale_up(burst: int) -> CapacityResult:
    """Return an auto-scaled table's writes in an hour of 200 units a second.

    Its bucket holds `burst` seconds of unused units at the start.
    """
    return _simulate_table(((60, 200),), TargetTracking(5, 400, 0.7, 58), burst)["table"].writes


def _usd(workload: Workload, rules: Rules) -> Decimal:
    return mode_cost("", workload, rules, price_book(), TERMS).usd


def _each_capacity(workload: Workload, policy: Callable[[Minutes], Policy]) -> Rules:
    """Return the policy of each capacity, which depends on its units a minute."""
    return {
        part: ReadsWrites[Policy](*map(policy, one.units)) for part, one in workload.parts.items()
    }


def _fixed_for_peak(workload: Workload) -> Rules:
    """Return fixed units for the busiest minute of each capacity."""
    return _each_capacity(
        workload, lambda units: Fixed(max(1, ceil(units.max() / SECONDS_PER_MINUTE)))
    )


def _autoscaled(units: Minutes) -> TargetTracking:
    """Return auto scaling that begins with the first minute's demand."""
    first = ceil(units[0] / SECONDS_PER_MINUTE / TARGET)
    return TargetTracking(5, MAX_UNITS, TARGET, max(5, first))


def _simulate_table(
    stretches: tuple[tuple[int, int], ...], policy: Policy, burst: int = 300
) -> Throughput:
    """Simulate a table without indexes; a stretch is minutes and units a second."""
    units = np.concatenate(
        [np.full(minutes, SECONDS_PER_MINUTE * rate) for minutes, rate in stretches]
    )
    workload = Workload(START, Demand(units, units))
    return simulate(workload, {TABLE_PART: ReadsWrites(policy, policy)}, burst_at_start=burst)
