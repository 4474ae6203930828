"""How sure a plan is: bills of days that are known, and bills of months that are held back."""

import json
from dataclasses import asdict
from decimal import Decimal

import numpy as np
import pytest

from cruddur_lib.costs.planning.certainty.confidence import (
    DAYS_PER_MONTH,
    MONTHS,
    Confidence,
    NotSure,
    confidence,
)
from cruddur_lib.costs.planning.tariffs import Reservation, Tariff
from cruddur_lib.costs.throughput.policies import (
    Fixed,
    OnDemandLimits,
    PartialHour,
    ReadsWrites,
    TargetTracking,
    ThroughputError,
)
from cruddur_lib.costs.throughput.simulation import simulate, warm_table
from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.patterns import Rates
from cruddur_lib.costs.traffic.shapes import START
from cruddur_lib.costs.traffic.workload import Demand, Workload

DAY, MONTH = 1_440, 30  # minutes, days
REQUEST = Decimal("0.0000006")  # made-up prices: USD of a unit, and of a unit for an hour
HOUR = Decimal("0.0006")
PRICES = ReadsWrites(Tariff(REQUEST, HOUR), Tariff(REQUEST, HOUR))
FIXED = {"table": ReadsWrites(Fixed(1), Fixed(100))}


def writes(days):
    """Return a workload with these writes: a row of minutes for each day."""
    days = np.asarray(days, dtype=np.float64)
    return Workload(START, Demand(np.zeros(days.size), days.ravel()))


def busy(count, *, alike=0.0, spread=0.2, seed=0):
    """Return days of a bursty wave with weekends, and with factors that follow each other."""
    rng = np.random.default_rng(seed)
    new = rng.normal(size=count)
    errors = new.copy()
    for day in range(1, count):
        errors[day] = alike * errors[day - 1] + np.sqrt(1 - alike**2) * new[day]
    shape = shapes.daily(count, weekend=0.6)
    one = Workload.shaped(shape, Rates(1, 60), burstiness=0.5, seed=seed).table.writes
    return one.reshape(count, DAY) * np.exp(spread * errors)[:, np.newaxis]


STEADY = writes(np.full((14, DAY), 6_000.0))


def sure(workload, modes, prices=PRICES, budget=0.0001, years=200, **how):
    """Return the modes of a workload that tells enough."""
    found = confidence(workload, modes, prices, budget=budget, years=years, **how)
    assert isinstance(found, Confidence)
    return found.modes


def test_the_same_day_every_day_has_one_bill():
    """Fixed units cost 101 x 730 x 0.0006, on demand 100 x 730 x 3,600 x 0.0000006."""
    found = sure(STEADY, {"fixed": FIXED, "on-demand": warm_table(STEADY)})

    assert (found["fixed"].low_usd, found["fixed"].high_usd) == (Decimal("44.23"), Decimal("44.24"))
    assert found["on-demand"].low_usd == found["on-demand"].high_usd == Decimal("157.68")
    assert found["fixed"].breaking_years == 0


def test_units_below_demand_break_every_year():
    """99 units for a steady 100 throttle a hundredth of every year."""
    rules = {"table": ReadsWrites(Fixed(1), Fixed(99))}

    assert sure(STEADY, {"": rules}, budget=0.009)[""].breaking_years == 1
    assert sure(STEADY, {"": rules}, budget=0.011)[""].breaking_years == 0


def test_how_often_a_rare_day_breaks_the_budget():
    """One of two Mondays throttles 1,000 units: a year breaks if at least 40 of its 53 do.

    With two days and a Bayesian bootstrap, each number of such Mondays from 0 to 53 is as likely.
    """
    days = np.full((14, DAY), 300.0)
    days[0, 700] = 600 + 3_000 + 1_000  # a minute's supply, and the bucket
    rules = {"table": ReadsWrites(Fixed(1), Fixed(10))}
    a_year = 365 * DAY * 300 + 39.5 * 4_300
    found = sure(writes(days), {"": rules}, budget=39.5 * 1_000 / a_year, years=3_000)

    assert found[""].breaking_years == pytest.approx(14 / 54, abs=0.03)


def test_a_year_has_twelve_months_of_730_hours():
    """Each day is in one month or divided between two."""
    assert MONTHS.sum(axis=1) == pytest.approx(1)
    assert MONTHS.sum(axis=0) == pytest.approx(DAYS_PER_MONTH)
    assert MONTHS[30, :2].tolist() == [10 / 24, 14 / 24]


def test_free_and_reserved_units():
    """Free unit-hours of a month, reserved blocks and owned units cost what the tariff says."""
    reservation = Reservation(1, Decimal("0.0002"), Decimal(1))
    reads = Tariff(REQUEST, HOUR, free_unit_hours=Decimal(730))
    write = Tariff(REQUEST, HOUR, Decimal(730), reservation, owned=30)
    workload = writes(np.full((14, DAY), 600.0))
    rules = {"table": ReadsWrites(Fixed(1), Fixed(181))}
    found = sure(workload, {"": rules}, ReadsWrites(reads, write))[""]
    reserved = 100 * (730 * 0.0002 + 1 / 12)

    assert float(found.low_usd) == pytest.approx(reserved + 50 * 730 * 0.0006, abs=0.01)
    assert found.high_usd - found.low_usd <= Decimal("0.01")


def test_an_hour_with_a_change_is_billed_as_asked():
    """The mean of an hour costs no more than its highest units."""
    rules = {"": {"table": ReadsWrites(Fixed(1), TargetTracking(5, 500))}}
    workload = writes(busy(14))
    high, mean = (sure(workload, rules, partial_hour=one)[""] for one in PartialHour)

    assert mean.low_usd < high.low_usd
    assert mean.high_usd < high.high_usd


@pytest.mark.parametrize("count", [1, 13])
def test_a_short_workload_says_so(count):
    """Fourteen whole days are needed, so that each weekday is there twice."""
    minutes = np.append(np.full(count * DAY, 6_000.0), np.full(DAY - 1, 6_000.0))
    found = confidence(writes(minutes), {"": FIXED}, PRICES, budget=0)

    assert isinstance(found, NotSure)
    assert f"and the files have {count}" in found.reason
    assert "needs 14" in found.reason


def test_a_trend_says_so():
    """Traffic that grows by a percent a day has no typical month."""
    days = busy(28, spread=0.05) * (1 + 0.01 * np.arange(28))[:, np.newaxis]
    found = confidence(writes(days), {"": FIXED}, PRICES, budget=0)

    assert isinstance(found, NotSure)
    assert "a trend, +2" in found.reason
    assert "over 28 days" in found.reason


def test_the_seed_decides():
    """The same seed gives the same answer, and another one nearly the same."""
    workload = writes(busy(21))
    modes = {"": warm_table(workload)}
    one, again, other = (sure(workload, modes, years=2_000, seed=seed)[""] for seed in (1, 1, 2))

    assert one == again
    assert float(one.high_usd) == pytest.approx(float(other.high_usd), rel=0.01)
    assert one != other


def test_more_certainty_is_a_wider_interval():
    """An interval for 99 of 100 months holds that for 50 of 100."""
    workload = writes(busy(21))
    low, high = (
        sure(workload, {"": warm_table(workload)}, level=level)[""] for level in (0.5, 0.99)
    )

    assert high.low_usd < low.low_usd < low.high_usd < high.high_usd


def test_it_can_be_written_as_json():
    """The answer has plain fields."""
    found = confidence(STEADY, {"fixed": FIXED}, PRICES, budget=0.01, years=10)

    assert json.loads(json.dumps(asdict(found), default=str)) == {
        "level": 0.9,
        "budget": 0.01,
        "years": 10,
        "days": 14,
        "modes": {
            "fixed": {
                "low_usd": "44.23",
                "high_usd": "44.24",
                "breaking_years": 0.0,
                "is_exact": True,
            }
        },
    }


@pytest.mark.parametrize(("level", "years"), [(0, 1), (1, 1), (90, 1), (0.9, 0)])
def test_a_level_is_a_share_and_there_are_years(level, years):
    """A level of 90 is refused: it is 0.9."""
    with pytest.raises(ThroughputError, match=f"got {level} and {years}"):
        confidence(STEADY, {"": FIXED}, PRICES, level=level, budget=0, years=years)


def held_back(days, rules):
    """Return USD of 730 hours like these days."""
    found = simulate(writes(days), rules, steady=True)["table"].writes
    hours = len(days) * 24
    if isinstance(rules["table"].writes, OnDemandLimits):
        return found.granted_units * float(REQUEST) * 730 / hours
    return (found.unit_hours() + hours) * float(HOUR) * 730 / hours  # and one read unit


def hits(count, draws, rules_of, **how):
    """Return in how many of these draws the bill of the month after so many days is inside."""
    inside = 0
    for seed in range(draws):
        days = busy(count + MONTH, seed=seed, **how)
        workload = writes(days[:count])
        rules = rules_of(workload)
        found = confidence(workload, {"": rules}, PRICES, budget=0, years=100)
        if isinstance(found, Confidence):
            usd = held_back(days[count:], rules)
            inside += found.modes[""].low_usd <= Decimal(usd) <= found.modes[""].high_usd
    return inside


@pytest.mark.parametrize(
    ("count", "how"),
    [
        pytest.param(28, {"spread": 0.1}, id="four weeks"),
        pytest.param(60, {"spread": 0.4}, id="two months of very different days"),
        pytest.param(60, {"alike": 0.6}, id="two months of days that are alike"),
    ],
)
def test_the_month_that_is_held_back_is_in_the_interval(count, how):
    """Of 100 months that follow the days, at least 85 cost what the interval for 90 says."""
    assert hits(count, 100, warm_table, **how) >= 85


@pytest.mark.thorough
@pytest.mark.parametrize("how", [{"spread": 0.1}, {"alike": 0.6}])
def test_the_month_that_is_held_back_is_in_the_interval_of_auto_scaling(how):
    """The same of auto scaling's bill."""
    rules = {"table": ReadsWrites(Fixed(1), TargetTracking(1, 300))}

    assert hits(60, 100, lambda _: rules, **how) >= 85
