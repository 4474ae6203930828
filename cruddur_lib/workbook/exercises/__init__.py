"""The exercises of each notebook, one module a notebook, found by the lesson's number."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from cruddur_lib.workbook.exercise import Question


def open_questions_of(lesson: str) -> dict[str, str]:
    """Questions that the lesson asks and a later one answers: their names, and their units."""
    return {
        name: unit
        for module in _modules(lesson)
        for name, unit in getattr(module, "OPEN", {}).items()
    }


def exercises_of(lesson: str) -> dict[str, Question]:
    """The exercises of the lesson called so, by name; none where it has no module yet."""
    return {exercise.name: exercise for m in _modules(lesson) for exercise in m.EXERCISES}


def _modules(lesson: str) -> list[ModuleType]:
    prefix = f"lesson_{lesson.partition('-')[0]}"
    names = [module.name for module in iter_modules(__path__) if module.name.startswith(prefix)]
    return [import_module(f"{__name__}.{name}") for name in names]
