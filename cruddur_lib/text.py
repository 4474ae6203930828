"""Texts and tables for people: aligned columns, short texts, numbers without ".0", data frames."""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def aligned(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> Iterator[str]:
    """Yield a line of text for each row, its columns aligned and two blanks apart.

    Args:
        rows: the cells of each row; all rows have the same number of cells.
        right: columns, counted from 0, that are aligned to the right.

    Raises:
        ValueError: one row has more cells than another.

    >>> list(aligned([("item", "USD"), ("writes", "46.80")], {1}))
    ['item      USD', 'writes  46.80']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


def int_if_whole(number: float) -> float:
    """Return a whole number as an int and any other number unchanged.

    >>> int_if_whole(2.0), int_if_whole(0.5)
    (2, 0.5)
    """
    return int(number) if number == int(number) else number


def shortened(text: str, width: int) -> str:
    """Return the text, its end replaced by "…" if it has more than `width` characters.

    >>> shortened("Soup at seven?", 8)
    'Soup at…'
    """
    return text if len(text) <= width else f"{text[: width - 1]}…"


def frame(
    data: Any, index: Any = None, columns: Any = None, *, dtype: Any = None
) -> "pd.DataFrame":
    """Return `pandas.DataFrame(data, index, columns, dtype)`.

    pandas is imported at the first call, because its import takes half a second.
    """
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame(data, index, columns, dtype=dtype)
