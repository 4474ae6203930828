"""What messages cost by how often an inbox is opened, and where two designs cost the same.

Costs are in write units for one message and the inbox opens that come with it, read units reckoned
by their price on demand (see compared).
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from matplotlib.figure import Figure

from cruddur_lib.messaging.inbox import LIMIT
from cruddur_lib.workbook.experiments.design_costs import DesignCosts
from cruddur_lib.workbook.figures.drawing import COLOURS, new

Crossings = dict[tuple[str, str], float]  # of two designs: opens per message
MOST = 8  # inbox opens per message, as far as the figure goes
STYLES = {
    "bootcamp": (COLOURS[6], "--"),
    "stable_key": (COLOURS[5], "-"),
    "one_transaction": (COLOURS[3], "-."),
    "read_fan_out": (COLOURS[0], ":"),
}
DOT: dict[str, Any] = {"s": 22, "color": "black", "zorder": 3}


def crossing(one: DesignCosts, other: DesignCosts, groups: int = LIMIT) -> float | None:
    """Inbox opens per message at which both cost the same; None where one is always dearer."""
    starts, opened = (
        one.units_per_message(n, groups) - other.units_per_message(n, groups) for n in (0, 1)
    )
    catches_up = round(starts - opened, 9)  # with each open; floats of parallel lines differ a bit
    return starts / catches_up if starts * catches_up > 0 else None


def crossings(costs: Mapping[str, DesignCosts], groups: int = LIMIT) -> Crossings:
    """Where any two of the designs cost the same, sorted by opens per message."""
    found = {
        (one, other): at
        for one, other in combinations(costs, 2)
        if (at := crossing(costs[one], costs[other], groups)) is not None
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def cheapest(costs: Mapping[str, DesignCosts], opened: float, groups: int = LIMIT) -> str:
    """The design that costs least where an inbox is opened so often for each message."""
    return min(costs, key=lambda name: costs[name].units_per_message(opened, groups))


def turns(costs: Mapping[str, DesignCosts], groups: int = LIMIT) -> Crossings:
    """Those crossings at which another design becomes the cheapest."""
    return {
        pair: at
        for pair, at in crossings(costs, groups).items()
        if {cheapest(costs, at - 1e-6, groups), cheapest(costs, at + 1e-6, groups)} == set(pair)
    }


def draw(by_size: Mapping[int, Mapping[str, DesignCosts]]) -> Figure:
    """A panel for each size of a message in bytes, a line for each design; a dot where two cross,
    with its number where another design becomes the cheapest.
    """
    figure = new(9.5, 3.8)
    panels: Sequence[Any] = figure.subplots(1, len(by_size), sharey=True, squeeze=False)[0]
    for axes, (size, costs) in zip(panels, by_size.items(), strict=True):
        for name, one in costs.items():
            colour, style = STYLES[name]
            ends = [one.units_per_message(opened) for opened in (0, MOST)]
            axes.plot((0, MOST), ends, color=colour, linestyle=style, linewidth=2, label=name)
        for pair, at in shown(costs).items():
            axes.scatter(at, costs[pair[0]].units_per_message(at), **DOT)
        for pair, at in turns(costs).items():
            place = (at, costs[pair[0]].units_per_message(at))
            axes.annotate(f"{at:.1f}", place, (6, -12), textcoords="offset points", weight="bold")
        axes.set(title=f"a message of {size:,} bytes", xlim=(0, MOST), ylim=(0, None))
        axes.set_xlabel("inbox opens per message")
    panels[0].set_ylabel("write units per message")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    return figure


def shown(costs: Mapping[str, DesignCosts]) -> Crossings:
    """The crossings that lie within the figure."""
    return {pair: at for pair, at in crossings(costs).items() if at <= MOST}


def in_words(by_size: Mapping[int, Mapping[str, DesignCosts]]) -> str:
    """What `draw` draws, for who cannot see it."""
    told = []
    for size, costs in by_size.items():
        starts = ", ".join(f"{name} {one.units_per_message(0):.1f}" for name, one in costs.items())
        meet = ", ".join(f"{' and '.join(pair)} at {at:.1f}" for pair, at in shown(costs).items())
        told.append(f"For {size:,} bytes, with no inbox opened: {starts}. They meet: {meet}.")
    return (
        "Write units of one message, reads included, against inbox opens per message, a line for "
        f"each design. {' '.join(told)}"
    )
