"""Predict the mean of future days from a series of days: find a trend, and the possible error.

The error of a day is its difference from the mean of its weekday. The module assumes that errors
are an AR(1) process: each error is a share of the error before, plus a new random part. The share
is the correlation of consecutive errors. A few weeks show little about the correlation, so the
estimate is raised by its bias and by half of its standard error.

Sources: G. E. P. Box and G. M. Jenkins, "Time Series Analysis" (AR(1) and its variances); M. H.
Quenouille and F. H. C. Marriott with J. A. Pope on the bias, (1 + 3 r) / n; M. Abramowitz and I. A.
Stegun, "Handbook of Mathematical Functions", 26.7.5 (quantiles of Student's t).
"""

from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.throughput.day_chain import DAYS_PER_WEEK

TREND_LEVEL = 0.99  # in 1 of 100 cases, a series without a trend seems to have one
MOST_ALIKE = 0.95  # the highest correlation of consecutive days
LEAST_FREEDOM = 2.5  # degrees of freedom; below, quantiles grow without limit
SMALL = 1e-9  # a share of the mean: the rounding errors of floats are smaller

Values = NDArray[np.float64]


def trend(days: Values) -> float:
    """Return the growth from day to day as a share of the mean; 0 if it may be chance.

    It is the slope of a regression on time and weekday. Its standard error takes into account that
    consecutive errors are correlated.

    Args:
        days: a number for each day, for two weeks or more.
    """
    mean, time = float(days.mean()), _errors(np.arange(len(days), dtype=np.float64))
    slope = float(time @ _errors(days)) / float(time @ time)
    if abs(slope) * len(days) <= SMALL * mean:
        return 0.0
    errors = _errors(days) - slope * time
    alike = correlation(errors)
    weights = time / (time @ time)
    freedom = _freedom(len(days), alike, DAYS_PER_WEEK + 1)
    variance = (errors @ errors) / (len(days) - DAYS_PER_WEEK - 1)
    error = sqrt(variance * weights @ _correlations(len(days), alike) @ weights)
    is_trend = abs(slope) > student(1 - (1 - TREND_LEVEL) / 2, freedom) * error
    return slope / mean if is_trend else 0.0


def prediction_factor(days: Values, ahead: float, level: float) -> float:
    """Return how much more future months vary than months that are drawn from these days.

    Months are drawn with the weights of a Bayesian bootstrap, each weekday from its own days.

    Args:
        days: a number for each day, for two weeks or more.
        ahead: the number of days in a month.
        level: the share of months that must be in the interval.
    """
    count, coming = len(days), round(ahead)
    alike = correlation(_errors(days))
    weights = np.repeat([-1 / count, 1 / coming], [count, coming])
    variance = weights @ _correlations(count + coming, alike) @ weights
    variance *= count / (count - DAYS_PER_WEEK)  # because the means are estimates too
    drawn = 1 / coming + 1 / (count + DAYS_PER_WEEK)
    quantile = 1 - (1 - level) / 2
    wider = student(quantile, _freedom(count, alike, DAYS_PER_WEEK)) / NormalDist().inv_cdf(
        quantile
    )
    return float(wider * sqrt(variance / drawn))


def correlation(errors: Values) -> float:
    """Return a cautious estimate of the correlation of consecutive errors, 0 or more.

    >>> correlation(np.zeros(20))
    0.0
    """
    count, total = len(errors), float(errors @ errors)
    if not total:
        return 0.0
    found = float(errors[1:] @ errors[:-1]) / total
    return min(max(0.0, found + (1 + 3 * found) / count + 0.5 / sqrt(count)), MOST_ALIKE)


def student(share: float, freedom: float) -> float:
    """Return a quantile of Student's t distribution, within about 1 % from 3 degrees on.

    Args:
        share: the share of values below the quantile.
        freedom: degrees of freedom, whole or not.

    >>> round(student(0.95, 7), 3), round(student(0.995, 20), 2)  # tables: 1.895 and 2.845
    (1.895, 2.85)
    """
    z = NormalDist().inv_cdf(share)
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1_482 * z**5 - 1_920 * z**3 - 945 * z) / 92_160,
    )
    return sum(term / freedom**power for power, term in enumerate(terms))


def _errors(days: Values) -> Values:
    """Return the difference of each day from the mean of its weekday."""
    errors = days.astype(np.float64)
    for weekday in range(DAYS_PER_WEEK):
        errors[weekday::DAYS_PER_WEEK] -= errors[weekday::DAYS_PER_WEEK].mean()
    return errors


def _correlations(count: int, alike: float) -> Values:
    """Return the correlation of each day with each other day."""
    days = np.arange(count)
    matrix: Values = alike ** np.abs(days[:, np.newaxis] - days)
    return matrix


def _freedom(count: int, alike: float, estimated: int) -> float:
    """Return the degrees of freedom of correlated days after this number of estimates."""
    return max(LEAST_FREEDOM, count * (1 - alike) / (1 + alike) - estimated)
