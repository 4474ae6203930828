"""Tests of the meter, request by request, on the engine of the test run: units and reasons.

Item sizes are 300 bytes or whole blocks, so that the units can be counted by hand.
"""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from cruddur_lib.backends import Engine
from cruddur_lib.costs.metering import wire
from cruddur_lib.costs.metering.meter import Meter, MeterError
from cruddur_lib.costs.metering.report import AttemptOutcome
from cruddur_lib.costs.units import items
from tests.helpers.drawn import padded
from tests.helpers.judged import as_key, indexed

T = {"TableName": "metered"}
PK = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "p"}}}
A = {
    "KeyConditionExpression": "a = :a",
    "ExpressionAttributeValues": {":a": {"S": "a"}},
    "IndexName": "keys",
}


def row(sk, size=300, **more):
    """Return an item of this many bytes."""
    return padded({**as_key(("p", sk)), **{n: {"S": v} for n, v in more.items()}}, size)


@pytest.fixture
def rows(client):
    """Store ten items of 1,000 bytes; two are in the index `keys` and in the local index."""
    made = [row(f"s{n}", 1_000, **({"a": "a", "l": "l"} if n < 2 else {})) for n in range(10)]
    for item in made:
        client.put_item(**T, Item=item)
    return made


def units_and_why(meter):
    """Return each entry's units (table, indexes, local indexes) and its reason."""
    return [
        (e.units.table, dict(e.units.indexes), dict(e.units.local_indexes), e.units.why)
        for e in meter.entries
    ]


def sizes(meter):
    """Return the items and bytes of each entry."""
    return [(entry.items, entry.size) for entry in meter.entries]


@pytest.mark.parametrize("projection", [{}, {"ProjectionExpression": "pk"}])
def test_get_item(backend, client, projection):
    """A GetItem is charged for the whole item; finding nothing costs a block."""
    client.put_item(**T, Item=row("s", 4_097))
    with Meter(backend) as meter:
        client.get_item(**T, Key=as_key(("p", "s")), **projection)
        client.get_item(**T, Key=as_key(("p", "s")), ConsistentRead=True, **projection)
        client.get_item(**T, Key=as_key(("p", "none")), **projection)

    assert [line[0] for line in units_and_why(meter)] == [1, 2, 0.5]
    assert sizes(meter) == [(1, 4_097), (1, 4_097), (0, 0)]
    assert units_and_why(meter)[2][3] == "nothing found, 1 block of 4 KB x 0.5 (eventual)"


@pytest.mark.parametrize("projection", [{}, {"ProjectionExpression": "pk"}])
def test_batch_get_item(backend, client, rows, projection):
    """A BatchGetItem rounds up each item separately, and charges keys without an item."""
    keys = [as_key(("p", sk)) for sk in ("s0", "s1", "none")]
    with Meter(backend) as meter:
        client.batch_get_item(RequestItems={"metered": {"Keys": keys, **projection}})

    assert units_and_why(meter) == [(1.5, {}, {}, "3 items in 3 blocks of 4 KB x 0.5 (eventual)")]
    assert sizes(meter) == [(2, 2_000)]


@pytest.mark.parametrize("projection", [{}, {"ProjectionExpression": "pk"}])
def test_transact_get_items(backend, client, rows, projection):
    """A TransactGetItems costs two units for each block of each item."""
    gets = [{"Get": {**T, "Key": as_key(("p", sk)), **projection}} for sk in ("s0", "none")]
    with Meter(backend) as meter:
        client.transact_get_items(TransactItems=gets)

    assert units_and_why(meter) == [(4, {}, {}, "2 items in 2 blocks of 4 KB x 2 (transactional)")]
    assert sizes(meter) == [(1, 1_000)]


@pytest.mark.parametrize(
    "option",
    [
        pytest.param({}, id="whole"),
        pytest.param({"Select": "COUNT"}, id="count"),
        pytest.param({"ProjectionExpression": "sk"}, id="projection"),
        pytest.param({"FilterExpression": "attribute_exists(a)"}, id="filter"),
        pytest.param({"FilterExpression": "attribute_exists(nothing)"}, id="filter of all"),
    ],
)
@pytest.mark.parametrize("operation", ["query", "scan"])
def test_a_page_costs_what_it_reads(backend, client, rows, operation, option):
    """A page of 10,000 bytes is three blocks, whatever the reply shows of it."""
    asked = PK if operation == "query" else {}
    with Meter(backend) as meter:
        getattr(client, operation)(**T, **asked, **option)

    assert units_and_why(meter) == [(1.5, {}, {}, "3 blocks of 4 KB x 0.5 (eventual)")]
    assert sizes(meter) == [(10, 10_000)]


def test_a_filter_by_value(backend, client, rows):
    """The meter reads the page again without the filter's own names and values."""
    asked = {
        **T,
        "KeyConditionExpression": "#p = :pk",
        "FilterExpression": "#a = :a",
        "ExpressionAttributeNames": {"#p": "pk", "#a": "a"},
        "ExpressionAttributeValues": {":pk": {"S": "p"}, ":a": {"S": "a"}},
    }
    with Meter(backend) as meter:
        assert client.query(**asked)["Count"] == 2

    assert sizes(meter) == [(10, 10_000)]


def test_limit_ends_the_page(backend, client, rows):
    """A Limit ends the page, and nothing beyond it is charged. An empty last page costs a block."""
    with Meter(backend) as meter:
        pages = client.get_paginator("query").paginate(
            **T, **PK, FilterExpression="attribute_exists(a)", PaginationConfig={"PageSize": 5}
        )
        assert sum(page["Count"] for page in pages) == 2

    assert meter.calls >= 2
    assert sizes(meter)[:2] == [(5, 5_000)] * 2
    assert [line[0] for line in units_and_why(meter)][:2] == [1, 1]


def test_nothing_found_costs_a_block(backend, client):
    """An empty Query, Scan or index read costs a block, although DynamoDB Local reports none."""
    with Meter(backend) as meter:
        client.query(**T, **PK)
        client.scan(**T, ConsistentRead=True)
        client.query(**T, **A)

    assert [line[:2] for line in units_and_why(meter)] == [(0.5, {}), (1, {}), (0, {"keys": 0.5})]


@pytest.mark.parametrize("option", [{}, {"Select": "COUNT"}])
def test_an_index_is_read_by_its_entries(backend, client, rows, option):
    """An entry with KEYS_ONLY has pk, sk and a: 2+1 + 2+2 + 1+1 bytes."""
    with Meter(backend) as meter:
        client.query(**T, **A, **option)
        client.scan(**T, IndexName="keys", **option)

    assert units_and_why(meter) == [(0, {"keys": 0.5}, {}, "1 block of 4 KB x 0.5 (eventual)")] * 2
    assert sizes(meter) == [(2, 2 * 9)] * 2
    assert meter.table()["table or index"].iloc[0] == "keys"


def test_a_local_index_fetches(backend, client, rows):
    """A local index fetches items from the table, all on the table's capacity."""
    with Meter(backend) as meter:
        client.query(**T, **PK, IndexName="local", Select="ALL_ATTRIBUTES")
        client.query(**T, **PK, IndexName="local")

    why = "3 blocks of 4 KB x 0.5 (eventual), 2 items fetched"
    assert units_and_why(meter)[0] == (1, {}, {"local": 0.5}, why)
    assert units_and_why(meter)[1][:3] == (0, {}, {"local": 0.5})


@pytest.mark.parametrize("shown", [{"Select": "ALL_ATTRIBUTES"}, {"ProjectionExpression": "padd"}])
@pytest.mark.parametrize("page", ["query", "scan"])
def test_a_local_index_fetches_whole_items(backend, client, page, shown):
    """A fetched item of 9,000 bytes is three blocks, whatever the index holds of it."""
    item = padded({**as_key(("p", "s")), "l": {"S": "l"}}, 9_000, "padd")
    client.put_item(**T, Item=item)
    asked = {**PK, **shown} if page == "query" else shown
    with Meter(backend) as meter:
        getattr(client, page)(**T, **asked, IndexName="local")
    client.delete_item(
        **T, Key=as_key(("p", "s"))
    )  # the read is charged by what it found, not by what is stored now

    entry = 2 + 1 + 2 + 1 + 1 + 1  # bytes of names and values of pk, sk and l
    assert units_and_why(meter)[0][:3] == (1.5, {}, {"local": 0.5})
    assert sizes(meter) == [(1, 9_000 + entry)]


def test_a_table_with_binary_keys(backend, client):
    """Items with binary keys are looked up, for writes and for reads that hide a part."""
    request = indexed("binary")
    for attribute in request["AttributeDefinitions"][:2]:
        attribute["AttributeType"] = "B"
    client.create_table(**request)
    there = {"TableName": "binary"}
    key = {"pk": {"B": b"\x00\xff"}, "sk": {"B": b"7"}}
    item = padded({**key, "a": {"S": "a"}}, 2_500)
    client.put_item(**there, Item=item)
    with Meter(backend) as meter:
        client.get_item(**there, Key=key, ProjectionExpression="pk")
        client.put_item(**there, Item=item)
        client.put_item(**there, Item={**key, "a": {"S": "b"}})
        client.put_item(**there, Item=item)
        client.delete_item(**there, Key=key)

    assert sizes(meter)[0] == (1, 2_500)
    assert [(e.units.table, dict(e.units.indexes)) for e in meter.entries[1:]] == [
        (3, {}),
        (3, {"keys": 2}),
        (3, {"keys": 2}),
        (3, {"keys": 1}),
    ]


@pytest.mark.moto_alone
def test_a_table_may_be_named_by_its_arn(backend, client):
    """A table's ARN names the same table. DynamoDB Local accepts only names."""
    arn = client.describe_table(**T)["Table"]["TableArn"]
    client.put_item(**T, Item=row("s", 2_500, a="a"))
    there, key = {"TableName": arn}, as_key(("p", "s"))
    with Meter(backend) as meter:
        client.get_item(**there, Key=key, ProjectionExpression="pk")
        client.put_item(**there, Item=row("s", 300, a="b"))
        client.put_item(**there, Item=row("s", 2_500, a="b"))
        client.delete_item(**there, Key=key)

    assert sizes(meter)[0] == (1, 2_500)
    assert [(e.units.table, dict(e.units.indexes)) for e in meter.entries[1:]] == [
        (3, {"keys": 2}),
        (3, {}),
        (3, {"keys": 1}),
    ]


def test_put_item(backend, client):
    """A PutItem is charged by before and after: new, unchanged, smaller, with a new index key."""
    with Meter(backend) as meter:
        client.put_item(**T, Item=row("s", 1_500, a="a"))
        client.put_item(**T, Item=row("s", 1_500, a="a"))
        client.put_item(**T, Item=row("s", 300, a="a"))
        client.put_item(**T, Item=row("s", 300, a="b"))

    assert units_and_why(meter) == [
        (2, {"keys": 1}, {}, "put 2 + keys 1"),
        (2, {}, {}, "put 2"),
        (2, {}, {}, "put 2"),
        (1, {"keys": 2}, {}, "put 1 + keys 2"),
    ]
    assert sizes(meter) == [(1, 1_500), (1, 1_500), (1, 300), (1, 300)]


@pytest.mark.parametrize("shown", ["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_NEW"])
def test_update_item(backend, client, shown):
    """An UpdateItem is charged for the whole item, whatever its caller asks to see."""
    client.put_item(**T, Item=row("s", 2_500, a="a", l="l"))
    with Meter(backend) as meter:
        client.update_item(
            **T,
            Key=as_key(("p", "s")),
            UpdateExpression="SET a = :b",
            ExpressionAttributeValues={":b": {"S": "b"}},
            ReturnValues=shown,
        )

    assert units_and_why(meter) == [(3, {"keys": 2}, {}, "update 3 + keys 2")]
    assert sizes(meter) == [(1, 2_500)]


def test_a_local_index_has_no_overhead(backend, client):
    """An entry of 1,000 bytes in a local index costs 1 unit; DynamoDB Local reports 2."""
    item = padded({**as_key(("p", "s")), "l": {"S": "l"}}, 1_000, "x")
    with Meter(backend) as meter:
        client.put_item(**T, Item=item)
        client.update_item(
            **T,
            Key=as_key(("p", "s")),
            UpdateExpression="SET l = :m",
            ExpressionAttributeValues={":m": {"S": "m"}},
        )

    assert [line[:3] for line in units_and_why(meter)] == [
        (1, {}, {"local": 1}),
        (1, {}, {"local": 2}),
    ]
    assert meter.write_units == 5


def test_delete_item(backend, client):
    """A DeleteItem is charged for the deleted item, and 1 WCU if there is none."""
    client.put_item(**T, Item=row("s", 2_500, a="a"))
    with Meter(backend) as meter:
        client.delete_item(**T, Key=as_key(("p", "s")))
        client.delete_item(**T, Key=as_key(("p", "s")))

    assert units_and_why(meter) == [
        (3, {"keys": 1}, {}, "delete 3 + keys 1"),
        (1, {}, {}, "delete of nothing 1"),
    ]
    assert sizes(meter) == [(1, 2_500), (1, 0)]


def test_batch_write_item(backend, client, rows):
    """A batch rounds up each write. A delete of no item costs 1, not 2 as in DynamoDB Local."""
    requests = [{"PutRequest": {"Item": row("new", 1_500, a="a")}}]
    requests += [{"DeleteRequest": {"Key": as_key(("p", sk))}} for sk in ("s0", "none")]
    with Meter(backend) as meter:
        client.batch_write_item(RequestItems={"metered": requests})

    why = "1 put, 2 deletes: 4 + keys 2 + local 1"
    assert units_and_why(meter) == [(4, {"keys": 2}, {"local": 1}, why)]
    assert sizes(meter) == [(3, 2_500)]


def test_transact_write_items(backend, client, rows):
    """A transaction doubles the units of each table, not those of indexes, for all actions."""
    client.create_table(**{**indexed("metered"), "TableName": "other"})
    key = as_key(("p", "s1"))
    exists = {"ConditionExpression": "attribute_exists(pk)"}
    with Meter(backend) as meter:
        client.transact_write_items(
            TransactItems=[
                {"Put": {**T, "Item": row("new", 1_500, a="a")}},
                {"Delete": {**T, "Key": as_key(("p", "s0"))}},
                {
                    "Update": {
                        **T,
                        "Key": as_key(("p", "s5")),
                        "UpdateExpression": "SET a = :a",
                        "ExpressionAttributeValues": {":a": {"S": "a"}},
                    }
                },
                {"ConditionCheck": {**T, "Key": key, **exists}},
                {"Put": {"TableName": "other", "Item": row("new", 300)}},
            ]
        )

    why = "1 put, 1 delete, 1 update, 1 check: 5 x 2 + keys 3 + local 1"
    assert units_and_why(meter) == [
        (10, {"keys": 3}, {"local": 1}, why),
        (2, {}, {}, "1 put: 1 x 2"),
    ]
    assert sizes(meter) == [(4, 1_500 + 1_000 + 1_002 + 1_000), (1, 300)]
    assert (meter.calls, meter.write_units) == (1, 16)
    assert list(meter.table()["calls"]) == [1, 1, 1]


def test_a_transaction_sent_again_reads(backend, client):
    """A replayed transaction costs 2 RCU per 4 KB of the larger item, before or after."""
    items = [{"Put": {**T, "Item": row("s", 4_097)}}]
    with Meter(backend) as meter:
        for _ in range(2):
            client.transact_write_items(TransactItems=items, ClientRequestToken="once")

    assert (meter.write_units, meter.read_units) == (10, 4)
    assert units_and_why(meter)[1][3] == "sent again: 2 blocks of 4 KB x 2, nothing written"
    assert meter.entries[1].outcome is AttemptOutcome.REPLAYED


@pytest.mark.moto_alone
def test_a_token_of_another_request_is_not_metered(backend, client):
    """A token reused for another request is not metered. Only moto executes such a request."""
    with Meter(backend) as meter:
        for size in (300, 5_000):
            client.transact_write_items(
                TransactItems=[{"Put": {**T, "Item": row("s", size)}}], ClientRequestToken="once"
            )

    assert meter.entries[1].outcome is AttemptOutcome.NOT_METERED
    assert meter.table()["why"].iloc[1] == "not metered: AWS refuses a token of another request"
    assert (meter.write_units, meter.read_units) == (2, 0)


def test_binary_and_nested_values(backend, client):
    """Binary counts its bytes, not its base64, at every depth."""
    item = {**as_key(("p", "s")), "d": {"B": b"\x00" * 500}, "m": {"M": {"c": {"BS": [b"abc"]}}}}
    with Meter(backend) as meter:
        client.put_item(**T, Item=item)
        client.get_item(**T, Key=as_key(("p", "s")), ProjectionExpression="pk")
        client.delete_item(**T, Key=as_key(("p", "s")))

    assert [size for _, size in sizes(meter)] == [3 + 3 + 501 + 1 + 3 + 1 + 1 + 3] * 3


def test_streams_are_counted_apart(backend, clock):
    """A GetRecords costs one stream read and nothing on the table."""
    from cruddur_lib.messaging import table
    from cruddur_lib.messaging.designs.bootcamp import BootcampInbox
    from cruddur_lib.messaging.stream import Pump

    table.create(backend, BootcampInbox.schema)
    with Meter(backend) as meter:
        Pump(backend, lambda _: []).run()

    assert (meter.stream_reads, meter.read_units, meter.calls) == (1, 0, 1)
    assert list(meter.table().index) == ["GetRecords", "all stream reads"]


def test_table_operations_cost_nothing(backend, client):
    """Table operations cost nothing and are not listed."""
    with Meter(backend) as meter:
        client.describe_table(**T)
        client.list_tables()
        client.delete_table(**T)

    assert (meter.calls, len(meter.table())) == (0, 0)


def test_a_table_made_anew_has_its_new_layout(backend, client):
    """A table created again inside one `with` is metered by its new schema."""
    with Meter(backend) as meter:
        client.put_item(**T, Item=row("s", a="a"))
        client.delete_table(**T)
        fresh = indexed("metered")
        fresh = {name: fresh[name] for name in fresh if not name.endswith("Indexes")}
        fresh["AttributeDefinitions"] = fresh["AttributeDefinitions"][:2]
        client.create_table(**fresh)
        client.put_item(**T, Item=row("s", a="a"))

    assert [line[:2] for line in units_and_why(meter)] == [(1, {"keys": 1}), (1, {})]


def test_partiql_is_listed_as_not_metered(backend, client):
    """PartiQL is listed with "?" and never as 0 units."""
    client.put_item(**T, Item=row("s"))
    with Meter(backend) as meter:
        client.execute_statement(Statement="select * from metered")
        client.execute_statement(Statement="INSERT INTO metered VALUE {'pk': 'p', 'sk': 't'}")

    shown = meter.table()
    assert list(shown.index) == ["ExecuteStatement"] * 2 + ["all reads", "all writes"]
    assert list(shown["table units"]) == ["?", "?", 0, 0]
    assert list(shown["why"]) == ["not metered: PartiQL"] * 2 + ["without 1: not metered"] * 2


def test_reads_that_differ_in_consistency_stand_apart(backend, client, rows):
    """Eventual and strong reads have separate rows, so that a row has one price per block."""
    with Meter(backend) as meter:
        for strongly in (False, True, False):
            client.get_item(**T, Key=as_key(("p", "s0")), ConsistentRead=strongly)

    shown = meter.table()
    assert list(shown["table units"]) == [1, 1, 2]
    assert list(shown["why"]) == [
        "2 x (1 block of 4 KB x 0.5 (eventual))",
        "1 block of 4 KB x 1 (strong)",
        "",
    ]


@pytest.mark.parametrize(
    ("kilobytes", "why"),
    [
        ((1,), "put 1"),
        ((1, 1), "2 x (put 1)"),
        ((1, 2, 3, 4, 5, 6, 7), "put 1; put 2; put 3; put 4; put 5; put 6; put 7"),  # 47
        ((1, 2, 3, 4, 5, 6, 7, 8), "put 1; put 2; put 3; put 4; put 5; and 3 more"),
    ],
)
def test_reasons_are_told_as_far_as_a_cell_shows_them(backend, client, kilobytes, why):
    """Reasons are shortened to 49 characters, because pandas cuts longer cells off."""
    with Meter(backend) as meter:
        for size in kilobytes:
            client.put_item(**T, Item=row(f"s{size}", size * 1_024))

    shown = meter.table()
    assert shown["why"].iloc[0] == why
    assert "..." not in shown.to_html() + repr(shown[["why"]])


def test_meters_nest(backend, client):
    """Each meter counts what runs inside its `with`, including requests of older clients."""
    with Meter(backend) as outer:
        client.put_item(**T, Item=row("s"))
        with Meter(backend) as inner:
            backend.resource.Table("metered").get_item(Key={"pk": "p", "sk": "s"})
        client.delete_item(**T, Key=as_key(("p", "s")))

    assert (outer.calls, outer.read_units, outer.write_units) == (3, 0.5, 2)
    assert (inner.calls, inner.read_units, inner.write_units) == (1, 0.5, 0)


def test_a_meter_that_ended_records_nothing(backend, client):
    """A meter records nothing after its `with` until it is entered again, never twice at once."""
    with Meter(backend) as meter:
        client.put_item(**T, Item=row("s"))
        with pytest.raises(MeterError, match="meters may be nested"), meter:
            pass
    client.put_item(**T, Item=row("s"))
    assert meter.calls == 1
    with meter:
        client.put_item(**T, Item=row("s"))
    assert (meter.calls, meter.write_units) == (2, 2)


def test_figures_are_those_of_the_moment(backend, client):
    """Figures hold for the moment of the request, even if reply or table change afterwards."""
    client.put_item(**T, Item=row("s", 5_000))
    with Meter(backend) as meter:
        reply = client.get_item(**T, Key=as_key(("p", "s")))
        client.put_item(**T, Item=row("s", 300))
        reply["Item"].clear()
        client.delete_table(**T)

    assert (meter.read_units, meter.write_units) == (1, 5)
    assert [entry.size for entry in meter.entries] == [5_000, 300]


@pytest.mark.moto_alone
@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem"])
def test_an_item_is_sized_once_and_a_request_parsed_once(backend, client, operation, monkeypatch):
    """The attributes of each item are measured once, even if several rules use them."""
    before, after = row("s", 2_500, a="a"), row("s", 300, a="b")
    client.put_item(**T, Item=before)
    sized, parsed = [], []
    spy(monkeypatch, items, "attribute_size", lambda *attribute: sized.append(attribute[0]))
    spy(monkeypatch, wire, "_writes", lambda *request: parsed.append(request))
    with Meter(backend) as meter:
        if operation == "PutItem":
            client.put_item(**T, Item=after)
        else:
            values = {":b": {"S": "b"}}
            update = {"UpdateExpression": "SET a = :b", "ExpressionAttributeValues": values}
            client.update_item(**T, Key=as_key(("p", "s")), **update)
        assert meter.write_units > 3
        meter.table()

    assert sorted(sized) == sorted([*before, *after])
    assert len(parsed) == 1


def spy(monkeypatch, module, name, note):
    """Record the arguments of each call to a module's function."""
    function = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *given: (note(*given), function(*given))[1])


def test_compare_sets_rule_beside_engine(backend, client):
    """`compare` shows moto's constants; DynamoDB Local's figures err only for the transaction."""
    with Meter(backend, compare=True) as meter:
        client.put_item(**T, Item=row("s", 2_500, a="a"))
        client.transact_write_items(TransactItems=[{"Put": {**T, "Item": row("s", 300, a="a")}}])

    shown = meter.compare()
    moto = [1, "?"] if backend.engine is Engine.MOTO else [4, 12]
    assert list(shown["rule"]) == [4, 6]
    assert list(shown["engine"]) == moto
    assert list(shown["difference"]) == ([-3, "?"] if backend.engine is Engine.MOTO else [0, 6])


def test_only_a_meter_that_compares_asks_for_more_than_it_needs(backend, client):
    """Only with compare=True are units requested everywhere; otherwise `compare` raises."""
    asked = []
    client.meta.events.register_first(
        "request-created", lambda request, **_: asked.append(json.loads(request.data))
    )
    with Meter(backend) as meter:
        client.get_item(**T, Key=as_key(("p", "s")))
        client.put_item(**T, Item=row("s"))
    with Meter(backend, compare=True):
        client.get_item(**T, Key=as_key(("p", "s")))

    assert [one.get("ReturnConsumedCapacity") for one in asked] == [None, None, "INDEXES"]
    with pytest.raises(MeterError, match="make it with compare=True"):
        meter.compare()


@pytest.mark.dynamodb_local
def test_threads(backend, client):
    """Each write is charged by what it replaced, although other threads write meanwhile."""

    def work(number):
        key = as_key(("p", f"s{number % 3}"))
        client.put_item(**T, Item=row(f"s{number % 3}", 300, a=f"a{number}"))
        client.transact_write_items(
            TransactItems=[{"Put": {**T, "Item": row(f"t{number}", 300, a="a")}}]
        )
        client.update_item(
            **T,
            Key=key,
            UpdateExpression="SET a = :a",
            ExpressionAttributeValues={":a": {"S": f"b{number}"}},
        )

    with Meter(backend) as meter, ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(20)))

    puts = [entry.units for entry in meter.entries if entry.operation == "PutItem"]
    assert (meter.calls, len(puts)) == (60, 20)
    assert sum(units.indexes["keys"] for units in puts) == 3 * 1 + 17 * 2
    assert [e.units.total for e in meter.entries if e.operation == "UpdateItem"] == [3] * 20
    assert [e.units.total for e in meter.entries if e.operation.startswith("T")] == [3] * 20


@pytest.mark.dynamodb_local
def test_on_aws_nothing_is_looked_at(backend, client, rows, monkeypatch):
    """On AWS, where lookups are charged, the engine's figures count and some bytes are unknown.

    DynamoDB Local stands in for AWS; only its figure for a transaction differs.
    """
    monkeypatch.setattr(backend, "engine", Engine.AWS)
    for name in ("items", "page"):
        monkeypatch.setattr(f"cruddur_lib.costs.metering.lookups.Lookups.{name}", None)
    with Meter(backend) as meter:
        client.get_item(**T, Key=as_key(("p", "s0")), ProjectionExpression="pk")
        client.query(**T, **PK, Select="COUNT")
        client.query(**T, **A, Select="COUNT")
        client.put_item(**T, Item=row("s0", 1_500))
        client.delete_item(**T, Key=as_key(("p", "s1")))
        client.update_item(**T, Key=as_key(("p", "s2")), UpdateExpression="SET y = pk")
        client.batch_write_item(
            RequestItems={"metered": [{"DeleteRequest": {"Key": as_key(("p", "s3"))}}]}
        )

    assert [(e.units.table, dict(e.units.indexes), e.size) for e in meter.entries] == [
        (0.5, {}, None),
        (1.5, {}, None),
        (0, {"keys": 0.5}, None),
        (2, {"keys": 1}, 1_500),
        (1, {"keys": 1}, 1_000),
        (1, {}, 1_002),
        (1, {}, None),
    ]
    assert meter.table()["bytes"].iloc[0] == "?"
