"""Usage files, random ones too, and their bills, for the tests of billing."""

import json
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import strategies as st

from cruddur_lib.costs.billing.bills import bill
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage_file import read_usage

TODAY = date(2026, 11, 22)


def billed(content, today=TODAY, **book):
    """Return the bill of a usage file: a text, or what JSON makes a text of."""
    usage, _ = read_usage(content if isinstance(content, str) else json.dumps(content), today)
    return bill(usage, PriceBook(usage.region, on=usage.on, **book))


def total(content, **more):
    """Return the total of the bill in USD."""
    return billed(content, **more).total_usd


def cents(usd):
    """Return an amount as on an invoice, with half a cent rounded up."""
    return str(usd.quantize(Decimal("0.01"), ROUND_HALF_UP))


def item(name, content, **more):
    """Return the USD of the lines with this title."""
    return sum(
        (line.usd for line in billed(content, **more).lines if line.item == name), Decimal(0)
    )


numbers = st.integers(0, 5_000).map(float) | st.floats(0, 5_000).map(lambda n: round(n, 3))
large = st.integers(0, 40_000_000_000)
hours = st.integers(0, 720)
# Every quantity of a usage file except reserved capacity, which is bought to lower the total.
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
    ("inter_region_out_gb",): numbers,
    ("cloudwatch_alarms",): numbers,
    ("kms", "keys"): numbers,
    ("kms", "requests"): large,
}


def placed(content, path, value):
    """Return the usage with one value set."""
    *parts, last = path
    made = {**content}
    if parts:
        made[parts[0]] = {**made.get(parts[0], {}), last: value}
    else:
        made[last] = value
    return made


@st.composite
def usages(draw, reserved=True):
    """Draw a usage of us-east-1 as a file has it, with some of the keys."""
    content = {"month": "720h", "free_tier": draw(st.booleans())}
    content = placed(content, ("lambda", "architecture"), draw(st.sampled_from(["x86", "arm"])))
    for path in draw(st.sets(st.sampled_from(sorted(QUANTITIES)), max_size=8)):
        content = placed(content, path, draw(QUANTITIES[path]))
    if reserved and draw(st.booleans()):
        blocks = st.integers(0, 30).map(lambda n: n * 100)
        content["reserved"] = {
            "years": draw(st.sampled_from([1, 3])),
            "wcu": draw(blocks),
            "rcu": draw(blocks),
        }
    return content
