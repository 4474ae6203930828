"""Capacity units of one request, by AWS's published rules. Needs no connection."""
