"""What the explorer shows: a month's cost by capacity mode, computed while a slider moves.

The traffic is 30 days with a daily wave, and it repeats. A month has 730 hours. The meter
measured the units of a message and of an opened inbox (see `footprint`). On-demand mode has the
limits of a new table. Fixed capacity is the smallest that throttles at most one unit in ten
thousand. Auto scaling has the chosen target, and scales from one unit to the units that the busiest
minute needs. It has eight CloudWatch alarms for the table and eight for each index. USD are floats,
as in a plan's search.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cruddur_lib.costs.billing.price_book import HOME, PriceBook
from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.planning.margins import MAX_THROTTLED
from cruddur_lib.costs.planning.modes import (
    ALARMS,
    alarms_usd,
    highest_throttled_share,
    hourly_units,
)
from cruddur_lib.costs.planning.search import PolicySearch
from cruddur_lib.costs.planning.tariffs import (
    BillingTerms,
    Parts,
    Tariff,
    by_kind,
    on_demand_usd,
    provisioned_usd,
    tariffs,
)
from cruddur_lib.costs.throughput.policies import ReadsWrites
from cruddur_lib.costs.throughput.runs import Trace
from cruddur_lib.costs.throughput.simulation import Rules, on_demand, simulate
from cruddur_lib.costs.traffic.patterns import Pattern
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR, Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, Workload
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS

MODES = ("on-demand", "fixed", "autoscaled", "fixed, reserved for 1 year")
DAYS = 30  # of traffic
ON = date(2026, 11, 25)  # the day of the prices, so that a notebook prints the same each day


@dataclass(frozen=True)
class ExplorerChoice:
    """What the sliders set."""

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
    consumed: float  # units a second on average
    fixed: int  # units a second

    @property
    def utilization(self) -> float:
        """The average consumed share of the fixed units."""
        return self.consumed / self.fixed


@dataclass(frozen=True, eq=False)
class ExplorerMonth:
    """The month of a choice. Arrays have an entry for each hour."""

    choice: ExplorerChoice
    usd: Mapping[str, float]  # by mode
    throttled_share: Mapping[str, float]  # by mode, of the capacity that is throttled most
    kinds: ReadsWrites[KindUsage]
    traced_part: str  # the part whose writes under auto scaling are in the arrays
    demand: Minutes  # units a second in each hour's busiest minute
    provisioned: Minutes  # the most units of the hour
    throttled_units: Minutes  # in the hour

    @property
    def cheapest(self) -> str:
        """The cheapest mode that throttles at most one unit in ten thousand."""
        fit = [mode for mode in MODES if self.throttled_share[mode] <= MAX_THROTTLED]
        return min(fit, key=lambda mode: self.usd[mode])


def explore(choice: ExplorerChoice, patterns: Sequence[Pattern]) -> ExplorerMonth:
    """Return what a choice costs and throttles in a month.

    Args:
        choice: what the sliders set.
        patterns: what a message and an opened inbox consume.

    Raises:
        PriceUnknown: a price of the Region is unknown.
    """
    # Long, because all four modes are computed from one workload and one set of searches.
    traffic = Workload.from_patterns(
        choice.users, patterns, burstiness=choice.burstiness, seed=choice.users
    )
    book, span = PriceBook(choice.region, on=ON), BilledHours.of(traffic)
    prices = tariffs(book, free_tier=choice.free_tier)
    reserved = tariffs(book, free_tier=choice.free_tier, years=1)
    searches = {
        part: ReadsWrites(
            *(PolicySearch(traffic, part, kind, steady=True) for kind in THROUGHPUT_KINDS)
        )
        for part in traffic.parts
    }
    requests = simulate(traffic, on_demand(traffic)).parts
    fixed: Parts = {
        part: ReadsWrites(*(search.under(search.fixed(MAX_THROTTLED).policy) for search in pair))
        for part, pair in searches.items()
    }
    rules: Rules = {
        part: ReadsWrites(*(search.tracking(choice.target / 100) for search in pair))
        for part, pair in searches.items()
    }
    scaled = simulate(traffic, rules, traced=True, steady=True)
    usd = (
        on_demand_usd(prices, requests),
        provisioned_usd(prices, hourly_units(fixed), span),
        provisioned_usd(prices, hourly_units(scaled.parts), span),
        provisioned_usd(reserved, hourly_units(fixed), span),
    )
    alarms = alarms_usd(ALARMS * 2 * len(rules), book, BillingTerms(free_tier=choice.free_tier))
    usd_a_month = [one / float(span.share) for one in usd]
    usd_a_month[MODES.index("autoscaled")] += float(alarms or 0)
    throttled = map(highest_throttled_share, (requests, fixed, scaled.parts, fixed))
    kinds = (
        KindUsage(
            tariff,
            sum(one.demand_units / (one.minutes * SECONDS_PER_MINUTE) for one in results),
            sum(int(one.units[0]) for one in results),
        )
        for tariff, results in zip(prices, by_kind(fixed), strict=True)
    )
    traced_part = max(traffic.parts, key=lambda name: float(traffic.parts[name].writes.sum()))
    return ExplorerMonth(
        choice,
        dict(zip(MODES, usd_a_month, strict=True)),
        dict(zip(MODES, throttled, strict=True)),
        ReadsWrites(*kinds),
        traced_part,
        *_by_hour(scaled.trace(traced_part).writes),
    )


def _by_hour(trace: Trace) -> tuple[Minutes, Minutes, Minutes]:
    """Return each hour's busiest minute, its highest capacity and its throttled units."""
    demand, provisioned, throttled = (
        units.reshape(-1, MINUTES_PER_HOUR)
        for units in (trace.demand, trace.provisioned, trace.throttled)
    )
    return demand.max(axis=1) / SECONDS_PER_MINUTE, provisioned.max(axis=1), throttled.sum(axis=1)
