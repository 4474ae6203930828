"""The price list, `data/prices.yaml`: items, their prices, and where and when each was read.

`price_book` chooses the price that applies in a Region on a day.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BeforeValidator, Field, ValidationError
from pydantic.dataclasses import dataclass

from cruddur_lib.costs.billing.models import CONFIG, explanation
from cruddur_lib.errors import WorkbookError

FILE = Path(__file__).resolve().parents[3] / "data" / "prices.yaml"
Model = TypeVar("Model")
PRICE_LIST = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/{offer}/current/{region}"


class PriceListError(WorkbookError):
    """A mistake in `data/prices.yaml`. The message names the entry."""


def _require_quotes(value: Any) -> Any:
    """Refuse a number, because YAML reads 0.1 as a binary fraction."""
    if not isinstance(value, (str, Decimal)):
        raise ValueError("it must be in quotes, so that no digit is lost")  # noqa: TRY004  pydantic's error
    return value


Amount = Annotated[Decimal, BeforeValidator(_require_quotes)]


@dataclass(frozen=True, config=CONFIG)
class Source:
    """A document in which a price was read, its day, and its address."""

    name: str
    what: str
    day: date
    address: str


@dataclass(frozen=True, config=CONFIG)
class PricedItem:
    """An item that AWS charges for. Its price is for `per` units."""

    name: str
    service: str
    title: Annotated[str, Field(validation_alias="item")]
    unit: str
    per: Amount
    offer: str
    page: str

    def addresses(self, region: str) -> str:
        """Return where to look up its price: AWS's page, and AWS's price list of the Region."""
        listed = PRICE_LIST.format(offer=self.offer, region=region)
        return f"{self.page} or AWS's price list, {listed}/index.json"


@dataclass(frozen=True, config=CONFIG)
class PriceReading:
    """A price and the first day it applies.

    `usd` is None if the previous price ended on that day and the new one was not found.
    """

    first_day: date
    usd: Amount | None
    read: date
    confidence: str = ""
    sources: tuple[Source, ...] = ()
    note: str = ""


@dataclass(frozen=True, config=CONFIG)
class FreeAmount:
    """Units that AWS gives for free each month, and who shares them."""

    name: str
    amount: Amount
    unit: str
    scope: str
    confidence: str
    sources: tuple[Source, ...]
    not_in: tuple[str, ...] = ()


@dataclass(frozen=True, config=CONFIG)
class PriceTier:
    """A tier of a price that falls with the month's quantity. The last one has no `until`."""

    item: str
    until: Amount | None


@dataclass(frozen=True)
class PriceList:
    """The whole file. `readings` has Regions, then items, then prices from oldest to newest."""

    items: Mapping[str, PricedItem]
    sources: Mapping[str, Source]
    tiers: Mapping[str, tuple[PriceTier, ...]]
    free_tier: Mapping[str, FreeAmount]
    regions: Mapping[str, str]
    readings: Mapping[str, Mapping[str, tuple[PriceReading, ...]]]


@cache
def price_list() -> PriceList:
    """Return what `data/prices.yaml` holds, read once.

    Raises:
        PriceListError: an entry has an unknown key or an impossible value.
    """
    # the same language as yaml.SafeLoader's, and five times as fast if libyaml is installed
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = yaml.load(FILE.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    sources: dict[str, Source] = {}

    def models(kind: type[Model], room: str) -> dict[str, Model]:
        return {
            name: _model(kind, f"{room}.{name}", {"name": name, **entry}, sources)
            for name, entry in content[room].items()
        }

    sources |= models(Source, "sources")
    return PriceList(
        items=models(PricedItem, "items"),
        sources=sources,
        tiers={
            name: tuple(_model(PriceTier, f"tiers.{name}", entry, sources) for entry in tiers)
            for name, tiers in content["tiers"].items()
        },
        free_tier=models(FreeAmount, "free_tier"),
        regions={region: entry["name"] for region, entry in content["regions"].items()},
        readings={
            region: {
                item: _readings(f"regions.{region}.prices.{item}", prices, sources)
                for item, prices in entry["prices"].items()
            }
            for region, entry in content["regions"].items()
        },
    )


def _readings(
    path: str, prices: dict[date, dict[str, Any]], sources: Mapping[str, Source]
) -> tuple[PriceReading, ...]:
    return tuple(
        _model(PriceReading, f"{path}.{day}", {"first_day": day, "read": day, **entry}, sources)
        for day, entry in sorted(prices.items())
    )


def _model(
    kind: type[Model], path: str, entry: dict[str, Any], sources: Mapping[str, Source]
) -> Model:
    """Return the entry as a model that holds the sources which the entry names."""
    for name in entry.get("sources", ()):
        if name not in sources:
            raise PriceListError(f"data/prices.yaml: {path} names an unknown source, {name}")
    if "sources" in entry:
        entry = {**entry, "sources": tuple(sources[name] for name in entry["sources"])}
    try:
        return kind(**entry)
    except ValidationError as error:
        keys = getattr(kind, "__pydantic_fields__", ())
        raise PriceListError(f"data/prices.yaml: {explanation(error, keys, [path])}") from error
