"""AWS CLI commands that put a plan into force, for a shell. Read them before you run them.

There is no command for reserved capacity: it is bought in the DynamoDB console.

Source: AWS, "Using the AWS CLI to manage DynamoDB auto scaling", read 2026-11-25,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.CLI.html
"""

import json
import shlex
from collections.abc import Iterator

from cruddur_lib.costs.throughput.policies import (
    Fixed,
    OnDemandLimits,
    Policy,
    ReadsWrites,
    TargetTracking,
)
from cruddur_lib.costs.throughput.simulation import Rules
from cruddur_lib.costs.traffic.workload import TABLE_PART

WORDS = ReadsWrites("Read", "Write")  # in AWS's names
AUTOSCALING = ("aws", "application-autoscaling")


def aws_commands(rules: Rules, table: str, region: str) -> list[str]:
    """Return commands that set a table's mode and units, and then its auto scaling.

    Args:
        rules: the policies of the table and its indexes.
        table: the table's name.
        region: the table's Region.
    """
    scaling = [
        command
        for part, pair in rules.items()
        for word, policy in zip(WORDS, pair, strict=True)
        if isinstance(policy, TargetTracking)
        for command in _scaling(table, part, word, policy, region)
    ]
    return [_update(rules, table, region), *scaling]


def _update(rules: Rules, table: str, region: str) -> str:
    words = ["aws", "dynamodb", "update-table", "--region", region, "--table-name", table]
    if any(isinstance(policy, OnDemandLimits) for policy in rules[TABLE_PART]):
        return shlex.join([*words, "--billing-mode", "PAY_PER_REQUEST"])
    units = json.dumps(_throughput(rules[TABLE_PART]))
    words += ["--billing-mode", "PROVISIONED", "--provisioned-throughput", units]
    indexes = [
        {"Update": {"IndexName": name, "ProvisionedThroughput": _throughput(pair)}}
        for name, pair in rules.items()
        if name != TABLE_PART
    ]
    if indexes:
        words += ["--global-secondary-index-updates", json.dumps(indexes)]
    return shlex.join(words)


def _throughput(pair: ReadsWrites[Policy]) -> dict[str, int]:
    """Return the units at the start."""
    units = {}
    for word, policy in zip(WORDS, pair, strict=True):
        if isinstance(policy, OnDemandLimits):
            raise TypeError(f"{policy} has no units: a table and its indexes have one billing mode")
        first = policy.units if isinstance(policy, Fixed) else policy.first
        units[f"{word}CapacityUnits"] = first
    return units


def _scaling(
    table: str, part: str, word: str, policy: TargetTracking, region: str
) -> Iterator[str]:
    """Yield the commands that set the limits and the target of one capacity."""
    resource = f"table/{table}" if part == TABLE_PART else f"table/{table}/index/{part}"
    dimension = f"dynamodb:{'table' if part == TABLE_PART else 'index'}:{word}CapacityUnits"
    capacity = ["--region", region, "--service-namespace", "dynamodb", "--resource-id", resource]
    capacity += ["--scalable-dimension", dimension]
    limits = ["--min-capacity", str(policy.minimum), "--max-capacity", str(policy.maximum)]
    yield shlex.join([*AUTOSCALING, "register-scalable-target", *capacity, *limits])
    metric = {"PredefinedMetricType": f"DynamoDB{word}CapacityUtilization"}
    tracking = {"TargetValue": policy.percent, "PredefinedMetricSpecification": metric}
    named = ["--policy-name", f"{table}-{part}-{word.lower()}"]
    named += ["--policy-type", "TargetTrackingScaling"]
    named += ["--target-tracking-scaling-policy-configuration", json.dumps(tracking)]
    yield shlex.join([*AUTOSCALING, "put-scaling-policy", *capacity, *named])
