"""Lines of a bill: a quantity, what of it is free, and what the rest costs by its price."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from cruddur_lib.costs.billing.decimals import ZERO, difference, money, plain, product
from cruddur_lib.costs.billing.price_book import PriceBook


@dataclass(frozen=True)
class BillLine:
    """One item of a bill. `price` is USD for one unit; nothing is rounded."""

    service: str
    item: str
    quantity: Decimal
    unit: str
    free: Decimal
    price: Decimal
    source: str

    @property
    def billable(self) -> Decimal:
        """What is not free, in the unit."""
        return difference(self.quantity, self.free)

    @property
    def usd(self) -> Decimal:
        """What it costs: the price of all that is billable."""
        return product(self.billable, self.price)

    def as_json(self) -> dict[str, str]:
        """The line for other programs: numbers as texts, with all their digits."""
        return {
            "service": self.service,
            "item": self.item,
            "quantity": plain(self.quantity),
            "unit": self.unit,
            "free": plain(self.free),
            "billable": plain(self.billable),
            "price": plain(self.price),
            "usd": money(self.usd),
            "source": self.source,
        }


def line(book: PriceBook, name: str, quantity: Decimal, free: Decimal = ZERO) -> Iterator[BillLine]:
    """The line of a quantity of one item, of which up to `free` costs nothing; none of nothing.

    Raises `PriceUnknown`.
    """
    if not quantity:
        return
    price = book.price(name)
    title = f"{price.item.title} (estimate)" if price.estimated else price.item.title
    yield BillLine(
        price.item.service,
        title,
        quantity,
        price.item.unit,
        min(free, quantity),
        price.each,
        price.cited,
    )


def stepped(
    book: PriceBook, name: str, quantity: Decimal, free: Decimal = ZERO
) -> Iterator[BillLine]:
    """A line for each step of a price that falls with the month's quantity.

    What is free comes off first and fills no step, as AWS's price list has it: "first 10 TB a month
    beyond the global free tier".
    """
    free = min(free, quantity)
    left, begin = difference(quantity, free), ZERO
    for step in book.steps(name):
        room = left if step.until is None else min(left, difference(step.until, begin))
        yield from line(book, step.item, room + free, free)
        left, begin, free = difference(left, room), step.until or ZERO, ZERO
