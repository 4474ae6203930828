"""The formats of files: separators, encodings, numbers, statistics, and limits."""

import codecs
import json
import os
import threading

import pytest

from cruddur_lib.costs.traffic import cloudwatch, csv_files, formats, json_files
from cruddur_lib.costs.traffic.cloudwatch import read_cloudwatch
from cruddur_lib.costs.traffic.report import TrafficUnreadable
from cruddur_lib.costs.units.capacity_units import CapacityKind
from tests.helpers.traffic_files import (
    PLAIN,
    READS,
    WRITES,
    console,
    csv,
    full_label,
    metric_data,
    result,
    statistics,
)

READ, WRITE = CapacityKind.READ, CapacityKind.WRITE
ONE, TWO = {0: 600.5, 1: 7}, {0: 2, 1: 0.25}
FULL = [full_label(READS), full_label(WRITES)]
JSON = metric_data(result("m1", READS, ONE), result("m2", WRITES, TWO))


def comma(number):
    """Return a number with a decimal comma."""
    return str(number).replace(".", ",")


def quoted(text):
    """Return CSV with each cell in quotes."""
    return "\n".join(",".join(f'"{cell}"' for cell in row.split(",")) for row in text.splitlines())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(csv(ONE, TWO), id="plain"),
        pytest.param(csv(ONE, TWO).replace("timestamp,c", "TimeStamp,C"), id="upper case"),
        pytest.param(csv(ONE, TWO, names=[READS, WRITES]).replace("stamp", ""), id="AWS's names"),
        pytest.param(csv(ONE, TWO, names=[n.replace("_", "") for n in PLAIN]), id="one word"),
        pytest.param(csv(TWO, ONE, names=PLAIN[::-1]), id="writes first"),
        pytest.param(csv(ONE, TWO, sep=";"), id="semicolon"),
        pytest.param(csv(ONE, TWO, sep=";", number=comma), id="semicolon, decimal comma"),
        pytest.param(csv(ONE, TWO, sep="\t"), id="tab"),
        pytest.param(csv(ONE, TWO, sep="\t", number=comma), id="tab, decimal comma"),
        pytest.param(csv(ONE, TWO, sep=", "), id="blanks"),
        pytest.param(quoted(csv(ONE, TWO)), id="quotes"),
        pytest.param(csv(ONE, TWO).replace("\n", "\r\n"), id="lines of Windows"),
        pytest.param(csv(ONE, TWO).replace("\n", "\r"), id="lines of an old Mac"),
        pytest.param("\n\n" + csv(ONE, TWO).replace("\n", "\n\n") + ",,\n", id="empty rows"),
        pytest.param(csv(ONE, TWO).replace("\n", ",\n"), id="a comma at the end"),
        pytest.param(console(ONE, TWO, full=FULL), id="console"),
        pytest.param(console(ONE, TWO, full=FULL, labels=["my", "own"]), id="console, own labels"),
        pytest.param(console(ONE, TWO, full=FULL, sep=";", number=comma), id="console, semicolon"),
        pytest.param(JSON, id="get-metric-data"),
        pytest.param(json.dumps(json.loads(JSON), indent=4), id="get-metric-data, indented"),
        pytest.param(statistics(READS, ONE) + statistics(WRITES, TWO), id="get-metric-statistics"),
        pytest.param(f"[{statistics(READS, ONE)},{statistics(WRITES, TWO)}]", id="a list"),
        pytest.param(
            metric_data(*json.loads(JSON)["MetricDataResults"], result("e1", "sum", {0: 1})),
            id="an expression",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "encode",
    [
        pytest.param(str.encode, id="UTF-8"),
        pytest.param(lambda text: codecs.BOM_UTF8 + text.encode(), id="UTF-8 with a mark"),
        pytest.param(lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"), id="UTF-16"),
        pytest.param(lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"), id="UTF-16 BE"),
    ],
)
def test_the_same_data_in_every_format(read, text, encode):
    """All of these files are the same two minutes."""
    workload = read(encode(text)).workload

    assert workload.table.units.tolist() == [[600.5, 7], [2, 0.25]]
    assert workload.resolution == 1


def test_empty_cells_are_no_datapoints(read):
    """Empty cells, and the words that programs write in their place."""
    rows = ["NaN,1", "null,2", ",3", "NA,4", "-,5", "8", "9,9"]
    text = csv({}, {}) + "\n".join(f"2026-11-02T00:0{n}Z,{row}" for n, row in enumerate(rows))
    workload = read(text).workload

    assert workload.table.reads.tolist() == [0, 0, 0, 0, 0, 8, 9]
    assert workload.table.writes.tolist() == [1, 2, 3, 4, 5, 0, 9]


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (
            "-1",
            "2026-11-02T00:00Z: '-1' is not a sum of units: it must be a number from 0 to 1e.12",
        ),
        ("many", "'many' is not a sum"),
        ("inf", "'inf' is not a sum"),
        ("1e308", r"'1e\+308' is not a sum"),
        ("1000000000000001", "'1000000000000001' is not a sum"),
        ("true", "'[Tt]rue' is not a sum"),
        ("1 2", "'1 2' is not a sum"),
        ('"1,5"', "'1,5' is not a sum"),
        ("1,5", "a row has more cells than the row of names, or a quote is not closed"),
        ("1,5,6", "a row has more cells than the row of names"),
        ('"1', "a row has more cells than the row of names, or a quote is not closed"),
    ],
)
def test_cells_that_are_no_sums(read, cell, says):
    """The error names the file, the column, the time and the cell."""
    text = f"timestamp,{','.join(PLAIN)}\n2026-11-02T00:00Z,1,{cell}\n2026-11-02T00:01Z,1,1\n"

    with pytest.raises(TrafficUnreadable, match=says):
        read(text)


def test_other_columns_may_hold_anything(read):
    """A column that is not traffic needs no numbers."""
    text = "timestamp,consumed_read_units,note\n2026-11-02T00:00Z,1,a\n2026-11-02T00:01Z,2,b\n"

    assert read(text, idle=[WRITE]).workload.table.reads.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("sep", "cells", "units"),
    [
        (";", ["1,5", "1,234"], [1.5, 1.234]),
        (";", ["0,125", "1,234"], [0.125, 1.234]),
        (";", ["1234,125", "1,234"], [1_234.125, 1.234]),
        (";", ["1.25", "1.234"], [1.25, 1.234]),
        ("\t", ["1.125", "1.234"], [1.125, 1.234]),
        (",", ["1.125", "1.234"], [1.125, 1.234]),
    ],
)
def test_a_decimal_mark_that_some_number_shows(read, sep, cells, units):
    """After a separator of thousands stand three digits, and before it one to three."""
    text = csv(dict(enumerate(cells)), names=PLAIN[:1], sep=sep)

    assert read(text, idle=[WRITE]).workload.table.reads.tolist() == units


@pytest.mark.parametrize(
    ("sep", "cells"),
    [
        (";", ["1,234", "12,345"]),
        (";", ["1.234", "600"]),
        ("\t", ["1,234", "600"]),
    ],
)
def test_numbers_that_may_have_thousands(read, sep, cells):
    """1,234 is 1.234 in one country and 1234 in another."""
    says = r"a.csv: '1[.,]234' may be a fraction or thousands: write numbers without"
    with pytest.raises(TrafficUnreadable, match=says):
        read(csv(dict(enumerate(cells)), names=PLAIN[:1], sep=sep))


@pytest.mark.parametrize(
    "cells", [["1.234,5", "1"], ["1.234.567", "1"], ["1,234.5", "1"], ["1.234", "1,5"]]
)
def test_numbers_with_separators_of_thousands(read, cells):
    """They are no numbers here."""
    with pytest.raises(TrafficUnreadable, match="is not a sum of units|may be a number"):
        read(csv(dict(enumerate(cells)), names=PLAIN[:1], sep=";"), idle=[WRITE])


def test_the_graph_of_dynamodbs_own_console(read):
    """Its values are units a second, and it says neither reads nor writes."""
    series = {0: 10.5, 1: 9, 2: 0, 3: 1}
    text = console(series, dict.fromkeys(series, 100), full=["Consumed", "Provisioned"], sep="\t")

    with pytest.raises(TrafficUnreadable, match="use --column 'Consumed=table:writes' or --column"):
        read(text)
    for column in ("Consumed=table:writes", "m1=table:writes", "Consumed=table:writes/s"):
        traffic = read(text, columns=[column], idle=[READ])
        assert traffic.workload.table.writes.tolist() == [630, 540, 0, 60]
        assert "a.csv: 'Consumed': units a second, multiplied by the period" in str(traffic.report)
        assert "a.csv: ignored columns: Provisioned" in str(traffic.report)


def test_units_a_second_over_five_minutes(read):
    """10 units a second are 600 in each of the five minutes."""
    text = csv({0: 10, 5: 1}, names=["rate"])
    workload = read(text, columns=["rate=table:writes/s"], period=300, idle=[READ]).workload

    assert workload.table.writes.tolist() == [600] * 5 + [60] * 5


@pytest.mark.parametrize("statistic", ["Average", "SampleCount", "Maximum", "p99"])
def test_another_statistic_is_no_sum(read, statistic):
    """The label of the console, or of JSON, names it."""
    says = f"is the {statistic}: choose the statistic Sum in CloudWatch"
    with pytest.raises(TrafficUnreadable, match=says):
        read(console(ONE, full=[full_label(READS, statistic=statistic)]))
    with pytest.raises(TrafficUnreadable, match=says):
        read(metric_data(result("m1", f"{READS} {statistic}", ONE)))


def test_statistics_without_a_sum(read):
    """Of several statistics the Sum is read; without it the error says what to ask for."""
    says = "has no Sum, only SampleCount and Average: ask CloudWatch for --statistics Sum"
    with pytest.raises(TrafficUnreadable, match=says):
        read(statistics(READS, ONE, ["Average", "SampleCount"]))

    text = statistics(READS, ONE, ["SampleCount", "Sum", "Average"])
    assert read(text, idle=[WRITE]).workload.table.reads.tolist() == [600.5, 7]


def test_a_statistic_that_is_not_named(read):
    """It is taken for the Sum, and the report says so; plain CSV has sums by its names."""
    assert "a.json: no statistic is named, so it is read as the Sum" in str(read(JSON).report)
    assert "statistic" not in str(read(csv(ONE, TWO)).report)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n", "a.csv begins with 'a,b': use the CloudWatch console's CSV"),
        ("", "a.csv is empty"),
        ("\n \n", "a.csv is empty"),
        (b"timestamp,\xff\n2026-11-02T00:00Z,1\n", "has no consumed units"),
        (b"timestamp,consumed_read_units\n\xff,1\n", "is not text in UTF-8: save it in UTF-8"),
        (b"PK\x03\x04\0\0", "is not text: save it in UTF-8"),
        (codecs.BOM_UTF16_LE + b"a", "is not text in UTF-16"),
        ("timestamp,consumed_read_units\n,1\n", "a row has numbers but no time"),
        ("Id,m1\n", "has no consumed units, only: m1"),
        ("Label\n", "has no metric"),
        ("timestamp," + "x" * 200_000, "a.csv begins with 'timestamp,xxx"),
        ("timestamp,consumed_read_units\n" + "," * 200, "a row has more cells than the row of"),
        ("timestamp,,\n", "has no consumed units, only: column 2, column 3"),
        ("{", "the JSON that begins in line 1 is damaged"),
        ('{"a": 1}', "is not a reply of `aws cloudwatch get-metric-data --output json`: its keys"),
        ("{}", "an object has no keys"),
        ("[1]", "it has '1' in place of a reply"),
        ('[{"MetricDataResults": {}}]', "its keys are MetricDataResults"),
        ('{"MetricDataResults": [1]}', "'1' is not the result of a metric"),
        ('{"MetricDataResults": [{"Id": 5}]}', "the Id '5' and its Label are not both text"),
        ('{"MetricDataResults": [{"Id": "a"}]}', "Timestamps and Values must be lists"),
        ('{"MetricDataResults": [{"Timestamps": [[]], "Values": []}]}', "without inner lists"),
        ('{"MetricDataResults": [{"\\u0054imestamps": [7], "Values": []}]}', "must be lists of"),
        ('{"MetricDataResults": [{"Timestamps": [1,], "Values": []}]}', "Values is damaged"),
        ('{"MetricDataResults": [{"Timestamps": [1], "Values": []}]}', "1 Timestamps and 0 Values"),
        ('{"Datapoints": [], "Label": 1}', "its keys are Datapoints, Label"),
        ('{"Datapoints": [1], "Label": "a"}', "has no Sum, only other keys"),
        (b'{"a": "\xff"}', "byte 7 is not in UTF-8"),
        ("[" * 100_000, "its JSON is nested too deeply"),
        (metric_data(result("m1", READS, {0: "6"})), "'6' is not a sum of units"),
        (metric_data(result("m1", READS, {0: True})), "'True' is not a sum of units"),
        (metric_data(result("m1", READS, {0: 10**400})), "'1000.*' is not a sum of units"),
        (metric_data(result("m1", READS, {0: float("nan"), 1: float("inf")})), "'inf' is not a"),
    ],
)  # fmt: skip
def test_files_that_are_no_traffic(read, text, says):
    """A file of another format is an error that says what was expected."""
    with pytest.raises(TrafficUnreadable, match=says):
        read(text, names=["a.csv"], idle=[READ, WRITE])


def test_a_file_that_is_not_there(tmp_path):
    """A missing file, a folder, and a name that no file can have."""
    for path in (tmp_path / "none.csv", tmp_path, "a\0b"):
        with pytest.raises(TrafficUnreadable, match="cannot be read"):
            read_cloudwatch(path)
    with pytest.raises(TrafficUnreadable, match="no file"):
        read_cloudwatch()


def test_a_pipe_is_a_file(tmp_path):
    """The shell's <(aws ...) has no size, and is read once."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=[JSON])
    writer.start()

    assert read_cloudwatch(path).workload.table.reads.tolist() == [600.5, 7]
    writer.join()


def test_files_have_limits(read, monkeypatch):
    """A file that would need much memory or time is an error, with what to do."""
    monkeypatch.setattr(formats, "LARGEST_CSV", 100)
    with pytest.raises(TrafficUnreadable, match="a.csv is larger than 0 MB: split the file"):
        read(csv(ONE, TWO))
    monkeypatch.setattr(formats, "LARGEST_JSON", 100)
    with pytest.raises(TrafficUnreadable, match="a.json is larger than 0 MB"):
        read(JSON)
    monkeypatch.undo()
    monkeypatch.setattr(csv_files, "MOST_CELLS", 5)
    with pytest.raises(
        TrafficUnreadable, match="more than 5,000 columns or 5 cells: split the file"
    ):
        read(csv(ONE, TWO))
    with pytest.raises(TrafficUnreadable, match="more than 5,000 columns"):
        read("timestamp" + ",a" * 5_000 + "\n")
    monkeypatch.setattr(json_files, "LARGEST_REST", 100)
    with pytest.raises(TrafficUnreadable, match="it is too large for a reply"):
        read(JSON)
    monkeypatch.undo()
    monkeypatch.setattr(json_files, "MOST_COLUMNS", 1)
    with pytest.raises(TrafficUnreadable, match="it has 2 metrics, but at most 1 are possible"):
        read(JSON)
    monkeypatch.undo()
    monkeypatch.setattr(cloudwatch, "MOST_UNITS", 3)
    with pytest.raises(TrafficUnreadable, match="a table has 2 metrics of 2 minutes, and together"):
        read(JSON)
    monkeypatch.setattr(json_files, "MOST_POINTS", 1)
    with pytest.raises(TrafficUnreadable, match="a metric has more than 1 datapoints"):
        read(JSON)


def test_rows_of_several_chunks(read, monkeypatch):
    """A long file is read some rows at a time."""
    monkeypatch.setattr(csv_files, "CHUNK", 3)
    series = dict.fromkeys(range(10), 5)

    assert read(csv(series, series)).workload.table.reads.tolist() == [5] * 10
    with pytest.raises(TrafficUnreadable, match="2026-11-02T00:07Z: 'x' is not a sum of units"):
        read(csv(series, series | {7: "x"}))
