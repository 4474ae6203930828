"""Files of measured traffic as sheets: columns of sums that share a column of times.

`csv_files` reads the CloudWatch console's CSV, and `json_files` reads the JSON of the AWS CLI.

The Sum of a metric is the number of units consumed in a period: AWS, "DynamoDB metrics and
dimensions", read 2026-11-24
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
"""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from cruddur_lib.costs.traffic.report import TrafficUnreadable, shortened
from cruddur_lib.costs.traffic.shapes import Minutes
from cruddur_lib.costs.traffic.times import Integers

if TYPE_CHECKING:
    import pandas as pd

MB = 1_000_000
LARGEST_CSV, LARGEST_JSON = 90 * MB, 290 * MB  # a hundred tables for two weeks are 280 MB of JSON
LARGEST_UTF_16 = 60 * MB
BEGINNING = 4_096  # bytes that show the format
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MOST_COLUMNS = 5_000  # of a file
MOST_SUM = 1e12  # units, more than any table has in a day


@dataclass(frozen=True)
class SumCells:
    """The cells of a column as numbers."""

    numbers: Minutes  # NaN where a cell is empty or wrong
    wrong: tuple[int, str] | None = None  # row and text of the first cell that is not a sum

    @classmethod
    def of(cls, cells: "pd.Series[Any]", numbers: "pd.Series[float]") -> Self:
        """Check a column.

        Args:
            cells: the cells as they are in the file, to show a wrong one.
            numbers: the same cells as numbers.
        """
        wrong = (cells.notna() & ~numbers.between(0, MOST_SUM)).to_numpy()
        row = int(wrong.argmax()) if wrong.any() else None
        return cls(
            np.asarray(numbers, dtype=np.float64),
            None if row is None else (row, str(cells.iloc[row])),
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Join the parts of one column."""
        before = np.cumsum([0, *(part.numbers.size for part in parts)])
        found = ((n, p.wrong) for n, p in zip(before, parts, strict=False) if p.wrong)
        wrong = next(((int(n) + row, cell) for n, (row, cell) in found), None)
        return cls(np.concatenate([*(part.numbers for part in parts), np.zeros(0)]), wrong)


@dataclass(frozen=True)
class Column:
    """One metric of a file."""

    names: tuple[str, ...]  # the label first, then other names in the file
    identity: tuple[str, ...]  # columns of one file with the same identity are pages of a metric
    sums: SumCells
    statistic: str = ""  # "" if only a label may name it
    complete: bool = True

    @property
    def label(self) -> str:
        """The name for people, shortened."""
        return shortened(self.names[0])


@dataclass(frozen=True)
class Sheet:
    """Columns with the same times."""

    file: str
    minutes: Integers  # since 1970 in UTC, in the file's order
    columns: tuple[Column, ...]
    more_follows: bool = False  # whether the reply has another page


def read_file(path: Path) -> tuple[bytes, bool]:
    """Return a file's text in UTF-8 without a byte order mark, and whether it is JSON.

    Raises:
        TrafficUnreadable: the file cannot be opened, is too large, or is not text.
    """
    try:
        with path.open("rb") as file:
            beginning = file.peek()
            largest = LARGEST_UTF_16
            if not beginning.startswith(UTF_16):
                largest = LARGEST_JSON if _is_json(beginning) else LARGEST_CSV
            raw = file.read(largest + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a null byte
        reason = getattr(error, "strerror", None) or "it is not the name of a file"
        raise TrafficUnreadable(f"{path} cannot be read: {reason}") from None
    if len(raw) > largest:
        raise TrafficUnreadable(f"{path.name} is larger than {largest // MB} MB: split the file")
    raw = _in_utf_8(raw, path.name)
    if b"\0" in raw:
        raise TrafficUnreadable(f"{path.name} is not text: save it in UTF-8")
    return raw, _is_json(raw)


def _is_json(raw: bytes) -> bool:
    return raw.removeprefix(codecs.BOM_UTF8)[:BEGINNING].lstrip().startswith((b"{", b"["))


def _in_utf_8(raw: bytes, name: str) -> bytes:
    if not raw.startswith(UTF_16):
        return raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode("utf-16").encode()
    except UnicodeError:
        raise TrafficUnreadable(f"{name} is not text in UTF-16: save it in UTF-8") from None
