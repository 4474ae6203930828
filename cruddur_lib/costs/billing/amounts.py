"""What may be asked for in a usage: each check gives the value as it is billed, or refuses it by
name.
"""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from cruddur_lib.costs.billing.decimals import plain
from cruddur_lib.errors import WorkbookError

LARGEST = Decimal(10) ** 15  # of any unit: a million times what AWS's price steps reach
DECIMALS = 30  # behind the point: a byte in GB of 2^30 has them
SHOWN = 40  # characters of a value in an error
BLOCK = 100  # units that reserved capacity is sold in

Check = Callable[[str, Any], Any]


class UsageError(WorkbookError):
    """A usage that cannot be: which key, its value, what is possible."""


def amount(name: str, value: Any) -> Decimal:
    """A quantity from 0 on, of any fraction, exactly as it is written."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise UsageError(f"{name} is {shown(value)}; it is a number, written without quotes")
    number = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise UsageError(f"{name} is {shown(number)}; it is a finite number")
    if number < 0:
        raise UsageError(f"{name} is {shown(number)}; it is 0 or more")
    if number >= LARGEST:
        raise UsageError(f"{name} is {shown(number)}; quantities are below {LARGEST:,f}")
    if number and places(number) > DECIMALS:
        raise UsageError(
            f"{name} is {shown(number)}; at most {DECIMALS} digits stand behind the point"
        )
    return number.copy_abs()  # -0.0 is 0


def places(number: Decimal) -> int:
    """Digits behind the point, without idle zeros at the end.

    >>> places(Decimal("1.50")), places(Decimal("2E+3"))
    (1, 0)
    """
    _, digits, exponent = number.as_tuple()
    idle = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return max(0, -int(exponent) - idle)


def shown(value: Any) -> str:
    """The value as JSON writes it, shortened, for an error."""
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "an object"
    said = str(value) if isinstance(value, Decimal) else json.dumps(value, default=str)
    return said if len(said) <= SHOWN else f"{said[:SHOWN]}..."


def whole(name: str, value: Any) -> Decimal:
    """A count: 0, 1, 2 and so on."""
    number = amount(name, value)
    if number != number.to_integral_value():
        raise UsageError(f"{name} is {shown(number)}; it is a whole number")
    return number


def blocks(name: str, value: Any) -> Decimal:
    """Units of reserved capacity, in whole blocks of 100."""
    number = amount(name, value)
    if number % BLOCK:
        below = number // BLOCK * BLOCK
        raise UsageError(
            f"{name} is {plain(number)} units; reserved capacity is sold in blocks of {BLOCK} "
            f"units: give {plain(below)} or {plain(below + BLOCK)}"
        )
    return number


def hours(name: str, value: Any) -> Decimal | None:
    """Hours of the month; None, left out, is all of them."""
    return None if value is None else amount(name, value)


def word(name: str, value: Any) -> str | None:
    """A text, or None where it is left out."""
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{name} is {shown(value)}; it is a text")
    return value


def listed(_: str, value: Any) -> tuple[Any, ...]:
    """Several parts; one alone is taken too."""
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def switch(name: str, value: Any) -> bool:
    """True or False."""
    if not isinstance(value, bool):
        raise UsageError(f"{name} is {shown(value)}; it is true or false")
    return value


def one_of(known: Mapping[Any, Any]) -> Check:
    """A check for one of the known words or numbers; the value is what it stands for."""

    def check(name: str, value: Any) -> Any:
        for key, meant in known.items():
            if value is meant or (value == key and not isinstance(value, bool)):
                return meant
        words = ", ".join(str(key) for key in known)
        raise UsageError(f"{name} is {shown(value)}; there are: {words}")

    return check
