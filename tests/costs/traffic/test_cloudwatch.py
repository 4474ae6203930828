"""Tests of the CloudWatch reader: one peculiarity of files in each, and the samples in data/.

Expected units of the minutes are worked out by hand.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.costs.traffic import resample
from cruddur_lib.costs.traffic.cloudwatch import read_cloudwatch
from cruddur_lib.costs.traffic.resample import SparseSums, TrafficUnreadable
from cruddur_lib.costs.units.capacity_units import CapacityKind

SAMPLES = Path(__file__).parents[3] / "data" / "traffic"
PLAIN = "timestamp,consumed_read_units,consumed_write_units"
FULL = "us-east-1:AWS/DynamoDB TableName:cruddur-messages {metric} {statistic} {period}"
READS, WRITES = "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"
INDEX = "message-group-sk-index"


@pytest.fixture
def plain(tmp_path):
    """A function that reads plain CSV with the rows it is given."""

    def read(*rows, name="minutes.csv", **how):
        path = tmp_path / name
        path.write_text("\n".join([PLAIN, *rows]) + "\n", encoding="utf-8")
        return read_cloudwatch(path, **how)

    return read


@pytest.fixture
def console(tmp_path):
    """A function that reads the console's CSV with the rows it is given below the labels."""

    def read(*rows, name="console.csv", statistic="Sum", period=60, status="Complete", **how):
        labels = how.pop("labels", (READS, WRITES))
        full = [FULL.format(metric=m, statistic=statistic, period=period) for m in (READS, WRITES)]
        full = how.pop("full", full)
        head = [
            "Id,m1,m2",
            f"StatusCode,{status},{status}",
            "Messages,,",
            f"Full label,{','.join(full)}",
            f"Label,{','.join(labels)}",
        ]
        path = tmp_path / name
        path.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
        return read_cloudwatch(path, **how)

    return read


@pytest.fixture
def metric_data(tmp_path):
    """A function that reads a reply of get-metric-data with the results it is given."""

    def read(*results, how=None, **more):
        path = tmp_path / "get-metric-data.json"
        path.write_text(json.dumps({"MetricDataResults": results, **more}), encoding="utf-8")
        return read_cloudwatch(path, **(how or {}))

    return read


def result(identity, label, times, values, status="Complete"):
    """Return one of get-metric-data's results."""
    return {
        "Id": identity,
        "Label": label,
        "Timestamps": times,
        "Values": values,
        "StatusCode": status,
    }


def test_minutes_as_they_are(plain):
    """Sums of single minutes become the workload, and the report has no notes."""
    traffic = plain("2026-11-02T10:00Z,60,30", "2026-11-02T10:01Z,90.5,0")

    assert traffic.workload.start == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert traffic.workload.table.reads.tolist() == [60, 90.5]
    assert traffic.workload.table.writes.tolist() == [30, 0]
    assert traffic.workload.resolution == 1
    assert str(traffic.report) == "minutes.csv: times carry their offset from UTC"


def test_rows_out_of_order_are_sorted(plain):
    """Rows in any order are sorted, and the report says so."""
    traffic = plain("2026-11-02T10:01Z,2,0", "2026-11-02T10:02Z,3,0", "2026-11-02T10:00Z,1,0")

    assert traffic.workload.table.reads.tolist() == [1, 2, 3]
    assert "table, reads: 1 rows stood out of order: sorted" in str(traffic.report)


def test_a_row_that_is_there_twice_counts_once(plain):
    """A repeated row counts once. Of two sums for a minute, the larger one counts."""
    traffic = plain(
        "2026-11-02T10:00Z,7,1",
        "2026-11-02T10:00Z,7,1",
        "2026-11-02T10:01Z,5,1",
        "2026-11-02T10:01Z,9,1",
    )

    assert traffic.workload.table.reads.tolist() == [7, 9]
    assert traffic.workload.table.writes.tolist() == [1, 1]
    found = traffic.report.columns["table", CapacityKind.READ]
    assert (found.repeated, found.contradicting, found.out_of_order) == (1, 1, 0)
    assert "1 rows gave another sum for the same time: the larger was kept" in str(traffic.report)
    assert traffic.report.columns["table", CapacityKind.WRITE].repeated == 2


def test_a_gap_is_nothing_consumed_and_told(plain):
    """Minutes without a row are 0 units, and the report has the longest gap."""
    rows = [f"2026-11-02T10:{minute:02}Z,6,6" for minute in (0, 1, 4, 5, 7)]
    traffic = plain(*rows)

    assert traffic.workload.table.reads.tolist() == [6, 6, 0, 0, 6, 6, 0, 6]
    assert "3 minutes have no row, at most 2 together" in str(traffic.report)


def test_five_minutes_are_spread_evenly(console):
    """A sum of 300 s, according to the label, is spread over five minutes."""
    traffic = console("2026/11/02 10:00:00,300,50", "2026/11/02 10:05:00,0,10", period=300)

    assert traffic.workload.table.reads.tolist() == [60] * 5 + [0] * 5
    assert traffic.workload.table.writes.tolist() == [10] * 5 + [2] * 5
    assert traffic.workload.resolution == 5
    assert "2 rows sum 5 minutes, as the file says: spread evenly" in str(traffic.report)


def test_a_gap_in_five_minute_rows(console):
    """In rows of five minutes, a missing row and an empty cell are five minutes each."""
    traffic = console(
        "2026/11/02 10:00:00,300,50", "2026/11/02 10:10:00,,50", "2026/11/02 10:15:00,5,50",
        period=300,
    )  # fmt: skip

    assert traffic.workload.table.reads.tolist() == [60] * 5 + [0] * 10 + [1] * 5
    assert traffic.report.columns["table", CapacityKind.READ].empty == 1
    assert traffic.report.columns["table", CapacityKind.READ].gap_minutes == 10
    assert traffic.report.columns["table", CapacityKind.WRITE].gap_minutes == 5


def test_five_minutes_are_seen_by_the_distance_of_rows(plain):
    """Without a label, rows that are all multiples of five minutes apart are such sums."""
    times = ("10:00", "10:05", "10:20")
    traffic = plain(*(f"2026-11-02T{time}Z,50,5" for time in times))

    assert traffic.workload.table.reads.tolist() == [10] * 10 + [0] * 10 + [10] * 5
    assert "3 rows sum 5 minutes, by their distance: spread evenly" in str(traffic.report)


def test_old_rows_of_five_minutes_before_new_ones_of_one(plain):
    """Old rows of five minutes are spread, and newer rows of a minute are not.

    CloudWatch keeps sums of one minute for 15 days.
    """
    coarse = [f"2026-11-02T10:{minute:02}Z,50,0" for minute in (0, 5, 10)]
    fine = [f"2026-11-02T10:{minute:02}Z,7,0" for minute in (15, 16, 17)]
    traffic = plain(*coarse, *fine)

    assert traffic.workload.table.reads.tolist() == [10] * 15 + [7] * 3
    assert traffic.report.columns["table", CapacityKind.READ].coarse == 3


def test_two_minutes_five_apart_are_no_stretch(plain):
    """Two rows five minutes apart, among rows of a minute, cover a minute each.

    With a given period, so do three.
    """
    fine = [f"2026-11-02T10:{minute:02}Z,50,0" for minute in (0, 1, 5, 10, 11)]
    traffic = plain(*fine)

    assert traffic.workload.table.reads.tolist() == [50, 50, 0, 0, 0, 50, 0, 0, 0, 0, 50, 50]
    asked = plain(*(f"2026-11-02T10:{m:02}Z,50,0" for m in (0, 5, 10)), period=60)
    assert asked.workload.table.reads.sum() == 150
    assert asked.workload.table.reads.tolist()[:6] == [50, 0, 0, 0, 0, 50]


@pytest.mark.parametrize(
    "minutes",
    [
        pytest.param((0, 10, 20, 21), id="ten minutes apart"),
        pytest.param((1, 6, 11, 12), id="five minutes apart, not at whole five minutes"),
    ],
)
def test_minutes_that_stand_apart_are_minutes(plain, minutes):
    """Rows are sums of five minutes only if they are at multiples of five minutes."""
    traffic = plain(*(f"2026-11-02T10:{minute:02}Z,50,0" for minute in minutes))

    assert traffic.report.columns["table", CapacityKind.READ].coarse == 0
    assert set(traffic.workload.table.reads) == {0, 50}


def test_rows_closer_than_their_period(plain):
    """Rows closer than the given period raise an error, and so does a period of half a minute."""
    with pytest.raises(TrafficUnreadable, match="5 minutes cannot stand 1 minutes apart"):
        plain("2026-11-02T10:00Z,1,1", "2026-11-02T10:01Z,1,1", period=300)
    with pytest.raises(TrafficUnreadable, match="a period is whole minutes, got 30 seconds"):
        plain("2026-11-02T10:00Z,1,1", period=30)


def test_times_without_a_zone_are_utc_and_that_is_told(console):
    """Times without a zone are read as UTC, and the report says so."""
    traffic = console("2026/11/02 10:00:00,1,1")

    assert traffic.workload.start == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert str(traffic.report).startswith("console.csv: times name no zone: read as UTC")


@pytest.mark.parametrize(
    ("how", "hour", "says"),
    [
        pytest.param({"time_zone": "Europe/Berlin"}, 9, "Europe/Berlin, as asked", id="asked for"),
        pytest.param({"name": "graph-UTC-3.csv"}, 13, "UTC-3, by the file's name", id="by name"),
        pytest.param({"name": "graph-UTC.csv"}, 10, "UTC+0, by the file's name", id="UTC"),
        pytest.param({"name": "g-UTC-3.csv", "time_zone": "UTC"}, 10, "as asked", id="asked first"),
    ],
)
def test_a_zone_moves_the_start(console, how, hour, says):
    """The zone comes from the argument, or else from the file's name."""
    traffic = console("2026/11/02 10:00:00,1,1", **how)

    assert traffic.workload.start == datetime(2026, 11, 2, hour, tzinfo=UTC)
    assert says in traffic.report.zone


def test_an_offset_in_the_time_counts(plain):
    """An offset in a time overrides the argument's zone, and offsets may differ."""
    traffic = plain(
        "2026-11-02T12:00+02:00,1,1", "2026-11-02T10:01:00Z,2,2", time_zone="Asia/Tokyo"
    )

    assert traffic.workload.start == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert traffic.workload.table.reads.tolist() == [1, 2]


def test_an_hour_that_a_clock_shows_twice(console):
    """A time that the zone's clocks show twice, or never, raises an error."""
    with pytest.raises(TrafficUnreadable, match="not one moment in Europe/Berlin"):
        console("2026/10/25 02:30:00,1,1", time_zone="Europe/Berlin")
    with pytest.raises(TrafficUnreadable, match="not one moment"):
        console("2026/03/29 02:30:00,1,1", time_zone="Europe/Berlin")


def test_seconds_since_1970(metric_data):
    """Timestamps may be seconds since 1970: 1,793,613,600 is 2026-11-02T10:00Z."""
    traffic = metric_data(result("m1", READS, [1793613600, 1793613660], [1.5, 2]))

    assert traffic.workload.start == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert traffic.workload.table.reads.tolist() == [1.5, 2]


def test_get_metric_data_comes_newest_first(metric_data):
    """Each result has its own times. A metric without any is 0 units."""
    times = [f"2026-11-02T10:0{minute}:00+00:00" for minute in (2, 1)]
    traffic = metric_data(result("m1", READS, times, [4, 3]), result("m2", WRITES, [], []))

    assert traffic.workload.table.reads.tolist() == [3, 4]
    assert traffic.workload.table.writes.tolist() == [0, 0]
    assert "1 rows stood out of order" in str(traffic.report)


def test_results_that_begin_at_two_times(metric_data):
    """The workload covers all results, whose times may differ."""
    traffic = metric_data(
        result("m1", READS, ["2026-11-02T10:00:00Z"], [1]),
        result("m2", WRITES, ["2026-11-02T10:02:00Z"], [2]),
    )

    assert traffic.workload.table.units.tolist() == [[1, 0, 0], [0, 0, 2]]


def test_an_index_is_named(metric_data):
    """`columns` names an index. Without it, two results of one metric raise an error."""
    time = ["2026-11-02T10:00:00Z"]
    results = [result("m1", WRITES, time, [5]), result("m2", f"{INDEX} {WRITES}", time, [4])]
    traffic = metric_data(*results, how={"columns": {"m2": (INDEX, CapacityKind.WRITE)}})

    assert traffic.workload.table.writes.tolist() == [5]
    assert traffic.workload.indexes[INDEX].writes.tolist() == [4]
    with pytest.raises(TrafficUnreadable, match="two columns for table writes: 'm1' and 'm2'"):
        metric_data(*results)


def test_an_index_in_the_consoles_label(console):
    """The dimension GlobalSecondaryIndexName in a label names the index."""
    full = [f"us-east-1:AWS/DynamoDB TableName:t GlobalSecondaryIndexName:{INDEX} {WRITES} Sum 60"]
    full = [FULL.format(metric=WRITES, statistic="Sum", period=60), *full]
    traffic = console("2026/11/02 10:00:00,5,4", full=full, labels=(WRITES, WRITES))

    assert traffic.workload.table.writes.tolist() == [5]
    assert traffic.workload.indexes[INDEX].writes.tolist() == [4]


def test_labels_of_ones_own(console):
    """`columns` says what a graph's own labels mean. An unknown label raises an error."""
    own = {"full": ["own Sum 60", "other Sum 60"], "labels": ("RCU", "WCU")}
    traffic = console(
        "2026/11/02 10:00:00,5,4", **own,
        columns={"RCU": ("table", CapacityKind.READ), "WCU": ("table", CapacityKind.WRITE)},
    )  # fmt: skip

    assert traffic.workload.table.units.tolist() == [[5], [4]]
    with pytest.raises(TrafficUnreadable, match="no consumed units, only: RCU, WCU"):
        console("2026/11/02 10:00:00,5,4", **own)
    with pytest.raises(TrafficUnreadable, match="no column XCU"):
        console("2026/11/02 10:00:00,5,4", **own, columns={"XCU": ("table", CapacityKind.READ)})


def test_what_else_is_in_a_file_is_named(console):
    """The report names metrics that are not read, and a statistic that is not named."""
    throttles = FULL.format(metric="ReadThrottleEvents", statistic="Sum", period=60)
    full = [FULL.format(metric=READS, statistic="Sum", period=60), throttles]
    traffic = console("2026/11/02 10:00:00,5,4", full=full, labels=(READS, "ReadThrottleEvents"))
    unnamed = console("2026/11/02 10:00:00,5,4", full=["", ""])

    assert traffic.workload.table.writes.tolist() == [0]
    assert str(traffic.report).endswith("not read: ReadThrottleEvents")
    assert "table, writes: the file names no statistic: taken for the Sum" in str(unnamed.report)


def test_an_incomplete_reply_is_named(console, metric_data):
    """The report says if the data are partial, or if the reply has another page."""
    partial = console("2026/11/02 10:00:00,5,4", status="PartialData")
    paged = metric_data(result("m1", READS, ["2026-11-02T10:00:00Z"], [1]), NextToken="more")

    for traffic in (partial, paged):
        assert "not complete, CloudWatch says PartialData" in str(traffic.report)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        pytest.param(["2026-11-02T10:00Z,-1,0"], "'-1' is no sum of units", id="below 0"),
        pytest.param(["2026-11-02T10:00Z,many,0"], "'many' is no sum", id="no number"),
        pytest.param(["2026-11-02T10:00Z,inf,0"], "'inf' is no sum", id="without end"),
        pytest.param(["yesterday,1,0"], "a time cannot be read", id="no time"),
        pytest.param(["2026-11-02T10:00:30Z,1,0"], "is inside a minute", id="half a minute"),
        pytest.param(
            ["2026-11-02T10:00Z,1,0", "2026-11-02T10:01,1,0"],
            "1 times carry an offset from UTC and 1 do not",
            id="a zone for some",
        ),
        pytest.param(["2026-11-02T10:00Z,,"], "no row with a number", id="nothing"),
        pytest.param([], "no row with a number", id="no row"),
    ],
)
def test_rows_that_cannot_be_read(plain, rows, says):
    """A row that cannot be read raises an error with its cell and what was expected."""
    with pytest.raises(TrafficUnreadable, match=says):
        plain(*rows)


def test_an_average_is_no_sum(console):
    """A statistic other than Sum raises an error, because it is not units."""
    with pytest.raises(TrafficUnreadable, match="is the Average: choose the statistic Sum"):
        console("2026/11/02 10:00:00,5,4", statistic="Average")


def test_a_zone_that_is_none(console):
    """An unknown time zone raises an error with an example of a name."""
    with pytest.raises(TrafficUnreadable, match="no time zone 'Cruddur/Lab'"):
        console("2026/11/02 10:00:00,5,4", time_zone="Cruddur/Lab")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"a,b\n1,2\n", "begins with 'a': expected the CloudWatch", id="another table"),
        pytest.param(b"", "is no table of values", id="empty"),
        pytest.param(b'{"Datapoints": []}', "is not what `aws cloudwatch get-m", id="other JSON"),
        pytest.param(b"{", "is not what `aws cloudwatch get-metric-data", id="broken JSON"),
        pytest.param(b"\xff\xfe1", "is no text in UTF-8", id="another encoding"),
    ],
)
def test_files_that_are_no_traffic(tmp_path, content, says):
    """A file of another format raises an error with its name and what was expected."""
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(TrafficUnreadable, match=says):
        read_cloudwatch(path)


def test_a_file_that_is_not_there(tmp_path):
    """A missing file and a folder raise an error."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(TrafficUnreadable, match="cannot be read"):
            read_cloudwatch(path)


def test_the_samples_can_be_read():
    """The samples are two days of the console's sums, two hours with an index, and a day."""
    console = read_cloudwatch(SAMPLES / "console.csv")
    json_ = read_cloudwatch(
        SAMPLES / "get-metric-data.json",
        columns={"m3": (INDEX, CapacityKind.READ), "m4": (INDEX, CapacityKind.WRITE)},
    )
    minutes = read_cloudwatch(SAMPLES / "minutes.csv")

    assert [t.workload.minutes for t in (console, json_, minutes)] == [2_880, 120, 1_440]
    assert console.workload.resolution == 5
    assert console.report.columns["table", CapacityKind.READ].longest_gap == 30
    assert list(json_.workload.indexes) == [INDEX]


times = st.lists(st.integers(0, 400), min_size=1, max_size=40)


@given(times, st.randoms(use_true_random=False))
def test_no_unit_is_lost_or_made(minutes, random):
    """The units of the series are those of the rows, in any order and with any gaps."""
    sums = [float(random.randrange(1_000)) for _ in minutes]
    spread = resample.by_minute(SparseSums(np.array(minutes), np.array(sums)))
    largest: dict[int, float] = {}
    for minute, units in zip(minutes, sums, strict=True):
        largest[minute] = max(units, largest.get(minute, 0))

    assert spread.units.sum() == pytest.approx(sum(largest.values()))
    assert spread.first == min(minutes)
    found = spread.report
    assert found.repeated + found.contradicting == len(minutes) - len(largest)
