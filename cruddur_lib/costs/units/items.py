"""An item in one form, whichever notation it is written in, and the bytes of its attributes.

boto3's resource takes Python values ({"pk": "x"}) and its client takes DynamoDB JSON
({"pk": {"S": "x"}}). {"S": "x"} could also be a Python map, so the caller says which notation it
uses. Values that DynamoDB treats as equal are equal here, such as 1 and 1.0.

Sources, read 2026-11-22: AWS, "Supported data types and naming rules in Amazon DynamoDB" and
"DynamoDB Item sizes and formats"
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple, Self, cast

from cruddur_lib.errors import WorkbookError
from cruddur_lib.text import shortened

DIGITS = 38  # most significant digits of a number
SMALLEST, LARGEST = -130, 125  # decimal exponents of a number's first digit
LEVELS = 32  # deepest nesting of lists and maps
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,9})?", re.ASCII)
BINARY = (bytes, bytearray, memoryview)
SCALARS = {"S": "SS", "N": "NS", "B": "BS"}  # types of a set's elements, and of the set
NUMBER_LIMIT = 21  # bytes of the longest number
CONTAINER = 3  # bytes of a list or a map in addition to its elements
ELEMENT = 1  # byte of overhead for each element of a list or a map


class ValueMalformed(WorkbookError):
    """A value that DynamoDB has no type for, or that is not written as its type requires."""


class Value(NamedTuple):
    """One value: its DynamoDB type and its content.

    The content is text, Decimal, bytes, bool, None, a frozen set of scalars, a tuple of values or a
    mapping of names to values.
    """

    type: str
    content: Any


@dataclass(frozen=True)
class Item:
    """An item's attributes by name. Two items are equal if DynamoDB stores the same for both."""

    attributes: Mapping[str, Value]

    @classmethod
    def from_python(cls, item: Mapping[str, Any]) -> Self:
        """Return the item from Python values, as boto3's resource takes and returns them.

        Raises:
            ValueMalformed: `item` is not a dict, or DynamoDB cannot store one of its values.
        """
        _check_item(item)
        return cls({name: python_value(value, name) for name, value in item.items()})

    @classmethod
    def from_json(cls, item: Mapping[str, Any]) -> Self:
        """Return the item from DynamoDB JSON with binary as bytes, as boto3's client uses it.

        Raises:
            ValueMalformed: `item` is not a dict, or one of its values is not DynamoDB JSON.
        """
        _check_item(item)
        return cls({name: json_value(value, name) for name, value in item.items()})

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        """Bytes of each attribute, its name included."""
        return {name: attribute_size(name, value) for name, value in self.attributes.items()}

    @cached_property
    def size(self) -> int:
        """Bytes of the item, as throughput and the 400 KB limit count them."""
        return sum(self.sizes.values())

    def only(self, names: Iterable[str]) -> "Item":
        """Return the item reduced to those of the named attributes that it has."""
        kept = self.attributes.keys() & set(names)
        part = Item({name: value for name, value in self.attributes.items() if name in kept})
        vars(part)["sizes"] = {name: self.sizes[name] for name in kept}  # not computed again
        return part


AnyItem = Item | Mapping[str, Any]  # a mapping holds Python values, never DynamoDB JSON


def as_item(item: AnyItem) -> Item:
    """Return `item` as an `Item`; a plain mapping is read as Python values."""
    return item if isinstance(item, Item) else Item.from_python(item)


def python_value(value: object, path: str = "value", level: int = 1) -> Value:  # noqa: PLR0911
    """Return the value that boto3's resource would send for a Python value.

    Args:
        value: the Python value.
        path: where the value is, for error messages.
        level: how deep the value is nested, 1 at the top of an item.

    Raises:
        ValueMalformed: DynamoDB cannot store the value.
    """
    match value:
        case None | bool():
            return Value("NULL", None) if value is None else Value("BOOL", value)
        case str():
            return Value("S", _text(value, path))
        case int() | Decimal():
            return Value("N", _number(value, path))
        case bytes() | bytearray() | memoryview():
            return Value("B", bytes(value))
        case AbstractSet():
            return _python_set(value, path)
        case list() | tuple():
            return Value("L", _list(value, path, level, python_value))
        case Mapping():
            return Value("M", _map(value, path, level, python_value))
        case float():
            raise _malformed(path, value, "a float is not exact: give Decimal or int")
    if isinstance(content := getattr(value, "value", None), BINARY):  # boto3's Binary
        return Value("B", bytes(content))
    known = "str, int, Decimal, bytes, bool, None, set, list, dict"
    raise _malformed(path, value, f"DynamoDB has no type for {type(value).__name__}; give {known}")


def json_value(value: object, path: str = "value", level: int = 1) -> Value:  # noqa: PLR0911
    """Return the value that DynamoDB JSON such as {"N": "1"} describes.

    Args:
        value: the DynamoDB JSON, binary as bytes.
        path: where the value is, for error messages.
        level: how deep the value is nested, 1 at the top of an item.

    Raises:
        ValueMalformed: this is not DynamoDB JSON, or DynamoDB cannot store the value.
    """
    if not isinstance(value, (dict, Mapping)) or len(value) != 1:  # a plain dict is checked faster
        raise _malformed(path, value, 'DynamoDB JSON is one type and its content: {"S": "x"}')
    ((tag, content),) = value.items()
    if tag == "S" and isinstance(content, str):  # most values by far
        return Value("S", content if content.isascii() else _text(content, path))
    match tag:
        case "L" if isinstance(content, (list, tuple)):
            return Value("L", _list(content, path, level, json_value))
        case "M" if isinstance(content, Mapping):
            return Value("M", _map(content, path, level, json_value))
        case "SS" | "NS" | "BS" if isinstance(content, (list, tuple)):
            return _set(tag, [_json_scalar(tag[0], one, path) for one in content], path)
        case "NULL" if content is True:
            return Value("NULL", None)
        case "BOOL" if isinstance(content, bool):
            return Value("BOOL", content)
    return Value(str(tag), _json_scalar(tag, content, path))


def attribute_size(name: str, value: Value) -> int:
    """Return the bytes of one attribute.

    Args:
        name: its name, which counts with its bytes in UTF-8.
        value: its value.
    """
    return len(name.encode()) + value_size(value)


def value_size(value: Value) -> int:
    """Return the bytes of one value, without the name of its attribute.

    | type | bytes of the value |
    |---|---|
    | text | in UTF-8: "é" is 2, a smiley 4 |
    | number | 1, plus 1 for each pair of digits and 1 if below zero; 1 for zero; at most 21 |
    | binary | its raw bytes, not its base64 |
    | null, boolean | 1 |
    | set | the sum of its elements |
    | list, map | 3, plus 1 and its size for each element; a map adds the elements' names |
    """
    content = value.content
    if value.type == "S":  # most values by far
        return len(content.encode())
    match value.type:
        case "N" | "B":
            return _scalar_size(content)
        case "SS" | "NS" | "BS":
            return sum(map(_scalar_size, content))
        case "L":
            return CONTAINER + sum(ELEMENT + value_size(element) for element in content)
        case "M":
            return CONTAINER + sum(ELEMENT + attribute_size(n, v) for n, v in content.items())
    return 1  # NULL and BOOL


def number_size(number: Decimal) -> int:
    """Return the bytes of a number: 1, and 1 for each pair of digits, counted from the point.

    AWS calls its own rule approximate. Pairs are counted from the point in both directions: 12.34
    is two pairs, 1.234 is three (1, 23, 4). DynamoDB Local counts like this to the byte. So does
    AWS's DynamoDB at its 400 KB limit (nubo-db/dynoxide, pull request 195, 2026-08-18).

    >>> number_size(Decimal(12)), number_size(Decimal("1.2")), number_size(Decimal(-12))
    (2, 3, 3)
    """
    sign, digits, exponent = _significant(number)
    if not digits:
        return 1
    first, last = (exponent + len(digits) - 1) // 2, exponent // 2  # pairs, counted from the point
    return min(1 + first - last + 1 + sign, NUMBER_LIMIT)


def _scalar_size(content: str | bytes | Decimal) -> int:
    if isinstance(content, Decimal):
        return number_size(content)
    return len(content.encode() if isinstance(content, str) else content)


def _significant(number: Decimal) -> tuple[int, tuple[int, ...], int]:
    """Return a finite number's sign, its digits without outer zeros, and their exponent.

    The sign is 1 below zero; zero has no digits. `Decimal.normalize` would round to 28 digits.
    """
    sign, digits, exponent = number.as_tuple()
    count = len("".join(map(str, digits)).rstrip("0"))
    return sign, digits[:count], cast("int", exponent) + len(digits) - count


def _json_scalar(tag: str, content: object, path: str) -> str | Decimal | bytes:
    match tag, content:
        case "S", str():
            return _text(content, path)
        case "N", str() if NUMBER.fullmatch(content):
            return _number(Decimal(content), path)
        case "B", bytes() | bytearray() | memoryview():
            return bytes(content)
    asks = {
        "S": "text",
        "N": 'a number written as text, "1.5"',
        "B": "bytes; decode base64 first",
        "BOOL": "True or False",
        "NULL": "True",
        "L": "a list",
        "M": "a dict",
        **dict.fromkeys(SCALARS.values(), "a list"),
    }
    if tag not in asks:
        raise _malformed(path, {tag: content}, f"the types are {', '.join(asks)}")
    raise _malformed(path, content, f"type {tag} asks for {asks[tag]}")


def _python_set(value: AbstractSet[Any], path: str) -> Value:
    scalars = [python_value(one, path) for one in value]
    types = {scalar.type for scalar in scalars}
    if not types:
        return _set("SS", [], path)  # which raises the error
    if len(types) != 1 or not types <= SCALARS.keys():
        raise _malformed(path, value, "a set holds text, or numbers, or bytes: one of them")
    return _set(SCALARS[types.pop()], [scalar.content for scalar in scalars], path)


def _set(tag: str, content: list[Any], path: str) -> Value:
    if not content:
        raise _malformed(path, content, "DynamoDB has no empty set: leave the attribute out")
    if len(unique := frozenset(content)) != len(content):
        raise _malformed(path, content, "a set holds each value once")
    return Value(tag, unique)


Notation = Callable[[object, str, int], Value]  # `python_value` or `json_value`


def _list(content: Iterable[Any], path: str, level: int, read: Notation) -> tuple[Value, ...]:
    _check_level(path, level)
    return tuple(read(one, f"{path}[{n}]", level + 1) for n, one in enumerate(content))


def _map(content: Mapping[Any, Any], path: str, level: int, read: Notation) -> dict[str, Value]:
    _check_level(path, level)
    _check_names(content, path)
    return {n: read(v, f"{path}.{n}", level + 1) for n, v in content.items()}


def _check_level(path: str, level: int) -> None:
    if level > LEVELS:
        start = f"{path[:40]}…"
        raise ValueMalformed(f"value at {start} lies {level} deep; DynamoDB nests {LEVELS} levels")


def _check_item(item: object) -> None:
    if not isinstance(item, (dict, Mapping)):
        raise _malformed("item", item, "an item is a dict of attributes")
    _check_names(item, "item")


def _check_names(names: Iterable[object], path: str) -> None:
    for name in names:
        if not (isinstance(name, str) and name):
            raise _malformed(path, name, "an attribute's name is text of one character or more")
        if not name.isascii():
            _text(name, path)


def _text(text: str, path: str) -> str:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise _malformed(path, text, "half a surrogate pair has no UTF-8 bytes") from None
    return text


def _number(number: int | Decimal, path: str) -> Decimal:
    """Return the number without outer zeros, if DynamoDB can store it."""
    if not (exact := Decimal(number)).is_finite():
        raise _malformed(path, number, "DynamoDB stores neither NaN nor Infinity")
    sign, digits, exponent = _significant(exact)
    if len(digits) > DIGITS:
        raise _malformed(path, number, f"{len(digits)} significant digits; DynamoDB keeps {DIGITS}")
    if digits and not SMALLEST <= exponent + len(digits) - 1 <= LARGEST:
        raise _malformed(path, number, f"outside 1E{SMALLEST} to 9.9E{LARGEST}, either sign")
    return Decimal((sign, digits, exponent)) if digits else Decimal(0)


def _malformed(path: str, value: object, rule: str) -> ValueMalformed:
    try:
        text = str(value) if isinstance(value, Decimal) else repr(value)
    except ValueError:  # Python does not write an int of so many digits
        text = f"a huge {type(value).__name__}"
    return ValueMalformed(f"{path}: {shortened(text, 60)}: {rule}")
