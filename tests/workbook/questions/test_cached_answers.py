"""A started lesson measures an answer once and runs a known mistake once in a case."""

from dataclasses import replace

import pytest
from hypothesis.strategies import integers

from cruddur_lib.workbook import lesson as lessons
from cruddur_lib.workbook.lesson import start
from cruddur_lib.workbook.questions.code_question import CaseListQuestion, CodeQuestion
from cruddur_lib.workbook.questions.question import Mistake, ValueQuestion

LESSON = "00-the-whole-game"
WORDS = {
    "name": "x",
    "unit": "rows",
    "why": "Why.",
    "hints": ("a", "b", "c"),
    "shown_in": "Here",
}


class Counting:
    """A function that records its arguments."""

    def __init__(self, function):
        """Record the calls of `function`."""
        self.calls = []
        self._function = function

    def __call__(self, argument):
        """Record the argument and call the function."""
        self.calls.append(argument)
        return self._function(argument)


def doubling(kind, *functions):
    """Return a question that asks for the double of a number up to 3."""
    drawn = kind is CodeQuestion
    return kind(
        **WORDS,
        mistakes=tuple(
            Mistake(function, f"Mistake {place}.") for place, function in enumerate(functions)
        ),
        cases=lambda: integers(0, 3) if drawn else range(4),
        run=lambda function, case, _: function(case),
        describe=lambda case: f"the number {case}",
        problem=lambda case, answer: "" if answer == 2 * case else f"it returns {answer}",
    )


@pytest.fixture
def has(monkeypatch):
    """Return a function that makes its argument the lesson's only exercise."""

    def replace_exercises(exercise):
        monkeypatch.setattr(lessons, "exercises_of", lambda _: {exercise.name: exercise})

    return replace_exercises


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    """Keep this test's progress in a folder of its own."""
    monkeypatch.setenv("CRUDDUR_PROGRESS", str(tmp_path))


def test_an_answer_is_asked_for_once_in_a_started_lesson(backend, has, capsys):
    """An answer is measured once for all checks, and again after the next start."""
    answer = Counting(lambda lesson: len(lesson.rows()))
    has(ValueQuestion(**WORDS, mistakes=(Mistake(1, "One."),), answer=answer))
    for starts in (1, 2):
        lesson = start(LESSON, backend)
        lesson.predict("x", 106)
        lesson.compare("x")
        lesson.check("x", 1)
        lesson.check("x", 106)

        lines = [line.split(".")[0] for line in capsys.readouterr().out.splitlines()]
        assert lines == [
            "x: your guess is kept",
            "x: right, 106 rows",
            "x: not 1 row",
            lines[1],
        ]
        assert len(answer.calls) == starts
        assert answer.calls[-1] is lesson


def test_an_answer_that_could_not_be_had_is_asked_for_again():
    """An answer is measured again after an error."""
    divisors = iter([0, 2])
    exercise = ValueQuestion(
        **WORDS, mistakes=(Mistake(1, "One."),), answer=lambda _: 8 / next(divisors)
    ).with_cache()

    with pytest.raises(ZeroDivisionError):
        exercise.verdict(4, None)
    assert exercise.verdict(4, None)[0]
    assert exercise.verdict(4, None)[0]


@pytest.mark.parametrize("kind", [CodeQuestion, CaseListQuestion])
def test_a_known_mistake_is_tried_once_in_each_case(backend, has, kind, capsys):
    """A known mistake runs once in a case, and again after the next start."""
    same, wrong_at_3 = Counting(lambda n: n), Counting(lambda n: 2 * n + (n == 3))
    has(doubling(kind, same, wrong_at_3))
    tried = []
    for _ in range(2):
        lesson = start(LESSON, backend)
        for answer, mistake in ((lambda n: n, 0), (lambda n: n + n + n // 3, 1), (lambda n: n, 0)):
            lesson.check("x", answer)
            assert f"Mistake {mistake}." in capsys.readouterr().out
        assert len(set(same.calls)) == len(same.calls)
        assert len(set(wrong_at_3.calls)) == len(wrong_at_3.calls)
        tried.append((sorted(same.calls), sorted(wrong_at_3.calls)))
        same.calls.clear()
        wrong_at_3.calls.clear()

    assert tried[0] == tried[1]
    assert all(tried[0])


@pytest.mark.parametrize("kind", [CodeQuestion, CaseListQuestion])
def test_what_a_lesson_remembers_is_its_own(kind):
    """Copies of a question share no results."""
    one, other = (doubling(kind, lambda n: n, lambda n: n * n).with_cache() for _ in range(2))
    again = one.with_cache()

    one.verdict(lambda n: n, None)

    assert one.results
    assert other.results == again.results == {}


def test_an_answer_is_tried_anew_at_each_check():
    """A learner's function runs again at each check, because it may have changed."""
    factor = [1]
    exercise = doubling(CodeQuestion, lambda n: n, lambda n: n * n).with_cache()

    def answer(number):
        return factor[0] * number

    assert exercise.verdict(answer, None)[0] is False
    factor[0] = 2
    assert exercise.verdict(answer, None)[0]
    assert replace(exercise, results={}).verdict(answer, None)[0]
