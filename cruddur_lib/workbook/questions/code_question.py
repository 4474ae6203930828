"""Exercises whose answer is a function: tried on drawn cases, the smallest failing one told as a
sentence.

A known mistake is told by what it does, not by how it is written: it gives the same as
the mistaken function in every case that is drawn, or goes wrong in the same way in the smallest.
Where a case takes long, cases are listed and not drawn, the simplest first: a known mistake is then
told by how it goes wrong in the first that it fails.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from dataclasses import dataclass, field, replace
from io import StringIO
from random import Random
from typing import TYPE_CHECKING, Any, Self

from cruddur_lib.workbook.questions.question import UNANSWERED, KnownMistake, Question, Verdict

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from cruddur_lib.workbook.sandbox.sandbox import Sandbox

CASES = 60  # drawn; where one fails, smaller ones are looked for
SEED = 20260105  # the same cases at every check

SILENT = "Your function gives nothing back: has it a `return`, and not a `print`?"

Outcomes = dict[str, Any]  # what a function gave, by the case's repr


@dataclass(frozen=True)
class RaisedError:
    """The error that a function ended with instead of returning."""

    error: str


@dataclass(frozen=True, kw_only=True)
class CodeQuestion(Question):
    """A question that asks for code.

    `cases` draws them; `run` calls the function in one, on a scratch table of the lesson, and gives
    what came of it; `told` puts the case into words ("a conversation of 21 messages"); `fault` says
    what is wrong with what came ("it returns 20"), nothing where it is right. `mark`,
    where given, says in which way it is wrong, so that a mistake is known in another dress.
    `around`, where given, is a `with` in which all cases of one answer run, on what it gives.
    `returns` says whether a function that gives nothing back has forgotten to.
    `outcomes` is what the known mistakes gave so far, by mistake and case: they are tried once.
    """

    cases: Callable[[], "SearchStrategy[Any] | Sequence[Any]"]
    run: Callable[[Callable[..., Any], Any, "Sandbox"], Any]
    describe: Callable[[Any], str]
    fault: Callable[[Any, Any], str]
    failure_kind: Callable[[Any, Any], Any] | None = None
    setup: Callable[["Sandbox"], AbstractContextManager["Sandbox"]] = nullcontext
    tries: int = CASES
    returns: bool = True
    outcomes: dict[KnownMistake, Outcomes] = field(default_factory=dict, repr=False, compare=False)

    def cached(self) -> Self:
        """See `Question`: what the known mistakes give."""
        return replace(self, outcomes={})

    def verdict(self, given: Any, lesson: "Sandbox") -> Verdict:
        """See `Question`; what the function prints is not shown."""
        from hypothesis.errors import Flaky  # noqa: PLC0415  a quarter of a second to import

        if given is ...:
            return None, f"{self.name}: {UNANSWERED}."
        if not callable(given):
            text = f"{given!r} is not a function; give {self.unit}, by its name and not called"
            return False, f"{self.name}: {text}."
        try:
            with redirect_stdout(StringIO()), self.setup(lesson) as ground:
                return self._judged(Trial(self, given, ground), ground)
        except Flaky:
            text = "asked the same twice, it gives different answers"
            return False, f"{self.name}: not yet. {text}. {self.feedback(None)}"

    def _judged(self, tried: "Trial", lesson: "Sandbox") -> Verdict:
        case = self._find(lambda case: bool(tried.fault(case)))
        if tried.dots:
            return None, f"{self.name}: {UNANSWERED}."
        if case is None:
            return True, f"{self.name}: right, in every case that was tried. {self.why}"
        sentence = f"For {self.describe(case)}, {tried.fault(case)}."
        wrongs = [
            Trial(self, wrong.value, lesson, self.outcomes.setdefault(wrong, {}))
            for wrong in self.wrongs
        ]
        known = self._mistake(tried, wrongs, case)
        if known is None and self.returns and tried.silent:
            return False, f"{self.name}: not yet. {sentence} {SILENT}"
        return False, f"{self.name}: not yet. {sentence} {self.feedback(known)}"

    def _mistake(self, tried: "Trial", wrongs: "list[Trial]", smallest: Any) -> KnownMistake | None:
        """The known mistake that does the same, or else goes wrong in the same way in the smallest
        case.
        """
        pairs = list(zip(wrongs, self.wrongs, strict=True))
        same = [known for wrong, known in pairs if self._alike(tried, wrong)]
        if not same and self.failure_kind:
            mark = tried.failure_kind(smallest)
            same = [known for wrong, known in pairs if wrong.failure_kind(smallest) == mark]
        return same[0] if same else None

    def _alike(self, one: "Trial", other: "Trial") -> bool:
        """Whether two functions give the same in every case that is drawn."""
        return self._find(lambda case: one.outcome(case) != other.outcome(case), any_=True) is None

    def _find(self, holds: Callable[[Any], bool], *, any_: bool = False) -> Any:
        """The smallest of the drawn cases in which `holds` is true, or any; None where there is
        none.
        """
        from hypothesis import Phase, find, settings  # noqa: PLC0415
        from hypothesis.errors import NoSuchExample  # noqa: PLC0415

        phases = [Phase.generate] if any_ else [Phase.generate, Phase.shrink]
        options = settings(max_examples=self.tries, phases=phases, database=None, deadline=None)
        try:
            cases: Any = self.cases()
            return find(cases, holds, settings=options, random=Random(SEED))  # noqa: S311
        except NoSuchExample:
            return None


@dataclass(frozen=True, kw_only=True)
class ListedQuestion(CodeQuestion):
    """One whose `cases` are a list, the simplest first."""

    def _find(self, holds: Callable[[Any], bool], *, any_: bool = False) -> Any:  # noqa: ARG002
        """The first of the cases in which `holds` is true; None where there is none."""
        return next((case for case in self._listed() if holds(case)), None)

    def _mistake(self, tried: "Trial", wrongs: "list[Trial]", smallest: Any) -> KnownMistake | None:
        """The known mistake whose first failing case is marked as the answer's is."""
        mark = tried.failure_kind(smallest)
        pairs = zip(wrongs, self.wrongs, strict=True)
        return next((known for wrong, known in pairs if self._first_mark(wrong) == mark), None)

    def _first_mark(self, tried: "Trial") -> Any:
        return tried.failure_kind(self._find(lambda case: bool(tried.fault(case))))

    def _listed(self) -> Sequence[Any]:
        cases: Any = self.cases()
        return list(cases)


class Trial:
    """A function and what it gave in each case: a case is not run twice for one answer."""

    def __init__(
        self,
        exercise: CodeQuestion,
        function: Callable[..., Any],
        lesson: "Sandbox",
        outcomes: Outcomes | None = None,
    ) -> None:
        """Nothing is run yet, or what gave `outcomes`, to which more are added."""
        self.dots = False  # whether it ever returned `...`, as the notebook has it
        self.returned: set[bool] = set()  # whether what it returned was something
        self._exercise = exercise
        self._function = function
        self._lesson = lesson
        self._outcomes: Outcomes = {} if outcomes is None else outcomes

    @property
    def silent(self) -> bool:
        """Whether it came to its end and never returned anything."""
        return self.returned == {False}

    def fault(self, case: Any) -> str:
        """What is wrong in this case; nothing where all is right."""
        outcome = self.outcome(case)
        return (
            outcome.error
            if isinstance(outcome, RaisedError)
            else self._exercise.fault(case, outcome)
        )

    def failure_kind(self, case: Any) -> Any:
        """What tells this function's way of going wrong from another's."""
        outcome = self.outcome(case)
        if isinstance(outcome, RaisedError) or self._exercise.failure_kind is None:
            return outcome
        return self._exercise.failure_kind(case, outcome)

    def outcome(self, case: Any) -> Any:
        """What the function gives in this case, or what it raised."""
        if repr(case) not in self._outcomes:
            try:
                outcome = self._exercise.run(self._noting, case, self._lesson)
            except Exception as error:  # noqa: BLE001  whatever it raises is the learner's answer
                outcome = RaisedError(f"it raises {type(error).__name__}: {error}")
            self._outcomes[repr(case)] = outcome
        return self._outcomes[repr(case)]

    def _noting(self, *arguments: Any) -> Any:
        value = self._function(*arguments)
        self.dots = self.dots or value is ...
        self.returned.add(value is not None)
        return value
