"""Write prices from AWS's price list to the user's price file.

The module never changes a price. It adds a new price with its first day. If the price is already
known, it only updates the day of reading. The known first day stays, because AWS's list often names
the first day of this month for an older price. The file is written completely, or not at all.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from cruddur_lib.costs.billing.conventions import plain
from cruddur_lib.costs.billing.offers.finding import FoundPrice, FoundPrices
from cruddur_lib.costs.billing.offers.offer_files import OfferRefused
from cruddur_lib.costs.billing.price_files import merged, read_file
from cruddur_lib.costs.billing.price_list import PriceListReader, price_list
from cruddur_lib.costs.billing.price_models import PriceList, PriceReading

HEADER = "# Prices that bin/cost/prices has read from AWS's price list.\n"
HINT = "# It has the format of data/prices.yaml. The next update removes your comments.\n"


@dataclass
class Recorded:
    """The number of prices of a Region that were imported from a file of AWS's price list."""

    found: FoundPrices
    region: str
    new: int = 0  # prices of items without a price before
    changed: int = 0  # prices that differ from the known price
    same: int = 0  # prices that equal the known price
    own: int = 0  # items for which the user's own price stays


def record(found: list[FoundPrices], file: Path, today: date | None = None) -> list[Recorded]:
    """Add prices to a price file, and return the numbers for each Region.

    Args:
        found: the prices in files of AWS's price list.
        file: the file to write; it is created if it does not exist.
        today: the day on which the list was fetched; by default the day of its publication.

    Raises:
        PriceListError: the file has a mistake.
        OfferRefused: the file cannot be written, or has a different price from the same day on.
    """
    text = ""
    if file.exists():
        if not file.is_file():
            raise OfferRefused(f"{file} is not a regular file: name another file")
        read_file(file, price_list())  # an error names the entry
        text = file.read_text(encoding="utf-8-sig")
    content = {"sources": None, "regions": None, **(yaml.safe_load(text) or {})}
    done = []
    for one in sorted(found, key=lambda one: one.file.published):
        done += [_add(content, file, one, region, today) for region in one.regions]
    _drop_unused_sources(content, file)
    _write(content, file, text)
    return done


def _add(
    content: dict[str, Any], file: Path, found: FoundPrices, region: str, today: date | None
) -> Recorded:
    """Add the prices of one Region to the content of a price file."""
    source, read = _source(content, found, region), today or found.file.published
    entry = _object(_object(content, "regions"), region)
    entry.setdefault("name", found.regions[region])
    prices = _object(entry, "prices")
    known = merged(price_list(), _readings(content, file)).readings.get(region, {})
    done = Recorded(found, region)
    for price in found.prices:
        if price.region == region:
            readings = known.get(price.item.name, ())
            reading = {"usd": plain(price.usd), "read": read, "confidence": "high"}
            reading["sources"] = [source]
            kind, first_day = _decide(price, readings, read, file)
            if first_day:
                _object(prices, price.item.name)[first_day] = reading
            setattr(done, kind, getattr(done, kind) + 1)
    return done


def _decide(
    price: FoundPrice, readings: tuple[PriceReading, ...], read: date, file: Path
) -> tuple[str, date | None]:
    """Return the field of `Recorded` that counts a price, and the first day to write, if any."""
    if any(one.own for one in readings):
        return "own", None
    before = [one for one in readings if one.first_day <= read]
    if before and before[-1].usd == price.usd:
        return "same", before[-1].first_day if before[-1].read < read else None
    taken = {one.first_day for one in readings if one.file}
    first_day = price.first_day if price.first_day not in taken else read
    if first_day in taken:
        raise OfferRefused(
            f"{file} has a different price of {price.item.name} in {price.region} from {first_day} "
            f"on than {plain(price.usd)} USD of SKU {price.sku}: remove the wrong price first"
        )
    return "changed" if before and before[-1].usd is not None else "new", first_day


def _source(content: dict[str, Any], found: FoundPrices, region: str) -> str:
    """Add a file of AWS's price list to the sources, and return the name of the source."""
    file = found.file
    name = f"{file.offer}-{region}-{file.version or file.published}"
    _object(content, "sources")[name] = {
        "what": f"AWS's price list, {file.offer} in {region}, version {file.version or 'unknown'}",
        "day": file.published,
        "address": file.where,
        "offer": file.offer,
    }
    return name


def _readings(content: dict[str, Any], file: Path) -> PriceList:
    """Return the prices in the content of a file."""
    return PriceListReader(str(file), price_list(), str(file)).read(_dump(content))


def _object(parent: dict[Any, Any], key: str) -> dict[Any, Any]:
    """Return the object under a key; create it if it is missing or empty."""
    made: dict[Any, Any] = parent.get(key) or {}
    parent[key] = made
    return made


def _drop_unused_sources(content: dict[str, Any], file: Path) -> None:
    """Remove the price lists that no price names as a source."""
    regions = _readings(content, file).readings.values()
    readings = [one for items in regions for prices in items.values() for one in prices]
    named = {source.name for reading in readings for source in reading.sources}
    kept = content["sources"].items()
    content["sources"] = {n: one for n, one in kept if n in named or "offer" not in one}


def _dump(content: dict[str, Any]) -> str:
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=10_000)


def _write(content: dict[str, Any], file: Path, before: str) -> None:
    """Replace the file in one step, and keep a copy if a person wrote the file."""
    file = file.resolve()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if before and not before.startswith(HEADER):
            shutil.copy2(file, file.with_name(f"{file.name}.old"))
        made, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(made, "w", encoding="utf-8") as opened:
                opened.write(HEADER + HINT + _dump(content))
            Path(name).replace(file)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise OfferRefused(f"{file} cannot be written: {error.strerror}") from error
