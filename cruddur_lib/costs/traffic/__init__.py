"""Demand on a table, minute by minute: modelled, or read from CloudWatch."""
