"""Tests of `progress`: its counts, of lines made here and of lines that a lesson writes."""

import json

import pytest

from cruddur_lib.backends import connect
from cruddur_lib.workbook import progress
from cruddur_lib.workbook.exercises import exercises_of
from cruddur_lib.workbook.lesson import start

LESSONS = {"01-a": ["one", "two", "three"], "02-b": list("abcdefg"), "cheat-sheet": []}


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The file of a record for this test alone."""
    monkeypatch.setenv("CRUDDUR_PROGRESS", str(tmp_path))
    return tmp_path / progress.FILE


@pytest.fixture
def lesson():
    """The first lesson, without guesses."""
    with connect() as backend:
        yield start("00-the-whole-game", backend)


def answered(lesson, *names, right=True):
    """Return lines of answers to these exercises."""
    return [
        {"lesson": lesson, "exercise": name, "kind": "answer", "right": right} for name in names
    ]


def guessed(lesson, *sides):
    """Return lines of first guesses on these sides, each at another exercise."""
    return [
        {"lesson": lesson, "exercise": f"{side}-{place}", "kind": "first", "side": side}
        for place, side in enumerate(sides)
    ]


def test_every_exercise_is_right_tried_or_open():
    """An exercise stays right; exercises that were only tried, or are open, are listed."""
    lines = [*answered("01-a", "one"), *answered("01-a", "one", "two", right=False)]

    assert progress.summary(lines, LESSONS).splitlines() == [
        "01-a: 1 of 3 right; 1 tried: two; 1 open: three",
        "02-b: not begun, 7 exercises",
    ]


@pytest.mark.parametrize(("done", "left"), [("abc", "d, e, f, g"), ("ab", "c, d, e, f, ...")])
def test_four_names_are_listed_and_dots_for_more(done, left):
    """A line lists four names at most."""
    text = progress.summary(answered("02-b", *done), LESSONS)

    assert text.endswith(f"02-b: {len(done)} of 7 right; {7 - len(done)} open: {left}")


def test_all_right_leaves_nothing_to_name():
    """A lesson with all exercises right lists no names."""
    lines = answered("01-a", "one", "two", "three")

    assert progress.summary(lines, LESSONS).startswith("01-a: 3 of 3 right\n")


@pytest.mark.parametrize("lines", [[], answered("09-z", "one"), answered("01-a", "gone")])
def test_without_a_line_of_theirs_one_line_says_so(lines):
    """Exercises that no longer exist do not count."""
    assert progress.summary(lines, LESSONS) == progress.NOTHING


def test_guesses_are_counted_by_lesson_and_in_all():
    """A second guess at an exercise does not count, because the learner has seen the answer."""
    lines = guessed("01-a", "right", "low", "low", "wrong") + guessed("02-b", "high")
    again = [{**lines[1], "side": "right"}]

    assert progress.calibration(lines + again).splitlines()[:3] == [
        "First guesses: 1 of 5 right, 2 too low, 1 too high, 1 another answer",
        "01-a: 1 of 4 right, 2 too low, 1 another answer",
        "02-b: 0 of 1 right, 1 too high",
    ]


@pytest.mark.parametrize(
    ("right", "low", "high", "advice"),
    [
        (2, 7, 2, "You guessed too low in 7 of 9 misses"),
        (2, 2, 7, "You guessed too high in 7 of 9 misses"),
        (0, 2, 1, "You guessed too low in 2 of 3"),
        (0, 4, 3, "Your misses have no side"),
        (8, 2, 0, "You were right in 8 of 10"),
        (7, 3, 0, "You guessed too low in 3 of 3"),
        (0, 2, 0, "3 guesses at least"),
    ],
)
def test_the_advice_follows_the_figures(right, low, high, advice):
    """Two thirds of the misses on one side are a habit; 80 % right guesses are enough."""
    assert progress.advice({"right": right, "low": low, "high": high}).startswith(advice)


def test_misses_without_a_side_are_no_habit():
    """A wrong text is neither low nor high."""
    assert progress.advice({"wrong": 5, "low": 1}).startswith("Your misses have no side")


@pytest.mark.parametrize("lines", [[], answered("01-a", "one"), guessed("01-a", "sideways", None)])
def test_without_a_guess_one_line_says_so(lines):
    """A checked answer is no guess."""
    assert progress.calibration(lines) == progress.NO_GUESS


def test_lines_of_another_version_and_broken_lines_stop_nobody(own):
    """Wrong types, missing fields, half a line and other encodings are skipped."""
    fields = ("lesson", "exercise", "kind", "side", "right", "given")
    odd = [dict.fromkeys(fields, value) for value in ([], {}, None, 3, "x")]
    odd += [{}, [], 3, None, {"exercise": "one", "kind": "guess", "lesson": "01-a", "given": 3}]
    text = "\n".join([*map(json.dumps, odd), '{"lesson": "01', "[" * 100_000])
    good = "\n".join(map(json.dumps, answered("01-a", "one") + guessed("01-a", "low")))
    own.write_bytes(text.encode() + b"\n\xff\xfe\n" + good.encode())
    record = progress.record()

    assert progress.summary(record, LESSONS).startswith("01-a: 1 of 3 right; 2 open")
    assert progress.calibration(record).startswith("First guesses: 0 of 1 right, 1 too low\n")
    assert progress.last_guess("one") is None
    assert progress.first_guess("01-a", "one", 7) == 7


def test_a_lesson_counts_the_first_guess_and_not_the_second(lesson, own, capsys):
    """The first guess counts: 5 pages were too low, and 104 rows too high."""
    lesson.calibration()
    assert capsys.readouterr().out == progress.NO_GUESS + "\n"

    for guess in (5, 6):
        lesson.predict("pages", guess)
    lesson.predict("read-by-b", 104)
    for name in ("pages", "read-by-b", "pages"):
        lesson.compare(name)
    capsys.readouterr()

    lesson.calibration()
    first = capsys.readouterr().out.splitlines()[0]
    assert first == "First guesses: 0 of 2 right, 1 too low, 1 too high"
    lesson.progress()
    mine, *others = capsys.readouterr().out.splitlines()
    assert mine.startswith("00-the-whole-game: 1 of ")
    assert "; 1 tried: read-by-b; " in mine
    assert all(": not begun, " in line for line in others)
    assert own.exists()


@pytest.mark.parametrize(
    ("name", "given", "side"),
    [
        ("inbox-after-d", "both", "wrong"),
        ("inbox-after-d", "Bayko's question", "right"),
        ("how-many", len, "wrong"),
        ("pages", float("nan"), "wrong"),
        ("pages", 6.0, "right"),
        ("pages", 6.5, "high"),
    ],
)
def test_only_a_number_has_a_side(lesson, name, given, side):
    """A text and a function have no side: they are right or wrong."""
    question = exercises_of(lesson.name)[name].with_cache()

    assert question.high_or_low(given, lesson) == side
