"""A lesson's beginning: a known table, a clock that ticks and ids that repeat, so that every run
prints the same.
"""

from dataclasses import dataclass, field

from cruddur_lib.backends import Backend
from cruddur_lib.messaging.entities import MessageGroup, User
from cruddur_lib.messaging.inbox import Inbox
from cruddur_lib.workbook import error_hints, progress
from cruddur_lib.workbook.error_hints import NOTEBOOKS
from cruddur_lib.workbook.exercises import exercises_of, open_questions_of
from cruddur_lib.workbook.questions.question import HINTS, ExerciseUnknown, Question, write_line
from cruddur_lib.workbook.sandbox.crowd import crowd
from cruddur_lib.workbook.sandbox.engine import lesson_engine
from cruddur_lib.workbook.sandbox.repeatable import clock, uuids
from cruddur_lib.workbook.sandbox.sandbox import LessonError, Sandbox

SCRATCH = "cruddur-scratch"  # the table on which answers are tried out


@dataclass(frozen=True)
class Lesson(Sandbox):
    """One notebook's sandbox, with its questions: predict, compare, check and hint."""

    guesses: dict[str, object] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)  # the next hint of each exercise
    asked: dict[str, Question] = field(default_factory=dict)  # exercises with cached answers

    def exercise(self, name: str) -> Question:
        """The exercise of this name, which remembers from check to check what does not change;
        raises `ExerciseUnknown`, naming the known ones.
        """
        known = exercises_of(self.name)
        if name not in known:
            names = ", ".join(known) or "none"
            raise ExerciseUnknown(f"no exercise {name!r} in {self.name}; there are: {names}")
        if name not in self.asked:
            self.asked[name] = known[name].with_cache()
        return self.asked[name]

    def predict(self, name: str, guess: object = ...) -> None:
        """Says that the guess is kept, or that there is none yet; `compare` comes back to it."""
        later = open_questions_of(self.name)
        exercise = None if name in later else self.exercise(name)
        unit = later[name] if exercise is None else exercise.unit
        if guess is not ... and exercise and (refusal := exercise.refusal(guess, self)):
            write_line(f"{name}: {refusal}.")
            return
        self.guesses[name] = guess
        if guess is ...:
            since, kept = self._kept(name)
            told = f"you guessed {kept} in {since}" if since else "no guess yet"
            write_line(f"{name}: {told}. Replace the dots by your guess: {unit}.")
            return
        progress.note(self.name, name, "guess", guess)
        write_line(f"{name}: your guess is kept.")

    def compare(self, name: str) -> None:
        """Says how the guess was, and why the answer is what it is; without one, how the guess was
        that an earlier lesson kept for this one.
        """
        guess = self.guesses.get(name, ...)
        if name in open_questions_of(self.name):
            write_line(f"{name}: a later notebook comes back to it.")
            return
        exercise = self.exercise(name)
        if guess is ...:
            _, guess = self._kept(name)
        if guess is ...:
            write_line(f"{name}: you made no guess.")
            return
        right, text = exercise.verdict(guess, self)
        progress.note(self.name, name, "answer", guess, right=right)
        first = progress.first_guess(self.name, name, guess)
        progress.note(self.name, name, "first", first, side=exercise.high_or_low(first, self))
        write_line(text)

    def check(self, name: str, answer: object = ...) -> None:
        """Says whether the answer is right and why, or which mistake it is; it never raises."""
        right, text = self.exercise(name).verdict(answer, self)
        if right is not None:
            progress.note(self.name, name, "answer", answer, right=right)
        write_line(text)

    def hint(self, name: str) -> None:
        """The next of three hints; after the third the first comes again."""
        exercise = self.exercise(name)
        step = self.hints.get(name, 0)
        self.hints[name] = (step + 1) % HINTS
        write_line(f"{name}, hint {step + 1} of {HINTS}: {exercise.hints[step]}")

    def progress(self) -> None:
        """Says of every lesson which of its exercises are right, tried or open."""
        write_line(
            progress.summary(progress.record(), {name: [*exercises_of(name)] for name in names()})
        )

    def calibration(self) -> None:
        """Says how many first guesses were right, too low and too high, and what to make of it."""
        write_line(progress.calibration(progress.record()))

    def _kept(self, name: str) -> tuple[str, object]:
        """The lesson that asked this question and left it open, and what was guessed there; dots
        where nothing was.
        """
        since, guess = progress.last_guess(name) or ("", ...)
        return (since, guess) if since and name in open_questions_of(since) else ("", ...)


KINDS: dict[str, type] = {"lesson": Lesson, "inbox": Inbox, "group": MessageGroup}
KINDS |= dict.fromkeys(("andrew", "bayko", "zoe"), User)


def names() -> list[str]:
    """The lessons: what the notebooks are called, in their order."""
    return sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


def start(
    name: str,
    backend: Backend | None = None,
    *,
    users: int | None = None,
    messages: int | None = None,
) -> Lesson:
    """The lesson of the notebook called `name`: the table is made anew, with the seeded
    conversation and nothing else.

    `users` or `messages` make it livelier: so many people (12), and so many messages beside the
    seeded ones (400), the same at every start; raises `Refused` where that cannot be.

    The engine is the one that `connect()` chooses. On an engine that others share, their table of
    this name is replaced: never on AWS, where `LessonError` is raised.
    """
    if name not in names():
        known = ", ".join(names())
        raise LessonError(f"no notebook is called {name!r}; the known ones are {known}")
    lively = None if users is None and messages is None else crowd(users, messages)
    engine = lesson_engine(backend)
    lesson = Lesson(name, engine, clock(), uuids(name), crowd=lively)
    lesson.fill()
    error_hints.install(KINDS, name)
    return lesson
