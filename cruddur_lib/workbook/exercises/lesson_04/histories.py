"""The histories in which a learner's stream handler of lesson 04 is tried, and how it is judged.

A history is a few steps and a batch size. People write and change messages, and the handler gets
the waiting records, batch by batch. Its program may end before a request; the whole batch then
comes again. A handled record may come once more. At the end, all waiting records are handled. Every
inbox must then hold one row for each group and show the group's newest message.

All histories of up to two steps are tried, and longer ones that reach something new. The simplest
come first, so that the first failure is the smallest. `play` runs a history on a table.
"""

from collections.abc import Sequence

from cruddur_lib.workbook.exercises.lesson_04.play import Handle, History, HistoryRun, Result, Step
from cruddur_lib.workbook.sandbox.sandbox import Sandbox

BAYKO, ZOE, ANDREW = (("write", who) for who in range(3))  # who sends a message
NEWEST, PREVIOUS = (("edit", back) for back in range(2))  # which message of Bayko's group changes
AGAIN = ("again", 0)  # when all records are handled, the oldest comes once more
REQUESTS = range(1, 7)  # before which the program ends: two reads and four writes move a group


def crash(request: int) -> Step:
    """Return the step in which the handler's program ends before a request of a batch."""
    return "deliver", request


def histories() -> Sequence[History]:
    """Return all histories, the simplest first.

    A first message from Zoë or Andrew, and a batch larger than the waiting records, would test
    nothing new.
    """
    second = (BAYKO, ZOE, ANDREW, PREVIOUS, NEWEST)
    changes = [(BAYKO, step) for step in second]
    return [
        *(History(1, steps) for steps in ((BAYKO,), (NEWEST,), *changes)),
        *(History(1, (first, AGAIN)) for first in (BAYKO, NEWEST)),
        *(History(1, (BAYKO, crash(request))) for request in REQUESTS),
        *(History(2, steps) for steps in changes),
        *(History(1, (BAYKO, step, AGAIN)) for step in (BAYKO, PREVIOUS, NEWEST)),
        *(History(2, (BAYKO, step, AGAIN)) for step in (BAYKO, PREVIOUS)),
        *(History(1, (BAYKO, crash(request), step)) for request in (4, 5) for step in second[1:4]),
        *(History(2, (BAYKO, ZOE, crash(request))) for request in (9, 10, 11)),
        History(3, (BAYKO, ANDREW, ZOE, crash(14), AGAIN)),
    ]


def run(handle: Handle, history: History, sandbox: Sandbox) -> Result:
    """Run a handler in a history; the table is empty before and afterwards."""
    return HistoryRun(handle, history.batch, sandbox).result(history.steps)


def describe(history: History) -> str:
    """Return the batch size in words."""
    return f"batches of {history.batch} record{'s' * (history.batch > 1)}"


def problem(_: History, result: Result) -> str:
    """Return the story of what went wrong, and "" if every inbox is right."""
    if not result.kind:
        return ""
    *steps, last = result.story
    lines = "".join(f"\n  {number}. {step}" for number, step in enumerate(steps, 1))
    return f"this happens:{lines}\n{last}"


def failure_kind(history: History, result: Result) -> tuple[object, ...]:
    """Return the kind of failure and of history.

    The request before which the program ends does not count, because handlers send different
    numbers of requests.
    """
    return result.kind, history.batch, *(name for name, _ in history.steps)
