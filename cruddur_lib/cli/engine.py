"""bin/ddb/start: an engine on this machine, until Ctrl-C or beside one command."""

import argparse
import os
import shutil
import signal
import subprocess
import time
from types import FrameType

from cruddur_lib import engines
from cruddur_lib.backends import LOCAL_ENDPOINT, connect
from cruddur_lib.cli.command import say
from cruddur_lib.errors import WorkbookError

LAST_PORT = 65_535


def start_engine(usage: str, words: list[str] | None = None) -> int:
    """The exit code: 0 after Ctrl-C, the command's own, 1 where no engine can be started."""
    parser = argparse.ArgumentParser(
        prog="bin/ddb/start",
        description=usage,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--engine", choices=engines.NAMES, help="default: the best that runs here")
    parser.add_argument("--port", type=port, default=8000, help="0 is any free one (%(default)s)")
    parser.add_argument("command", nargs="*", help="behind --: a command to run beside the engine")
    arguments = parser.parse_args(words)
    if arguments.command and shutil.which(arguments.command[0]) is None:
        parser.error(f"there is no command {arguments.command[0]!r} to run beside the engine")
    signal.signal(signal.SIGTERM, _interrupt)  # a plain kill stops the engine too
    try:
        with engines.running(arguments.engine, arguments.port, say) as endpoint:
            with connect("local", endpoint=endpoint) as backend:
                say(f"{backend.engine.value} answers at {endpoint}; stopping it drops its tables")
            if not arguments.command:
                say(f"notebooks on it: {_settings(endpoint)} bin/lab")
            return _beside(endpoint, arguments.command) if arguments.command else _wait()
    except WorkbookError as error:
        say(f"bin/ddb/start: {error}")
        return 1
    except KeyboardInterrupt:
        say("stopped")
        return 0


def port(text: str) -> int:
    """A port's number; argparse makes a usage line of the error."""
    number = int(text)
    if not 0 <= number <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"{number} is not a port: 0 to {LAST_PORT}")
    return number


def _beside(endpoint: str, command: list[str]) -> int:
    """The exit code of the command, which finds the engine by its environment."""
    environment = os.environ | {"CRUDDUR_BACKEND": "local", "AWS_ENDPOINT_URL_DYNAMODB": endpoint}
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603


def _settings(endpoint: str) -> str:
    """What another terminal has to set so that its notebooks find this engine."""
    address = "" if endpoint == LOCAL_ENDPOINT else f" AWS_ENDPOINT_URL_DYNAMODB={endpoint}"
    return f"CRUDDUR_BACKEND=local{address}"


def _wait() -> int:
    """Never, but for Ctrl-C, which leaves by KeyboardInterrupt."""
    while True:
        time.sleep(3_600)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
