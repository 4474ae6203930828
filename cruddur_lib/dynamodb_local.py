"""AWS's DynamoDB Local: fetched once through npm into a cache, run by Java on this machine's
loopback address alone.

Its licence lets everybody use it and nobody pass it on, so it is not part of this project: the npm
package amplify-dynamodb-simulator carries it (DynamoDB Local 1.25.1), and the checksum of that
package stands here.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from cruddur_lib.errors import WorkbookError

PACKAGE = "amplify-dynamodb-simulator@2.9.30"  # 57 MB, holds DynamoDB Local 1.25.1
SHA256 = "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9"
JAR = "DynamoDBLocal.jar"
SOURCE = Path(__file__).with_name("Loopback.java")  # Java 11 and newer run it as it is


Say = Callable[[str], None]


class EngineError(WorkbookError):
    """An engine that cannot be fetched or started."""


def cache_folder() -> Path:
    """Where fetched engines are kept, outside the project: CRUDDUR_CACHE, else the user's cache
    folder.
    """
    if chosen := os.environ.get("CRUDDUR_CACHE"):
        return Path(chosen).absolute()
    if sys.platform == "win32":
        return (
            Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
            / "cruddur-workbook"
        )
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cruddur-workbook"


def fetch(say: Say) -> Path:
    """The folder of DynamoDB Local, fetched and checked where it is not there yet.

    Raises `EngineError` where that cannot be; a fetch, which takes a while, is said before.
    """
    folder = cache_folder() / PACKAGE.replace("@", "-")
    if (folder / JAR).exists():
        return folder
    say(f"fetching {PACKAGE} through npm into {folder.parent}: 57 MB, this once")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        package = _pack(Path(scratch))
        check(package)
        with tarfile.open(package) as archive:
            archive.extractall(scratch, filter="data")
        try:
            (Path(scratch) / "package" / "emulator").rename(folder)  # in one step: never half
        except OSError as error:
            if not (folder / JAR).exists():  # else somebody else was quicker
                raise EngineError(f"{folder} is in the way: delete it and start again") from error
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


def java_command(say: Say) -> list[str]:
    """The command that runs DynamoDB Local by Java, but for its own arguments."""
    java = shutil.which("java")
    if java is None:
        raise EngineError("DynamoDB Local needs Java 11 or newer, and there is no `java` on PATH")
    folder = fetch(say)
    libraries = folder / "DynamoDBLocal_lib"
    path = os.pathsep.join([str(folder / JAR), str(libraries / "*")])
    return [java, f"-Djava.library.path={libraries}", "-cp", path, str(SOURCE)]


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
