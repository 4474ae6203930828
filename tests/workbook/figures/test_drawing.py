"""Figures carry their text, and show what is in the table."""

import base64
from io import BytesIO

import pytest
from PIL import Image

from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging import table
from cruddur_lib.workbook.figures import drawing, screen_sketch
from tests.helpers.seen import flaws


@pytest.fixture
def shown(monkeypatch):
    """What was displayed: a list of bundles by media type."""
    bundles = []
    monkeypatch.setattr(drawing, "display", lambda bundle, **_: bundles.append(bundle))
    return bundles


def test_a_figure_is_shown_with_its_text(shown):
    """As `alt` for who cannot see it, as caption for who can, as plain text where nothing draws."""
    drawing.show(drawing.new(), 'Two strips & a "block"')

    (bundle,) = shown
    assert 'alt="Two strips &amp; a &quot;block&quot;"' in bundle["text/html"]
    assert '<figcaption aria-hidden="true">Two strips' in bundle["text/html"]
    assert bundle["text/plain"] == 'Figure: Two strips & a "block"'
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")


def test_the_same_figure_is_the_same_picture(shown):
    """No date, no version inside: a notebook run again is the same file."""
    for _ in range(2):
        drawing.show(drawing.new(), "empty")

    assert shown[0] == shown[1]


def test_a_demo_has_larger_figures_and_type(shown, monkeypatch):
    """1.4 times as large in pixels, with the same things in it; as stored where nothing is set."""
    sizes = []
    for demo in ("", "1"):
        monkeypatch.setenv("CRUDDUR_DEMO", demo)
        drawing.show(drawing.new(8, 3), "empty")
        sizes.append(Image.open(BytesIO(base64.b64decode(shown[-1]["image/png"]))).size)

    assert sizes == [(800, 300), (1_120, 420)]


@pytest.mark.parametrize("alt", ["", "  "])
def test_a_figure_without_text_is_refused(alt, shown):
    """Its next step is in the error."""
    with pytest.raises(WorkbookError, match="one sentence"):
        drawing.show(drawing.new(), alt)
    assert shown == []


def test_strips_show_every_item(seeded):
    """A block an item, a strip a partition key, the count at its end, a colour a kind of row."""
    (axes,) = drawing.strips(table.rows(seeded.backend)).axes
    labels = [label.get_text() for label in axes.get_yticklabels()]

    assert len(axes.patches) == 106
    assert sorted(note.get_text() for note in axes.texts) == ["1", "1", "104"]
    assert labels[:2] == ["GRP#972f3f63… (bayko)", "GRP#a745d61e… (andrewbrown)"]
    assert labels[2].startswith("MSG#")
    assert len({patch.get_facecolor() for patch in axes.patches}) == 3
    assert all(word in axes.get_xlabel() for word in ("items", "sort keys"))


def test_strips_take_rows_in_any_order_and_of_any_kind():
    """Sorted here; a row without a sender, and a dollar sign, are no mistake."""
    keys = [("a$b$", "1"), ("MSG#1", "1"), ("a$b$", "2")]
    figure = drawing.strips([{"pk": pk, "sk": sk} for pk, sk in keys])
    drawing._png(figure)

    assert len(figure.axes[0].patches) == 3
    assert [note.get_text() for note in figure.axes[0].texts] == ["1", "2"]


def test_the_words_say_what_the_figure_shows(seeded):
    """Computed from the rows, so they cannot be wrong about them."""
    words = drawing.in_words(table.rows(seeded.backend))

    assert words.startswith(
        "106 items in 3 strips, one for each partition key: GRP#972f3f63… (bayko) "
    )
    assert "message by andrewbrown 52, message by bayko 52" in words


@pytest.mark.quick_cases(1)
def test_the_legend_counts_the_kinds(seeded):
    """No meaning by colour alone: the legend names each kind and says how many."""
    figure = drawing.strips(table.rows(seeded.backend))
    assert flaws(figure) == []
    texts = [text.get_text() for text in figure.legends[0].get_texts()]

    assert texts == ["group row (2)", "message by andrewbrown (52)", "message by bayko (52)"]


def test_collections_show_the_newest_items_of_each_key(seeded):
    """Up to three boxes a partition key, the attribute in question in bold, and how many there
    are.
    """
    rows = table.rows(seeded.backend)
    figure = drawing.collections(rows, ("user_handle", "message"), bold="user_handle")
    (axes,) = figure.axes
    assert flaws(figure) == []
    texts = [text.get_text() for text in axes.texts]
    bold = [text.get_text() for text in axes.texts if text.get_weight() == "bold"]

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
    figure = drawing.collections([{"pk": "a", "sk": "1"}], ("b",))

    assert "b: –" in [text.get_text() for text in figure.axes[0].texts]


def test_the_sketch_has_a_place_for_each_letter():
    """And its words explain every one of them."""
    letters = [text.get_text() for text in screen_sketch.sketch().axes[0].texts]

    assert {"A", "B", "C", "D", "E"} <= set(letters)
    assert all(f"({letter})" in screen_sketch.WORDS for letter in "ABCDE")
