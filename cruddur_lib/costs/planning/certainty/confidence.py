"""The certainty of a plan: the interval of a month's bill, and the years that exceed the budget.

The module builds many years from the whole days of the workload. A Monday is always one of the
workload's Mondays. Each year draws the days with its own random weights (a Bayesian bootstrap),
because a few weeks don't show how often a very busy day comes. `DayChain` gives the cost and the
throttling of such a year.

The interval is for the bill of a single future month. Drawn months differ too little from each
other, for two reasons. The mean of the days is uncertain, and consecutive days are alike. So their
distances from the mean are multiplied by a factor. The factor assumes that the errors of days are
an AR(1) process: each error is a share of the error before, plus a new random part.

If a workload is too short for this method or has a trend, the result is `NotSure`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.billing.conventions import ZERO
from cruddur_lib.costs.billing.usage import BLOCK
from cruddur_lib.costs.planning.billed_hours import HOURS_PER_MONTH, BilledHours
from cruddur_lib.costs.planning.certainty.prediction import Values, prediction_factor, trend
from cruddur_lib.costs.planning.tariffs import HOURS_PER_YEAR, Tariff
from cruddur_lib.costs.throughput.day_chain import (
    DAYS_PER_WEEK,
    HOURS_PER_DAY,
    DayChain,
    days_of,
)
from cruddur_lib.costs.throughput.policies import (
    OnDemandLimits,
    PartialHour,
    ReadsWrites,
    ThroughputError,
)
from cruddur_lib.costs.throughput.runs import rows_of
from cruddur_lib.costs.throughput.simulation import Rules
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR
from cruddur_lib.costs.traffic.workload import TABLE_PART, Workload

LEAST_DAYS = 14  # each weekday twice
DAYS_PER_YEAR = HOURS_PER_YEAR // HOURS_PER_DAY
DAYS_PER_MONTH = HOURS_PER_MONTH / HOURS_PER_DAY
YEARS_AT_ONCE = 1_000
CENT = Decimal("0.01")
NOISE = Decimal("1e-9")  # USD: more than the rounding errors of floats

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class ModeConfidence:
    """The certainty of one mode. USD are for capacity, without alarms and storage."""

    low_usd: Decimal  # for 730 hours, rounded down to a cent
    high_usd: Decimal  # for 730 hours, rounded up to a cent
    breaking_years: float  # the share of years in which any capacity exceeds the budget
    is_exact: bool  # whether each day is simulated from each state, see `DayChain`


@dataclass(frozen=True)
class Confidence:
    """The certainty of a plan, by mode."""

    level: float  # the share of months whose bill is in the interval
    budget: float  # the share of its demand that each capacity may throttle
    years: int
    days: int  # of the workload
    modes: Mapping[str, ModeConfidence]


@dataclass(frozen=True)
class NotSure:
    """The reason why a workload doesn't predict other months."""

    reason: str


def confidence(  # noqa: PLR0913  the question and its data
    workload: Workload,
    modes: Mapping[str, Rules],
    prices: ReadsWrites[Tariff],
    *,
    level: float = 0.9,
    budget: float,
    years: int = 10_000,
    seed: int = 0,
    partial_hour: PartialHour = PartialHour.HIGHEST,
) -> Confidence | NotSure:
    """Return the interval of a month's bill in each mode, and how often it exceeds the budget.

    Args:
        workload: the demand on table and indexes. An incomplete last day is left out.
        modes: the policies of each mode, by its name.
        prices: the tariffs of reads and writes.
        level: the share of months whose bill is in the interval.
        budget: the share of its demand that each capacity may throttle in a year.
        years: the number of years to build.
        seed: the same seed gives the same years.
        partial_hour: how AWS bills an hour in which capacity changes.

    Raises:
        ThroughputError: the level is not between 0 and 1, `years` is below 1, or some rules don't
            fit the workload.
    """
    if not 0 < level < 1 or years < 1:
        raise ThroughputError(
            f"the level must be above 0 and below 1, and years must be 1 or more, got {level} and "
            f"{years}"
        )
    demand = days_of(rows_of(workload)).sum(axis=2)  # by day and capacity
    if reason := _unsure(demand, prices):
        return NotSure(reason)
    return Confidence(
        level,
        budget,
        years,
        len(demand),
        {
            name: _ModeBills.of(workload, rules, prices, partial_hour).confidence(
                demand, _years(len(demand), years, seed), level, budget
            )
            for name, rules in modes.items()
        },
    )


@dataclass(frozen=True, eq=False)
class _ModeBills:
    """The cost of one mode in any order of the days. Arrays of two are for reads and writes."""

    chain: DayChain
    units: Values  # billed units by state, column and kind: unit-hours, or request units
    usd_per_unit: Values
    free_units: Values  # a month
    fixed_usd: float  # a month, for reserved capacity

    @classmethod
    def of(
        cls,
        workload: Workload,
        rules: Rules,
        prices: ReadsWrites[Tariff],
        partial_hour: PartialHour,
    ) -> "_ModeBills":
        """Simulate the days, and choose the number of reserved blocks."""
        chain = DayChain.of(workload, rules, partial_hour)
        if isinstance(rules[TABLE_PART].reads, OnDemandLimits):
            request = np.array([float(tariff.usd_per_request_unit) for tariff in prices])
            return cls(chain, chain.billed, request, np.zeros(2), 0.0)
        by_kind = chain.in_their_order(chain.billed).swapaxes(0, 1).reshape(2, -1)
        span, covered, fixed = BilledHours(by_kind.shape[1] * MINUTES_PER_HOUR), [], 0.0
        for tariff, hours in zip(prices, by_kind, strict=True):
            blocks = tariff.best_reserved_blocks(hours, span)
            covered.append(tariff.owned + blocks * BLOCK)
            if tariff.reservation:
                hour = float(tariff.reservation.effective_usd_per_hour)
                fixed += blocks * BLOCK * HOURS_PER_MONTH * hour
        paid = np.maximum(chain.billed - np.array(covered)[:, np.newaxis], 0)
        return cls(
            chain,
            paid.sum(axis=-1),
            np.array([float(tariff.usd_per_unit_hour) for tariff in prices]),
            np.array([float(tariff.free_unit_hours) for tariff in prices]),
            fixed,
        )

    @property
    def usd_in_order(self) -> Values:
        """USD of each day of the workload, without reserved units and before the free tier."""
        usd: Values = self.chain.in_their_order(self.units) @ self.usd_per_unit
        return usd

    def confidence(
        self, demand: Values, years: Iterable[Integers], level: float, budget: float
    ) -> ModeConfidence:
        """Return the interval and the years over budget; `demand` is by day and capacity."""
        usd, breaks = [], []
        for columns in years:
            states = self.chain.walk(self.chain.in_order[-1], columns)
            usd.append(self.usd_of_months(states, columns))
            throttled = self.chain.throttled[states, columns].sum(axis=1)
            days = columns * DAYS_PER_WEEK + _weekdays(len(demand))
            breaks.append((throttled > budget * demand[days].sum(axis=1)).any(axis=1))
        interval = _interval(np.concatenate(usd), self.usd_in_order, level)
        return ModeConfidence(
            *interval, float(np.mean(np.concatenate(breaks))), self.chain.is_exact
        )

    def usd_of_months(self, states: Integers, columns: Integers) -> Values:
        """Return USD of the twelve months of each year; `columns` has the days of each year."""
        units = np.einsum("ydk,dm->ymk", self.units[states, columns], MONTHS)
        usd: Values = np.maximum(units - self.free_units, 0) @ self.usd_per_unit + self.fixed_usd
        return usd


def _months() -> Values:
    """Return the share of each day of a year that belongs to each month of 730 hours."""
    hours = np.arange(DAYS_PER_YEAR)[:, np.newaxis] * HOURS_PER_DAY
    begins = np.arange(HOURS_PER_YEAR // HOURS_PER_MONTH) * HOURS_PER_MONTH
    inside = np.minimum(hours + HOURS_PER_DAY, begins + HOURS_PER_MONTH) - np.maximum(hours, begins)
    parts: Values = np.maximum(inside, 0) / HOURS_PER_DAY
    return parts


MONTHS = _months()


def _years(count: int, years: int, seed: int) -> Iterator[Integers]:
    """Yield the columns of the days of many years, with a row for each year.

    Each year begins after the last of `count` days. A year draws the days of each weekday with its
    own random weights. All weights are equally likely (Rubin's Bayesian bootstrap).
    """
    rng = np.random.default_rng(seed)
    weekdays = _weekdays(count)
    for begin in range(0, years, YEARS_AT_ONCE):
        rows = min(YEARS_AT_ONCE, years - begin)
        columns = np.empty((rows, DAYS_PER_YEAR), np.int64)
        for weekday in range(DAYS_PER_WEEK):
            days = np.flatnonzero(weekdays == weekday)
            choices = len(range(weekday, count, DAYS_PER_WEEK))
            upto = np.cumsum(rng.exponential(size=(rows, choices)), axis=1)
            drawn = rng.random((rows, len(days))) * upto[:, -1:]
            columns[:, days] = (drawn[..., np.newaxis] >= upto[:, np.newaxis, :-1]).sum(axis=-1)
        yield columns


def _weekdays(count: int) -> Integers:
    """Return the weekday of each day of a year that begins after `count` days."""
    return (count + np.arange(DAYS_PER_YEAR)) % DAYS_PER_WEEK


def _interval(usd: Values, in_order: Values, level: float) -> tuple[Decimal, Decimal]:
    """Return the interval of a month's bill, rounded outwards to cents.

    Args:
        usd: the drawn bills, with a row for each year and a column for each month.
        in_order: USD of each day of the workload.
        level: the share of months whose bill is in the interval.
    """
    tail, factor = (1 - level) / 2, prediction_factor(in_order, DAYS_PER_MONTH, level)
    mean = usd.mean(axis=0)  # of each month, because some months have more weekends
    low, high = (
        Decimal(repr(float(one)))
        for one in np.quantile(mean + factor * (usd - mean), [tail, 1 - tail])
    )
    return (
        max(ZERO, low + NOISE).quantize(CENT, ROUND_FLOOR),
        (high - NOISE).quantize(CENT, ROUND_CEILING),
    )


def _unsure(demand: Values, prices: ReadsWrites[Tariff]) -> str | None:
    """Return why the days don't predict other months; None if they do.

    Args:
        demand: units by day and capacity: all reads, then all writes.
        prices: the tariffs of reads and writes, which are the weights of both.
    """
    if len(demand) < LEAST_DAYS:
        return (
            f"an interval needs {LEAST_DAYS} whole days of traffic, each weekday twice, and the "
            f"files have {len(demand)}"
        )
    request = np.array([float(tariff.usd_per_request_unit) for tariff in prices])
    slope = trend(demand.reshape(len(demand), 2, -1).sum(axis=2) @ request)
    if not slope:
        return None
    return (
        f"the traffic has a trend, {slope * DAYS_PER_MONTH:+.0%} a month over {len(demand)} days, "
        "so the next month will differ: plan with the last days only, or with more headroom"
    )
