"""The contents of a list of prices: items, sources, prices, free amounts and rules.

`price_list` reads lists, and `price_book` chooses the price that applies in a Region on a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass as plain_dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic.dataclasses import dataclass

from cruddur_lib.costs.billing.conventions import bounded
from cruddur_lib.costs.billing.models import CONFIG

LISTS = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws"  # AWS's price list


def _require_quotes(value: Any) -> Any:
    """Refuse a number, because YAML reads 0.1 as a binary fraction."""
    if not isinstance(value, (str, Decimal)):
        raise ValueError("it must be in quotes, so that no digit is lost")  # noqa: TRY004  pydantic's error
    return value


def _power_of_ten(number: Decimal) -> Decimal:
    if number.normalize().as_tuple().digits != (1,):
        raise ValueError('it must be "1", "10", "100" or another power of ten')
    return number


Amount = Annotated[Decimal, BeforeValidator(_require_quotes), AfterValidator(bounded)]


@dataclass(frozen=True, config=CONFIG)
class Source:
    """A document in which a price was read, its day, and its address."""

    name: str
    what: str
    day: date
    address: str
    offer: str = ""  # the service code, if the source is a file of AWS's price list


@dataclass(frozen=True, config=CONFIG)
class PricedItem:
    """An item that AWS charges for. Its price is for `per` units."""

    name: str
    service: str
    title: Annotated[str, Field(validation_alias="item")]
    unit: str
    per: Annotated[Amount, AfterValidator(_power_of_ten)]
    offer: str
    page: str
    usage_types: tuple[str, ...] = ()  # its names in AWS's price list, without a Region's prefix
    family: str = ""  # the product family that has only this item in AWS's price list
    lease: str = ""  # the term of reserved capacity in AWS's price list

    def addresses(self, region: str) -> str:
        """Return where to look up its price: AWS's page, and AWS's price list of the Region."""
        return f"{self.page} or AWS's price list, {offer_address(self.offer, region)}"


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
    file: str = ""  # the user's file with this price; "" for data/prices.yaml

    @property
    def own(self) -> bool:
        """Return whether it is the user's own price, not from AWS's price list."""
        return bool(self.file) and not any(source.offer for source in self.sources)


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
class SamePrice:
    """A rule of AWS: from a day on, an item has the price of another item."""

    name: str
    item: str
    since: date
    sources: tuple[Source, ...]


@dataclass(frozen=True, config=CONFIG)
class PriceTier:
    """A tier of a price that falls with the month's quantity. The last one has no `until`."""

    item: str
    until: Amount | None


@plain_dataclass(frozen=True, eq=False)
class PriceList:
    """A whole list. `readings` has Regions, then items, then prices from oldest to newest."""

    items: Mapping[str, PricedItem]
    sources: Mapping[str, Source]
    tiers: Mapping[str, tuple[PriceTier, ...]]
    same_price: Mapping[str, SamePrice]
    free_tier: Mapping[str, FreeAmount]
    regions: Mapping[str, str]
    readings: Mapping[str, Mapping[str, tuple[PriceReading, ...]]]


EMPTY = PriceList({}, {}, {}, {}, {}, {}, {})


def offer_address(offer: str, region: str, lists: str = LISTS) -> str:
    """Return the address of the newest file of AWS's price list.

    Args:
        offer: the service code, like "AmazonDynamoDB".
        region: the Region.
        lists: the address of the price list.
    """
    return f"{lists}/{offer}/current/{region}/index.json"
