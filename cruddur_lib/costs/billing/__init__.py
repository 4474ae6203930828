"""What AWS bills, in exact decimals."""

from cruddur_lib.costs.billing.bill_lines import BillLine
from cruddur_lib.costs.billing.bills import Bill, bill, compare_bills
from cruddur_lib.costs.billing.conventions import Gigabyte, stored_gb
from cruddur_lib.costs.billing.price_book import PriceBook, PriceUnknown
from cruddur_lib.costs.billing.price_files import known_prices
from cruddur_lib.costs.billing.usage import (
    Dax,
    GatewayEndpoint,
    GlobalTable,
    InterfaceEndpoint,
    Kms,
    Lambda,
    Nat,
    OnDemand,
    Provisioned,
    Reserved,
    TableClass,
    TableUsage,
    Usage,
)

__all__ = [
    "Bill",
    "BillLine",
    "Dax",
    "GatewayEndpoint",
    "Gigabyte",
    "GlobalTable",
    "InterfaceEndpoint",
    "Kms",
    "Lambda",
    "Nat",
    "OnDemand",
    "PriceBook",
    "PriceUnknown",
    "Provisioned",
    "Reserved",
    "TableClass",
    "TableUsage",
    "Usage",
    "bill",
    "compare_bills",
    "known_prices",
    "stored_gb",
]
