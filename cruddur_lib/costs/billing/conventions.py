"""The lengths of a month, the sizes of a GB, and exact amounts.

| month | hours | who counts this way |
|---|---|---|
| 720h | 720 | AWS's pricing pages: 30 days |
| 730h | 730 | AWS's calculator: a twelfth of a year |
| 744h | 744 | the free tier: the longest month |
| 30.5d | 732 | common in blogs |
| calendar | those of the month of the prices' day | AWS's bill |
| 2026-02 | those of that month | AWS's bill |

AWS bills GB of 2^30 bytes ("All size measurements in DynamoDB use binary-based units", AWS, "Quotas
in Amazon DynamoDB", read 2026-11-24,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html). Other tools
count GB of 1e9 bytes. A usage says which GB it counts; a bill always counts AWS's.
"""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, localcontext
from enum import Enum

from cruddur_lib.costs.units.sizes import STORED
from cruddur_lib.errors import WorkbookError

# Compute money and quantities `with localcontext(EXACT)`: an inexact result, or overflow, raises.
EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, DivisionByZero])
ZERO = Decimal(0)
HOURS_PER_DAY = 24
FIXED = {"720h": 720, "730h": 730, "744h": 744, "30.5d": 732}  # hours
LARGEST = Decimal(10) ** 15  # of any unit: a million times what AWS's price tiers reach
SMALLEST = Decimal("1e-30")  # one byte in GB of 2^30 bytes has 30 digits after the point
LONGEST = Decimal(31 * HOURS_PER_DAY)  # hours; no month has more


class ConventionUnknown(WorkbookError):
    """A month that has an unknown name."""


@dataclass(frozen=True)
class Month:
    """A month by its name, and its hours."""

    name: str
    hours: Decimal

    def __str__(self) -> str:
        """Return the month as a bill shows it."""
        return f"the month {self.name} ({self.hours} h)"


class Gigabyte(Enum):
    """A definition of a GB. Its value is its name in a usage."""

    BINARY = "2^30"  # AWS's
    DECIMAL = "1e9"

    @property
    def bytes(self) -> int:
        """Return the bytes of one GB."""
        return 2**30 if self is Gigabyte.BINARY else 10**9

    def __str__(self) -> str:
        """Return the definition as a bill shows it."""
        return f"1 GB = {self.bytes:,} bytes ({self.value})"


def month(name: str, on: date) -> Month:
    """Return the month of that name.

    Args:
        name: a name from the table in this module's docstring.
        on: the day whose month "calendar" means.

    Raises:
        ConventionUnknown: no month has this name; the message lists the names.

    >>> month("730h", date(2026, 2, 1)).hours, month("calendar", date(2026, 2, 1)).hours
    (Decimal('730'), Decimal('672'))
    """
    if name in FIXED:
        return Month(name, Decimal(FIXED[name]))
    called = on.isoformat()[:7] if name == "calendar" else name
    if found := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", called):
        days = calendar.monthrange(int(found[1]), int(found[2]))[1]
        return Month(called, Decimal(days * HOURS_PER_DAY))
    known = ", ".join([*FIXED, "calendar"])
    raise ConventionUnknown(f"no month is called {name!r}; there are: {known}, or one like 2026-02")


def stored_gb(stored: Iterable[tuple[int, float]], gb: Gigabyte = Gigabyte.BINARY) -> Decimal:
    """Return the GB of storage that AWS bills, 100 bytes of overhead an item included.

    Args:
        stored: for the table and for each index, the number of items and their mean size in bytes.
        gb: what a GB is in the result.

    Raises:
        decimal.Inexact: the result has more than 200 digits.

    >>> stored_gb([(10_000_000, 924), (1_000_000, 400)], Gigabyte.DECIMAL)
    Decimal('10.74')
    """
    with localcontext(EXACT):
        sizes = (Decimal(count) * (Decimal(repr(mean)) + STORED) for count, mean in stored)
        return sum(sizes, ZERO) / gb.bytes


def bounded(number: Decimal) -> Decimal:
    """Return a number if a bill can be exact with it.

    Raises:
        ValueError: the number is not finite, is below 0, is too large, or has too many digits.
    """
    if not number.is_finite():
        raise ValueError("it must be a finite number")
    if number < 0:
        raise ValueError("it must be 0 or more")
    if number >= LARGEST:
        raise ValueError(f"it must be below {LARGEST:,f}")
    try:
        number.quantize(SMALLEST, context=EXACT)
    except Inexact:
        raise ValueError("it may have at most 30 digits after the point") from None
    return number.copy_abs()  # -0.0 becomes 0.0


def plain(number: Decimal) -> str:
    """Return the number with all its digits, without an exponent and without trailing zeros.

    >>> plain(Decimal("7.2E+4")), plain(Decimal("0.7500")), plain(Decimal("3E-7"))
    ('72000', '0.75', '0.0000003')
    """
    return format(EXACT.normalize(number), "f")


def money(usd: Decimal) -> str:
    """Return USD with all digits, at least two of them after the point; zero is "0".

    >>> money(Decimal("46.80000")), money(Decimal("2.333338")), money(Decimal(40)), money(ZERO)
    ('46.80', '2.333338', '40.00', '0')
    """
    if not usd:
        return "0"
    whole, _, cents = plain(usd).partition(".")
    return f"{whole}.{cents:0<2}"
