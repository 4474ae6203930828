"""A notebook's slides as a web page: which cells a slide shows, and where a slide begins.

| cells | on the slides |
|---|---|
| a title, a heading `##` | begins a column of slides |
| `<details>`: solutions, "For instructors" | never shown |
| "How you stand", up to the next heading | never shown |
| predict, check and hint cells | not shown; the next cell begins a slide, so a room can guess |
| imports, `start` and cells with only asserts | not shown |
| the code of a figure, if it is long | not shown; the figure is |
| more than fits | begins a slide below |

Tags override this: `slide` shows a cell, on a slide that begins with the text that leads to it, and
`skip` leaves a cell out.
"""

import ast
import re
import shutil
import struct
from base64 import b64decode
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter
from nbformat import NotebookNode

from cruddur_lib.downloads import Package, Say, package_folder

PAGES = Path(__file__).resolve().parents[2] / "data" / "slides"  # the template and its styles
PACKAGES = {  # by the folder beside the page
    "reveal.js": Package(
        "reveal.js@5.2.1",
        "359b575dd51bbda32f89b2fd4c7dc46ad7389a805572158916c29252f7a27333",
        2.4,
        has="dist/reveal.js",
    ),
    "mermaid": Package(
        "@mermaid-js/tiny@11.17.2",
        "28302a2f6bd556bfd223acff76a1fd511bcc9e6f1cac1bad91b904469aeca102",
        0.7,
        has="dist/mermaid.tiny.js",
    ),
}

SHOW, SKIP = "slide", "skip"  # tags
STAND = "## How you stand"  # a section about the person at the keyboard
LONG = 3  # the most lines of code that are shown above their figure
LEADING = 5.0  # the most lines of text that stay with the cell after them, even if that is large
FOLDED = re.compile(r"<details>.*?</details>\s*", re.DOTALL)
HEADING = re.compile(r"^#{1,2} ")
NEEDS = re.compile(r"\n\*\*You need\*\*.*", re.DOTALL)  # for the person at the keyboard
INNER = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:)[^)]*\)")  # a link to another file of ours
QUESTION = re.compile(r"^lesson\.(?:predict|check|hint)\(", re.MULTILINE)
STARTS = (" = start(", " = lesson.users(", " = lesson.inbox(")
ANSWER = re.compile(r'^lesson\.(?:predict|check|compare)\("([^"]+)".*\n?', re.MULTILINE)

# These estimate how many lines a cell takes. The browser shrinks a slide that is too full.
FULL = 21.0  # lines, of 32 pixels of a slide's 720
WIDE = 100  # characters of a line of prose
PIXELS = 26  # of a figure, to a line
GAP = 0.6  # lines between two cells, or two paragraphs
ROW, BUBBLE = 0.95, 2.4  # lines of a table's row, and of a message as the app draws it
PICTURE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")
MARKUP = re.compile(r"<style.*?</style>|<[^>]*>", re.DOTALL)


def write(notebook: Path, folder: Path, say: Say) -> Path:
    """Write a notebook's slides and everything they load into a folder.

    Args:
        notebook: the notebook's file.
        folder: the folder for the page.
        say: gets the progress of downloads.

    Returns:
        The page's file.

    Raises:
        NpmError: reveal.js or mermaid is neither cached nor can be downloaded.
    """
    for name, package in PACKAGES.items():
        shutil.copytree(package_folder(package, say), folder / name)
    for name in ("slides.css", "slides.js"):
        shutil.copy(PAGES / name, folder)
    file = folder / f"{notebook.stem}.html"
    file.write_text(page(notebook), encoding="utf-8")
    return file


def page(notebook: Path) -> str:
    """Return a notebook's slides as HTML, with its stored outputs; no code is run."""
    exporter = SlidesExporter(  # type: ignore[no-untyped-call]
        extra_template_basedirs=[str(PAGES.parent)],
        template_name=PAGES.name,
        reveal_url_prefix="reveal.js",
        reveal_theme="white",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    slides = deck(nbformat.read(notebook, as_version=4))  # type: ignore[no-untyped-call]
    body, _ = exporter.from_notebook_node(slides, resources={"metadata": {"name": notebook.stem}})
    return str(body)


def deck(notebook: NotebookNode) -> NotebookNode:
    """Return a copy of the notebook with only the cells that slides show.

    The metadata `slideshow` of each cell says where it is, for nbconvert's exporter.
    """
    layout = _Layout()
    for chunk in _chunks(notebook.cells):
        layout.add(chunk)
    copy = deepcopy(notebook)
    copy.cells = layout.cells
    return copy


@dataclass
class _Layout:
    """The slides so far."""

    cells: list[NotebookNode] = field(default_factory=list)
    lines: float = 0  # on the last slide
    break_before_next: bool = False

    def add(self, chunk: list[NotebookNode]) -> None:
        """Add cells that belong together; the code of a large chunk gets a slide of its own.

        An empty chunk is a question that slides leave out: the next chunk begins a slide.
        """
        if not chunk:
            self.break_before_next = True
            return
        *before, last = map(lines_of, chunk)
        if sum(before) > LEADING and sum(before) + last > FULL:
            self._put(chunk[:-1], sum(before))
            self.break_before_next, chunk, before = True, chunk[-1:], []
        self._put(chunk, sum(before) + last)

    def _put(self, chunk: list[NotebookNode], lines: float) -> None:
        """Add cells with this many lines to the last slide, or to a new one."""
        begins = self.break_before_next or self.lines + lines > FULL
        kind = "subslide" if begins or any(SHOW in tags(cell) for cell in chunk) else "-"
        if is_heading(chunk[0]):
            kind = "slide"
        self.lines = lines + (self.lines if kind == "-" else 0)
        self.break_before_next = False
        for place, cell in enumerate(chunk):
            cell.metadata["slideshow"] = {"slide_type": "-" if place else kind}
        self.cells += chunk


def _chunks(cells: Iterable[NotebookNode]) -> Iterator[list[NotebookNode]]:
    """Yield text together with the code that it leads to, and an empty chunk for a question."""
    waiting: list[NotebookNode] = []
    hidden = False
    for cell in _sections(cells):
        if is_heading(cell):
            hidden = cell.source.startswith(STAND)
        asks = cell.cell_type == "code" and QUESTION.search(cell.source)
        if cell.cell_type == "code":
            _remove_answers(cell)
        visible = not hidden and (SHOW in tags(cell) or not (asks or is_left_out(cell)))
        if waiting and (is_heading(cell) or not visible):
            yield waiting
            waiting = []
        if visible:
            waiting.append(cell)
        if visible and cell.cell_type == "code":
            yield waiting
            waiting = []
        if asks:
            yield []
    if waiting:
        yield waiting


def is_left_out(cell: NotebookNode) -> bool:
    """Return whether a cell is tagged so, is empty, or is code that shows a learner no result."""
    if SKIP in tags(cell):
        return True
    if cell.cell_type == "markdown":
        return not cell.source.strip()
    return not cell.outputs and all(
        isinstance(line, ast.Import | ast.ImportFrom | ast.Assert)
        or any(call in ast.unparse(line) for call in STARTS)
        for line in ast.parse(cell.source).body
    )


def is_heading(cell: NotebookNode) -> bool:
    """Return whether the cell begins a section, or the notebook."""
    return cell.cell_type == "markdown" and bool(HEADING.match(cell.source))


def tags(cell: NotebookNode) -> set[str]:
    """Return the cell's tags."""
    return set(cell.metadata.get("tags", ()))


def _sections(cells: Iterable[NotebookNode]) -> Iterator[NotebookNode]:
    """Yield copies of the cells without folded text, with a new cell at each heading."""
    for place, cell in enumerate(cells):
        if cell.cell_type != "markdown":
            yield deepcopy(cell)
            continue
        text = FOLDED.sub("", cell.source)
        text = INNER.sub(r"\1", NEEDS.sub("", text) if place == 0 else text)
        for number, part in enumerate(_split_at_headings(text)):
            piece = deepcopy(cell)
            piece.source, piece.id = part, f"{cell.id}-{number}"
            if number and SHOW in tags(piece):
                piece.metadata["tags"] = sorted(tags(piece) - {SHOW})
            yield piece


def _split_at_headings(text: str) -> list[str]:
    """Split a text before each heading, but not inside a block of code."""
    parts: list[list[str]] = [[]]
    fenced = False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        if HEADING.match(line) and not fenced and parts[-1]:
            parts.append([])
        parts[-1].append(line)
    return [part for part in ("\n".join(lines).strip() for lines in parts) if part]


def _remove_answers(cell: NotebookNode) -> None:
    """Remove calls and outputs that answer a question, and hide the long code of a figure."""
    names = tuple(f"{name}: " for name in ANSWER.findall(cell.source))
    cell.source = ANSWER.sub("", cell.source).strip()
    cell.outputs = [o for o in cell.outputs if not str(o.get("text", "")).startswith(names)]
    pictures = any("image/png" in output.get("data", {}) for output in cell.outputs)
    if pictures and len(cell.source.splitlines()) > LONG:
        cell.metadata["transient"] = {"remove_source": True}


def lines_of(cell: NotebookNode) -> float:
    """Return how many lines of a slide a cell takes, with its outputs."""
    if cell.cell_type == "markdown":
        return GAP + sum(map(_lines_of_prose, str(cell.source).splitlines()))
    hidden = "transient" in cell.metadata  # see `_remove_answers`
    code = 0 if hidden else len(str(cell.source).splitlines())
    return GAP + code + sum(map(_lines_of_output, cell.outputs))


def _lines_of_prose(line: str) -> float:
    """Return the lines that a line of Markdown takes, when it is wrapped."""
    if not line.strip():
        return GAP
    return 2 if line.startswith("#") else ceil(len(line) / WIDE)


def _lines_of_output(output: NotebookNode) -> float:
    data = output.get("data", {})
    html = str(data.get("text/html", ""))
    words = " ".join(MARKUP.sub(" ", html).split())
    if found := PICTURE.search(html):
        height: int
        _, height = struct.unpack(">II", b64decode(found[1][:44])[16:24])  # from the PNG's header
        return GAP + height / PIXELS + ceil(len(words) / WIDE)
    if html:
        return GAP + ROW * html.count("<tr") + BUBBLE * html.count("<div") + len(words) / 400
    text = str(output.get("text") or data.get("text/plain", ""))
    return GAP + sum(max(1, ceil(len(line) / WIDE)) for line in text.splitlines())
