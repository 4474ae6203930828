"""The prices of AWS in one Region on one day, in USD before tax.

A price that has no source raises `PriceUnknown`; it is never guessed. One estimate exists: the
price of on-demand requests, from that of provisioned capacity. It is made only if its name is
passed. `data/prices.yaml` says where and when each price was read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal, localcontext

from cruddur_lib.costs.billing.price_list import PricedItem, PriceReading, price_list
from cruddur_lib.errors import WorkbookError

HOME = "us-east-1"  # the Region whose prices an estimate takes its ratio from
ESTIMATES = {  # by the estimate's name: its items, and the item that each is estimated from
    "on_demand": {
        "on_demand_write": "provisioned_wcu_hour",
        "on_demand_read": "provisioned_rcu_hour",
    }
}
ROUNDED = Context(prec=28)  # for an estimate, which is rounded on purpose
ESTIMATED_DIGITS = Context(prec=4)  # because an estimate is within half a percent
DAYS_PER_YEAR = 365  # days after which a reading is old


class PriceUnknown(WorkbookError):
    """A price, Region, item or estimate that `data/prices.yaml` does not have."""


@dataclass(frozen=True)
class Price:
    """A price in USD for `item.per` units, in one Region, with its source."""

    item: PricedItem
    region: str
    usd: Decimal
    reading: PriceReading
    estimated: str = ""  # how it was estimated; empty if it was read

    @property
    def each(self) -> Decimal:
        """Return USD for one unit."""
        return self.usd / self.item.per

    @property
    def cited(self) -> str:
        """Return the source on one line, after the words ESTIMATE or doubtful if they apply."""
        known = self.reading
        marks = [f"ESTIMATE, {self.estimated}"] if self.estimated else []
        if known.confidence == "low":
            marks.append(f"doubtful ({known.note})")
        where = f"{known.sources[0].what}, {known.sources[0].address}"
        return "; ".join([*marks, where, f"read {known.read}, confidence {known.confidence}"])

    def age(self, today: date) -> int:
        """Return the days since the price was last read."""
        return (today - self.reading.read).days

    def old(self, today: date) -> bool:
        """Return whether the price was last read more than a year ago."""
        return self.age(today) > DAYS_PER_YEAR


@dataclass(frozen=True)
class PriceBook:
    """The prices of one Region on one day.

    Raises:
        PriceUnknown: the Region has no price, or the name of an estimate is unknown.

    >>> book = PriceBook("us-east-1", on=date(2026, 11, 22))
    >>> book.price("provisioned_wcu_hour").item.unit
    'WCU-hour'
    """

    region: str  # as `data/prices.yaml` names it
    on: date = field(kw_only=True)  # the day
    estimates: frozenset[str] = field(default=frozenset(), kw_only=True)  # to use: "on_demand"

    def __post_init__(self) -> None:
        """Raise `PriceUnknown` for an unknown Region or estimate."""
        if self.region not in price_list().regions:
            known = ", ".join(sorted(price_list().regions))
            raise PriceUnknown(
                f"no price of the Region {self.region!r} is known; data/prices.yaml has: {known}"
            )
        if unknown := sorted(set(self.estimates) - set(ESTIMATES)):
            raise PriceUnknown(
                f"no estimate is called {unknown[0]!r}; there are: {', '.join(ESTIMATES)}"
            )

    def price(self, name: str) -> Price:
        """Return the price of the item that has this name in `data/prices.yaml`.

        Raises:
            PriceUnknown: no source gives it for this Region and day.
        """
        if name not in price_list().items:
            known = ", ".join(price_list().items)
            raise PriceUnknown(f"no item is called {name!r}; data/prices.yaml has: {known}")
        if found := self._read(name):
            return found
        for estimate in self.estimates:
            if name in ESTIMATES[estimate]:
                return self._estimate(name, ESTIMATES[estimate][name])
        raise self._unknown(name)

    def prices(self) -> Iterator[Price]:
        """Yield every known price, in the order of `data/prices.yaml`."""
        yield from filter(None, map(self._read, price_list().items))

    def free(self, name: str) -> Decimal:
        """Return the units that are free each month, by their name under `free_tier`."""
        free = price_list().free_tier[name]
        return Decimal(0) if self.region in free.not_in else free.amount

    def _readings(self, name: str) -> tuple[PriceReading, ...]:
        return price_list().readings[self.region].get(name, ())

    def _read(self, name: str) -> Price | None:
        """Return the price that applies on the day, if it is known."""
        begun = [one for one in self._readings(name) if one.first_day <= self.on]
        if not begun or begun[-1].usd is None:
            return None
        return Price(price_list().items[name], self.region, begun[-1].usd, begun[-1])

    def _estimate(self, name: str, by: str) -> Price:
        """Return the price of `by` here times the ratio of both prices in us-east-1."""
        here, home = self.price(by), PriceBook(HOME, on=self.on)
        with localcontext(ROUNDED):
            usd = here.usd * home.price(name).usd / home.price(by).usd
        usd = ESTIMATED_DIGITS.plus(usd)
        how = f"{by} of {self.region} x ({name} / {by} of {HOME})"
        return Price(price_list().items[name], self.region, usd, here.reading, how)

    def _unknown(self, name: str) -> PriceUnknown:
        item, readings = price_list().items[name], self._readings(name)
        parts = [f"no price of {name} ({item.title}) is known for {self.region} on {self.on}"]
        if readings:
            days = ", ".join(f"{one.first_day} ({one.usd or one.note})" for one in readings)
            parts.append(f"the known prices begin on {days}")
        others = [r for r, known in price_list().readings.items() if name in known]
        if elsewhere := [region for region in others if region != self.region]:
            parts.append(f"it is known for {', '.join(elsewhere)}")
        if names := [estimate for estimate, made in ESTIMATES.items() if name in made]:
            parts.append(f"an estimate is made when asked for by name: {names[0]}")
        return PriceUnknown("; ".join([*parts, f"look at {item.addresses(self.region)}"]))
