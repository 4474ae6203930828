"""Policies for one capacity: fixed units, target tracking, or the limits of on-demand mode.

Each policy applies to the reads or the writes of a table or of one index. Where AWS publishes a
number, the constants below have it. Where AWS does not, the number is an argument.

Sources, read 2026-11-22: AWS, "DynamoDB provisioned capacity mode", "Managing throughput capacity
automatically with DynamoDB auto scaling", "DynamoDB burst and adaptive capacity", "DynamoDB
on-demand capacity mode", "Quotas in Amazon DynamoDB", all below
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/
and, read 2026-11-24, AWS re:Post, "Why is Amazon DynamoDB auto scaling not working as expected?"
https://repost.aws/knowledge-center/dynamodb-auto-scaling
Reads and writes of a new on-demand table share its partitions: AWS re:Post, read 2026-11-27, "up to
4000 write request units or 12000 read request units or a combination"
https://repost.aws/questions/QUzGUZDAlpTyqRBV0Y8i3fIw/dynamodb-on-demand-provisioned-cost-optimization
For an alarm as AWS creates it (above 42 units a minute for 1 unit a second at 70 %, 2 periods of 60
s), see https://github.com/overmindtech/aws-source (sources/cloudwatch/alarm_test.go).
"""

from dataclasses import dataclass
from enum import Enum
from typing import Generic, NamedTuple, TypeVar

from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS, CapacityKind
from cruddur_lib.errors import WorkbookError

BURST_SECONDS = 300  # seconds of unused capacity that a burst bucket holds
MINUTES_OUT = 2  # minutes in a row above the target that scale out
MINUTES_IN = 15  # minutes in a row at or below the lower threshold that scale in
POINTS_IN = 20  # percentage points of utilization from the target down to the lower threshold
LAG_MINUTES = 2  # from alarm to new units; AWS says "a short delay of up to a few minutes"
DECREASES_AT_ONCE = 4  # decreases in the hour after a day's first; then one an hour: 27 a day
LOWEST_TARGET, HIGHEST_TARGET = 0.2, 0.9  # shares of the provisioned units
PEAK_AGE_MINUTES = 30  # minutes after which a peak raises the limit

T = TypeVar("T")


class ThroughputError(WorkbookError):
    """AWS would refuse the policy, or the billing mode has no such figure."""


def _check_units(**units: int) -> None:
    for name, number in units.items():
        if number < 1 or number != int(number):
            raise ThroughputError(f"{name} must be a whole number of units from 1 on, got {number}")


class ReadsWrites(NamedTuple, Generic[T]):
    """One value for the reads and one for the writes of a table or an index."""

    reads: T
    writes: T

    def of(self, kind: CapacityKind) -> T:
        """Return the value for this kind, READ or WRITE."""
        return self[THROUGHPUT_KINDS.index(kind)]


class ThrottledUnits(Enum):
    """What clients do about throttled units."""

    LOST = "given up"
    RETRIED = "requested again in the next minute, in addition to its demand"


class PartialHour(Enum):
    """How AWS bills an hour in which the provisioned units change.

    AWS only says "hourly". An AWS developer advocate's tool says that "DynamoDB actually bills by
    sampling a random minute in the hour", and uses the highest "to be conservative". Samples
    average to the mean. The highest is never too low.
    https://github.com/gabehollombe/dynamodb-scaling-simulator (pricing.ts), read 2026-11-24
    """

    HIGHEST = "the highest number of units in the hour, whole units"
    MEAN = "the mean of the hour's minutes"


INITIAL = ReadsWrites(12_000, 4_000)  # units a second of a new on-demand table


@dataclass(frozen=True)
class Fixed:
    """Provisioned units a second that never change."""

    units: int

    def __post_init__(self) -> None:
        """Raise `ThroughputError` below one unit."""
        _check_units(units=self.units)


@dataclass(frozen=True)
class TargetTracking:
    """Auto scaling between two limits, which keeps utilization near a target.

    It reacts to consumption and cannot see demand. After two minutes in a row above the target, it
    provisions the units for which the second minute is at the target. After 15 minutes in a row at
    least 20 percentage points below the target, it scales in, if the quota of decreases allows it.
    New units arrive `lag` minutes after the decision. Until then it decides nothing else, and then
    it counts from zero.
    """

    minimum: int  # units a second
    maximum: int  # units a second
    target: float = 0.7  # a share of the provisioned units
    start: int | None = None  # units a second at the start; None for the minimum
    lag: int = LAG_MINUTES  # minutes
    # Whether minutes without consumption count as below the target. An older note of AWS says that
    # they do not. Today's page does not say, and CloudWatch's alarms see them as 0.
    scale_in_at_zero: bool = True

    def __post_init__(self) -> None:
        """Raise `ThroughputError` for numbers that AWS does not accept."""
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
        """Units a second at the start."""
        return self.minimum if self.start is None else self.start

    @property
    def percent(self) -> float:
        """The target in percent, as AWS writes it, without float noise: 55.0 for 0.55."""
        return round(self.target * 100, 9)


@dataclass(frozen=True)
class OnDemandLimits:
    """The limits of on-demand mode.

    A minute can consume up to twice the highest minute that is at least 30 minutes ago. The limit
    is never below `initial`, and never above `maximum` if the table has a maximum.

    Reads and writes each have a limit. If both are `combined`, they share one limit, as in a new
    table: its partitions serve 12,000 reads or 4,000 writes, or half of each. The load is
    reads / 12,000 + writes / 4,000. At first it may be 1, and later twice its peak. If the load is
    too high, the same share of reads and of writes is granted.
    """

    initial: int  # units a second
    maximum: int | None = None  # the maximum throughput of the table or index, units a second
    combined: bool = False  # whether reads and writes share one limit

    def __post_init__(self) -> None:
        """Raise `ThroughputError` for a limit below one unit."""
        _check_units(initial=self.initial)
        if self.maximum is not None:
            _check_units(maximum=self.maximum)


ProvisionedPolicy = Fixed | TargetTracking
Policy = ProvisionedPolicy | OnDemandLimits
