"""Prices of the user's: a file of the same shape, over data/prices.yaml and never into it."""

from datetime import date
from decimal import Decimal

import pytest

from cruddur_lib.costs.billing.bills import bill
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.price_files import known_prices, user_file
from cruddur_lib.costs.billing.price_list import FILE, PriceListError, price_list
from cruddur_lib.costs.billing.usage import OnDemand, Usage
from tests.helpers.billed import TODAY

OWN = """\
regions:
  us-east-1:
    prices:
      on_demand_write:
        2026-01-01: {usd: "0.5", note: "contract 17"}
"""
LISTED = """\
sources:
  list: {what: "AWS's price list", day: 2026-11-20, address: "https://x", offer: AmazonDynamoDB}
regions:
  us-east-1:
    prices:
      on_demand_write:
        %s: {usd: "0.7", read: %s, confidence: high, sources: [list]}
"""


@pytest.fixture
def write(tmp_path):
    """Write a file of prices and return its path."""

    def written(text, name="own.yaml"):
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return written


def usd(known, item="on_demand_write", region="us-east-1", on=TODAY):
    """Return a price as a list has it."""
    return PriceBook(region, on=on, price_list=known).price(item).usd


def test_without_a_file_there_is_only_the_projects(monkeypatch, tmp_path):
    """The user's folder is looked at, and nothing is made there."""
    monkeypatch.delenv("CRUDDUR_PRICES")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    assert user_file().name == "prices.yaml"
    assert known_prices() is price_list()


def test_a_price_of_the_users_own_is_over_the_projects(write):
    """It applies from its first day on; other prices, and all earlier days, stay."""
    known = known_prices(write(OWN))

    assert usd(known) == Decimal("0.5")
    assert usd(known, on=date(2025, 12, 31)) == Decimal("0.625")
    assert usd(known, "on_demand_read") == Decimal("0.125")
    assert PriceBook("us-east-1", on=TODAY).price("on_demand_write").usd == Decimal("0.625")


def test_an_own_price_holds_through_later_prices_of_the_project(write):
    """A contract of 2024-06-01 is not ended by AWS's new price of 2024-11-01."""
    assert usd(known_prices(write(OWN.replace("2026-01-01", "2024-06-01")))) == Decimal("0.5")


@pytest.mark.parametrize(
    ("first_day", "read", "price"),
    [
        pytest.param("2026-11-01", "2026-11-20", "0.7", id="newer than the project's"),
        pytest.param("2024-06-01", "2026-11-20", "0.7", id="read after the project's began"),
        pytest.param("2024-06-01", "2024-06-02", "0.625", id="read before the project's began"),
    ],
)
def test_the_newer_reading_of_awss_list_wins(write, first_day, read, price):
    """A reading replaces the prices that began up to the day it was read, and no later ones."""
    assert usd(known_prices(write(LISTED % (first_day, read)))) == Decimal(price)


def test_two_files_are_over_each_other(monkeypatch, write):
    """CRUDDUR_PRICES is over the project's, and a file that is named over both."""
    fetched = write(LISTED % ("2026-11-01", "2026-11-20"), "fetched.yaml")
    monkeypatch.setenv("CRUDDUR_PRICES", str(fetched))

    assert usd(known_prices()) == Decimal("0.7")
    assert usd(known_prices(write(OWN))) == Decimal("0.5")


def test_the_bill_names_the_file(write):
    """Each line says where its price is from: the user's file, or the document that was read."""
    file = write(OWN)
    book = PriceBook("us-east-1", on=TODAY, price_list=known_prices(file))
    lines = bill(Usage(on_demand=OnDemand(1_000_000, 1_000_000)), book).lines

    assert lines[0].usd == Decimal("0.5")
    assert lines[0].source == f"{file}, price from 2026-01-01 on, read 2026-01-01"
    assert "ocelhq" in lines[1].source
    listed = known_prices(write(LISTED % ("2026-11-01", "2026-11-20")))
    cited = PriceBook("us-east-1", on=TODAY, price_list=listed).price("on_demand_write").cited
    assert str(file) in cited
    assert "AWS's price list, https://x, read 2026-11-20, confidence high" in cited


def test_a_new_region_has_the_name_and_the_prices_of_the_file(write):
    """A Region that the project has no price of needs no more than its prices."""
    text = OWN.replace("us-east-1:", 'ap-southeast-7:\n    name: "Thailand"')
    known = known_prices(write(text))

    assert known.regions["ap-southeast-7"] == "Thailand"
    assert usd(known, region="ap-southeast-7") == Decimal("0.5")
    assert (
        known_prices(write(OWN.replace("us-east-1", "xx-new-1"))).regions["xx-new-1"] == "xx-new-1"
    )


def test_a_file_may_be_empty_and_may_name_sources_of_the_project(write):
    """S15 is the AWS Database Blog in data/prices.yaml; a whole copy of that file is fine too."""
    assert usd(known_prices(write(""))) == Decimal("0.625")
    known = known_prices(write(OWN.replace('note: "contract 17"', "sources: [S15]")))
    cited = PriceBook("us-east-1", on=TODAY, price_list=known).price("on_demand_write").cited
    assert "AWS Database Blog" in cited
    assert usd(known_prices(write(FILE.read_bytes().replace(b'"0.625"', b'"0.6"')))) == Decimal(
        "0.6"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            OWN.replace('"0.5"', "0.5"),
            "on_demand_write.2026-01-01.usd is 0.5; it must be in quotes",
        ),
        (OWN.replace('"0.5"', '"-1"'), "it must be 0 or more"),
        (OWN.replace('"0.5"', '"NaN"'), "it must be a finite number"),
        (OWN.replace('"0.5"', f'"0.{"1" * 31}"'), "it may have at most 30 digits after the point"),
        (OWN.replace("usd:", "eur:"), 'no key is called "regions.us-east-1.prices.on_demand_write'),
        (OWN.replace("note:", "1:"), "has a key that is not a text"),
        (OWN.replace("on_demand_write", "wru"), "prices.wru: no item has this name"),
        (OWN.replace("2026-01-01", "soon"), '"soon"; it must be the first day of a price, like'),
        (OWN.replace("2026-01-01", "2026-13-01"), "this is not YAML: month must be in 1..12"),
        (OWN.replace("note:", "sources: [S99], note:"), "names an unknown source, S99"),
        (OWN.replace("note:", "sources: 5, note:"), "sources is 5; another type of value"),
        (OWN.replace("note:", "read: lately, note:"), 'read is "lately"; it must be a day like'),
        (OWN + OWN[9:], "the key us-east-1 is repeated, line 6, column 3"),
        (
            OWN.replace("prices:", "price:"),
            'regions.us-east-1 has the unknown key "price"; known keys: name',
        ),
        ("regons: {}", 'the file has the unknown key "regons"; known keys: sources, items, tiers'),
        ("- 1", "the file is a list; it must be keys and values"),
        ("regions: 5", "regions is 5; it must be keys and values"),
        ("tiers: {x: 5}", "tiers.x is 5; it must be a list of tiers"),
        ("items: {x: {service: a, item: b, unit: c, per: '3', offer: d, page: e}}", "power of ten"),
        ("a: [", "this is not YAML: "),
        ("a: " + "[" * 5_000, "this is not YAML: "),
        (b"\xff\xfe", "cannot be read: it is not text in UTF-8"),
        (b"a: \x00", "this is not YAML: "),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_mistake_is_one_line_with_the_file_and_the_entry(write, text, said):
    """The line has the file's name, the entry, its value and what it must be."""
    file = write(text)
    with pytest.raises(PriceListError) as refused:
        known_prices(file)

    assert said in str(refused.value)
    assert str(refused.value).startswith(str(file))
    assert "\n" not in str(refused.value)


def test_a_file_that_is_named_must_be_there(monkeypatch, tmp_path):
    """A wrong name must not be billed at public prices in silence."""
    missing = tmp_path / "missing.yaml"
    with pytest.raises(PriceListError, match="missing.yaml cannot be read: No such file"):
        known_prices(missing)
    monkeypatch.setenv("CRUDDUR_PRICES", str(missing))
    with pytest.raises(PriceListError, match=r"missing.yaml \(CRUDDUR_PRICES names it\) cannot be"):
        known_prices()


def test_a_file_that_is_too_large_is_refused(monkeypatch, write):
    """A limit keeps the memory bounded."""
    monkeypatch.setattr("cruddur_lib.costs.billing.price_files.LARGEST", 10)

    with pytest.raises(
        PriceListError, match="own.yaml has more than 10 bytes, too many for a price file"
    ):
        known_prices(write(OWN))
