"""Rows as tables that are short enough to read, and the rows that a block of code wrote."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cruddur_lib.messaging.table import Row
from cruddur_lib.text import frame, shortened

if TYPE_CHECKING:
    import pandas as pd

UUID = re.compile(r"([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
WIDTH = 44  # characters of a cell
NONE = "–"  # the cell of an attribute that an item lacks


@dataclass
class WrittenRows:
    """The rows that were put, changed and removed between two reads of a table."""

    put: list[Row] = field(default_factory=list)  # new or changed
    removed: list[Row] = field(default_factory=list)

    def note(self, before: Sequence[Row], after: Sequence[Row]) -> None:
        """Compare all rows of the table at the beginning with those at the end."""
        keys = [(row["pk"], row["sk"]) for row in after]
        self.put = [row for row in after if row not in before]
        self.removed = [row for row in before if (row["pk"], row["sk"]) not in keys]

    def __len__(self) -> int:
        """Return how many rows were put, changed or removed."""
        return len(self.put) + len(self.removed)

    def table(self) -> "pd.DataFrame":
        """Return the rows that were put or changed as a table (see `as_table`)."""
        return as_table(self.put)


def as_table(rows: Sequence[Row]) -> "pd.DataFrame":
    """Return rows as a table with pk, sk and every other attribute, in the order of their names.

    Uuids are cut to eight digits, and texts to the width of a cell.
    """
    columns = ["pk", "sk", *sorted({name for row in rows for name in row} - {"pk", "sk"})]
    cells = [[cell_text(row.get(name, NONE)) for name in columns] for row in rows]
    return frame(cells, [f"row {number}" for number, _ in enumerate(rows, 1)], columns)


def cell_text(value: object) -> str:
    """Return a value as text for a narrow cell.

    >>> cell_text("GRP#a745d61e-abe5-40e0-a379-8be5bd77df98")
    'GRP#a745d61e…'
    """
    text = UUID.sub(r"\1…", str(sorted(value) if isinstance(value, set) else value))
    return shortened(text, WIDTH)
