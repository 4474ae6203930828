"""Tariffs: break-evens, and the best cover of reserved blocks, against every other cover."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.costs.billing.price_book import PriceBook, PriceUnknown
from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.planning.tariffs import Reservation, Tariff, tariffs
from cruddur_lib.costs.traffic.workload import Demand, Workload

BOOK = PriceBook("us-east-1", on=date(2026, 11, 25))
OLD = PriceBook("us-east-1", on=date(2024, 10, 1))
JUNE = datetime(2026, 6, 1, tzinfo=UTC)


def months(hours, start=JUNE):
    """The months of so many hours."""
    nothing = np.zeros(hours * 60)
    return BilledHours.of(Workload(start, Demand(nothing, nothing)))


def test_the_break_even_is_289_permille():
    """0.00065 USD an hour against 0.625 USD for a million writes: 0.00065 / (3600 x 0.000000625);
    before the cut of 2024-11-01 half of it. Reads have the same.
    """
    for tariff in tariffs(BOOK):
        assert float(tariff.break_even) == pytest.approx(0.00065 / (3_600 * 0.000000625))
        assert round(float(tariff.break_even), 3) == 0.289
    assert round(float(tariffs(OLD).writes.break_even), 3) == 0.144


@pytest.mark.parametrize(("years", "share"), [(1, 0.133), (3, 0.066)])
def test_reserved_units_break_even_earlier(years, share):
    """Of writes 13.3 % with one year and 6.6 % with three: the upfront part over the term."""
    writes = tariffs(BOOK, years=years).writes
    assert float(writes.reserved_break_even) == pytest.approx(share, abs=6e-4)
    assert tariffs(BOOK).writes.reserved_break_even is None


def test_nothing_is_free_where_the_free_tier_is_off():
    """18,600 unit-hours of each kind a month, or none."""
    assert [tariff.free_unit_hours for tariff in tariffs(BOOK)] == [18_600, 18_600]
    assert [tariff.free_unit_hours for tariff in tariffs(BOOK, free_tier=False)] == [0, 0]


def test_a_price_that_nobody_read_is_an_error():
    """No cover is guessed."""
    with pytest.raises(PriceUnknown, match="reserved_3yr"):
        tariffs(PriceBook("us-east-1", on=date(2010, 1, 1)), years=3)


def exact(tariff, hours, found, blocks):
    """USD under a cover, hour by hour, in fractions: the rule as one would say it."""
    usd = Fraction(tariff.reservation.spread) * 100 * blocks * len(hours)
    begin = 0
    for length, whole in zip(found.hours.tolist(), found.whole.tolist(), strict=True):
        left = sum(max(0, units - 100 * blocks) for units in hours[begin : begin + length])
        pool = Fraction(tariff.free_unit_hours) * Fraction(length, whole)
        usd += Fraction(tariff.usd_per_unit_hour) * max(Fraction(0), left - pool)
        begin += length
    return usd


spread = st.decimals("0.0001", "0.0012", places=5)


@given(
    st.lists(
        st.integers(1, 1_500) | st.sampled_from([0, 100, 200, 1_000]), min_size=1, max_size=60
    ),
    st.sampled_from([0, 20_000, 200_000]),
    spread,
    st.integers(0, 31 * 24),
)
def test_no_cover_is_cheaper_than_the_best(hours, free, hour, offset):
    """Every number of blocks is tried, also over the end of a month and with a free pool."""
    tariff = Tariff(Decimal(1), Decimal("0.00065"), Decimal(free), Reservation(1, hour, Decimal(0)))
    found = months(len(hours), JUNE + timedelta(hours=offset))

    best = tariff.best_reserved_blocks(np.array(hours), found)

    costs = [exact(tariff, hours, found, blocks) for blocks in range(-(-max(hours) // 100) + 2)]
    assert float(costs[best]) == pytest.approx(float(min(costs)), rel=1e-9)
    assert tariff.usd(np.array(hours), found, best) == pytest.approx(float(costs[best]), rel=1e-9)
    assert tariff.usd_with_best_reservation(np.array(hours), found) == tariff.usd(
        np.array(hours), found, best
    )


@given(st.lists(st.integers(0, 1_500), min_size=1, max_size=60), spread)
def test_without_a_free_pool_sorted_hours_say_how_many(hours, hour):
    """Closed form: a block is worth its price where more than spread / price of its unit-hours are
    used, which the sorted hours tell.
    """
    tariff = Tariff(Decimal(1), Decimal("0.00065"), Decimal(0), Reservation(1, hour, Decimal(0)))
    used = [sum(min(max(units - at, 0), 100) for units in hours) for at in range(0, 1_500, 100)]

    worth = [Fraction(hour) * 100 * len(hours) < Fraction("0.00065") * units for units in used]

    assert tariff.best_reserved_blocks(np.array(hours), months(len(hours))) == sum(worth)


def test_each_month_has_its_own_part_of_the_pool():
    """The last day of June has a thirtieth of 18,600 unit-hours, July's first a thirty-first."""
    two = months(48, datetime(2026, 6, 30, tzinfo=UTC))
    assert tariffs(BOOK).writes.pool(two) == pytest.approx([620, 600])


def test_reserved_units_are_paid_in_every_hour_of_every_month():
    """A block that is used in 48 hours of two months, and in none of them."""
    two = months(48, datetime(2026, 6, 30, tzinfo=UTC))
    tariff = tariffs(BOOK, free_tier=False, years=1).writes
    for units in (100, 0):
        usd = tariff.usd(np.full(48, units), two, 1)
        assert usd == pytest.approx(float(tariff.reservation.spread) * 100 * 48)


def test_without_reserved_capacity_there_is_no_cover():
    """None is asked for."""
    tariff = Tariff(Decimal(1), Decimal("0.00065"))
    assert tariff.best_reserved_blocks(np.array([1_000] * 24), months(24)) == 0
    assert tariff.usd(np.array([10, 20]), months(2)) == pytest.approx(30 * 0.00065)


@given(st.integers(0, 800), st.integers(1, 3_000))
def test_months_have_all_hours(offset, minutes):
    """Each begun hour is in one month, and the months follow each other."""
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
    assert found.sums(np.ones(found.count)).tolist() == found.hours.tolist()
    assert [part.size for part in found.of_hours(np.ones(found.count))] == found.hours.tolist()


def test_a_month_has_its_own_hours():
    """744, 672 and 720; December goes over into January."""
    found = months(24 * 120, datetime(2026, 12, 15, tzinfo=UTC))

    assert found.names == ("2026-12", "2027-01", "2027-02", "2027-03", "2027-04")
    assert found.whole.tolist() == [744, 744, 672, 744, 720]
    assert found.shares[0] == 17 / 31
