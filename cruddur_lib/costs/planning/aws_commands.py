"""A plan as the AWS commands that put it into force: for a shell, to be read before they are run.

Names of dimensions and metrics are those of Application Auto Scaling's API. Reserved capacity has
no command: it is bought in the DynamoDB console.

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


def aws_commands(rules: Rules, table: str, region: str) -> list[str]:
    """The commands for these rules of a table and its indexes: its mode and units first, then what
    is scaled.
    """
    scaled = [
        command
        for part, pair in rules.items()
        for word, policy in zip(WORDS, pair, strict=True)
        if isinstance(policy, TargetTracking)
        for command in _scaling(table, part, word, policy, region)
    ]
    return [_update(rules, table, region), *scaled]


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
    return {f"{w}CapacityUnits": _units(one) for w, one in zip(WORDS, pair, strict=True)}


def _units(policy: Policy) -> int:
    """Units at the start."""
    match policy:
        case Fixed(units):
            return units
        case TargetTracking():
            return policy.first
    raise TypeError(f"{policy} has no units: a table and its indexes have one billing mode")


def _scaling(
    table: str, part: str, word: str, policy: TargetTracking, region: str
) -> Iterator[str]:
    resource = f"table/{table}" if part == TABLE_PART else f"table/{table}/index/{part}"
    dimension = f"dynamodb:{'table' if part == TABLE_PART else 'index'}:{word}CapacityUnits"
    where = ["--region", region, "--service-namespace", "dynamodb", "--resource-id", resource]
    where += ["--scalable-dimension", dimension]
    limits = ["--min-capacity", str(policy.minimum), "--max-capacity", str(policy.maximum)]
    yield _autoscaling("register-scalable-target", *where, *limits)
    metric = {"PredefinedMetricType": f"DynamoDB{word}CapacityUtilization"}
    tracked = {"TargetValue": policy.percent, "PredefinedMetricSpecification": metric}
    yield _autoscaling(
        "put-scaling-policy",
        *where,
        *("--policy-name", f"{table}-{part}-{word.lower()}"),
        *("--policy-type", "TargetTrackingScaling"),
        *("--target-tracking-scaling-policy-configuration", json.dumps(tracked)),
    )


def _autoscaling(*words: str) -> str:
    return shlex.join(["aws", "application-autoscaling", *words])
