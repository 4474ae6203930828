"""Tests of what the inbox's patterns cost: the same on every engine, counted by hand.

Each row of the seeded conversation is under 1 KB, so writing it costs 1 unit on the table and, for
a group row, 1 on the index. The newest 20 rows are 8,648 bytes: 3 blocks of 4 KB, 0.5 each.
"""

import pytest

from cruddur_lib.costs.metering.meter import Meter
from cruddur_lib.messaging import seeds, table
from cruddur_lib.messaging.designs.bootcamp import BootcampInbox
from cruddur_lib.messaging.stream import Pump

INDEX = "message-group-sk-index"
COLUMNS = ["table or index", "calls", "items", "bytes", "table units", "index units", "why"]


@pytest.fixture
def inbox(backend, clock):
    """Return the bootcamp's inbox with the seeded conversation."""
    table.create(backend, BootcampInbox.schema)
    inbox = BootcampInbox(backend, clock=clock)
    seeds.seed(inbox)
    return inbox


@pytest.fixture
def group(inbox, andrew):
    """Return the seeded message group."""
    return inbox.list_message_groups(andrew)[0]


def bytes_of(rows):
    """Return the bytes of rows that have only text: names and values in UTF-8."""
    return sum(len((name + text).encode()) for row in rows for name, text in row.items())


def as_lines(meter):
    """Return the rows of the meter's table as tuples that begin with the operation."""
    shown = meter.table()
    assert list(shown.columns) == COLUMNS
    return [(name, *cells) for name, *cells in shown.itertuples(name=None)]


def test_pattern_a(backend, inbox, group):
    """Reading the newest 20 messages (A) costs 1.5 read units for all bytes together."""
    with Meter(backend) as meter:
        inbox.list_messages(group, limit=20)

    newest = sorted(
        (row for row in table.rows(backend) if row["pk"].startswith("MSG#")),
        key=lambda row: row["sk"],
    )[-20:]
    assert (meter.read_units, meter.write_units) == (1.5, 0)
    assert meter.entries[0].size == bytes_of(newest)


def test_pattern_b(backend, inbox, andrew):
    """Listing an inbox of one group (B) costs half a read unit."""
    with Meter(backend) as meter:
        inbox.list_message_groups(andrew)

    assert (meter.read_units, meter.write_units) == (0.5, 0)


def test_a_scan(backend, inbox):
    """A Scan of all 106 rows costs 5.5 read units."""
    with Meter(backend) as meter:
        rows = table.rows(backend)

    assert (meter.read_units, meter.entries[0].items) == (5.5, 106)
    assert meter.entries[0].size == bytes_of(rows)


def test_pattern_c(backend, inbox, andrew, zoe):
    """Creating a group (C) writes three rows, two in the index: 6 units on the table, 2 on it."""
    with Meter(backend) as meter:
        inbox.create_message_group(inbox.draft(andrew, zoe, "Hello?"))

    assert (meter.writes.table, meter.writes.indexes) == (6, {INDEX: 2})
    assert (meter.read_units, meter.write_units) == (0, 8)


def test_pattern_c_as_a_batch(backend, inbox, andrew, zoe):
    """The same three rows in a batch cost 3 units on the table and 2 on the index."""
    before = table.rows(backend)
    inbox.create_message_group(inbox.draft(andrew, zoe, "Hello?"))
    rows = [row for row in table.rows(backend) if row not in before]
    for row in rows:
        backend.dynamodb.delete_item(
            TableName=inbox.table, Key={name: row[name] for name in ("pk", "sk")}
        )
    with Meter(backend) as meter:
        backend.dynamodb.batch_write_item(
            RequestItems={inbox.table: [{"PutRequest": {"Item": row}} for row in rows]}
        )

    assert (meter.writes.table, meter.writes.indexes) == (3, {INDEX: 2})
    assert meter.entries[0].units.why == "3 puts: 3 + index 2"


def test_one_message_costs_nine_writes(backend, inbox, andrew, bayko):
    """Sending (D) costs 0.5 reads and 1 write; the fan-out (E) 1.5 reads and 4 + 4 writes."""
    pump = Pump(backend, inbox.stream_handler())
    pump.run()
    with Meter(backend) as both:
        with Meter(backend) as d:
            inbox.create_message(inbox.draft(andrew, bayko, "Hello?"))
        with Meter(backend) as e:
            pump.run()

    assert (d.read_units, d.write_units) == (0.5, 1)
    assert (e.reads.table, e.reads.indexes) == (1, {INDEX: 0.5})
    assert (e.writes.table, e.writes.indexes) == (4, {INDEX: 4})
    assert (both.write_units, both.read_units) == (9, 2)
    assert both.stream_reads == both.table().loc["all stream reads", "calls"] > 0


def test_the_table_is_the_same_on_every_engine(backend, inbox, group, bayko, zoe):
    """The table has a row for each kind of request in order, then the sums, on every engine."""
    pump = Pump(backend, inbox.stream_handler())
    pump.run()
    andrew = seeds.user("andrewbrown")
    with Meter(backend) as meter:
        inbox.list_messages(group, limit=20)
        table.rows(backend)
        inbox.list_message_groups(andrew)
        inbox.create_message_group(inbox.draft(andrew, zoe, "Hello?"))
        inbox.create_message(inbox.draft(andrew, bayko, "Hello?"))
    with Meter(backend) as fan_out:
        pump.run()

    name = inbox.table
    half, strong = "x 0.5 (eventual)", "x 1 (strong)"
    assert as_lines(meter) == [
        ("Query", name, 2, 21, 9048, 2, 0, f"3 blocks of 4 KB {half}; and 1 more"),
        ("Scan", name, 1, 106, 42481, 5.5, 0, f"11 blocks of 4 KB {half}"),
        ("TransactWriteItems", name, 1, 3, 987, 6, 2, "3 puts: 3 x 2 + index 2"),
        ("GetItem", name, 1, 1, 490, 0.5, 0, f"1 block of 4 KB {half}"),
        ("PutItem", name, 1, 1, 265, 1, 0, "put 1"),
        ("all reads", "", 4, 128, 42481 + 490 + 9048, 8, 0, ""),
        ("all writes", "", 2, 4, 1252, 7, 2, ""),
    ]
    assert as_lines(fan_out)[1:-1] == [
        ("Query", name, 1, 1, 265, 1, 0, f"1 block of 4 KB {strong}"),
        ("Query", INDEX, 1, 2, 806, 0, 0.5, f"1 block of 4 KB {half}"),
        ("PutItem", name, 2, 2, 632, 2, 2, "2 x (put 1 + index 1)"),
        ("DeleteItem", name, 2, 2, 806, 2, 2, "2 x (delete 1 + index 1)"),
        ("all reads", "", 2, 3, 1071, 1, 0.5, ""),
        ("all writes", "", 4, 4, 1438, 4, 4, ""),
    ]
