"""Tariffs: the prices of reads or writes in each capacity mode, and how many blocks to reserve.

A tariff is for one table class, and includes the payer's discounts. The upfront fee of reserved
capacity is spread over the hours of its term.

Source: AWS, "DynamoDB reserved capacity", read 2026-11-24,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/reserved-capacity.html: blocks of
100 units are charged for each hour of the term, used or not. They cover all tables of the payer in
the Region, in the Standard table class only.

AWS's price list does not have the rates of Database Savings Plans, so the user gives the discount.
AWS, "Database Savings Plans", read 2026-11-27, https://aws.amazon.com/savingsplans/
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import TypeVar

import numpy as np

from cruddur_lib.costs.billing.conventions import ZERO
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import BLOCK, TableClass
from cruddur_lib.costs.planning.billed_hours import BilledHours, Hours
from cruddur_lib.costs.throughput.policies import PartialHour, ReadsWrites
from cruddur_lib.costs.throughput.result import CapacityResult
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS, CapacityKind

HOURS_PER_YEAR = 8_760
SECONDS_PER_HOUR = 3_600
UNITS = ReadsWrites("rcu", "wcu")
REQUESTS = ReadsWrites("on_demand_read", "on_demand_write")

T = TypeVar("T")
Parts = Mapping[str, ReadsWrites[CapacityResult]]  # the table as "table", each index by its name


@dataclass(frozen=True)
class SavingsPlan:
    """Discounts of a Database Savings Plan, in percent of the price."""

    on_demand: Decimal = ZERO
    provisioned: Decimal = ZERO


NONE_OWNED = ReadsWrites(0, 0)


@dataclass(frozen=True)
class BillingTerms:
    """How capacity is billed."""

    reserved: int | None = None  # years of reserved capacity, 1 or 3, bought where it is cheaper
    free_tier: bool = True
    partial_hour: PartialHour = PartialHour.HIGHEST  # billing of hours in which capacity changed
    table_class: TableClass = TableClass.STANDARD
    owned: ReadsWrites[int] = NONE_OWNED  # reserved units that the payer already has
    savings_plan: SavingsPlan = SavingsPlan()
    storage_gb: Decimal | None = None  # of table and indexes; None leaves out storage
    alarms: bool = True  # whether auto scaling's CloudWatch alarms are billed


DEFAULT_TERMS = BillingTerms()


@dataclass(frozen=True)
class Reservation:
    """The price of one reserved unit: USD for each hour of the term, and USD upfront."""

    years: int
    usd_per_unit_hour: Decimal
    upfront: Decimal

    @property
    def exact_usd_per_hour(self) -> Fraction:
        """USD for an hour, including the upfront fee spread over all hours of the term."""
        upfront = Fraction(self.upfront) / (self.years * HOURS_PER_YEAR)
        return Fraction(self.usd_per_unit_hour) + upfront

    @property
    def effective_usd_per_hour(self) -> Decimal:
        """`exact_usd_per_hour` to 28 digits."""
        exact = self.exact_usd_per_hour
        return Decimal(exact.numerator) / Decimal(exact.denominator)


@dataclass(frozen=True)
class Tariff:
    """The prices of reads or of writes in USD, and the units without a further charge."""

    usd_per_request_unit: Decimal  # on demand
    usd_per_unit_hour: Decimal  # provisioned
    free_unit_hours: Decimal = ZERO  # a month; they apply to units that are not reserved
    reservation: Reservation | None = None
    owned: int = 0  # reserved units that are already paid, so their price is left out

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

    def exact_usd(self, hours: Hours, span: BilledHours, blocks: int = 0) -> Fraction:
        """Return the exact cost of provisioned capacity in USD.

        Args:
            hours: whole units billed for each hour, of table and indexes together.
            span: the workload's hours.
            blocks: reserved blocks of 100 units each.
        """
        covered = self.owned + blocks * BLOCK
        used = Fraction(span.unit_minutes(np.maximum(hours - covered, 0)).item())
        free = Fraction(self.free_unit_hours) * span.share
        usd = Fraction(self.usd_per_unit_hour) * max(Fraction(0), used / MINUTES_PER_HOUR - free)
        if self.reservation is None:
            return usd
        reserved_hours = blocks * BLOCK * Fraction(span.minutes, MINUTES_PER_HOUR)
        return usd + reserved_hours * self.reservation.exact_usd_per_hour

    def usd(self, hours: Hours, span: BilledHours, blocks: int = 0) -> float:
        """Return `exact_usd` as a float."""
        return float(self.exact_usd(hours, span, blocks))

    def best_reserved_blocks(self, hours: Hours, span: BilledHours) -> int:
        """Return the cheapest number of reserved blocks; the smallest if several cost the same.

        Each further block saves no more than the block before, even with a free tier. So a binary
        search finds the first block that saves nothing. USD are exact, because floats may make two
        equal costs differ.

        Args:
            hours: whole units billed for each hour, as for `exact_usd`.
            span: the workload's hours.
        """
        if self.reservation is None:
            return 0

        def saves_nothing(held: int) -> bool:
            return self.exact_usd(hours, span, held + 1) >= self.exact_usd(hours, span, held)

        most = ceil(max(0, int(hours.max(initial=0)) - self.owned) / BLOCK)
        return bisect_left(range(most), x=True, key=saves_nothing)

    def usd_with_best_reservation(self, hours: Hours, span: BilledHours) -> float:
        """Return `usd` with the best number of reserved blocks."""
        return self.usd(hours, span, self.best_reserved_blocks(hours, span))

    def usd_of_each(self, hours: Hours, span: BilledHours) -> Hours:
        """Return USD of each row of hours, with the best number of reserved blocks.

        This is `usd_with_best_reservation` in floats, for all rows at once.
        """
        price = float(self.usd_per_unit_hour)
        free = float(Fraction(self.free_unit_hours) * span.share)
        block = 0.0
        if self.reservation:
            hour = float(self.reservation.exact_usd_per_hour)
            block = BLOCK * hour * span.minutes / MINUTES_PER_HOUR

        def usd(blocks: Hours) -> Hours:
            covered = (self.owned + blocks * BLOCK)[:, np.newaxis]
            used = span.unit_minutes(np.maximum(hours - covered, 0) if covered.any() else hours)
            paid: Hours = np.maximum(used / MINUTES_PER_HOUR - free, 0) * price + blocks * block
            return paid

        low = np.zeros(len(hours), dtype=np.int64)
        high = low
        if self.reservation:
            high = np.ceil(np.maximum(hours.max(axis=1) - self.owned, 0) / BLOCK).astype(np.int64)
        while (low < high).any():
            middle = (low + high) // 2
            saves = (usd(middle + 1) < usd(middle)) & (low < high)
            low, high = np.where(saves, middle + 1, low), np.where(saves, high, middle)
        return usd(low)


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
    return tariffs_of(book, BillingTerms(years, free_tier=free_tier))


def tariffs_of(book: PriceBook, terms: BillingTerms) -> ReadsWrites[Tariff]:
    """Return the tariffs of reads and writes under these terms.

    Standard-IA has different prices, no free tier and no reserved capacity.

    Args:
        book: the prices of a Region on a day.
        terms: how capacity is billed.

    Raises:
        PriceUnknown: the book lacks one of the prices.
    """
    standard = terms.table_class is TableClass.STANDARD
    prefix = "" if standard else "ia_"

    def of(kind: CapacityKind) -> Tariff:
        unit, reservation = UNITS.of(kind), None
        if terms.reserved and standard:
            prices = [f"reserved_{terms.reserved}yr_{unit}_{part}" for part in ("hour", "upfront")]
            reservation = Reservation(terms.reserved, *(book.price(name).each for name in prices))
        free = terms.free_tier and standard
        request = book.price(prefix + REQUESTS.of(kind)).each
        hour = book.price(f"{prefix}provisioned_{unit}_hour").each
        return Tariff(
            request * (100 - terms.savings_plan.on_demand) / 100,
            hour * (100 - terms.savings_plan.provisioned) / 100,
            book.free(f"provisioned_{unit}_hours") if free else ZERO,
            reservation,
            terms.owned.of(kind) if standard else 0,
        )

    return ReadsWrites(*map(of, THROUGHPUT_KINDS))


def by_kind(parts: Mapping[str, ReadsWrites[T]]) -> ReadsWrites[tuple[T, ...]]:
    """Return the reads of table and indexes, and their writes."""
    return ReadsWrites(*zip(*parts.values(), strict=True))


def on_demand_usd(prices: ReadsWrites[Tariff], parts: Parts) -> float:
    """Return the on-demand cost of the granted units of table and indexes, in USD."""
    return sum(
        float(tariff.usd_per_request_unit) * sum(result.granted_units for result in results)
        for tariff, results in zip(prices, by_kind(parts), strict=True)
    )


def provisioned_usd(
    prices: ReadsWrites[Tariff], hours: ReadsWrites[Hours], span: BilledHours
) -> float:
    """Return the cost of provisioned capacity in USD, with the best number of reserved blocks.

    Args:
        prices: the tariffs of reads and writes.
        hours: units billed for each hour, of table and indexes together.
        span: the workload's hours.
    """
    return sum(
        tariff.usd_with_best_reservation(units, span)
        for tariff, units in zip(prices, hours, strict=True)
    )
