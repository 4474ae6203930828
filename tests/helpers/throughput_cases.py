"""Random workloads and policies, and their comparison with the oracle."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import numpy as np
from hypothesis import strategies as st

from cruddur_lib.costs.throughput import kernel_input
from cruddur_lib.costs.throughput.policies import (
    Fixed,
    OnDemandLimits,
    ReadsWrites,
    TargetTracking,
    ThrottledUnits,
)
from cruddur_lib.costs.throughput.simulation import simulate
from cruddur_lib.costs.traffic.shapes import START
from cruddur_lib.costs.traffic.workload import Demand, Workload
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS
from tests.helpers import throughput_oracle as oracle

MOST_PASSES = 10  # of a steady state that is not found before

levels = st.sampled_from([0, 0.5, 30, 42, 60, 300, 600]) | st.floats(0, 3_000)
noise = st.sampled_from([0, 0, 0.1, 0.5, 2])


@st.composite
def units(draw, minutes):
    """A series of stretches: steady, rising or falling, with or without noise, rounded or not."""
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
    """The demand on a table or an index."""
    return Demand(draw(units(minutes)), draw(units(minutes)))


@st.composite
def tracking(draw):
    """Any policy that DynamoDB accepts, with limits near the demand."""
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
combined = on_demand.map(lambda limits: replace(limits, combined=True))
starts = st.integers(0, 3 * 1_440).map(lambda minute: START + timedelta(minutes=minute))
options = st.fixed_dictionaries(
    {
        "throttled": st.sampled_from(ThrottledUnits),
        "burst_at_start": st.sampled_from([0, 7.5, 300]),
        "traced": st.booleans(),
    }
)


@st.composite
def cases(draw, policies, minutes, parts):
    """A workload, its rules and the options of `simulate`."""
    length = draw(st.integers(1, minutes))
    names = ["table", "index-1", "index-2"][: draw(st.integers(1, parts))]
    series = {name: draw(demands(length)) for name in names}
    rules = {name: ReadsWrites(draw(policies), draw(policies)) for name in names}
    table = series.pop("table")
    return Workload(draw(starts), table, series), rules, draw(options)


def assert_equal(workload, rules, how):
    """Assert that each minute and each sum of every capacity equals the oracle's."""
    expected = oracle.simulate(
        {name: tuple(demand.units.tolist()) for name, demand in workload.parts.items()},
        rules,
        minute_of_day=0 if how.get("steady") else workload.start.hour * 60 + workload.start.minute,
        burst_at_start=how["burst_at_start"],
        retried=how["throttled"] is ThrottledUnits.RETRIED,
        most_passes=MOST_PASSES if how.get("steady") else 1,
    )
    with patch.object(kernel_input, "MOST_MINUTES", MOST_PASSES * workload.minutes):
        found = simulate(workload, rules, **how)
        found.trace("table")  # may simulate again
    for name, pair in expected.items():
        for kind, capacity in zip(THROUGHPUT_KINDS, pair, strict=True):
            trace = found.trace(name).of(kind)
            assert trace.granted.tolist() == capacity.granted
            assert trace.throttled.tolist() == capacity.throttled
            assert_sums_equal(found[name].of(kind), capacity)
            assert trace.provisioned.tolist() == capacity.provisioned


def assert_sums_equal(result, capacity):
    """Assert that the sums are those of the oracle's minutes, added in their order."""
    total = 0.0
    for units in capacity.throttled:
        total += units
    assert result.throttled_units == total
    assert result.throttled_minutes == sum(units > 0 for units in capacity.throttled)
    assert result.worst_units == max(capacity.throttled)
    assert result.waiting_units == capacity.waiting
    if capacity.retried:
        assert result.lost_units == capacity.waiting - capacity.waited
    assert result.denied == capacity.denied
    if total:
        assert result.worst_minute == capacity.throttled.index(max(capacity.throttled))
