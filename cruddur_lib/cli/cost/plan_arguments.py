"""The arguments of bin/cost/plan, and the types of their values."""

import argparse
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import partial

from cruddur_lib.cli.cost.prices import PRICES_FILE
from cruddur_lib.cli.script import RAW, Arguments, OneLineParser, day
from cruddur_lib.costs.billing.price_book import ESTIMATES
from cruddur_lib.costs.planning.margins import MAX_THROTTLED, Margins
from cruddur_lib.costs.planning.tariffs import SavingsPlan
from cruddur_lib.costs.throughput.policies import (
    Fixed,
    Policy,
    ReadsWrites,
    TargetTracking,
    ThroughputError,
)
from cruddur_lib.costs.traffic.labels import ColumnMeaning, column_meaning
from cruddur_lib.costs.traffic.report import TrafficUnreadable
from cruddur_lib.costs.units.capacity_units import CapacityKind
from cruddur_lib.costs.units.sizes import ITEM_LIMIT

NAME = "bin/cost/plan"
ON_DEMAND_NOW = "on-demand"
SETTING = r"(\d+)-(\d+)@(\d+(?:\.\d+)?)"
DEFAULTS = Margins()


@dataclass(frozen=True)
class CurrentSetting:
    """A table's capacity as it is now; no policies mean on-demand mode."""

    text: str
    policies: ReadsWrites[Policy] | None = None


def parse(usage: str, words: list[str]) -> Arguments:
    """Return the arguments of a command line, or end the script with exit code 2.

    Args:
        usage: the first part of the help.
        words: the command line without the script's name.
    """
    parser = _parser(usage)
    arguments = parser.parse_args(_joined(words))
    if arguments.all and arguments.table:
        parser.error("--all plans every table, and --table plans one: use only one of them")
    for name in ("current", "storage_gb", "item_bytes", "confidence"):
        if arguments.all and getattr(arguments, name) is not None:
            parser.error(f"--{name.replace('_', '-')} works for one table only: leave out --all")
    if arguments.new_table and arguments.warm:
        parser.error("--new-table and --warm contradict each other: use only one of them")
    scaled = arguments.current and arguments.current.text.startswith("auto")
    if arguments.current and arguments.describe and not scaled:
        parser.error(
            "--current and --describe both give today's setting: use only one of them, or "
            "--current auto with --describe"
        )
    return arguments


def _joined(words: list[str]) -> list[str]:
    """Join "--current fixed 5/5" to "--current" and "fixed 5/5"."""
    joined: list[str] = []
    for word in words:
        if joined[-2:-1] == ["--current"] and joined[-1] in ("fixed", "auto"):
            joined[-1] += f" {word}"
        else:
            joined.append(word)
    return joined


def _parser(usage: str) -> OneLineParser:  # long: one call for each option
    parser = OneLineParser(NAME, description=usage, formatter_class=RAW, allow_abbrev=False)
    add = parser.add_argument
    add("files", metavar="TRAFFIC", nargs="+", help="CloudWatch metrics: .csv or .json")
    add("--json", action="store_true", help="print JSON, with USD as unrounded strings")

    add = parser.add_argument_group("how to read the files").add_argument
    add("--table", metavar="NAME", help="the name of the table to plan")
    add("--all", action="store_true", help="plan all tables of the files together")
    add("--period", type=int, metavar="SECONDS",
        help="the seconds that each sum covers: 60, 300, 86400 ...")  # fmt: skip
    add("--time-zone", metavar="ZONE", help="the zone of times without one: Europe/Berlin")
    add("--start", type=moment, metavar="TIME", help="the first minute: 2026-11-02T00:00Z")
    add("--end", type=moment, metavar="TIME", help="the first minute after the traffic")
    add("--no-reads", dest="idle", action="append_const", const=CapacityKind.READ, default=[],
        help="a table or index without a metric for reads has no reads")  # fmt: skip
    add("--no-writes", dest="idle", action="append_const", const=CapacityKind.WRITE,
        help="a table or index without a metric for writes has no writes")  # fmt: skip
    add("--column", action="append", default=[], type=column, metavar="LABEL=PART:KIND",
        help="what a label in the files measures: m3=inbox-index:writes or m1=table:reads; "
        "TABLE/PART:KIND names the table too; KIND/s means units a second")  # fmt: skip

    add = parser.add_argument_group("the table today").add_argument
    add("--current", type=current, metavar="SETTING",
        help="today's setting, to show the saving: on-demand, fixed READS/WRITES, or auto "
        "MIN-MAX@TARGET of the table and each index")  # fmt: skip
    add("--describe", action="append", default=[], metavar="FILE",
        help="the JSON of `aws dynamodb describe-table`; repeat it for each table")  # fmt: skip
    add("--min-savings", type=amount, default=Decimal(0), metavar="USD",
        help="print no commands if a plan saves less in a month (%(default)s)")  # fmt: skip
    add("--new-table", action="store_true",
        help="the on-demand table is new: 12,000 reads or 4,000 writes a second")  # fmt: skip
    add("--warm", type=pair, metavar="READS/WRITES",
        help="warm throughput in units a second (the peak of the file)")  # fmt: skip
    add("--max-throughput", type=pair, metavar="READS/WRITES",
        help="the table's maximum on-demand units a second")  # fmt: skip

    add = parser.add_argument_group("throttling and headroom").add_argument
    add("--max-throttled", type=float, default=MAX_THROTTLED, metavar="SHARE",
        help="the share of its demand that each capacity may throttle (%(default)s)")  # fmt: skip
    add("--headroom", type=amount, default=DEFAULTS.headroom, metavar="PERCENT",
        help="how much to raise fixed units, minimums and maximums (%(default)s)")  # fmt: skip
    add("--max-target", type=int, default=DEFAULTS.max_target, metavar="PERCENT",
        help="the highest target of auto scaling (%(default)s)")  # fmt: skip
    add("--confidence", type=level, metavar="PERCENT",
        help="show the interval that contains a month's bill with this probability")  # fmt: skip
    add("--item-bytes", type=_bytes, metavar="N",
        help="the size of an item, to see when larger items change the plan; all items of the "
        "table and its indexes grow alike")  # fmt: skip

    add = parser.add_argument_group("prices").add_argument
    add("--region", help="the Region of the prices (that of --describe, or us-east-1)")
    add("--on", type=day, metavar="DAY", help="the day of the prices (today)")
    add("--prices", **PRICES_FILE)
    add("--reserved", type=int, choices=[1, 3], help="years of reserved capacity to consider")
    add("--owned", type=pair, default=ReadsWrites(0, 0), metavar="READS/WRITES",
        help="reserved units that you already own")  # fmt: skip
    add("--savings-plan", type=savings_plan, default=SavingsPlan(), metavar="PERCENT",
        help="discount of a Database Savings Plan, or ON-DEMAND/PROVISIONED if the two differ; "
        "AWS's price list does not have it, so look it up in your console")  # fmt: skip
    add("--storage-gb", type=amount, metavar="GB",
        help="storage of table and indexes, in units of 2^30 bytes, to compare the table classes "
        "Standard and Standard-IA")  # fmt: skip
    add("--free-tier", action=argparse.BooleanOptionalAction, default=False,
        help="subtract the monthly free tier, which all tables of the account share")  # fmt: skip
    add("--estimate", action="append", default=[], choices=sorted(ESTIMATES),
        help="estimate unknown prices in this way")  # fmt: skip
    return parser


def pair(text: str) -> ReadsWrites[int]:
    """Read units of reads and writes, "100/25"; a type for argparse."""
    found = re.fullmatch(r"(\d{1,9})/(\d{1,9})", text)
    if not found:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not READS/WRITES in units a second, like 100/25"
        )
    return ReadsWrites(int(found[1]), int(found[2]))


def current(text: str) -> CurrentSetting:
    """Read "on-demand", "fixed 100/25" or "auto 5-100@70"; a type for argparse."""
    word, _, rest = text.replace(":", " ").strip().partition(" ")
    try:
        if text == ON_DEMAND_NOW:
            return CurrentSetting(text)
        if word == "fixed":
            return CurrentSetting(text, ReadsWrites[Policy](*map(Fixed, pair(rest.strip()))))
        if word == "auto" and (settings := re.fullmatch(f"{SETTING}(?:/{SETTING})?", rest.strip())):
            numbers = [number for number in settings.groups() if number is not None]
            policies = [_tracking(*numbers[at : at + 3]) for at in range(0, len(numbers), 3)]
            return CurrentSetting(text, ReadsWrites[Policy](policies[0], policies[-1]))
    except ThroughputError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from None
    raise argparse.ArgumentTypeError(
        f"{text!r} is not on-demand, fixed READS/WRITES or auto MIN-MAX@TARGET, like "
        "'auto 5-100@70'"
    )


def _tracking(low: str, high: str, target: str) -> TargetTracking:
    return TargetTracking(int(low), int(high), float(target) / 100)


def amount(text: str, most: Decimal = Decimal(10) ** 9) -> Decimal:
    """Read a number that is 0 or more; a type for argparse."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(-1)
    if not (number.is_finite() and 0 <= number <= most):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to {most:,f}")
    return number


percent = partial(amount, most=Decimal(100))


def level(text: str) -> Decimal:
    """Read a level of confidence, from 1 to 99.9 percent; a type for argparse."""
    number = percent(text)
    if not 1 <= number <= Decimal("99.9"):
        raise argparse.ArgumentTypeError(f"{text!r} is not from 1 to 99.9 percent")
    return number


def savings_plan(text: str) -> SavingsPlan:
    """Read a discount, "18" or "18/12" percent; a type for argparse."""
    parts = [percent(part) for part in text.split("/")]
    if len(parts) > 2:  # noqa: PLR2004  on demand, provisioned
        raise argparse.ArgumentTypeError(f"{text!r} is not PERCENT or ON-DEMAND/PROVISIONED")
    return SavingsPlan(parts[0], parts[-1])


def moment(text: str) -> datetime:
    """Read a time with its zone; a type for argparse."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None or time.second or time.microsecond:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a whole minute with its zone, like 2026-11-02T00:00Z"
        )
    return time.astimezone(UTC)


def column(text: str) -> tuple[str, ColumnMeaning]:
    """Read what a label means, "m3=inbox-index:writes"; a type for argparse."""
    try:
        return column_meaning(text)
    except TrafficUnreadable as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _bytes(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= ITEM_LIMIT):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not the size of an item: it has 1 to {ITEM_LIMIT:,} bytes"
        )
    return int(text)
