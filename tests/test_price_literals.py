"""Prices are in data/prices.yaml only: not in code, notebooks or scripts."""

import json
import re
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from cruddur_lib.costs.billing.price_list import price_list

ROOT = Path(__file__).parents[1]
NUMBER = re.compile(r"(?<![\w.])\d[\d_]*(?:\.[\d_]+)?(?:[eE][-+]?\d+)?(?![\w.])")
MONEY = re.compile(r"(?i)usd|\$ ?\d|price|dollar")


def known_prices():
    """Return every price, as it is listed and for one unit."""
    found = set()
    for items in price_list().readings.values():
        for name, readings in items.items():
            per = price_list().items[name].per
            for reading in readings:
                found |= {reading.usd, reading.usd / per} if reading.usd else set()
    return found


PRICES = known_prices()


def is_typical_price(number):
    """Return True for a fraction that is most likely a price: 3 digits, or a tiny one."""
    fraction = number != number.to_integral_value()
    digits = len(number.normalize().as_tuple().digits)
    return fraction and (digits >= 3 or number < Decimal("0.001"))


def prices_in(code):
    """Return the numbers in the code that are prices by their digits or by words beside them."""
    found = []
    for line in code.splitlines():
        for match in NUMBER.finditer(line):
            number = Decimal(match[0].replace("_", ""))
            if number in PRICES and (
                is_typical_price(number) or ("." in match[0] and MONEY.search(line))
            ):
                found.append(match[0])
    return found


def code_of(path):
    """Return the code of a file; of a notebook, its code cells."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = json.loads(text)["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


def files():
    """Return the project's Python files, notebooks and scripts, without the tests."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = [n for n in listed.stdout.splitlines() if not n.startswith("tests/")]
    wanted = [n for n in names if n.endswith((".py", ".ipynb")) or n.startswith("bin/")]
    return [ROOT / name for name in wanted if (ROOT / name).is_file()]


def test_no_price_stands_outside_the_price_list():
    """Code takes prices from a PriceBook, so no file has a price as a number."""
    found = {str(path.relative_to(ROOT)): prices_in(code_of(path)) for path in files()}

    assert len(found) > 100
    assert {name: numbers for name, numbers in found.items() if numbers} == {}


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("WCU_HOUR = 0.00065", id="a unit-hour"),
        pytest.param('write = Decimal("0.625")', id="a million writes"),
        pytest.param("old = 1.25", id="yesterday's million"),
        pytest.param("each = 0.000_000_625", id="one write, with underscores"),
        pytest.param("each = 6.25e-7", id="one write, with an exponent"),
        pytest.param("price = 0.25  # a GB-month", id="two digits, by what the line is about"),
        pytest.param("bill = gb * 0.09  # USD", id="one digit, by what the line is about"),
    ],
)
def test_the_search_for_prices_finds_one(line):
    """The search finds prices in code."""
    assert prices_in(line)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("time.sleep(0.2)", id="seconds"),
        pytest.param("EVENTUAL = 0.5", id="half a unit"),
        pytest.param('UV = "0.13.9"', id="a version"),
        pytest.param("limit = 30", id="a count"),
    ],
)
def test_the_search_for_prices_leaves_other_numbers_alone(line):
    """A number that equals some price is no price on a line about something else."""
    assert not prices_in(line)
