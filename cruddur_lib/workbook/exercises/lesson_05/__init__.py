"""Exercises of lesson 05, On-demand or provisioned."""
