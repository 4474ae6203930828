"""Figures of the whole bill: where free allowances end, and what a month costs by its users."""

from collections.abc import Mapping
from math import nan
from typing import Any

from matplotlib.figure import Figure

from cruddur_lib.costs.billing.bills import Bill
from cruddur_lib.workbook.experiments.monthly_usage import PARTS, bill_part, dearest
from cruddur_lib.workbook.figures.drawing import COLOURS, HATCHES, STYLES, new

Bills = Mapping[int, Bill]  # by the number of users
MARKERS = dict(zip(STYLES, "osD^", strict=True))
FILLS = dict(zip(PARTS, (5, 2, 1, 4, 3, 6, 7), strict=True))  # places in COLOURS, HATCHES
LEAST = 12  # % of a bill: a smaller part is not named inside its area
NEARLY = 0.95  # of an area's height: its name stands in the middle of where it is so high
NAMED: dict[str, Any] = {
    "ha": "center",
    "va": "center",
    "fontsize": 8,
    "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1},
}


def free(until: Mapping[str, Mapping[str, int]]) -> Figure:
    """A row for each free allowance, a mark for each design: the most users that it is enough
    for.
    """
    items = list(dict.fromkeys(item for found in until.values() for item in found))
    figure = new(7.5, 0.9 + 0.33 * len(items))
    axes = figure.subplots()
    for number, (design, found) in enumerate(until.items()):
        beside = 0.16 * (number - (len(until) - 1) / 2)
        places = [items.index(item) + beside for item in found]
        marks: dict[str, Any] = {"s": 45, "zorder": 3, "edgecolors": "black", "linewidths": 0.5}
        colour = STYLES[design][0]
        axes.scatter(
            [*found.values()], places, color=colour, marker=MARKERS[design], label=design, **marks
        )
    axes.set_yticks(range(len(items)), items)
    axes.set(xscale="log", ylim=(len(items) - 0.5, -0.5), title="Free for so many users")
    axes.set_xlabel("users")
    axes.grid(axis="both", color="0.88")
    axes.spines[["top", "right", "left"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=4, frameon=False)
    return figure


def free_in_words(until: Mapping[str, Mapping[str, int]]) -> str:
    """What `free` draws, for who cannot see it."""
    told = [
        f"{design}: {', '.join(f'{item} {users:,}' for item, users in found.items())}"
        for design, found in until.items()
    ]
    return f"The most users that each free allowance is enough for. {'. '.join(told)}."


def whole(bills: Mapping[str, Bills]) -> Figure:
    """A column for each of the bills by name: above what a month costs, below what share of it
    each part is, in areas on top of each other, by the number of users.
    """
    figure = new(3 * len(bills), 4.1)
    columns = figure.subplots(2, len(bills), sharex=True, sharey="row", squeeze=False).T
    for (above, below), (name, by_users) in zip(columns, bills.items(), strict=True):
        users = sorted(by_users)
        above.plot(users, [float(by_users[n].total_usd) or nan for n in users], color="black")
        above.set(title=name, xscale="log", yscale="log", xlim=(users[0], users[-1]))
        above.grid(color="0.88")
        above.minorticks_off()
        _shares(below, by_users)
        below.set(xlabel="users", ylim=(0, 100))
        below.minorticks_off()
    columns[0][0].set_ylabel("USD a month")
    columns[0][1].set_ylabel("% of the bill")
    handles, labels = columns[0][1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    return figure


def shares(made: Bill) -> dict[str, float]:
    """Each part's percent of the bill, in the order of `PARTS`; 0 of a bill of nothing."""
    sums = made.group(bill_part)
    total = float(made.total_usd) or 1
    return {name: 100 * float(sums.get(name, 0)) / total for name in PARTS}


def whole_in_words(bills: Mapping[str, Bills]) -> str:
    """What `whole` draws, for who cannot see it: at every second power of ten."""
    told = []
    for name, by_users in bills.items():
        tens = [users for users in sorted(by_users) if str(users).strip("0") == "1"][::2]
        columns = ", ".join(
            f"{users:,} users {float(by_users[users].total_usd):,.2f} ({dearest(by_users[users])})"
            for users in tens
        )
        told.append(f"{name}: {columns}")
    return f"USD a month by the number of users, and the dearest part. {'. '.join(told)}."


def _shares(axes: Any, by_users: Bills) -> None:
    """Areas on top of each other, those that are wide enough with their name inside."""
    users = sorted(by_users)
    series = {name: [shares(by_users[n])[name] for n in users] for name in PARTS}
    look: dict[str, Any] = {
        "colors": [COLOURS[place] for place in FILLS.values()],
        "hatch": [HATCHES[place] for place in FILLS.values()],
        "edgecolor": "black",
        "linewidth": 0.5,
    }
    axes.stackplot(users, *series.values(), labels=PARTS, **look)
    bottom = [0.0] * len(users)
    edge = len(users) // 6  # a name needs room on both sides
    for name, percents in series.items():
        inside = range(edge, len(users) - edge)
        most = max(percents[place] for place in inside)
        wide = [place for place in inside if percents[place] >= NEARLY * most]
        middle = wide[len(wide) // 2]
        if most >= LEAST:
            height = bottom[middle] + percents[middle] / 2
            axes.text(users[middle], height, name, **NAMED)
        bottom = [low + high for low, high in zip(bottom, percents, strict=True)]
