"""Tests of bin/cost/plan: its text and its JSON, from CloudWatch's own formats."""

import json
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from cruddur_lib.cli.cost import plan

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "bin" / "cost" / "plan"
TRAFFIC = ROOT / "data" / "traffic"
COLUMNS = [
    *("--column", "m1=table:reads", "--column", "m2=table:writes"),
    *("--column", "m3=inbox:reads", "--column", "m4=inbox:writes"),
]


@pytest.fixture
def call(ended):
    """Return a function that runs the script: exit code, standard output, standard error."""

    def called(*words):
        return ended(plan.run, [str(word) for word in words], date(2026, 11, 25))

    return called


@pytest.fixture
def steady(tmp_path):
    """Write two hours of one read unit and one write unit a second to a plain CSV."""
    rows = [f"2026-06-01T{m // 60:02}:{m % 60:02}Z,60,60" for m in range(120)]
    file = tmp_path / "steady.csv"
    file.write_text("\n".join(["timestamp,consumed_read_units,consumed_write_units", *rows]))
    return file


def test_json_is_an_exact_answer(call, steady):
    """One unit of each is 2,628,000 requests of each kind, at 0.125 and 0.625 USD a million.

    As fixed units it is 730 h, at 0.00013 and 0.00065 USD.
    """
    code, out, _ = call(
        steady, "--no-free-tier", "--json", "--max-throttled", 0
    )  # with a progress bar, if it is slow
    answer = json.loads(out)

    assert code == 0
    assert answer["modes"]["on-demand"]["usd_a_month"] == "1.971"
    assert answer["modes"]["fixed"]["usd_a_month"] == "0.5694"
    assert answer["modes"]["fixed"]["rules"] == {
        "table": {"reads": {"units": 1}, "writes": {"units": 1}}
    }
    assert answer["best"] == "fixed"
    assert answer["commands"] == [
        "aws dynamodb update-table --region us-east-1 --table-name cruddur-messages "
        "--billing-mode PROVISIONED --provisioned-throughput "
        + shlex.quote('{"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}')
    ]
    assert answer["break_even"] == {
        "reads": pytest.approx(0.289, abs=1e-3),
        "writes": pytest.approx(0.289, abs=1e-3),
    }


def test_the_free_tier_makes_the_same_nothing(call, steady):
    """25 provisioned units of each kind are free, but on-demand requests are not."""
    _, out, _ = call(steady, "--json")
    modes = json.loads(out)["modes"]

    assert modes["fixed"]["usd_a_month"] == "0"
    assert modes["on-demand"]["usd_a_month"] == "1.971"


def test_a_csv_as_cloudwatch_exports_it(call):
    """The text reports gaps and rows of five minutes."""
    code, out, _ = call(TRAFFIC / "console.csv")

    assert code == 0
    assert out.startswith("cruddur-messages: missing minutes, counted as 0: table reads 1.22%")
    assert "sums of 5 minutes, as the file says: spread evenly" in out
    assert "cheapest with at most 0.0100% throttled: fixed" in out


def test_labels_are_said_on_the_command_line(call):
    """--column names the capacities of a table and an index, in the rules and the commands."""
    code, out, _ = call(TRAFFIC / "get-metric-data.json", *COLUMNS, "--reserved", 1)

    assert code == 0
    for words in ("table, reads: ", "inbox, writes: ", '"IndexName": "inbox"'):
        assert words in out


def test_item_bytes_add_a_flip(call, steady):
    """--item-bytes adds the turning point for larger items."""
    _, without, _ = call(steady, "--json")
    _, with_bytes, _ = call(steady, "--json", "--item-bytes", 300)

    last = json.loads(with_bytes)["flips"][-1]
    assert last["what"] == "larger items"
    assert len(json.loads(with_bytes)["flips"]) == len(json.loads(without)["flips"]) + 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing.csv"], "nothing.csv"),
        ([TRAFFIC / "minutes.csv", "--max-throttled", "1"], "max_throttled is a share from 0"),
        ([TRAFFIC / "minutes.csv", "--region", "mars-1"], "'mars-1'"),
        ([TRAFFIC / "minutes.csv", "--reserved", "2"], "invalid choice: 2"),
        ([TRAFFIC / "minutes.csv", "--item-bytes", "409601"], "an item has 1 to 409,600 bytes"),
        ([TRAFFIC / "minutes.csv", "--column", "m1"], "'m1' is not like m3=inbox-index:writes"),
        ([TRAFFIC / "minutes.csv", "--on", "today"], "'today' is no day like"),
        ([TRAFFIC / "get-metric-data.json"], "names a table or an index"),
    ],
    ids=["file", "share", "region", "years", "bytes", "column", "day", "labels"],
)
def test_refusals_are_one_line_and_exit_code_2(call, words, said):
    """The line says what is wrong and what is valid; standard output is empty."""
    code, out, err = call(*words)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("bin/cost/plan: ")
    assert said in err


def test_the_script_itself_answers(steady):
    """The script answers when a program calls it."""
    ran = subprocess.run(
        [sys.executable, SCRIPT, steady, "--json", "--on", "2026-11-25"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stdout)["modes"]["on-demand"]["usd_a_month"] == "1.971"
