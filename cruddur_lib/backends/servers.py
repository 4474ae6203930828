"""Engines on this machine, started and stopped: AWS's DynamoDB Local, or moto's server."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from cruddur_lib.backends import BackendError, connect, dynamodb_local
from cruddur_lib.backends.dynamodb_local import EngineError
from cruddur_lib.downloads import Say

NAMES = ("dynamodb-local", "moto")
IMAGE = "amazon/dynamodb-local:1.25.1"  # the version that CI runs by Java
OPTIONS = ("-inMemory", "-disableTelemetry")
READY_WITHIN = 60  # seconds; 2 to 4 are usual
PAUSE = 0.1  # seconds between two looks
LOST = (
    "neither Docker nor Java here, so this is moto's server: it takes requests that AWS refuses, "
    "and its capacity units are wrong. Install Java 11 or newer (a JDK) for AWS's own engine"
)


@dataclass(frozen=True)
class Start:
    """How an engine is started, and what it says when it listens; "" where it says nothing."""

    command: list[str]
    ready: str = ""


@contextmanager
def running(
    engine: str | None,
    port: int,
    say: Say = lambda _: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Iterator[str]:
    """The address of an engine that answers, on `port` (0: any free one) of 127.0.0.1.

    "dynamodb-local" runs by Docker where its engine runs, else by Java; without a name, where
    neither is there, moto's server stands in. What happens meanwhile is told to `say`. The engine
    keeps its tables in memory and is stopped at the end of the `with`, or with this process.

    Raises `EngineError`, and KeyboardInterrupt where `stopping` turns true before it answers.
    """
    port = free_port(port)
    start = start_of(engine, port, say)
    with tempfile.TemporaryFile() as log, tempfile.TemporaryDirectory() as scratch:
        process = subprocess.Popen(  # noqa: S603  no shell
            start.command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=scratch,  # DynamoDB Local leaves a file where it starts
        )
        try:
            endpoint = f"http://127.0.0.1:{port}"
            if not _ready(start, endpoint, process, log, stopping):
                said = " ".join(_said(log).split())
                raise EngineError(f"no engine came up on port {port}: {said[-500:]}")
            yield endpoint
        finally:
            process.terminate()
            process.wait()
            if process.stdin:
                process.stdin.close()


def free_port(port: int) -> int:
    """`port` where nobody listens there, any free one for 0; raises `EngineError` else."""
    with socket.socket() as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            reason = error.strerror
            raise EngineError(f"port {port} cannot be used ({reason}): try --port") from error
        return int(probe.getsockname()[1])


def start_of(engine: str | None, port: int, say: Say) -> Start:
    """How to start the engine called so, or the best that there is."""
    if engine != "moto" and (docker := _docker()):
        say(f"by Docker, from {IMAGE}")
        publish = ["--publish", f"127.0.0.1:{port}:8000"]
        return Start(
            [docker, "run", "--rm", *publish, IMAGE, "-jar", "DynamoDBLocal.jar", *OPTIONS]
        )
    if engine == "dynamodb-local" or (engine is None and shutil.which("java")):
        return Start([*dynamodb_local.java_command(say), *OPTIONS, "-port", str(port)], "READY")
    if engine is None:
        say(LOST)
    return Start([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)])


def _docker() -> str | None:
    """Docker's program where its engine runs; a program alone starts nothing."""
    docker = shutil.which("docker")
    if docker is None:
        return None
    asked = [docker, "info", "--format", "{{.ServerVersion}}"]
    try:
        done = subprocess.run(asked, capture_output=True, timeout=10, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return None
    return docker if done.returncode == 0 else None


def _ready(
    start: Start,
    endpoint: str,
    process: "subprocess.Popen[bytes]",
    log: IO[bytes],
    stopping: Callable[[], bool],
) -> bool:
    """True as soon as this very engine answers, False where it ended or the time is up."""
    deadline = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        if stopping():
            raise KeyboardInterrupt
        if start.ready in _said(log) and _answers(endpoint):
            return process.poll() is None
        time.sleep(PAUSE)
    return False


def _answers(endpoint: str) -> bool:
    """Whether an engine answers there."""
    try:
        connect("local", endpoint=endpoint).close()
    except BackendError:
        return False
    return True


def _said(log: IO[bytes]) -> str:
    """What the engine said."""
    log.seek(0)
    return log.read().decode(errors="replace").strip()
