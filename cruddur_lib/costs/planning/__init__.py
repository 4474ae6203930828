"""The cheapest capacity mode for a table's traffic."""
