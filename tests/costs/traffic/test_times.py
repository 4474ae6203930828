"""Times in all their forms, and the zone of those that name none."""

from datetime import UTC, datetime

import pytest

from cruddur_lib.costs.traffic.report import TrafficUnreadable
from cruddur_lib.costs.traffic.times import offset
from tests.helpers.traffic_files import READS, WRITES, console, full_label, metric_data, result

TEN = datetime(2026, 11, 2, 10, tzinfo=UTC)


def rows(*times):
    """Return plain CSV with these times."""
    return "timestamp,consumed_read_units,consumed_write_units\n" + "".join(
        f"{time},{number},0\n" for number, time in enumerate(times, 1)
    )


@pytest.mark.parametrize(
    "times",
    [
        ("2026-11-02T10:00:00Z", "2026-11-02T10:01:00Z"),
        ("2026-11-02T10:00Z", "2026-11-02T10:01:00Z"),
        ("2026-11-02T10:00:00.000Z", "2026-11-02T10:01:00.000Z"),
        ("2026-11-02T10:00:00+00:00", "2026-11-02T10:01:00+00:00"),
        ("2026-11-02T12:00+02:00", "2026-11-02T10:01:00Z"),
        ("2026-11-02 05:30:00-04:30", "2026-11-02 05:31:00-0430"),
        ("2026-11-02 10:00:00", "2026-11-02 10:01:00"),
        ("2026-11-02T10:00", "2026-11-02T10:01"),
        ("2026/11/02 10:00:00", "2026/11/02 10:01:00"),
        ("2026/11/2 10:00", "2026/11/2 10:01"),
        ("  2026-11-02 10:00:00 ", "2026-11-02 10:01:00"),
        ("1793613600", "1793613660"),
        ("1793613600.0", "1793613660.0"),
        ("1793613600000", "1793613660000"),
    ],
)
def test_times_of_every_form(read, times):
    """All of these are 10:00 and 10:01 on 2 November 2026, in UTC."""
    workload = read(rows(*times)).workload

    assert workload.start == TEN
    assert workload.table.reads.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("times", "day"),
    [
        (("11/02/2026 10:00", "11/02/2026 10:01", "11/13/2026 10:00"), 2),
        (("13/11/2026 10:01:00", "13/11/2026 10:00:00", "02/12/2026 10:00:00"), 13),
        (("13.11.2026 10:00", "13.11.2026 10:01"), 13),
        (("11-13-2026 10:00", "11-13-2026 10:01"), 13),
        (("11/13/2026 10:00 AM", "11/13/2026 10:01 AM"), 13),
        (("13/11/2026T10:00:00", "13/11/2026T10:01:00"), 13),
    ],
)
def test_days_above_twelve_show_the_order(read, times, day):
    """No month has a number above 12."""
    assert read(rows(*times)).workload.start == datetime(2026, 11, day, 10, tzinfo=UTC)


def test_dates_that_may_be_two_days(read):
    """The error says what to write."""
    says = "11/02/2026 00:00 may be day/month or month/day: write times like 2026"
    with pytest.raises(TrafficUnreadable, match=says):
        read(rows("11/02/2026 00:00", "11/02/2026 00:01"))
    with pytest.raises(TrafficUnreadable, match="may be day/month or month/day"):
        read(rows("13/11/2026 00:00", "11/13/2026 00:01"))


@pytest.mark.parametrize(
    ("times", "says"),
    [
        (
            ["yesterday"],
            "'yesterday' is not a time, or differs in format from other times: write times",
        ),
        (["now"], "'now' is not a time"),
        (["today", "2026-11-02T10:00Z"], "'today' is not a time"),
        (["2026-11-02T10:00Z", "12:00"], "'12:00' is not a time"),
        (["2026-11-02T10:00Z", "2026-11"], "'2026-11' is not a time"),
        (["2026-11-02T10:00Z", "1793613600"], "but 1793613600 does not"),
        (["1793613600", "2026-11-02T10:00Z"], "is not a time, or differs"),
        (["1793613600", "1793613660000"], "'1793613600' is not a time, or differs"),
        (["2026-13-02T10:00Z"], "'2026-13-02T10:00Z' is not a time"),
        (["2026-02-30T10:00Z"], "'2026-02-30T10:00Z' is not a time"),
        (["0000-01-01T00:00Z"], "0000-01-01T00:00Z is before 1970 or after 2200"),
        (["9999-12-31T10:00Z"], "9999-12-31T10:00Z is before 1970 or after 2200"),
        (["11/02/26 10:00"], "'11/02/26 10:00' is not a time"),
        (["13/11/2026 ten"], "'13/11/2026 ten' is not a time"),
        (["1793613600e9"], "'1793613600e9' is not a time"),
        (["x" * 90], rf"'{'x' * 60}\.\.\.' is not a time"),
        (["13/11/2026 \x1b[2J"], r"'13/11/2026 \?\[2J' is not a time"),
        (
            ["2026-11-02T10:00:30Z"],
            "2026-11-02T10:00:30Z is not the start of a minute",
        ),
        (["2026-11-02T10:00:00.5Z"], "is not the start of a minute"),
        (["1762041600.5"], "1762041600.5 is not the start of a minute"),
        (
            ["2026-11-02T10:00Z", "2026-11-02T10:01"],
            "some times have an offset from UTC, but 2026-11-02T10:01 does not: export all",
        ),
    ],
)
def test_times_that_cannot_be_read(read, times, says):
    """The error has our own words, and the time."""
    with pytest.raises(TrafficUnreadable, match=says):
        read(rows(*times), period=60)


def labels():
    """The console's full labels of a table."""
    return [full_label(READS), full_label(WRITES)]


@pytest.mark.parametrize(
    ("name", "zone", "hour", "says"),
    [
        (
            "c.csv",
            None,
            0,
            "c.csv: times have no zone, so they are read as UTC (--time-zone changes it)",
        ),
        ("c.csv", "Europe/Berlin", -1, "c.csv: times in Europe/Berlin, given by --time-zone"),
        ("graph-UTC-3.csv", None, 3, "graph-UTC-3.csv: times in UTC-3, from the file's name"),
        ("graph-UTC.csv", None, 0, "graph-UTC.csv: times in UTC+0, from the file's name"),
        ("g-UTC-3.csv", "UTC", 0, "g-UTC-3.csv: times in UTC, given by --time-zone"),
        ("g-UTC+77.csv", None, 0, "g-UTC+77.csv: times have no zone"),
    ],
)
def test_the_zone_of_times_that_name_none(read, name, zone, hour, says):
    """It is the one that the user says, else that of the file's name, else UTC."""
    series = {0: 1, 1: 2}
    text = console(series, series, full=labels())
    traffic = read(text, names=[name], time_zone=zone)

    assert (traffic.workload.start - datetime(2026, 11, 2, tzinfo=UTC)).total_seconds() == (
        3_600 * hour
    )
    assert says in str(traffic.report).splitlines()[-1]


def test_an_offset_in_a_time_counts(read):
    """It overrides the zone that the user says, and the report never says otherwise."""
    traffic = read(
        metric_data(result("m1", READS, {0: 1, 1: 1}), result("m2", WRITES, {})),
        time_zone="Asia/Tokyo",
    )

    assert traffic.workload.start == datetime(2026, 11, 2, tzinfo=UTC)
    assert "a.json: times have an offset from UTC" in str(traffic.report)
    assert "Tokyo" not in str(traffic.report)
    assert "no zone" not in str(traffic.report)


@pytest.mark.parametrize("time", ["2026/10/25 02:30:00", "2026/03/29 02:30:00"])
def test_an_hour_that_a_clock_shows_twice_or_never(read, time):
    """Clocks in Berlin are set back in October, and put forward in March."""
    says = f"{time} is not one moment in Europe/Berlin: when clocks change, they"
    with pytest.raises(TrafficUnreadable, match=says):
        read(rows(time), time_zone="Europe/Berlin")


@pytest.mark.parametrize("zone", ["Cruddur/Lab", "", "../etc", "/etc/passwd", "Europe", "a\0b"])
def test_a_zone_that_is_none(read, zone):
    """The error has an example of a name."""
    with pytest.raises(
        TrafficUnreadable, match="--time-zone .* is unknown: use a name like Europe/Berlin"
    ):
        read(rows("2026-11-02T10:00"), time_zone=zone)


@pytest.mark.parametrize(
    ("name", "hours"),
    [("a-UTC+2.csv", 2), ("a-UTC.csv", 0), ("a.csv", None), ("a-UTC+15.csv", None)],
)
def test_the_offset_of_a_name(name, hours):
    """The console writes it at the end, and no zone is more than 14 hours from UTC."""
    assert offset(name) == hours
