"""Files of traffic in the forms of CloudWatch, made from sums by the minute.

A series is a dictionary: minutes after `START`, and the sum of the period that begins there.
"""

import json
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 2, tzinfo=UTC)
READS, WRITES = "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"
PLAIN = ("consumed_read_units", "consumed_write_units")


def iso(minute):
    """Return a minute as CloudWatch's JSON has it."""
    return f"{START + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}"


def csv(*columns, names=PLAIN, sep=",", time=iso, number=str):
    """Return plain CSV with a column for each series, or another table of that shape."""
    rows = [sep.join(["timestamp", *names])]
    for minute in sorted({minute for column in columns for minute in column}):
        cells = [number(column[minute]) if minute in column else "" for column in columns]
        rows.append(sep.join([time(minute), *cells]))
    return "\n".join(rows) + "\n"


def console(*columns, full, labels=None, status="Complete", sep=",", **how):
    """Return the console's CSV; `full` and `labels` have a label for each series."""
    head = [
        ["Id", *(f"m{number}" for number in range(1, len(columns) + 1))],
        ["StatusCode", *[status] * len(columns)],
        ["Messages", *[""] * len(columns)],
        ["Full label", *full],
        ["Label", *(labels or full)],
    ]
    below = csv(*columns, names=full, sep=sep, time=slashes, **how).split("\n", 1)[1]
    return "\n".join(sep.join(row) for row in head) + "\n" + below


def slashes(minute):
    """Return a minute as the console's CSV has it."""
    return f"{START + timedelta(minutes=minute):%Y/%m/%d %H:%M:%S}"


def full_label(metric, table="orders", index="", statistic="Sum", period=60):
    """Return a label of the console's CSV."""
    of_index = f" GlobalSecondaryIndexName:{index}" if index else ""
    return f"us-east-1:AWS/DynamoDB TableName:{table}{of_index} {metric} {statistic} {period}"


def result(name, label, series, status="Complete"):
    """Return one result of get-metric-data, with the newest datapoint first, as AWS does it."""
    minutes = sorted(series, reverse=True)
    return {
        "Id": name,
        "Label": label,
        "Timestamps": [iso(minute) for minute in minutes],
        "Values": [series[minute] for minute in minutes],
        "StatusCode": status,
    }


def metric_data(*results, **more):
    """Return the reply of get-metric-data."""
    return json.dumps({"MetricDataResults": results, "Messages": [], **more})


def statistics(metric, series, names=("Sum",)):
    """Return the reply of get-metric-statistics."""
    points = [
        {"Timestamp": iso(m), **dict.fromkeys(names, series[m]), "Unit": "Count"} for m in series
    ]
    return json.dumps({"Label": metric, "Datapoints": points})
