"""Find the prices of our items among the products of AWS's price list.

An item is found by its usage types in `data/prices.yaml`, without the prefix of a Region. So
USW2-WriteRequestUnits is WriteRequestUnits in us-west-2, but IA-WriteRequestUnits is another item.
Bands that cost nothing are the free tier. If an item has different prices, that is an error.

Source: AWS, "Best practices for understanding your AWS billing and usage reports in DynamoDB", read
2026-11-27,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-understanding-billing.html
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass as model

from cruddur_lib.costs.billing.conventions import EXACT, ZERO, bounded, plain
from cruddur_lib.costs.billing.models import explanation
from cruddur_lib.costs.billing.offers.offer_files import ListedProduct, OfferFile, OfferRefused
from cruddur_lib.costs.billing.price_models import PricedItem, PriceList

PREFIX = re.compile(r"^(?:(?!IA-)[A-Z]{2,4}\d{0,2}|[a-z]{2}(?:-[a-z]+)+-\d+)-")  # of a Region
UPFRONT = "Quantity"  # the unit of the upfront fee; the other price of a lease is hourly
LOOSE = ConfigDict(extra="ignore", alias_generator=to_camel)


def _range(value: Any) -> Any:
    """Return a limit of a band; None for no limit."""
    return None if value == "Inf" else value


def _day(value: Any) -> Any:
    """Return the day of a time such as 2024-11-01T00:00:00Z."""
    return value[:10] if isinstance(value, str) else value


Limit = Annotated[Decimal | None, BeforeValidator(_range)]


@model(frozen=True, config=LOOSE)
class PriceBand:
    """The price of a unit for quantities between two limits."""

    unit: str
    price_per_unit: dict[str, Decimal]
    begin_range: Limit = ZERO
    end_range: Limit = None

    @property
    def usd(self) -> Decimal:
        """Return the price; 0 if it is in another currency."""
        return self.price_per_unit.get("USD", ZERO)

    def overlaps(self, begin: Decimal, end: Decimal | None) -> bool:
        """Return whether any quantity between these limits is in the band."""
        below = end is None or (self.begin_range or ZERO) < end
        return below and (self.end_range is None or self.end_range > begin)


@model(frozen=True, config=LOOSE)
class OfferTerm:
    """The prices of a product from a day on."""

    effective_date: Annotated[date, BeforeValidator(_day)]
    price_dimensions: dict[str, PriceBand]
    term_attributes: dict[str, Any] = field(default_factory=dict)


TERMS = TypeAdapter(list[OfferTerm])


@dataclass(frozen=True)
class FoundPrice:
    """A price of an item in a Region, and the first day that AWS's price list names for it."""

    item: PricedItem
    region: str
    first_day: date
    usd: Decimal  # for `item.per` units
    sku: str


@dataclass(frozen=True)
class FoundPrices:
    """The prices of our items in a file of AWS's price list."""

    file: OfferFile
    prices: list[FoundPrice]
    regions: dict[str, str]  # the names of the Regions in the file
    others: int  # the number of products that are not our items


def find_prices(file: OfferFile, known: PriceList) -> FoundPrices:
    """Return the prices of our items in a file.

    Args:
        file: the products of one service.
        known: the items, their tiers and the Regions.

    Raises:
        OfferRefused: no product is one of our items, an item has products with different prices,
            or a term has an unknown format.
    """
    found: dict[tuple[str, str], list[FoundPrice]] = {}
    matched, names = 0, {}
    for product, items in _matches(file.products, known):
        region = product.region or _region_at(product.location, known)
        prices = [one for item in items if (one := _price(item, region, product, file, known))]
        matched += bool(prices)
        for one in prices if region else []:
            names[region] = known.regions.get(region) or product.location or region
            found.setdefault((region, one.item.name), []).append(one)
    if not found:
        offers = sorted({item.offer for item in known.items.values() if item.usage_types})
        raise OfferRefused(
            f"{file.where} ({file.offer or 'unknown service'}) has no price that bin/cost/bill "
            f"uses: use a file of {', '.join(offers)}"
        )
    prices = [_only(fitting, file) for fitting in found.values()]
    return FoundPrices(file, prices, names, len(file.products) - matched)


def _matches(
    products: Iterable[ListedProduct], known: PriceList
) -> Iterator[tuple[ListedProduct, list[PricedItem]]]:
    """Yield the products that may be our items, by usage type, otherwise by family."""
    by_usage: dict[tuple[str, str], list[PricedItem]] = {}
    by_family: dict[tuple[str, str], list[PricedItem]] = {}
    for item in known.items.values():
        for usage_type in item.usage_types:
            by_usage.setdefault((item.offer, usage_type), []).append(item)
        if item.family:
            by_family.setdefault((item.offer, item.family), []).append(item)
    later, named = [], set()
    for product in products:
        names = (product.usage_type, PREFIX.sub("", product.usage_type))
        fitting = [by_usage[key] for name in names if (key := (product.offer, name)) in by_usage]
        if items := next(iter(fitting), None):
            named |= {(item.name, product.region) for item in items}
            yield product, items
        elif items := by_family.get((product.offer, product.family)):
            later.append((product, items))
    for product, items in later:
        if left := [item for item in items if (item.name, product.region) not in named]:
            yield product, left


def _region_at(location: str, known: PriceList) -> str:
    """Return the Region in a location such as "US West (Oregon)"; "" if there is none."""
    inside = re.search(r"\((.+)\)", location)
    names = {location, inside[1] if inside else location}
    return next((region for region, name in known.regions.items() if name in names), "")


def _price(
    item: PricedItem, region: str, product: ListedProduct, file: OfferFile, known: PriceList
) -> FoundPrice | None:
    """Return the item's price in a product; None if the product has none.

    Raises:
        OfferRefused: the product has several prices for the item, or a term is malformed.
    """
    terms = _newest(item, product, file)
    bands = [band for term in terms for band in term.price_dimensions.values()]
    if item.lease:
        upfront = not item.unit.endswith("hour")
        bands = [band for band in bands if (band.unit == UPFRONT) is upfront]
    begin, end = _tier(item.name, known)
    prices = {band.usd for band in bands if band.usd > 0 and band.overlaps(begin, end)}
    if len(prices) > 1:
        raise OfferRefused(
            f"{file.where}: SKU {product.sku} has {len(prices)} prices for {item.name}: "
            f"{', '.join(plain(usd) for usd in sorted(prices))} USD for 1 {item.unit}; expected "
            "one price, so no price of this file was imported"
        )
    for each in prices:
        try:
            usd = bounded(EXACT.multiply(each, item.per))
        except (ArithmeticError, ValueError) as error:
            raise OfferRefused(
                f"{file.where}: the price of SKU {product.sku} is {each}, which a bill cannot use"
            ) from error
        return FoundPrice(item, region, terms[0].effective_date, usd, product.sku)
    return None


def _newest(item: PricedItem, product: ListedProduct, file: OfferFile) -> list[OfferTerm]:
    """Return the newest terms of a product: on-demand, or reserved with the item's lease."""
    try:
        terms = TERMS.validate_python(product.reserved if item.lease else product.on_demand)
    except ValidationError as error:
        reason = explanation(error, [], [product.sku])
        raise OfferRefused(f"{file.where}: a term of {reason}") from error
    if item.lease:
        terms = [t for t in terms if t.term_attributes.get("LeaseContractLength") == item.lease]
    newest = max((term.effective_date for term in terms), default=None)
    return [term for term in terms if term.effective_date == newest]


def _tier(name: str, known: PriceList) -> tuple[Decimal, Decimal | None]:
    """Return the limits of an item's tier; an item without tiers has one tier."""
    for tiers in known.tiers.values():
        limits = [ZERO, *(tier.until for tier in tiers)]
        for tier, (begin, end) in zip(tiers, pairwise(limits), strict=True):
            if tier.item == name:
                return begin or ZERO, end
    return ZERO, None


def _only(fitting: list[FoundPrice], file: OfferFile) -> FoundPrice:
    """Return the price of an item; raise `OfferRefused` for products with different prices."""
    first, *_ = fitting = sorted(fitting, key=lambda one: (one.first_day, one.sku))
    if any(one.usd != first.usd for one in fitting):
        skus = ", ".join(f"{one.sku} ({plain(one.usd)} USD)" for one in fitting)
        raise OfferRefused(
            f"{file.where}: {len(fitting)} products fit {first.item.name} in {first.region}: "
            f"{skus}; no price of this file was imported. Write the right price into your own "
            "file, and name it with --prices"
        )
    return first
