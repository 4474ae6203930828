"""The compiled simulation gives the same bits as `tests.helpers.throughput_oracle`."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cruddur_lib.costs.throughput.policies import (
    Fixed,
    ReadsWrites,
    TargetTracking,
    ThrottledUnits,
)
from cruddur_lib.costs.throughput.simulation import CapacityDemand, simulate
from cruddur_lib.costs.traffic.shapes import START
from cruddur_lib.costs.traffic.workload import Demand, Workload
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS
from tests.helpers import throughput_oracle as oracle
from tests.helpers.throughput_cases import (
    assert_equal,
    assert_sums_equal,
    cases,
    combined,
    on_demand,
    provisioned,
    tracking,
)


@given(cases(provisioned, 400, 1))
def test_a_table_alone(case):
    """A table without an index equals the oracle: bursts, alarms, throttles."""
    assert_equal(*case)


@settings(max_examples=60)
@given(cases(provisioned, 300, 3))
def test_a_table_and_its_indexes(case):
    """A table and indexes that throttle each other equal the oracle."""
    assert_equal(*case)


@settings(max_examples=60)
@given(cases(on_demand, 200, 3))
def test_on_demand(case):
    """On-demand mode equals the oracle, with and without a maximum."""
    assert_equal(*case)


@settings(max_examples=60)
@given(cases(combined, 200, 3))
def test_a_new_table_on_demand(case):
    """A new table, whose reads and writes share a limit, equals the oracle."""
    assert_equal(*case)


@settings(max_examples=25)
@given(cases(tracking(), 3 * 1_440, 1))
def test_days(case):
    """Several days equal the oracle: the quota of decreases starts again at midnight."""
    assert_equal(*case)


@pytest.mark.parametrize("throttled", ThrottledUnits)
@pytest.mark.parametrize("seed", range(4))
def test_weeks_that_use_up_the_quota(seed, throttled):
    """A week with more decreases than the quota allows equals the oracle.

    Demand jumps up and falls all day, of the reads and of the writes.
    """
    rng = np.random.default_rng(seed)
    jumps = np.repeat(rng.choice([0, 60, 600, 2_400], (2, 7 * 48)), 30, axis=1)
    workload = Workload(START, Demand(*(jumps * rng.gamma(4, 1 / 4, jumps.shape))))
    rules = {"table": ReadsWrites(TargetTracking(1, 100), TargetTracking(2, 60, 0.5))}
    found = simulate(workload, rules, throttled=throttled)["table"]

    assert min(found.reads.denied, found.writes.denied) > 0
    assert_equal(workload, rules, {"throttled": throttled, "burst_at_start": 300})


@given(cases(provisioned, 400, 1), st.sampled_from(THROUGHPUT_KINDS))
def test_a_series_alone(case, kind):
    """`CapacityDemand.under` equals the oracle's table whose other capacity has no demand."""
    workload, rules, _ = case
    policy = rules["table"].of(kind)
    which = THROUGHPUT_KINDS.index(kind)
    zeros = [0.0] * workload.minutes
    parts = {"table": [zeros, zeros]}
    parts["table"][which] = workload.table.units[which].tolist()
    pair = [Fixed(1), Fixed(1)]
    pair[which] = policy
    expected = oracle.simulate(
        parts,
        {"table": ReadsWrites(*pair)},
        minute_of_day=workload.start.hour * 60 + workload.start.minute,
    )["table"][which]
    found = CapacityDemand(workload, "table", kind).under(policy)

    assert_sums_equal(found, expected)
    assert found.provisioned().tolist() == expected.provisioned
