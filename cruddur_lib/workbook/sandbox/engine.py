"""Choose the engine for a lesson. Lessons recreate their table, so AWS is refused."""

import os

from cruddur_lib.backends import Backend, Engine, connect
from cruddur_lib.workbook.sandbox.sandbox import LessonError

CONNECTIONS: list[Backend] = []  # at most one, of the last lesson that started without a backend


def lesson_engine(backend: Backend | None) -> Backend:
    """Return `backend`, or by default the engine that `connect()` chooses.

    A connection that an earlier lesson opened by default is closed.

    Raises:
        LessonError: the engine is AWS, or an unknown one.
    """
    aws = os.environ.get("CRUDDUR_BACKEND") == "aws" if backend is None else backend.name == "aws"
    if aws:
        raise LessonError(
            "a lesson replaces its table at every start: it runs on moto or a local engine only"
        )
    if backend is None:
        while CONNECTIONS:
            CONNECTIONS.pop().close()
        CONNECTIONS.append(backend := connect())
    if backend.engine is Engine.UNKNOWN:
        raise LessonError(
            f"{backend!r}: a lesson replaces its table only on engines that it knows. Start one of "
            "those: bin/ddb/start"
        )
    return backend
