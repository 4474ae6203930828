"""Read a CSV file of measured traffic into a sheet.

*The CloudWatch console's CSV* (a graph's "Download as .csv") begins with the rows Id, StatusCode,
Messages, Full label and Label. Then it has a row for each period, with times like 2026/11/22
10:00:00 in the console's time zone. A cell is empty if CloudWatch has no data. AWS does not
document this format. Programs that read it show how it looks, read 2026-11-24:
https://github.com/gabehollombe/dynamodb-scaling-simulator (csv-ingestion.ts, main-usecsv.ts)

*The DynamoDB console's own graphs* have the same rows. Their label is "Consumed", and their values
are units a second. The console divides the Sum by the period, like this dashboard:
https://github.com/cdklabs/cdk-monitoring-constructs/pull/368, read 2026-11-27

*Plain CSV* has the columns timestamp,consumed_read_units,consumed_write_units, or AWS's names.

Cells are separated by comma, semicolon or tab. With semicolon or tab, numbers may have a decimal
comma.
"""

import csv
import re
import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd

from cruddur_lib.costs.traffic.formats import MOST_COLUMNS, Column, Sheet, SumCells
from cruddur_lib.costs.traffic.labels import SUM
from cruddur_lib.costs.traffic.report import TrafficUnreadable, shortened
from cruddur_lib.costs.traffic.times import Clock

DELIMITERS = ",;\t"
TIMES = ("timestamp", "time", "datetime", "date")  # names of the first column of plain CSV
NAMES = ("label", "full label", "id")  # the console's rows of names
FIRST = (*TIMES, *NAMES, "statuscode", "messages")  # first cells of rows above the data
MISSING = ["", "nan", "NaN", "null", "NULL", "none", "None", "NA", "N/A", "-"]  # no datapoint
LONGEST_LINE = 1_000_000  # bytes of a row of names
SPARE = 100  # delimiters that may be inside quotes
MOST_CELLS = 5_000_000
CHUNK = 100_000  # rows that are text at the same time
Head = dict[str, list[str]]


def read_csv(raw: bytes, file: str, clock: Clock) -> Iterator[Sheet]:
    """Yield one sheet with the columns of a CSV file.

    Args:
        raw: the file's text in UTF-8.
        file: the file's name.
        clock: the reader of times.

    Raises:
        TrafficUnreadable: the file is not traffic, or its numbers are ambiguous.
    """
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    text = BytesIO(raw)
    delimiter, head = _head(text, file)
    start, width = text.tell(), max(map(len, head.values()))
    if width > MOST_COLUMNS or raw.count(delimiter.encode()) + raw.count(b"\n") > MOST_CELLS:
        raise TrafficUnreadable(
            f"{file} has more than {MOST_COLUMNS:,} columns or {MOST_CELLS:,} cells: split the file"
        )
    if any(line.count(delimiter.encode()) > 2 * width + SPARE for line in text):
        raise _odd_rows(file)
    text.seek(start)
    mark = _decimal_mark(raw, start, delimiter, file)
    minutes, sums = [], [list[SumCells]() for _ in range(width)]
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)  # of rows that are too long
        for cells in _chunks(text, delimiter, mark, width, file):
            if cells[width].notna().any():
                raise _odd_rows(file)
            if cells[0].isna().any():
                raise TrafficUnreadable(f"{file}: a row has numbers but no time")
            minutes.append(clock.minutes(cells[0].to_numpy(), file))
            for number in range(1, width):
                sums[number].append(_sums(cells[number], mark))
    columns = tuple(_column(head, n, SumCells.joined(sums[n])) for n in range(1, width))
    yield Sheet(file, np.concatenate([*minutes, np.zeros(0, np.int32)]), columns)


def _head(text: BytesIO, file: str) -> tuple[str, Head]:
    """Read the rows of names, and return the delimiter and each row by its first cell."""
    head: Head = {}
    delimiter, start = "", 0
    for line in iter(lambda: text.readline(LONGEST_LINE), b""):
        if line.strip():
            decoded = line.decode("utf-8", "replace")
            delimiter = delimiter or _delimiter(decoded, file)
            names = _split(decoded, delimiter)
            key = names[0].casefold()
            if key in head or key not in FIRST:
                break
            head[key] = names
            if key in TIMES:
                start = text.tell()
                break
        start = text.tell()
    text.seek(start)
    if not head:
        raise TrafficUnreadable(f"{file} is empty")
    return delimiter, head


def _split(line: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        return [""]
    return [cell.strip() for cell in cells] or [""]


def _delimiter(line: str, file: str) -> str:
    for delimiter in DELIMITERS:
        if _split(line, delimiter)[0].casefold() in FIRST:
            return delimiter
    raise TrafficUnreadable(
        f"{file} begins with {shortened(line.strip())!r}: use the CloudWatch console's CSV "
        "(its first row begins with Id), the JSON of `aws cloudwatch get-metric-data`, or CSV with "
        "the columns timestamp, consumed_read_units, consumed_write_units"
    )


def _decimal_mark(raw: bytes, start: int, delimiter: str, file: str) -> str:
    """Return the decimal mark of a file with this delimiter: a comma or a point.

    Raises `TrafficUnreadable` if the mark may also be a thousands separator.
    """
    before, after = rb'[;\t] *"?', rb'"? *(?:[;\t\r\n]|$)'
    marks = [
        mark
        for mark in ",."
        if re.compile(before + rb"\d+[%b]\d" % mark.encode()).search(raw, start)
    ]
    if delimiter == "," or not marks:
        return "."
    mark = re.escape(marks[0].encode())
    grouped = before + rb"[1-9]\d{0,2}%b\d{3}" % mark + after
    decimal = before + rb"(?:\d{4,}%b\d|0%b|\d+%b(?:\d{1,2}|\d{4,})%b)" % (mark, mark, mark, after)
    found = re.compile(grouped).search(raw, start)
    doubtful = found and (marks[0] == "," or delimiter == ";")
    if found and (len(marks) > 1 or (doubtful and not re.compile(decimal).search(raw, start))):
        cell = found[0].decode("utf-8", "replace").strip(' ;"\t\r\n')
        raise TrafficUnreadable(
            f"{file}: {cell!r} may be a fraction or thousands: write numbers without thousands "
            "separators"
        )
    return marks[0]


def _chunks(
    text: BytesIO, delimiter: str, mark: str, width: int, file: str
) -> Iterator[pd.DataFrame]:
    """Yield the rows below the names in chunks; column 0 has the times as text."""
    try:
        with pd.read_csv(
            text,
            sep=delimiter,
            decimal=mark,
            header=None,
            names=range(width + 1),  # one more, for rows that are too long
            index_col=False,
            dtype={0: object},
            keep_default_na=False,
            na_values=MISSING,
            skipinitialspace=True,
            low_memory=False,
            chunksize=CHUNK,
        ) as chunks:
            yield from (chunk.dropna(how="all") for chunk in chunks)
    except UnicodeDecodeError:
        raise TrafficUnreadable(f"{file} is not text in UTF-8: save it in UTF-8") from None
    except (ValueError, pd.errors.ParserWarning):  # the base of pandas' own errors
        raise _odd_rows(file) from None


def _odd_rows(file: str) -> TrafficUnreadable:
    return TrafficUnreadable(
        f"{file}: a row has more cells than the row of names, or a quote is not closed; if numbers "
        "have a decimal comma, separate the cells with semicolons"
    )


def _sums(cells: "pd.Series[Any]", mark: str) -> SumCells:
    """Check a column. If one cell is not a number, pandas reads all cells as text."""
    if cells.dtype.kind in "iuf":
        return SumCells.of(cells, cells)
    text = cells.astype(str).str.strip()
    if mark == ",":
        text = text.str.translate(str.maketrans(",.", ".?"))  # a point is then no decimal mark
    return SumCells.of(cells, pd.to_numeric(text, errors="coerce"))


def _column(head: Head, number: int, sums: SumCells) -> Column:
    """Return the column with this number; the column of times is number 0."""
    is_plain = head.keys() <= {*TIMES}
    keys = [*head] if is_plain else [key for key in NAMES if key in head]
    row_cells = {key: row[number] for key, row in head.items() if number < len(row)}
    names = tuple(row_cells[key] for key in keys if row_cells.get(key))
    complete = row_cells.get("statuscode", "") in ("", "Complete")
    names = names or (f"column {number + 1}",)
    return Column(names, (str(number),), sums, SUM if is_plain else "", complete=complete)
