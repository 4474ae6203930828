"""A lesson's table, with known rows and with a clock and uuids that are the same in every run."""

from cruddur_lib.workbook.sandbox.rows import as_table
from cruddur_lib.workbook.sandbox.sandbox import LessonError, Sandbox

__all__ = ["LessonError", "Sandbox", "as_table"]
