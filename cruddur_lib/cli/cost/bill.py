"""bin/cost/bill: print a month's bill, from a usage file and a list of prices."""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from cruddur_lib.cli.cost.item_files import STDIN, naming
from cruddur_lib.cli.cost.prices import PRICES_FILE
from cruddur_lib.cli.script import RAW, OneLineParser, note, output, run_question
from cruddur_lib.costs.billing.bills import bill
from cruddur_lib.costs.billing.price_book import ESTIMATES, PriceBook
from cruddur_lib.costs.billing.price_files import known_prices
from cruddur_lib.costs.billing.usage import UsageError
from cruddur_lib.costs.billing.usage_file import describe_keys, read_usage

NAME = "bin/cost/bill"
LARGEST = 1_000_000  # bytes of a file that may be a usage


def run(usage: str, words: list[str] | None = None, today: date | None = None) -> int:
    """Print a month's bill and return the exit code: 0, or 2 for a wrong call or file.

    Args:
        usage: the first part of the help; the keys of a usage file follow it.
        words: the arguments, by default those of the command line.
        today: the day from which the ages of prices count, by default today in UTC. If the file
            names no day, the prices of this day apply.
    """
    return run_question(NAME, lambda: _answer(usage, words, today or datetime.now(UTC).date()))


def _answer(usage: str, words: list[str] | None, today: date) -> None:
    arguments = _parser(usage).parse_args(words)
    text, known = _text(arguments.file), known_prices(arguments.prices)
    with naming(arguments.file):
        month, assumed = read_usage(text, today)
        estimates = frozenset(arguments.estimate)
        book = PriceBook(month.region, on=month.on, estimates=estimates, price_list=known)
        made = bill(month, book)
    output(json.dumps(made.as_json(today)) if arguments.json else made.as_text(today))
    if assumed:
        note(f"{NAME}: left out, so assumed: {', '.join(assumed)}")


def _text(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{file} cannot be read: {reason}") from error
    if len(raw) > LARGEST:
        raise UsageError(f"{file} is {len(raw):,} bytes; a usage is at most {LARGEST:,}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not in UTF-8, at byte {error.start:,}") from error


def _parser(usage: str) -> OneLineParser:
    text = f"{usage}\n{describe_keys()}"
    made = OneLineParser(NAME, description=text, formatter_class=RAW, allow_abbrev=False)
    made.add_argument("file", metavar="USAGE.json", help="the usage; - is standard input")
    made.add_argument(
        "--estimate",
        action="append",
        default=[],
        choices=sorted(ESTIMATES),
        help="use this estimate for unknown prices; its lines say so",
    )
    made.add_argument("--prices", **PRICES_FILE)
    unrounded = "as JSON, with amounts as unrounded texts"
    made.add_argument("--json", action="store_true", help=unrounded)
    return made
