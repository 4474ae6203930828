"""The figures of the notebooks: one function a figure, which returns a `Drawing`.

A function has the name of its module, so the module is only reachable by `from ... import`.
"""

from cruddur_lib.workbook.figures.bills import bill_by_users, free_users
from cruddur_lib.workbook.figures.crossovers import crossovers
from cruddur_lib.workbook.figures.drawing import COLORS, Drawing, fill, new, show
from cruddur_lib.workbook.figures.fault_grid import fault_grid
from cruddur_lib.workbook.figures.item_strips import item_boxes, item_strips
from cruddur_lib.workbook.figures.mode_costs import mode_costs
from cruddur_lib.workbook.figures.screen import chat, inbox
from cruddur_lib.workbook.figures.screen_sketch import screen_sketch
from cruddur_lib.workbook.figures.traces import demand, traces
from cruddur_lib.workbook.figures.waterfall import waterfall

__all__ = [
    "COLORS",
    "Drawing",
    "bill_by_users",
    "chat",
    "crossovers",
    "demand",
    "fault_grid",
    "fill",
    "free_users",
    "inbox",
    "item_boxes",
    "item_strips",
    "mode_costs",
    "new",
    "screen_sketch",
    "show",
    "traces",
    "waterfall",
]
