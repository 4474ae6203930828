"""A notebook as a deck: which of its cells a slide shows, and where a slide begins.

| what | on the slides |
|---|---|
| a title, a heading `##` | begins a column of slides |
| `<details>`: solutions, "For instructors" | never shown |
| "How you stand", up to the next heading | never shown |
| predict, check and hint cells | not shown; what follows begins a slide, so that a room can guess |
| imports, `start` and cells of asserts alone | not shown |
| the code of a figure, where it is long | not shown; the figure is |
| more than fits | begins a slide below |

A cell's tag says otherwise: `slide` shows it, on a slide that begins with the text that leads to
it, and `skip` leaves it out.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field

from nbformat import NotebookNode

from cruddur_lib.workbook.deck_sizes import FULL, lines_of

SHOWN, SKIPPED = "slide", "skip"  # tags
STAND = "## How you stand"  # a section about the person at the keyboard
LONG = 3  # lines of code that may stand above their figure
LEADING = 5.0  # lines of text that stay with what they lead to, however large that is
FOLDED = re.compile(r"<details>.*?</details>\s*", re.DOTALL)
FENCE = re.compile(r"^```")
HEADING = re.compile(r"^#{1,2} ")
NEEDS = re.compile(r"\n\*\*You need\*\*.*", re.DOTALL)  # for who sits at the keyboard
INNER = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:)[^)]*\)")  # a link to another file of ours
ASKED = re.compile(r"^lesson\.(?:predict|check|hint)\(", re.MULTILINE)
STARTS = (" = start(", " = lesson.users(", " = lesson.inbox(")
ANSWERED = re.compile(r'^lesson\.(?:predict|check|compare)\("([^"]+)".*\n?', re.MULTILINE)


@dataclass
class _Layout:
    """Where the deck stands while cells are added."""

    cells: list[NotebookNode] = field(default_factory=list)
    filled: float = 0  # lines on the slide
    begins: bool = False  # what comes next begins a slide

    def add(self, chunk: list[NotebookNode]) -> None:
        """What belongs together; where it is more than a slide, its code gets one of its own.
        Nothing stands for a question that was asked: what comes next begins a slide.
        """
        if not chunk:
            self.begins = True
            return
        *before, last = map(lines_of, chunk)
        if sum(before) > LEADING and sum(before) + last > FULL:
            self._put(chunk[:-1], sum(before))
            self.begins, chunk, before = True, chunk[-1:], []
        self._put(chunk, sum(before) + last)

    def _put(self, chunk: list[NotebookNode], size: float) -> None:
        """Adds what takes so many lines to the slide, or to a new one."""
        kind = "-"
        if is_heading(chunk[0]):
            kind = "slide"
        elif self.begins or self.filled + size > FULL or any(SHOWN in tags(c) for c in chunk):
            kind = "subslide"
        self.filled = size + (self.filled if kind == "-" else 0)
        self.begins = False
        for place, cell in enumerate(chunk):
            cell.metadata["slideshow"] = {"slide_type": "-" if place else kind}
        self.cells += chunk


def deck(notebook: NotebookNode) -> NotebookNode:
    """A notebook of the cells that slides show, each saying where it stands in `slideshow`, as
    nbconvert's exporter reads it. The one that is given stays as it is.
    """
    layout = _Layout()
    for chunk in _chunks(notebook.cells):
        layout.add(chunk)
    made = deepcopy(notebook)
    made.cells = layout.cells
    return made


def _chunks(cells: Iterable[NotebookNode]) -> Iterator[list[NotebookNode]]:
    """What is shown, text together with the code that it leads to; nothing after a question."""
    waiting: list[NotebookNode] = []
    hidden = False
    for cell in _pieces(cells):
        if is_heading(cell):
            hidden = cell.source.startswith(STAND)
        asks, shown = is_question(cell), not hidden and is_shown(cell)
        if waiting and (is_heading(cell) or not shown):
            yield waiting
            waiting = []
        if shown:
            waiting.append(_slimmed(cell))
        if shown and cell.cell_type == "code":
            yield waiting
            waiting = []
        if asks:
            yield []
    if waiting:
        yield waiting


def is_shown(cell: NotebookNode) -> bool:
    """Whether a slide shows the cell, wherever it stands."""
    if tags(cell) & {SHOWN, SKIPPED}:
        return SHOWN in tags(cell)
    if cell.cell_type == "markdown":
        return bool(cell.source.strip())
    return not is_question(cell) and not _is_housekeeping(cell)


def is_question(cell: NotebookNode) -> bool:
    """Whether the cell asks for a guess or an answer."""
    return cell.cell_type == "code" and bool(ASKED.search(cell.source))


def is_heading(cell: NotebookNode) -> bool:
    """Whether the cell begins a section, or the notebook."""
    return cell.cell_type == "markdown" and bool(HEADING.match(cell.source))


def tags(cell: NotebookNode) -> set[str]:
    """The cell's tags."""
    return set(cell.metadata.get("tags", ()))


def _pieces(cells: Iterable[NotebookNode]) -> Iterator[NotebookNode]:
    """The cells, without what is folded, and each heading at the top of a cell of its own."""
    for place, cell in enumerate(cells):
        if cell.cell_type != "markdown":
            yield deepcopy(cell)
            continue
        text = FOLDED.sub("", cell.source)
        text = INNER.sub(r"\1", NEEDS.sub("", text) if place == 0 else text)
        for number, part in enumerate(_sections(text)):
            piece = deepcopy(cell)
            piece.source, piece.id = part, f"{cell.id}-{number}"
            if number and SHOWN in tags(piece):
                piece.metadata["tags"] = sorted(tags(piece) - {SHOWN})
            yield piece


def _sections(text: str) -> list[str]:
    """The text cut above each heading `##`, but for those in a block of code."""
    parts: list[list[str]] = [[]]
    fenced = False
    for line in text.splitlines():
        fenced ^= bool(FENCE.match(line))
        if HEADING.match(line) and not fenced and parts[-1]:
            parts.append([])
        parts[-1].append(line)
    return [part for part in ("\n".join(lines).strip() for lines in parts) if part]


def _is_housekeeping(cell: NotebookNode) -> bool:
    """Whether a cell shows nothing and has nothing to tell: imports, a start, asserts alone."""
    source = ANSWERED.sub("", cell.source)
    names = set(ANSWERED.findall(cell.source))
    if any(not _is_said_of(output, names) for output in cell.outputs):
        return False
    return all(
        isinstance(line, ast.Import | ast.ImportFrom | ast.Assert)
        or any(call in ast.unparse(line) for call in STARTS)
        for line in ast.parse(source).body
    )


def _is_said_of(output: NotebookNode, names: set[str]) -> bool:
    """Whether an output is an answer to a guess, which nobody makes on slides."""
    text = str(output.get("text", ""))
    return output.output_type == "stream" and text.startswith(tuple(f"{n}: " for n in names))


def _slimmed(cell: NotebookNode) -> NotebookNode:
    """The cell without what answers a guess, and without the code of a figure where it is long."""
    if cell.cell_type == "markdown":
        return cell
    names = set(ANSWERED.findall(cell.source))
    cell.source = ANSWERED.sub("", cell.source).strip()
    cell.outputs = [output for output in cell.outputs if not _is_said_of(output, names)]
    pictures = any("image/png" in output.get("data", {}) for output in cell.outputs)
    if pictures and len(cell.source.splitlines()) > LONG:
        cell.metadata["transient"] = {"remove_source": True}
    return cell
