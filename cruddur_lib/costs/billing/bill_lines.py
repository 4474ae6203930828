"""Lines of a bill: a quantity, the part of it that is free, and the price of the rest.

Make lines `with localcontext(EXACT)`, as `bills.bill` does, so that an inexact amount raises.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal

from cruddur_lib.costs.billing.conventions import ZERO, money, plain
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.price_list import price_list


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

    def as_json(self) -> dict[str, str]:
        """Return the line for other programs: numbers as texts with all their digits."""
        texts = {k: plain(v) if isinstance(v, Decimal) else v for k, v in asdict(self).items()}
        return {**texts, "usd": money(self.usd)}


def lines_of(
    book: PriceBook, name: str, quantity: Decimal, free: Decimal = ZERO
) -> Iterator[BillLine]:
    """Yield the line of one item; no line if the quantity is 0.

    Args:
        book: the prices.
        name: the item's name in `data/prices.yaml`.
        quantity: units of the item.
        free: units that cost nothing; they may be more than the quantity.

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
        item=f"{price.item.title} (estimate)" if price.estimated else price.item.title,
        quantity=quantity,
        unit=price.item.unit,
        free=free,
        billable=billable,
        price=price.each,
        usd=billable * price.each,
        source=price.cited,
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
    for tier in price_list().tiers[name]:
        inside = left if tier.until is None else min(left, tier.until - begin)
        yield from lines_of(book, tier.item, inside + free, free)
        left, begin, free = left - inside, tier.until or ZERO, ZERO
