"""bin/cost/prices: every price with its source and age, old ones flagged; errors of one line."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from cruddur_lib.cli.cost import prices
from cruddur_lib.costs.billing.price_list import price_list

SCRIPT = Path(__file__).parents[3] / "bin" / "cost" / "prices"


@pytest.fixture
def call(ended):
    """Call the script on a day; return its exit code, standard output and standard error."""

    def called(*words, today=date(2026, 11, 22)):
        return ended(prices.run, [str(word) for word in words], today)

    return called


@pytest.fixture
def answer(call):
    """Call the script with --json; return the prices by Region and item."""

    def answered(*words, **day):
        code, out, err = call(*words, "--json", **day)
        assert (code, err) == (0, "")
        return {(price["region"], price["item"]): price for price in json.loads(out)["prices"]}

    return answered


def test_all_regions_are_listed_where_none_is_named(answer):
    """Without a Region all Regions are listed."""
    assert {region for region, _ in answer()} == set(price_list().regions)
    assert {region for region, _ in answer("eu-west-1")} == {"eu-west-1"}


def test_a_price_has_its_source_and_its_age(answer):
    """A price read on 2026-09-06 is 77 days old on 2026-11-22, and has its source's address."""
    price = answer("us-east-1")["us-east-1", "on_demand_write"]

    assert (price["usd"], price["per"], price["unit"]) == ("0.625", "1000000", "WRU")
    assert (price["first_day"], price["read"]) == ("2024-11-01", "2026-09-06")
    assert (price["age_days"], price["old"], price["confidence"]) == (77, False, "high")
    assert price["sources"][0]["address"].startswith("https://github.com/ocelhq/ocel/")


@pytest.mark.parametrize(
    ("today", "old"),
    [(date(2027, 9, 6), False), (date(2027, 9, 7), True)],
    ids=["365 days", "366 days"],
)
def test_a_price_that_was_read_over_a_year_ago_is_flagged(call, answer, today, old):
    """A price is old 366 days after it was read; the JSON and the table both say so."""
    price = answer("us-east-1", today=today)["us-east-1", "on_demand_write"]
    line = call("us-east-1", today=today)[1].splitlines()[2]

    assert line.startswith("on_demand_write ")
    assert price["old"] is ("OLD: read over a year ago" in line) is old


def test_a_day_is_asked_for_by_name(answer):
    """--on chooses the day of the prices, and --today the day that ages count from."""
    price = answer("us-east-1", "--on", "2024-10-31", "--today", "2024-10-29")
    write = price["us-east-1", "on_demand_write"]

    assert (write["usd"], write["age_days"]) == ("1.25", 1)


def test_the_table_names_sources_with_their_addresses(call):
    """The table ends with the address of each source that it names, and of no other."""
    code, out, err = call("eu-central-1")

    assert (code, err) == (0, "")
    assert out.startswith("eu-central-1, Frankfurt: ")
    assert "\nS6: catalogue aws-eu-central-1-gross-2026-09-11" in out
    assert "S12:" not in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["eu-west-9"], "'eu-west-9'"),
        (["us-east-1", "--on", "yesterday"], "'yesterday'"),
        (["us-east-1", "us-east-2"], "us-east-2"),
        (["--jso"], "--jso"),
    ],
    ids=["Region", "day", "two Regions", "half an option"],
)
def test_refusals_are_one_line_and_exit_code_2(call, words, said):
    """The error names what is wrong; standard output is empty."""
    code, out, err = call(*words)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("bin/cost/prices: ")
    assert said in err


def test_the_script_itself_answers():
    """The script works as a person calls it."""
    ran = subprocess.run(
        [sys.executable, SCRIPT, "us-west-2", "--json"], capture_output=True, text=True, check=True
    )

    assert json.loads(ran.stdout)["prices"][0]["region"] == "us-west-2"
