"""What a learner guessed and answered, kept in a small file of their own, outside git.

Nothing that a notebook stores depends on it: bin/notebooks and the tests run where there is none.
"""

import json
import os
from ast import literal_eval
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
FILE = "progress.jsonl"


def folder() -> Path:
    """Where the file lies: CRUDDUR_PROGRESS, else `.cruddur` in the project, which git ignores."""
    return Path(os.environ.get("CRUDDUR_PROGRESS") or PROJECT / ".cruddur")


def note(
    lesson: str, exercise: str, kind: str, given: object, **outcome: bool | str | None
) -> None:
    """Adds one line to the learner's record; a disk that cannot be written is no one's loss.

    The kinds are "guess", "answer", whose outcome is whether it is `right`, and "first", a first
    guess, whose outcome is its `side`, as `Question.side` names it.
    """
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "lesson": lesson,
        "exercise": exercise,
        "kind": kind,
        "given": getattr(given, "__name__", None) or repr(given)[:200],
        "right": None,
        **outcome,
    }
    try:
        folder().mkdir(parents=True, exist_ok=True)
        with (folder() / FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError:
        return  # a lesson goes on without its record


def record() -> list[dict[str, Any]]:
    """All lines, oldest first; a line that cannot be read is left out."""
    try:
        text = (folder() / FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    found = []
    for line in text.splitlines():
        try:
            read = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(read, dict):
            found.append(read)
    return found


def last_guess(exercise: str) -> tuple[str, Any] | None:
    """The last guess at a question of this name, and the lesson that it was made in; None where
    there is none that can be read.
    """
    return next(_guesses(exercise, reversed(record())), None)


def first_guess(lesson: str, exercise: str, otherwise: object) -> Any:
    """The first guess in this lesson at the question, before anything was seen; `otherwise` where
    there is none that can be read.
    """
    made = _guesses(exercise, record())
    return next((guess for since, guess in made if since == lesson), otherwise)


def _guesses(exercise: str, lines: Iterable[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """The lesson of each guess at the question, and the guess."""
    for line in lines:
        if (line.get("exercise"), line.get("kind")) == (exercise, "guess"):
            try:
                yield str(line["lesson"]), literal_eval(line["given"])
            except (KeyError, TypeError, ValueError, SyntaxError, RecursionError):
                continue


Line = Mapping[str, Any]

NAMED = 4  # names that a line lists before it says "..."
FEW = 3  # guesses, below which nothing can be said of them
GOOD = 0.8  # of the guesses right: good enough
ONE_SIDED = 2 / 3  # of the misses on one side: a habit
NOTHING = "No answer is noted yet: what you guess and check from now on is counted here."
NO_GUESS = "No guess is compared yet: replace the dots of a Predict, run on to its compare."
TOLD = {"right": "right", "low": "too low", "high": "too high", "wrong": "another answer"}


def summary(record: Iterable[Line], lessons: Mapping[str, Sequence[str]]) -> str:
    """A line of text for each lesson, given the names of its exercises; one line in all where the
    record holds none of them. A lesson without exercises is left out.
    """
    right: set[tuple[str, str]] = set()
    tried: set[tuple[str, str]] = set()
    for place, line in _placed(record):
        (right if line.get("right") is True else tried).add(place)
    mine = {(lesson, name) for lesson, names in lessons.items() for name in names}
    if not mine & (right | tried):
        return NOTHING
    return "\n".join(
        _of_lesson(lesson, names, right, tried) for lesson, names in lessons.items() if names
    )


def calibration(record: Iterable[Line]) -> str:
    """How the first guesses were, in all and a line a lesson, and what their misses have in common;
    one line where none was compared.
    """
    firsts: dict[tuple[str, str], str] = {}
    for place, line in _placed(record):
        if line.get("kind") == "first" and line.get("side") in list(TOLD):
            firsts.setdefault(place, line["side"])
    if not firsts:
        return NO_GUESS
    sides = Counter(firsts.values())
    lessons = {lesson: Counter[str]() for lesson, _ in sorted(firsts)}
    for (lesson, _), side in firsts.items():
        lessons[lesson][side] += 1
    told = [f"{lesson}: {_counted(of_lesson)}" for lesson, of_lesson in lessons.items()]
    return "\n".join([f"First guesses: {_counted(sides)}", *told, advice(sides)])


def advice(sides: Mapping[str, int]) -> str:
    """One sentence on guesses, given how many were right, low, high or another (wrong) answer."""
    count = sum(sides.values())
    right, low, high = (sides.get(side, 0) for side in ("right", "low", "high"))
    misses = count - right
    if count < FEW:
        return f"{FEW} guesses at least, before they say anything of you."
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


def _placed(record: Iterable[Line]) -> Iterable[tuple[tuple[str, str], Line]]:
    """Lines with the lesson and the exercise that they are about; those about none are left out."""
    for line in record:
        lesson, name = line.get("lesson"), line.get("exercise")
        if isinstance(lesson, str) and isinstance(name, str):
            yield (lesson, name), line


def _of_lesson(
    lesson: str,
    names: Sequence[str],
    right: set[tuple[str, str]],
    tried: set[tuple[str, str]],
) -> str:
    done = [name for name in names if (lesson, name) in right]
    begun = [name for name in names if (lesson, name) in tried - right]
    left = [name for name in names if (lesson, name) not in tried | right]
    if len(left) == len(names):
        return f"{lesson}: not begun, {len(names)} exercises"
    parts = [f"{len(done)} of {len(names)} right"]
    kinds = ((begun, "tried"), (left, "open"))
    parts += [f"{len(some)} {how}: {_listed(some)}" for some, how in kinds if some]
    return f"{lesson}: " + "; ".join(parts)


def _listed(names: Sequence[str]) -> str:
    """The first names, and dots where there are more."""
    return ", ".join([*names[:NAMED], *(["..."] if len(names) > NAMED else [])])


def _counted(sides: Mapping[str, int]) -> str:
    """The guesses of each side that has some, the right ones as a share of all."""
    parts = [f"{sides.get('right', 0)} of {sum(sides.values())} right"]
    parts += [f"{sides[s]} {TOLD[s]}" for s in list(TOLD)[1:] if sides.get(s)]
    return ", ".join(parts)
