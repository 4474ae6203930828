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

A workload may be one period of repeating traffic. For its steady state, the simulation repeats the
same minutes. It stops when a period ends with the units and the burst buckets of its beginning.

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

from cruddur_lib.costs.throughput.kernel_input import KernelInput, Settings
from cruddur_lib.costs.throughput.policies import (
    BURST_SECONDS,
    INITIAL,
    Fixed,
    OnDemandLimits,
    Policy,
    ProvisionedPolicy,
    ReadsWrites,
    ThrottledUnits,
    ThroughputError,
)
from cruddur_lib.costs.throughput.result import CapacityResult, PolicyTrial
from cruddur_lib.costs.throughput.runs import Run, Trace, run_alone, run_parts
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR, Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, TABLE_PART, Workload
from cruddur_lib.costs.units.capacity_units import CapacityKind

Rules = Mapping[str, ReadsWrites[Policy]]  # for "table" and each index
Maximum = ReadsWrites[int | None]  # units a second
NO_MAXIMUM: Maximum = ReadsWrites(None, None)
MOST_HOURS = 2**18  # hours of all policies that are tried in one call of the kernel: 4 MB


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
        if not all(run.is_traced for pair in runs.values() for run in pair):
            runs = run_parts(self.workload, self.rules, replace(self.settings, tracing=True))
        traces = {}
        for part, demand in self.workload.parts.items():
            reads, writes = runs[part]
            traces[part] = ReadsWrites(reads.trace(demand.reads), writes.trace(demand.writes))
        return traces


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
        steady: whether the workload is one period of repeating traffic. Then the result is for the
            last period, see `kernel`. Hours and days count from its first minute.

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
    if any(_combines(pair.reads) != _combines(pair.writes) for pair in rules.values()):
        raise ThroughputError("set `combined` for both reads and writes, or for neither")
    settings = Settings(workload.start, throttled, burst_at_start, traced, steady)
    return Throughput(workload, rules, settings, run_parts(workload, rules, settings))


def on_demand(workload: Workload) -> Rules:
    """Return the rules of an on-demand table with the workload's indexes and an unknown history.

    Reads and writes have separate limits, those of a new table: 12,000 and 4,000 units a second.
    """
    return dict.fromkeys(workload.parts, ReadsWrites(*map(OnDemandLimits, INITIAL)))


def new_table(workload: Workload, maximum: Maximum = NO_MAXIMUM) -> Rules:
    """Return the rules of a new on-demand table with the workload's indexes.

    The reads and writes of a part share one limit, see `OnDemandLimits`.

    Args:
        workload: the demand, which names the indexes.
        maximum: the maximum throughput of the table and of each index, in units a second.
    """
    limits = map(OnDemandLimits, INITIAL, maximum, [True, True])
    return dict.fromkeys(workload.parts, ReadsWrites(*limits))


def warm_table(
    workload: Workload, warm: ReadsWrites[int] | None = None, maximum: Maximum = NO_MAXIMUM
) -> Rules:
    """Return the rules of an on-demand table that has served this workload before.

    A table can serve again what it has served before. So the limits of a part are those of its
    busiest minute, and at least those of a new table.

    Args:
        workload: the demand that the table has served.
        warm: the table's warm throughput in units a second, if it is known.
        maximum: the maximum throughput of the table and of each index, in units a second.
    """
    rules = {}
    for part, demand in workload.parts.items():
        served = [ceil(units.max() / SECONDS_PER_MINUTE) for units in demand.units]
        initial = warm if warm and part == TABLE_PART else map(max, served, INITIAL)
        rules[part] = ReadsWrites[Policy](*map(OnDemandLimits, initial, maximum))
    return rules


@dataclass(frozen=True, eq=False)
class CapacityDemand:
    """The demand on the reads or the writes of a table or an index, to try many policies on.

    Each simulation has a quota of decreases to itself. If the table's other capacity scales too,
    use `simulate`, in which both share the quota.
    """

    workload: Workload
    part: str  # "table" or the name of an index
    kind: CapacityKind
    steady: bool = False  # whether the workload is one period of repeating traffic

    @cached_property
    def demand(self) -> Minutes:
        """Units a minute."""
        return self.workload.parts[self.part].of(self.kind)

    @cached_property
    def _settings(self) -> Settings:
        start = self.workload.start
        return Settings(start, ThrottledUnits.LOST, BURST_SECONDS, steady=self.steady)

    def under(self, policy: ProvisionedPolicy) -> CapacityResult:
        """Simulate this demand under one policy."""
        return run_alone(self.demand, policy, self._settings)

    def under_each(self, policies: Sequence[ProvisionedPolicy]) -> Iterator[PolicyTrial]:
        """Yield the result of each policy, in the order of the policies."""
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

    def _try_all(self, policies: Sequence[ProvisionedPolicy]) -> list[PolicyTrial]:
        """Simulate this demand under each policy in one call of the kernel."""
        from cruddur_lib.costs.throughput import kernel  # noqa: PLC0415  loads numba

        demand, settings, count = self.demand[np.newaxis], self._settings, len(policies)
        records = KernelInput.of(policies, settings, demand.shape[1], quotas=count, one_by_one=True)
        inside = settings.clock % MINUTES_PER_HOUR
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


def _combines(policy: Policy) -> bool:
    return isinstance(policy, OnDemandLimits) and policy.combined
