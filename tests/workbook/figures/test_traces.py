"""Tests of `traces`: the areas and lines are the trace, and the alt text has its numbers."""

import numpy as np
import pytest

from cruddur_lib.costs.throughput.policies import Fixed, ReadsWrites, TargetTracking
from cruddur_lib.costs.throughput.simulation import simulate
from cruddur_lib.costs.traffic.shapes import START
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, TABLE_PART, Demand, Workload
from cruddur_lib.workbook.figures.traces import demand, traces
from tests.helpers.seen import flaws


def trace(units_a_second, policy, burst=300):
    """The trace of a table's writes, with this demand in units a second for each minute."""
    units = SECONDS_PER_MINUTE * np.array(units_a_second, dtype=float)
    workload = Workload(START, Demand(units, units))
    result = simulate(workload, {TABLE_PART: ReadsWrites(policy, policy)}, burst_at_start=burst)
    return result.trace(TABLE_PART).writes


def test_what_is_throttled_is_told_from_its_first_minute():
    """With 3 units and no burst capacity, 2 of 5 a second are throttled in minutes 2 and 3."""
    figure = {"3 units": trace([3, 3, 5, 5, 3], Fixed(3), burst=0)}

    assert traces(figure).alt == (
        "3 units: up to 5 units a second are wanted, 3 are there; 240 units are throttled, in 2 "
        "minutes from minute 2 on."
    )


def test_words_are_of_the_minutes_that_are_drawn():
    """The alt text leaves out the minutes before and after."""
    figure = {"3 units": trace([3, 3, 5, 5, 3], Fixed(3), burst=0)}

    assert "120 units are throttled, in 1 minutes from minute 3 on" in traces(figure, 3, 5).alt
    assert traces(figure, 0, 2).alt.endswith("3 are there; nothing is throttled.")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        pytest.param(9, "10, then 15, then 22 are there", id="few steps one by one"),
        pytest.param(30, "from 10 to 100 in 7 steps are there", id="many by their ends"),
    ],
)
def test_units_are_told_step_by_step_where_they_are_few(minutes, words):
    """Auto scaling at 70 % divides the units by 0.7 in each step: 10, 15, 22 and so on."""
    scaled = TargetTracking(10, 100, start=10)

    assert words in traces({"scaled": trace([100] * minutes, scaled, burst=0)}).alt


def test_the_areas_end_where_the_trace_does():
    """Granted and throttled units add up to the demand; the dashed line is the capacity."""
    figure = traces({"one": trace([2, 5], Fixed(3), burst=0)}).figure
    (axes,) = figure.axes
    granted, throttled = (np.vstack(area.get_paths()[0].vertices) for area in axes.collections)

    assert granted[:, 1].max() == 3 + 1  # what the first minute left unused
    assert throttled[:, 1].max() == 5
    assert set(axes.lines[0].get_ydata()) == {3}
    assert axes.get_xlim() == (0, 2)
    assert flaws(figure) == []


def test_workloads_are_shown_by_the_busiest_minute_of_each_hour():
    """One busy minute raises its hour; hours after the last day are left out."""
    units = np.full(2 * 1_440, 60.0)
    units[90], units[2_000] = 600, 6_000
    workloads = {"spiky": Workload(START, Demand(units, units))}

    assert flaws(demand(dict.fromkeys("abc", workloads["spiky"])).figure) == []
    drawing = demand(workloads, days=1)
    (line,) = drawing.figure.axes[0].lines
    assert line.get_ydata().tolist() == [1, 10] + 22 * [1]
    assert "spiky between 1 and 10" in drawing.alt
