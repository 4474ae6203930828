"""Tests of `figures.mode_costs`: a mark is at its USD, and hollow if its mode throttles."""

from datetime import date

import pytest

from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.planning.modes import mode_costs
from cruddur_lib.costs.planning.tariffs import BillingTerms
from cruddur_lib.costs.throughput.policies import Fixed, ReadsWrites
from cruddur_lib.costs.throughput.simulation import on_demand
from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.patterns import Rates
from cruddur_lib.costs.traffic.workload import TABLE_PART, Workload
from cruddur_lib.workbook.figures.mode_costs import mode_costs as draw
from tests.helpers.seen import flaws


@pytest.fixture(scope="module")
def rows():
    """A month of 10 writes a second, on demand and with 5 units that throttle half of it."""
    steady = Workload.shaped(shapes.steady(30), Rates(0, 10))
    modes = {"on-demand": on_demand(steady), "fixed": {TABLE_PART: ReadsWrites(Fixed(1), Fixed(5))}}
    book = PriceBook("us-east-1", on=date(2026, 11, 25))
    return {"steady": mode_costs(steady, book, modes, BillingTerms(free_tier=False))}


def test_a_dot_stands_at_its_usd_and_is_hollow_where_too_much_is_throttled(rows):
    """On demand: 10 writes a second for 730 hours. Fixed: 730 hours of 5 WCU and 1 RCU."""
    figure = draw(rows).figure
    on_request, fixed = figure.axes[0].lines

    assert on_request.get_xdata()[0] == pytest.approx(10 * 3_600 * 730 * 0.625e-6)
    assert fixed.get_xdata()[0] == pytest.approx(730 * (5 * 0.00065 + 0.00013))
    assert on_request.get_markerfacecolor() == on_request.get_color()
    assert fixed.get_markerfacecolor() == "white"
    assert flaws(figure) == []


def test_words_say_what_is_hollow(rows):
    """The alt text names hollow marks; if all units may be throttled, there are none."""
    hollow = "fixed 2.47 (hollow: throttled too much)"

    assert f"steady: on-demand 16.42, {hollow}." in draw(rows).alt
    assert "hollow" not in draw(rows, max_throttled=1).alt
