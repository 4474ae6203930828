"""A usage as a JSON file, as `bin/cost/bill` reads it. Every key is optional; others are errors."""

import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import PlainValidator, TypeAdapter
from pydantic.dataclasses import dataclass

from cruddur_lib.costs.billing.conventions import plain
from cruddur_lib.costs.billing.models import CONFIG, WIDTH, quote
from cruddur_lib.costs.billing.usage import (
    Key,
    TableUsage,
    Text,
    Usage,
    UsageError,
    keys_of,
)
from cruddur_lib.text import shortened

FIRST = ("region", "on", "month", "gb", "table_class", "free_tier")  # in the help on the keys


def _day(value: Any) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError('it must be a day like "2026-11-22"') from None


@dataclass(frozen=True, config=CONFIG)
class UsageFile(Usage):
    """What a usage file holds: a usage, and the Region and the day whose prices apply."""

    region: Text = "us-east-1"
    on: Annotated[date, PlainValidator(_day)] = field(kw_only=True)
    """the day whose prices apply, like "2026-11-22"; today if left out"""


def read_usage(text: str, today: date) -> tuple[UsageFile, list[str]]:
    """Read a usage file.

    Args:
        text: its JSON.
        today: the day whose prices apply if the file names none.

    Returns:
        The usage, and each of region, on, month and gb that the file lacks, with its default.

    Raises:
        UsageError: it is not JSON, or a key or a value is not possible.
    """
    content = _json(text)
    if not isinstance(content, dict):
        raise UsageError("a usage is a JSON object: {} is the smallest one")
    adapter = TypeAdapter(UsageFile)
    usage = adapter.validate_python({"on": today, **content}, by_alias=True, by_name=False)
    assumed = {"region": usage.region, "on": today, "month": "730h", "gb": usage.gb.value}
    return usage, [f"{key} {value}" for key, value in assumed.items() if key not in content]


def _json(text: str) -> Any:
    try:
        return json.loads(
            text,
            parse_float=_number,
            parse_constant=Decimal,  # the quantity itself refuses NaN and Infinity
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UsageError(f"this is not JSON: {error.msg}, {place}") from error
    except ValueError as error:
        raise UsageError("a whole number has more than 4,300 digits") from error
    except RecursionError as error:
        raise UsageError("this is not a usage: its JSON is nested too deep") from error


def _number(text: str) -> Decimal:
    """Return a number with all its digits."""
    try:
        return Decimal(text)
    except InvalidOperation:  # its exponent has more than 18 digits
        raise UsageError(f"{shortened(text, WIDTH)} is too large or too small a number") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object; refuse a repeated key, because either of its values may be meant."""
    for key, count in Counter(key for key, _ in pairs).most_common(1):
        if count > 1:
            raise UsageError(f"the key {quote(key)} is repeated in one object: keep one of them")
    return dict(pairs)


def describe_keys() -> str:
    """Return the help on a usage file: a line for each key, its default and its meaning."""
    keys = sorted(keys_of(UsageFile), key=lambda key: FIRST.index(key[0]) if key[0] in FIRST else 9)
    return "\n".join(_key_lines(keys, "  "))


def _key_lines(keys: Iterable[Key], indent: str) -> Iterator[str]:
    for key, about, part in keys:
        default = "" if part or about.is_required() else _default_text(about.default)
        meaning = about.description or (part and part.__doc__) or ""
        text = f"{key} {default}".rstrip() + (f": {meaning}" if meaning else "")
        yield textwrap.fill(text, 100, initial_indent=indent, subsequent_indent=f"{indent}    ")
        if part and part is not TableUsage:  # it has the keys of the whole usage
            yield from _key_lines(keys_of(part), f"{indent}  ")


def _default_text(default: Any) -> str:
    """Return a default as a usage file has it, and "" for None."""
    if isinstance(default, Decimal):
        return plain(default)
    return "" if default is None else json.dumps(getattr(default, "value", default))
