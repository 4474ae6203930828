"""Margins: how much capacity a plan adds to what the measured traffic needs.

Without margins, a plan throttles as soon as the traffic grows. So a headroom raises fixed units and
the limits of auto scaling, and auto scaling's target has a maximum.
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
    """The headroom, the highest target and the throttling budget of a plan.

    Raises:
        ThroughputError: a number is out of range.
    """

    headroom: Decimal = Decimal(20)  # how much to raise units, in percent
    max_target: int = 70  # the highest target of auto scaling, in percent
    max_throttled: float = MAX_THROTTLED  # the share of its demand that a capacity may throttle

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not self.headroom >= 0:
            raise ThroughputError(f"headroom must be 0 percent or more, got {self.headroom}")
        low, high = round(100 * LOWEST_TARGET), round(100 * HIGHEST_TARGET)
        if not low <= self.max_target <= high:
            raise ThroughputError(
                f"max target must be {low} to {high} percent in DynamoDB, got {self.max_target}"
            )
        if not 0 <= self.max_throttled < 1:
            raise ThroughputError(
                f"max throttled must be a share from 0 to below 1, got {self.max_throttled}"
            )

    def raised(self, policy: Fixed | TargetTracking) -> Fixed | TargetTracking:
        """Return the policy with its units raised by the headroom."""
        if isinstance(policy, Fixed):
            return Fixed(self._units(policy.units))
        low, first, high = map(self._units, (policy.minimum, policy.first, policy.maximum))
        return replace(policy, minimum=low, maximum=high, start=first)

    def lowered(self, policy: TargetTracking, factor: float = 1.0) -> TargetTracking:
        """Return the policy before `raised`, with its units multiplied by a factor.

        Args:
            policy: auto scaling with headroom.
            factor: the factor for the units.
        """
        low, first, high = (
            ceil(floor(units * 100 / (100 + self.headroom)) * factor)
            for units in (policy.minimum, policy.first, policy.maximum)
        )
        return replace(policy, minimum=low, maximum=high, start=first)

    def _units(self, units: int) -> int:
        return ceil(units * (100 + self.headroom) / 100)


EDGE = Margins(Decimal(0), 90)  # only just serves the traffic
