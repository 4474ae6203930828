"""A usage file: every key optional, every other key and every impossible value refused by name."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.costs.billing.amounts import UsageError
from cruddur_lib.costs.billing.usage import (
    Architecture,
    Lambda,
    Provisioned,
    Reserved,
    TableClass,
    Usage,
)
from cruddur_lib.costs.billing.usage_file import read_usage
from cruddur_lib.errors import WorkbookError
from tests.helpers.billed import QUANTITIES, TODAY, billed, placed

# Every key that the contract of bin/cost/bill names, with its default.
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


def read(told):
    """What is read of a usage, a text or what JSON is made of."""
    return read_usage(told if isinstance(told, str) else json.dumps(told), TODAY)


def test_the_contract_with_its_defaults_is_the_empty_usage():
    """All keys of the schema are taken; nothing was used, so nothing is billed."""
    asked = read(CONTRACT)

    assert (asked.region, asked.on, asked.assumed) == ("us-east-1", date(2026, 11, 22), ())
    assert billed(CONTRACT).as_json() == billed({}).as_json()
    assert billed(CONTRACT).terms == billed({}).terms


def test_hours_of_what_is_not_used_are_not_looked_at():
    """The contract's defaults, with another month: 730 hours of no node and no unit."""
    told = {**json.loads(CONTRACT), "month": "720h"}

    assert billed(told).lines == ()


def test_what_is_left_out_is_assumed_and_said():
    """Home Region, today, AWS's calculator's month, 2^30 bytes."""
    assert read({}).assumed == ("region us-east-1", "on 2026-11-22", "month 730h", "gb 2^30")
    assert read({"on": "2026-01-02", "gb": "1e9"}).assumed == ("region us-east-1", "month 730h")
    assert read({"on": "2026-01-02"}).on == date(2026, 1, 2)


def test_numbers_are_read_as_they_are_written():
    """A tenth is a tenth, and 30 digits behind the point are 30."""
    assert read('{"storage_gb": 0.1}').usage.storage_gb == Decimal("0.1")
    digits = "123456789012345.123456789012345678901234567891"
    assert read(f'{{"storage_gb": {digits}}}').usage.storage_gb == Decimal(digits)
    assert read('{"storage_gb": 1.6e7}').usage.storage_gb == 16_000_000


def test_exactly_what_is_written_is_billed():
    """Forty-five digits of GB at 0.25 USD: no digit is lost on the way."""
    digits = "999999999999999.000000000000000000000000000004"
    (line,) = billed(f'{{"free_tier": false, "storage_gb": {digits}}}').as_json()["lines"]

    assert line["quantity"] == digits
    assert line["usd"] == "249999999999999.750000000000000000000000000001"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"storage": 1}, 'no key is called "storage"; there are: backup_cold_gb_month, backup'),
        ({"on_demand": {"writes": 1}}, 'no key is called "on_demand.writes"; there are: read_uni'),
        ({"lambda_": {}}, 'no key is called "lambda_"'),
        ({"reserved": {"wcus": 100}}, 'no key is called "reserved.wcus"'),
        ({"dax": {"region": "x"}}, 'no key is called "dax.region"; there are: hours, node, nodes'),
        ({"storage_gb": -1}, "storage_gb is -1; it is 0 or more"),
        ({"provisioned": {"wcu": -0.5}}, "provisioned.wcu is -0.5; it is 0 or more"),
        ({"storage_gb": "80"}, 'storage_gb is "80"; it is a number, written without quotes'),
        ({"storage_gb": True}, "storage_gb is true; it is a number"),
        ({"storage_gb": None}, "storage_gb is null; give a value, or leave the key out"),
        ({"storage_gb": [1]}, "storage_gb is a list; give a value"),
        ({"storage_gb": {}}, "storage_gb is an object; give a value"),
        ('{"storage_gb": NaN}', "NaN is not a number of JSON"),
        ('{"storage_gb": -Infinity}', "-Infinity is not a number of JSON"),
        ({"storage_gb": 10**15}, "quantities are below 1,000,000,000,000,000"),
        ('{"storage_gb": 1e999999}', "storage_gb is 1E+999999; quantities are below"),
        ('{"storage_gb": 1e-31}', "at most 30 digits stand behind the point"),
        ('{"storage_gb": 1e-999999999}', "at most 30 digits stand behind the point"),
        ({"dax": {"nodes": 1.5}}, "dax.nodes is 1.5; it is a whole number"),
        ({"dax": {"node": "dax.r9.large"}}, 'dax.node is "dax.r9.large"; there are: dax.t2.small'),
        ({"reserved": {"wcu": 150}}, "reserved.wcu is 150 units; reserved capacity is sold in blo"),
        ({"reserved": {"rcu": 50}}, "give 0 or 100"),
        ({"reserved": {"years": 2}}, "reserved.years is 2; there are: 1, 3"),
        ({"reserved": {"years": True}}, "reserved.years is true; there are: 1, 3"),
        ({"reserved": {"owned": 1}}, "reserved.owned is 1; it is true or false"),
        ({"lambda": {"architecture": "mips"}}, 'lambda.architecture is "mips"; there are: x86'),
        ({"table_class": "IA"}, 'table_class is "IA"; there are: standard, standard_ia'),
        ({"free_tier": "no"}, 'free_tier is "no"; it is true or false'),
        ({"free_tier": 0}, "free_tier is 0; it is true or false"),
        ({"gb": "GiB"}, 'gb is "GiB"; there are: 2^30, 1e9'),
        ({"month": "31d"}, "no month is called '31d'"),
        ({"month": 720}, "month is 720; it is a text"),
        ({"on": "22.11.2026"}, 'on is "22.11.2026"; it is a day like 2026-11-22'),
        ({"on": 20261122}, "on is 20261122; it is a text"),
        ({"region": "us-east-9"}, "no price of the Region 'us-east-9' is known"),
        ({"region": None}, "region is null; it is a text"),
        ({"dax": []}, "dax is a list; it is an object of keys"),
        ({"provisioned": 5}, "provisioned is 5; it is an object of keys"),
        ({"provisioned": [{}] * 1_001}, "provisioned lists 1,001 parts; 1,000 are taken at most"),
        ([], "a usage is a JSON object"),
        ("", "no JSON: Expecting value, line 1, column 1"),
        ('{"storage_gb": 1,\n}', "line 2, column 1"),
        ('{"pitr_gb": 1, "pitr_gb": 2}', 'the key "pitr_gb" stands twice in one object'),
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
            "reserved capacity is for the Standard table class alone",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_is_refused_by_name(told, said):
    """The key's path, its value, and what is possible, on one line."""
    with pytest.raises(WorkbookError) as refused:
        billed(told)

    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 700


@given(st.text())
def test_no_other_key_is_taken(name):
    """Whatever its name."""
    if name in json.loads(CONTRACT) or name.startswith(("backup_cold", "restore_cold", "gateway")):
        return
    with pytest.raises(UsageError, match="no key is called"):
        read({name: 0})


@given(path=st.sampled_from(sorted(QUANTITIES)), value=st.floats(max_value=0, exclude_max=True))
def test_no_quantity_is_below_zero(path, value):
    """Neither a fraction nor minus infinity."""
    told = json.dumps(placed({}, path, value))
    with pytest.raises(UsageError, match=r"0 or more|not a number|30 digits"):
        read(told)


@given(st.none() | st.booleans() | st.text() | st.lists(st.integers()))
def test_a_quantity_is_a_number(value):
    """No other value of JSON is taken for one."""
    with pytest.raises(UsageError, match="storage_gb is"):
        read({"storage_gb": value})


@pytest.mark.parametrize("name", ["arm", "arm64"])
def test_lambdas_architectures_have_awss_names_too(name):
    """Lambda's API says arm64 where prices say ARM."""
    assert Lambda(architecture=name).architecture is Architecture.ARM
    (line,) = billed({"lambda": {"gb_seconds": 1, "architecture": name}}).lines
    assert line.item == "compute, ARM"


def test_parts_can_be_listed():
    """Periods of provisioned capacity, and reservations held together."""
    usage = read(
        {
            "provisioned": [{"wcu": 1, "hours": 2}, {"rcu": 3}],
            "reserved": [{"years": 3, "rcu": 100}, {"wcu": 200, "owned": True}],
        }
    ).usage

    assert usage.provisioned == (Provisioned(1, 0, 2), Provisioned(0, 3))
    assert usage.reserved == (Reserved(3, rcu=100), Reserved(wcu=200, owned=True))
    assert read({"reserved": {"wcu": 100}}).usage.reserved == (Reserved(wcu=100),)
    assert Usage(reserved=Reserved(wcu=100)).reserved == (Reserved(wcu=100),)
    assert Usage(reserved=[Reserved(wcu=100)]).reserved == (Reserved(wcu=100),)


def test_refusals_in_python_name_the_same_keys():
    """The parts check themselves, wherever they are made."""
    with pytest.raises(UsageError, match=r"provisioned\.wcu is NaN; it is a finite number"):
        Provisioned(wcu=Decimal("NaN"))
    with pytest.raises(UsageError, match=r"provisioned\.wcu is Infinity; it is a finite number"):
        Provisioned(wcu=float("inf"))
    with pytest.raises(UsageError, match="storage_gb"):
        Usage(storage_gb=[1])
    with pytest.raises(UsageError, match="month is 720; it is a text"):
        Usage(month=720)
    with pytest.raises(UsageError, match="Standard table class"):
        Usage(table_class=TableClass.STANDARD_IA, reserved=(Reserved(wcu=100),))


def test_below_zero_by_nothing_is_nothing():
    """-0.0 is a zero, and no bill shows a minus."""
    assert str(read('{"storage_gb": -0.0}').usage.storage_gb) == "0.0"
