"""Measure how fast minutes are simulated, compared with the rules in plain Python, and the memory.

A minute is one minute of a table's reads and one of its writes. Times are processor seconds of one
core, the shortest of several rounds, so that other programs hardly matter.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from cruddur_lib.costs.throughput.policies import (
    Fixed,
    OnDemandLimits,
    Policy,
    ReadsWrites,
    TargetTracking,
)
from cruddur_lib.costs.throughput.simulation import CapacityDemand, Rules, simulate
from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.patterns import Rates
from cruddur_lib.costs.traffic.workload import Workload
from cruddur_lib.costs.units.capacity_units import CapacityKind

YEAR, DAYS = 365, 2  # days that are simulated, and days for the rules in plain Python
PERIOD = 14  # days that go on
ROUNDS = 7
HEADER = f"{'a year of minutes':<34}{'million minutes/s':>18}{'with traces':>13}{'ratio':>8}"
CASES: dict[str, Policy] = {
    "provisioned, enough": Fixed(300),
    "provisioned, too little": Fixed(60),
    "autoscaled to 70 %": TargetTracking(5, 300),
    "autoscaled to 50 %, from 20 units": TargetTracking(20, 300, 0.5),
    "autoscaled, maximum too low": TargetTracking(5, 60),
    "on demand": OnDemandLimits(4_000),
}
MEMORY = """
import re
from pathlib import Path
from cruddur_lib.costs import Rates, ReadsWrites, TargetTracking, Workload, shapes, simulate
rules = {"table": ReadsWrites(TargetTracking(5, 60), TargetTracking(5, 60))}
def memory(name):
    return int(re.search(name + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
simulate(Workload.shaped(shapes.daily(1), Rates(100, 100)), rules).trace("table")
Path("/proc/self/clear_refs").write_text("5")  # Linux resets the peak
before = memory("VmRSS")
workload = Workload.shaped(shapes.daily(365), Rates(100, 100), burstiness=0.2)
simulate(workload, rules, traced=True).trace("table")
print(memory("VmHWM") - before)
"""
FIRST = """
import time
from cruddur_lib.costs import Fixed, Rates, ReadsWrites, Workload, shapes, simulate
workload = Workload.shaped(shapes.daily(1), Rates(100, 100))
simulate(workload, {"table": ReadsWrites(Fixed(5), Fixed(5))})
print(time.process_time())
"""
Reference = Callable[..., Any]


def lines(reference: Reference) -> Iterator[str]:
    """Yield the lines of a table; `reference` simulates by the rules in plain Python."""
    yield HEADER
    workload = bursty(YEAR)
    for name, policy in CASES.items():
        rules = {"table": ReadsWrites(policy, policy)}
        rate = workload.minutes / seconds(partial(simulate, workload, rules))
        traced = workload.minutes / seconds(partial(trace, workload, rules))
        ratio = rate / plain_rate(reference, rules)
        yield f"{name:<34}{rate / 1e6:>18.0f}{traced / 1e6:>13.0f}{ratio:>8,.0f}"
    yield f"seconds grow as minutes to the power of {exponent():.2f}"
    yield f"memory at the peak, with traces: {float(child(MEMORY)):.0f} MB above the imports"
    yield from candidates(workload)
    yield from first_calls()


def bursty(days: int) -> Workload:
    """Return a daily wave that peaks at 100 reads and 100 writes a second."""
    return Workload.shaped(shapes.daily(days), Rates(100, 100), burstiness=0.2, seed=1)


def trace(workload: Workload, rules: Rules) -> None:
    """Simulate the table and trace each of its minutes."""
    simulate(workload, rules, traced=True).trace("table")


def seconds(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the processor seconds of the fastest round, after one round that warms up."""
    taken = []
    for _ in range(rounds + 1):
        start = time.thread_time()
        run()
        taken.append(time.thread_time() - start)
    return min(taken[1:])


def plain_rate(reference: Reference, rules: Rules) -> float:
    """Return the minutes a second that the rules in plain Python simulate."""
    workload = bursty(DAYS)
    parts = {name: tuple(demand.units.tolist()) for name, demand in workload.parts.items()}
    return workload.minutes / seconds(lambda: reference(parts, rules), 1)


def exponent() -> float:
    """Return the power of the minutes by which the time grows, from a quarter to four years."""
    years = np.array([0.25, 0.5, 1, 2, 4])
    rules = {"table": ReadsWrites[Policy](TargetTracking(5, 300), TargetTracking(5, 300))}
    taken = [seconds(partial(simulate, bursty(int(length * YEAR)), rules)) for length in years]
    return float(np.polyfit(np.log(years), np.log(taken), 1)[0])


def candidates(workload: Workload) -> Iterator[str]:
    """Time many policies on one capacity, by the clock."""
    policies = [
        TargetTracking(low, 300, percent / 100)
        for low in range(1, 41)
        for percent in range(40, 90, 2)
    ]
    start = time.perf_counter()
    demand = CapacityDemand(workload, "table", CapacityKind.WRITE)
    hours = [result.unit_hours() for result in demand.under_each(policies)]
    taken = time.perf_counter() - start
    yield f"{len(hours):,} policies on a year of one capacity: {taken:.1f} s on all cores"
    start = time.perf_counter()
    demand = CapacityDemand(bursty(PERIOD), "table", CapacityKind.WRITE, steady=True)
    shares = [trial.throttled_share for trial in demand.under_each(policies)]
    taken = time.perf_counter() - start
    yield f"{len(shares):,} policies on {PERIOD} steady days of one capacity: {taken:.2f} s"


def first_calls() -> Iterator[str]:
    """Time a process to its first result, without and with numba's cache, by the processor."""
    with tempfile.TemporaryDirectory() as cache:
        for what in ("compiled", "from the cache"):
            yield f"imports and first call, {what}: {float(child(FIRST, cache)):.1f} s"


def child(code: str, cache: str = "") -> str:
    """Return what a new process prints; `cache` is a directory for numba's cache."""
    more = f"import os; os.environ['NUMBA_CACHE_DIR'] = {cache!r}\n" if cache else ""
    ran = subprocess.run(  # noqa: S603  the code is ours
        [sys.executable, "-c", more + code], capture_output=True, text=True, check=True
    )
    return ran.stdout
