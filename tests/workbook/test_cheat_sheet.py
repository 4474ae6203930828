"""Tests of `cheat_sheet` against closed forms, the file of prices and AWS's own model."""

from datetime import date
from decimal import Decimal
from math import ceil

import nbformat
import pytest
from botocore.session import get_session

from cruddur_lib.backends import connect
from cruddur_lib.costs.billing.price_list import price_list
from cruddur_lib.costs.units.capacity_units import READ_BLOCK, WRITE_BLOCK
from cruddur_lib.costs.units.sizes import ITEM_LIMIT, KB
from cruddur_lib.messaging import keys
from cruddur_lib.workbook import cheat_sheet
from cruddur_lib.workbook.lesson import NOTEBOOKS, start

DAY = date(2026, 11, 25)


def number(text):
    """Return the number at the beginning of a cell."""
    return Decimal(text.split()[0].replace(",", ""))


def test_keys_are_those_that_the_library_reads():
    """pk has the owner's uuid, sk time and uuid; first messages and stable rows have no time."""
    table = cheat_sheet.keys()
    times = table[table.sk.str.startswith("2026")]

    assert len(table) == 5
    assert {keys.uuid_in(pk) for pk in table.pk if "#" in pk} == {"group uuid", "user uuid"}
    assert {keys.time_and_uuid(sk)[1] for sk in times.sk} == {"group uuid", "message uuid"}
    assert set(table.sk) - set(times.sk) == {keys.FIRST, "GRP#group uuid"}


@pytest.mark.parametrize(
    ("pattern", "units"),
    [
        ("A", (1.5, 0, 0)),  # 20 messages fill three blocks of 4 KB, half a unit each
        ("B", (0.5, 0, 0)),  # one group row
        ("C", (0, 3 * 2, 2)),  # three rows in a transaction; two of them are in the index
        ("D", (0.5, 1, 0)),  # membership, and the message, which is in no index
        ("E", (1.5, 2 * 2, 2 * 2)),  # a put and a delete a group row; the index as well
    ],
)
def test_patterns_cost_what_the_lessons_find(pattern, units):
    """The units are those of a new table; a message and its fan-out are 5 + 4."""
    with connect() as backend:
        table = cheat_sheet.patterns(start("04-the-fan-out", backend))
    (row,) = [row for what, row in table.iterrows() if what.startswith(f"{pattern}: ")]

    assert tuple(map(float, row)) == units


def test_units_are_by_the_rules():
    """A block of 4 KB is read for 0.5, 1 or 2 units; a block of 1 KB is written for 1 or 2."""
    for size, row in cheat_sheet.rules().iterrows():
        reads, writes = ceil(number(size) / 4096), ceil(number(size) / 1024)
        wanted = (Decimal(reads) / 2, reads, reads * 2, writes, writes * 2)
        assert tuple(map(Decimal, row)) == wanted


def test_prices_are_those_of_the_file_with_their_ages():
    """The age is in days, from the last reading to the requested day."""
    table = cheat_sheet.prices("us-east-1", DAY)
    known = price_list().readings["us-east-1"]

    assert len(table) == len(cheat_sheet.PRICED)
    for name, (_, row) in zip(cheat_sheet.PRICED, table.iterrows(), strict=True):
        (reading,) = [r for r in known[name] if r.first_day <= DAY][-1:]
        age = (DAY - reading.read).days
        assert Decimal(row["USD"]) == reading.usd
        assert row["read"] == str(reading.read)
        assert row["days ago"] == f"{age}{' (old)' if age > 365 else ''}"


def test_what_is_free_is_25_units_all_month():
    """25 units of each kind are free for 31 days; on-demand requests are never free."""
    free = cheat_sheet.prices("us-east-1", DAY)["free in a month"]

    assert list(free[:2]) == ["–", "–"]
    assert [number(text) for text in free[2:4]] == [25 * 24 * 31] * 2


def test_the_limits_in_its_prose_are_awss():
    """Blocks and the item limit are the library's, counts those of AWS's own model."""
    cells = nbformat.read(NOTEBOOKS / "cheat-sheet.ipynb", as_version=4).cells
    (text,) = [cell.source for cell in cells if "## Rules of units" in cell.source]
    model = get_session().get_service_model("dynamodb")
    writes, actions = (
        model.shape_for(name).metadata["max"] for name in ("WriteRequests", "TransactWriteItemList")
    )

    assert f"A read is counted in blocks of {READ_BLOCK // KB} KB" in text
    assert f"a write in blocks of {WRITE_BLOCK // KB} KB" in text
    assert f"An item has at most {ITEM_LIMIT // KB} KB, a BatchWriteItem {writes} items" in text
    assert f"a transaction {actions} actions." in text


def test_on_a_screen_nothing_is_seen_of_how_it_is_printed():
    """All of the style is inside `@media print`; tests/browser prints it."""
    style = cheat_sheet.on_one_page().data
    rules = style.removeprefix("<style>@media print {").removesuffix("}</style>")

    assert len(style) - len(rules) == len("<style>@media print {") + len("}</style>")
    depths = [rules[:end].count("{") - rules[:end].count("}") for end in range(len(rules) + 1)]
    assert min(depths) == depths[-1] == 0
