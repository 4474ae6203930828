"""A bill: exact lines, their total, and the conventions that they were computed under.

It is one payer's bill of one month. Do not add two bills, because each subtracts the whole free
tier: put all tables and indexes into one usage instead.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from cruddur_lib.costs.billing.bill_lines import BillLine
from cruddur_lib.costs.billing.charges import Charges
from cruddur_lib.costs.billing.conventions import EXACT, ZERO, Gigabyte, Month, money, plain
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import Usage
from cruddur_lib.errors import WorkbookError
from cruddur_lib.text import aligned, frame

if TYPE_CHECKING:
    import pandas as pd

HEADS = ("service", "item", "quantity", "unit", "free", "price, USD", "USD")
RIGHT = {2, 4, 5, 6}  # the columns of numbers
OLD = "OLD: read over a year ago"


class NotComparable(WorkbookError):
    """Bills for months that have different numbers of hours."""


@dataclass(frozen=True)
class BillConventions:
    """The Region, the day and the conventions that a bill was computed under."""

    region: str  # or several, with commas
    on: date
    month: Month
    gb: Gigabyte  # of the usage; a bill counts GB of 2^30 bytes
    free_tier: bool

    def __str__(self) -> str:
        """Return all conventions on one line."""
        free = "with the free tier" if self.free_tier else "without the free tier"
        gb = str(Gigabyte.BINARY)
        if self.gb is not Gigabyte.BINARY:
            gb += f", converted from a usage in which {self.gb}"
        return f"{self.region}, prices of {self.on}, {self.month}, {gb}, {free}"


@dataclass(frozen=True)
class Bill:
    """The lines of a month and, separately, the upfront price of reserved capacity."""

    terms: BillConventions
    lines: tuple[BillLine, ...]
    upfront: tuple[BillLine, ...] = ()

    @property
    def total_usd(self) -> Decimal:
        """Return the sum of the lines in USD, unrounded and without the upfront part."""
        return _usd(self.lines)

    @property
    def upfront_usd(self) -> Decimal:
        """Return the upfront price of reserved capacity, in USD."""
        return _usd(self.upfront)

    def group(
        self, by: Callable[[BillLine], str] = lambda line: line.service
    ) -> dict[str, Decimal]:
        """Return USD by group, most expensive first. `by` returns the group of a line."""
        groups: dict[str, list[BillLine]] = {}
        for line in self.lines:
            groups.setdefault(by(line), []).append(line)
        sums = {name: _usd(lines) for name, lines in groups.items()}
        return dict(sorted(sums.items(), key=lambda one: (-one[1], one[0])))

    def table(self) -> "pd.DataFrame":
        """Return a row for each line, without the total. Numbers are exact `Decimal`s."""
        columns = ("service", "item", "quantity", "unit", "free", "billable", "price", "usd")
        texts = ("service", "item", "unit")
        rows = [line.as_json() for line in self.lines]
        cells = [[r[name] if name in texts else Decimal(r[name]) for name in columns] for r in rows]
        return frame(cells, columns=columns, dtype=object)

    def as_json(self, today: date | None = None) -> dict[str, Any]:
        """Return the bill for other programs: amounts as texts, unrounded.

        Args:
            today: the day from which the ages of prices count; None leaves out the ages.
        """
        place = self._place()
        return {
            "lines": [
                {**line.as_json(), **place(line), **_age(line, today)} for line in self.lines
            ],
            "total_usd": money(self.total_usd),
            "upfront_usd": money(self.upfront_usd),
        }

    def as_text(self, today: date | None = None) -> str:
        """Return the bill for people: conventions, a row for each line, the total, sources.

        Args:
            today: the day from which the ages of prices count; None marks no price as old.
        """
        lines, place = (*self.lines, *self.upfront), self._place()
        marks: dict[str, str] = {}
        for line in lines:
            marks.setdefault(line.source, f"[{len(marks) + 1}]")

        def row(line: BillLine) -> tuple[str, ...]:
            old = OLD if today and line.old(today) else ""
            return (*_row(line), *place(line).values(), marks[line.source], old)

        def sum_row(title: str, usd: Decimal) -> tuple[str, ...]:
            return (title, "", "", "", "", "", _with_commas(money(usd)), *[""] * (len(heads) - 7))

        heads = (*HEADS, *(place(lines[0]) if lines else ()), "from", "")
        rows = [heads, *map(row, self.lines), sum_row("total", self.total_usd)]
        rows += map(row, self.upfront)
        if self.upfront:
            rows.append(sum_row("upfront, paid once", self.upfront_usd))
        notes = [f"{mark} {source}" for source, mark in marks.items()]
        return "\n".join([str(self.terms), "", *aligned(rows, RIGHT), "", *notes]).rstrip()

    def _place(self) -> Callable[[BillLine], dict[str, str]]:
        """Return a function that names a line's Region and table, if the bill has several."""
        lines = (*self.lines, *self.upfront)
        if any(line.table or line.region != lines[0].region for line in lines):
            return lambda line: {"region": line.region, "table": line.table}
        return lambda _: {}


def bill(usage: Usage, book: PriceBook) -> Bill:
    """Return what the usage costs by the prices of the book, in USD before tax.

    Args:
        usage: what was used in a month.
        book: the prices of a Region on a day. Usage without a Region is in this Region.

    Raises:
        PriceUnknown: the book has no price of an item of the usage.
        UsageError: the hours are more than the month has.
        ConventionUnknown: no month has the name that the usage gives.
        decimal.Inexact: an amount is not exact; no amount is ever rounded.
    """
    charges = Charges(usage, book.of(usage.region or book.region))
    regions = ", ".join(charges.regions)
    terms = BillConventions(regions, book.on, charges.month, usage.gb, usage.free_tier)
    with localcontext(EXACT):
        return Bill(terms, tuple(charges.lines()), tuple(charges.upfront()))


def compare_bills(bills: Mapping[str, Bill]) -> "pd.DataFrame":
    """Return a column of USD for each bill: its items, then the total and what is paid upfront.

    Raises:
        NotComparable: the bills' months have different numbers of hours.
    """
    if len({one.terms.month.hours for one in bills.values()}) > 1:
        months = "; ".join(f"{name!r}: {one.terms.month}" for name, one in bills.items())
        raise NotComparable(f"these bills count different hours: {months}: use one month for all")
    by_item = {n: b.group(lambda line: f"{line.service}: {line.item}") for n, b in bills.items()}
    items = list(dict.fromkeys(item for sums in by_item.values() for item in sums))
    cells = {}
    for name, one in bills.items():
        sums = [by_item[name].get(item, ZERO) for item in items]
        cells[name] = [Decimal(money(usd)) for usd in (*sums, one.total_usd, one.upfront_usd)]
    return frame(cells, [*items, "total", "upfront, paid once"], dtype=object)


def _usd(lines: Iterable[BillLine]) -> Decimal:
    """Return the exact sum of the lines, in USD."""
    with localcontext(EXACT):
        return sum((line.usd for line in lines), ZERO)


def _row(line: BillLine) -> tuple[str, ...]:
    return (
        line.service,
        line.item,
        _with_commas(plain(line.quantity)),
        line.unit,
        _with_commas(plain(line.free)),
        plain(line.price),
        _with_commas(money(line.usd)),
    )


def _age(line: BillLine, today: date | None) -> dict[str, Any]:
    """Return the age of the line's price."""
    if today is None:
        return {}
    return {"age_days": (today - line.read).days, "old": line.old(today)}


def _with_commas(number: str) -> str:
    """Return the number with commas between its thousands."""
    whole, point, rest = number.partition(".")
    return f"{int(whole):,}{point}{rest}"
