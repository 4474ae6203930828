"""What one capacity is given: a fixed number of units, target tracking, or on-demand's limits.

Each policy is for the reads or the writes of a table or of one index. Its numbers are AWS's where
AWS gives them; where it does not, they are arguments with a name.

Sources, read 2026-11-22: AWS, "DynamoDB provisioned capacity mode", "Managing throughput capacity
automatically with DynamoDB auto scaling", "DynamoDB burst and adaptive capacity", "DynamoDB
on-demand capacity mode", "Quotas in Amazon DynamoDB", all below
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/
and, read 2026-11-24, AWS re:Post, "Why is Amazon DynamoDB auto scaling not working as expected?"
https://repost.aws/knowledge-center/dynamodb-auto-scaling
An alarm as AWS made it (42 units a minute for 1 unit a second at 70 %, 2 periods of 60 s, above)
stands in https://github.com/overmindtech/aws-source (sources/cloudwatch/alarm_test.go).
"""

from dataclasses import dataclass
from enum import Enum
from typing import Generic, NamedTuple, TypeVar

from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS, CapacityKind
from cruddur_lib.errors import WorkbookError

BURST_SECONDS = 300  # seconds of unused capacity that are kept
MINUTES_OUT = 2  # in a row above the target, then units are added
MINUTES_IN = 15  # in a row far enough below it, then units are taken away
POINTS_IN = 20  # per cent of what is provisioned: how far is far enough
LAG = 2  # minutes from an alarm to the units; AWS says "a short delay of up to a few minutes"
AT_ONCE = 4  # decreases within the first hour of a day's first; then one an hour, which makes 27
LOWEST_TARGET, HIGHEST_TARGET = 0.2, 0.9
INITIAL_READS, INITIAL_WRITES = 12_000, 4_000  # units a second of a new on-demand table
PEAK_AGE = 30  # minutes until a peak may be doubled again

T = TypeVar("T")


class ThroughputError(WorkbookError):
    """A policy that AWS would refuse, or a question that has no answer in this mode."""


def _check_units(**units: int) -> None:
    for name, number in units.items():
        if number < 1 or number != int(number):
            raise ThroughputError(f"{name} must be a whole number of units from 1 on, got {number}")


class ReadsWrites(NamedTuple, Generic[T]):
    """One value for the reads and one for the writes of a table or an index."""

    reads: T
    writes: T

    def of(self, kind: CapacityKind) -> T:
        """The value for this kind, `CapacityKind.READ` or `CapacityKind.WRITE`."""
        return self[THROUGHPUT_KINDS.index(kind)]


class ThrottledUnits(Enum):
    """What becomes of units that were throttled."""

    LOST = "given up"
    RETRIED = "wanted again in the next minute, beside what is wanted there"


class PartialHour(Enum):
    """How an hour is billed in which capacity changed.

    AWS says "hourly" and no more. A tool of an AWS developer advocate says that "DynamoDB actually
    bills by sampling a random minute in the hour", and itself takes the highest "to be
    conservative": the mean is what samples come to, the highest is never too low.
    https://github.com/gabehollombe/dynamodb-scaling-simulator (pricing.ts), read 2026-11-24
    """

    HIGHEST = "the highest number of units in the hour, whole units"
    MEAN = "the mean of the hour's minutes"


@dataclass(frozen=True)
class Fixed:
    """Provisioned units a second that do not change."""

    units: int

    def __post_init__(self) -> None:
        """Raises `ThroughputError` below one unit."""
        _check_units(units=self.units)


@dataclass(frozen=True)
class TargetTracking:
    """Auto scaling: from `minimum` to `maximum` units a second, so that `target` of them is used.

    It sees what was consumed, never what was wanted: a minute above the target, and the next, and
    `lag` minutes later there are as many units as bring that last minute to the target. The way
    down takes 15 minutes at 20 points below the target or less, and is counted (see `AT_ONCE`). A
    change starts both counts anew, and while one is on its way nothing else is decided.

    `target` is a share: 0.7. `start` units are there at first, the minimum unless given.
    `scale_in_at_zero` says whether minutes without any consumption count as below the target; an
    older note of AWS's says that they do not, today's page is silent, and alarms show them as 0.
    """

    minimum: int
    maximum: int
    target: float = 0.7
    start: int | None = None
    lag: int = LAG
    scale_in_at_zero: bool = True

    def __post_init__(self) -> None:
        """Raises `ThroughputError` for limits that AWS does not take."""
        _check_units(minimum=self.minimum, maximum=self.maximum, start=self.first)
        if not self.minimum <= self.first <= self.maximum:
            raise ThroughputError(
                f"minimum, start and maximum must be in this order, got {self.minimum:,}, "
                f"{self.first:,} and {self.maximum:,} units"
            )
        if not LOWEST_TARGET <= self.target <= HIGHEST_TARGET:
            raise ThroughputError(
                f"target is {self.target}; DynamoDB takes {LOWEST_TARGET} to {HIGHEST_TARGET}, "
                "which is a share: 0.7 for 70 %"
            )
        if self.lag < 0:
            raise ThroughputError(f"lag must be 0 minutes or more, got {self.lag}")

    @property
    def first(self) -> int:
        """Units at the start."""
        return self.minimum if self.start is None else self.start

    @property
    def percent(self) -> float:
        """The target as AWS writes it, without the noise of a float: 55.0 for 0.55."""
        return round(self.target * 100, 9)


@dataclass(frozen=True)
class OnDemandLimits:
    """On demand: at once as much as twice the peak of 30 minutes ago or earlier, at least `initial`
    units a second, at most `maximum` where the table has one.
    """

    initial: int
    maximum: int | None = None

    def __post_init__(self) -> None:
        """Raises `ThroughputError` below one unit."""
        _check_units(initial=self.initial)
        if self.maximum is not None:
            _check_units(maximum=self.maximum)


Policy = Fixed | TargetTracking | OnDemandLimits
ON_DEMAND: ReadsWrites[Policy] = ReadsWrites(
    OnDemandLimits(INITIAL_READS), OnDemandLimits(INITIAL_WRITES)
)
