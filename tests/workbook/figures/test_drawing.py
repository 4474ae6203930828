"""Tests of `drawing`: a figure is shown with its alt text, in the same bytes each time."""

import base64
from io import BytesIO

import pytest
from IPython.core.formatters import DisplayFormatter
from PIL import Image

from cruddur_lib.errors import WorkbookError
from cruddur_lib.workbook.figures import drawing
from cruddur_lib.workbook.figures.drawing import Drawing, new, show
from cruddur_lib.workbook.figures.screen_sketch import screen_sketch


@pytest.fixture
def bundles(monkeypatch):
    """The displayed bundles, each by media type."""
    displayed = []
    monkeypatch.setattr(drawing, "display", lambda bundle, **_: displayed.append(bundle))
    return displayed


def test_a_figure_is_shown_with_its_text(bundles):
    """The text is the picture's alt text, its caption, and what a plain-text viewer shows."""
    show(new(), 'Two strips & a "block"')

    (bundle,) = bundles
    assert 'alt="Two strips &amp; a &quot;block&quot;"' in bundle["text/html"]
    assert '<figcaption aria-hidden="true">Two strips' in bundle["text/html"]
    assert bundle["text/plain"] == 'Figure: Two strips & a "block"'
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")


def test_a_cells_last_value_is_displayed_and_is_no_numbered_result(bundles):
    """A drawing gives the same output by itself as by `show`, so outputs carry no number."""
    figure = new()
    formatted, _ = DisplayFormatter().format(Drawing(figure, "empty"))
    show(figure, "empty")

    assert formatted == {}
    assert bundles[0] == bundles[1]


def test_the_same_figure_is_the_same_picture(bundles):
    """The picture holds no date and no version, so a notebook run again is the same file."""
    for _ in range(2):
        show(new(), "empty")

    assert bundles[0] == bundles[1]


def test_a_demo_has_larger_figures_and_type(bundles, monkeypatch):
    """With CRUDDUR_DEMO a figure has 1.4 times as many pixels each way."""
    sizes = []
    for demo in ("", "1"):
        monkeypatch.setenv("CRUDDUR_DEMO", demo)
        show(new(8, 3), "empty")
        sizes.append(Image.open(BytesIO(base64.b64decode(bundles[-1]["image/png"]))).size)

    assert sizes == [(800, 300), (1_120, 420)]


@pytest.mark.parametrize("alt", ["", "  "])
def test_a_figure_without_text_is_refused(alt, bundles):
    """The error says what to add, and no picture is displayed."""
    with pytest.raises(WorkbookError, match="one sentence"):
        show(new(), alt)
    assert bundles == []


def test_the_sketch_has_a_place_for_each_letter():
    """The alt text explains every letter of the picture."""
    sketch = screen_sketch()
    letters = [text.get_text() for text in sketch.figure.axes[0].texts]

    assert {"A", "B", "C", "D", "E"} <= set(letters)
    assert all(f"({letter})" in sketch.alt for letter in "ABCDE")
