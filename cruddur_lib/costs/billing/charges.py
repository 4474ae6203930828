"""The bill lines of a usage, service by service. `table_charges` has the lines of tables.

- AWS bills a started hour of a DAX node, a NAT gateway or an interface endpoint in full. No other
  quantity is rounded, and no amount: AWS rounds to cents when it invoices.
- GB of the usage become GB of 2^30 bytes. AWS documents this size for DynamoDB; for transfer its
  price tiers suggest it (10 TB are 10,240 GB). A GB-second of Lambda always has 1,024 MB.

Sources: AWS, "AWS PrivateLink pricing", read 2026-11-24, https://aws.amazon.com/privatelink/pricing/;
and `data/prices.yaml` for the free tier and the use of each price.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from functools import cached_property

from cruddur_lib.costs.billing.bill_lines import BillLine, lines_of, tier_lines
from cruddur_lib.costs.billing.conventions import ZERO, Month
from cruddur_lib.costs.billing.price_book import PriceBook
from cruddur_lib.costs.billing.table_charges import Quantities, TableCharges
from cruddur_lib.costs.billing.usage import TableUsage, Usage


@dataclass(frozen=True)
class Charges:
    """The lines of one usage by the prices of one book, to be read `with localcontext(EXACT)`."""

    usage: Usage
    book: PriceBook  # of the Region for usage outside of tables

    @property
    def month(self) -> Month:
        """Return the month that the usage names, by default that of AWS's calculator."""
        return self._quantities.month

    @property
    def regions(self) -> list[str]:
        """Return the Regions of the usage, first the Region of the book."""
        return list(dict.fromkeys(one.region or self.book.region for one in self._tables))

    def lines(self) -> Iterator[BillLine]:
        """Yield the lines of the month; a quantity of 0 has none.

        Raises:
            PriceUnknown: the book has no price of an item of the usage.
            UsageError: the hours are more than the month has.
        """
        for tables in self._table_charges():
            yield from tables.lines()
        yield from self._dax()
        yield from self._lambda()
        yield from self._network()
        yield from self._alarms_and_keys()

    def upfront(self) -> Iterator[BillLine]:
        """Yield the upfront price of reserved capacity; capacity that is owned has none."""
        for tables in self._table_charges():
            yield from tables.upfront()

    @cached_property
    def _quantities(self) -> Quantities:
        held = [block for one in self._tables for block in one.reserved]
        reserved = any(block.wcu or block.rcu for block in held)
        return Quantities(self.usage, self.book, reserved or self.usage.month is not None)

    @cached_property
    def _tables(self) -> list[TableUsage]:
        return self.usage.every_table()

    def _table_charges(self) -> Iterator[TableCharges]:
        """Yield the charges of each Region."""
        for region in self.regions:
            tables = [one for one in self._tables if (one.region or self.book.region) == region]
            book = self.book.of(region)
            yield TableCharges(tables, replace(self._quantities, book=book))

    def _dax(self) -> Iterator[BillLine]:
        use = self.usage.dax
        if use.nodes:
            hours = started_hours(self._quantities.hours("dax", use.hours))
            yield from self._line(use.node, use.nodes * hours)

    def _lambda(self) -> Iterator[BillLine]:
        use, free = self.usage.lambda_, self._quantities.free
        yield from self._line("lambda_request", use.requests, free("lambda_requests"))
        name = f"lambda_{use.architecture.value}_gb_second"
        yield from tier_lines(self.book, name, use.gb_seconds, free("lambda_gb_seconds"))

    def _network(self) -> Iterator[BillLine]:
        nat, interface = self.usage.nat, self.usage.interface_endpoint
        gb, free = self._quantities.gb, self._quantities.free
        yield from self._line("nat_gateway_hour", started_hours(nat.hours))
        yield from self._line("nat_gateway_gb", gb(nat.gb))
        yield from self._line("gateway_endpoint_gb", gb(self.usage.gateway_endpoint.gb))
        yield from self._line("interface_endpoint_hour", started_hours(interface.az_hours))
        yield from tier_lines(self.book, "interface_endpoint_gb", gb(interface.gb))
        out = gb(self.usage.internet_out_gb)
        yield from tier_lines(self.book, "internet_out_gb", out, free("internet_out_gb"))

    def _alarms_and_keys(self) -> Iterator[BillLine]:
        use, free = self.usage, self._quantities.free
        alarms = use.cloudwatch_alarms
        yield from self._line("cloudwatch_alarm_month", alarms, free("cloudwatch_alarms"))
        yield from self._line("kms_key_month", use.kms.keys)
        yield from self._line("kms_request", use.kms.requests, free("kms_requests"))

    def _line(self, name: str, quantity: Decimal, free: Decimal = ZERO) -> Iterator[BillLine]:
        return lines_of(self.book, name, quantity, free)


def started_hours(hours: Decimal) -> Decimal:
    """Return the hours that AWS bills in full, because they were started.

    >>> started_hours(Decimal("1.5")), started_hours(Decimal(730))
    (Decimal('2'), Decimal('730'))
    """
    return hours.to_integral_value(ROUND_CEILING)
