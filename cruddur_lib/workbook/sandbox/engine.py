"""The engine of a lesson, which replaces its table at every start: so not every one will do."""

import os

from cruddur_lib.backends import Backend, Engine, connect
from cruddur_lib.workbook.sandbox.sandbox import LessonError

OWN: list[Backend] = []  # the connection that was made last, to be closed before the next


def lesson_engine(backend: Backend | None) -> Backend:
    """`backend`, or the engine that `connect()` chooses; raises `LessonError` for AWS and for an
    engine that nobody knows.
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
    """The engine that the session is for; what an earlier lesson in this process had is over."""
    while OWN:
        OWN.pop().close()
    OWN.append(connect())
    return OWN[0]
