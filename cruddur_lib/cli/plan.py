"""bin/cost/plan: the cheapest capacity mode for a file of traffic, and when it would change."""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from tqdm import tqdm

from cruddur_lib.cli.script import RAW, OneLineParser, day, output, run_question
from cruddur_lib.costs.billing.conventions import money
from cruddur_lib.costs.billing.price_book import ESTIMATES, HOME, PriceBook
from cruddur_lib.costs.planning.aws_commands import aws_commands
from cruddur_lib.costs.planning.modes import BillingTerms, ModeCost
from cruddur_lib.costs.planning.planner import MAX_THROTTLED, Plan, cheapest
from cruddur_lib.costs.planning.sensitivity import TurningPoint, turning_points
from cruddur_lib.costs.throughput.policies import Fixed, ReadsWrites, TargetTracking
from cruddur_lib.costs.traffic.cloudwatch import read_cloudwatch
from cruddur_lib.costs.traffic.labels import column_meaning
from cruddur_lib.costs.traffic.report import TrafficReport
from cruddur_lib.costs.units.sizes import ITEM_LIMIT
from cruddur_lib.messaging.table import TABLE_NAME
from cruddur_lib.text import aligned

NAME = "bin/cost/plan"
HEADS = ("mode", "USD a month", "upfront USD", "throttled", "worst minute", "used: reads, writes")


def run(usage: str, words: list[str] | None = None, today: date | None = None) -> int:
    """Print a plan and return the exit code: 0, or 2 for a wrong call or file.

    Args:
        usage: the text of `--help`.
        words: the arguments, by default those of the command line.
        today: the day of the prices if `--on` names none, by default today in UTC.
    """
    return run_question(NAME, lambda: _answer(usage, words, today or datetime.now(UTC).date()))


def _answer(usage: str, words: list[str] | None, today: date) -> None:
    args = _parser(usage).parse_args(words)
    traffic = read_cloudwatch(
        args.file, time_zone=args.time_zone, period=args.period, columns=dict(args.column)
    )
    book = PriceBook(args.region, on=args.on or today, estimates=frozenset(args.estimate))
    terms = BillingTerms(reserved=args.reserved, free_tier=not args.no_free_tier)
    with tqdm(desc="trying", unit=" policies", delay=1, leave=False) as bar:
        plan = cheapest(traffic.workload, book, args.max_throttled, terms, bar.update)
        points = turning_points(plan, args.item_bytes)
    commands = aws_commands(plan.best.rules, args.table, args.region)
    if args.json:
        output(json.dumps(_json(plan, traffic.report, points, commands), indent=2))
    else:
        output("\n".join(_text(plan, traffic.report, points, commands)))


def _json(
    plan: Plan, report: TrafficReport, points: list[TurningPoint], commands: list[str]
) -> dict[str, Any]:
    return {
        "region": plan.book.region,
        "on": str(plan.book.on),
        "free_tier": plan.terms.free_tier,
        "hour_billed": plan.terms.partial_hour.value,
        "max_throttled": plan.max_throttled,
        "traffic": str(report).splitlines(),
        "best": plan.best.name,
        "modes": {name: _mode(one) for name, one in plan.outcomes.items()},
        "break_even": _break_even(plan)._asdict(),
        "flips": [vars(point) for point in points],
        "commands": commands,
    }


def _mode(one: ModeCost) -> dict[str, Any]:
    worst, kept = one.worst, one.reserved
    return {
        "usd": money(one.usd),
        "usd_a_month": money(one.usd_a_month),
        "upfront_usd": money(one.upfront_usd),
        "throttled_share": one.throttled_share,
        "worst_minute": worst
        and {**vars(worst), "kind": worst.kind.plural, "time": worst.time.isoformat()},
        "used": one.utilization._asdict() if one.utilization else None,
        "reserved": kept and {"years": kept.years, "rcu": int(kept.rcu), "wcu": int(kept.wcu)},
        "rules": {
            part: {kind: _rule(policy) for kind, policy in pair._asdict().items()}
            for part, pair in one.rules.items()
        },
    }


def _rule(policy: Any) -> dict[str, Any]:
    match policy:
        case Fixed(units):
            return {"units": units}
        case TargetTracking(minimum, maximum):
            return {"minimum": minimum, "maximum": maximum, "target_percent": policy.percent}
    return {"on_demand": True}


def _break_even(plan: Plan) -> ReadsWrites[float]:
    return ReadsWrites(*(float(tariff.break_even) for tariff in plan.tariffs))


def _text(
    plan: Plan, report: TrafficReport, points: list[TurningPoint], commands: list[str]
) -> Iterator[str]:
    yield str(report)
    free = "with the free tier" if plan.terms.free_tier else "without the free tier"
    yield (
        f"{plan.workload.minutes:,} minutes from {plan.workload.start:%Y-%m-%d %H:%M} UTC; "
        f"{plan.book.region}, prices of {plan.book.on}, {free}; an hour is billed by "
        f"{plan.terms.partial_hour.value}; a month is 730 h"
    )
    yield ""
    yield from aligned([HEADS, *(_row(name, one) for name, one in plan.outcomes.items())])
    yield ""
    yield f"cheapest with at most {plan.max_throttled:.4%} throttled: {plan.best.name}"
    for part, pair in plan.best.rules.items():
        for kind, policy in pair._asdict().items():
            yield f"  {part}, {kind}: {_in_words(policy)}"
    if reserved := plan.best.reserved:
        yield (
            f"  reserved for {reserved.years} year(s), bought in the console: "
            f"{reserved.rcu:,f} RCU, {reserved.wcu:,f} WCU"
        )
    yield ""
    for kind, share in _break_even(plan)._asdict().items():
        yield f"break-even of {kind}: provisioned units are cheaper from {share:.1%} used on"
    yield from map(str, points)
    yield ""
    yield from commands


def _row(name: str, one: ModeCost) -> tuple[str, ...]:
    worst, used = one.worst, one.utilization
    minute = ""
    if worst:
        minute = f"{worst.time:%m-%d %H:%M} {worst.part} {worst.kind.plural} {worst.units:,.0f}"
    return (
        name,
        f"{one.usd_a_month:,.2f}",
        f"{one.upfront_usd:,.2f}",
        f"{one.throttled_share:.4%}",
        minute,
        f"{used.reads:.1%}, {used.writes:.1%}" if used else "",
    )


def _in_words(policy: Any) -> str:
    match policy:
        case Fixed(units):
            return f"{units:,} units"
        case TargetTracking(minimum, maximum):
            return f"{minimum:,} to {maximum:,} units, target {policy.percent:g} %"
    return "by the request"


def _parser(usage: str) -> OneLineParser:  # long: one call for each option
    parser = OneLineParser(NAME, description=usage, formatter_class=RAW, allow_abbrev=False)
    parser.add_argument("file", metavar="TRAFFIC", help="the traffic: .csv or .json")
    parser.add_argument("--region", default=HOME, help="the Region of the prices (%(default)s)")
    parser.add_argument("--on", type=day, metavar="DAY", help="the day of the prices (today)")
    parser.add_argument(
        "--max-throttled",
        type=float,
        default=MAX_THROTTLED,
        metavar="SHARE",
        help="of its demand that each capacity may throttle (%(default)s)",
    )
    parser.add_argument(
        "--reserved", type=int, choices=[1, 3], help="the term of reserved capacity, in years"
    )
    parser.add_argument("--no-free-tier", action="store_true", help="bill all usage")
    parser.add_argument(
        "--item-bytes",
        type=_bytes,
        metavar="N",
        help="an item's size, to see when larger items change the plan",
    )
    parser.add_argument(
        "--table", default=TABLE_NAME, help="the table's name in the commands (%(default)s)"
    )
    parser.add_argument(
        "--time-zone", metavar="ZONE", help="of times without a zone: Europe/Berlin"
    )
    parser.add_argument(
        "--period", type=int, metavar="SECONDS", help="the period that each sum covers"
    )
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        type=column_meaning,
        metavar="LABEL=PART:KIND",
        help="what a label in the file means: m3=inbox-index:writes, or m1=table:reads",
    )
    parser.add_argument("--estimate", action="append", default=[], choices=sorted(ESTIMATES))
    parser.add_argument(
        "--json", action="store_true", help="print JSON, with USD as unrounded strings"
    )
    return parser


def _bytes(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= ITEM_LIMIT):
        raise argparse.ArgumentTypeError(f"{text!r} bytes: an item has 1 to {ITEM_LIMIT:,} bytes")
    return int(text)
