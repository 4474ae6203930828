"""Tests of workloads, shapes and patterns: sums worked out by hand, and rules on random rates."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.patterns import Pattern, Rates
from cruddur_lib.costs.traffic.shapes import WorkloadError
from cruddur_lib.costs.traffic.workload import Demand, Workload
from cruddur_lib.costs.units.capacity_units import CapacityKind, Units

rates = st.floats(0, 1_000)


def steady(reads, writes, days=1, **options):
    """A workload with the same units a second all the time."""
    return Workload.shaped(shapes.steady(days), Rates(reads, writes), **options)


def test_steady_is_sixty_units_a_minute_for_one_a_second():
    """A minute has 60 times the units of a second, and a day has 1,440 minutes."""
    traffic = steady(2, 3, days=2)

    assert traffic.minutes == 2 * 1_440
    assert set(traffic.table.reads) == {120}
    assert set(traffic.table.writes) == {180}


def test_a_day_has_its_top_and_its_bottom_twelve_hours_apart():
    """The wave is 1 at the busiest hour, `night` twelve hours later, and their mean in between."""
    day = shapes.daily(1, night=0.2, busiest=20)

    assert day[20 * 60] == day.max() == 1
    assert day[8 * 60] == day.min() == pytest.approx(0.2)
    assert day[14 * 60] == pytest.approx(0.6)
    assert day.mean() == pytest.approx(0.6)


def test_the_busiest_hour_is_one_of_utc():
    """A wave peaks at the busiest hour in UTC, whatever hour the workload starts at."""
    begin = datetime(2026, 1, 5, 18, 30, tzinfo=UTC)

    assert shapes.daily(1, busiest=20, start=begin).argmax() == 90
    traffic = Workload.shaped(shapes.daily(1, start=begin), Rates(1_000), start=begin)
    assert traffic.table.reads.argmax() == pytest.approx(90, abs=10)


def test_a_weekend_is_saturday_and_sunday():
    """In a week that starts on a Monday, days 6 and 7 have the weekend's share."""
    week = shapes.daily(8, weekend=0.5).reshape(8, 1_440).sum(axis=1)

    assert week / week[0] == pytest.approx([1, 1, 1, 1, 1, 0.5, 0.5, 1])
    friday = datetime(2026, 1, 9, tzinfo=UTC)
    later = shapes.daily(2, weekend=0.5, start=friday).reshape(2, 1_440).sum(axis=1)
    assert later[1] / later[0] == pytest.approx(0.5)


def test_a_launch_rises_and_halves():
    """A launch goes from `before` to the peak, and the part above `after` halves each half-life."""
    share = shapes.launch(3, at=1, before=0.1, after=0.2, half_life=0.5, ramp=10, night=1)

    assert share[:1_440] == pytest.approx(0.1)
    assert share[1_440 + 10] == pytest.approx(1)
    assert share[1_440 + 10 + 720] == pytest.approx(0.2 + 0.8 / 2)
    assert share[1_440 + 10 + 1_440] == pytest.approx(0.2 + 0.8 / 4)
    assert (np.diff(share[1_439 : 1_440 + 11]) > 0).all()


def test_a_launch_is_at_the_top_of_its_day():
    """The daily wave under a launch peaks at the launch's hour."""
    share = shapes.launch(2, at=0.75, ramp=0, night=0.1)

    assert share.argmax() == 18 * 60
    assert share.max() == pytest.approx(1)


def test_a_launch_has_its_top_in_units_a_second():
    """The launch's peak of 120 units a second is 7,200 units a minute, but for rounding."""
    traffic = Workload.shaped(shapes.launch(3, at=1.5, before=0.1, after=0.3), Rates(120, 40))

    assert traffic.table.reads.max() == pytest.approx(7_200, abs=5)
    assert traffic.table.reads.argmax() == pytest.approx(1.5 * 1_440, abs=15)
    assert traffic.table.writes.max() == pytest.approx(2_400, abs=5)


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60), st.sampled_from([0.5, 1]))
def test_whole_units_lose_nothing(units, step):
    """Every minute is whole steps, and the running total is off by at most half a step."""
    made = shapes.whole(np.array(units), step)

    assert (made % step == 0).all()
    assert (made >= 0).all()
    assert (abs(np.cumsum(made) - np.cumsum(units)) <= step / 2 + 1e-9).all()


@given(rates, rates)
def test_made_traffic_is_in_units_that_requests_have(reads, writes):
    """Reads are multiples of 0.5, writes are whole units, and a day adds up to the rate."""
    traffic = steady(reads, writes, days=1)

    assert (traffic.table.reads % 0.5 == 0).all()
    assert (traffic.table.writes % 1 == 0).all()
    assert traffic.table.reads.sum() == pytest.approx(reads * 86_400, abs=0.26)
    assert traffic.table.writes.sum() == pytest.approx(writes * 86_400, abs=0.51)


def test_a_seed_makes_the_same_traffic():
    """The same seed gives the same traffic, another seed other traffic with the same mean.

    The mean must be within four standard errors.
    """
    made = [steady(100, 10, days=7, burstiness=0.5, seed=seed) for seed in (1, 1, 2)]
    one, same, other = (traffic.table.reads for traffic in made)

    assert (one == same).all()
    assert not (one == other).all()
    for reads in (one, other):
        assert reads.mean() == pytest.approx(6_000, abs=4 * 3_000 / np.sqrt(reads.size))
        assert reads.std() == pytest.approx(3_000, rel=0.05)


def test_an_indexs_writes_follow_its_tables():
    """Writes of an index burst in the same minutes as the table's, and reads independently."""
    indexes = {"inbox": Rates(10, 20)}
    traffic = steady(10, 10, days=1, burstiness=1, seed=3, indexes=indexes)
    index = traffic.indexes["inbox"]

    assert np.corrcoef(traffic.table.writes, index.writes)[0, 1] > 0.99
    assert np.corrcoef(traffic.table.writes, traffic.table.reads)[0, 1] < 0.2


def test_learners_and_their_messages():
    """A month of patterns adds up to users times days times calls times units of a call."""
    send = Pattern("D: send", 40, Rates(0.5, 5), {"inbox": Rates(0, 4)})
    look = Pattern("B: open the inbox", 12, Rates(), {"inbox": Rates(0.5)})
    traffic = Workload.from_patterns(3_000, [send, look], shapes.daily(30))
    days = 3_000 * 30

    assert traffic.table.writes.sum() == days * 40 * 5
    assert traffic.table.reads.sum() == days * 40 * 0.5
    assert traffic.indexes["inbox"].writes.sum() == days * 40 * 4
    assert traffic.indexes["inbox"].reads.sum() == days * 12 * 0.5
    assert (traffic.table.writes % 5 == 0).all()
    assert (traffic.indexes["inbox"].writes / 4 == traffic.table.writes / 5).all()


def test_few_users_are_not_rounded_away():
    """Ten users who send one message a day make ten calls a day, each in one minute."""
    traffic = Workload.from_patterns(10, [Pattern("D", 1, Rates(0, 5))], shapes.steady(3))

    assert traffic.table.writes.sum() == 3 * 10 * 5
    assert set(traffic.table.writes) == {0, 5}


def test_a_measured_pattern_takes_a_meters_units():
    """A measured pattern adds up units by table and index; local indexes count to the table."""
    reads = Units(CapacityKind.READ, 0.5, {"inbox": 1})
    writes = Units(CapacityKind.WRITE, 5, {"other": 4}, {"local": 2})
    pattern = Pattern.measured("D", 40, reads, writes, writes)

    assert pattern.table == Rates(0.5, 14)
    assert pattern.indexes == {"inbox": Rates(1, 0), "other": Rates(0, 8)}


def test_a_start_is_kept_in_utc():
    """A start in another time zone is converted to UTC."""
    east = datetime(2026, 1, 5, 2, tzinfo=timezone(timedelta(hours=2)))

    assert Workload(east, Demand([1], [1])).start == datetime(2026, 1, 5, tzinfo=UTC)
    assert Workload(east, Demand([1], [1])).start.utcoffset() == timedelta(0)


def test_a_multiple_of_the_traffic():
    """`times` multiplies every minute of every part, and keeps the start."""
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    traffic = steady(2, 4, days=1, indexes={"inbox": Rates(0, 6)}, start=begin)
    half = traffic.times(0.5, 0.5)

    assert (half.table.writes == 120).all()
    assert (half.indexes["inbox"].writes == 180).all()
    assert half.start == begin


def test_a_summary_has_units_in_all_and_a_second():
    """The summary has the total, the mean a second and the busiest minute's units a second."""
    line = steady(2, 4, days=1).summary().loc["table", "writes"]

    assert line.to_list() == [4 * 86_400, 4, 4]


def test_a_workload_is_a_copy():
    """A demand does not change when its source array changes, and it is read-only."""
    reads = np.ones(3)
    demand = Demand(reads, [1, 2, 3])
    reads[0] = 9

    assert demand.reads[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        demand.reads[0] = 9


MIDNIGHT = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        pytest.param(lambda: Demand([1], [1, 2]), r"one length, got \(1,\) and \(2,\)", id="two"),
        pytest.param(lambda: Demand([], []), "one length", id="none"),
        pytest.param(lambda: Demand([1, -1], [0, 0]), "read .* got -1.0 in minute 1", id="below 0"),
        pytest.param(lambda: Demand([0], [np.nan]), "write .* got nan in minute 0", id="no number"),
        pytest.param(lambda: Demand([np.inf], [0]), "got inf", id="without end"),
        pytest.param(
            lambda: Workload(MIDNIGHT.replace(tzinfo=None), Demand([1], [1])),
            "a whole minute with a time zone",
            id="no zone",
        ),
        pytest.param(
            lambda: Workload(MIDNIGHT.replace(second=1), Demand([1], [1])),
            "a whole minute",
            id="inside a minute",
        ),
        pytest.param(
            lambda: Workload(MIDNIGHT, Demand([1], [1]), {"a-b": Demand([1, 1], [1, 1])}),
            "got {'table': 1, 'a-b': 2}",
            id="an index of another length",
        ),
        pytest.param(
            lambda: Workload(MIDNIGHT, Demand([1], [1]), {"table": Demand([1], [1])}),
            "give the index another name",
            id="an index called table",
        ),
        pytest.param(lambda: steady(-1, 0), "0 units a second or more", id="rate"),
        pytest.param(lambda: steady(1, 1, days=0), "days must be 1", id="no day"),
        pytest.param(lambda: shapes.daily(1, night=1.1), "night must be a share", id="a share"),
        pytest.param(lambda: shapes.daily(1, weekend=-1), "weekend must be a share", id="weekend"),
        pytest.param(lambda: shapes.launch(1, before=2), "before must be a share", id="before"),
        pytest.param(lambda: shapes.launch(1, half_life=0), "above 0 days", id="half-life"),
        pytest.param(lambda: steady(1, 1, burstiness=-1), "burstiness", id="burstiness"),
        pytest.param(
            lambda: Workload.from_patterns(-1, [Pattern("D", 1)]), "0 or more", id="users"
        ),
        pytest.param(lambda: Workload.from_patterns(1, [Pattern("D", -1)]), "-1", id="times"),
    ],
)
def test_traffic_that_cannot_be(make, says):
    """Impossible traffic raises an error with the value and what was expected."""
    with pytest.raises(WorkloadError, match=says):
        make()
