"""AWS's DynamoDB Local, downloaded once through npm and run by Java on the loopback address only.

Its license allows use but not redistribution, so this project does not include it. The npm package
amplify-dynamodb-simulator contains DynamoDB Local 1.25.1; its checksum is below.
"""

import os
import shutil
from pathlib import Path

from cruddur_lib.downloads import NpmError, Package, Say, package_folder
from cruddur_lib.errors import WorkbookError

PACKAGE = "amplify-dynamodb-simulator@2.9.30"  # 57 MB, holds DynamoDB Local 1.25.1
SHA256 = "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9"
JAR = "DynamoDBLocal.jar"
SOURCE = Path(__file__).with_name("Loopback.java")  # Java 11 and newer run a source file


class EngineError(WorkbookError):
    """An engine that cannot be downloaded or started."""


def fetch(say: Say) -> Path:
    """Return the folder of DynamoDB Local, downloading it first if necessary.

    Args:
        say: Called with a line of text before a download, which takes a while.

    Raises:
        EngineError: The download failed or has another checksum.
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
    folder = fetch(say)
    libraries = folder / "DynamoDBLocal_lib"
    path = os.pathsep.join([str(folder / JAR), str(libraries / "*")])
    return [java, f"-Djava.library.path={libraries}", "-cp", path, str(SOURCE)]
