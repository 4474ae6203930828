"""The period of a metric, its gaps, and the span of the files.

Expected units are worked out by hand: a sum is spread evenly over the minutes of its period.
"""

from datetime import UTC, datetime, timedelta

import pytest

from cruddur_lib.costs.traffic.cloudwatch import LONGEST_SPAN
from cruddur_lib.costs.traffic.report import TrafficUnreadable
from tests.helpers.traffic_files import (
    READS,
    START,
    WRITES,
    console,
    csv,
    full_label,
    metric_data,
    result,
)

MINUTES = "--period 60 (sums of one minute, without the idle minutes)"
FIRST = [0, 1]  # two rows that show a period of one minute


def constant(minutes, units=50):
    """A series with the same sum at each of these minutes."""
    return dict.fromkeys(minutes, units)


def both(minutes, units=50):
    """Plain CSV with the same reads and writes at each of these minutes."""
    return csv(constant(minutes, units), constant(minutes, units))


@pytest.mark.parametrize("minutes", [(0, 1), (0, 2, 5), (7, 17, 27, 30), (0, 1_440, 1_441)])
def test_distances_with_no_common_divisor_show_minutes(read, minutes):
    """A period divides every distance, so only one minute fits 2 and 3 minutes."""
    workload = read(both(minutes)).workload

    assert workload.resolution == 1
    assert workload.table.reads.sum() == 50 * len(minutes)
    assert [int(n) for n in workload.table.reads.nonzero()[0]] == [
        minute - minutes[0] for minute in minutes
    ]


@pytest.mark.parametrize(
    ("minutes", "says"),
    [
        ((0, 5, 10), f"rows are 5 minutes apart: use {MINUTES} or --period 300"),
        ((3, 13, 18), f"rows are 5 minutes apart: use {MINUTES} or --period 300"),
        ((0, 10, 25), f"rows are multiples of 5 minutes apart: use {MINUTES} or --period 300"),
        ((0, 20, 40), f"20 minutes apart: use {MINUTES}, --period 300 or --period 1200"),
        ((0, 7), f"use {MINUTES} or --period 420"),
        ((0, 60), "rows are 1 hour apart"),
        ((30, 150), "rows are 2 hours apart"),
        ((0, 1_440), "or --period 86400"),
        ((0, 1_441), f"rows are 1,441 minutes apart: use {MINUTES}"),
        ((0,), "there is only one row, so the period is unknown: use --period 60 if it is the"),
    ],
)
def test_a_period_that_the_rows_do_not_show_is_asked_for(read, minutes, says):
    """The error names the periods that divide the distances."""
    with pytest.raises(TrafficUnreadable) as error:
        read(both(minutes))

    assert says in str(error.value)
    assert str(error.value).startswith("a.csv, table reads: ")


@pytest.mark.parametrize("offset", [0, 3, 17])
@pytest.mark.parametrize("period", [1, 5, 15, 20, 60, 120, 1_440])
def test_sums_of_even_minutes_are_those_minutes(read, period, offset):
    """Sums of any period, stamped at any offset, are 7 units in each of their minutes."""
    series = constant(range(offset, offset + 5 * period, period), 7 * period)
    traffic = read(csv(series, series), period=60 * period)

    assert traffic.workload.start == START + timedelta(minutes=offset)
    assert traffic.workload.table.reads.tolist() == [7] * 5 * period
    assert traffic.workload.resolution == period
    assert ("hides the bursts" in str(traffic.report)) == (period > 5)
    assert ("given by --period, are spread evenly" in str(traffic.report)) == (period > 1)


def test_a_label_says_the_period(read):
    """The end of a label is the period, in the console's CSV and in JSON."""
    series = {0: 300, 5: 100, 15: 50}
    labels = [full_label(metric, period=300) for metric in (READS, WRITES)]
    by_console = read(console(series, series, full=labels)).workload
    by_json = read(
        metric_data(
            result("m1", f"orders {READS} Sum 300", series),
            result("m2", f"orders {WRITES} 300", series),
        )
    ).workload

    for workload in (by_console, by_json):
        units = workload.table.reads[: workload.minutes].tolist()
        assert units == [60] * 5 + [20] * 5 + [0] * 5 + [10] * 5
        assert workload.resolution == 5


@pytest.mark.parametrize(
    ("minutes", "label_period", "period", "says"),
    [
        (
            (0, 1),
            300,
            None,
            "says 300 seconds, but 2026-11-02T00:00Z and 2026-11-02T00:01Z are 1 m",
        ),
        ((0, 5), 300, 60, "--period says 60 seconds, but .* says 300"),
        ((0, 5), 60, 300, "--period says 300 seconds, but .* says 60"),
        (
            (0, 1),
            31_536_000_000,
            None,
            "says a period of 31536000000 seconds: it must be whole minutes",
        ),
        ((0, 1), 30, None, "says a period of 30 seconds"),
        ((0, 1), 0, None, "says a period of 0 seconds"),
    ],
)
def test_a_period_that_the_file_contradicts(read, minutes, label_period, period, says):
    """The error names both."""
    series = constant(minutes)
    labels = [full_label(metric, period=label_period) for metric in (READS, WRITES)]

    with pytest.raises(TrafficUnreadable, match=says):
        read(console(series, series, full=labels), period=period)


@pytest.mark.parametrize("period", [0, -60, 30, 90, 86_460])
def test_a_period_is_whole_minutes_up_to_a_day(read, period):
    """Other periods are errors, whatever the file shows."""
    with pytest.raises(TrafficUnreadable, match=f"--period says a period of {period} seconds"):
        read(both([0, 5]), period=period)


@pytest.mark.parametrize("minutes", [(0, 1), (0, 5, 9), (0, 300, 309)])
def test_rows_must_be_whole_periods_apart(read, minutes):
    """The error names two rows that a period of five minutes cannot have."""
    with pytest.raises(TrafficUnreadable, match="--period says 300 seconds, but .* minutes? apart"):
        read(both(minutes), period=300)


def test_each_metric_of_json_shows_its_own_period(read):
    """Reads by the minute say nothing about writes that are five minutes apart."""
    results = [
        result("m1", f"orders {READS}", constant(FIRST)),
        result("m2", f"orders {WRITES}", constant([0, 5])),
    ]
    with pytest.raises(TrafficUnreadable, match="a.json, table writes of orders: rows are 5 min"):
        read(metric_data(*results))
    assert read(metric_data(*results), period=60).workload.table.writes.sum() == 100


def test_the_columns_of_csv_share_their_rows(read):
    """A cell may be empty where the other column shows that rows are minutes."""
    workload = read(csv(constant(range(11)), constant([0, 5, 10]))).workload

    assert workload.table.writes.tolist() == [50, 0, 0, 0, 0, 50, 0, 0, 0, 0, 50]
    assert workload.resolution == 1


def test_a_metric_without_a_datapoint_is_idle(read):
    """It was asked for and is empty, so its units are 0, and it needs no period."""
    results = [result("m1", READS, constant(FIRST)), result("m2", WRITES, {})]
    traffic = read(metric_data(*results))

    assert traffic.workload.table.writes.tolist() == [0, 0]
    assert "table writes 100.00% (at most 2 in a row)" in str(traffic.report)
    with pytest.raises(TrafficUnreadable, match="no metric has a datapoint"):
        read(metric_data(result("m1", READS, {}), result("m2", WRITES, {})))
    with pytest.raises(TrafficUnreadable, match="no metric has a datapoint"):
        read(csv({}, {}))


def test_missing_minutes_are_said_first_by_metric(read):
    """3 of 8 minutes have no reads, and 5 have no writes, of which 3 are together."""
    report = read(csv(constant([0, 1, 4, 5, 7]), constant([0, 1, 5]))).report

    assert str(report).splitlines()[0] == (
        "missing minutes, counted as 0: table reads 37.50% (at most 2 in a row), table writes "
        "62.50% (at most 3 in a row)"
    )


def test_a_gap_is_idle(read):
    """Minutes without a row have 0 units; with sums of five minutes, a gap is five minutes."""
    end = START + timedelta(minutes=5)
    assert read(both([0, 1, 4], 6), end=end).workload.table.reads.tolist() == [6, 6, 0, 0, 6]
    found = read(both([0, 10], 50), period=300).workload
    assert found.table.reads[: found.minutes].tolist() == [10] * 5 + [0] * 5 + [10] * 5


def test_after_the_last_row_traffic_pauses_as_between_two(read):
    """A job of a minute each hour pauses for 59 minutes; with an end, nothing is added.

    Where one metric has no gap, there is no pause.
    """
    hours = range(0, 600, 60)
    found = read(both(hours, 6), period=60).workload
    assert (found.minutes, found.pause) == (541, 59)
    assert found.table.reads.size == 600
    assert read(both(hours, 6), period=60, end=START + timedelta(hours=9)).workload.pause == 0
    dense = metric_data(
        result("m1", f"{READS} Sum 60", dict.fromkeys(hours, 1)),
        result("m2", f"{WRITES} Sum 60", dict.fromkeys(range(541), 1)),
    )
    assert read(dense).workload.pause == 0


def test_all_metrics_have_the_span_of_the_files(read):
    """The span is from the first datapoint to the end of the last one, in any table or file."""
    one = metric_data(
        result("m1", f"orders {READS} Sum 60", {10: 1}),
        result("m2", f"orders {WRITES} Sum 300", {20: 5}),
    )
    two = metric_data(
        result("m1", f"users {READS} Sum 60", {5: 3}), result("m2", f"users {WRITES} Sum 60", {})
    )
    tables = read(one, two).tables

    assert {name: (w.start, w.minutes) for name, w in tables.items()} == {
        "orders": (START + timedelta(minutes=5), 20),
        "users": (START + timedelta(minutes=5), 20),
    }
    assert tables["orders"].table.reads.tolist() == [0] * 5 + [1] + [0] * 14
    assert tables["orders"].table.writes.tolist() == [0] * 15 + [1] * 5
    assert tables["orders"].resolution == 5


@pytest.mark.parametrize(
    ("start", "end", "units"),
    [
        (-2, None, [0, 0, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10]),
        (None, 12, [10] * 10 + [0, 0]),
        (3, 7, [10] * 4),
        (-1, 2, [0, 10, 10]),
    ],
)
def test_start_and_end_say_the_span(read, start, end, units):
    """They add idle edges that are not in the file, and cut off what is outside."""
    moments = {
        name: START + timedelta(minutes=minute)
        for name, minute in (("start", start), ("end", end))
        if minute is not None
    }
    traffic = read(both([0, 5]), period=300, **moments)

    assert traffic.workload.start == moments.get("start", START)
    assert traffic.workload.table.reads.tolist() == [unit if unit == 0 else 10 for unit in units]


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        (datetime(2026, 11, 2), None, "--start 2026-11-02T00:00:00 is not a whole minute with a"),  # noqa: DTZ001
        (None, START + timedelta(seconds=30), "--end 2026-11-02T00:00:30.* is not a whole minute"),
        (
            START + timedelta(minutes=2),
            None,
            "there is no datapoint between --start and --end: the files",
        ),
        (None, START, "the files cover 2026-11-02T00:00Z to 2026-11-02T00:02Z"),
        (START - timedelta(minutes=LONGEST_SPAN), None, "is longer than three years: use --start"),
    ],
)
def test_spans_that_cannot_be(read, start, end, says):
    """The error names the option, and what the files have."""
    with pytest.raises(TrafficUnreadable, match=says):
        read(both(FIRST), start=start, end=end)


def test_a_span_in_another_zone(read):
    """An aware time may have any zone."""
    start = datetime.fromisoformat("2026-11-02T01:00+01:00")

    assert read(both(FIRST), start=start).workload.start == datetime(2026, 11, 2, tzinfo=UTC)


def test_a_repeated_row_counts_once(read):
    """A row that is there twice counts once, and the report says so."""
    text = both(FIRST) + both(FIRST).split("\n", 1)[1]
    traffic = read(text)

    assert traffic.workload.table.reads.tolist() == [50, 50]
    assert "table reads: 2 repeated rows are counted once" in str(traffic.report)


def test_rows_that_contradict_each_other(read):
    """Two sums for one time are an error with both sums, and with their files."""
    label = f"orders {READS} Sum 60"
    with pytest.raises(
        TrafficUnreadable, match="2026-11-02T00:01Z has two sums, 50 in a.csv and 9.5 in a.csv"
    ):
        read(both(FIRST) + csv({1: 9.5}, {1: 50}).split("\n", 1)[1])
    with pytest.raises(TrafficUnreadable, match="has two sums, 1 in a.json and 2 in b.json: keep"):
        read(
            metric_data(result("m1", label, {0: 1}), result("m2", f"orders {WRITES}", {})),
            metric_data(result("m1", label, {0: 2})),
        )


def test_another_file_does_not_show_the_period(read):
    """Minutes in one file say nothing about the daily sums of another, with the same metric."""
    minutes = metric_data(
        result("m1", f"orders {READS}", dict.fromkeys(range(120), 600)),
        result("m2", f"orders {WRITES}", dict.fromkeys(range(120), 600)),
    )
    days = {1_440 * day: 864_000 for day in range(1, 14)}
    daily = metric_data(
        result("m1", f"orders {READS}", days), result("m2", f"orders {WRITES}", days)
    )
    with pytest.raises(TrafficUnreadable, match="rows are 1 day apart: use --period 60"):
        read(minutes, daily)
