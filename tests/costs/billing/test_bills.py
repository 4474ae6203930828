"""Bills equal those that AWS and others published, closed forms, and the rules of billing."""

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal, Inexact, localcontext

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.costs.billing.bill_lines import lines_of
from cruddur_lib.costs.billing.bills import NotComparable, bill, compare_bills
from cruddur_lib.costs.billing.conventions import (
    EXACT,
    ConventionUnknown,
    Gigabyte,
    month,
    stored_gb,
)
from cruddur_lib.costs.billing.price_book import PriceBook, PriceUnknown
from cruddur_lib.costs.billing.usage import Dax, Provisioned, Reserved, TableClass, Usage
from tests.helpers.billed import (
    QUANTITIES,
    TODAY,
    billed,
    cents,
    item,
    numbers,
    placed,
    total,
    usages,
)

HOME = PriceBook("us-east-1", on=TODAY)
GROSS = {"free_tier": False}  # as tools that see one table bill it
# AWS, "Pricing for On-Demand Capacity", the example bill of 2024, as copied by
# github.com/isaid22/dynamodb-research on 2024-10-28; Standard class, us-east-1, free tier on.
EXAMPLE = {
    "on": "2024-10-28",
    "month": "720h",
    "on_demand": {"write_units": 42_177_000, "read_units": 42_177_000},
    "storage_gb": 27,
    "backup_gb_month": 50,  # 60 GB, 15 of which are deleted 10 days into 30
    "pitr_gb": 27,
    "restore_gb": 29,
    "kinesis_units": 42_177_000,
    "export_gb": 29,
    "dax": {"node": "dax.t2.small", "nodes": 3, "hours": 120},
    "stream_reads": 2_592_000,
}


@pytest.mark.parametrize(
    ("content", "usd"),
    [
        pytest.param(
            {"lambda": {"requests": 3_000_000, "gb_seconds": 540_000}},
            "2.73",
            id="AWS Lambda pricing, example 1: 3 M requests of 120 ms with 1,536 MB",
        ),
        pytest.param(
            {**GROSS, "lambda": {"requests": 7_440_000, "gb_seconds": 14_880_000}},
            "249.49",
            id="AWS Lambda pricing, example 2: 7.44 M messages of 2 s with 1 GB, no free tier",
        ),
        pytest.param(
            {"lambda": {"requests": 6_000_000, "gb_seconds": 6_720_000}},
            "106.33",
            id="AWS Lambda pricing, example 3: 105.33 + 1, without its ephemeral storage",
        ),
        pytest.param(
            {**GROSS, "month": "720h", "provisioned": {"wcu": 100, "rcu": 100, "hours": 720}},
            "56.16",
            id="AWS DynamoDB pricing: 100 WCU and 100 RCU for 720 h",
        ),
        pytest.param(
            {
                **GROSS,
                "on_demand": {"read_units": 80_000_000, "write_units": 16_000_000},
                "storage_gb": 80,
            },
            "40.00",
            id="facts: 80 M reads, 16 M writes and 80 GB on demand",
        ),
        pytest.param(EXAMPLE, "100.05", id="AWS DynamoDB pricing, on-demand example of 2024"),
        pytest.param(
            {"on": "2024-10-28", "global": {"replicated_write_units": 84_354_000}},
            "158.16",
            id="AWS DynamoDB pricing, the same example: two Regions' replicated writes",
        ),
        pytest.param(
            {
                **GROSS,
                "on": "2024-10-31",
                "on_demand": {"write_units": 3_000_000, "read_units": 8_000_000},
                "storage_gb": 230,
                "pitr_gb": 2_300,
                "backup_gb_month": 460,
                "restore_gb": 230,
                "stream_reads": 2_000_000,
            },
            "604.15",
            id="Infracost golden 01c59b17, my_dynamodb_table_usage without its replicas",
        ),
        pytest.param(
            {**GROSS, "provisioned": {"wcu": 77, "rcu": 76}},
            "43.75",
            id="Infracost golden: autoscaled, 77 WCU for 36.54 and 76 RCU for 7.21",
        ),
        pytest.param(
            {**GROSS, "nat": {"hours": 730, "gb": 100}},
            "37.35",
            id="Infracost golden: a NAT gateway for 32.85 and 100 GB for 4.50",
        ),
        pytest.param(
            {**GROSS, "interface_endpoint": {"az_hours": 1_460}},
            "14.60",
            id="Infracost golden: an interface endpoint in two AZs",
        ),
        pytest.param(
            {**GROSS, "interface_endpoint": {"az_hours": 4_378, "gb": 2_000}},
            "63.78",
            id="cloudcostkit.com: six endpoints' hours and 2,000 GB",
        ),
        pytest.param(
            {**GROSS, "internet_out_gb": 57_000},
            "4809.20",
            id="Infracost golden: 57,000 GB out, 921.60 + 3,481.60 + 406.00",
        ),
        pytest.param(
            {
                **GROSS,
                "on_demand": {"read_units": 210_240_000_000, "write_units": 52_560_000_000},
                "storage_gb": 2_048,
            },
            "59642.00",
            id="ScyllaDB calculator: 80,000 reads and 20,000 writes a second for 730 h, 2 TB",
        ),
        pytest.param(
            {
                **GROSS,
                "provisioned": [
                    {"rcu": 80_000, "wcu": 20_000, "hours": 638.7},
                    {"rcu": 160_000, "wcu": 40_000, "hours": 91.3},
                ],
                "storage_gb": 2_048,
            },
            "19730.42",
            id="ScyllaDB calculator: provisioned with a peak of 91.3 h, 19,730",
        ),
    ],
)
def test_published_bills(content, usd):
    """The total, rounded to cents as on an invoice, is the published one."""
    assert cents(total(content)) == usd


@pytest.mark.parametrize(
    ("name", "usd"),
    [
        ("on-demand writes", "52.72"),
        ("on-demand reads", "10.54"),
        ("storage", "0.50"),
        ("on-demand backups", "5.00"),
        ("point-in-time recovery", "5.40"),
        ("restore", "4.35"),
        ("change data capture for Kinesis", "4.22"),
        ("export to S3", "2.90"),
        ("dax.t2.small nodes", "14.40"),
        ("stream reads", "0.02"),
    ],
)
def test_each_line_of_the_example_that_aws_published(name, usd):
    """AWS published ten amounts, and each line of our bill equals one of them."""
    assert cents(item(name, EXAMPLE)) == usd


def test_reserved_capacity_against_the_estimate_of_awss_calculator():
    """The base load is reserved for a year and the peak is not, as in ScyllaDB's test.

    calculator.aws gives 5,977 a month and 54,000 upfront, so 125,726 in the first year.
    """
    made = billed(
        {
            **GROSS,
            "provisioned": [
                {"rcu": 80_000, "wcu": 20_000, "hours": 638.7},
                {"rcu": 160_000, "wcu": 40_000, "hours": 91.3},
            ],
            "reserved": {"years": 1, "rcu": 80_000, "wcu": 20_000},
            "storage_gb": 2_048,
        }
    )

    assert int(made.total_usd) == 5_977
    assert made.upfront_usd == 54_000
    assert int(made.upfront_usd + 12 * made.total_usd) == 125_726


@pytest.mark.parametrize(
    ("architecture", "gb_seconds", "usd"),
    [
        ("x86", 3_072_000_000, ["51200.10"]),
        ("x86", 9_216_000_000, ["100000.20", "48240.00"]),
        ("x86", 30_000_000_000, ["100000.20", "135000.00", "200001.00"]),
        ("arm", 3_840_000_000, ["51200.26"]),
        ("arm", 11_520_000_000, ["100000.50", "48240.40"]),
        ("arm", 37_500_000_000, ["100000.50", "135001.13", "200000.63"]),
    ],
    ids=lambda value: f"Infracost golden, {value}" if isinstance(value, str) else None,
)
def test_lambdas_price_falls_in_steps(architecture, gb_seconds, usd):
    """GB-seconds have the price of their tier: lambda_function_test.golden of Infracost."""
    made = billed({**GROSS, "lambda": {"gb_seconds": gb_seconds, "architecture": architecture}})

    assert [cents(line.usd) for line in made.lines] == usd


def test_the_answer_is_the_one_that_the_contract_shows():
    """The JSON has these keys in this order and amounts as texts; 72,000 WCU-hours cost 46.80."""
    made = billed(
        {
            "region": "us-east-1",
            "month": "720h",
            "free_tier": False,
            "provisioned": {"wcu": 100, "rcu": 0, "hours": 720},
        }
    ).as_json()
    source = made["lines"][0].pop("source")

    assert json.dumps(made) == (
        '{"lines": [{"service": "DynamoDB", "item": "provisioned write capacity", '
        '"quantity": "72000", "unit": "WCU-hour", "free": "0", "billable": "72000", '
        '"price": "0.00065", "usd": "46.80"}], "total_usd": "46.80", "upfront_usd": "0"}'
    )
    assert "https://" in source


@pytest.mark.parametrize(
    ("content", "name", "billable"),
    [
        pytest.param(
            {"month": "744h", "provisioned": {"wcu": 25}}, "write", 0, id="25 units, all month"
        ),
        pytest.param(
            {"month": "744h", "provisioned": {"wcu": 26}}, "write", 744, id="one unit more"
        ),
        pytest.param(
            {"month": "720h", "provisioned": {"wcu": 50, "hours": 360}},
            "write",
            0,
            id="facts: 50 units for 15 days cost nothing",
        ),
        pytest.param(
            {"month": "720h", "provisioned": {"rcu": 100}}, "read", 53_400, id="reads have theirs"
        ),
    ],
)
def test_the_free_tier_is_a_pool_of_unit_hours(content, name, billable):
    """18,600 WCU-hours and 18,600 RCU-hours a month are free, whenever they are used."""
    lines = [x for x in billed(content).lines if x.item == f"provisioned {name} capacity"]

    assert [line.billable for line in lines] == [billable]


@pytest.mark.parametrize(
    ("content", "usd"),
    [
        pytest.param({"storage_gb": 25}, "0", id="25 GB of storage"),
        pytest.param({"storage_gb": 26}, "0.25", id="the 26th GB"),
        pytest.param({"stream_reads": 2_500_000}, "0", id="2.5 M stream reads"),
        pytest.param({"stream_reads": 2_600_000}, "0.02", id="the next 100,000"),
        pytest.param({"lambda": {"requests": 1_000_000}}, "0", id="a million Lambda requests"),
        pytest.param(
            {"lambda": {"gb_seconds": 400_000, "architecture": "arm"}}, "0", id="GB-s on ARM"
        ),
        pytest.param({"lambda": {"gb_seconds": 400_001}}, "0.0000166667", id="one GB-s more"),
        pytest.param({"internet_out_gb": 100}, "0", id="100 GB out"),
        pytest.param({"internet_out_gb": 101}, "0.09", id="the 101st GB"),
        pytest.param({"cloudwatch_alarms": 10}, "0", id="10 alarms"),
        pytest.param({"cloudwatch_alarms": 11}, "0.1", id="the 11th alarm"),
        pytest.param(
            {**GROSS, "cloudwatch_alarms": 8}, "0.8", id="8 alarms of a table, without the free ten"
        ),
        pytest.param({"month": "744h", "global": {"rwcu": 25}}, "0", id="25 rWCU"),
        pytest.param({"month": "744h", "global": {"rwcu": 26}}, "0.4836", id="the 26th rWCU"),
        pytest.param({"on_demand": {"write_units": 1_000_000}}, "0.625", id="no request is free"),
        pytest.param({"on_demand": {"read_units": 1_000_000}}, "0.125", id="nor a read"),
        pytest.param({"pitr_gb": 1}, "0.2", id="nor PITR"),
        pytest.param({"backup_gb_month": 1}, "0.1", id="nor backups"),
        pytest.param({"restore_gb": 1}, "0.15", id="nor a restore"),
        pytest.param({"export_gb": 1}, "0.1", id="nor an export"),
        pytest.param({"import_gb": 1}, "0.15", id="nor an import"),
        pytest.param({"dax": {"nodes": 1, "hours": 1}}, "0.255", id="nor DAX"),
        pytest.param({"kinesis_units": 1_000_000}, "0.1", id="nor change data for Kinesis"),
        pytest.param(
            {"global": {"replicated_write_units": 1_000_000}}, "0.625", id="nor replicated writes"
        ),
        pytest.param(
            {"month": "720h", "table_class": "standard_ia", "provisioned": {"wcu": 25, "rcu": 25}},
            "17.46",
            id="nor capacity of Standard-IA: 25 x 720 x (0.00081 + 0.00016)",
        ),
        pytest.param({"table_class": "standard_ia", "storage_gb": 25}, "2.5", id="nor its storage"),
        pytest.param(
            {"region": "us-gov-west-1", "provisioned": {"wcu": 1}}, "0", id="GovCloud has the pool"
        ),
    ],
)
def test_what_is_free_and_what_never_is(content, usd):
    """The last free unit of a pool costs nothing and the next one its price in us-east-1."""
    assert total(content) == Decimal(usd)


def test_without_the_free_tier_nothing_is_free():
    """With `free_tier` false no line has free units."""
    content = {
        "month": "720h",
        "free_tier": False,
        "provisioned": {"wcu": 1, "rcu": 1},
        "global": {"rwcu": 1},
        "storage_gb": 1,
        "stream_reads": 1,
        "lambda": {"requests": 1, "gb_seconds": 1},
        "internet_out_gb": 1,
        "cloudwatch_alarms": 1,
    }

    assert {line.free for line in billed(content).lines} == {0}
    assert all(line.usd > 0 for line in billed(content).lines)


def test_standard_ia_has_its_own_prices():
    """1 M writes cost 0.78, 1 M reads 0.155, 100,000 WCU-hours 81 and RCU-hours 16, a GB 0.10."""
    content = {
        "table_class": "standard_ia",
        "on_demand": {"write_units": 1_000_000, "read_units": 1_000_000},
        "provisioned": {"wcu": 100_000, "rcu": 100_000, "hours": 1},
        "storage_gb": 1,
    }

    made = [line.usd for line in billed(content).lines]
    assert made == [Decimal(usd) for usd in ("0.78", "0.155", "81", "16", "0.1")]
    assert all("Standard-IA" in line.item for line in billed(content).lines)


def test_reserved_capacity_is_billed_for_every_hour_of_the_month_used_or_not():
    """200 WCU for 720 h at 0.0128 per 100 cost 18.432, although 100 WCU run for 10 hours only."""
    made = billed(
        {
            "month": "720h",
            "provisioned": {"wcu": 100, "hours": 10},
            "reserved": {"years": 1, "wcu": 200},
        }
    )

    assert made.total_usd == Decimal("18.432")
    assert [line.item for line in made.lines] == ["reserved write capacity, 1 year"]
    assert made.upfront_usd == 300


def test_what_is_provisioned_above_reserved_capacity_costs_its_full_price():
    """Of 250 RCU 200 are reserved: 50 for 720 h are 36,000 RCU-hours, of which 18,600 are free."""
    made = billed(
        {"month": "720h", "provisioned": {"rcu": 250}, "reserved": {"years": 3, "rcu": 200}}
    )

    assert [(line.quantity, line.free) for line in made.lines] == [(144_000, 0), (36_000, 18_600)]
    assert made.total_usd == Decimal(144_000) * Decimal("0.000016") + 17_400 * Decimal("0.00013")
    assert made.upfront_usd == 72


def test_reserved_capacity_that_is_owned_costs_nothing_upfront():
    """An owned block and a new one both cover capacity, and only the new one is paid upfront."""
    new, owned = Reserved(1, wcu=100), Reserved(3, wcu=100, owned=True)
    usage = Usage("720h", provisioned=(Provisioned(wcu=200),), reserved=(owned, new))
    made = bill(usage, HOME)

    assert made.upfront_usd == 150
    assert [line.quantity for line in made.lines] == [72_000, 72_000]
    assert made.total_usd == 720 * (Decimal("0.0081") + Decimal("0.0128"))


@given(
    hourly=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 24)), max_size=6),
    blocks=st.integers(0, 3),
    free=st.booleans(),
)
def test_cover_is_applied_hour_by_hour(hourly, blocks, free):
    """The bill equals one that is computed for each hour of the month by itself."""
    content = {
        "month": "720h",
        "free_tier": free,
        "provisioned": [{"wcu": units, "hours": hours} for units, hours in hourly],
        "reserved": {"wcu": 100 * blocks},
    }
    above = sum(max(0, units - 100 * blocks) for units, hours in hourly for _ in range(hours))
    paid = max(0, above - 18_600) if free else above
    expected = paid * Decimal("0.00065") + blocks * 720 * Decimal("0.0128")

    assert total(content) == expected


@pytest.mark.parametrize(
    ("content", "quantity"),
    [
        ({"dax": {"nodes": 3, "hours": 1.5}}, 6),
        ({"dax": {"nodes": 3, "hours": 2}}, 6),
        ({"nat": {"hours": 1.01}}, 2),
        ({"interface_endpoint": {"az_hours": 0.5}}, 1),
        ({"provisioned": {"wcu": 3, "hours": 1.5}}, Decimal("4.5")),
    ],
    ids=["DAX", "DAX, whole", "NAT", "endpoint", "provisioned: not"],
)
def test_begun_hours_count_whole_where_aws_says_so(content, quantity):
    """AWS bills a started hour of a DAX node, NAT gateway or interface endpoint in full."""
    assert [line.quantity for line in billed(content).lines] == [quantity]


@pytest.mark.parametrize(
    ("name", "hours"),
    [("720h", 720), ("730h", 730), ("744h", 744), ("30.5d", 732), ("2026-02", 672)],
)
def test_a_month_has_the_hours_of_its_name(name, hours):
    """A unit that is provisioned all month costs the hours that the month's name gives."""
    assert total({**GROSS, "month": name, "provisioned": {"wcu": 1}}) == hours * Decimal("0.00065")
    assert month(name, TODAY).hours == hours


def test_the_calendar_month_is_that_of_the_prices():
    """November has 30 days, and February of a leap year 29. Without a name, a month has 730 h."""
    assert month("calendar", TODAY).hours == 720
    assert month("calendar", date(2028, 2, 3)).hours == 29 * 24
    assert total({**GROSS, "provisioned": {"wcu": 1}}) == 730 * Decimal("0.00065")


@pytest.mark.parametrize("name", ["31d", "2026-13", "month", ""])
def test_an_unknown_month_is_refused(name):
    """The error lists the known names."""
    with pytest.raises(ConventionUnknown, match="720h, 730h, 744h, 30.5d, calendar"):
        month(name, TODAY)


def test_bytes_become_gb_by_the_named_convention_with_100_bytes_for_each_item_and_entry():
    """A million items of 900 bytes and a million entries of 400 are 1.5e9 bytes with overhead."""
    stored = [(1_000_000, 900), (1_000_000, 400)]

    assert stored_gb(stored, Gigabyte.DECIMAL) == Decimal("1.5")
    assert stored_gb(stored) == Decimal(1_500_000_000) / 2**30
    assert stored_gb([(2, 0.5)], Gigabyte.DECIMAL) == Decimal("0.000000201")


def test_gb_of_1e9_bytes_are_billed_as_the_bytes_that_they_are():
    """100 GB of 1e9 bytes are 1e11 / 2^30 GB of AWS at 0.25 USD; the bill names both sizes."""
    made = billed({**GROSS, "gb": "1e9", "storage_gb": 100})

    assert made.total_usd == Decimal("0.25") * 10**11 / 2**30
    assert "1 GB = 1,073,741,824 bytes (2^30)" in made.as_text()
    assert "1 GB = 1,000,000,000 bytes (1e9)" in made.as_text()
    assert billed({**GROSS, "gb": "2^30", "storage_gb": 100}).total_usd == 25


@given(usages())
def test_the_same_bytes_cost_the_same_in_both_kinds_of_gb(content):
    """2^30 / 1e9 GB of 1e9 bytes are one GB of 2^30 bytes in every key of GB but GB-seconds."""
    smaller = {**content, "gb": "1e9"}
    for *parts, last in QUANTITIES:
        of_part = smaller.get(parts[0], {}) if parts else smaller
        if last in of_part and last.endswith(("gb", "gb_month")):
            size = Decimal(repr(of_part[last])) * 2**30 / 10**9
            smaller = placed(smaller, (*parts, last), float(size))

    assert float(total(smaller)) == pytest.approx(float(total(content)))


def test_no_quantity_of_a_tier_is_rounded():
    """A quantity of 29 digits below the free 100 GB keeps its digits, and nothing is billable."""
    (line,) = billed('{"internet_out_gb": 95.983906053006649017333984375}').lines

    assert (line.quantity, line.billable) == (Decimal("95.983906053006649017333984375"), 0)


def test_an_amount_that_is_not_exact_raises():
    """A result of more than 200 digits is an error, and is never rounded in silence."""
    with localcontext(EXACT), pytest.raises(Inexact):
        list(lines_of(HOME, "on_demand_write", Decimal("1e-300") + 1))
    with pytest.raises(Inexact):
        stored_gb([(10**190 + 1, 0.1)])


def test_a_line_that_rests_on_an_estimate_says_so():
    """The item and the source name the estimate; without `estimates` the price is unknown."""
    content = {"region": "eu-north-1", "on_demand": {"write_units": 1_000_000}}
    (line,) = billed(content, estimates=frozenset({"on_demand"})).lines

    assert line.item == "on-demand writes (estimate)"
    assert line.source.startswith("ESTIMATE")
    assert line.usd == Decimal("0.6712")
    with pytest.raises(PriceUnknown, match="eu-north-1"):
        billed(content)


def test_a_step_whose_price_is_unknown_is_not_billed_at_another():
    """Ireland's price of the first 10 TB is known, and that of the next tier is not."""
    assert total({"region": "eu-west-1", "internet_out_gb": 200}) == 9
    with pytest.raises(PriceUnknown, match="internet_out_gb_next_40tb"):
        billed({"region": "eu-west-1", "internet_out_gb": 10_341})


def test_an_empty_usage_costs_nothing():
    """An empty usage has no lines and a total of 0."""
    assert billed({}).as_json() == {"lines": [], "total_usd": "0", "upfront_usd": "0"}


def test_a_gateway_endpoint_is_free_and_shown():
    """AWS charges neither hours nor GB, and the bill has a line of 0 USD."""
    made = billed({"gateway_endpoint": {"gb": 10}})

    assert [(line.quantity, line.usd) for line in made.lines] == [(10, 0)]


def test_bills_group_by_service_and_by_what_is_asked():
    """Groups have the most expensive first: DAX 0.51, DynamoDB 0.25 + 0.20, Lambda 0."""
    made = billed(
        {
            "dax": {"nodes": 2, "hours": 1},
            "storage_gb": 26,
            "pitr_gb": 1,
            "lambda": {"requests": 1},
        }
    )

    assert list(made.group().items()) == [
        ("DAX", Decimal("0.51")),
        ("DynamoDB", Decimal("0.45")),
        ("Lambda", Decimal(0)),
    ]
    assert made.group(lambda line: line.unit)["GB-month"] == Decimal("0.45")


def test_bills_compare_item_by_item():
    """There is a column for each bill and a row for each item; a missing item costs 0."""
    on_demand = billed({**GROSS, "on_demand": {"write_units": 1_000_000}, "storage_gb": 1})
    reserved = billed({**GROSS, "reserved": {"wcu": 100}, "storage_gb": 1})
    made = compare_bills({"on demand": on_demand, "reserved": reserved})

    assert made.index.to_list() == [
        "DynamoDB: on-demand writes",
        "DynamoDB: storage",
        "DynamoDB: reserved write capacity, 1 year",
        "total",
        "upfront, paid once",
    ]
    assert made["on demand"].map(str).to_list() == ["0.625", "0.25", "0", "0.875", "0"]
    assert made["reserved"].map(str).to_list() == ["0", "0.25", "9.344", "9.594", "150.00"]


def test_bills_of_months_of_different_length_are_not_compared():
    """The error names both months. Two kinds of GB do compare: a bill has AWS's GB."""
    with pytest.raises(NotComparable, match=r"'one': the month 730h .*'other': the month 720h"):
        compare_bills({"one": billed({}), "other": billed({"month": "720h"})})
    assert not compare_bills({"one": billed({}), "other": billed({"gb": "1e9"})}).empty


def test_a_bill_becomes_a_dataframe_with_exact_numbers():
    """The table has a row for each line, and its Decimals add up to the total."""
    made = billed(EXAMPLE)
    table = made.table()

    assert isinstance(table, pd.DataFrame)
    assert len(table) == len(made.lines) == 10
    assert table["usd"].sum() == made.total_usd
    assert (table["free"] + table["billable"] == table["quantity"]).all()


def test_a_bill_reads_as_a_table_with_terms_total_and_sources():
    """The text has the conventions, lines, total, what is paid upfront and numbered sources."""
    text = billed(
        {"month": "720h", "provisioned": {"wcu": 1_100}, "reserved": {"wcu": 1_000}}
    ).as_text()
    lines = text.splitlines()

    assert lines[0] == (
        "us-east-1, prices of 2026-11-22, the month 720h (720 h), "
        "1 GB = 1,073,741,824 bytes (2^30), with the free tier"
    )
    assert [line.split()[-1] for line in lines[3:5]] == ["[1]", "[2]"]
    assert "72,000  WCU-hour  18,600" in lines[4]
    assert lines[5].split() == ["total", "126.87"]  # 720,000 x 0.000128 + 53,400 x 0.00065
    assert lines[7].split() == ["upfront,", "paid", "once", "1,500.00"]
    assert lines[9].startswith("[1] awslabs/amazon-dynamodb-tools")
    assert "without the free tier" in billed(GROSS).as_text()


@given(usages())
def test_lines_add_up_to_the_last_digit(content):
    """The total is the sum of the written lines, and each line is billable units x price."""
    made = billed(content).as_json()

    assert sum(Decimal(line["usd"]) for line in made["lines"]) == Decimal(made["total_usd"])
    for line in made["lines"]:
        number = {k: Decimal(line[k]) for k in ("quantity", "free", "billable", "price", "usd")}
        assert number["quantity"] == number["free"] + number["billable"]
        assert number["usd"] == number["billable"] * number["price"]
        assert number["free"] >= 0
        assert number["billable"] >= 0


@given(usages())
def test_the_free_tier_makes_no_bill_dearer_and_none_negative(content):
    """A bill with the free tier is at least 0 and at most the bill without it."""
    assert 0 <= total({**content, "free_tier": True}) <= total({**content, "free_tier": False})


@given(content=usages(), path=st.sampled_from(sorted(QUANTITIES)), data=st.data())
def test_more_usage_never_costs_less(content, path, data):
    """A larger quantity never lowers the bill, except that of reserved capacity."""
    less, more = sorted(data.draw(st.tuples(QUANTITIES[path], QUANTITIES[path])))

    assert total(placed(content, path, less)) <= total(placed(content, path, more))


@given(content=usages(), size=numbers)
def test_no_line_is_billed_twice(content, size):
    """Point-in-time recovery shares no tier and no pool, so it adds its own price to any bill."""
    assert total({**content, "pitr_gb": size}) == total({**content, "pitr_gb": 0}) + item(
        "point-in-time recovery", {"pitr_gb": size}
    )


def test_a_usage_is_made_in_python_as_in_a_file():
    """Ints, floats and Decimals are kept with the digits that are written."""
    usage = Usage("720h", free_tier=False, storage_gb=0.1, dax=Dax("dax.t3.small", 1, 10))

    assert usage.storage_gb == Decimal("0.1")
    assert bill(usage, HOME).total_usd == Decimal("0.025") + Decimal("0.4")
    assert Usage(table_class=TableClass.STANDARD_IA).table_class is TableClass.STANDARD_IA


def test_a_bill_needs_no_boto3():
    """Prices and bills can be imported and used without boto3."""
    code = (
        "import sys; sys.modules.update(boto3=None, botocore=None, moto=None)\n"
        "from datetime import date\n"
        "from cruddur_lib.costs.billing.bills import bill\n"
        "from cruddur_lib.costs.billing.price_book import PriceBook\n"
        "from cruddur_lib.costs.billing.usage import Usage\n"
        "book = PriceBook('us-east-1', on=date(2026, 11, 22))\n"
        "print(bill(Usage(storage_gb=26), book).total_usd)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert Decimal(ran.stdout) == Decimal("0.25")
