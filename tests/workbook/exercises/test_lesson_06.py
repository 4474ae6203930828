"""The functions that learners write in lesson 06 are judged by the price list."""

import pytest

from cruddur_lib.workbook.exercises import exercises_of
from cruddur_lib.workbook.exercises.lesson_06 import functions
from cruddur_lib.workbook.exercises.shared import price_book

LESSON = "06-the-free-tier-and-the-whole-bill"


def verdict(name, answer):
    """Return the verdict on a function."""
    return exercises_of(LESSON)[name].verdict(answer, None)


def test_the_mistakes_count_with_what_aws_gives():
    """The constants of the known mistakes equal the price list's free tier."""
    free = price_book().free

    assert free("provisioned_wcu_hours") == functions.POOL
    assert free("lambda_gb_seconds") == functions.FREE_GB_SECONDS
    assert free("storage_gb_months") == functions.FREE_GB


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("billable", lambda periods: max(sum(u * h for u, h in periods), 25 * 744) - 25 * 744),
        ("gb-seconds", lambda calls, mb, s: max(0, calls * s * (mb / 2**10) - 4e5)),
        (
            "quote",
            lambda tables, items, size: functions.month_usd(
                720 * sum(tables) - 18_600, (size + 100) * items / 1_024**3
            ),
        ),
    ],
)
def test_a_right_function_is_right_however_it_is_written(name, function):
    """A right function passes with other terms and constants of the same value."""
    assert verdict(name, function)[0] is True


def quote(hours, pool, overhead, gb, *, each=False):
    """Return a calculator with these constants."""

    def calculator(tables, items, size):
        used = [units * hours for units in tables]
        billed = sum(u - pool for u in used) if each else sum(used) - pool
        return functions.month_usd(billed, items * (size + overhead) / gb)

    return calculator


@pytest.mark.parametrize(
    ("calculator", "feedback"),
    [
        pytest.param(quote(730, 18_600, 0, 10**9, each=True), "730 are", id="as it is shown"),
        pytest.param(quote(720, 18_600, 0, 10**9, each=True), "off the sum", id="hours mended"),
        pytest.param(quote(720, 18_000, 0, 10**9, each=True), "25 x 744", id="too much mended"),
        pytest.param(quote(720, 18_600, 0, 10**9), "adds 100 bytes", id="and the pool"),
        pytest.param(quote(720, 18_600, 100, 10**9), "has 2^30 bytes", id="and the overhead"),
        pytest.param(quote(720, 18_600, 0, 2**30), "adds 100 bytes", id="the GB before it"),
    ],
)
def test_each_of_four_mistakes_is_told_when_it_is_the_next(calculator, feedback):
    """Learners can repair the mistakes in any order; the feedback names the next one."""
    right, text = verdict("quote", calculator)

    assert right is False
    assert feedback in text


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("billable", lambda _: None),
        ("billable", lambda _: True),
        ("gb-seconds", lambda *_: "0"),
        ("quote", lambda *_: float("nan")),
        ("quote", lambda _: 0),
    ],
)
def test_what_is_no_number_is_wrong(name, function):
    """A result that is no number is wrong and raises no error."""
    assert verdict(name, function)[0] is False
