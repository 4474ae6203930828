"""Tests that notebooks and pages serve readers who see little, no color or nothing."""

import io
import re
import tokenize
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from matplotlib.colors import to_rgb

from cruddur_lib.workbook.figures import drawing, screen
from cruddur_lib.workbook.sandbox import engine
from tests.helpers.seen import TEXT, contrast, flaws

ROOT = Path(__file__).parents[1]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "notebooks").glob("*.md")])
every_notebook = pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
every_page = pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])

FENCE = re.compile(r"(?ms)^(```|~~~).*?^\1$")
HEADING = re.compile(r"(?m)^(#+) +(.+)$")
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\([^)]+\)")
BARE = re.compile(
    r"(?i)(click )?(here|this|link|this link|this page|more|read more|https?://\S+)\W*"
)
STYLE = re.compile(
    r"(?<![\w-])(color|background|background-color) *: *(#[0-9a-f]{3,6}|[a-z]+)", re.IGNORECASE
)


def cells(path: Path, kind: str) -> list[nbformat.NotebookNode]:
    """Return the notebook's cells of this kind."""
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == kind]


def prose(path: Path) -> str:
    """Return the text of a page or of a notebook's Markdown, without code."""
    if path.suffix == ".md":
        text = path.read_text(encoding="utf-8")
    else:
        text = "\n\n".join(cell.source for cell in cells(path, "markdown"))
    return FENCE.sub("", text)


def outputs(path: Path) -> list[str]:
    """Return the HTML that a notebook has stored."""
    found = [output for cell in cells(path, "code") for output in cell.outputs]
    return [output.data["text/html"] for output in found if "text/html" in output.get("data", {})]


class Page(HTMLParser):
    """The pictures, captions, table headers and styles of a piece of HTML."""

    def __init__(self, html: str) -> None:
        """Parse the HTML."""
        super().__init__()
        self.alts: list[str | None] = []
        self.styles: list[str] = []
        self.count = dict.fromkeys(("figure", "figcaption", "table", "th"), 0)
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Count the tag, and keep its alt text and style."""
        if tag in self.count:
            self.count[tag] += 1
        if tag == "img":
            self.alts.append(dict(attrs).get("alt"))
        self.styles.append(dict(attrs).get("style") or "")


@every_page
def test_headings_of_a_page_are_in_order(path):
    """The page begins with its only title, no level is left out, and no heading is empty."""
    found = HEADING.findall(prose(path))
    levels = [len(marks) for marks, _ in found]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert all(words.strip("# ") for _, words in found)


@pytest.mark.parametrize("path", [*PATHS, *PAGES], ids=lambda path: path.name)
def test_a_link_says_where_it_leads(path):
    """A screen reader's list of links is useful: no link is called "here" or is an address."""
    assert [text for text in LINK.findall(prose(path)) if BARE.fullmatch(text.strip("*_` "))] == []


@pytest.mark.parametrize("text", ["here", "this page", "Click here", "https://example.org"])
def test_a_bare_link_is_found(text):
    """The search finds links that say nothing."""
    assert BARE.fullmatch(text)
    assert not BARE.fullmatch("the glossary")


@every_notebook
def test_code_teaches_nothing_in_comments(path):
    """Prose is in Markdown, because that is read aloud; a comment is short and follows code."""
    for cell in cells(path, "code"):
        tokens = tokenize.generate_tokens(io.StringIO(cell.source).readline)
        comments = [token for token in tokens if token.type == tokenize.COMMENT]
        assert [token.string for token in comments if token.line.lstrip().startswith("#")] == []
        assert all(len(token.string) <= 72 for token in comments)


@every_notebook
def test_a_picture_says_what_is_to_be_seen(path):
    """The alt text is a sentence about the content, and each figure has a caption."""
    for html in outputs(path):
        page = Page(html)
        for alt in page.alts:
            assert alt
            assert len(alt) > 20
            assert " " in alt
            assert not re.match(r"(?i)(an? )?(image|picture|figure|graph|plot|chart)\b", alt)
        assert page.count["figcaption"] == page.count["figure"] == len(page.alts)


@every_page
def test_a_picture_on_a_page_has_words(path):
    """A picture in Markdown has an alt text."""
    found = re.findall(r"!\[([^\]]*)\]\(", path.read_text(encoding="utf-8"))

    assert [alt for alt in found if len(alt) <= 20 and "badge" not in alt] == []


@every_notebook
def test_tables_have_heads(path):
    """Names of columns and lines are header cells and not bold text."""
    for page in map(Page, outputs(path)):
        assert not page.count["table"] or page.count["th"] >= 2


@every_notebook
def test_a_text_color_comes_with_its_ground(path):
    """The outermost element with a text color sets the background too, with enough contrast.

    Otherwise a dark theme puts dark text on a dark ground.
    """
    for page in map(Page, outputs(path)):
        inks = [found for found in map(parts, page.styles) if "color" in found]
        assert "background" in next(iter(inks), {"background": ""})
        assert pale(page.styles) == []


def parts(style: str) -> dict[str, str]:
    """Return the colors of a style attribute."""
    return dict(STYLE.findall(style))


def pale(styles: list[str]) -> list[tuple[str, str]]:
    """Return pairs of text color and background with too little contrast.

    Every text color is compared with every background, because nesting is not known.
    """
    found = [*map(parts, styles)]
    inks = {one["color"] for one in found if "color" in one}
    grounds = {one["background"] for one in found if "background" in one}
    return [
        (ink, ground)
        for ink in sorted(inks)
        for ground in sorted(grounds)
        if contrast(to_rgb(ink), to_rgb(ground)) < TEXT
    ]


def test_cards_are_legible():
    """The cards of the app's screen have enough contrast, and a pale gray is found."""
    styles = [screen.CARD, screen.MINE, screen.THEIRS, screen.BUBBLE, screen.SMALL]

    assert pale(styles) == []
    assert pale([*styles, "color: #888888"]) == [
        ("#888888", ground) for ground in ("#cfe8fc", "#efefef", "#ffffff")
    ]


@pytest.fixture
def _closed():
    """Close a lesson's connection after the test, or the next test finds its table."""
    yield
    while engine.CONNECTIONS:
        engine.CONNECTIONS.pop().close()


@pytest.mark.thorough
@pytest.mark.moto_alone
@pytest.mark.usefixtures("_closed")
@every_notebook
def test_figures_are_legible_and_do_not_speak_by_color_alone(path, monkeypatch, tmp_path):
    """Each figure that a run draws has enough contrast, and legends differ not only in color."""
    drawn = []
    monkeypatch.setenv("CRUDDUR_PROGRESS", str(tmp_path))
    monkeypatch.setattr(drawing.Drawing, "__post_init__", lambda one: drawn.append(one.figure))
    monkeypatch.setattr(drawing, "_png", lambda _: b"")
    names: dict[str, object] = {"__name__": "__main__"}
    for cell in cells(path, "code"):
        exec(compile(cell.source, path.stem, "exec"), names)

    stored = sum(len(Page(html).alts) for html in outputs(path))
    assert len(drawn) == stored
    assert [flaw for figure in drawn for flaw in flaws(figure)] == []
