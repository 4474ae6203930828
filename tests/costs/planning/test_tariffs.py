"""Tests of tariffs: break-evens, and the best number of reserved blocks against every other."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cruddur_lib.costs.billing.price_book import PriceBook, PriceUnknown
from cruddur_lib.costs.billing.usage import TableClass
from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.planning.tariffs import (
    BillingTerms,
    Reservation,
    SavingsPlan,
    Tariff,
    tariffs,
    tariffs_of,
)
from cruddur_lib.costs.throughput.policies import ReadsWrites

BOOK = PriceBook("us-east-1", on=date(2026, 11, 25))
OLD = PriceBook("us-east-1", on=date(2024, 10, 1))


def months(hours, month_hours=730):
    """Return the span of so many hours."""
    return BilledHours(60 * hours, month_hours)


def test_the_break_even_is_289_permille():
    """0.00065 USD an hour against 0.625 USD for a million writes: 0.00065 / (3600 x 0.000000625).

    Reads have the same break-even. Before the price cut of 2024-11-01 it was half as high.
    """
    for tariff in tariffs(BOOK):
        assert float(tariff.break_even) == pytest.approx(0.00065 / (3_600 * 0.000000625))
        assert round(float(tariff.break_even), 3) == 0.289
    assert round(float(tariffs(OLD).writes.break_even), 3) == 0.144


@pytest.mark.parametrize(("years", "share"), [(1, 0.133), (3, 0.066)])
def test_reserved_units_break_even_earlier(years, share):
    """Reserved writes break even at 13.3 % for one year and at 6.6 % for three years."""
    writes = tariffs(BOOK, years=years).writes
    assert float(writes.reserved_break_even) == pytest.approx(share, abs=6e-4)
    assert tariffs(BOOK).writes.reserved_break_even is None


def test_nothing_is_free_where_the_free_tier_is_off():
    """The free tier is 18,600 unit-hours of each kind a month."""
    assert [tariff.free_unit_hours for tariff in tariffs(BOOK)] == [18_600, 18_600]
    assert [tariff.free_unit_hours for tariff in tariffs(BOOK, free_tier=False)] == [0, 0]


def test_a_price_that_nobody_read_is_an_error():
    """A tariff whose reserved price is unknown raises PriceUnknown."""
    with pytest.raises(PriceUnknown, match="reserved_3yr"):
        tariffs(PriceBook("us-east-1", on=date(2010, 1, 1)), years=3)


def exact(tariff, hours, blocks):
    """Return USD with so many blocks in fractions, hour by hour."""
    usd = Fraction(tariff.reservation.usd_per_unit_hour) * 100 * blocks * len(hours)
    left = sum(max(0, units - 100 * blocks) for units in hours)
    pool = Fraction(tariff.free_unit_hours) * Fraction(len(hours), 730)
    return usd + Fraction(tariff.usd_per_unit_hour) * max(Fraction(0), left - pool)


reserved_prices = st.decimals("0.0001", "0.0012", places=5)


def tariff_of(price, free=0):
    """Return a tariff of 0.00065 USD an hour, and a reservation without an upfront fee."""
    reservation = Reservation(1, Decimal(price), Decimal(0))
    return Tariff(Decimal(1), Decimal("0.00065"), Decimal(free), reservation)


@given(
    st.lists(
        st.integers(1, 1_500) | st.sampled_from([0, 100, 200, 1_000]), min_size=1, max_size=60
    ),
    st.sampled_from([0, 20_000, 200_000]),
    reserved_prices,
)
def test_no_cover_is_cheaper_than_the_best(hours, free, price):
    """No smaller number of blocks is as cheap, and no larger one cheaper.

    There may be a free tier.
    """
    tariff = tariff_of(price, free)
    found = months(len(hours))

    best = tariff.best_reserved_blocks(np.array(hours), found)

    costs = [exact(tariff, hours, blocks) for blocks in range(-(-max(hours) // 100) + 2)]
    assert best == costs.index(min(costs))
    assert tariff.usd(np.array(hours), found, best) == pytest.approx(float(costs[best]), rel=1e-9)
    assert tariff.usd_with_best_reservation(np.array(hours), found) == tariff.usd(
        np.array(hours), found, best
    )


@given(st.lists(st.integers(0, 1_500), min_size=1, max_size=60), reserved_prices)
@example([0, 0, 0, 0, 257], Decimal("0.00013"))
@example([302], Decimal("0.00065"))
def test_without_a_free_pool_sorted_hours_say_how_many(hours, price):
    """A block is worth it if it costs less than the unit-hours that it covers."""
    tariff = tariff_of(price)
    used = [sum(min(max(units - at, 0), 100) for units in hours) for at in range(0, 1_500, 100)]

    worth = [Fraction(price) * 100 * len(hours) < Fraction("0.00065") * units for units in used]

    assert tariff.best_reserved_blocks(np.array(hours), months(len(hours))) == sum(worth)


@pytest.mark.parametrize(
    ("hours", "price", "free", "blocks"),
    [
        ([0, 0, 0, 0, 257], "0.00013", 0, 0),  # 100 x 5 x 0.00013 = 100 x 0.00065
        ([0, 0, 0, 0, 257], "0.00012", 0, 2),  # the third block: 57 x 0.00065 < 100 x 5 x 0.00012
        ([302], "0.00065", 0, 0),  # a reserved unit costs as much as another
        ([302], "0.00064", 0, 3),  # the fourth block would cover 2 units
        ([100] * 30 + [0] * 30, "0.000325", 0, 0),  # half of the hours, at half of the price
        ([200] * 720, "0.00065", 18_600, 0),  # most of its unit-hours are not free
    ],
)
def test_of_numbers_of_blocks_that_cost_the_same_the_smallest_is_best(hours, price, free, blocks):
    """A tie is exact: floats make one of two equal costs smaller."""
    found = months(len(hours))
    assert tariff_of(price, free).best_reserved_blocks(np.array(hours), found) == blocks


def test_the_upfront_fee_counts_in_a_tie():
    """87.6 USD in advance are 0.01 USD for each of 8,760 hours, which is the price of an hour."""
    reservation = Reservation(1, Decimal(0), Decimal("87.6"))
    for price, blocks in (("0.01", 0), ("0.0100001", 1)):
        tariff = Tariff(Decimal(1), Decimal(price), reservation=reservation)
        assert tariff.best_reserved_blocks(np.array([100] * 7), months(7)) == blocks


def test_a_span_has_its_share_of_the_pool():
    """48 of 730 hours have 48/730 of the free unit-hours; 73 of a month of 720 have 73/720."""
    usd = tariffs(BOOK).writes.usd(np.full(48, 100), months(48))
    assert usd == pytest.approx((4_800 - 18_600 * 48 / 730) * 0.00065)
    usd = tariffs(BOOK).writes.usd(np.full(73, 100), months(73, 720))
    assert usd == pytest.approx((7_300 - 18_600 * 73 / 720) * 0.00065)


def test_reserved_units_are_paid_in_every_hour():
    """A block costs the same for 48 hours, whether it is used or not."""
    tariff = tariffs(BOOK, free_tier=False, years=1).writes
    for units in (100, 0):
        usd = tariff.usd(np.full(48, units), months(48), 1)
        assert usd == pytest.approx(float(tariff.reservation.effective_usd_per_hour) * 100 * 48)


def test_without_reserved_capacity_there_is_no_cover():
    """A tariff without a reservation bills each unit by the hour."""
    tariff = Tariff(Decimal(1), Decimal("0.00065"))
    assert tariff.best_reserved_blocks(np.array([1_000] * 24), months(24)) == 0
    assert tariff.usd(np.array([10, 20]), months(2)) == pytest.approx(30 * 0.00065)


def test_owned_units_cost_nothing_more():
    """Of 250 units, 100 that are reserved already leave 150 to pay, or one block and 50."""
    owned = BillingTerms(free_tier=False, owned=ReadsWrites(0, 100))
    hours = np.full(10, 250)
    assert tariffs_of(BOOK, owned).writes.exact_usd(hours, months(10)) == 1_500 * Fraction(
        "0.00065"
    )

    bought = tariffs_of(BOOK, replace(owned, reserved=1)).writes
    assert bought.best_reserved_blocks(hours, months(10)) == 2
    assert bought.best_reserved_blocks(np.full(10, 100), months(10)) == 0


def test_a_savings_plan_is_a_discount():
    """18 % off requests and 12 % off unit-hours, as two prices."""
    terms = BillingTerms(savings_plan=SavingsPlan(Decimal(18), Decimal(12)))
    found, full = tariffs_of(BOOK, terms).writes, tariffs(BOOK).writes
    assert found.usd_per_request_unit == full.usd_per_request_unit * Decimal("0.82")
    assert found.usd_per_unit_hour == full.usd_per_unit_hour * Decimal("0.88")


def test_standard_ia_has_neither_pool_nor_reservation():
    """Standard-IA has its own prices; reserved capacity and the free tier are for Standard."""
    terms = BillingTerms(1, table_class=TableClass.STANDARD_IA, owned=ReadsWrites(100, 100))
    found = tariffs_of(BOOK, terms).writes
    assert found.usd_per_unit_hour == BOOK.price("ia_provisioned_wcu_hour").each
    assert found.usd_per_request_unit == BOOK.price("ia_on_demand_write").each
    assert (found.free_unit_hours, found.reservation, found.owned) == (0, None, 0)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=30), st.integers(1, 60), st.booleans())
def test_many_rows_cost_what_each_costs(units, minutes, free_tier):
    """`usd_of_each` is `usd` of each row, for a begun last hour too."""
    span = BilledHours(60 * (len(units) - 1) + minutes)
    rows = np.stack([units, units[::-1]])
    for terms in (BillingTerms(free_tier=free_tier), BillingTerms(1, free_tier=free_tier)):
        tariff = tariffs_of(BOOK, terms).writes
        each = [tariff.usd_with_best_reservation(row, span) for row in rows]
        assert tariff.usd_of_each(rows, span) == pytest.approx(each)


def test_a_begun_hour_counts_by_its_minutes():
    """90 minutes of 10 and then 40 units are 10 x 60 + 40 x 30 unit-minutes."""
    span = BilledHours(90)
    assert (span.count, span.share) == (2, Fraction(90, 730 * 60))
    assert span.unit_minutes(np.array([10, 40])) == 1_800
    assert tariffs(BOOK, free_tier=False).writes.exact_usd(np.array([10, 40]), span) == (
        30 * Fraction("0.00065")
    )
