"""Answers of 05, on-demand or provisioned: asked from the price list, the meter and the throughput
of the lesson's own traffic.
"""

from datetime import date
from math import ceil, isclose

import numpy as np

from cruddur_lib.costs.billing.price_book import PriceBook
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
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

DAY, BEFORE = date(2026, 11, 25), date(2024, 10, 1)  # of prices: the lesson's, and before the cut
BOOK = PriceBook("us-east-1", on=DAY)
TERMS = BillingTerms(free_tier=False)
PEOPLE = 50_000
INDEX = "message-group-sk-index"
DAYS = 30
MOST = 5_000  # units that auto scaling may reach
STARVED = {TABLE_PART: (79, 106), INDEX: (11, 60)}  # fixed reads and writes


def patterns(lesson: Sandbox) -> list[Pattern]:
    """What one person does, measured."""
    andrew, bayko = lesson.users("andrewbrown", "bayko")
    with lesson.scratch() as fresh:
        fresh.pump()
        inbox, group = fresh.inbox(), fresh.group
        with fresh.meter() as opened:
            inbox.list_message_groups(andrew)
        with fresh.meter() as read:
            inbox.list_messages(group)
        with fresh.meter() as sent:
            inbox.create_message(inbox.draft(andrew, bayko, "Is there soup?"))
            fresh.pump()
    return [
        Pattern.measured("B", 30, opened.reads, opened.writes),
        Pattern.measured("A", 20, read.reads, read.writes),
        Pattern.measured("D and E", 20, sent.reads, sent.writes),
    ]


def traffic(lesson: Sandbox, people: int = PEOPLE) -> dict[str, Workload]:
    """The three months of the lesson."""
    found = patterns(lesson)
    made = {
        "steady": shapes.steady(DAYS),
        "day": shapes.daily(DAYS),
        "launch": shapes.launch(DAYS, after=0.02, half_life=0.05),
    }
    return {name: Workload.from_patterns(people, found, shape) for name, shape in made.items()}


def index_units_of_a_message(lesson: Sandbox) -> float:
    """Write units of the index for one message, D and E."""
    return patterns(lesson)[-1].of(INDEX).writes


def units_of_a_page(lesson: Sandbox) -> float:
    """Read units of the newest 20."""
    return patterns(lesson)[1].table.reads


def what_the_inbox_reads(lesson: Sandbox) -> str:
    """Whose capacity pattern B consumes."""
    inbox = patterns(lesson)[0]
    return "the table's" if inbox.table.reads and not inbox.of(INDEX).reads else "the index's"


def units_a_second(lesson: Sandbox) -> int:
    """Write units a second on average, table and index together, in whole units."""
    parts = traffic(lesson)["day"].parts.values()
    return round(sum(float(part.writes.mean()) for part in parts) / SECONDS_PER_MINUTE)


def times_cheaper(_: Sandbox) -> float:
    """How many times as much the units of an hour cost on demand, to a tenth."""
    tag = tariffs(BOOK).writes
    return float(round(SECONDS_PER_HOUR * tag.usd_per_request_unit / tag.usd_per_unit_hour, 1))


def used_half(_: Sandbox) -> str:
    """The cheaper mode where half of what is provisioned is consumed."""
    return "provisioned" if tariffs(BOOK).writes.break_even < 1 / 2 else "on-demand"


def dearest_on_demand(lesson: Sandbox) -> str:
    """The month whose bill on demand is the highest; "none" where all are alike."""
    usd = {
        name: round(mode_cost("", one, on_demand(one), BOOK, TERMS).usd, 2)
        for name, one in traffic(lesson).items()
    }
    dearest = max(usd, key=lambda name: usd[name])
    return "none" if len({*usd.values()}) == 1 else dearest


def launch_fixed(lesson: Sandbox) -> int:
    """How many times its bill on demand the launch costs with units for its top."""
    launch = traffic(lesson)["launch"]
    fixed, asked = (
        mode_cost("", launch, rules, BOOK, TERMS).usd
        for rules in (for_the_top(launch), on_demand(launch))
    )
    return round(fixed / asked)


def launch_plan(lesson: Sandbox) -> str:
    """The cheapest of the lesson's modes for the launch that throttles little enough."""
    launch = traffic(lesson)["launch"]
    modes = {ON_DEMAND: on_demand(launch), FIXED: for_the_top(launch), AUTOSCALED: scaled(launch)}
    outcomes = [mode_cost(name, launch, rules, BOOK, TERMS) for name, rules in modes.items()]
    fit = [one for one in outcomes if one.throttled_share <= MAX_THROTTLED]
    return min(fit, key=lambda one: one.usd).name


def rush_in_full(_: Sandbox) -> int:
    """Minutes of a rush at 30 units a second that 20 units and a full bucket give in full."""
    trace = _of_table(((15, 10), (30, 30)), Fixed(20)).trace(TABLE_PART).writes
    return int((trace.throttled[15:] == 0).sum())


def first_units(_: Sandbox) -> int:
    """Minutes from a rush's beginning to the first new units."""
    return int(_scaled_up(300)["table"].writes.change_minutes[1])


def first_step(_: Sandbox) -> int:
    """Units after the first step, where the bucket was empty."""
    return int(_scaled_up(0)["table"].writes.units[1])


def starved(lesson: Sandbox) -> str:
    """How much of the table's writes is throttled, beside its index's with too few units."""
    rules: Rules = {
        part: ReadsWrites[Policy](*map(Fixed, units)) for part, units in STARVED.items()
    }
    given = simulate(traffic(lesson)["day"], rules)
    table, index = (given[part].writes.throttled_share for part in (TABLE_PART, INDEX))
    return "as much" if isclose(table, index) else "less" if table else "nothing"


def first_minute(_: Sandbox) -> int:
    """Write units a second of 10,000 that a new table on demand gives in its first minute."""
    flood = Workload.shaped(shapes.steady(1), Rates(100, 10_000))
    return int(
        simulate(flood, on_demand(flood)).trace(TABLE_PART).writes.granted[0] / SECONDS_PER_MINUTE
    )


def blocks(_: Sandbox) -> int:
    """Blocks of reserved writes that are worth it for two tables of 60 units."""
    tag = tariffs(BOOK, free_tier=False, years=1).writes
    month = BilledHours.of(Workload.shaped(shapes.steady(DAYS), Rates()))
    return tag.best_reserved_blocks(np.full(month.count, 2 * 60), month)


def free_on_demand(lesson: Sandbox) -> float:
    """USD a month that the free tier takes off the day's bill on demand."""
    day = traffic(lesson)["day"]
    without, free = (
        mode_cost("", day, on_demand(day), BOOK, BillingTerms(free_tier=free)).usd_a_month
        for free in (False, True)
    )
    return float(round(without - free, 2))


def two_hundred(lesson: Sandbox) -> str:
    """The cheaper mode for 200 people: on demand, or a unit of each kind; nothing is free."""
    small = traffic(lesson, 200)["day"]
    asked, fixed = (
        mode_cost("", small, rules, BOOK, TERMS).usd
        for rules in (on_demand(small), for_the_top(small))
    )
    return ON_DEMAND if asked < fixed else FIXED


def for_the_top(workload: Workload) -> Rules:
    """Fixed units for the busiest minute of each capacity."""
    return {
        part: ReadsWrites[Policy](
            *(Fixed(max(1, ceil(units.max() / SECONDS_PER_MINUTE))) for units in one.units)
        )
        for part, one in workload.parts.items()
    }


def scaled(workload: Workload, target: float = 0.7) -> Rules:
    """Auto scaling of each capacity, with the units at first that its first minute wants."""
    return {
        part: ReadsWrites[Policy](*(_tracking(units, target) for units in one.units))
        for part, one in workload.parts.items()
    }


def _tracking(units: Minutes, target: float) -> TargetTracking:
    return TargetTracking(5, MOST, target, max(5, ceil(units[0] / SECONDS_PER_MINUTE / target)))


def _scaled_up(burst: int) -> Throughput:
    return _of_table(((60, 200),), TargetTracking(5, 400, 0.7, 58), burst)


def _of_table(
    stretches: tuple[tuple[int, int], ...], policy: Policy, burst: int = 300
) -> Throughput:
    """What a table without indexes gives of so many minutes at so many units a second."""
    units = np.concatenate(
        [np.full(minutes, SECONDS_PER_MINUTE * rate) for minutes, rate in stretches]
    )
    workload = Workload(START, Demand(units, units))
    return simulate(workload, {TABLE_PART: ReadsWrites(policy, policy)}, burst_at_start=burst)
