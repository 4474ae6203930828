"""bin/cost/bill: what a month's usage costs, by the prices of data/prices.yaml."""

import argparse
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from cruddur_lib.cli.script import OneLineParser, note, output, run_question
from cruddur_lib.costs.billing.amounts import UsageError
from cruddur_lib.costs.billing.bills import bill
from cruddur_lib.costs.billing.price_book import ESTIMATES, PriceBook
from cruddur_lib.costs.billing.usage_file import read_usage
from cruddur_lib.errors import WorkbookError

NAME = "bin/cost/bill"
STDIN = "-"
LARGEST = 1_000_000  # bytes of a file that may be a usage


def run(usage: str, words: list[str] | None = None, today: date | None = None) -> int:
    """The exit code of the script, called with `words` (default: the command line's).

    Prices are of `today`, the clock's day in UTC, where the file names no day.
    """
    return run_question(NAME, lambda: _answer(usage, words, today or datetime.now(UTC).date()))


def _answer(usage: str, words: list[str] | None, today: date) -> None:
    called = _parser(usage).parse_args(words)
    text = _text(called.file)
    try:
        asked = read_usage(text, today)
        book = PriceBook(asked.region, on=asked.on, estimates=frozenset(called.estimate))
        made = bill(asked.usage, book)
    except WorkbookError as error:
        raise WorkbookError(f"{called.file}: {error}") from error
    output(json.dumps(made.as_json()) if called.json else made.as_text())
    if asked.assumed:
        note(f"{NAME}: left out, so assumed: {', '.join(asked.assumed)}")


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
    raw = argparse.RawDescriptionHelpFormatter
    made = OneLineParser(NAME, description=usage, formatter_class=raw, allow_abbrev=False)
    made.add_argument("file", metavar="USAGE.json", help="the usage; - is standard input")
    made.add_argument(
        "--estimate",
        action="append",
        default=[],
        choices=sorted(ESTIMATES),
        help="let this estimate stand in for a price that is not known; its lines say so",
    )
    made.add_argument("--json", action="store_true", help="as JSON, amounts as unrounded texts")
    return made
