"""Tariffs: what one kind of capacity, reads or writes, costs in each mode, and the best cover.

A search looks at thousands of policies, so it counts in floats here; what is shown in the end is a
bill, in exact Decimals. Of reserved capacity the upfront part is spread over the hours of its term.

Sources: AWS, "DynamoDB reserved capacity", read 2026-11-24,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/reserved-capacity.html: blocks of
100 units, for each hour of the term, used or not, over all tables of the payer in the Region.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.billing.conventions import ZERO
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import BLOCK
from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.throughput.policies import ReadsWrites

HOURS_PER_YEAR = 8_760
SECONDS_PER_HOUR = 3_600
UNITS = ReadsWrites("rcu", "wcu")
REQUESTS = ReadsWrites("on_demand_read", "on_demand_write")


@dataclass(frozen=True)
class Reservation:
    """One reserved unit: USD for each hour of its term, and USD once at its beginning."""

    years: int
    usd_per_unit_hour: Decimal
    upfront: Decimal

    @property
    def spread(self) -> Decimal:
        """USD for an hour, with the upfront part over all hours of the term."""
        return self.usd_per_unit_hour + self.upfront / (self.years * HOURS_PER_YEAR)


@dataclass(frozen=True)
class Tariff:
    """What reads or writes cost in USD, and the unit-hours that are free in a month."""

    usd_per_request_unit: Decimal  # a unit on demand
    usd_per_unit_hour: Decimal  # a provisioned unit for an hour
    free_unit_hours: Decimal = ZERO  # unit-hours a month, of what is not reserved
    reservation: Reservation | None = None

    @property
    def break_even(self) -> Decimal:
        """The share of provisioned units that must be consumed, on average, for provisioned
        capacity to cost what on demand costs; nothing free and nothing reserved.
        """
        return self.usd_per_unit_hour / (self.usd_per_request_unit * SECONDS_PER_HOUR)

    @property
    def reserved_break_even(self) -> Decimal | None:
        """The same for reserved units; None where none are looked at."""
        if self.reservation is None:
            return None
        return self.reservation.spread / (self.usd_per_request_unit * SECONDS_PER_HOUR)

    def usd(self, hours: NDArray[Any], months: BilledHours, blocks: int = 0) -> float:
        """USD for provisioned units, a number for each hour, over all of them, with so many blocks
        of reserved units among them.
        """
        left = months.sums(np.maximum(hours - blocks * BLOCK, 0)) - self.pool(months)
        held = blocks * BLOCK * months.count
        reserved = float(self.reservation.spread) * held if self.reservation else 0.0
        return float(self.usd_per_unit_hour) * float(np.maximum(left, 0).sum()) + reserved

    def best_reserved_blocks(self, hours: NDArray[Any], months: BilledHours) -> int:
        """The fewest blocks of reserved units that cost least.

        What is uncovered falls ever more slowly with each block, also where a part of it is free:
        the first block that saves nothing is one too many, and so is every later one.
        """
        if self.reservation is None:
            return 0
        low, high = 0, -(-int(hours.max(initial=0)) // BLOCK)
        while low < high:
            middle = (low + high) // 2
            if self.usd(hours, months, middle + 1) < self.usd(hours, months, middle):
                low = middle + 1
            else:
                high = middle
        return low

    def usd_with_best_reservation(self, hours: NDArray[Any], months: BilledHours) -> float:
        """USD with the best cover."""
        return self.usd(hours, months, self.best_reserved_blocks(hours, months))

    def pool(self, months: BilledHours) -> NDArray[np.float64]:
        """Unit-hours that are free in each month, of the hours that the workload has."""
        return float(self.free_unit_hours) * months.shares


def tariffs(
    book: PriceBook, *, free_tier: bool = True, years: int | None = None
) -> ReadsWrites[Tariff]:
    """The tariffs of reads and writes in the book's Region: Standard table class, with reserved
    capacity of so many years, or with none. Raises `PriceUnknown`.
    """
    return ReadsWrites(*(_tariff(book, which, free_tier, years) for which in (0, 1)))


def _tariff(book: PriceBook, which: int, free_tier: bool, years: int | None) -> Tariff:  # noqa: FBT001
    unit = UNITS[which]
    reservation = None
    if years:
        each = [
            book.price(f"reserved_{years}yr_{unit}_{part}").each for part in ("hour", "upfront")
        ]
        reservation = Reservation(years, *each)
    return Tariff(
        book.price(REQUESTS[which]).each,
        book.price(f"provisioned_{unit}_hour").each,
        book.free(f"provisioned_{unit}_hours") if free_tier else ZERO,
        reservation,
    )
