"""Read the JSON replies of CloudWatch into sheets.

*The reply of `aws cloudwatch get-metric-data`* has an entry for each metric and page. The AWS CLI
joins the pages of a reply into one list, so the list has each Id once for each page: AWS,
"MetricDataResult", read 2026-11-24
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataResult.html

*The reply of `aws cloudwatch get-metric-statistics`* has one metric: AWS, "GetMetricStatistics",
read 2026-11-27
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html

A file may hold several replies, one after another or in a list. The reader cuts out the long arrays
of numbers and times before it parses the rest. So a large file needs little memory.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from cruddur_lib.costs.traffic.formats import MOST_COLUMNS, MOST_SUM, Column, Sheet, SumCells
from cruddur_lib.costs.traffic.labels import SUM
from cruddur_lib.costs.traffic.report import TrafficUnreadable, shortened
from cruddur_lib.costs.traffic.times import Clock, Texts

ARRAY = re.compile(rb'"(Timestamps|Values)"\s*:\s*\[([^\[\]{}]*)\]')
NEXT = re.compile(r"\S")  # the beginning of a value
LARGEST_REST = 12_000_000  # bytes of a file without its arrays
MOST_POINTS = 3 * 366 * 24 * 60  # datapoints of one array: three years of minutes
EXPECTED = "a reply of `aws cloudwatch get-metric-data --output json`"
STATISTICS = ("SampleCount", "Average", "Minimum", "Maximum")


class _JsonFile:
    """The text of one file, with its long arrays cut out."""

    def __init__(self, raw: bytes, file: str) -> None:
        self.raw, self.file = raw, file
        self.spans: list[tuple[int, int]] = []
        rest = ARRAY.sub(self._cut, raw)
        if len(rest) > LARGEST_REST:
            raise self.error("it is too large for a reply, or has too many parts")
        try:
            self.text = rest.decode()
        except UnicodeDecodeError as error:
            raise self.error(f"byte {error.start:,} is not in UTF-8") from None

    def _cut(self, found: re.Match[bytes]) -> bytes:
        """Store the place of an array, and return the text that replaces the array."""
        self.spans.append(found.span(2))
        return b'"%b":[%d]' % (found[1], len(self.spans) - 1)

    def error(self, reason: str) -> TrafficUnreadable:
        """Return the error for a file that is not a reply."""
        return TrafficUnreadable(f"{self.file} is not {EXPECTED}: {reason}")

    def replies(self) -> Iterator[dict[str, Any]]:
        """Yield the objects in the file, including those inside lists."""
        decoder, begin = json.JSONDecoder(), 0
        while found := NEXT.search(self.text, begin):
            try:
                value, begin = decoder.raw_decode(self.text, found.start())
            except ValueError:
                line = self.text.count("\n", 0, found.start()) + 1
                raise self.error(f"the JSON that begins in line {line:,} is damaged") from None
            except RecursionError:
                raise self.error("its JSON is nested too deeply") from None
            for reply in value if isinstance(value, list) else [value]:
                if not isinstance(reply, dict):
                    raise self.error(f"it has {shortened(str(reply))!r} in place of a reply")
                yield reply

    def array(self, place: Any) -> list[Any]:
        """Return an array that was cut out."""
        try:
            (number,) = place
            begin, end = self.spans[number]
        except (TypeError, ValueError, IndexError):
            raise self.error(
                "Timestamps and Values must be lists of single values, without inner lists"
            ) from None
        if self.raw.count(b",", begin, end) >= MOST_POINTS:
            raise self.error(f"a metric has more than {MOST_POINTS:,} datapoints, or three years")
        try:
            found: list[Any] = json.loads(b"[" + self.raw[begin:end] + b"]")
        except ValueError:
            raise self.error("the JSON of its Timestamps or Values is damaged") from None
        return found


def read_json(raw: bytes, file: str, clock: Clock) -> Iterator[Sheet]:
    """Yield a sheet for each metric of the replies, with its pages joined.

    Args:
        raw: the file's text in UTF-8.
        file: the file's name.
        clock: the reader of times.

    Raises:
        TrafficUnreadable: the file is not in this format.
    """
    content = _JsonFile(raw, file)
    results = defaultdict[tuple[str, str], list[Any]](list)  # the pages of each metric
    points = defaultdict[str, list[Any]](list)  # of get-metric-statistics, by label
    more = False
    for reply in content.replies():
        if isinstance(reply.get("MetricDataResults"), list):
            for result in reply["MetricDataResults"]:
                results[_names(result, content)].append(result)
        elif isinstance(reply.get("Datapoints"), list) and isinstance(reply.get("Label"), str):
            points[reply["Label"]] += reply["Datapoints"]
        else:
            keys = shortened(", ".join(reply))
            raise content.error(f"its keys are {keys}" if keys else "an object has no keys")
        more = bool(reply.get("NextToken"))
    if len(results) + len(points) > MOST_COLUMNS:
        raise content.error(
            f"it has {len(results) + len(points):,} metrics, but at most {MOST_COLUMNS:,} are "
            "possible"
        )
    for names, pages in results.items():
        times, column = _metric(names, pages, content)
        yield Sheet(file, clock.minutes(times, file), (column,), more)
    for label, found in points.items():
        times, column = _statistics(label, found, file)
        yield Sheet(file, clock.minutes(times, file), (column,))


def _names(result: Any, content: _JsonFile) -> tuple[str, str]:
    """Return the Label and the Id of a result."""
    if not isinstance(result, dict):
        raise content.error(f"{shortened(str(result))!r} is not the result of a metric")
    label, name = result.get("Label", ""), result.get("Id", "")
    if not (isinstance(label, str) and isinstance(name, str)):
        raise content.error(f"the Id {shortened(str(name))!r} and its Label are not both text")
    return label, name


def _metric(
    names: tuple[str, str], pages: list[dict[str, Any]], content: _JsonFile
) -> tuple[Texts, Column]:
    """Return one metric's times and column, from all its pages."""
    times, values = list[Any](), list[Any]()
    for page in pages:
        stamps, sums = (content.array(page.get(key)) for key in ("Timestamps", "Values"))
        if len(stamps) != len(sums):
            raise content.error(
                f"{shortened(' '.join(names))!r} has {len(stamps):,} Timestamps and "
                f"{len(sums):,} Values"
            )
        times += stamps
        values += sums
    complete = any(page.get("StatusCode", "Complete") == "Complete" for page in pages)
    column = Column(tuple(filter(None, names)), names, _sums(values), complete=complete)
    return _texts(times), column


def _statistics(label: str, points: list[Any], file: str) -> tuple[Texts, Column]:
    """Return the times and the column of a reply of get-metric-statistics."""
    for point in points:
        if not (isinstance(point, dict) and {"Timestamp", SUM} <= {*point}):
            has = [name for name in STATISTICS if isinstance(point, dict) and name in point]
            raise TrafficUnreadable(
                f"{file}: a datapoint of {shortened(label)!r} has no {SUM}, only "
                f"{' and '.join(has) or 'other keys'}: ask CloudWatch for --statistics {SUM} "
                "(SampleCount times Average is not exact, because an Average is rounded)"
            )
    times, values = ([point[key] for point in points] for key in ("Timestamp", SUM))
    return _texts(times), Column((label,), (label,), _sums(values), SUM)


def _texts(times: list[Any]) -> Texts:
    return np.array([*map(str, times)], dtype=object)


def _sums(values: list[Any]) -> SumCells:
    """Check that values are numbers; true, false and a number in quotes are not."""
    cells = pd.Series(values)
    if cells.dtype.kind in "iuf":
        return SumCells.of(cells, cells)
    numbers = [
        value if type(value) in (int, float) and abs(value) <= MOST_SUM else np.nan
        for value in values
    ]
    return SumCells.of(cells, pd.Series(numbers, dtype=np.float64))
