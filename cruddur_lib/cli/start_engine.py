"""bin/ddb/start: an engine on this machine, until it is stopped or beside one command."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from types import FrameType

from cruddur_lib.backends import LOCAL_ENDPOINT, connect, servers
from cruddur_lib.cli.script import note
from cruddur_lib.errors import WorkbookError

LAST_PORT = 65_535
PAUSE = 0.1  # seconds between two looks
SIGNALS = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]


class Stop:
    """Whether Ctrl-C was pressed, or somebody wants this process to end; and by which signal."""

    def __init__(self) -> None:
        """Listens from now on. A handler that only remembers cannot get lost in a bad moment."""
        self.signal = 0
        self._wanted = threading.Event()
        for number in SIGNALS:
            signal.signal(number, self._remember)

    def wanted(self) -> bool:
        """Whether to stop."""
        return self._wanted.is_set()

    def wait(self) -> None:
        """Until it is time to stop."""
        while not self._wanted.wait(PAUSE):
            pass

    def _remember(self, number: int, _frame: FrameType | None) -> None:
        self.signal = number
        self._wanted.set()


def start_engine(usage: str, words: list[str] | None = None) -> int:
    """The exit code: 0 when stopped, 1 where no engine can be started, beside a command its own.

    A command that was stopped ends with 128 and the signal's number, as in a shell.
    """
    arguments = _parsed(usage, words)
    stop = Stop()
    try:
        with servers.running(arguments.engine, arguments.port, note, stop.wanted) as endpoint:
            with connect("local", endpoint=endpoint) as backend:
                note(f"{backend.engine.value} answers at {endpoint}; stopping it drops its tables")
            if arguments.command:
                return _beside(endpoint, arguments.command, stop)
            note(f"notebooks on it: {_settings(endpoint)} bin/lab")
            stop.wait()
    except WorkbookError as error:
        note(f"bin/ddb/start: {error}")
        return 1
    except KeyboardInterrupt:
        if arguments.command:
            return 128 + stop.signal
    note("stopped")
    return 0


def _parsed(usage: str, words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/ddb/start",
        description=usage,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--engine", choices=servers.NAMES, help="default: the best that runs here")
    parser.add_argument("--port", type=port, default=8000, help="0 is any free one (%(default)s)")
    parser.add_argument("command", nargs="*", help="behind --: a command to run beside the engine")
    arguments = parser.parse_args(words)
    if arguments.command and shutil.which(arguments.command[0]) is None:
        parser.error(f"there is no command {arguments.command[0]!r} to run beside the engine")
    return arguments


def port(text: str) -> int:
    """A port's number; argparse makes a usage line of the error."""
    number = int(text)
    if not 0 <= number <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"{number} is not a port: 0 to {LAST_PORT}")
    return number


def _beside(endpoint: str, command: list[str], stop: Stop) -> int:
    """The exit code of the command, which finds the engine by its environment.

    At a terminal it stays in the foreground, so that Ctrl-C and questions reach it; elsewhere it
    is a session of its own, and all of it is stopped with us.
    """
    environment = os.environ | {"CRUDDUR_BACKEND": "local", "AWS_ENDPOINT_URL_DYNAMODB": endpoint}
    alone = hasattr(os, "killpg") and not sys.stdin.isatty()
    process = subprocess.Popen(command, env=environment, start_new_session=alone)  # noqa: S603
    while process.poll() is None and not stop.wanted():
        with suppress(subprocess.TimeoutExpired):
            process.wait(PAUSE)
    if process.poll() is not None:
        return process.returncode
    if alone:
        os.killpg(process.pid, signal.SIGTERM)
    elif stop.signal != signal.SIGINT:  # Ctrl-C has reached it from the terminal
        process.terminate()
    process.wait()
    return 128 + stop.signal


def _settings(endpoint: str) -> str:
    """What another terminal has to set so that its notebooks find this engine."""
    address = "" if endpoint == LOCAL_ENDPOINT else f" AWS_ENDPOINT_URL_DYNAMODB={endpoint}"
    return f"CRUDDUR_BACKEND=local{address}"
