"""Tests of cruddur_lib.text: aligned text can be read back by its columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.text import aligned

WORD = st.text("ab c,.5", max_size=6)
TABLES = st.integers(1, 4).flatmap(
    lambda columns: st.lists(st.tuples(*[WORD] * columns), min_size=1, max_size=5)
)


@given(TABLES, st.sets(st.integers(0, 3)))
def test_each_cell_stands_in_its_column(rows, right):
    """A line that is cut at the columns' widths has its cells again, aligned left or right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = list(aligned(rows, right))

    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        assert line == line.rstrip()
        rest = line.ljust(sum(widths) + 2 * (len(widths) - 1))
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            found, gap, rest = rest[:width], rest[width : width + 2], rest[width + 2 :]
            assert found == f"{cell:{'>' if place in right else '<'}{width}}"
            assert gap.strip() == ""
        assert rest == ""


def test_no_row_is_shorter_than_another():
    """Rows of different lengths raise, because cells would move under a wrong head."""
    with pytest.raises(ValueError, match="shorter"):
        list(aligned([("item", "USD"), ("total",)]))


def test_of_nothing_there_is_nothing():
    """No rows give no lines."""
    assert list(aligned([])) == []
