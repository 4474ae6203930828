"""The grid of outcomes as a figure: faults down, ways to write across, each cell in words."""

from textwrap import fill

from matplotlib.figure import Figure

from cruddur_lib.workbook.experiments.fault_outcomes import FAULTS, FaultOutcome, Grid, TableState
from cruddur_lib.workbook.figures.drawing import COLOURS, WHITE, new

GROUNDS = {
    TableState.PARTIAL: COLOURS[1],
    TableState.DOUBLED: COLOURS[6],
    TableState.WHOLE: COLOURS[2],
}
WIDTH = 20  # characters of a line beside the grid


def drawn(grid: Grid) -> Figure:
    """A cell for each fault and way: its words, on a ground by its harm, or by how it ends."""
    ways = list(dict.fromkeys(way for _, way in grid))
    faults = list(dict.fromkeys(fault for fault, _ in grid))
    figure = new(9.5, 1 + 0.7 * len(faults))
    axes = figure.subplots()
    for (fault, way), outcome in grid.items():
        x, y = ways.index(way), faults.index(fault)
        ground = (_ground(outcome), 0.4)  # its opacity
        axes.barh(y, 0.96, 0.94, x - 0.48, facecolor=ground, edgecolor="black")
        weight = "bold" if outcome and outcome.harm else "normal"
        axes.text(x, y, cell(outcome), ha="center", va="center", fontsize=9, weight=weight)
    axes.set_xticks(range(len(ways)), [way.replace(": ", ":\n") for way in ways])
    axes.set_yticks(range(len(faults)), [fill(FAULTS[fault], WIDTH) for fault in faults])
    axes.set(xlim=(-0.5, len(ways) - 0.5), ylim=(len(faults) - 0.5, -0.5))
    axes.tick_params(length=0, labelsize=9, labeltop=True, labelbottom=False)
    axes.spines[:].set_visible(False)
    return figure


def cell(outcome: FaultOutcome | None) -> str:
    """What stands in a cell."""
    if outcome is None:
        return "cannot happen"
    again = f"\nagain: {outcome.again.value}" if outcome.again else ""
    return f"{outcome.left.value}\ntold: {outcome.told.value}{again}"


def in_words(grid: Grid) -> str:
    """What `drawn` shows, for who cannot see it: where harm is done, and where not."""
    harmed: dict[str, list[str]] = {}
    for (fault, way), outcome in grid.items():
        if outcome and outcome.harm:
            harmed.setdefault(f"{outcome.harm.value} by {way}", []).append(FAULTS[fault])
    told = "".join(f"; {where}, where {' or '.join(faults)}" for where, faults in harmed.items())
    rest = len(grid) - sum(map(len, harmed.values()))
    return f"{len(grid)} cells{told}; in the other {rest} nothing is ever half or twice there."


def _ground(outcome: FaultOutcome | None) -> str:
    """Colour of a cell."""
    if outcome is None:
        return WHITE
    return GROUNDS.get(outcome.harm or outcome.again or outcome.left, WHITE)
