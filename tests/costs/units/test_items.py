"""Tests of cruddur_lib.costs.units.items: both notations, and errors that say where."""

from decimal import Decimal

import pytest
from boto3.dynamodb.types import Binary
from hypothesis import given

from cruddur_lib.costs.units.items import Item, ValueMalformed, as_item, json_value, python_value
from tests.helpers.drawn import as_json, items


@given(items)
def test_both_notations_are_one_item(item):
    """An item read from boto3's DynamoDB JSON equals the item read from Python values."""
    assert Item.from_json(as_json(item)) == Item.from_python(item)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(1, Decimal("1.00"), id="zeros behind the point"),
        pytest.param(100, Decimal("1E2"), id="an exponent"),
        pytest.param(0, Decimal("-0.0"), id="zero has no sign"),
        pytest.param({"b", "a"}, frozenset("ab"), id="a set's order"),
        pytest.param((1, 2), [1, 2], id="a tuple is a list"),
        pytest.param(b"x", bytearray(b"x"), id="bytes"),
        pytest.param(b"x", Binary(b"x"), id="boto3's Binary"),
        pytest.param(b"x", memoryview(b"x"), id="a memoryview"),
        pytest.param({Binary(b"x")}, {b"x"}, id="a set of boto3's Binary"),
    ],
)
def test_what_dynamodb_holds_for_equal_is_equal(one, other):
    """Numbers are equal by value, sets by elements, bytes by content."""
    assert python_value(one) == python_value(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(1, True, id="a boolean is no number"),
        pytest.param("1", 1, id="nor is text"),
        pytest.param("x", b"x", id="text is not bytes"),
        pytest.param([1, 2], [2, 1], id="a list's order"),
        pytest.param([], {}, id="an empty list is no map"),
        pytest.param(None, False, id="null is not false"),
    ],
)
def test_what_dynamodb_tells_apart_is_different(one, other):
    """Values of different types, or in a different order, differ."""
    assert python_value(one) != python_value(other)


def deep(levels):
    """Return a list nested this deep."""
    value = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "says"),
    [
        pytest.param(1.5, "likes: 1.5: a float is not exact: give Decimal or int", id="float"),
        pytest.param(Decimal("NaN"), "neither NaN nor Infinity", id="NaN"),
        pytest.param(Decimal("-Infinity"), "neither NaN nor Infinity", id="Infinity"),
        pytest.param(10**38 + 1, "39 significant digits; DynamoDB keeps 38", id="39 digits"),
        pytest.param(Decimal("1E126"), "outside 1E-130 to 9.9E125", id="too large"),
        pytest.param(Decimal("1E-131"), "outside 1E-130 to 9.9E125", id="too small"),
        pytest.param(10**6000 + 1, "a huge int", id="an int that Python does not write"),
        pytest.param(object, "DynamoDB has no type for type; give str, int", id="no type"),
        pytest.param(range(3), "no type for range", id="a range"),
        pytest.param(set(), "no empty set", id="an empty set"),
        pytest.param({"a", 1}, "one of them", id="a mixed set"),
        pytest.param({True}, "one of them", id="a set of booleans"),
        pytest.param({(1, 2)}, "one of them", id="a set of lists"),
        pytest.param("\ud800", "half a surrogate pair", id="half a character"),
        pytest.param({"a": {"b": [1, 0.5]}}, "likes.a.b[1]: 0.5:", id="the path to it"),
        pytest.param({1: "x"}, "likes: 1: an attribute's name is text", id="a name"),
        pytest.param({"": "x"}, "name is text of one character or more", id="an empty name"),
        pytest.param(deep(33), "lies 33 deep; DynamoDB nests 32 levels", id="too deep"),
    ],
)
def test_a_python_value_that_dynamodb_refuses(value, says):
    """The error names the path, the value and the rule."""
    with pytest.raises(ValueMalformed) as error:
        Item.from_python({"likes": value})
    assert says in str(error.value)
    assert str(error.value).startswith(("likes", "value at likes"))
    assert len(str(error.value)) < 200


@pytest.mark.parametrize(
    ("value", "says"),
    [
        pytest.param({"N": 1}, 'likes: 1: type N asks for a number written as text, "1.5"', id="N"),
        pytest.param({"N": " 1"}, "asks for a number written as text", id="a blank"),
        pytest.param({"N": "1_0"}, "asks for a number written as text", id="Python's underscore"),
        pytest.param({"N": "٣"}, "asks for a number written as text", id="digits beyond ASCII"),
        pytest.param({"N": "NaN"}, "asks for a number written as text", id="NaN"),
        pytest.param({"N": "1E126"}, "outside 1E-130", id="too large"),
        pytest.param({"S": 1}, "type S asks for text", id="S"),
        pytest.param({"S": "\udfff"}, "half a surrogate pair", id="half a character"),
        pytest.param({"B": "eA=="}, "asks for bytes; decode base64 first", id="base64"),
        pytest.param({"BOOL": 1}, "type BOOL asks for True or False", id="BOOL"),
        pytest.param({"NULL": False}, "type NULL asks for True", id="NULL"),
        pytest.param({"L": "ab"}, "type L asks for a list", id="L"),
        pytest.param({"M": []}, "type M asks for a dict", id="M"),
        pytest.param({"SS": "ab"}, "type SS asks for a list", id="SS"),
        pytest.param({"SS": []}, "no empty set", id="an empty set"),
        pytest.param({"SS": ["a", "a"]}, "each value once", id="twice in a set"),
        pytest.param({"NS": ["1", "1.0"]}, "each value once", id="one number twice"),
        pytest.param({"NS": [1]}, "type N asks for", id="in a set"),
        pytest.param({"X": "a"}, "the types are S, N, B, BOOL, NULL, L, M, SS, NS, BS", id="X"),
        pytest.param({1: "a"}, "the types are S, N, B", id="no tag"),
        pytest.param({"S": "a", "N": "1"}, "one type and its content", id="two types"),
        pytest.param("a", "one type and its content", id="a Python value"),
        pytest.param({"L": [{"M": {"a": {"N": "x"}}}]}, "likes[0].a: 'x'", id="the path to it"),
    ],
)
def test_json_that_is_no_value(value, says):
    """The error names the path, the value and the rule."""
    with pytest.raises(ValueMalformed) as error:
        Item.from_json({"likes": value})
    assert says in str(error.value)


@pytest.mark.parametrize("read", [Item.from_python, Item.from_json])
@pytest.mark.parametrize("item", [["pk"], None, "pk"])
def test_an_item_is_a_dict(read, item):
    """Both notations refuse an item that is not a dict."""
    with pytest.raises(ValueMalformed, match="an item is a dict of attributes"):
        read(item)


def test_json_and_python_are_not_guessed():
    """A plain dict holds Python values, so {"S": "x"} is a map unless `from_json` reads it."""
    assert as_item({"a": {"S": "x"}}).attributes["a"].type == "M"
    assert Item.from_json({"a": {"S": "x"}}).attributes["a"].type == "S"
    assert as_item(Item.from_json({"a": {"S": "x"}})) == Item.from_python({"a": "x"})


@pytest.mark.parametrize("number", ["+1", ".5", "5.", "1e5", "0E999", "-0"])
def test_numbers_are_written_as_dynamodb_takes_them(number):
    """Every notation of a number that DynamoDB Local accepts is accepted."""
    assert json_value({"N": number}).content == Decimal(number)


def test_only_keeps_what_is_there():
    """`only` keeps the named attributes that the item has."""
    assert Item.from_python({"a": 1, "b": 2}).only(("b", "c")) == Item.from_python({"b": 2})
