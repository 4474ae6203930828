"""cruddur_lib.costs.throughput equals throughput_oracle, its rules in plain Python, bit by bit."""

from datetime import timedelta

import numpy as np
import pytest
import throughput_oracle as oracle
from hypothesis import given, settings
from hypothesis import strategies as st

from cruddur_lib.costs.policies import Fixed, OnDemandLimits, Pair, Refused, TargetTracking
from cruddur_lib.costs.shapes import START
from cruddur_lib.costs.throughput import Series, simulate
from cruddur_lib.costs.workload import Demand, Workload

KINDS = ("reads", "writes")
levels = st.sampled_from([0, 0.5, 30, 42, 60, 300, 600]) | st.floats(0, 3_000)
noise = st.sampled_from([0, 0, 0.1, 0.5, 2])


@st.composite
def units(draw, minutes):
    """A series in stretches: steady, rising or falling, noisy or not, in floats or whole units."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    pieces = []
    while sum(map(len, pieces)) < minutes:
        length = draw(st.integers(1, 90))
        spread = draw(noise)
        piece = np.linspace(draw(levels), draw(levels), length)
        pieces.append(piece * rng.gamma(1 / spread**2, spread**2, length) if spread else piece)
    series = np.concatenate(pieces)[:minutes]
    return np.round(series) if draw(st.booleans()) else series


@st.composite
def demands(draw, minutes):
    """Of a table or an index."""
    return Demand(draw(units(minutes)), draw(units(minutes)))


@st.composite
def tracking(draw):
    """Any policy that DynamoDB takes, at a scale where it has work to do."""
    low, between, high = sorted(draw(st.tuples(*[st.integers(1, 60)] * 3)))
    return TargetTracking(
        low,
        high,
        draw(st.sampled_from([0.2, 0.55, 0.7, 0.9]) | st.floats(0.2, 0.9)),
        draw(st.sampled_from([None, between])),
        draw(st.integers(0, 6)),
        draw(st.booleans()),
    )


provisioned = tracking() | st.builds(Fixed, st.integers(1, 60))
on_demand = st.builds(OnDemandLimits, st.integers(1, 20), st.none() | st.integers(1, 60))
starts = st.integers(0, 3 * 1_440).map(lambda minute: START + timedelta(minutes=minute))
settled = st.fixed_dictionaries(
    {
        "refused": st.sampled_from(Refused),
        "burst_at_start": st.sampled_from([0, 7.5, 300]),
        "traced": st.booleans(),
    }
)


@st.composite
def cases(draw, policies, minutes, parts):
    """A workload, its rules and how they are applied."""
    length = draw(st.integers(1, minutes))
    names = ["table", "index-1", "index-2"][: draw(st.integers(1, parts))]
    series = {name: draw(demands(length)) for name in names}
    rules = {name: Pair(draw(policies), draw(policies)) for name in names}
    table = series.pop("table")
    return Workload(draw(starts), table, series), rules, draw(settled)


def assert_equal(workload, rules, how):
    """Every minute of every capacity, and every sum, is what the oracle says."""
    expected = oracle.simulate(
        {name: tuple(demand.units.tolist()) for name, demand in workload.parts.items()},
        rules,
        minute_of_day=workload.start.hour * 60 + workload.start.minute,
        burst_at_start=how["burst_at_start"],
        retried=how["refused"] is Refused.RETRIED,
    )
    found = simulate(workload, rules, **how)
    for name, both in expected.items():
        for kind, capacity in zip(KINDS, both, strict=True):
            trace = getattr(found.trace(name), kind)
            assert trace.granted.tolist() == capacity.granted
            assert trace.throttled.tolist() == capacity.refused
            given_ = getattr(found[name], kind)
            assert_sums_equal(given_, capacity)
            if capacity.provisioned:
                assert trace.provisioned.tolist() == capacity.provisioned


def assert_sums_equal(given_, capacity):
    """Sums are added up in the order of minutes."""
    total = 0.0
    for left in capacity.refused:
        total += left
    assert given_.throttled_units == total
    assert given_.throttled_minutes == sum(left > 0 for left in capacity.refused)
    assert given_.worst_units == max(capacity.refused)
    assert given_.waiting_units == capacity.waiting
    assert given_.denied == capacity.denied
    if total:
        assert given_.worst_minute == capacity.refused.index(max(capacity.refused))


@given(cases(provisioned, 400, 1))
def test_a_table_alone(case):
    """Reads and writes of a table without an index: bursts, alarms, throttles."""
    assert_equal(*case)


@settings(max_examples=60)
@given(cases(provisioned, 300, 3))
def test_a_table_and_its_indexes(case):
    """A starved index throttles its table, and the other way round."""
    assert_equal(*case)


@settings(max_examples=60)
@given(cases(on_demand, 200, 3))
def test_on_demand(case):
    """Doubled peaks, with and without a maximum."""
    assert_equal(*case)


@settings(max_examples=25)
@given(cases(tracking(), 3 * 1_440, 1))
def test_days(case):
    """Over midnights, where the quota of decreases begins anew."""
    assert_equal(*case)


@pytest.mark.parametrize("refused", Refused)
@pytest.mark.parametrize("seed", range(4))
def test_weeks_that_use_up_the_quota(seed, refused):
    """Traffic that jumps up and falls all day long asks for more decreases than a day has, of the
    reads and of the writes of one table.
    """
    rng = np.random.default_rng(seed)
    jumps = np.repeat(rng.choice([0, 60, 600, 2_400], (2, 7 * 48)), 30, axis=1)
    workload = Workload(START, Demand(*(jumps * rng.gamma(4, 1 / 4, jumps.shape))))
    rules = {"table": Pair(TargetTracking(1, 100), TargetTracking(2, 60, 0.5))}
    found = simulate(workload, rules, refused=refused)["table"]

    assert min(found.reads.denied, found.writes.denied) > 0
    assert_equal(workload, rules, {"refused": refused, "burst_at_start": 300})


@settings(max_examples=40)
@given(cases(provisioned, 300, 1), st.sampled_from(KINDS))
def test_a_series_alone(case, kind):
    """A capacity by itself is what a table with nothing beside it would give."""
    workload, rules, how = case
    policy = getattr(rules["table"], kind)
    which = KINDS.index(kind)
    nothing = [0.0] * workload.minutes
    parts = {"table": [nothing, nothing]}
    parts["table"][which] = workload.table.units[which].tolist()
    both = [Fixed(1), Fixed(1)]
    both[which] = policy
    expected = oracle.simulate(
        parts,
        {"table": Pair(*both)},
        minute_of_day=workload.start.hour * 60 + workload.start.minute,
        burst_at_start=how["burst_at_start"],
        retried=how["refused"] is Refused.RETRIED,
    )["table"][which]
    del how["traced"]
    found = Series(workload, "table", kind).give(policy, **how)

    assert_sums_equal(found, expected)
    assert found.provisioned().tolist() == expected.provisioned
