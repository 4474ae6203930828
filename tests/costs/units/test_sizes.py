"""Tests of cruddur_lib.costs.units.sizes against AWS's page, in closed form."""

from decimal import Decimal

import pytest
from hypothesis import given

from cruddur_lib.costs.units.items import (
    Item,
    attribute_size,
    number_size,
    python_value,
    value_size,
)
from cruddur_lib.costs.units.sizes import (
    ITEM_LIMIT,
    ItemTooLarge,
    accepted_size,
    attribute_bytes,
    item_size,
    storage_size,
)
from tests.helpers.drawn import as_json, items, names, numbers, values


@pytest.mark.parametrize(
    ("value", "size"),
    [
        pytest.param("", 0, id="empty text"),
        pytest.param("message", 7, id="ASCII"),
        pytest.param("é", 2, id="two bytes in UTF-8"),
        pytest.param("e\u0301", 3, id="the same letter, composed"),
        pytest.param("你", 3, id="three bytes"),
        pytest.param("🙂", 4, id="four bytes, one character"),
        pytest.param("👩‍👩‍👧", 18, id="five code points, one sign"),
        pytest.param(b"\x00\xff", 2, id="binary: raw bytes, not base64"),
        pytest.param(None, 1, id="null"),
        pytest.param(True, 1, id="true"),
        pytest.param(False, 1, id="false"),
        pytest.param([], 3, id="an empty list"),
        pytest.param({}, 3, id="an empty map"),
        pytest.param(["ab", 1, None], 3 + (1 + 2) + (1 + 2) + (1 + 1), id="a list"),
        pytest.param({"key": "ab", "é": 1}, 3 + (1 + 3 + 2) + (1 + 2 + 2), id="a map"),
        pytest.param([[], {}, [[]]], 3 + (1 + 3) + (1 + 3) + (1 + 3 + 1 + 3), id="nested"),
        pytest.param({"a", "bc"}, 3, id="a set of text: no overhead"),
        pytest.param({"é", "你"}, 5, id="a set of text counts in UTF-8 too"),
        pytest.param({1, 12, 123}, 2 + 2 + 3, id="a set of numbers"),
        pytest.param({b"a", b"bc"}, 3, id="a set of binary"),
        pytest.param(["aa"] * 500, 1_503, id="AWS took 2 write units: ExtendDB, pull request 217"),
    ],
)
def test_value_size(value, size):
    """Text counts in UTF-8; null and boolean 1; a container 3, and 1 for each element."""
    assert value_size(python_value(value)) == size


@pytest.mark.parametrize(
    ("number", "size"),
    [
        pytest.param("0", 1, id="zero"),
        pytest.param("-0.00", 1, id="zero, however it is written"),
        pytest.param("27", 2, id="AWS: 2 bytes, moto pull request 10182"),
        pytest.param("-27", 3, id="AWS: one more below zero, likewise"),
        pytest.param("461", 3, id="AWS: two digits and one, likewise"),
        pytest.param("1786461547", 6, id="AWS: a time in seconds, likewise"),
        pytest.param("100", 2, id="zeros at the end do not count"),
        pytest.param("1E125", 2, id="however many"),
        pytest.param("0.01", 2, id="nor do zeros in front"),
        pytest.param("1E-130", 2, id="however many there"),
        pytest.param("110", 3, id="1, 10: zeros within a pair count"),
        pytest.param("1200", 2, id="12 is one pair"),
        pytest.param("120", 3, id="1, 20 are two"),
        pytest.param("12.34", 3, id="pairs start at the point"),
        pytest.param("1.234", 4, id="1 . 23, 4"),
        pytest.param("1.5", 3, id="1 . 5"),
        pytest.param("9" * 38, 20, id="38 digits"),
        pytest.param("-" + "9" * 38, 21, id="38 digits below zero"),
        pytest.param("9." + "9" * 37, 21, id="38 digits in 20 pairs"),
        pytest.param("-9." + "9" * 37, 21, id="and never more than 21"),
    ],
)
def test_number_size(number, size):
    """A number is 1 byte, 1 for each pair of digits and 1 below zero, at most 21."""
    assert number_size(Decimal(number)) == size


@given(numbers)
def test_a_number_is_sized_by_its_digits_on_both_sides_of_the_point(number):
    """`number_size` agrees with a second formula by digits: whole pairs on both sides."""
    sign, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits)).rjust(max(0, -exponent) + 1, "0") + "0" * max(0, exponent)
    point = len(text) - max(0, -exponent)
    before, behind = text[:point].lstrip("0"), text[point:].rstrip("0")
    before = before.rjust(len(before) + len(before) % 2, "0")
    behind = behind.ljust(len(behind) + len(behind) % 2, "0")
    pairs = [(before + behind)[place : place + 2] for place in range(0, len(before + behind), 2)]
    while pairs and pairs[-1] == "00":
        pairs.pop()
    while pairs and pairs[0] == "00":
        pairs.pop(0)

    assert number_size(number) == (min(21, 1 + len(pairs) + sign) if pairs else 1)


@given(items)
def test_both_notations_have_one_size(item):
    """An item has the same size in both notations, as boto3 converts them."""
    assert item_size(Item.from_json(as_json(item))) == item_size(item)


@given(names, values, items)
def test_sizes_add_up(name, value, item):
    """An attribute adds the bytes of its name and its value, whatever else the item has."""
    item.pop(name, None)
    size = len(name.encode()) + value_size(python_value(value))

    assert attribute_size(name, python_value(value)) == size
    assert item_size({**item, name: value}) == item_size(item) + size


@given(values)
def test_a_list_costs_four_bytes_for_its_first_element(value):
    """A list of one adds 3 + 1 bytes to its element; a map of one also adds the name."""
    size = value_size(python_value(value))

    assert value_size(python_value([value])) == 3 + 1 + size
    assert value_size(python_value({"äö": value})) == 3 + 1 + 4 + size


def test_what_is_stored_has_an_overhead():
    """Storage adds 100 bytes to an item or index entry, and 48 more in a global table."""
    assert storage_size({"pk": "x"}) == 3 + 100
    assert storage_size({"pk": "x"}, global_table=True) == 3 + 100 + 48


def test_the_limit_counts_names():
    """The limit of 400 KB is 409,600 bytes, including the names of attributes."""
    fits = {"pk": "x", "message": "x" * (409_600 - 3 - 7)}

    assert accepted_size(fits, "pk") == ITEM_LIMIT == 409_600
    with pytest.raises(ItemTooLarge, match="item x is 409,601 bytes"):
        accepted_size({**fits, "message": fits["message"] + "x"}, "pk")


def test_an_item_that_is_too_large_says_what_to_do():
    """The error names the key, the size, the limit, the largest attribute and what to do."""
    item = {"pk": "MSG#2f6c", "sk": "2026-11-22T07:00", "message": "x" * 412_000, "likes": 3}
    size = (2 + 8) + (2 + 16) + (7 + 412_000) + (5 + 2)

    with pytest.raises(ItemTooLarge) as error:
        accepted_size(item, "pk", "sk")
    assert str(error.value) == (
        f"item MSG#2f6c / 2026-11-22T07:00 is {size:,} bytes; DynamoDB accepts 409,600 (400 KB). "
        "Its largest attribute is 'message' with 412,007 bytes: store that in S3 and keep its key "
        "here, or split the item into several"
    )
    with pytest.raises(ItemTooLarge, match=r"item \(no key given\) is"):
        accepted_size(item)


def test_bytes_of_attributes_are_summed_over_items():
    """The name counts in each item that has the attribute; the largest sum is first."""
    found = attribute_bytes([{"pk": "a", "é": "xyz"}, {"pk": "b"}, {"pk": "c"}])

    assert found == [("pk", 3, 6, 3), ("é", 1, 2, 3)]
    assert [one.total for one in found] == [9, 5]


@given(item=items)
def test_bytes_of_attributes_add_up(item):
    """The bytes of an item are those of its attributes."""
    assert sum(one.total for one in attribute_bytes([item, item])) == 2 * item_size(item)
