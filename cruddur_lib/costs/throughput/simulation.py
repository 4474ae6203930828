"""Throughput: what a table and its indexes give of a workload, minute by minute.

    rules = {"table": Pair(Fixed(100), TargetTracking(5, 200)), "inbox": Pair(Fixed(5), Fixed(40))}
    given = simulate(traffic, rules)
    given["table"].writes.throttled_units, given.throttled_share
    given["inbox"].writes.unit_hours(HourBilled.HIGHEST)
    given.trace("table").writes.provisioned                    # an array, for a figure

Provisioned capacity has its units 60 times a minute and a bucket of 300 unused seconds; autoscaling
and on-demand are in `policies`, with their sources. An index without write capacity throttles its
table: of a minute's writes both give the same share. The quota of decreases is the table's, for
reads and writes together, and each index has its own.

A minute is the unit: what happens inside one is not seen, and no partition is, so every throttled
share is a lower bound. `tests/helpers/throughput_oracle.py` has the rules in plain Python, and says
the same to the last bit.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from os import cpu_count

import numpy as np

from cruddur_lib.costs.throughput import runs
from cruddur_lib.costs.throughput.policies import (
    BURST_SECONDS,
    ON_DEMAND,
    Fixed,
    OnDemandLimits,
    Policy,
    ReadsWrites,
    TargetTracking,
    ThrottledUnits,
    ThroughputError,
)
from cruddur_lib.costs.throughput.result import CapacityResult
from cruddur_lib.costs.throughput.runs import Blocked, Run, Settings
from cruddur_lib.costs.traffic.shapes import Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, Workload
from cruddur_lib.costs.units.capacity_units import CapacityKind

Rules = Mapping[str, ReadsWrites[Policy]]  # for "table" and each index


@dataclass(frozen=True, eq=False)
class Trace:
    """One capacity by the minute: units a minute, and units a second that are there."""

    wanted: Minutes
    granted: Minutes
    throttled: Minutes
    provisioned: Minutes  # units a second; on demand those that could be given


@dataclass(frozen=True, eq=False)
class Throughput:
    """What was given: `throughput["table"].reads` is a `Given`, as is each index's."""

    workload: Workload
    rules: Rules
    settings: Settings
    runs: Mapping[str, ReadsWrites[Run]]

    @cached_property
    def parts(self) -> dict[str, ReadsWrites[CapacityResult]]:
        """The table as "table", then each index by its name."""
        return {part: ReadsWrites(*(run.given for run in pair)) for part, pair in self.runs.items()}

    def __getitem__(self, part: str) -> ReadsWrites[CapacityResult]:
        """What was given of the table ("table") or the index of that name."""
        return self.parts[part]

    @property
    def every(self) -> list[CapacityResult]:
        """The capacities, each table's and index's reads before its writes."""
        return [given for pair in self.parts.values() for given in pair]

    @property
    def throttled_share(self) -> float:
        """Throttled units in all that were wanted: a lower bound. Where throttled units come again,
        each time counts.
        """
        wanted = sum(given.wanted_units for given in self.every)
        return sum(given.throttled_units for given in self.every) / wanted if wanted else 0.0

    def trace(self, part: str) -> ReadsWrites[Trace]:
        """Reads and writes of the table or an index, by the minute."""
        return self._traces[part]

    @cached_property
    def _traces(self) -> dict[str, ReadsWrites[Trace]]:
        demands, found = self.workload.parts, self.runs
        if not any(given.throttled_minutes for given in self.every):
            return {
                part: ReadsWrites(*map(_even, pair, self.rules[part], demands[part].units))
                for part, pair in self.parts.items()
            }
        if not self.settings.tracing:
            found = _runs(self.workload, self.rules, replace(self.settings, tracing=True))
        return {
            part: ReadsWrites(*map(_traced, pair, demands[part].units))
            for part, pair in found.items()
        }


def simulate(
    workload: Workload,
    rules: Rules,
    *,
    refused: ThrottledUnits = ThrottledUnits.LOST,
    burst_at_start: float = BURST_SECONDS,
    traced: bool = False,
) -> Throughput:
    """What the table and its indexes give under these rules. Traces are made when they are asked
    for, in less time where `traced` says so before.

    `burst_at_start` seconds of unused capacity are in each bucket at the start: 300 as in a table
    that was there before, 0 as in a new one. Raises `ThroughputError` where a part has no rule, or
    where on-demand and provisioned are mixed: a table and its indexes have one billing mode.
    """
    if not 0 <= burst_at_start <= BURST_SECONDS:
        raise ThroughputError(
            f"burst_at_start is 0 to {BURST_SECONDS} seconds, got {burst_at_start}"
        )
    if workload.parts.keys() != rules.keys():
        raise ThroughputError(
            f"rules are for {', '.join(rules)}; the workload has {', '.join(workload.parts)}"
        )
    if len({isinstance(rule, OnDemandLimits) for pair in rules.values() for rule in pair}) > 1:
        raise ThroughputError(
            "a table and its indexes are all on demand, or all provisioned: it is one billing mode"
        )
    settings = Settings(workload.start, refused, burst_at_start, traced)
    return Throughput(workload, rules, settings, _runs(workload, rules, settings))


def on_demand(workload: Workload) -> Rules:
    """The rules of a new on-demand table and its indexes."""
    return dict.fromkeys(workload.parts, ON_DEMAND)


class CapacityDemand:
    """One capacity's demand, looked through once, to be tried with many policies.

    Alone it has the quota of decreases to itself: where the table's other capacity is scaled too,
    `simulate` says what both get of it.
    """

    def __init__(self, workload: Workload, part: str, kind: CapacityKind) -> None:
        """The reads or the writes of the table ("table") or of the index with this name."""
        self._blocked = Blocked.often(workload.parts[part].of(kind)[np.newaxis])
        self._start = workload.start

    def under(
        self,
        policy: Fixed | TargetTracking,
        *,
        refused: ThrottledUnits = ThrottledUnits.LOST,
        burst_at_start: float = BURST_SECONDS,
    ) -> CapacityResult:
        """What this policy gives of it."""
        settings = Settings(self._start, refused, burst_at_start)
        return runs.apart(self._blocked, [policy], settings)[0].given

    def under_each(
        self, policies: Sequence[Fixed | TargetTracking], workers: int | None = None
    ) -> Iterator[CapacityResult]:
        """What each of these policies gives, in their order, worked out on all cores."""
        workers = workers or cpu_count() or 1
        with ThreadPoolExecutor(workers) as pool:  # numba lets go of the interpreter's lock
            for begin in range(0, len(policies), 4 * workers):
                yield from pool.map(self.under, policies[begin : begin + 4 * workers])


def _runs(workload: Workload, rules: Rules, settings: Settings) -> dict[str, ReadsWrites[Run]]:
    """Capacities are run apart, which is fast, and again together where writes were throttled that
    a table and its indexes have in common.
    """
    parts = workload.parts
    flat = [rules[part].reads for part in parts] + [rules[part].writes for part in parts]
    if not any(isinstance(rule, OnDemandLimits) for rule in flat):
        found = {
            part: ReadsWrites(*runs.apart(Blocked.once(demand.units), rules[part], settings))
            for part, demand in parts.items()
        }
        throttled = any(pair.writes.given.throttled_minutes for pair in found.values())
        if len(parts) == 1 or not throttled:
            return found
    every = runs.together(_rows(workload), flat, settings)
    return {part: ReadsWrites(*every[at :: len(parts)]) for at, part in enumerate(parts)}


def _rows(workload: Workload) -> runs.Rows:
    """All reads, then all writes."""
    return np.concatenate(np.stack([demand.units for demand in workload.parts.values()], axis=1))


def _even(given: CapacityResult, rule: Policy, wanted: Minutes) -> Trace:
    """Where nothing was throttled, what was wanted was granted."""
    if isinstance(rule, OnDemandLimits):
        there = runs.able_on_demand(wanted, rule) / SECONDS_PER_MINUTE
    else:
        there = given.provisioned()
    return Trace(wanted, wanted, np.zeros_like(wanted), there)


def _traced(run: Run, wanted: Minutes) -> Trace:
    there = run.able / SECONDS_PER_MINUTE if run.able.size else run.given.provisioned()
    return Trace(wanted, run.granted(wanted), run.throttled(), there)
