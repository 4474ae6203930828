"""Random values and items for tests of `cruddur_lib.costs`, and items of a given size."""

from decimal import Decimal

from boto3.dynamodb.types import TypeSerializer
from hypothesis import strategies as st

from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.sizes import item_size

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
numbers = st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent),
    st.integers(-(10**38) + 1, 10**38 - 1) | st.integers(-9999, 9999),
    st.integers(-90, 85),
).filter(lambda number: number == 0 or -130 <= number.adjusted() <= 125)
binaries = st.binary(max_size=12)
scalars = texts | numbers | binaries | st.booleans() | st.none()
sets = (
    st.sets(texts, min_size=1, max_size=4)
    | st.sets(numbers, min_size=1, max_size=4)
    | st.sets(binaries, min_size=1, max_size=4)
)
values = st.recursive(
    scalars | sets,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=8,
)
items = st.dictionaries(names, values, max_size=5)


def as_json(item):
    """Return the item in DynamoDB JSON, as boto3 itself converts it."""
    return {name: TypeSerializer().serialize(value) for name, value in item.items()}


def padded(item, size, name="pad"):
    """Return DynamoDB JSON of the item, filled up to this many bytes by a text attribute."""
    room = size - item_size(Item.from_json(item)) - len(name)
    return {**item, name: {"S": "x" * room}}
