"""Tests of `jit`: with a cache on disk, without one, and without numba."""

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import FunctionType

import pytest
from hypothesis import assume, given, settings

import cruddur_lib.costs.throughput
from cruddur_lib.costs.throughput import jit, kernel, on_demand_kernel
from cruddur_lib.costs.throughput.policies import OnDemandLimits
from tests.helpers import throughput_cases as cases

COSTS = Path(cruddur_lib.costs.throughput.__file__).parent
ONCE = """
import jit

@jit.compiled
def twice(number):
    return number + number

print(twice(21), type(twice._cache).__name__)
"""


@pytest.fixture
def run_once(tmp_path):
    """Run a process that compiles a function in this folder, and return what it prints.

    If the folder must not be writable, `__pycache__` is a file.
    """

    def run(home, *, writable):
        shutil.copy(COSTS / "jit.py", tmp_path / "jit.py")
        (tmp_path / "once.py").write_text(ONCE, "utf-8")
        if not writable:
            (tmp_path / "__pycache__").touch()
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA", "XDG"))}
        ran = subprocess.run(
            [sys.executable, "-B", "-W", "error", "once.py"],
            cwd=tmp_path,
            env={**kept, "HOME": str(home), "LOCALAPPDATA": str(home)},
            capture_output=True,
            text=True,
            check=True,
        )
        return ran.stdout.strip()

    return run


def test_the_cache_is_beside_the_file(run_once, tmp_path):
    """The cache is in `__pycache__` if that is writable."""
    assert run_once(tmp_path, writable=True) == "42 FunctionCache"
    assert list((tmp_path / "__pycache__").glob("once.twice-*.nbc"))


@pytest.mark.thorough
def test_the_cache_is_the_users_where_the_tree_cannot_be_written(run_once, tmp_path):
    """In a tree that is not writable, the cache is in the user's directory."""
    assert run_once(tmp_path / "home", writable=False) == "42 FunctionCache"
    assert list((tmp_path / "home").rglob("once.twice-*.nbc"))


@pytest.mark.thorough
def test_nothing_can_be_written(run_once):
    """Without any writable directory, each process compiles, without a warning."""
    assert run_once(os.devnull, writable=False) == "42 NullCache"


@pytest.fixture(scope="module")
def plain():
    """The kernels without numba, as on a machine where numba cannot be installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "numba", None)
        for module in (jit, kernel, on_demand_kernel):
            patch.delitem(sys.modules, module.__name__)
            patch.delattr(cruddur_lib.costs.throughput, module.__name__.rpartition(".")[2])
        assert isinstance(
            importlib.import_module(on_demand_kernel.__name__).run_on_demand, FunctionType
        )
        yield importlib.import_module(kernel.__name__)


@settings(max_examples=40)
@given(case=cases.cases(cases.provisioned, 120, 1))
def test_without_numba_a_table_is_the_same(plain, case):
    """Without numba the kernel is plain Python, and a table equals the oracle."""
    assert isinstance(plain.run_independent, FunctionType)
    cases.assert_equal(*case)


@settings(max_examples=30)
@given(case=cases.cases(cases.provisioned | cases.on_demand, 90, 2))
def test_without_numba_indexes_and_on_demand_are_the_same(plain, case):
    """Without numba, indexes and on-demand mode equal the oracle."""
    _, rules, _ = case
    assume(len({isinstance(r, OnDemandLimits) for pair in rules.values() for r in pair}) == 1)
    assert isinstance(plain.run_coupled, FunctionType)
    cases.assert_equal(*case)
