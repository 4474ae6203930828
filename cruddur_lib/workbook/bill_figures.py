"""Figures of the whole bill: where free allowances end, and what a month costs by its users."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from cruddur_lib.costs.bill import Bill
from cruddur_lib.workbook.crossings import STYLES
from cruddur_lib.workbook.figures import COLOURS, new
from cruddur_lib.workbook.whole_bill import PARTS, dearest, part

Bills = Mapping[int, Bill]  # by the number of users
MARKERS = dict(zip(STYLES, "osD^", strict=True))
FILLS = dict(zip(PARTS, (COLOURS[n] for n in (5, 2, 1, 4, 3, 6, 7)), strict=True))
LEAST = 8  # % of a bill: a smaller part is not named inside its area
NAMED: dict[str, Any] = {
    "ha": "center",
    "va": "center",
    "fontsize": 8,
    "bbox": {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
}


def free(until: Mapping[str, Mapping[str, int]]) -> Figure:
    """A row for each free allowance, a mark for each design: the most users that it is enough
    for.
    """
    items = list(dict.fromkeys(item for found in until.values() for item in found))
    figure = new(9, 0.9 + 0.42 * len(items))
    axes = figure.subplots()
    for number, (design, found) in enumerate(until.items()):
        beside = 0.16 * (number - (len(until) - 1) / 2)
        places = [items.index(item) + beside for item in found]
        marks: dict[str, Any] = {"s": 45, "zorder": 3}
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
    figure = new(3.6 * len(bills), 5.4)
    columns = figure.subplots(2, len(bills), sharex=True, sharey="row", squeeze=False).T
    for (above, below), (name, by_users) in zip(columns, bills.items(), strict=True):
        users = sorted(by_users)
        above.plot(users, [float(by_users[n].total_usd) or None for n in users], color="black")
        above.set(title=name, xscale="log", yscale="log", xlim=(users[0], users[-1]))
        above.grid(color="0.88")
        _shares(below, by_users)
        below.set(xlabel="users", ylim=(0, 100))
    columns[0][0].set_ylabel("USD a month")
    columns[0][1].set_ylabel("% of the bill")
    handles, labels = columns[0][1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    return figure


def shares(made: Bill) -> dict[str, float]:
    """Each part's percent of the bill, in the order of `PARTS`; 0 of a bill of nothing."""
    sums = made.group(part)
    total = float(made.total_usd) or 1
    return {name: 100 * float(sums.get(name, 0)) / total for name in PARTS}


def whole_in_words(bills: Mapping[str, Bills]) -> str:
    """What `whole` draws, for who cannot see it: at the powers of ten."""
    told = []
    for name, by_users in bills.items():
        tens = [users for users in sorted(by_users) if str(users).strip("0") == "1"]
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
    axes.stackplot(users, *series.values(), labels=PARTS, colors=FILLS.values(), edgecolor="white")
    bottom = [0.0] * len(users)
    edge = len(users) // 6  # a name needs room on both sides
    for name, percents in series.items():
        widest = max(range(edge, len(users) - edge), key=percents.__getitem__)
        if percents[widest] >= LEAST:
            height = bottom[widest] + percents[widest] / 2
            axes.text(users[widest], height, name, **NAMED)
        bottom = [low + high for low, high in zip(bottom, percents, strict=True)]
