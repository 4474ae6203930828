"""The lines of a usage, service by service: AWS's rules of what is billed.

- On-demand request units are never free. Provisioned unit-hours are: up to 18,600 for writes and
  18,600 for reads a month. A payer has one pool of each in a Region, for all tables and indexes of
  the Standard table class.
- Reserved capacity covers units hour by hour, over all tables together. It is billed for every hour
  of the month, used or not. Units above it are billed at the standard price. Units that it covers
  use none of the free pool. Its upfront part is paid once and is not in the month's total.
- AWS bills a started hour of a DAX node, a NAT gateway or an interface endpoint in full. No other
  quantity is rounded, and no amount: AWS rounds to cents when it invoices.
- GB of the usage become GB of 2^30 bytes. AWS documents this size for DynamoDB; for transfer its
  price tiers suggest it (10 TB are 10,240 GB). A GB-second of Lambda always has 1,024 MB.

Sources: AWS, "DynamoDB reserved capacity", read 2026-11-24,
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/reserved-capacity.html; AWS,
"AWS PrivateLink pricing", read 2026-11-24, https://aws.amazon.com/privatelink/pricing/; the free
tier and what each price is for: `data/prices.yaml`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from cruddur_lib.costs.billing.bill_lines import BillLine, lines_of, tier_lines
from cruddur_lib.costs.billing.conventions import LONGEST, ZERO, Gigabyte, Month, month, plain
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.usage import Provisioned, TableClass, Usage, UsageError


@dataclass(frozen=True)
class Charges:
    """The lines of one usage by the prices of one book, to be read `with localcontext(EXACT)`."""

    usage: Usage
    book: PriceBook

    @property
    def month(self) -> Month:
        """Return the month that the usage names, by default that of AWS's calculator."""
        return month(self.usage.month or "730h", self.book.on)

    def lines(self) -> Iterator[BillLine]:
        """Yield the lines of the month; a quantity of 0 has none.

        Raises:
            PriceUnknown: the book has no price of an item of the usage.
            UsageError: the hours are more than the month has.
        """
        yield from self._on_demand()
        for unit in ("wcu", "rcu"):
            yield from self._provisioned(unit)
        yield from self._storage_and_streams()
        yield from self._global_table()
        yield from self._dax()
        yield from self._lambda()
        yield from self._network()
        yield from self._alarms()

    def upfront(self) -> Iterator[BillLine]:
        """Yield the upfront price of reserved capacity; capacity that is owned has none."""
        for reserved in self.usage.reserved:
            for unit in ("wcu", "rcu"):
                bought = ZERO if reserved.owned else getattr(reserved, unit)
                yield from self._line(f"reserved_{reserved.years}yr_{unit}_upfront", bought)

    def _on_demand(self) -> Iterator[BillLine]:
        use = self.usage.on_demand
        yield from self._line(self._of_class("on_demand_write"), use.write_units)
        yield from self._line(self._of_class("on_demand_read"), use.read_units)

    def _provisioned(self, unit: str) -> Iterator[BillLine]:
        """Yield the reserved units for all hours of the month, then the units above them."""
        cover = ZERO
        for reserved in self.usage.reserved:
            units = getattr(reserved, unit)
            name = f"reserved_{reserved.years}yr_{unit}_hour"
            yield from self._line(name, units * self.month.hours)
            cover += units
        periods = [(getattr(one, unit), hours) for one, hours in self._periods()]
        above = sum(((units - cover) * hours for units, hours in periods if units > cover), ZERO)
        free = self._free_of_class(f"provisioned_{unit}_hours")
        yield from self._line(self._of_class(f"provisioned_{unit}_hour"), above, free)

    def _periods(self) -> list[tuple[Provisioned, Decimal]]:
        """Return what is provisioned and for how many hours, together at most a month."""
        used = [one for one in self.usage.provisioned if one.wcu or one.rcu]
        periods = [(one, self._hours("provisioned", one.hours)) for one in used]
        self._hours("provisioned", sum((hours for _, hours in periods), ZERO))
        return periods

    def _storage_and_streams(self) -> Iterator[BillLine]:
        use = self.usage
        free = self._free_of_class("storage_gb_months")
        yield from self._line(self._of_class("storage_gb_month"), self._gb(use.storage_gb), free)
        yield from self._line("pitr_gb_month", self._gb(use.pitr_gb))
        for name in ("backup_gb_month", "backup_cold_gb_month", "restore_gb", "restore_cold_gb"):
            yield from self._line(name, self._gb(getattr(use, name)))
        yield from self._line("export_gb", self._gb(use.export_gb))
        yield from self._line("import_gb", self._gb(use.import_gb))
        yield from self._line("stream_read", use.stream_reads, self._free("stream_reads"))
        yield from self._line("kinesis_unit", use.kinesis_units)

    def _global_table(self) -> Iterator[BillLine]:
        use = self.usage.global_
        name = self._of_class("on_demand_replicated_write")
        yield from self._line(name, use.replicated_write_units)
        if use.rwcu:
            unit_hours = use.rwcu * self._hours("global", use.hours)
            free = self._free_of_class("provisioned_rwcu_hours")
            yield from self._line(self._of_class("provisioned_rwcu_hour"), unit_hours, free)

    def _dax(self) -> Iterator[BillLine]:
        use = self.usage.dax
        if use.nodes:
            hours = started_hours(self._hours("dax", use.hours))
            yield from self._line(use.node, use.nodes * hours)

    def _lambda(self) -> Iterator[BillLine]:
        use = self.usage.lambda_
        yield from self._line("lambda_request", use.requests, self._free("lambda_requests"))
        name = f"lambda_{use.architecture.value}_gb_second"
        yield from tier_lines(self.book, name, use.gb_seconds, self._free("lambda_gb_seconds"))

    def _network(self) -> Iterator[BillLine]:
        nat, interface = self.usage.nat, self.usage.interface_endpoint
        yield from self._line("nat_gateway_hour", started_hours(nat.hours))
        yield from self._line("nat_gateway_gb", self._gb(nat.gb))
        yield from self._line("gateway_endpoint_gb", self._gb(self.usage.gateway_endpoint.gb))
        yield from self._line("interface_endpoint_hour", started_hours(interface.az_hours))
        yield from tier_lines(self.book, "interface_endpoint_gb", self._gb(interface.gb))
        out, free = self._gb(self.usage.internet_out_gb), self._free("internet_out_gb")
        yield from tier_lines(self.book, "internet_out_gb", out, free)

    def _alarms(self) -> Iterator[BillLine]:
        alarms, free = self.usage.cloudwatch_alarms, self._free("cloudwatch_alarms")
        yield from self._line("cloudwatch_alarm_month", alarms, free)

    def _line(self, name: str, quantity: Decimal, free: Decimal = ZERO) -> Iterator[BillLine]:
        return lines_of(self.book, name, quantity, free)

    def _gb(self, quantity: Decimal) -> Decimal:
        """Return GB of the usage as GB of AWS, exactly: 1e9 / 2^30 has 21 decimals."""
        return quantity * self.usage.gb.bytes / Gigabyte.BINARY.bytes

    def _of_class(self, item: str) -> str:
        """Return the item's name for the table class of the usage."""
        return f"ia_{item}" if self.usage.table_class is TableClass.STANDARD_IA else item

    def _free(self, name: str) -> Decimal:
        """Return the free units, whatever the table class."""
        return self.book.free(name) if self.usage.free_tier else ZERO

    def _free_of_class(self, name: str) -> Decimal:
        """Return the free units of the Standard class; Standard-IA has none."""
        return self._free(name) if self.usage.table_class is TableClass.STANDARD else ZERO

    def _hours(self, part: str, hours: Decimal | None) -> Decimal:
        """Return the hours, or those of the month for None; raise `UsageError` if too many.

        The limit is the month's hours if the usage names a month or has reserved capacity, which is
        billed for that month. Otherwise it is the longest month.
        """
        if hours is None:
            return self.month.hours
        limit, name = LONGEST, "the longest month"
        if self.usage.month is not None or any(one.wcu or one.rcu for one in self.usage.reserved):
            limit, name = self.month.hours, str(self.month)
        if hours > limit:
            raise UsageError(
                f"{part}.hours is {plain(hours)} h; {name} has {plain(limit)} h: lower the hours, "
                "or name a longer month"
            )
        return hours


def started_hours(hours: Decimal) -> Decimal:
    """Return the hours that AWS bills in full, because they were started.

    >>> started_hours(Decimal("1.5")), started_hours(Decimal(730))
    (Decimal('2'), Decimal('730'))
    """
    return hours.to_integral_value(ROUND_CEILING)
