"""Labels of CloudWatch, and the values of --column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.costs.traffic.labels import (
    ColumnMeaning,
    LabelText,
    column_meaning,
    full_label,
    read_label,
)
from cruddur_lib.costs.traffic.report import TrafficUnreadable
from cruddur_lib.costs.units.capacity_units import CapacityKind

READ, WRITE = CapacityKind.READ, CapacityKind.WRITE
names = st.from_regex(r"[A-Za-z0-9_.-]{3,20}", fullmatch=True)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("ConsumedReadCapacityUnits", LabelText(READ)),
        ("consumed_write_units", LabelText(WRITE)),
        ("CONSUMED_READ_UNITS", LabelText(READ)),
        ("orders ConsumedReadCapacityUnits", LabelText(READ, words=("orders",))),
        ("orders gsi1 ConsumedWriteCapacityUnits", LabelText(WRITE, words=("orders", "gsi1"))),
        ("ConsumedReadCapacityUnits Sum 60", LabelText(READ, statistic="Sum", period=60)),
        ("ConsumedReadCapacityUnits 300", LabelText(READ, period=300)),
        ("ConsumedReadCapacityUnits Average", LabelText(READ, statistic="Average")),
        ("300 ConsumedReadCapacityUnits", LabelText(READ, words=("300",))),
        (
            "us-east-1:AWS/DynamoDB TableName:orders ConsumedReadCapacityUnits Sum 300",
            LabelText(READ, "orders", statistic="Sum", period=300),
        ),
        (
            "TableName: orders GlobalSecondaryIndexName: a.b consumed_write_units Sum 60",
            LabelText(WRITE, "orders", "a.b", (), "Sum", 60),
        ),
        ("my own label Sum 300", LabelText(None, statistic="Sum", period=300)),
        ("Consumed", LabelText(None)),
        ("ProvisionedReadCapacityUnits 300", LabelText(None)),
        ("SumOfConsumedReadCapacityUnits", LabelText(None)),
    ],
)
def test_a_label_is_read(label, text):
    """A label has names of dimensions, their bare values, the metric, statistic and period."""
    assert read_label(label) == text


@given(names, names | st.just(""), st.sampled_from([READ, WRITE]), st.sampled_from([60, 300]))
def test_the_labels_of_our_query_say_all(table, index, kind, period):
    """`read_label` reads everything from a label that `full_label` writes."""
    text = read_label(full_label(table, index, kind, period))

    assert text == LabelText(kind, table, index, (), "Sum", period)


@pytest.mark.parametrize(
    ("text", "label", "meaning"),
    [
        ("m1=table:reads", "m1", ColumnMeaning("", "table", READ)),
        ("m3=inbox-index:writes", "m3", ColumnMeaning("", "inbox-index", WRITE)),
        ("m3=orders/gsi1:writes", "m3", ColumnMeaning("orders", "gsi1", WRITE)),
        ("a=b c=orders/table:reads", "a=b c", ColumnMeaning("orders", "table", READ)),
        ("Consumed=table:writes/s", "Consumed", ColumnMeaning("", "table", WRITE, True)),
        ("a.csv:Consumed=table:reads", "a.csv:Consumed", ColumnMeaning("", "table", READ)),
    ],
)
def test_a_column_is_said_on_the_command_line(text, label, meaning):
    """--column has a label, a part of a table, and the kind of units."""
    assert column_meaning(text) == (label, meaning)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "m1",
        "m1=reads",
        "=table:reads",
        "m1=table:read",
        "m1=table:reads/h",
        "m1=table:reads/",
        "m1=:reads",
        "m1=/gsi1:reads",
        "m1=a b/gsi1:reads",
        "m1=orders/gsi1/x:reads",
        "m1=table:reads/s/s",
    ],
)
def test_another_form_is_an_error_with_examples(text):
    """The error has the value and three examples."""
    with pytest.raises(TrafficUnreadable, match="is not like m3=inbox-index:writes, m3=orders/"):
        column_meaning(text)
