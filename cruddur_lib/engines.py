"""Engines on this machine, started and stopped: AWS's DynamoDB Local, or moto's server."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from cruddur_lib import dynamodb_local
from cruddur_lib.backends import BackendError, connect
from cruddur_lib.dynamodb_local import EngineError

NAMES = ("dynamodb-local", "moto")
IMAGE = "amazon/dynamodb-local:1.25.1"  # the version that CI runs by Java
OPTIONS = ("-inMemory", "-disableTelemetry")
READY_WITHIN = 60  # seconds; 2 to 4 are usual
LOST = (
    "neither Docker nor Java here, so this is moto's server: it takes requests that AWS refuses, "
    "and its capacity units are wrong. Install Java 11 or newer for AWS's own engine"
)
Say = Callable[[str], None]


@contextmanager
def running(
    engine: str | None = None, port: int = 8000, say: Say = lambda _: None
) -> Iterator[str]:
    """The address of an engine that answers, on `port` (0: any free one) of 127.0.0.1.

    "dynamodb-local" runs by Docker where its engine runs, else by Java; without a name, where
    neither is there, moto's server stands in. What happens meanwhile is told to `say`. The engine
    keeps its tables in memory and is stopped at the end of the `with`. Raises `EngineError`.
    """
    port = free_port(port)
    command = _command(engine, port, say)
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603  no shell
        try:
            endpoint = f"http://127.0.0.1:{port}"
            if not _ready(endpoint, process):
                raise EngineError(f"no engine came up on port {port}: {_last_words(log)}")
            yield endpoint
        finally:
            process.terminate()
            process.wait()


def free_port(port: int) -> int:
    """`port` where nobody listens there, any free one for 0; raises `EngineError` else."""
    with socket.socket() as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise EngineError(
                f"port {port} cannot be used ({error.strerror}): try --port"
            ) from error
        return int(probe.getsockname()[1])


def _command(engine: str | None, port: int, say: Say) -> list[str]:
    """The command that starts the engine."""
    if engine != "moto" and (docker := _docker()):
        say(f"by Docker, from {IMAGE}")
        publish = ["--publish", f"127.0.0.1:{port}:8000"]
        return [docker, "run", "--rm", *publish, IMAGE, "-jar", "DynamoDBLocal.jar", *OPTIONS]
    if engine == "dynamodb-local" or (engine is None and shutil.which("java")):
        return [*dynamodb_local.java_command(say), *OPTIONS, "-port", str(port)]
    if engine is None:
        say(LOST)
    return [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]


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


def _ready(endpoint: str, process: "subprocess.Popen[bytes]") -> bool:
    """True as soon as an engine answers, False where its process ends or the time is up."""
    deadline = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        try:
            connect("local", endpoint=endpoint).close()
        except BackendError:
            time.sleep(0.1)
        else:
            return process.poll() is None
    return False


def _last_words(log: IO[bytes]) -> str:
    """The end of what the engine said."""
    log.seek(0)
    return log.read()[-500:].decode(errors="replace").strip() or "it said nothing"
