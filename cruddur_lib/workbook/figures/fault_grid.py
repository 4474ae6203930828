"""The figure of fault outcomes: a line for each fault, a column for each write method."""

from textwrap import fill

from cruddur_lib.workbook.experiments.fault_outcomes import FAULTS, FaultOutcome, Grid, TableState
from cruddur_lib.workbook.figures.drawing import COLORS, WHITE, Drawing, new

COLOR_OF = {TableState.PARTIAL: 1, TableState.DOUBLED: 6, TableState.WHOLE: 2}  # place in COLORS
WIDTH = 20  # characters of a line beside the grid


def fault_grid(grid: Grid) -> Drawing:
    """Draw each outcome in words, on a color that shows its harm, or else the final state."""
    methods = list(dict.fromkeys(method for _, method in grid))
    faults = list(dict.fromkeys(fault for fault, _ in grid))
    figure = new(9.5, 1 + 0.7 * len(faults))
    axes = figure.subplots()
    for (fault, method), outcome in grid.items():
        x, y = methods.index(method), faults.index(fault)
        state = outcome and (outcome.harm or outcome.after_retry or outcome.state)
        color = COLORS[COLOR_OF[state]] if state in COLOR_OF else WHITE
        ground = (color, 0.4)  # 40 % opaque, so that text on it is legible
        axes.barh(y, 0.96, 0.94, x - 0.48, facecolor=ground, edgecolor="black")
        weight = "bold" if outcome and outcome.harm else "normal"
        text = outcome_text(outcome)
        axes.text(x, y, text, ha="center", va="center", fontsize=9, weight=weight)
    axes.set_xticks(range(len(methods)), [method.replace(": ", ":\n") for method in methods])
    axes.set_yticks(range(len(faults)), [fill(FAULTS[fault], WIDTH) for fault in faults])
    axes.set(xlim=(-0.5, len(methods) - 0.5), ylim=(len(faults) - 0.5, -0.5))
    axes.tick_params(length=0, labelsize=9, labeltop=True, labelbottom=False)
    axes.spines[:].set_visible(False)
    return Drawing(figure, _alt(grid))


def outcome_text(outcome: FaultOutcome | None) -> str:
    """Return the words of a cell of the grid."""
    if outcome is None:
        return "cannot happen"
    again = f"\nagain: {outcome.after_retry.value}" if outcome.after_retry else ""
    return f"{outcome.state.value}\ntold: {outcome.answer.value}{again}"


def _alt(grid: Grid) -> str:
    """Return the alt text: the cells with harm, and how many have none."""
    harmed: dict[str, list[str]] = {}
    for (fault, method), outcome in grid.items():
        if outcome and outcome.harm:
            harmed.setdefault(f"{outcome.harm.value} by {method}", []).append(FAULTS[fault])
    harm = "".join(f"; {where}, where {' or '.join(faults)}" for where, faults in harmed.items())
    rest = len(grid) - sum(map(len, harmed.values()))
    return f"{len(grid)} cells{harm}; in the other {rest} nothing is ever half or twice there."
