"""The figure of the write units of one operation, row by row, from what a meter recorded."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from matplotlib.patches import Patch

from cruddur_lib.costs.metering.report import Entry
from cruddur_lib.costs.units.capacity_units import CapacityKind
from cruddur_lib.errors import WorkbookError
from cruddur_lib.workbook.figures.drawing import Drawing, fill, new

TABLE, INDEX = 5, 1  # places in `COLORS`


class Step(NamedTuple):
    """Write units of one row, on the table or on an index."""

    name: str
    units: float
    on_index: bool = False


def waterfall(entries: Iterable[Entry], rows: Sequence[str], title: str) -> Drawing:
    """Draw a bar for each row written, each beginning where the one before it ends.

    A row that has index entries is followed by a bar for these.

    Args:
        entries: what a meter recorded; only its writes are drawn.
        rows: a name for each row written, in order.
        title: the figure's title.

    Raises:
        WorkbookError: there are more or fewer names than writes.
    """
    found = steps(entries, rows)
    figure = new(8, 0.9 + 0.3 * len(found))
    axes = figure.subplots()
    total = 0.0
    for place, step in enumerate(found):
        axes.barh(place, step.units, 0.7, total, **fill(INDEX if step.on_index else TABLE))
        total += step.units
        axes.annotate(f"{total:g}", (total + 0.1, place), va="center")
        if place < len(found) - 1:
            axes.plot((total, total), (place, place + 1), color="black", linewidth=0.6)
    axes.set_yticks(range(len(found)), [step.name for step in found])
    axes.set(ylim=(len(found) - 0.4, -0.6), xlim=(0, total + 1), title=title)
    axes.set_xlabel("write units, added up")
    axes.spines[["top", "right"]].set_visible(False)
    legend = [Patch(label="table", **fill(TABLE)), Patch(label="index", **fill(INDEX))]
    axes.legend(handles=legend, frameon=False, loc="lower left")
    listed = ", ".join(f"{step.name} {step.units:g}" for step in found)
    return Drawing(figure, f"Write units as steps: {listed}; {total:g} together.")


def steps(entries: Iterable[Entry], rows: Sequence[str]) -> list[Step]:
    """Return the write units of each row, on the table before its index (see `waterfall`)."""
    writes = [entry for entry in entries if entry.units.capacity is CapacityKind.WRITE]
    if len(writes) != len(rows):
        raise WorkbookError(f"{len(writes)} writes and {len(rows)} names: name each, in order")
    found = []
    for name, entry in zip(rows, writes, strict=True):
        on_table = Step(name, entry.units.on_table)
        on_index = Step("its index entry", sum(entry.units.indexes.values()), on_index=True)
        found += [step for step in (on_table, on_index) if step.units]
    return found
