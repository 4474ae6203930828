"""Notebooks and pages for who cannot see them, or sees them otherwise: text, headings, colours."""

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
    """The notebook's cells of a kind."""
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == kind]


def prose(path: Path) -> str:
    """What a page, or a notebook's Markdown, says, without code."""
    if path.suffix == ".md":
        text = path.read_text(encoding="utf-8")
    else:
        text = "\n\n".join(cell.source for cell in cells(path, "markdown"))
    return FENCE.sub("", text)


def outputs(path: Path) -> list[str]:
    """The HTML that a notebook has stored."""
    found = [output for cell in cells(path, "code") for output in cell.outputs]
    return [output.data["text/html"] for output in found if "text/html" in output.get("data", {})]


class Page(HTMLParser):
    """What is asked of HTML: its pictures, captions, heads of tables, and styles."""

    def __init__(self, html: str) -> None:
        """Of this piece."""
        super().__init__()
        self.alts: list[str | None] = []
        self.styles: list[str] = []
        self.count = dict.fromkeys(("figure", "figcaption", "table", "th"), 0)
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Counts what is looked for."""
        if tag in self.count:
            self.count[tag] += 1
        if tag == "img":
            self.alts.append(dict(attrs).get("alt"))
        self.styles.append(dict(attrs).get("style") or "")


@every_page
def test_headings_of_a_page_are_in_order(path):
    """One title, first; no level left out below it; none without words, none twice."""
    found = HEADING.findall(prose(path))
    levels = [len(marks) for marks, _ in found]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert all(words.strip("# ") for _, words in found)


@pytest.mark.parametrize("path", [*PATHS, *PAGES], ids=lambda path: path.name)
def test_a_link_says_where_it_leads(path):
    """A list of links, as screen readers make one, is of use: none is "here" or an address."""
    assert [text for text in LINK.findall(prose(path)) if BARE.fullmatch(text.strip("*_` "))] == []


@pytest.mark.parametrize("text", ["here", "this page", "Click here", "https://example.org"])
def test_a_bare_link_is_found(text):
    """The guard itself."""
    assert BARE.fullmatch(text)
    assert not BARE.fullmatch("the glossary")


@every_notebook
def test_code_teaches_nothing_in_comments(path):
    """Prose is in Markdown, which has headings and links and is read aloud: a comment stands behind
    a line of code, and is a unit or a reason.
    """
    for cell in cells(path, "code"):
        tokens = tokenize.generate_tokens(io.StringIO(cell.source).readline)
        comments = [token for token in tokens if token.type == tokenize.COMMENT]
        assert [token.string for token in comments if token.line.lstrip().startswith("#")] == []
        assert all(len(token.string) <= 72 for token in comments)


@every_notebook
def test_a_picture_says_what_is_to_be_seen(path):
    """Not that it is a picture, and no file's name; the same words stand under it, as a caption."""
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
    """A picture in Markdown has its text between the brackets."""
    found = re.findall(r"!\[([^\]]*)\]\(", path.read_text(encoding="utf-8"))

    assert [alt for alt in found if len(alt) <= 20 and "badge" not in alt] == []


@every_notebook
def test_tables_have_heads(path):
    """Cells that say what a column or a line is are heads, not bold text."""
    for page in map(Page, outputs(path)):
        assert not page.count["table"] or page.count["th"] >= 2


@every_notebook
def test_a_text_colour_comes_with_its_ground(path):
    """Or a theme that is dark puts dark on dark: the outermost that has an ink has its ground too;
    and the two have WCAG's contrast for text.
    """
    for page in map(Page, outputs(path)):
        inks = [found for found in map(parts, page.styles) if "color" in found]
        assert "background" in next(iter(inks), {"background": ""})
        assert pale(page.styles) == []


def parts(style: str) -> dict[str, str]:
    """The colours of a style attribute."""
    return dict(STYLE.findall(style))


def pale(styles: list[str]) -> list[tuple[str, str]]:
    """Ink and ground that are too near to each other, each ink on every ground of its piece: as
    what stands in what is not looked at.
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
    """The guard itself, on what the screen is drawn with."""
    styles = [screen.CARD, screen.MINE, screen.THEIRS, screen.BUBBLE, screen.SMALL]

    assert pale(styles) == []
    assert pale([*styles, "color: #888888"]) == [
        ("#888888", ground) for ground in ("#cfe8fc", "#efefef", "#ffffff")
    ]


@pytest.fixture
def _closed():
    """What a lesson connected to is over after the test, or the next one finds its table."""
    yield
    while engine.OWN:
        engine.OWN.pop().close()


@pytest.mark.thorough
@pytest.mark.moto_alone
@pytest.mark.usefixtures("_closed")
@every_notebook
def test_figures_are_legible_and_do_not_speak_by_colour_alone(path, monkeypatch, tmp_path):
    """Each as it is drawn in a run: contrasts, and what its legends tell apart (see `seen`)."""
    drawn = []
    monkeypatch.setenv("CRUDDUR_PROGRESS", str(tmp_path))
    monkeypatch.setattr(drawing, "_encoded", lambda figure: drawn.append(figure) or "")
    names: dict[str, object] = {"__name__": "__main__"}
    for cell in cells(path, "code"):
        exec(compile(cell.source, path.stem, "exec"), names)

    stored = sum(len(Page(html).alts) for html in outputs(path))
    assert len(drawn) == stored
    assert [flaw for figure in drawn for flaw in flaws(figure)] == []
