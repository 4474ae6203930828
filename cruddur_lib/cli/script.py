"""A script as data: what it asks for and what it does; and how all of them run.

Exit codes: 0 done, 1 it failed for a reason that is said in one line, 2 it was called wrongly.
Results go to standard output, everything else to standard error.
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

INTERRUPTED = 130  # as shells say it

Arguments = argparse.Namespace


@dataclass(frozen=True)
class Script:
    """One script: its name below bin/, its own arguments, and what it does on a connection."""

    name: str
    do: Callable[[Backend, Arguments], None]
    arguments: Callable[[argparse.ArgumentParser], None] = lambda _: None
    before: Callable[[Arguments], None] = lambda _: None  # asked before any connection
    writes: bool = False


def run(command: Script, usage: str, words: list[str] | None = None) -> int:
    """The exit code of the script, called with `words` (default: the command line's)."""
    arguments = parser(command, usage).parse_args(words)
    try:
        command.before(arguments)
        with connection(command, arguments) as backend:
            command.do(backend, arguments)
            sys.stdout.flush()
    except WorkbookError as error:
        return failed(command, str(error))
    except ENGINE_ERRORS as error:
        return failed(command, f"the engine refused: {error}")
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def parser(command: Script, usage: str) -> argparse.ArgumentParser:
    """The script's command line: what all share, and its own."""
    made = argparse.ArgumentParser(
        prog=command.name,
        description=usage,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "where", nargs="?", choices=["prod"], help="prod: AWS; left out: the engine on this machine"
    )
    made.add_argument("--table", default=TABLE_NAME, help="the table's name (%(default)s)")
    made.add_argument("--region", help="prod: the AWS Region, if not the configured one")
    made.add_argument("--profile", help="prod: the AWS profile, if not the configured one")
    if command.writes:
        made.add_argument("--account", help="prod: the id of the AWS account that you mean")
    command.arguments(made)
    return made


def connection(command: Script, arguments: Arguments) -> Backend:
    """The engine on this machine, or AWS by the exact word `prod`; never more than is needed."""
    if arguments.where != "prod":
        return connect("local")
    aws: dict[str, Any] = {"region": arguments.region, "profile": arguments.profile}
    if not command.writes:
        return connect("aws", **aws)
    if not arguments.account:
        raise WorkbookError("writing to AWS needs --account, the 12-digit id of the one you mean")
    destroy = getattr(arguments, "destroy", None)
    return connect("aws", **aws, write=True, account=arguments.account, destroy=destroy)


def failed(command: Script, reason: str) -> int:
    """Exit code 1, the reason said in one line."""
    note(f"{command.name}: {' '.join(reason.split())}")
    return 1


def note(line: str) -> None:
    """One line beside the result, for the person at the terminal, at once."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def output(text: str) -> None:
    """A result, on standard output."""
    sys.stdout.write(text + "\n")


def output_json(value: object) -> None:
    """A result as JSON, on standard output; numbers stay numbers, sets become lists."""
    output(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> Any:
    """DynamoDB's Python values in those that JSON has."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, set):
        return sorted(value)
    return b64encode(bytes(value)).decode()


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        """Ends the script with exit code 2."""
        note(f"{self.prog}: {' '.join(message.split())} (--help has examples)")
        sys.exit(2)


def run_question(name: str, answer: Callable[[], None]) -> int:
    """The exit code of the script of that name, whose `answer` reads its words and writes."""
    if sys.stdout is None:  # closed by whoever called
        note(f"{name}: the answer cannot be written: standard output is closed")
        return 1
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a name may have no place in it
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


def day(text: str) -> date:
    """A day on the command line, as a type of an argument."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day like 2026-11-22") from error
