"""Figures of demand, throughput, throttling and capacity, minute by minute, in units a second."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator, StrMethodFormatter

from cruddur_lib.costs.throughput.simulation import Trace
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_DAY, MINUTES_PER_HOUR, Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, TABLE_PART, Workload
from cruddur_lib.workbook.figures.drawing import COLOURS, fill, new

FLAT: dict[str, Any] = {"step": "post", "linewidth": 0, "antialiased": False}  # fewer bytes
GIVEN: dict[str, Any] = {**fill(5), "label": "given", **FLAT}
REFUSED: dict[str, Any] = {**fill(6), "label": "throttled", **FLAT}
THERE: dict[str, Any] = {"color": COLOURS[0], "linestyle": "--", "label": "units there"}
LINES = ((COLOURS[5], "-"), (COLOURS[0], "--"), (COLOURS[6], ":"))  # of workloads
FEW = 5  # changes of units that are told one by one


def draw(traces: Mapping[str, Trace], begin: int = 0, end: int | None = None) -> Figure:
    """A panel for each trace, from one minute to another: what was given as an area, what was
    throttled above it, and the units that were there as a broken line.
    """
    figure = new(6.6, 2.2)
    panels: Sequence[Any] = figure.subplots(1, len(traces), sharey=True, squeeze=False)[0]
    for axes, (title, trace) in zip(panels, traces.items(), strict=True):
        given, refused, there = _window(trace, begin, end)
        minutes = begin + np.arange(given.size + 1)
        axes.fill_between(minutes, 0, _held(given), **GIVEN)
        axes.fill_between(minutes, _held(given), _held(given + refused), **REFUSED)
        axes.step(minutes, _held(there), where="post", **THERE)
        axes.set(title=title, xlabel="minutes", xlim=(begin, minutes[-1]), ylim=(0, None))
    panels[0].set_ylabel("units a second")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    return figure


def in_words(traces: Mapping[str, Trace], begin: int = 0, end: int | None = None) -> str:
    """What `draw` draws, for who cannot see it."""
    return " ".join(
        f"{title}: {_told(*_window(trace, begin, end), begin)}." for title, trace in traces.items()
    )


def wanted(workloads: Mapping[str, Workload], days: int = 3) -> Figure:
    """The table's writes of the first days, a line for each workload: the most of each hour, on a
    logarithmic axis.
    """
    figure = new(6.6, 2.2)
    axes = figure.subplots()
    for (name, workload), (colour, style) in zip(workloads.items(), LINES, strict=False):
        tops = _hourly(workload, days)
        axes.plot(
            np.arange(tops.size) / (MINUTES_PER_DAY // MINUTES_PER_HOUR),
            tops,
            style,
            color=colour,
            label=name,
        )
    axes.set(yscale="log", xlabel="days", ylabel="write units a second", xlim=(0, days))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.set_title("The table's writes, the busiest minute of each hour")
    axes.legend(frameon=False)
    return figure


def wanted_in_words(workloads: Mapping[str, Workload], days: int = 3) -> str:
    """What `wanted` draws, for who cannot see it."""
    told = []
    for name, workload in workloads.items():
        tops = _hourly(workload, days)
        told.append(f"{name} between {tops.min():,.0f} and {tops.max():,.0f}")
    return (
        f"Write units a second that the table is asked for in {days} days, the busiest minute of "
        f"each hour: {', '.join(told)}."
    )


def _window(trace: Trace, begin: int, end: int | None) -> tuple[Minutes, Minutes, Minutes]:
    """What was given, what was refused and what was there, units a second."""
    part = slice(begin, end)
    return (
        trace.granted[part] / SECONDS_PER_MINUTE,
        trace.throttled[part] / SECONDS_PER_MINUTE,
        trace.provisioned[part],
    )


def _held(units: Minutes) -> Minutes:
    """With the last minute's value at its end, so that a step has its length."""
    return np.append(units, units[-1])


def _hourly(workload: Workload, days: int) -> Minutes:
    writes = workload.parts[TABLE_PART].writes[: days * MINUTES_PER_DAY]
    tops: Minutes = writes.reshape(-1, MINUTES_PER_HOUR).max(axis=1) / SECONDS_PER_MINUTE
    return tops


def _told(given: Minutes, refused: Minutes, there: Minutes, begin: int) -> str:
    most = f"up to {(given + refused).max():,.0f} units a second are wanted, {_units(there)} there"
    if not refused.any():
        return f"{most}; nothing is throttled"
    first = begin + int((refused > 0).argmax())
    return (
        f"{most}; {refused.sum() * SECONDS_PER_MINUTE:,.0f} units are throttled, in "
        f"{np.count_nonzero(refused)} minutes from minute {first} on"
    )


def _units(there: Minutes) -> str:
    """How many units there are, one after the other."""
    steps = there[np.append(True, np.diff(there) != 0)]
    if steps.size <= FEW:
        told = ", then ".join(f"{units:,.0f}" for units in steps)
        return f"{told} {'is' if told == '1' else 'are'}"
    return f"from {there.min():,.0f} to {there.max():,.0f} in {steps.size - 1} steps are"
