"""Exercises of lesson 04, The fan-out."""
