"""Tests of `bills`: what the figures draw, and their alt texts."""

from datetime import date
from math import isnan

import pytest

from cruddur_lib.costs.billing.bills import bill
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import Nat, OnDemand, Usage
from cruddur_lib.messaging.designs import DESIGNS
from cruddur_lib.workbook.experiments.monthly_usage import PARTS
from cruddur_lib.workbook.figures.bills import FILLS, MARKERS, bill_by_users, free_users, shares
from tests.helpers.seen import flaws

BOOK = PriceBook("us-east-1", on=date(2026, 11, 25))
UNTIL = {
    "bootcamp": {"Lambda: requests": 833, "DynamoDB: storage": 3_717},
    "read_fan_out": {"DynamoDB: storage": 3_725},
}


def bill_of(users):
    """A month of a NAT gateway, and a million write units for each ten users."""
    requests = OnDemand(write_units=users * 100_000)
    return bill(Usage(month="2026-11", nat=Nat(hours=720), on_demand=requests), BOOK)


BILLS = {
    "some": {users: bill_of(users) for users in (10, 100, 1_000, 2_000, 5_000, 10_000, 100_000)}
}


def test_a_row_for_each_allowance_and_a_mark_for_each_design():
    """The marks of an allowance are beside each other; the axis of users is logarithmic."""
    (axes,) = free_users(UNTIL).figure.axes

    assert [text.get_text() for text in axes.get_yticklabels()] == [*UNTIL["bootcamp"]]
    assert [marks.get_label() for marks in axes.collections] == [*UNTIL]
    offsets = [marks.get_offsets().data.tolist() for marks in axes.collections]
    assert [[place[0] for place in found] for found in offsets] == [[833, 3_717], [3_725]]
    assert offsets[0][1][1] < 1 < offsets[1][0][1]
    assert (axes.get_xscale(), axes.get_xlabel()) == ("log", "users")


def test_a_mark_for_each_design_is_its_own():
    """Readers can tell the marks apart without color."""
    assert MARKERS.keys() == DESIGNS.keys()
    assert len({*MARKERS.values()}) == len(DESIGNS)
    assert flaws(free_users({design: {"storage": 100} for design in DESIGNS}).figure) == []


def test_a_color_for_each_part():
    """Each part has a color and a hatch of its own."""
    assert len({*FILLS.values()}) == len(PARTS)
    assert flaws(bill_by_users(BILLS).figure) == []


def test_a_column_has_the_total_above_and_the_parts_below():
    """USD is a line, and shares are areas up to 100 %; a large part has its name inside."""
    above, below = bill_by_users(BILLS).figure.axes

    assert above.lines[0].get_ydata().tolist() == pytest.approx(
        [float(one.total_usd) for one in BILLS["some"].values()]
    )
    assert [area.get_label() for area in below.collections] == list(PARTS)
    assert below.get_ylim() == (0, 100)
    assert {text.get_text() for text in below.texts} == {"writes", "way to DynamoDB"}
    assert (below.get_xlabel(), below.get_ylabel()) == ("users", "% of the bill")
    assert (above.get_title(), above.get_ylabel()) == ("some", "USD a month")


def test_shares_are_percents_of_the_total():
    """The gateway is 32.40 of 32.40 + 0.625 USD; all shares of a bill of 0 USD are 0."""
    found = shares(bill_of(10))

    assert found["way to DynamoDB"] == pytest.approx(100 * 32.4 / 33.025)
    assert sum(found.values()) == pytest.approx(100)
    assert list(found) == list(PARTS)
    assert set(shares(bill(Usage(), BOOK)).values()) == {0}


def test_a_bill_of_nothing_is_drawn():
    """It has no line, because 0 has no logarithm, and no area."""
    nothing = {users: bill(Usage(), BOOK) for users in BILLS["some"]}

    above, below = bill_by_users({"nothing": nothing}).figure.axes

    assert all(map(isnan, above.lines[0].get_ydata()))
    assert not below.texts


def test_the_words_have_the_numbers():
    """The alt text of both figures has the numbers that they draw."""
    assert free_users(UNTIL).alt == (
        "The most users that each free allowance is enough for. bootcamp: Lambda: requests 833, "
        "DynamoDB: storage 3,717. read_fan_out: DynamoDB: storage 3,725."
    )
    assert bill_by_users(BILLS).alt == (
        "USD a month by the number of users, and the dearest part. some: 10 users 33.02 (way to "
        "DynamoDB), 1,000 users 94.90 (writes), 100,000 users 6,282.40 (writes)."
    )
