"""Tests of modes: each is billed as AWS would bill it, to the last digit."""

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest

from cruddur_lib.costs.billing.bills import bill
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import Provisioned, TableClass, Usage
from cruddur_lib.costs.planning.modes import (
    compare_modes,
    mode_cost,
    mode_costs,
    provisioned_cost,
)
from cruddur_lib.costs.planning.tariffs import BillingTerms
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
    assert found.usd_a_month == Decimal("56.94")  # of 730 h

    free = mode_cost("fixed", steady(50, 50), fixed(100, 100), BOOK)
    assert free.usd_a_month == (73_000 - 18_600) * (Decimal("0.00065") + Decimal("0.00013"))


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


@pytest.mark.parametrize("minutes", [60, 61, 90, 720 * 60])
@pytest.mark.parametrize("minute", [0, 30, 59])
def test_a_month_is_projected_by_minutes(minutes, minute):
    """100 steady units cost 47.45 USD fixed and 164.25 on demand, whatever the clock says."""
    rate = np.full(minutes, 6_000.0)
    start = JUNE.replace(minute=minute)
    traffic = Workload(start, Demand(rate * 0, rate))
    rules = fixed(1, 100)

    assert mode_cost("fixed", traffic, rules, BOOK, NOTHING_FREE).usd_a_month == (
        Decimal("47.45") + 730 * Decimal("0.00013")
    )
    asked = mode_cost("on-demand", traffic, {"table": on_demand_pair()}, BOOK)
    assert asked.usd_a_month == Decimal("164.25")


def test_the_bill_agrees():
    """`bill` prices a month of 730 hours with the same units alike, with the free tier too."""
    rules = {"table": ReadsWrites(Fixed(30), TargetTracking(40, 40))}
    for terms in (NOTHING_FREE, BillingTerms(), BillingTerms(3), BillingTerms(1, free_tier=False)):
        found = mode_cost("fixed", steady(20, 20), rules, BOOK, terms)
        usage = Usage(
            month="730h",
            free_tier=terms.free_tier,
            provisioned=Provisioned(wcu=40, rcu=30),
            reserved=found.reserved or (),
            cloudwatch_alarms=4,
        )
        made = bill(usage, BOOK)
        assert found.usd_a_month == pytest.approx(
            made.total_usd + made.upfront_usd / (12 * (terms.reserved or 1))
        )
        assert found.alarms == 4


def test_auto_scaling_has_four_alarms_a_capacity():
    """Eight for a table, eight for an index, 0.10 USD each; ten are free with the free tier."""
    pair = ReadsWrites(TargetTracking(1, 9), TargetTracking(1, 9))
    traffic = steady(1, 1, inbox=1)
    found = mode_cost("a", traffic, {"table": pair, "inbox": pair}, BOOK, NOTHING_FREE)
    assert (found.alarms, found.alarms_usd) == (16, Decimal("1.6"))
    free = mode_cost("a", traffic, {"table": pair, "inbox": pair}, BOOK)
    assert (free.alarms, free.alarms_usd) == (16, Decimal("0.6"))
    old = PriceBook("us-east-1", on=date(2024, 10, 1))
    unknown = mode_cost("a", traffic, {"table": pair, "inbox": pair}, old, NOTHING_FREE)
    assert unknown.alarms_usd is None
    assert unknown.usd_a_month == found.usd_a_month - Decimal("1.6")


@pytest.mark.parametrize(
    ("table_class", "free_tier", "usd"),
    [
        (TableClass.STANDARD, False, "25"),
        (TableClass.STANDARD, True, "18.75"),
        (TableClass.STANDARD_IA, True, "10"),
    ],
)
def test_storage_is_that_of_the_class(table_class, free_tier, usd):
    """100 GB cost 0.25 USD each, or 0.10 in Standard-IA; 25 GB of Standard are free."""
    terms = BillingTerms(free_tier=free_tier, table_class=table_class, storage_gb=Decimal(100))
    for rules in (fixed(1, 1), {"table": on_demand_pair()}):
        assert mode_cost("a", steady(1, 1), rules, BOOK, terms).storage_usd == Decimal(usd)


def test_indexes_are_in_the_same_pool():
    """Table and index share one free tier: 2 x 20 x 730 = 29,200 unit-hours less 18,600."""
    rules = {part: ReadsWrites(Fixed(20), Fixed(20)) for part in ("table", "inbox")}
    found = mode_cost("fixed", steady(1, 1, inbox=1), rules, BOOK)

    assert [hours.tolist() for hours in found.hours] == [[40] * 720] * 2
    assert found.usd_a_month == (29_200 - 18_600) * (Decimal("0.00065") + Decimal("0.00013"))
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
    assert table.loc["fixed", "throttled share"] == 0.2  # the burst bucket never fills again
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
