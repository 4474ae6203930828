"""The list of mutants fits the code that it breaks; bin/mutants runs it."""

import ast
from collections import Counter

import pytest

from tests.helpers.mutation import ROOT, Mutant, NotOnePlace, mutate, read_mutants

MUTANTS = read_mutants()
LINES = """
def total(first, rest):
    if rest == []:
        return first
    return first + sum(rest)


class Bill:
    def total(self):
        return 1 + sum(self.lines)
"""


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.rule)
def test_a_mutant_rewrites_one_place(mutant):
    """A rule's code is in one place, and the rewrite changes it to code that compiles."""
    path, source = mutate(mutant)

    compile(source, path, "exec")
    assert ast.unparse(ast.parse(path.read_text("utf-8"))) != source


def test_the_tests_of_mutants_exist():
    """Each test file that a group names is there."""
    named = {word.partition("::")[0] for mutant in MUTANTS for word in mutant.tests}

    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_the_list_is_short_and_names_each_rule_once():
    """At most 100 rules, so that CI can run all of them."""
    assert len(MUTANTS) <= 100
    assert [rule for rule, times in Counter(m.rule for m in MUTANTS).items() if times > 1] == []
    assert len({(m.at, m.was, m.becomes) for m in MUTANTS}) == len(MUTANTS)


def rewritten(root, at, was, becomes):
    """Return the mutated source of the small library in the folder."""
    return mutate(Mutant("a rule", at, was, becomes, ()), root)[1]


@pytest.fixture
def root(tmp_path):
    """A small library of one module."""
    (tmp_path / "cruddur_lib").mkdir()
    (tmp_path / "cruddur_lib" / "sums.py").write_text(LINES)
    return tmp_path


@pytest.mark.parametrize(
    ("at", "was", "becomes", "line"),
    [
        ("sums.py::total", "_1 + sum(_2)", "_1", "    return first\n"),
        ("sums.py::Bill.total", "_1 + sum(_2)", "_1", "        return 1"),
        ("sums.py::total", "if _1 == _2:\n    return _3", "_1", "    rest\n    return first + sum"),
        ("moved.py::Bill.total", "sum(_1)", "_1", "        return 1 + self.lines"),
        ("sums.py::renamed", "_1.lines", "_1.rows", "        return 1 + sum(self.rows)"),
    ],
    ids=["function", "method", "statement", "moved module", "renamed function"],
)
def test_code_is_found_by_its_structure(root, at, was, becomes, line):
    """Wildcards stand for any code, and a renamed module or function is found all the same."""
    assert line in rewritten(root, at, was, becomes)


@pytest.mark.parametrize(
    ("at", "was", "message"),
    [
        ("sums.py::total", "_1 * _2", r"'a rule' matches 0 places .* sums.py::total for: _1 \* _2"),
        ("sums.py", "sum(_1)", r"matches 2 places .*\n  cruddur_lib/sums.py:5\n  .*sums.py:10"),
        ("sums.py::total", "_1 == _1", "matches 0 places"),
    ],
)
def test_a_mutant_of_no_place_or_of_two_says_so(root, at, was, message):
    """The message names the rule, where it looks, what for, and each place that it matches."""
    with pytest.raises(NotOnePlace, match=message):
        rewritten(root, at, was, "True")
