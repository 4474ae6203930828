"""Outcomes: what a mode costs a table and its indexes, and what it gives them.

Made by `modes` and looked for by `planner`. Each calendar month has its bill; storage, streams and
backups cost the same in each mode and are not in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from numpy.typing import NDArray

from cruddur_lib.costs.bill import Bill
from cruddur_lib.costs.given import Given
from cruddur_lib.costs.months import Months
from cruddur_lib.costs.policies import HourBilled, Pair
from cruddur_lib.costs.tariffs import HOURS_OF_A_YEAR, SECONDS_OF_AN_HOUR
from cruddur_lib.costs.throughput import Rules, Throughput
from cruddur_lib.costs.usage import Reserved

MONTH = 730  # hours of the month that outcomes are compared by

Hours = NDArray[Any]  # units that each hour of the clock is billed with


@dataclass(frozen=True)
class Terms:
    """How modes are billed: with reserved capacity of 1 or 3 years where it is cheaper (None:
    without any), with the free tier or not, and by which rule an hour in which capacity changed.
    """

    reserved: int | None = None  # years
    free_tier: bool = True
    billed: HourBilled = HourBilled.HIGHEST


TERMS = Terms()


@dataclass(frozen=True)
class Worst:
    """The minute in which most was throttled: "inbox", "writes", when, and how many units."""

    part: str
    kind: str
    time: datetime
    units: float


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a mode costs and gives.

    `bills` are those of whole calendar months, by name ("2026-06"); `usd` is what the workload's
    hours have of them, with the upfront part of reserved capacity spread over its term.
    """

    name: str
    months: Months
    bills: Mapping[str, Bill]
    reserved: Reserved | None
    throughput: Throughput | None  # None of perfect foresight, which throttles nothing
    hours: Pair[Hours] | None  # units billed in each hour, table and indexes; None on demand

    @property
    def usd(self) -> Decimal:
        """USD for the workload, before tax."""
        shares = zip(self.months.hours.tolist(), self.months.whole.tolist(), strict=True)
        parts = [
            made.total_usd * hours / whole
            for made, (hours, whole) in zip(self.bills.values(), shares, strict=True)
        ]
        years = self.reserved.years if self.reserved else 1
        return sum(parts, self.upfront_usd * self.months.count / (years * HOURS_OF_A_YEAR))

    @property
    def usd_a_month(self) -> Decimal:
        """USD for 730 hours like those of the workload."""
        return self.usd * MONTH / self.months.count

    @property
    def upfront_usd(self) -> Decimal:
        """USD to be paid at once for reserved capacity."""
        return next(iter(self.bills.values())).upfront_usd

    @property
    def rules(self) -> Rules:
        """The policies of table and indexes; none of perfect foresight."""
        return self.throughput.rules if self.throughput else {}

    @property
    def every(self) -> list[tuple[str, str, Given]]:
        """What each capacity gave, with its part and its kind."""
        if self.throughput is None:
            return []
        return [
            (part, kind, given)
            for part, pair in self.throughput.parts.items()
            for kind, given in zip(Pair._fields, pair, strict=True)
        ]

    @property
    def throttled_share(self) -> float:
        """The throttled share of the capacity that is throttled most: a lower bound."""
        return max((given.throttled_share for *_, given in self.every), default=0.0)

    @property
    def worst(self) -> Worst | None:
        """The worst minute of any capacity; None where nothing is throttled."""
        found = [
            Worst(part, kind, given.worst_time, given.worst_units)
            for part, kind, given in self.every
            if given.worst_time
        ]
        return max(found, key=lambda one: one.units, default=None)

    @property
    def utilisation(self) -> Pair[float] | None:
        """The share of provisioned units that is consumed, table and indexes; None on demand."""
        if self.hours is None or self.throughput is None:
            return None
        granted = [
            sum(given.granted_units for _, kind, given in self.every if kind == wanted)
            for wanted in Pair._fields
        ]
        return Pair(
            *(
                units / (float(hours.sum()) * SECONDS_OF_AN_HOUR)
                for units, hours in zip(granted, self.hours, strict=True)
            )
        )
