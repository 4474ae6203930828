"""Rows as tables: short enough to read, nothing left out."""

from cruddur_lib.workbook.sandbox.rows import WIDTH, WrittenRows, as_table, short

UUID = "a745d61e-abe5-40e0-a379-8be5bd77df98"


def test_keys_come_first_then_attributes_by_name():
    """An attribute that a row lacks is a dash: DynamoDB stores nothing for it."""
    shown = as_table([{"sk": "1", "pk": "a", "b": "x"}, {"pk": "a", "sk": "2", "a": "y"}])

    assert list(shown.columns) == ["pk", "sk", "a", "b"]
    assert shown.to_numpy().tolist() == [["a", "1", "–", "x"], ["a", "2", "y", "–"]]


def test_no_rows_are_a_table_with_keys():
    """An empty result is still recognisable."""
    assert list(as_table([]).columns) == ["pk", "sk"]


def test_ids_and_texts_are_cut_and_say_so():
    """Eight digits tell ids apart; a cut text ends with an ellipsis."""
    assert short(f"2026-01-05T09:00:00.000000Z#{UUID}") == "2026-01-05T09:00:00.000000Z#a745d61e…"
    assert short("x" * WIDTH) == "x" * WIDTH
    assert short("x" * (WIDTH + 1)) == "x" * (WIDTH - 1) + "…"


def test_a_set_is_shown_in_order():
    """Python's own order differs from run to run."""
    assert short({"c", "a", "b"}) == "['a', 'b', 'c']"


def test_a_changed_row_counts_as_put():
    """Its key is there before and after, so it was not removed."""
    written = WrittenRows()
    written.note([{"pk": "p", "sk": "s", "n": 1}], [{"pk": "p", "sk": "s", "n": 2}])

    assert (len(written.put), len(written.removed)) == (1, 0)
    assert written.table().shape == (1, 3)
