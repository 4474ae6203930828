"""bin/cost/metrics-query: print the query that asks CloudWatch for the traffic of tables.

The limits of a request, and how long CloudWatch keeps datapoints: AWS, "GetMetricData", read
2026-11-27
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
The AWS CLI joins the pages of the reply, because its model of the service names the keys to join:
https://github.com/boto/botocore (botocore/data/cloudwatch/2010-08-01/paginators-1.json), read
2026-11-27
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cruddur_lib.cli.script import RAW, OneLineParser, note, output_json, run_question
from cruddur_lib.costs.traffic.labels import METRICS, SUM, TABLE_OR_INDEX, full_label
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE
from cruddur_lib.costs.units.capacity_units import CapacityKind
from cruddur_lib.errors import WorkbookError

NAME = "bin/cost/metrics-query"
MOST_QUERIES = 500  # of a request
LONGEST = 86_400  # seconds: the longest period that bin/cost/plan reads
KEPT = {
    60: 15,
    300: 63,
    3_600: 455,
}  # days that CloudWatch keeps sums of whole multiples of seconds
LAG = timedelta(minutes=10)  # for the newest datapoints to arrive
Part = tuple[str, str]  # a table, and its index or ""


def run(usage: str, words: list[str] | None = None, now: datetime | None = None) -> int:
    """Print a query and return the exit code: 0, or 2 for a wrong call.

    Args:
        usage: the text of `--help`.
        words: the arguments, by default those of the command line.
        now: the time at which the traffic ends, by default the present time.
    """
    return run_question(NAME, lambda: _answer(usage, words, now or datetime.now(UTC)))


def _answer(usage: str, words: list[str] | None, now: datetime) -> None:
    args = _parser(usage).parse_args(words)
    parts = _parts(args.table, args.index)
    if len(parts) * len(METRICS) > MOST_QUERIES:
        raise WorkbookError(
            f"{len(parts):,} tables and indexes have {len(parts) * len(METRICS):,} metrics, and a "
            f"request has at most {MOST_QUERIES}: make several queries, and give all the replies "
            "to bin/cost/plan"
        )
    _check_kept(args.days, args.period)
    output_json(metrics_query(parts, args.period, args.days, now))
    region = f"--region {args.region} " if args.region else ""
    note(
        f"{NAME}: next, run: aws cloudwatch get-metric-data {region}--cli-input-json "
        "file://query.json --output json > metrics.json"
    )


def metrics_query(parts: Sequence[Part], period: int, days: int, now: datetime) -> dict[str, Any]:
    """Return the request for the sums of all reads and writes.

    Args:
        parts: the tables and indexes.
        period: seconds that each sum covers.
        days: the number of days; the last one ends with the last full hour.
        now: the present time.
    """
    end = (now - LAG).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    asked = [(table, index, kind) for table, index in parts for kind in METRICS]
    return {
        "MetricDataQueries": [
            _query(f"m{number}", table, index, kind, period)
            for number, (table, index, kind) in enumerate(asked, 1)
        ],
        "StartTime": _iso(end - timedelta(days=days)),
        "EndTime": _iso(end),
        "ScanBy": "TimestampAscending",
    }


def _query(name: str, table: str, index: str, kind: CapacityKind, period: int) -> dict[str, Any]:
    dimensions = {"TableName": table, **({"GlobalSecondaryIndexName": index} if index else {})}
    return {
        "Id": name,
        "Label": full_label(table, index, kind, period),
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/DynamoDB",
                "MetricName": METRICS[kind],
                "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
            },
            "Period": period,
            "Stat": SUM,
        },
    }


def _iso(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def _parts(tables: Sequence[str], indexes: Sequence[str]) -> list[Part]:
    """Return each table, and after it its indexes."""
    of_table: dict[str, list[str]] = {table: [""] for table in tables}
    for text in indexes:
        table, slash, index = text.rpartition("/")
        if not slash and len(of_table) > 1:
            raise WorkbookError(
                f"--index {text} does not name its table: use --index TABLE/{text}, with one of "
                f"{', '.join(of_table)}"
            )
        table = table if slash else tables[0]
        if table not in of_table:
            raise WorkbookError(f"--index {text}: {table!r} is not among the tables")
        of_table[table].append(index)
    parts = [(table, index) for table, names in of_table.items() for index in names]
    for name in (index or table for table, index in parts):
        if not TABLE_OR_INDEX.fullmatch(name):
            raise WorkbookError(
                f"{name!r} is not the name of a table or an index: a name has 3 to 255 of the "
                "characters A-Z, a-z, 0-9, _, - and ."
            )
    return list(dict.fromkeys(parts))


def _check_kept(days: int, period: int) -> None:
    """Raise `WorkbookError` if CloudWatch no longer has sums of this period."""
    if period % SECONDS_PER_MINUTE or not SECONDS_PER_MINUTE <= period <= LONGEST:
        raise WorkbookError(
            f"--period {period}: it must be whole minutes, from 60 to {LONGEST} seconds"
        )
    step = next((step for step, limit in KEPT.items() if days < limit), None)
    if step is None or period % step or days < 1:
        limits = ", ".join(f"{limit - 1} with --period {step}" for step, limit in KEPT.items())
        raise WorkbookError(
            f"--days {days} with --period {period}: CloudWatch has no such sums; --days must be "
            f"from 1 to {limits} or a multiple of it"
        )


def _parser(usage: str) -> argparse.ArgumentParser:
    made = OneLineParser(NAME, description=usage, formatter_class=RAW, allow_abbrev=False)
    made.add_argument("table", nargs="+", metavar="TABLE", help="the tables' names")
    made.add_argument(
        "--index",
        action="append",
        default=[],
        metavar="NAME",
        help="a global secondary index, or TABLE/NAME if there are several tables; repeat it for "
        "each index",
    )
    made.add_argument("--days", type=int, default=14, help="the days of traffic (%(default)s)")
    made.add_argument(
        "--period",
        type=int,
        default=60,
        metavar="SECONDS",
        help="the seconds that each sum covers (%(default)s)",
    )
    made.add_argument("--region", help="the tables' AWS Region, for the command to run next")
    return made
