"""Choose the engine for a lesson. Lessons recreate their table, so AWS is refused."""

import os

from cruddur_lib.backends import Backend, Engine, connect
from cruddur_lib.workbook.sandbox.sandbox import LessonError

CONNECTIONS: list[Backend] = []  # at most one: made by the last start, closed by the next


def lesson_engine(backend: Backend | None) -> Backend:
    """Return `backend`, or by default the engine that `connect()` chooses.

    Raises:
        LessonError: the engine is AWS, or an unknown one.
    """
    aws = os.environ.get("CRUDDUR_BACKEND") == "aws" if backend is None else backend.name == "aws"
    if aws:
        raise LessonError(
            "a lesson replaces its table at every start: it runs on moto or a local engine only"
        )
    if backend is None:
        backend = _connect()
    if backend.engine is Engine.UNKNOWN:
        raise LessonError(
            f"{backend!r}: a lesson replaces its table only on engines that it knows. Start one of "
            "those: bin/ddb/start"
        )
    return backend


def _connect() -> Backend:
    """Connect to the default engine, and close the connection of an earlier lesson."""
    while CONNECTIONS:
        CONNECTIONS.pop().close()
    CONNECTIONS.append(connect())
    return CONNECTIONS[0]
