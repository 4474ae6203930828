"""Tests of bin/cost/plan: its text and its JSON, for one table and for many."""

import io
import json
import shlex
import subprocess
import sys
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cruddur_lib.cli.cost import plan
from tests.helpers.traffic_files import READS, START, WRITES, csv, metric_data, result

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "bin" / "cost" / "plan"
TRAFFIC = ROOT / "data" / "traffic"
NOW = datetime(2026, 11, 25, tzinfo=UTC)
BARE = ("--headroom", "0", "--max-target", "90")
HOUR = range(60)
COLUMNS = [
    *("--column", "m1=table:reads", "--column", "m2=table:writes"),
    *("--column", "m3=inbox:reads", "--column", "m4=inbox:writes"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder for all files of this module."""
    return tmp_path_factory.mktemp("traffic")


@pytest.fixture
def call(ended):
    """Return a function that runs the script: exit code, standard output, standard error."""

    def called(*words, now=NOW):
        return ended(plan.run, [str(word) for word in words], now)

    return called


@pytest.fixture
def ask(call):
    """Return a function that runs the script and returns its JSON."""

    def asked(*words, **more):
        code, out, err = call(*words, "--json", **more)
        assert (code, err) == (0, "")
        return json.loads(out)

    return asked


@pytest.fixture
def write(folder):
    """Return a function that writes a file and returns its path."""

    def written(text, name="traffic.csv"):
        path = folder / name
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        return path

    return written


@pytest.fixture
def steady(write):
    """Two hours of one read unit and one write unit a second, as plain CSV."""
    series = dict.fromkeys(range(120), 60)
    return write(csv(series, series))


def series_of(table, reads, writes, index=""):
    """Return the results of get-metric-data for one table or index."""
    of_index = f"GlobalSecondaryIndexName:{index} " if index else ""
    name = f"{table}{index}".lower()
    return [
        result(f"{name}_{metric.lower()}", f"TableName:{table} {of_index}{metric} Sum 60", series)
        for metric, series in ((READS, reads), (WRITES, writes))
    ]


def described(name="orders", **more):
    """Return what describe-table prints about a provisioned table."""
    return {
        "Table": {
            "TableName": name,
            "TableArn": f"arn:aws:dynamodb:eu-west-1:123456789012:table/{name}",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10},
            **more,
        }
    }


def test_json_is_an_exact_answer(ask, steady):
    """One unit of each is 2,628,000 requests of each kind, at 0.125 and 0.625 USD a million.

    As fixed units it is 730 h, at 0.00013 and 0.00065 USD.
    """
    answer = ask(steady, *BARE, "--max-throttled", 0, "--table", "orders")

    assert answer["modes"]["on-demand"]["usd_a_month"] == "1.971"
    assert answer["modes"]["fixed"]["usd_a_month"] == "0.5694"
    assert answer["modes"]["fixed"]["rules"] == {
        "table": {"reads": {"units": 1}, "writes": {"units": 1}}
    }
    assert answer["best"] == "fixed"
    assert answer["commands"] == [
        "aws dynamodb update-table --region us-east-1 --table-name orders "
        "--billing-mode PROVISIONED --provisioned-throughput "
        + shlex.quote('{"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}')
    ]
    assert answer["break_even"] == {
        "reads": pytest.approx(0.289, abs=1e-3),
        "writes": pytest.approx(0.289, abs=1e-3),
    }
    assert answer["without_margin"] is None


def test_headroom_is_the_default(ask, steady):
    """Without options, units are raised by 20 %, to 2; the plan without it is there too."""
    answer = ask(steady)
    assert answer["modes"]["fixed"]["usd_a_month"] == "1.1388"
    assert answer["without_margin"] == {"mode": "fixed", "usd_a_month": "0.5694"}
    assert (answer["headroom_percent"], answer["max_target_percent"]) == (20, 70)


def test_the_free_tier_is_asked_for(ask, steady):
    """25 provisioned units of each kind are free, but on-demand requests are not."""
    for words, usd in (([], "1.1388"), (["--no-free-tier"], "1.1388"), (["--free-tier"], "0")):
        modes = ask(steady, *words)["modes"]
        assert modes["fixed"]["usd_a_month"] == usd
        assert modes["on-demand"]["usd_a_month"] == "1.971"


def test_a_csv_as_cloudwatch_exports_it(call):
    """The text reports gaps and rows of five minutes."""
    code, out, _ = call(TRAFFIC / "console.csv", "--current", "on-demand")

    assert code == 0
    assert out.startswith("missing minutes, counted as 0:")
    assert "sums of 5 minutes, given by the file, are spread evenly" in out
    assert "cheapest with at most 0.0100% throttled: autoscaled" in out
    assert "\ntoday: " in out
    assert "\nsaving: " in out
    assert "\naws dynamodb update-table " in out


def test_labels_are_said_on_the_command_line(call):
    """--column names the capacities of a table and an index, in the rules and the commands."""
    code, out, _ = call(
        TRAFFIC / "get-metric-data.json", *COLUMNS, "--reserved", 1, "--table", "orders"
    )

    assert code == 0
    for words in ("table, reads: ", "inbox, writes: ", '"IndexName": "inbox"'):
        assert words in out


def test_item_bytes_add_a_flip(ask, steady):
    """--item-bytes adds the turning point for larger items, which says what it scales."""
    without, with_bytes = ask(steady), ask(steady, "--item-bytes", 300)

    last = with_bytes["flips"][-1]
    assert last["what"] == "larger items"
    assert "every item of the table and its indexes" in last["constant"]
    assert len(with_bytes["flips"]) == len(without["flips"]) + 1


def test_every_mode_has_its_reason(ask, write):
    """A mode that is not chosen says why; a throttled one is billed for what it served."""
    demand = dict.fromkeys(range(600), 60) | {300: 600_000}
    answer = ask(write(csv(demand, demand)), "--new-table")
    modes = answer["modes"]
    assert modes["on-demand"]["reason"].startswith("throttles ")
    assert modes["on-demand"]["throttled_share"] > 0.1
    assert answer["best"] != "on-demand"
    assert set(modes) == {"on-demand", "fixed", "autoscaled", "perfect foresight"}
    assert all(one["reason"] for one in modes.values())
    warm = ask(write(csv(demand, demand)), "--warm", "20000/20000")
    assert warm["best"] == "on-demand"


def test_no_mode_may_fit(call, ask, write):
    """A budget of 0 and a maximum throughput leave none: the plan says so and has no commands.

    Fixed units always fit, so this takes an on-demand table of which nothing else is asked.
    """
    demand = dict.fromkeys(range(60), 6_000)
    answer = ask(write(csv(demand, demand)), "--max-throughput", "1/1")
    assert answer["modes"]["on-demand"]["reason"] == "throttles 99 % of reads, budget 0.01 %"
    assert answer["best"] == "fixed"


# ---- today's setting


@pytest.mark.parametrize(
    ("words", "today"),
    [
        (["on-demand"], "1.971"),
        (["fixed", "10/10"], "5.694"),
        (["fixed 10/10"], "5.694"),
        (["auto", "10-10@70"], "6.494"),
        (["auto 10-10@70/20-20@50"], "11.239"),
    ],
)
def test_the_saving_is_against_today(ask, steady, words, today):
    """Today's setting costs its units for 730 h, or its requests, and alarms if it scales."""
    answer = ask(steady, "--table", "orders", "--current", *words)
    assert answer["today"]["usd_a_month"] == today
    saving = float(today) - float(answer["modes"]["fixed"]["usd_a_month"])
    assert float(answer["saving_usd_a_month"]) == pytest.approx(saving)
    assert answer["commands"]


def test_a_small_saving_changes_nothing(ask, call, steady):
    """Below --min-savings no command is printed, and the line says why."""
    words = (steady, "--table", "orders", "--current", "fixed", "3/3", "--min-savings", 5)
    answer = ask(*words)
    assert answer["commands"] == []
    assert "saves less than 5.00 USD" in answer["no_commands_because"]
    assert "no commands: today's setting stays" in call(*words)[1]


def test_a_description_is_todays_setting(ask, write):
    """describe-table gives name, Region, indexes and units; an index is never forgotten."""
    ones = dict.fromkeys(range(120), 60)
    metrics = write(
        metric_data(*series_of("orders", ones, ones), *series_of("orders", ones, ones, "by_user")),
        "metrics.json",
    )
    index = {
        "IndexName": "by_user",
        "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 20, "WriteCapacityUnits": 20},
    }
    file = write(described(GlobalSecondaryIndexes=[index]), "describe.json")
    answer = ask(metrics, "--describe", file)

    price = {"eu-west-1": (0.000147, 0.000735)}
    assert answer["region"] in price
    assert float(answer["today"]["usd_a_month"]) == pytest.approx(
        730 * 30 * sum(price["eu-west-1"]), rel=1e-6
    )
    (command,) = answer["commands"]
    assert "--region eu-west-1 --table-name orders" in command
    assert '"IndexName": "by_user"' in command
    assert "--billing-mode" not in command

    only_table = write(metric_data(*series_of("orders", ones, ones)), "table.json")
    answer = ask(only_table, "--table", "orders", "--describe", file)
    assert answer["commands"] == []
    assert "index by_user" in answer["no_commands_because"]
    gone = ask(metrics, "--describe", write(described(BillingModeSummary={
        "BillingMode": "PAY_PER_REQUEST"}), "gone.json"))  # fmt: skip
    assert "which the table doesn't have" in gone["no_commands_because"]


def test_commands_need_the_tables_name(ask, steady):
    """A file that names no table has no commands until --table says the name."""
    answer = ask(steady)
    assert answer["commands"] == []
    assert "use --table NAME" in answer["no_commands_because"]


def test_what_the_owner_must_know_is_beside_the_commands(call, steady):
    """An unknown setting and old traffic are said before the commands."""
    _, out, _ = call(steady, "--table", "orders")
    assert "# today's setting is unknown" in out
    assert "# the traffic ended more than an hour ago" in out
    recent = datetime(2026, 11, 2, 2, 30, tzinfo=UTC)
    _, out, _ = call(steady, "--table", "orders", "--current", "on-demand", now=recent)
    assert "#" not in out


# ---- prices


def test_reserved_and_owned_capacity(ask, write):
    """200 steady units are two blocks; units that are owned already cost nothing more."""
    demand = dict.fromkeys(range(120), 12_000)
    file = write(csv(demand, demand))
    bought = ask(file, *BARE, "--reserved", 1)["modes"]["fixed"]
    assert bought["reserved"] == {"years": 1, "rcu": 200, "wcu": 200}
    owned = ask(file, *BARE, "--owned", "200/100")["modes"]["fixed"]
    assert float(owned["usd_a_month"]) == pytest.approx(100 * 730 * 0.00065)


def test_a_savings_plan_is_an_input(ask, steady):
    """18 % less for requests and 12 % less for unit-hours."""
    modes = ask(steady, *BARE, "--savings-plan", "18/12")["modes"]
    assert float(modes["on-demand"]["usd_a_month"]) == pytest.approx(1.971 * 0.82)
    assert float(modes["fixed"]["usd_a_month"]) == pytest.approx(0.5694 * 0.88)


@pytest.mark.parametrize(("gb", "table_class"), [(1_000, "standard_ia"), (0.001, "standard")])
def test_the_table_class_is_that_of_the_lower_sum(ask, steady, gb, table_class):
    """Standard-IA saves 0.15 USD a GB and costs more for each unit."""
    answer = ask(steady, "--table", "orders", "--storage-gb", gb, "--current", "on-demand")
    assert answer["table_class"] == table_class
    assert set(answer["table_classes"]) == {"standard", "standard_ia"}
    changes = any("--table-class" in command for command in answer["commands"])
    assert changes == (table_class == "standard_ia")


def test_own_prices_are_used(ask, steady, write):
    """--prices has a price of one's own, here twice as much for a write unit."""
    own = write(
        "sources: {mine: {day: 2026-11-01, what: our contract, address: 'https://example.com'}}\n"
        "regions: {us-east-1: {prices: {provisioned_wcu_hour: {2026-11-01: "
        "{usd: '0.0013', read: 2026-11-01, confidence: high, sources: [mine]}}}}}\n",
        "own.yaml",
    )
    modes = ask(steady, *BARE, "--prices", own)["modes"]
    assert modes["fixed"]["usd_a_month"] == "1.0439"


# ---- many tables


@pytest.fixture
def two_tables(write):
    """Two tables: a steady one, and one that is almost idle."""
    steady, idle = dict.fromkeys(range(120), 60_000), dict.fromkeys(range(120), 1)
    metrics = [*series_of("orders", steady, steady), *series_of("users", idle, idle)]
    return write(metric_data(*metrics), "two.json")


def test_all_tables_have_a_plan_each(ask, call, two_tables, write):
    """`tables.NAME` is the plan of a table, and the totals are theirs."""
    answer = ask("--all", two_tables)
    alone = ask(two_tables, "--table", "orders")
    assert list(answer["tables"]) == ["orders", "users"]
    assert answer["tables"]["orders"]["modes"] == alone["modes"]
    assert [one["best"] for one in answer["tables"].values()] == ["fixed", "on-demand"]
    assert float(answer["total"]["usd_a_month"]) == pytest.approx(
        sum(
            float(one["modes"][one["mode_in_fleet"]]["usd_a_month"])
            for one in answer["tables"].values()
        )
    )
    files = [write(described(name), f"{name}.json") for name in ("orders", "users")]
    code, out, _ = call("--all", two_tables, "--describe", files[0], "--describe", files[1])
    assert code == 0
    assert out.index("\nusers ") < out.index("\norders ")  # the larger saving first
    assert "all tables: " in out
    assert "today" in out


def test_all_tables_share_the_free_pool(ask, two_tables):
    """The pool is free once, so the total is more than the sum of tables that are free alone."""
    answer = ask("--all", two_tables, "--free-tier", "--reserved", 1)
    assert answer["total"]["reserved"]["wcu"] >= 1_000
    assert float(answer["total"]["upfront_usd"]) > 0


def test_the_commands_are_those_of_the_fleets_mode(ask, write):
    """Owned units carry small tables, so a fleet may choose another mode than a table alone."""
    ones = dict.fromkeys(range(120), 60 * 14)
    names = [f"tab{number}" for number in range(14)]
    metrics = [one for name in names for one in series_of(name, ones, ones)]
    answer = ask("--all", write(metric_data(*metrics), "fleet.json"), *BARE, "--owned", "100/100")
    for one in answer["tables"].values():
        (command,) = one["commands"]
        assert one["best"] == one["mode_in_fleet"]
        assert ("PAY_PER_REQUEST" in command) == (one["best"] == "on-demand")


def test_today_is_one_pool_too(ask, write):
    """14 tables of 14 provisioned units today pay for 196 units less the pool, not nothing."""
    ones = dict.fromkeys(range(120), 60)
    names = [f"tab{number}" for number in range(14)]
    metrics = write(metric_data(*(x for n in names for x in series_of(n, ones, ones))), "many.json")
    words = []
    for name in names:
        about = described(
            name,
            ProvisionedThroughput=dict.fromkeys(("ReadCapacityUnits", "WriteCapacityUnits"), 14),
        )
        words += ["--describe", write(about, f"{name}.json")]
    total = ask("--all", metrics, *words, "--free-tier")["total"]
    units = 14 * 14 * 730 - 18_600
    assert float(total["today_usd_a_month"]) == pytest.approx(units * (0.000147 + 0.000735))
    saving = float(total["today_usd_a_month"]) - float(total["usd_a_month"])
    assert float(total["saving_usd_a_month"]) == pytest.approx(saving)


def test_a_setting_that_throttles_does_not_stay(call, ask, write):
    """100 steady units on 5 cost less, but throttle: the text says so, and there are commands."""
    demand = dict.fromkeys(range(120), 6_000)
    words = (write(csv(demand, demand)), "--table", "orders", "--current", "fixed", "5/50")
    assert ask(*words)["commands"]
    assert "it throttles 95 % of reads, which exceeds the throttling budget" in call(*words)[1]


def test_what_was_served_is_served_whatever_the_description_says(ask, write):
    """AWS's default warm throughput in a description does not lower the observed peak."""
    demand = dict.fromkeys(range(120), 60) | {60: 6_000 * 60}
    warm = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000, "Status": "ACTIVE"}
    about = described(BillingModeSummary={"BillingMode": "PAY_PER_REQUEST"}, WarmThroughput=warm)
    file = write(metric_data(*series_of("orders", demand, demand)), "peak.json")
    answer = ask(file, "--describe", write(about, "warm.json"))
    assert answer["modes"]["on-demand"]["throttled_share"] == 0
    assert answer["best"] == "on-demand"


def test_nobody_bought_a_reservation_today(ask, write):
    """--reserved is for the plan: 120 units today cost 120 x 730 h at the full price."""
    demand = dict.fromkeys(range(120), 6_000)
    file = write(csv(demand, demand))
    answer = ask(file, "--table", "t", "--reserved", 1, "--current", "fixed", "120/120")
    assert float(answer["today"]["usd_a_month"]) == pytest.approx(120 * 730 * 0.00078)


def test_a_table_is_priced_in_its_own_class(ask, steady, write):
    """Without --storage-gb, the plan stays in the class of the description."""
    arn = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
    infrequent = {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    about = described(TableArn=arn, TableClassSummary=infrequent)
    answer = ask(steady, "--describe", write(about, "ia.json"))
    assert answer["table_class"] == "standard_ia"
    assert float(answer["saving_usd_a_month"]) == pytest.approx(
        float(answer["today"]["usd_a_month"]) - float(answer["modes"]["fixed"]["usd_a_month"])
    )


def test_auto_scaling_today_is_ended_for_each_index(ask, write):
    """--current auto is for the table and each index, also beside a description."""
    ones = dict.fromkeys(range(120), 60)
    file = write(
        metric_data(*series_of("orders", ones, ones), *series_of("orders", ones, ones, "by_user")),
        "scaled.json",
    )
    answer = ask(file, "--current", "auto", "5-50@70")
    assert [" deregister-scalable-target " in line for line in answer["commands"][:4]] == [True] * 4
    assert answer["today"]["alarms"] == 16
    about = write(described(), "scaled-table.json")
    table = write(metric_data(*series_of("orders", ones, ones)), "scaled-metrics.json")
    answer = ask(table, "--describe", about, "--current", "auto", "5-50@70")
    assert answer["today"]["alarms"] == 8


def test_descriptions_fit_the_files_and_each_other(call, two_tables, steady, write):
    """Another table, another Region, a table twice or Standard-IA in a fleet are refused."""
    orders, carts = (write(described(name), f"{name}.json") for name in ("orders", "carts"))
    ia = write(described(TableClassSummary={"TableClass": "STANDARD_INFREQUENT_ACCESS"}), "ia.json")
    for words, said in (
        ((two_tables, "--table", "orders", "--describe", carts), "carts is not planned"),
        ((steady, "--describe", orders, "--describe", orders), "two files describe"),
        ((steady, "--describe", orders, "--region", "us-east-1"), "name several Regions"),
        ((two_tables, "--all", "--describe", ia), "plan it by itself"),
    ):
        code, _, err = call(*words)
        assert (code, err.count("\n")) == (2, 1)
        assert said in err


def test_one_table_of_several(call, ask, two_tables):
    """Several tables need --table or --all, and an unknown name lists those that are there."""
    code, _, err = call(two_tables)
    assert code == 2
    assert "use --table NAME or --all" in err
    code, _, err = call(two_tables, "--table", "carts")
    assert (code, "orders, users" in err) == (2, True)
    assert ask(two_tables, "--table", "users")["best"] == "on-demand"


# ---- the same traffic, the same plan


def strip(answer):
    """Return what a plan decides and costs, to the precision of sums that were spread."""
    modes = {
        name: (round(float(one["usd_a_month"]), 9), round(one["throttled_share"], 12), one["rules"])
        for name, one in answer["modes"].items()
    }
    return answer["best"], modes


def decided(folder, *files_and_words):
    """Return what a plan decides about files, each a text."""
    words = []
    for number, one in enumerate(files_and_words):
        if isinstance(one, str) and one.startswith(("{", "timestamp")):
            path = folder / f"same{number}"
            path.write_text(one, encoding="utf-8")
            one = path  # noqa: PLW2901
        words.append(str(one))
    printed = io.StringIO()
    with redirect_stdout(printed):
        assert plan.run("", [*words, "--json"], NOW) == 0
    return strip(json.loads(printed.getvalue()))


def pages(one, cut):
    """Return two replies of get-metric-data, with the minutes before and after the cut."""
    parts = [{m: u for m, u in one.items() if (m < cut) == first} for first in (True, False)]
    return [metric_data(*series_of("orders", part, part)) for part in parts]


def in_kolkata(minute):
    """Return a minute as clocks in Kolkata show it, 5 hours and 30 minutes ahead."""
    return f"{START + timedelta(minutes=minute + 330):%Y-%m-%dT%H:%M:%S}"


@given(st.integers(0, 2**32), st.integers(1, 3_000), st.integers(61, 1_000))
@settings(max_examples=4)
def test_the_same_traffic_has_the_same_plan(folder, seed, shift, cut):
    """A shift, sums of 5 minutes, another order, repetitions, pages and formats change nothing."""
    random = Random(seed)
    levels = [random.choice([0, 1, random.randrange(20)]) for _ in range(random.randrange(24, 40))]
    one = {minute: 300 * levels[minute // 60] for minute in range(60 * len(levels))}
    later = {minute + shift: units for minute, units in one.items()}
    wide = {minute: 5 * units for minute, units in one.items() if minute % 5 == 0}
    head, *lines = csv(one, one).splitlines(keepends=True)
    mixed = lines + random.sample(lines, 10)
    random.shuffle(mixed)

    expected = decided(folder, head + "".join(lines))
    for same in (
        [csv(later, later)],
        [csv(wide, wide), "--period", 300],
        [head + "".join(mixed)],
        [metric_data(*series_of("orders", one, one))],
        pages(one, cut),
        [csv(one, one, time=in_kolkata), "--time-zone", "Asia/Kolkata"],
    ):
        assert decided(folder, *same) == expected


# ---- refusals


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing.csv"], "nothing.csv"),
        ([TRAFFIC / "minutes.csv", "--max-throttled", "1"], "max throttled must be a share from 0"),
        ([TRAFFIC / "minutes.csv", "--max-target", "95"], "must be 20 to 90 percent in DynamoDB"),
        ([TRAFFIC / "minutes.csv", "--headroom", "-1"], "'-1' is not a number from 0"),
        ([TRAFFIC / "minutes.csv", "--region", "mars-1"], "'mars-1'"),
        ([TRAFFIC / "minutes.csv", "--reserved", "2"], "invalid choice: 2"),
        ([TRAFFIC / "minutes.csv", "--item-bytes", "409601"], "it has 1 to 409,600 bytes"),
        ([TRAFFIC / "minutes.csv", "--column", "m1"], "'m1' is not like m3=inbox-index:writes"),
        ([TRAFFIC / "minutes.csv", "--on", "today"], "'today' is no day like"),
        ([TRAFFIC / "minutes.csv", "--start", "today"], "like 2026-11-02T00:00Z"),
        ([TRAFFIC / "minutes.csv", "--current", "big"], "'big' is not on-demand, fixed"),
        ([TRAFFIC / "minutes.csv", "--current", "fixed", "5"], "'5' is not READS/WRITES"),
        ([TRAFFIC / "minutes.csv", "--current", "auto 5-1@70"], "must be in this order"),
        ([TRAFFIC / "minutes.csv", "--confidence", "100"], "is not from 1 to 99.9 percent"),
        ([TRAFFIC / "minutes.csv", "--warm", "5"], "'5' is not READS/WRITES"),
        ([TRAFFIC / "minutes.csv", "--savings-plan", "1/2/3"], "is not PERCENT or ON-DEMAND"),
        ([TRAFFIC / "minutes.csv", "--warm", "1/1", "--new-table"], "contradict each other"),
        ([TRAFFIC / "minutes.csv", "--all", "--table", "t"], "use only one of them"),
        ([TRAFFIC / "minutes.csv", "--all", "--item-bytes", "5"], "works for one table only"),
        ([TRAFFIC / "minutes.csv", "--current", "on-demand", "--describe", "a"], "only one"),
        ([TRAFFIC / "minutes.csv", "--describe", "nothing.json"], "nothing.json"),
        ([TRAFFIC / "get-metric-data.json", *COLUMNS, "--current", "fixed", "1/1"], "no units for"),
    ],
    ids=lambda value: None if isinstance(value, str) else " ".join(map(str, value[1:])) or "file",
)
def test_refusals_are_one_line_and_exit_code_2(call, words, said):
    """The line says what is wrong and what is valid; standard output is empty."""
    code, out, err = call(*words)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("bin/cost/plan: ")
    assert said in err


def test_less_than_an_hour_is_refused(call, write):
    """59 minutes are too few, and 60 are enough, with a warning below 14 days."""
    for minutes, code in ((59, 2), (60, 0)):
        series = dict.fromkeys(range(minutes), 60)
        found, out, err = call(write(csv(series, series)))
        assert found == code
        assert ("needs at least 1 hour" in err) == (code == 2)
        assert ("warning: only 1 hour of traffic" in out) == (code == 0)


def test_the_quota_is_said(call, write):
    """Units above AWS's default quota of a table need a request to AWS first."""
    series = dict.fromkeys(range(60), 60 * 50_000)
    assert "above AWS's default quota of 40,000" in call(write(csv(series, series)))[1]


def test_an_unknown_price_of_alarms_is_said(ask, write):
    """In a Region without a price of alarms, auto scaling is priced without, and it is said."""
    wave = {minute: 60_000 if minute % 720 < 240 else 600 for minute in range(1_440)}
    answer = ask(write(csv(wave, wave)), "--region", "eu-central-1")
    assert answer["best"] == "autoscaled"
    assert answer["modes"]["autoscaled"]["alarms_usd_a_month"] is None
    assert any(
        "alarms, because their price in eu-central-1 is unknown" in line
        for line in answer["warnings"]
    )


def test_the_script_itself_answers(steady):
    """The script answers when a program calls it."""
    ran = subprocess.run(
        [sys.executable, SCRIPT, steady, "--json", "--on", "2026-11-25"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stdout)["modes"]["on-demand"]["usd_a_month"] == "1.971"
