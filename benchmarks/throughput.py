"""How fast minutes are simulated: minutes a second, against the rules in plain Python, and memory.

A minute is one of the reads and one of the writes of a table. Times are those of one core's
processor, the shortest of several, so that other programs matter little.
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
from cruddur_lib.costs.traffic.workload import Workload
from cruddur_lib.costs.units.capacity_units import CapacityKind

YEAR, DAYS = 365, 2  # days that are simulated, and days for the rules in plain Python
ROUNDS = 7
CANDIDATES = 1_000
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
from cruddur_lib.costs.throughput.simulation import simulate
from cruddur_lib.costs.throughput.policies import ReadsWrites as Pair, TargetTracking
from cruddur_lib.costs.traffic.workload import Workload
rules = {"table": Pair(TargetTracking(5, 60), TargetTracking(5, 60))}
def memory(name):
    return int(re.search(name + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
simulate(Workload.daily(100, 100, days=1), rules).trace("table")
Path("/proc/self/clear_refs").write_text("5")  # Linux: the peak begins anew
before = memory("VmRSS")
traffic = Workload.daily(100, 100, days=365, burstiness=0.2)
simulate(traffic, rules, traced=True).trace("table")
print(memory("VmHWM") - before)
"""
FIRST = """
import time
from cruddur_lib.costs.throughput.simulation import simulate
from cruddur_lib.costs.throughput.policies import Fixed, ReadsWrites as Pair
from cruddur_lib.costs.traffic.workload import Workload
traffic = Workload.daily(100, 100, days=1)
simulate(traffic, {"table": Pair(Fixed(5), Fixed(5))})
print(time.process_time())
"""
Reference = Callable[..., Any]


def lines(reference: Reference) -> Iterator[str]:
    """Lines of a table; `reference` is the `simulate` of the rules in plain Python."""
    yield HEADER
    traffic = Workload.daily(100, 100, days=YEAR, burstiness=0.2, seed=1)
    for name, policy in CASES.items():
        rules = {"table": ReadsWrites(policy, policy)}
        rate = traffic.minutes / seconds(partial(simulate, traffic, rules))
        traced = traffic.minutes / seconds(partial(trace, traffic, rules))
        ratio = rate / plain_rate(reference, rules)
        yield f"{name:<34}{rate / 1e6:>18.0f}{traced / 1e6:>13.0f}{ratio:>8,.0f}"
    yield f"seconds grow as minutes to the power of {exponent():.2f}"
    yield f"memory at the peak, with traces: {float(child(MEMORY)):.0f} MB above the imports"
    yield from candidates(traffic)
    yield from first_calls()


def trace(traffic: Workload, rules: Rules) -> None:
    """Every minute of the table's reads and writes."""
    simulate(traffic, rules, traced=True).trace("table")


def seconds(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Processor seconds of the fastest of these rounds, after one that warms up."""
    taken = []
    for _ in range(rounds + 1):
        start = time.thread_time()
        run()
        taken.append(time.thread_time() - start)
    return min(taken[1:])


def plain_rate(reference: Reference, rules: Rules) -> float:
    """Minutes a second of the rules in plain Python."""
    traffic = Workload.daily(100, 100, days=DAYS, burstiness=0.2, seed=1)
    parts = {name: tuple(demand.units.tolist()) for name, demand in traffic.parts.items()}
    return traffic.minutes / seconds(lambda: reference(parts, rules), 1)


def exponent() -> float:
    """Of time by minutes, over a quarter of a year to four years."""
    years = np.array([0.25, 0.5, 1, 2, 4])
    rules = {"table": ReadsWrites[Policy](TargetTracking(5, 300), TargetTracking(5, 300))}
    taken = []
    for length in years:
        traffic = Workload.daily(100, 100, days=int(length * YEAR), burstiness=0.2, seed=1)
        taken.append(seconds(partial(simulate, traffic, rules)))
    return float(np.polyfit(np.log(years), np.log(taken), 1)[0])


def candidates(traffic: Workload) -> Iterator[str]:
    """How long many policies take on one capacity."""
    policies = [
        TargetTracking(low, 300, percent / 100)
        for low in range(1, 41)
        for percent in range(40, 90, 2)
    ]
    start = time.perf_counter()
    hours = [
        given.unit_hours()
        for given in CapacityDemand(traffic, "table", CapacityKind.WRITE).under_each(policies)
    ]
    taken = time.perf_counter() - start
    yield f"{len(hours):,} policies on a year of one capacity: {taken:.1f} s on all cores"


def first_calls() -> Iterator[str]:
    """Processor seconds of a process up to its first result, without a cache and with one."""
    with tempfile.TemporaryDirectory() as cache:
        for what in ("compiled", "from the cache"):
            yield f"imports and first call, {what}: {float(child(FIRST, cache)):.1f} s"


def child(code: str, cache: str = "") -> str:
    """What a process of its own prints."""
    more = f"import os; os.environ['NUMBA_CACHE_DIR'] = {cache!r}\n" if cache else ""
    ran = subprocess.run(  # noqa: S603  our own lines
        [sys.executable, "-c", more + code], capture_output=True, text=True, check=True
    )
    return ran.stdout
