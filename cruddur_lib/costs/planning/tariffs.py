"""Tariffs: what reads or writes cost in each capacity mode, and how many blocks to reserve.

USD are floats here, because a search compares thousands of policies. The plan's final bills are
exact decimals. The upfront fee of reserved capacity is spread over the hours of its term.

Source: AWS, "DynamoDB reserved capacity", read 2026-11-24,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/reserved-capacity.html: blocks of
100 units are paid for each hour of the term, used or not, and cover all tables of the payer in the
Region.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, lcm
from typing import TypeVar

import numpy as np

from cruddur_lib.costs.billing.conventions import ZERO
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import BLOCK
from cruddur_lib.costs.planning.billed_hours import BilledHours, Hours
from cruddur_lib.costs.throughput.policies import ReadsWrites
from cruddur_lib.costs.throughput.result import CapacityResult
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS, CapacityKind

HOURS_PER_YEAR = 8_760
SECONDS_PER_HOUR = 3_600
UNITS = ReadsWrites("rcu", "wcu")
REQUESTS = ReadsWrites("on_demand_read", "on_demand_write")

T = TypeVar("T")
Parts = Mapping[str, ReadsWrites[CapacityResult]]  # the table as "table", each index by its name


@dataclass(frozen=True)
class Reservation:
    """The price of one reserved unit: USD for each hour of the term, and USD once in advance."""

    years: int
    usd_per_unit_hour: Decimal
    upfront: Decimal

    @property
    def effective_usd_per_hour(self) -> Decimal:
        """USD for an hour, including the upfront fee spread over all hours of the term."""
        return self.usd_per_unit_hour + self.upfront / (self.years * HOURS_PER_YEAR)


@dataclass(frozen=True)
class Tariff:
    """The prices of reads or of writes in USD, and the free unit-hours of a month."""

    usd_per_request_unit: Decimal  # on demand
    usd_per_unit_hour: Decimal  # provisioned
    free_unit_hours: Decimal = ZERO  # a month; they apply to units that are not reserved
    reservation: Reservation | None = None

    @property
    def break_even(self) -> Decimal:
        """The utilization at which provisioned capacity costs as much as on-demand capacity.

        It ignores the free tier and reserved capacity.
        """
        return self.usd_per_unit_hour / (self.usd_per_request_unit * SECONDS_PER_HOUR)

    @property
    def reserved_break_even(self) -> Decimal | None:
        """The break-even utilization of reserved capacity; None without a reservation."""
        if self.reservation is None:
            return None
        hour = self.reservation.effective_usd_per_hour
        return hour / (self.usd_per_request_unit * SECONDS_PER_HOUR)

    def usd(self, hours: Hours, months: BilledHours, blocks: int = 0) -> float:
        """Return what provisioned capacity costs in USD.

        Args:
            hours: units that each hour is billed with, of table and indexes together.
            months: the months of these hours.
            blocks: Reserved blocks of 100 units each.
        """
        left = months.sum_by_month(np.maximum(hours - blocks * BLOCK, 0))
        free = float(self.free_unit_hours) * np.array(months.shares, dtype=np.float64)
        usd = float(self.usd_per_unit_hour) * float(np.maximum(left - free, 0).sum())
        if self.reservation is None:
            return usd
        reserved = blocks * BLOCK * months.count
        return usd + float(self.reservation.effective_usd_per_hour) * reserved

    def best_reserved_blocks(self, hours: Hours, months: BilledHours) -> int:
        """Return the number of reserved blocks that costs least, the smallest if several do.

        Each further block saves no more than the one before, even with a free tier. So halving
        finds the first block that saves nothing. USD are fractions here: in floats, two numbers of
        blocks that cost the same may differ.

        Args:
            hours: Whole units that each hour is billed with, as for `usd`.
            months: the months of these hours.
        """
        if self.reservation is None:
            return 0
        price, upfront = Fraction(self.usd_per_unit_hour), Fraction(self.reservation.upfront)
        hour = Fraction(self.reservation.usd_per_unit_hour)
        hour += upfront / (self.reservation.years * HOURS_PER_YEAR)
        free = [Fraction(self.free_unit_hours) * share for share in months.shares]
        scale = lcm(*(part.denominator for part in free))  # makes the parts whole, which is faster
        whole, block = [int(part * scale) for part in free], hour * months.count * BLOCK * scale

        def cost(blocks: int) -> Fraction:
            left: list[int] = months.sum_by_month(np.maximum(hours - blocks * BLOCK, 0)).tolist()
            paid = sum(max(0, scale * used - part) for used, part in zip(left, whole, strict=True))
            return price * paid + block * blocks

        most = ceil(hours.max(initial=0) / BLOCK)
        return bisect_left(range(most), x=True, key=lambda held: cost(held + 1) >= cost(held))

    def usd_with_best_reservation(self, hours: Hours, months: BilledHours) -> float:
        """Return `usd` with the best number of reserved blocks."""
        return self.usd(hours, months, self.best_reserved_blocks(hours, months))


def tariffs(
    book: PriceBook, *, free_tier: bool = True, years: int | None = None
) -> ReadsWrites[Tariff]:
    """Return the tariffs of reads and writes for the Standard table class.

    Args:
        book: the prices of a Region on a day.
        free_tier: whether the monthly free tier applies.
        years: the term of reserved capacity, 1 or 3; None for no reserved capacity.

    Raises:
        PriceUnknown: the book lacks one of the prices.
    """

    def of(kind: CapacityKind) -> Tariff:
        unit, reservation = UNITS.of(kind), None
        if years:
            prices = [f"reserved_{years}yr_{unit}_{part}" for part in ("hour", "upfront")]
            reservation = Reservation(years, *(book.price(name).each for name in prices))
        return Tariff(
            book.price(REQUESTS.of(kind)).each,
            book.price(f"provisioned_{unit}_hour").each,
            book.free(f"provisioned_{unit}_hours") if free_tier else ZERO,
            reservation,
        )

    return ReadsWrites(*map(of, THROUGHPUT_KINDS))


def by_kind(parts: Mapping[str, ReadsWrites[T]]) -> ReadsWrites[tuple[T, ...]]:
    """Return the reads of table and indexes, and their writes."""
    return ReadsWrites(*zip(*parts.values(), strict=True))


def on_demand_usd(prices: ReadsWrites[Tariff], parts: Parts) -> float:
    """Return what the granted units of table and indexes cost on demand, in USD."""
    return sum(
        float(tariff.usd_per_request_unit) * sum(result.granted_units for result in results)
        for tariff, results in zip(prices, by_kind(parts), strict=True)
    )


def provisioned_usd(
    prices: ReadsWrites[Tariff], hours: ReadsWrites[Hours], months: BilledHours
) -> float:
    """Return what provisioned capacity costs in USD with the best reserved blocks.

    Args:
        prices: the tariffs of reads and writes.
        hours: units that each hour is billed with, of table and indexes together.
        months: the months of these hours.
    """
    return sum(
        tariff.usd_with_best_reservation(units, months)
        for tariff, units in zip(prices, hours, strict=True)
    )
