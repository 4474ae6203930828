"""The figures of the notebooks."""

from cruddur_lib.workbook.figures import (
    bills,
    crossovers,
    fault_grid,
    mode_costs,
    screen,
    screen_sketch,
    traces,
    waterfall,
)
from cruddur_lib.workbook.figures.drawing import (
    COLOURS,
    collections,
    fill,
    in_words,
    new,
    show,
    strips,
)
from cruddur_lib.workbook.figures.screen_sketch import WORDS, sketch

__all__ = [
    "COLOURS",
    "WORDS",
    "bills",
    "collections",
    "crossovers",
    "fault_grid",
    "fill",
    "in_words",
    "mode_costs",
    "new",
    "screen",
    "screen_sketch",
    "show",
    "sketch",
    "strips",
    "traces",
    "waterfall",
]
