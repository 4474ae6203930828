"""Tests of `rows`: tables are short enough to read, and leave out no attribute."""

from cruddur_lib.workbook.sandbox.rows import WIDTH, WrittenRows, as_table, cell_text

UUID = "a745d61e-abe5-40e0-a379-8be5bd77df98"


def test_keys_come_first_then_attributes_by_name():
    """An attribute that a row lacks is a dash."""
    frame = as_table([{"sk": "1", "pk": "a", "b": "x"}, {"pk": "a", "sk": "2", "a": "y"}])

    assert list(frame.columns) == ["pk", "sk", "a", "b"]
    assert frame.to_numpy().tolist() == [["a", "1", "–", "x"], ["a", "2", "y", "–"]]


def test_no_rows_are_a_table_with_keys():
    """A table without rows still has the columns of the key."""
    assert list(as_table([]).columns) == ["pk", "sk"]


def test_ids_and_texts_are_cut_and_say_so():
    """A uuid is cut to eight digits; a cut text ends with an ellipsis."""
    assert (
        cell_text(f"2026-01-05T09:00:00.000000Z#{UUID}") == "2026-01-05T09:00:00.000000Z#a745d61e…"
    )
    assert cell_text("x" * WIDTH) == "x" * WIDTH
    assert cell_text("x" * (WIDTH + 1)) == "x" * (WIDTH - 1) + "…"


def test_a_set_is_shown_in_order():
    """A set is sorted, because Python's order differs from run to run."""
    assert cell_text({"c", "a", "b"}) == "['a', 'b', 'c']"


def test_a_changed_row_counts_as_put():
    """A row whose key stays was put and not removed."""
    written = WrittenRows()
    written.note([{"pk": "p", "sk": "s", "n": 1}], [{"pk": "p", "sk": "s", "n": 2}])

    assert (len(written.put), len(written.removed)) == (1, 0)
    assert written.table().shape == (1, 3)
