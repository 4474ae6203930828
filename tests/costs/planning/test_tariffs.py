"""Tests of tariffs: break-evens, and the best number of reserved blocks against every other."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cruddur_lib.costs.billing.price_book import PriceBook, PriceUnknown
from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.planning.tariffs import Reservation, Tariff, tariffs
from cruddur_lib.costs.traffic.workload import Demand, Workload

BOOK = PriceBook("us-east-1", on=date(2026, 11, 25))
OLD = PriceBook("us-east-1", on=date(2024, 10, 1))
JUNE = datetime(2026, 6, 1, tzinfo=UTC)


def months(hours, start=JUNE):
    """Return the months of so many hours."""
    nothing = np.zeros(hours * 60)
    return BilledHours.of(Workload(start, Demand(nothing, nothing)))


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


def exact(tariff, hours, found, blocks):
    """Return USD with so many blocks in fractions, hour by hour."""
    usd = Fraction(tariff.reservation.usd_per_unit_hour) * 100 * blocks * len(hours)
    begin = 0
    for length, whole in zip(found.hours.tolist(), found.month_hours.tolist(), strict=True):
        left = sum(max(0, units - 100 * blocks) for units in hours[begin : begin + length])
        pool = Fraction(tariff.free_unit_hours) * Fraction(length, whole)
        usd += Fraction(tariff.usd_per_unit_hour) * max(Fraction(0), left - pool)
        begin += length
    return usd


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
    st.integers(0, 31 * 24),
)
def test_no_cover_is_cheaper_than_the_best(hours, free, price, offset):
    """No smaller number of blocks is as cheap, and no larger one cheaper.

    Hours may cross the end of a month, and may have a free tier.
    """
    tariff = tariff_of(price, free)
    found = months(len(hours), JUNE + timedelta(hours=offset))

    best = tariff.best_reserved_blocks(np.array(hours), found)

    costs = [exact(tariff, hours, found, blocks) for blocks in range(-(-max(hours) // 100) + 2)]
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
        ([200] * 720, "0.00065", 18_600, 0),  # 125,400 unit-hours are not free
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


def test_each_month_has_its_own_part_of_the_pool():
    """June's last day has a 30th of its free unit-hours, and July's first day a 31st."""
    two = months(48, datetime(2026, 6, 30, tzinfo=UTC))
    usd = tariffs(BOOK).writes.usd(np.full(48, 100), two)
    assert usd == pytest.approx((4_800 - 620 - 600) * 0.00065)
    in_june = tariffs(BOOK).writes.usd(np.repeat([25, 100], 24), two)  # 600 of 620 are used
    assert in_june == pytest.approx((2_400 - 600) * 0.00065)


def test_reserved_units_are_paid_in_every_hour_of_every_month():
    """A block costs the same for 48 hours of two months, whether it is used or not."""
    two = months(48, datetime(2026, 6, 30, tzinfo=UTC))
    tariff = tariffs(BOOK, free_tier=False, years=1).writes
    for units in (100, 0):
        usd = tariff.usd(np.full(48, units), two, 1)
        assert usd == pytest.approx(float(tariff.reservation.effective_usd_per_hour) * 100 * 48)


def test_without_reserved_capacity_there_is_no_cover():
    """A tariff without a reservation bills each unit by the hour."""
    tariff = Tariff(Decimal(1), Decimal("0.00065"))
    assert tariff.best_reserved_blocks(np.array([1_000] * 24), months(24)) == 0
    assert tariff.usd(np.array([10, 20]), months(2)) == pytest.approx(30 * 0.00065)


@given(st.integers(0, 800), st.integers(1, 3_000))
def test_months_have_all_hours(offset, minutes):
    """Each started hour is in one month, and months are in order."""
    start = datetime(2026, 1, 31, 20, 30, tzinfo=UTC) + timedelta(minutes=offset)
    nothing = np.zeros(minutes)

    found = BilledHours.of(Workload(start, Demand(nothing, nothing)))

    last = start + timedelta(minutes=minutes - 1)
    first_hour = start.replace(minute=0)
    moments = [first_hour + timedelta(hours=h) for h in range(found.count)]
    assert moments[-1] <= last < moments[-1] + timedelta(hours=1)
    names = [f"{moment:%Y-%m}" for moment in moments]
    assert list(found.names) == sorted(set(names))
    assert found.hours.tolist() == [names.count(name) for name in found.names]
    assert found.sum_by_month(np.ones(found.count)).tolist() == found.hours.tolist()


def test_a_month_has_its_own_hours():
    """Months have 744, 672 or 720 hours, and January follows December."""
    found = months(24 * 120, datetime(2026, 12, 15, tzinfo=UTC))

    assert found.names == ("2026-12", "2027-01", "2027-02", "2027-03", "2027-04")
    assert found.month_hours.tolist() == [744, 744, 672, 744, 720]
    assert found.shares[0] == Fraction(17, 31)
