"""Figures of demand, and of the units a second that a capacity granted and throttled."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import NullLocator, StrMethodFormatter

from cruddur_lib.costs.throughput.runs import Trace
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_DAY, MINUTES_PER_HOUR, Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, TABLE_PART, Workload
from cruddur_lib.workbook.figures.drawing import COLORS, Drawing, fill, new

FLAT: dict[str, Any] = {"step": "post", "linewidth": 0, "antialiased": False}  # fewer bytes
GRANTED: dict[str, Any] = {**fill(5), "label": "given", **FLAT}
THROTTLED: dict[str, Any] = {**fill(6), "label": "throttled", **FLAT}
PROVISIONED: dict[str, Any] = {"color": COLORS[0], "linestyle": "--", "label": "units there"}
LINES = ((COLORS[5], "-"), (COLORS[0], "--"), (COLORS[6], ":"))  # of workloads
FEW = 5  # the most capacities that the alt text lists one by one


def traces(runs: Mapping[str, Trace], begin: int = 0, end: int | None = None) -> Drawing:
    """Draw granted units, throttled units above them, and the capacity as a dashed line.

    Args:
        runs: the trace of each panel, by the panel's title.
        begin: the first minute to draw.
        end: the minute to stop before; by default the trace's end.
    """
    figure = new(6.6, 2.2)
    panels: Sequence[Any] = figure.subplots(1, len(runs), sharey=True, squeeze=False)[0]
    sentences = []
    for axes, (title, trace) in zip(panels, runs.items(), strict=True):
        part = slice(begin, end)
        granted = trace.granted[part] / SECONDS_PER_MINUTE
        throttled = trace.throttled[part] / SECONDS_PER_MINUTE
        provisioned = trace.provisioned[part]
        minutes = begin + np.arange(granted.size + 1)
        axes.fill_between(minutes, 0, _to_the_end(granted), **GRANTED)
        demand = _to_the_end(granted + throttled)
        axes.fill_between(minutes, _to_the_end(granted), demand, **THROTTLED)
        axes.step(minutes, _to_the_end(provisioned), where="post", **PROVISIONED)
        axes.set(title=title, xlabel="minutes", xlim=(begin, minutes[-1]), ylim=(0, None))
        sentences.append(f"{title}: {_trace_alt(granted, throttled, provisioned, begin)}.")
    panels[0].set_ylabel("units a second")
    legend = panels[0].get_legend_handles_labels()
    figure.legend(*legend, loc="outside lower center", ncols=3, frameon=False)
    return Drawing(figure, " ".join(sentences))


def demand(workloads: Mapping[str, Workload], days: int = 3) -> Drawing:
    """Draw the writes to the table, the busiest minute of each hour, on a logarithmic axis.

    Args:
        workloads: up to three, each a line, by name.
        days: how many days to draw, from the first.
    """
    figure = new(6.6, 2.2)
    axes = figure.subplots()
    ranges = []
    for (name, workload), (color, style) in zip(workloads.items(), LINES, strict=False):
        writes = workload.parts[TABLE_PART].writes[: days * MINUTES_PER_DAY]
        peaks = writes.reshape(-1, MINUTES_PER_HOUR).max(axis=1) / SECONDS_PER_MINUTE
        axes.plot(np.arange(peaks.size) / 24, peaks, style, color=color, label=name)
        ranges.append(f"{name} between {peaks.min():,.0f} and {peaks.max():,.0f}")
    axes.set(yscale="log", xlabel="days", ylabel="write units a second", xlim=(0, days))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.set_title("The table's writes, the busiest minute of each hour")
    axes.legend(frameon=False)
    alt = (
        f"Write units a second that the table is asked for in {days} days, the busiest minute of "
        f"each hour: {', '.join(ranges)}."
    )
    return Drawing(figure, alt)


def _to_the_end(units: Minutes) -> Minutes:
    """Repeat the last minute's value, so that its step is drawn for a whole minute."""
    return np.append(units, units[-1])


def _trace_alt(granted: Minutes, throttled: Minutes, provisioned: Minutes, begin: int) -> str:
    most = f"up to {(granted + throttled).max():,.0f} units a second are wanted, "
    most += f"{_capacity_alt(provisioned)} there"
    if not throttled.any():
        return f"{most}; nothing is throttled"
    first = begin + int((throttled > 0).argmax())
    return (
        f"{most}; {throttled.sum() * SECONDS_PER_MINUTE:,.0f} units are throttled, in "
        f"{np.count_nonzero(throttled)} minutes from minute {first} on"
    )


def _capacity_alt(provisioned: Minutes) -> str:
    steps = provisioned[np.append(True, np.diff(provisioned) != 0)]
    if steps.size <= FEW:
        listed = ", then ".join(f"{units:,.0f}" for units in steps)
        return f"{listed} {'is' if listed == '1' else 'are'}"
    return (
        f"from {provisioned.min():,.0f} to {provisioned.max():,.0f} in {steps.size - 1} steps are"
    )
