"""Exercises of lesson 01, From screen to keys."""
