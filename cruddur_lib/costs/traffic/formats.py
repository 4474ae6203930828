"""Files of measured traffic as sheets: columns of sums that share a column of times.

*The CloudWatch console's CSV* is in `csv_files`, *the JSON of the AWS CLI* in `json_files`.

The metric's Sum is the units consumed in a period: AWS, "DynamoDB metrics and dimensions", read
2026-11-24
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
"""

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cruddur_lib.costs.traffic.report import TrafficUnreadable

if TYPE_CHECKING:
    import pandas as pd

MB = 1_000_000
LARGEST_CSV, LARGEST_JSON = 100 * MB, 300 * MB  # a hundred tables for two weeks are 280 MB of JSON
LARGEST_UTF_16 = 60 * MB
BEGINNING = 4_096  # bytes that show the format
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MOST_COLUMNS = 5_000  # of a file


@dataclass(frozen=True)
class Column:
    """One metric of a file."""

    names: tuple[str, ...]  # the label first, then the other names that the file gives it
    identity: tuple[str, ...]  # of two columns in one file with the same, both are pages of one
    sums: "pd.Series[float]"  # empty cells are no datapoints; not yet checked
    statistic: str = ""  # "" if only a label may say it
    complete: bool = True


@dataclass(frozen=True)
class Sheet:
    """Columns with the same times, as text."""

    file: str
    times: "pd.Series[str]"
    columns: tuple[Column, ...]
    more_follows: bool = False  # the reply says that it has another page


def read_file(path: Path) -> tuple[bytes, bool]:
    """Return a file's text in UTF-8 without a byte order mark, and whether it is JSON.

    Raises:
        TrafficUnreadable: the file cannot be opened, is too large, or is no text.
    """
    try:
        with path.open("rb") as file:
            beginning = file.peek()
            largest = LARGEST_UTF_16
            if not beginning.startswith(UTF_16):
                largest = LARGEST_JSON if _is_json(beginning) else LARGEST_CSV
            raw = file.read(largest + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a null byte
        reason = getattr(error, "strerror", None) or "it is no name of a file"
        raise TrafficUnreadable(f"{path} cannot be read: {reason}") from None
    if len(raw) > largest:
        raise TrafficUnreadable(
            f"{path.name} is larger than {largest // MB} MB: split it into several files"
        )
    raw = _in_utf_8(raw, path.name)
    if b"\0" in raw:
        raise TrafficUnreadable(f"{path.name} is no text: save it in UTF-8")
    return raw, _is_json(raw)


def _is_json(raw: bytes) -> bool:
    return raw.removeprefix(codecs.BOM_UTF8)[:BEGINNING].lstrip().startswith((b"{", b"["))


def _in_utf_8(raw: bytes, name: str) -> bytes:
    if not raw.startswith(UTF_16):
        return raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode("utf-16").encode()
    except UnicodeError:
        raise TrafficUnreadable(f"{name} is no text in UTF-16: save it in UTF-8") from None
