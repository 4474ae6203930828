"""The bill lines for the tables of one Region, by AWS's rules.

- On-demand request units are never free. Provisioned unit-hours are: up to 18,600 for writes and
  18,600 for reads a month. A payer has one pool of each in a Region, for all tables and indexes of
  the Standard table class. The first tables draw on it first, which changes no total.
- Reserved capacity covers units hour by hour, over all Standard tables of the Region together. It
  is billed for every hour of the month, used or not. Units above it are billed at the standard
  price. Units that it covers use none of the free pool. Its upfront part is paid once and is not in
  the month's total.

Sources: AWS, "DynamoDB reserved capacity", read 2026-11-24,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/reserved-capacity.html; the free
tier and what each price is for: `data/prices.yaml`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from cruddur_lib.costs.billing.bill_lines import BillLine, lines_of
from cruddur_lib.costs.billing.conventions import LONGEST, ZERO, Gigabyte, Month, month, plain
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import TableClass, TableUsage, Usage, UsageError

BACKUPS = ("backup_gb_month", "backup_cold_gb_month", "restore_gb", "restore_cold_gb")
COPIES = ("export_gb", "import_gb")
Periods = list[tuple[Decimal, Decimal]]  # units, and for how many hours, from the month's start


@dataclass(frozen=True)
class Quantities:
    """A converter of a usage's quantities into a bill's: hours, GB, and free amounts."""

    usage: Usage
    book: PriceBook
    whole_month: bool  # whether no hours may be more than the month's

    @property
    def month(self) -> Month:
        """Return the month that the usage names, by default that of AWS's calculator."""
        return month(self.usage.month or "730h", self.book.on)

    def gb(self, quantity: Decimal) -> Decimal:
        """Return GB of the usage as GB of AWS, exactly: 1e9 / 2^30 has 21 decimals."""
        return quantity * self.usage.gb.bytes / Gigabyte.BINARY.bytes

    def free(self, name: str) -> Decimal:
        """Return the free units, by their name in the price list."""
        return self.book.free(name) if self.usage.free_tier else ZERO

    def hours(self, part: str, hours: Decimal | None) -> Decimal:
        """Return the hours, or the month's hours for None; raise `UsageError` if they are too many.

        The limit is the month's hours, or those of the longest month if no month is meant.
        """
        if hours is None:
            return self.month.hours
        limit, name = LONGEST, "the longest month"
        if self.whole_month:
            limit, name = self.month.hours, str(self.month)
        if hours > limit:
            raise UsageError(
                f"{part}.hours is {plain(hours)} h; {name} has {plain(limit)} h: lower the hours, "
                "or name a longer month"
            )
        return hours


@dataclass(frozen=True)
class TableCharges:
    """The bill lines for the tables of one Region. Read them once, `with localcontext(EXACT)`."""

    tables: list[TableUsage]  # with their classes
    quantities: Quantities  # with the prices of the Region
    _left: dict[str, Decimal] = field(default_factory=dict)  # of each free pool

    def lines(self) -> Iterator[BillLine]:
        """Yield the lines of the month; a quantity of 0 has none.

        Raises:
            PriceUnknown: the book has no price of an item of the usage.
            UsageError: the hours are more than the month has.
        """
        for table in self.tables:
            yield from self._on_demand(table)
        for unit in ("wcu", "rcu"):
            yield from self._provisioned(unit)
        for table in self.tables:
            yield from self._storage_and_streams(table)
        for table in self.tables:
            yield from self._global_table(table)
        for table in self.tables:
            sent = self.quantities.gb(table.inter_region_out_gb)
            yield from self._line(table, "inter_region_out_gb", sent)

    def upfront(self) -> Iterator[BillLine]:
        """Yield the upfront fee of reserved capacity; owned capacity has none."""
        for table in self.tables:
            for reserved in table.reserved:
                for unit in ("wcu", "rcu"):
                    bought = ZERO if reserved.owned else getattr(reserved, unit)
                    name = f"reserved_{reserved.years}yr_{unit}_upfront"
                    yield from self._line(table, name, bought)

    def _on_demand(self, table: TableUsage) -> Iterator[BillLine]:
        use = table.on_demand
        yield from self._line(table, of_class(table, "on_demand_write"), use.write_units)
        yield from self._line(table, of_class(table, "on_demand_read"), use.read_units)

    def _provisioned(self, unit: str) -> Iterator[BillLine]:
        """Yield the reserved units for all hours of the month, then the units above them.

        Units above reserved capacity are one line, because it covers all tables together.
        """
        cover = ZERO
        for table in self.tables:
            for reserved in table.reserved:
                units = getattr(reserved, unit)
                name = f"reserved_{reserved.years}yr_{unit}_hour"
                yield from self._line(table, name, units * self.quantities.month.hours)
                cover += units
        used = [one for one in self.tables if one.provisioned]
        together = [one for one in used if cover and one.table_class is TableClass.STANDARD]
        alone = [[one] for one in used if not cover or one.table_class is TableClass.STANDARD_IA]
        for group in ([together] if together else []) + alone:
            covered = cover if group is together else ZERO
            above = unit_hours_above(covered, [self._periods(one, unit) for one in group])
            table = group[0] if len(group) == 1 else replace(group[0], name="")
            name, pool = f"provisioned_{unit}_hour", f"provisioned_{unit}_hours"
            yield from self._line(table, of_class(table, name), above, pool_of_class(table, pool))

    def _periods(self, table: TableUsage, unit: str) -> Periods:
        """Return the units with their hours, which together are at most a month."""
        used = [one for one in table.provisioned if one.wcu or one.rcu]
        hours = [self._hours(table, "provisioned", one.hours) for one in used]
        self._hours(table, "provisioned", sum(hours, ZERO))
        return [(getattr(one, unit), lasts) for one, lasts in zip(used, hours, strict=True)]

    def _storage_and_streams(self, table: TableUsage) -> Iterator[BillLine]:
        gb = self.quantities.gb
        name = of_class(table, "storage_gb_month")
        pool = pool_of_class(table, "storage_gb_months")
        yield from self._line(table, name, gb(table.storage_gb), pool)
        yield from self._line(table, "pitr_gb_month", gb(table.pitr_gb))
        for name in BACKUPS + COPIES:
            yield from self._line(table, name, gb(getattr(table, name)))
        yield from self._line(table, "stream_read", table.stream_reads, "stream_reads")
        yield from self._line(table, "kinesis_unit", table.kinesis_units)

    def _global_table(self, table: TableUsage) -> Iterator[BillLine]:
        use = table.global_
        name = of_class(table, "on_demand_replicated_write")
        yield from self._line(table, name, use.replicated_write_units)
        if use.rwcu:
            unit_hours = use.rwcu * self._hours(table, "global", use.hours)
            name = of_class(table, "provisioned_rwcu_hour")
            pool = pool_of_class(table, "provisioned_rwcu_hours")
            yield from self._line(table, name, unit_hours, pool)

    def _line(
        self, table: TableUsage, name: str, quantity: Decimal, pool: str = ""
    ) -> Iterator[BillLine]:
        """Yield the line of an item of a table, after subtracting the rest of the free pool."""
        free = self._take(pool, quantity) if pool else ZERO
        yield from lines_of(self.quantities.book, name, quantity, free, table.name)

    def _take(self, pool: str, quantity: Decimal) -> Decimal:
        """Return the free part of the quantity, and subtract it from the pool of the Region."""
        left = self._left.setdefault(pool, self.quantities.free(pool))
        taken = min(left, quantity)
        self._left[pool] = left - taken
        return taken

    def _hours(self, table: TableUsage, part: str, hours: Decimal | None) -> Decimal:
        return self.quantities.hours(f"{table.name}: {part}" if table.name else part, hours)


def of_class(table: TableUsage, item: str) -> str:
    """Return the item's name for the class of the table."""
    return f"ia_{item}" if table.table_class is TableClass.STANDARD_IA else item


def pool_of_class(table: TableUsage, pool: str) -> str:
    """Return the name of a free pool for the class of the table; Standard-IA has none."""
    return "" if table.table_class is TableClass.STANDARD_IA else pool


def unit_hours_above(cover: Decimal, tables: Iterable[Periods]) -> Decimal:
    """Return the unit-hours of several tables together that are above `cover` units.

    Args:
        cover: units that are not counted, in each hour.
        tables: for each table, its units and their hours, one period after another.

    >>> day, night = (Decimal(10), Decimal(12)), (Decimal(2), Decimal(12))
    >>> unit_hours_above(Decimal(5), [[day, night], [night]])
    Decimal('84')
    """
    changes: dict[Decimal, Decimal] = {}  # of the units, by the hour
    for periods in tables:
        hour = ZERO
        for units, hours in periods:
            changes[hour] = changes.get(hour, ZERO) + units
            hour += hours
            changes[hour] = changes.get(hour, ZERO) - units
    total, units = ZERO, ZERO
    begins = sorted(changes)
    for hour, end in pairwise(begins):
        units += changes[hour]
        total += max(units - cover, ZERO) * (end - hour)
    return total
