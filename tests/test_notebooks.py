"""Tests of the notebooks as files: counts, stored outputs, sizes, headings, imports.

nbval checks that stored outputs are what a run gives, but only in cells with an execution count.
"""

import re
import subprocess
import sys
from copy import deepcopy
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
every_notebook = pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])

OF_ONE_RUN = re.compile(r" at 0x[0-9a-f]{6,}|/home/|/root/|/Users/|/tmp/|\\Users\\")


def cells(path: Path, kind: str) -> list[nbformat.NotebookNode]:
    """Return the notebook's cells of one kind, except empty ones."""
    notebook = nbformat.read(path, as_version=4)
    return [c for c in notebook.cells if c.cell_type == kind and c.source.strip()]


def outputs(path: Path) -> list[nbformat.NotebookNode]:
    """Return everything that the notebook has stored, as one text."""
    return [output for cell in cells(path, "code") for output in cell.outputs]


def test_there_are_notebooks():
    """There are notebooks to test; a wrong folder would make every test here pass."""
    assert "00-the-whole-game" in [path.stem for path in PATHS]


@every_notebook
def test_counts_run_from_1(path):
    """Execution counts are 1..n, because nbval compares nothing in a cell without one."""
    counts = [cell.execution_count for cell in cells(path, "code")]

    assert counts == list(range(1, len(counts) + 1))


@every_notebook
def test_no_error_and_no_warning_is_stored(path):
    """No output is an error or a warning."""
    kinds = {(output.output_type, output.get("name")) for output in outputs(path)}

    assert not [kind for kind in kinds if kind[0] == "error" or kind[1] == "stderr"]


@every_notebook
def test_nothing_of_one_machine_is_stored(path):
    """No output has a folder or a memory address, which another run would change."""
    text = re.sub(r"base64,[A-Za-z0-9+/=]*", "", "\n".join(map(str, outputs(path))))

    assert OF_ONE_RUN.search(text) is None


@every_notebook
def test_every_figure_has_its_text(path):
    """Each picture has an `alt` text, in HTML because JupyterLab drops it elsewhere."""
    pictures = [o.data for o in outputs(path) if "image/png" in o.get("data", {})]

    assert all(re.search(r'<img alt="[^"]{20,}"', data.get("text/html", "")) for data in pictures)


@every_notebook
def test_no_cell_is_switched_off(path):
    """No cell tells nbval to ignore its output."""
    for cell in cells(path, "code"):
        assert "nbval" not in cell.source.lower()
        assert not [tag for tag in cell.metadata.get("tags", ()) if "nbval" in tag]


@every_notebook
def test_the_file_stays_small(path):
    """A notebook has under 260 kB with its outputs, so that a diff can be read."""
    assert path.stat().st_size < 260_000


@every_notebook
def test_cells_are_short_and_explained(path):
    """Cells have at most 15 lines, imports apart, and three text cells come with five of code."""
    code = cells(path, "code")
    first, *others = code

    assert first.source.startswith(("from ", "import "))
    assert max(len(cell.source.splitlines()) for cell in others) <= 15
    assert len(cells(path, "markdown")) >= 0.6 * len(code)


@every_notebook
def test_headings_are_in_order(path):
    """There is one title, and no level of headings is skipped, as screen readers need it."""
    text = "\n".join(cell.source for cell in cells(path, "markdown"))
    levels = [len(marks) for marks in re.findall(r"(?m)^(#+) ", text)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


@every_notebook
def test_the_readme_lists_it(path):
    """README links to each notebook."""
    assert f"notebooks/{path.name}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.thorough
def test_a_stale_output_fails(tmp_path):
    """nbval fails if one character of a stored output is changed, and only then."""
    notebook = nbformat.read(PATHS[0], as_version=4)
    right = next(c for c in notebook.cells if c.cell_type == "code" and "[len(page)" in c.source)
    notebook.cells = [c for c in notebook.cells if c.cell_type == "code"]
    notebook.cells = notebook.cells[: notebook.cells.index(right) + 1]
    shown = right.outputs[0].data["text/plain"]
    assert shown == "[20, 20, 20, 20, 20, 4]"
    stale = nbformat.from_dict({**right, "id": "stale", "outputs": deepcopy(right.outputs)})
    stale.outputs[0].data["text/plain"] = shown.replace("4", "5")
    notebook.cells.append(stale)
    nbformat.write(notebook, tmp_path / "copy.ipynb")
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env", "--tb=no"]
    command += ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), "copy.ipynb"]

    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    last = len(notebook.cells) - 1
    assert ran.returncode == 1
    assert re.findall(r"(?m)^FAILED copy.ipynb::(?:ipynb::)?Cell (\d+)", ran.stdout) == [str(last)]
    assert f"1 failed, {last} passed" in ran.stdout


@every_notebook
def test_imports_come_from_packages(path):
    """A notebook imports public names of packages, and from at most six of them."""
    code = "\n".join(cell.source for cell in cells(path, "code"))
    named = set(re.findall(r"(?m)^from (cruddur_lib[\w.]*) import", code))

    assert {name for name in named if not hasattr(import_module(name), "__path__")} == set()
    assert len(named) <= 6
