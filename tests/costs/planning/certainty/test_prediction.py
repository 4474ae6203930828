"""Trends and predictions of days, against series whose process is known."""

import numpy as np
import pytest

from cruddur_lib.costs.planning.certainty.prediction import (
    correlation,
    prediction_factor,
    student,
    trend,
)

WEEK = np.array([1, 1, 1, 1, 1, 0.6, 0.5])
DRAWS = 300


def series(count, *, alike=0.0, spread=0.1, seed=0, rows=DRAWS):
    """Return rows of days with weekdays and with errors that follow each other."""
    rng = np.random.default_rng(seed)
    new = rng.normal(size=(rows, count))
    errors = new.copy()
    for day in range(1, count):
        errors[:, day] = alike * errors[:, day - 1] + np.sqrt(1 - alike**2) * new[:, day]
    return WEEK[np.arange(count) % 7] + spread * errors


@pytest.mark.parametrize(
    ("share", "freedom", "quantile"),
    [(0.95, 3, 2.353), (0.95, 10, 1.812), (0.975, 5, 2.571), (0.995, 30, 2.750), (0.5, 4, 0)],
)
def test_quantiles_are_those_of_the_tables(share, freedom, quantile):
    """The quantiles of Student's t, from the tables in textbooks."""
    assert student(share, freedom) == pytest.approx(quantile, rel=0.01)


@pytest.mark.parametrize("alike", [0, 0.5, 0.8])
def test_the_correlation_is_found(alike):
    """In a long series the estimate is near the process, and above it for caution."""
    errors = series(3_000, alike=alike, rows=1)[0] - WEEK[np.arange(3_000) % 7]

    assert alike < correlation(errors) < alike + 0.06


@pytest.mark.parametrize(("count", "alike"), [(14, 0), (28, 0), (28, 0.6), (90, 0), (90, 0.6)])
def test_chance_is_rarely_a_trend(count, alike):
    """Of series without a trend, at most a few in a hundred seem to have one."""
    found = [trend(days) != 0 for days in series(count, alike=alike)]

    assert np.mean(found) <= 0.05


@pytest.mark.parametrize("count", [60, 90])
@pytest.mark.parametrize("sign", [-1, 1])
def test_growth_is_a_trend(count, sign):
    """Growth by a percent a day is found, and how fast it is."""
    growing = series(count, rows=50) * (1 + sign * 0.01 * (np.arange(count) - count / 2))
    found = [trend(days) for days in growing]

    assert np.mean([slope != 0 for slope in found]) > 0.9
    assert np.median(found) == pytest.approx(0.01 * sign, rel=0.2)


def test_a_trend_without_any_errors():
    """A straight line is a trend; the same week again and again is none."""
    assert trend(np.arange(100.0, 121)) == pytest.approx(1 / 110)
    assert trend(np.tile(WEEK, 5)) == 0
    assert trend(np.zeros(14)) == 0


def test_a_longer_series_predicts_better():
    """The factor falls as the days tell more, and is about 1 for years of independent days."""
    factors = [
        np.mean([prediction_factor(days, 30, 0.9) for days in series(count, rows=20)])
        for count in (14, 28, 90, 700)
    ]

    assert factors == sorted(factors, reverse=True)
    assert factors[-1] == pytest.approx(1.03, abs=0.03)


def test_the_factor_is_that_of_the_variances():
    """For independent days it is known: a month's variance is (1/30 + 1/70) times that of a day.

    Errors that change their sign have no positive correlation. The quantiles are those for 63
    degrees of freedom and of the normal distribution, 1.669 and 1.645.
    """
    ratio = (1 / 30 + 1 / 70) * 70 / 63 / (1 / 30 + 1 / 77)
    days = np.tile(WEEK, 10) + 0.1 * (-1.0) ** np.arange(70)

    assert prediction_factor(days, 30, 0.9) == pytest.approx(ratio**0.5 * 1.669 / 1.645, rel=0.001)


def test_alike_days_make_a_month_less_certain():
    """The factor of days that are alike is well above that of independent days."""
    alike, independent = (
        np.mean([prediction_factor(days, 30, 0.9) for days in series(200, alike=phi, rows=20)])
        for phi in (0.7, 0)
    )

    assert alike / independent == pytest.approx(((1 + 0.7) / (1 - 0.7)) ** 0.5, rel=0.2)
