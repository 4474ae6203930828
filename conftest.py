"""Set up every pytest run: a database of its own, Hypothesis, the order of tests, no network."""

import gc
import os
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings

HERE = Path(__file__).parent
LONGEST = ("test_solutions", "test_exercises", "test_machine", "test_inbox", "test_scripts")
SAME_ON_EACH_ENGINE = (  # beginnings of test names; these tests are marked moto_alone
    "cruddur_lib",
    "tests/backends/test_guard",
    "tests/backends/test_moto",
    "tests/benchmarks",
    "tests/cli/cost",
    "tests/cli/test_slides",
    "tests/costs/billing",
    "tests/costs/planning",
    "tests/costs/throughput",
    "tests/costs/traffic",
    "tests/costs/units",
    "tests/helpers",
    "tests/test_",
    "tests/workbook/exercises/test_exercises.py::test_each_known_mistake_of_a_function",
    "tests/workbook/exercises/test_histories",
    "tests/workbook/explorer",
    "tests/workbook/figures",
    "tests/workbook/questions",
    "tests/workbook/test_error_hints",
    "tests/workbook/test_slides",
)
LOOPBACK = ("127.0.0.1", "::1", "localhost", "", None)


def load_hypothesis_profile() -> None:
    """Load the profile that the environment asks for; bin/test explains the variables.

    Every profile but `random` draws the same examples in each run.
    """
    settings.register_profile(
        "fixed",
        max_examples=40,
        derandomize=True,
        deadline=None,  # a slow example on a busy machine is no failure
        suppress_health_check=[HealthCheck.too_slow],
    )
    fixed = settings.get_profile("fixed")
    settings.register_profile("thorough", fixed, max_examples=100)
    settings.register_profile(
        "random", fixed, max_examples=300, derandomize=False, database=None, print_blob=True
    )
    # A mutant needs any failing example, not the smallest one.
    settings.register_profile("mutant", fixed, phases=(Phase.explicit, Phase.generate))
    asked = [n for n in ("mutant", "random", "thorough") if os.environ.get(f"CRUDDUR_{n.upper()}")]
    settings.load_profile(asked[0] if asked else "fixed")


load_hypothesis_profile()  # before any module of tests is imported, as its decorators read it


def pytest_configure(config: pytest.Config) -> None:
    """Give this process its own database, keep learners' answers out, and configure nbval.

    Notebooks run beside tests on one engine, so each worker needs its own database. A figure is
    stored as a PNG inside HTML, for its alt text. nbval.cfg makes nbval ignore that picture, as it
    ignores a plain PNG.
    """
    os.environ["CRUDDUR_DATABASE"] = f"test{uuid4().hex}"
    os.environ["CRUDDUR_PROGRESS"] = os.devnull  # no folder can be made there, so no answer is kept
    os.environ["CRUDDUR_PRICES"] = os.devnull  # an empty file, so the user's own prices stay out
    if hasattr(config.option, "nbval_sanitize_with") and not config.option.nbval_sanitize_with:
        config.option.nbval_sanitize_with = str(HERE / "tests" / "nbval.cfg")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests whose engine or browser is absent, mark thorough cases, run long files first.

    The environment announces what is there; CI announces everything. Tests marked `moto_alone` run
    on moto only.
    """
    announced = {
        "dynamodb_local": os.environ.get("CRUDDUR_BACKEND") == "local",
        "ministack": "CRUDDUR_MINISTACK" in os.environ,
        "browser": "CRUDDUR_BROWSER" in os.environ,
        "moto_alone": os.environ.get("CRUDDUR_BACKEND", "moto") == "moto",
    }
    for item in items:
        if item.nodeid.startswith(SAME_ON_EACH_ENGINE):
            item.add_marker("moto_alone")
    absent = [marker for marker, there in announced.items() if not there]
    deselected = [item for item in items if any(map(item.get_closest_marker, absent))]
    items[:] = [item for item in items if item not in deselected]
    config.hook.pytest_deselected(items=deselected)
    _mark_thorough_cases(items)
    items.sort(key=_rank)


def _mark_thorough_cases(items: list[pytest.Item]) -> None:
    """Mark all but the first n cases of a test marked `quick_cases(n)` as thorough."""
    seen: Counter[str] = Counter()
    for item in items:
        if mark := item.get_closest_marker("quick_cases"):
            test = item.nodeid.partition("[")[0]
            seen[test] += 1
            if seen[test] > mark.args[0]:
                item.add_marker("thorough")


def _rank(item: pytest.Item) -> int:
    """Rank the longest files first, so that neither worker runs alone at the end."""
    return LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST)


def pytest_collection_finish() -> None:
    """Make garbage collection rare, because it took an eighth of a run's time.

    Objects that are loaded by now stay until the end, so the collector need not visit them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Fail a test that tries to reach an address outside this machine; yields these addresses."""
    tried: list[Any] = []
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            tried.append(address)
            raise OSError(f"a test tried to reach {address}")
        return connect(self, address)

    def guarded_resolve(host: Any, *rest: Any, **more: Any) -> Any:
        if host not in LOOPBACK:
            tried.append(host)
            raise socket.gaierror(f"a test tried to reach {host}")
        return resolve(host, *rest, **more)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_resolve)
    yield tried
    assert not tried
