"""Demand on a table, minute by minute, from a model or from CloudWatch's metrics."""

from cruddur_lib.costs.traffic import shapes
from cruddur_lib.costs.traffic.cloudwatch import read_cloudwatch
from cruddur_lib.costs.traffic.patterns import Pattern, Rates
from cruddur_lib.costs.traffic.workload import TABLE_PART, Demand, Workload

__all__ = ["TABLE_PART", "Demand", "Pattern", "Rates", "Workload", "read_cloudwatch", "shapes"]
