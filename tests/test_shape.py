"""Rules for the shape of the code. `lint-imports` in bin/check checks who may import whom."""

import ast
import json
import re
import subprocess
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "cruddur_lib"
MODULES = sorted(LIBRARY.rglob("*.py"))
BACKENDS = "cruddur_lib/backends/"
CLIENT = re.compile(r"\b(?:boto3|botocore|session)\.(?:client|resource|Session|create_client)\b")


def tracked() -> list[str]:
    """Return the names of all files of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def code_of(name: str) -> str:
    """Return a file's code; for a notebook, that of its code cells."""
    text = (ROOT / name).read_text(encoding="utf-8")
    if name.endswith(".ipynb"):
        cells = json.loads(text)["cells"]
        return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    return text


def test_clients_are_made_in_one_place():
    """Only `cruddur_lib.backends` makes boto3 clients, for the library, scripts and notebooks.

    Tests may make one, to show what `backends` protects from.
    """
    names = [n for n in tracked() if n.endswith((".py", ".ipynb")) or n.startswith("bin/")]
    elsewhere = [n for n in names if not n.startswith((BACKENDS, "tests/"))]

    assert "notebooks/00-the-whole-game.ipynb" in elsewhere
    assert [name for name in elsewhere if CLIENT.search(code_of(name))] == []


@pytest.mark.parametrize(
    "line", ['boto3.client("s3")', 'boto3.resource("dynamodb")', "boto3.Session()"]
)
def test_the_search_for_clients_finds_one(line):
    """The search finds each way to make a client, and the clients that `backends` makes."""
    assert CLIENT.search(line)
    assert CLIENT.search(code_of(BACKENDS + "base.py"))


def test_boto3_and_moto_are_named_in_one_place():
    """No module outside `cruddur_lib.backends` imports boto3, botocore or moto."""
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        names |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        if any(name.split(".")[0] in ("boto3", "botocore", "moto") for name in names):
            assert path.parent == LIBRARY / "backends", path


@pytest.mark.parametrize("module", ["cruddur_lib", "cruddur_lib.costs"])
def test_an_import_of_a_package_is_quick(module):
    """A lazy package loads a name's module when the name is used, so its import is quick."""
    code = (
        f"import time; start = time.perf_counter(); import {module}, sys\n"
        "print(time.perf_counter() - start < 0.1)\n"
        "print(*{'boto3', 'matplotlib', 'numba', 'numpy', 'pandas', 'pydantic'} & {*sys.modules})"
    )

    assert printed(code) == ["True", ""]


def test_slow_packages_are_imported_where_they_are_used():
    """Importing from `cruddur_lib.costs` loads neither pandas nor numba, half a second each."""
    code = (
        "import sys; from cruddur_lib.costs import Workload, bill, cheapest, simulate\n"
        "print(*{'numba', 'pandas', 'matplotlib', 'boto3'} & sys.modules.keys())"
    )

    assert printed(code) == [""]


@pytest.mark.parametrize("package", ["", ".backends", ".costs", ".workbook"])
def test_every_public_name_is_there(package):
    """Each name that a lazy package lists can be imported from it."""
    lazy = import_module(f"cruddur_lib{package}")

    assert all(hasattr(lazy, name) for name in lazy.__all__)


def test_costs_gives_all_names_of_its_rooms():
    """`cruddur_lib.costs` lists the public names of each of its packages, no more and no fewer."""
    rooms = [path.parent for path in (LIBRARY / "costs").glob("*/__init__.py")]
    names = [set(import_module(f"cruddur_lib.costs.{room.name}").__all__) for room in rooms]

    assert set(import_module("cruddur_lib.costs").__all__) == set().union(*names)


def printed(code):
    """Return the lines that a new process prints."""
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return ran.stdout.splitlines()


def test_the_library_does_not_print():
    """No module calls `print`: scripts use `cli.say`, notebooks display."""
    for path in MODULES:
        calls = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)]
        assert not [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"], path


def test_modules_and_folders_are_small():
    """A module has at most 400 lines, questions.py apart, and a folder at most 12 modules."""
    long = [p for p in MODULES if p.name != "questions.py" and lines_of(p) > 400]
    folders = Counter(p.parent for p in MODULES if p.name != "__init__.py")

    assert long == []
    assert [folder for folder, count in folders.items() if count > 12] == []


def test_no_class_name_is_used_twice():
    """A class name means one thing in the whole library."""
    trees = [ast.parse(path.read_text("utf-8")) for path in MODULES]
    names = Counter(n.name for tree in trees for n in tree.body if isinstance(n, ast.ClassDef))

    assert [name for name, count in names.items() if count > 1] == []


def lines_of(path):
    """Count the lines of a file."""
    return len(path.read_text("utf-8").splitlines())


def test_files_name_no_place_outside_the_project():
    """No file names a folder above the project or a user's home."""
    outside = re.compile(r"\.\./\w|(?<!\w)/(?:root|home|Users)/\w")
    text = [n for n in tracked() if not n.endswith((".png", ".lock")) and "test_" not in n]

    assert [name for name in text if outside.search((ROOT / name).read_text("utf-8"))] == []


def test_no_secret_is_in_git():
    """No file outside the tests contains what looks like an access key or a private key."""
    secret = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----")
    text = [n for n in tracked() if not n.endswith(".png") and not n.startswith("tests/")]

    assert [name for name in text if secret.search((ROOT / name).read_text("utf-8"))] == []
