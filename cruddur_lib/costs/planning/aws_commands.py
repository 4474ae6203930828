"""AWS CLI commands that apply a plan. Read them before you run them in a shell.

The commands are safe for a live table. They set the units that the next minutes need, not auto
scaling's minimum. A provisioned table keeps its units until auto scaling changes them. There is no
command for reserved capacity, because users buy it in the DynamoDB console.

Source: AWS, "Using the AWS CLI to manage DynamoDB auto scaling", read 2026-11-25,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.CLI.html
"""

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from cruddur_lib.costs.billing.usage import TableClass
from cruddur_lib.costs.throughput.policies import (
    Fixed,
    OnDemandLimits,
    Policy,
    ReadsWrites,
    TargetTracking,
)
from cruddur_lib.costs.throughput.simulation import Rules
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_DAY, MINUTES_PER_HOUR, Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE, TABLE_PART, Workload

WORDS = ReadsWrites("Read", "Write")  # in AWS's names
AUTOSCALING = ("aws", "application-autoscaling")
CLASSES = {TableClass.STANDARD: "STANDARD", TableClass.STANDARD_IA: "STANDARD_INFREQUENT_ACCESS"}


@dataclass(frozen=True)
class LiveTable:
    """A table with its present settings."""

    name: str
    region: str
    rules: Rules | None = None  # its policies; None if they are unknown
    table_class: TableClass = TableClass.STANDARD
    measured_now: bool = True  # whether the traffic ends about now, not days ago


def aws_commands(
    rules: Rules,
    table: str | LiveTable,
    region: str = "",
    workload: Workload | None = None,
    table_class: TableClass | None = None,
) -> list[str]:
    """Return commands that set a table's mode and units, and then its auto scaling.

    Args:
        rules: the policies of the table and its indexes.
        table: the table's name, or the table with its present settings.
        region: the table's Region, if `table` is a name.
        workload: the traffic up to now. Without it, auto scaling begins with the units for the
            first minutes of its traffic.
        table_class: the table class of the plan; None leaves the class as it is.
    """
    live = table if isinstance(table, LiveTable) else LiveTable(table, region)
    scaling = [
        command
        for part, word, policy in _each(rules)
        if isinstance(policy, TargetTracking)
        for command in _scaling(live, part, word, policy)
    ]
    steps = [*_unscale(live), *_updates(rules, live, workload, table_class), *scaling]
    wait = _command("wait table-exists", live)  # until the table is active again
    return [
        line
        for at, step in enumerate(steps)
        for line in ([step, wait] if " update-table " in step and at + 1 < len(steps) else [step])
    ]


def needed_soon(demand: Minutes) -> float:
    """Return the units a second that the next hour may need, if the traffic ends now.

    They are those of the busiest minute in some hours: the last hour, and the hour after this time
    of day on each earlier day.
    """
    begins = range(demand.size - MINUTES_PER_DAY, -1, -MINUTES_PER_DAY)
    hours = [demand[-MINUTES_PER_HOUR:], *(demand[n : n + MINUTES_PER_HOUR] for n in begins)]
    return max(float(hour.max()) for hour in hours) / SECONDS_PER_MINUTE


def _each(rules: Rules) -> Iterator[tuple[str, str, Policy]]:
    """Yield each capacity: its part, "Read" or "Write", and its policy."""
    for part, pair in rules.items():
        for word, policy in zip(WORDS, pair, strict=True):
            yield part, word, policy


def _unscale(live: LiveTable) -> Iterator[str]:
    """Yield the commands that end the auto scaling of today, with its policies.

    A policy that stays would change fixed units. And AWS refuses a second policy for a metric.
    """
    for part, word, policy in _each(live.rules or {}):
        if isinstance(policy, TargetTracking):
            yield _scaling_command("deregister-scalable-target", live, part, word)


def _updates(
    rules: Rules, live: LiveTable, workload: Workload | None, table_class: TableClass | None
) -> Iterator[str]:
    """Yield the commands for all settings that differ from the table's present ones.

    The table class has its own command, because AWS makes only one such change at a time.
    """
    words: list[str] = []
    mode, before = _billing_mode(rules), _billing_mode(live.rules)
    if mode != before:
        words += ["--billing-mode", mode]
    if mode == "PROVISIONED":
        words += _units(rules, live, workload)
    elif (limits := _limits(rules[TABLE_PART])) != (live.rules and _limits(live.rules[TABLE_PART])):
        words += ["--on-demand-throughput", json.dumps(limits)] if limits else []
    if words:
        yield _command("update-table", live, *words)
    if table_class and table_class != live.table_class:
        yield _command("update-table", live, "--table-class", CLASSES[table_class])


def _command(operation: str, live: LiveTable, *options: str) -> str:
    words = ["aws", "dynamodb", *operation.split(), "--region", live.region]
    return shlex.join([*words, "--table-name", live.name, *options])


def _billing_mode(rules: Rules | None) -> str:
    """Return the billing mode in AWS's words; "" if it is unknown."""
    if not rules:
        return ""
    policies = [isinstance(policy, OnDemandLimits) for _, _, policy in _each(rules)]
    if any(policies) and not all(policies):
        raise TypeError("a table and its indexes must have one billing mode, but these have two")
    return "PAY_PER_REQUEST" if all(policies) else "PROVISIONED"


def _limits(pair: ReadsWrites[Policy]) -> dict[str, int]:
    """Return the maximum throughput of on-demand mode, for the kinds that have a maximum."""
    return {
        f"Max{word}RequestUnits": policy.maximum
        for word, policy in zip(WORDS, pair, strict=True)
        if isinstance(policy, OnDemandLimits) and policy.maximum is not None
    }


def _units(rules: Rules, live: LiveTable, workload: Workload | None) -> list[str]:
    """Return the options for all units that differ from the table's present ones."""
    options: list[str] = []
    before = live.rules if _billing_mode(live.rules) == "PROVISIONED" else None
    updates = []
    for part, pair in rules.items():
        old = before[part] if before else ReadsWrites(None, None)
        if all(map(_stays, pair, old)):
            continue
        demand = workload.parts[part].units if workload else (None, None)
        now = [live.measured_now] * 2
        units = map(_units_at_once, pair, old, demand, now)
        throughput = {f"{word}CapacityUnits": n for word, n in zip(WORDS, units, strict=True)}
        if part == TABLE_PART:
            options += ["--provisioned-throughput", json.dumps(throughput)]
        else:
            update = {"IndexName": part, "ProvisionedThroughput": throughput}
            updates.append({"Update": update})
    if updates:
        options += ["--global-secondary-index-updates", json.dumps(updates)]
    return options


def _stays(policy: Policy, old: Policy | None) -> bool:
    """Return whether a provisioned capacity keeps its units until auto scaling changes them."""
    return old is not None and (isinstance(policy, TargetTracking) or policy == old)


def _units_at_once(
    policy: Policy,
    old: Policy | None,
    demand: Minutes | None,
    measured_now: bool,  # noqa: FBT001
) -> int:
    """Return the units to set now, which serve the traffic of the next hour.

    If the traffic ended long ago, they serve its busiest minute.
    """
    match policy, old:
        case Fixed(units), _:
            return units
        case _, Fixed(units):
            return units
        case TargetTracking() as tracking, _ if demand is not None:
            peak = float(demand.max()) / SECONDS_PER_MINUTE
            units = ceil((needed_soon(demand) if measured_now else peak) / tracking.target)
            return min(max(units, tracking.minimum), tracking.maximum)
        case TargetTracking() as tracking, _:
            return tracking.first
    raise TypeError(f"{policy} is not provisioned")


def _scaling(live: LiveTable, part: str, word: str, policy: TargetTracking) -> Iterator[str]:
    """Yield the commands that set the limits and the target of one capacity."""
    limits = ["--min-capacity", str(policy.minimum), "--max-capacity", str(policy.maximum)]
    yield _scaling_command("register-scalable-target", live, part, word, *limits)
    metric = {"PredefinedMetricType": f"DynamoDB{word}CapacityUtilization"}
    tracking = {"TargetValue": policy.percent, "PredefinedMetricSpecification": metric}
    named = ["--policy-name", f"{live.name}-{part}-{word.lower()}"]
    named += ["--policy-type", "TargetTrackingScaling"]
    named += ["--target-tracking-scaling-policy-configuration", json.dumps(tracking)]
    yield _scaling_command("put-scaling-policy", live, part, word, *named)


def _scaling_command(operation: str, live: LiveTable, part: str, word: str, *options: str) -> str:
    resource, kind = f"table/{live.name}", "table"
    if part != TABLE_PART:
        resource, kind = f"{resource}/index/{part}", "index"
    words = [*AUTOSCALING, operation, "--region", live.region, "--service-namespace", "dynamodb"]
    words += ["--resource-id", resource]
    words += ["--scalable-dimension", f"dynamodb:{kind}:{word}CapacityUnits"]
    return shlex.join([*words, *options])
