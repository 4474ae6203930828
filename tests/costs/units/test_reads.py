"""Tests of read units against AWS's worked examples and values measured on AWS.

"AWS page" is "DynamoDB read and write operations", read 2026-11-22.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.costs.units import reads
from cruddur_lib.costs.units.capacity_units import KB, CapacityKind, Consistency, Units, UnitsError
from cruddur_lib.costs.units.schema import IndexSchema

EVENTUAL, STRONG, TRANSACTIONAL = (
    Consistency.EVENTUAL,
    Consistency.STRONG,
    Consistency.TRANSACTIONAL,
)
GLOBAL, LOCAL = IndexSchema("by-time", ("a",)), IndexSchema("local", ("pk", "a"), local=True)
sizes = st.lists(st.integers(0, 400 * KB), max_size=20)
kinds = st.sampled_from([EVENTUAL, STRONG])


@pytest.mark.parametrize(
    ("size", "kind", "units"),
    [
        pytest.param(3_500, STRONG, 1, id="AWS page: 3,500 bytes count as 4 KB"),
        pytest.param(10 * KB, STRONG, 3, id="AWS page: 10 KB count as 12 KB"),
        pytest.param(8 * KB, STRONG, 2, id="AWS page: 8 KB strong"),
        pytest.param(8 * KB, EVENTUAL, 1, id="AWS page: 8 KB eventual"),
        pytest.param(8 * KB, TRANSACTIONAL, 4, id="AWS page: 8 KB transactional"),
        pytest.param(4_096, STRONG, 1, id="a block"),
        pytest.param(4_097, STRONG, 2, id="one byte over a block"),
        pytest.param(1, EVENTUAL, 0.5, id="a byte"),
        pytest.param(None, STRONG, 1, id="AWS page: a miss costs what the least costs"),
        pytest.param(None, EVENTUAL, 0.5, id="half of it, eventual"),
        pytest.param(400 * KB, STRONG, 100, id="the largest item"),
    ],
)
def test_get_item(size, kind, units):
    """A GetItem costs whole blocks of 4 KB, at least one, times the factor of its kind."""
    assert reads.get_item(size, kind).table == units


@pytest.mark.parametrize(
    ("found", "kind", "units"),
    [
        pytest.param([1_536, 6_656], STRONG, 3, id="AWS page: 1.5 KB and 6.5 KB are 12 KB"),
        pytest.param([1_536, 6_656], EVENTUAL, 1.5, id="half of it, eventual"),
        pytest.param([100, None], EVENTUAL, 1, id="a miss is charged"),
        pytest.param([], STRONG, 0, id="no key of this table"),
    ],
)
def test_batch_get_item(found, kind, units):
    """A BatchGetItem rounds up each item separately."""
    assert reads.batch_get_item(found, kind).table == units


def test_transact_get_items():
    """A block costs 2. On AWS, one item and one miss cost 4 (nubo-db/dynoxide, PR 57)."""
    assert reads.transact_get_items([100, None]).table == 4
    assert reads.transact_get_items([4 * KB, 4 * KB + 1]).table == 2 + 4


@pytest.mark.parametrize(
    ("found", "kind", "units"),
    [
        pytest.param([1_741] * 24, STRONG, 11, id="AWS page: 40.8 KB are 44 KB, strong"),
        pytest.param([1_741] * 24, EVENTUAL, 5.5, id="AWS page: and eventual"),
        pytest.param([300] * 20, EVENTUAL, 1, id="DynamoDB Local: 20 messages of 300 bytes"),
        pytest.param([1_000] * 100, EVENTUAL, 12.5, id="DynamoDB Local: 100 of 1,000 bytes"),
        pytest.param([262_144] * 4, EVENTUAL, 128, id="DynamoDB Local: a page of 1 MiB"),
        pytest.param([], STRONG, 1, id="an empty page"),
        pytest.param([], EVENTUAL, 0.5, id="an empty page, eventual"),
        pytest.param([4_096], STRONG, 1, id="a block"),
        pytest.param([4_096, 1], STRONG, 2, id="a byte over a block"),
    ],
)
def test_a_page(found, kind, units):
    """A page adds up the sizes and rounds up once."""
    assert reads.query(found, kind).table == units


def test_an_index_is_read_on_its_own_capacity_or_on_its_tables():
    """A global index is read on its own capacity, a local one on the table's."""
    through, beside = reads.query([300], index=GLOBAL), reads.query([300], STRONG, LOCAL)

    assert (through.table, through.indexes, through.on_table) == (0, {"by-time": 0.5}, 0)
    assert (beside.table, beside.local_indexes, beside.on_table) == (0, {"local": 1}, 1)


def test_a_local_index_fetches_what_it_does_not_hold():
    """Entries of a local index are rounded up together, each fetched item separately."""
    units = reads.query([100, 100], STRONG, LOCAL, fetched=[4_097, 100])

    assert (units.table, units.local_indexes, units.total) == (2 + 1, {"local": 1}, 4)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param({"kind": STRONG, "index": GLOBAL}, "by-time is global: it is read", id="GSI"),
        pytest.param({"kind": TRANSACTIONAL}, "a transaction has no Query", id="a transaction"),
        pytest.param({"fetched": [1]}, "only a Query of a local index", id="no index"),
        pytest.param({"fetched": [1], "index": GLOBAL}, "only a Query of a local", id="GSI fetch"),
    ],
)
def test_what_dynamodb_refuses_has_no_units(arguments, says):
    """A request that DynamoDB refuses raises an error that names the rule."""
    with pytest.raises(UnitsError, match=says):
        reads.query([1], **arguments)


@pytest.mark.parametrize(
    ("found", "limit", "pages"),
    [
        pytest.param([], None, [0], id="nothing: one empty page"),
        pytest.param([100] * 3, None, [3], id="all on one"),
        pytest.param([262_144] * 5, None, [4, 1], id="1 MiB ends a page"),
        pytest.param([262_143] + [262_144] * 3 + [10] * 3, None, [5, 2], id="a byte less does not"),
        pytest.param([300_000] * 5, None, [4, 1], id="the item that crosses it is on the page"),
        pytest.param([262_144] * 4, None, [4], id="nothing behind it"),
        pytest.param([1_000] * 4, 2, [2, 2, 0], id="a limit that was reached promises one more"),
        pytest.param([1_000] * 5, 2, [2, 2, 1], id="which may have something"),
    ],
)
def test_pages(found, limit, pages):
    """Pages end where DynamoDB Local 1.25.1 ended them in each of these cases."""
    assert [len(page) for page in reads.pages(found, limit)] == pages


def test_stream_reads_are_counted_by_the_call():
    """A GetRecords call costs one unit, whether full or empty."""
    assert reads.get_records().table == 1
    day = reads.get_records(86_400)
    assert (day.table, day.capacity, day.why) == (
        86_400,
        CapacityKind.STREAM,
        "86,400 GetRecords calls, 1 each",
    )
    with pytest.raises(UnitsError, match="calls must be 0 or more, got -1"):
        reads.get_records(-1)


@given(sizes, kinds)
def test_a_query_never_costs_more_than_gets(found, kind):
    """A Query rounds once, so it costs at most what a GetItem of each item costs."""
    gets = sum(reads.get_item(size, kind).table for size in found)

    assert reads.query(found, kind).table <= max(gets, kind.value)


@given(sizes, kinds, st.integers(1, 30))
def test_pages_cost_no_less_than_one_would(found, kind, limit):
    """Pages have each item once, and each page rounds up by less than a block."""
    cut = list(reads.pages(found, limit))

    assert [size for page in cut for size in page] == found
    apart = sum(reads.query(page, kind).table for page in cut)
    together = reads.query(found, kind).table
    assert together <= apart <= together + len(cut) * kind.value


@given(sizes)
def test_kinds_cost_a_half_one_and_two(found):
    """A strong read costs twice an eventual one, a transactional read twice a strong one."""
    eventual, strong = reads.batch_get_item(found), reads.batch_get_item(found, STRONG)

    assert reads.transact_get_items(found).table == 2 * strong.table == 4 * eventual.table


def test_units_say_why():
    """Units explain themselves in words that notebooks print."""
    assert reads.get_item(300).why == "300 bytes in whole 4 KB, 0.5 each (eventual)"
    assert reads.get_item(None).why == "nothing found in whole 4 KB, 0.5 each (eventual)"
    assert reads.query([300] * 20, STRONG, LOCAL, [50]).why == (
        "20 items, 6,000 bytes together in whole 4 KB, 1 each (strong), in local; "
        "1 item fetched from the table, each in whole 4 KB"
    )


def test_units_add_up():
    """A sum adds index by index and keeps the reasons; reads and writes do not add up."""
    one = reads.query([300], index=GLOBAL)
    both = one + reads.query([5_000], STRONG, LOCAL) + one

    assert (both.indexes, both.local_indexes, both.total) == ({"by-time": 1}, {"local": 2}, 3)
    assert sum([one, one], Units(CapacityKind.READ)) == one + one
    assert both.why == f"{one.why}; {reads.query([5_000], STRONG, LOCAL).why}; {one.why}"
    with pytest.raises(UnitsError, match="sum each kind by itself"):
        one + Units(CapacityKind.WRITE, 1)


def test_sizes_are_not_negative():
    """A negative size raises an error."""
    with pytest.raises(UnitsError, match="0 bytes or more, got -1"):
        reads.get_item(-1)


def test_a_page_is_charged_for_partitions_without_data():
    """AWS: a Scan of an empty table costs one block for each partition, by its consistency."""
    assert reads.query([], partitions=4).table == 2
    assert reads.query([], STRONG, partitions=4).table == 4
    assert reads.query([], index=GLOBAL, partitions=3).indexes == {"by-time": 1.5}
    assert reads.query([4 * KB + 1], STRONG, partitions=1) == reads.query([4 * KB + 1], STRONG)


def test_keyspaces_has_the_same_charge():
    """AWS, Keyspaces: 3 blocks on one partition, and 3 partitions without data, are 6 units.

    That is the most which a page can cost, so the range holds it.
    """
    items = [4 * KB, 4 * KB - 9, 4 * KB]

    assert reads.most_query_units(items, STRONG, 4) == 6
    assert reads.query(items, STRONG, partitions=4).table == 4


@given(parts=st.lists(sizes, min_size=1, max_size=5), kind=kinds)
def test_wherever_the_items_are_the_units_are_in_the_range(parts, kind):
    """Rounding up each partition by itself costs no less and no more than the two bounds."""
    each = sum(max(1, -(-sum(part) // (4 * KB))) for part in parts) * kind.value
    items = [size for part in parts for size in part]

    least = reads.query(items, kind, partitions=len(parts)).table
    assert least <= each <= reads.most_query_units(items, kind, len(parts))


def test_a_page_searches_a_partition():
    """A page that searches no partition is refused."""
    with pytest.raises(UnitsError, match="1 partition or more, got 0"):
        reads.query([], partitions=0)
