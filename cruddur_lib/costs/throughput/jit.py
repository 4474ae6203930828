"""Functions in machine code by numba, where it is installed; else as they are, and slower.

A compiled function and all that it calls must stand in one file: numba's cache, from which a later
process takes it, sees a change in that file and in no other.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

try:
    from numba import njit
except ImportError:  # no wheel for this machine
    njit = None

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function, *, fastmath: Any = False) -> Function:
    """The function in machine code, which is kept beside its file, or in the user's cache, or where
    neither can be written for this process alone.
    """
    if njit is None:
        return function
    try:
        found = njit(cache=True, nogil=True, fastmath=fastmath)(function)
    except RuntimeError:  # no place for a cache
        found = njit(nogil=True, fastmath=fastmath)(function)
    return cast("Function", found)


def inner(function: Function) -> Function:
    """The function as a part of those that call it, for which it is compiled."""
    if njit is None:
        return function
    return cast("Function", njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)(function))
