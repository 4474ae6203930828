"""One run of a kernel: prepare its arguments, and read its results and traces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import cast

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.throughput.kernel_input import KernelInput, Records, Settings
from cruddur_lib.costs.throughput.policies import (
    OnDemandLimits,
    Policy,
    ProvisionedPolicy,
    ReadsWrites,
    ThrottledUnits,
)
from cruddur_lib.costs.throughput.result import CapacityResult
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_HOUR, Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, Workload

Rows = NDArray[np.float64]  # units a minute, a row for each capacity


@dataclass(frozen=True, eq=False)
class Trace:
    """The units of one capacity in each minute."""

    demand: Minutes  # units a minute
    granted: Minutes  # units a minute
    throttled: Minutes  # units a minute
    provisioned: Minutes  # units a second; in on-demand mode the units that can be granted


@dataclass(frozen=True, eq=False)
class ProvisionedRun:
    """The result of one capacity, and with `Settings.tracing` the events of the kernel."""

    result: CapacityResult
    events: Rows  # minutes, units granted, units throttled

    @property
    def is_traced(self) -> bool:
        """Whether the run has what a trace needs."""
        return bool(self.events.size) or not self.result.throttled_minutes

    def trace(self, demand: Minutes) -> Trace:
        """Return the capacity by the minute, for the demand of the run."""
        granted, throttled = demand.copy(), np.zeros_like(demand)
        minutes = self.events[0].astype(np.int64)
        granted[minutes], throttled[minutes] = self.events[1:]
        return Trace(demand, granted, throttled, self.result.provisioned())


@dataclass(frozen=True, eq=False)
class OnDemandRun:
    """The result of one capacity, and the units of each minute if they were simulated."""

    result: CapacityResult
    by_minute: Rows | None  # requested, available and granted units

    @property
    def is_traced(self) -> bool:
        """Whether the run has what a trace needs."""
        return self.by_minute is not None

    def trace(self, demand: Minutes) -> Trace:
        """Return the capacity by the minute, for the demand of the run."""
        requested, available, granted = cast("Rows", self.by_minute)
        return Trace(demand, granted, requested - granted, available / SECONDS_PER_MINUTE)


Run = ProvisionedRun | OnDemandRun


def run_parts(
    workload: Workload, rules: Mapping[str, ReadsWrites[Policy]], settings: Settings
) -> dict[str, ReadsWrites[Run]]:
    """Run a table and its indexes."""
    demand, policies = rows_of(workload), policies_of(workload, rules)
    runs: Sequence[Run]
    if limits := [policy for policy in policies if isinstance(policy, OnDemandLimits)]:
        runs = _run_on_demand(demand, limits, settings)
    else:
        runs = run_provisioned(demand, cast("list[ProvisionedPolicy]", policies), settings)
    parts = list(workload.parts)
    return {part: ReadsWrites(*runs[at :: len(parts)]) for at, part in enumerate(parts)}


def rows_of(workload: Workload) -> Rows:
    """Return the demand on all reads, then on all writes."""
    if not workload.indexes:
        return workload.table.units
    return np.concatenate(np.stack([demand.units for demand in workload.parts.values()], axis=1))


def policies_of(workload: Workload, rules: Mapping[str, ReadsWrites[Policy]]) -> list[Policy]:
    """Return the policies of all reads, then of all writes."""
    pairs = [rules[part] for part in workload.parts]
    return [policy for kind in zip(*pairs, strict=True) for policy in kind]


def run_provisioned(
    demand: Rows,
    policies: Sequence[ProvisionedPolicy],
    settings: Settings,
    states: Records | None = None,
) -> list[ProvisionedRun]:
    """Run a table and its indexes separately, which is fast.

    If writes are throttled, a table and its indexes affect each other. Then run them together.

    Args:
        demand: the demand on all reads, then on all writes.
        policies: the policies of all reads, then of all writes.
        settings: the common settings of all capacities.
        states: the first states, see `KernelInput.ends`. The last states replace them.
    """
    parts, before = len(policies) // 2, None if states is None else states.copy()
    runs: list[ProvisionedRun] = []
    for at in range(parts):
        pair = slice(at, None, parts)
        own = None if states is None else states[pair]
        runs += _run(demand[pair], policies[pair], settings, own)
    runs = runs[::2] + runs[1::2]
    if parts == 1 or not any(run.result.throttled_minutes for run in runs[parts:]):
        return runs
    if states is not None:
        states[:] = before
    return _run(demand, policies, settings, states)


def run_alone(demand: Minutes, policy: ProvisionedPolicy, settings: Settings) -> CapacityResult:
    """Run one capacity without the others."""
    return _run(demand[np.newaxis], [policy], settings)[0].result


def _run(
    demand: Rows,
    policies: Sequence[ProvisionedPolicy],
    settings: Settings,
    states: Records | None = None,
) -> list[ProvisionedRun]:
    """Run capacities that depend on each other; the arguments are those of `run_provisioned`."""
    from cruddur_lib.costs.throughput import kernel  # noqa: PLC0415  loads numba

    minutes, parts = demand.shape[1], -(-len(policies) // 2)
    run = kernel.run_independent if parts == 1 else kernel.run_coupled
    records = KernelInput.of(policies, settings, minutes, parts)
    if states is not None:
        records.resume(states)
    run(records, np.ascontiguousarray(demand), settings.most_passes(policies, minutes))
    if states is not None:
        states[:] = records.ends(minutes)
    return _provisioned_runs(records, demand, settings)


def _provisioned_runs(
    records: KernelInput, demand: Rows, settings: Settings
) -> list[ProvisionedRun]:
    """Return the results that the kernel wrote."""
    runs = []
    for state, changes, events, total in zip(
        records.states, records.changes, records.events, demand.sum(axis=1), strict=True
    ):
        throttled, waiting = float(state["throttled"]), float(state["waiting"])
        change_minutes, units = changes[:, : int(state["changes"])].copy()
        result = CapacityResult(
            start=settings.start,
            inside=settings.clock % MINUTES_PER_HOUR,
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
        runs.append(ProvisionedRun(result, events[:, : int(state["events"])]))
    return runs


def _run_on_demand(
    demand: Rows, policies: Sequence[OnDemandLimits], settings: Settings
) -> list[OnDemandRun]:
    """Run a table and its indexes. Rows and policies are for all reads, then for all writes."""
    from cruddur_lib.costs.throughput import on_demand_kernel  # noqa: PLC0415  loads numba

    limits = on_demand_kernel.Limits(
        SECONDS_PER_MINUTE * np.array([float(policy.initial) for policy in policies]),
        SECONDS_PER_MINUTE * np.array([policy.maximum or inf for policy in policies]),
        np.array([policy.combined for policy in policies]),
        settings.throttled is ThrottledUnits.RETRIED,
    )
    below = (np.minimum(limits.initial, limits.maximum) >= demand.T).all()
    if below and not limits.combined.any() and not settings.tracing:
        return [
            OnDemandRun(_on_demand_result(one, np.zeros(1), 0, settings), None) for one in demand
        ]
    by_minute = np.empty((3, *demand.shape))
    passes = settings.most_passes(policies, demand.shape[1])
    waited = on_demand_kernel.run_on_demand(limits, demand, passes, by_minute)
    return [
        OnDemandRun(_on_demand_result(demand[row], one[0] - one[2], waited[row], settings), one)
        for row, one in enumerate(by_minute.swapaxes(0, 1))
    ]


def _on_demand_result(
    demand: Minutes, throttled: Minutes, waited: float, settings: Settings
) -> CapacityResult:
    """Return the result for the throttled units of each minute.

    `waited` is the number of units that waited for a retry at the start.
    """
    total, worst = float(np.cumsum(throttled)[-1]), int(np.argmax(throttled))
    retried = settings.throttled is ThrottledUnits.RETRIED
    waiting = float(throttled[-1]) if retried else 0.0
    return CapacityResult(
        start=settings.start,
        inside=settings.clock % MINUTES_PER_HOUR,
        minutes=demand.size,
        demand_units=float(demand.sum()),
        throttled_units=total,
        waiting_units=waiting,
        lost_units=waiting - float(waited) if retried else total,
        throttled_minutes=int((throttled > 0).sum()),
        worst_units=float(throttled[worst]),
        worst_minute=worst if total else None,
        change_minutes=np.empty(0, np.int64),
        units=np.empty(0, np.int64),
        denied=0,
    )
