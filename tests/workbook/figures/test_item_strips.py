"""Tests of `item_strips` and `item_boxes`: they show what is in the table."""

import pytest

from cruddur_lib.messaging import table
from cruddur_lib.workbook.figures.item_strips import item_boxes, item_strips
from tests.helpers.seen import flaws


def test_strips_show_every_item(seeded):
    """An item is a block, a partition key a strip with its count, a kind of row a color."""
    (axes,) = item_strips(table.rows(seeded.backend)).figure.axes
    labels = [label.get_text() for label in axes.get_yticklabels()]

    assert len(axes.patches) == 106
    assert sorted(note.get_text() for note in axes.texts) == ["1", "1", "104"]
    assert labels[:2] == ["GRP#972f3f63… (bayko)", "GRP#a745d61e… (andrewbrown)"]
    assert labels[2].startswith("MSG#")
    assert len({patch.get_facecolor() for patch in axes.patches}) == 3
    assert all(word in axes.get_xlabel() for word in ("items", "sort keys"))


def test_strips_take_rows_in_any_order_and_of_any_kind():
    """Rows are sorted. A row without a sender and a key with dollar signs are drawn too."""
    keys = [("a$b$", "1"), ("MSG#1", "1"), ("a$b$", "2")]
    drawing = item_strips([{"pk": pk, "sk": sk} for pk, sk in keys])
    drawing.html()
    (axes,) = drawing.figure.axes

    assert len(axes.patches) == 3
    assert [note.get_text() for note in axes.texts] == ["1", "2"]


def test_the_words_say_what_the_figure_shows(seeded):
    """The alt text counts the items by partition key and by kind of row."""
    words = item_strips(table.rows(seeded.backend)).alt

    assert words.startswith(
        "106 items in 3 strips, one for each partition key: GRP#972f3f63… (bayko) "
    )
    assert "message by andrewbrown 52, message by bayko 52" in words


@pytest.mark.quick_cases(1)
def test_the_legend_counts_the_kinds(seeded):
    """The legend names each kind of row with its count, so no meaning is by color alone."""
    figure = item_strips(table.rows(seeded.backend)).figure
    assert flaws(figure) == []
    texts = [text.get_text() for text in figure.legends[0].get_texts()]

    assert texts == ["group row (2)", "message by andrewbrown (52)", "message by bayko (52)"]


def test_boxes_show_the_newest_items_of_each_key(seeded):
    """A partition key has up to three boxes and its count; one attribute is in bold."""
    rows = table.rows(seeded.backend)
    drawing = item_boxes(rows, ("user_handle", "message"), bold="user_handle", alt="Boxes")
    (axes,) = drawing.figure.axes
    assert flaws(drawing.figure) == []
    texts = [text.get_text() for text in axes.texts]
    bold = [text.get_text() for text in axes.texts if text.get_weight() == "bold"]

    assert drawing.alt == "Boxes"
    assert len(axes.patches) == 1 + 1 + 3
    assert [text for text in texts if "the newest 3 of 104" in text]
    assert (
        bold
        == [
            "user_handle: andrewbrown",  # in Bayko's inbox
            "user_handle: bayko",  # in Andrew's
            *[f"user_handle: {row['user_handle']}" for row in rows[-3:]],
        ]
    )
    assert max(len(text) for text in texts if ": " in text and "newest" not in text) <= 40


def test_an_attribute_that_an_item_lacks_is_a_dash():
    """Items of one table need not have the same attributes."""
    (axes,) = item_boxes([{"pk": "a", "sk": "1"}], ("b",), alt="One box").figure.axes

    assert "b: –" in [text.get_text() for text in axes.texts]
