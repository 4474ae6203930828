"""Scripts as data, and the functions that run them and print their results.

Exit codes: 0 success, 1 failure, 2 wrong arguments; a failure is explained on one line. Results go
to standard output, everything else to standard error.
"""

import argparse
import io
import json
import os
import sys
from base64 import b64encode
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn

from cruddur_lib.backends import ENGINE_ERRORS, Backend, connect
from cruddur_lib.errors import WorkbookError
from cruddur_lib.messaging.keys import timestamp
from cruddur_lib.messaging.table import TABLE_NAME

INTERRUPTED = 130  # the exit code of shells after Ctrl-C
RAW = argparse.RawDescriptionHelpFormatter  # keeps the lines of a usage
LAST_PORT = 65_535

Arguments = argparse.Namespace
Options = dict[str, dict[str, Any]]  # the settings of `add_argument`, by the option's name
JSON: Options = {"--json": {"action": "store_true", "help": "as JSON"}}


@dataclass(frozen=True)
class Script:
    """A script that works on a connection."""

    name: str  # its path below the project's folder
    do: Callable[[Backend, Arguments], None]  # the work, on an open connection
    options: Options = field(default_factory=dict)  # besides those of all scripts
    before: Callable[[Arguments], None] = lambda _: None  # runs before the connection is opened
    writes: bool = False  # whether it needs `--account` on AWS


def run(script: Script, usage: str, words: list[str] | None = None) -> int:
    """Run a script and return its exit code.

    Args:
        script: what to run.
        usage: the text of `--help`.
        words: the arguments; the command line's by default.
    """
    arguments = _parser(script, usage).parse_args(words)

    def answer() -> None:
        try:
            script.before(arguments)
            with _connection(script, arguments) as backend:
                script.do(backend, arguments)
        except ENGINE_ERRORS as error:
            raise WorkbookError(f"the engine refused: {error}") from error

    return run_question(script.name, answer, failure=1)


def _parser(script: Script, usage: str) -> argparse.ArgumentParser:
    """Return the parser of a script: the options that all scripts have, and its own."""
    parser = argparse.ArgumentParser(script.name, description=usage, formatter_class=RAW)
    parser.add_argument(
        "where", nargs="?", choices=["prod"], help="prod: AWS; left out: the engine on this machine"
    )
    parser.add_argument("--table", default=TABLE_NAME, help="the table's name (%(default)s)")
    parser.add_argument("--region", help="prod: the AWS Region, if not the configured one")
    parser.add_argument("--profile", help="prod: the AWS profile, if not the configured one")
    if script.writes:
        parser.add_argument("--account", help="prod: the id of the AWS account that you mean")
    for name, settings in script.options.items():
        parser.add_argument(name, **settings)
    return parser


def _connection(script: Script, arguments: Arguments) -> Backend:
    """Connect to the engine on this machine, or to AWS if the user said `prod`.

    A connection to AWS may write only if the script writes.
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


def note(line: str) -> None:
    """Print a line to standard error at once."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def output(text: str) -> None:
    """Print a result to standard output."""
    sys.stdout.write(text + "\n")


def output_json(value: object) -> None:
    """Print a result as JSON: entities become objects, DynamoDB's sets become lists."""
    output(json.dumps(value, ensure_ascii=False, indent=2, default=_json_value))


def _json_value(value: Any) -> Any:
    """Convert an entity, or a Python value of DynamoDB, to a value that JSON has."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime):
        return timestamp(value)
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


def run_question(name: str, answer: Callable[[], None], failure: int = 2) -> int:
    """Print an answer and return the script's exit code.

    Args:
        name: the script's name, for error messages.
        answer: computes and prints the answer.
        failure: the exit code if `answer` raises `WorkbookError`.
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
        return failure
    except BrokenPipeError:  # the reader, such as `head`, has ended
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
