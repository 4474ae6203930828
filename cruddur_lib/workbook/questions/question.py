"""Questions with one answer: how an answer is checked and what the learner reads about it.

A frequent wrong answer comes from a known misconception. Its feedback explains the misconception
and names the section with the experiment. Any other wrong answer gets the first hint.
"""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Self

from cruddur_lib.errors import WorkbookError

if TYPE_CHECKING:
    from cruddur_lib.workbook.sandbox.sandbox import Sandbox

HINTS = 3  # where to look, what to look at, nearly the answer
UNANSWERED = "not answered yet. Replace the dots by your answer"

Verdict = tuple[bool | None, str]  # right, wrong, or None for no answer; and the feedback


class ExerciseUnknown(WorkbookError):
    """The lesson has no exercise of this name."""


@dataclass(frozen=True)
class Mistake:
    """A frequent wrong answer and an explanation of its misconception."""

    answer: Any
    explanation: str


@dataclass(frozen=True, kw_only=True)
class Question(ABC):
    """What all exercises have in common."""

    name: str  # unique within the lesson
    unit: str  # in the plural ("pages"), or which kind of text or function the answer must be
    why: str  # the explanation that follows a right answer
    mistakes: tuple[Mistake, ...]  # two or more known mistakes
    hints: tuple[str, str, str]  # where to look, what to look at, nearly the answer
    # heading of the section with the experiment; in another notebook: "00-the-whole-game: Heading"
    shown_in: str

    def refusal(self, answer: Any, sandbox: "Sandbox") -> str:
        """Return what to give instead if `answer` is no possible answer, and "" if it is one."""
        del answer, sandbox
        return ""

    @abstractmethod
    def with_cache(self) -> Self:
        """Return a copy for one lesson, which computes what does not change only once."""

    @abstractmethod
    def verdict(self, answer: Any, sandbox: "Sandbox") -> Verdict:
        """Check an answer without ever raising an error for it.

        Args:
            answer: the learner's answer; dots are none.
            sandbox: where to measure the right answer.

        Returns:
            True, False, or None for no answer; and the feedback.
        """

    def high_or_low(self, answer: Any, sandbox: "Sandbox") -> str:
        """Return "right", "low" or "high", and "wrong" for an answer that has no order."""
        return "right" if self.verdict(answer, sandbox)[0] else "wrong"

    def feedback(self, mistake: Mistake | None) -> str:
        """Return the explanation of a known mistake; without one return the first hint."""
        if mistake is None:
            return f"Hint: {self.hints[0]}"
        return f'{mistake.explanation} Look again at "{self.shown_in}".'


@dataclass(frozen=True, kw_only=True)
class ValueQuestion(Question):
    """A question whose answer is a number, a text or a set, which `answer` measures.

    A text is a choice: the right answer or one of the known mistakes.
    """

    answer: Callable[["Sandbox"], Any]

    def with_cache(self) -> Self:
        """Return a copy that measures its answer once."""
        found: list[Any] = []

        def answer(sandbox: "Sandbox") -> Any:
            if not found:
                found.append(self.answer(sandbox))
            return found[0]

        return replace(self, answer=answer)

    def verdict(self, answer: Any, sandbox: "Sandbox") -> Verdict:
        """See `Question`. 6.0 equals 6, a list equals a set, and case does not matter."""
        if answer is ...:
            return None, f"{self.name}: {UNANSWERED}."
        if refusal := self.refusal(answer, sandbox):
            return False, f"{self.name}: {refusal}."
        right = self.answer(sandbox)
        value, expected = _normalize(answer, right), _normalize(right, right)
        if value == expected:
            return True, f"{self.name}: right, {with_unit(right, self.unit)}. {self.why}"
        known = (
            mistake
            for mistake in self.mistakes
            if _makes_mistake(value, _normalize(mistake.answer, right), expected)
        )
        quoted = with_unit(answer if isinstance(right, str) else value, self.unit)
        return False, f"{self.name}: not {quoted}. {self.feedback(next(known, None))}"

    def high_or_low(self, answer: Any, sandbox: "Sandbox") -> str:
        """See `Question`. Only numbers are low or high."""
        side = super().high_or_low(answer, sandbox)
        right = self.answer(sandbox)
        value = _normalize(answer, right)
        if side == "right" or self._type_refusal(value) or not isinstance(value, int | float):
            return side
        return "low" if value < right else "high" if value > right else side

    def refusal(self, answer: Any, sandbox: "Sandbox") -> str:
        """See `Question`. Refuses another type, and a text that is none of the choices."""
        refusal = self._type_refusal(answer)
        if refusal or not isinstance(answer, str):
            return refusal
        choices = sorted({self.answer(sandbox), *(mistake.answer for mistake in self.mistakes)})
        if _normalize(answer, "") in {_normalize(choice, "") for choice in choices}:
            return ""
        return f"give one of {', '.join(map(repr, choices))}"

    def _type_refusal(self, answer: Any) -> str:
        """Say which type is expected if the answer has another one than the known mistakes."""
        sample = self.mistakes[0].answer
        if _same_type(_normalize(answer, sample), sample):
            return ""
        quoted = isinstance(answer, str) and isinstance(sample, int | float)
        return (
            f"{answer!r} is not {_type_name(sample)}; give {self.unit}{', without quotes' * quoted}"
        )


def write_line(text: str) -> None:
    """Write a line for the learner below the cell."""
    sys.stdout.write(text + "\n")


def with_unit(value: Any, unit: str) -> str:
    """Return an answer as it reads in a sentence.

    Args:
        value: the answer.
        unit: the unit of a number, in the plural.

    >>> with_unit(1, "pages"), with_unit(6, "pages"), with_unit("bayko", "a handle")
    ('1 page', '6 pages', 'bayko')
    """
    if not isinstance(value, int | float):
        return display_text(value)
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    return f"{number} {unit.removesuffix('s') if number == 1 else unit}"


def display_text(value: Any) -> str:
    """Return an answer as text; a set is sorted, so that it reads the same each time."""
    if isinstance(value, set) and value:
        return f"{{{', '.join(sorted(map(repr, value)))}}}"
    return value if isinstance(value, str) else repr(value)


def _normalize(value: Any, sample: Any) -> Any:
    """Return an answer in a form that `==` can compare.

    A text loses its case, "@" and curly apostrophes. A list becomes a set if `sample` is one.
    A number of numpy or Decimal becomes an int or a float.
    """
    if isinstance(value, Real | Decimal) and not isinstance(value, int | float):
        return int(value) if isinstance(value, Integral) else float(value)
    if isinstance(value, str):
        return value.casefold().replace("’", "'").removeprefix("@")
    if isinstance(sample, set) and isinstance(value, set | frozenset | list | tuple):
        try:
            return {_normalize(element, "") for element in value}
        except TypeError:  # an element that cannot be in a set
            return value
    return value


def _same_type(value: Any, sample: Any) -> bool:
    """Whether both are numbers, or both of the sample's type; a bool is no number."""
    if isinstance(sample, int | float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, type(sample))


def _makes_mistake(answer: Any, mistake: Any, right: Any) -> bool:
    """Whether an answer makes a known mistake.

    A set makes it if it holds the mistake's wrong elements. If the mistake has none, the set makes
    it by lacking what the mistake lacks.
    """
    if not isinstance(right, set):
        return bool(mistake == answer)
    if mistake - right:
        return bool(answer >= mistake - right)
    return not answer & (right - mistake)


def _type_name(value: Any) -> str:
    """Name the type of answer that a question expects."""
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text in quotes"
    return f"a {type(value).__name__}"
