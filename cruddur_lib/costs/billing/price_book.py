"""The prices of AWS in one Region on one day, in USD before tax.

A price that has no source raises `PriceUnknown`; it is never guessed. One estimate exists: the
price of on-demand requests, from that of provisioned capacity. It is made only if its name is
passed. `data/prices.yaml` says where and when each price was read, and which items have the price
of another one by a rule of AWS.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Context, Decimal, localcontext

from cruddur_lib.costs.billing.price_list import price_list
from cruddur_lib.costs.billing.price_models import PricedItem, PriceList, PriceReading, SamePrice
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
    rule: SamePrice | None = None  # the rule by which it has the price of another item

    @property
    def each(self) -> Decimal:
        """Return USD for one unit."""
        return self.usd / self.item.per

    @property
    def title(self) -> str:
        """Return the item's title, with a note if its price is an estimate or another item's."""
        notes = ["estimate"] if self.estimated else []
        notes += [f"priced as {self.rule.item}"] if self.rule else []
        return f"{self.item.title} ({', '.join(notes)})" if notes else self.item.title

    @property
    def cited(self) -> str:
        """Return the source on one line, with the user's file, if it has the price.

        The words ESTIMATE and doubtful, or a rule of AWS, come first if they apply.
        """
        known = self.reading
        marks = [f"ESTIMATE, {self.estimated}"] if self.estimated else []
        if self.rule:
            why = self.rule.sources[0]
            marks.append(
                f"priced as {self.rule.item} from {self.rule.since} on ({why.what}, {why.address})"
            )
        if known.confidence == "low":
            marks.append(f"doubtful ({known.note})")
        if known.file:
            marks.append(f"{known.file}, price from {known.first_day} on")
        marks += [f"{one.what}, {one.address}" for one in known.sources[:1]]
        confidence = f", confidence {known.confidence}" if known.confidence else ""
        return "; ".join(marks) + f", read {known.read}{confidence}"

    def age(self, today: date) -> int:
        """Return the days since the price was last read."""
        return (today - self.reading.read).days

    def old(self, today: date) -> bool:
        """Return whether the price was last read more than a year ago."""
        return is_old(self.reading.read, today)


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
    price_list: PriceList = field(default_factory=price_list, kw_only=True, repr=False)

    def __post_init__(self) -> None:
        """Raise `PriceUnknown` for an unknown Region or estimate."""
        if self.region not in self.price_list.regions:
            known = ", ".join(sorted(self.price_list.regions))
            raise PriceUnknown(
                f"no price of the Region {self.region!r} is known; there are prices for: {known}. "
                f"{advice(self.region)}"
            )
        if unknown := sorted(set(self.estimates) - set(ESTIMATES)):
            raise PriceUnknown(
                f"no estimate is called {unknown[0]!r}; there are: {', '.join(ESTIMATES)}"
            )

    def of(self, region: str) -> "PriceBook":
        """Return the prices of another Region on the same day.

        Raises:
            PriceUnknown: the Region has no price.
        """
        return self if region == self.region else replace(self, region=region)

    def price(self, name: str) -> Price:
        """Return the price of the item that has this name in `data/prices.yaml`.

        Raises:
            PriceUnknown: no source gives it for this Region and day.
        """
        if name not in self.price_list.items:
            known = ", ".join(self.price_list.items)
            raise PriceUnknown(f"no item is called {name!r}; data/prices.yaml has: {known}")
        if found := self._read(name):
            return found
        rule = self.price_list.same_price.get(name)
        if rule and rule.since <= self.on:
            return replace(self.price(rule.item), item=self.price_list.items[name], rule=rule)
        for estimate in self.estimates:
            if name in ESTIMATES[estimate]:
                return self._estimate(name, ESTIMATES[estimate][name])
        raise self._unknown(name)

    def prices(self) -> Iterator[Price]:
        """Yield every price that was read, in the order of `data/prices.yaml`."""
        yield from filter(None, map(self._read, self.price_list.items))

    def free(self, name: str) -> Decimal:
        """Return the units that are free each month, by their name under `free_tier`."""
        free = self.price_list.free_tier[name]
        return Decimal(0) if self.region in free.not_in else free.amount

    def _readings(self, name: str) -> tuple[PriceReading, ...]:
        return self.price_list.readings[self.region].get(name, ())

    def _read(self, name: str) -> Price | None:
        """Return the price that applies on the day, if it is known."""
        begun = [one for one in self._readings(name) if one.first_day <= self.on]
        if not begun or begun[-1].usd is None:
            return None
        return Price(self.price_list.items[name], self.region, begun[-1].usd, begun[-1])

    def _estimate(self, name: str, by: str) -> Price:
        """Return the price of `by` here times the ratio of both prices in us-east-1."""
        here, home = self.price(by), self.of(HOME)
        with localcontext(ROUNDED):
            usd = here.usd * home.price(name).usd / home.price(by).usd
        usd = ESTIMATED_DIGITS.plus(usd)
        how = f"{by} of {self.region} x ({name} / {by} of {HOME})"
        return Price(self.price_list.items[name], self.region, usd, here.reading, how)

    def _unknown(self, name: str) -> PriceUnknown:
        item, readings = self.price_list.items[name], self._readings(name)
        parts = [f"no price of {name} ({item.title}) is known for {self.region} on {self.on}"]
        if readings:
            days = ", ".join(f"{one.first_day} ({one.usd or one.note})" for one in readings)
            parts.append(f"the known prices begin on {days}")
        others = [r for r, known in self.price_list.readings.items() if name in known]
        if elsewhere := [region for region in others if region != self.region]:
            parts.append(f"it is known for {', '.join(elsewhere)}")
        if names := [estimate for estimate, made in ESTIMATES.items() if name in made]:
            parts.append(f"an estimate is made when asked for by name: {names[0]}")
        if item.usage_types:
            parts.append(advice(self.region))
        return PriceUnknown("; ".join([*parts, f"look at {item.addresses(self.region)}"]))


def is_old(read: date, today: date) -> bool:
    """Return whether a price was read more than a year ago."""
    return (today - read).days > DAYS_PER_YEAR


def advice(region: str) -> str:
    """Return how to get the prices of a Region."""
    return (
        f"fetch AWS's price list with bin/cost/prices --refresh {region}, or import a downloaded "
        "file with bin/cost/prices --import FILE"
    )
