"""Tests of what bin/bench prints, on a few days; no test asserts a time."""

from itertools import islice

import pytest

from benchmarks import plan, throughput
from tests.helpers import throughput_oracle


def test_a_line_for_each_case(monkeypatch):
    """Each case has a line: minutes a second, the same with traces, the ratio to plain Python."""
    monkeypatch.setattr(throughput, "YEAR", 8)
    monkeypatch.setattr(throughput, "DAYS", 1)
    lines = list(islice(throughput.lines(throughput_oracle.simulate), 2 + len(throughput.CASES)))

    assert lines[0] == throughput.HEADER
    for line, name in zip(lines[1:], throughput.CASES, strict=False):
        assert line.startswith(name)
        assert len(line.removeprefix(name).split()) == 3
    assert lines[-1].startswith("seconds grow as minutes to the power of ")


@pytest.mark.thorough
def test_plans_and_redraws_are_told(monkeypatch):
    """There is a line for the plan, its turning points and the explorer."""
    monkeypatch.setattr(plan, "DAYS", 1)
    monkeypatch.setattr(plan, "REDRAWS", 2)
    lines = [*plan.plans(), *plan.redraws()]

    assert lines[0].startswith("plan of 1 days, ")
    assert lines[1].startswith("its 4 flips: ")
    assert lines[2].startswith("explorer, 2 redraws of 30 days of minutes: ")
