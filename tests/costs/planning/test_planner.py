"""Tests of the plan: trying all modes finds no cheaper one, and turning points are right."""

import json
import shlex
from datetime import UTC, date, datetime, timedelta
from itertools import product
from math import ceil

import botocore.session
import numpy as np
import pytest
from botocore.validate import ParamValidator
from hypothesis import assume, given
from hypothesis import strategies as st

from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.planning.aws_commands import aws_commands
from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.planning.fleet import fleet
from cruddur_lib.costs.planning.modes import BillingTerms
from cruddur_lib.costs.planning.planner import (
    AUTOSCALED,
    FIXED,
    FORESIGHT,
    ON_DEMAND,
    cheapest,
    foresight,
)
from cruddur_lib.costs.planning.search import PolicySearch, SearchGrid, cost_function
from cruddur_lib.costs.planning.sensitivity import (
    FARTHEST,
    TurningPoint,
    _tracking,
    cheapest_mode_at,
    turning_points,
)
from cruddur_lib.costs.planning.tariffs import tariffs
from cruddur_lib.costs.throughput.policies import (
    Fixed,
    OnDemandLimits,
    PartialHour,
    ReadsWrites,
    TargetTracking,
    ThroughputError,
)
from cruddur_lib.costs.throughput.simulation import simulate
from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.patterns import Rates
from cruddur_lib.costs.traffic.workload import Demand, Workload
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS, CapacityKind

BOOK = PriceBook("us-east-1", on=date(2026, 11, 25))
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
PAID = BillingTerms(free_tier=False)
WRITE = CapacityKind.WRITE


def writes(demand, start=JUNE, **indexes):
    """Return demand for writes only, in units a minute."""
    demand = np.asarray(demand, float)
    parts = {name: Demand(demand * 0, units) for name, units in indexes.items()}
    return Workload(start, Demand(demand * 0, demand), parts)


def bursty(peak=60, days=1, seed=1, **made):
    """Return a daily wave with bursts."""
    return Workload.shaped(
        shapes.daily(days), Rates(peak, peak / 2), burstiness=0.4, seed=seed, **made
    )


def unit_hours(hours):
    """Return the unit-hours as the cost that a search compares."""
    return float(hours.sum()), 0.0


demands = st.lists(
    st.integers(0, 900) | st.sampled_from([0, 0, 60, 600, 6_000]), min_size=1, max_size=150
)


# ---- one capacity


@given(demands, st.sampled_from([0.0, 0.001, 0.05, 0.3]))
def test_the_fewest_units_keep_to_the_budget_and_one_less_does_not(demand, budget):
    """All smaller capacities throttle more than the budget."""
    capacity = PolicySearch(writes(demand), "table", WRITE)
    units = capacity.smallest_fixed(budget)

    shares = [capacity.under(Fixed(number)).throttled_share for number in range(1, units + 1)]

    assert shares[-1] <= budget
    assert all(share > budget for share in shares[:-1])
    assert capacity.fixed(budget).policy == Fixed(units)


@given(demands, st.integers(1, 90), st.integers(1, 90), st.sampled_from([0.2, 0.5, 0.7, 0.9]))
def test_what_a_search_leaves_out_cannot_win(demand, low, high, target):
    """Auto scaling can win only with a maximum of at least the smallest fixed capacity.

    Its minimum must be lower, because it costs no less otherwise.
    """
    capacity = PolicySearch(writes(demand), "table", WRITE)
    smallest = capacity.fixed(0.01)
    result = capacity.under(TargetTracking(min(low, high), max(low, high), target))

    if max(low, high) < smallest.policy.units:
        assert result.throttled_share > 0.01
    if min(low, high) >= smallest.policy.units:
        assert result.unit_hours() >= smallest.result.unit_hours()


@pytest.mark.parametrize("kind", THROUGHPUT_KINDS)
@pytest.mark.thorough
def test_the_best_candidate_is_near_the_best_of_all(kind):
    """The search is within 5 % of the best of every minimum and maximum, at targets 5 % apart."""
    traffic = bursty(8, 1)
    capacity = PolicySearch(traffic, "table", kind)
    best = capacity.autoscaled(0.02, unit_hours, PartialHour.HIGHEST)
    top = ceil(max(traffic.table.units.max(axis=1)) / 60)

    every = [
        TargetTracking(low, high, percent / 100, min(max(best.policy.first, low), high))
        for percent in range(20, 91, 5)
        for high in range(1, 2 * top)
        for low in range(1, min(high, top) + 1)
    ]
    fit = [r for r in capacity.under_each(every) if r.throttled_share <= 0.02]
    least = min(result.unit_hours() for result in fit)

    assert best.result.throttled_share <= 0.02
    assert best.cost[0] == best.result.unit_hours()
    assert best.cost[0] <= 1.05 * least


@pytest.mark.parametrize("budget", [0.002, 0.01, 0.03, 0.05, 0.1, 0.2])
def test_the_best_candidate_keeps_to_the_budget(budget):
    """A rush comes too quickly for auto scaling, but the best policy never exceeds the budget."""
    capacity = PolicySearch(writes([600] * 600 + [6_000] * 120 + [600] * 720), "table", WRITE)
    best = capacity.autoscaled(budget, unit_hours, PartialHour.HIGHEST)
    assert 0 < best.result.throttled_share <= budget


def test_the_winner_is_the_cheapest_of_its_candidates():
    """Simulating every candidate alone finds no cheaper one."""
    traffic, seen = bursty(20), []
    capacity = PolicySearch(traffic, "table", WRITE)
    grid = SearchGrid(range(30, 91, 20), 4, 3)
    best = capacity.autoscaled(0.01, unit_hours, PartialHour.HIGHEST, seen.append, grid)
    smallest = capacity.smallest_fixed(0.01)
    rounds = [
        *capacity._coarse(smallest, grid),
        *capacity._fine(smallest, best.policy, grid),
    ]

    costs = []
    for policy in rounds:
        found = simulate(traffic, {"table": ReadsWrites(Fixed(1_000), policy)})["table"].writes
        if found.throttled_share <= 0.01:
            costs.append(found.unit_hours())

    assert best.cost[0] == min(costs)
    assert sum(seen) >= 36
    without = capacity.autoscaled(
        0.01,
        unit_hours,
        PartialHour.HIGHEST,
        grid=SearchGrid(range(30, 91, 20), 4, 3, finer=False),
    )
    assert without.cost >= best.cost


# ---- foresight


@given(demands, st.integers(0, 59))
def test_foresight_is_the_fewest_of_each_hour(demand, offset):
    """An hour with a full bucket throttles no unit, and with one unit less it throttles some."""
    traffic = writes(demand, JUNE + timedelta(minutes=offset))
    hours = foresight(traffic).writes

    edges = [0, *range(60 - offset, len(demand), 60), len(demand)]
    assert len(hours) == len(edges) - 1
    for units, begin, end in zip(hours.tolist(), edges, edges[1:], strict=False):
        hour = PolicySearch(writes(demand[begin:end]), "table", WRITE)
        assert hour.under(Fixed(units)).throttled_units == 0
        assert units == 1 or hour.under(Fixed(units - 1)).throttled_units > 0


def test_foresight_looks_at_the_whole_hour():
    """6,505 units in each of 60 minutes are 390,300; 100 units and their bucket grant 390,000.

    They would grant all units of 59 minutes.
    """
    assert foresight(writes([6_505] * 60)).writes.tolist() == [101]


@given(demands, st.integers(1, 40), st.integers(0, 100), st.sampled_from([0.2, 0.7, 0.9]))
def test_no_plan_without_throttles_is_below_foresight(demand, low, more, target):
    """A policy that throttles no unit has at least the units of foresight in each hour."""
    traffic = writes(demand)
    result = PolicySearch(traffic, "table", WRITE).under(TargetTracking(low, low + more, target))
    assume(result.throttled_units == 0)

    assert (result.hours() >= foresight(traffic).writes).all()


# ---- the plan


def test_all_modes_are_looked_at_and_the_cheapest_is_best():
    """For bursty traffic foresight is cheapest and on demand most expensive."""
    plan = cheapest(bursty(200, 3), BOOK, terms=PAID)
    usd = {name: float(one.usd) for name, one in plan.outcomes.items()}

    assert list(usd) == [ON_DEMAND, FIXED, AUTOSCALED, FORESIGHT]
    assert usd[FORESIGHT] < usd[AUTOSCALED] < usd[FIXED] < usd[ON_DEMAND]
    assert plan.best is plan.outcomes[AUTOSCALED]
    assert list(plan.table().index) == list(usd)


def test_idle_traffic_is_cheapest_on_demand():
    """One write a minute is a utilization of 1/60, below the break-even."""
    plan = cheapest(writes([1] * 1_440), BOOK, terms=PAID)
    assert plan.best.name == ON_DEMAND


def test_of_two_alike_the_simpler_one_is_best():
    """Fixed units win over auto scaling when both are free."""
    plan = cheapest(bursty(5), BOOK)
    assert plan.outcomes[FIXED].usd == plan.outcomes[AUTOSCALED].usd == 0
    assert plan.best.name == FIXED


def test_on_demand_that_throttles_too_much_does_not_win():
    """A new table grants 4,000 writes a second, so a minute of 10,000 exceeds the budget."""
    demand = np.zeros(10 * 1_440)
    demand[5_000] = 600_000
    plan = cheapest(writes(demand), BOOK, terms=PAID)

    on_demand = plan.outcomes[ON_DEMAND]
    assert on_demand.usd == min(one.usd for one in plan.outcomes.values())
    assert on_demand.throttled_share == 0.6
    assert not plan.within_budget(on_demand)
    assert plan.best.name != ON_DEMAND
    assert plan.best.throttled_share <= plan.max_throttled


@pytest.mark.parametrize("units", [60, 65, 120])
@pytest.mark.quick_cases(1)
def test_table_and_index_keep_to_the_budget_together(units):
    """Together, table and index each lose what the other throttles, so the plan adds units.

    Alone, each throttles exactly the budget. With a budget of 0 no unit is added.
    """
    table, index = np.full(1_440, 3_000.0), np.full(1_440, 3_000.0)
    table[::20], index[10::20] = 30_000, 30_000
    traffic = writes(table, inbox=index)
    budget = PolicySearch(traffic, "table", WRITE).under(Fixed(units)).throttled_share
    alone = PolicySearch(traffic, "table", WRITE).smallest_fixed(budget)
    pair = ReadsWrites(Fixed(1), Fixed(alone))
    together = simulate(traffic, {"table": pair, "inbox": pair})

    plan = cheapest(traffic, BOOK, budget, PAID)

    for name in (FIXED, AUTOSCALED):
        assert plan.outcomes[name].throttled_share <= budget
    assert (budget > 0) == (together["table"].writes.throttled_share > budget)
    assert (plan.outcomes[FIXED].rules["table"].writes.units > alone) == (budget > 0)


@pytest.mark.thorough
def test_a_cover_is_chosen_for_table_and_index_together():
    """60 steady units of each are worth one block together: 100 of 120 units are reserved."""
    steady = np.full(1_440, 3_600.0)
    plan = cheapest(writes(steady, inbox=steady), BOOK, terms=BillingTerms(1, free_tier=False))

    assert plan.best.reserved.wcu == 100
    assert plan.outcomes[FIXED].hours.writes.tolist() == [120] * 24


def test_a_part_is_priced_beside_the_others():
    """60 units beside 60 others cost a block of 100 for both, and 20 units by the hour."""
    tariff = tariffs(BOOK, free_tier=False, years=1).writes
    months = BilledHours.of(writes([60] * 1_440))

    usd, unit_hours = cost_function(tariff, months, np.full(24, 60))(np.full(24, 60))

    spread, hour = float(tariff.reservation.effective_usd_per_hour), float(tariff.usd_per_unit_hour)
    assert usd == pytest.approx(24 * (100 * spread + 20 * hour))
    assert unit_hours == 24 * 60


def test_a_table_of_its_own_has_the_search_of_its_parts():
    """Without indexes the plan has the best policy of each capacity."""
    traffic = bursty(100)
    plan = cheapest(traffic, BOOK, terms=PAID)
    rules = plan.outcomes[AUTOSCALED].rules["table"]
    for kind, tariff in zip(THROUGHPUT_KINDS, plan.tariffs, strict=True):
        best = PolicySearch(traffic, "table", kind).autoscaled(
            plan.max_throttled, cost_function(tariff, plan.best.months), PartialHour.HIGHEST
        )
        assert rules.of(kind) == best.policy


@pytest.mark.parametrize("budget", [-0.1, 1, 7, float("nan")])
def test_a_budget_is_a_share(budget):
    """The error says which shares are valid."""
    with pytest.raises(ThroughputError, match="max_throttled is a share from 0 to below 1"):
        cheapest(bursty(5), BOOK, budget)


# ---- turning points


def at(plan, what):
    """Return the turning point of that name."""
    return next(point for point in turning_points(plan, 300) if point.what == what)


def test_more_traffic_flips_where_it_says():
    """Plans for a little less and a little more traffic than the turning point have other winners.

    On demand wins at five writes a minute, and fixed units from the break-even on.
    """
    plan = cheapest(writes([5] * 1_440), BOOK, terms=PAID)
    point = at(plan, "more traffic")
    assert plan.best.name == ON_DEMAND
    assert point.to in {FIXED, AUTOSCALED}
    assert point.at == pytest.approx((0.00065 + 0.00013) / (5 * 60 * 0.000000625), rel=0.01)

    for factor, wins in ((0.98, True), (1.02, False)):
        there = cheapest(plan.workload.times(*[point.at * factor] * 2), BOOK, terms=PAID)
        assert (there.best.name == ON_DEMAND) == wins


@pytest.mark.thorough
def test_the_price_flips_where_both_cost_the_same():
    """At the turning point of its prices, on demand costs as much as the best mode."""
    plan = cheapest(bursty(200), BOOK, terms=PAID)
    point = at(plan, "prices of on demand")

    assert point.to == ON_DEMAND
    assert point.at * float(plan.outcomes[ON_DEMAND].usd) == pytest.approx(float(plan.best.usd))
    free = cheapest(bursty(5), BOOK)
    assert at(free, "prices of on demand").to is None


def test_larger_items_flip_in_whole_kb():
    """Writes are charged in steps of 1 KB, so the turning point is one byte above whole KB."""
    plan = cheapest(writes([20] * 1_440), BOOK, terms=PAID)
    point = at(plan, "larger items")
    assert plan.best.name == ON_DEMAND
    assert (point.at - 1) % 1_024 == 0
    below, above = (ceil(size / 1_024) for size in (point.at - 1, point.at))

    assert cheapest_mode_at(plan, ReadsWrites(1.0, float(below))) == ON_DEMAND
    assert cheapest_mode_at(plan, ReadsWrites(1.0, float(above))) == point.to


def test_what_never_flips_is_said():
    """Traffic that is free stays free at any fraction of it."""
    plan = cheapest(bursty(5), BOOK)
    point = at(plan, "less traffic")
    assert point == TurningPoint("less traffic", "times as much", None, None)
    assert str(point) == "less traffic: no other mode wins"
    assert FARTHEST == 1_024
    assert (
        str(TurningPoint("larger items", "bytes", 2_049, FIXED))
        == "larger items: at 2,049 bytes, fixed wins"
    )


def test_the_plan_s_own_policy_is_among_those_that_a_flip_tries():
    """At the plan's own traffic, auto scaling costs no more than the plan's policy."""
    plan = cheapest(writes(([300] * 100 + [3_000] * 20) * 12), BOOK, terms=PAID)
    months, tariff = BilledHours.of(plan.workload), plan.tariffs.writes
    result = _tracking(plan, ReadsWrites(1.0, 1.0), PolicySearch(plan.workload, "table", WRITE))

    own = tariff.usd_with_best_reservation(plan.outcomes[AUTOSCALED].hours.writes, months)
    assert tariff.usd_with_best_reservation(result.hours(plan.terms.partial_hour), months) <= own


@pytest.mark.thorough
def test_the_plan_wins_where_it_is():
    """At the plan's own traffic the cheapest mode is its best."""
    for terms in (PAID, BillingTerms(), BillingTerms(1), BillingTerms(3, free_tier=False)):
        for peak in (2, 400):
            plan = cheapest(bursty(peak), BOOK, terms=terms)
            assert cheapest_mode_at(plan, ReadsWrites(1.0, 1.0)) == plan.best.name


# ---- a fleet


def tables():
    """Return three tables with different traffic."""
    return {
        "steady": writes(np.full(2_880, 600.0)),
        "idle": writes(np.full(2_880, 3.0)),
        "bursty": bursty(50, 2),
    }


@pytest.mark.parametrize(
    "terms", [BillingTerms(), PAID, BillingTerms(1), BillingTerms(3, free_tier=False)]
)
@pytest.mark.quick_cases(2)
def test_no_other_modes_of_a_fleet_are_cheaper(terms):
    """No combination of modes costs less."""
    found = fleet(tables(), BOOK, terms=terms)
    plans = found.plans
    usd = []
    for chosen in product((ON_DEMAND, FIXED, AUTOSCALED), repeat=3):
        outcomes = [plans[t].outcomes[m] for t, m in zip(plans, chosen, strict=True)]
        hours = [one.hours for one in outcomes if one.hours is not None]
        total = sum(float(one.usd) for one in outcomes if one.hours is None)
        if hours:
            months = outcomes[0].months
            for which, tariff in enumerate(plans["idle"].tariffs):
                total += tariff.usd_with_best_reservation(
                    sum(pair[which] for pair in hours), months
                )
        usd.append(total)

    assert float(found.usd) == pytest.approx(min(usd), abs=1e-9)
    assert set(found.outcomes) == set(plans)


def test_a_fleet_has_one_free_pool():
    """Two tables of 20 units are each free alone, but 40 units exceed the free 25."""
    steady = writes(np.full(43_200, 20 * 60.0))
    found = fleet({"one": steady, "other": steady}, BOOK, 0.0)

    assert [float(one.usd) for one in found.outcomes.values()] == [0.0, 0.0]
    units = 720 * 40 - 18_600
    assert float(found.usd) == pytest.approx(units * 0.00065)


def test_a_fleet_covers_the_same_minutes():
    """Workloads of different lengths are refused."""
    with pytest.raises(ThroughputError, match="must cover the same minutes"):
        fleet({"a": writes([1] * 60), "b": writes([1] * 61)}, BOOK)


# ---- commands


def called(command):
    """Return service, operation and parameters of a command, as the AWS CLI reads them."""
    program, service, operation, *words = shlex.split(command)
    assert program == "aws"
    given = {}
    for flag, value in zip(words[::2], words[1::2], strict=True):
        name = "".join(part.capitalize() for part in flag.removeprefix("--").split("-"))
        given[name] = value
    return service, "".join(part.capitalize() for part in operation.split("-")), given


def parsed(shape, value):
    """Return a parameter with the type of its shape; structures are JSON."""
    if shape.type_name in {"structure", "list"}:
        return json.loads(value)
    return int(value) if shape.type_name == "integer" else value


def test_commands_are_what_aws_takes():
    """Each command is valid by the service models that the AWS CLI is made from."""
    rules = {
        "table": ReadsWrites(TargetTracking(5, 90, 0.55), Fixed(7)),
        "inbox-index": ReadsWrites(Fixed(3), TargetTracking(2, 40)),
    }
    lines = aws_commands(rules, "cruddur-messages", "us-east-1")
    session = botocore.session.Session()
    seen = []
    for line in lines:
        service, operation, given = called(line)
        assert given.pop("Region") == "us-east-1"
        shape = session.get_service_model(service).operation_model(operation).input_shape
        parameters = {name: parsed(shape.members[name], value) for name, value in given.items()}
        report = ParamValidator().validate(parameters, shape)
        assert not report.has_errors(), report.generate_report()
        for name, value in parameters.items():
            assert value in (getattr(shape.members[name], "enum", None) or [value])
        seen.append((operation, parameters))

    (update, settings), *scaling = seen
    assert update == "UpdateTable"
    assert settings["BillingMode"] == "PROVISIONED"
    assert settings["ProvisionedThroughput"] == {"ReadCapacityUnits": 5, "WriteCapacityUnits": 7}
    (index,) = settings["GlobalSecondaryIndexUpdates"]
    assert index["Update"]["ProvisionedThroughput"] == {
        "ReadCapacityUnits": 3,
        "WriteCapacityUnits": 2,
    }
    assert [operation for operation, _ in scaling] == [
        "RegisterScalableTarget", "PutScalingPolicy", "RegisterScalableTarget", "PutScalingPolicy",
    ]  # fmt: skip
    targets = [p for operation, p in scaling if operation == "RegisterScalableTarget"]
    assert [(p["ResourceId"], p["ScalableDimension"]) for p in targets] == [
        ("table/cruddur-messages", "dynamodb:table:ReadCapacityUnits"),
        ("table/cruddur-messages/index/inbox-index", "dynamodb:index:WriteCapacityUnits"),
    ]
    assert [(p["MinCapacity"], p["MaxCapacity"]) for p in targets] == [(5, 90), (2, 40)]
    tracked = [
        p["TargetTrackingScalingPolicyConfiguration"]
        for operation, p in scaling
        if operation == "PutScalingPolicy"
    ]
    assert [one["TargetValue"] for one in tracked] == [55, 70]


def test_metrics_are_those_that_aws_predefines():
    """The service model doesn't check the names of metrics, but it lists them."""
    model = botocore.session.Session().get_service_model("application-autoscaling")
    metrics = model.shape_for("MetricType").enum
    lines = aws_commands(
        {"table": ReadsWrites(TargetTracking(1, 2), TargetTracking(1, 2))}, "t", "us-east-1"
    )
    used = {
        json.loads(called(line)[2]["TargetTrackingScalingPolicyConfiguration"])[
            "PredefinedMetricSpecification"
        ]["PredefinedMetricType"]
        for line in lines
        if "put-scaling-policy" in line
    }
    assert len(used) == 2
    assert used <= set(metrics)


def test_on_demand_is_one_command():
    """An index has its table's billing mode."""
    pair = ReadsWrites(OnDemandLimits(1), OnDemandLimits(1))
    assert aws_commands({"table": pair, "inbox": pair}, "t", "eu-west-1") == [
        "aws dynamodb update-table --region eu-west-1 --table-name t --billing-mode PAY_PER_REQUEST"
    ]
    with pytest.raises(TypeError, match="one billing mode"):
        aws_commands({"table": ReadsWrites(Fixed(1), Fixed(1)), "inbox": pair}, "t", "eu-west-1")
