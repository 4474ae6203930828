"""A lesson's table: known rows, a clock that ticks and ids that repeat."""

from cruddur_lib.workbook.sandbox.rows import as_table
from cruddur_lib.workbook.sandbox.sandbox import LessonError, Sandbox

__all__ = ["LessonError", "Sandbox", "as_table"]
