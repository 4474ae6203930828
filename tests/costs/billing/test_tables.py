"""A usage of several tables: each with its class and Region, one free pool for a Region."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.costs.billing.bills import bill
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import Provisioned, Reserved, TableClass, TableUsage, Usage
from tests.helpers.billed import QUANTITIES, TODAY, billed, placed, total, usages

GROSS = {"free_tier": False, "month": "720h"}
OF_ONE_ACCOUNT = {"dax", "lambda", "nat", "gateway_endpoint", "interface_endpoint", "kms"}
OF_ONE_ACCOUNT |= {"internet_out_gb", "cloudwatch_alarms"}  # keys that no table has
OF_A_USAGE = {"month", "free_tier", "region", "on", "gb"}


def of_tables(content):
    """Return the keys of a usage that a table can have, and the others."""
    rest = OF_ONE_ACCOUNT | OF_A_USAGE
    return (
        {key: value for key, value in content.items() if key not in rest},
        {key: value for key, value in content.items() if key in rest},
    )


def lines(content):
    """Return the lines of a bill: table, item, billable units and USD."""
    return [(x.table, x.item, x.billable, x.usd) for x in billed(content).lines]


@given(usages())
def test_a_flat_usage_is_one_table(content):
    """Its lines, its free pool and its total are those of a list with that table alone."""
    table, rest = of_tables(content)

    assert billed({**rest, "tables": [table]}).lines == billed(content).lines


@given(content=usages(), data=st.data())
def test_a_usage_split_over_two_tables_costs_the_same(content, data):
    """Quantities of one class and Region add up, and each free unit is free once."""
    table, rest = of_tables(content)
    tables = [{}, {}]
    for path in QUANTITIES:
        *parts, last = path
        holder = table.get(parts[0], {}) if parts else table
        if last not in holder or path[0] in OF_ONE_ACCOUNT:
            continue
        value = Decimal(repr(holder[last]))
        if last == "hours":  # both tables have the capacity for the same hours
            shares = [value, value]
        else:
            part = data.draw(st.integers(0, 100))
            shares = [value * part / 100, value * (100 - part) / 100]
        tables = [placed(one, path, float(x)) for one, x in zip(tables, shares, strict=True)]
    tables[data.draw(st.integers(0, 1))]["reserved"] = table.get("reserved", [])
    split = {**rest, "tables": tables}

    assert float(total(split)) == pytest.approx(float(total(content)))
    assert billed(split).upfront_usd == billed(content).upfront_usd


@given(st.permutations([{"storage_gb": 20}, {"storage_gb": 30}, {"provisioned": {"wcu": 50}}]))
def test_the_order_of_tables_changes_no_total(tables):
    """20 + 30 - 25 GB at 0.25, and 50 x 720 - 18,600 WCU-hours at 0.00065."""
    assert total({"month": "720h", "tables": tables}) == Decimal("6.25") + Decimal("11.31")


def test_standard_with_reserved_capacity_and_standard_ia_share_one_account():
    """Reserved 100 x 720 h x 0.000128; 50 WCU above it minus the free pool; IA is never free."""
    content = {
        "month": "720h",
        "tables": [
            {"name": "archive", "table_class": "standard_ia", "storage_gb": 10},
            {"name": "orders", "provisioned": {"wcu": 150}, "reserved": {"wcu": 100}},
            {"name": "users", "storage_gb": 30},
        ],
    }

    assert lines(content) == [
        ("orders", "reserved write capacity, 1 year", 72_000, Decimal("9.216")),
        ("orders", "provisioned write capacity", 50 * 720 - 18_600, Decimal("11.31")),
        ("archive", "storage, Standard-IA", 10, 1),
        ("users", "storage", 5, Decimal("1.25")),
    ]
    assert billed(content).upfront_usd == 150


def test_reserved_capacity_covers_all_standard_tables_hour_by_hour():
    """Two tables of 80 WCU for half a month each, one after the other, need 80 and not 160."""
    half = {"wcu": 80, "hours": 360}
    content = {
        **GROSS,
        "reserved": {"wcu": 100},
        "tables": [
            {"name": "a", "provisioned": [half]},
            {"name": "b", "provisioned": [{"wcu": 0, "rcu": 1, "hours": 360}, half]},
        ],
    }

    assert [line for line in lines(content) if line[1] == "provisioned write capacity"] == []
    both = {**content, "tables": [{"name": "a", "provisioned": half}, {"provisioned": half}]}
    assert lines(both)[1] == ("", "provisioned write capacity", 60 * 360, Decimal("14.04"))


def test_each_region_has_its_own_prices_pool_and_reserved_capacity():
    """Ireland's storage is 0.283, and both Regions have 25 free GB; reserved is of one Region."""
    content = {
        "month": "720h",
        "free_tier": True,
        "storage_gb": 26,
        "tables": [
            {"region": "eu-west-1", "storage_gb": 26},
            {"region": "us-east-1", "storage_gb": 1},
            {"name": "far", "region": "eu-west-1", "provisioned": {"wcu": 100}},
        ],
        "reserved": {"wcu": 100},
    }
    made = billed(content)
    usd = {}
    for line in made.lines:
        usd[line.region, line.item] = usd.get((line.region, line.item), 0) + line.usd

    assert usd["us-east-1", "storage"] == Decimal("0.5")
    assert usd["eu-west-1", "storage"] == Decimal("0.283")
    assert usd["us-east-1", "reserved write capacity, 1 year"] == Decimal("9.216")
    assert usd["eu-west-1", "provisioned write capacity"] == (72_000 - 18_600) * Decimal("0.000735")
    assert made.terms.region == "us-east-1, eu-west-1"


def test_a_table_has_the_class_and_region_of_the_usage_or_its_own():
    """The class of the whole usage is that of every table that names none."""
    content = {
        **GROSS,
        "table_class": "standard_ia",
        "tables": [{"storage_gb": 1}, {"table_class": "standard", "storage_gb": 1}],
    }

    assert [line[1] for line in lines(content)] == ["storage, Standard-IA", "storage"]


def test_stream_reads_are_free_for_each_class():
    """2.5 million stream reads of a Region are free, of Standard-IA tables too."""
    tables = [{"stream_reads": 2_500_000, "table_class": "standard_ia"}, {"stream_reads": 100_000}]

    assert [line[2] for line in lines({"tables": tables})] == [0, 100_000]


@pytest.mark.parametrize(
    ("content", "usd"),
    [
        pytest.param(
            {"global": {"replicated_write_units": 1_000_000}, "inter_region_out_gb": 10},
            "0.825",
            id="cases: 0.625 for a million replicated writes, 10 GB at 0.02",
        ),
        pytest.param({"gb": "1e9", "inter_region_out_gb": 2**30}, "20000000", id="in AWS's GB"),
        pytest.param(
            {"tables": [{"inter_region_out_gb": 1}, {"inter_region_out_gb": 2}]},
            "0.06",
            id="tables",
        ),
        pytest.param(
            {"kms": {"keys": 2, "requests": 30_000}}, "2.03", id="20,000 requests are free"
        ),
    ],
)
def test_transfer_between_regions_and_keys_have_prices(content, usd):
    """Transfer is billed where it leaves, with no free amount."""
    assert total(content) == Decimal(usd)


def test_tables_are_made_in_python_as_in_a_file():
    """A usage in Python takes the parts, and a book of another Region than its own."""
    usage = Usage(
        "720h",
        region="eu-west-1",
        free_tier=False,
        reserved=Reserved(wcu=100),
        tables=[
            TableUsage(name="a", provisioned=Provisioned(wcu=100)),
            TableUsage(name="b", table_class=TableClass.STANDARD_IA),
        ],
    )
    made = bill(usage, PriceBook("us-east-1", on=TODAY))

    assert made.terms.region == "eu-west-1"
    assert [(line.table, line.region) for line in made.lines] == [("", "eu-west-1")]


def test_many_tables_are_billed_quickly():
    """10,000 tables with periods under reserved capacity take a sweep, not a square."""
    tables = [{"provisioned": [{"wcu": 1, "hours": n % 700 + 1}]} for n in range(10_000)]
    made = billed({**GROSS, "reserved": {"wcu": 100}, "tables": tables})

    assert len(made.lines) == 2
