"""Tests of the reader of what `aws dynamodb describe-table` prints."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur_lib.cli.cost.item_files import InputRefused
from cruddur_lib.cli.cost.table_description import read_description
from cruddur_lib.costs.billing.usage import TableClass
from cruddur_lib.costs.throughput.policies import ReadsWrites
from cruddur_lib.costs.units.schema import IndexSchema, Projection, TableSchema

BARE = {"TableName": "orders", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}
UNITS = {"ReadCapacityUnits": 7, "WriteCapacityUnits": 3, "NumberOfDecreasesToday": 0}
KEY = [
    {"AttributeName": "pk", "KeyType": "HASH"},
    {"AttributeName": "sk", "KeyType": "RANGE"},
]
BY_USER = {
    "IndexName": "by_user",
    "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["text"]},
    "IndexStatus": "ACTIVE",
    "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 1},
    "IndexSizeBytes": 20,
}
BY_TIME = {
    "IndexName": "by_time",
    "KeySchema": [KEY[0], {"AttributeName": "time", "KeyType": "RANGE"}],
    "Projection": {"ProjectionType": "KEYS_ONLY"},
    "IndexSizeBytes": 3,
}
WHOLE = {
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "TableName": "orders",
    "KeySchema": KEY,
    "TableStatus": "ACTIVE",
    "CreationDateTime": "2026-01-02T03:04:05.678000+00:00",
    "ProvisionedThroughput": UNITS,
    "TableSizeBytes": 100,
    "ItemCount": 4,
    "TableArn": "arn:aws:dynamodb:eu-central-1:123456789012:table/orders",
    "TableClassSummary": {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
    "GlobalSecondaryIndexes": [BY_USER],
    "LocalSecondaryIndexes": [BY_TIME],
    "WarmThroughput": {
        "ReadUnitsPerSecond": 12000,
        "WriteUnitsPerSecond": 4000,
        "Status": "ACTIVE",
    },
    "DeletionProtectionEnabled": False,
}


@pytest.fixture
def described(tmp_path):
    """Read a description from a file: bytes as they are, anything else as JSON."""

    def read(value):
        path = tmp_path / "table.json"
        path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
        return read_description(str(path))

    return read


@pytest.mark.parametrize(
    "wrap", [lambda it: it, lambda it: {"Table": it}, lambda it: {"TableDescription": it}]
)
def test_a_whole_description(described, wrap):
    """The reader takes keys, indexes, units, class, Region, bytes and warm throughput."""
    table = described(wrap(WHOLE))

    assert table.name == "orders"
    assert table.schema == TableSchema(
        ("pk", "sk"),
        (
            IndexSchema("by_user", ("user",), Projection.INCLUDE, ("text",)),
            IndexSchema("by_time", ("pk", "time"), Projection.KEYS_ONLY, local=True),
        ),
    )
    assert table.on_demand is False
    assert table.provisioned == {"table": ReadsWrites(7, 3), "by_user": ReadsWrites(2, 1)}
    assert table.table_class is TableClass.STANDARD_IA
    assert table.region == "eu-central-1"
    assert table.size_bytes == 100 + 20 + 3
    assert table.warm == ReadsWrites(12_000, 4_000)
    assert table.maximum == ReadsWrites(None, None)


def test_what_is_not_in_the_file_is_unknown(described):
    """A name and a key are enough: nothing else is guessed, but the class is Standard."""
    table = described(BARE)

    assert (table.name, table.schema) == ("orders", TableSchema(("pk",)))
    assert (table.on_demand, table.provisioned) == (None, {})
    assert table.table_class is TableClass.STANDARD
    assert (table.region, table.size_bytes, table.warm) == (None, None, None)
    assert (
        described(
            {**WHOLE, "LocalSecondaryIndexes": [{**BY_TIME, "IndexSizeBytes": None}]}
        ).size_bytes
        is None
    )


def test_an_on_demand_table_has_no_units(described):
    """DescribeTable prints 0 units for an on-demand table, and -1 where no maximum is set."""
    zero = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    mode = {"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}, "ProvisionedThroughput": zero}
    most = {"OnDemandThroughput": {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 500}}

    table = described({**BARE, **mode, **most})

    assert (table.on_demand, table.provisioned) == (True, {})
    assert table.maximum == ReadsWrites(None, 500)


def test_null_is_missing(described):
    """Some SDKs write null for parts that a table does not have."""
    names = ["GlobalSecondaryIndexes", "BillingModeSummary", "TableArn", "WarmThroughput"]

    assert described({**BARE, **dict.fromkeys(names)}) == described(BARE)


def test_an_arn_of_a_local_engine_names_no_region(described):
    """DynamoDB Local writes "ddblocal" where an ARN has the Region."""
    arn = "arn:aws:dynamodb:ddblocal:000000000000:table/orders"

    assert described({**BARE, "TableArn": arn}).region is None


def test_a_key_of_a_global_index_may_have_several_attributes(described):
    """Up to four attributes hash and four sort; the hash attributes come first, in their order."""
    parts = [("r", "RANGE"), ("b", "HASH"), ("a", "HASH")]
    key = [{"AttributeName": name, "KeyType": kind} for name, kind in parts]

    table = described({**BARE, "GlobalSecondaryIndexes": [{"IndexName": "i", "KeySchema": key}]})

    assert table.schema.indexes == (IndexSchema("i", ("b", "a", "r")),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings(described, encoding):
    """PowerShell writes UTF-16 with a byte order mark, other Windows tools UTF-8 with one."""
    value = {**BARE, "KeySchema": [{"AttributeName": "é", "KeyType": "HASH"}]}

    read = described(json.dumps(value, ensure_ascii=False).encode(encoding))

    assert read.schema == TableSchema(("é",))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"TableName": 5}, ["TableName is 5", "text"]),
        ({"TableName": ""}, ['TableName is ""', "255 letters"]),
        ({"TableName": None}, ["TableName is missing"]),
        ({"KeySchema": "pk"}, ["KeySchema is"]),
        ({"KeySchema": []}, ["KeySchema is a list", "HASH"]),
        ({"KeySchema": [KEY[1]]}, ["KeySchema is a list", "HASH"]),
        ({"KeySchema": [KEY[0], KEY[0]]}, ["KeySchema", "each attribute once"]),
        ({"KeySchema": [KEY[0], {**KEY[1], "KeyType": "HASH"}]}, ["one HASH attribute"]),
        (
            {"KeySchema": [{**KEY[0], "KeyType": "hash"}]},
            ["KeySchema.0.KeyType", '"HASH" or "RANGE"'],
        ),
        (
            {"BillingModeSummary": {"BillingMode": "FREE"}},
            ["BillingModeSummary.BillingMode", "FREE"],
        ),
        (
            {"ProvisionedThroughput": {"ReadCapacityUnits": "5"}},
            ["ReadCapacityUnits", "whole number"],
        ),
        (
            {"ProvisionedThroughput": {"ReadCapacityUnits": 0.5}},
            ["ReadCapacityUnits", "whole number"],
        ),
        ({"ProvisionedThroughput": {"ReadCapacityUnits": -1}}, ["ReadCapacityUnits", "0 or more"]),
        (
            {"ProvisionedThroughput": {"ReadCapacityUnits": 1}},
            ["the table has no ProvisionedThroughput"],
        ),
        (
            {"GlobalSecondaryIndexes": [{**BY_USER, "ProvisionedThroughput": {}}]},
            ["index 'by_user' has no"],
        ),
        ({"GlobalSecondaryIndexes": [BY_USER, BY_USER]}, ["'by_user' is given twice"]),
        (
            {"LocalSecondaryIndexes": [{**BY_TIME, "KeySchema": [{**KEY[1], "KeyType": "HASH"}]}]},
            ["by_time"],
        ),
        ({"TableArn": "orders"}, ["TableArn", "arn:aws:dynamodb:"]),
        (
            {"OnDemandThroughput": {"MaxReadRequestUnits": 0}},
            ["MaxReadRequestUnits", "-1 for no maximum"],
        ),
        ({"WarmThroughput": {"ReadUnitsPerSecond": 1}}, ["WriteUnitsPerSecond is missing"]),
        ({"TableSizeBytes": float("inf")}, ["TableSizeBytes", "whole number"]),
    ],
)
def test_what_is_wrong_is_named(described, change, words):
    """A wrong part is refused on one line that names the file and the key."""
    with pytest.raises(InputRefused) as refused:
        described({"Table": {**WHOLE, **change}})

    text = str(refused.value)
    assert [word for word in ["table.json: ", *words] if word not in text] == []
    assert "\n" not in text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "describe-table"),
        ({"Table": []}, "describe-table"),
        ({"TableNames": ["orders"]}, "TableName is missing"),
        (b"", "not JSON"),
        (b"\xff\xfe{", "not JSON"),
        (b"[" * 100_000, "deeper"),
    ],
)
def test_other_files_are_refused(described, value, words):
    """A file that describes no table is refused on one line."""
    with pytest.raises(InputRefused, match=words):
        described(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(sorted(WHOLE)), inner)
    ),
    max_leaves=4,
)


@given(name=st.sampled_from(sorted(WHOLE)), value=JSON)
def test_a_changed_part_is_read_or_refused(tmp_path_factory, name, value):
    """Whatever one key holds, the file is read or refused."""
    path = tmp_path_factory.getbasetemp() / "drawn.json"
    path.write_text(json.dumps({"Table": {**WHOLE, name: value}}), encoding="utf-8")

    with suppress(InputRefused):
        assert read_description(str(path)).name
