"""Capacity modes side by side: what each one costs a table and its indexes, and what it throttles.

    fixed = {"table": ReadsWrites(Fixed(100), Fixed(25))}
    costs = mode_costs(traffic, book, {"on-demand": on_demand(traffic), "fixed": fixed})
    compare_modes(costs)                                     # a DataFrame
    print(costs["fixed"].bills["2026-06"].as_text())

A table and its indexes have one billing mode. Each calendar month has its own bill, with the free
tier. Storage, streams and backups are left out, because they cost the same in each mode.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from operator import truediv
from typing import TYPE_CHECKING

import numpy as np

from cruddur_lib.costs.billing.bills import Bill, bill
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import BLOCK, OnDemand, Provisioned, Reserved, Usage
from cruddur_lib.costs.planning.billed_hours import BilledHours, Hours
from cruddur_lib.costs.planning.tariffs import (
    HOURS_PER_YEAR,
    SECONDS_PER_HOUR,
    Parts,
    by_kind,
    tariffs,
)
from cruddur_lib.costs.throughput.policies import OnDemandLimits, PartialHour, ReadsWrites
from cruddur_lib.costs.throughput.simulation import Rules, Throughput, simulate
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR
from cruddur_lib.costs.traffic.workload import TABLE_PART, Workload
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS, CapacityKind
from cruddur_lib.text import frame

if TYPE_CHECKING:
    import pandas as pd

HOURS_PER_MONTH = 730  # of the month in which modes are compared
DIGITS = Decimal("1e-9")  # of an extrapolated unit or hour


@dataclass(frozen=True)
class BillingTerms:
    """How capacity is billed."""

    reserved: int | None = None  # years of reserved capacity, 1 or 3, bought where it is cheaper
    free_tier: bool = True
    partial_hour: PartialHour = PartialHour.HIGHEST  # billing of hours in which capacity changed


DEFAULT_TERMS = BillingTerms()


@dataclass(frozen=True)
class WorstMinute:
    """The minute in which one capacity throttled the most units."""

    part: str  # "table" or the name of an index
    kind: CapacityKind
    time: datetime
    units: float


@dataclass(frozen=True, eq=False)
class ModeCost:
    """What a mode costs and what it throttles. The bills are for whole calendar months."""

    name: str
    months: BilledHours
    bills: Mapping[str, Bill]  # by month: "2026-06"
    reserved: Reserved | None
    throughput: Throughput | None  # None for perfect foresight, which is not simulated
    hours: ReadsWrites[Hours] | None  # units that each hour is billed with; None on demand

    @property
    def usd(self) -> Decimal:
        """USD before tax for the workload's hours, with its part of the upfront fee."""
        months = self.bills.values(), self.months.hours.tolist(), self.months.month_hours.tolist()
        parts = (one.total_usd * hours / whole for one, hours, whole in zip(*months, strict=True))
        years = self.reserved.years if self.reserved else 1
        return sum(parts, self.upfront_usd * self.months.count / (years * HOURS_PER_YEAR))

    @property
    def usd_a_month(self) -> Decimal:
        """USD for 730 hours like those of the workload."""
        return self.usd * HOURS_PER_MONTH / self.months.count

    @property
    def upfront_usd(self) -> Decimal:
        """USD to pay in advance for reserved capacity."""
        return next(iter(self.bills.values())).upfront_usd

    @property
    def rules(self) -> Rules:
        """The policies of table and indexes; none for perfect foresight."""
        return self.throughput.rules if self.throughput else {}

    @property
    def parts(self) -> Parts:
        """What table and indexes served; none for perfect foresight."""
        return self.throughput.parts if self.throughput else {}

    @property
    def throttled_share(self) -> float:
        """The throttled share of the capacity that is throttled most: a lower bound."""
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
        """The consumed share of all units billed; None on demand and for perfect foresight."""
        if self.hours is None or self.throughput is None:
            return None
        consumed = (sum(one.granted_units for one in results) for results in by_kind(self.parts))
        billed = (float(hours.sum()) * SECONDS_PER_HOUR for hours in self.hours)
        return ReadsWrites(*map(truediv, consumed, billed))


def mode_cost(
    name: str,
    workload: Workload,
    rules: Rules,
    book: PriceBook,
    terms: BillingTerms = DEFAULT_TERMS,
) -> ModeCost:
    """Simulate a workload under these rules and bill it.

    Args:
        name: what to call the mode.
        workload: the demand on table and indexes.
        rules: the policies of table and indexes.
        book: the prices.
        terms: how capacity is billed.

    Raises:
        ThroughputError: the rules don't fit the workload, or mix two billing modes.
        PriceUnknown: the book lacks a price.
    """
    throughput = simulate(workload, rules)
    if not isinstance(rules[TABLE_PART].reads, OnDemandLimits):
        hours = hourly_units(throughput.parts, terms.partial_hour)
        return provisioned_cost(name, workload, hours, book, terms=terms, throughput=throughput)
    months = BilledHours.of(workload)
    bills = {}
    granted = zip(*_granted_by_month(throughput, months), strict=True)
    for month, share, (reads, writes) in zip(months.names, months.shares, granted, strict=True):
        units = OnDemand(_whole_month(writes, share), _whole_month(reads, share))
        bills[month] = bill(Usage(month=month, free_tier=terms.free_tier, on_demand=units), book)
    return ModeCost(name, months, bills, None, throughput, None)


def provisioned_cost(  # noqa: PLR0913  the parts of a mode's cost
    name: str,
    workload: Workload,
    hours: ReadsWrites[Hours],
    book: PriceBook,
    *,
    terms: BillingTerms = DEFAULT_TERMS,
    throughput: Throughput | None = None,
) -> ModeCost:
    """Bill provisioned capacity, with the best number of reserved blocks.

    Args:
        name: what to call the mode.
        workload: the demand, which gives the months.
        hours: units that each hour is billed with, of table and indexes together.
        book: the prices.
        terms: how capacity is billed.
        throughput: what the capacity served, if it was simulated.

    Raises:
        PriceUnknown: the book lacks a price.
    """
    months, reserved = BilledHours.of(workload), None
    if terms.reserved:
        prices = tariffs(book, free_tier=terms.free_tier, years=terms.reserved)
        rcu, wcu = (
            Decimal(tariff.best_reserved_blocks(units, months) * BLOCK)
            for tariff, units in zip(prices, hours, strict=True)
        )
        reserved = Reserved(terms.reserved, wcu=wcu, rcu=rcu)
    bills = {}
    by_month = zip(*(np.split(units, months.offsets[1:]) for units in hours), strict=True)
    for month, share, (reads, writes) in zip(months.names, months.shares, by_month, strict=True):
        usage = Usage(
            month=month,
            free_tier=terms.free_tier,
            provisioned=_periods(reads, writes, share),
            reserved=(reserved,) if reserved else (),
        )
        bills[month] = bill(usage, book)
    return ModeCost(name, months, bills, reserved, throughput, hours)


def mode_costs(
    workload: Workload,
    book: PriceBook,
    modes: Mapping[str, Rules],
    terms: BillingTerms = DEFAULT_TERMS,
) -> dict[str, ModeCost]:
    """Return what each mode costs and throttles, by its name.

    Args:
        workload: the demand on table and indexes.
        book: the prices.
        modes: the policies of each mode, by its name.
        terms: how capacity is billed.

    Raises:
        ThroughputError: Some rules don't fit the workload, or mix two billing modes.
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
    parts: Parts, partial_hour: PartialHour = PartialHour.HIGHEST
) -> ReadsWrites[Hours]:
    """Return the units that each hour is billed with, table and indexes together.

    Args:
        parts: what provisioned capacity served.
        partial_hour: how an hour in which capacity changed is billed.
    """
    hours = ([one.hours(partial_hour) for one in results] for results in by_kind(parts))
    return ReadsWrites(*(np.sum(units, axis=0) for units in hours))


def highest_throttled_share(parts: Parts) -> float:
    """Return the throttled share of the capacity that is throttled most."""
    return max((result.throttled_share for pair in parts.values() for result in pair), default=0.0)


def _granted_by_month(throughput: Throughput, months: BilledHours) -> ReadsWrites[list[float]]:
    """Return the units that were granted in each month, table and indexes together."""
    traces = by_kind({part: throughput.trace(part) for part in throughput.parts})
    edges = np.maximum(months.offsets * MINUTES_PER_HOUR - throughput.workload.start.minute, 0)
    granted = (np.sum([trace.granted for trace in kind], axis=0) for kind in traces)
    return ReadsWrites(*(np.add.reduceat(units, edges).tolist() for units in granted))


def _whole_month(quantity: float, share: Fraction) -> Decimal:
    """Extrapolate the quantity of a share of a month to the whole month."""
    number = Decimal(repr(quantity)) * share.denominator / share.numerator
    return number if share == 1 else number.quantize(DIGITS, ROUND_DOWN)


def _periods(reads: Hours, writes: Hours, share: Fraction) -> tuple[Provisioned, ...]:
    """Return how many hours of a whole month each pair of units is provisioned."""
    pairs, counts = np.unique(np.stack([writes, reads]), axis=1, return_counts=True)
    return tuple(
        Provisioned(wcu, rcu, _whole_month(count, share))
        for wcu, rcu, count in zip(*pairs.tolist(), counts.tolist(), strict=True)
    )
