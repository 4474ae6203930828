"""Rows of text in columns, for a terminal."""

from collections.abc import Collection, Iterator, Sequence


def aligned(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> Iterator[str]:
    """A line for each row, two blanks between cells, each column as wide as its widest cell; cells
    stand at its left, those of the columns in `right`, counted from 0, at its right.

    Raises `ValueError` where one row has more cells than another.

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
