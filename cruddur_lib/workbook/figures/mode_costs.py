"""What each mode costs, as dots on one axis of USD: a row for each workload."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

from cruddur_lib.costs.planning.modes import ModeCost
from cruddur_lib.costs.planning.planner import (
    AUTOSCALED,
    FIXED,
    FORESIGHT,
    MAX_THROTTLED,
    ON_DEMAND,
)
from cruddur_lib.workbook.figures.drawing import COLOURS, WHITE, new, plain

Rows = Mapping[str, Mapping[str, ModeCost]]  # by workload, by mode
MARKS = {
    ON_DEMAND: (COLOURS[1], "o"),
    FIXED: (COLOURS[5], "s"),
    AUTOSCALED: (COLOURS[6], "D"),
    FORESIGHT: (COLOURS[0], "|"),
}

EDGED: dict[str, Any] = {"markersize": 9, "markeredgecolor": COLOURS[0]}


def draw(rows: Rows, most: float = MAX_THROTTLED) -> Figure:
    """A dot for each mode's USD a month, hollow where more than this share is throttled; on a
    logarithmic axis.
    """
    figure = new(7, 1.2 + 0.4 * len(rows))
    axes = figure.subplots()
    for line, outcomes in enumerate(rows.values()):
        for name, one in outcomes.items():
            colour, mark = MARKS[name]
            face = colour if mark == "|" or one.throttled_share <= most else WHITE
            place = (float(one.usd_a_month), line)
            axes.plot(*place, mark, color=colour, markerfacecolor=face, **EDGED)
    axes.set(xscale="log", xlabel="USD a month of 730 hours, logarithmic")
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_yticks(range(len(rows)), [plain(name) for name in rows])
    axes.grid(axis="x", alpha=0.3)
    axes.spines[["top", "right", "left"]].set_visible(False)
    figure.legend(handles=_legend(rows), loc="outside lower center", ncols=4, frameon=False)
    return figure


def in_words(rows: Rows, most: float = MAX_THROTTLED) -> str:
    """What `draw` draws, for who cannot see it."""
    told = []
    for workload, outcomes in rows.items():
        dots = [
            f"{name} {one.usd_a_month:,.2f}"
            + (" (hollow: throttled too much)" if one.throttled_share > most else "")
            for name, one in outcomes.items()
        ]
        told.append(f"{workload}: {', '.join(dots)}.")
    return f"USD a month in each mode. {' '.join(told)}"


def _legend(rows: Rows) -> Sequence[Line2D]:
    names = dict.fromkeys(name for outcomes in rows.values() for name in outcomes)
    return [
        Line2D([], [], color=MARKS[n][0], marker=MARKS[n][1], linestyle="", label=n, **EDGED)
        for n in names
    ]
