"""The figure of what each capacity mode costs: a line for each workload, a mark for each mode."""

from collections.abc import Mapping
from typing import Any

from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

from cruddur_lib.costs.planning.margins import MAX_THROTTLED
from cruddur_lib.costs.planning.modes import (
    AUTOSCALED,
    FIXED,
    FORESIGHT,
    ON_DEMAND,
    ModeCost,
)
from cruddur_lib.workbook.figures.drawing import COLORS, WHITE, Drawing, escape_mathtext, new

CostsByMode = Mapping[str, Mapping[str, ModeCost]]  # by workload, by mode
MARKS = {
    ON_DEMAND: (COLORS[1], "o"),
    FIXED: (COLORS[5], "s"),
    AUTOSCALED: (COLORS[6], "D"),
    FORESIGHT: (COLORS[0], "|"),
}
EDGE: dict[str, Any] = {"markersize": 9, "markeredgecolor": COLORS[0]}


def mode_costs(costs: CostsByMode, max_throttled: float = MAX_THROTTLED) -> Drawing:
    """Draw USD a month by workload and mode, on a logarithmic axis.

    Args:
        costs: for each workload, the cost by mode.
        max_throttled: share of throttled units above which a mark is hollow.
    """
    figure = new(7, 1.2 + 0.4 * len(costs))
    axes = figure.subplots()
    for line, modes in enumerate(costs.values()):
        for name, cost in modes.items():
            color, mark = MARKS[name]
            face = color if mark == "|" or cost.throttled_share <= max_throttled else WHITE
            place = (float(cost.usd_a_month), line)
            axes.plot(*place, mark, color=color, markerfacecolor=face, **EDGE)
    axes.set(xscale="log", xlabel="USD a month of 730 hours, logarithmic")
    axes.set_ylim(len(costs) - 0.5, -0.5)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_yticks(range(len(costs)), [escape_mathtext(name) for name in costs])
    axes.grid(axis="x", alpha=0.3)
    axes.spines[["top", "right", "left"]].set_visible(False)
    legend = [
        Line2D([], [], color=MARKS[n][0], marker=MARKS[n][1], linestyle="", label=n, **EDGE)
        for n in dict.fromkeys(name for modes in costs.values() for name in modes)
    ]
    figure.legend(handles=legend, loc="outside lower center", ncols=4, frameon=False)
    return Drawing(figure, _alt(costs, max_throttled))


def _alt(costs: CostsByMode, max_throttled: float) -> str:
    lines = []
    for workload, modes in costs.items():
        marks = [
            f"{name} {cost.usd_a_month:,.2f}"
            + (" (hollow: throttled too much)" if cost.throttled_share > max_throttled else "")
            for name, cost in modes.items()
        ]
        lines.append(f"{workload}: {', '.join(marks)}.")
    return f"USD a month in each mode. {' '.join(lines)}"
