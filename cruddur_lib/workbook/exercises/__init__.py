"""The exercises of the lessons, by the lesson's name."""

from importlib import import_module
from types import ModuleType

from cruddur_lib.workbook.questions.question import Question

LESSONS = ("00", "01", "02", "03", "04", "05", "06")


def open_questions_of(lesson: str) -> dict[str, str]:
    """Return the unit of each question that `lesson` asks and a later lesson answers, by name."""
    return dict(getattr(_questions(lesson), "OPEN", {}))


def exercises_of(lesson: str) -> dict[str, Question]:
    """Return the exercises of `lesson` by name; a notebook without exercises has none."""
    return {exercise.name: exercise for exercise in getattr(_questions(lesson), "EXERCISES", ())}


def _questions(lesson: str) -> ModuleType | None:
    number = lesson.partition("-")[0]
    return import_module(f"{__name__}.lesson_{number}.questions") if number in LESSONS else None
