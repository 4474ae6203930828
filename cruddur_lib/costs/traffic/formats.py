"""Read three file formats of measured traffic into columns of text: times, sums and labels.

*The CloudWatch console's CSV* (a graph's "Download as .csv") begins with the rows Id, StatusCode,
Messages, Full label and Label. Then it has a row for each period, with times like 2026/11/22
10:00:00 in the zone of the console's display. The full label ends with metric, statistic and period
in seconds. A cell is empty if CloudWatch has no data. AWS does not document this format. Programs
that read it show what it looks like, read 2026-11-24:
https://github.com/gabehollombe/dynamodb-scaling-simulator (csv-ingestion.ts, main-usecsv.ts)

*The JSON of `aws cloudwatch get-metric-data`*: AWS, "MetricDataResult", read 2026-11-24
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataResult.html

*Plain CSV*: timestamp,consumed_read_units,consumed_write_units.

The metric's Sum is the units consumed in a minute: AWS, "DynamoDB metrics and dimensions", read
2026-11-24
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cruddur_lib.costs.traffic.resample import TrafficUnreadable
from cruddur_lib.costs.units.capacity_units import CapacityKind

if TYPE_CHECKING:
    import pandas as pd

Part = tuple[str, CapacityKind]  # "table" or an index's name, and READ or WRITE

METRICS = {
    "ConsumedReadCapacityUnits": CapacityKind.READ,
    "ConsumedWriteCapacityUnits": CapacityKind.WRITE,
}
PLAIN = {"consumed_read_units": CapacityKind.READ, "consumed_write_units": CapacityKind.WRITE}
TIME = "timestamp"  # the first column of plain CSV
LABELS = ("Id", "StatusCode", "Messages", "Full label", "Label")  # the console's first rows
TAIL = re.compile(r"(?P<statistic>\S+) (?P<seconds>\d+)$")  # the end of a full label
INDEX = re.compile(r"GlobalSecondaryIndexName:(?P<name>[\w.-]+)")
ZONE_OF_NAME = re.compile(r"-UTC(?P<hours>[+-]\d{1,2})?\.csv$")  # of a file from the console


@dataclass(frozen=True)
class Column:
    """One column as text."""

    labels: tuple[str, ...]  # all the names that the file gives it
    times: "pd.Series[str]"
    sums: "pd.Series[str]"
    statistic: str | None = None
    period: int | None = None  # seconds
    status: str = ""

    @property
    def metric(self) -> Part | None:
        """The part and kind of these units; None if no label names a metric."""
        for label in self.labels:
            for name, kind in (METRICS | PLAIN).items():
                if name in label:
                    index = INDEX.search(" ".join(self.labels))
                    return (index["name"] if index else "table", kind)
        return None


def columns(path: Path) -> list[Column]:
    """Return a file's columns; raise `TrafficUnreadable` if it has none of the three formats."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise TrafficUnreadable(f"{path.name} is no text in UTF-8: {error}") from None
    except OSError as error:
        raise TrafficUnreadable(f"{path} cannot be read: {error.strerror}") from None
    if text.lstrip().startswith(("{", "[")):
        return _from_json(text, path.name)
    return _from_csv(path)


def offset(name: str) -> int | None:
    """Return the hours from UTC that the name of a console's file has; None without any.

    >>> offset("graph-2026_11_01_00_00_00-2026_11_02_00_00_00-UTC-3.csv")
    -3
    """
    found = ZONE_OF_NAME.search(name)
    return int(found["hours"] or 0) if found else None


def _from_json(text: str, name: str) -> list[Column]:
    import pandas as pd  # noqa: PLC0415  half a second to import

    try:
        reply = json.loads(text)
        partial = "PartialData" if reply.get("NextToken") else ""
        return [
            Column(
                (result["Id"], result.get("Label", "")),
                pd.Series(result["Timestamps"], dtype=object).astype(str),
                pd.Series(result["Values"], dtype=object).astype(str),
                status=partial or result.get("StatusCode", ""),
            )
            for result in reply["MetricDataResults"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise TrafficUnreadable(
            f"{name} is not what `aws cloudwatch get-metric-data --output json` answers: {error!r}"
        ) from None


def _from_csv(path: Path) -> list[Column]:
    import pandas as pd  # noqa: PLC0415  half a second to import

    try:
        cells = pd.read_csv(
            path,
            header=None,
            dtype=str,
            keep_default_na=False,
            skipinitialspace=True,
            encoding="utf-8-sig",
        )
    except ValueError as error:  # the base of pandas' own errors
        raise TrafficUnreadable(f"{path.name} is no table of values: {error}") from None
    first = cells[0].str.strip()
    labels = first.isin(LABELS)
    if labels.any():
        head, rows = cells[labels].set_index(first[labels]), cells[~labels]
        return [_console(head[n], rows[0], rows[n]) for n in cells.columns[1:]]
    if first.iloc[0] == TIME:
        names, rows = cells.iloc[0, 1:].str.strip(), cells.iloc[1:]
        return [Column((name,), rows[0], rows[n], "Sum") for n, name in enumerate(names, 1)]
    raise TrafficUnreadable(
        f"{path.name} begins with {first.iloc[0]!r}: expected the CloudWatch console's CSV (first "
        f"row {LABELS[0]}, {LABELS[-2]} or {LABELS[-1]}), the JSON of `aws cloudwatch "
        f"get-metric-data`, or CSV with the columns {', '.join([TIME, *PLAIN])}"
    )


def _console(head: "pd.Series[str]", times: "pd.Series[str]", sums: "pd.Series[str]") -> Column:
    full = str(head.get("Full label", ""))
    tail = TAIL.search(full)
    labels = tuple(str(head[row]) for row in ("Label", "Full label", "Id") if row in head)
    return Column(
        labels,
        times,
        sums,
        tail["statistic"] if tail else None,
        int(tail["seconds"]) if tail else None,
        str(head.get("StatusCode", "")),
    )
