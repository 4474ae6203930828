"""Exercises of lesson 00, The whole game."""
