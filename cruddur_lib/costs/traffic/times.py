"""Times and sums of a measured column: from text to minutes of UTC and units.

Times that carry an offset mean one moment. Those without mean the time zone that is named, or that
the console put into the file's name, or UTC, and the report says which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.traffic.formats import Column, offset
from cruddur_lib.costs.traffic.resample import TrafficUnreadable, Whole
from cruddur_lib.costs.traffic.shapes import Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    import pandas as pd

EPOCH = r"^\d{9,}(?:\.\d+)?$"  # seconds since 1970
AWARE = r"\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|[+-]\d\d(?::?\d\d)?)$"
MISSING = ("", "nan", "null", "none")  # as a cell without a number is written


@dataclass(frozen=True)
class Zone:
    """The zone of times that carry none. `told` is for the report."""

    zone: tzinfo
    told: str


def moments(times: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """The times: in UTC where all carry an offset, without a zone where none does; raises
    `TrafficUnreadable`.
    """
    import pandas as pd  # noqa: PLC0415  half a second to import

    try:
        found = pd.to_datetime(times, format="ISO8601")
        return found if found.dt.tz is None else found.dt.tz_convert(UTC)
    except (ValueError, AttributeError):  # not all alike: look closer
        return _closer(times.astype(str).str.strip().str.replace("/", "-"))


def zone_of(every: Sequence["pd.Series[pd.Timestamp]"], asked: str | None, file: str) -> Zone:
    """The zone of these times; raises `TrafficUnreadable` where there is no zone of that name."""
    if all(times.dt.tz is not None for times in every):
        return Zone(UTC, "times carry their offset from UTC")
    if asked is not None:
        try:
            return Zone(ZoneInfo(asked), f"times in {asked}, as asked for")
        except (ZoneInfoNotFoundError, ValueError):
            raise TrafficUnreadable(
                f"no time zone {asked!r}; one is called like Europe/Berlin or UTC"
            ) from None
    if (hours := offset(file)) is not None:
        return Zone(timezone(timedelta(hours=hours)), f"times in UTC{hours:+}, by the file's name")
    return Zone(UTC, "times name no zone: read as UTC")


def minutes(times: "pd.Series[pd.Timestamp]", zone: tzinfo) -> Whole:
    """Minutes since 1970; raises `TrafficUnreadable` for a time inside a minute, and for one that
    the zone's clocks show twice or never.
    """
    if times.dt.tz is None:
        try:
            times = times.dt.tz_localize(zone).dt.tz_convert(UTC)
        except ValueError as error:
            raise TrafficUnreadable(
                f"a time is not one moment in {zone}: {error}; export in UTC"
            ) from None
    seconds = times.to_numpy("datetime64[s]").astype(np.int64)
    if (seconds % SECONDS_PER_MINUTE).any():
        wrong = times.iloc[int((seconds % SECONDS_PER_MINUTE > 0).argmax())]
        raise TrafficUnreadable(f"{wrong} is inside a minute: CloudWatch's sums begin with one")
    whole: Whole = seconds // SECONDS_PER_MINUTE
    return whole


def sums(column: Column) -> tuple[Minutes, NDArray[np.bool_]]:
    """The column's numbers, and which rows have one; raises `TrafficUnreadable` with the first cell
    that is no sum of units.
    """
    import pandas as pd  # noqa: PLC0415  half a second to import

    numbers = pd.to_numeric(column.sums, errors="coerce").to_numpy(dtype=np.float64)
    good = np.isfinite(numbers) & (numbers >= 0)
    odd = column.sums[~good].astype(str).str.strip()
    if not odd.str.lower().isin(MISSING).all():
        first = odd[~odd.str.lower().isin(MISSING)].index[0]
        raise TrafficUnreadable(
            f"{column.labels[0]}, {column.times[first]}: {odd[first]!r} is no sum of units, which "
            "is a number of 0 or more"
        )
    return numbers, good


def _closer(text: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    import pandas as pd  # noqa: PLC0415  half a second to import

    try:
        if text.str.contains(EPOCH).all():
            return pd.to_datetime(pd.to_numeric(text), unit="s", utc=True)
        aware = text.str.contains(AWARE)
        if aware.any() and not aware.all():
            raise TrafficUnreadable(
                f"{int(aware.sum()):,} times carry an offset from UTC and {int((~aware).sum()):,} "
                f"do not, as {text[~aware].iloc[0]!r}: export all of them in UTC"
            )
        return pd.to_datetime(text, format="ISO8601", utc=bool(aware.any()))
    except ValueError as error:
        raise TrafficUnreadable(
            f"a time cannot be read: {error}; expected 2026-11-22T10:00:00Z or 2026/11/22 10:00:00"
        ) from None
