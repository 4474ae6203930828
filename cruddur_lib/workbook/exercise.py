"""Exercises: questions whose answers the running system gives, and what a wrong answer says.

A wrong answer that many people give has a misconception behind it. It gets told so, with the
experiment that shows it; any other wrong answer gets the first hint.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cruddur_lib.errors import WorkbookError

if TYPE_CHECKING:
    from cruddur_lib.workbook.lesson import Lesson

HINTS = 3  # steps: where to look, what to look at, nearly the answer


class ExerciseUnknown(WorkbookError):
    """A name that no exercise of the lesson has."""


@dataclass(frozen=True)
class Wrong:
    """A wrong answer that people give, the misconception behind it, and where it shows."""

    value: Any
    because: str


@dataclass(frozen=True)
class Exercise:
    """One question: `answer` asks the running system, `why` is for who answers right."""

    name: str
    unit: str  # of the answer: "pages", "rows"; of a text: what it is
    answer: Callable[["Lesson"], Any]
    why: str
    wrongs: tuple[Wrong, ...]
    hints: tuple[str, str, str]

    def verdict(self, given: Any, lesson: "Lesson") -> tuple[bool, str]:
        """Whether the answer is right, and what to say to it; nothing is raised for any answer."""
        if given is ...:
            return False, f"{self.name}: not answered yet. Replace the dots by your answer."
        right = self.answer(lesson)
        if not _comparable(given, right):
            wanted = _kind(right)
            return False, f"{self.name}: {given!r} is not {wanted}; give {self.unit}."
        if given == right:
            return True, f"{self.name}: right, {_shown(right)} {self.unit}. {self.why}"
        known = next((w for w in self.wrongs if _same(w.value, given)), None)
        if known:
            return False, f"{self.name}: not {_shown(given)} {self.unit}. {known.because}"
        return False, f"{self.name}: not {_shown(given)} {self.unit}. Hint: {self.hints[0]}"


def _comparable(given: Any, right: Any) -> bool:
    """Whether the answer is of a kind that can be right: a number for a number, a text for one."""
    if isinstance(right, int | float):
        return isinstance(given, int | float) and not isinstance(given, bool)
    return isinstance(given, type(right))


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _kind(value: Any) -> str:
    """How the type of an answer is asked for."""
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text in quotes"
    return f"a {type(value).__name__}"


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)
