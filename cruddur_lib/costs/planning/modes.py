"""Compare capacity modes: the cost and the throttling of a table and its indexes in each mode.

    fixed = {"table": ReadsWrites(Fixed(100), Fixed(25))}
    costs = mode_costs(traffic, book, {"on-demand": on_demand(traffic), "fixed": fixed})
    compare_modes(costs)                                     # a DataFrame

A table and its indexes have one billing mode. The simulation of provisioned capacity assumes that
the traffic repeats (see `simulate`). The simulation of on-demand mode doesn't, because the table
may be new at the start. USD are for a month of 730 hours. Auto scaling needs four CloudWatch alarms
for each capacity that it scales. USD include storage if the terms give its size. They exclude
streams and backups, which cost the same in each mode.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from operator import truediv
from typing import TYPE_CHECKING

import numpy as np

from cruddur_lib.costs.billing.conventions import ZERO
from cruddur_lib.costs.billing.price_book import HOME, PriceBook, PriceUnknown
from cruddur_lib.costs.billing.usage import BLOCK, Reserved, TableClass
from cruddur_lib.costs.planning.billed_hours import BilledHours, Hours
from cruddur_lib.costs.planning.tariffs import (
    DEFAULT_TERMS,
    BillingTerms,
    Parts,
    by_kind,
    tariffs_of,
)
from cruddur_lib.costs.throughput.policies import (
    OnDemandLimits,
    PartialHour,
    ReadsWrites,
    TargetTracking,
)
from cruddur_lib.costs.throughput.simulation import Rules, Throughput, simulate
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, Workload
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS, CapacityKind
from cruddur_lib.text import frame

if TYPE_CHECKING:
    import pandas as pd

ON_DEMAND, FIXED, AUTOSCALED, FORESIGHT = "on-demand", "fixed", "autoscaled", "perfect foresight"
ALARMS = 4  # of each capacity that auto scaling scales; `data/prices.yaml` has the source


@dataclass(frozen=True)
class WorstMinute:
    """The minute in which one capacity throttled the most units."""

    part: str  # "table" or the name of an index
    kind: CapacityKind
    time: datetime
    units: float


@dataclass(frozen=True, eq=False)
class ModeCost:
    """The cost and the throttling of a mode. USD are before tax, for a month of 730 hours."""

    name: str
    span: BilledHours
    throughput: Throughput | None  # None for perfect foresight, which is not simulated
    hours: ReadsWrites[Hours] | None  # units billed for each hour; None for on-demand mode
    capacity_usd: Fraction  # requests or unit-hours, with a part of the upfront fee
    reserved: Reserved | None = None
    upfront_usd: Decimal = ZERO  # the upfront fee of reserved capacity
    alarms: int = 0  # CloudWatch alarms of auto scaling
    alarms_usd: Decimal | None = ZERO  # None if the price is unknown
    storage_usd: Decimal = ZERO
    # What the alarms cost in us-east-1 if their price is unknown. It decides between modes, but it
    # is in no amount.
    unpriced_usd: Decimal = ZERO

    @cached_property
    def usd_a_month(self) -> Decimal:
        """USD for 730 hours of this traffic."""
        rest = (self.alarms_usd or ZERO) + self.storage_usd
        exact = self.capacity_usd + Fraction(rest)
        return Decimal(exact.numerator) / Decimal(exact.denominator)

    @property
    def usd(self) -> Decimal:
        """USD for the minutes of the workload."""
        return self.usd_a_month * self.span.share.numerator / self.span.share.denominator

    @property
    def rules(self) -> Rules:
        """The policies of table and indexes; none for perfect foresight."""
        return self.throughput.rules if self.throughput else {}

    @property
    def parts(self) -> Parts:
        """The results of table and indexes; none for perfect foresight."""
        return self.throughput.parts if self.throughput else {}

    @property
    def throttled_share(self) -> float:
        """The highest throttled share of any capacity, which is a lower bound."""
        return highest_throttled_share(self.parts)

    @property
    def worst(self) -> WorstMinute | None:
        """The worst minute of any capacity; None if no unit is throttled."""
        minutes = [
            WorstMinute(part, kind, result.worst_time, result.worst_units)
            for part, pair in self.parts.items()
            for kind, result in zip(THROUGHPUT_KINDS, pair, strict=True)
            if result.worst_time
        ]
        return max(minutes, key=lambda minute: minute.units, default=None)

    @property
    def utilization(self) -> ReadsWrites[float] | None:
        """The consumed share of billed units; None for on-demand mode and perfect foresight."""
        if self.hours is None or self.throughput is None:
            return None
        consumed = (sum(one.granted_units for one in results) for results in by_kind(self.parts))
        billed = (float(self.span.unit_minutes(hours)) * SECONDS_PER_MINUTE for hours in self.hours)
        return ReadsWrites(*map(truediv, consumed, billed))


def mode_cost(
    name: str,
    workload: Workload,
    rules: Rules,
    book: PriceBook,
    terms: BillingTerms = DEFAULT_TERMS,
) -> ModeCost:
    """Simulate a workload under these rules and price it.

    Args:
        name: the name of the mode.
        workload: the demand on table and indexes.
        rules: the policies of table and indexes.
        book: the prices.
        terms: how capacity is billed.

    Raises:
        ThroughputError: the rules don't fit the workload, or mix two billing modes.
        PriceUnknown: the book lacks a price.
    """
    asked = any(isinstance(policy, OnDemandLimits) for pair in rules.values() for policy in pair)
    return priced(name, simulate(workload, rules, steady=not asked), book, terms)


def priced(
    name: str, throughput: Throughput, book: PriceBook, terms: BillingTerms = DEFAULT_TERMS
) -> ModeCost:
    """Return the cost of a simulated mode.

    Args:
        name: the name of the mode.
        throughput: the results of table and indexes.
        book: the prices.
        terms: how capacity is billed.

    Raises:
        PriceUnknown: the book lacks a price.
    """
    if all(result.units.size for result in throughput.every):
        count = BilledHours.of(throughput.workload).count
        hours = hourly_units(throughput.parts, terms.partial_hour, count)
        return provisioned_cost(
            name, throughput.workload, hours, book, terms=terms, throughput=throughput
        )
    span, prices = BilledHours.of(throughput.workload), tariffs_of(book, terms)
    usd = sum(
        Fraction(tariff.usd_per_request_unit) * Fraction(repr(result.granted_units))
        for tariff, results in zip(prices, by_kind(throughput.parts), strict=True)
        for result in results
    )
    storage = _storage_usd(book, terms)
    return ModeCost(name, span, throughput, None, usd / span.share, storage_usd=storage)


def provisioned_cost(  # noqa: PLR0913  the parts of a mode's cost
    name: str,
    workload: Workload,
    hours: ReadsWrites[Hours],
    book: PriceBook,
    *,
    terms: BillingTerms = DEFAULT_TERMS,
    throughput: Throughput | None = None,
) -> ModeCost:
    """Price provisioned capacity, with the best number of reserved blocks.

    Args:
        name: the name of the mode.
        workload: the demand, which gives the hours.
        hours: units billed for each hour, of table and indexes together.
        book: the prices.
        terms: how capacity is billed.
        throughput: the simulated results, if there are any.

    Raises:
        PriceUnknown: the book lacks a price.
    """
    span, prices = BilledHours.of(workload), tariffs_of(book, terms)
    usd, blocks, upfront = Fraction(0), [], ZERO
    for tariff, units in zip(prices, hours, strict=True):
        blocks.append(tariff.best_reserved_blocks(units, span))
        usd += tariff.exact_usd(units, span, blocks[-1])
        if tariff.reservation:
            upfront += tariff.reservation.upfront * blocks[-1] * BLOCK
    reserved = None
    if terms.reserved and terms.table_class is TableClass.STANDARD:
        rcu, wcu = (Decimal(number * BLOCK) for number in blocks)
        reserved = Reserved(terms.reserved, wcu=wcu, rcu=rcu)
    rules = throughput.rules.values() if throughput else ()
    scaled = sum(isinstance(policy, TargetTracking) for pair in rules for policy in pair)
    alarms = ALARMS * scaled if terms.alarms else 0
    return ModeCost(
        name,
        span,
        throughput,
        hours,
        usd / span.share,
        reserved,
        upfront,
        alarms,
        known := alarms_usd(alarms, book, terms),
        _storage_usd(book, terms),
        (alarms_usd(alarms, book.of(HOME), terms) or ZERO) if known is None else ZERO,
    )


def alarms_usd(alarms: int, book: PriceBook, terms: BillingTerms) -> Decimal | None:
    """Return USD a month for CloudWatch alarms; None if the book has no price.

    Args:
        alarms: the number of alarms of all tables together.
        book: the prices.
        terms: whether the free tier applies.
    """
    if not alarms:
        return ZERO
    free = book.free("cloudwatch_alarms") if terms.free_tier else ZERO
    try:
        return max(ZERO, alarms - free) * book.price("cloudwatch_alarm_month").each
    except PriceUnknown:
        return None


def _storage_usd(book: PriceBook, terms: BillingTerms) -> Decimal:
    """Return USD a month for the storage in the terms; the Standard class has free GB."""
    if terms.storage_gb is None:
        return ZERO
    if terms.table_class is TableClass.STANDARD_IA:
        return terms.storage_gb * book.price("ia_storage_gb_month").each
    free = book.free("storage_gb_months") if terms.free_tier else ZERO
    return max(ZERO, terms.storage_gb - free) * book.price("storage_gb_month").each


def mode_costs(
    workload: Workload,
    book: PriceBook,
    modes: Mapping[str, Rules],
    terms: BillingTerms = DEFAULT_TERMS,
) -> dict[str, ModeCost]:
    """Return the cost and the throttling of each mode, by its name.

    Args:
        workload: the demand on table and indexes.
        book: the prices.
        modes: the policies of each mode, by its name.
        terms: how capacity is billed.

    Raises:
        ThroughputError: some rules don't fit the workload, or mix two billing modes.
        PriceUnknown: the book lacks a price.
    """
    return {name: mode_cost(name, workload, rules, book, terms) for name, rules in modes.items()}


def compare_modes(costs: Mapping[str, ModeCost]) -> "pd.DataFrame":
    """Return a row for each mode: USD for 730 hours, upfront fee, throttling and utilization."""
    rows = {
        name: {
            "USD a month": float(one.usd_a_month),
            "upfront USD": float(one.upfront_usd),
            "throttled share": one.throttled_share,
            "units in the worst minute": one.worst.units if one.worst else 0.0,
            "reads used": one.utilization.reads if one.utilization else None,
            "writes used": one.utilization.writes if one.utilization else None,
        }
        for name, one in costs.items()
    }
    return frame(list(rows.values()), index=list(rows))


def hourly_units(
    parts: Parts, partial_hour: PartialHour = PartialHour.HIGHEST, count: int | None = None
) -> ReadsWrites[Hours]:
    """Return the units billed for each hour, of table and indexes together.

    Args:
        parts: the results of provisioned capacity.
        partial_hour: how AWS bills an hour in which capacity changes.
        count: the number of billed hours; None for all.
    """
    hours = ([one.hours(partial_hour)[:count] for one in results] for results in by_kind(parts))
    return ReadsWrites(*(np.sum(units, axis=0) for units in hours))


def highest_throttled_share(parts: Parts) -> float:
    """Return the highest throttled share of any capacity."""
    return max((result.throttled_share for pair in parts.values() for result in pair), default=0.0)
