"""bin/cost/prices: list the known prices with their sources and ages, or import AWS's prices."""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cruddur_lib.cli.script import RAW, OneLineParser, day, note, output, run_question
from cruddur_lib.costs.billing.bills import OLD
from cruddur_lib.costs.billing.conventions import plain
from cruddur_lib.costs.billing.offers.fetching import FETCHED, OfferAbsent, fetch
from cruddur_lib.costs.billing.offers.finding import FoundPrices, find_prices
from cruddur_lib.costs.billing.offers.offer_files import LARGEST, OfferRefused, read_offers
from cruddur_lib.costs.billing.offers.recording import Recorded, record
from cruddur_lib.costs.billing.price_book import Price, PriceBook
from cruddur_lib.costs.billing.price_files import known_prices, user_file
from cruddur_lib.costs.billing.price_list import price_list
from cruddur_lib.costs.billing.price_models import Source
from cruddur_lib.text import aligned

NAME = "bin/cost/prices"
HEADS = ("item", "USD", "per", "since", "read", "days ago", "confidence", "from", "")
PRICES_FILE: dict[str, Any] = {  # the option --prices of each script that needs prices
    "metavar": "FILE",
    "help": "your price file, such as negotiated prices; it overrides the file of CRUDDUR_PRICES",
}


def run(usage: str, words: list[str] | None = None, today: date | None = None) -> int:
    """Print the prices and return the exit code: 0, or 2 for a wrong call or file.

    Args:
        usage: the first part of the help.
        words: the arguments, by default those of the command line.
        today: the day of the prices, and the day from which ages count; by default today in UTC.
    """
    return run_question(NAME, lambda: _answer(usage, words, today or datetime.now(UTC).date()))


def _answer(usage: str, words: list[str] | None, today: date) -> None:
    parser = _parser(usage)
    arguments = parser.parse_args(words)
    today = arguments.today or today
    if not arguments.refresh and not arguments.imported:
        _list(arguments, today)
        return
    if arguments.region or arguments.on:
        parser.error(
            "REGION and --on choose the prices to list, but --refresh and --import list nothing: "
            "leave out one of them"
        )
    _update(arguments, today)


def _list(arguments: argparse.Namespace, today: date) -> None:
    known, on = known_prices(arguments.prices), arguments.on or today
    regions = [arguments.region] if arguments.region else list(known.regions)
    books = [PriceBook(region, on=on, price_list=known) for region in regions]
    prices = {book.region: list(book.prices()) for book in books}
    every = [price for listed in prices.values() for price in listed]
    if arguments.json:
        entries = [_entry(price, today) for price in every]
        output(json.dumps({"on": str(on), "today": str(today), "prices": entries}, indent=2))
        return
    for region, listed in prices.items():
        output(f"{region}, {known.regions[region]}: {len(listed)} prices on {on}, USD")
        output("\n".join([*aligned([HEADS, *(_row(price, today) for price in listed)]), ""]))
    for source in _sources(every):
        output(f"{source.name}: {source.what}, {source.day}\n    {source.address}")


def _sources(prices: list[Price]) -> list[Source]:
    """Return the sources of the prices in the order of `data/prices.yaml`, then the user's."""
    named = dict.fromkeys(source for price in prices for source in price.reading.sources)
    order = list(price_list().sources.values())
    return sorted(named, key=lambda one: order.index(one) if one in order else len(order))


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
        "file": known.file or "data/prices.yaml",
        "sources": [
            {"what": one.what, "day": str(one.day), "address": one.address} for one in known.sources
        ],
    }


def _row(price: Price, today: date) -> tuple[str, ...]:
    known = price.reading
    flags = [OLD if price.old(today) else "", known.note]
    per = "" if price.item.per == 1 else f"{price.item.per:,f} "
    return (
        price.item.name,
        plain(price.usd),
        f"{per}{price.item.unit}",
        str(known.first_day),
        str(known.read),
        f"{price.age(today):,}",
        known.confidence,
        " ".join([*([known.file] if known.own else []), *(one.name for one in known.sources)]),
        "; ".join(filter(None, flags)),
    )


def _update(arguments: argparse.Namespace, today: date) -> None:
    """Write prices of AWS's price list to the user's file, and print how many.

    If one file cannot be used, the prices of the other files are written. The call still fails.
    """
    file = Path(arguments.prices) if arguments.prices else user_file()
    refused: list[str] = []
    if arguments.refresh:
        found = [one for region in arguments.refresh for one in _fetched(region, refused)]
    else:
        found = [one for path in arguments.imported for one in _imported(path, refused)]
    done = record(found, file, today if arguments.refresh else None) if found else []
    if arguments.json and done:
        output(json.dumps({"file": str(file), "lists": [_counts(one) for one in done]}, indent=2))
    elif done:
        output("\n".join([*map(_sentence, done), f"written to {file}"]))
    if refused:
        raise OfferRefused("; ".join(refused))


def _fetched(region: str, refused: list[str]) -> Iterator[FoundPrices]:
    """Yield the prices of a Region in AWS's price list; add errors to `refused`."""
    absent = []
    for offer in FETCHED:
        try:
            raw, address = fetch(offer, region)
        except OfferAbsent as error:
            absent.append(str(error))
            continue
        yield from _found(raw, address, refused)
    if len(absent) == len(FETCHED):
        refused.append(f"AWS's price list has no file for {region}: is it the name of a Region?")
    elif not refused:
        for line in absent:
            note(f"{NAME}: {line}")


def _imported(path: str, refused: list[str]) -> Iterator[FoundPrices]:
    """Yield the prices in a downloaded file; add errors to `refused`."""
    try:
        with Path(path).open("rb") as file:
            raw = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        refused.append(f"{path} cannot be read: {reason}")
        return
    yield from _found(raw, path, refused)


def _found(raw: bytes, where: str, refused: list[str]) -> list[FoundPrices]:
    try:
        return [find_prices(one, price_list()) for one in read_offers(raw, where)]
    except OfferRefused as error:
        refused.append(str(error))
        return []


def _counts(done: Recorded) -> dict[str, Any]:
    file = done.found.file
    return {
        "region": done.region,
        "offer": file.offer,
        "version": file.version,
        "published": str(file.published),
        "address": file.where,
        "new": done.new,
        "changed": done.changed,
        "same": done.same,
        "own": done.own,
        "other_products": done.found.others,
    }


def _sentence(done: Recorded) -> str:
    file = done.found.file
    own = f", {done.own} of your own kept" if done.own else ""
    return (
        f"{done.region}, {file.offer} of {file.published}: {done.new} new prices, "
        f"{done.changed} changed, {done.same} the same{own}; {done.found.others} other products"
    )


def _parser(usage: str) -> OneLineParser:
    parser = OneLineParser(NAME, description=usage, formatter_class=RAW, allow_abbrev=False)
    one = "list only this Region"
    parser.add_argument("region", nargs="?", metavar="REGION", help=one)
    parser.add_argument("--on", type=day, metavar="DAY", help="the day of the prices (today)")
    ages = "the day from which ages count (today)"
    parser.add_argument("--today", type=day, metavar="DAY", help=ages)
    parser.add_argument("--prices", **PRICES_FILE)
    lists = parser.add_mutually_exclusive_group()
    fetched = "fetch AWS's price list of these Regions into your price file"
    lists.add_argument("--refresh", nargs="+", metavar="REGION", help=fetched)
    taken = "import prices from downloaded files of AWS's price list"
    lists.add_argument("--import", nargs="+", metavar="FILE", dest="imported", help=taken)
    parser.add_argument("--json", action="store_true", help="as JSON")
    return parser
