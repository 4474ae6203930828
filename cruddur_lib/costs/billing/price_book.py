"""What AWS charges in one Region on one day, in USD before tax: sourced, dated, or unknown.

A price that nobody read is an error, `PriceUnknown`, never a guess. One kind of estimate is made,
and only for who asks for it by name: on-demand requests from provisioned capacity.

Source: `data/prices.yaml`, which says of every price where and when it was read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal

from cruddur_lib.costs.billing.price_list import PricedItem, PriceReading, PriceTier, price_list
from cruddur_lib.errors import WorkbookError

HOME = "us-east-1"  # the Region whose prices an estimate takes its ratio from
ON_DEMAND = "on_demand"  # the name of the estimate of on-demand requests
ESTIMATES = {  # what each name stands for: an item, and the one that it is estimated from
    ON_DEMAND: {
        "on_demand_write": "provisioned_wcu_hour",
        "on_demand_read": "provisioned_rcu_hour",
    }
}
ESTIMATED_DIGITS = Context(prec=4)  # an estimate is within half a percent, so it has no more
DAYS_PER_YEAR = 365  # days after which a reading is old


class PriceUnknown(WorkbookError):
    """A price that no source of `data/prices.yaml` gives for this Region and day."""


@dataclass(frozen=True)
class Price:
    """A price in USD for `item.per` units, in one Region, with where it is from."""

    item: PricedItem
    region: str
    usd: Decimal
    reading: PriceReading
    estimated: str = ""  # how it was estimated; empty where it was read

    @property
    def each(self) -> Decimal:
        """USD for one unit."""
        return self.usd / self.item.per

    @property
    def cited(self) -> str:
        """The source on one line; an estimate and a doubtful figure say so first."""
        known = self.reading
        marks = [f"ESTIMATE, {self.estimated}"] if self.estimated else []
        if known.confidence == "low":
            marks.append(f"doubtful ({known.note})")
        where = f"{known.sources[0].what}, {known.sources[0].address}"
        return "; ".join([*marks, where, f"read {known.read}, confidence {known.confidence}"])

    def age(self, today: date) -> int:
        """Days since it was last read."""
        return (today - self.reading.read).days

    def old(self, today: date) -> bool:
        """True where it was last read more than a year ago."""
        return self.age(today) > DAYS_PER_YEAR


@dataclass(frozen=True)
class PriceBook:
    """The prices of one Region that hold on one day.

    `estimates` names the estimates that may stand in for prices that are not known: "on_demand".
    Raises `PriceUnknown` for a Region that has no price, and for an estimate that is not known.

    >>> book = PriceBook("us-east-1", on=date(2026, 11, 22))
    >>> book.price("provisioned_wcu_hour").item.unit
    'WCU-hour'
    """

    region: str
    on: date = field(kw_only=True)
    estimates: frozenset[str] = field(default=frozenset(), kw_only=True)

    def __post_init__(self) -> None:
        """Refuses what no file could answer."""
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
        """The price of an item, by its name in `data/prices.yaml`.

        Raises `PriceUnknown` where no source gives it for this Region and day.
        """
        if name not in price_list().items:
            known = ", ".join(price_list().items)
            raise PriceUnknown(f"no item is called {name!r}; data/prices.yaml has: {known}")
        reading = self._reading(name)
        if reading is not None and reading.usd is not None:
            return Price(price_list().items[name], self.region, reading.usd, reading)
        for estimate in self.estimates:
            if name in ESTIMATES[estimate]:
                return self._estimated(name, ESTIMATES[estimate][name])
        raise self._unknown(name)

    def prices(self) -> Iterator[Price]:
        """Every price that is known here on this day, in the order of `data/prices.yaml`."""
        for name in price_list().items:
            reading = self._reading(name)
            if reading is not None and reading.usd is not None:
                yield self.price(name)

    def free(self, name: str) -> Decimal:
        """What a month costs nothing of, in units of the item: `free_tier` of the file."""
        given = price_list().free_tier[name]
        return Decimal(0) if self.region in given.not_in else given.amount

    def steps(self, name: str) -> tuple[PriceTier, ...]:
        """The steps of a price that falls with a month's quantity: `tiers` of the file."""
        return price_list().tiers[name]

    def _readings(self, name: str) -> tuple[PriceReading, ...]:
        return price_list().readings[self.region].get(name, ())

    def _reading(self, name: str) -> PriceReading | None:
        """The last one that had begun on the day."""
        begun = [one for one in self._readings(name) if one.first_day <= self.on]
        return begun[-1] if begun else None

    def _estimated(self, name: str, by: str) -> Price:
        """The item at the ratio that both have in us-east-1 on this day."""
        here, home = self.price(by), PriceBook(HOME, on=self.on)
        usd = here.usd * home.price(name).usd / home.price(by).usd
        how = f"{by} of {self.region} x ({name} / {by} of {HOME})"
        usd = ESTIMATED_DIGITS.plus(usd)
        return Price(price_list().items[name], self.region, usd, here.reading, how)

    def _unknown(self, name: str) -> PriceUnknown:
        item, readings = price_list().items[name], self._readings(name)
        told = [f"no price of {name} ({item.title}) is known for {self.region} on {self.on}"]
        if readings:
            days = ", ".join(f"{one.first_day} ({one.usd or one.note})" for one in readings)
            told.append(f"what is known begins on {days}")
        others = [r for r, known in price_list().readings.items() if name in known]
        if elsewhere := [region for region in others if region != self.region]:
            told.append(f"it is known for {', '.join(elsewhere)}")
        if names := [estimate for estimate, made in ESTIMATES.items() if name in made]:
            told.append(f"an estimate is made when asked for by name: {names[0]}")
        return PriceUnknown("; ".join([*told, f"look at {item.addresses(self.region)}"]))
