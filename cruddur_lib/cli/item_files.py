"""Items in files: DynamoDB JSON, as the AWS CLI shows it, or plain JSON.

A valid file is never both: an item has a key, which is text, a number or binary, so in plain JSON
not every attribute is a map, and in DynamoDB JSON every one is.
"""

import json
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from cruddur_lib.costs.units.items import LEVELS, Item
from cruddur_lib.errors import WorkbookError

FORMATS = {"dynamodb": "DynamoDB JSON", "plain": "plain JSON"}
STDIN = "-"
NUMBERS = ("parse_int", "parse_float", "parse_constant")  # the hooks of JSON's reader
CONTENT: dict[str, type] = {  # what JSON writes the content of each type as
    **dict.fromkeys(("S", "N", "B"), str),
    **dict.fromkeys(("SS", "NS", "BS", "L"), list),
    **dict.fromkeys(("BOOL", "NULL"), bool),
    "M": dict,
}


class InputRefused(WorkbookError):
    """What was given to a script is not what it asks for: where it stands, and the rule."""


@dataclass(frozen=True)
class Found:
    """An item, and where it was found, for what is said of it."""

    where: str
    item: Item


@dataclass(frozen=True)
class ItemFile:
    """The items of one file; `note` says what was assumed of it, empty where nothing was."""

    items: tuple[Found, ...]
    note: str = ""


@dataclass(frozen=True)
class Written:
    """A number as it stands in the file; JSON's own reader would make a float of it."""

    text: str


class Pairs(list[tuple[str, Any]]):
    """An object as it stands in the file, with a name that stands twice."""


def read_items(path: str, form: str = "", *, many: bool = False) -> ItemFile:
    """The one item of a file, or its list of items; `form` is a key of `FORMATS`, empty to look.

    Raises `InputRefused`.
    """
    name = "standard input" if path == STDIN else path
    try:
        with naming(name):
            values = _listed(_bare(_python(_parsed(path), "")), many=many)
            used = form or ("dynamodb" if _dynamodb(values) else "plain")
            where = f"{name}, read as {FORMATS[used]}" if used != form and values else name
        found = []
        for n, value in enumerate(values):
            place = (f"{where}: [{n}]" if many else where) + _doubt(value, used)
            with naming(place):
                found.append(Found(place, _item(value, used)))
    except RecursionError:
        raise InputRefused(f"{name}: far deeper than the {LEVELS} levels of DynamoDB") from None
    return ItemFile(tuple(found), "" if where == name else where)


@contextmanager
def naming(where: str) -> Iterator[None]:
    """What is refused inside says where it stands."""
    try:
        yield
    except WorkbookError as error:
        raise InputRefused(f"{where}: {error}") from None


def _parsed(path: str) -> object:
    """What the file says: objects as `Pairs`, numbers as `Written`."""
    if path == STDIN and sys.stdin is None:
        raise InputRefused("cannot be read: it is closed")
    try:
        raw = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except OSError as error:
        raise InputRefused(f"cannot be read: {error.strerror}") from None
    hooks: dict[str, Any] = dict.fromkeys(NUMBERS, Written)
    try:
        return json.loads(raw, object_pairs_hook=Pairs, **hooks)
    except UnicodeDecodeError:
        raise InputRefused("not JSON: its bytes are no UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise InputRefused(f"not JSON: {error}") from None


def _python(value: object, path: str) -> object:
    """The value in Python's types; raises `InputRefused` with the path to what has none."""
    match value:
        case Written():
            try:
                return Decimal(value.text)
            except InvalidOperation:
                raise InputRefused(f"{path}: {value.text[:60]}: no such number fits") from None
        case Pairs():
            made: dict[str, object] = {}
            for name, content in value:
                inner = f"{path}.{name}" if path else name
                if name in made:
                    raise InputRefused(f"{inner}: the name stands twice in one object")
                made[name] = _python(content, inner)
            return made
        case list():
            return [_python(one, f"{path}[{n}]") for n, one in enumerate(value)]
    return value


def _bare(value: object) -> object:
    """The item that `aws dynamodb get-item` printed, or the items of a query or scan; the value as
    it is where it is something else.
    """
    match value:
        case {"Item": dict(item)} if all(map(_typed, item.values())):
            return item
        case {"Items": list(items), "Count": _, "ScannedCount": _}:
            return items
    return value


def _listed(value: object, *, many: bool) -> list[object]:
    if isinstance(value, list) and many:
        return value
    if isinstance(value, dict) and not many:
        return [value]
    asked = "a list of items, [{…}, {…}]" if many else "one item, an object {…}"
    kinds = {"dict": "an object", "list": "a list"}
    kind = kinds.get(type(value).__name__, "neither object nor list")
    raise InputRefused(f"{asked}, is asked for, and this is {kind}")


def _dynamodb(values: list[object]) -> bool:
    """Whether every attribute of all these is a type and its content."""
    return all(
        isinstance(value, dict) and all(_typed(one) for one in value.values()) for value in values
    )


def _typed(value: object) -> bool:
    if not (isinstance(value, dict) and len(value) == 1):
        return False
    ((tag, content),) = value.items()
    return tag in CONTENT and isinstance(content, CONTENT[tag])


def _doubt(value: object, used: str) -> str:
    """For an error: what kept an item from being DynamoDB JSON that else looks like it."""
    if used == "plain" and isinstance(value, dict) and any(map(_typed, value.values())):
        for name, one in value.items():
            if not _typed(one):
                return f" (DynamoDB JSON but for attribute {name!r}: {_untyped(one)})"
    return ""


def _untyped(value: object) -> str:
    if not (isinstance(value, dict) and len(value) == 1):
        return "not one type and its content"
    (tag,) = value
    if tag in CONTENT:
        return f"type {tag} asks for other content"
    return f"unknown type {tag!r}, the types are {', '.join(CONTENT)}"


def _item(value: object, used: str) -> Item:
    if not isinstance(value, dict):
        raise InputRefused("an item is an object {…}")
    if used == "plain":
        return Item.from_python(value)
    return Item.from_json({name: _decoded(one, name) for name, one in value.items()})


def _decoded(value: object, path: str) -> object:
    """DynamoDB JSON with its binary as bytes."""
    if not (isinstance(value, dict) and len(value) == 1):
        return value
    match value:
        case {"B": str(text)}:
            return {"B": _bytes(text, path)}
        case {"BS": [*texts]}:
            return {"BS": [_bytes(one, path) if isinstance(one, str) else one for one in texts]}
        case {"L": [*ones]}:
            return {"L": [_decoded(one, f"{path}[{n}]") for n, one in enumerate(ones)]}
        case {"M": dict(inner)}:
            return {"M": {name: _decoded(one, f"{path}.{name}") for name, one in inner.items()}}
    return value


def _bytes(text: str, path: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise InputRefused(f"{path}: {text[:40]!r}: type B asks for base64 ({error})") from None
