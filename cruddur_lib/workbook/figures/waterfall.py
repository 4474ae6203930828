"""The write units of one message as steps, one after the other, from what a meter recorded."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from cruddur_lib.costs.metering.report import Entry
from cruddur_lib.costs.units.capacity_units import CapacityKind
from cruddur_lib.errors import WorkbookError
from cruddur_lib.workbook.figures.drawing import fill, new

TABLE, INDEX = 5, 1  # places in the colours of figures


class Step(NamedTuple):
    """Write units of one row, on the table or on an index."""

    row: str
    on_index: bool
    units: float


def steps(entries: Iterable[Entry], rows: Sequence[str]) -> list[Step]:
    """What each write consumed, table before index; `rows` names what was written, in order.
    Raises `WorkbookError` where there are more or fewer writes.
    """
    writes = [entry for entry in entries if entry.units.capacity is CapacityKind.WRITE]
    if len(writes) != len(rows):
        raise WorkbookError(f"{len(writes)} writes and {len(rows)} names: name each, in order")
    found = []
    for name, entry in zip(rows, writes, strict=True):
        parts = ((False, entry.units.on_table), (True, sum(entry.units.indexes.values())))
        found += [Step(name, on_index, units) for on_index, units in parts if units]
    return found


def draw(found: Sequence[Step], title: str) -> Figure:
    """A bar for each step, which begins where the one before it ends."""
    figure = new(8, 0.9 + 0.3 * len(found))
    axes = figure.subplots()
    total = 0.0
    for place, step in enumerate(found):
        axes.barh(place, step.units, 0.7, total, **fill(INDEX if step.on_index else TABLE))
        total += step.units
        axes.annotate(f"{total:g}", (total + 0.1, place), va="center")
        if place < len(found) - 1:
            axes.plot((total, total), (place, place + 1), color="black", linewidth=0.6)
    axes.set_yticks(range(len(found)), [_name(step) for step in found])
    axes.set(ylim=(len(found) - 0.4, -0.6), xlim=(0, total + 1), title=title)
    axes.set_xlabel("write units, added up")
    axes.spines[["top", "right"]].set_visible(False)
    legend = [Patch(label="table", **fill(TABLE)), Patch(label="index", **fill(INDEX))]
    axes.legend(handles=legend, frameon=False, loc="lower left")
    return figure


def in_words(found: Sequence[Step]) -> str:
    """What `draw` draws, for who cannot see it."""
    told = ", ".join(f"{_name(step)} {step.units:g}" for step in found)
    return f"Write units as steps: {told}; {sum(step.units for step in found):g} together."


def _name(step: Step) -> str:
    return "its index entry" if step.on_index else step.row
