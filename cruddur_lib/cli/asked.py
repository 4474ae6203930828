"""Scripts that answer a question, on one line where they refuse it.

Exit codes: 0 answered, 1 the answer could not be written out, 2 called wrongly or asked what cannot
be answered, which is said in one line. The answer goes to standard output, all else to standard
error.
"""

import argparse
import io
import os
import sys
from collections.abc import Callable
from datetime import date
from typing import NoReturn

from cruddur_lib.cli.command import INTERRUPTED, say
from cruddur_lib.errors import WorkbookError


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        """Ends the script with exit code 2."""
        say(f"{self.prog}: {' '.join(message.split())} (--help has examples)")
        sys.exit(2)


def answered(name: str, answer: Callable[[], None]) -> int:
    """The exit code of the script of that name, whose `answer` reads its words and writes."""
    if sys.stdout is None:  # closed by whoever called
        say(f"{name}: the answer cannot be written: standard output is closed")
        return 1
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a name may have no place in it
    try:
        try:
            answer()
        finally:
            sys.stdout.flush()
    except WorkbookError as error:
        say(f"{name}: {' '.join(str(error).split())}")
        return 2
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        say(f"{name}: the answer cannot be written: {error.strerror}")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def day(text: str) -> date:
    """A day on the command line, as a type of an argument."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day like 2026-11-22") from error
