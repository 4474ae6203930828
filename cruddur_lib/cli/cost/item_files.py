"""Items in files: DynamoDB JSON as AWS's tools print or read it, or plain JSON with `--plain`.

A file is text in UTF-8, or in UTF-16 or UTF-32 with a byte order mark. It may be compressed by
gzip. It holds one JSON value, or several in a row, such as the lines of an export to S3.
`cruddur_lib.costs.units.envelopes` knows the requests and replies that hold items.
"""

import gzip
import json
import re
import sys
import zlib
from base64 import b64decode
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from cruddur_lib.costs.units.envelopes import Enclosed, Envelope, Operation, opened
from cruddur_lib.costs.units.items import LEVELS, Item, ValueMalformed
from cruddur_lib.errors import WorkbookError
from cruddur_lib.text import shortened

STDIN = "-"
WIDTH = 60  # characters of a value that an error quotes
WHOLE = "To get the whole item in a reply, use --return-values ALL_NEW or ALL_OLD in the request"
GZIP = b"\x1f\x8b"  # the first bytes of a compressed file
BLANK = re.compile(r"[ \t\r\n]*")


class InputRefused(WorkbookError):
    """A script cannot use a file or an argument; the message says where and why."""


@dataclass(frozen=True)
class FoundItem:
    """An item, or the key of one, and its place in a file."""

    where: str  # such as "items.json: Items[3]"
    item: Item
    operation: Operation = Operation.ITEM


@dataclass(frozen=True)
class ItemFile:
    """The items of one table in a file."""

    name: str
    found: list[FoundItem]
    bare: bool = False  # whether the file is one item with nothing around it
    transactional: bool = False  # whether it is a request of TransactWriteItems
    hidden: int = 0  # items that DynamoDB read, but a filter removed from the reply


@dataclass(frozen=True)
class ItemReader:
    """How a script reads its files of items."""

    plain: bool = False  # whether items are plain JSON, {"pk": "x"}, and not DynamoDB JSON
    table: str | None = None  # the table whose items are read, if a file has those of several
    default_table: str | None = None  # like `table`, but a file may lack items of this table
    check_names: Callable[[Collection[str], list[str]], None] | None = None
    """Raises `InputRefused` if an item's attributes lack the table's key. The arguments are the
    names of the attributes, and more advice for the message."""

    def read(self, path: str) -> ItemFile:
        """Return the items in a file.

        Args:
            path: the file, or "-" for standard input.

        Raises:
            InputRefused: the file cannot be read, has something other than items, or has items of
                several tables and none of them is `table`.
        """
        name = file_name(path)
        with naming(name):
            envelopes = self._envelopes(path)
            every = [one for envelope in envelopes for one in envelope.enclosed]
            chosen = self._of_one_table(every)
        return ItemFile(
            name,
            [self._found(name, one) for one in chosen],
            bare=[envelope.bare for envelope in envelopes] == [True],
            transactional=any(envelope.transactional for envelope in envelopes),
            hidden=sum(envelope.hidden for envelope in envelopes),
        )

    def _envelopes(self, path: str) -> list[Envelope]:
        values = list(_json_values(path))
        if len(values) == 1:
            return [opened(values[0][1], plain=self.plain)]
        envelopes = []
        for line, value in values:
            place = f"line {line:,}"
            with naming(place):
                envelopes.append(opened(value, plain=self.plain).within(f"{place}: "))
        return envelopes

    def _of_one_table(self, enclosed: list[Enclosed]) -> list[Enclosed]:
        tables = sorted({one.table for one in enclosed if one.table is not None})
        known = ", ".join(tables) or "none"
        if self.table is not None and self.table not in tables:
            raise InputRefused(f"no items of --table {self.table}; the file has: {known}")
        table = self.table or self.default_table
        if table in tables:
            return [one for one in enclosed if one.table == table]
        if len(tables) > 1:
            raise InputRefused(
                f"items of {len(tables)} tables: choose one with --table; the file has: {known}"
            )
        return enclosed

    def _found(self, name: str, one: Enclosed) -> FoundItem:
        where = f"{name}: {one.place.removesuffix(': ')}" if one.place else name
        with naming(where):
            return FoundItem(where, self._item(one), one.operation)

    def _item(self, one: Enclosed) -> Item:
        value = one.attributes
        if not isinstance(value, dict):
            raise InputRefused("an item must be an object, {…}")
        looks_plain = not self.plain and not all(map(_has_type, value.values()))
        advice = ["If these are plain values, use --plain"] if looks_plain else []
        if self.check_names:
            self.check_names(value, advice + [WHOLE] * one.place.endswith("Attributes"))
        if self.plain:
            return Item.from_python(value)
        try:
            return Item.from_json({name: _with_bytes(one, name) for name, one in value.items()})
        except ValueMalformed as error:
            raise InputRefused(". ".join([str(error), *advice])) from None


def file_name(path: str) -> str:
    """Return the name of a file for messages."""
    return "standard input" if path == STDIN else path


@contextmanager
def naming(where: str) -> Iterator[None]:
    """Put `where` before the text of any error that is raised inside the `with`.

    JSON that is nested too deeply for Python raises such an error too.
    """
    try:
        yield
    except WorkbookError as error:
        raise InputRefused(f"{where}: {error}") from None
    except RecursionError:
        raise InputRefused(f"{where}: nested deeper than DynamoDB's {LEVELS} levels") from None


def read_json(path: str) -> Any:
    """Read a file of one JSON value, its numbers as Decimal.

    Args:
        path: the file, or "-" for standard input.

    Raises:
        InputRefused: the file cannot be read, or is not one JSON value.
    """
    (_, value), *others = _json_values(path)
    if others:
        raise InputRefused(f"not JSON: a second value begins in line {others[0][0]:,}")
    return value


def _json_values(path: str) -> Iterator[tuple[int, Any]]:
    """Yield each JSON value in a file with the line in which it begins; there is at least one."""
    text = _text(path)
    line, counted, end = 1, 0, 0
    while (start := _blank(text, end)) < len(text) or not end:
        try:
            value, end = DECODER.raw_decode(text, start)
        except json.JSONDecodeError as error:
            place = f"line {error.lineno:,}, column {error.colno:,}"
            wrong = f"the error is at {place}" if text.strip() else "it is empty"
            raise InputRefused(f"not JSON: {wrong}") from None
        line, counted = line + text.count("\n", counted, start), start
        yield line, value


def _blank(text: str, start: int) -> int:
    """Return where the white space that begins at `start` ends."""
    found = BLANK.match(text, start)
    return found.end() if found else start


def _text(path: str) -> str:
    if path == STDIN and sys.stdin is None:
        raise InputRefused("cannot be read: it is closed")
    try:
        raw = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except OSError as error:
        raise InputRefused(f"cannot be read: {error.strerror}") from None
    try:
        raw = gzip.decompress(raw) if raw.startswith(GZIP) else raw
    except (OSError, EOFError, zlib.error):
        raise InputRefused("cannot be read: it is a damaged gzip file") from None
    try:
        return raw.decode(json.detect_encoding(raw))
    except UnicodeDecodeError:
        raise InputRefused("not JSON: its bytes are not UTF-8 text") from None


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise InputRefused(f"{shortened(text, WIDTH)}: the number is out of range") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    for name, _ in pairs if len(made) < len(pairs) else ():
        if sum(name == other for other, _ in pairs) > 1:
            raise InputRefused(f"one object has the name {name!r} twice")
    return made


DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_number, parse_float=_number, parse_constant=_number
)


def _has_type(value: object) -> bool:
    """Return whether a value is an object with one name, as DynamoDB JSON is."""
    return isinstance(value, dict) and len(value) == 1


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
    except ValueError:
        quoted = repr(shortened(text, WIDTH))
        raise InputRefused(f"{path}: {quoted} is not base64, which type B needs") from None
