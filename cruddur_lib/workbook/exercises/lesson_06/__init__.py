"""Exercises of lesson 06, The free tier and the whole bill."""
