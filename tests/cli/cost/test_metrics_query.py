"""bin/cost/metrics-query: a request that the AWS CLI accepts, whose reply needs no options."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from cruddur_lib.cli.cost import metrics_query
from cruddur_lib.costs.traffic.cloudwatch import read_cloudwatch

SCRIPT = Path(__file__).parents[3] / "bin" / "cost" / "metrics-query"
NOW = datetime(2026, 11, 27, 10, 9, 59, tzinfo=UTC)


@pytest.fixture
def call(ended):
    """A function that runs the script: exit code, standard output, standard error."""
    return lambda *words: ended(metrics_query.run, list(words), NOW)


@pytest.fixture
def query(call):
    """A function that returns the request for these words."""

    def asked(*words):
        code, out, _ = call(*words)
        assert code == 0
        return json.loads(out)

    return asked


def test_the_request_of_a_table(query):
    """It asks for the Sum of both metrics by the minute, from whole hours of UTC."""
    request = query("orders")

    assert (request["StartTime"], request["EndTime"]) == (
        "2026-11-13T09:00:00Z",
        "2026-11-27T09:00:00Z",
    )
    assert [one["MetricStat"] for one in request["MetricDataQueries"]] == [
        {
            "Metric": {
                "Namespace": "AWS/DynamoDB",
                "MetricName": metric,
                "Dimensions": [{"Name": "TableName", "Value": "orders"}],
            },
            "Period": 60,
            "Stat": "Sum",
        }
        for metric in ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits")
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["orders"],
        ["orders", "--index", "gsi1", "--index", "by-day", "--days", "62", "--period", "300"],
        ["orders", "users", "--index", "users/gsi1", "--days", "454", "--period", "86400"],
        [f"table-{number}" for number in range(250)],
    ],
)
def test_boto_accepts_the_request(query, words):
    """The model of AWS's service has the same names and types, and Ids are not repeated."""
    model = get_session().get_service_model("cloudwatch").operation_model("GetMetricData")
    request = query(*words)
    names = [one["Id"] for one in request["MetricDataQueries"]]

    assert not ParamValidator().validate(request, model.input_shape).has_errors()
    assert len({*names}) == len(names) <= 500


@pytest.mark.parametrize("period", [60, 300])
def test_the_reply_needs_no_options(query, tmp_path, period):
    """Its labels say table, index and period, even with one datapoint or none."""
    words = ["orders", "users", "--index", "orders/users", "--period", str(period)]
    request = query(*words)
    results = [
        {
            "Id": one["Id"],
            "Label": one["Label"],
            "Timestamps": ["2026-11-20T10:00:00Z"][:number],
            "Values": [period * number][:number],
            "StatusCode": "Complete",
        }
        for number, one in enumerate(request["MetricDataQueries"])
    ]
    file = tmp_path / "metrics.json"
    file.write_text(json.dumps({"MetricDataResults": results, "Messages": []}))
    tables = read_cloudwatch(file).tables

    assert {name: [*workload.parts] for name, workload in tables.items()} == {
        "orders": ["table", "users"],
        "users": ["table"],
    }
    assert tables["orders"].indexes["users"].units[:, 0].tolist() == [120, 180]
    assert tables["orders"].table.units[:, 0].tolist() == [0, 60]
    assert {w.resolution for w in tables.values()} == {period // 60}


def test_the_next_command_is_shown(call):
    """Standard output has only JSON, so that it can go to a file."""
    _, out, err = call("orders", "--region", "eu-central-1")

    assert json.loads(out)
    assert err == (
        "bin/cost/metrics-query: next, run: aws cloudwatch get-metric-data --region eu-central-1 "
        "--cli-input-json file://query.json --output json > metrics.json\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "required: TABLE"),
        (["or"], "'or' is not the name of a table or an index: a name has 3"),
        (["orders", "--index", "a b"], "'a b' is not the name"),
        (["orders", "users", "--index", "gsi1"], "its table: use --index TABLE/gsi1, with"),
        (
            ["orders", "--index", "users/gsi1"],
            "--index users/gsi1: 'users' is not among the tables",
        ),
        (["orders", "--days", "15"], "--days 15 with --period 60: CloudWatch has no such sums"),
        (
            ["orders", "--days", "0"],
            "--days must be from 1 to 14 with --period 60, 62 with --period 300",
        ),
        (["orders", "--days", "63", "--period", "300"], "454 with --period 3600 or a multiple"),
        (["orders", "--days", "455", "--period", "3600"], "CloudWatch has no such sums"),
        (["orders", "--period", "90"], "--period 90: it must be whole minutes, from 60 to 86400"),
        (
            [f"table-{number}" for number in range(251)],
            "have 502 metrics, and a request has at most",
        ),
    ],
)
def test_refusals_are_one_line_and_exit_code_2(call, words, said):
    """The line says what is wrong and what is valid; standard output is empty."""
    code, out, err = call(*words)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("bin/cost/metrics-query: ")
    assert said in err


def test_the_script_itself_answers():
    """The script answers when a program calls it, and --help shows the whole command."""
    ran, helped = (
        subprocess.run([sys.executable, SCRIPT, word], capture_output=True, text=True, check=True)
        for word in ("orders", "--help")
    )

    assert len(json.loads(ran.stdout)["MetricDataQueries"]) == 2
    assert "aws cloudwatch get-metric-data --cli-input-json file://query.json" in helped.stdout
