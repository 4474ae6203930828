"""Measurements and models that notebooks run."""
