"""docs/architecture.md describes the folders and files that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
LIBRARY = ROOT / "cruddur_lib"


def rooms_on_the_page():
    """The folders of the page's tree, each as its path, by their indentation."""
    tree = PAGE.split("```text\n")[1].split("```")[0]
    path, found = [], set()
    for line in tree.splitlines():
        indent = len(line) - len(line.lstrip())
        path[indent // 2 :] = [line.split()[0].rstrip("/")]
        found.add("/".join(path))
    return found


def packages(folder):
    """The packages below a folder, each as its path from the project's folder."""
    return {path.parent.relative_to(ROOT).as_posix() for path in folder.rglob("__init__.py")}


def test_the_tree_has_every_room():
    """Each package of the library is in the tree, but for the lessons' own, and nothing else is."""
    library = {path for path in packages(LIBRARY) if "/lesson_" not in path}

    assert {path for path in rooms_on_the_page() if path.startswith("cruddur_lib")} == library


def test_the_tree_has_no_folder_that_is_gone():
    """Each folder of the tree exists."""
    assert [path for path in rooms_on_the_page() if not (ROOT / path).is_dir()] == []


def test_each_file_that_the_page_names_is_there():
    """A file may be named by its path or, after its room was named, by its name alone."""
    paths = re.findall(r"`([\w/]+\.(?:py|yaml))`", PAGE)
    files = [path.as_posix() for path in [*LIBRARY.rglob("*.py"), *(ROOT / "data").rglob("*.yaml")]]

    assert len(paths) > 20
    assert [path for path in paths if not any(file.endswith(f"/{path}") for file in files)] == []


def test_newcomers_are_led_to_the_page():
    """README and CONTRIBUTING link to it."""
    for name in ("README.md", "CONTRIBUTING.md"):
        assert "docs/architecture.md" in (ROOT / name).read_text("utf-8"), name
