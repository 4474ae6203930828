"""Settings and error messages that the models of a usage and of the price list share."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from pydantic import ConfigDict, ValidationError

from cruddur_lib.text import shortened

CONFIG = ConfigDict(extra="forbid", validate_by_name=True, use_attribute_docstrings=True)
WIDTH = 40  # characters of a value in an error
RULES = {  # what the value must be, by pydantic's name of the error
    "bool_type": "it must be true or false",
    "date_from_datetime_parsing": "it must be a day like 2026-11-22",
    "dataclass_type": "it must be an object of keys and values",
    "decimal_parsing": "it must be a number",
    "enum": "it must be {expected}",
    "finite_number": "it must be a finite number",
    "missing": "the key {key} is missing",
    "multiple_argument_values": "it is set twice",
    "string_type": "it must be text in quotes",
    "string_unicode": "no key is called {value}; there are: {keys}",
    "too_long": "it has {actual_length:,} parts, and may have {max_length:,}",
    "unexpected_keyword_argument": "no key is called {quoted}; there are: {keys}",
    "unexpected_positional_argument": "there is no field for it",
    "value_error": "{error}",
}
UNKNOWN_KEY = ("string_unicode", "unexpected_keyword_argument")


def explanation(error: ValidationError, keys: Iterable[str], path: Iterable[str]) -> str:
    """Return one error as a sentence with key, value and rule; an unknown key comes first.

    Args:
        error: what pydantic found.
        keys: the keys that the model has.
        path: the keys that lead to the model in the file.
    """
    every = error.errors(include_url=False)
    found = next((one for one in every if one["type"] in UNKNOWN_KEY), every[0])
    key = ".".join(shortened(str(step), WIDTH) for step in (*path, *found["loc"]))
    value = quote(found["input"])
    words = {"key": key, "quoted": json.dumps(key), "value": value, "keys": ", ".join(sorted(keys))}
    words |= found.get("ctx", {})
    words["expected"] = str(words.get("expected")).replace("'", '"')  # as JSON writes it
    rule = RULES.get(found["type"], "another type of value is needed").format(**words)
    return rule if found["type"] in (*UNKNOWN_KEY, "missing") else f"{key} is {value}; {rule}"


def quote(value: Any) -> str:
    """Return the value as JSON writes it, at most `WIDTH` characters of it."""
    if isinstance(value, (list, tuple, dict)):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and not isinstance(value, bool):
        value = Decimal(value)  # str() refuses an int of more than 4,300 digits
    text = str(value) if isinstance(value, Decimal) else json.dumps(value, default=str)
    return shortened(text, WIDTH)
