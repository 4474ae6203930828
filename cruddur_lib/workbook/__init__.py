"""What only notebooks need: a lesson's known table, the learner's screen, rows, figures."""

from cruddur_lib.workbook.figures.drawing import show
from cruddur_lib.workbook.lesson import Lesson, start

__all__ = ["Lesson", "show", "start"]
