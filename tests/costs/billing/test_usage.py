"""A usage file: every key is optional, and errors name unknown keys and impossible values."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.costs.billing.usage import (
    Architecture,
    Lambda,
    Provisioned,
    Reserved,
    TableClass,
    Usage,
    UsageError,
    keys_of,
)
from cruddur_lib.costs.billing.usage_file import UsageFile, read_usage
from cruddur_lib.errors import WorkbookError
from tests.helpers.billed import QUANTITIES, TODAY, billed, placed

# Every key that the contract of bin/cost/bill names, with its default value.
CONTRACT = (
    '{"region":"us-east-1","on":"2026-11-22","month":"730h","gb":"2^30","table_class":"standard",'
    '"free_tier":true,"on_demand":{"write_units":0,"read_units":0},'
    '"provisioned":{"wcu":0,"rcu":0,"hours":730},"reserved":{"years":1,"wcu":0,"rcu":0},'
    '"storage_gb":0,"pitr_gb":0,"backup_gb_month":0,"restore_gb":0,"export_gb":0,"import_gb":0,'
    '"stream_reads":0,"kinesis_units":0,'
    '"global":{"replicated_write_units":0,"rwcu":0,"hours":730},'
    '"dax":{"node":"dax.r5.large","nodes":0,"hours":730},'
    '"lambda":{"requests":0,"gb_seconds":0,"architecture":"x86"},"nat":{"hours":0,"gb":0},'
    '"interface_endpoint":{"az_hours":0,"gb":0},"internet_out_gb":0}'
)


def read(content):
    """Return the usage of a file: its text, or a value to write as JSON."""
    return read_usage(content if isinstance(content, str) else json.dumps(content), TODAY)[0]


def assumed(content):
    """Return the keys that a usage leaves out, with the values that are assumed."""
    return read_usage(json.dumps(content), TODAY)[1]


def test_the_contract_with_its_defaults_is_the_empty_usage():
    """All keys of the contract are known, and their defaults are those of an empty file."""
    usage = read(CONTRACT)

    assert (usage.region, usage.on) == ("us-east-1", date(2026, 11, 22))
    assert assumed(json.loads(CONTRACT)) == []
    assert billed(CONTRACT).as_json() == billed({}).as_json()
    assert billed(CONTRACT).terms == billed({}).terms


def test_hours_of_what_is_not_used_are_not_looked_at():
    """730 hours are more than the month has, but no node and no unit uses them."""
    assert billed({**json.loads(CONTRACT), "month": "720h"}).lines == ()


def test_what_is_left_out_is_assumed_and_named():
    """us-east-1, today, the month of AWS's calculator and GB of 2^30 bytes."""
    assert assumed({}) == ["region us-east-1", "on 2026-11-22", "month 730h", "gb 2^30"]
    assert assumed({"on": "2026-01-02", "gb": "1e9"}) == ["region us-east-1", "month 730h"]
    assert read({"on": "2026-01-02"}).on == date(2026, 1, 2)


def test_numbers_are_read_as_they_are_written():
    """A tenth is exactly a tenth, and 30 digits after the point are kept."""
    assert read('{"storage_gb": 0.1}').storage_gb == Decimal("0.1")
    digits = "123456789012345.123456789012345678901234567891"
    assert read(f'{{"storage_gb": {digits}}}').storage_gb == Decimal(digits)
    assert read('{"storage_gb": 1.6e7}').storage_gb == 16_000_000


def test_exactly_what_is_written_is_billed():
    """45 digits of GB at 0.25 USD: the amount has all its digits."""
    digits = "999999999999999.000000000000000000000000000004"
    (line,) = billed(f'{{"free_tier": false, "storage_gb": {digits}}}').as_json()["lines"]

    assert line["quantity"] == digits
    assert line["usd"] == "249999999999999.750000000000000000000000000001"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"\\ud800": 1}', r'no key is called "\ud800"; there are: backup'),
        ({"storage": 1}, 'no key is called "storage"; there are: backup_cold_gb_month, backup'),
        ({"on_demand": {"writes": 1}}, 'no key is called "on_demand.writes"; there are: read_uni'),
        ({"lambda_": {}}, 'no key is called "lambda_"'),
        ({"reserved": {"wcus": 100}}, 'no key is called "reserved.wcus"'),
        ({"dax": {"region": "x"}}, 'no key is called "dax.region"; there are: hours, node, nodes'),
        ({"storage_gb": -1}, "storage_gb is -1; it must be 0 or more"),
        ({"provisioned": {"wcu": -0.5}}, "provisioned.wcu is -0.5; it must be 0 or more"),
        ({"storage_gb": "80"}, 'storage_gb is "80"; it must be a number, without quotes'),
        ({"storage_gb": True}, "storage_gb is true; it must be a number"),
        ({"storage_gb": None}, "storage_gb is null; set a value, or leave the key out"),
        ({"storage_gb": [1]}, "storage_gb is a list; it must be a number"),
        ({"storage_gb": {}}, "storage_gb is an object; it must be a number"),
        ('{"storage_gb": NaN}', "storage_gb is NaN; it must be a finite number"),
        ('{"storage_gb": -Infinity}', "storage_gb is -Infinity; it must be a finite number"),
        ('{"storage_gb": 1e99999999999999999999}', "1e99999999999999999999 is too large or too sm"),
        ('{"storage_gb": %s}' % ("9" * 5_000), "a whole number has more than 4,300 digits"),
        ({"storage_gb": 10**15}, "it must be below 1,000,000,000,000,000"),
        ('{"storage_gb": 1e999999}', "storage_gb is 1E+999999; it must be below"),
        ('{"storage_gb": 1e-31}', "it may have at most 30 digits after the point"),
        ('{"storage_gb": 1e-999999999}', "it may have at most 30 digits after the point"),
        ({"dax": {"nodes": 1.5}}, "dax.nodes is 1.5; it must be a whole number"),
        (
            {"dax": {"node": "dax.r9.large"}},
            'dax.node is "dax.r9.large"; it must be one of: dax.t2.small',
        ),
        (
            {"reserved": {"wcu": 150}},
            "reserved.wcu is 150; reserved capacity is sold in blocks of 100 units",
        ),
        ({"reserved": {"rcu": 50}}, "choose 0 or 100"),
        ({"reserved": {"years": 2}}, "reserved.years is 2; it must be 1 or 3"),
        ({"reserved": {"years": True}}, "reserved.years is true; it must be 1 or 3"),
        ({"reserved": {"owned": 1}}, "reserved.owned is 1; it must be true or false"),
        (
            {"lambda": {"architecture": "mips"}},
            'lambda.architecture is "mips"; it must be "x86" or "arm"',
        ),
        ({"table_class": "IA"}, 'table_class is "IA"; it must be "standard" or "standard_ia"'),
        ({"free_tier": "no"}, 'free_tier is "no"; it must be true or false'),
        ({"free_tier": 0}, "free_tier is 0; it must be true or false"),
        ({"gb": "GiB"}, 'gb is "GiB"; it must be "2^30" or "1e9"'),
        ({"month": "31d"}, "no month is called '31d'"),
        ({"month": 720}, "month is 720; it must be text in quotes"),
        ({"on": "22.11.2026"}, 'on is "22.11.2026"; it must be a day like "2026-11-22"'),
        ({"on": 20261122}, 'on is 20261122; it must be a day like "2026-11-22"'),
        ({"region": "us-east-9"}, "no price of the Region 'us-east-9' is known"),
        ({"region": None}, "region is null; set a value"),
        ({"dax": []}, "dax is a list; it must be an object of keys"),
        ({"provisioned": 5}, "provisioned is 5; it must be an object of keys"),
        ({"provisioned": [{}] * 1_001}, "it has 1,001 parts, and may have 1,000"),
        ([], "a usage is a JSON object"),
        ("", "this is not JSON: Expecting value, line 1, column 1"),
        ('{"storage_gb": 1,\n}', "line 2, column 1"),
        ('{"pitr_gb": 1, "pitr_gb": 2}', 'the key "pitr_gb" is repeated in one object'),
        ('{"dax":' * 100_000, "nested too deep"),
        ({"provisioned": {"wcu": 1, "hours": 744.5}}, "provisioned.hours is 744.5 h; the longest"),
        (
            {"month": "720h", "provisioned": {"wcu": 1, "hours": 730}},
            "provisioned.hours is 730 h; the month 720h (720 h) has 720 h",
        ),
        ({"month": "2026-02", "dax": {"nodes": 1, "hours": 673}}, "dax.hours is 673 h"),
        ({"month": "720h", "global": {"rwcu": 1, "hours": 721}}, "global.hours is 721 h"),
        (
            {"provisioned": {"wcu": 1, "hours": 744}, "reserved": {"wcu": 100}},
            "provisioned.hours is 744 h; the month 730h (730 h) has 730 h",
        ),
        (
            {"month": "720h", "provisioned": [{"wcu": 1, "hours": 400}, {"rcu": 1, "hours": 400}]},
            "provisioned.hours is 800 h",
        ),
        (
            {"table_class": "standard_ia", "reserved": {"rcu": 100}},
            "reserved capacity is only for the Standard table class",
        ),
        ({"tables": {}}, "tables is an object; it must be a list of tables, like"),
        ({"tables": [{}, 5]}, "tables is a list; table 2 of it is 5; it must be keys and values"),
        ({"tables": [{"storage": 1}]}, 'table 1 of tables: no key is called "storage"; there are'),
        (
            {"tables": [{"name": "a", "storage_gb": -1}]},
            'table 1 ("a") of tables: storage_gb is -1; it must be 0 or more',
        ),
        (
            {"tables": [{"name": "a", "provisioned": {"wcu": "1"}}]},
            'table 1 ("a") of tables: provisioned.wcu is "1"; it must be a number',
        ),
        ({"tables": [{"name": 5}]}, "table 1 (5) of tables: name is 5; it must be text"),
        ({"tables": [{"region": None}]}, "table 1 of tables: region is null; set a value"),
        ({"tables": [{"region": "us-east-9"}]}, "no price of the Region 'us-east-9' is known"),
        ({"tables": [{"dax": {}}]}, 'table 1 of tables: no key is called "dax"'),
        ({"tables": [{"name": "a"}, {"name": "a"}]}, 'the table "a" is twice in one Region'),
        ({"tables": [{}] * 10_001}, "it has 10,001 tables, but may have at most 10,000"),
        (
            {"tables": [{"name": "a", "provisioned": {"wcu": 1, "hours": 745}}]},
            "a: provisioned.hours is 745 h; the longest month has 744 h",
        ),
        (
            {"table_class": "standard_ia", "tables": [{"name": "a", "reserved": {"wcu": 100}}]},
            '"tables": [{"name": "a", "table_class": "standard_ia"}, {"name": "b", "table_class"',
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_is_refused_by_name(content, message):
    """An error names the key, its value and what the value must be, on one line."""
    with pytest.raises(WorkbookError) as refused:
        billed(content)

    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 700


@given(st.text())
def test_no_other_key_is_taken(name):
    """A key that is not in the contract is an error, whatever its name."""
    if name in {key for key, _, _ in keys_of(UsageFile)}:
        return
    with pytest.raises(UsageError, match="no key is called"):
        read({name: 0})


@given(path=st.sampled_from(sorted(QUANTITIES)), value=st.floats(max_value=0, exclude_max=True))
def test_no_quantity_is_below_zero(path, value):
    """A negative number is an error for every quantity."""
    content = json.dumps(placed({}, path, value))
    with pytest.raises(UsageError, match=r"0 or more|finite number"):
        read(content)


@given(st.none() | st.booleans() | st.text() | st.lists(st.integers()))
def test_a_quantity_is_a_number(value):
    """Null, true, a text and a list are errors."""
    with pytest.raises(UsageError, match="storage_gb is"):
        read({"storage_gb": value})


@pytest.mark.parametrize("name", ["arm", "arm64"])
def test_lambdas_architectures_have_awss_names_too(name):
    """Lambda's API says arm64, and the price list says ARM."""
    assert Lambda(architecture=name).architecture is Architecture.ARM
    (line,) = billed({"lambda": {"gb_seconds": 1, "architecture": name}}).lines
    assert line.item == "compute, ARM"


def test_parts_can_be_listed():
    """Provisioned capacity and reserved capacity take one object or a list of them."""
    usage = read(
        {
            "provisioned": [{"wcu": 1, "hours": 2}, {"rcu": 3}],
            "reserved": [{"years": 3, "rcu": 100}, {"wcu": 200, "owned": True}],
        }
    )

    assert usage.provisioned == (Provisioned(1, 0, 2), Provisioned(0, 3))
    assert usage.reserved == (Reserved(3, rcu=100), Reserved(wcu=200, owned=True))
    assert read({"reserved": {"wcu": 100}}).reserved == (Reserved(wcu=100),)
    assert Usage(reserved=Reserved(wcu=100)).reserved == (Reserved(wcu=100),)
    assert Usage(reserved=[Reserved(wcu=100)]).reserved == (Reserved(wcu=100),)


def test_refusals_in_python_name_the_same_keys():
    """A part that is made in Python raises the same errors as one in a file."""
    with pytest.raises(UsageError, match=r"provisioned\.wcu is NaN; it must be a finite number"):
        Provisioned(wcu=Decimal("NaN"))
    with pytest.raises(
        UsageError, match=r"provisioned\.wcu is Infinity; it must be a finite number"
    ):
        Provisioned(wcu=float("inf"))
    with pytest.raises(UsageError, match="storage_gb"):
        Usage(storage_gb=[1])
    with pytest.raises(UsageError, match="month is 720; it must be text in quotes"):
        Usage(month=720)
    with pytest.raises(UsageError, match="Standard table class"):
        Usage(table_class=TableClass.STANDARD_IA, reserved=(Reserved(wcu=100),))


def test_below_zero_by_nothing_is_nothing():
    """-0.0 is read as 0.0, so no bill shows a minus sign."""
    assert str(read('{"storage_gb": -0.0}').storage_gb) == "0.0"
