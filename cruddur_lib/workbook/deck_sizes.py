"""How much of a slide a cell takes, in lines of text: enough to know where the next one begins.

A browser knows better; what is a little too much there is drawn smaller by the slides themselves.
"""

import re
import struct
from base64 import b64decode
from math import ceil

from nbformat import NotebookNode

FULL = 21.0  # lines, of 32 pixels of a slide's 720
WIDE = 100  # characters that a line of prose holds
PIXELS = 26  # of a figure, in a line
GAP = 0.6  # lines between two cells, or two paragraphs
ROW, BUBBLE = 0.95, 2.4  # lines of a table's row, and of a message as the app draws it
PICTURE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")
MARKUP = re.compile(r"<style.*?</style>|<[^>]*>", re.DOTALL)


def lines_of(cell: NotebookNode) -> float:
    """The lines that a cell takes, its outputs included."""
    if cell.cell_type == "markdown":
        return GAP + sum(map(_of_prose, str(cell.source).splitlines()))
    hidden = "transient" in cell.metadata  # as `deck` says it
    code = 0 if hidden else len(str(cell.source).splitlines())
    return GAP + code + sum(map(_of_output, cell.outputs))


def _of_prose(line: str) -> float:
    """A line of Markdown: a heading is larger, an empty one is a gap."""
    if not line.strip():
        return GAP
    return 2 if line.startswith("#") else ceil(len(line) / WIDE)


def _of_output(output: NotebookNode) -> float:
    """The lines of an output, by what a page shows of it."""
    data = output.get("data", {})
    html = str(data.get("text/html", ""))
    words = " ".join(MARKUP.sub(" ", html).split())
    if found := PICTURE.search(html):
        height: int
        _, height = struct.unpack(">II", b64decode(found[1][:44])[16:24])  # as PNG begins
        return GAP + height / PIXELS + ceil(len(words) / WIDE)
    if html:
        return GAP + ROW * html.count("<tr") + BUBBLE * html.count("<div") + len(words) / 400
    text = str(output.get("text") or data.get("text/plain", ""))
    return GAP + sum(max(1, ceil(len(line) / WIDE)) for line in text.splitlines())
