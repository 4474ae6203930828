"""Tables, indexes and pages: which metric is which, and what is missing."""

import pytest

from cruddur_lib.costs.traffic.report import TrafficUnreadable
from cruddur_lib.costs.units.capacity_units import CapacityKind
from tests.helpers.traffic_files import (
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


def metrics(*labels, minutes=(0, 1), first=1):
    """Return a reply with a metric for each label; the sums of metric number n are n."""
    return metric_data(
        *(
            result(f"m{number}", label, dict.fromkeys(minutes, number))
            for number, label in enumerate(labels, first)
        )
    )


def pairs(*names):
    """Return the labels of reads and writes, with these words before them."""
    return [f"{name} {metric}".strip() for name in names for metric in (READS, WRITES)]


def first_units(traffic):
    """Return the first minute's reads and writes of each part of each table."""
    return {
        (table, part): tuple(demand.units[:, 0])
        for table, workload in traffic.tables.items()
        for part, demand in workload.parts.items()
    }


def test_a_file_that_names_no_table_has_one(read):
    """The key of its only table is empty."""
    traffic = read(metrics(READS, WRITES))

    assert [*traffic.tables] == [""]
    assert first_units(traffic) == {("", "table"): (1, 2)}
    assert traffic.workload.table.reads.tolist() == [1, 1]


def test_two_tables(read):
    """Words before a metric are tables, and a table must be chosen."""
    traffic = read(metrics(*pairs("orders", "users")))

    assert first_units(traffic) == {("orders", "table"): (1, 2), ("users", "table"): (3, 4)}
    assert len(traffic.tables) == 2
    with pytest.raises(TrafficUnreadable, match=r"2 tables \(orders, users\): use --table NAME or"):
        _ = traffic.workload


def test_the_report_of_one_table(read):
    """It has the lines of this table, and those of all."""
    traffic = read(
        metric_data(
            *(
                result(f"m{n}", label, {0: 1, n: 1})
                for n, label in enumerate(pairs("one", "two"), 1)
            )
        ),
        period=60,
    )

    shares = "table reads 60.00% (at most 2 in a row), table writes 60.00% (at most 3 in a row)"
    assert traffic.report.of("two") == [
        f"missing minutes, counted as 0: {shares}",
        "a.json: times have an offset from UTC",
        "a.json: no statistic is named, so it is read as the Sum",
    ]
    first, second, *_ = str(traffic.report).splitlines()
    assert first.startswith("one: missing minutes, counted as 0: table reads 60.00% (at most 3 ")
    assert second == f"two: {traffic.report.of('two')[0]}"


@pytest.mark.parametrize("of_index", ["orders gsi1", "gsi1 orders"])
def test_two_words_are_a_table_and_its_index(read, of_index):
    """An index is an index of the table that another label names, in either order."""
    traffic = read(metrics(*pairs("orders", of_index, "users")))

    assert first_units(traffic) == {
        ("orders", "table"): (1, 2),
        ("orders", "gsi1"): (3, 4),
        ("users", "table"): (5, 6),
    }


def test_dimensions_by_name(read):
    """The console's full labels name table and index, and may be of several tables."""
    full = [
        full_label(metric, table, index)
        for table, index in (("orders", ""), ("orders", "orders"), ("users", ""))
        for metric in (READS, WRITES)
    ]
    series = [{0: number, 1: number} for number in range(1, 7)]
    traffic = read(console(*series, full=full, labels=[READS, WRITES] * 3))

    assert first_units(traffic) == {
        ("orders", "table"): (1, 2),
        ("orders", "orders"): (3, 4),
        ("users", "table"): (5, 6),
    }


def test_a_word_that_may_be_a_table_or_an_index(read):
    """CloudWatch's default labels leave out what all metrics share, so a word may be either."""
    text = metrics(*pairs("", "gsi1"))
    index = [f"--column 'm{n}=gsi1:{kind}'" for n, kind in ((3, "reads"), (4, "writes"))]

    with pytest.raises(
        TrafficUnreadable,
        match="names a table or an index. For indexes of one table, use " + " ".join(index),
    ):
        read(text)
    as_index = read(text, columns=["m3=gsi1:reads", "m4=gsi1:writes"])
    as_table = read(text, columns=["m3=gsi1/table:reads", "m4=gsi1/table:writes",
                                   "m1=one/table:reads", "m2=one/table:writes"])  # fmt: skip
    assert first_units(as_index) == {("", "table"): (1, 2), ("", "gsi1"): (3, 4)}
    assert first_units(as_table) == {("one", "table"): (1, 2), ("gsi1", "table"): (3, 4)}


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param(["orders users " + READS, *pairs("orders", "users")], id="two tables"),
        pytest.param(["of my orders " + READS, *pairs("orders")], id="many words"),
        pytest.param(["o( " + READS, "orders " + WRITES], id="no name"),
        pytest.param([full_label(READS, index="table"), *pairs("orders")], id="index 'table'"),
    ],
)
def test_labels_that_do_not_say_which_part_it_is(read, labels):
    """The error says how --column names it."""
    with pytest.raises(
        TrafficUnreadable, match="does not show which .*: use --column 'm1=table:rea"
    ):
        read(metrics(*labels))


def test_a_column_without_a_table_is_of_the_only_one(read):
    """`--column` needs a table's name only if the files have several."""
    own = "my index"
    traffic = read(metrics(*pairs("orders"), own, own), columns=["m3=gsi1:reads", "m4=gsi1:writes"])

    assert first_units(traffic) == {("orders", "table"): (1, 2), ("orders", "gsi1"): (3, 4)}
    with pytest.raises(
        TrafficUnreadable, match="have orders, users: use --column 'm5=TABLE/gsi1:r"
    ):
        read(metrics(*pairs("orders", "users"), own), columns=["m5=gsi1:reads"])
    assert read(
        metrics(*pairs("orders", "users"), own, own),
        columns=["m5=users/gsi1:reads", "m6=users/gsi1:writes"],
    ).tables["users"].indexes["gsi1"].reads.tolist() == [5, 5]  # fmt: skip


def test_a_column_that_no_file_has(read):
    """The error has the names of the columns that are there."""
    with pytest.raises(
        TrafficUnreadable, match="--column: no file has the column m7; the files have: m1, m2"
    ):
        read(metrics(READS, WRITES), columns=["m7=table:reads"])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(metrics(READS, WRITES, READS), id="two Ids"),
        pytest.param(metrics(*pairs("orders"), "orders " + READS), id="two Ids, named"),
        pytest.param(csv({0: 1}, {0: 1}, names=("consumed_read_units",) * 2), id="two columns"),
        pytest.param(console({0: 1}, {0: 2}, full=[full_label(READS)] * 2), id="console"),
    ],
)
def test_two_columns_of_a_file_are_never_one_metric(read, text):
    """They may be of two tables or of an index, even with the same label."""
    with pytest.raises(
        TrafficUnreadable, match="has two columns for table reads.*: if one of them is an index"
    ):
        read(text, idle=[WRITE])


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (
            [WRITES],
            "no metric for table reads, and a missing metric is not 0: .*TABLE prints.*--no-reads",
        ),
        ([READS], "no metric for table writes.* use --no-writes"),
        (["orders " + WRITES], "no metric for table reads of orders.*metrics-query orders prints"),
        (
            [*pairs("orders"), "orders gsi1 " + WRITES],
            "gsi1 reads of orders.*orders --index gsi1 pr",
        ),
        (pairs("orders gsi1"), "no metric for table reads of orders"),
    ],
)
def test_missing_is_not_zero(read, labels, says):
    """A table and an index need both metrics; the error says the query and the option."""
    with pytest.raises(TrafficUnreadable, match=says):
        read(metrics(*labels))


def test_missing_metrics_that_the_user_says_are_idle(read):
    """They are 0, and the report says so."""
    traffic = read(metrics(*pairs("orders"), "orders gsi1 " + WRITES), idle=[READ])

    assert first_units(traffic)["orders", "gsi1"] == (0, 3)
    assert "gsi1 reads all (no metric, allowed by --no-reads)" in str(traffic.report)
    assert read(metrics(*pairs("orders gsi1")), idle=[READ, WRITE]).workload.table.reads.sum() == 0


def page(name, label, minutes, status):
    """Return a page of a metric whose sums are its minutes."""
    return result(name, label, {minute: minute for minute in minutes}, status)


PAGES = [
    [page("m1", READS, (2, 3), "PartialData"), page("m2", WRITES, (3,), "PartialData")],
    [page("m1", READS, (0, 1), "Complete"), page("m2", WRITES, (0, 1), "Complete")],
]


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([metric_data(*PAGES[0], *PAGES[1])], id="one reply, as the CLI joins it"),
        pytest.param([metric_data(*PAGES[0], NextToken="t"), metric_data(*PAGES[1])], id="files"),
        pytest.param([metric_data(*PAGES[1]), metric_data(*PAGES[0], NextToken="t")], id="order"),
        pytest.param(["\n".join([metric_data(*PAGES[0]), metric_data(*PAGES[1])])], id="documents"),
        pytest.param([f"[{metric_data(*PAGES[0])}, {metric_data(*PAGES[1])}]"], id="list"),
    ],
)
def test_pages_are_joined(read, texts):
    """A page repeats the Id and the Label of its metric."""
    workload = read(*texts).workload

    assert workload.table.reads.tolist() == [0, 1, 2, 3]
    assert workload.table.writes.tolist() == [0, 1, 0, 3]


def test_the_same_id_with_another_label_is_another_metric(read):
    """Each reply of a query counts its Ids from m1."""
    traffic = read(metrics(*pairs("orders")), metrics(*pairs("users")))

    assert first_units(traffic) == {("orders", "table"): (1, 2), ("users", "table"): (1, 2)}


def test_files_of_reads_and_of_writes(read):
    """get-metric-statistics answers for one metric, whose table it does not name."""
    traffic = read(statistics(READS, {0: 1, 1: 2}), statistics(WRITES, {0: 3, 1: 4}))

    assert traffic.workload.table.units.tolist() == [[1, 2], [3, 4]]


def test_files_that_may_be_of_two_tables(read):
    """Files without a table's name are pages only if their times differ."""
    one, other = statistics(READS, {0: 1, 1: 1}), statistics(READS, {0: 1, 1: 1, 2: 1})
    says = "a.json and b.json have table reads at the same times.*--column 'b.json:Consumed"
    with pytest.raises(TrafficUnreadable, match=says):
        read(one, other, idle=[WRITE])

    columns = [f"{name}.json:{READS}={name}-table/table:reads" for name in "ab"]
    tables = read(one, other, columns=columns, idle=[WRITE]).tables
    assert {name: w.table.reads.tolist() for name, w in tables.items()} == {
        "a-table": [1, 1, 0],
        "b-table": [1, 1, 1],
    }
    pages = read(one, statistics(READS, {2: 1, 3: 1}), idle=[WRITE])
    assert pages.workload.table.reads.tolist() == [1] * 4


@pytest.mark.parametrize(
    "text",
    [
        metric_data(*PAGES[0]),
        metric_data(result("m1", READS, {}, "InternalError"), result("m2", WRITES, {0: 1, 1: 1})),
        metric_data(*PAGES[1], NextToken="more"),
        console({0: 1}, {0: 1}, full=[full_label(READS), full_label(WRITES)], status="PartialData"),
    ],
)
def test_a_reply_that_is_not_complete(read, text):
    """What is missing in it is not idle."""
    with pytest.raises(TrafficUnreadable, match="is incomplete: the reply has PartialData"):
        read(text)


def test_what_is_not_read_is_named(read):
    """The report names other columns, and the first of many."""
    names = [READS, WRITES, *(f"ReadThrottleEvents{number}" for number in range(8))]
    report = read(csv(*[{0: 1, 1: 1}] * 10, names=names)).report

    assert "a.csv: ignored columns: ReadThrottleEvents0, " in str(report)
    assert str(report).endswith("ReadThrottleEvents5 and 2 more")


def test_a_file_without_consumed_units(read):
    """The error names the columns, and how to say what one means."""
    with pytest.raises(TrafficUnreadable, match="has no consumed units, only: value. It needs"):
        read(csv({0: 1, 1: 1}, names=["value"]))
    with pytest.raises(TrafficUnreadable, match="a.json has no metric"):
        read(metric_data())
    assert read(
        csv({0: 1, 1: 1}, names=["value"]), columns=["value=table:writes"], idle=[READ]
    ).workload.table.writes.tolist() == [1, 1]  # fmt: skip
