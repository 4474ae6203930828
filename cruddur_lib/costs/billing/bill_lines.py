"""Lines of a bill: a quantity, the part of it that is free, and the price of the rest.

Make lines `with localcontext(EXACT)`, as `bills.bill` does, so that an inexact amount raises.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cruddur_lib.costs.billing.conventions import ZERO, money, plain
from cruddur_lib.costs.billing.price_book import PriceBook, is_old

COLUMNS = ("service", "item", "quantity", "unit", "free", "billable", "price", "usd", "source")


@dataclass(frozen=True)
class BillLine:
    """One item of a bill. `price` is USD for one unit, and no number is rounded."""

    service: str
    item: str
    quantity: Decimal
    unit: str
    free: Decimal
    billable: Decimal  # the quantity that is not free
    price: Decimal
    usd: Decimal
    source: str
    region: str = ""
    table: str = ""  # the name of the table, if the usage names its tables
    read: date = date.max  # the day on which the price was last read

    def old(self, today: date) -> bool:
        """Return whether the price was last read more than a year ago."""
        return is_old(self.read, today)

    def as_json(self) -> dict[str, Any]:
        """Return the line for other programs: numbers as texts with all their digits."""
        cells = {name: getattr(self, name) for name in COLUMNS}
        texts = {k: plain(v) if isinstance(v, Decimal) else v for k, v in cells.items()}
        return {**texts, "usd": money(self.usd)}


def lines_of(
    book: PriceBook, name: str, quantity: Decimal, free: Decimal = ZERO, table: str = ""
) -> Iterator[BillLine]:
    """Yield the line of one item; no line if the quantity is 0.

    Args:
        book: the prices.
        name: the item's name in `data/prices.yaml`.
        quantity: units of the item.
        free: units that cost nothing; they may be more than the quantity.
        table: the name of the table, if the usage names its tables.

    Raises:
        PriceUnknown: the book has no price of the item.
    """
    if not quantity:
        return
    price = book.price(name)
    free = min(free, quantity)
    billable = quantity - free
    yield BillLine(
        service=price.item.service,
        item=price.title,
        quantity=quantity,
        unit=price.item.unit,
        free=free,
        billable=billable,
        price=price.each,
        usd=billable * price.each,
        source=price.cited,
        region=book.region,
        table=table,
        read=price.reading.read,
    )


def tier_lines(
    book: PriceBook, name: str, quantity: Decimal, free: Decimal = ZERO
) -> Iterator[BillLine]:
    """Yield a line for each tier of a price that falls with the month's quantity.

    The free units are subtracted first and fill no tier, as in AWS's price list: "first 10 TB a
    month beyond the global free tier". For arguments and errors see `lines_of`.
    """
    free = min(free, quantity)
    left, begin = quantity - free, ZERO
    for tier in book.price_list.tiers[name]:
        inside = left if tier.until is None else min(left, tier.until - begin)
        yield from lines_of(book, tier.item, inside + free, free)
        left, begin, free = left - inside, tier.until or ZERO, ZERO
