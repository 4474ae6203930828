"""Exercises explain a right answer and a known mistake, and give no answer away."""

import json
import sys
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from uuid import uuid4

import numpy as np
import pytest
from hypothesis.strategies import integers

from cruddur_lib.backends import connect
from cruddur_lib.messaging import table
from cruddur_lib.workbook import progress
from cruddur_lib.workbook.exercises import exercises_of
from cruddur_lib.workbook.lesson import NOTEBOOKS, start
from cruddur_lib.workbook.questions.code_question import CaseListQuestion, CodeQuestion
from cruddur_lib.workbook.questions.question import (
    ExerciseUnknown,
    Mistake,
    ValueQuestion,
    with_unit,
)

LESSONS = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
ALL = [
    (lesson, name)
    for lesson in LESSONS
    for name, exercise in exercises_of(lesson).items()
    if isinstance(exercise, ValueQuestion)
]
FUNCTIONS = [
    (lesson, name)
    for lesson in LESSONS
    for name, exercise in exercises_of(lesson).items()
    if isinstance(exercise, CodeQuestion)
]
TICKS = count()
every_exercise = pytest.mark.parametrize(("lesson", "name"), ALL)


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    """Keep this test's progress in a folder of its own."""
    monkeypatch.setenv("CRUDDUR_PROGRESS", str(tmp_path / "progress"))


@pytest.fixture(scope="module")
def engine():
    """Share one engine, because no exercise changes the learner's table."""
    with connect(database=f"t{uuid4().hex}") as backend:
        yield backend


@pytest.fixture(scope="module")
def lessons(engine):
    """Start every lesson once; return them by name."""
    return {name: start(name, engine) for name in LESSONS}


@pytest.fixture
def first(engine):
    """Start the first lesson without guesses or hints."""
    return start(LESSONS[0], engine)


@pytest.fixture
def output_of(capsys):
    """Return a function that makes a call and returns what the learner reads."""

    def run(call, *arguments):
        capsys.readouterr()
        call(*arguments)
        return capsys.readouterr().out

    return run


def test_every_notebook_has_exercises():
    """The parametrized tests would all pass if the notebooks were not found."""
    assert len(ALL) >= 7


@every_exercise
@pytest.mark.quick_cases(12)
def test_the_right_answer_says_why(lessons, engine, lesson, name):
    """The measured answer passes, gets the explanation and leaves the table unchanged.

    test_solutions compares it with what a learner finds in another process.
    """
    started = lessons[lesson]
    before, exercise = started.rows(), started.exercise(name)
    answer = exercise.answer(started)

    right, text = exercise.verdict(answer, started)

    assert right
    assert text == f"{name}: right, {with_unit(answer, exercise.unit)}. {exercise.why}"
    assert started.rows() == before
    assert table.names(engine) == [table.TABLE_NAME]


@every_exercise
@pytest.mark.quick_cases(12)
def test_each_known_mistake_has_its_own_words(lessons, lesson, name):
    """An exercise has two or more known mistakes; each fails with its own explanation."""
    started, exercise = lessons[lesson], lessons[lesson].exercise(name)
    verdicts = [exercise.verdict(wrong.answer, started) for wrong in exercise.mistakes]

    assert len(verdicts) >= 2
    assert not any(right for right, _ in verdicts)
    assert len({text for _, text in verdicts}) == len(verdicts)
    for wrong, (_, text) in zip(exercise.mistakes, verdicts, strict=True):
        assert wrong.explanation in text


@pytest.mark.thorough
@pytest.mark.parametrize(("lesson", "name"), FUNCTIONS)
def test_each_known_mistake_of_a_function_has_its_own_words(lessons, lesson, name):
    """A mistaken function fails, is recognized and gets its own explanation."""
    exercise = exercises_of(lesson)[name].with_cache()
    verdicts = [exercise.verdict(wrong.answer, lessons[lesson]) for wrong in exercise.mistakes]

    assert len({text for _, text in verdicts}) == len(verdicts) >= 2
    for wrong, (right, text) in zip(exercise.mistakes, verdicts, strict=True):
        assert right is False
        assert wrong.explanation in text


@every_exercise
@pytest.mark.quick_cases(12)
def test_three_hints_lead_on_and_the_last_is_not_the_answer(lessons, lesson, name):
    """The three hints differ, and the last one does not hold the answer."""
    exercise = lessons[lesson].exercise(name)
    answer = str(exercise.answer(lessons[lesson]))

    assert len(set(exercise.hints)) == 3
    assert answer not in exercise.hints[2].split()


@pytest.mark.parametrize(
    "answer", [..., None, [], {}, object(), "6", "six", b"6", True, 3 + 0j, len]
)
def test_what_is_no_number_passes_nowhere_and_raises_nothing(first, answer, output_of):
    """Dots are no answer; for another type the feedback says which one is expected."""
    text = output_of(first.check, "pages", answer)

    assert text == "pages: not answered yet. Replace the dots by your answer.\n" or text.endswith(
        ("is not a number; give pages.\n", "is not a number; give pages, without quotes.\n")
    )


@pytest.mark.parametrize("answer", ["6", "six"])
def test_a_number_in_quotes_is_told_to_leave_them_out(first, answer, output_of):
    """The feedback to a number in quotes says that it needs none."""
    feedback = f"pages: '{answer}' is not a number; give pages, without quotes.\n"

    assert output_of(first.check, "pages", answer) == feedback


@pytest.mark.parametrize("answer", [np.int64(6), np.float32(6), Decimal(6), Decimal("6.0")])
def test_numbers_of_pandas_and_boto3_are_numbers(first, answer, output_of):
    """Numbers of numpy and Decimal are compared like Python's own."""
    assert output_of(first.check, "pages", answer).startswith("pages: right, 6 pages.")
    assert output_of(first.check, "pages", answer - 1).startswith(
        "pages: not 5 pages. Five pages hold"
    )
    first.predict("pages", answer - 1)
    assert first.exercise("pages").high_or_low(answer - 1, first) == "low"


@pytest.mark.parametrize("answer", [7, 6.5, -1, 10**30, float("nan"), float("inf")])
def test_another_wrong_number_gets_the_first_hint(first, answer, output_of):
    """A number that is no known mistake gets the first hint."""
    text = output_of(first.check, "pages", answer)

    assert text.startswith(f"pages: not {answer} pages. Hint: ")


def test_a_right_number_of_another_type_is_right(first, output_of):
    """A float that equals the right int is right."""
    assert output_of(first.check, "pages", 6.0).startswith("pages: right")


def test_a_text_is_asked_for_where_one_is_wanted(first, output_of):
    """The feedback to a number says that a text in quotes is expected."""
    text = output_of(first.check, "inbox-after-d", 3)

    assert "3 is not a text in quotes" in text


def test_a_guess_is_kept_and_come_back_to(first, output_of):
    """`predict` gives nothing away; `compare` explains the guess."""
    assert output_of(first.compare, "pages") == "pages: you made no guess.\n"
    assert output_of(first.predict, "pages", ...).startswith("pages: no guess yet.")
    assert output_of(first.predict, "pages", 5) == "pages: your guess is kept.\n"
    assert "there are four more on a sixth" in output_of(first.compare, "pages")


def test_an_open_question_is_kept_for_a_later_lesson(first, output_of):
    """A guess for a later lesson is kept."""
    assert output_of(first.predict, "units-of-a-message", 1).endswith("is kept.\n")
    assert progress.record()[-1]["exercise"] == "units-of-a-message"


def test_a_kept_guess_is_come_back_to(lessons, first, output_of):
    """Notebook 04 shows the guess of notebook 00, and compares it unless there is a new one."""
    fourth = lessons["04-the-fan-out"]
    question = "units-of-a-message"
    assert output_of(fourth.predict, question, ...).startswith(f"{question}: no guess yet.")
    assert output_of(fourth.compare, question) == f"{question}: you made no guess.\n"

    first.predict(question, 3)
    first.predict(question, 1)
    feedback = output_of(fourth.predict, question, ...)
    assert feedback.startswith(f"{question}: you guessed 1 in {LESSONS[0]}. Replace the dots")
    assert output_of(fourth.compare, question).startswith(
        f"{question}: not 1 write unit. That is D"
    )

    fourth.predict(question, 9)
    assert output_of(fourth.compare, question).startswith(f"{question}: right, 9 write units.")
    fourth.guesses.clear()


def test_only_an_open_question_is_come_back_to(lessons, first, output_of):
    """A guess for another exercise of the same name is not used, nor an unreadable line."""
    first.predict("pages", 5)
    progress.note("03-writing", "units-of-a-message", "guess", 5)
    progress.note(LESSONS[0], "units-of-a-message", "guess", object())

    assert output_of(lessons[LESSONS[2]].compare, "newest-20").endswith("you made no guess.\n")
    assert output_of(lessons["04-the-fan-out"].compare, "units-of-a-message").endswith(
        "no guess.\n"
    )


def test_hints_come_one_after_the_other(first, output_of):
    """The first hint follows the third."""
    texts = [output_of(first.hint, "pages") for _ in range(4)]

    assert [text[:20] for text in texts[:3]] == [f"pages, hint {n} of 3: " for n in (1, 2, 3)]
    assert texts[3] == texts[0]


def test_an_unknown_exercise_lists_the_known(first):
    """The error for a mistyped name lists the known exercises."""
    with pytest.raises(ExerciseUnknown, match="no exercise 'page' in .*there are: inbox-lines"):
        first.check("page", 6)


def test_the_record_is_the_learners_own(first, tmp_path):
    """Guesses and answers are recorded with their verdicts, dots are not."""
    first.predict("pages", 5)
    first.check("pages", ...)
    first.check("pages", 6)
    kept = [(r["kind"], r["given"], r["right"]) for r in progress.record()]

    assert kept == [("guess", "5", None), ("answer", "6", True)]
    file = tmp_path / "progress" / progress.FILE
    file.write_text(file.read_text() + "not json\n" + json.dumps({"exercise": "x"}) + "\n")
    assert len(progress.record()) == 3


def test_a_record_that_cannot_be_written_stops_no_lesson(first, tmp_path, monkeypatch, output_of):
    """A lesson goes on if its record cannot be written."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CRUDDUR_PROGRESS", str(tmp_path / "file"))

    assert output_of(first.check, "pages", 6).startswith("pages: right")
    assert progress.record() == []


def question_with(answer, *mistakes):
    """Return a question with this answer and these known mistakes."""
    return ValueQuestion(
        name="x",
        unit="rows",
        answer=lambda _: answer,
        why="Why.",
        mistakes=mistakes,
        hints=("a", "b", "c"),
        shown_in="Here",
    )


def test_a_mistake_is_known_by_type_and_value():
    """1.0 makes the same mistake as 1; True is no number."""
    exercise = question_with(2, Mistake(1, "One."))

    assert exercise.verdict(1, None) == (False, 'x: not 1 row. One. Look again at "Here".')
    assert exercise.verdict(1.0, None) == exercise.verdict(1, None)
    assert exercise.verdict(True, None) == (False, "x: True is not a number; give rows.")


@pytest.mark.parametrize("answer", [{"A", "c"}, ["c", "a", "a"], ("a", "c"), frozenset("ca")])
def test_a_set_may_be_given_as_any_collection(answer):
    """A set, a list, a tuple and a frozenset with the same elements are all right."""
    exercise = question_with({"a", "c"}, Mistake({"b"}, "No b."))

    assert exercise.verdict(answer, None) == (True, "x: right, {'a', 'c'}. Why.")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"a", "c", "d"}, "x: not {'a', 'c', 'd'}. No d. Look again at \"Here\"."),
        ({"a"}, "x: not {'a'}. c is missing. Look again at \"Here\"."),
        ({"a", "b"}, "x: not {'a', 'b'}. c is missing. Look again at \"Here\"."),
        ({"c"}, "x: not {'c'}. Hint: a"),
        ([["a"]], "x: [['a']] is not a set; give rows."),
        ("ac", "x: 'ac' is not a set; give rows."),
    ],
)
def test_a_set_with_a_known_mistake_in_it_is_told(answer, text):
    """A wrong or a missing element is recognized, whatever else the set holds."""
    exercise = question_with(
        {"a", "c"}, Mistake({"a", "d"}, "No d."), Mistake({"a"}, "c is missing.")
    )

    assert exercise.verdict(answer, None) == (False, text)


@pytest.mark.parametrize("answer", ["bayko's", "Bayko’s", "@BAYKO'S"])
def test_a_text_is_right_in_capitals_and_with_a_curly_apostrophe(answer):
    """Capitals, "@" and a curly apostrophe make no difference."""
    exercise = question_with("bayko's", Mistake("zoë's", "Hers."))

    assert exercise.verdict(answer, None) == (True, "x: right, bayko's. Why.")
    assert exercise.verdict("Zoë's", None)[1].startswith("x: not Zoë's. Hers.")


def test_another_text_is_told_which_there_are():
    """A text that is none of the choices gets the list of choices."""
    exercise = question_with("b", Mistake("a", "A."), Mistake("c", "C."))

    assert exercise.verdict("d", None) == (False, "x: give one of 'a', 'b', 'c'.")


def test_a_guess_of_another_kind_is_told_at_once(first, output_of):
    """`predict` refuses a guess of another type at once and does not keep it."""
    assert output_of(first.predict, "pages", "six") == (
        "pages: 'six' is not a number; give pages, without quotes.\n"
    )
    assert output_of(first.compare, "pages") == "pages: you made no guess.\n"


def test_a_guess_that_is_no_choice_is_told_at_once(first, output_of):
    """`predict` refuses a text that is no choice; capitals make no difference."""
    feedback = output_of(first.predict, "inbox-after-d", "the answer")

    assert feedback.startswith("inbox-after-d: give one of ")
    assert output_of(first.compare, "inbox-after-d") == "inbox-after-d: you made no guess.\n"
    assert (
        output_of(first.predict, "inbox-after-d", "Both") == "inbox-after-d: your guess is kept.\n"
    )


def test_an_open_question_waits(first, output_of):
    """`compare` names no answer to a question that a later notebook answers."""
    first.predict("units-of-a-message", 1)

    assert "a later notebook" in output_of(first.compare, "units-of-a-message")


def doubling(*mistakes):
    """Return a question that asks for a function: the double of a small number."""
    return CodeQuestion(
        name="x",
        unit="a function of a number that returns a number",
        cases=lambda: integers(0, 50),
        run=lambda function, case, _: function(case),
        describe=lambda case: f"the number {case}",
        problem=lambda case, answer: "" if answer == 2 * case else f"it returns {answer}",
        why="Why.",
        mistakes=mistakes,
        hints=("a", "b", "c"),
        shown_in="Here",
    )


def noisy_double(number):
    """Double a number and print something."""
    sys.stdout.write("noise")
    return number * 2


def listed(*mistakes):
    """Return the same question with four listed cases, which run in a set-up."""
    active = []

    @contextmanager
    def setup(sandbox):
        active.append(sandbox)
        yield "table"
        active.clear()

    def run(function, case, sandbox):
        assert (sandbox, active) == ("table", ["lesson"])
        return function(case)

    drawn = doubling(*mistakes)
    same = {f.name: getattr(drawn, f.name) for f in fields(drawn)}
    more = {"cases": lambda: [1, 3, 2, 50], "run": run, "setup": setup}
    kind = {"failure_kind": lambda case, answer: (case, answer > 2 * case)}
    return CaseListQuestion(**{**same, **more, **kind})


def test_a_list_of_cases_is_tried_in_its_order():
    """Listed cases run in order inside one set-up; the first failure is reported."""
    feedback = listed().verdict(lambda n: n if n in (2, 3) else 2 * n, "lesson")[1]

    assert feedback == "x: not yet. For the number 3, it returns 3. Hint: a"
    assert listed().verdict(lambda n: n + n, "lesson")[0]


def test_a_mistake_of_a_list_is_known_by_its_first_failing_case():
    """Failing in an earlier case, or in another way, is another mistake."""
    exercise = listed(
        Mistake(lambda n: n, "Before."),
        Mistake(lambda n: 2 * n + (n == 3), "Too much."),
        Mistake(lambda n: 2 * n - (n == 3), "Too little."),
    )

    assert "Too little." in exercise.verdict(lambda n: 0 if n == 3 else 2 * n, "lesson")[1]
    assert "Too much." in exercise.verdict(lambda n: 9 if n == 3 else 2 * n, "lesson")[1]
    assert "Hint: a" in exercise.verdict(lambda n: 0 if n == 50 else 2 * n, "lesson")[1]


@pytest.mark.parametrize("function", [noisy_double, lambda n: n << 1, lambda n: float(n + n)])
def test_a_function_is_right_by_what_it_does(function, capsys):
    """A right function passes in any style, and its output is not shown."""
    assert doubling().verdict(function, None) == (
        True,
        "x: right, in every case that was tried. Why.",
    )
    assert capsys.readouterr().out == ""


def test_the_smallest_failing_case_is_told_as_a_sentence():
    """The sentence is about the smallest failing case, not the first one drawn."""
    verdict = doubling().verdict(lambda n: 2 * min(n, 20), None)

    assert verdict == (False, "x: not yet. For the number 21, it returns 40. Hint: a")


def test_a_mistaken_function_is_known_by_what_it_does():
    """Equal results in all cases are the same mistake; one different result is not."""
    exercise = doubling(Mistake(lambda n: n * n, "A square."), Mistake(lambda n: n, "The same."))

    feedback = exercise.verdict(lambda n: n**2, None)[1]
    assert feedback == 'x: not yet. For the number 1, it returns 1. A square. Look again at "Here".'
    assert "The same." in exercise.verdict(lambda n: n + 0, None)[1]
    assert "Hint: a" in exercise.verdict(lambda n: n * n if n < 40 else 0, None)[1]


def test_a_function_that_raises_is_wrong_there():
    """The feedback quotes an error, which is not raised."""
    verdict = doubling().verdict(lambda n: 2 * n + 0 * (1 // (n - 7)), None)

    feedback = "For the number 7, it raises ZeroDivisionError: integer division or modulo by zero."
    assert verdict == (False, f"x: not yet. {feedback} Hint: a")


@pytest.mark.parametrize("answer", [..., lambda _: ..., lambda n: 0 if n else ...])
def test_dots_are_no_function(answer):
    """Dots, or a function that returns them, are no answer."""
    right, text = doubling().verdict(answer, None)

    assert right is None
    assert text.startswith("x: not answered yet.")


@pytest.mark.parametrize("answer", [None, 4, "lambda n: 2 * n"])
def test_what_cannot_be_called_is_told_what_is_wanted(answer):
    """The feedback says which function is expected."""
    expected = "a function of a number that returns a number, by its name and not called"
    text = f"x: {answer!r} is not a function; give {expected}."

    assert doubling().verdict(answer, None) == (False, text)


def test_a_function_that_changes_its_mind_is_told():
    """A function that returns something else for the same case is wrong, and no error is raised."""
    calls = count()

    right, text = doubling().verdict(lambda n: 2 * n + (next(calls) == 30), None)

    assert right is False
    assert text.startswith("x: not yet. ")


@pytest.mark.parametrize("returns", [True, False])
def test_a_function_that_prints_is_told_to_return(returns):
    """The advice needs a function that always returns None where that is never right."""
    exercise = replace(doubling(), returns=returns)

    def raises(number):
        raise ValueError(number)

    assert ("has it a `return`" in exercise.verdict(print, None)[1]) is returns
    for function in (raises, lambda n: None if n else 0):
        assert "has it a `return`" not in exercise.verdict(function, None)[1]


def test_a_function_is_tried_on_a_scratch_table(first, engine):
    """A function runs on a scratch table, which is dropped; the learner's stays unchanged."""
    before = first.rows()

    first.check("how-many", lambda inbox, group: len(inbox.list_messages(group)))

    assert first.rows() == before
    assert table.names(engine) == [table.TABLE_NAME]
    assert progress.record()[-1]["given"] == "<lambda>"


@pytest.mark.parametrize(
    ("mistake", "explanation"),
    [
        (str, "Texts of different zones"),
        (lambda m: m.strftime("%Y-%m-%d %H:%M:%S.%f"), "Texts of different zones"),
        (lambda m: m.replace(tzinfo=UTC).isoformat(), "replace() writes another zone"),
        (lambda m: str(int(m.timestamp())), "Two messages within a second"),
        (lambda m: m.astimezone(UTC).isoformat(timespec="milliseconds"), "Two messages within"),
    ],
)
def test_a_time_that_sorts_wrong_in_the_same_way_is_the_same_mistake(lessons, mistake, explanation):
    """Time keys make the same mistake if they fail in the same way for the smallest pair."""
    verdict = exercises_of(LESSONS[1])["time-key"].verdict(mistake, lessons[LESSONS[1]])

    assert verdict[0] is False
    assert explanation in verdict[1]


@pytest.mark.parametrize(
    ("mistake", "explanation"),
    [
        (lambda group, message, user: (f"MSG#{group}", f"{message}#{user}"), "Whatever lies in"),
        (lambda _group, message, _user: (message, "x"), "A key is unique"),
        (lambda _group, message, user: (user, message), "That answers what somebody likes"),
        (lambda group, message, user: (group, message + user), "The question fixes a message"),
        (lambda _group, message, user: (f"GRP#{message}", user), "is a line of an inbox"),
        (lambda _group, _message, user: (f"GRP#{user}", user), "is a line of an inbox"),
        (lambda _group, message, user: (f"MSG#{message}", user), "is a message"),
    ],
)
def test_a_key_that_breaks_the_same_rule_is_the_same_mistake(lessons, mistake, explanation):
    """Keys make the same mistake if they break the same rule, with any prefix."""
    verdict = exercises_of(LESSONS[1])["like-key"].verdict(mistake, lessons[LESSONS[1]])

    assert verdict[0] is False
    assert explanation in verdict[1]


@pytest.mark.parametrize(
    "condition",
    ["pk = :pk AND begins_with(sk, :from)", "pk = :pk AND sk > :from"],
)
def test_a_condition_that_hides_a_first_message_is_no_repair(lessons, condition):
    """A condition that leaves out a group's first message, at 0000#first, is wrong."""
    lesson = lessons[LESSONS[2]]

    def latest(query, group_uuid, _):
        values = {":pk": f"MSG#{group_uuid}", ":from": "20"}
        return query(condition, values, ScanIndexForward=False, Limit=20)

    right, text = lesson.exercise("latest").verdict(latest, lesson)

    assert right is False
    assert "a conversation of one message" in text
    assert "lies at 0000#first" in text


@pytest.mark.parametrize(
    "design",
    [
        lambda _group, message, user: (message, user),
        lambda _group, message, user: [f"LIKE#{message}", user],
        lambda group, message, user: {"pk": f"{group}#{message}", "sk": f"BY#{user}"},
    ],
)
def test_every_key_that_answers_the_question_is_right(lessons, design):
    """Every good key is right: as a tuple, a list or a dictionary, with any prefix."""
    assert exercises_of(LESSONS[1])["like-key"].verdict(design, lessons[LESSONS[1]])[0]


@pytest.mark.parametrize(
    ("mistake", "feedback"),
    [
        (lambda _: datetime.now(UTC).isoformat(timespec="microseconds"), "two keys"),
        (lambda _: f"{next(TICKS):09}", "two keys"),
        (lambda m: m.astimezone(UTC).strftime("%m-%d %H:%M:%S.%f"), "sorts before"),
        (lambda m: m.timestamp(), "no text"),
    ],
)
def test_a_time_key_is_of_its_moment_alone(lessons, mistake, feedback):
    """A time key depends on nothing but its moment, year included."""
    right, text = exercises_of(LESSONS[1])["time-key"].verdict(mistake, lessons[LESSONS[1]])

    assert right is False
    assert feedback in text


@pytest.mark.parametrize("limit", [104, 1_000])
def test_a_higher_limit_does_not_read_everything(first, limit):
    """A page holds 20 messages at most, whatever the limit is."""
    exercise = exercises_of(LESSONS[0])["how-many"]
    right, text = exercise.verdict(lambda i, g: len(i.list_messages(g, limit=limit)), first)

    assert right is False
    assert "whatever its limit" in text
