"""Tests of the glossary: it is short, and links lead both ways.

JupyterLab makes a heading's anchor from its text, with a hyphen for each space.
"""

import re
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
GLOSSARY = (NOTEBOOKS / "glossary.md").read_text(encoding="utf-8")
ENTRIES = {
    name: text.strip() for name, text in re.findall(r"(?ms)^### (.+?)\n(.*?)(?=^##|\Z)", GLOSSARY)
}


def prose(path: Path) -> str:
    """Return the Markdown of a notebook."""
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def anchor(heading: str) -> str:
    """Return the part after # in a link to a heading."""
    return heading.strip().replace(" ", "-")


def anchors(path: Path) -> set[str]:
    """Return the anchors of all headings of a notebook."""
    return {anchor(heading) for heading in re.findall(r"(?m)^#+ (.+)$", prose(path))}


def links(text: str) -> list[tuple[str, str]]:
    """Return the word and the term of each link to the glossary."""
    return re.findall(r"\[([^\]]+)\]\(glossary\.md#([^)\s]+)\)", text)


def test_the_glossary_has_the_courses_terms():
    """The pattern finds the terms; without terms every test here would pass."""
    assert {"read capacity unit", "scan", "free tier", "at least once"} <= ENTRIES.keys()
    assert len(ENTRIES) == GLOSSARY.count("\n### ")


@pytest.mark.parametrize("name", ENTRIES)
def test_a_term_has_two_sentences_at_most(name):
    """An entry is one line of one or two sentences, beside its abbreviation and its link."""
    text = re.sub(r"^[A-Z]{3}\. |\n\[.*", "", ENTRIES[name])

    assert 1 <= len(re.findall(r"\.(?= |$)", text)) <= 2
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize("name", ENTRIES)
def test_a_term_can_be_linked_to_everywhere(name):
    """A term is in lower case, because GitHub lowers anchors and JupyterLab does not."""
    assert re.fullmatch(r"[a-z]+(?:[ -][a-z]+)*", name)


def test_every_link_of_the_glossary_leads_to_a_section():
    """The notebook has the section."""
    found = re.findall(r"\]\(([\w-]+\.ipynb)#([^)\s]*)\)", GLOSSARY)

    assert len(found) == GLOSSARY.count(".ipynb") >= 25
    assert [place for place in found if place[1] not in anchors(NOTEBOOKS / place[0])] == []


def test_every_link_to_the_glossary_leads_to_a_term():
    """Each term is linked at most once, and all linked terms exist."""
    found = [term for path in PATHS for _, term in links(prose(path))]

    assert len(found) >= 20
    assert sum(prose(path).count("glossary.md#") for path in PATHS) == len(found)
    assert set(found) <= set(map(anchor, ENTRIES))
    assert len(found) == len(set(found))


def test_a_term_with_a_link_says_the_same_section():
    """The section that links to a term is the section that the term links to."""
    for path in PATHS:
        sections = re.split(r"(?m)^#+ (.+)$", prose(path))
        for heading, text in zip(sections[1::2], sections[2::2], strict=True):
            for _, term in links(text):
                name = next(name for name in ENTRIES if anchor(name) == term)
                assert f"({path.name}#{anchor(heading)})" in ENTRIES[name]


def test_the_readme_of_the_notebooks_lists_it():
    """The README of the notebooks links to the glossary."""
    assert "](glossary.md)" in (NOTEBOOKS / "README.md").read_text(encoding="utf-8")
