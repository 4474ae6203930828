"""Mutated files: each is read, or is an error of one line in our own words."""

import codecs
import random
import re
from time import perf_counter

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

SERIES = {minute: minute * 1.5 for minute in range(12)}
FULL = [full_label(READS), full_label(WRITES)]
JSON = metric_data(
    result("m1", f"orders {READS}", SERIES), result("m2", f"orders {WRITES}", SERIES)
)
FILES = [
    csv(SERIES, SERIES),
    csv(SERIES, SERIES, sep=";", number=lambda number: str(number).replace(".", ",")),
    console(SERIES, SERIES, full=FULL),
    JSON,
    statistics(READS, SERIES),
    csv(SERIES, SERIES, time=lambda minute: str(1_793_613_600 + 60 * minute)),
    csv(SERIES, SERIES, time=lambda minute: f"11/13/2026 10:{minute:02}"),
]
BYTES = [*(text.encode() for text in FILES), codecs.BOM_UTF16_LE + JSON.encode("utf-16-le")]
TOKENS = [
    *(b"", b"\0", b"\xff", b"\r", b"\n\n", b'"', b"'", b",", b";", b"\t", b"-", b".", b"/", b"e9"),
    *(b"[", b"]", b"{", b"}", b":", b"null", b"NaN", b"Infinity", b"true", b"now", b"Z", b"+99:99"),
    *(b"9" * 30, b"1" * 5_000, b"\\u0000", b"\\", b"2026", b"Timestamps", b"Sum 0", b" 61", b"=A1"),
    *(b"TableName:", b"GlobalSecondaryIndexName:table", b"ConsumedReadCapacityUnits"),
]
FOREIGN = re.compile(
    r"\b(?:Error|Traceback|Exception|pandas|numpy|NoneType|dtype|codec|tokenizing|errors=)\b"
)


def mutated(number):
    """Return a file in which some bytes are cut out, doubled, or replaced by others."""
    chance = random.Random(number)
    raw = BYTES[number % len(BYTES)]
    for _ in range(chance.randint(1, 4)):
        begin = chance.randrange(len(raw) + 1)
        end = min(len(raw), begin + chance.choice([0, 1, 1, 2, 8, 40, 400]))
        middle = chance.choice(
            [b"", chance.choice(TOKENS), raw[begin:end] * 2, chance.randbytes(1)]
        )
        raw = raw[:begin] + middle + raw[end:]
    return raw


def message(read, raw):
    """Return the error of a file, or nothing if it can be read."""
    try:
        traffic = read(raw, names=["a.csv"], idle=[CapacityKind.READ, CapacityKind.WRITE])
    except TrafficUnreadable as error:
        return str(error)
    assert all(workload.minutes for workload in traffic.tables.values())
    return ""


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_mutated_files(read, first):
    """No other exception is raised, in a short time, and the error has no foreign words."""
    began = perf_counter()
    texts = [message(read, mutated(number)) for number in range(first, first + 50)]

    assert perf_counter() - began < 60
    assert [text for text in texts if FOREIGN.search(text) or len(text) > 1_000] == []
    assert 0 < texts.count("") < 50
