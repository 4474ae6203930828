"""AWS's DynamoDB Local: fetched once through npm into a cache, run by Java on this machine's
loopback address alone.

Its licence lets everybody use it and nobody pass it on, so it is not part of this project: the npm
package amplify-dynamodb-simulator carries it (DynamoDB Local 1.25.1), and the checksum of that
package stands here.
"""

import os
import shutil
from pathlib import Path

from cruddur_lib.downloads import NpmError, Package, Say, folder_of
from cruddur_lib.errors import WorkbookError

PACKAGE = "amplify-dynamodb-simulator@2.9.30"  # 57 MB, holds DynamoDB Local 1.25.1
SHA256 = "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9"
JAR = "DynamoDBLocal.jar"
SOURCE = Path(__file__).with_name("Loopback.java")  # Java 11 and newer run it as it is


class EngineError(WorkbookError):
    """An engine that cannot be fetched or started."""


def fetch(say: Say) -> Path:
    """The folder of DynamoDB Local, fetched and checked where it is not there yet.

    Raises `EngineError` where that cannot be; a fetch, which takes a while, is said before.
    """
    try:
        return folder_of(Package(PACKAGE, SHA256, 57, has=JAR, part="emulator"), say)
    except NpmError as error:
        raise EngineError(f"DynamoDB Local: {error}") from error


def java_command(say: Say) -> list[str]:
    """The command that runs DynamoDB Local by Java, but for its own arguments."""
    java = shutil.which("java")
    if java is None:
        raise EngineError("DynamoDB Local needs Java 11 or newer, and there is no `java` on PATH")
    folder = fetch(say)
    libraries = folder / "DynamoDBLocal_lib"
    path = os.pathsep.join([str(folder / JAR), str(libraries / "*")])
    return [java, f"-Djava.library.path={libraries}", "-cp", path, str(SOURCE)]
