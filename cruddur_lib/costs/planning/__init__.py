"""The cheapest capacity mode for a table's traffic."""

from cruddur_lib.costs.planning.aws_commands import aws_commands
from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.planning.modes import BillingTerms, ModeCost, compare_modes, mode_costs
from cruddur_lib.costs.planning.planner import Plan, cheapest
from cruddur_lib.costs.planning.sensitivity import turning_points
from cruddur_lib.costs.planning.tariffs import tariffs

__all__ = [
    "BilledHours",
    "BillingTerms",
    "ModeCost",
    "Plan",
    "aws_commands",
    "cheapest",
    "compare_modes",
    "mode_costs",
    "tariffs",
    "turning_points",
]
