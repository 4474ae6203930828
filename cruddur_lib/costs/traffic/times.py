"""Read the times of a file: convert text to minutes in UTC.

A time may have no offset from UTC. Then it is in the zone that the caller names, otherwise in the
zone of the file's name, otherwise in UTC. The report names the zone.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cruddur_lib.costs.traffic.report import TrafficUnreadable, shortened

Integers = NDArray[np.int32]
Texts = NDArray[np.object_]  # of str
EPOCH = re.compile(r"\d{9,14}(?:\.\d*)?")  # since 1970, in seconds or milliseconds
MILLISECONDS = 1e11  # from here on; as seconds it is the year 5138
TWO_WAYS = re.compile(r"^(?P<one>\d\d?)[/.-](?P<two>\d\d?)[/.-]\d{4}(?:\D.*)?$")
MONTHS = 12
CLOCKS = (" %H:%M:%S", " %H:%M", "T%H:%M:%S", "T%H:%M", "", " %I:%M:%S %p", " %I:%M %p")
OFFSET = re.compile(r"\d[T ]\d[\d:.]*\s?(Z|[+-]\d\d:?(?:\d\d)?)$")
ODD = re.compile(r"[^\d TZ:/+.-]")  # not in a time of ISO 8601
SHORTEST = len("2026-11-2")
LATEST = 230 * 366 * 1_440  # minutes after 1970
ZONE_OF_NAME = re.compile(r"-UTC(?P<hours>[+-]\d{1,2})?\.csv$")  # of a file from the console
FARTHEST = 14  # hours from UTC


def offset(name: str) -> int | None:
    """Return the hours from UTC in the name of a console's file; None if it has none.

    >>> offset("graph-2026_11_01_00_00_00-2026_11_02_00_00_00-UTC-3.csv")
    -3
    """
    found = ZONE_OF_NAME.search(name)
    hours = int(found["hours"] or 0) if found else None
    return hours if hours is not None and abs(hours) <= FARTHEST else None


@dataclass
class Clock:
    """A reader that turns times into minutes, and keeps notes on their zones."""

    asked: str | None = None  # the zone that the caller names for times without a zone
    notes: dict[str, None] = field(default_factory=dict)  # in order, each once

    def minutes(self, texts: Texts, file: str) -> Integers:
        """Return minutes since 1970 in UTC.

        Args:
            texts: the times.
            file: the file's name, which may have a zone.

        Raises:
            TrafficUnreadable: a time cannot be read, or is ambiguous.
        """
        if not texts.size:
            return np.zeros(0, dtype=np.int32)
        texts = np.array([*map(str.strip, texts)], dtype=object)
        try:
            times = _moments(texts, file)
        except (ValueError, OverflowError):  # pandas' own errors
            raise _unreadable(texts, file) from None
        if times.tz is None:
            times = self._in_utc(times, texts, file)
        else:
            self.notes[f"{file}: times have an offset from UTC"] = None
        inside = times.floor("min") != times
        if inside.any():
            raise TrafficUnreadable(
                f"{file}: {shortened(texts[inside][0])} is not the start of a minute, but the sums "
                "of CloudWatch start with a minute"
            )
        minutes = times.tz_localize(None).to_numpy().astype("datetime64[m]").astype(np.int64)
        outside = (minutes < 0) | (minutes > LATEST)
        if outside.any():
            raise TrafficUnreadable(
                f"{file}: {shortened(texts[outside][0])} is before 1970 or after 2200, so it is "
                "not the time of a datapoint"
            )
        return minutes.astype(np.int32)

    def _in_utc(self, times: pd.DatetimeIndex, texts: Texts, file: str) -> pd.DatetimeIndex:
        zone, note = self._zone(file)
        self.notes[f"{file}: {note}"] = None
        moments = times.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
        if moments.hasnans:
            raise TrafficUnreadable(
                f"{file}: {shortened(texts[moments.isna()][0])} is not one moment in {zone}: when "
                "clocks change, they show some times twice or never: export the times in UTC"
            )
        return moments.tz_convert(UTC)

    def _zone(self, file: str) -> tuple[tzinfo, str]:
        if self.asked is not None:
            try:
                return ZoneInfo(self.asked), f"times in {self.asked}, given by --time-zone"
            except (KeyError, ValueError, OSError):
                raise TrafficUnreadable(
                    f"--time-zone {self.asked!r} is unknown: use a name like Europe/Berlin or UTC"
                ) from None
        if (hours := offset(file)) is not None:
            return timezone(timedelta(hours=hours)), f"times in UTC{hours:+}, from the file's name"
        return UTC, "times have no zone, so they are read as UTC (--time-zone changes it)"


def _moments(texts: Texts, file: str) -> pd.DatetimeIndex:
    """Parse times of one format: into UTC if they have an offset, otherwise without a zone."""
    if EPOCH.fullmatch(texts[0]):
        numbers = pd.to_numeric(texts)
        is_milli = numbers.min() >= MILLISECONDS
        if not is_milli and numbers.max() >= MILLISECONDS:
            raise ValueError
        return pd.to_datetime(numbers, unit="ms" if is_milli else "s", utc=True)
    if TWO_WAYS.fullmatch(texts[0]):
        return _in_order_of_day(texts, file)
    joined = "".join(texts)
    if "/" in joined:
        texts, joined = _replaced(texts, "/", "-"), ""
    if ODD.search(joined) or min(map(len, texts)) < SHORTEST:
        raise ValueError
    try:
        found = pd.to_datetime(pd.Index(texts), format="ISO8601")
        return found if found.tz is None else found.tz_convert(UTC)
    except ValueError:  # several offsets, or hours of one digit
        has_offset = np.array([bool(OFFSET.search(text)) for text in texts])
    if has_offset.all():
        return pd.to_datetime(pd.Index(texts), format="ISO8601", utc=True)
    if has_offset.any():
        raise TrafficUnreadable(
            f"{file}: some times have an offset from UTC, but {shortened(texts[~has_offset][0])} "
            "does not: export all times in UTC"
        )
    return _by_clock(texts, "%Y-%m-%d")


def _in_order_of_day(texts: Texts, file: str) -> pd.DatetimeIndex:
    """Parse dates like 11/02/2026 if a day above 12 shows which number is the month."""
    dates = pd.Series(texts).str.extract(TWO_WAYS).astype(float)
    day_first, month_first = dates.max() > MONTHS
    if day_first == month_first:
        raise TrafficUnreadable(
            f"{file}: {shortened(texts[0])} may be day/month or month/day: write "
            "times like 2026-11-02T00:00:00Z"
        )
    slashes = pd.Series(texts).str.replace(r"^(\d+).(\d+).", r"\1/\2/", regex=True)
    return _by_clock(slashes.to_numpy(), "%d/%m/%Y" if day_first else "%m/%d/%Y")


def _by_clock(texts: Texts, date: str) -> pd.DatetimeIndex:
    """Parse dates of this format, with a time of day in one of the usual formats."""
    for clock in CLOCKS:
        try:
            return pd.to_datetime(pd.Index(texts), format=date + clock)
        except ValueError:
            continue
    raise ValueError


def _replaced(texts: Texts, old: str, new: str) -> Texts:
    return np.array([text.replace(old, new) for text in texts], dtype=object)


def _unreadable(texts: Texts, file: str) -> TrafficUnreadable:
    """Return the error for the first time that cannot be read."""
    first = next((text for text in texts if not _is_iso(text)), texts[0])
    return TrafficUnreadable(
        f"{file}: {shortened(first)!r} is not a time, or differs in format from other times: write "
        "times like 2026-11-02T00:00:00Z, or seconds since 1970"
    )


def _is_iso(text: str) -> bool:
    try:
        datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return False
    return True
