"""Workloads: the demand on a table and its indexes, in units, minute by minute.

    Workload.shaped(shapes.daily(30), Rates(120, 40))          # units a second at the daily peak
    Workload.from_patterns(3_000, [Pattern.measured("D: send", 40, meter.reads, meter.writes)])
    read_cloudwatch("cloudwatch.csv").workload

Figures are units a minute, so 1 unit a second is 60. Times are UTC. Demand is not consumption:
`throughput` simulates how much of the demand is granted. A minute's sum hides its seconds, so every
throttled share that is computed from a workload is a lower bound.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike

from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.patterns import Pattern, Rates
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_DAY, START, Minutes, WorkloadError
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS, CapacityKind
from cruddur_lib.text import frame

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

TABLE_PART = "table"  # the name of the table's own part, beside the names of its indexes
SECONDS_PER_MINUTE = 60  # seconds
READ_STEP, WRITE_STEP = 0.5, 1.0  # units of an eventually consistent read and of a write


class Demand:
    """The demand on a table or on an index: `reads` and `writes`, in units a minute."""

    def __init__(self, reads: ArrayLike, writes: ArrayLike) -> None:
        """Copy both series.

        Args:
            reads: read units, one number for each minute.
            writes: write units, one number for each minute.

        Raises:
            WorkloadError: a number is negative or not finite, or the lengths differ.
        """
        series = [np.asarray(units, dtype=np.float64) for units in (reads, writes)]
        if series[0].ndim != 1 or series[0].shape != series[1].shape or not series[0].size:
            lengths = " and ".join(str(units.shape) for units in series)
            raise WorkloadError(f"reads and writes must be two series of one length, got {lengths}")
        for kind, units in zip(THROUGHPUT_KINDS, series, strict=True):
            wrong = ~(np.isfinite(units) & (units >= 0))
            if wrong.any():
                minute = int(wrong.argmax())
                raise WorkloadError(
                    f"{kind.value} units of a minute must be 0 or more, got {units[minute]} in "
                    f"minute {minute:,}"
                )
        self.units: NDArray[np.float64] = np.stack(series)  # reads, writes
        self.units.setflags(write=False)

    @property
    def reads(self) -> Minutes:
        """Read units a minute."""
        return self.of(CapacityKind.READ)

    @property
    def writes(self) -> Minutes:
        """Write units a minute."""
        return self.of(CapacityKind.WRITE)

    def of(self, kind: CapacityKind) -> Minutes:
        """Return the units a minute of this kind, READ or WRITE."""
        units: Minutes = self.units[THROUGHPUT_KINDS.index(kind)]
        return units


class WorkloadOptions(TypedDict, total=False):
    """Options of modelled workloads."""

    indexes: Mapping[str, Rates]  # units a second, for `shaped`
    burstiness: float  # standard deviation of a minute's random factor; 0 is smooth
    seed: int  # the same seed gives the same traffic
    start: datetime  # the first minute; by default 1 June 2026, a Monday


@dataclass(frozen=True, eq=False)
class Workload:
    """The demand on a table and its indexes, from a whole minute of UTC on.

    `resolution` is the number of minutes that one measured sum covers. Above 1, a sum is spread
    evenly over its minutes. `pause` is the number of idle minutes at the end. They only separate
    this period of the traffic from the next one, and they are not billed.

    Raises `WorkloadError` if the start has no time zone or is inside a minute, or if the parts have
    different lengths.
    """

    start: datetime
    table: Demand
    indexes: Mapping[str, Demand] = field(default_factory=dict)
    resolution: int = 1  # minutes
    pause: int = 0  # minutes

    def __post_init__(self) -> None:
        """Check the parts, and convert the start to UTC."""
        if self.start.tzinfo is None or self.start.second or self.start.microsecond:
            raise WorkloadError(f"a start is a whole minute with a time zone, got {self.start}")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        if TABLE_PART in self.indexes:
            raise WorkloadError(
                f"{TABLE_PART!r} is the table's own part: give the index another name"
            )
        lengths = {name: demand.reads.size for name, demand in self.parts.items()}
        if len({*lengths.values()}) > 1:
            raise WorkloadError(f"table and indexes must have as many minutes, got {lengths}")

    @classmethod
    def shaped(cls, shape: Minutes, table: Rates, **options: Unpack[WorkloadOptions]) -> Self:
        """Model traffic of a shape, rounded to the units of whole requests.

        Args:
            shape: for each minute the share of the peak rate, see `shapes`. A shape that depends
                on the weekday or the hour must have the same start as the workload.
            table: units a second at the peak, on the table.
            **options: see `WorkloadOptions`.

        Raises:
            WorkloadError: a rate or the burstiness is negative.
        """
        rates = {TABLE_PART: table, **options.get("indexes", {})}
        parts = {name: _demand(shape, rate, options) for name, rate in rates.items()}
        return cls._of(parts, options)

    @classmethod
    def from_patterns(
        cls,
        users: int,
        patterns: Iterable[Pattern],
        shape: Minutes | None = None,
        **options: Unpack[WorkloadOptions],
    ) -> Self:
        """Model the traffic of users, in whole calls of each pattern.

        Args:
            users: how many there are.
            patterns: what each user does, and how many times a day on average.
            shape: how the calls are spread over the minutes; None for 30 days of `shapes.daily`.
            **options: see `WorkloadOptions`; patterns have their own indexes.

        Raises:
            WorkloadError: the users, the calls or the burstiness are negative.
        """
        spread = shapes.daily(30, start=options.get("start", START)) if shape is None else shape
        spread = spread / spread.mean()
        patterns = list(patterns)
        names = [TABLE_PART, *(name for pattern in patterns for name in pattern.indexes)]
        units = {name: np.zeros((2, spread.size)) for name in names}
        for number, pattern in enumerate(patterns):
            calls = _calls(pattern, users, spread, options, number)
            for name, total in units.items():
                rates = pattern.of(name)
                total += [calls * rates.reads, calls * rates.writes]
        return cls._of({name: Demand(*total) for name, total in units.items()}, options)

    @property
    def parts(self) -> dict[str, Demand]:
        """The demand of the table, under the name "table", and then of each index."""
        return {TABLE_PART: self.table, **self.indexes}

    @property
    def minutes(self) -> int:
        """The length of the workload in minutes, without the pause."""
        return self.table.reads.size - self.pause

    def times(self, reads: float, writes: float) -> Self:
        """Return the workload with its units multiplied, without rounding.

        Args:
            reads: the factor for read units.
            writes: the factor for write units.
        """
        factors = np.array([[reads], [writes]])
        table, *indexes = (Demand(*(demand.units * factors)) for demand in self.parts.values())
        return replace(self, table=table, indexes=dict(zip(self.indexes, indexes, strict=True)))

    def summary(self) -> "pd.DataFrame":
        """Return total, average and peak units, with a row for each part's reads and writes."""
        units = np.concatenate([demand.units for demand in self.parts.values()])
        names = [name for name in self.parts for _ in THROUGHPUT_KINDS]
        kinds = [kind.plural for kind in THROUGHPUT_KINDS] * len(self.parts)
        columns = {
            "units": units.sum(axis=1),
            "a second": units.mean(axis=1) / SECONDS_PER_MINUTE,
            "a second, busiest minute": units.max(axis=1) / SECONDS_PER_MINUTE,
        }
        return frame(columns, [names, kinds])

    @classmethod
    def _of(cls, parts: dict[str, Demand], options: WorkloadOptions) -> Self:
        indexes = {name: demand for name, demand in parts.items() if name != TABLE_PART}
        return cls(options.get("start", START), parts[TABLE_PART], indexes)


def _demand(shape: Minutes, rates: Rates, options: WorkloadOptions) -> Demand:
    """The demand of a shape. All parts have the same random factors: an index follows its table."""
    if min(rates.reads, rates.writes) < 0:
        raise WorkloadError(f"a rate must be 0 units a second or more, got {rates}")
    burstiness, seed = options.get("burstiness", 0.0), options.get("seed", 0)
    reads, writes = (shapes.jitter(shape, burstiness, (seed, stream)) for stream in (0, 1))
    return Demand(
        shapes.whole(reads * rates.reads * SECONDS_PER_MINUTE, READ_STEP),
        shapes.whole(writes * rates.writes * SECONDS_PER_MINUTE, WRITE_STEP),
    )


def _calls(
    pattern: Pattern, users: int, spread: Minutes, options: WorkloadOptions, number: int
) -> Minutes:
    """Whole calls of a pattern in each minute."""
    if users < 0 or pattern.per_user_per_day < 0:
        raise WorkloadError(
            f"users and times a day must be 0 or more, got {users} and {pattern.per_user_per_day}"
        )
    mean = users * pattern.per_user_per_day / MINUTES_PER_DAY
    seed = (options.get("seed", 0), number)
    return shapes.whole(shapes.jitter(spread, options.get("burstiness", 0.0), seed) * mean)
