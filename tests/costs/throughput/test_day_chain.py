"""Days in any order serve what a simulation of all their minutes serves."""

from unittest.mock import patch

import numpy as np
import pytest

from cruddur_lib.costs.throughput import day_chain
from cruddur_lib.costs.throughput.day_chain import DayChain, days_of
from cruddur_lib.costs.throughput.policies import (
    Fixed,
    OnDemandLimits,
    PartialHour,
    ReadsWrites,
    TargetTracking,
)
from cruddur_lib.costs.throughput.runs import rows_of
from cruddur_lib.costs.throughput.simulation import simulate
from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.patterns import Rates
from cruddur_lib.costs.traffic.shapes import START
from cruddur_lib.costs.traffic.workload import Demand, Workload

DAY, COUNT, DRAWN = 1_440, 10, 25  # minutes, days of the workload, days that are drawn
TIGHT = ReadsWrites(Fixed(37), Fixed(18))
SCALED = ReadsWrites(TargetTracking(3, 60, 0.5), TargetTracking(2, 25, 0.8, start=9, lag=5))
ROOMY = ReadsWrites(Fixed(500), Fixed(500))


def traffic(seed, indexes=False):
    """Return bursty traffic whose days differ, from midnight on."""
    rng = np.random.default_rng(seed)
    factors = np.repeat(rng.gamma(2, 0.5, COUNT), DAY)
    more = {"inbox": Rates(5, 15)} if indexes else {}
    return Workload.shaped(
        shapes.daily(COUNT) * factors, Rates(40, 20), burstiness=0.6, seed=seed, indexes=more
    )


def drawn(seed):
    """Return the columns and numbers of days that follow the days of the workload."""
    rng = np.random.default_rng(seed)
    weekdays = (COUNT + np.arange(DRAWN)) % 7
    columns = np.array([rng.integers(len(range(weekday, COUNT, 7))) for weekday in weekdays])
    return columns, columns * 7 + weekdays


def one_after_the_other(workload, days):
    """Return the workload, and then these days of it again."""
    rows = {name: demand.units.reshape(2, COUNT, DAY) for name, demand in workload.parts.items()}
    parts = {
        name: Demand(*np.concatenate([units, units[:, days]], axis=1).reshape(2, -1))
        for name, units in rows.items()
    }
    table = parts.pop("table")
    return Workload(START, table, parts)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("partial_hour", PartialHour)
@pytest.mark.parametrize(
    "rules",
    [
        pytest.param({"table": TIGHT}, id="fixed"),
        pytest.param({"table": SCALED}, id="auto scaling"),
        pytest.param({"table": SCALED, "inbox": TIGHT}, id="an index that throttles"),
        pytest.param({"table": SCALED, "inbox": ROOMY}, id="an index that does not"),
    ],
)
def test_any_order_is_that_of_a_whole_simulation(rules, partial_hour, seed):
    """Each day's throttled units and hours are those of all days simulated one after the other."""
    workload = traffic(seed, len(rules) > 1)
    columns, days = drawn(seed)
    chain = DayChain.of(workload, rules, partial_hour)
    states = chain.walk(chain.in_order[-1], columns)
    whole = simulate(one_after_the_other(workload, days), rules)
    every = [*zip(*(whole[part] for part in rules), strict=True)]
    traces = [*zip(*(whole.trace(part) for part in rules), strict=True)]
    hours = [sum(one.hours(partial_hour) for one in kind) for kind in every]
    throttled = days_of(np.array([one.throttled for kind in traces for one in kind])).sum(axis=2)

    assert chain.is_exact
    assert chain.in_their_order(chain.throttled) == pytest.approx(throttled[:COUNT])
    assert chain.throttled[states, columns] == pytest.approx(throttled[COUNT:])
    for kind, expected in enumerate(hours):
        by_day = expected.reshape(-1, 24)
        assert chain.in_their_order(chain.billed)[:, kind].tolist() == by_day[:COUNT].tolist()
        assert chain.billed[states, columns, kind].tolist() == by_day[COUNT:].tolist()


def test_a_bucket_that_is_never_full_or_empty_has_many_states():
    """A day may end in each state in which it began. They are all known if they are few.

    Ten units a second: each day takes some units from the bucket, so it is not full on a later day.
    """
    writes = np.full((COUNT, DAY), 600.0)
    writes[:, 700] += [3, 14, 15, 9, 26, 5, 35, 8, 97, 93]
    rules = {"table": ReadsWrites(Fixed(1), Fixed(10))}
    workload = Workload(START, Demand(np.zeros(COUNT * DAY), writes.ravel()))
    with patch.object(day_chain, "MOST_STATES", 20):  # two for each day
        chain = DayChain.of(workload, rules)
    columns, days = drawn(0)
    states = chain.walk(chain.in_order[-1], columns)
    whole = simulate(one_after_the_other(workload, days), rules)["table"].writes

    assert not chain.is_exact
    assert chain.throttled[states, columns].sum() == whole.throttled_units == 0
    assert len(chain.following) <= 1 + 20


def test_on_demand_each_day_is_by_itself():
    """On demand, a day's units are granted up to the maximum, whatever came before."""
    workload = traffic(1, indexes=True)
    limits = ReadsWrites(OnDemandLimits(12_000, 30), OnDemandLimits(4_000))
    chain = DayChain.of(workload, {"table": limits, "inbox": limits})
    demand = days_of(rows_of(workload))
    granted = np.minimum(demand, [[30 * 60], [30 * 60], [np.inf], [np.inf]]).sum(axis=2)
    columns, days = drawn(1)
    states = chain.walk(chain.in_order[-1], columns)

    assert chain.throttled[states, columns] == pytest.approx(
        demand[days].sum(axis=2) - granted[days]
    )
    by_kind = granted.reshape(COUNT, 2, 2).sum(axis=2)
    assert chain.billed[states, columns] == pytest.approx(by_kind[days])
    assert chain.in_their_order(chain.billed) == pytest.approx(by_kind)


def test_a_day_that_is_not_complete_is_left_out():
    """Minutes after the last whole day do not count."""
    rows = np.arange(2.0 * (2 * DAY + 5)).reshape(2, -1)

    assert days_of(rows).shape == (2, 2, DAY)
    assert days_of(rows)[1, 0].tolist() == rows[0, DAY : 2 * DAY].tolist()
