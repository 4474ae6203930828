"""Tests of the explorer: it draws what the modes cost, and every slider changes it."""

import re
from math import ceil

import numpy as np
import pytest

from cruddur_lib.backends import connect
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.planning.modes import mode_cost
from cruddur_lib.costs.planning.search import PolicySearch
from cruddur_lib.costs.planning.tariffs import BillingTerms, tariffs
from cruddur_lib.costs.throughput.policies import ReadsWrites, TargetTracking
from cruddur_lib.costs.throughput.simulation import on_demand
from cruddur_lib.costs.traffic.patterns import Pattern, Rates
from cruddur_lib.costs.traffic.workload import Workload
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS
from cruddur_lib.workbook.experiments.design_costs import text_for
from cruddur_lib.workbook.experiments.footprint import footprint
from cruddur_lib.workbook.explorer import widgets as module
from cruddur_lib.workbook.explorer.figure import MEANS, Picture, break_even, in_words
from cruddur_lib.workbook.explorer.month import MODES, ON, ExplorerChoice, explore
from cruddur_lib.workbook.explorer.widgets import USERS, Explorer, regions
from cruddur_lib.workbook.lesson import start
from tests.helpers.seen import flaws

SEND = Pattern("send", 40, Rates(1.5, 5), {"inbox": Rates(0.5, 4)})
OPEN = Pattern("inbox", 12, Rates(1.5, 0))
CHOICES = [
    ExplorerChoice(),
    ExplorerChoice(users=200_000, burstiness=1.5, target=50),
    ExplorerChoice(users=1_000, burstiness=0.0, free_tier=False, region="eu-central-1"),
]


@pytest.fixture(scope="module")
def lesson():
    """Start a lesson on an engine of its own."""
    with connect("moto", database="explorer") as backend:
        yield start("04-the-fan-out", backend)


@pytest.fixture
def explorer(lesson):
    """Start the explorer with its default choice."""
    return Explorer(lesson)


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_the_bill_of_each_mode_is_the_plans(choice):
    """`mode_cost`, which makes exact bills, has the same USD for the same traffic."""
    found = explore(choice, (SEND, OPEN))
    traffic = Workload.from_patterns(
        choice.users, (SEND, OPEN), burstiness=choice.burstiness, seed=choice.users
    )
    book = PriceBook(choice.region, on=ON)
    fixed = {
        part: ReadsWrites(
            *(
                PolicySearch(traffic, part, kind, steady=True).fixed(0.0001).policy
                for kind in THROUGHPUT_KINDS
            )
        )
        for part in traffic.parts
    }
    scaled = {
        part: ReadsWrites(*map(tracking(choice), d.units)) for part, d in traffic.parts.items()
    }
    terms = BillingTerms(free_tier=choice.free_tier)
    expected = {
        "on-demand": mode_cost("", traffic, on_demand(traffic), book, terms),
        "fixed": mode_cost("", traffic, fixed, book, terms),
        "autoscaled": mode_cost("", traffic, scaled, book, terms),
        "fixed, reserved for 1 year": mode_cost(
            "", traffic, fixed, book, BillingTerms(1, free_tier=choice.free_tier)
        ),
    }

    assert found.usd == pytest.approx(
        {mode: float(one.usd_a_month) for mode, one in expected.items()}
    )
    auto = expected["autoscaled"]
    assert found.throttled_share["autoscaled"] == pytest.approx(auto.throttled_share)
    part = auto.throughput[found.traced_part].writes
    assert found.throttled_units.sum() == pytest.approx(part.throttled_units)
    assert found.provisioned.tolist() == part.hours().tolist()
    for usage, kind in zip(found.kinds, THROUGHPUT_KINDS, strict=True):
        assert usage.fixed == sum(pair.of(kind).units for pair in fixed.values())


def tracking(choice):
    """Return a function that makes auto scaling as the explorer describes it."""

    def policy(demand):
        highest = max(1, ceil(demand.max() / 60 / (choice.target / 100)))
        first = ceil(demand[:2].max() / 60 / (choice.target / 100))
        return TargetTracking(1, highest, choice.target / 100, min(max(1, first), highest))

    return policy


def test_on_demand_is_users_times_requests():
    """3,000 learners x 40 messages x 730 / 24 days x 9 write units, and the reads."""
    found = explore(ExplorerChoice(burstiness=0.0), (SEND, OPEN))
    days = 730 / 24
    writes = 3_000 * 40 * days * 9
    reads = 3_000 * days * (40 * 2 + 12 * 1.5)
    usd = writes * 0.625e-6 + reads * 0.125e-6
    assert found.usd["on-demand"] == pytest.approx(usd, rel=1e-4)


@pytest.mark.parametrize("free_tier", [True, False])
def test_on_the_line_of_the_plane_both_modes_cost_the_same(free_tier):
    """Average units divided by the utilization are the fixed units; 18,600 unit-hours are free."""
    tariff = tariffs(PriceBook("us-east-1", on=ON), free_tier=free_tier).writes
    line = break_even(tariff)
    inside = line < 1
    asked = MEANS[inside] * 3_600 * 730 * float(tariff.usd_per_request_unit)
    units = MEANS[inside] / line[inside] * 730
    there = np.maximum(units - 18_600 * free_tier, 0) * float(tariff.usd_per_unit_hour)

    assert inside.any()
    assert there == pytest.approx(asked)


@pytest.mark.parametrize("choice", CHOICES, ids=str)
@pytest.mark.quick_cases(1)
def test_a_picture_that_was_moved_looks_like_one_that_was_drawn_there(choice):
    """Both pictures have the same pixels, although some artists are drawn only once."""
    moved = Picture(explore(ExplorerChoice(users=50, design="stable_key"), (SEND, OPEN)))
    elsewhere = moved.png()
    found = explore(choice, (SEND, OPEN))
    moved.show(found)

    assert moved.png() == Picture(found).png() != elsewhere


def test_a_mode_that_throttles_is_not_the_cheapest():
    """Auto scaling lags behind a burst and throttles too much, so it isn't the cheapest."""
    found = explore(ExplorerChoice(users=200_000, burstiness=3.0, target=90), (SEND, OPEN))
    assert found.throttled_share["autoscaled"] > 0.0001
    assert found.cheapest != "autoscaled"


def test_every_slider_moves_the_choice_the_figure_and_the_words(explorer):
    """Each slider, moved alone, changes the choice, the figure and the text."""
    explorer._fill()
    moved = {
        "users": 300_000, "messages": 80, "opens": 40, "size": 2_100, "burstiness": 1.0,
        "target": 50, "design": "read_fan_out", "region": "eu-central-1", "free_tier": False,
    }  # fmt: skip
    assert moved.keys() == explorer.widgets.keys()
    assert explorer.panel.children[1:] == (explorer.figure, explorer.words)
    for name, value in moved.items():
        before = explorer.figure.value, explorer.words.value
        explorer.widgets[name].value = value
        assert getattr(explorer.choice, name) == value
        assert explorer.figure.value != before[0]
        assert name == "opens" or explorer.words.value != before[1]

    assert in_words(explorer.month) in explorer.words.value
    for mode in MODES:
        assert f"<td>{explorer.month.usd[mode]:,.2f}</td>" in explorer.words.value


def test_widgets_stand_where_the_choice_does(lesson):
    """Widgets show the first choice, even a number of users between two steps."""
    choice = ExplorerChoice(users=1_234, design="stable_key", size=1_500)
    explorer = Explorer(lesson, choice)

    assert {name: widget.value for name, widget in explorer.widgets.items()} == vars(choice)
    assert 10 in USERS
    assert USERS[-1] == 10**7


def test_what_is_shown_has_a_figure_for_who_has_no_widgets(explorer, monkeypatch):
    """A viewer without widgets shows a figure with alt text, or plain text."""
    bundles = []
    monkeypatch.setattr(module, "display", lambda bundle, **_: bundles.append(bundle))
    explorer.show()

    ((view, html, text),) = [tuple(bundle.items()) for bundle in bundles]
    assert view[0] == "application/vnd.jupyter.widget-view+json"
    assert re.search(r'alt="USD a month of 730 hours: on-demand 21\.\d\d', html[1])
    assert text == ("text/plain", in_words(explorer.month))
    assert flaws(explorer._picture.figure) == []


def test_words_are_sentences_and_the_table_has_heads(explorer):
    """A screen reader hears sentences, the number of users, and a head for each row and column."""
    explorer._fill()
    words = in_words(explorer.month)

    assert re.findall(r"\. [a-z]", words) == []
    assert re.search(r"Reads: [\d.,]+ units a second on average, \d+ fixed units, \d+% of", words)
    assert f"<p>3,000 users. {words}</p>" in explorer.words.value
    assert re.findall(r'scope="col">([^<]+)', explorer.words.value) == [
        "mode",
        "USD a month",
        "throttled",
    ]
    assert re.findall(r'scope="row">([^<]+)', explorer.words.value) == list(MODES)


@pytest.mark.parametrize(
    ("design", "size"),
    [
        ("bootcamp", 1_024),
        ("bootcamp", 1_025),
        ("stable_key", 978),
        ("stable_key", 979),
        ("one_transaction", 2_002),
        ("one_transaction", 2_003),
        ("read_fan_out", 2_048),
        ("read_fan_out", 2_049),
    ],
)
@pytest.mark.quick_cases(2)
def test_units_are_those_of_the_size(lesson, design, size):
    """On both sides of each step, the explorer's units are those of a measured footprint.

    The row of stable keys has 46 bytes more.
    """
    explorer = Explorer(lesson, ExplorerChoice(design=design, size=size))
    seen = footprint(lesson, design, None, text_for(lesson, size))

    metered = {p.name: (p.table, dict(p.indexes)) for p in seen.patterns}
    for pattern in explorer._patterns():
        assert (pattern.table, dict(pattern.indexes)) == metered[pattern.name]


def test_units_are_metered_once(explorer, monkeypatch):
    """A slider that doesn't change the units meters no request again."""
    explorer.move(size=400)
    monkeypatch.setattr(module, "footprint", lambda *_: pytest.fail("metered again"))
    explorer.move(messages=3)
    explorer.move(size=900)


def test_regions_are_those_whose_prices_are_known():
    """The explorer has all prices of each Region it offers."""
    found = regions()
    assert "us-east-1" in found
    for region in found:
        assert explore(ExplorerChoice(region=region), (SEND,)).usd["fixed"] >= 0
