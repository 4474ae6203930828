"""Blocks of minutes: their least and their most, by which `throughput_kernel` passes quiet ones."""

from functools import partial
from math import inf
from typing import Any

from cruddur_lib.costs.throughput.jit import compiled


@partial(compiled, fastmath={"nnan", "nsz"})  # there is no NaN; the least is the least in any order
def write_ends(wanted: Any, length: int, ends: Any) -> None:
    """Writes the least and the most of each block of so many minutes into two rows."""
    for block in range(ends.shape[1]):
        low, high = inf, -inf
        for minute in range(block * length, min(wanted.size, block * length + length)):
            low, high = min(low, wanted[minute]), max(high, wanted[minute])
        ends[0, block], ends[1, block] = low, high
