"""Tests of AWS commands: they are what the AWS CLI takes, and they don't hurt a live table."""

import json
import shlex

import botocore.session
import numpy as np
import pytest
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.costs.billing.usage import TableClass
from cruddur_lib.costs.planning.aws_commands import LiveTable, aws_commands, needed_soon
from cruddur_lib.costs.throughput.policies import (
    Fixed,
    OnDemandLimits,
    ReadsWrites,
    TargetTracking,
)
from cruddur_lib.costs.traffic.shapes import START
from cruddur_lib.costs.traffic.workload import Demand, Workload

FREE = ReadsWrites(OnDemandLimits(1), OnDemandLimits(1))


def fixed(reads, writes):
    """Return fixed units of reads and writes."""
    return ReadsWrites(Fixed(reads), Fixed(writes))


def called(command):
    """Return service, operation and parameters of a command, as the AWS CLI reads them."""
    program, service, operation, *words = shlex.split(command)
    assert program == "aws"
    if operation == "wait":
        assert words.pop(0) == "table-exists"
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
        if operation == "Wait":
            assert given == {"TableName": "cruddur-messages"}
            continue
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
    assert aws_commands({"table": FREE, "inbox": FREE}, "t", "eu-west-1") == [
        "aws dynamodb update-table --region eu-west-1 --table-name t --billing-mode PAY_PER_REQUEST"
    ]
    with pytest.raises(TypeError, match="one billing mode"):
        aws_commands({"table": fixed(1, 1), "inbox": FREE}, "t", "eu-west-1")


def test_a_maximum_throughput_is_set_too():
    """The brake of an on-demand table is in AWS's own words."""
    pair = ReadsWrites(OnDemandLimits(1, 100), OnDemandLimits(1, 50))
    (command,) = aws_commands({"table": pair}, "t", "eu-west-1")
    assert json.loads(called(command)[2]["OnDemandThroughput"]) == {
        "MaxReadRequestUnits": 100,
        "MaxWriteRequestUnits": 50,
    }


# ---- a live table


def operations(rules, now, workload=None, **more):
    """Return the operations and their parameters for a table that has these policies now."""
    live = LiveTable("t", "us-east-1", now, more.pop("live_class", TableClass.STANDARD))
    lines = aws_commands(rules, live, workload=workload, **more)
    return [called(line)[1:] for line in lines if " wait " not in line]


def test_what_is_set_already_is_left_alone():
    """AWS refuses an update that changes nothing, so none is printed."""
    same = {"table": fixed(5, 7), "inbox": fixed(1, 1)}
    assert operations(same, same) == []
    assert operations({"table": FREE}, {"table": FREE}) == []

    ((_, given),) = operations({"table": fixed(5, 7), "inbox": fixed(1, 2)}, same)
    assert given.keys() == {"Region", "TableName", "GlobalSecondaryIndexUpdates"}


def test_a_provisioned_table_keeps_its_units_until_auto_scaling_changes_them():
    """Auto scaling starts from the live units, which the commands never lower."""
    scaled = {"table": ReadsWrites(TargetTracking(1, 90), TargetTracking(1, 90))}
    names = [name for name, _ in operations(scaled, {"table": fixed(60, 60)})]
    assert names == ["RegisterScalableTarget", "PutScalingPolicy"] * 2

    half = {"table": ReadsWrites(TargetTracking(1, 90), Fixed(7))}
    (_, given), *_ = operations(half, {"table": fixed(60, 60)})
    assert json.loads(given["ProvisionedThroughput"]) == {
        "ReadCapacityUnits": 60,
        "WriteCapacityUnits": 7,
    }
    assert "BillingMode" not in given


def test_auto_scaling_ends_where_the_plan_has_none():
    """A policy that stays would change fixed units again."""
    now = {"table": ReadsWrites(TargetTracking(1, 90), Fixed(3))}
    (first, target), (second, given) = operations({"table": fixed(5, 3)}, now)
    assert (first, second) == ("DeregisterScalableTarget", "UpdateTable")
    assert target["ScalableDimension"] == "dynamodb:table:ReadCapacityUnits"
    assert json.loads(given["ProvisionedThroughput"])["ReadCapacityUnits"] == 5

    names = [name for name, _ in operations({"table": FREE}, now)]
    assert names == ["DeregisterScalableTarget", "UpdateTable"]


def test_auto_scaling_is_replaced_with_its_policy():
    """AWS refuses a second policy for a metric, so the old target goes first."""
    now = {"table": ReadsWrites(TargetTracking(1, 90), Fixed(3))}
    names = [name for name, _ in operations({"table": ReadsWrites(
        TargetTracking(2, 80), Fixed(3))}, now)]  # fmt: skip
    assert names == ["DeregisterScalableTarget", "RegisterScalableTarget", "PutScalingPolicy"]


def test_a_table_class_is_set_where_it_differs():
    """A change of class is printed only if the plan has another one."""
    same = {"table": fixed(5, 7)}
    ia = TableClass.STANDARD_IA
    assert operations(same, same, table_class=ia, live_class=ia) == []
    ((_, given),) = operations(same, same, table_class=ia, live_class=TableClass.STANDARD)
    assert given["TableClass"] == "STANDARD_INFREQUENT_ACCESS"


def test_a_command_waits_until_the_table_is_active_again():
    """AWS refuses a change while the one before is still being made."""
    live = LiveTable("t", "us-east-1", {"table": FREE}, TableClass.STANDARD)
    rules = {"table": ReadsWrites(TargetTracking(1, 90), Fixed(1))}
    lines = aws_commands(rules, live, table_class=TableClass.STANDARD_IA)
    wait = "aws dynamodb wait table-exists --region us-east-1 --table-name t"
    assert [lines[1], lines[3]] == [wait, wait]
    assert "--billing-mode PROVISIONED" in lines[0]
    assert lines[2].endswith("--table-class STANDARD_INFREQUENT_ACCESS")
    assert wait != lines[-1]


def test_old_traffic_says_nothing_of_the_next_minutes():
    """If the files end long ago, the units at once serve their busiest minute."""
    demand = np.repeat([6_000.0, 60.0], 600)
    traffic = Workload(START, Demand(demand, demand))
    rules = {"table": ReadsWrites(TargetTracking(1, 900, 0.5), Fixed(1))}
    for now, units in ((True, 2), (False, 200)):
        live = LiveTable("t", "us-east-1", measured_now=now)
        given = called(aws_commands(rules, live, workload=traffic)[0])[2]
        assert json.loads(given["ProvisionedThroughput"])["ReadCapacityUnits"] == units


@given(
    st.lists(st.integers(0, 100), min_size=30, max_size=80),
    st.integers(1, 60),
    st.integers(1, 200),
    st.sampled_from([0.2, 0.7]),
)
def test_units_at_once_serve_the_traffic_of_the_next_minutes(levels, low, more, target):
    """Auto scaling begins with the units of the last hour, and of this hour on earlier days.

    They are never below the minimum, and serve this traffic at the target unless the maximum ends
    them.
    """
    demand = 60.0 * np.repeat(levels, 60)
    traffic = Workload(START, Demand(demand, demand))
    policy = TargetTracking(low, low + more, target)
    (_, given), *_ = operations({"table": ReadsWrites(policy, Fixed(1))}, None, traffic)
    units = json.loads(given["ProvisionedThroughput"])["ReadCapacityUnits"]

    soon = max(levels[-1], *levels[len(levels) % 24 :: 24])
    assert needed_soon(demand) == soon
    assert policy.minimum <= units <= policy.maximum
    assert units >= min(soon / target, policy.maximum)
