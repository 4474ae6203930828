"""Runs of the kernel: arrays made for it, and what it leaves read off as `Given`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.throughput import state as records
from cruddur_lib.costs.throughput.policies import PEAK_AGE, OnDemandLimits, Policy, ThrottledUnits
from cruddur_lib.costs.throughput.result import CapacityResult
from cruddur_lib.costs.traffic.shapes import Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE

Rows = NDArray[np.float64]  # units a minute, a row for each capacity


@dataclass(frozen=True)
class Settings:
    """What holds for every capacity of a run."""

    start: datetime
    refused: ThrottledUnits
    burst_at_start: float  # seconds
    tracing: bool = False


@dataclass(frozen=True, eq=False)
class Run:
    """What a capacity gave. With `tracing`, `events` are the minutes in which something was refused
    or waited, with the units granted and refused, and `able` what could be given on demand.
    """

    given: CapacityResult
    events: Rows
    able: Minutes

    def granted(self, wanted: Minutes) -> Minutes:
        """Units that were granted in each minute, of those that were wanted."""
        return self._with_events(np.array(wanted), self.events[1])

    def throttled(self) -> Minutes:
        """Units that were refused in each minute."""
        return self._with_events(np.zeros(self.given.minutes), self.events[2])

    def _with_events(self, units: Minutes, noted: Minutes) -> Minutes:
        units[self.events[0].astype(np.int64)] = noted
        return units


@dataclass(frozen=True, eq=False)
class Blocked:
    """Series, with the least and the most of each block of their minutes: to be run many times."""

    rows: Rows
    ends: NDArray[np.float64]  # without any block, every minute is looked at
    totals: NDArray[np.float64]  # units of each series

    @classmethod
    def once(cls, rows: Rows) -> "Blocked":
        """These series for one run: to look for quiet blocks would take longer than it saves."""
        return cls(rows, np.empty((rows.shape[0], 2, 0)), rows.sum(axis=1))

    @classmethod
    def often(cls, rows: Rows) -> "Blocked":
        """These series, looked through."""
        from cruddur_lib.costs.throughput import kernel  # noqa: PLC0415  loads numba
        from cruddur_lib.costs.throughput.blocks import write_ends  # noqa: PLC0415  likewise

        ends = np.empty((rows.shape[0], 2, -(-rows.shape[1] // kernel.BLOCK)))
        for row, both in zip(rows, ends, strict=True):
            write_ends(row, kernel.BLOCK, both)
        return cls(rows, ends, rows.sum(axis=1))


def apart(series: Blocked, rules: Sequence[Policy], settings: Settings) -> list[Run]:
    """Runs of one or two capacities of one table or index, which share its quota of decreases."""
    from cruddur_lib.costs.throughput import kernel  # noqa: PLC0415  loads numba

    out = _Output(series.rows, series.totals, settings)
    states = records.states(rules, settings.burst_at_start, settings.refused)
    kernel.apart(
        states,
        records.records(rules),
        series.rows,
        series.ends,
        records.quotas(1, settings.start)[0],
        out.changes,
        out.events,
    )
    return out.runs(states, rules, settings)


def together(rows: Rows, rules: Sequence[Policy], settings: Settings) -> list[Run]:
    """Runs of a table and its indexes, first all reads, then all writes, minute by minute."""
    from cruddur_lib.costs.throughput import kernel  # noqa: PLC0415  loads numba

    on_demand = any(isinstance(rule, OnDemandLimits) for rule in rules)
    out = _Output(rows, rows.sum(axis=1), settings, on_demand=on_demand)
    states = records.states(rules, settings.burst_at_start, settings.refused)
    if not on_demand or _may_throttle(rows, rules):
        kernel.together(
            states,
            records.records(rules),
            rows,
            records.quotas(len(rules) // 2, settings.start),
            out.changes,
            out.events,
            out.ables,
        )
    return out.runs(states, rules, settings)


def able_on_demand(wanted: Minutes, rule: OnDemandLimits) -> Minutes:
    """Units a minute that could be given at once, where all that was wanted was granted."""
    able = np.zeros_like(wanted)
    np.maximum.accumulate(wanted[:-PEAK_AGE], out=able[PEAK_AGE:])
    able *= 2
    highest = None if rule.maximum is None else rule.maximum * SECONDS_PER_MINUTE
    return np.clip(able, rule.initial * SECONDS_PER_MINUTE, highest, out=able)


def _may_throttle(rows: Rows, rules: Sequence[Policy]) -> bool:
    """Whether anything is wanted that a new on-demand table does not give."""
    states = records.records(rules)
    limits = np.minimum(states["minimum"], states["maximum"]) * SECONDS_PER_MINUTE
    return bool((rows.max(axis=1) > limits).any())


class _Output:
    """Arrays that the kernel writes; pages of them that it does not touch take no memory."""

    def __init__(
        self, rows: Rows, totals: Rows, settings: Settings, *, on_demand: bool = False
    ) -> None:
        """Without changes and events."""
        count, minutes = rows.shape
        self.minutes, self.totals = minutes, totals
        self.changes = np.empty((count, 2, minutes // 2 + 2), np.int64)  # one in two minutes
        self.events = np.empty((count, 3, minutes if settings.tracing else 0))
        self.ables = np.empty((count, minutes if settings.tracing and on_demand else 0))

    def runs(self, states: NDArray[Any], rules: Sequence[Policy], settings: Settings) -> list[Run]:
        """What each capacity gave."""
        return [
            Run(
                self._given(which, state, records.first_units(rule), settings),
                self.events[which, :, : int(state["events"])],
                self.ables[which],
            )
            for which, (state, rule) in enumerate(zip(states, rules, strict=True))
        ]

    def _given(
        self, which: int, state: Any, first: list[int], settings: Settings
    ) -> CapacityResult:
        changed, units = self.changes[which, :, : int(state["changes"])]
        refused, waiting = float(state["refused"]), float(state["waiting"])
        return CapacityResult(
            start=settings.start,
            minutes=self.minutes,
            wanted_units=float(self.totals[which]),
            throttled_units=refused,
            waiting_units=waiting,
            lost_units=waiting if settings.refused is ThrottledUnits.RETRIED else refused,
            throttled_minutes=int(state["throttled"]),
            worst_units=float(state["worst"]),
            worst_minute=int(state["at"]) if state["throttled"] else None,
            changed=np.append(np.zeros(len(first), np.int64), changed),
            units=np.append(np.array(first, np.int64), units),
            denied=int(state["denied"]),
        )
