"""Tests of `design_costs` on each engine: the numbers that the lessons rest on."""

from uuid import uuid4

import pytest

from cruddur_lib.backends import connect
from cruddur_lib.messaging.designs import DESIGNS
from cruddur_lib.messaging.validation import InvalidInput
from cruddur_lib.workbook.experiments.design_costs import (
    READ_PRICE,
    StepUnits,
    design_costs,
    table_of,
    text_for,
)
from cruddur_lib.workbook.lesson import start


@pytest.fixture(scope="module")
def lesson():
    """A lesson on the engine of this test run."""
    with connect(database=f"t{uuid4().hex}") as backend:
        yield start("02-reading", backend)


@pytest.fixture(scope="module")
def costs(lesson):
    """The costs of all designs, with inboxes of 1 and 20 groups."""
    return {name: design_costs(lesson, name, groups=(1, 20)) for name in DESIGNS}


def test_what_a_message_costs(costs):
    """A put, update or delete under 1 KB is 1 write unit, 2 in a transaction.

    A changed index key is 2. Sending looks up the group for 0.5 read units. The bootcamp's handler
    reads the newest message with strong consistency (1) and the index (0.5).
    """
    assert {name: one.message for name, one in costs.items()} == {
        "bootcamp": StepUnits(1 + 2 * 2, 2 * 2, 0.5 + 1.5),
        "stable_key": StepUnits(1 + 2, 2 * 2, 0.5),
        "one_transaction": StepUnits(2 * 3, 2 * 2, 0.5),
        "read_fan_out": StepUnits(1, 0, 0.5),
    }


def test_what_an_open_inbox_costs(costs):
    """20 group rows of about 420 bytes fill 3 blocks, of about 330 bytes 2.

    Without summaries they fill 1 block, and each group's newest message is read too.
    """
    assert {name: one.inbox_units for name, one in costs.items()} == {
        "bootcamp": {1: 0.5, 20: 1.5},
        "stable_key": {1: 0.5, 20: 1.0},
        "one_transaction": {1: 0.5, 20: 1.0},
        "read_fan_out": {1: 0.5 + 0.5, 20: 0.5 + 20 * 0.5},
    }


def test_what_a_new_group_an_edit_and_a_deletion_cost(costs):
    """A new group is three puts in a transaction.

    An edit of the newest message changes both summaries, under the same index key. A deletion sets
    both back to the message before.
    """
    assert {name: (one.group.table, one.group.index) for name, one in costs.items()} == {
        name: (6, 0 if name == "read_fan_out" else 2) for name in costs
    }
    assert {name: (one.edit.table, one.edit.index) for name, one in costs.items()} == {
        "bootcamp": (3, 2),
        "stable_key": (3, 2),
        "one_transaction": (6, 2),
        "read_fan_out": (1, 0),
    }
    assert {name: (one.deletion.table, one.deletion.index) for name, one in costs.items()} == {
        "bootcamp": (5, 4),
        "stable_key": (3, 4),
        "one_transaction": (8, 4),  # and a check that the message before is still there
        "read_fan_out": (1, 0),
    }


def test_what_the_stream_carries(costs):
    """Every put, update and deletion is a record; a filter on MSG# passes one of them."""
    assert {name: (one.records, one.useful_records) for name, one in costs.items()} == {
        "bootcamp": (5, 1),
        "stable_key": (3, 1),
        "one_transaction": (3, 0),
        "read_fan_out": (1, 0),
    }


def test_the_scarcer_of_table_and_index_decides(costs):
    """With 5 WCU each, the index limits stable_key to 5 / 4; the table limits the others."""
    assert {name: one.messages_per_second for name, one in costs.items()} == {
        "bootcamp": 5 / 5,
        "stable_key": 5 / 4,
        "one_transaction": 5 / 6,
        "read_fan_out": 5 / 1,
    }


def test_a_message_that_names_both_people_is_longer(costs):
    """The attribute "other_uuid" adds 10 + 36 bytes."""
    bootcamp, stable = (costs[name].stored_bytes for name in ("bootcamp", "stable_key"))

    assert stable == bootcamp + 46
    assert costs["read_fan_out"].stored_bytes == bootcamp


def test_where_two_designs_cost_the_same(costs):
    """read_fan_out is cheaper up to (7.1 - 1.1) / (2.1 - 0.2) inbox opens a message."""
    stable, reading = costs["stable_key"], costs["read_fan_out"]
    opened = (stable.message.cost - reading.message.cost) / (
        (reading.inbox_units[20] - stable.inbox_units[20]) * READ_PRICE
    )

    assert opened == pytest.approx(6 / 1.9)
    assert stable.units_per_message(opened) == pytest.approx(reading.units_per_message(opened))


@pytest.mark.parametrize(("size", "table"), [(300, 3), (1_024, 4), (2_002, 4), (2_003, 5)])
def test_longer_messages(lesson, size, table):
    """1,024 bytes and 46 of the other uuid are over 1 KB, so the message's put costs 2."""
    found = design_costs(lesson, "stable_key", text=text_for(lesson, size), groups=(1,))

    assert (found.message.table, found.message.index) == (table, 4)
    assert found.stored_bytes == size + 46 + 100


def test_a_row_that_no_message_can_have(lesson):
    """A message has at least 1 character and at most 1,024."""
    for size in (3_000, 100):
        with pytest.raises(InvalidInput):
            text_for(lesson, size)


def test_the_table_has_a_column_for_each_design(costs):
    """Its cells and labels name the units."""
    frame = table_of(costs)

    assert list(frame.columns) == list(DESIGNS)
    assert frame.loc["a message (D and E)", "bootcamp"] == "5 + 4 w, 2 r"
    assert frame.loc["Lambda invocations per message"].tolist() == [5, 3, 0, 0]
    assert frame.loc["inbox of 20 groups, RCU"].tolist() == ["1.5", "1", "1", "10.5"]
