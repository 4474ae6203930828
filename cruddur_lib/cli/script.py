"""Scripts as data, and how all of them run.

Exit codes: 0 success, 1 failure, explained on one line, 2 wrong arguments. Results go to standard
output, everything else to standard error.
"""

import argparse
import io
import json
import os
import sys
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from cruddur_lib.backends import ENGINE_ERRORS, Backend, connect
from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging.table import TABLE_NAME

INTERRUPTED = 130  # the exit code of shells after Ctrl-C
LAST_PORT = 65_535

Arguments = argparse.Namespace


@dataclass(frozen=True)
class Script:
    """A script that works on a connection.

    Attributes:
        name: its path below the project's folder.
        do: the work, on an open connection.
        arguments: adds the script's own arguments to a parser.
        before: runs before the connection is opened, for example to ask for confirmation.
        writes: whether it writes, and so needs `--account` on AWS.
    """

    name: str
    do: Callable[[Backend, Arguments], None]
    arguments: Callable[[argparse.ArgumentParser], None] = lambda _: None
    before: Callable[[Arguments], None] = lambda _: None
    writes: bool = False


def run(script: Script, usage: str, words: list[str] | None = None) -> int:
    """Run a script and return its exit code.

    Args:
        script: what to run.
        usage: the text of `--help`.
        words: the arguments; the command line's by default.
    """
    arguments = parser(script, usage).parse_args(words)
    try:
        script.before(arguments)
        with connection(script, arguments) as backend:
            script.do(backend, arguments)
            sys.stdout.flush()
    except WorkbookError as error:
        return failed(script, str(error))
    except ENGINE_ERRORS as error:
        return failed(script, f"the engine refused: {error}")
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def parser(script: Script, usage: str) -> argparse.ArgumentParser:
    """Return the parser of a script: the arguments that all scripts share, and its own."""
    made = argparse.ArgumentParser(
        prog=script.name,
        description=usage,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "where", nargs="?", choices=["prod"], help="prod: AWS; left out: the engine on this machine"
    )
    made.add_argument("--table", default=TABLE_NAME, help="the table's name (%(default)s)")
    made.add_argument("--region", help="prod: the AWS Region, if not the configured one")
    made.add_argument("--profile", help="prod: the AWS profile, if not the configured one")
    if script.writes:
        made.add_argument("--account", help="prod: the id of the AWS account that you mean")
    script.arguments(made)
    return made


def connection(script: Script, arguments: Arguments) -> Backend:
    """Connect to the engine on this machine, or to AWS if the user said `prod`.

    A connection to AWS may write only if the script writes.

    Raises:
        WorkbookError: a script that writes got no `--account`.
    """
    if arguments.where != "prod":
        return connect("local")
    aws: dict[str, Any] = {"region": arguments.region, "profile": arguments.profile}
    if not script.writes:
        return connect("aws", **aws)
    if not arguments.account:
        raise WorkbookError("writing to AWS needs --account, the 12-digit id of the one you mean")
    destroy = getattr(arguments, "destroy", None)
    return connect("aws", **aws, write=True, account=arguments.account, destroy=destroy)


def failed(script: Script, reason: str) -> int:
    """Print the reason on one line and return exit code 1."""
    note(f"{script.name}: {' '.join(reason.split())}")
    return 1


def note(line: str) -> None:
    """Print a line to standard error at once."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def output(text: str) -> None:
    """Print a result to standard output."""
    sys.stdout.write(text + "\n")


def output_json(value: object) -> None:
    """Print a result as JSON; DynamoDB's numbers stay numbers and its sets become lists."""
    output(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> Any:
    """Convert a Python value of DynamoDB to one that JSON has."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, set):
        return sorted(value)
    return b64encode(bytes(value)).decode()


class OneLineParser(argparse.ArgumentParser):
    """A parser that prints an error on one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        """Print the error and end the script with exit code 2."""
        note(f"{self.prog}: {' '.join(message.split())} (--help has examples)")
        sys.exit(2)


def run_question(name: str, answer: Callable[[], None]) -> int:
    """Run a script that needs no connection and return its exit code.

    Args:
        name: the script's name, for error messages.
        answer: reads the arguments and prints the result.
    """
    if sys.stdout is None:  # the caller has closed it
        note(f"{name}: the answer cannot be written: standard output is closed")
        return 1
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # not every encoding has every character
    try:
        try:
            answer()
        finally:
            sys.stdout.flush()
    except WorkbookError as error:
        note(f"{name}: {' '.join(str(error).split())}")
        return 2
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        note(f"{name}: the answer cannot be written: {error.strerror}")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def port(text: str) -> int:
    """Read a port number, 0 to 65535; a type for argparse."""
    number = int(text)
    if not 0 <= number <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"{number} is not a port: 0 to {LAST_PORT}")
    return number


def day(text: str) -> date:
    """Read a day such as 2026-11-22; a type for argparse."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day like 2026-11-22") from error
