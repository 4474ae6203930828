"""The user's prices: a YAML file in the format of `data/prices.yaml`, which overrides that file.

The user's file is the file that CRUDDUR_PRICES names, otherwise `prices.yaml` in the user's data
folder. `bin/cost/prices --refresh` and `--import` write to it. A file that is named for one call,
for example with negotiated prices, overrides both files.

- A user's own price applies from its first day on, until the same file has a later price.
- A price from AWS's price list replaces prices that begin on its first day or later, up to the day
  of reading. So a newer `data/prices.yaml` overrides an older reading.
"""

import os
from dataclasses import replace
from pathlib import Path

import platformdirs

from cruddur_lib.costs.billing.price_list import PriceListError, PriceListReader, price_list
from cruddur_lib.costs.billing.price_models import PriceList, PriceReading

VARIABLE = "CRUDDUR_PRICES"
LARGEST = 20_000_000  # bytes of a price file


def user_file() -> Path:
    """Return the path of the user's price file, which may not exist yet."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    return platformdirs.user_data_path("cruddur-workbook", appauthor=False) / "prices.yaml"


def known_prices(file: str | Path | None = None) -> PriceList:
    """Return the prices of `data/prices.yaml`, overridden by the user's own prices.

    Args:
        file: one more price file, which overrides the user's file.

    Raises:
        PriceListError: a file cannot be read or has a mistake; the message names file and entry.
    """
    known, users = price_list(), user_file()
    if users.exists() or (os.environ.get(VARIABLE) and file is None):
        known = merged(known, read_file(users, known))
    return merged(known, read_file(Path(file), known)) if file is not None else known


def read_file(file: Path, base: PriceList) -> PriceList:
    """Return only the prices of a file.

    Args:
        file: the file.
        base: the list with the items, sources and Regions that the file may name.

    Raises:
        PriceListError: the file cannot be read or has a mistake.
    """
    try:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise PriceListError(
                f"{file} has more than {LARGEST:,} bytes, too many for a price file"
            )
        text = raw.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        hint = f" ({VARIABLE} names it)" if str(file) == os.environ.get(VARIABLE) else ""
        made = "; create it: bin/cost/prices --refresh REGION" if hint and not file.exists() else ""
        raise PriceListError(f"{file}{hint} cannot be read: {reason}{made}") from error
    return PriceListReader(str(file), base, str(file)).read(text)


def merged(base: PriceList, over: PriceList) -> PriceList:
    """Return a list that another list overrides."""
    readings = {region: {**items} for region, items in base.readings.items()}
    for region, items in over.readings.items():
        known = readings.setdefault(region, {})
        for item, prices in items.items():
            known[item] = _over(known.get(item, ()), prices)
    return replace(
        base,
        items={**base.items, **over.items},
        sources={**base.sources, **over.sources},
        tiers={**base.tiers, **over.tiers},
        same_price={**base.same_price, **over.same_price},
        free_tier={**base.free_tier, **over.free_tier},
        regions={**base.regions, **over.regions},
        readings=readings,
    )


def _over(old: tuple[PriceReading, ...], new: tuple[PriceReading, ...]) -> tuple[PriceReading, ...]:
    """Return the new prices and the remaining old prices, from oldest to newest."""
    kept = [one for one in old if not any(_replaces(price, one) for price in new)]
    return tuple(sorted([*kept, *new], key=lambda price: price.first_day))


def _replaces(new: PriceReading, old: PriceReading) -> bool:
    return new.first_day <= old.first_day and (new.own or old.first_day <= new.read)
