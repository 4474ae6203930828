"""The cheapest capacity mode for a table's traffic."""

from cruddur_lib.costs.planning.aws_commands import aws_commands
from cruddur_lib.costs.planning.billed_hours import BilledHours
from cruddur_lib.costs.planning.certainty.confidence import confidence
from cruddur_lib.costs.planning.fleet import fleet
from cruddur_lib.costs.planning.margins import EDGE, Margins
from cruddur_lib.costs.planning.modes import ModeCost, compare_modes, mode_costs
from cruddur_lib.costs.planning.planner import Plan, cheapest
from cruddur_lib.costs.planning.sensitivity import turning_points
from cruddur_lib.costs.planning.tariffs import BillingTerms, tariffs

__all__ = [
    "EDGE",
    "BilledHours",
    "BillingTerms",
    "Margins",
    "ModeCost",
    "Plan",
    "aws_commands",
    "cheapest",
    "compare_modes",
    "confidence",
    "fleet",
    "mode_costs",
    "tariffs",
    "turning_points",
]
