"""The steady state: the minutes of a workload come again and again."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cruddur_lib.costs.throughput.policies import (
    Fixed,
    OnDemandLimits,
    PartialHour,
    ReadsWrites,
    TargetTracking,
    ThrottledUnits,
)
from cruddur_lib.costs.throughput.simulation import CapacityDemand, on_demand, simulate
from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.patterns import Rates
from cruddur_lib.costs.traffic.shapes import START
from cruddur_lib.costs.traffic.workload import Demand, Workload
from cruddur_lib.costs.units.capacity_units import CapacityKind
from tests.helpers import throughput_cases as cases

HOUR, DAY = 60, 1_440  # minutes


def capacity(demand, start=START, *, steady=True):
    """Return the writes of a table without reads."""
    workload = Workload(start, Demand(np.zeros(len(demand)), demand))
    return CapacityDemand(workload, "table", CapacityKind.WRITE, steady=steady)


@settings(max_examples=60)
@given(cases.cases(cases.provisioned, 90, 1))
def test_a_table_alone(case):
    """The last pass of a table without an index equals the oracle's."""
    workload, rules, how = case
    cases.assert_equal(workload, rules, {**how, "steady": True})


@settings(max_examples=40)
@given(cases.cases(cases.provisioned, 60, 3))
def test_a_table_and_its_indexes(case):
    """The last pass of a table and indexes that throttle each other equals the oracle's."""
    workload, rules, how = case
    cases.assert_equal(workload, rules, {**how, "steady": True})


@settings(max_examples=40)
@given(cases.cases(cases.on_demand, 90, 3) | cases.cases(cases.combined, 90, 3))
def test_on_demand(case):
    """On demand, each pass keeps the peaks of those before, as in the oracle."""
    workload, rules, how = case
    cases.assert_equal(workload, rules, {**how, "steady": True})


@pytest.mark.parametrize("minutes", [DAY, 1_000])
def test_days_that_use_up_the_quota(minutes):
    """Each pass begins at the same time of day, with the decreases of the pass before."""
    rng = np.random.default_rng(minutes)
    jumps = np.repeat(rng.choice([0, 60, 600, 2_400], (2, minutes // 20)), 20, axis=1)
    workload = Workload(START + timedelta(hours=20), Demand(*jumps))
    rules = {"table": ReadsWrites(TargetTracking(1, 100), TargetTracking(2, 60, 0.5))}

    cases.assert_equal(
        workload,
        rules,
        {"throttled": ThrottledUnits.LOST, "burst_at_start": 300, "steady": True},
    )


@pytest.mark.parametrize("units", [1, 50, 93, 99, 100, 101])
@pytest.mark.parametrize("minutes", [1, HOUR, 14 * DAY])
def test_units_below_a_steady_demand_throttle_the_difference(units, minutes):
    """A steady demand of 100 units a second on 93 is throttled by 7 %, and not at all on 100."""
    found = capacity(np.full(minutes, 6_000.0)).under(Fixed(units))

    assert found.throttled_share == max(0, 100 - units) / 100


@given(st.lists(st.integers(0, 3_000), min_size=1, max_size=60), st.integers(1, 50))
def test_fixed_units_are_those_of_many_periods(demand, units):
    """Fixed units throttle what they throttle in a late one of many periods, one after the other.

    Units are whole, so a bucket of 300 seconds that drains loses at least one unit a period.
    """
    found = capacity(demand).under(Fixed(units))
    periods = 2 + 300 * units
    one_by_one = capacity(np.tile(demand, periods), steady=False)
    before = capacity(np.tile(demand, periods - 1), steady=False)

    last = one_by_one.under(Fixed(units)).throttled_units
    assert found.throttled_units == last - before.under(Fixed(units)).throttled_units


@given(st.lists(st.floats(0, 3_000), min_size=1, max_size=60), st.integers(1, 50), st.data())
def test_where_a_period_begins_does_not_matter(demand, units, data):
    """A period that is cut elsewhere throttles the same units of fixed capacity."""
    shift = data.draw(st.integers(0, len(demand)))
    found = capacity(demand).under(Fixed(units)).throttled_units
    rotated = capacity(np.roll(demand, shift)).under(Fixed(units)).throttled_units

    assert rotated == pytest.approx(found, abs=1e-6)


@given(st.lists(st.floats(0, 3_000), min_size=1, max_size=60), st.integers(1, 50))
def test_two_periods_throttle_twice_as_much(demand, units):
    """Two periods in one file throttle the same share of twice the units."""
    one, two = (capacity(np.tile(demand, count)).under(Fixed(units)) for count in (1, 2))

    assert two.throttled_units == pytest.approx(2 * one.throttled_units, abs=1e-6)
    assert two.throttled_share == pytest.approx(one.throttled_share, abs=1e-9)


@given(st.lists(st.floats(0, 3_000), min_size=1, max_size=60), st.integers(1, 50))
def test_no_period_serves_more_than_its_supply(demand, units):
    """What is above the units of a whole period is throttled: the bucket helps only once."""
    found = capacity(demand).under(Fixed(units))

    excess = sum(demand) - 60 * units * len(demand)
    assert found.throttled_units >= excess - 1e-6
    assert found.granted_units <= 60 * units * len(demand) + 1e-6


def test_a_bucket_that_is_full_again_is_as_before():
    """With spare capacity at the end of the period, the steady state is that of one period."""
    traffic = Workload.shaped(shapes.daily(3), Rates(40, 20), burstiness=0.3)
    rows, once = (
        CapacityDemand(traffic, "table", CapacityKind.WRITE, steady=steady)
        for steady in (True, False)
    )

    for units in (16, 20, 25):
        one, other = rows.under(Fixed(units)), once.under(Fixed(units))
        assert one.throttled_units == other.throttled_units
        assert one.worst_minute == other.worst_minute


def test_auto_scaling_begins_with_the_units_it_ended_with():
    """The units of the start last only until the first decrease of the first period."""
    policy = TargetTracking(5, 1_000, 0.5, start=1_000)
    found = capacity(np.full(DAY, 600.0)).under(policy)

    assert found.units.tolist() == [20]
    assert found.hours().tolist() == [20] * 24


def test_a_change_that_comes_in_the_next_period():
    """A decision in a period's last minute takes effect in the first one of the next.

    A minute above the target takes 600 of the bucket's units. The next one finds the minute's 120
    and the 120 that are left, for which 8 units are needed. Fifteen quiet minutes later 2 are.
    """
    demand = np.r_[np.full(HOUR - 2, 60.0), [600.0, 600.0]]
    found = capacity(demand).under(TargetTracking(2, 100, 0.5, lag=0))

    assert found.change_minutes.tolist() == [0, 15]
    assert found.units.tolist() == [8, 2]
    assert found.hours().tolist() == [8]


def test_auto_scaling_whose_maximum_is_too_low():
    """A maximum below a steady demand throttles the difference, however slowly it drains."""
    found = capacity(np.full(DAY, 6_001.0)).under(TargetTracking(5, 100, start=100))

    assert found.throttled_units == DAY


def test_an_index_that_drains_slowly_throttles_its_table():
    """An index whose bucket drains by a unit a minute throttles its table once it is empty."""
    nothing, demand = np.zeros(HOUR), np.full(HOUR, 601.0)
    workload = Workload(START, Demand(nothing, demand), {"inbox": Demand(nothing, demand)})
    rules = {"table": ReadsWrites(Fixed(1), Fixed(20)), "inbox": ReadsWrites(Fixed(1), Fixed(10))}
    found = simulate(workload, rules, steady=True)

    assert found["table"].writes.throttled_units == pytest.approx(HOUR)
    assert found["inbox"].writes.throttled_units == pytest.approx(HOUR)
    assert (found.trace("table").writes.granted == 600).all()


def test_on_demand_knows_its_peak():
    """A new table throttles its first day's peak, and serves the same peak every day after."""
    traffic = Workload.shaped(shapes.daily(1), Rates(10, 7_000))
    first, later = (
        simulate(traffic, on_demand(traffic), steady=steady)["table"].writes
        for steady in (False, True)
    )

    assert first.throttled_units > 0
    assert later.throttled_units == 0


def test_the_peak_of_an_on_demand_table_is_limited():
    """A maximum throttles in the steady state too."""
    traffic = capacity(np.full(HOUR, 6_000.0)).workload
    rules = {"table": ReadsWrites(OnDemandLimits(1), OnDemandLimits(1, 75))}
    found = simulate(traffic, rules, steady=True)

    assert found["table"].writes.throttled_share == 0.25
    assert set(found.trace("table").writes.provisioned) == {75}


def test_units_that_are_retried_wait_for_the_next_period():
    """Units that wait at the end of a period are requested at the start of the next."""
    demand = np.r_[np.zeros(HOUR - 1), 3_600.0]  # 6 minutes of 10 units a second
    workload = capacity(demand).workload
    rules = {"table": ReadsWrites(Fixed(1), Fixed(1))}
    retried = {"throttled": ThrottledUnits.RETRIED, "steady": True}
    found = simulate(workload, rules, **retried)["table"].writes

    assert found.waiting_units == 3_600 - 300 - 60
    assert found.lost_units == 0
    assert found.granted_units == 3_600


@pytest.mark.parametrize("steady", [False, True])
@pytest.mark.parametrize("partial_hour", PartialHour)
def test_many_policies_are_each_as_alone(steady, partial_hour):
    """`under_each` yields what `under` returns, in the order of the policies."""
    start = START + timedelta(minutes=25)
    traffic = Workload.shaped(shapes.daily(2, start=start), Rates(30, 20), burstiness=0.4)
    rows = CapacityDemand(traffic, "table", CapacityKind.WRITE, steady=steady)
    scaled = [TargetTracking(low, high) for low in range(1, 8) for high in (20, 50)]
    policies = [*scaled, Fixed(10), Fixed(20)]
    alone = [rows.under(policy) for policy in policies]
    results = list(rows.under_each(policies))

    assert [one.throttled_share for one in results] == [one.throttled_share for one in alone]
    for one, other in zip(results, alone, strict=True):
        assert one.hours(partial_hour).tolist() == other.hours(partial_hour).tolist()
        assert one.unit_hours(partial_hour) == other.unit_hours(partial_hour)


def test_no_policies():
    """Without a policy there is no trial."""
    assert list(capacity([1.0]).under_each([])) == []


@given(
    st.lists(st.floats(0, 3_000), min_size=1, max_size=60),
    st.sampled_from([0, 0.001, 0.1, 0.5]),
    st.booleans(),
)
def test_the_smallest_units_within_a_budget(demand, budget, steady):
    """One unit less throttles more than the budget."""
    rows = capacity(demand, steady=steady)
    units = rows.smallest_fixed(budget)

    assert rows.under(Fixed(units)).throttled_share <= budget
    assert units == 1 or rows.under(Fixed(units - 1)).throttled_share > budget


@given(st.integers(1, 2_000))
def test_the_clock_does_not_matter(minutes):
    """The same traffic at another time of the day has the same hours and denied decreases."""
    demand = np.tile(np.repeat([3_000.0, 0, 600, 0], 40), 12)
    found, later = (
        capacity(demand, start).under(TargetTracking(1, 100))
        for start in (START, START + timedelta(minutes=minutes))
    )

    assert later.hours().tolist() == found.hours().tolist()
    assert later.denied == found.denied
