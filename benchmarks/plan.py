"""How long a plan of a year's traffic takes, and how long a redraw of the explorer takes.

A plan is timed by the clock, because its candidates run on all cores. A redraw is timed by the
processor, and the median of many redraws is printed.
"""

import statistics
import time
from collections.abc import Iterator
from datetime import date

from cruddur_lib.backends import connect
from cruddur_lib.costs.billing.price_book import HOME, PriceBook
from cruddur_lib.costs.planning.planner import cheapest
from cruddur_lib.costs.planning.sensitivity import turning_points
from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.patterns import Rates
from cruddur_lib.costs.traffic.workload import Workload
from cruddur_lib.workbook.explorer.widgets import Explorer
from cruddur_lib.workbook.lesson import start

DAYS = 365
REDRAWS = 30
ON = date(2026, 11, 25)  # the day of the prices


def plans() -> Iterator[str]:
    """Yield how long a plan takes, with and without margins, and its turning points."""
    traffic = Workload.shaped(shapes.daily(DAYS), Rates(120, 40), burstiness=0.2, seed=1)
    policies: list[int] = []
    begin = time.perf_counter()
    plan = cheapest(traffic, PriceBook(HOME, on=ON), progress=policies.append)
    taken = time.perf_counter() - begin
    yield (
        f"plan of {DAYS} days, {sum(policies):,} policies of two capacities: {taken:.1f} s, "
        f"{1_000 * taken / sum(policies):.1f} s for 1,000"
    )
    begin = time.perf_counter()
    points = turning_points(plan, 300)
    yield f"its {len(points)} flips: {time.perf_counter() - begin:.1f} s"


def redraws() -> Iterator[str]:
    """Yield how long the explorer takes to compute and draw a month."""
    with connect("moto", database="bench") as backend:
        explorer = Explorer(start("04-the-fan-out", backend))
        explorer.html()
        taken = []
        for step in range(REDRAWS):
            begin = time.process_time()
            explorer.move(users=3_000 + 1_000 * step, burstiness=0.1 * (step % 20))
            explorer.html()
            taken.append(1_000 * (time.process_time() - begin))
    yield (
        f"explorer, {REDRAWS} redraws of 30 days of minutes: {statistics.median(taken):.0f} ms, "
        f"the slowest {max(taken):.0f} ms"
    )
