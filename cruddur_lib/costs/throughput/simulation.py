"""Simulate the throughput of a table and its indexes, minute by minute.

    rules = {
        "table": ReadsWrites(Fixed(100), TargetTracking(5, 200)),
        "inbox": ReadsWrites(Fixed(5), Fixed(40)),
    }
    served = simulate(workload, rules)
    served["table"].writes.throttled_units, served.throttled_share
    served["inbox"].writes.unit_hours(PartialHour.HIGHEST)
    served.trace("table").writes.provisioned                    # an array, for a figure

A provisioned capacity grants 60 times its units in a minute, and burst capacity on top: up to 300
seconds of unused units. `policies` describes auto scaling and on-demand mode and names the sources.
An index without enough write capacity throttles its table: both grant the same share of a minute's
writes. The table's reads and writes share one quota of decreases. Each index has its own quota.

A workload may be one period of traffic that goes on. Its steady state is that of the same minutes
again and again, until a period ends with the units and the burst buckets with which it began.

The simulation sees neither the seconds inside a minute nor partitions, so every throttled share is
a lower bound.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.throughput.kernel_input import KernelInput, Settings
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
from cruddur_lib.costs.throughput.result import CapacityResult, PolicyTrial
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR, Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, Workload
from cruddur_lib.costs.units.capacity_units import CapacityKind

Rules = Mapping[str, ReadsWrites[Policy]]  # for "table" and each index
Rows = NDArray[np.float64]  # units a minute, a row for each capacity

MOST_HOURS = 2**18  # hours of all policies that are tried in one call of the kernel: 4 MB


@dataclass(frozen=True, eq=False)
class Trace:
    """One capacity by the minute."""

    demand: Minutes  # units a minute
    granted: Minutes  # units a minute
    throttled: Minutes  # units a minute
    provisioned: Minutes  # units a second; on demand those that could be granted


@dataclass(frozen=True, eq=False)
class Run:
    """One capacity's result and, with `Settings.tracing`, the events that the kernel wrote."""

    result: CapacityResult
    events: Rows  # minutes, units granted, units throttled
    available: Minutes  # on demand, units that could be granted in each minute

    def trace(self, demand: Minutes) -> Trace:
        """Return the capacity by the minute, for the demand of the run."""
        granted, throttled = demand.copy(), np.zeros_like(demand)
        minutes = self.events[0].astype(np.int64)
        granted[minutes], throttled[minutes] = self.events[1:]
        on_demand = not self.result.units.size
        provisioned = (
            self.available / SECONDS_PER_MINUTE if on_demand else self.result.provisioned()
        )
        return Trace(demand, granted, throttled, provisioned)


@dataclass(frozen=True, eq=False)
class Throughput:
    """The result of a simulation: `throughput["table"].reads` is a `CapacityResult`."""

    workload: Workload
    rules: Rules
    settings: Settings
    runs: Mapping[str, ReadsWrites[Run]]

    @cached_property
    def parts(self) -> dict[str, ReadsWrites[CapacityResult]]:
        """The results of the table, under the name "table", and then of each index."""
        return {
            part: ReadsWrites(*(run.result for run in runs)) for part, runs in self.runs.items()
        }

    def __getitem__(self, part: str) -> ReadsWrites[CapacityResult]:
        """Return the results of the table ("table") or of the index with this name."""
        return self.parts[part]

    @property
    def every(self) -> list[CapacityResult]:
        """All results, the table's first and reads before writes."""
        return [result for pair in self.parts.values() for result in pair]

    @property
    def throttled_share(self) -> float:
        """Throttled units divided by the units of demand: a lower bound.

        Units that are retried count each time they are throttled.
        """
        demand = sum(result.demand_units for result in self.every)
        return sum(result.throttled_units for result in self.every) / demand if demand else 0.0

    def trace(self, part: str) -> ReadsWrites[Trace]:
        """Return the reads and writes of the table ("table") or an index, by the minute."""
        return self._traces[part]

    @cached_property
    def _traces(self) -> dict[str, ReadsWrites[Trace]]:
        runs = self.runs
        on_demand = not self.every[0].units.size
        if not self.settings.tracing and (
            on_demand or any(result.throttled_minutes for result in self.every)
        ):
            runs = _run(self.workload, self.rules, replace(self.settings, tracing=True))
        return {
            part: ReadsWrites(*map(Run.trace, runs[part], demand.units))
            for part, demand in self.workload.parts.items()
        }


def simulate(  # noqa: PLR0913  the options of a simulation
    workload: Workload,
    rules: Rules,
    *,
    throttled: ThrottledUnits = ThrottledUnits.LOST,
    burst_at_start: float = BURST_SECONDS,
    traced: bool = False,
    steady: bool = False,
) -> Throughput:
    """Simulate a table and its indexes under these policies.

    Args:
        workload: the demand on the table and on each index.
        rules: the policies for the table and for each index of the workload.
        throttled: whether throttled units are given up or retried.
        burst_at_start: seconds of unused capacity in each bucket at the start; 0 in a new table.
        traced: whether to keep what `Throughput.trace` needs. Without it, the first trace
            repeats the simulation if units were throttled.
        steady: whether the workload is one period of traffic that goes on. Then the result is that
            of its last period, see `kernel`. Each period begins at the same time of day.

    Raises:
        ThroughputError: a part has no rule, or a rule no part; `burst_at_start` is out of range;
            or policies of both billing modes are mixed.
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
    settings = Settings(workload.start, throttled, burst_at_start, traced, steady)
    return Throughput(workload, rules, settings, _run(workload, rules, settings))


def on_demand(workload: Workload) -> Rules:
    """Return the rules of a new on-demand table with the workload's indexes."""
    return dict.fromkeys(workload.parts, ON_DEMAND)


@dataclass(frozen=True, eq=False)
class CapacityDemand:
    """The demand on the reads or the writes of a table or an index, to try many policies on.

    Each simulation has a quota of decreases to itself. If the table's other capacity scales too,
    use `simulate`, in which both share the quota.
    """

    workload: Workload
    part: str  # "table" or the name of an index
    kind: CapacityKind
    steady: bool = False  # whether the workload is one period of traffic that goes on

    @cached_property
    def demand(self) -> Minutes:
        """Units a minute."""
        return self.workload.parts[self.part].of(self.kind)

    @cached_property
    def _settings(self) -> Settings:
        start = self.workload.start
        return Settings(start, ThrottledUnits.LOST, BURST_SECONDS, steady=self.steady)

    def under(self, policy: Fixed | TargetTracking) -> CapacityResult:
        """Simulate this demand under one policy."""
        return _run_independent(self.demand[np.newaxis], [policy], self._settings)[0].result

    def under_each(self, policies: Sequence[Fixed | TargetTracking]) -> Iterator[PolicyTrial]:
        """Yield what each policy throttles and provisions, in the order of the policies."""
        workers = cpu_count() or 1
        most = max(1, MOST_HOURS * MINUTES_PER_HOUR // self.workload.minutes)  # policies at once
        size = min(most, -(-len(policies) // workers))
        batches = [policies[at : at + size] for at in range(0, len(policies), max(size, 1))]
        with ThreadPoolExecutor(workers) as pool:  # numba releases the interpreter's lock
            for at in range(0, len(batches), 2 * workers):
                for trials in pool.map(self._try_all, batches[at : at + 2 * workers]):
                    yield from trials

    def smallest_fixed(self, budget: float) -> int:
        """Return the smallest number of fixed units whose throttled share is within `budget`."""
        high = max(1, ceil(float(self.demand.max()) / SECONDS_PER_MINUTE))  # throttles no unit
        return bisect_left(
            range(high),
            x=True,
            lo=1,
            key=lambda units: self.under(Fixed(units)).throttled_share <= budget,
        )

    def _try_all(self, policies: Sequence[Fixed | TargetTracking]) -> list[PolicyTrial]:
        """Simulate this demand under each policy in one call of the kernel."""
        from cruddur_lib.costs.throughput import kernel  # noqa: PLC0415  loads numba

        demand, settings, count = self.demand[np.newaxis], self._settings, len(policies)
        records = KernelInput.of(policies, settings, demand.shape[1], quotas=count, one_by_one=True)
        inside = settings.start.minute
        hours = -(-(demand.shape[1] + inside) // MINUTES_PER_HOUR)
        highest, means = np.zeros((count, hours), np.int64), np.zeros((count, hours))
        passes = settings.most_passes(policies, demand.shape[1])
        kernel.run_each(records, demand, passes, inside, highest, means)
        total = float(demand.sum(axis=1)[0])
        return [
            PolicyTrial(total, throttled, *by_hour)
            for throttled, *by_hour in zip(
                records.states["throttled"].tolist(), highest, means, strict=True
            )
        ]


def _run(workload: Workload, rules: Rules, settings: Settings) -> dict[str, ReadsWrites[Run]]:
    """Run each table and index independently, which is fast.

    If writes are throttled that a table and its indexes share, run all of them again, coupled.
    """
    demands = workload.parts
    policies = [rules[part].reads for part in demands] + [rules[part].writes for part in demands]
    if not any(isinstance(policy, OnDemandLimits) for policy in policies):
        runs = {
            part: ReadsWrites(*_run_independent(demand.units, rules[part], settings))
            for part, demand in demands.items()
        }
        throttled = any(pair.writes.result.throttled_minutes for pair in runs.values())
        if len(demands) == 1 or not throttled:
            return runs
    rows = np.concatenate(np.stack([demand.units for demand in demands.values()], axis=1))
    coupled = _run_coupled(rows, policies, settings)  # all reads, then all writes
    return {part: ReadsWrites(*coupled[at :: len(demands)]) for at, part in enumerate(demands)}


def _run_independent(demand: Rows, policies: Sequence[Policy], settings: Settings) -> list[Run]:
    """Run one or two provisioned capacities, which share a quota of decreases."""
    from cruddur_lib.costs.throughput import kernel  # noqa: PLC0415  loads numba

    records = KernelInput.of(policies, settings, demand.shape[1])
    passes = settings.most_passes(policies, demand.shape[1])
    kernel.run_independent(records, demand, passes)
    return _runs(records, demand, settings)


def _run_coupled(demand: Rows, policies: Sequence[Policy], settings: Settings) -> list[Run]:
    """Run a table and its indexes. Rows and policies are those of all reads, then all writes."""
    from cruddur_lib.costs.throughput import kernel  # noqa: PLC0415  loads numba

    records = KernelInput.of(policies, settings, demand.shape[1], len(policies) // 2)
    initial = np.minimum(records.policies["minimum"], records.policies["maximum"])
    on_demand = records.policies["on_demand"].all()
    if (
        not on_demand
        or settings.tracing
        or (demand.max(axis=1) > initial * SECONDS_PER_MINUTE).any()
    ):
        passes = settings.most_passes(policies, demand.shape[1])
        kernel.run_coupled(records, demand, passes)
    return _runs(records, demand, settings)


def _runs(records: KernelInput, demand: Rows, settings: Settings) -> list[Run]:
    """Read the results from what the kernel wrote."""
    runs = []
    for state, changes, events, total in zip(
        records.states, records.changes, records.events, demand.sum(axis=1), strict=True
    ):
        throttled, waiting = float(state["throttled"]), float(state["waiting"])
        change_minutes, units = changes[:, : int(state["changes"])].copy()
        result = CapacityResult(
            start=settings.start,
            minutes=demand.shape[1],
            demand_units=float(total),
            throttled_units=throttled,
            waiting_units=waiting,
            lost_units=waiting - float(state["began_waiting"]) if state["retry"] else throttled,
            throttled_minutes=int(state["throttled_minutes"]),
            worst_units=float(state["worst_units"]),
            worst_minute=int(state["worst_minute"]) if state["throttled_minutes"] else None,
            change_minutes=change_minutes,
            units=units,
            denied=int(state["denied"]),
        )
        runs.append(Run(result, events[:3, : int(state["events"])], events[3]))
    return runs
