"""Exercises of lesson 02, Reading."""
