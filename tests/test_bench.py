"""Tests of what bin/bench prints of throughput, on a few days; nothing is asserted about times."""

import sys
from itertools import islice
from pathlib import Path

import pytest

from cruddur_lib.cli import bench_plan, bench_throughput


@pytest.fixture
def oracle(monkeypatch):
    """The rules in plain Python."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "costs"))
    import throughput_oracle

    yield throughput_oracle.simulate
    del sys.modules["throughput_oracle"]


def test_a_line_for_each_case(oracle, monkeypatch):
    """Under a header: minutes a second, with traces too, and the ratio to plain Python."""
    monkeypatch.setattr(bench_throughput, "YEAR", 8)
    monkeypatch.setattr(bench_throughput, "DAYS", 1)
    lines = list(islice(bench_throughput.lines(oracle), 2 + len(bench_throughput.CASES)))

    assert lines[0] == bench_throughput.HEADER
    for line, name in zip(lines[1:], bench_throughput.CASES, strict=False):
        assert line.startswith(name)
        assert len(line.removeprefix(name).split()) == 3
    assert lines[-1].startswith("seconds grow as minutes to the power of ")


@pytest.mark.thorough
def test_plans_and_redraws_are_told(monkeypatch):
    """A line for the plan, one for its flips, one for the explorer."""
    monkeypatch.setattr(bench_plan, "DAYS", 1)
    monkeypatch.setattr(bench_plan, "REDRAWS", 2)
    lines = [*bench_plan.plans(), *bench_plan.redraws()]

    assert lines[0].startswith("plan of 1 days, ")
    assert lines[1].startswith("its 4 flips: ")
    assert lines[2].startswith("explorer, 2 redraws of 30 days of minutes: ")
