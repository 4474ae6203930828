"""Exact decimal numbers: money and quantities, and how they are written down.

Nothing is rounded: a product or a sum that would not be exact is an error of the workbook.
"""

from collections.abc import Iterable
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow

EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, Overflow, DivisionByZero])
ZERO = Decimal(0)


def product(*factors: Decimal) -> Decimal:
    """All of them multiplied, exactly.

    >>> product(Decimal(8000), Decimal("0.007"))
    Decimal('56.000')
    """
    result = Decimal(1)
    for factor in factors:
        result = EXACT.multiply(result, factor)
    return result


def total(terms: Iterable[Decimal]) -> Decimal:
    """All of them added, exactly."""
    result = ZERO
    for term in terms:
        result = EXACT.add(result, term)
    return result


def difference(one: Decimal, other: Decimal) -> Decimal:
    """The one without the other, exactly."""
    return EXACT.subtract(one, other)


def plain(number: Decimal) -> str:
    """The number with all its digits, without an exponent and without idle zeros.

    >>> plain(Decimal("7.2E+4")), plain(Decimal("0.7500")), plain(Decimal("3E-7"))
    ('72000', '0.75', '0.0000003')
    """
    return format(EXACT.normalize(number), "f")


def money(usd: Decimal) -> str:
    """USD with all their digits, and at least two behind the point; nothing at all is 0.

    >>> money(Decimal("46.80000")), money(Decimal("2.333338")), money(Decimal(40)), money(ZERO)
    ('46.80', '2.333338', '40.00', '0')
    """
    if not usd:
        return "0"
    whole, _, cents = plain(usd).partition(".")
    return f"{whole}.{cents:0<2}"
