"""What messages cost by how often an inbox is opened, and where two designs cost the same.

Costs are in write units for one message and the inbox opens that come with it, read units reckoned
by their price on demand (see compared).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from cruddur_lib.workbook.experiments.crossovers import MOST, shown, turns
from cruddur_lib.workbook.experiments.design_costs import DesignCosts
from cruddur_lib.workbook.figures.drawing import STYLES, new

DOT: dict[str, Any] = {"s": 22, "color": "black", "zorder": 3}


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
