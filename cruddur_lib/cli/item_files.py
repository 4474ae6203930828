"""Items in files: DynamoDB JSON as the AWS CLI prints it, or plain JSON with `--plain`."""

import json
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from cruddur_lib.costs.units.items import LEVELS, Item, ValueMalformed
from cruddur_lib.errors import WorkbookError
from cruddur_lib.text import shortened

STDIN = "-"
WIDTH = 60  # characters of a value that an error quotes


class InputRefused(WorkbookError):
    """A file or an argument that a script cannot use; the message says where and why."""


@dataclass(frozen=True)
class FoundItem:
    """An item and its place in a file."""

    where: str  # such as "items.json: [3]"
    item: Item


def read_items(path: str, *, plain: bool = False, many: bool = False) -> list[FoundItem]:
    """Read the item of a file, or its list of items.

    An item, or a list of items, may be wrapped as `aws dynamodb get-item`, `query` and `scan`
    print it.

    Args:
        path: the file, or "-" for standard input.
        plain: whether the file is plain JSON, {"pk": "x"}, and not {"pk": {"S": "x"}}.
        many: whether the file holds a list of items, and not one item.

    Raises:
        InputRefused: the file cannot be read, or does not hold an item or a list of items.
    """
    name = file_name(path)
    with naming(name):
        values = _as_list(_unwrap(read_json(path)), many=many)
    found = []
    for number, value in enumerate(values):
        where = f"{name}: [{number}]" if many else name
        with naming(where):
            found.append(FoundItem(where, _item(value, plain=plain)))
    return found


@contextmanager
def naming(where: str) -> Iterator[None]:
    """Put `where` before the text of any error that is raised inside the `with`.

    JSON that is nested too deep for Python is such an error too.
    """
    try:
        yield
    except WorkbookError as error:
        raise InputRefused(f"{where}: {error}") from None
    except RecursionError:
        raise InputRefused(f"{where}: far deeper than the {LEVELS} levels of DynamoDB") from None


def file_name(path: str) -> str:
    """Return the name of a file for messages."""
    return "standard input" if path == STDIN else path


def read_json(path: str) -> Any:
    """Read a file of JSON, in UTF-8, UTF-16 or UTF-32, with its numbers as Decimal.

    Args:
        path: the file, or "-" for standard input.

    Raises:
        InputRefused: the file cannot be read, or is not JSON.
    """
    if path == STDIN and sys.stdin is None:
        raise InputRefused("cannot be read: it is closed")
    try:
        raw = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except OSError as error:
        raise InputRefused(f"cannot be read: {error.strerror}") from None
    numbers: dict[str, Any] = dict.fromkeys(("parse_int", "parse_float", "parse_constant"), _number)
    try:
        return json.loads(raw, object_pairs_hook=_object, **numbers)
    except UnicodeDecodeError:
        raise InputRefused("not JSON: its bytes are not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise InputRefused(f"not JSON: {error}") from None


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise InputRefused(f"{shortened(text, WIDTH)}: no such number fits") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    for name, _ in pairs if len(made) < len(pairs) else ():
        if sum(name == other for other, _ in pairs) > 1:
            raise InputRefused(f"the name {name!r} stands twice in one object")
    return made


def _unwrap(value: object) -> object:
    """Take the item, or the list of items, out of a reply that the AWS CLI printed."""
    match value:
        case {"Item": dict(item), **rest} if rest.keys() <= {"ConsumedCapacity"}:
            return item
        case {"Items": list(items), "Count": _, "ScannedCount": _}:
            return items
    return value


def _as_list(value: object, *, many: bool) -> list[object]:
    if isinstance(value, list) and many:
        return value
    if isinstance(value, dict) and not many:
        return [value]
    wanted = "a list of items, [{…}, {…}]" if many else "one item, an object {…}"
    kinds = {"dict": "an object", "list": "a list"}
    kind = kinds.get(type(value).__name__, "neither object nor list")
    raise InputRefused(f"give {wanted}; this is {kind}")


def _item(value: object, *, plain: bool) -> Item:
    if not isinstance(value, dict):
        raise InputRefused("an item is an object {…}")
    if plain:
        return Item.from_python(value)
    try:
        return Item.from_json({name: _with_bytes(one, name) for name, one in value.items()})
    except ValueMalformed as error:
        raise InputRefused(f"{error}. If these are plain values, say --plain") from None


def _with_bytes(value: Any, path: str) -> Any:
    """Decode the base64 of binary values."""
    match value:
        case {"B": str(text)}:
            return {"B": _bytes(text, path)}
        case {"BS": [*texts]}:
            return {"BS": [_bytes(one, path) if isinstance(one, str) else one for one in texts]}
        case {"L": [*ones]}:
            return {"L": [_with_bytes(one, f"{path}[{n}]") for n, one in enumerate(ones)]}
        case {"M": dict(inner)}:
            return {"M": {name: _with_bytes(one, f"{path}.{name}") for name, one in inner.items()}}
    return value


def _bytes(text: str, path: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        quoted = repr(shortened(text, WIDTH))
        raise InputRefused(f"{path}: {quoted}: type B asks for base64 ({error})") from None
