"""The list of prices, `data/prices.yaml`, as Python values: items, sources and who read what when.

Nothing is chosen here: `prices` picks the price that holds in a Region on a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).resolve().parents[3] / "data" / "prices.yaml"
PRICE_LIST = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/{offer}/current/{region}"


@dataclass(frozen=True)
class Source:
    """Where a price was read: what it is, its day, and an address that a reader can follow."""

    name: str
    what: str
    day: date
    address: str


@dataclass(frozen=True)
class PricedItem:
    """Something that AWS charges for. A price is for `per` of its units."""

    name: str
    service: str
    title: str
    unit: str
    per: Decimal
    offer: str
    page: str

    def addresses(self, region: str) -> str:
        """Where its price could be looked up: AWS's page, and AWS's price list of the Region."""
        listed = PRICE_LIST.format(offer=self.offer, region=region)
        return f"{self.page} or AWS's price list, {listed}/index.json"


@dataclass(frozen=True)
class PriceReading:
    """A price from its first day on: USD, or None where the one before is known to have ended."""

    first_day: date
    usd: Decimal | None
    read: date
    confidence: str
    sources: tuple[Source, ...]
    note: str


@dataclass(frozen=True)
class FreeAmount:
    """What costs nothing in a month: an amount of units, and who shares it."""

    amount: Decimal
    unit: str
    scope: str
    confidence: str
    sources: tuple[Source, ...]
    not_in: tuple[str, ...]


@dataclass(frozen=True)
class PriceTier:
    """A step of a price that falls with a month's quantity; `until` None: there is none above."""

    item: str
    until: Decimal | None


@dataclass(frozen=True)
class PriceList:
    """All of the file: `readings` by Region and item, each list from the oldest to the newest."""

    items: Mapping[str, PricedItem]
    sources: Mapping[str, Source]
    tiers: Mapping[str, tuple[PriceTier, ...]]
    free_tier: Mapping[str, FreeAmount]
    regions: Mapping[str, str]
    readings: Mapping[str, Mapping[str, tuple[PriceReading, ...]]]


@cache
def price_list() -> PriceList:
    """What `data/prices.yaml` holds, read once."""
    # the same language as yaml.SafeLoader's, five times as fast where libyaml is there
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    told = yaml.load(FILE.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    sources = {name: Source(name, **entry) for name, entry in told["sources"].items()}
    return PriceList(
        items={name: _item(name, entry) for name, entry in told["items"].items()},
        sources=sources,
        tiers={n: tuple(_step(s) for s in steps) for n, steps in told["tiers"].items()},
        free_tier={n: _free(entry, sources) for n, entry in told["free_tier"].items()},
        regions={region: entry["name"] for region, entry in told["regions"].items()},
        readings={
            region: {item: _readings(v, sources) for item, v in entry["prices"].items()}
            for region, entry in told["regions"].items()
        },
    )


def _item(name: str, entry: dict[str, str]) -> PricedItem:
    per = Decimal(entry["per"])
    return PricedItem(
        name, entry["service"], entry["item"], entry["unit"], per, entry["offer"], entry["page"]
    )


def _step(entry: dict[str, str]) -> PriceTier:
    return PriceTier(entry["item"], None if entry["until"] is None else Decimal(entry["until"]))


def _free(entry: dict[str, Any], sources: dict[str, Source]) -> FreeAmount:
    return FreeAmount(
        Decimal(entry["amount"]),
        entry["unit"],
        entry["scope"],
        entry["confidence"],
        tuple(sources[name] for name in entry["sources"]),
        tuple(entry.get("not_in", ())),
    )


def _readings(
    entries: dict[date, dict[str, Any]], sources: dict[str, Source]
) -> tuple[PriceReading, ...]:
    return tuple(
        PriceReading(
            first_day,
            None if entry["usd"] is None else Decimal(entry["usd"]),
            entry.get("read", first_day),
            entry.get("confidence", ""),
            tuple(sources[name] for name in entry.get("sources", ())),
            entry.get("note", ""),
        )
        for first_day, entry in sorted(entries.items())
    )
