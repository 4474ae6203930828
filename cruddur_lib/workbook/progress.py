"""What a learner guessed and answered, kept in a small file outside git.

No stored output of a notebook depends on the file: bin/notebooks and the tests run without it.
"""

import json
import os
from ast import literal_eval
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE = "progress.jsonl"
Line = Mapping[str, Any]  # of the record
MOST_NAMES = 4  # that a line lists before it says "..."
FEWEST = 3  # guesses before there is advice
GOOD = 0.8  # the share of right guesses that is good enough
ONE_SIDED = 2 / 3  # the share of misses on one side that is a habit
NOTHING = "No answer is noted yet: what you guess and check from now on is counted here."
NO_GUESS = "No guess is compared yet: replace the dots of a Predict, run on to its compare."
SIDES = {"right": "right", "low": "too low", "high": "too high", "wrong": "another answer"}


def folder() -> Path:
    """Return the file's folder: CRUDDUR_PROGRESS, else `.cruddur` in the project."""
    default = Path(__file__).resolve().parents[2] / ".cruddur"
    return Path(os.environ.get("CRUDDUR_PROGRESS") or default)


def note(
    lesson: str, exercise: str, kind: str, value: object, **outcome: bool | str | None
) -> None:
    """Add a line to the learner's record, unless the file cannot be written.

    Args:
        lesson: the lesson's name.
        exercise: the question's name.
        kind: "guess", "answer", or "first" for a first guess that was compared.
        value: the guess or answer.
        **outcome: `right` of an answer; `side` of a first guess (see `Question.high_or_low`).
    """
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "lesson": lesson,
        "exercise": exercise,
        "kind": kind,
        "given": getattr(value, "__name__", None) or repr(value)[:200],
        "right": None,
        **outcome,
    }
    with suppress(OSError):  # a lesson goes on without its record
        folder().mkdir(parents=True, exist_ok=True)
        with (folder() / FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def record() -> list[dict[str, Any]]:
    """Return all lines that can be read, oldest first."""
    try:
        text = (folder() / FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    found = []
    for line in text.splitlines():
        with suppress(ValueError, RecursionError):
            found.append(json.loads(line))
    return [line for line in found if isinstance(line, dict)]


def last_guess(exercise: str) -> tuple[str, Any] | None:
    """Return the lesson and the value of the last guess at this question, or None without one."""
    return next(_guesses(exercise, reversed(record())), None)


def first_guess(lesson: str, exercise: str, otherwise: object) -> Any:
    """Return the first guess at a question, made before the learner saw the answer.

    Args:
        lesson: the lesson's name.
        exercise: the question's name.
        otherwise: what to return if the record has no such guess.
    """
    made = _guesses(exercise, record())
    return next((guess for since, guess in made if since == lesson), otherwise)


def _guesses(exercise: str, lines: Iterable[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Yield the lesson and the value of each guess at the question."""
    for line in lines:
        if (line.get("exercise"), line.get("kind")) == (exercise, "guess"):
            with suppress(KeyError, TypeError, ValueError, SyntaxError, RecursionError):
                yield str(line["lesson"]), literal_eval(line["given"])


def summary(record: Iterable[Line], lessons: Mapping[str, Sequence[str]]) -> str:
    """Return a line of text for each lesson with exercises: which are right, tried or open.

    Args:
        record: the learner's record.
        lessons: the names of the exercises by lesson.
    """
    right: dict[tuple[str, str], bool] = {}  # True stays
    for place, line in _by_exercise(record):
        right[place] = right.get(place, False) or line.get("right") is True
    states = {lesson: {n: right.get((lesson, n)) for n in lessons[lesson]} for lesson in lessons}
    if all(state is None for of_lesson in states.values() for state in of_lesson.values()):
        return NOTHING
    return "\n".join(f"{lesson}: {_state_counts(one)}" for lesson, one in states.items() if one)


def calibration(record: Iterable[Line]) -> str:
    """Return how many first guesses were right, too low or too high, by lesson, and the advice."""
    firsts: dict[tuple[str, str], str] = {}
    for place, line in _by_exercise(record):
        if line.get("kind") == "first" and line.get("side") in list(SIDES):
            firsts.setdefault(place, line["side"])
    if not firsts:
        return NO_GUESS
    sides = Counter(firsts.values())
    lessons: dict[str, Counter[str]] = defaultdict(Counter)
    for (lesson, _), side in sorted(firsts.items()):
        lessons[lesson][side] += 1
    lines = [f"{lesson}: {_side_counts(of_lesson)}" for lesson, of_lesson in lessons.items()]
    return "\n".join([f"First guesses: {_side_counts(sides)}", *lines, advice(sides)])


def advice(sides: Mapping[str, int]) -> str:
    """Return advice on guesses, from the counts of "right", "low", "high" and "wrong"."""
    count = sum(sides.values())
    right, low, high = (sides.get(side, 0) for side in ("right", "low", "high"))
    misses = count - right
    if count < FEWEST:
        return f"{FEWEST} guesses at least, before they say anything of you."
    if right >= GOOD * count:
        return f"You were right in {right} of {count}: go on to the exercises that ask for code."
    if max(low, high) < ONE_SIDED * misses:
        return "Your misses have no side: say in words what is read or written before you guess."
    if low > high:
        return (
            f"You guessed too low in {low} of {misses} misses: requests do more than they look. "
            "Count each row, each index and each block that is rounded up."
        )
    return (
        f"You guessed too high in {high} of {misses} misses: requests do less than they look. "
        "Count what lies in one partition and is read together."
    )


def _by_exercise(record: Iterable[Line]) -> Iterable[tuple[tuple[str, str], Line]]:
    """Yield the lesson and exercise of each line that has them, and the line."""
    for line in record:
        lesson, name = line.get("lesson"), line.get("exercise")
        if isinstance(lesson, str) and isinstance(name, str):
            yield (lesson, name), line


def _state_counts(states: Mapping[str, bool | None]) -> str:
    """Return the exercises of a lesson that are right (True), tried (False) and open (None)."""
    if set(states.values()) == {None}:
        return f"not begun, {len(states)} exercises"
    parts = [f"{sum(state is True for state in states.values())} of {len(states)} right"]
    for kind, word in ((False, "tried"), (None, "open")):
        if names := [name for name, state in states.items() if state is kind]:
            dots = ["..."] if len(names) > MOST_NAMES else []
            parts.append(f"{len(names)} {word}: {', '.join([*names[:MOST_NAMES], *dots])}")
    return "; ".join(parts)


def _side_counts(sides: Mapping[str, int]) -> str:
    """Return the right guesses as a share of all, and the counts of the other sides."""
    parts = [f"{sides.get('right', 0)} of {sum(sides.values())} right"]
    parts += [f"{sides[s]} {SIDES[s]}" for s in list(SIDES)[1:] if sides.get(s)]
    return ", ".join(parts)
