"""What a learner guessed and answered, kept in a small file of their own, outside git.

Nothing that a notebook stores depends on it: bin/notebooks and the tests run where there is none.
"""

import json
import os
from ast import literal_eval
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
FILE = "progress.jsonl"


def folder() -> Path:
    """Where the file lies: CRUDDUR_PROGRESS, else `.cruddur` in the project, which git ignores."""
    return Path(os.environ.get("CRUDDUR_PROGRESS") or PROJECT / ".cruddur")


def note(
    lesson: str, exercise: str, kind: str, given: object, *, right: bool | None = None
) -> None:
    """Adds one line to the learner's record; a disk that cannot be written is no one's loss."""
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "lesson": lesson,
        "exercise": exercise,
        "kind": kind,
        "given": getattr(given, "__name__", None) or repr(given)[:200],
        "right": right,
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
        lines = (folder() / FILE).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def last_guess(exercise: str) -> tuple[str, Any] | None:
    """The last guess at a question of this name, and the lesson that it was made in; None where
    there is none that can be read.
    """
    for line in reversed(record()):
        if (line.get("exercise"), line.get("kind")) == (exercise, "guess"):
            try:
                return str(line["lesson"]), literal_eval(line["given"])
            except (KeyError, ValueError, SyntaxError):
                continue
    return None
