"""The price book: each price has a source and a day, and an unknown price raises."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import yaml

from cruddur_lib.costs.billing.price_book import ESTIMATES, PriceBook, PriceUnknown
from cruddur_lib.costs.billing.price_list import FILE, PriceListError, price_list

TODAY = date(2026, 11, 22)
REGIONS = sorted(price_list().regions)
CUT = date(2024, 11, 1)  # AWS Database Blog: on-demand throughput costs half from this day on


def book(region="us-east-1", on=TODAY, **more):
    """Return the prices of a Region on a day."""
    return PriceBook(region, on=on, **more)


def usd(name, region="us-east-1", on=TODAY):
    """Return a price as it is listed."""
    return book(region, on).price(name).usd


def test_there_are_25_regions():
    """Each of the 25 Regions has at least the price of provisioned capacity."""
    assert len(REGIONS) == 25
    assert all(usd("provisioned_wcu_hour", region) > 0 for region in REGIONS)


@pytest.mark.parametrize("region", REGIONS)
def test_a_price_says_where_and_when_it_was_read(region):
    """Each price has a source with an address, a day and a confidence; low ones have a note."""
    for item, readings in price_list().readings[region].items():
        assert item in price_list().items
        for reading in readings:
            where = f"{item} {reading.first_day}"
            if reading.usd is None:
                assert reading.note, where
                continue
            assert reading.usd >= 0, where
            assert reading.sources, where
            assert all(re.match(r"https://\S+$", one.address) for one in reading.sources), where
            assert reading.confidence in {"high", "medium", "low"}, where
            assert reading.confidence != "low" or reading.note, where
            assert reading.first_day <= reading.read <= TODAY, where


def test_prices_are_texts_so_that_no_digit_is_lost():
    """YAML reads 0.1 as a binary fraction, so every amount in the file is in quotes."""
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    amounts = [
        value["usd"]
        for region in content["regions"].values()
        for values in region["prices"].values()
        for value in values.values()
        if value["usd"] is not None
    ]

    assert len(amounts) > 300
    assert {type(amount) for amount in amounts} == {str}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "confidence: medium",
            "confidnce: medium",
            r"free_tier\..*confidnce.*; there are: amount, c",
        ),
        ('usd: "0.00087465"', "usd: 0.00087465", "usd is 0.00087465; it must be in quotes"),
        ('usd: "0.00087465"', 'usd: "many"', 'usd is "many"; it must be a number'),
        ("read: 2024-11-20", "read: lately", 'read is "lately"; it must be a day like 2026-11-22'),
        ("unit: WRU, ", "", "the key items.on_demand_write.unit is missing"),
        ("sources: [S4]", "sources: [S99]", "names an unknown source, S99"),
    ],
    ids=["a key", "no quotes", "no number", "no day", "missing", "a source"],
)
def test_a_mistake_in_the_file_is_named(monkeypatch, tmp_path, old, new, message):
    """The error says which entry is wrong and what it must be."""
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "prices.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr("cruddur_lib.costs.billing.price_list.FILE", file)

    with pytest.raises(PriceListError, match=message):
        price_list.__wrapped__()


def test_a_first_day_stands_once():
    """No price has the same day twice: YAML would silently keep the last one."""
    days = re.compile(r"^ {8}(\d{4}-\d\d-\d\d): ", re.MULTILINE)
    items = re.split(r"^ {6}(?=\w)", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)

    for text in items:
        found = days.findall(text)
        assert found == sorted(set(found)), text


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        pytest.param("on_demand_write", "1.25", "0.625", id="writes, halved"),
        pytest.param("on_demand_read", "0.25", "0.125", id="reads, halved"),
        pytest.param("ia_on_demand_write", "1.56", "0.78", id="Standard-IA writes, halved"),
        pytest.param("on_demand_replicated_write", "1.875", "0.625", id="replicated, a third"),
        pytest.param("provisioned_rwcu_hour", "0.000975", "0.00065", id="rWCU, two thirds"),
    ],
)
def test_the_price_of_a_day_is_the_last_that_had_begun(name, before, after):
    """AWS cut the prices of on-demand throughput and global tables on 2024-11-01."""
    assert usd(name, on=CUT - timedelta(days=1)) == Decimal(before)
    assert usd(name, on=CUT) == Decimal(after)


def test_a_price_without_a_source_is_unknown_and_the_error_says_where_to_look():
    """The error names item, Region and day, other Regions, the estimate and AWS's pages."""
    with pytest.raises(PriceUnknown) as unknown:
        book("eu-north-1").price("on_demand_write")

    message = str(unknown.value)
    assert "on_demand_write (on-demand writes) is known for eu-north-1 on 2026-11-22" in message
    assert "it is known for ap-northeast-1" in message
    assert "asked for by name: on_demand" in message
    assert "bin/cost/prices --refresh eu-north-1" in message
    assert "bin/cost/prices --import FILE" in message
    assert "https://aws.amazon.com/dynamodb/pricing/on-demand/" in message
    assert "/offers/v1.0/aws/AmazonDynamoDB/current/eu-north-1/index.json" in message


def test_a_price_before_its_first_day_is_unknown():
    """The error says on which days the known prices begin, and how much they are."""
    with pytest.raises(PriceUnknown, match=r"begin on 2018-11-28 \(1.25\), 2024-11-01 \(0.625\)"):
        book(on=date(2018, 11, 27)).price("on_demand_write")


def test_a_price_that_ended_without_a_known_successor_is_unknown(monkeypatch):
    """The price of replicated writes of Standard-IA changed, and the new one was not read."""
    name, ruleless = "ia_on_demand_replicated_write", replace(price_list(), same_price={})
    assert usd(name, on=date(2024, 10, 31)) == Decimal("2.344")
    with pytest.raises(PriceUnknown, match="the new price was not found"):
        book(on=CUT, price_list=ruleless).price(name)
    assert name not in [p.item.name for p in book(on=CUT).prices()]


@pytest.mark.parametrize(
    ("region", "name", "by"),
    [
        ("us-east-1", "ia_on_demand_replicated_write", "ia_on_demand_write"),
        ("eu-west-1", "on_demand_replicated_write", "on_demand_write"),
        ("ap-northeast-2", "ia_provisioned_rwcu_hour", "ia_provisioned_wcu_hour"),
    ],
)
def test_a_replicated_write_has_the_price_of_a_write_if_its_own_is_unknown(region, name, by):
    """AWS: since 2024-11-01 replicated writes are priced as writes. The price says so."""
    price = book(region).price(name)

    assert price.usd == usd(by, region)
    assert price.item.name == name
    assert price.title.endswith(f"(priced as {by})")
    assert (
        f"priced as {by} from 2024-11-01 on (AWS, Understanding Amazon DynamoDB billing"
        in price.cited
    )


def test_before_the_rule_a_replicated_write_has_its_own_price_or_none():
    """On 2024-10-31 replicated writes still had prices of their own, and Ireland's is unknown."""
    with pytest.raises(PriceUnknown, match="no price of on_demand_replicated_write"):
        book("eu-west-1", on=date(2024, 10, 31)).price("on_demand_replicated_write")


def test_a_replicated_write_keeps_a_price_that_was_read():
    """Hong Kong's own price of a rWCU-hour is listed, so the rule is not used."""
    price = book("ap-east-1").price("provisioned_rwcu_hour")

    assert price.usd != usd("provisioned_wcu_hour", "ap-east-1")
    assert price.rule is None


def test_a_replicated_write_may_rest_on_an_estimate():
    """Stockholm's price of a write is estimated, so that of a replicated write is too."""
    price = book("eu-north-1", estimates=frozenset({"on_demand"})).price(
        "on_demand_replicated_write"
    )

    assert price.usd == Decimal("0.6712")
    assert price.title.endswith("(estimate, priced as on_demand_write)")


@pytest.mark.parametrize(
    ("made", "named"),
    [
        pytest.param(lambda: book("eu-west-9"), "'eu-west-9'", id="a Region"),
        pytest.param(lambda: book().price("wru"), "'wru'", id="an item"),
        pytest.param(lambda: book(estimates=frozenset({"all"})), "'all'", id="an estimate"),
    ],
)
def test_an_unknown_name_is_refused_with_the_known_ones(made, named):
    """The error names the unknown Region, item or estimate."""
    with pytest.raises(PriceUnknown, match=named):
        made()


def test_an_estimate_is_made_only_when_asked_for_by_name_and_says_so():
    """Stockholm's 0.000698 a WCU-hour times 0.625 / 0.00065 of us-east-1 is 0.6712."""
    price = book("eu-north-1", estimates=frozenset({"on_demand"})).price("on_demand_write")

    assert price.usd == Decimal("0.6712")
    assert price.cited.startswith("ESTIMATE, provisioned_wcu_hour of eu-north-1")
    assert "provisioned_wcu_hour" in price.estimated


def test_an_estimate_never_replaces_a_price_that_was_read():
    """Ireland's 0.705 is in AWS's price list; the estimate would be 0.7067."""
    price = book("eu-west-1", estimates=frozenset({"on_demand"})).price("on_demand_write")

    assert price.usd == Decimal("0.705")
    assert not price.estimated


def test_estimates_are_within_half_a_percent_where_the_price_is_known():
    """In the seven Regions that have both prices, no estimate is off by more than 0.4 %."""
    compared = 0
    for region in REGIONS:
        for name, by in ESTIMATES["on_demand"].items():
            if any(price.item.name == name for price in book(region).prices()):
                made = usd(by, region) * usd(name) / usd(by)
                assert abs(made / usd(name, region) - 1) <= Decimal("0.004")
                compared += 1

    assert compared == 14


def test_a_reading_is_old_after_a_year():
    """A price is old 366 days after it was last read, and not yet after 365."""
    price = book().price("on_demand_write")
    read = price.reading.read

    assert price.age(read + timedelta(days=365)) == 365
    assert not price.old(read + timedelta(days=365))
    assert price.old(read + timedelta(days=366))


def test_a_doubtful_price_says_so_before_its_source():
    """GovCloud's reserved writes break the ratio of every other Region, and the source says so."""
    message = book("us-gov-west-1").price("reserved_1yr_wcu_hour").cited

    assert message.startswith("doubtful (wcu hour .0122 breaks the ratio")


@pytest.mark.parametrize(
    ("on", "percent"),
    [
        pytest.param(TODAY, "28.9", id="facts: since the cut, 28.9 %"),
        pytest.param(date(2024, 10, 31), "14.4", id="facts: before it, 14.4 %"),
    ],
)
@pytest.mark.parametrize("unit", ["write", "read"])
def test_break_even_of_provisioned_capacity_follows_from_two_prices(unit, on, percent):
    """A unit-hour serves 3,600 requests: the break-even is its price over theirs."""
    hour = usd(f"provisioned_{unit[0]}cu_hour", on=on)
    request = usd(f"on_demand_{unit}", on=on) / 1_000_000

    assert f"{hour / (3_600 * request):.1%}" == f"{percent}%"


@pytest.mark.parametrize(
    ("years", "percent"),
    [
        pytest.param(1, "13.3", id="facts: reserved for a year, 13.3 %"),
        pytest.param(3, "6.6", id="facts: reserved for three years, 6.6 %"),
    ],
)
def test_break_even_of_reserved_capacity_follows_from_its_two_parts(years, percent):
    """The upfront part is spread over 8,760 hours a year; prices are for 100 units."""
    upfront = usd(f"reserved_{years}yr_wcu_upfront") / (8_760 * years)
    hour = (upfront + usd(f"reserved_{years}yr_wcu_hour")) / 100
    request = usd("on_demand_write") / 1_000_000

    assert f"{hour / (3_600 * request):.1%}" == f"{percent}%"


def test_the_free_tier_is_25_units_through_the_longest_month():
    """18,600 unit-hours are 25 units for 744 hours; GovCloud has no free transfer."""
    assert book().free("provisioned_wcu_hours") == 25 * 744
    assert book().free("provisioned_rcu_hours") == 25 * 744
    assert book().free("internet_out_gb") == 100
    assert book("us-gov-west-1").free("internet_out_gb") == 0


def test_steps_of_a_price_end_where_the_next_begins():
    """Limits rise, the last tier has none, and each tier is a known item."""
    for name, steps in price_list().tiers.items():
        limits = [step.until for step in steps]
        assert limits[-1] is None, name
        assert limits[:-1] == sorted(set(limits[:-1])), name
        assert all(step.item in price_list().items for step in steps), name
