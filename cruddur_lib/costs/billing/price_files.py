"""Prices of the user's: a YAML file of the shape of `data/prices.yaml`, merged over that file.

The user's file is the one that CRUDDUR_PRICES names, else `prices.yaml` in the user's data folder.
`bin/cost/prices --refresh` and `--import` write into it. A file that is named for one call is
merged over both, for example a file of negotiated prices.

- A price of the user's own applies from its first day on, until the same file has a later one.
- A price from AWS's price list replaces the prices that begin on its first day or later, up to the
  day on which it was read. So a newer `data/prices.yaml` wins over an older reading.
"""

import os
from dataclasses import replace
from pathlib import Path

import platformdirs

from cruddur_lib.costs.billing.price_list import PriceListError, PriceListReader, price_list
from cruddur_lib.costs.billing.price_models import PriceList, PriceReading

VARIABLE = "CRUDDUR_PRICES"
LARGEST = 20_000_000  # bytes of a file of prices


def user_file() -> Path:
    """Return the path of the user's file of prices, which may not exist yet."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    return platformdirs.user_data_path("cruddur-workbook", appauthor=False) / "prices.yaml"


def known_prices(file: str | Path | None = None) -> PriceList:
    """Return the prices of `data/prices.yaml`, with the user's own over them.

    Args:
        file: one more file of prices, which is merged over the user's.

    Raises:
        PriceListError: a file cannot be read or has a mistake; the message names file and entry.
    """
    known, users = price_list(), user_file()
    if users.exists() or (os.environ.get(VARIABLE) and file is None):
        known = merged(known, read_file(users, known))
    return merged(known, read_file(Path(file), known)) if file is not None else known


def read_file(file: Path, base: PriceList) -> PriceList:
    """Return the prices of a file alone.

    Args:
        file: the file.
        base: the list whose items, sources and Regions the file may name.

    Raises:
        PriceListError: the file cannot be read or has a mistake.
    """
    try:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise PriceListError(f"{file} has over {LARGEST:,} bytes, too many for prices")
        text = raw.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        hint = f" ({VARIABLE} names it)" if str(file) == os.environ.get(VARIABLE) else ""
        made = "; bin/cost/prices --refresh REGION makes it" if hint and not file.exists() else ""
        raise PriceListError(f"{file}{hint} cannot be read: {reason}{made}") from error
    return PriceListReader(str(file), base, str(file)).read(text)


def merged(base: PriceList, over: PriceList) -> PriceList:
    """Return a list with another one over it."""
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
    """Return the new prices, and the old ones that they do not replace, from oldest to newest."""
    kept = [one for one in old if not any(_replaces(price, one) for price in new)]
    return tuple(sorted([*kept, *new], key=lambda price: price.first_day))


def _replaces(new: PriceReading, old: PriceReading) -> bool:
    return new.first_day <= old.first_day and (new.own or old.first_day <= new.read)
