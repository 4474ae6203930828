"""Prices from AWS's price list are added to the user's file: nothing is edited or half-written."""

import json
from datetime import date
from decimal import Decimal

import pytest
import yaml

from cruddur_lib.costs.billing.offers.finding import find_prices
from cruddur_lib.costs.billing.offers.offer_files import OfferRefused, read_offers
from cruddur_lib.costs.billing.offers.recording import record
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.price_files import known_prices
from cruddur_lib.costs.billing.price_list import PriceListError, price_list
from tests.helpers.billed import TODAY
from tests.helpers.offers import book_products, offer, product

FETCHED = date(2026, 11, 21)


@pytest.fixture
def file(tmp_path):
    """The path of the user's file, which does not exist yet."""
    return tmp_path / "made" / "prices.yaml"


@pytest.fixture
def take(file):
    """Take products into the file; return the counts: new, changed, same, own."""

    def taken(*products, today=FETCHED, code="AmazonDynamoDB", **header):
        raw = json.dumps(offer(products, code, **header)).encode()
        found = [find_prices(one, price_list()) for one in read_offers(raw, "offer.json")]
        return [(one.new, one.changed, one.same, one.own) for one in record(found, file, today)]

    return taken


def write(usd, since="2026-11-01", region="us-west-2"):
    """Return the product of a million writes in a Region, at this price."""
    each = f"{Decimal(usd) / 10**6:f}"
    prefix = "USW2-" if region == "us-west-2" else ""
    return product(
        "W", f"{prefix}WriteRequestUnits", (each, "0", "Inf"), region=region, since=since
    )


def price(file, on=TODAY, region="us-west-2"):
    """Return the price of a million writes, with the file over the project's prices."""
    return PriceBook(region, on=on, price_list=known_prices(file)).price("on_demand_write")


def test_a_price_that_was_unknown_is_known_with_its_day_and_source(take, file):
    """The first day is that of AWS's list; the source has its address, version and day."""
    assert take(write("0.625")) == [(1, 0, 0, 0)]

    known = price(file)
    assert (known.usd, known.reading.first_day) == (Decimal("0.625"), date(2026, 11, 1))
    assert (known.reading.read, known.reading.confidence) == (FETCHED, "high")
    assert known.reading.sources[0].what.endswith("us-west-2, version 20261120100000")
    assert (known.reading.sources[0].day, known.reading.sources[0].address) == (
        date(2026, 11, 20),
        "offer.json",
    )


def test_the_prices_of_the_book_are_the_same_prices(take, file):
    """Files that are made from the book add no price: each is read again, from its first day on."""
    (counts,) = take(*book_products("us-east-1"))
    assert counts[0] == counts[1] == 0

    first = {p.item.name: p.reading.first_day for p in PriceBook("us-east-1", on=TODAY).prices()}
    known = PriceBook("us-east-1", on=TODAY, price_list=known_prices(file))
    again = [one for one in known.prices() if one.reading.file]
    assert len(again) == counts[2] > 20
    assert {one.reading.read for one in again} == {FETCHED}
    assert all(one.reading.first_day == first[one.item.name] for one in again)


def test_a_new_price_leaves_the_older_one(take, file):
    """AWS cut a price on 2026-11-01: bills of October keep the old one."""
    assert take(write("0.5", region="us-east-1")) == [(0, 1, 0, 0)]

    assert price(file, region="us-east-1").usd == Decimal("0.5")
    assert price(file, date(2026, 10, 31), "us-east-1").usd == Decimal("0.625")


def test_a_price_that_is_read_again_keeps_its_first_day(take, file):
    """AWS's list of each month names the first of that month; the price is older."""
    take(write("0.625"), today=date(2026, 11, 21))
    counts = take(write("0.625", since="2026-12-01"), today=date(2026, 12, 5), version="later")

    assert counts == [(0, 0, 1, 0)]
    reading = price(file, date(2026, 12, 6)).reading
    assert (reading.first_day, reading.read) == (date(2026, 11, 1), date(2026, 12, 5))
    assert len(yaml.safe_load(file.read_text())["sources"]) == 1


def test_an_older_file_changes_no_newer_price(take, file):
    """A file of August 2024 has the price before the cut, and is no reading of today's price."""
    old = {"publicationDate": "2024-08-15T00:00:00Z", "version": "20240815000000"}
    counts = take(write("1.25", since="2024-08-01", region="us-east-1"), today=None, **old)

    assert counts == [(0, 0, 1, 0)]
    assert price(file, region="us-east-1").usd == Decimal("0.625")
    assert price(file, date(2024, 8, 20), "us-east-1").reading.read == date(2024, 10, 28)


def test_an_own_price_stays(take, file):
    """A negotiated price is no price of AWS's list, so fetching the list does not end it."""
    file.parent.mkdir()
    own = "regions: {us-west-2: {prices: {on_demand_write: {2026-01-01: {usd: '0.4'}}}}}\n"
    file.write_text(f"# my notes\n{own}")

    assert take(write("0.625")) == [(0, 0, 0, 1)]
    assert price(file).usd == Decimal("0.4")
    assert file.with_name("prices.yaml.old").read_text().startswith("# my notes")


def test_two_prices_since_one_day_are_kept_apart(take, file):
    """A list that corrects a price has the new one from the day it was read; twice is refused."""
    take(write("0.625"), today=date(2026, 11, 5))
    take(write("0.7"), today=date(2026, 11, 21))

    assert price(file, date(2026, 11, 20)).usd == Decimal("0.625")
    assert price(file, date(2026, 11, 21)).usd == Decimal("0.7")
    before = file.read_bytes()
    with pytest.raises(
        OfferRefused, match="a different price of on_demand_write in us-west-2 from"
    ):
        take(write("0.8"), today=date(2026, 11, 21))
    assert file.read_bytes() == before


def test_several_files_are_taken_together_or_not_at_all(take, file, monkeypatch):
    """If the new file cannot be put in place, the old one is whole, and nothing is left over."""
    take(write("0.625"))
    before = file.read_bytes()

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", broken)
    with pytest.raises(
        OfferRefused, match="prices.yaml cannot be written: No space left on device"
    ):
        take(write("0.7"), today=date(2026, 11, 22))
    assert file.read_bytes() == before
    assert [one.name for one in file.parent.iterdir()] == ["prices.yaml"]


def test_a_file_with_a_mistake_is_not_written_over(take, file):
    """The mistake is named, and the file stays as it is."""
    file.parent.mkdir()
    file.write_text("regions: 5\n")

    with pytest.raises(PriceListError, match="regions is 5"):
        take(write("0.625"))
    assert file.read_text() == "regions: 5\n"


def test_a_device_is_not_written_over(monkeypatch, file, take):
    """/dev/null is where tests keep the user's prices; replacing it would break the machine."""
    file.parent.mkdir()
    file.mkdir()

    with pytest.raises(OfferRefused, match="is not a regular file"):
        take(write("0.625"))


def test_a_link_is_followed(take, file, tmp_path):
    """The file that a link names is written, and the link stays."""
    real = tmp_path / "real.yaml"
    real.write_text("")
    file.parent.mkdir()
    file.symlink_to(real)
    take(write("0.625"))

    assert file.is_symlink()
    assert "us-west-2" in real.read_text()


def test_empty_keys_of_the_file_are_filled(take, file):
    """A person may leave a key without a value."""
    file.parent.mkdir()
    file.write_text("regions:\n  us-west-2:\n    prices:\n  us-east-1:\n")

    assert take(write("0.625")) == [(1, 0, 0, 0)]
    assert price(file).usd == Decimal("0.625")
