"""Read a label: the table or index, the metric, the statistic and the period.

There are three kinds of labels, and AWS documents none of them:

*Full labels* of the console's CSV name the dimensions, and end with the statistic and the period:
`us-east-1:AWS/DynamoDB TableName:orders ConsumedReadCapacityUnits Sum 60`.

*Default labels* of `get-metric-data` have the metric's name and whatever differs between the
metrics. Values of dimensions come before the name. The statistic and the period come after it.
`orders gsi1 ConsumedReadCapacityUnits` is a table and its index. LocalStack's tests recorded
replies of AWS with `metric1 Sum 60`, `metric1 Sum` and `metric1 60`, read 2026-11-27:
https://github.com/localstack/localstack (test_cloudwatch.snapshot.json, test_label_generation)

*Custom labels* are those that a user writes in a query or a graph. `bin/cost/metrics-query` writes
labels that are like full labels.
"""

import re
from dataclasses import dataclass

from cruddur_lib.costs.traffic.report import TrafficUnreadable
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS, CapacityKind

METRICS = {
    CapacityKind.READ: "ConsumedReadCapacityUnits",
    CapacityKind.WRITE: "ConsumedWriteCapacityUnits",
}
SUM = "Sum"  # the statistic that is units
METRIC = re.compile(
    r"(?<![\w.-])consumed_?(?P<kind>read|write)_?(?:capacity_?)?units(?![\w.-])", re.IGNORECASE
)
DIMENSION = re.compile(
    r"\b(?P<name>TableName|GlobalSecondaryIndexName)\s*[:=]\s*(?P<value>[\w.-]+)"
)
NAMESPACE = "AWS/DynamoDB"  # in a word with the Region
STATISTIC = re.compile(
    r"Sum|Average|Minimum|Maximum|SampleCount|IQM|(?:p|tm|tc|ts|wm|pr)[\d(].*", re.IGNORECASE
)
SECONDS = re.compile(r"[0-9]{1,18}")
TABLE_OR_INDEX = re.compile(r"[A-Za-z0-9_.-]{3,255}")  # AWS, "Naming rules"
EXAMPLES = "m3=inbox-index:writes, m3=orders/inbox-index:writes or Consumed=table:writes/s"


@dataclass(frozen=True)
class ColumnMeaning:
    """The content of a column, as the user describes it."""

    table: str  # "" for the file's only table
    part: str  # "table", or the name of an index
    kind: CapacityKind
    per_second: bool = False  # whether numbers are units a second, not the sum of a period


@dataclass(frozen=True)
class LabelText:
    """The parts of one label. `words` are values of dimensions without the dimensions' names."""

    kind: CapacityKind | None  # None if it names no metric of consumed units
    table: str = ""
    index: str = ""
    words: tuple[str, ...] = ()
    statistic: str = ""
    period: int | None = None  # seconds


def column_meaning(text: str) -> tuple[str, ColumnMeaning]:
    """Read a value of `--column`: LABEL=PART:KIND or LABEL=TABLE/PART:KIND.

    PART is `table` or an index's name. KIND is `reads` or `writes`, with `/s` for units a second.

    Raises:
        TrafficUnreadable: the text has another form.

    >>> column_meaning("m3=inbox-index:writes")[1].part
    'inbox-index'
    """
    label, _, rest = text.rpartition("=")
    place, _, plural = rest.rpartition(":")
    table, slash, part = place.rpartition("/")
    plural, per, second = plural.partition("/")
    kind = {kind.plural: kind for kind in THROUGHPUT_KINDS}.get(plural)
    names = [part, *([table] if slash else [])]
    if not (
        label and kind and all(map(TABLE_OR_INDEX.fullmatch, names)) and per + second in ("", "/s")
    ):
        raise TrafficUnreadable(f"--column {text!r} is not like {EXAMPLES}")
    return label, ColumnMeaning(table, part, kind, bool(per))


def full_label(table: str, index: str, kind: CapacityKind, period: int) -> str:
    """Return a label with all parts, which `read_label` can read.

    Args:
        table: the table's name.
        index: the name of its index, or "" for the table itself.
        kind: reads or writes.
        period: seconds that each sum covers.
    """
    of_index = [f"GlobalSecondaryIndexName:{index}"] if index else []
    return " ".join([f"TableName:{table}", *of_index, METRICS[kind], SUM, str(period)])


def read_label(label: str) -> LabelText:
    """Return the parts of a label.

    >>> read_label("orders gsi1 ConsumedReadCapacityUnits Sum 60").words
    ('orders', 'gsi1')
    """
    named = {found["name"]: found["value"] for found in DIMENSION.finditer(label)}
    words = DIMENSION.sub(" ", label).split()
    text = " ".join(word for word in words if NAMESPACE not in word)
    metric = METRIC.search(text)
    before, after = [], text.split()[-2:]
    if metric:
        before, after = text[: metric.start()].split(), text[metric.end() :].split()
    statistic = after.pop(0) if after and STATISTIC.fullmatch(after[0]) else ""
    seconds = after.pop(0) if after and SECONDS.fullmatch(after[0]) else ""
    if not metric:
        return LabelText(
            None, statistic=statistic, period=int(seconds) if statistic and seconds else None
        )
    return LabelText(
        CapacityKind(metric["kind"].lower()),
        named.get("TableName", ""),
        named.get("GlobalSecondaryIndexName", ""),
        (*before, *after),
        statistic,
        int(seconds) if seconds else None,
    )
