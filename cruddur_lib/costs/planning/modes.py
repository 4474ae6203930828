"""Modes: what a table and its indexes cost and give under each of them, side by side.

    book = PriceBook("us-east-1", on=date(2026, 11, 25))
    modes = {"on-demand": on_demand(traffic), "fixed": {"table": Pair(Fixed(100), Fixed(25))}}
    outcomes = outcomes_of(traffic, book, modes, Terms(reserved=1))
    compare(outcomes)                                        # a DataFrame
    outcomes["fixed"].bills["2026-06"].as_text()

A table and its indexes have one billing mode. Each calendar month has its bill, by `bill`, with all
that is free in it; storage, streams and backups cost the same in each mode and are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.billing.bills import Bill, bill
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import BLOCK, OnDemand, Provisioned, Reserved, Usage
from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.planning.tariffs import HOURS_PER_YEAR, SECONDS_PER_HOUR, tariffs
from cruddur_lib.costs.throughput.policies import PartialHour, ReadsWrites
from cruddur_lib.costs.throughput.result import CapacityResult
from cruddur_lib.costs.throughput.simulation import Rules, Throughput, simulate
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR
from cruddur_lib.costs.traffic.workload import Workload

if TYPE_CHECKING:
    import pandas as pd


HOURS_PER_MONTH = 730  # hours of the month that outcomes are compared by

Hours = NDArray[Any]  # units that each hour of the clock is billed with


@dataclass(frozen=True)
class BillingTerms:
    """How modes are billed: with reserved capacity of 1 or 3 years where it is cheaper (None:
    without any), with the free tier or not, and by which rule an hour in which capacity changed.
    """

    reserved: int | None = None  # years
    free_tier: bool = True
    billed: PartialHour = PartialHour.HIGHEST


DEFAULT_TERMS = BillingTerms()


@dataclass(frozen=True)
class WorstMinute:
    """The minute in which most was throttled: "inbox", "writes", when, and how many units."""

    part: str
    kind: str
    time: datetime
    units: float


@dataclass(frozen=True, eq=False)
class ModeCost:
    """What a mode costs and gives.

    `bills` are those of whole calendar months, by name ("2026-06"); `usd` is what the workload's
    hours have of them, with the upfront part of reserved capacity spread over its term.
    """

    name: str
    months: BilledHours
    bills: Mapping[str, Bill]
    reserved: Reserved | None
    throughput: Throughput | None  # None of perfect foresight, which throttles nothing
    hours: ReadsWrites[Hours] | None  # units billed in each hour, table and indexes; None on demand

    @property
    def usd(self) -> Decimal:
        """USD for the workload, before tax."""
        shares = zip(self.months.hours.tolist(), self.months.whole.tolist(), strict=True)
        parts = [
            made.total_usd * hours / whole
            for made, (hours, whole) in zip(self.bills.values(), shares, strict=True)
        ]
        years = self.reserved.years if self.reserved else 1
        return sum(parts, self.upfront_usd * self.months.count / (years * HOURS_PER_YEAR))

    @property
    def usd_a_month(self) -> Decimal:
        """USD for 730 hours like those of the workload."""
        return self.usd * HOURS_PER_MONTH / self.months.count

    @property
    def upfront_usd(self) -> Decimal:
        """USD to be paid at once for reserved capacity."""
        return next(iter(self.bills.values())).upfront_usd

    @property
    def rules(self) -> Rules:
        """The policies of table and indexes; none of perfect foresight."""
        return self.throughput.rules if self.throughput else {}

    @property
    def every(self) -> list[tuple[str, str, CapacityResult]]:
        """What each capacity gave, with its part and its kind."""
        if self.throughput is None:
            return []
        return [
            (part, kind, given)
            for part, pair in self.throughput.parts.items()
            for kind, given in zip(ReadsWrites._fields, pair, strict=True)
        ]

    @property
    def throttled_share(self) -> float:
        """The throttled share of the capacity that is throttled most: a lower bound."""
        return max((given.throttled_share for *_, given in self.every), default=0.0)

    @property
    def worst(self) -> WorstMinute | None:
        """The worst minute of any capacity; None where nothing is throttled."""
        found = [
            WorstMinute(part, kind, given.worst_time, given.worst_units)
            for part, kind, given in self.every
            if given.worst_time
        ]
        return max(found, key=lambda one: one.units, default=None)

    @property
    def utilisation(self) -> ReadsWrites[float] | None:
        """The share of provisioned units that is consumed, table and indexes; None on demand."""
        if self.hours is None or self.throughput is None:
            return None
        granted = [
            sum(given.granted_units for _, kind, given in self.every if kind == wanted)
            for wanted in ReadsWrites._fields
        ]
        return ReadsWrites(
            *(
                units / (float(hours.sum()) * SECONDS_PER_HOUR)
                for units, hours in zip(granted, self.hours, strict=True)
            )
        )


DIGITS = Decimal("1e-9")  # of a unit or an hour, where a part of a month stands for all of it


def mode_cost(
    name: str,
    workload: Workload,
    rules: Rules,
    book: PriceBook,
    terms: BillingTerms = DEFAULT_TERMS,
) -> ModeCost:
    """What these rules cost and give; raises `ThroughputError`, `PriceUnknown`."""
    throughput = simulate(workload, rules)
    hours = hours_of(throughput, terms)
    if hours is not None:
        return provisioned(name, workload, hours, book, terms=terms, throughput=throughput)
    months = BilledHours.of(workload)
    granted = _granted(throughput, months)
    usages = {
        month: Usage(
            month=month,
            free_tier=terms.free_tier,
            on_demand=OnDemand(_scaled(writes, share), _scaled(reads, share)),
        )
        for month, share, reads, writes in zip(months.names, _shares(months), *granted, strict=True)
    }
    bills = {month: bill(usage, book) for month, usage in usages.items()}
    return ModeCost(name, months, bills, None, throughput, None)


def provisioned(  # noqa: PLR0913  an outcome's parts
    name: str,
    workload: Workload,
    hours: ReadsWrites[Hours],
    book: PriceBook,
    *,
    terms: BillingTerms = DEFAULT_TERMS,
    throughput: Throughput | None = None,
) -> ModeCost:
    """What these units cost, a number for each hour of all parts, under the best cover."""
    months, found = BilledHours.of(workload), None
    prices = tariffs(book, free_tier=terms.free_tier, years=terms.reserved)
    if terms.reserved:
        covers = [
            t.best_reserved_blocks(h, months) * BLOCK for t, h in zip(prices, hours, strict=True)
        ]
        found = Reserved(terms.reserved, wcu=Decimal(covers[1]), rcu=Decimal(covers[0]))
    apart = zip(*map(months.of_hours, hours), strict=True)
    bills = {}
    for month, share, (reads, writes) in zip(months.names, _shares(months), apart, strict=True):
        usage = Usage(
            month=month,
            free_tier=terms.free_tier,
            provisioned=_periods(reads, writes, share),
            reserved=(found,) if found else (),
        )
        bills[month] = bill(usage, book)
    return ModeCost(name, months, bills, found, throughput, hours)


def mode_costs(
    workload: Workload,
    book: PriceBook,
    modes: Mapping[str, Rules],
    terms: BillingTerms = DEFAULT_TERMS,
) -> dict[str, ModeCost]:
    """The outcome of each mode, by its name."""
    return {name: mode_cost(name, workload, rules, book, terms) for name, rules in modes.items()}


def hours_of(throughput: Throughput, terms: BillingTerms) -> ReadsWrites[Hours] | None:
    """Units that each hour is billed with, table and indexes together; None on demand."""
    pairs = list(throughput.parts.values())
    if not pairs[0].reads.units.size:
        return None
    return ReadsWrites(
        *(
            np.sum([one.hours(terms.billed) for one in kind], axis=0)
            for kind in zip(*pairs, strict=True)
        )
    )


def compare_modes(outcomes: Mapping[str, ModeCost]) -> "pd.DataFrame":
    """A row for each outcome: USD for 730 hours, upfront, throttled share, worst minute, used."""
    import pandas as pd  # noqa: PLC0415  half a second to import

    rows = {
        name: {
            "USD a month": float(one.usd_a_month),
            "upfront USD": float(one.upfront_usd),
            "throttled share": one.throttled_share,
            "units in the worst minute": one.worst.units if one.worst else 0.0,
            "reads used": one.utilisation.reads if one.utilisation else None,
            "writes used": one.utilisation.writes if one.utilisation else None,
        }
        for name, one in outcomes.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def _granted(throughput: Throughput, months: BilledHours) -> ReadsWrites[list[float]]:
    """Units that were given in each month, table and indexes, reads and writes apart."""
    traces = [throughput.trace(part) for part in throughput.parts]
    edges = np.maximum(months.begins * MINUTES_PER_HOUR - throughput.workload.start.minute, 0)
    return ReadsWrites(
        *(
            np.add.reduceat(np.sum([trace.granted for trace in kind], axis=0), edges).tolist()
            for kind in zip(*traces, strict=True)
        )
    )


def _shares(months: BilledHours) -> list[Fraction]:
    """Of each month, the share that the workload has."""
    return [
        Fraction(*each) for each in zip(months.hours.tolist(), months.whole.tolist(), strict=True)
    ]


def _scaled(quantity: float, share: Fraction) -> Decimal:
    """What a whole month has, where a share of it has this much."""
    number = Decimal(repr(quantity)) * share.denominator / share.numerator
    return number if share == 1 else number.quantize(DIGITS, ROUND_DOWN)


def _periods(reads: Hours, writes: Hours, share: Fraction) -> tuple[Provisioned, ...]:
    """How long which units are provisioned, in a whole month."""
    pairs, counts = np.unique(np.stack([writes, reads]), axis=1, return_counts=True)
    return tuple(
        Provisioned(wcu, rcu, _scaled(count, share))
        for wcu, rcu, count in zip(*pairs.tolist(), counts.tolist(), strict=True)
    )
