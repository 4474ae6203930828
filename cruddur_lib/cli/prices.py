"""bin/cost/prices: the prices of data/prices.yaml, with their sources and ages."""

import json
from datetime import UTC, date, datetime
from typing import Any

from cruddur_lib.cli.script import RAW, OneLineParser, day, output, run_question
from cruddur_lib.costs.billing.conventions import plain
from cruddur_lib.costs.billing.price_book import Price, PriceBook
from cruddur_lib.costs.billing.price_list import price_list
from cruddur_lib.text import aligned

NAME = "bin/cost/prices"
HEADS = ("item", "USD", "per", "since", "read", "days ago", "confidence", "from", "")


def run(usage: str, words: list[str] | None = None, today: date | None = None) -> int:
    """Print the prices and return the exit code: 0, or 2 for a wrong call.

    Args:
        usage: the first part of the help.
        words: the arguments, by default those of the command line.
        today: the day of the prices, and the day that ages count from; by default today in UTC.
    """
    return run_question(NAME, lambda: _answer(usage, words, today or datetime.now(UTC).date()))


def _answer(usage: str, words: list[str] | None, today: date) -> None:
    arguments = _parser(usage).parse_args(words)
    today = arguments.today or today
    on = arguments.on or today
    regions = [arguments.region] if arguments.region else list(price_list().regions)
    prices = {region: list(PriceBook(region, on=on).prices()) for region in regions}
    if arguments.json:
        entries = [_entry(price, today) for known in prices.values() for price in known]
        output(json.dumps({"on": str(on), "today": str(today), "prices": entries}, indent=2))
        return
    for region, known in prices.items():
        output(f"{region}, {price_list().regions[region]}: {len(known)} prices on {on}, USD")
        output("\n".join([*aligned([HEADS, *(_row(price, today) for price in known)]), ""]))
    named = {
        one.name for known in prices.values() for price in known for one in price.reading.sources
    }
    for name, source in price_list().sources.items():
        if name in named:
            output(f"{name}: {source.what}, {source.day}\n    {source.address}")


def _entry(price: Price, today: date) -> dict[str, Any]:
    known = price.reading
    return {
        "region": price.region,
        "item": price.item.name,
        "title": f"{price.item.service}: {price.item.title}",
        "usd": plain(price.usd),
        "per": plain(price.item.per),
        "unit": price.item.unit,
        "first_day": str(known.first_day),
        "read": str(known.read),
        "age_days": price.age(today),
        "old": price.old(today),
        "confidence": known.confidence,
        "note": known.note,
        "sources": [
            {"what": one.what, "day": str(one.day), "address": one.address} for one in known.sources
        ],
    }


def _row(price: Price, today: date) -> tuple[str, ...]:
    known = price.reading
    flags = ["OLD: read over a year ago" if price.old(today) else "", known.note]
    per = "" if price.item.per == 1 else f"{price.item.per:,f} "
    return (
        price.item.name,
        plain(price.usd),
        f"{per}{price.item.unit}",
        str(known.first_day),
        str(known.read),
        f"{price.age(today):,}",
        known.confidence,
        " ".join(source.name for source in known.sources),
        "; ".join(filter(None, flags)),
    )


def _parser(usage: str) -> OneLineParser:
    parser = OneLineParser(NAME, description=usage, formatter_class=RAW, allow_abbrev=False)
    parser.add_argument("region", nargs="?", metavar="REGION", help="one Region; all if left out")
    parser.add_argument("--on", type=day, metavar="DAY", help="the day of the prices (today)")
    ages = "the day that ages count from (today)"
    parser.add_argument("--today", type=day, metavar="DAY", help=ages)
    parser.add_argument("--json", action="store_true", help="as JSON")
    return parser
