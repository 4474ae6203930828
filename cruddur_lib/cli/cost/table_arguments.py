"""Keys and indexes of a table as arguments of a script, and a check that items have these keys.

    pk:sk                                HASH[:RANGE]
    inbox:gsi_pk:gsi_sk                  NAME:HASH[:RANGE][:PROJECTION]
    by_user:user_uuid:KEYS_ONLY          a range key cannot have the name of a projection
    by_user:user_uuid:INCLUDE=text,name

An attribute's name cannot contain a colon, and the name of an included one no comma.
"""

import argparse
import re
import shlex
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from cruddur_lib.cli.cost.item_files import FoundItem, InputRefused, naming
from cruddur_lib.costs.units.items import value_size
from cruddur_lib.costs.units.schema import IndexSchema, Projection, TableSchema
from cruddur_lib.text import shortened

INDEX = "NAME:HASH[:RANGE][:ALL|:KEYS_ONLY|:INCLUDE=a,b]"
INDEX_NAME = re.compile(r"[A-Za-z0-9_.-]{1,255}")
KEY_LIMITS = (2_048, 1_024)  # bytes of a hash key's value, and of a range key's
KEY_TYPES = ("S", "N", "B")
DEFAULT_KEY = ("pk", "sk")
LIKELY_KEY = re.compile(r"(?i:id|pk|key|uuid)|.*(?:Id|ID|_id|_pk|_key|_uuid)")
WIDTH = 200  # characters of names that an error lists


@dataclass(frozen=True)
class TableArguments:
    """A table as the arguments describe it."""

    schema: TableSchema
    name: str | None = None  # None unless a file describes the table
    file: str | None = None  # the file that describes the table

    def check_names(self, names: Collection[str], advice: Iterable[str] = ()) -> None:
        """Check that an item has the attributes of the table's key.

        Args:
            names: the names of the item's attributes.
            advice: more sentences for the message.

        Raises:
            InputRefused: a key attribute is missing; the message names the options that help.
        """
        missing = [name for name in self.schema.key if name not in names]
        if missing:
            have = shortened(", ".join(names), WIDTH) or "none"
            said = f"an item has no key attribute {missing[0]!r}; it has: {have}"
            raise InputRefused(". ".join([said, *self._key_advice(names), *advice]))

    def _key_advice(self, names: Collection[str]) -> list[str]:
        if self.file is not None:
            key = ":".join(self.schema.key)
            return [f"The table in {self.file} has the key {key}: use items of that table"]
        usable = [name for name in names if name and ":" not in name]
        known = [name for name in self.schema.key if name in usable]
        likely = known or [name for name in usable if LIKELY_KEY.fullmatch(name)][:1] or usable[:1]
        words = ":".join(likely)
        return [f"If the table's key is {words}, use --keys {shlex.quote(words)}"] if likely else []


def key(text: str) -> tuple[str, ...]:
    """Read the attributes of a key, "pk:sk" or "pk"; a type for argparse."""
    return _key(text, text.split(":"))


def index(text: str) -> IndexSchema:
    """Read a global index, "inbox:gsi_pk:gsi_sk:KEYS_ONLY"; a type for argparse."""
    name, *parts = text.split(":")
    if not INDEX_NAME.fullmatch(name):
        raise _error(text, "an index's name is letters, digits, _, - and dots")
    projection = Projection.ALL
    include: tuple[str, ...] = ()
    if len(parts) > 1 and (len(parts) > 2 or _is_projection(parts[-1])):  # noqa: PLR2004  HASH, RANGE
        projection, include = _projection(text, parts.pop())
    if parts and _is_projection(parts[0]):
        raise _error(text, f"{parts[0]} is a projection, and HASH is missing: {INDEX}")
    return IndexSchema(name, _key(text, parts), projection, include)


def local_index(text: str) -> IndexSchema:
    """Read a local index in the same notation; a type for argparse."""
    return replace(index(text), local=True)


def named_index(text: str) -> IndexSchema | str:
    """Read a global index, or the name of an index in a description; a type for argparse."""
    return index(text) if ":" in text or not INDEX_NAME.fullmatch(text) else text


def table_schema(names: tuple[str, ...], indexes: Iterable[IndexSchema]) -> TableSchema:
    """Return the schema of a table.

    Args:
        names: the attributes of its key, hash key first.
        indexes: its indexes.

    Raises:
        InputRefused: DynamoDB allows no such table.
    """
    made = TableSchema(names, tuple(indexes))
    for n, one in enumerate(made.indexes):
        if one.name in (other.name for other in made.indexes[:n]):
            raise InputRefused(f"index {one.name!r} is given twice")
        if one.local and not (one.key[0] == names[0] and len(one.key) == len(names) == 2):  # noqa: PLR2004
            raise InputRefused(
                f"local index {one.name!r} has the key {':'.join(one.key)}: it takes the table's "
                f"hash key and a range key of its own, on a table with both ({':'.join(names)})"
            )
    return made


def check_keys(table: TableSchema, items: Iterable[FoundItem]) -> None:
    """Check that the items have the keys that the table and its indexes require.

    Args:
        table: the table's schema.
        items: the items, with their places in files.

    Raises:
        InputRefused: an item lacks the table's key; or a key attribute is empty, too long, of a
            type that a key cannot have, or of two types in two items.
    """
    limits: dict[str, int] = {}
    for names in (table.key, *(index.key for index in table.indexes)):
        # if a key has more attributes, we don't know which ones are hash keys and range keys
        most = KEY_LIMITS if len(names) <= len(KEY_LIMITS) else [max(KEY_LIMITS)] * len(names)
        for name, limit in zip(names, most, strict=False):
            limits[name] = min(limit, limits.get(name, limit))
    types: dict[str, str] = {}
    for found in items:
        with naming(found.where):
            table.check_key(found.item)
            for name, limit in limits.items():
                if name in found.item.attributes:
                    _check_value(found, name, limit, types)


def _check_value(found: FoundItem, name: str, limit: int, types: dict[str, str]) -> None:
    value = found.item.attributes[name]
    if value.type not in KEY_TYPES:
        rule = "a key attribute is text (S), a number (N) or binary (B)"
        typed = value.type == "M" and set(KEY_TYPES).issuperset(value.content)
        advice = ". If this is DynamoDB JSON, leave out --plain" if typed else ""
        raise InputRefused(f"{name} is of type {value.type}: {rule}{advice}")
    if value.type != types.setdefault(name, value.type):
        raise InputRefused(
            f"{name} is of type {value.type} here and {types[name]} before: a key attribute has "
            "one type in the whole table"
        )
    if not 0 < (size := value_size(value)) <= limit:
        raise InputRefused(f"{name} is {size:,} bytes: a key attribute here has 1 to {limit:,}")


def _key(text: str, parts: list[str]) -> tuple[str, ...]:
    if not 1 <= len(parts) <= len(KEY_LIMITS) or not all(parts):
        raise _error(text, "a key is HASH or HASH:RANGE, each an attribute's name")
    if len(set(parts)) != len(parts):
        raise _error(text, "hash and range key are two attributes")
    return tuple(parts)


def _is_projection(part: str) -> bool:
    """Return whether this part is a projection, perhaps a misspelled one."""
    return part.partition("=")[0].upper() in Projection.__members__ or "=" in part


def _projection(text: str, part: str) -> tuple[Projection, tuple[str, ...]]:
    word, equals, names = part.partition("=")
    include = tuple(names.split(",")) if equals else ()
    complete = all(include) and bool(include) == (word == Projection.INCLUDE.name)
    if word not in Projection.__members__ or not complete:
        raise _error(text, f"unknown projection {part!r}: ALL, KEYS_ONLY or INCLUDE=a,b")
    return Projection[word], include


def _error(text: str, rule: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(f"{text!r}: {rule}")
