"""A lesson's table: known rows, a clock that ticks and ids that repeat."""
