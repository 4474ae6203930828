"""What a learner guessed and answered, kept in a small file of their own, outside git.

Nothing that a notebook stores depends on it: bin/notebooks and the tests run where there is none.
"""

import json
import os
from ast import literal_eval
from collections.abc import Iterable, Iterator
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
