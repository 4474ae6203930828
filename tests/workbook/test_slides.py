"""Tests of `slides`: slides show figures and tables, but no questions, answers or solutions."""

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from cruddur_lib.workbook import slides
from cruddur_lib.workbook.exercises import exercises_of
from cruddur_lib.workbook.slides import FULL, deck, lines_of

PATHS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
every_notebook = pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])

pytestmark = pytest.mark.moto_alone
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)")


def read(path):
    """Return the notebook."""
    return nbformat.read(path, as_version=4)


def deck_of(*cells):
    """Return slide type and source of each cell in the deck of these cells."""
    slides_of = deck(new_notebook(cells=[new_markdown_cell("# Title"), *cells]))
    return [(cell.metadata.slideshow.slide_type, cell.source) for cell in slides_of.cells][1:]


def printed(text):
    """Return the output of a cell that prints this text."""
    return [new_output("stream", name="stdout", text=text)]


# Each notebook makes a good deck.


@every_notebook
def test_each_section_is_a_column(path):
    """The title and every heading `##` except "How you stand" begin a column."""
    text = "\n".join(c.source for c in read(path).cells if c.cell_type == "markdown")
    headings = re.findall(r"(?m)^##? .*", FOLDED.sub("", text))

    columns = [c for c in deck(read(path)).cells if c.metadata.slideshow.slide_type == "slide"]

    assert [cell.source.splitlines()[0] for cell in columns] == [
        heading for heading in headings if heading != "## How you stand"
    ]


@every_notebook
def test_no_solution_and_no_note_is_shown(path):
    """No line that is folded in the notebook is on a slide."""
    cells = [cell.source for cell in read(path).cells if cell.cell_type == "markdown"]
    folded = "\n".join(FOLDED.findall("\n".join(cells))).splitlines()
    open_ = FOLDED.sub("", "\n".join(cells))
    open_ += "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "code")
    hidden = {line for line in folded if len(line) > 25 and line not in open_}

    text = "\n".join(cell.source for cell in deck(read(path)).cells)

    assert hidden or not exercises_of(path.stem)
    assert "<details" not in text
    assert [line for line in hidden if f"\n{line}\n" in f"\n{text}\n"] == []


@every_notebook
def test_a_question_is_the_last_thing_on_its_slide(path):
    """The cell after a predict or a check begins a slide."""
    places = {}
    for cell in deck(read(path)).cells:
        places.setdefault(
            cell.id.rsplit("-", 1)[0] if cell.cell_type == "markdown" else cell.id, cell
        )
    question = False
    for cell in read(path).cells:
        if question and cell.id in places:
            assert places[cell.id].metadata.slideshow.slide_type != "-", cell.source
            question = False
        question |= bool(re.search(r"(?m)^lesson\.(predict|check)\(", cell.source)) * (
            cell.cell_type == "code"
        )


@every_notebook
def test_nobody_is_asked_and_nothing_leads_out(path):
    """A slide has no question, no answer to a guess, and no link to another notebook."""
    for cell in deck(read(path)).cells:
        assert not re.search(r"(?m)^lesson\.(predict|check|hint|compare|progress)\(", cell.source)
        assert "you made no guess" not in str(cell.get("outputs"))
        assert cell.cell_type == "code" or not LINK.search(cell.source)


@every_notebook
def test_every_figure_and_table_is_shown(path):
    """All stored figures and tables are shown, except those of cells tagged `skip`."""
    cells = [c for c in read(path).cells if "skip" not in c.metadata.get("tags", ())]

    assert rich(deck(read(path)).cells) == rich(cells)


def rich(cells):
    """Return how many outputs are more than text."""
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    return sum("text/html" in output.get("data", {}) for output in outputs)


@every_notebook
def test_a_slide_holds_what_fits(path):
    """A slide that is too full has one large cell, with a few lines of text that lead to it."""
    slides_of = []
    for cell in deck(read(path)).cells:
        if cell.metadata.slideshow.slide_type != "-":
            slides_of.append([])
        slides_of[-1].append(lines_of(cell))

    assert len(slides_of) >= 5
    assert all(sum(sizes[:-1]) <= 5 for sizes in slides_of if sum(sizes) > FULL)


# The rules, one by one.


def test_tags_say_otherwise():
    """`slide` shows a cell with the text that leads to it; `skip` leaves a cell out."""
    tag = {"tags": ["slide"]}
    question = 'def f():\n    return 1\n\n\nlesson.check("f", f)'

    assert deck_of(
        new_code_cell("7"),
        new_markdown_cell("Here is one:"),
        new_markdown_cell("Repair it:"),
        new_code_cell(question, metadata=tag, outputs=printed("f: not yet.\n")),
        new_markdown_cell("And now."),
        new_code_cell("1 + 1", metadata={"tags": ["skip"]}),
    ) == [
        ("-", "7"),
        ("subslide", "Here is one:"),
        ("-", "Repair it:"),
        ("-", "def f():\n    return 1"),
        ("subslide", "And now."),
    ]


@pytest.mark.parametrize(
    "code",
    [
        'lesson.predict("x", ...)',
        'lesson.check("x", ...)  # rows',
        'lesson.hint("x")',
        "def f():\n    return ...\n\n\nlesson.check('x', f)",
        "import json\n\nfrom cruddur_lib.workbook import start",
        'lesson = start("00-the-whole-game")\n(zoe,) = lesson.users("zoemarchand")',
        "assert 1 + 1 == 2",
        'assert 1 + 1 == 2\nlesson.compare("x")',
    ],
)
def test_what_is_for_the_keyboard_is_not_shown(code):
    """Questions, imports, a start and cells with only asserts are left out."""
    assert deck_of(new_code_cell(code)) == []


@pytest.mark.parametrize("code", ["lesson.pump()", 'draft = inbox.draft(a, b, "Hello")'])
def test_what_happens_is_shown(code):
    """A cell that does something is shown, even if it prints nothing."""
    assert deck_of(new_code_cell(code)) == [("-", code)]


def test_an_answer_to_a_guess_is_taken_off_and_the_rest_stays():
    """The call and its output are removed, because nobody guesses on slides."""
    cell = new_code_cell(
        'lesson.compare("x")\nprint(7)', outputs=printed("x: you made no guess.\n")
    )
    cell.outputs += printed("7\n")

    copy = deck(new_notebook(cells=[cell]))

    assert copy.cells[0].source == "print(7)"
    assert [output.text for output in copy.cells[0].outputs] == ["7\n"]
    assert len(cell.outputs) == 2  # the notebook itself stays as it is


def test_a_section_about_the_learner_ends_at_the_next_heading():
    """A heading inside a cell begins a column too, unless it is in a block of code."""
    assert deck_of(
        new_markdown_cell("## How you stand\n\nRun it."),
        new_code_cell("lesson.progress()"),
        new_markdown_cell("Out.\n\n## Key points\n\n```\n## no heading\n```"),
    ) == [("slide", "## Key points\n\n```\n## no heading\n```")]


def test_what_is_more_than_a_slide_begins_another():
    """A slide has 21 lines: after a heading and 10 lines of code, 6 more fit, 8 do not."""
    for count, kind in [(6, "-"), (8, "subslide")]:
        one, two = (
            new_code_cell("\n".join("f()" for _ in range(10))),
            new_code_cell("\n".join("g()" for _ in range(count))),
        )
        assert [cell[0] for cell in deck_of(new_markdown_cell("## A"), one, two)][-1] == kind


# The page.


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
@pytest.mark.quick_cases(1)
def test_the_page_asks_nobody_else(path):
    """Every script, style, picture and import is from the page's own address."""
    page = slides.page(path)
    links = re.findall(r"""(?:src|href)=["']([^"']+)["']|@import|import\(?\s*["']([^"']+)""", page)

    assert {one for pair in links for one in pair if one} >= {"reveal.js/dist/reveal.js"}
    for address in (one for pair in links for one in pair if one):
        assert not re.match(r"(https?:)?//", address) or f'<a href="{address}"' in page
    assert page.count("<section") > 10
