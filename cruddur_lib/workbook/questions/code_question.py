"""Questions whose answer is a function, which runs in many cases.

The feedback describes the smallest failing case. A known mistake is recognized by what it does, not
by how it is written. An answer makes the mistake if it gives the same result as the mistaken
function in every drawn case. It also makes it if both fail in the same way in the smallest failing
case.

If a case takes long, the cases are a list, the simplest first. A mistake is then recognized by how
it fails in its first failing case.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from copy import deepcopy
from dataclasses import dataclass, field, replace
from io import StringIO
from random import Random
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from cruddur_lib.workbook.questions.question import UNANSWERED, Mistake, Question, Verdict

if TYPE_CHECKING:
    from cruddur_lib.workbook.sandbox.sandbox import Sandbox

SEED = 20260105  # every check draws the same cases

NO_RETURN = "Your function gives nothing back: has it a `return`, and not a `print`?"

Cases: TypeAlias = Any  # a hypothesis strategy; of a CaseListQuestion, a sequence
Results = dict[str, Any]  # a function's results by the case's repr


@dataclass(frozen=True)
class RaisedError:
    """The error that a function raised instead of returning a result."""

    text: str


def strategies() -> Any:
    """Return `hypothesis.strategies`, whose import takes a quarter of a second."""
    from hypothesis import strategies as module  # noqa: PLC0415

    return module


def call(function: Callable[..., Any], case: Any, _: "Sandbox") -> Any:
    """Call the function with a copy of the case; a tuple's elements are separate arguments."""
    copy = deepcopy(case)
    return function(*copy) if isinstance(case, tuple) else function(copy)


@dataclass(frozen=True, kw_only=True)
class CodeQuestion(Question):
    """A question that asks for a function and runs it in drawn cases."""

    cases: Callable[[], Cases]
    run: Callable[[Callable[..., Any], Any, "Sandbox"], Any] = call  # returns a case's result
    describe: Callable[[Any], str]  # names the case: "a conversation of 21 messages"
    problem: Callable[[Any, Any], str]  # says what is wrong ("it returns 20"), "" if it is right
    failure_kind: Callable[[Any, Any], Any] | None = None  # is equal for the same mistake
    # gives one sandbox for all cases of an answer
    setup: Callable[["Sandbox"], AbstractContextManager["Sandbox"]] = nullcontext
    max_cases: int = 60  # cases to draw; after a failure, smaller ones are searched
    returns: bool = True  # whether a function that always returns None lacks a `return`
    # results of the known mistakes so far
    results: dict[Mistake, Results] = field(default_factory=dict, repr=False, compare=False)

    def with_cache(self) -> Self:
        """Return a copy that runs each known mistake once in each case."""
        return replace(self, results={})

    def verdict(self, answer: Any, sandbox: "Sandbox") -> Verdict:
        """See `Question`. What the function prints is not shown, because it runs many times."""
        from hypothesis.errors import Flaky  # noqa: PLC0415  a quarter of a second to import

        if answer is ...:
            return None, f"{self.name}: {UNANSWERED}."
        if not callable(answer):
            text = f"{answer!r} is not a function; give {self.unit}, by its name and not called"
            return False, f"{self.name}: {text}."
        try:
            with redirect_stdout(StringIO()), self.setup(sandbox) as shared:
                return self._verdict(Trial(self, answer, shared), shared)
        except Flaky:
            text = "asked the same twice, it gives different answers"
            return False, f"{self.name}: not yet. {text}. {self.feedback(None)}"

    def _verdict(self, trial: "Trial", sandbox: "Sandbox") -> Verdict:
        case = self._find(lambda case: bool(trial.problem(case)))
        if trial.has_dots:
            return None, f"{self.name}: {UNANSWERED}."
        if case is None:
            return True, f"{self.name}: right, in every case that was tried. {self.why}"
        sentence = f"For {self.describe(case)}, {trial.problem(case)}."
        mistaken = {
            mistake: Trial(self, mistake.answer, sandbox, self.results.setdefault(mistake, {}))
            for mistake in self.mistakes
        }
        known = self._known_mistake(trial, mistaken, case)
        if known is None and self.returns and trial.returns_nothing:
            return False, f"{self.name}: not yet. {sentence} {NO_RETURN}"
        return False, f"{self.name}: not yet. {sentence} {self.feedback(known)}"

    def _known_mistake(
        self, trial: "Trial", mistaken: "dict[Mistake, Trial]", case: Any
    ) -> Mistake | None:
        """Return the mistake with the same results, or else with the same failure in this case."""
        for mistake, other in mistaken.items():
            if self._same_results(trial, other):
                return mistake
        if self.failure_kind is None:
            return None
        kind = trial.failure_kind(case)
        return next((m for m, other in mistaken.items() if other.failure_kind(case) == kind), None)

    def _same_results(self, one: "Trial", other: "Trial") -> bool:
        """Whether two functions give the same result in every drawn case."""
        differ = self._find(lambda case: one.result(case) != other.result(case), smallest=False)
        return differ is None

    def _find(self, holds: Callable[[Any], bool], *, smallest: bool = True) -> Any:
        """Return a drawn case for which `holds` is true, by default the smallest, or None."""
        from hypothesis import Phase, find, settings  # noqa: PLC0415
        from hypothesis.errors import NoSuchExample  # noqa: PLC0415

        phases = [Phase.generate, Phase.shrink] if smallest else [Phase.generate]
        options = settings(max_examples=self.max_cases, phases=phases, database=None, deadline=None)
        try:
            return find(self.cases(), holds, settings=options, random=Random(SEED))  # noqa: S311
        except NoSuchExample:
            return None


@dataclass(frozen=True, kw_only=True)
class CaseListQuestion(CodeQuestion):
    """A code question whose `cases` are a list, the simplest first."""

    def _find(self, holds: Callable[[Any], bool], *, smallest: bool = True) -> Any:  # noqa: ARG002
        """Return the first case for which `holds` is true, or None."""
        return next(filter(holds, self.cases()), None)

    def _known_mistake(
        self, trial: "Trial", mistaken: "dict[Mistake, Trial]", case: Any
    ) -> Mistake | None:
        """Return the mistake whose first failure is of the same kind."""
        kind = trial.failure_kind(case)
        return next(
            (m for m, other in mistaken.items() if self._first_failure(other) == kind), None
        )

    def _first_failure(self, trial: "Trial") -> Any:
        return trial.failure_kind(self._find(lambda case: bool(trial.problem(case))))


class Trial:
    """A function with its result in each case; it runs once in a case."""

    def __init__(
        self,
        question: CodeQuestion,
        function: Callable[..., Any],
        sandbox: "Sandbox",
        results: Results | None = None,
    ) -> None:
        """Prepare a trial of an answer or a known mistake; new results are added to `results`."""
        self.has_dots = False  # whether it returned the notebook's `...`
        self._returned: set[bool] = set()  # whether a call returned a value
        self._question = question
        self._function = function
        self._sandbox = sandbox
        self._results: Results = {} if results is None else results

    @property
    def returns_nothing(self) -> bool:
        """Whether calls came to their end and all returned None."""
        return self._returned == {False}

    def problem(self, case: Any) -> str:
        """Return what is wrong in this case, and "" if the result is right."""
        result = self.result(case)
        if isinstance(result, RaisedError):
            return result.text
        return self._question.problem(case, result)

    def failure_kind(self, case: Any) -> Any:
        """Return a value that is equal for functions that fail in the same way."""
        result = self.result(case)
        if isinstance(result, RaisedError) or self._question.failure_kind is None:
            return result
        return self._question.failure_kind(case, result)

    def result(self, case: Any) -> Any:
        """Return the function's result in this case, or a `RaisedError`."""
        if repr(case) not in self._results:
            try:
                result = self._question.run(self._call, case, self._sandbox)
            except Exception as error:  # noqa: BLE001  a learner's function may raise any error
                result = RaisedError(f"it raises {type(error).__name__}: {error}")
            self._results[repr(case)] = result
        return self._results[repr(case)]

    def _call(self, *arguments: Any) -> Any:
        value = self._function(*arguments)
        self.has_dots = self.has_dots or value is ...
        self._returned.add(value is not None)
        return value
