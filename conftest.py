"""What tests, doctests and notebooks share: a database of their own, and no network."""

import gc
import os
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

HERE = Path(__file__).parent
LONGEST = ("test_solutions", "test_exercises", "test_machine", "test_inbox", "test_scripts")
collect_ignore_glob = ["*conftest.py"]  # no doctests in them, and one name for several files
LOOPBACK = ("127.0.0.1", "::1", "localhost", "", None)


def pytest_configure(config: pytest.Config) -> None:
    """Notebooks run beside tests on one engine, so each worker takes a database of its own; what
    they answer is not the learner's.

    Figures are stored as PNG inside HTML for the sake of their alt text; nbval compares all but the
    picture, as it does with PNG by itself.
    """
    os.environ["CRUDDUR_DATABASE"] = f"test{uuid4().hex}"
    os.environ["CRUDDUR_PROGRESS"] = os.devnull  # no folder can be made there: nothing is kept
    if hasattr(config.option, "nbval_sanitize_with") and not config.option.nbval_sanitize_with:
        config.option.nbval_sanitize_with = str(HERE / "tests" / "nbval.cfg")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of an engine itself, or of a browser, are left out where it is not announced; CI
    announces each. And those that say the same of each engine are left out on all but moto.
    """
    announced = {
        "dynamodb_local": os.environ.get("CRUDDUR_BACKEND") == "local",
        "ministack": "CRUDDUR_MINISTACK" in os.environ,
        "browser": "CRUDDUR_BROWSER" in os.environ,
        "moto_alone": os.environ.get("CRUDDUR_BACKEND", "moto") == "moto",
    }
    missing = [engine for engine, there in announced.items() if not there]
    left_out = [item for item in items if any(map(item.get_closest_marker, missing))]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
    _leave_to_ci(items)
    items.sort(key=_place)


def _leave_to_ci(items: list[pytest.Item]) -> None:
    """Of a test marked `quick_cases(n)` all cases but the first n are thorough."""
    seen: Counter[str] = Counter()
    for item in items:
        if mark := item.get_closest_marker("quick_cases"):
            test = item.nodeid.partition("[")[0]
            seen[test] += 1
            if seen[test] > mark.args[0]:
                item.add_marker("thorough")


def pytest_collection_finish() -> None:
    """What is loaded by now stays, so the garbage collector need not look through it, and a run is
    short, so it need not come often: it took an eighth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _place(item: pytest.Item) -> int:
    """The longest files come first: of two workers none is left alone with one in the end."""
    return LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Every address outside this machine that the test tries to reach; one is a failure."""
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
