"""Capacity units of the requests that run inside a `with`."""
