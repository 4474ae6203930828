"""Read the times and sums of a measured column: from text to minutes in UTC and units.

A time without an offset from UTC is in the zone that the caller names. Otherwise it is in the zone
of the file's name, or in UTC. The report says which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from cruddur_lib.costs.traffic.formats import Column, offset
from cruddur_lib.costs.traffic.resample import Integers, TrafficUnreadable
from cruddur_lib.costs.traffic.shapes import Minutes
from cruddur_lib.costs.traffic.workload import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    import pandas as pd

EPOCH = r"^\d{9,}(?:\.\d+)?$"  # seconds since 1970
AWARE = r"\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|[+-]\d\d(?::?\d\d)?)$"
MISSING = ("", "nan", "null", "none")  # cells without a number


@dataclass(frozen=True)
class Zone:
    """The zone of times without an offset, and the report's note about it."""

    zone: tzinfo
    note: str


def moments(times: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """Parse the times: into UTC if all have an offset, without a zone if none has one.

    Raises `TrafficUnreadable` if some have an offset, or a time cannot be parsed.
    """
    import pandas as pd  # noqa: PLC0415  half a second to import

    try:
        found = pd.to_datetime(times, format="ISO8601")
        return found if found.dt.tz is None else found.dt.tz_convert(UTC)
    except (ValueError, AttributeError):  # the times have several forms
        return _parse_forms(times.astype(str).str.strip().str.replace("/", "-"))


def zone_of(every: Sequence["pd.Series[pd.Timestamp]"], asked: str | None, file: str) -> Zone:
    """Return the zone of all columns' times.

    Args:
        every: each column's times, as `moments` returns them.
        asked: the zone's name that the caller passed, if any.
        file: the file's name, in which the console writes an offset.

    Raises:
        TrafficUnreadable: no zone has that name.
    """
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


def minutes(times: "pd.Series[pd.Timestamp]", zone: tzinfo) -> Integers:
    """Return minutes since 1970 in UTC.

    Args:
        times: as `moments` returns them.
        zone: the zone of times without one.

    Raises:
        TrafficUnreadable: a time is inside a minute, or the zone's clocks show it twice or never.
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
    whole: Integers = seconds // SECONDS_PER_MINUTE
    return whole


def sums(column: Column) -> tuple[Minutes, NDArray[np.bool_]]:
    """Return the column's numbers, and whether each row has one.

    Raises `TrafficUnreadable` that names the first cell which is neither empty nor a sum.
    """
    import pandas as pd  # noqa: PLC0415  half a second to import

    numbers = pd.to_numeric(column.sums, errors="coerce").to_numpy(dtype=np.float64)
    good = np.isfinite(numbers) & (numbers >= 0)
    cells = column.sums[~good].astype(str).str.strip()
    odd = cells[~cells.str.lower().isin(MISSING)]
    if not odd.empty:
        raise TrafficUnreadable(
            f"{column.labels[0]}, {column.times[odd.index[0]]}: {odd.iloc[0]!r} is no sum of "
            "units, which is a number of 0 or more"
        )
    return numbers, good


def _parse_forms(text: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """Parse seconds since 1970, or ISO 8601 in several forms."""
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
