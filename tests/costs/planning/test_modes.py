"""Tests of modes: each is billed as AWS would bill it, to the last digit."""

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest

from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.planning.modes import (
    BillingTerms,
    compare_modes,
    mode_cost,
    mode_costs,
    provisioned_cost,
)
from cruddur_lib.costs.throughput.policies import (
    Fixed,
    OnDemandLimits,
    PartialHour,
    ReadsWrites,
    TargetTracking,
)
from cruddur_lib.costs.throughput.simulation import on_demand
from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.patterns import Rates
from cruddur_lib.costs.traffic.workload import Demand, Workload
from cruddur_lib.costs.units.capacity_units import CapacityKind

BOOK = PriceBook("us-east-1", on=date(2026, 11, 25))
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
NOTHING_FREE = BillingTerms(free_tier=False)


def steady(reads, writes, hours=720, start=JUNE, **indexes):
    """Return constant demand in units a second, the same for the table and each index."""
    units = [np.full(hours * 60, rate * 60.0) for rate in (reads, writes)]
    return Workload(start, Demand(*units), {name: Demand(*units) for name in indexes})


def fixed(reads, writes):
    """Return rules of fixed units for the table."""
    return {"table": ReadsWrites(Fixed(reads), Fixed(writes))}


def test_a_hundred_units_for_a_month():
    """AWS's pricing page: 100 WCU and 100 RCU for 720 h are 46.80 + 9.36 = 56.16 USD.

    The free tier takes off 18,600 unit-hours of each.
    """
    found = mode_cost("fixed", steady(50, 50), fixed(100, 100), BOOK, NOTHING_FREE)
    assert found.usd == Decimal("56.16")
    assert found.bills["2026-06"].total_usd == Decimal("56.16")
    assert found.usd_a_month == Decimal("56.16") * 730 / 720

    free = mode_cost("fixed", steady(50, 50), fixed(100, 100), BOOK)
    assert free.usd == (72_000 - 18_600) * (Decimal("0.00065") + Decimal("0.00013"))


def test_on_demand_is_paid_by_the_request():
    """On demand bills each read and write, without a free tier."""
    units = np.zeros(60 * 720)
    units[:100] = 10_000
    found = mode_cost(
        "on-demand", Workload(JUNE, Demand(units, units)), {"table": on_demand_pair()}, BOOK
    )

    assert found.usd == Decimal("0.125") + Decimal("0.625")
    assert (found.hours, found.utilization, found.reserved) == (None, None, None)


def on_demand_pair():
    """Return on-demand limits that no test here reaches."""
    return ReadsWrites(OnDemandLimits(10**6), OnDemandLimits(10**6))


def test_what_is_throttled_on_demand_is_not_paid():
    """With a maximum of one write a second for two in demand, half is billed."""
    rules = {"table": ReadsWrites(OnDemandLimits(100), OnDemandLimits(100, maximum=1))}
    found = mode_cost("capped", steady(0, 2), rules, BOOK)

    assert found.usd == 720 * 3_600 * Decimal("0.000000625")
    assert found.throttled_share == 0.5
    assert (found.worst.part, found.worst.kind) == ("table", CapacityKind.WRITE)
    assert found.worst.units == 60
    assert found.worst.time == JUNE


def test_two_months_have_two_bills_and_two_pools():
    """Each month has its own free tier: ten days of June and ten of July, at 30 units.

    The rest of a month is like the days seen. June has 21,600 unit-hours less 18,600, July 22,320
    less 18,600.
    """
    found = mode_cost(
        "fixed", steady(1, 1, 480, datetime(2026, 6, 21, tzinfo=UTC)), fixed(30, 30), BOOK
    )

    each = Decimal("0.00065") + Decimal("0.00013")
    assert {name: made.total_usd for name, made in found.bills.items()} == {
        "2026-06": 3_000 * each,
        "2026-07": 3_720 * each,
    }
    assert found.usd == pytest.approx(3_000 * each / 3 + 3_720 * each * 10 / 31)


def test_on_demand_falls_into_its_months():
    """Units are billed in the month they were used in, and extrapolated to the whole month."""
    writes = np.repeat([0.0, 7.0], 240 * 60)
    start = datetime(2026, 6, 21, tzinfo=UTC)
    found = mode_cost(
        "on-demand", Workload(start, Demand(writes * 0, writes)), {"table": on_demand_pair()}, BOOK
    )

    seen = 240 * 60 * 7 * Decimal("0.000000625")
    assert found.bills["2026-06"].total_usd == 0
    assert found.bills["2026-07"].total_usd == pytest.approx(seen * 31 / 10)
    assert found.usd == pytest.approx(seen)


def test_indexes_are_in_the_same_pool():
    """Table and index share one free tier: 2 x 20 x 720 = 28,800 unit-hours less 18,600."""
    rules = {part: ReadsWrites(Fixed(20), Fixed(20)) for part in ("table", "inbox")}
    found = mode_cost("fixed", steady(1, 1, inbox=1), rules, BOOK)

    assert [hours.tolist() for hours in found.hours] == [[40] * 720] * 2
    assert found.usd == (28_800 - 18_600) * (Decimal("0.00065") + Decimal("0.00013"))
    assert found.utilization == (0.05, 0.05)


def test_reserved_blocks_are_bought_where_they_pay():
    """For 250 constant units, a third block is worth it although it is half idle.

    A reserved unit costs 46 % of another, with its upfront fee spread over 8,760 h.
    """
    found = mode_cost(
        "fixed", steady(1, 200), fixed(1, 250), BOOK, BillingTerms(1, free_tier=False)
    )
    item = {name: BOOK.price(f"reserved_1yr_wcu_{name}").each for name in ("hour", "upfront")}

    assert (found.reserved.wcu, found.reserved.rcu) == (300, 0)
    three = 300 * (720 * item["hour"] + item["upfront"] * 720 / 8_760)
    two = 200 * (720 * item["hour"] + item["upfront"] * 720 / 8_760) + 50 * 720 * Decimal("0.00065")
    assert three < two
    assert found.usd == pytest.approx(three + 720 * Decimal("0.00013"))
    assert found.upfront_usd == 300 * item["upfront"]


def test_an_hour_in_which_units_change_is_billed_by_the_rule_that_is_named():
    """`partial_hour` bills the highest units or the mean of the same simulation."""
    traffic = Workload.shaped(shapes.daily(30), Rates(40, 40), burstiness=0.3, seed=3)
    rules = {"table": ReadsWrites(TargetTracking(1, 100), TargetTracking(1, 100))}
    high, mean = (
        mode_cost("a", traffic, rules, BOOK, BillingTerms(partial_hour=rule))
        for rule in PartialHour
    )

    assert (high.hours.writes >= mean.hours.writes).all()
    assert mean.hours.writes.sum() == pytest.approx(
        high.throughput["table"].writes.provisioned().mean() * 720
    )


def test_modes_stand_side_by_side():
    """`compare_modes` has a row for each mode: cost, throttling and utilization."""
    traffic = steady(50, 10)
    found = mode_costs(
        traffic, BOOK, {"on-demand": on_demand(traffic), "fixed": fixed(100, 8)}, NOTHING_FREE
    )
    table = compare_modes(found)

    assert list(table.index) == ["on-demand", "fixed"]
    assert table.loc["fixed", "reads used"] == 0.5
    lost = (10 - 8) * 60 * 43_200 - 8 * 300  # the burst bucket was full at the start
    assert table.loc["fixed", "throttled share"] == pytest.approx(lost / (10 * 60 * 43_200))
    assert table.loc["fixed", "units in the worst minute"] == 120
    assert table.loc["on-demand", "throttled share"] == 0
    assert np.isnan(table.loc["on-demand", "writes used"])


def test_units_alone_can_be_billed():
    """Hourly units can be billed without a simulation, as for perfect foresight."""
    hours = ReadsWrites(np.full(720, 100), np.full(720, 100))
    found = provisioned_cost("foresight", steady(1, 1), hours, BOOK, terms=NOTHING_FREE)

    assert found.usd == Decimal("56.16")
    assert (found.rules, found.parts, found.throttled_share) == ({}, {}, 0.0)
    assert (found.worst, found.utilization) == (None, None)
