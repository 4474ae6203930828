"""Tests of a fleet: no other choice of modes is cheaper, and all tables share one pool."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product

import numpy as np
import pytest

from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.planning.fleet import fleet
from cruddur_lib.costs.planning.margins import EDGE
from cruddur_lib.costs.planning.modes import AUTOSCALED, FIXED, ON_DEMAND
from cruddur_lib.costs.planning.planner import cheapest
from cruddur_lib.costs.planning.tariffs import BillingTerms
from cruddur_lib.costs.throughput.policies import ReadsWrites, ThroughputError
from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.patterns import Rates
from cruddur_lib.costs.traffic.workload import Demand, Workload

BOOK = PriceBook("us-east-1", on=date(2026, 11, 25))
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
PAID = BillingTerms(free_tier=False)


def writes(demand):
    """Return demand for writes only, in units a minute."""
    demand = np.asarray(demand, float)
    return Workload(JUNE, Demand(demand * 0, demand))


def planned(workloads, terms=PAID):
    """Return the plan of each table."""
    return {name: cheapest(one, BOOK, EDGE, terms) for name, one in workloads.items()}


def tables():
    """Return three tables with different traffic."""
    return {
        "steady": writes(np.full(2_880, 600.0)),
        "idle": writes(np.full(2_880, 3.0)),
        "bursty": Workload.shaped(shapes.daily(2), Rates(50, 25), burstiness=0.4, seed=1),
    }


@pytest.mark.parametrize(
    "terms",
    [
        BillingTerms(),
        PAID,
        BillingTerms(1),
        BillingTerms(3, free_tier=False),
        BillingTerms(free_tier=False, owned=ReadsWrites(0, 100)),
    ],
)
def test_no_other_modes_of_a_fleet_are_cheaper(terms):
    """No combination of modes costs less."""
    plans = planned(tables(), terms)
    found = fleet(plans)
    usd = []
    for chosen in product((ON_DEMAND, FIXED, AUTOSCALED), repeat=3):
        outcomes = [plans[t].outcomes[m] for t, m in zip(plans, chosen, strict=True)]
        hours = [one.hours for one in outcomes if one.hours is not None]
        total = sum(float(one.usd) for one in outcomes if one.hours is None)
        if hours:
            span = outcomes[0].span
            for which, tariff in enumerate(plans["idle"].tariffs):
                units = sum(pair[which] for pair in hours)
                total += tariff.usd_with_best_reservation(units, span)
        alarms = sum(one.alarms for one in outcomes)
        paid = max(0, alarms - 10 * terms.free_tier) * 0.1
        usd.append(total / float(outcomes[0].span.share) + paid)

    assert float(found.usd_a_month) == pytest.approx(min(usd), abs=1e-9)
    assert set(found.outcomes) == set(plans)


def test_a_fleet_has_one_free_pool():
    """Two tables of 20 units are each free alone, but 40 units exceed the free 25.48."""
    steady = writes(np.full(1_440, 20 * 60.0))
    found = fleet(planned({"one": steady, "other": steady}, BillingTerms()))

    assert [one.usd_a_month for one in found.outcomes.values()] == [0, 0]
    assert found.usd_a_month == (730 * 40 - 18_600) * Decimal("0.00065")


def test_reserved_capacity_is_for_the_sum():
    """Ten tables of 30 steady units: three blocks of 100, where one table alone has none."""
    steady = writes(np.full(1_440, 30 * 60.0))
    terms = BillingTerms(1, free_tier=False)
    found = fleet(planned({str(n): steady for n in range(10)}, terms))
    assert found.provisioned.reserved.wcu == 300
    assert {one.reserved.wcu for one in found.outcomes.values()} == {0}


def test_without_provisioned_tables_there_is_no_pool():
    """Idle tables are all on demand, and their bills add up."""
    idle = writes(np.full(1_440, 3.0))
    found = fleet(planned({"a": idle, "b": idle}))
    assert found.provisioned is None
    assert found.usd_a_month == 2 * 3 * 60 * 730 * Decimal("0.000000625")


def test_a_fleet_covers_the_same_minutes():
    """Workloads of different lengths are refused."""
    with pytest.raises(ThroughputError, match="must cover the same minutes"):
        fleet(planned({"a": writes([1] * 60), "b": writes([1] * 61)}))
