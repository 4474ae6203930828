"""Figures of the whole bill: where free allowances end, and what a month costs by its users."""

from collections.abc import Mapping
from math import nan
from typing import Any

from cruddur_lib.costs.billing.bills import Bill
from cruddur_lib.workbook.experiments.monthly_usage import PARTS, bill_part, costliest_part
from cruddur_lib.workbook.figures.drawing import COLORS, HATCHES, STYLES, Drawing, new

Bills = Mapping[int, Bill]  # by the number of users
MARKERS = dict(zip(STYLES, "osD^", strict=True))
FILLS = dict(zip(PARTS, (5, 2, 1, 4, 3, 6, 7), strict=True))  # places in COLORS, HATCHES
LEAST = 12  # % of a bill: the smallest part that has its name in its area
NEARLY = 0.95  # of an area's greatest height: the name is in the middle of the places this high
MARK: dict[str, Any] = {"s": 45, "zorder": 3, "edgecolors": "black", "linewidths": 0.5}
WHITE_BOX = {"facecolor": "white", "edgecolor": "none", "pad": 1}
NAME: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8, "bbox": WHITE_BOX}


def free_users(until: Mapping[str, Mapping[str, int]]) -> Drawing:
    """Draw for how many users each free allowance is enough, from `free_until` of each design."""
    items = list(dict.fromkeys(item for found in until.values() for item in found))
    figure = new(7.5, 0.9 + 0.33 * len(items))
    axes = figure.subplots()
    for number, (design, found) in enumerate(until.items()):
        shift = 0.16 * (number - (len(until) - 1) / 2)
        places = [items.index(item) + shift for item in found]
        look = {"color": STYLES[design][0], "marker": MARKERS[design], **MARK}
        axes.scatter([*found.values()], places, label=design, **look)
    axes.set_yticks(range(len(items)), items)
    axes.set(xscale="log", ylim=(len(items) - 0.5, -0.5), title="Free for so many users")
    axes.set_xlabel("users")
    axes.grid(axis="both", color="0.88")
    axes.spines[["top", "right", "left"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=4, frameon=False)
    numbers = ". ".join(
        f"{design}: {', '.join(f'{item} {users:,}' for item, users in found.items())}"
        for design, found in until.items()
    )
    return Drawing(figure, f"The most users that each free allowance is enough for. {numbers}.")


def bill_by_users(bills: Mapping[str, Bills]) -> Drawing:
    """Draw the bills of each name against the number of users, in a column of two panels.

    The upper panel shows what a month costs, the lower one the share of each part.
    """
    figure = new(3 * len(bills), 4.1)
    columns = figure.subplots(2, len(bills), sharex=True, sharey="row", squeeze=False).T
    for (above, below), (name, by_users) in zip(columns, bills.items(), strict=True):
        users = sorted(by_users)
        above.plot(users, [float(by_users[n].total_usd) or nan for n in users], color="black")
        above.set(title=name, xscale="log", yscale="log", xlim=(users[0], users[-1]))
        above.grid(color="0.88")
        above.minorticks_off()
        _draw_shares(below, by_users)
        below.set(xlabel="users", ylim=(0, 100))
        below.minorticks_off()
    columns[0][0].set_ylabel("USD a month")
    columns[0][1].set_ylabel("% of the bill")
    legend = columns[0][1].get_legend_handles_labels()
    figure.legend(*legend, loc="outside lower center", ncols=4, frameon=False)
    return Drawing(figure, _bills_alt(bills))


def shares(bill: Bill) -> dict[str, float]:
    """Return each part's percentage of the bill, in the order of `PARTS`."""
    sums = bill.group(bill_part)
    total = float(bill.total_usd) or 1  # all parts of a bill of 0 USD are 0 %
    return {name: 100 * float(sums.get(name, 0)) / total for name in PARTS}


def _bills_alt(bills: Mapping[str, Bills]) -> str:
    """Return the alt text, with the bills at every second power of ten."""
    columns = []
    for name, by_users in bills.items():
        tens = [n for n in sorted(by_users) if str(n).strip("0") == "1"][::2]
        numbers = (
            f"{n:,} users {float(by_users[n].total_usd):,.2f} ({costliest_part(by_users[n])})"
            for n in tens
        )
        columns.append(f"{name}: {', '.join(numbers)}")
    return f"USD a month by the number of users, and the dearest part. {'. '.join(columns)}."


def _draw_shares(axes: Any, by_users: Bills) -> None:
    """Draw the parts as stacked areas, and write its name into each area that is high enough."""
    users = sorted(by_users)
    found = [shares(by_users[n]) for n in users]
    series = {name: [one[name] for one in found] for name in PARTS}
    colors, hatches = ([of[place] for place in FILLS.values()] for of in (COLORS, HATCHES))
    look = {"colors": colors, "hatch": hatches, "edgecolor": "black", "linewidth": 0.5}
    axes.stackplot(users, *series.values(), labels=PARTS, **look)
    bottom = [0.0] * len(users)
    edge = len(users) // 6  # a name needs room on both sides
    inside = range(edge, len(users) - edge)
    for name, percents in series.items():
        most = max(percents[place] for place in inside)
        wide = [place for place in inside if percents[place] >= NEARLY * most]
        middle = wide[len(wide) // 2]
        if most >= LEAST:
            axes.text(users[middle], bottom[middle] + percents[middle] / 2, name, **NAME)
        bottom = [low + high for low, high in zip(bottom, percents, strict=True)]
