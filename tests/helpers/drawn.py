"""What the tests of `cruddur_lib.costs` draw: values, items, and items of a wanted size."""

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
    """The item as boto3's client takes it: boto3 itself writes it down."""
    return {name: TypeSerializer().serialize(value) for name, value in item.items()}


def padded(item, size, name="pad"):
    """DynamoDB JSON of the item, brought to this many bytes by an attribute of text."""
    room = size - item_size(Item.from_json(item)) - len(name)
    return {**item, name: {"S": "x" * room}}
