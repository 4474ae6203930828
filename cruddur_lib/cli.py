"""What the scripts in bin/ do: parse, call the library, print. Exit codes: 0 done, 1 failed, 2
asked wrongly.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from types import FrameType

from cruddur_lib import dynamodb_local
from cruddur_lib.errors import WorkbookError


def start_engine(usage: str) -> int:
    """bin/ddb/start: DynamoDB Local until Ctrl-C, or while the command behind `--` runs."""
    parser = argparse.ArgumentParser(
        description=usage, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--port",
        type=port,
        default=8000,
        help="port of 127.0.0.1; 0 means any free one (%(default)s)",
    )
    parser.add_argument(
        "command", nargs=argparse.REMAINDER, help="-- and a command to run beside the engine"
    )
    arguments = parser.parse_args()
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    signal.signal(signal.SIGTERM, _interrupt)  # a plain kill stops the engine too
    try:
        with dynamodb_local.running(arguments.port) as endpoint:
            say(f"DynamoDB Local answers at {endpoint}; its tables are gone when it stops")
            return _beside(endpoint, command) if command else _until_interrupted()
    except WorkbookError as error:
        say(f"bin/ddb/start: {error}")
        return 1
    except KeyboardInterrupt:
        say("stopped")
        return 0


def port(text: str) -> int:
    """A port number; argparse turns the error into a usage line."""
    number = int(text)
    if not 0 <= number <= 65_535:  # noqa: PLR2004  the range of ports
        raise argparse.ArgumentTypeError(f"{number} is not a port: 0 to 65535")
    return number


def say(line: str) -> None:
    """One line for the person at the terminal, at once."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _beside(endpoint: str, command: list[str]) -> int:
    """The exit code of the command, which finds the engine by its environment."""
    environment = os.environ | {"CRUDDUR_BACKEND": "local", "AWS_ENDPOINT_URL_DYNAMODB": endpoint}
    try:
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603  the caller's own command
    except OSError as error:
        say(f"bin/ddb/start: {command[0]} cannot be run: {error.strerror}")
        return 2


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _until_interrupted() -> int:
    """Never, but for Ctrl-C, which leaves by KeyboardInterrupt."""
    while True:
        time.sleep(3_600)
