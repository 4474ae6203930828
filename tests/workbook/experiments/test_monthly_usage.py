"""Tests of `monthly_usage` against closed forms of one user's units, bytes and calls."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers, sampled_from

from cruddur_lib.costs.billing.bill_lines import BillLine
from cruddur_lib.costs.billing.bills import bill
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import TableClass
from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.patterns import Rates
from cruddur_lib.costs.units.capacity_units import CapacityKind, Units
from cruddur_lib.workbook.experiments import monthly_usage
from cruddur_lib.workbook.experiments.footprint import Footprint, Habits, OperationCost
from cruddur_lib.workbook.experiments.monthly_usage import Route, Setup

BOOK = PriceBook("us-east-1", on=date(2026, 11, 25))
HABITS = Habits(sent=40, inboxes=12, pages=10, groups=20)
USERS = integers(1, 10**7)
few = settings(max_examples=25)  # because each makes bills


def operation(reads=0.0, writes=0.0, *, index=(0.0, 0.0), read=0, written=0):
    """The cost of an operation: units of the table and of an index, and bytes."""
    on_index = [{"by-time": units} if units else {} for units in index]
    return OperationCost(
        Units(CapacityKind.READ, reads, on_index[0]),
        Units(CapacityKind.WRITE, writes, on_index[1]),
        read,
        written,
    )


ONE = Footprint(
    HABITS,
    sending=operation(1.5, 5, index=(0.5, 4), read=600, written=2_000),
    inbox=operation(1.5, read=8_000),
    page=operation(1.5, read=9_000),
    message=400,
    group_row=410,
    entry=412,
    records=5,
    useful_records=1,
)
ALONE = replace(
    ONE, sending=operation(0.5, 1, read=500, written=350), entry=0, records=1, useful_records=0
)


def priced(users, one=ONE, setup=None):
    """Return USD of each part of the month's bill."""
    made = bill(monthly_usage.usage(users, one, setup or Setup()), BOOK)
    return made.group(monthly_usage.bill_part)


def each(name):
    """Return USD for one unit of an item."""
    return BOOK.price(name).each


def test_a_day_is_each_pattern_as_often_as_it_is_done():
    """A day has 40 x (5 + 4) write units, and 40 x 2 + 12 x 1.5 + 10 x 1.5 read units."""
    assert ONE.day == {
        "table": Rates(40 * 1.5 + 12 * 1.5 + 10 * 1.5, 40 * 5),
        "by-time": Rates(40 * 0.5, 40 * 4),
    }
    assert monthly_usage.units_per_day(ONE) == (360, 113)
    assert ONE.bytes_moved == 40 * 2_600 + 12 * 8_000 + 10 * 9_000
    assert ONE.bytes_shown == 12 * 8_000 + 10 * 9_000


def test_the_peak_is_that_of_the_daily_wave():
    """The wave goes from 0.1 to 1, so its mean is 0.55."""
    day = shapes.daily(1)

    assert float(monthly_usage.PEAK) == pytest.approx(day.max() / day.mean(), rel=1e-9)
    assert Fraction(55, 100) * monthly_usage.PEAK == 1


@few
@given(USERS)
def test_provisioned_units_are_whole_and_those_of_the_busiest_moment(users):
    """Table and index are rounded up apart, and each has at least 1."""
    second = users * Fraction(20, 11) / 86_400
    table, index = (max(1, ceil(second * a_day)) for a_day in (200, 160))

    assert monthly_usage.provisioned_units(users, ONE) == (
        table + index,
        max(1, ceil(second * 93)) + max(1, ceil(second * 20)),
    )


def test_a_part_that_nobody_reads_has_a_unit_all_the_same():
    """AWS refuses 0 units, also for an index that is never read or a table without writes."""
    unread = replace(ONE, sending=operation(0.5, 0, index=(0, 4)))

    assert monthly_usage.provisioned_units(10, unread) == (1 + 1, 1 + 1)


@few
@given(USERS)
def test_a_month_on_demand_is_thirty_days_of_units(users):
    """On-demand units are not rounded, and none are free."""
    found = priced(users, setup=Setup(provisioned=False))

    assert found["writes"] == users * 30 * 360 * each("on_demand_write")
    assert found["reads"] == users * 30 * 113 * each("on_demand_read")


@few
@given(USERS)
def test_a_month_of_provisioned_units_is_720_hours_without_the_pool(users):
    """18,600 unit-hours of writes, and of reads, are free for table and index together."""
    found, units = priced(users), monthly_usage.provisioned_units(users, ONE)

    for part, name, count in zip(("writes", "reads"), ("wcu", "rcu"), units, strict=True):
        assert found[part] == max(0, count * 720 - 18_600) * each(f"provisioned_{name}_hour")


@few
@given(USERS, integers(0, 60))
def test_storage_is_of_messages_once_and_of_group_rows_with_their_entries(users, months):
    """Each item has 100 bytes of overhead; recovery covers the table only, none of it free."""
    found = priced(users, setup=Setup(months=months, recovery=True))
    messages, rows = users * 40 * 30 * months * 500, users * 20 * 510
    table, index = (Decimal(size) / 2**30 for size in (messages + rows, users * 20 * 512))

    stored = max(Decimal(0), table + index - 25) * each("storage_gb_month")
    assert float(found["storage"]) == pytest.approx(float(stored), rel=1e-12, abs=1e-12)
    assert float(found["recovery"]) == pytest.approx(float(table * each("pitr_gb_month")))


def test_a_table_without_an_index_stores_its_rows_once():
    """Without index entries, no overhead of entries is billed."""
    table, indexes = monthly_usage.storage_gb(1_000, ALONE, 1)

    assert indexes == 0
    assert table == Decimal(1_000 * (1_200 * 500 + 20 * 510)) / 2**30


@few
@given(USERS, sampled_from([True, False]))
def test_a_function_is_called_for_each_record_that_the_filter_lets_through(users, filtered):
    """A message has 1 or 5 calls of 0.1 s at 1/8 GB; 1,000,000 calls are free."""
    calls = users * 40 * 30 * (1 if filtered else 5)
    gb_seconds = Decimal(calls) / 80

    assert priced(users, setup=Setup(filtered=filtered))["function"] == max(
        0, calls - 1_000_000
    ) * each("lambda_request") + max(Decimal(0), gb_seconds - 400_000) * each(
        "lambda_x86_gb_second_first_6e9"
    )


def test_memory_and_seconds_make_gb_seconds():
    """Twice the memory and ten times the seconds are 20 times as many GB-seconds."""
    plain, larger = (
        monthly_usage.usage(1_000, ONE, setup).lambda_.gb_seconds
        for setup in (Setup(), Setup(memory=256, seconds=1.0))
    )

    assert larger == 20 * plain


def test_a_design_without_a_handler_has_no_function():
    """There are no calls, with or without an event filter."""
    assert "function" not in priced(1_000, ALONE)
    assert monthly_usage.calls(ALONE, Setup(filtered=False)) == 0


@few
@given(USERS)
def test_the_way_costs_its_hours_and_its_gb(users):
    """Hours are billed in each zone; a gateway endpoint costs nothing."""
    gb = Decimal(users * 30 * ONE.bytes_moved) / 2**30

    found = {
        route: priced(users, setup=Setup(route=route, zones=3))["way to DynamoDB"]
        for route in Route
    }

    assert found[Route.GATEWAY] == 0
    assert float(found[Route.NAT]) == pytest.approx(
        float(3 * 720 * each("nat_gateway_hour") + gb * each("nat_gateway_gb"))
    )
    assert float(found[Route.INTERFACE]) == pytest.approx(
        float(
            3 * 720 * each("interface_endpoint_hour") + gb * each("interface_endpoint_gb_first_1pb")
        )
    )


def test_what_is_shown_goes_out_to_the_internet():
    """Of 110 GB, 10 are billed, because 100 are free."""
    users = ceil(110 * 2**30 / (30 * ONE.bytes_shown))
    gb = Decimal(users * 30 * ONE.bytes_shown) / 2**30

    usd = priced(users)["to the internet"]

    assert float(usd) == pytest.approx(float((gb - 100) * each("internet_out_gb_first_10tb")))


def test_standard_ia_is_on_the_whole_bill():
    """Standard-IA has other prices for units and storage, and none of it is free."""
    made = bill(monthly_usage.usage(1_000, ONE, Setup(table_class=TableClass.STANDARD_IA)), BOOK)
    lines = [line for line in made.lines if line.service == "DynamoDB"]

    assert len(lines) == 3
    assert all("Standard-IA" in line.item and not line.free for line in lines)


def test_every_line_belongs_to_a_part():
    """Bills of all routes and both modes have only the known parts."""
    seen = {
        name
        for provisioned in (True, False)
        for route in Route
        for name in priced(10**6, setup=Setup(provisioned, route=route, recovery=True))
    }

    assert seen == set(monthly_usage.PARTS)


def test_a_line_of_another_service_is_its_own_part():
    """It is not counted as a part of DynamoDB."""
    one = Decimal(1)
    line = BillLine("DAX", "dax.r5.large nodes", one, "node-hour", Decimal(0), one, one, one, "")

    assert monthly_usage.bill_part(line) == "DAX"


def test_the_dearest_part_and_its_spans():
    """At first nothing costs, then the gateways' hours cost most, then writes."""
    nat = Setup(route=Route.NAT)
    free = bill(monthly_usage.usage(10, ONE, Setup()), BOOK)
    bills = {
        users: bill(monthly_usage.usage(users, ONE, nat), BOOK)
        for users in (10**7, 10, 1_000, 10**6)
    }

    assert monthly_usage.costliest_part(free) == "nothing"
    assert monthly_usage.costliest_ranges({**bills, 1: free}) == [
        (1, 1, "nothing"),
        (10, 1_000, "way to DynamoDB"),
        (10**6, 10**7, "writes"),
    ]


def test_steps_are_ten_to_a_power_of_ten():
    """The first and the last number are included."""
    assert monthly_usage.user_counts(10, 100) == [10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100]
    assert monthly_usage.user_counts(10, 10**7)[-1] == 10**7
    assert len(monthly_usage.user_counts(10, 10**7)) == 61


def test_each_free_allowance_ends_at_a_number_of_users():
    """It is the allowance over what one user takes; the scarcest comes first."""
    found = monthly_usage.free_until(
        lambda users: monthly_usage.usage(users, ONE, Setup(recovery=True)), BOOK
    )
    second = Fraction(20, 11) / 86_400
    bytes_stored = 40 * 30 * 12 * 500 + 20 * (510 + 512)

    assert found == {
        "Lambda: requests": 1_000_000 // (40 * 30),
        "DynamoDB: provisioned write capacity": floor(11 / (160 * second)),  # 14 and 11 units
        "DynamoDB: storage": 25 * 2**30 // bytes_stored,
        "DynamoDB: provisioned read capacity": floor(20 / (93 * second)),  # 20 and 5 units
        "Data transfer: out to the internet": 100 * 2**30 // (30 * ONE.bytes_shown),
        "Lambda: compute, x86": 400_000 * 80 // (40 * 30),
    }
    assert list(found.values()) == sorted(found.values())
