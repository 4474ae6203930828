"""One run of a kernel: its arguments, and what it wrote as results and traces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import cast

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.throughput.kernel_input import KernelInput, Settings
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
    """One capacity by the minute."""

    demand: Minutes  # units a minute
    granted: Minutes  # units a minute
    throttled: Minutes  # units a minute
    provisioned: Minutes  # units a second; on demand those that could be granted


@dataclass(frozen=True, eq=False)
class ProvisionedRun:
    """One capacity's result and, with `Settings.tracing`, the events that the kernel wrote."""

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
    """One capacity's result and the units of each minute, if they had to be simulated."""

    result: CapacityResult
    by_minute: Rows | None  # units requested, available and granted

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
    """Run provisioned tables and indexes independently, which is fast.

    If writes are throttled that a table and its indexes share, run all of them again, coupled.
    """
    demands = workload.parts
    rows = np.concatenate(np.stack([demand.units for demand in demands.values()], axis=1))
    policies = [rules[part].reads for part in demands] + [rules[part].writes for part in demands]
    runs: Sequence[Run]
    if limits := [policy for policy in policies if isinstance(policy, OnDemandLimits)]:
        runs = _run_on_demand(rows, limits, settings)  # all reads, then all writes
    else:
        provisioned = cast("list[ProvisionedPolicy]", policies)
        alone = [
            run_independent(demand.units, provisioned[at :: len(demands)], settings)
            for at, demand in enumerate(demands.values())
        ]
        if len(demands) == 1 or not any(writes.result.throttled_minutes for _, writes in alone):
            return {part: ReadsWrites(*pair) for part, pair in zip(demands, alone, strict=True)}
        runs = _run_coupled(rows, provisioned, settings)
    return {part: ReadsWrites(*runs[at :: len(demands)]) for at, part in enumerate(demands)}


def run_independent(
    demand: Rows, policies: Sequence[ProvisionedPolicy], settings: Settings
) -> list[ProvisionedRun]:
    """Run one or two provisioned capacities, which share a quota of decreases."""
    from cruddur_lib.costs.throughput import kernel  # noqa: PLC0415  loads numba

    records = KernelInput.of(policies, settings, demand.shape[1])
    kernel.run_independent(records, demand, settings.most_passes(policies, demand.shape[1]))
    return _provisioned_runs(records, demand, settings)


def _run_coupled(
    demand: Rows, policies: Sequence[ProvisionedPolicy], settings: Settings
) -> list[ProvisionedRun]:
    """Run a table and its indexes. Rows and policies are those of all reads, then all writes."""
    from cruddur_lib.costs.throughput import kernel  # noqa: PLC0415  loads numba

    records = KernelInput.of(policies, settings, demand.shape[1], len(policies) // 2)
    kernel.run_coupled(records, demand, settings.most_passes(policies, demand.shape[1]))
    return _provisioned_runs(records, demand, settings)


def _provisioned_runs(
    records: KernelInput, demand: Rows, settings: Settings
) -> list[ProvisionedRun]:
    """Read the results from what the kernel wrote."""
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
    """Run a table and its indexes. Rows and policies are those of all reads, then all writes."""
    from cruddur_lib.costs.throughput import on_demand_kernel  # noqa: PLC0415  loads numba

    limits = on_demand_kernel.Limits(
        SECONDS_PER_MINUTE * np.array([float(policy.initial) for policy in policies]),
        SECONDS_PER_MINUTE * np.array([policy.maximum or inf for policy in policies]),
        np.array([policy.combined for policy in policies]),
        settings.throttled is ThrottledUnits.RETRIED,
    )
    below = (np.minimum(limits.initial, limits.maximum) >= demand.T).all()
    simulated = settings.tracing or bool(limits.combined.any()) or not below
    by_minute, waited = np.stack([demand] * 3), np.zeros(len(demand))
    if simulated:
        passes = settings.most_passes(policies, demand.shape[1])
        waited = on_demand_kernel.run_on_demand(limits, demand, passes, by_minute)
    return [
        OnDemandRun(
            _on_demand_result(units, by_minute[:, row], waited[row], settings),
            by_minute[:, row] if simulated else None,
        )
        for row, units in enumerate(demand)
    ]


def _on_demand_result(
    demand: Minutes, by_minute: Rows, waited: float, settings: Settings
) -> CapacityResult:
    """Return the result for the units that were requested and granted in each minute.

    `waited` are the units that waited for a retry at the start.
    """
    throttled = by_minute[0] - by_minute[2]
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
