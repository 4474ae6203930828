"""Tests of the plan: trying all modes finds no cheaper one, and turning points are right."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from math import ceil

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import TableClass
from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.planning.margins import EDGE, Margins
from cruddur_lib.costs.planning.modes import AUTOSCALED, FIXED, FORESIGHT, ON_DEMAND
from cruddur_lib.costs.planning.planner import cheapest, foresight
from cruddur_lib.costs.planning.search import PolicySearch, SearchGrid, cost_function
from cruddur_lib.costs.planning.sensitivity import (
    FARTHEST,
    SHAPE,
    TurningPoint,
    cheapest_mode_at,
    turning_points,
)
from cruddur_lib.costs.planning.tariffs import BillingTerms, tariffs
from cruddur_lib.costs.throughput.policies import (
    Fixed,
    ReadsWrites,
    TargetTracking,
    ThroughputError,
)
from cruddur_lib.costs.throughput.simulation import new_table, simulate, warm_table
from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.patterns import Rates
from cruddur_lib.costs.traffic.workload import Demand, Workload
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS, CapacityKind

BOOK = PriceBook("us-east-1", on=date(2026, 11, 25))
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
PAID = BillingTerms(free_tier=False)
WRITE = CapacityKind.WRITE


def writes(demand, start=JUNE, **indexes):
    """Return demand for writes only, in units a minute."""
    demand = np.asarray(demand, float)
    parts = {name: Demand(demand * 0, units) for name, units in indexes.items()}
    return Workload(start, Demand(demand * 0, demand), parts)


def bursty(peak=60, days=1, seed=1, **made):
    """Return a daily wave with bursts."""
    return Workload.shaped(
        shapes.daily(days), Rates(peak, peak / 2), burstiness=0.4, seed=seed, **made
    )


def unit_hours(hours):
    """Return the unit-hours as the cost that a search compares."""
    return hours.sum(axis=-1).astype(float)


demands = st.lists(
    st.integers(0, 900) | st.sampled_from([0, 0, 60, 600, 6_000]), min_size=1, max_size=150
)


# ---- one capacity


@given(demands, st.sampled_from([0.0, 0.001, 0.05, 0.3]))
def test_the_fewest_units_keep_to_the_budget_and_one_less_does_not(demand, budget):
    """All smaller capacities throttle more than the budget."""
    capacity = PolicySearch(writes(demand), "table", WRITE)
    units = capacity.smallest_fixed(budget)

    shares = [capacity.under(Fixed(number)).throttled_share for number in range(1, units + 1)]

    assert shares[-1] <= budget
    assert all(share > budget for share in shares[:-1])
    assert capacity.fixed(budget).policy == Fixed(units)


@given(demands, st.integers(1, 90), st.integers(1, 90), st.sampled_from([0.2, 0.5, 0.7, 0.9]))
def test_what_a_search_leaves_out_cannot_win(demand, low, high, target):
    """Auto scaling can win only with a maximum of at least the smallest fixed capacity.

    Its minimum must be lower, because it costs no less otherwise.
    """
    capacity = PolicySearch(writes(demand), "table", WRITE)
    smallest = capacity.fixed(0.01)
    result = capacity.under(TargetTracking(min(low, high), max(low, high), target))

    if max(low, high) < smallest.policy.units:
        assert result.throttled_share > 0.01
    if min(low, high) >= smallest.policy.units:
        assert result.unit_hours() >= smallest.hours.sum()


@pytest.mark.parametrize("kind", THROUGHPUT_KINDS)
@pytest.mark.thorough
def test_the_best_candidate_is_near_the_best_of_all(kind):
    """The search is within 5 % of the best of every minimum and maximum, at targets 5 % apart."""
    traffic = bursty(8, 1)
    capacity = PolicySearch(traffic, "table", kind)
    best = capacity.autoscaled(0.02, unit_hours)
    top = ceil(max(traffic.table.units.max(axis=1)) / 60)

    every = [
        TargetTracking(low, high, percent / 100, min(max(best.policy.first, low), high))
        for percent in range(20, 91, 5)
        for high in range(1, 2 * top)
        for low in range(1, min(high, top) + 1)
    ]
    fit = [r for r in capacity.under_each(every) if r.throttled_share <= 0.02]
    least = min(result.unit_hours() for result in fit)

    assert capacity.under(best.policy).throttled_share <= 0.02
    assert best.hours.sum() <= 1.05 * least


@pytest.mark.parametrize("budget", [0.002, 0.01, 0.03, 0.05, 0.1, 0.2])
def test_the_best_candidate_keeps_to_the_budget(budget):
    """A rush comes too quickly for auto scaling, but the best policy never exceeds the budget."""
    capacity = PolicySearch(writes([600] * 600 + [6_000] * 120 + [600] * 720), "table", WRITE)
    best = capacity.autoscaled(budget, unit_hours)
    assert 0 < capacity.under(best.policy).throttled_share <= budget


def test_the_winner_is_the_cheapest_of_its_candidates():
    """Simulating every candidate alone finds no cheaper one."""
    traffic, seen = bursty(20), []
    capacity = PolicySearch(traffic, "table", WRITE, progress=seen.append)
    grid = SearchGrid(range(30, 91, 20), 4, 3)
    best = capacity.autoscaled(0.01, unit_hours, 90, grid)
    smallest = capacity.smallest_fixed(0.01)
    rounds = [
        *capacity._coarse(smallest, [30, 50, 70, 90], grid),
        *capacity._fine(smallest, best.policy, 90, grid),
    ]

    costs = []
    for policy in rounds:
        found = simulate(traffic, {"table": ReadsWrites(Fixed(1_000), policy)})["table"].writes
        if found.throttled_share <= 0.01:
            costs.append(found.unit_hours())

    assert best.hours.sum() == min(costs)
    assert sum(seen) >= 36
    coarse = capacity.autoscaled(0.01, unit_hours, 90, replace(grid, finer=False))
    assert coarse.hours.sum() >= best.hours.sum()


@pytest.mark.parametrize("most", [33, 70, 90])
def test_no_target_is_above_the_highest(most):
    """The highest target itself is tried too, and a policy that is passed besides."""
    capacity = PolicySearch(bursty(20), "table", WRITE)
    best = capacity.autoscaled(0.01, unit_hours, most)
    tried = {round(policy.percent) for policy in capacity._tried}
    assert max(tried) == most
    assert best.policy.percent <= most

    also = TargetTracking(1, 10_000, 0.2, 10_000)
    capacity.autoscaled(0.01, unit_hours, most, also=[also])
    assert also in capacity._tried


# ---- foresight


@given(demands)
def test_foresight_is_the_fewest_of_each_hour(demand):
    """An hour with a full bucket throttles no unit, and with one unit less it throttles some."""
    hours = foresight(writes(demand, JUNE + timedelta(minutes=17))).writes

    assert len(hours) == ceil(len(demand) / 60)
    for number, units in enumerate(hours.tolist()):
        hour = PolicySearch(writes(demand[60 * number :][:60]), "table", WRITE)
        assert hour.under(Fixed(units)).throttled_units == 0
        assert units == 1 or hour.under(Fixed(units - 1)).throttled_units > 0


def test_foresight_looks_at_the_whole_hour():
    """6,505 units in each of 60 minutes are 390,300; 100 units and their bucket grant 390,000.

    They would grant all units of 59 minutes.
    """
    assert foresight(writes([6_505] * 60)).writes.tolist() == [101]


@given(demands, st.integers(1, 40), st.integers(0, 100), st.sampled_from([0.2, 0.7, 0.9]))
def test_no_plan_without_throttles_is_below_foresight(demand, low, more, target):
    """A policy that throttles no unit has at least the units of foresight in each hour."""
    traffic = writes(demand)
    result = PolicySearch(traffic, "table", WRITE).under(TargetTracking(low, low + more, target))
    assume(result.throttled_units == 0)

    assert (result.hours() >= foresight(traffic).writes).all()


# ---- the plan


def test_all_modes_are_looked_at_and_the_cheapest_is_best():
    """For bursty traffic foresight is cheapest and on demand most expensive."""
    plan = cheapest(bursty(200, 3), BOOK, terms=PAID)
    usd = {name: float(one.usd) for name, one in plan.outcomes.items()}

    assert list(usd) == [ON_DEMAND, FIXED, AUTOSCALED, FORESIGHT]
    assert usd[FORESIGHT] < usd[AUTOSCALED] < usd[FIXED] < usd[ON_DEMAND]
    assert plan.best is plan.outcomes[AUTOSCALED]
    assert list(plan.table().index) == list(usd)
    assert plan.reason(AUTOSCALED) == "the cheapest within the throttling budget"
    more = plan.outcomes[FIXED].usd_a_month - plan.best.usd_a_month
    assert plan.reason(FIXED) == f"costs {more:,.2f} USD more"
    assert "hindsight" in plan.reason(FORESIGHT)


def test_idle_traffic_is_cheapest_on_demand():
    """One write a minute is a utilization of 1/60, below the break-even."""
    plan = cheapest(writes([1] * 1_440), BOOK, terms=PAID)
    assert plan.best.name == ON_DEMAND


def test_of_two_alike_the_simpler_one_is_best():
    """Fixed units win over auto scaling when both are free."""
    plan = cheapest(bursty(5), BOOK)
    assert plan.outcomes[FIXED].usd == plan.outcomes[AUTOSCALED].usd == 0
    assert plan.best.name == FIXED


def test_the_table_that_served_it_serves_it_again():
    """A minute of 10,000 writes a second is above a new table's 4,000, but it was served."""
    demand = np.zeros(10 * 1_440)
    demand[5_000] = 600_000
    plan = cheapest(writes(demand), BOOK, terms=PAID)

    assert plan.best.name == ON_DEMAND
    assert plan.best.usd == Decimal("0.375")
    assert plan.best.throttled_share == 0


def test_on_demand_that_throttles_too_much_does_not_win():
    """A new table grants 4,000 writes a second, so a minute of 10,000 exceeds the budget.

    It is billed for what it served, which is cheap, and that does not make it the best.
    """
    demand = np.zeros(10 * 1_440)
    demand[5_000] = 600_000
    plan = cheapest(writes(demand), BOOK, terms=PAID, on_demand=new_table)

    on_demand = plan.outcomes[ON_DEMAND]
    assert on_demand.usd == Decimal("0.15")
    assert on_demand.throttled_share == 0.6
    assert not plan.within_budget(on_demand)
    assert plan.reason(ON_DEMAND) == "throttles 60 % of writes, budget 0.01 %"
    assert plan.best.name != ON_DEMAND
    assert plan.best.throttled_share <= plan.margins.max_throttled


@pytest.mark.parametrize("units", [80, 85, 120])
@pytest.mark.quick_cases(1)
def test_table_and_index_keep_to_the_budget_together(units):
    """Together, table and index each lose what the other throttles, so the plan adds units.

    Alone, each throttles exactly the budget. With a budget of 0 no unit is added.
    """
    table, index = np.full(1_440, 3_000.0), np.full(1_440, 3_000.0)
    table[::20], index[10::20] = 30_000, 30_000
    traffic = writes(table, inbox=index)
    capacity = PolicySearch(traffic, "table", WRITE, steady=True)
    budget = capacity.under(Fixed(units)).throttled_share
    alone = capacity.smallest_fixed(budget)
    pair = ReadsWrites(Fixed(1), Fixed(alone))
    together = simulate(traffic, {"table": pair, "inbox": pair}, steady=True)

    plan = cheapest(traffic, BOOK, replace(EDGE, max_throttled=budget), PAID)

    for name in (FIXED, AUTOSCALED):
        assert plan.outcomes[name].throttled_share <= budget
    assert (budget > 0) == (together["table"].writes.throttled_share > budget)
    assert (plan.outcomes[FIXED].rules["table"].writes.units > alone) == (budget > 0)


@pytest.mark.thorough
def test_a_cover_is_chosen_for_table_and_index_together():
    """60 steady units of each are worth one block together: 100 of 120 units are reserved."""
    steady = np.full(1_440, 3_600.0)
    plan = cheapest(writes(steady, inbox=steady), BOOK, EDGE, BillingTerms(1, free_tier=False))

    assert plan.best.reserved.wcu == 100
    assert plan.outcomes[FIXED].hours.writes.tolist() == [120] * 24


def test_a_part_is_priced_beside_the_others():
    """60 units beside 60 others cost a block of 100 for both, and 20 units by the hour."""
    tariff = tariffs(BOOK, free_tier=False, years=1).writes
    span = BilledHours.of(writes([60] * 1_440))

    (usd,) = cost_function(tariff, span, np.full(24, 60))(np.full((1, 24), 60))

    spread, hour = float(tariff.reservation.effective_usd_per_hour), float(tariff.usd_per_unit_hour)
    assert usd == pytest.approx(24 * (100 * spread + 20 * hour))


def test_of_equally_cheap_policies_that_with_the_fewest_unit_hours_is_best():
    """Where all is free, unit-hours decide."""
    traffic = bursty(20)
    capacity = PolicySearch(traffic, "table", WRITE)
    free = capacity.autoscaled(0.01, lambda hours: np.zeros(len(hours)))
    assert free.hours.sum() == capacity.autoscaled(0.01, unit_hours).hours.sum()


def test_a_table_of_its_own_has_the_search_of_its_parts():
    """Without indexes the plan has the best policy of each capacity."""
    traffic = bursty(100)
    plan = cheapest(traffic, BOOK, EDGE, PAID)
    rules = plan.outcomes[AUTOSCALED].rules["table"]
    for kind, tariff in zip(THROUGHPUT_KINDS, plan.tariffs, strict=True):
        best = PolicySearch(traffic, "table", kind, steady=True).autoscaled(
            EDGE.max_throttled, cost_function(tariff, plan.best.span)
        )
        assert rules.of(kind) == best.policy


# ---- margins


def test_headroom_raises_units_and_caps_the_target():
    """Units become the next whole number above 1.2 times as many, and targets at most 70 %."""
    plan = cheapest(bursty(200, 3), BOOK, terms=PAID)
    bare = cheapest(bursty(200, 3), BOOK, EDGE, PAID)
    for kind in THROUGHPUT_KINDS:
        units = bare.outcomes[FIXED].rules["table"].of(kind).units
        assert plan.outcomes[FIXED].rules["table"].of(kind).units == -(-units * 6 // 5)
        assert plan.outcomes[AUTOSCALED].rules["table"].of(kind).percent <= 70
    assert plan.edge[FIXED].usd == bare.outcomes[FIXED].usd
    assert plan.edge[AUTOSCALED].usd == bare.outcomes[AUTOSCALED].usd
    assert plan.best_without_margin.usd == bare.best.usd < plan.best.usd
    assert (bare.edge, bare.best_without_margin) == ({}, None)


def test_what_is_not_used_keeps_one_unit():
    """Headroom is for capacity in demand, so unused reads stay at one fixed unit, not scaled."""
    plan = cheapest(writes(np.full(1_440, 6_000.0)), BOOK, terms=PAID)
    assert plan.outcomes[FIXED].rules["table"] == (Fixed(1), Fixed(120))
    assert plan.outcomes[FIXED].usd_a_month == 730 * (120 * Decimal("0.00065") + Decimal("0.00013"))
    scaled = plan.outcomes[AUTOSCALED]
    assert scaled.rules["table"].reads == Fixed(1)
    assert scaled.alarms == 4


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 300))
def test_headroom_can_be_taken_back(low, more, percent):
    """`lowered` is the inverse of `raised`, and `raised` is never below the percentage."""
    margins = Margins(Decimal(percent))
    policy = TargetTracking(low, low + more, 0.5, low)
    raised = margins.raised(policy)
    assert 100 * raised.minimum >= (100 + percent) * low > 100 * (raised.minimum - 1)
    assert margins.lowered(raised) == policy


@pytest.mark.parametrize("budget", [-0.1, 1, 7, float("nan")])
def test_a_budget_is_a_share(budget):
    """The error says which shares are valid."""
    with pytest.raises(ThroughputError, match="max throttled must be a share from 0 to below 1"):
        Margins(max_throttled=budget)
    with pytest.raises(ThroughputError, match="headroom must be 0 percent or more, got -1"):
        Margins(Decimal(-1))
    with pytest.raises(
        ThroughputError, match="max target must be 20 to 90 percent in DynamoDB, got 91"
    ):
        Margins(max_target=91)


# ---- steady state and its reasons


def test_units_below_the_mean_demand_do_not_win():
    """93 units cannot serve 100 a second that go on, whatever the burst bucket held at first."""
    for minutes in (60, 1_440):
        plan = cheapest(writes(np.full(minutes, 6_000.0)), BOOK, EDGE, PAID)
        assert plan.outcomes[FIXED].rules["table"].writes == Fixed(100)


def test_a_job_of_a_minute_each_hour():
    """600,000 units in one minute need 600,000 / (60 + 300) = 1,667 units and a full bucket.

    The pause after the last job fills the bucket again. It isn't billed.
    """
    demand = np.zeros(3 * 1_440)
    demand[::60] = 600_000
    traffic = replace(writes(demand), pause=59)
    plan = cheapest(traffic, BOOK, EDGE, PAID)
    assert traffic.minutes == 3 * 1_440 - 59
    assert plan.outcomes[FIXED].rules["table"].writes == Fixed(1_667)
    assert plan.outcomes[FIXED].usd_a_month == 730 * (
        1_667 * Decimal("0.00065") + Decimal("0.00013")
    )
    bursts = 72 * 600_000 * Decimal("0.000000625")
    assert plan.outcomes[ON_DEMAND].usd == bursts
    assert plan.reason(AUTOSCALED).startswith(
        "no auto scaling policy below the fixed units stays within the budget: peaks last 1 minute"
    )
    scaled = plan.outcomes[AUTOSCALED]
    assert plan.within_budget(scaled)
    assert scaled.rules["table"].writes.minimum == 1_667


def test_alarms_turn_the_choice_for_a_small_table():
    """A day of 0.5 to 5 units a second: 2.85 USD fixed, less autoscaled, but 0.80 for alarms."""
    minutes = np.arange(14 * 1_440)
    wave = 60 * (2.75 - 2.25 * np.cos(2 * np.pi * minutes / 1_440))
    traffic = Workload(JUNE, Demand(wave, wave))
    plan = cheapest(traffic, BOOK, EDGE, PAID)
    scaled, fixed = plan.outcomes[AUTOSCALED], plan.outcomes[FIXED]
    assert round(fixed.usd_a_month, 2) == Decimal("2.85")
    assert scaled.alarms_usd == Decimal("0.80")
    assert scaled.usd_a_month - scaled.alarms_usd < fixed.usd_a_month < scaled.usd_a_month
    assert plan.best is fixed


def test_an_unknown_price_of_alarms_turns_no_choice():
    """Where alarms have no known price, the choice is made with that of us-east-1."""
    minutes = np.arange(1_440)
    wave = 60 * (2.75 - 2.25 * np.cos(2 * np.pi * minutes / 1_440))
    traffic = Workload(JUNE, Demand(wave, wave))
    plan = cheapest(traffic, PriceBook("us-east-2", on=date(2026, 11, 25)), EDGE, PAID)
    scaled = plan.outcomes[AUTOSCALED]
    assert (scaled.alarms_usd, scaled.unpriced_usd) == (None, Decimal("0.8"))
    assert scaled.usd_a_month < plan.outcomes[FIXED].usd_a_month
    assert plan.best.name == FIXED


def test_no_mode_may_fit():
    """A minute above a new table's limits, and fixed units for it: with no budget one mode is left.

    If on demand and both provisioned modes throttled too much, there would be no best mode.
    """
    plan = cheapest(bursty(20), BOOK, terms=PAID)
    outcomes = dict.fromkeys((ON_DEMAND, FIXED, AUTOSCALED), plan.outcomes[ON_DEMAND])
    capped = partial(warm_table, maximum=ReadsWrites(1, 1))
    throttled = cheapest(bursty(20), BOOK, terms=PAID, on_demand=capped).outcomes[ON_DEMAND]
    none = replace(plan, outcomes=dict.fromkeys(outcomes, throttled), edge={})
    assert none.best is None
    assert none.reason(FIXED).startswith("throttles 9")
    assert turning_points(none) == []


def test_the_table_class_is_a_price():
    """In Standard-IA the same units cost 25 % more, and the storage 60 % less."""
    traffic = bursty(200, 1)
    standard = cheapest(traffic, BOOK, terms=replace(PAID, storage_gb=Decimal(1_000)))
    other = standard.in_class(TableClass.STANDARD_IA)
    for name in (ON_DEMAND, FIXED, FORESIGHT):
        one, ia = standard.outcomes[name], other.outcomes[name]
        assert float(ia.usd_a_month - ia.storage_usd) == pytest.approx(
            1.25 * float(one.usd_a_month - one.storage_usd), rel=0.01
        )
        assert (one.storage_usd, ia.storage_usd) == (250, 100)
    assert other.edge[FIXED].usd_a_month > standard.edge[FIXED].usd_a_month - 150


# ---- metamorphic


@settings(max_examples=10)
@given(
    st.lists(st.integers(0, 40), min_size=24, max_size=48),
    st.integers(1, 5_000),
    st.sampled_from([1, 2]),
)
def test_the_same_traffic_has_the_same_plan(levels, shift, times):
    """Another start changes nothing, and two periods in one file are planned like one."""
    demand = 60.0 * np.repeat(levels, 60)
    plan = cheapest(writes(demand), BOOK, terms=PAID)
    later = cheapest(writes(demand, JUNE + timedelta(minutes=shift)), BOOK, terms=PAID)
    twice = cheapest(writes(np.tile(demand, times)), BOOK, terms=PAID)

    for name, one in plan.outcomes.items():
        assert later.outcomes[name].usd_a_month == one.usd_a_month
        assert later.outcomes[name].rules.keys() == one.rules.keys()
    assert later.best.rules == plan.best.rules or plan.best.name == ON_DEMAND
    for name in (ON_DEMAND, FIXED):
        assert twice.outcomes[name].usd_a_month == plan.outcomes[name].usd_a_month


# ---- turning points


def at(plan, what):
    """Return the turning point of that name."""
    return next(point for point in turning_points(plan, 300) if point.what == what)


def test_more_traffic_flips_where_it_says():
    """Plans for a little less and a little more traffic than the turning point have other winners.

    On demand wins at five writes a minute, and fixed units from the break-even on.
    """
    plan = cheapest(writes([5] * 1_440), BOOK, EDGE, PAID)
    point = at(plan, "more traffic")
    assert plan.best.name == ON_DEMAND
    assert point.to in {FIXED, AUTOSCALED}
    assert point.at == pytest.approx((0.00065 + 0.00013) / (5 * 60 * 0.000000625), rel=0.01)

    for factor, wins in ((0.98, True), (1.02, False)):
        there = cheapest(plan.workload.times(*[point.at * factor] * 2), BOOK, EDGE, PAID)
        assert (there.best.name == ON_DEMAND) == wins


@pytest.mark.thorough
def test_the_price_flips_where_both_cost_the_same():
    """At the turning point of its prices, on demand costs as much as the best mode."""
    plan = cheapest(bursty(200), BOOK, terms=PAID)
    point = at(plan, "prices of on demand")

    assert point.to == ON_DEMAND
    assert point.at * float(plan.outcomes[ON_DEMAND].usd) == pytest.approx(float(plan.best.usd))
    free = cheapest(bursty(5), BOOK)
    assert at(free, "prices of on demand").to is None


def test_larger_items_flip_in_whole_kb():
    """Writes are charged in steps of 1 KB, so the turning point is one byte above whole KB."""
    plan = cheapest(writes([20] * 1_440), BOOK, EDGE, PAID)
    point = at(plan, "larger items")
    assert plan.best.name == ON_DEMAND
    assert (point.at - 1) % 1_024 == 0
    below, above = (ceil(size / 1_024) for size in (point.at - 1, point.at))

    assert cheapest_mode_at(plan, ReadsWrites(1.0, float(below))) == ON_DEMAND
    assert cheapest_mode_at(plan, ReadsWrites(1.0, float(above))) == point.to


def test_what_never_flips_is_said():
    """Traffic that is free stays free at any fraction of it."""
    plan = cheapest(bursty(5), BOOK)
    point = at(plan, "less traffic")
    assert point == TurningPoint("less traffic", "times as much", None, None, SHAPE)
    assert str(point) == f"less traffic: no other mode becomes cheapest ({SHAPE})"
    assert FARTHEST == 1_024
    assert (
        str(TurningPoint("larger items", "bytes", 2_049, FIXED))
        == "larger items: at 2,049 bytes, fixed becomes cheapest"
    )


@pytest.mark.thorough
def test_the_plan_wins_where_it_is():
    """At the plan's own traffic the cheapest mode is its best."""
    for terms in (PAID, BillingTerms(), BillingTerms(1), BillingTerms(3, free_tier=False)):
        for peak in (2, 400):
            plan = cheapest(bursty(peak), BOOK, terms=terms)
            assert cheapest_mode_at(plan, ReadsWrites(1.0, 1.0)) == plan.best.name
