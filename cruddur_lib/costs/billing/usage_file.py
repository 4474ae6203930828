"""A usage as JSON: what bin/cost/bill reads. Every key is optional, and no other key is taken.

Numbers are read as they are written, digit by digit. What is wrong is told with the key's path:
`UsageRefused`.
"""

import json
from collections.abc import Mapping
from dataclasses import Field, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from cruddur_lib.costs.billing.amounts import UsageError, shown
from cruddur_lib.costs.billing.usage import Part, Provisioned, Reserved, Usage, key

REGION = "us-east-1"  # where none is named
SEVERAL = {"provisioned": Provisioned, "reserved": Reserved}  # parts that may be listed
LISTED = 1_000  # parts in one list: more than a month has hours


@dataclass(frozen=True)
class Asked:
    """What a usage file holds: the usage, and whose prices it asks for."""

    usage: Usage
    region: str
    on: date
    assumed: tuple[str, ...]  # of region, on, month and gb, what was left out, with its value


def read_usage(text: str, today: date) -> Asked:
    """The usage that the JSON text describes; prices are of `today` where it names no day.

    Raises `UsageRefused`.
    """
    told = _json(text)
    if not isinstance(told, dict):
        raise UsageError("a usage is a JSON object: {} is the smallest one")
    given = dict(told)
    region = _text("region", given.pop("region", REGION))
    on = _day(given.pop("on", today))
    usage = _part(Usage, given, "", beside=("region", "on"))
    defaults = {"region": REGION, "on": str(today), "month": "730h", "gb": "2^30"}
    left_out = tuple(f"{name} {value}" for name, value in defaults.items() if name not in told)
    return Asked(usage, region, on, left_out)


def _json(text: str) -> Any:
    try:
        return json.loads(
            text,
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=_no_number,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise UsageError(
            f"no JSON: {error.msg}, line {error.lineno}, column {error.colno}"
        ) from error
    except RecursionError as error:
        raise UsageError("no usage: its JSON is nested too deep") from error


def _no_number(name: str) -> NoReturn:
    raise UsageError(f"{name} is not a number of JSON: quantities are finite")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; a key that stands twice has two values, and neither is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"the key {shown(twice)} stands twice in one object: leave one out")
    return found


def _part(kind: type[Any], given: object, where: str, beside: tuple[str, ...] = ()) -> Any:
    """The part of that kind, each of its values checked; `beside` are keys read elsewhere."""
    if not isinstance(given, Mapping):
        raise UsageError(f"{where.rstrip('.')} is {shown(given)}; it is an object of keys")
    known = {key(one.name): one for one in fields(kind)}
    if unknown := [name for name in given if name not in known]:
        names = ", ".join(sorted([*known, *beside]))
        raise UsageError(f"no key is called {shown(where + unknown[0])}; there are: {names}")
    return kind(**{known[name].name: _read(known[name], where, v) for name, v in given.items()})


def _read(field: Field[Any], where: str, value: object) -> Any:
    """A field's value: a part, several parts, or what its own check takes."""
    name = key(field.name)
    if name in SEVERAL:
        return _several(name, value)
    if is_dataclass(field.default_factory):
        return _part(field.default_factory, value, f"{name}.")
    return _value(where + name, value)


def _several(name: str, value: object) -> tuple[Part, ...]:
    """One part, or a list of them."""
    listed = value if isinstance(value, list) else [value]
    if len(listed) > LISTED:
        raise UsageError(f"{name} lists {len(listed):,} parts; {LISTED:,} are taken at most")
    return tuple(_part(SEVERAL[name], one, f"{name}.") for one in listed)


def _value(name: str, value: object) -> Any:
    """A number, a word, true or false; null and others are none of them."""
    if value is None or isinstance(value, (dict, list)):
        raise UsageError(f"{name} is {shown(value)}; give a value, or leave the key out")
    return value


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{name} is {shown(value)}; it is a text")
    return value


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(_text("on", value))
    except ValueError as error:
        raise UsageError(f"on is {shown(value)}; it is a day like 2026-11-22") from error
