"""What the explorer shows: a month of one choice, worked out in the time that a slider is dragged.

The month is June 2026, 30 days in a daily wave. Units of a message and of an opened inbox are those
that the meter saw (see `footprint`). On demand is that of a new table; fixed units are the fewest
of which at most one in ten thousand is throttled; auto scaling goes from one unit as high as it
must, at the target that is chosen. USD are worked out as the plan does it, in floats.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

import numpy as np

from cruddur_lib.costs.billing.price_book import HOME, PriceBook
from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.planning.planner import MAX_THROTTLED
from cruddur_lib.costs.planning.search import PolicySearch
from cruddur_lib.costs.planning.tariffs import Tariff, tariffs
from cruddur_lib.costs.throughput.policies import ReadsWrites, TargetTracking
from cruddur_lib.costs.throughput.result import CapacityResult
from cruddur_lib.costs.throughput.simulation import Rules, Trace, on_demand, simulate
from cruddur_lib.costs.traffic.patterns import Pattern
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR, Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, Workload

Parts = Mapping[
    str, ReadsWrites[CapacityResult]
]  # the table as "table", and each index by its name

KINDS = ReadsWrites._fields
MODES = ("on-demand", "fixed", "autoscaled", "fixed, reserved for 1 year")
DAYS = 30  # of June
ON = date(2026, 11, 25)  # the day whose prices hold, so that a notebook prints the same each day


@dataclass(frozen=True)
class ExplorerChoice:
    """What can be moved."""

    users: int = 3_000
    messages: int = 40  # a day, each user
    opens: int = 12  # of the inbox a day, each user
    design: str = "bootcamp"
    burstiness: float = 0.3  # standard deviation of a minute's random factor
    size: int = 300  # bytes of a message's row
    target: int = 70  # percent, of auto scaling
    region: str = HOME
    free_tier: bool = True


@dataclass(frozen=True, eq=False)
class KindUsage:
    """Reads or writes, of table and indexes together."""

    tariff: Tariff
    consumed: float  # units a second, on average
    fixed: int  # units a second

    @property
    def utilisation(self) -> float:
        """The share of fixed units that is used, on average."""
        return self.consumed / self.fixed


@dataclass(frozen=True, eq=False)
class ExplorerMonth:
    """A choice's month. `usd` and `throttled` are by mode; arrays have an entry for each hour."""

    choice: ExplorerChoice
    usd: Mapping[str, float]
    throttled: Mapping[str, float]  # the share of the capacity that is throttled most
    kinds: ReadsWrites[KindUsage]
    shown: str  # the part whose writes are traced
    wanted: Minutes  # units a second in each hour's busiest minute
    provisioned: Minutes  # the most units that auto scaling has in the hour
    refused: Minutes  # units that auto scaling throttles in the hour

    @property
    def cheapest(self) -> str:
        """The mode that costs least, of those that throttle at most one unit in ten thousand."""
        fit = [mode for mode in MODES if self.throttled[mode] <= MAX_THROTTLED]
        return min(fit, key=lambda mode: self.usd[mode])


def explore(choice: ExplorerChoice, patterns: Sequence[Pattern]) -> ExplorerMonth:
    """The month of a choice; `patterns` are what a message and an opened inbox consume.

    Raises `PriceUnknown` for a Region whose prices are not all known.
    """
    traffic = Workload.from_patterns(
        choice.users, patterns, burstiness=choice.burstiness, seed=choice.users
    )
    book = PriceBook(choice.region, on=ON)
    prices = tariffs(book, free_tier=choice.free_tier)
    reserved = tariffs(book, free_tier=choice.free_tier, years=1)
    asked = simulate(traffic, on_demand(traffic))
    fixed = {
        part: ReadsWrites(*(_fewest(traffic, part, kind) for kind in KINDS))
        for part in traffic.parts
    }
    rules: Rules = {
        part: ReadsWrites(*(_tracking(units, choice.target) for units in demand.units))
        for part, demand in traffic.parts.items()
    }
    scaled = simulate(traffic, rules, traced=True)
    months = BilledHours.of(traffic)
    usd = (
        _requests(asked.parts, prices),
        _hours(fixed, prices, months),
        _hours(scaled.parts, prices, months),
        _hours(fixed, reserved, months),
    )
    throttled = (_most(asked.parts), _most(fixed), _most(scaled.parts), _most(fixed))
    shown = max(traffic.parts, key=lambda name: float(traffic.parts[name].writes.sum()))
    return ExplorerMonth(
        choice,
        dict(zip(MODES, usd, strict=True)),
        dict(zip(MODES, throttled, strict=True)),
        _kinds(fixed, prices),
        shown,
        *_by_hour(scaled.trace(shown).writes),
    )


def _fewest(traffic: Workload, part: str, kind: str) -> CapacityResult:
    return PolicySearch(traffic, part, kind).fixed(MAX_THROTTLED).given


def _of(parts: Parts, which: int) -> list[CapacityResult]:
    """The reads (0) or the writes (1) of table and indexes."""
    return [pair[which] for pair in parts.values()]


def _most(parts: Parts) -> float:
    """The throttled share of the capacity that is throttled most."""
    return max(given.throttled_share for pair in parts.values() for given in pair)


def _requests(parts: Parts, prices: ReadsWrites[Tariff]) -> float:
    """USD on demand."""
    return sum(
        float(tariff.usd_per_request_unit) * sum(given.granted_units for given in _of(parts, which))
        for which, tariff in enumerate(prices)
    )


def _hours(parts: Parts, prices: ReadsWrites[Tariff], months: BilledHours) -> float:
    """USD in provisioned mode."""
    return sum(
        tariff.usd_with_best_reservation(
            np.sum([given.hours() for given in _of(parts, which)], axis=0), months
        )
        for which, tariff in enumerate(prices)
    )


def _kinds(fixed: Parts, prices: ReadsWrites[Tariff]) -> ReadsWrites[KindUsage]:
    return ReadsWrites(
        *(
            KindUsage(
                tariff,
                sum(g.demand_units / (g.minutes * SECONDS_PER_MINUTE) for g in _of(fixed, which)),
                sum(int(g.units[0]) for g in _of(fixed, which)),
            )
            for which, tariff in enumerate(prices)
        )
    )


def _by_hour(trace: Trace) -> tuple[Minutes, Minutes, Minutes]:
    """The busiest minute, the most that is provisioned, and all that is throttled."""
    wanted, provisioned, throttled = (
        units.reshape(-1, MINUTES_PER_HOUR)
        for units in (trace.demand, trace.provisioned, trace.throttled)
    )
    return wanted.max(axis=1) / SECONDS_PER_MINUTE, provisioned.max(axis=1), throttled.sum(axis=1)


def _tracking(wanted: Minutes, percent: int) -> TargetTracking:
    """From one unit to as many as the busiest minute asks for at this target."""
    target = percent / 100
    highest = max(1, ceil(float(wanted.max()) / SECONDS_PER_MINUTE / target))
    first = min(max(1, ceil(float(wanted[:2].max()) / SECONDS_PER_MINUTE / target)), highest)
    return TargetTracking(1, highest, target, first)
