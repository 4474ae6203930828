"""The machine that tries a learner's handler of 04, the fan-out: short histories, and a verdict.

A history is a few steps, and the size of its batches. People write and change messages; the handler
gets what waits, batch after batch; its program ends before some request, and the batch comes again
from its beginning; a record that was handled comes once more. In the end whatever still waits is
handled. Then every inbox must hold one row for each group, and it must show the newest message.

All histories of up to two steps are tried, and those longer ones that go further than a shorter one
does: the simplest first, so that the first that fails is the smallest. How one is played on a table
stands in play_04.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cruddur_lib.workbook.exercises.lesson_04.play import Ending, Handle, History, Play, Step
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

BAYKO, ZOE, ANDREW = (("write", who) for who in range(3))  # who writes
NEWEST, BEFORE = (("edit", back) for back in range(2))  # which message of Bayko's group changes
AGAIN = ("again", 0)  # the oldest record once more, when all are handled
REQUESTS = range(1, 7)  # before which the program ends: two reads and four writes move a group


def crash(request: int) -> Step:
    """The handler gets a batch, and its program ends before this request."""
    return "deliver", request


def histories() -> Sequence[History]:
    """All that are tried, the simplest first. A message that Zoë or Andrew writes first, and a
    batch that is larger than what waits, would tell nothing new.
    """
    second = (BAYKO, ZOE, ANDREW, BEFORE, NEWEST)
    changes = [(BAYKO, step) for step in second]
    return [
        *(History(1, steps) for steps in ((BAYKO,), (NEWEST,), *changes)),
        *(History(1, (first, AGAIN)) for first in (BAYKO, NEWEST)),
        *(History(1, (BAYKO, crash(request))) for request in REQUESTS),
        *(History(2, steps) for steps in changes),
        *(History(1, (BAYKO, step, AGAIN)) for step in (BAYKO, BEFORE, NEWEST)),
        *(History(2, (BAYKO, step, AGAIN)) for step in (BAYKO, BEFORE)),
        *(History(1, (BAYKO, crash(request), step)) for request in (4, 5) for step in second[1:4]),
        *(History(2, (BAYKO, ZOE, crash(request))) for request in (9, 10, 11)),
        History(3, (BAYKO, ANDREW, ZOE, crash(14), AGAIN)),
    ]


@contextmanager
def on_one_table(lesson: Sandbox) -> Iterator[Sandbox]:
    """A scratch table for all histories of one answer: making one takes longer than a history."""
    with lesson.scratch(seeded=False) as fresh:
        yield fresh


def played(handle: Handle, history: History, lesson: Sandbox) -> Ending:
    """What came of the history; the table is empty before it and after it."""
    return Play(handle, history.batch, lesson).ending(history.steps)


def in_words(history: History) -> str:
    """How the records come."""
    return f"batches of {history.batch} record{'s' * (history.batch > 1)}"


def fault(_: History, ending: Ending) -> str:
    """The story of what went wrong; nothing where all is right."""
    if not ending.kind:
        return ""
    *steps, last = ending.story
    told = "".join(f"\n  {number}. {step}" for number, step in enumerate(steps, 1))
    return f"this happens:{told}\n{last}"


def failure_kind(history: History, ending: Ending) -> tuple[object, ...]:
    """In which way it is wrong, and in what kind of history: before which request a program ends
    does not count, as one makes more of them than another.
    """
    return ending.kind, history.batch, *(name for name, _ in history.steps)
