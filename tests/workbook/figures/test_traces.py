"""Figures of traffic: the words beside them say what a hand counts, and the lines are the trace."""

import numpy as np
import pytest

from cruddur_lib.costs.throughput.policies import Fixed, ReadsWrites, TargetTracking
from cruddur_lib.costs.throughput.simulation import simulate
from cruddur_lib.costs.traffic.shapes import START
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, TABLE_PART, Demand, Workload
from cruddur_lib.workbook.figures import traces
from tests.helpers.seen import flaws


def trace(wanted, policy, burst=300):
    """Writes of a table that is asked for these units a second, minute by minute."""
    units = SECONDS_PER_MINUTE * np.array(wanted, dtype=float)
    workload = Workload(START, Demand(units, units))
    given = simulate(workload, {TABLE_PART: ReadsWrites(policy, policy)}, burst_at_start=burst)
    return given.trace(TABLE_PART).writes


def test_what_is_throttled_is_told_from_its_first_minute():
    """3 units and an empty bucket: of 5 a second 2 are refused, in the third and fourth minute."""
    figure = {"3 units": trace([3, 3, 5, 5, 3], Fixed(3), burst=0)}

    assert traces.in_words(figure) == (
        "3 units: up to 5 units a second are wanted, 3 are there; 240 units are throttled, in 2 "
        "minutes from minute 2 on."
    )


def test_words_are_of_the_minutes_that_are_drawn():
    """Minutes before and after them are not counted."""
    figure = {"3 units": trace([3, 3, 5, 5, 3], Fixed(3), burst=0)}

    assert "120 units are throttled, in 1 minutes from minute 3 on" in traces.in_words(figure, 3, 5)
    assert traces.in_words(figure, 0, 2).endswith("3 are there; nothing is throttled.")


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        pytest.param(9, "10, then 15, then 22 are there", id="few steps one by one"),
        pytest.param(30, "from 10 to 100 in 7 steps are there", id="many by their ends"),
    ],
)
def test_units_are_told_step_by_step_where_they_are_few(minutes, told):
    """From 10 at 70 %, with nothing in the bucket, each step is the one before over 0.7."""
    scaled = TargetTracking(10, 100, start=10)

    assert told in traces.in_words({"scaled": trace([100] * minutes, scaled, burst=0)})


def test_the_areas_end_where_the_trace_does():
    """Given and refused together are what is wanted; the broken line is what was there."""
    figure = traces.draw({"one": trace([2, 5], Fixed(3), burst=0)})
    (axes,) = figure.axes
    given, refused = (np.vstack(area.get_paths()[0].vertices) for area in axes.collections)

    assert given[:, 1].max() == 3 + 1  # what the first minute left unused
    assert refused[:, 1].max() == 5
    assert set(axes.lines[0].get_ydata()) == {3}
    assert axes.get_xlim() == (0, 2)
    assert flaws(figure) == []


def test_workloads_are_shown_by_the_busiest_minute_of_each_hour():
    """One minute of an hour is enough; hours after the last day are not shown."""
    units = np.full(2 * 1_440, 60.0)
    units[90], units[2_000] = 600, 6_000
    figure = {"spiky": Workload(START, Demand(units, units))}

    assert flaws(traces.wanted(dict.fromkeys("abc", figure["spiky"]))) == []
    (line,) = traces.wanted(figure, days=1).axes[0].lines
    assert line.get_ydata().tolist() == [1, 10] + 22 * [1]
    assert "spiky between 1 and 10" in traces.wanted_in_words(figure, days=1)
