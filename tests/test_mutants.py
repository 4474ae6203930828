"""The lists of mutants fit the code that they break; bin/mutants tries them."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LISTS = sorted((ROOT / "tests" / "mutants").glob("*.toml"))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_each_mutant_breaks_one_place(path):
    """What a mutant replaces stands once in its module, and its tests are there."""
    listed = tomllib.loads(path.read_text(encoding="utf-8"))
    for mutant in listed["mutant"]:
        source = (ROOT / "cruddur_lib" / mutant["module"]).read_text(encoding="utf-8")
        assert source.count(mutant["was"]) == 1, mutant["rule"]
        assert mutant["becomes"] != mutant["was"], mutant["rule"]
    files = [word for word in listed["tests"] if word.endswith(".py")]  # beside them: -k and a word
    assert files
    assert all((ROOT / file).exists() for file in files)


def test_no_mutant_is_listed_twice():
    """Each breaks another place, or the same in another way."""
    every = [m for p in LISTS for m in tomllib.loads(p.read_text(encoding="utf-8"))["mutant"]]
    changes = [(mutant["module"], mutant["was"], mutant["becomes"]) for mutant in every]
    assert len(set(changes)) == len(changes)
