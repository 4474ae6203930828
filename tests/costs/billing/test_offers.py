"""AWS's price list: its prices are found under our items, and never guessed.

The files here are made by tests/helpers/offers.py from data/prices.yaml.
"""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.costs.billing.offers.finding import find_prices
from cruddur_lib.costs.billing.offers.offer_files import OfferRefused, read_offers
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.price_list import price_list
from tests.helpers.billed import TODAY
from tests.helpers.offers import PREFIXES, book_products, offer, product, wrapped

CODES = sorted({item.offer for item in price_list().items.values() if item.usage_types})


def found(content, where="offer.json"):
    """Return the prices in a file: USD by Region and item."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    files = [find_prices(one, price_list()) for one in read_offers(raw, where)]
    return {(one.region, one.item.name): one.usd for file in files for one in file.prices}


def listed(region, code="AmazonDynamoDB"):
    """Return the book's prices of the items that the price list of a service can have."""
    return {
        (region, price.item.name): price.usd
        for price in PriceBook(region, on=TODAY).prices()
        if price.item.offer == code and price.item.usage_types
    }


@pytest.mark.parametrize(
    ("region", "code"),
    [(region, code) for region in sorted(PREFIXES) for code in CODES if listed(region, code)],
)
def test_a_file_made_from_the_book_gives_the_books_prices(region, code):
    """Prefixes, IA, replicated writes, free bands, tiers and leases are read back exactly."""
    assert found(offer(book_products(region, code), code)) == listed(region, code)


@given(st.permutations(book_products("us-east-1")))
def test_the_order_of_products_does_not_matter(products):
    """A file is an object, so its order means nothing."""
    assert found(offer(products)) == listed("us-east-1")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            wrapped(book_products("us-west-2")), id="texts in PriceList, as the CLI prints"
        ),
        pytest.param(
            [
                {"product": one, "terms": terms, "version": "20261120100000"}
                for one, terms in book_products("us-west-2")
            ],
            id="a list of wrapped products, the service in the attributes",
        ),
        pytest.param(
            json.dumps(offer(book_products("us-west-2"))).encode("utf-16"), id="UTF-16, PowerShell"
        ),
    ],
)
def test_products_are_read_as_the_api_wraps_them(content):
    """`aws pricing get-products` gives the prices that the offer file gives."""
    assert found(content) == listed("us-west-2")


def test_prices_of_one_request_become_prices_of_a_million():
    """A request at "0.0000006250" is 0.625 USD a million: facts, us-west-2 in 2026."""
    file = offer([product("A", "USW2-WriteRequestUnits", ("0.0000006250", "0", "Inf"))])

    assert found(file) == {("us-west-2", "on_demand_write"): Decimal("0.625")}


@pytest.mark.parametrize(
    ("usage_type", "item"),
    [
        ("USW2-WriteRequestUnits", "on_demand_write"),
        ("USW2-IA-WriteRequestUnits", "ia_on_demand_write"),
        ("IA-WriteRequestUnits", "ia_on_demand_write"),
        ("USW2-ReplWriteRequestUnits", "on_demand_replicated_write"),
        ("USW2-ReplicatedWriteRequestUnits", "on_demand_replicated_write"),
        ("USW2-IA-ReplWriteRequestUnits", "ia_on_demand_replicated_write"),
        ("USW2-IA-WriteCapacityUnit-Hrs", "ia_provisioned_wcu_hour"),
        ("USW2-ReplWriteCapacityUnit-Hrs", "provisioned_rwcu_hour"),
        ("USW2-TimedPITRStorage-ByteHrs", "pitr_gb_month"),
        ("EU-TimedStorage-ByteHrs", "storage_gb_month"),
    ],
)
def test_a_usage_type_means_one_item(usage_type, item):
    """The end of a name is not enough: IA- and Repl are other items."""
    file = offer([product("A", usage_type, ("0.5", "0", "Inf"))])

    assert [name for _, name in found(file)] == [item]


def test_restore_export_and_import_are_known_by_their_family_too():
    """The usage type comes first; another product of the family is then no price of the item."""
    family = "Amazon DynamoDB Export Data Size"
    other = product("A", "USW2-IncrementalExport", ("0.3", "0", "Inf"), family=family)
    export = product("B", "USW2-ExportDataSize-Bytes", ("0.1", "0", "Inf"), family=family)

    assert found(offer([other])) == {("us-west-2", "export_gb"): Decimal("0.3")}
    assert found(offer([other, export])) == {("us-west-2", "export_gb"): Decimal("0.1")}


def test_reserved_capacity_has_an_hourly_price_and_one_that_is_paid_once():
    """0.000128 an hour and 1.50 once for a unit are 0.0128 and 150 for a block of 100."""
    lease = ("1yr", {"WriteCapacityUnit-Hrs": "0.0001280000", "Quantity": "1.5"})
    file = offer([product("A", "USW2-HeavyUsage:dynamodb.write", reserved=[lease])])

    assert found(file) == {
        ("us-west-2", "reserved_1yr_wcu_hour"): Decimal("0.0128"),
        ("us-west-2", "reserved_1yr_wcu_upfront"): Decimal(150),
    }


def test_a_price_without_tiers_is_that_of_each_tier():
    """A Region whose list has one band for all quantities has one price in all our tiers."""
    file = offer([product("A", "EU-Lambda-GB-Second-ARM", ("0.2", "0", "Inf"))], "AWSLambda")

    assert set(found(file).values()) == {Decimal("0.2")}
    assert len(found(file)) == 3


def test_two_products_for_one_item_are_refused_with_their_skus():
    """No price is chosen. Products that agree are no question."""
    one = product("FIRST", "USW2-WriteRequestUnits", ("0.000000625", "0", "Inf"))
    other = product("OTHER", "USW2-WriteRequestUnits", ("0.0000007", "0", "Inf"))
    equal = product("EQUAL", "USW2-WriteRequestUnits", ("0.000000625", "0", "Inf"))

    with pytest.raises(
        OfferRefused, match=r"fit on_demand_write in us-west-2: FIRST \(0.625 USD\)"
    ):
        found(offer([one, other]))
    assert found(offer([one, equal])) == {("us-west-2", "on_demand_write"): Decimal("0.625")}


def test_bands_that_our_tiers_do_not_know_are_refused():
    """A second price of an item without tiers would make bills wrong above a quantity."""
    bands = [("0.25", "0", "1000"), ("0.2", "1000", "Inf")]

    with pytest.raises(
        OfferRefused, match="SKU A has 2 prices for storage_gb_month: 0.2, 0.25 USD"
    ):
        found(offer([product("A", "USW2-TimedStorage-ByteHrs", *bands)]))


def test_only_the_newest_term_counts():
    """A product may list the price that will follow or that came before."""
    one, terms = product("A", "USW2-WriteRequestUnits", ("2", "0", "Inf"), since="2024-01-01")
    newer = product("A", "USW2-WriteRequestUnits", ("1", "0", "Inf"), since="2024-11-01")[1]
    terms["OnDemand"] |= {"A.NEW": newer["OnDemand"]["A.JRTCKXETXF"]}

    assert found(offer([(one, terms)])) == {("us-west-2", "on_demand_write"): Decimal(10**6)}


def test_products_of_no_item_are_counted():
    """The price list has more than we bill, and a new product is no error."""
    products = [
        product("A", "USW2-WriteRequestUnits", ("1", "0", "Inf")),
        product("B", "USW2-NewThing-Hrs", ("1", "0", "Inf")),
        product("C", "USW2-ReadRequestUnits", ("0.0000000000", "0", "Inf")),
    ]
    (file,) = read_offers(json.dumps(offer(products)).encode(), "offer.json")

    assert find_prices(file, price_list()).others == 2


def test_a_product_without_a_code_of_its_region_is_placed_by_its_location():
    """Older files have no regionCode; a location that no Region has is of no use."""
    here = product("A", "USW2-WriteRequestUnits", ("1", "0", "Inf"), location="US West (Oregon)")
    there = product("B", "X-WriteRequestUnits", ("2", "0", "Inf"), location="Any")
    for one, _ in (here, there):
        one["attributes"]["regionCode"] = ""

    assert list(found(offer([here, there]))) == [("us-west-2", "on_demand_write")]


def test_a_file_has_its_version_and_its_day():
    """The day of publication is that of the version if the file names none."""
    one = product("A", "USW2-WriteRequestUnits", ("1", "0", "Inf"))
    (file,) = read_offers(json.dumps(offer([one])).encode(), "offer.json")
    older = offer([one], publicationDate=None, version="20241022205153")
    (other,) = read_offers(json.dumps(older).encode(), "offer.json")
    nameless = offer([one], publicationDate=None, version="")
    (newest,) = read_offers(json.dumps(nameless).encode(), "offer.json")

    assert (file.version, file.published) == ("20261120100000", date(2026, 11, 20))
    assert other.published == date(2024, 10, 22)
    assert newest.published == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>", "offer.json is not JSON, so it is not AWS's price list"),
        (b"\xff\xfe\xff", "offer.json is not JSON"),
        (b"[" * 100_000, "nested too deep"),
        ({}, "is not a file of AWS's price list, or has no product"),
        ([1, None], "is not a file of AWS's price list, or has no product"),
        ({"products": {"A": 1}, "terms": {}}, "it has no products with attributes and terms"),
        ({"products": {"A": {}}, "terms": {}}, "it has no products with attributes and terms"),
        ({"offerCode": "x", "products": {"A": {"attributes": 1}}, "terms": {}}, "no products with"),
        ({"products": {"A": {"attributes": {}}}, "terms": {"OnDemand": 1}}, "no products with"),
        (
            offer([product("A", "BoxUsage", ("1", "0", "Inf"))], "AmazonEC3"),
            "(AmazonEC3) has no pri",
        ),
        (
            offer([product("A", "USW2-WriteRequestUnits", ("x", "0", "Inf"))]),
            'is "x"; it must be a',
        ),
        (
            offer([product("A", "WriteRequestUnits", ("1", "0", "Inf"), since="soon")]),
            "must be a day",
        ),
        (
            offer([product("A", "WriteRequestUnits", ("1" + "0" * 30, "0", "Inf"))]),
            "the price of SKU A is 1000",
        ),
        (
            offer([product("A", "x")], publicationDate=None, version=""),
            "has no publicationDate",
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_price_list_is_refused_in_one_line(content, said):
    """The error names the file and what is missing."""
    with pytest.raises(OfferRefused) as refused:
        found(content)

    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    """A limit keeps the memory bounded."""
    monkeypatch.setattr("cruddur_lib.costs.billing.offers.offer_files.LARGEST", 10)

    with pytest.raises(OfferRefused, match="has more than 10 bytes"):
        found(b" " * 11)
