"""The explorer of notebook 05: sliders that show a month's bill by capacity mode."""

from cruddur_lib.workbook.explorer.widgets import Explorer

__all__ = ["Explorer"]
