"""Modes: what a table and its indexes cost and give under each of them, side by side.

    book = PriceBook("us-east-1", on=date(2026, 11, 25))
    modes = {"on-demand": on_demand(traffic), "fixed": {"table": Pair(Fixed(100), Fixed(25))}}
    outcomes = outcomes_of(traffic, book, modes, Terms(reserved=1))
    compare(outcomes)                                        # a DataFrame
    outcomes["fixed"].bills["2026-06"].as_text()

A table and its indexes have one billing mode. Each calendar month has its bill, by `bill`, with all
that is free in it; storage, streams and backups cost the same in each mode and are left out.
"""

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from cruddur_lib.costs.amounts import BLOCK
from cruddur_lib.costs.bill import bill
from cruddur_lib.costs.months import Months
from cruddur_lib.costs.outcomes import TERMS, Hours, Outcome, Terms
from cruddur_lib.costs.policies import Pair
from cruddur_lib.costs.prices import PriceBook
from cruddur_lib.costs.shapes import HOUR
from cruddur_lib.costs.tariffs import tariffs
from cruddur_lib.costs.throughput import Rules, Throughput, simulate
from cruddur_lib.costs.usage import OnDemand, Provisioned, Reserved, Usage
from cruddur_lib.costs.workload import Workload

if TYPE_CHECKING:
    import pandas as pd

DIGITS = Decimal("1e-9")  # of a unit or an hour, where a part of a month stands for all of it


def outcome(
    name: str, workload: Workload, rules: Rules, book: PriceBook, terms: Terms = TERMS
) -> Outcome:
    """What these rules cost and give; raises `ThroughputError`, `PriceUnknown`."""
    throughput = simulate(workload, rules)
    hours = hours_of(throughput, terms)
    if hours is not None:
        return provisioned(name, workload, hours, book, terms=terms, throughput=throughput)
    months = Months.of(workload)
    granted = _granted(throughput, months)
    usages = {
        month: Usage(
            month=month,
            free_tier=terms.free_tier,
            on_demand=OnDemand(_scaled(writes, share), _scaled(reads, share)),
        )
        for month, share, reads, writes in zip(months.names, _shares(months), *granted, strict=True)
    }
    bills = {month: bill(usage, book) for month, usage in usages.items()}
    return Outcome(name, months, bills, None, throughput, None)


def provisioned(  # noqa: PLR0913  an outcome's parts
    name: str,
    workload: Workload,
    hours: Pair[Hours],
    book: PriceBook,
    *,
    terms: Terms = TERMS,
    throughput: Throughput | None = None,
) -> Outcome:
    """What these units cost, a number for each hour of all parts, under the best cover."""
    months, found = Months.of(workload), None
    prices = tariffs(book, free_tier=terms.free_tier, years=terms.reserved)
    if terms.reserved:
        covers = [t.blocks(h, months) * BLOCK for t, h in zip(prices, hours, strict=True)]
        found = Reserved(terms.reserved, wcu=Decimal(covers[1]), rcu=Decimal(covers[0]))
    apart = zip(*map(months.of_hours, hours), strict=True)
    bills = {}
    for month, share, (reads, writes) in zip(months.names, _shares(months), apart, strict=True):
        usage = Usage(
            month=month,
            free_tier=terms.free_tier,
            provisioned=_periods(reads, writes, share),
            reserved=(found,) if found else (),
        )
        bills[month] = bill(usage, book)
    return Outcome(name, months, bills, found, throughput, hours)


def outcomes_of(
    workload: Workload, book: PriceBook, modes: Mapping[str, Rules], terms: Terms = TERMS
) -> dict[str, Outcome]:
    """The outcome of each mode, by its name."""
    return {name: outcome(name, workload, rules, book, terms) for name, rules in modes.items()}


def hours_of(throughput: Throughput, terms: Terms) -> Pair[Hours] | None:
    """Units that each hour is billed with, table and indexes together; None on demand."""
    pairs = list(throughput.parts.values())
    if not pairs[0].reads.units.size:
        return None
    return Pair(
        *(
            np.sum([one.hours(terms.billed) for one in kind], axis=0)
            for kind in zip(*pairs, strict=True)
        )
    )


def compare(outcomes: Mapping[str, Outcome]) -> "pd.DataFrame":
    """A row for each outcome: USD for 730 hours, upfront, throttled share, worst minute, used."""
    import pandas as pd  # noqa: PLC0415  half a second to import

    rows = {
        name: {
            "USD a month": float(one.usd_a_month),
            "upfront USD": float(one.upfront_usd),
            "throttled share": one.throttled_share,
            "units in the worst minute": one.worst.units if one.worst else 0.0,
            "reads used": one.utilisation.reads if one.utilisation else None,
            "writes used": one.utilisation.writes if one.utilisation else None,
        }
        for name, one in outcomes.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def _granted(throughput: Throughput, months: Months) -> Pair[list[float]]:
    """Units that were given in each month, table and indexes, reads and writes apart."""
    traces = [throughput.trace(part) for part in throughput.parts]
    edges = np.maximum(months.begins * HOUR - throughput.workload.start.minute, 0)
    return Pair(
        *(
            np.add.reduceat(np.sum([trace.granted for trace in kind], axis=0), edges).tolist()
            for kind in zip(*traces, strict=True)
        )
    )


def _shares(months: Months) -> list[Fraction]:
    """Of each month, the share that the workload has."""
    return [
        Fraction(*each) for each in zip(months.hours.tolist(), months.whole.tolist(), strict=True)
    ]


def _scaled(quantity: float, share: Fraction) -> Decimal:
    """What a whole month has, where a share of it has this much."""
    number = Decimal(repr(quantity)) * share.denominator / share.numerator
    return number if share == 1 else number.quantize(DIGITS, ROUND_DOWN)


def _periods(reads: Hours, writes: Hours, share: Fraction) -> tuple[Provisioned, ...]:
    """How long which units are provisioned, in a whole month."""
    pairs, counts = np.unique(np.stack([writes, reads]), axis=1, return_counts=True)
    return tuple(
        Provisioned(wcu, rcu, _scaled(count, share))
        for wcu, rcu, count in zip(*pairs.tolist(), counts.tolist(), strict=True)
    )
