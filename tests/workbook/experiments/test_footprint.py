"""Tests of `footprint` against the designs' known units and the rules of sizes."""

from uuid import uuid4

import pytest

from cruddur_lib.backends import connect
from cruddur_lib.costs.units.capacity_units import CapacityKind
from cruddur_lib.costs.units.sizes import item_size
from cruddur_lib.messaging import table
from cruddur_lib.messaging.designs import DESIGNS
from cruddur_lib.workbook.experiments.design_costs import design_costs
from cruddur_lib.workbook.experiments.footprint import Habits, footprint
from cruddur_lib.workbook.lesson import start


@pytest.fixture(scope="module")
def engine():
    """One engine for all tests of this module."""
    with connect(database=f"t{uuid4().hex}") as backend:
        yield backend


@pytest.fixture(scope="module")
def lesson(engine):
    """A lesson with its seeded table."""
    return start("03-writing", engine)


@pytest.fixture(scope="module")
def found(lesson):
    """Every design's footprint with the default habits."""
    return {name: footprint(lesson, name) for name in DESIGNS}


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("bootcamp", (5, 4)),
        ("stable_key", (3, 4)),
        ("one_transaction", (6, 4)),
        ("read_fan_out", (1, 0)),
    ],
)
def test_a_message_takes_the_units_of_its_design(found, name, units):
    """Sending a message, with the handler's work, takes these units of table and index."""
    writes = found[name].sending.writes

    assert (writes.on_table, sum(writes.indexes.values())) == units


@pytest.mark.parametrize("name", DESIGNS)
def test_it_agrees_with_the_designs_side_by_side(lesson, found, name):
    """`design_costs` meters the same units for sending and for an inbox of 20 groups."""
    costs, one = design_costs(lesson, name, groups=(20,)), found[name]

    assert one.sending.reads.total == costs.message.reads
    assert one.inbox.reads.total == costs.inbox_units[20]
    assert (one.records, one.useful_records) == (costs.records, costs.useful_records)


def test_sizes_are_those_of_the_seeded_rows(lesson, found):
    """Sizes are means in whole bytes; one more message was sent, which is shorter."""
    messages = [item_size(row) for row in lesson.rows() if row["pk"].startswith("MSG#")]
    shortest, mean = min(messages), sum(messages) / len(messages)

    assert mean - (mean - shortest) / len(messages) <= found["bootcamp"].message + 0.5 <= mean + 1
    assert found["bootcamp"].entry == pytest.approx(found["bootcamp"].group_row, rel=0.02)
    assert found["read_fan_out"].entry == 0
    assert found["read_fan_out"].group_row < found["stable_key"].group_row / 2


def test_a_page_is_read_and_moved(found):
    """The newest 20 messages are over 8 KB, so three blocks; writes count as moved too."""
    one = found["bootcamp"]

    assert one.page.reads.total == 1.5
    assert 8_192 < one.page.bytes_read == one.page.bytes_moved <= 3 * 4_096
    assert one.sending.bytes_moved == one.sending.bytes_read + one.sending.bytes_written
    assert one.sending.bytes_written > 5 * 250  # five rows of a table, as long as ever


def test_more_groups_cost_no_more_where_there_are_summaries(lesson):
    """Without summaries, each group is read for half a unit."""
    fewer, more = (footprint(lesson, "read_fan_out", Habits(groups=n)) for n in (2, 12))

    assert more.inbox.reads.total - fewer.inbox.reads.total == 10 * 0.5


def test_a_pattern_has_the_units_of_table_and_index(found):
    """A pattern has the times a day, and the handler's units too."""
    send, inbox, page = found["bootcamp"].patterns

    assert [p.per_user_per_day for p in (send, inbox, page)] == [40, 12, 12]
    assert send.of("message-group-sk-index").writes == 4
    assert send.of("table").writes == 5
    assert found["bootcamp"].sending.reads.capacity is CapacityKind.READ


def test_the_learners_table_stays_as_it_was(engine, lesson, found):
    """The footprint is metered on a scratch table, which is dropped."""
    assert table.names(engine) == [table.TABLE_NAME]
    assert len(lesson.rows()) == 106
