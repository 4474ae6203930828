"""AWS's DynamoDB Local: fetched once through npm into a cache, run by Java on this machine's
loopback address alone.

Its licence lets everybody use it and nobody pass it on, so it is not part of this project: the npm
package amplify-dynamodb-simulator carries it (DynamoDB Local 1.25.1), and the checksum of that
package stands here.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cruddur_lib.backends import BackendError, Engine, connect
from cruddur_lib.errors import WorkbookError

PACKAGE = "amplify-dynamodb-simulator@2.9.30"  # 57 MB, holds DynamoDB Local 1.25.1
SHA256 = "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9"
SOURCE = Path(__file__).with_name("Loopback.java")  # Java 11 and newer run it as it is
READY_WITHIN = 60  # seconds; 2 to 4 are usual


class EngineError(WorkbookError):
    """An engine that cannot be fetched or started."""


def cache_folder() -> Path:
    """Where fetched engines are kept, outside the project: CRUDDUR_CACHE, else the user's cache
    folder.
    """
    if chosen := os.environ.get("CRUDDUR_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        return (
            Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
            / "cruddur-workbook"
        )
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cruddur-workbook"


def fetch() -> Path:
    """The folder of DynamoDB Local, fetched and checked where it is not there yet; raises
    `EngineError`.
    """
    folder = cache_folder() / PACKAGE.replace("@", "-")
    if (folder / "DynamoDBLocal.jar").exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        package = _pack(Path(scratch))
        check(package)
        with tarfile.open(package) as archive:
            archive.extractall(scratch, filter="data")
        shutil.move(
            Path(scratch) / "package" / "emulator", folder
        )  # in one step: never half a folder
    return folder


def check(package: Path) -> None:
    """Nothing where the package is the one that this file names; raises `EngineError` where it is
    another.
    """
    found = hashlib.sha256(package.read_bytes()).hexdigest()
    if found != SHA256:
        raise EngineError(
            f"{package.name} has the checksum {found}, wanted {SHA256}: not unpacked; try again"
        )


@contextmanager
def running(port: int = 8000) -> Iterator[str]:
    """The address of a DynamoDB Local that answers, in memory, on `port` (0: any free one) of
    127.0.0.1.

    It is stopped at the end of the `with`. Raises `EngineError` where Java is missing or the port
    is taken.
    """
    java = shutil.which("java")
    if java is None:
        raise EngineError(
            "DynamoDB Local needs Java 11 or newer, and there is no `java` on PATH: install a JDK"
        )
    port = _free(port)
    folder = fetch()
    libraries = folder / "DynamoDBLocal_lib"
    command = [
        java,
        f"-Djava.library.path={libraries}",
        "-cp",
        os.pathsep.join([*_jars(folder)]),
        str(SOURCE),
    ]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603  a fixed program, no shell
            [*command, "-inMemory", "-disableTelemetry", "-port", str(port)],
            stdout=log,
            stderr=log,
            cwd=folder,
        )
        try:
            endpoint = f"http://127.0.0.1:{port}"
            if not _ready(endpoint, process):
                log.seek(0)
                said = log.read()[-500:].decode(errors="replace").strip()
                raise EngineError(f"DynamoDB Local did not start on port {port}: {said}")
            yield endpoint
        finally:
            process.terminate()
            process.wait()


def _pack(scratch: Path) -> Path:
    """The package, as npm leaves it in `scratch`."""
    npm = shutil.which("npm")
    if npm is None:
        raise EngineError(
            "DynamoDB Local is fetched through npm, and there is no `npm` on PATH: install Node.js"
        )
    done = subprocess.run(  # noqa: S603  a fixed program, no shell
        [npm, "pack", "--silent", PACKAGE], cwd=scratch, capture_output=True, text=True, check=False
    )
    packages = sorted(scratch.glob("*.tgz"))
    if done.returncode or not packages:
        raise EngineError(
            f"npm could not fetch {PACKAGE}: {done.stderr.strip() or 'no reason given'}"
        )
    return packages[0]


def _jars(folder: Path) -> Iterator[str]:
    yield str(folder / "DynamoDBLocal.jar")
    yield str(folder / "DynamoDBLocal_lib" / "*")


def _free(port: int) -> int:
    """`port` where nobody listens there, or any free one for 0; raises `EngineError` where it is
    taken.
    """
    with socket.socket() as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise EngineError(
                f"port {port} is taken ({error.strerror}): choose another with --port"
            ) from error
        return int(probe.getsockname()[1])


def _ready(endpoint: str, process: "subprocess.Popen[bytes]") -> bool:
    """True as soon as the engine at `endpoint` answers, False where its process ends or the time is
    up.
    """
    deadline = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with connect("local", endpoint=endpoint) as backend:
                return backend.engine is Engine.DYNAMODB_LOCAL
        except BackendError:
            time.sleep(0.1)
    return False
