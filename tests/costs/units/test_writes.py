"""Tests of cruddur_lib.costs.units.writes against AWS's pages and measurements on AWS.

"AWS seen" marks figures that others measured on AWS's DynamoDB in eu-west-2: of indexes for
nubo-db/dynoxide (src/actions/index_capacity.rs, captures S, R, L and V of 2026-08-12; pull request
188), of transactions for paritysuite/dynamodb-conformance (pull requests 67 and 74).
"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.costs.units.capacity_units import CapacityKind, UnitsError
from cruddur_lib.costs.units.schema import IndexSchema, Projection, TableSchema
from cruddur_lib.costs.units.sizes import ItemTooLarge, item_size
from cruddur_lib.costs.units.writes import (
    Change,
    batch_write_item,
    failed_condition,
    index_units,
    replayed_transaction,
    transact_write_items,
    write,
)
from tests.helpers.drawn import items

PLAIN = TableSchema(("pk", "sk"))
SEEN = TableSchema(
    ("pk", "sk"),
    (
        IndexSchema("gsi", ("gsiPk",), Projection.INCLUDE, ("proj",)),
        IndexSchema("lsi", ("pk", "lsiSk"), Projection.INCLUDE, ("proj",), local=True),
    ),
)
CRUDDUR = TableSchema(
    ("pk", "sk"), (IndexSchema("message-group-sk-index", ("message_group_uuid", "sk")),)
)


def item(size, **more):
    """Return an item of this many bytes."""
    made = {"pk": "p", "sk": "s", **more, "x": ""}
    return {**made, "x": "x" * (size - item_size(made))}


def seen(proj=None, **more):
    """Return an item of the captures whose attribute `proj` has this many bytes."""
    return {"pk": "s1", "sk": "1", **({} if proj is None else {"proj": "x" * proj}), **more}


def message(sk, size=300):
    """Return a row of the cruddur table that is not in its index."""
    return {"pk": "MSG#g", "sk": sk, "message": "x" * size}


def group(pk, sk="t1", size=300):
    """Return a row of the cruddur table that is in its index."""
    return {"pk": pk, "sk": sk, "message_group_uuid": "g", "message": "x" * size}


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        pytest.param(None, 512, 1, id="AWS page: 512 bytes count as 1 KB"),
        pytest.param(None, 1_024, 1, id="a block"),
        pytest.param(None, 1_025, 2, id="one byte over a block"),
        pytest.param(None, 1_536, 2, id="AWS page: 1.5 KB count as 2 KB"),
        pytest.param(100, 3_000, 3, id="AWS page: put, the larger is the new one"),
        pytest.param(3_000, 100, 3, id="AWS page: put, the larger is the old one"),
        pytest.param(3_000, None, 3, id="AWS page: delete, by the item deleted"),
        pytest.param(None, None, 1, id="AWS page: delete of nothing"),
        pytest.param(None, 409_600, 400, id="the largest item"),
    ],
)
def test_a_write(before, after, units):
    """A write costs the larger of before and after in whole KB."""
    old, new = (None if size is None else item(size) for size in (before, after))

    written = write(PLAIN, old, new)

    assert (written.table, written.total, written.capacity) == (units, units, CapacityKind.WRITE)


def test_an_update_bills_the_whole_item():
    """An update of one attribute costs the whole item (AWS page)."""
    before = item(2_500, likes=1)

    assert write(PLAIN, before, {**before, "likes": 2}).table == 3


def test_an_item_that_is_refused_has_no_units():
    """An item over 400 KB raises an error as a put, in a batch and in a transaction."""
    large = item(409_601)

    with pytest.raises(ItemTooLarge, match="item p / s is 409,601 bytes"):
        write(PLAIN, None, large)
    with pytest.raises(ItemTooLarge):
        batch_write_item(PLAIN, [Change(None, large)])
    with pytest.raises(ItemTooLarge):
        transact_write_items(PLAIN, [Change(None, large)])


G, H, L = {"gsiPk": "g"}, {"gsiPk": "h"}, {"lsiSk": "l"}


@pytest.mark.parametrize(
    ("before", "after", "index", "units"),
    [
        pytest.param(None, seen(1, **G), "gsi", 1, id="AWS seen, V1: it enters"),
        pytest.param(seen(1, **G), seen(1, **G), "gsi", 0, id="AWS seen, V2: nothing changed"),
        pytest.param(None, seen(1, **G, other="x" * 3_000), "gsi", 1, id="AWS seen, S1: own size"),
        pytest.param(seen(3_000, **G), seen(1, **G), "gsi", 3, id="AWS seen, S2: it shrinks"),
        pytest.param(seen(1, **G), seen(3_000, **G), "gsi", 3, id="AWS seen, S3: it grows"),
        pytest.param(seen(1_500, **G), seen(1_500, **H), "gsi", 4, id="AWS seen, S4: it moves"),
        pytest.param(seen(3_000, **G), seen(1, **H), "gsi", 4, id="AWS seen, S5: both by size"),
        pytest.param(seen(3_000, **G), None, "gsi", 3, id="AWS seen, S6: its item is deleted"),
        pytest.param(seen(3_000, **G), seen(3_000), "gsi", 3, id="AWS seen, S7: it leaves"),
        pytest.param(seen(2_000, **G), seen(100, **G), "gsi", 2, id="AWS seen, R3: the larger"),
        pytest.param(seen(3_000), seen(3_000, other=1), "gsi", 0, id="it was never there"),
        pytest.param(seen(**G), seen(**G, other=1), "gsi", 0, id="AWS seen: not projected"),
        pytest.param(seen(1, **L), seen(3_000, **L), "lsi", 3, id="AWS seen, L1: it grows"),
        pytest.param(
            seen(3_000, lsiSk="a"), seen(1, lsiSk="b"), "lsi", 4, id="AWS seen, L2: it moves"
        ),
    ],
)
def test_an_index(before, after, index, units):
    """An entry costs its KB when added, removed or changed, both entries when its key changes.

    L1 shows that no overhead is charged for an entry of a local index: 3,017 bytes cost 3.
    """
    assert index_units(SEEN, SEEN.index(index), before, after) == units


def test_in_place_the_larger_entry_is_rounded_once():
    """A changed entry of 617 bytes costs 1, of 1,517 bytes 2 (AWS seen, R1 and R2)."""
    for size, units in ((600, 1), (1_500, 2)):
        before = {**seen(**G), "proj": "x" * size}
        after = {**before, "proj": "y" * size}
        assert index_units(SEEN, SEEN.index("gsi"), before, after) == units


def test_indexes_stand_beside_the_table():
    """A global index uses its own capacity, a local one the table's; untouched ones are absent."""
    both = write(SEEN, None, seen(1, **G, **L))

    assert (both.table, both.indexes, both.local_indexes) == (1, {"gsi": 1}, {"lsi": 1})
    assert (both.on_table, both.total) == (2, 3)
    assert write(SEEN, seen(1), seen(1)).indexes == {}


def test_an_equal_value_is_no_change():
    """1 and 1.0 are the same number, so the index does not change."""
    before, after = seen(**G), seen(**G)
    before["proj"], after["proj"] = 1, Decimal("1.0")

    assert index_units(SEEN, SEEN.index("gsi"), before, after) == 0


def test_a_batch_adds_up_its_writes():
    """Creating a group (C) as a batch costs 3 on the table and 2 on the index."""
    units = batch_write_item(
        CRUDDUR,
        [Change(None, row) for row in (group("GRP#a"), group("GRP#b"), message("t1"))],
    )

    assert (units.table, units.indexes) == (3, {"message-group-sk-index": 2})
    assert units.why == "3 items, each in whole KB: 1 + 1 + 1, message-group-sk-index 2"


def test_a_batch_deletes_nothing_for_one():
    """Deleting an item that does not exist costs one unit (AWS, "BatchWriteItem")."""
    assert batch_write_item(PLAIN, [Change(None, None)] * 2).table == 2


def test_a_transaction_doubles_the_table_alone():
    """Creating a group (C) as a transaction costs 6 on the table and 2 on the index."""
    units = transact_write_items(
        CRUDDUR,
        [Change(None, row) for row in (group("GRP#a"), group("GRP#b"), message("t1"))],
    )

    assert (units.table, units.indexes) == (6, {"message-group-sk-index": 2})
    assert units.total == 8


def test_rekeying_a_group_row():
    """Moving a group row, a delete and a put, costs 2 + 2; two rows in a transaction 8 + 4."""
    moved = [Change(group(pk), None) for pk in ("GRP#a", "GRP#b")]
    moved += [Change(None, group(pk, "t2")) for pk in ("GRP#a", "GRP#b")]

    assert batch_write_item(CRUDDUR, moved[::2]).total == 4
    units = transact_write_items(CRUDDUR, moved)
    assert (units.table, units.indexes) == (8, {"message-group-sk-index": 4})


def test_a_cruddur_row_over_itself():
    """Overwriting a row with itself costs the index 0; changing its index key costs 2."""
    row = group("GRP#a")

    assert write(CRUDDUR, row, row).indexes == {}
    moved = write(CRUDDUR, row, {**row, "message_group_uuid": "h"})
    assert moved.indexes == {"message-group-sk-index": 2}


@pytest.mark.parametrize(
    ("changes", "checks", "units"),
    [
        pytest.param([(None, 500)] * 3, [], 6, id="AWS page: 3 writes of 500 bytes are 6"),
        pytest.param([(None, 1_500)], [], 4, id="AWS seen: 1.5 KB"),
        pytest.param([(3_000, None)], [], 6, id="AWS seen: a delete, by the item deleted"),
        pytest.param([], [500], 2, id="AWS seen: a condition check alone"),
        pytest.param([], [3_000], 6, id="a check, by the item it looks at"),
        pytest.param([], [None], 2, id="a check of nothing"),
        pytest.param([(None, 1_100)] * 2, [], 8, id="rounded up, then doubled"),
    ],
)
def test_a_transaction(changes, checks, units):
    """A transaction costs twice the units of each item, whether written or checked."""
    writes = [Change(*(size and item(size) for size in change)) for change in changes]
    looks = [size and item(size) for size in checks]

    assert transact_write_items(PLAIN, writes, looks).table == units


@pytest.mark.parametrize(
    ("changes", "checks", "units"),
    [
        pytest.param([(None, 500)], [], 2, id="AWS seen: under 1 KB, 2 read units"),
        pytest.param([(None, 1_500)], [], 2, id="AWS seen: 1.5 KB, 2 and not 4"),
        pytest.param([(9_000, None)], [], 6, id="AWS seen: a delete of 9 KB"),
        pytest.param([(None, 5_000)], [500], 6, id="a check is read too"),
        pytest.param([(9_000, 100)], [], 6, id="by the larger"),
    ],
)
def test_a_transaction_sent_again(changes, checks, units):
    """A transaction replayed by its token costs 2 read units for each 4 KB of each item."""
    writes = [Change(*(size and item(size) for size in change)) for change in changes]
    looks = [Change(item(size), item(size)) for size in checks]

    again = replayed_transaction(writes + looks)

    assert (again.table, again.capacity, again.indexes) == (units, CapacityKind.READ, {})


def test_a_failed_condition_is_by_rule_alone():
    """A failed condition costs the stored item, at least 1, twice in a transaction; unverified."""
    assert failed_condition(None).table == 1
    assert failed_condition(item(2_000)).table == 2
    assert failed_condition(item(2_000), transactional=True).table == 4
    assert not failed_condition(None).verified
    assert not (failed_condition(None) + write(PLAIN, None, item(100))).verified
    assert "by rule: no engine reports it" in failed_condition(None).why


def test_a_request_has_items():
    """An empty batch and an empty transaction raise an error, because DynamoDB refuses them."""
    with pytest.raises(UnitsError, match="a request without items is refused"):
        batch_write_item(PLAIN, [])
    with pytest.raises(UnitsError, match="a request without items is refused"):
        transact_write_items(PLAIN, [])


def test_writes_say_why():
    """Units explain themselves in words that notebooks print."""
    whys = [
        write(SEEN, None, seen(3_000, **G)).why,
        write(PLAIN, item(3_000), item(2_000)).why,
        write(PLAIN, item(100), None).why,
        write(PLAIN, None, None).why,
        transact_write_items(PLAIN, [Change(None, item(500))], [None]).why,
        replayed_transaction([Change(None, item(500))]).why,
    ]

    assert whys == [
        "new item of 3,017 bytes in whole KB, gsi 3",
        "write over an item, the larger of 3,000 bytes in whole KB",
        "delete of 100 bytes in whole KB",
        "delete of nothing, a write of 0 bytes in whole KB",
        "2 items, each in whole KB: 1 + 1, table's twice in a transaction, 1 condition check",
        "1 item of a replayed transaction, each in whole 4 KB, 2 each",
    ]


keys = st.fixed_dictionaries({"pk": st.just("p"), "sk": st.just("s")})
states = st.none() | st.builds(
    lambda rest, key: {**rest, **key},
    st.builds(
        lambda drawn, more: {**drawn, **more},
        items,
        st.fixed_dictionaries(
            {},
            optional={
                "gsiPk": st.sampled_from("gh"),
                "lsiSk": st.sampled_from("lm"),
                "proj": st.integers(0, 3_000).map(lambda size: "x" * size),
            },
        ),
    ),
    keys,
)


@given(states, states)
def test_a_write_costs_the_same_forth_and_back(before, after):
    """A change costs the same in both directions, on table and indexes."""
    forth, back = write(SEEN, before, after), write(SEEN, after, before)

    assert (forth.table, forth.indexes) == (back.table, back.indexes)
    assert forth.local_indexes == back.local_indexes


@given(states, states)
def test_an_index_costs_at_most_both_entries(before, after):
    """An index costs at most both entries, and 0 if nothing changed."""
    for index in SEEN.indexes:
        entries = [SEEN.index_entry(index, state) for state in (before, after)]
        most = sum(-(-item_size(entry) // 1_024) for entry in entries if entry)
        assert index_units(SEEN, index, before, after) <= most
        assert index_units(SEEN, index, after, after) == 0


@given(st.lists(states.map(lambda state: Change(None, state)), min_size=1, max_size=5))
def test_a_transaction_costs_twice_a_batch_on_the_table(changes):
    """A transaction costs twice a batch on the table and the same on indexes."""
    batch, transaction = batch_write_item(SEEN, changes), transact_write_items(SEEN, changes)

    assert transaction.table == 2 * batch.table
    assert (transaction.indexes, transaction.on_table - transaction.table) == (
        batch.indexes,
        batch.on_table - batch.table,
    )
