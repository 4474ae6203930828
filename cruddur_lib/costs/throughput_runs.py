"""Runs of the kernel: arrays made for it, and what it leaves read off as `Given`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs import throughput_state as records
from cruddur_lib.costs.given import Given
from cruddur_lib.costs.policies import PEAK_AGE, Fixed, OnDemandLimits, Refused, TargetTracking
from cruddur_lib.costs.shapes import Minutes
from cruddur_lib.costs.workload import SECONDS

Rows = NDArray[np.float64]  # units a minute, a row for each capacity
Provisioned = Fixed | TargetTracking


@dataclass(frozen=True)
class Settings:
    """What holds for every capacity of a run."""

    start: datetime
    refused: Refused
    burst_at_start: float  # seconds
    tracing: bool = False


@dataclass(frozen=True, eq=False)
class Run:
    """What a capacity gave; with `tracing`, by the minute, else the arrays are empty."""

    given: Given
    granted: Minutes
    throttled: Minutes
    able: Minutes  # on demand: units a minute that could have been given


@dataclass(frozen=True, eq=False)
class Blocked:
    """Series, and the least and the most of each block of their minutes."""

    rows: Rows
    lowest: Rows
    highest: Rows

    @classmethod
    def of(cls, rows: Rows) -> "Blocked":
        """These series, looked through once."""
        from cruddur_lib.costs import throughput_kernel as kernel  # noqa: PLC0415  loads numba

        shape = rows.shape[0], -(-rows.shape[1] // kernel.BLOCK)
        lowest, highest = np.empty(shape), np.empty(shape)
        for row, low, high in zip(rows, lowest, highest, strict=True):
            kernel.blocks(row, low, high)
        return cls(rows, lowest, highest)


def apart(series: Blocked, rules: Sequence[Provisioned], settings: Settings) -> list[Run]:
    """Runs of one or two capacities of one table or index, which share its quota of decreases."""
    from cruddur_lib.costs import throughput_kernel as kernel  # noqa: PLC0415  loads numba

    wanted, out = series.rows, _Output(series.rows, settings)
    states = records.states(rules, settings.burst_at_start, settings.refused)
    kernel.apart(
        states,
        records.records(rules, settings.refused),
        wanted,
        series.lowest,
        series.highest,
        records.quotas(1, settings.start)[0],
        out.change_minutes,
        out.change_units,
        out.granted,
        out.throttled,
    )
    return out.runs(states, rules, settings)


def together(rows: Rows, rules: Sequence[Provisioned], settings: Settings) -> list[Run]:
    """Runs of a table and its indexes, first all reads, then all writes, minute by minute."""
    from cruddur_lib.costs import throughput_kernel as kernel  # noqa: PLC0415  loads numba

    out = _Output(rows, settings)
    states = records.states(rules, settings.burst_at_start, settings.refused)
    kernel.together(
        states,
        records.records(rules, settings.refused),
        rows,
        records.quotas(len(rules) // 2, settings.start),
        out.change_minutes,
        out.change_units,
        out.granted,
        out.throttled,
    )
    return out.runs(states, rules, settings)


def on_demand(rows: Rows, rules: Sequence[OnDemandLimits], settings: Settings) -> list[Run]:
    """Runs of a table and its indexes on demand, in the order of `together`."""
    from cruddur_lib.costs import throughput_kernel as kernel  # noqa: PLC0415  loads numba

    out = _Output(rows, settings)
    states = records.states(rules, 0, settings.refused)
    limits = [(rule.initial, inf if rule.maximum is None else rule.maximum) for rule in rules]
    able = np.empty_like(rows) if settings.tracing else np.empty((len(rules), 0))
    per_minute = np.array(limits, dtype=np.float64) * SECONDS
    kernel.doubled(states, per_minute, rows, PEAK_AGE, able, out.granted, out.throttled)
    return out.runs(states, rules, settings, able)


class _Output:
    """Arrays that the kernel writes; pages of them that it does not touch take no memory."""

    def __init__(self, rows: Rows, settings: Settings) -> None:
        """Empty, or with everything granted as far as nobody says otherwise."""
        self.rows = rows
        changes = rows.shape[0], rows.shape[1] // 2 + 2  # one in two minutes, at most
        self.change_minutes = np.empty(changes, np.int64)
        self.change_units = np.empty(changes, np.int64)
        nothing = np.empty((rows.shape[0], 0))
        self.granted = np.array(rows) if settings.tracing else nothing
        self.throttled = np.zeros_like(rows) if settings.tracing else nothing

    def runs(
        self,
        states: NDArray[Any],
        rules: Sequence[Provisioned | OnDemandLimits],
        settings: Settings,
        able: Rows | None = None,
    ) -> list[Run]:
        """What each capacity gave."""
        return [
            Run(
                self._given(which, states[which], rule, settings),
                self.granted[which],
                self.throttled[which],
                np.empty(0) if able is None else able[which],
            )
            for which, rule in enumerate(rules)
        ]

    def _given(
        self, which: int, state: Any, rule: Provisioned | OnDemandLimits, settings: Settings
    ) -> Given:
        changes = slice(int(state["changes"]))
        first = np.array(records.first_units(rule), dtype=np.int64)
        refused, waiting = float(state["refused"]), float(state["waiting"])
        return Given(
            start=settings.start,
            minutes=self.rows.shape[1],
            wanted_units=float(self.rows[which].sum()),
            throttled_units=refused,
            waiting_units=waiting,
            lost_units=waiting if settings.refused is Refused.RETRIED else refused,
            throttled_minutes=int(state["throttled"]),
            worst_units=float(state["worst"]),
            worst_minute=int(state["at"]) if state["throttled"] else None,
            changed=np.append(np.zeros_like(first), self.change_minutes[which, changes]),
            units=np.append(first, self.change_units[which, changes]),
            denied=int(state["denied"]),
        )
