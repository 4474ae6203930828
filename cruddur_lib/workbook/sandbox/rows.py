"""Rows of the table, made to be read: long ids and texts shortened, what was written told from what
was there.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cruddur_lib.messaging.table import Row

if TYPE_CHECKING:
    import pandas as pd

UUID = re.compile(r"([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
WIDTH = 44  # characters of a cell
KEYS = ("pk", "sk")
NONE = "–"  # where an item lacks an attribute


class WrittenRows:
    """The rows that were put, changed and removed between two looks at a table."""

    def __init__(self) -> None:
        """Nothing written yet."""
        self.put: list[Row] = []
        self.removed: list[Row] = []

    def note(self, before: Sequence[Row], after: Sequence[Row]) -> None:
        """Remembers what is in `after` and was not, or was otherwise, in `before`; and whose key is
        no longer there.
        """
        keys = [_key(row) for row in after]
        self.put = [row for row in after if row not in before]
        self.removed = [row for row in before if _key(row) not in keys]

    def __len__(self) -> int:
        """How many rows were put, changed or removed."""
        return len(self.put) + len(self.removed)

    def table(self) -> "pd.DataFrame":
        """The rows that were put or changed, one a line (see `as_table`)."""
        return as_table(self.put)


def as_table(rows: Sequence[Row]) -> "pd.DataFrame":
    """Rows as a table: pk and sk first, then every other attribute by name; uuids cut to eight
    digits, texts to fit.
    """
    import pandas as pd  # noqa: PLC0415  half a second to import

    others = sorted({name for row in rows for name in row} - {*KEYS})
    columns = [*KEYS, *others]
    cells = [[short(row.get(name, NONE)) for name in columns] for row in rows]
    return pd.DataFrame(cells, [f"row {number}" for number, _ in enumerate(rows, 1)], columns)


def short(value: object) -> str:
    """A value for a narrow cell.

    >>> short("GRP#a745d61e-abe5-40e0-a379-8be5bd77df98")
    'GRP#a745d61e…'
    """
    text = UUID.sub(r"\1…", str(sorted(value) if isinstance(value, set) else value))
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in KEYS)
