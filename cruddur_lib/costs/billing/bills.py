"""A bill: lines that add up to the last digit, with the terms that they hold under.

It is one payer's and one Region's bill of one month: two bills do not add up to a third, as both
would take the free tier. Put all tables and indexes into one usage instead.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cruddur_lib.costs.billing.bill_lines import BillLine
from cruddur_lib.costs.billing.charges import Charges
from cruddur_lib.costs.billing.conventions import Gigabyte, Month
from cruddur_lib.costs.billing.decimals import money, plain, total
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import Usage
from cruddur_lib.errors import WorkbookError
from cruddur_lib.text import aligned

if TYPE_CHECKING:
    import pandas as pd

HEADS = ("service", "item", "quantity", "unit", "free", "price, USD", "USD", "from")
RIGHT = {2, 4, 5, 6}  # the columns of numbers


class NotComparable(WorkbookError):
    """Bills that count a month or a GB differently."""


@dataclass(frozen=True)
class BillConventions:
    """What a bill holds under: where and when, and the conventions that move it."""

    region: str
    on: date
    month: Month
    gb: Gigabyte
    free_tier: bool

    def __str__(self) -> str:
        """All of them on one line."""
        free = "with the free tier" if self.free_tier else "without the free tier"
        return f"{self.region}, prices of {self.on}, {self.month}, {self.gb}, {free}"


@dataclass(frozen=True)
class Bill:
    """Lines, and apart from them what is paid once, upfront, for reserved capacity."""

    terms: BillConventions
    lines: tuple[BillLine, ...]
    upfront: tuple[BillLine, ...] = ()

    @property
    def total_usd(self) -> Decimal:
        """The sum of the lines, in USD, unrounded and without what is paid upfront."""
        return total(line.usd for line in self.lines)

    @property
    def upfront_usd(self) -> Decimal:
        """What is paid once for reserved capacity, in USD."""
        return total(line.usd for line in self.upfront)

    def group(
        self, by: Callable[[BillLine], str] = lambda line: line.service
    ) -> dict[str, Decimal]:
        """USD of the lines that are alike, the dearest first: of each service, if not said else."""
        found: dict[str, list[Decimal]] = {}
        for line in self.lines:
            found.setdefault(by(line), []).append(line.usd)
        sums = {name: total(parts) for name, parts in found.items()}
        return dict(sorted(sums.items(), key=lambda one: (-one[1], one[0])))

    def table(self) -> "pd.DataFrame":
        """The lines as a DataFrame, numbers as exact Decimals; without a row for the total."""
        rows = [line.as_json() for line in self.lines]
        numbers = ("quantity", "free", "billable", "price", "usd")
        cells = {
            name: [Decimal(row[name]) if name in numbers else row[name] for row in rows]
            for name in ("service", "item", "quantity", "unit", "free", "billable", "price", "usd")
        }
        return _frame(cells, None)

    def as_json(self) -> dict[str, Any]:
        """The bill for other programs: amounts as texts, unrounded."""
        return {
            "lines": [line.as_json() for line in self.lines],
            "total_usd": money(self.total_usd),
            "upfront_usd": money(self.upfront_usd),
        }

    def as_text(self) -> str:
        """The bill for a person: its terms, a row for each line, the total, sources."""
        sources = {line.source: "" for line in (*self.lines, *self.upfront)}
        marks = {source: f"[{number}]" for number, source in enumerate(sources, start=1)}
        rows = [HEADS, *(_row(line, marks) for line in self.lines)]
        rows.append(("total", "", "", "", "", "", _grouped(money(self.total_usd)), ""))
        rows += [_row(line, marks) for line in self.upfront]
        if self.upfront:
            upfront = _grouped(money(self.upfront_usd))
            rows.append(("upfront, paid once", "", "", "", "", "", upfront, ""))
        notes = [f"{mark} {source}" for source, mark in marks.items()]
        return "\n".join([str(self.terms), "", *aligned(rows, RIGHT), "", *notes]).rstrip()


def bill(usage: Usage, book: PriceBook) -> Bill:
    """What the usage costs by the prices of the book.

    Raises `PriceUnknown` where one is not known, `UsageRefused` for hours that no month has, and
    `ConventionUnknown` for a month by an unknown name.
    """
    charges = Charges(usage, book)
    terms = BillConventions(book.region, book.on, charges.month, usage.gb, usage.free_tier)
    return Bill(terms, tuple(charges.lines()), tuple(charges.upfront()))


def compare_bills(bills: Mapping[str, Bill]) -> "pd.DataFrame":
    """USD of each item in each bill, by their names, then the total and what is paid upfront.

    Raises `NotComparable` where they count a month or a GB differently.
    """
    conventions = {name: (b.terms.month.hours, b.terms.gb) for name, b in bills.items()}
    if len(set(conventions.values())) > 1:
        told = "; ".join(f"{n!r}: {b.terms.month}, {b.terms.gb}" for n, b in bills.items())
        raise NotComparable(f"these bills count differently: {told}: bring them to one convention")
    by_item = {n: b.group(lambda line: f"{line.service}: {line.item}") for n, b in bills.items()}
    items = list(dict.fromkeys(item for sums in by_item.values() for item in sums))
    cells = {
        name: [
            *(Decimal(money(by_item[name].get(item, Decimal(0)))) for item in items),
            Decimal(money(one.total_usd)),
            Decimal(money(one.upfront_usd)),
        ]
        for name, one in bills.items()
    }
    return _frame(cells, [*items, "total", "upfront, paid once"])


def _frame(cells: dict[str, list[Any]], index: list[str] | None) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415  half a second to import

    return pd.DataFrame(cells, index, dtype=object)


def _row(line: BillLine, marks: dict[str, str]) -> tuple[str, ...]:
    return (
        line.service,
        line.item,
        _grouped(plain(line.quantity)),
        line.unit,
        _grouped(plain(line.free)),
        plain(line.price),
        _grouped(money(line.usd)),
        marks[line.source],
    )


def _grouped(number: str) -> str:
    """The number with its thousands apart."""
    whole, point, rest = number.partition(".")
    return f"{int(whole):,}{point}{rest}"
