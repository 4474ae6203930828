"""bin/cost/bill: its answer, the assumptions on standard error, and errors of one line."""

import io
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from cruddur_lib.cli.cost import bill
from cruddur_lib.costs.billing.usage import keys_of
from cruddur_lib.costs.billing.usage_file import UsageFile

SCRIPT = Path(__file__).parents[3] / "bin" / "cost" / "bill"
ASKED = {
    "region": "us-east-1",
    "month": "720h",
    "free_tier": False,
    "provisioned": {"wcu": 100, "rcu": 0, "hours": 720},
}


@pytest.fixture
def call(ended, tmp_path):
    """Call the script on a day; return its exit code, standard output and standard error."""

    def called(told, *words, today=date(2026, 11, 22)):
        file = tmp_path / "usage.json"
        if told is not None:
            raw = told if isinstance(told, bytes) else json.dumps(told).encode()
            file.write_bytes(raw)
        return ended(bill.run, [str(file), *words], today)

    return called


def test_json_is_the_contracts_answer_on_one_line(call):
    """The answer has lines, total_usd and upfront_usd, and every amount is a text."""
    code, out, err = call(ASKED, "--json")
    answer = json.loads(out)

    assert (code, out.count("\n")) == (0, 1)
    assert list(answer) == ["lines", "total_usd", "upfront_usd"]
    assert list(answer["lines"][0]) == [
        "service", "item", "quantity", "unit", "free", "billable", "price", "usd", "source",
        "age_days", "old",
    ]  # fmt: skip
    assert (answer["total_usd"], answer["upfront_usd"]) == ("46.80", "0")
    assert err == "bin/cost/bill: left out, so assumed: on 2026-11-22, gb 2^30\n"


def test_nothing_is_said_beside_an_answer_that_assumes_nothing(call):
    """Standard error is empty if region, day, month and GB are in the file."""
    told = {**ASKED, "on": "2026-11-22", "gb": "2^30"}

    assert call(told, "--json")[2] == ""


def test_the_table_is_for_people(call):
    """Without --json the script prints conventions, lines and the total."""
    _, out, _ = call(ASKED)

    assert out.startswith("us-east-1, prices of 2026-11-22, the month 720h (720 h)")
    assert re.search(r"^total +46\.80$", out, re.MULTILINE)


def test_prices_are_of_the_day(call):
    """Without `on` today's prices apply: a million writes cost 1.25 on the day before the cut."""
    told = {"on_demand": {"write_units": 1_000_000}}

    for day, usd in ((date(2024, 10, 31), "1.25"), (date(2024, 11, 1), "0.625")):
        assert json.loads(call(told, "--json", today=day)[1])["total_usd"] == usd
        assert json.loads(call({**told, "on": str(day)}, "--json")[1])["total_usd"] == usd


@pytest.mark.parametrize(
    ("today", "old"),
    [(date(2027, 10, 8), False), (date(2027, 10, 9), True)],
    ids=["365 days", "366 days"],
)
def test_an_old_price_is_marked_beside_its_line(call, today, old):
    """A WCU-hour was read on 2026-10-08; its line is marked as in bin/cost/prices."""
    line = json.loads(call(ASKED, "--json", today=today)[1])["lines"][0]
    shown = call(ASKED, today=today)[1]

    assert (line["age_days"], line["old"]) == (365 + old, old)
    assert shown.count("  OLD: read over a year ago\n") == old


def test_reserved_capacity_is_marked_beside_its_upfront_part_too(call):
    """The prices of reserved capacity were read on 2024-11-20."""
    shown = call({**ASKED, "reserved": {"wcu": 100}})[1].splitlines()

    assert [line.split()[0] for line in shown if line.endswith("OLD: read over a year ago")] == [
        "DynamoDB",
        "DynamoDB",
    ]


def test_tables_have_their_own_columns(call):
    """A bill of several tables has the Region and the table of each line."""
    told = {
        **ASKED,
        "tables": [{"name": "a", "storage_gb": 1}, {"region": "eu-west-1", "storage_gb": 1}],
    }
    lines = json.loads(call(told, "--json")[1])["lines"]

    assert [(line["region"], line["table"]) for line in lines] == [
        ("us-east-1", ""),
        ("us-east-1", "a"),
        ("eu-west-1", ""),
    ]
    shown = call(told)[1]
    assert shown.startswith("us-east-1, eu-west-1, prices of 2026-11-22")
    assert re.search(r" USD +region +table +from$", shown, re.MULTILINE)
    assert re.search(r"^total +47\.333$", shown, re.MULTILINE)


def test_an_estimate_is_asked_for_by_name(call):
    """Without --estimate an unknown price is an error that names the estimate."""
    told = {"region": "eu-north-1", "on_demand": {"write_units": 1_000_000}}
    code, out, err = call(told, "--json")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "asked for by name: on_demand" in err

    answer = json.loads(call(told, "--json", "--estimate", "on_demand")[1])
    assert answer["lines"][0]["item"] == "on-demand writes (estimate)"
    assert answer["lines"][0]["source"].startswith("ESTIMATE")


@pytest.mark.parametrize(
    ("told", "words", "said"),
    [
        ({"storage": 1}, [], 'no key is called "storage"'),
        ({"a\nb": 1}, [], "no key is called"),
        ({"storage_gb": -1}, [], "storage_gb is -1"),
        (None, [], "cannot be read: No such file or directory"),
        (b"\xff\xfe", [], "is not in UTF-8, at byte 0"),
        (b" " * 1_000_001, [], "is 1,000,001 bytes; a usage is at most 1,000,000"),
        ({}, ["--estimate", "all"], "'all'"),
        ({}, ["--jso"], "--jso"),
        ({}, ["more.json"], "more.json"),
    ],
    ids=["key", "two lines", "value", "file", "bytes", "size", "estimate", "option", "words"],
)
def test_refusals_are_one_line_and_exit_code_2(call, told, words, said):
    """The error names the file, the key and the rule; standard output is empty."""
    code, out, err = call(told, *words)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("bin/cost/bill: ")
    assert said in err


def test_the_usage_can_come_on_standard_input(monkeypatch, capsys):
    """The file name - means standard input."""
    stream = io.TextIOWrapper(io.BytesIO(json.dumps(ASKED).encode()))
    monkeypatch.setattr(sys, "stdin", stream)

    assert bill.run("usage", ["-", "--json"], date(2026, 11, 22)) == 0
    assert '"total_usd": "46.80"' in capsys.readouterr().out


def test_help_names_every_key():
    """The help has each key of a usage file, because it is printed from the fields."""
    shown = subprocess.run(
        [sys.executable, SCRIPT, "--help"], capture_output=True, text=True, check=True
    )
    names = {key for key, _, _ in keys_of(UsageFile)}
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", shown.stdout)] == []


def test_the_script_itself_answers():
    """The script works in a pipe, as another program calls it."""
    ran = subprocess.run(
        [sys.executable, SCRIPT, "-", "--json"],
        input=json.dumps(ASKED),
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(ran.stdout)["total_usd"] == "46.80"
