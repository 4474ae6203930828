"""The reader of traffic as a whole: the samples, and files that differ only in how they say it.

Each rule draws sums by the minute, writes them in two ways, and compares the two workloads.
"""

import codecs
from datetime import timedelta
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.costs.traffic.cloudwatch import read_cloudwatch
from cruddur_lib.costs.traffic.labels import column_meaning
from cruddur_lib.costs.traffic.times import Clock
from tests.helpers.traffic_files import (
    READS,
    START,
    WRITES,
    console,
    csv,
    full_label,
    metric_data,
    result,
    statistics,
)

SAMPLES = Path(__file__).parents[3] / "data" / "traffic"
INDEX = "message-group-sk-index"
sums = st.integers(0, 10**6) | st.floats(0, 1e6).map(lambda number: round(number, 2))
series = st.dictionaries(st.integers(0, 3_000), sums, min_size=1, max_size=30)
chance = st.randoms(use_true_random=False)


def same(one, other):
    """Return whether two readings have the same tables, minutes and units."""
    one, other = (
        {
            name: (w.start, {part: demand.units.tolist() for part, demand in w.parts.items()})
            for name, w in traffic.tables.items()
        }
        for traffic in (one, other)
    )
    return one == other


def shuffled(text, random, head=1):
    """Return a text whose rows below the head have another order."""
    rows = text.splitlines()
    below = rows[head:]
    random.shuffle(below)
    return "\n".join([*rows[:head], *below])


def test_the_samples_can_be_read():
    """The samples are two days of the console's sums, two hours with an index, and a day."""
    index = [f"{name}={INDEX}:{kind}" for name, kind in (("m3", "reads"), ("m4", "writes"))]
    by_console = read_cloudwatch(SAMPLES / "console.csv")
    by_json = read_cloudwatch(
        SAMPLES / "get-metric-data.json", columns=dict(map(column_meaning, index))
    )
    minutes = read_cloudwatch(SAMPLES / "minutes.csv")

    assert [t.workload.minutes for t in (by_console, by_json, minutes)] == [2_880, 120, 1_440]
    assert by_console.workload.resolution == 5
    assert [*by_console.tables] == ["cruddur-messages"]
    assert list(by_json.workload.indexes) == [INDEX]


@given(series, series, st.integers(1, 10_000))
def test_shifting_all_minutes_shifts_the_start(read, reads, writes, shift):
    """Units are the same, and the workload starts later."""
    moved = csv(*({minute + shift: n for minute, n in one.items()} for one in (reads, writes)))
    one, other = (read(text, period=60).workload for text in (csv(reads, writes), moved))

    assert other.start - one.start == timedelta(minutes=shift)
    assert other.table.units.tolist() == one.table.units.tolist()


@given(series, st.sampled_from([5, 15, 60, 1_440]), st.integers(0, 59))
def test_sums_of_even_minutes_are_the_same_units(read, blocks, size, offset):
    """Minutes that are even inside each sum of a wider period give the workload of the sums."""
    blocks = {block % 50: units for block, units in blocks.items()}
    wide = {offset + size * block: units for block, units in blocks.items()}
    fine = {start + m: units / size for start, units in wide.items() for m in range(size)}
    one = read(csv(wide, wide), period=60 * size).workload
    other = read(csv(fine, fine), period=60).workload

    assert one.start == other.start
    np.testing.assert_allclose(one.table.units, other.table.units, rtol=1e-12)


@given(series, series, chance)
def test_the_order_of_rows_and_repeated_rows_change_nothing(read, reads, writes, random):
    """Rows may stand in any order, and some of them twice."""
    text = csv(reads, writes)
    rows = text.splitlines()[1:]
    twice = text + "\n".join(random.choices(rows, k=3))

    assert same(read(text, period=60), read(shuffled(twice, random), period=60))


def label(metric):
    """Return a default label of get-metric-data."""
    return f"orders {metric}"


def reply(reads, writes):
    """Return a reply about a table."""
    return metric_data(result("m1", label(READS), reads), result("m2", label(WRITES), writes))


@given(series, series, chance)
def test_pages_are_the_same_as_one_reply(read, reads, writes, random):
    """Datapoints may be on several pages, in one reply, in one file or in several."""
    pages = []
    for _ in range(3):
        reads_of_page, writes_of_page = (
            {minute: one[minute] for minute in random.sample([*one], random.randint(0, len(one)))}
            for one in (reads, writes)
        )
        pages.append((reads_of_page, writes_of_page))
    whole = read(reply(reads, writes), period=60)
    pages.append((reads, writes))
    joined = metric_data(
        *(result("m1", label(READS), page) for page, _ in pages),
        *(result("m2", label(WRITES), page) for _, page in pages),
    )
    replies = [reply(*page) for page in pages]

    assert same(whole, read(joined, period=60))
    assert same(whole, read(*replies, period=60))
    assert same(whole, read("\n".join(replies), period=60))


@given(series, series, st.sampled_from(["Asia/Kolkata", "America/St_Johns", "UTC", "Etc/GMT+12"]))
def test_another_time_zone_is_the_same_moment(read, reads, writes, zone):
    """Times may carry their offset from UTC, or be in a zone that the user says."""
    zone_info, _ = Clock(zone)._zone("a.csv")

    def local(minute, form="%Y-%m-%d %H:%M:%S"):
        return f"{(START + timedelta(minutes=minute)).astimezone(zone_info):{form}}"

    whole = read(csv(reads, writes), period=60)
    named = read(csv(reads, writes, time=local), period=60, time_zone=zone)
    offset = read(csv(reads, writes, time=lambda m: local(m, "%Y-%m-%dT%H:%M:%S%z")), period=60)

    assert same(whole, named)
    assert same(whole, offset)


@given(series, series)
def test_every_format_is_the_same_data(read, reads, writes):
    """CSV of three kinds, JSON of two kinds, two encodings, and seconds since 1970."""

    def epoch(minute, factor=1):
        return str(factor * (int(START.timestamp()) + 60 * minute))

    def comma(number):
        return f"{number:.5f}".replace(".", ",")

    whole = read(csv(reads, writes), period=60)
    full = [full_label(READS), full_label(WRITES)]
    same_table = {"columns": [f"m{n}=table:{kind}" for n, kind in ((1, "reads"), (2, "writes"))]}
    others = [
        read(csv(reads, writes, sep=";", number=comma), period=60),
        read(codecs.BOM_UTF16_LE + csv(reads, writes, sep="\t").encode("utf-16-le"), period=60),
        read(csv(reads, writes, time=epoch), period=60),
        read(csv(reads, writes, time=lambda minute: epoch(minute, 1_000)), period=60),
        read(console(reads, writes, full=full), **same_table),
        read(reply(reads, writes), period=60, **same_table),
        read(statistics(READS, reads), statistics(WRITES, writes), period=60),
    ]

    assert [same(whole, other) for other in others] == [True] * len(others)


@given(series, series)
def test_no_unit_is_lost_or_made(read, reads, writes):
    """The units of a workload are those of the rows, from the first minute to the last."""
    workload = read(csv(reads, writes), period=60).workload
    minutes = {*reads, *writes}

    np.testing.assert_allclose(workload.table.reads.sum(), sum(reads.values()))
    np.testing.assert_allclose(workload.table.writes.sum(), sum(writes.values()))
    assert workload.minutes == max(minutes) - min(minutes) + 1
