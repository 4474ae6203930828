"""bin/ddb/start: run an engine on this machine, until Ctrl-C or while one command runs."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from types import FrameType

from cruddur_lib.backends import LOCAL_ENDPOINT, connect, servers
from cruddur_lib.cli.script import RAW, note, port
from cruddur_lib.errors import WorkbookError

PAUSE = 0.1  # seconds between two checks
SIGNALS = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]


class Stop:
    """A request to stop, by Ctrl-C or another signal. The handler only remembers the signal."""

    def __init__(self) -> None:
        """Handle the signals from now on."""
        self.signal = 0  # the last one that arrived
        for number in SIGNALS:
            signal.signal(number, self._remember)

    def wanted(self) -> bool:
        """Return whether a signal has arrived."""
        return self.signal != 0

    def _remember(self, number: int, _frame: FrameType | None) -> None:
        self.signal = number


def start_engine(usage: str, words: list[str] | None = None) -> int:
    """Run an engine and return an exit code.

    The code is 0 after a stop and 1 if no engine can be started. With a command it is the command's
    own code, or 128 plus the signal's number if the command was stopped.

    Args:
        usage: the text of `--help`.
        words: the arguments; the command line's by default.
    """
    arguments = _arguments(usage, words)
    stop = Stop()
    try:
        with servers.running(arguments.engine, arguments.port, note, stop.wanted) as endpoint:
            with connect("local", endpoint=endpoint) as backend:
                note(f"{backend.engine.value} answers at {endpoint}; stopping it drops its tables")
            if arguments.command:
                return _beside(endpoint, arguments.command, stop)
            # another terminal finds this engine by these environment variables
            address = "" if endpoint == LOCAL_ENDPOINT else f"AWS_ENDPOINT_URL_DYNAMODB={endpoint} "
            note(f"notebooks on it: CRUDDUR_BACKEND=local {address}bin/lab")
            while not stop.wanted():
                time.sleep(PAUSE)
    except WorkbookError as error:
        note(f"bin/ddb/start: {error}")
        return 1
    except KeyboardInterrupt:
        if arguments.command:
            return 128 + stop.signal
    note("stopped")
    return 0


def _arguments(usage: str, words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("bin/ddb/start", description=usage, formatter_class=RAW)
    parser.add_argument("--engine", choices=servers.NAMES, help="default: the best that runs here")
    parser.add_argument("--port", type=port, default=8000, help="0 is any free one (%(default)s)")
    parser.add_argument("command", nargs="*", help="behind --: a command to run beside the engine")
    arguments = parser.parse_args(words)
    if arguments.command and shutil.which(arguments.command[0]) is None:
        parser.error(f"there is no command {arguments.command[0]!r} to run beside the engine")
    return arguments


def _beside(endpoint: str, command: list[str], stop: Stop) -> int:
    """Run the command with the engine's address in its environment and return its exit code.

    At a terminal the command stays in the foreground, so that Ctrl-C and its questions work.
    Elsewhere it gets a session of its own, so that all its processes can be stopped.
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
