"""Fixtures for the tests of the library: an engine, a table and users."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from moto import backend_index

from cruddur_lib.backends import Backend, connect
from cruddur_lib.messaging import seeds, table
from cruddur_lib.messaging.designs import DESIGNS
from cruddur_lib.messaging.entities import User
from cruddur_lib.messaging.inbox import Inbox

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
SERVICES = ("dynamodb", "dynamodbstreams", "sts")


@pytest.fixture(scope="session", autouse=True)
def few_services() -> Iterator[None]:
    """Let moto register only the services that the library uses.

    moto registers the addresses of all services for each connection. That takes a quarter of the
    time of a small test.
    """
    known = [one for one in backend_index.backend_url_patterns if one[0] in SERVICES]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backend_index, "backend_url_patterns", known)
        yield


@pytest.fixture
def backend() -> Iterator[Backend]:
    """The engine of this run, with a database for this test alone."""
    with connect(database=f"t{uuid4().hex}") as backend:
        yield backend


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A clock that advances by a second each time it is read."""
    moments = (NOON + timedelta(seconds=count) for count in range(10**6))
    return lambda: next(moments)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test of an inbox on every design, or on those that its mark `designs` names."""
    if "design_name" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("designs")
        metafunc.parametrize("design_name", mark.args if mark else sorted(DESIGNS))


@pytest.fixture
def inbox(design_name: str, backend: Backend, clock: Callable[[], datetime]) -> Inbox:
    """An inbox of one design, on an empty table."""
    design = DESIGNS[design_name]
    table.create(backend, design.schema)
    return design(backend, clock=clock)


@pytest.fixture
def seeded(inbox: Inbox) -> Inbox:
    """An inbox with the seeded conversation."""
    seeds.seed(inbox)
    return inbox


@pytest.fixture
def begun(inbox: Inbox) -> Inbox:
    """An inbox with the first four messages of the conversation, for tests that need no pages.

    moto slows down with each row of a table.
    """
    inbox.load(seeds.conversation()[:4])
    return inbox


@pytest.fixture
def ended(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[object, str, str]]:
    """A function that calls a script's `run`; returns exit code, output and error output."""

    def ended(run: Callable[..., int], *arguments: object) -> tuple[object, str, str]:
        try:
            code: object = run("usage", *arguments)
        except SystemExit as stopped:
            code = stopped.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return ended


@pytest.fixture
def andrew() -> User:
    """A user of the seeded conversation."""
    return seeds.user("andrewbrown")


@pytest.fixture
def bayko() -> User:
    """The other user of the seeded conversation."""
    return seeds.user("bayko")


@pytest.fixture
def zoe() -> User:
    """A user without any message group."""
    return seeds.user("zoemarchand")
