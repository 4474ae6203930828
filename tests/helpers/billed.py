"""What the tests of bills share: usages as a file has them, drawn ones, and their bills."""

import json
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import strategies as st

from cruddur_lib.costs.billing.bills import bill
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage_file import read_usage

TODAY = date(2026, 11, 22)


def billed(told, today=TODAY, **book):
    """The bill of a usage as a file has it."""
    asked = read_usage(told if isinstance(told, str) else json.dumps(told), today)
    return bill(asked.usage, PriceBook(asked.region, on=asked.on, **book))


def total(told, **more):
    """Its total, in USD."""
    return billed(told, **more).total_usd


def cents(usd):
    """An amount as an invoice has it, half a cent rounded up."""
    return str(usd.quantize(Decimal("0.01"), ROUND_HALF_UP))


def item(name, told, **more):
    """USD of the lines with this title."""
    return sum((line.usd for line in billed(told, **more).lines if line.item == name), Decimal(0))


numbers = st.integers(0, 5_000).map(float) | st.floats(0, 5_000).map(lambda n: round(n, 3))
large = st.integers(0, 40_000_000_000)
hours = st.integers(0, 720)
# Every quantity of a usage file but reserved capacity, which lowers a total on purpose.
QUANTITIES = {
    ("on_demand", "write_units"): large,
    ("on_demand", "read_units"): large.map(lambda n: n / 2),
    ("provisioned", "wcu"): numbers,
    ("provisioned", "rcu"): numbers,
    ("provisioned", "hours"): hours,
    ("storage_gb",): numbers,
    ("pitr_gb",): numbers,
    ("backup_gb_month",): numbers,
    ("backup_cold_gb_month",): numbers,
    ("restore_gb",): numbers,
    ("restore_cold_gb",): numbers,
    ("export_gb",): numbers,
    ("import_gb",): numbers,
    ("stream_reads",): large,
    ("kinesis_units",): large,
    ("global", "replicated_write_units"): large,
    ("global", "rwcu"): numbers,
    ("global", "hours"): hours,
    ("dax", "nodes"): st.integers(0, 11),
    ("dax", "hours"): hours.map(lambda n: n / 2),
    ("lambda", "requests"): large,
    ("lambda", "gb_seconds"): large,
    ("nat", "hours"): numbers,
    ("nat", "gb"): numbers,
    ("gateway_endpoint", "gb"): numbers,
    ("interface_endpoint", "az_hours"): numbers,
    ("interface_endpoint", "gb"): numbers | st.integers(0, 7_000_000),
    ("internet_out_gb",): numbers | st.integers(0, 300_000),
}


def placed(told, path, value):
    """The usage with one value set."""
    *parts, last = path
    made = {**told}
    if parts:
        made[parts[0]] = {**made.get(parts[0], {}), last: value}
    else:
        made[last] = value
    return made


@st.composite
def usages(draw, reserved=True):
    """A usage of us-east-1 as a file has it: some of the keys, each with some value."""
    told = {"month": "720h", "free_tier": draw(st.booleans())}
    told = placed(told, ("lambda", "architecture"), draw(st.sampled_from(["x86", "arm"])))
    for path in draw(st.sets(st.sampled_from(sorted(QUANTITIES)), max_size=8)):
        told = placed(told, path, draw(QUANTITIES[path]))
    if reserved and draw(st.booleans()):
        blocks = st.integers(0, 30).map(lambda n: n * 100)
        told["reserved"] = {
            "years": draw(st.sampled_from([1, 3])),
            "wcu": draw(blocks),
            "rcu": draw(blocks),
        }
    return told
