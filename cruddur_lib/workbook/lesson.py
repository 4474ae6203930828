"""Start a notebook's lesson, and ask its questions: predict, compare, check and hint."""

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


@dataclass(frozen=True)
class Lesson(Sandbox):
    """One notebook's sandbox, with its questions: predict, compare, check and hint."""

    guesses: dict[str, object] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)  # the next hint of each exercise
    questions: dict[str, Question] = field(default_factory=dict)  # with cached answers

    def exercise(self, name: str) -> Question:
        """Return the lesson's question of this name, which caches its answer.

        Raises:
            ExerciseUnknown: the lesson has no question of this name.
        """
        known = exercises_of(self.name)
        if name not in known:
            names = ", ".join(known) or "none"
            raise ExerciseUnknown(f"no exercise {name!r} in {self.name}; there are: {names}")
        if name not in self.questions:
            self.questions[name] = known[name].with_cache()
        return self.questions[name]

    def predict(self, name: str, guess: object = ...) -> None:
        """Keep a guess for `compare`, and say so.

        Args:
            name: the question's name.
            guess: the guess, or dots if the learner has none yet.
        """
        later = open_questions_of(self.name)
        exercise = None if name in later else self.exercise(name)
        unit = later[name] if exercise is None else exercise.unit
        if guess is not ... and exercise and (refusal := exercise.refusal(guess, self)):
            write_line(f"{name}: {refusal}.")
            return
        self.guesses[name] = guess
        if guess is ...:
            since, kept = self._earlier_guess(name)
            state = f"you guessed {kept} in {since}" if since else "no guess yet"
            write_line(f"{name}: {state}. Replace the dots by your guess: {unit}.")
            return
        progress.note(self.name, name, "guess", guess)
        write_line(f"{name}: your guess is kept.")

    def compare(self, name: str) -> None:
        """Say how good the guess was and why the answer is right.

        Without a guess, take the one that an earlier lesson kept for this question.
        """
        if name in open_questions_of(self.name):
            write_line(f"{name}: a later notebook comes back to it.")
            return
        exercise = self.exercise(name)
        guess = self.guesses.get(name, ...)
        if guess is ...:
            _, guess = self._earlier_guess(name)
        if guess is ...:
            write_line(f"{name}: you made no guess.")
            return
        right, text = exercise.verdict(guess, self)
        progress.note(self.name, name, "answer", guess, right=right)
        first = progress.first_guess(self.name, name, guess)
        progress.note(self.name, name, "first", first, side=exercise.high_or_low(first, self))
        write_line(text)

    def check(self, name: str, answer: object = ...) -> None:
        """Say whether the answer is right and why, or which mistake it is.

        An answer that raises an error is wrong; the feedback explains the error.

        Args:
            name: the question's name.
            answer: the answer, or dots if the learner has none yet.
        """
        right, text = self.exercise(name).verdict(answer, self)
        if right is not None:
            progress.note(self.name, name, "answer", answer, right=right)
        write_line(text)

    def hint(self, name: str) -> None:
        """Print the next of three hints. After the third, start again with the first."""
        exercise = self.exercise(name)
        step = self.hints.get(name, 0)
        self.hints[name] = (step + 1) % HINTS
        write_line(f"{name}, hint {step + 1} of {HINTS}: {exercise.hints[step]}")

    def progress(self) -> None:
        """Print which exercises of each lesson are right, tried or open."""
        lessons = {name: [*exercises_of(name)] for name in names()}
        write_line(progress.summary(progress.record(), lessons))

    def calibration(self) -> None:
        """Print how many first guesses were right, too low and too high, with advice."""
        write_line(progress.calibration(progress.record()))

    def _earlier_guess(self, name: str) -> tuple[str, object]:
        """Return the earlier lesson that left this question open, and the guess made there.

        Without such a guess, return an empty name and dots.
        """
        since, guess = progress.last_guess(name) or ("", ...)
        return (since, guess) if since and name in open_questions_of(since) else ("", ...)


KINDS = {"lesson": Lesson, "inbox": Inbox, "group": MessageGroup}  # of the lessons' own names
KINDS |= dict.fromkeys(("andrew", "bayko", "zoe"), User)


def names() -> list[str]:
    """Return the names of the lessons in order: those of the notebooks, without ".ipynb"."""
    return sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


def start(
    name: str,
    backend: Backend | None = None,
    *,
    users: int | None = None,
    messages: int | None = None,
) -> Lesson:
    """Recreate the lesson's table with the seeded conversation, and return the lesson.

    On an engine that others share, their table of this name is replaced.

    Args:
        name: the notebook's name, without ".ipynb".
        backend: the engine; by default the one that `connect()` chooses.
        users: the number of people in a larger table (12 if only `messages` is given).
        messages: the number of messages besides the seeded ones (400 if only `users` is given).

    Raises:
        LessonError: no notebook has this name, or the engine is AWS or an unknown one.
        InvalidInput: `users` or `messages` is out of its range.
    """
    if name not in names():
        known = ", ".join(names())
        raise LessonError(f"no notebook is called {name!r}; the known ones are {known}")
    more = None if users is None and messages is None else crowd(users, messages)
    engine = lesson_engine(backend)
    lesson = Lesson(name, engine, clock(), uuids(name), crowd=more)
    lesson.fill()
    error_hints.install(KINDS, name)
    return lesson
