"""Measurements and models that the notebooks run.

`crossovers`, `fan_out` and `monthly_usage` are modules with several functions.
"""

from cruddur_lib.workbook.experiments import crossovers, fan_out, monthly_usage
from cruddur_lib.workbook.experiments.design_costs import (
    DesignCosts,
    design_costs,
    table_of,
    text_for,
)
from cruddur_lib.workbook.experiments.fan_out import InboxTable
from cruddur_lib.workbook.experiments.fault_outcomes import (
    FaultOutcome,
    WriteMethod,
    fault_outcomes,
)
from cruddur_lib.workbook.experiments.footprint import Footprint, Habits, footprint
from cruddur_lib.workbook.experiments.monthly_usage import Route, Setup
from cruddur_lib.workbook.experiments.relational import relational

__all__ = [
    "DesignCosts",
    "FaultOutcome",
    "Footprint",
    "Habits",
    "InboxTable",
    "Route",
    "Setup",
    "WriteMethod",
    "crossovers",
    "design_costs",
    "fan_out",
    "fault_outcomes",
    "footprint",
    "monthly_usage",
    "relational",
    "table_of",
    "text_for",
]
