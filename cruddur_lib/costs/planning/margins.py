"""Margins: how much room a plan leaves above what it has seen.

A plan that just serves the traffic of a file throttles as soon as the traffic grows. So fixed units
and the limits of auto scaling are raised by a headroom, and auto scaling's target has a maximum.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil, floor

from cruddur_lib.costs.throughput.policies import (
    HIGHEST_TARGET,
    LOWEST_TARGET,
    Fixed,
    TargetTracking,
    ThroughputError,
)

MAX_THROTTLED = 0.0001  # one unit in ten thousand


@dataclass(frozen=True)
class Margins:
    """What a plan must leave.

    Raises:
        ThroughputError: a number is out of its range.
    """

    headroom: Decimal = Decimal(20)  # percent that units are raised by
    max_target: int = 70  # percent: the highest target of auto scaling
    max_throttled: float = MAX_THROTTLED  # the share of its demand that a capacity may throttle

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not self.headroom >= 0:
            raise ThroughputError(f"headroom is 0 percent or more, got {self.headroom}")
        low, high = round(100 * LOWEST_TARGET), round(100 * HIGHEST_TARGET)
        if not low <= self.max_target <= high:
            raise ThroughputError(
                f"max target is {self.max_target} percent; DynamoDB takes {low} to {high}"
            )
        if not 0 <= self.max_throttled < 1:
            raise ThroughputError(
                f"max throttled is a share from 0 to below 1, got {self.max_throttled}"
            )

    def raised(self, policy: Fixed | TargetTracking) -> Fixed | TargetTracking:
        """Return the policy with its units raised by the headroom."""
        if isinstance(policy, Fixed):
            return Fixed(self._units(policy.units))
        low, first, high = map(self._units, (policy.minimum, policy.first, policy.maximum))
        return replace(policy, minimum=low, maximum=high, start=first)

    def lowered(self, policy: TargetTracking, factor: float = 1.0) -> TargetTracking:
        """Return the policy as it was before `raised`, with its units multiplied.

        Args:
            policy: auto scaling with headroom.
            factor: what to multiply its units by.
        """
        low, first, high = (
            ceil(floor(units * 100 / (100 + self.headroom)) * factor)
            for units in (policy.minimum, policy.first, policy.maximum)
        )
        return replace(policy, minimum=low, maximum=high, start=first)

    def _units(self, units: int) -> int:
        return ceil(units * (100 + self.headroom) / 100)


EDGE = Margins(Decimal(0), 90)  # what just serves the traffic
