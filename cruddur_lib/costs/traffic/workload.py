"""Workloads: the units that a table and its indexes are asked for, minute by minute.

    Workload.daily(peak_reads=120, peak_writes=40, days=30)    # units a second at the day's top
    Workload.from_patterns(3_000, [Pattern.measured("D: send", 40, meter.reads, meter.writes)])
    read_traffic("cloudwatch.csv").workload                    # see `traffic`

Figures are units a minute in float64, 60 for a unit a second; times are UTC. What is wanted is not
what is given: that is `throughput`. A minute's sum hides the seconds inside it, and a burst of a
second can be throttled in a minute that looks quiet: whatever is computed from a workload, its
throttled share is a lower bound.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike

from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.patterns import Pattern, Rates
from cruddur_lib.costs.traffic.shapes import MINUTES_PER_DAY, START, Minutes, WorkloadError
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS, CapacityKind

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

TABLE_PART = "table"  # the name of the table's own part, beside the names of its indexes
SECONDS_PER_MINUTE = 60  # of a minute
READ_STEP, WRITE_STEP = 0.5, 1.0  # units of the smallest request: an eventual read, a write


class Demand:
    """What is wanted of a table or of an index: `reads` and `writes`, units a minute.

    Raises `WorkloadError` where a figure is negative or no number, or the two differ in length.
    """

    def __init__(self, reads: ArrayLike, writes: ArrayLike) -> None:
        """A copy of these series."""
        series = [np.asarray(units, dtype=np.float64) for units in (reads, writes)]
        if series[0].ndim != 1 or series[0].shape != series[1].shape or not series[0].size:
            lengths = " and ".join(str(units.shape) for units in series)
            raise WorkloadError(f"reads and writes must be two series of one length, got {lengths}")
        for kind, units in zip(THROUGHPUT_KINDS, series, strict=True):
            _check_units(units, kind.value)
        self.units: NDArray[np.float64] = np.stack(series)  # reads, writes
        self.units.setflags(write=False)

    @property
    def reads(self) -> Minutes:
        """Read units wanted, a minute."""
        return self.of(CapacityKind.READ)

    @property
    def writes(self) -> Minutes:
        """Write units wanted, a minute."""
        return self.of(CapacityKind.WRITE)

    def of(self, kind: CapacityKind) -> Minutes:
        """Units wanted of this kind, a minute."""
        units: Minutes = self.units[THROUGHPUT_KINDS.index(kind)]
        return units

    def __add__(self, other: "Demand") -> "Demand":
        """Both together, minute by minute."""
        return Demand(self.reads + other.reads, self.writes + other.writes)

    def __mul__(self, factor: float) -> "Demand":
        """So many times as much, not rounded."""
        return Demand(self.reads * factor, self.writes * factor)


class WorkloadOptions(TypedDict, total=False):
    """What all made traffic may have."""

    indexes: Mapping[str, Rates]  # beside the table's rates
    burstiness: float  # standard deviation of a minute's random factor; 0 is smooth
    seed: int  # the same one gives the same traffic
    start: datetime  # the first of June 2026, a Monday, unless given


@dataclass(frozen=True, eq=False)
class Workload:
    """What a table and its indexes are asked for, from a whole minute of UTC on.

    `resolution` is the number of minutes that one measured sum covers: above 1, the minutes in it
    are its even parts. Raises `WorkloadError` for a start without time zone or inside a minute, and
    for parts of two lengths.
    """

    start: datetime
    table: Demand
    indexes: Mapping[str, Demand] = field(default_factory=dict)
    resolution: int = 1

    def __post_init__(self) -> None:
        """The start in UTC."""
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
    def shaped(cls, shape: Minutes, table: Rates, **made: Unpack[WorkloadOptions]) -> Self:
        """These rates, units a second at the shape's top, in the whole units that requests have."""
        rates = {TABLE_PART: table, **made.get("indexes", {})}
        return cls._of({name: _demand(shape, rate, made) for name, rate in rates.items()}, made)

    @classmethod
    def steady(
        cls, reads: float, writes: float, days: int = 30, **made: Unpack[WorkloadOptions]
    ) -> Self:
        """The same units a second all the time."""
        return cls.shaped(shapes.steady(days), Rates(reads, writes), **made)

    @classmethod
    def daily(  # noqa: PLR0913  a day's top and its shape
        cls,
        peak_reads: float,
        peak_writes: float,
        days: int = 30,
        *,
        night: float = 0.1,
        busiest: float = 20,
        weekend: float = 1,
        **made: Unpack[WorkloadOptions],
    ) -> Self:
        """A wave a day, peaks in units a second; see `shapes.daily`."""
        start = made.get("start", START)
        shape = shapes.daily(days, night=night, busiest=busiest, weekend=weekend, start=start)
        return cls.shaped(shape, Rates(peak_reads, peak_writes), **made)

    @classmethod
    def launch(  # noqa: PLR0913  a launch's top and its shape
        cls,
        peak_reads: float,
        peak_writes: float,
        days: int = 30,
        *,
        at: float = 1,
        before: float = 0.02,
        after: float = 0.2,
        half_life: float = 0.5,
        **made: Unpack[WorkloadOptions],
    ) -> Self:
        """A launch, peaks in units a second; see `shapes.launch`, which has more to set."""
        start = made.get("start", START)
        shape = shapes.launch(
            days, at=at, before=before, after=after, half_life=half_life, start=start
        )
        return cls.shaped(shape, Rates(peak_reads, peak_writes), **made)

    @classmethod
    def from_patterns(
        cls,
        users: int,
        patterns: Iterable[Pattern],
        shape: Minutes | None = None,
        **made: Unpack[WorkloadOptions],
    ) -> Self:
        """What so many users do, in whole requests: each pattern as often a day as it says, spread
        by the shape, a daily wave of 30 days unless given.
        """
        spread = shapes.daily(30, start=made.get("start", START)) if shape is None else shape
        spread = spread / spread.mean()
        patterns = list(patterns)
        names = [TABLE_PART, *dict.fromkeys(name for p in patterns for name in p.indexes)]
        nothing = np.zeros(spread.size)
        parts = {name: Demand(nothing, nothing) for name in names}
        for number, pattern in enumerate(patterns):
            calls = _calls(pattern, users, spread, made, number)
            for name in names:
                units = pattern.of(name)
                parts[name] += Demand(calls * units.reads, calls * units.writes)
        return cls._of(parts, made)

    @property
    def parts(self) -> dict[str, Demand]:
        """The table's demand as "table", then that of each index by its name."""
        return {TABLE_PART: self.table, **self.indexes}

    @property
    def minutes(self) -> int:
        """How many there are."""
        return self.table.reads.size

    def times(self, factor: float) -> Self:
        """So many times the traffic, not rounded."""
        return self._of({n: d * factor for n, d in self.parts.items()}, {"start": self.start})

    def summary(self) -> "pd.DataFrame":
        """Units of the table and of each index: in all, and a second on average and at the top."""
        import pandas as pd  # noqa: PLC0415  half a second to import

        kinds = [kind.plural for kind in THROUGHPUT_KINDS]
        lines = pd.MultiIndex.from_product([list(self.parts), kinds])
        units = np.concatenate([demand.units for demand in self.parts.values()])
        columns = {
            "units": units.sum(axis=1),
            "a second": units.mean(axis=1) / SECONDS_PER_MINUTE,
            "a second, busiest minute": units.max(axis=1) / SECONDS_PER_MINUTE,
        }
        return pd.DataFrame(columns, index=lines)

    @classmethod
    def _of(cls, parts: dict[str, Demand], made: WorkloadOptions) -> Self:
        indexes = {name: demand for name, demand in parts.items() if name != TABLE_PART}
        return cls(made.get("start", START), parts[TABLE_PART], indexes)


def _demand(shape: Minutes, rates: Rates, made: WorkloadOptions) -> Demand:
    """An index's writes follow the table's, so both have the same random factors."""
    if min(rates.reads, rates.writes) < 0:
        raise WorkloadError(f"a rate must be 0 units a second or more, got {rates}")
    burstiness, seed = made.get("burstiness", 0.0), made.get("seed", 0)
    reads, writes = (shapes.jitter(shape, burstiness, (seed, kind)) for kind in (0, 1))
    return Demand(
        shapes.whole(reads * rates.reads * SECONDS_PER_MINUTE, READ_STEP),
        shapes.whole(writes * rates.writes * SECONDS_PER_MINUTE, WRITE_STEP),
    )


def _calls(
    pattern: Pattern, users: int, spread: Minutes, made: WorkloadOptions, number: int
) -> Minutes:
    """Whole calls a minute."""
    if users < 0 or pattern.per_user_per_day < 0:
        raise WorkloadError(
            f"users and times a day must be 0 or more, got {users} and {pattern.per_user_per_day}"
        )
    even = users * pattern.per_user_per_day / MINUTES_PER_DAY
    seed = (made.get("seed", 0), number)
    return shapes.whole(shapes.jitter(spread, made.get("burstiness", 0.0), seed) * even)


def _check_units(units: Minutes, name: str) -> None:
    wrong = ~(np.isfinite(units) & (units >= 0))
    if wrong.any():
        minute = int(wrong.argmax())
        raise WorkloadError(
            f"{name} units of a minute must be 0 or more, got {units[minute]} in minute {minute:,}"
        )
