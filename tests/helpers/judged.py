"""A table on DynamoDB Local and a mirror of it: each request is made, and its units compared.

The mirror holds what lies in the table, so every rule gets the images before and after that it asks
for. Units are compared as a Counter of the table ("table") and of its indexes by name.

The engine errs in known ways. Each has its own formula here, which is added to our rule's figure,
so that nothing else hides behind it. A request for which engine and rule agree is counted in
`judged`, one for which it errs as expected in `known`.
"""

from collections import Counter

from cruddur_lib.costs.units import reads, writes
from cruddur_lib.costs.units.capacity_units import Consistency
from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.schema import TableSchema
from cruddur_lib.costs.units.sizes import item_size
from cruddur_lib.messaging.designs.bootcamp import BootcampInbox

LSI_OVERHEAD = 100  # bytes that DynamoDB Local 1.25.1 adds to each entry of a local index it writes
PROJECTIONS = {
    "all": (("a", "b"), {"ProjectionType": "ALL"}),
    "keys": (("a",), {"ProjectionType": "KEYS_ONLY"}),
    "some": (("b", "sk"), {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "y"]}),
}
LOCAL = ("local", ("pk", "l"), {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]})


def indexed(name):
    """CreateTable of a table with global indexes of each projection, all sparse, and a local
    one.
    """
    return {
        "TableName": name,
        "KeySchema": keys("pk", "sk"),
        "AttributeDefinitions": [
            {"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk", "a", "b", "l")
        ],
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [
            {"IndexName": index, "KeySchema": keys(*key), "Projection": projection}
            for index, (key, projection) in PROJECTIONS.items()
        ],
        "LocalSecondaryIndexes": [
            {"IndexName": LOCAL[0], "KeySchema": keys(*LOCAL[1]), "Projection": LOCAL[2]}
        ],
    }


def cruddur(name):
    """CreateTable of the bootcamp's table."""
    request = BootcampInbox.schema.request(name, "on-demand")
    return {key: value for key, value in request.items() if key != "StreamSpecification"}


def keys(*names):
    """A KeySchema."""
    return [
        {"AttributeName": name, "KeyType": kind}
        for name, kind in zip(names, ("HASH", "RANGE"), strict=False)
    ]


def reported(reply):
    """What the engine says it consumed, of the table and of each index; zeros are left out."""
    consumed = reply["ConsumedCapacity"]
    (consumed,) = consumed if isinstance(consumed, list) else [consumed]
    units = Counter(table=consumed["Table"]["CapacityUnits"])
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        for name, part in consumed.get(kind, {}).items():
            units[name] += part["CapacityUnits"]
    assert consumed["CapacityUnits"] == units.total()
    return +units


def by_rule(units):
    """The same of what our rule says."""
    assert units.why
    return +Counter({"table": units.table, **units.indexes, **units.local_indexes})


class Table:
    """A table with its mirror; each method makes one request and compares its units."""

    def __init__(self, client, request):
        """A new table of this layout."""
        client.create_table(**request)
        self.client, self.name = client, request["TableName"]
        self.layout = TableSchema.from_aws(request)
        self.rows = {}  # (pk, sk) -> DynamoDB JSON
        self.judged = Counter()  # operation -> how often rule and engine agreed
        self.known = Counter()  # error of the engine -> how often it was met
        self.asked = {"TableName": self.name, "ReturnConsumedCapacity": "INDEXES"}

    def row(self, key):
        """What lies there, as the rules take it; None where nothing does."""
        return Item.from_json(self.rows[key]) if key in self.rows else None

    def put(self, item):
        """One PutItem."""
        key = key_of(item)
        before = self.row(key)
        reply = self.client.put_item(Item=item, **self.asked)
        self.rows[key] = item
        self.compare_write("overwrite" if before else "put", reply, [(before, self.row(key))])

    def update(self, key, changes):
        """One UpdateItem that sets these attributes, and removes those that are None."""
        before = self.row(key)
        names = {f"#{n}": name for n, name in enumerate(changes)}
        values = {f":{n}": v for n, v in enumerate(changes.values()) if v is not None}
        sets = ", ".join(f"#{n} = :{n}" for n, v in enumerate(changes.values()) if v is not None)
        gone = ", ".join(f"#{n}" for n, v in enumerate(changes.values()) if v is None)
        expression = " ".join(
            f"{verb} {what}" for verb, what in (("SET", sets), ("REMOVE", gone)) if what
        )
        reply = self.client.update_item(
            Key=as_key(key),
            UpdateExpression=expression,
            ExpressionAttributeNames=names,
            **({"ExpressionAttributeValues": values} if values else {}),
            **self.asked,
        )
        after = {**self.rows.get(key, as_key(key)), **changes}
        self.rows[key] = {name: value for name, value in after.items() if value is not None}
        self.compare_write("update", reply, [(before, self.row(key))])

    def delete(self, key):
        """One DeleteItem."""
        before = self.row(key)
        reply = self.client.delete_item(Key=as_key(key), **self.asked)
        self.rows.pop(key, None)
        self.compare_write("delete" if before else "delete of nothing", reply, [(before, None)])

    def batch_write(self, puts, deletes):
        """One BatchWriteItem of items, and of keys to delete; no key twice."""
        requests = [{"PutRequest": {"Item": item}} for item in puts]
        requests += [{"DeleteRequest": {"Key": as_key(key)}} for key in deletes]
        changes = [(self.row(key_of(item)), Item.from_json(item)) for item in puts]
        changes += [(self.row(key), None) for key in deletes]
        reply = self.client.batch_write_item(
            RequestItems={self.name: requests}, ReturnConsumedCapacity="INDEXES"
        )
        self.rows |= {key_of(item): item for item in puts}
        for key in deletes:
            self.rows.pop(key, None)
        self.compare_write("batch write", reply, changes)

    def compare_write(self, operation, reply, changes):
        """Nothing where the engine charges by the rule, or errs as it is known to."""
        units = writes.batch_write_item(self.layout, [writes.Change(*pair) for pair in changes])
        errors = {
            "local index": local_overhead(self.layout, changes),
            "swapped index key": swapped_key(self.layout, changes),
        }
        if operation == "batch write":
            errors["batch delete of nothing"] = Counter(table=changes.count((None, None)))
        self.compare(operation, reply, units, errors)

    def compare(self, operation, reply, units, errors=None):
        """Nothing where the engine reports our rule's units, and with them those of its errors."""
        expected = by_rule(units)
        for error, more in (errors or {}).items():
            expected += more
            self.known[error] += bool(+more or -more)
        assert reported(reply) == expected, (operation, units, errors)
        self.judged[operation] += expected == by_rule(units)

    def get(self, key, kind):
        """One GetItem."""
        reply = self.client.get_item(Key=as_key(key), **strong(kind), **self.asked)
        operation = f"get, {kind.name.lower()}" if key in self.rows else "get of nothing"
        self.compare(operation, reply, reads.get_item(self.size(key), kind))

    def batch_get(self, wanted, kind):
        """One BatchGetItem; misses are free on DynamoDB Local, an error of its."""
        reply = self.client.batch_get_item(
            RequestItems={self.name: {"Keys": [as_key(key) for key in wanted], **strong(kind)}},
            ReturnConsumedCapacity="INDEXES",
        )
        sizes = [self.size(key) for key in wanted]
        errors = {"batch get miss": Counter(table=-kind.value * sizes.count(None))}
        self.compare("batch get", reply, reads.batch_get_item(sizes, kind), errors)

    def transact_get(self, wanted):
        """One TransactGetItems."""
        reply = self.client.transact_get_items(
            TransactItems=[{"Get": {"TableName": self.name, "Key": as_key(k)}} for k in wanted],
            ReturnConsumedCapacity="INDEXES",
        )
        sizes = [self.size(key) for key in wanted]
        self.compare("transact get", reply, reads.transact_get_items(sizes))

    def query(self, pk, kind, limit=None, **options):
        """One page of a Query of a partition of the table."""
        found = [self.size(key) for key in sorted(self.rows) if key[0] == pk][:limit]
        reply = self.client.query(
            **hashed("pk", pk),
            **({"Limit": limit} if limit else {}),
            **options,
            **strong(kind),
            **self.asked,
        )
        self.compare_page("query, table", reply, reads.query(found, kind), found)

    def scan(self, kind, **options):
        """One page of a Scan of the table."""
        found = [self.size(key) for key in self.rows]
        reply = self.client.scan(**options, **strong(kind), **self.asked)
        self.compare_page("scan, table", reply, reads.scan(found, kind), found)

    def query_index(self, index, value, kind, **options):
        """One page of a Query of a partition of an index."""
        reply = self.client.query(
            IndexName=index.name,
            **hashed(index.key[0], value),
            **options,
            **strong(kind),
            **self.asked,
        )
        found, items = self.held(index, (index.key[0], {"S": value}))
        whole = items if options.get("Select") == "ALL_ATTRIBUTES" and index.local else []
        units = reads.query(found, kind, index, whole)
        operation = f"query, {kind_of(index)}" + " with fetch" * bool(whole)
        self.compare_page(operation, reply, units, found)

    def scan_index(self, index, kind, **options):
        """One page of a Scan of an index. DynamoDB Local charges whole items, an error of its."""
        reply = self.client.scan(IndexName=index.name, **options, **strong(kind), **self.asked)
        found, items = self.held(index)
        units = reads.scan(found, kind, index)
        erring = reads.scan(items, kind, index)
        errors = {"index scan": Counter({index.name: erring.total - units.total})}
        self.compare_page(f"scan, {kind_of(index)}", reply, units, found, errors)

    def compare_page(self, operation, reply, units, found, errors=None):
        """As `compare`; a page that reads nothing is free on DynamoDB Local, an error of its."""
        if not found:
            errors = {"empty page": Counter({name: -n for name, n in by_rule(units).items()})}
        self.compare(operation, reply, units, errors)

    def held(self, index, partition=None):
        """Sizes of the index's entries, and those of their items; of one partition, or all."""
        rows = [
            self.row(key)
            for key, row in self.rows.items()
            if partition is None or row.get(partition[0]) == partition[1]
        ]
        pairs = [(self.layout.index_entry(index, row), row) for row in rows]
        sizes = [(item_size(entry), item_size(row)) for entry, row in pairs if entry]
        return [entry for entry, _ in sizes], [item for _, item in sizes]

    def size(self, key):
        """The size of what lies there; None where nothing does."""
        return item_size(self.row(key)) if key in self.rows else None


def local_overhead(layout, changes):
    """What DynamoDB Local charges local indexes too much: its entries have 100 bytes more."""
    more = Counter()
    for index in layout.indexes:
        for before, after in changes if index.local else ():
            old, new = layout.index_entry(index, before), layout.index_entry(index, after)
            if old != new:
                units = [blocks(item_size(e) + LSI_OVERHEAD) for e in (old, new) if e is not None]
                moved = len(units) == 2 and old.only(index.key) != new.only(index.key)
                more[index.name] += sum(units) if moved else max(units)
                more[index.name] -= writes.index_units(layout, index.name, before, after)
    return more


def swapped_key(layout, changes):
    """What DynamoDB Local charges an index that an item is in neither before nor after, where it
    has one half of the index's key before and the other after: the old item.
    """
    more = Counter()
    for index in layout.indexes:
        halves = [{name} for name in index.key]
        for before, after in changes:
            had, has = ({n for n in index.key if i and n in i.attributes} for i in (before, after))
            if len(halves) == 2 and {tuple(had), tuple(has)} == {tuple(half) for half in halves}:
                more[index.name] += blocks(item_size(before))
    return more


def blocks(size):
    """Whole KB."""
    return -(-size // 1_024)


def kind_of(index):
    """Global or local."""
    return "local index" if index.local else "global index"


def hashed(name, value):
    """The condition that a Query asks for."""
    return {
        "KeyConditionExpression": "#hash = :hash",
        "ExpressionAttributeNames": {"#hash": name},
        "ExpressionAttributeValues": {":hash": {"S": value}},
    }


def as_key(key):
    """DynamoDB JSON of a key."""
    return {name: {"S": part} for name, part in zip(("pk", "sk"), key, strict=True)}


def key_of(item):
    """The key of an item in DynamoDB JSON."""
    return item["pk"]["S"], item["sk"]["S"]


def strong(kind):
    """The parameter of a strongly consistent read."""
    return {"ConsistentRead": True} if kind is Consistency.STRONG else {}
