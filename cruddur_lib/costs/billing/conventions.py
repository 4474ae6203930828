"""What a month is and what a GB is: choices that move a bill, so each has a name and is shown.

| month | hours | who counts so |
|---|---|---|
| 720h | 720 | AWS's pricing pages: 30 days |
| 730h | 730 | AWS's calculator: a twelfth of a year |
| 744h | 744 | the free tier: the longest month |
| 30.5d | 732 | common in blogs |
| calendar | those of the month that the prices are of | AWS's bill |
| 2026-02 | those of that month | AWS's bill |

A GB is 2^30 bytes ("All size measurements in DynamoDB use binary-based units", AWS, "Quotas in
Amazon DynamoDB", read 2026-11-24,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html) or 1e9, as some
of AWS's own tools count. Bytes become GB by `stored_gb`; a quantity that is given in GB and its
price mean the same GB, and nothing is converted.
"""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from cruddur_lib.costs.billing.decimals import EXACT, product, total
from cruddur_lib.costs.units.sizes import STORED
from cruddur_lib.errors import WorkbookError

HOURS_PER_DAY = 24  # hours
FIXED = {"720h": 720, "730h": 730, "744h": 744, "30.5d": 732}  # hours
CALENDAR = "calendar"
LONGEST = Decimal(31 * HOURS_PER_DAY)  # hours; no month has more


class ConventionUnknown(WorkbookError):
    """A month or a GB by a name that is not known."""


@dataclass(frozen=True)
class Month:
    """A month by its name, and its hours."""

    name: str
    hours: Decimal

    def __str__(self) -> str:
        """How a bill shows it."""
        return f"the month {self.name} ({self.hours} h)"


class Gigabyte(Enum):
    """What a GB is. Its value is its name in a usage."""

    BINARY = "2^30"
    DECIMAL = "1e9"

    @property
    def bytes(self) -> int:
        """Bytes in one."""
        return {"2^30": 2**30, "1e9": 10**9}[self.value]

    def __str__(self) -> str:
        """How a bill shows it."""
        return f"1 GB = {self.bytes:,} bytes ({self.value})"


def month(name: str, on: date) -> Month:
    """The month of that name; "calendar" is the one that the day `on` falls into.

    Raises `ConventionUnknown`, with the known names.

    >>> month("730h", date(2026, 2, 1)).hours, month("calendar", date(2026, 2, 1)).hours
    (Decimal('730'), Decimal('672'))
    """
    if name in FIXED:
        return Month(name, Decimal(FIXED[name]))
    if name == CALENDAR:
        return Month(f"{on:%Y-%m}", _hours(on.year, on.month))
    if found := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", name):
        year, number = int(found[1]), int(found[2])
        return Month(name, _hours(year, number))
    known = ", ".join(FIXED)
    raise ConventionUnknown(
        f"no month is called {name!r}; there are: {known}, {CALENDAR}, or one like 2026-02"
    )


def stored_gb(stored: Iterable[tuple[int, float]], gb: Gigabyte = Gigabyte.BINARY) -> Decimal:
    """GB that storage is billed by: for the table and for each index, how many items or entries
    it holds and their mean bytes, to each of which 100 bytes are added.

    >>> stored_gb([(10_000_000, 924), (1_000_000, 400)], Gigabyte.DECIMAL)
    Decimal('10.74')
    """
    sizes = [
        product(Decimal(count), EXACT.add(Decimal(repr(size)), Decimal(STORED)))
        for count, size in stored
    ]
    return EXACT.divide(total(sizes), Decimal(gb.bytes))


def _hours(year: int, number: int) -> Decimal:
    return Decimal(calendar.monthrange(year, number)[1] * HOURS_PER_DAY)
