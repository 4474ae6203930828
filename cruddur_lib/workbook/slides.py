"""A notebook's slides as a page, and the folder in which it finds all that it needs."""

import shutil
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter

from cruddur_lib.downloads import Package, Say, package_folder
from cruddur_lib.workbook.deck import deck

PAGES = Path(__file__).resolve().parents[2] / "data" / "slides"  # the template and its styles
REVEAL = Package(
    "reveal.js@5.2.1",
    "359b575dd51bbda32f89b2fd4c7dc46ad7389a805572158916c29252f7a27333",
    2.4,
    has="dist/reveal.js",
)
MERMAID = Package(
    "@mermaid-js/tiny@11.17.2",
    "28302a2f6bd556bfd223acff76a1fd511bcc9e6f1cac1bad91b904469aeca102",
    0.7,
    has="dist/mermaid.tiny.js",
)
BESIDE = {"reveal.js": REVEAL, "mermaid": MERMAID}  # folders beside the page


def page(notebook: Path) -> str:
    """The notebook's slides as HTML, of the outputs that are stored in it: nothing is run."""
    exporter = SlidesExporter(  # type: ignore[no-untyped-call]
        extra_template_basedirs=[str(PAGES.parent)],
        template_name=PAGES.name,
        reveal_url_prefix="reveal.js",
        reveal_theme="white",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    read = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    told = deck(read)
    body, _ = exporter.from_notebook_node(told, resources={"metadata": {"name": notebook.stem}})
    return str(body)


def write(notebook: Path, folder: Path, say: Say) -> Path:
    """The page in `folder`, with everything beside it that it asks for.

    Raises `NpmError` where reveal.js is not there and cannot be fetched.
    """
    for name, package in BESIDE.items():
        shutil.copytree(package_folder(package, say), folder / name)
    for name in ("slides.css", "slides.js"):
        shutil.copy(PAGES / name, folder)
    made = folder / f"{notebook.stem}.html"
    made.write_text(page(notebook), encoding="utf-8")
    return made
