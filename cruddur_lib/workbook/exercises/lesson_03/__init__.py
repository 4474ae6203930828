"""Exercises of lesson 03, Writing."""
