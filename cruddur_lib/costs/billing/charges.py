"""What a usage costs, service by service: AWS's rules of what is billed, as lines.

- On-demand request units are never free. Provisioned unit-hours are, up to 18,600 of writes and of
  reads a month: one pool for a payer and a Region, over all tables and indexes, of the Standard
  class only.
- Reserved capacity covers units hour by hour, over all tables together. It is billed for every hour
  of the month, used or not; what is provisioned above it is billed at the standard price. It draws
  nothing from the free pool. Its upfront part is paid once and stands apart.
- A begun hour of a DAX node, a NAT gateway or an interface endpoint in an AZ is a whole one. Of
  nothing else the quantity is rounded, and no amount: AWS rounds to cents when it invoices.

Sources: AWS, "DynamoDB reserved capacity", read 2026-11-24,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/reserved-capacity.html; AWS,
"AWS PrivateLink pricing", read 2026-11-24, https://aws.amazon.com/privatelink/pricing/; the free
tier and what each price is for: `data/prices.yaml`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from cruddur_lib.costs.billing.amounts import UsageError
from cruddur_lib.costs.billing.bill_lines import BillLine, line, stepped
from cruddur_lib.costs.billing.conventions import LONGEST, Month, month
from cruddur_lib.costs.billing.decimals import ZERO, difference, plain, product, total
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import Provisioned, TableClass, Usage

CALCULATOR_MONTH = "730h"  # the month where none is named: that of AWS's calculator


@dataclass(frozen=True)
class Charges:
    """The lines of one usage, by one price book."""

    usage: Usage
    book: PriceBook

    @property
    def month(self) -> Month:
        """The month that the usage names."""
        return month(self.usage.month or CALCULATOR_MONTH, self.book.on)

    def lines(self) -> Iterator[BillLine]:
        """All of them, without those of nothing. Raises `PriceUnknown` and `UsageRefused`."""
        yield from self._on_demand()
        for unit in ("wcu", "rcu"):
            yield from self._provisioned(unit)
        yield from self._stored()
        yield from self._global_table()
        yield from self._dax()
        yield from self._lambda()
        yield from self._network()

    def upfront(self) -> Iterator[BillLine]:
        """What reserved capacity costs once, at its purchase; nothing where it is owned."""
        for reserved in self.usage.reserved:
            for unit in ("wcu", "rcu"):
                bought = ZERO if reserved.owned else getattr(reserved, unit)
                yield from line(self.book, f"reserved_{reserved.years}yr_{unit}_upfront", bought)

    def _on_demand(self) -> Iterator[BillLine]:
        asked = self.usage.on_demand
        yield from line(self.book, self._name("on_demand_write"), asked.write_units)
        yield from line(self.book, self._name("on_demand_read"), asked.read_units)

    def _provisioned(self, unit: str) -> Iterator[BillLine]:
        """Reserved units of all hours of the month; then what is provisioned above them."""
        for reserved in self.usage.reserved:
            held = product(getattr(reserved, unit), self.month.hours)
            yield from line(self.book, f"reserved_{reserved.years}yr_{unit}_hour", held)
        cover = total(getattr(reserved, unit) for reserved in self.usage.reserved)
        above = uncovered([(getattr(u, unit), h) for u, h in self._periods()], cover)
        free = self._free(f"provisioned_{unit}_hours")
        yield from line(self.book, self._name(f"provisioned_{unit}_hour"), above, free)

    def _periods(self) -> list[tuple[Provisioned, Decimal]]:
        """What is provisioned, and for how many hours."""
        used = [one for one in self.usage.provisioned if one.wcu or one.rcu]
        periods = [(one, self._hours("provisioned", one.hours)) for one in used]
        self._hours("provisioned", total(hours for _, hours in periods))
        return periods

    def _stored(self) -> Iterator[BillLine]:
        use, book = self.usage, self.book
        yield from line(
            book, self._name("storage_gb_month"), use.storage_gb, self._free("storage_gb_months")
        )
        yield from line(book, "pitr_gb_month", use.pitr_gb)
        yield from line(book, "backup_gb_month", use.backup_gb_month)
        yield from line(book, "backup_cold_gb_month", use.backup_cold_gb_month)
        yield from line(book, "restore_gb", use.restore_gb)
        yield from line(book, "restore_cold_gb", use.restore_cold_gb)
        yield from line(book, "export_gb", use.export_gb)
        yield from line(book, "import_gb", use.import_gb)
        yield from line(book, "stream_read", use.stream_reads, self._given("stream_reads"))
        yield from line(book, "kinesis_unit", use.kinesis_units)

    def _global_table(self) -> Iterator[BillLine]:
        asked = self.usage.global_
        name = self._name("on_demand_replicated_write")
        yield from line(self.book, name, asked.replicated_write_units)
        if asked.rwcu:
            held = product(asked.rwcu, self._hours("global", asked.hours))
            free = self._free("provisioned_rwcu_hours")
            yield from line(self.book, self._name("provisioned_rwcu_hour"), held, free)

    def _dax(self) -> Iterator[BillLine]:
        asked = self.usage.dax
        if asked.nodes:
            hours = begun(self._hours("dax", asked.hours))
            yield from line(self.book, asked.node, product(asked.nodes, hours))

    def _lambda(self) -> Iterator[BillLine]:
        asked = self.usage.lambda_
        yield from line(self.book, "lambda_request", asked.requests, self._given("lambda_requests"))
        name = f"lambda_{asked.architecture.value}_gb_second"
        yield from stepped(self.book, name, asked.gb_seconds, self._given("lambda_gb_seconds"))

    def _network(self) -> Iterator[BillLine]:
        use, book = self.usage, self.book
        yield from line(book, "nat_gateway_hour", begun(use.nat.hours))
        yield from line(book, "nat_gateway_gb", use.nat.gb)
        yield from line(book, "gateway_endpoint_gb", use.gateway_endpoint.gb)
        yield from line(book, "interface_endpoint_hour", begun(use.interface_endpoint.az_hours))
        yield from stepped(book, "interface_endpoint_gb", use.interface_endpoint.gb)
        yield from stepped(
            book, "internet_out_gb", use.internet_out_gb, self._given("internet_out_gb")
        )

    def _name(self, standard: str) -> str:
        """The item's name for the table class."""
        ia = self.usage.table_class is TableClass.STANDARD_IA
        return f"ia_{standard}" if ia else standard

    def _given(self, name: str) -> Decimal:
        """What is free of it, whatever the table class."""
        return self.book.free(name) if self.usage.free_tier else ZERO

    def _free(self, name: str) -> Decimal:
        """What is free of it: nothing for Standard-IA."""
        return self._given(name) if self.usage.table_class is TableClass.STANDARD else ZERO

    def _hours(self, where: str, hours: Decimal | None) -> Decimal:
        """Hours of the month, at most all of them; where no month is named, of the longest."""
        if hours is None:
            return self.month.hours
        reserved = any(one.wcu or one.rcu for one in self.usage.reserved)
        named = self.usage.month is not None or reserved
        limit, most = (
            (self.month.hours, str(self.month)) if named else (LONGEST, "the longest month")
        )
        if hours > limit:
            raise UsageError(
                f"{where}.hours is {plain(hours)} h; {most} has {plain(limit)} h: give at most "
                "those, or name a longer month"
            )
        return hours


def uncovered(periods: Iterable[tuple[Decimal, Decimal]], cover: Decimal) -> Decimal:
    """Unit-hours above a cover of so many units, of periods of (units, hours).

    >>> uncovered([(Decimal(250), Decimal(10)), (Decimal(50), Decimal(20))], Decimal(100))
    Decimal('1500')
    """
    return total(
        product(difference(units, cover), hours) for units, hours in periods if units > cover
    )


def begun(hours: Decimal) -> Decimal:
    """Whole hours, a begun one counted.

    >>> begun(Decimal("1.5")), begun(Decimal(730))
    (Decimal('2'), Decimal('730'))
    """
    return hours.to_integral_value(ROUND_CEILING)
