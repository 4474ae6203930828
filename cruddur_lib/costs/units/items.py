"""An item's attributes in one form, whichever notation they came in.

boto3's resource takes Python values ({"pk": "x"}), its client DynamoDB JSON ({"pk": {"S": "x"}}),
and neither can be told from the other by looking: {"S": "x"} is also a map with a key S. So the
caller says which it is, and everything behind this module sees one form, in which what DynamoDB
holds for equal is equal: 1 and 1.0, or a set in another order.

Source: AWS, "Supported data types and naming rules in Amazon DynamoDB", read 2026-11-22
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, Self, cast

from cruddur_lib.errors import WorkbookError

DIGITS = 38  # significant digits of a number, at most
SMALLEST, LARGEST = -130, 125  # decimal exponents of a number's first digit
LEVELS = 32  # how deep lists and maps may lie in each other
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,9})?", re.ASCII)
BINARY = (bytes, bytearray, memoryview)
SCALARS = {"S": "SS", "N": "NS", "B": "BS"}  # what a set may hold, and the set's own type


class ValueMalformed(WorkbookError):
    """A value that DynamoDB has no type for, or that is not written as its type asks."""


class Value(NamedTuple):
    """One value: its DynamoDB type, and its content as text, Decimal, bytes, bool, None, a frozen
    set of scalars, a tuple of values or a mapping of names to values.
    """

    type: str
    content: Any


@dataclass(frozen=True)
class Item:
    """An item's attributes by name. Two are equal where DynamoDB holds the same."""

    attributes: Mapping[str, Value]

    @classmethod
    def from_python(cls, item: Mapping[str, Any]) -> Self:
        """The item as boto3's resource takes and gives it; raises `ValueMalformed`."""
        return cls({_name(n, "item"): python_value(v, str(n)) for n, v in _pairs(item, "item")})

    @classmethod
    def from_json(cls, item: Mapping[str, Any]) -> Self:
        """The item as boto3's client takes and gives it, binary as bytes; raises
        `ValueMalformed`.
        """
        return cls({_name(n, "item"): json_value(v, str(n)) for n, v in _pairs(item, "item")})

    def only(self, names: Iterable[str]) -> "Item":
        """The item with those of these attributes that it has."""
        kept = set(names)
        return Item({name: value for name, value in self.attributes.items() if name in kept})


AnyItem = Item | Mapping[str, Any]  # a mapping means Python values; wrap DynamoDB JSON yourself


def as_item(item: AnyItem) -> Item:
    """The item in the one form; a plain mapping is read as Python values."""
    return item if isinstance(item, Item) else Item.from_python(item)


def significant(number: Decimal) -> tuple[int, tuple[int, ...], int]:
    """A finite number's sign (1: negative), its digits without zeros at either end, their exponent;
    of zero no digits. `Decimal.normalize` would round to the 28 digits of its context.
    """
    sign, digits, exponent = number.as_tuple()
    count = len("".join(map(str, digits)).rstrip("0"))
    return sign, digits[:count], cast("int", exponent) + len(digits) - count


def python_value(value: object, path: str = "value", level: int = 1) -> Value:  # noqa: PLR0911
    """The value that boto3's resource would send; raises `ValueMalformed` with the path to it."""
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
    """The value that DynamoDB JSON like {"N": "1"} stands for; raises `ValueMalformed` with the
    path to it.
    """
    if not isinstance(value, (dict, Mapping)) or len(value) != 1:  # dict: asking it alone is fast
        raise _malformed(path, value, 'DynamoDB JSON is one type and its content: {"S": "x"}')
    ((tag, content),) = value.items()
    if tag == "S" and isinstance(content, str):  # most values by far
        return Value("S", _text(content, path))
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
        return _set("SS", [], path)  # says what to do instead
    if len(types) != 1 or not types <= SCALARS.keys():
        raise _malformed(path, value, "a set holds text, or numbers, or bytes: one of them")
    return _set(SCALARS[types.pop()], [scalar.content for scalar in scalars], path)


def _set(tag: str, content: list[Any], path: str) -> Value:
    if not content:
        raise _malformed(path, content, "DynamoDB has no empty set: leave the attribute out")
    if len(unique := frozenset(content)) != len(content):
        raise _malformed(path, content, "a set holds each value once")
    return Value(tag, unique)


Notation = Callable[[object, str, int], Value]  # reads a value that is written in it


def _list(content: Iterable[Any], path: str, level: int, read: Notation) -> tuple[Value, ...]:
    _check_level(path, level)
    return tuple(read(one, f"{path}[{n}]", level + 1) for n, one in enumerate(content))


def _map(content: Mapping[Any, Any], path: str, level: int, read: Notation) -> dict[str, Value]:
    _check_level(path, level)
    return {_name(n, path): read(v, f"{path}.{n}", level + 1) for n, v in content.items()}


def _check_level(path: str, level: int) -> None:
    if level > LEVELS:
        shown = f"{path[:40]}…"
        raise ValueMalformed(f"value at {shown} lies {level} deep; DynamoDB nests {LEVELS} levels")


def _pairs(item: object, path: str) -> Iterator[tuple[Any, Any]]:
    if not isinstance(item, Mapping):
        raise _malformed(path, item, "an item is a dict of attributes")
    yield from item.items()


def _name(name: object, path: str) -> str:
    if not (isinstance(name, str) and name):
        raise _malformed(path, name, "an attribute's name is text of one character or more")
    return _text(name, path)


def _text(text: str, path: str) -> str:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise _malformed(path, text, "half a surrogate pair has no UTF-8 bytes") from None
    return text


def _number(number: int | Decimal, path: str) -> Decimal:
    """The number without the zeros that do not count, within what DynamoDB stores."""
    if not (exact := Decimal(number)).is_finite():
        raise _malformed(path, number, "DynamoDB stores neither NaN nor Infinity")
    sign, digits, exponent = significant(exact)
    if len(digits) > DIGITS:
        raise _malformed(path, number, f"{len(digits)} significant digits; DynamoDB keeps {DIGITS}")
    if digits and not SMALLEST <= exponent + len(digits) - 1 <= LARGEST:
        raise _malformed(path, number, f"outside 1E{SMALLEST} to 9.9E{LARGEST}, either sign")
    return Decimal((sign, digits, exponent)) if digits else Decimal(0)


def _malformed(path: str, value: object, rule: str) -> ValueMalformed:
    try:
        shown = repr(value)
    except ValueError:  # an int of more digits than Python writes
        shown = f"a huge {type(value).__name__}"
    shown = shown if len(shown) <= 60 else f"{shown[:59]}…"  # noqa: PLR2004  enough to find it
    return ValueMalformed(f"{path}: {shown}: {rule}")
