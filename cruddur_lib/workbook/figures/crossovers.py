"""The figure of what a message costs in each design, and where two designs cost the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from cruddur_lib.workbook.experiments.crossovers import MOST, turning_points, visible_crossings
from cruddur_lib.workbook.experiments.design_costs import DesignCosts
from cruddur_lib.workbook.figures.drawing import STYLES, Drawing, new


def crossovers(by_size: Mapping[int, Mapping[str, DesignCosts]]) -> Drawing:
    """Draw write units per message against inbox opens per message, a line for each design.

    Each size of a message in bytes has a panel. A dot marks where two lines cross. It has its
    number if the cheapest design changes there. Read units count by their price (see
    `design_costs`).
    """
    figure = new(9.5, 3.8)
    panels: Sequence[Any] = figure.subplots(1, len(by_size), sharey=True, squeeze=False)[0]
    for axes, (size, costs) in zip(panels, by_size.items(), strict=True):
        for name, one in costs.items():
            color, style = STYLES[name]
            ends = [one.units_per_message(opens) for opens in (0, MOST)]
            axes.plot((0, MOST), ends, color=color, linestyle=style, linewidth=2, label=name)
        for pair, at in visible_crossings(costs).items():
            axes.scatter(at, costs[pair[0]].units_per_message(at), s=22, color="black", zorder=3)
        for pair, at in turning_points(costs).items():
            place = (at, costs[pair[0]].units_per_message(at))
            axes.annotate(f"{at:.1f}", place, (6, -12), textcoords="offset points", weight="bold")
        axes.set(title=f"a message of {size:,} bytes", xlim=(0, MOST), ylim=(0, None))
        axes.set_xlabel("inbox opens per message")
    panels[0].set_ylabel("write units per message")
    legend = panels[0].get_legend_handles_labels()
    figure.legend(*legend, loc="outside lower center", ncols=4, frameon=False)
    return Drawing(figure, _alt(by_size))


def _alt(by_size: Mapping[int, Mapping[str, DesignCosts]]) -> str:
    panels = []
    for size, costs in by_size.items():
        starts = ", ".join(f"{name} {one.units_per_message(0):.1f}" for name, one in costs.items())
        meet = ", ".join(
            f"{' and '.join(pair)} at {at:.1f}" for pair, at in visible_crossings(costs).items()
        )
        panels.append(f"For {size:,} bytes, with no inbox opened: {starts}. They meet: {meet}.")
    return (
        "Write units of one message, reads included, against inbox opens per message, a line for "
        f"each design. {' '.join(panels)}"
    )
