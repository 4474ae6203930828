"""Compilation by numba. On a machine without numba the functions stay plain Python, and slower.

A compiled function and every function it calls must be in one file. numba keeps machine code in a
cache for later processes, and it compiles again only when that file changes.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

try:
    from numba import njit
except ImportError:  # no wheel for this machine
    njit = None

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Return the function compiled to machine code.

    numba caches the code beside the function's file, or in the user's cache directory. Where
    neither is writable, every process compiles the function again.
    """
    if njit is None:
        return function
    try:
        machine_code = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no directory for a cache
        machine_code = njit(nogil=True)(function)
    return cast("Function", machine_code)


def inner(function: Function) -> Function:
    """Return the function so that only compiled functions can call it: it compiles with them."""
    if njit is None:
        return function
    return cast("Function", njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)(function))
