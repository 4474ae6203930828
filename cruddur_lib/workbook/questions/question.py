"""Exercises: questions whose answers the running system gives, and what a wrong answer says.

A wrong answer that many people give has a misconception behind it. It gets told so, with the
experiment that shows it; any other wrong answer gets the first hint.
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

HINTS = 3  # steps: where to look, what to look at, nearly the answer
UNANSWERED = "not answered yet. Replace the dots by your answer"

Verdict = tuple[bool | None, str]  # right, wrong, or None for no answer yet; and what to say to it


class ExerciseUnknown(WorkbookError):
    """A name that no exercise of the lesson has."""


@dataclass(frozen=True)
class KnownMistake:
    """A wrong answer that people give, and the misconception behind it."""

    value: Any
    because: str


@dataclass(frozen=True, kw_only=True)
class Question(ABC):
    """What any exercise has. `shown_in` is the heading under which its experiment stands, with the
    notebook's name before it where that is another: "00-the-whole-game: The table after the game".
    """

    name: str
    unit: str  # of the answer: "pages", "rows"; of a text or a function: what it is
    why: str  # for who answers right
    wrongs: tuple[KnownMistake, ...]
    hints: tuple[str, str, str]
    shown_in: str

    def wrong_type(self, given: Any) -> str:
        """What is asked for, where the answer is of another kind; nothing where it may be right."""
        del given
        return ""

    def refused(self, given: Any, lesson: "Sandbox") -> str:
        """What is asked for, where the answer is none of those that there are; nothing else."""
        del lesson
        return self.wrong_type(given)

    @abstractmethod
    def cached(self) -> Self:
        """A copy for one lesson, which asks for nothing twice that is the same all through it."""

    @abstractmethod
    def verdict(self, given: Any, lesson: "Sandbox") -> Verdict:
        """Whether the answer is right, and what to say to it; nothing is raised for any answer."""

    def solved(self, lesson: "Sandbox") -> Self:
        """The same exercise with its answer known, where finding it takes time."""
        del lesson
        return self

    def high_or_low(self, given: Any, lesson: "Sandbox") -> str:
        """On which side of the answer one lies: "right", "low", "high"; "wrong" has no side."""
        return "right" if self.verdict(given, lesson)[0] else "wrong"

    def feedback(self, known: KnownMistake | None) -> str:
        """What a wrong answer is told: its misconception and where it shows, or the first hint."""
        if known is None:
            return f"Hint: {self.hints[0]}"
        return f'{known.because} Look again at "{self.shown_in}".'


@dataclass(frozen=True, kw_only=True)
class ValueQuestion(Question):
    """A question with one answer, a number, a text or a set, which `answer` asks the running
    system for. A text is one of a few: the right one, or one of the known mistakes.
    """

    answer: Callable[["Sandbox"], Any]

    def cached(self) -> Self:
        """See `Question`: the answer, as a scratch table is at its beginning each time."""
        found: list[Any] = []

        def answer(lesson: "Sandbox") -> Any:
            if not found:
                found.append(self.answer(lesson))
            return found[0]

        return replace(self, answer=answer)

    def verdict(self, given: Any, lesson: "Sandbox") -> Verdict:
        """See `Question`; 6.0 is right where 6 is, a list where a set is, and capitals, or a curly
        apostrophe, change no text.
        """
        if given is ...:
            return None, f"{self.name}: {UNANSWERED}."
        if refused := self.refused(given, lesson):
            return False, f"{self.name}: {refused}."
        right = self.answer(lesson)
        plain, wanted = _plain(given, right), _plain(right, right)
        if plain == wanted:
            return True, f"{self.name}: right, {measured(right, self.unit)}. {self.why}"
        known = next((w for w in self.wrongs if _is(_plain(w.value, right), plain, wanted)), None)
        told = measured(given if isinstance(right, str) else plain, self.unit)
        return False, f"{self.name}: not {told}. {self.feedback(known)}"

    def solved(self, lesson: "Sandbox") -> Self:
        """See `Question`: the running system is asked now, and not again."""
        right = self.answer(lesson)
        return replace(self, answer=lambda _: right)

    def high_or_low(self, given: Any, lesson: "Sandbox") -> str:
        """See `Question`; of texts and sets only the right one has a side."""
        side = super().high_or_low(given, lesson)
        right = self.answer(lesson)
        given = _plain(given, right)
        if side == "right" or self.wrong_type(given) or not isinstance(given, int | float):
            return side
        return "low" if given < right else "high" if given > right else side

    def wrong_type(self, given: Any) -> str:
        """What is asked for, where the answer is of another kind than the known mistakes are."""
        sample = self.wrongs[0].value
        if _comparable(_plain(given, sample), sample):
            return ""
        quoted = isinstance(given, str) and isinstance(sample, int | float)
        return f"{given!r} is not {_kind(sample)}; give {self.unit}{', without quotes' * quoted}"

    def refused(self, given: Any, lesson: "Sandbox") -> str:
        """See `Question`: another kind, or a text that is neither right nor a known mistake."""
        misfit = self.wrong_type(given)
        if misfit or not isinstance(given, str):
            return misfit
        choices = sorted({self.answer(lesson), *(wrong.value for wrong in self.wrongs)})
        if _plain(given, "") in {_plain(choice, "") for choice in choices}:
            return ""
        return f"give one of {', '.join(map(repr, choices))}"


def say(text: str) -> None:
    """A line for the learner, under the cell."""
    sys.stdout.write(text + "\n")


def measured(value: Any, unit: str) -> str:
    """An answer as a sentence says it: a number with its unit, which is a plural.

    >>> measured(1, "pages"), measured(6, "pages"), measured("bayko", "a handle")
    ('1 page', '6 pages', 'bayko')
    """
    if not isinstance(value, int | float):
        return shown(value)
    plain = int(value) if isinstance(value, float) and value.is_integer() else value
    return f"{plain} {unit.removesuffix('s') if plain == 1 else unit}"


def shown(value: Any) -> str:
    """An answer as a sentence shows it: a set sorted, so that it reads the same each time."""
    if isinstance(value, set) and value:
        return f"{{{', '.join(sorted(map(repr, value)))}}}"
    return value if isinstance(value, str) else repr(value)


def _plain(value: Any, sample: Any) -> Any:
    """The answer as it is compared: small letters; a list as a set where a set is wanted; a number
    of pandas or boto3 (numpy's, Decimal) as Python's own.
    """
    if isinstance(value, Real | Decimal) and not isinstance(value, int | float):
        return int(value) if isinstance(value, Integral) else float(value)
    if isinstance(value, str):
        return value.casefold().replace("’", "'").removeprefix("@")
    if isinstance(sample, set) and isinstance(value, set | frozenset | list | tuple):
        try:
            return {_plain(element, "") for element in value}
        except TypeError:  # elements that no set holds
            return value
    return value


def _comparable(given: Any, sample: Any) -> bool:
    """Whether the answer is of a kind that can be right: a number for a number, a text for one."""
    if isinstance(sample, int | float):
        return isinstance(given, int | float) and not isinstance(given, bool)
    return isinstance(given, type(sample))


def _is(mistake: Any, given: Any, right: Any) -> bool:
    """Whether the answer is the known mistake. Of a set: whether it holds what is wrong in it, or,
    where nothing is, lacks what it lacks.
    """
    if not isinstance(right, set):
        return bool(mistake == given)  # of one kind, as `misfit` let them pass
    if mistake - right:
        return bool(given >= mistake - right)
    return not given & (right - mistake)


def _kind(value: Any) -> str:
    """How the type of an answer is asked for."""
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text in quotes"
    return f"a {type(value).__name__}"
