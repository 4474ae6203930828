"""Tests of the simulation against AWS's documentation, and steady loads worked out by hand."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.costs.throughput.policies import (
    Fixed,
    OnDemandLimits,
    PartialHour,
    ReadsWrites,
    TargetTracking,
    ThrottledUnits,
    ThroughputError,
)
from cruddur_lib.costs.throughput.simulation import (
    NO_MAXIMUM,
    CapacityDemand,
    new_table,
    on_demand,
    simulate,
    warm_table,
)
from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.patterns import Rates
from cruddur_lib.costs.traffic.shapes import START
from cruddur_lib.costs.traffic.workload import Demand, Workload
from cruddur_lib.costs.units.capacity_units import CapacityKind

HOUR, DAY = 60, 1_440  # minutes
SCALED = TargetTracking(10, 1_000, 0.5)  # 10 units: out above 300 units a minute, in at 180


def series(*stretches):
    """Units a minute, from stretches of (minutes, units a second)."""
    return np.concatenate([np.full(minutes, rate * 60.0) for minutes, rate in stretches])


def writes(policy, demand, start=START, **how):
    """Return the result and the trace of a table's writes, without any demand for reads."""
    workload = Workload(start, Demand(np.zeros(len(demand)), demand))
    found = simulate(workload, {"table": ReadsWrites(Fixed(1), policy)}, **how)
    return found["table"].writes, found.trace("table").writes


def provisioned_apart(policy, demand):
    """Return the units provisioned for the writes of a table without an index."""
    return writes(policy, demand)[1].provisioned


def provisioned_alone(policy, demand):
    """Return the units provisioned if the writes are simulated without the table's reads."""
    workload = Workload(START, Demand(np.zeros(len(demand)), demand))
    return CapacityDemand(workload, "table", CapacityKind.WRITE).under(policy).provisioned()


def provisioned_together(policy, demand):
    """Return the units provisioned beside an index, which throttles in one more, last minute."""
    nothing = np.zeros(len(demand) + 1)
    starved = np.append(nothing[:-1], 10**6)
    index = {"inbox": Demand(nothing, starved)}
    workload = Workload(START, Demand(nothing, np.append(demand, 0)), index)
    rules = {"table": ReadsWrites(Fixed(1), policy), "inbox": ReadsWrites(Fixed(1), Fixed(1))}
    found = simulate(workload, rules)
    assert found["inbox"].writes.throttled_minutes == 1
    return found.trace("table").writes.provisioned[:-1]


either = pytest.mark.parametrize(
    "provisioned",
    [
        pytest.param(provisioned_alone, id="writes alone"),
        pytest.param(provisioned_apart, id="a table without an index"),
        pytest.param(provisioned_together, id="with an index that throttles"),
    ],
)


def test_a_burst_lasts_as_long_as_aws_says():
    """AWS re:Post ("spiky workloads"): burst capacity covers 200 units a second for 15 minutes.

    150 units that are unused for 5 minutes are 45,000, and 45,000 / (200 - 150) = 900 seconds.
    """
    _, trace = writes(Fixed(150), series((5, 0), (30, 200)), burst_at_start=0)

    assert trace.throttled[:20].sum() == 0  # 5 + 15 minutes
    assert (trace.granted[5:20] == 12_000).all()
    assert (trace.granted[20:] == 9_000).all()
    assert (trace.throttled[20:] == 3_000).all()


def test_a_bucket_holds_five_minutes():
    """Ten idle minutes save no more units than five. `burst_at_start` sets the first level."""
    five, ten = (
        writes(Fixed(10), series((idle, 0), (60, 20)), burst_at_start=0)[0] for idle in (5, 10)
    )
    full = writes(Fixed(10), series((60, 20)))[0]
    half = writes(Fixed(10), series((60, 20)), burst_at_start=150)[0]

    assert five.throttled_units == ten.throttled_units == full.throttled_units == 36_000 - 3_000
    assert half.throttled_units == 36_000 - 1_500


def test_unused_capacity_fills_the_bucket_again():
    """A minute's 60 unused units cover 60 units above capacity in a later minute."""
    demand = series((6, 20), (1, 9), (1, 11), (1, 11))
    _, trace = writes(Fixed(10), demand)

    assert trace.throttled.tolist() == [0, 0, 0, 0, 0, 600, 0, 0, 60]


def test_half_a_unit_too_much_empties_the_bucket():
    """A bucket of 300 units lasts 600 minutes if each takes half a unit from it."""
    _, trace = writes(Fixed(1), [60.5] * 700)

    assert trace.throttled[:600].sum() == 0
    assert (trace.throttled[600:] == 0.5).all()


@pytest.mark.parametrize("rate", [0, 1, 69.5, 70, 100])
def test_a_steady_load_below_capacity_is_given(rate):
    """Demand below capacity is granted, and all provisioned units are billed for every hour."""
    found, _ = writes(Fixed(100), series((DAY, rate)))

    assert found.throttled_units == 0
    assert found.worst_minute is None
    assert found.granted_units == rate * 86_400
    assert found.unit_hours() == found.unit_hours(PartialHour.MEAN) == 100 * 24


def test_a_steady_overload_loses_what_is_above():
    """30 units a second on 10 lose 20 a second, except for the 3,000 units of burst capacity."""
    found, _ = writes(Fixed(10), series((DAY, 30)))

    assert found.throttled_units == 20 * 60 * DAY - 10 * 300
    assert found.throttled_share == pytest.approx(2 / 3, abs=0.002)
    assert found.worst_units == 20 * 60
    assert found.worst_minute == 3  # they last for 2.5 minutes of 1,200


@given(st.lists(st.floats(0, 5_000), min_size=1, max_size=50), st.integers(1, 50))
def test_granted_and_throttled_are_the_demand(demand, units):
    """If throttled units are lost, granted and throttled units add up to the demand."""
    found, trace = writes(Fixed(units), demand)

    assert trace.granted + trace.throttled == pytest.approx(trace.demand)
    assert found.granted_units + found.lost_units == pytest.approx(found.demand_units)
    assert found.lost_units == found.throttled_units
    assert found.waiting_units == 0


@given(st.lists(st.floats(0, 5_000), min_size=1, max_size=50), st.integers(1, 50))
def test_what_is_retried_waits_or_is_given(demand, units):
    """If throttled units are retried, only those that wait at the end are lost."""
    found, trace = writes(Fixed(units), demand, throttled=ThrottledUnits.RETRIED)

    assert trace.granted.sum() + found.waiting_units == pytest.approx(sum(demand))
    assert found.lost_units == found.waiting_units == trace.throttled[-1]


def test_a_retry_comes_in_the_next_minute():
    """A unit that is throttled is requested again in the next minute, beside its demand."""
    retried = {"throttled": ThrottledUnits.RETRIED, "burst_at_start": 0}
    found, trace = writes(Fixed(10), [700, 700, 0, 0], **retried)

    assert trace.granted.tolist() == [600, 600, 200, 0]
    assert trace.throttled.tolist() == [100, 200, 0, 0]
    assert (found.throttled_units, found.waiting_units) == (300, 0)
    assert found.throttled_minutes == 2


def test_more_capacity_is_never_worse():
    """One more provisioned unit never throttles more of the same demand."""
    traffic = Workload.shaped(shapes.daily(2), Rates(40, 20), burstiness=1)
    results = CapacityDemand(traffic, "table", CapacityKind.READ).under_each(
        [Fixed(units) for units in range(5, 80)]
    )
    throttled = [one.throttled_units for one in results]

    assert throttled == sorted(throttled, reverse=True)
    assert throttled[0] > 0


@either
def test_two_minutes_above_scale_out(provisioned):
    """AWS's alarm for 1 unit at 70 %: above 42 units a minute, two minutes in a row."""
    policy = TargetTracking(1, 100, 0.7, lag=0)

    assert set(provisioned(policy, [43, 42, 43, 42, 43, 42, 0, 0])) == {1}
    assert provisioned(policy, [43, 43, 0, 0]).tolist() == [1, 1, 2, 2]  # 43 / 42 is above one


@either
def test_hours_between_two_minutes_above(provisioned):
    """Two minutes above the target scale out only if they follow each other."""
    policy = TargetTracking(1, 100, 0.7, lag=0)

    assert set(provisioned(policy, [40] * 31 + [43] + [40] * 32 + [43] + [40] * 31)) == {1}


@either
@pytest.mark.parametrize("lag", [0, 2, 5])
def test_scaling_out_lags(lag, provisioned):
    """After two minutes and the lag, the last minute's consumption is at the target."""
    units = provisioned(TargetTracking(10, 1_000, 0.5, lag=lag), series((20, 8)))

    assert (units[: 2 + lag] == 10).all()
    assert (units[2 + lag :] == 16).all()


@pytest.mark.parametrize(
    ("target", "rate", "units"),
    [
        pytest.param(0.7, 70, 100, id="AWS: 70 units at 70 %"),
        pytest.param(0.7, 71, 102, id="101.4 is 102 whole units"),
        pytest.param(0.58, 58, 100, id="0.58 * 100 is less than 58 as a float: 100 units it is"),
        pytest.param(0.9, 9, 10, id="90 %"),
        pytest.param(0.2, 20, 100, id="20 %"),
    ],
)
def test_units_are_whole_and_meet_the_target(target, rate, units):
    """The new units are the consumption divided by the target, rounded up."""
    _, trace = writes(TargetTracking(1, 1_000, target), series((30, rate)), burst_at_start=300)
    grown = TargetTracking(1, 1_000, target, start=rate + 1)
    _, later = writes(grown, series((30, rate)))

    assert later.provisioned[-1] == units
    assert trace.provisioned[-1] <= units


def test_scaling_sees_what_was_consumed():
    """Scaling sees consumption and not demand, so a step is at most 1 / target.

    At 50 % and without burst capacity, units double every four minutes.
    """
    _, trace = writes(SCALED, series((30, 100)), burst_at_start=0)
    steps = dict.fromkeys(trace.provisioned.tolist())

    assert list(steps) == [10, 20, 40, 80, 160, 200]
    assert [int((trace.provisioned == units).sum()) for units in list(steps)[:4]] == [4] * 4


def test_a_bucket_lets_it_see_more():
    """With burst capacity the alarm sees 30 units a second on 10 provisioned units."""
    _, trace = writes(SCALED, series((4, 30), (20, 30)))

    assert list(dict.fromkeys(trace.provisioned.tolist())) == [10, 60]
    assert trace.throttled.sum() > 0


def test_limits_hold():
    """Units stay between the minimum and the maximum, whatever the demand."""
    _, trace = writes(TargetTracking(10, 25, 0.5), series((60, 100), (DAY, 0)))

    assert (trace.provisioned.min(), trace.provisioned.max()) == (10, 25)
    assert trace.provisioned[-1] == 10


@either
def test_fifteen_minutes_below_scale_in(provisioned):
    """Fifteen minutes at 20 points below the target scale in, and fourteen do not."""
    policy = TargetTracking(10, 1_000, 0.5, start=100, lag=0)
    fourteen, fifteen = (provisioned(policy, series((low, 30), (40 - low, 31))) for low in (14, 15))

    assert set(fourteen) == {100}
    assert set(fifteen[:15]) == {100}
    assert fifteen[15] == 60  # 30 / 0.5


def test_a_point_above_twenty_below_is_not_below():
    """19.5 points below the target never scales in."""
    policy = TargetTracking(10, 1_000, 0.5, start=100)
    _, trace = writes(policy, series((DAY, 30.5)))

    assert (trace.provisioned == 100).all()


def test_a_change_begins_the_count_anew():
    """After a change, the next decrease takes fifteen minutes again, and the lag."""
    policy = TargetTracking(1, 1_000, 0.5, start=1_000)
    _, trace = writes(policy, [30_000 * 0.55**minute for minute in range(100)])
    changes = np.flatnonzero(np.diff(trace.provisioned)) + 1

    assert changes[0] == 15 + 2 + int(np.argmax(30_000 * 0.55 ** np.arange(100) <= 18_000))
    assert (np.diff(changes) >= 15 + 2).all()


@either
@pytest.mark.parametrize(("at_zero", "units"), [(True, 10), (False, 100)])
def test_scaling_in_at_zero_is_a_switch(at_zero, units, provisioned):
    """`scale_in_at_zero=False` is AWS's older note: no scale-in while nothing is consumed."""
    policy = TargetTracking(10, 100, 0.5, start=100, scale_in_at_zero=at_zero)

    assert provisioned(policy, series((60, 0)))[-1] == units
    assert provisioned(policy, series((60, 0.1)))[-1] == 10


BRISK = TargetTracking(5, 200, 0.5, lag=0)
TOOTH = 17  # minutes: two that scale out, and fifteen that scale in


def demand_for_decreases(due, minutes):
    """Return a demand for which `BRISK` decreases in these minutes, or as soon as it may."""
    demand = np.full(minutes, 60.0)
    for minute in due:
        demand[minute - TOOTH : minute - TOOTH + 2] = 3_600
    return demand


def decrease_minutes(found):
    """The minutes in which units were decreased."""
    return found.change_minutes[1:][np.diff(found.units) < 0].tolist()


def decreases(due, minutes):
    """The minutes of the decreases of writes that are due in these minutes."""
    return decrease_minutes(writes(BRISK, demand_for_decreases(due, minutes))[0])


def test_four_decreases_at_once_and_the_fifth_an_hour_later():
    """AWS: four decreases within a day's first hour of decreases, then one an hour."""
    found, _ = writes(BRISK, demand_for_decreases([17, 34, 51, 68, 85], 4 * HOUR))

    assert decrease_minutes(found) == [17, 34, 51, 68, 128]
    assert found.denied == 43  # in each minute from 85 to 127


def test_five_within_an_hour_are_one_too_many():
    """Of five decreases of a table's reads and writes, the fifth waits an hour after the fourth."""
    demand = Demand(
        demand_for_decreases([17, 34], 4 * HOUR), demand_for_decreases([20, 37, 54], 4 * HOUR)
    )
    found = simulate(Workload(START, demand), {"table": ReadsWrites(BRISK, BRISK)})["table"]

    assert decrease_minutes(found.reads) == [17, 34]
    assert decrease_minutes(found.writes) == [20, 37, 97]


@pytest.mark.parametrize(("third", "happens"), [(17 + 59, 17 + 59), (17 + 60, 34 + 60)])
def test_the_four_are_within_an_hour_of_the_first(third, happens):
    """The four decreases must be within 60 minutes of the first one."""
    assert decreases([17, 34, third], 4 * HOUR) == [17, 34, happens]


def test_a_day_has_27_decreases_and_is_one_of_utc():
    """A day has 27 decreases: 4 in the first hour and 1 in each of 23 others.

    All are of the reads. A 28th, of the writes, waits for midnight in UTC. The workload begins at
    six in the evening.
    """
    midnight, minutes = 6 * HOUR, 6 * HOUR + DAY + HOUR
    evening = [midnight - TOOTH * n for n in (3, 2, 1)]
    first = [midnight + TOOTH * n for n in range(4)]
    hourly = [first[-1] + HOUR * n for n in range(1, 24)]
    reads = demand_for_decreases(
        [*evening, *first, *(minute + TOOTH for minute in [first[-1], *hourly])], minutes
    )
    demand = Demand(reads, demand_for_decreases([hourly[-1] + 1], minutes))
    workload = Workload(START + timedelta(hours=18), demand)
    found = simulate(workload, {"table": ReadsWrites(BRISK, BRISK)})["table"]

    assert decrease_minutes(found.reads)[3:30] == first + hourly
    assert len(first + hourly) == 27
    assert hourly[-1] + 1 < midnight + DAY
    assert decrease_minutes(found.writes) == [midnight + DAY]
    assert found.writes.denied == DAY + midnight - hourly[-1] - 1


def test_reads_and_writes_share_the_quota_and_an_index_does_not():
    """A table's reads and writes have 27 decreases together, because DescribeTable counts once."""
    jumps = np.tile(series((2, 60), (18, 1)), DAY // 20)
    demand, policy = Demand(jumps, jumps), TargetTracking(5, 200, 0.5)
    pair = ReadsWrites(policy, policy)
    alone = simulate(Workload(START, demand), {"table": pair})["table"]
    beside = simulate(
        Workload(START, demand, {"index-1": demand}), {"table": pair, "index-1": pair}
    )
    one = CapacityDemand(Workload(START, demand), "table", CapacityKind.WRITE).under(policy)

    assert alone.reads.decreases + alone.writes.decreases <= 27
    assert one.decreases > alone.writes.decreases
    assert beside["table"].reads.decreases == alone.reads.decreases
    assert beside["index-1"].reads.decreases == alone.reads.decreases


def test_a_denied_decrease_is_asked_for_again():
    """A denied decrease happens an hour after the last one, without another alarm."""
    falling = np.concatenate([np.full(20, 60 * 300 * 0.5**n) for n in range(5)])
    policy = TargetTracking(1, 1_000, 0.5, start=1_000)
    found, trace = writes(policy, np.append(falling, np.full(3 * HOUR, 60)))

    assert found.denied > 0
    assert trace.provisioned[-1] == 2


def test_a_starved_index_throttles_its_table():
    """An index with half of the write capacity it needs throttles half of its table's writes.

    Reads are not affected.
    """
    demand = Demand(series((60, 4)), series((60, 10)))
    index = Demand(series((60, 0)), series((60, 8)))
    workload = Workload(START, demand, {"inbox": index})
    rules = {"table": ReadsWrites(Fixed(10), Fixed(100)), "inbox": ReadsWrites(Fixed(1), Fixed(4))}
    found = simulate(workload, rules, burst_at_start=0)

    assert (found.trace("inbox").writes.granted == 240).all()
    assert (found.trace("table").writes.granted == 300).all()
    assert found["table"].reads.throttled_units == 0
    assert found["table"].writes.throttled_share == pytest.approx(0.5)
    lost = found["table"].writes.throttled_units + found["inbox"].writes.throttled_units
    assert found.throttled_share == pytest.approx(lost / (60 * 60 * (4 + 10 + 8)))


def test_a_starved_table_does_not_fill_its_index():
    """Writes that the table throttles do not consume the index's capacity."""
    demand = Demand(series((60, 0)), series((60, 10)))
    workload = Workload(START, demand, {"inbox": demand})
    rules = {"table": ReadsWrites(Fixed(1), Fixed(5)), "inbox": ReadsWrites(Fixed(1), Fixed(100))}
    found = simulate(workload, rules, burst_at_start=0)

    assert (found.trace("inbox").writes.granted == 300).all()


def test_an_index_with_enough_changes_nothing():
    """An index with enough capacity does not change its table's results."""
    traffic = Workload.shaped(shapes.daily(1), Rates(30, 20), burstiness=0.3)
    both = Workload(traffic.start, traffic.table, {"inbox": traffic.table})
    pair = ReadsWrites(TargetTracking(10, 200), TargetTracking(10, 200))
    alone = simulate(traffic, {"table": pair})["table"]
    beside = simulate(both, {"table": pair, "inbox": ReadsWrites(Fixed(500), Fixed(500))})["table"]

    assert alone.writes.throttled_units == beside.writes.throttled_units
    assert alone.writes.unit_hours() == beside.writes.unit_hours()


def on_demand_writes(demand, maximum=None, initial=10, **how):
    """Return the result and the trace of an on-demand table's writes."""
    rule = OnDemandLimits(initial, maximum)
    workload = Workload(START, Demand(np.zeros(len(demand)), demand))
    found = simulate(workload, {"table": ReadsWrites(rule, rule)}, **how)
    return found["table"].writes, found.trace("table").writes


def test_a_new_on_demand_table():
    """AWS: a new table grants 12,000 reads and 4,000 writes a second from its first minute."""
    traffic = Workload(START, Demand(series((60, 12_001)), series((60, 4_001))))
    found = simulate(traffic, on_demand(traffic))["table"]

    assert found.reads.worst_units == found.writes.worst_units == 60
    assert found.reads.throttled_minutes == 30


def test_on_demand_doubles_a_peak_that_is_thirty_minutes_old():
    """A peak raises the limit thirty minutes later, not twenty-nine."""
    _, trace = on_demand_writes(series((100, 1_000)))

    assert trace.granted[:30].tolist() == [600] * 30
    assert trace.granted[30:60].tolist() == [1_200] * 30
    assert trace.granted[60:90].tolist() == [2_400] * 30
    assert trace.provisioned[[0, 29, 30, 90]].tolist() == [10, 10, 20, 80]


def test_on_demand_keeps_its_peak():
    """The limit stays at twice the peak, days later too."""
    _, trace = on_demand_writes(series((1, 50), (3 * DAY, 0), (1, 100), (1, 101)), initial=50)

    assert trace.throttled[:-1].sum() == 0
    assert trace.throttled[-1] == 60


def test_a_peak_counts_where_nothing_was_throttled():
    """A peak that was not throttled raises the limit too: from 8 units to 16."""
    _, trace = on_demand_writes(series((1, 8), (59, 0)))

    assert trace.provisioned.tolist() == [10] * 30 + [16] * 30


def test_on_demand_with_a_maximum():
    """The table's own maximum holds, whatever the peak was."""
    _, trace = on_demand_writes(series((100, 1_000)), maximum=15)
    found, _ = on_demand_writes(series((60, 12)), maximum=11, initial=20)

    assert trace.granted.max() == 15 * 60
    assert found.throttled_units == 60 * 60


def new(reads, writes, maximum=NO_MAXIMUM):
    """Return a new table's result and trace for a steady demand in units a second, for an hour."""
    traffic = Workload(START, Demand(series((60, reads)), series((60, writes))))
    found = simulate(traffic, new_table(traffic, maximum))
    return found["table"], found.trace("table")


@pytest.mark.parametrize(
    ("reads", "writes"), [(12_000, 0), (0, 4_000), (6_000, 2_000), (3_000, 3_000)]
)
def test_a_new_table_serves_reads_and_writes_together(reads, writes):
    """Four partitions of 3,000 reads or 1,000 writes serve 12,000 or 4,000, or half of each."""
    found, trace = new(reads, writes)
    beyond, _ = new(reads + 3, writes + 1)

    assert found.reads.throttled_units == found.writes.throttled_units == 0
    assert trace.reads.provisioned[0] == pytest.approx(reads)
    assert trace.writes.provisioned[0] == pytest.approx(writes)
    assert beyond.reads.throttled_share > 0
    assert beyond.reads.throttled_share == pytest.approx(beyond.writes.throttled_share)


def test_a_new_table_throttles_the_same_share_of_both():
    """9,000 reads and 9,000 writes are a load of 3: a third is served, and two half an hour later.

    9,000 / 12,000 + 9,000 / 4,000 = 3.
    """
    _, trace = new(9_000, 9_000)

    for one in trace:
        assert one.granted[:30] / 60 == pytest.approx(3_000)
        assert one.granted[30:] / 60 == pytest.approx(6_000)
        assert one.provisioned == pytest.approx(one.granted / 60)


def test_a_maximum_of_writes_leaves_more_for_reads():
    """Writes above the maximum are no load: 9,000 / 12,000 + 1,000 / 4,000 = 1."""
    found, trace = new(9_000, 4_000, ReadsWrites(None, 1_000))

    assert found.reads.throttled_units == 0
    assert set(trace.writes.granted) == {60_000}
    assert found.writes.throttled_share == 0.75


def test_a_new_index_has_partitions_of_its_own():
    """An index of a new table has its own load, and throttles its table's writes."""
    demand, index = Demand(series((9, 0)), series((9, 100))), Demand(*[series((9, 6_000))] * 2)
    traffic = Workload(START, demand, {"inbox": index})
    found = simulate(traffic, new_table(traffic))

    assert found["inbox"].reads.throttled_share == pytest.approx(0.5)
    assert found["inbox"].writes.throttled_share == pytest.approx(0.5)
    assert found["table"].writes.throttled_share == pytest.approx(0.5)


def test_a_table_serves_again_what_it_served():
    """A warm table has at least a new table's limits, and those of its own busiest minute."""
    demand, index = Demand([6_000, 60], [600_001, 60]), Demand([60, 60], [360_000, 60])
    traffic = Workload(START, demand, {"inbox": index})
    rules = warm_table(traffic)

    assert rules["table"] == (OnDemandLimits(12_000), OnDemandLimits(10_001))
    assert rules["inbox"] == (OnDemandLimits(12_000), OnDemandLimits(6_000))
    assert simulate(traffic, rules).throttled_share == 0


def test_warm_throughput_and_a_maximum_are_inputs():
    """Known warm throughput is the table's; a maximum holds for the table and each index."""
    traffic = Workload(START, Demand([60], [600_000]), {"inbox": Demand([60], [60])})
    rules = warm_table(traffic, ReadsWrites(20_000, 5_000), ReadsWrites(None, 8_000))

    assert rules["table"] == (OnDemandLimits(20_000), OnDemandLimits(5_000, 8_000))
    assert rules["inbox"] == (OnDemandLimits(12_000), OnDemandLimits(4_000, 8_000))


def test_on_demand_bills_units_and_not_hours():
    """On demand, granted units are billed, and asking for unit-hours raises an error."""
    found, _ = on_demand_writes(series((60, 5)))

    assert found.granted_units == 5 * 3_600
    with pytest.raises(ThroughputError, match="on demand no unit-hours are billed"):
        found.unit_hours()


def test_an_hour_with_a_change_has_two_bills():
    """An hour of 15 minutes with 10 units and 45 with 30 is 30 by the highest, 25 by the mean."""
    policy = TargetTracking(10, 30, 0.5, lag=0)
    found, _ = writes(policy, series((13, 5), (107, 15)), burst_at_start=300)

    assert found.change_minutes.tolist() == [0, 15]
    assert found.hours(PartialHour.HIGHEST).tolist() == [30, 30]
    assert found.hours(PartialHour.MEAN).tolist() == [(15 * 10 + 45 * 30) / 60, 30]
    assert found.hours(PartialHour.HIGHEST).dtype.kind == "i"


def test_hours_are_those_of_the_clock():
    """90 minutes from half past are two hours of the clock. The mean bills only the minutes."""
    found, _ = writes(Fixed(12), series((90, 1)), START + timedelta(minutes=30))
    within, _ = writes(Fixed(12), series((10, 1)), START + timedelta(minutes=30))

    assert found.hours().tolist() == [12, 12]
    assert found.hours(PartialHour.MEAN).tolist() == [6, 12]
    assert within.unit_hours() == 12
    assert within.unit_hours(PartialHour.MEAN) == 2


@given(st.integers(0, 59), st.lists(st.integers(0, 20), min_size=1, max_size=300))
def test_hours_add_up_to_minutes(offset, rates):
    """The mean's unit-hours add up to the minutes. The highest is each hour's maximum."""
    start = START + timedelta(minutes=offset)
    found, trace = writes(TargetTracking(1, 50), np.array(rates) * 60.0, start)
    clock = (np.arange(len(rates)) + offset) // HOUR
    highest = [trace.provisioned[clock == hour].max() for hour in range(clock[-1] + 1)]

    assert found.unit_hours(PartialHour.MEAN) == pytest.approx(trace.provisioned.sum() / 60)
    assert found.hours().tolist() == highest


def test_the_worst_minute_has_a_time():
    """The worst minute is the first of those in which most units were throttled."""
    found, _ = writes(Fixed(1), [60, 100, 200, 200], burst_at_start=0)

    assert found.worst_units == 140
    assert found.worst_time == START + timedelta(minutes=2)
    assert writes(Fixed(100), [60])[0].worst_time is None


def test_no_demand_is_nothing_throttled():
    """Without demand the throttled share is 0."""
    found, _ = writes(Fixed(1), [0, 0])

    assert found.throttled_share == 0
    idle = Workload(START, Demand([0], [0]))
    assert simulate(idle, on_demand(idle)).throttled_share == 0


def test_many_policies_on_all_cores_are_each_as_alone():
    """`under_each` yields the results of `under`, in the order of the policies."""
    traffic = Workload.shaped(shapes.daily(3), Rates(30, 20), burstiness=0.4)
    rows = CapacityDemand(traffic, "table", CapacityKind.WRITE)
    policies = [TargetTracking(low, high) for low in range(1, 8) for high in (20, 50)]
    results = list(rows.under_each(policies))

    assert [g.unit_hours() for g in results] == [rows.under(p).unit_hours() for p in policies]
    assert [g.throttled_units for g in results] == [rows.under(p).throttled_units for p in policies]


TRAFFIC = Workload(datetime(2026, 1, 5, tzinfo=UTC), Demand([1], [1]))
ONE = ReadsWrites(Fixed(1), Fixed(1))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        pytest.param(lambda: Fixed(0), "units must be a whole number of units from 1", id="none"),
        pytest.param(lambda: Fixed(1.5), "got 1.5", id="half a unit"),  # type: ignore[arg-type]
        pytest.param(lambda: TargetTracking(5, 4), "in this order, got 5, 5 and 4", id="limits"),
        pytest.param(lambda: TargetTracking(5, 9, start=10), "5, 10 and 9", id="start"),
        pytest.param(lambda: TargetTracking(1, 2, 70), "a share: 0.7 for 70 %", id="70 is no 0.7"),
        pytest.param(lambda: TargetTracking(1, 2, 0.19), "takes 0.2 to 0.9", id="19 %"),
        pytest.param(lambda: TargetTracking(1, 2, 0.91), "takes 0.2 to 0.9", id="91 %"),
        pytest.param(lambda: TargetTracking(1, 2, lag=-1), "lag must be 0 minutes", id="lag"),
        pytest.param(lambda: OnDemandLimits(0), "initial must be", id="on demand"),
        pytest.param(lambda: OnDemandLimits(1, 0), "maximum must be", id="maximum"),
        pytest.param(
            lambda: simulate(TRAFFIC, {"table": ONE}, burst_at_start=301),
            "0 to 300 seconds, got 301",
            id="burst",
        ),
        pytest.param(
            lambda: simulate(TRAFFIC, {"table": ONE, "inbox": ONE}),
            "rules are for table, inbox; the workload has table",
            id="a rule too many",
        ),
        pytest.param(
            lambda: simulate(
                TRAFFIC,
                {"table": ReadsWrites(OnDemandLimits(1), OnDemandLimits(1, combined=True))},
            ),
            "set `combined` for both reads and writes",
            id="half combined",
        ),
        pytest.param(
            lambda: simulate(TRAFFIC, {"table": ReadsWrites(Fixed(1), OnDemandLimits(1))}),
            "it is one billing mode",
            id="two modes",
        ),
    ],
)
def test_what_aws_would_refuse(make, says):
    """A policy or rule that AWS would refuse raises an error with its value and the limit."""
    with pytest.raises(ThroughputError, match=says):
        make()
