"""A table on DynamoDB Local with a mirror in memory: each request's units are compared with ours.

The mirror has the stored items, so every rule gets the images before and after that it needs. Units
are compared as a Counter with the table's ("table") and each index's by name.

Each known error of the engine has a formula here, which is added to our rule's figure. So no other
error is hidden by it. `judged` counts requests on which engine and rule agree, `known` counts those
on which the engine errs as expected.
"""

from collections import Counter

from cruddur_lib.costs.units import reads, writes
from cruddur_lib.costs.units.capacity_units import Consistency
from cruddur_lib.costs.units.items import Item
from cruddur_lib.costs.units.schema import TableSchema
from cruddur_lib.costs.units.sizes import item_size
from cruddur_lib.messaging.designs.bootcamp import BootcampInbox

LSI_OVERHEAD = 100  # bytes that DynamoDB Local 1.25.1 adds to a local index entry it writes
PROJECTIONS = {
    "all": (("a", "b"), {"ProjectionType": "ALL"}),
    "keys": (("a",), {"ProjectionType": "KEYS_ONLY"}),
    "some": (("b", "sk"), {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "y"]}),
}
LOCAL = ("local", ("pk", "l"), {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]})


def indexed(name):
    """Return CreateTable parameters: sparse global indexes of each projection, and a local one."""
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
    """Return a CreateTable request for the bootcamp's table."""
    request = BootcampInbox.schema.request(name, "on-demand")
    return {key: value for key, value in request.items() if key != "StreamSpecification"}


def keys(*names):
    """Return a KeySchema."""
    return [
        {"AttributeName": name, "KeyType": kind}
        for name, kind in zip(names, ("HASH", "RANGE"), strict=False)
    ]


def reported(reply):
    """Return the units that the engine reports for the table and each index, without zeros."""
    consumed = reply["ConsumedCapacity"]
    (consumed,) = consumed if isinstance(consumed, list) else [consumed]
    units = Counter(table=consumed["Table"]["CapacityUnits"])
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        for name, part in consumed.get(kind, {}).items():
            units[name] += part["CapacityUnits"]
    assert consumed["CapacityUnits"] == units.total()
    return +units


def by_rule(units):
    """Return the units of our rule in the same form."""
    assert units.why
    return +Counter({"table": units.table, **units.indexes, **units.local_indexes})


class Table:
    """A table with its mirror; each method makes one request and compares its units."""

    def __init__(self, client, request):
        """Create the table that this CreateTable request describes."""
        client.create_table(**request)
        self.client, self.name = client, request["TableName"]
        self.schema = TableSchema.from_aws(request)
        self.rows = {}  # (pk, sk) -> DynamoDB JSON
        self.judged = Counter()  # operation -> how often rule and engine agreed
        self.known = Counter()  # error of the engine -> how often it was met
        self.asked = {"TableName": self.name, "ReturnConsumedCapacity": "INDEXES"}

    def row(self, key):
        """Return the item at this key as the rules take it; None if there is none."""
        return Item.from_json(self.rows[key]) if key in self.rows else None

    def put(self, item):
        """Make a PutItem."""
        key = key_of(item)
        before = self.row(key)
        reply = self.client.put_item(Item=item, **self.asked)
        self.rows[key] = item
        self.compare_write("overwrite" if before else "put", reply, [(before, self.row(key))])

    def update(self, key, changes):
        """Make an UpdateItem that sets these attributes, and removes those that are None."""
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
        """Make a DeleteItem."""
        before = self.row(key)
        reply = self.client.delete_item(Key=as_key(key), **self.asked)
        self.rows.pop(key, None)
        self.compare_write("delete" if before else "delete of nothing", reply, [(before, None)])

    def batch_write(self, puts, deletes):
        """Make a BatchWriteItem of items and of keys to delete; no key occurs twice."""
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
        """Fail unless the engine charges a write by our rule, or errs as it is known to."""
        units = writes.batch_write_item(self.schema, [writes.Change(*pair) for pair in changes])
        errors = {
            "local index": local_overhead(self.schema, changes),
            "swapped index key": swapped_key(self.schema, changes),
        }
        if operation == "batch write":
            errors["batch delete of nothing"] = Counter(table=changes.count((None, None)))
        self.compare(operation, reply, units, errors)

    def compare(self, operation, reply, units, errors=None):
        """Fail unless the engine reports our rule's units plus those of its known errors."""
        expected = by_rule(units)
        for error, more in (errors or {}).items():
            expected += more
            self.known[error] += bool(+more or -more)
        assert reported(reply) == expected, (operation, units, errors)
        self.judged[operation] += expected == by_rule(units)

    def get(self, key, kind):
        """Make a GetItem."""
        reply = self.client.get_item(Key=as_key(key), **strong(kind), **self.asked)
        operation = f"get, {kind.name.lower()}" if key in self.rows else "get of nothing"
        self.compare(operation, reply, reads.get_item(self.size(key), kind))

    def batch_get(self, wanted, kind):
        """Make a BatchGetItem; DynamoDB Local wrongly charges nothing for a miss."""
        reply = self.client.batch_get_item(
            RequestItems={self.name: {"Keys": [as_key(key) for key in wanted], **strong(kind)}},
            ReturnConsumedCapacity="INDEXES",
        )
        sizes = [self.size(key) for key in wanted]
        errors = {"batch get miss": Counter(table=-kind.value * sizes.count(None))}
        self.compare("batch get", reply, reads.batch_get_item(sizes, kind), errors)

    def transact_get(self, wanted):
        """Make a TransactGetItems."""
        reply = self.client.transact_get_items(
            TransactItems=[{"Get": {"TableName": self.name, "Key": as_key(k)}} for k in wanted],
            ReturnConsumedCapacity="INDEXES",
        )
        sizes = [self.size(key) for key in wanted]
        self.compare("transact get", reply, reads.transact_get_items(sizes))

    def query(self, pk, kind, limit=None, **options):
        """Query one page of a partition of the table."""
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
        """Scan one page of the table."""
        found = [self.size(key) for key in self.rows]
        reply = self.client.scan(**options, **strong(kind), **self.asked)
        self.compare_page("scan, table", reply, reads.query(found, kind), found)

    def query_index(self, index, value, kind, **options):
        """Query one page of a partition of an index."""
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
        """Scan one page of an index; DynamoDB Local wrongly charges whole items."""
        reply = self.client.scan(IndexName=index.name, **options, **strong(kind), **self.asked)
        found, items = self.held(index)
        units = reads.query(found, kind, index)
        erring = reads.query(items, kind, index)
        errors = {"index scan": Counter({index.name: erring.total - units.total})}
        self.compare_page(f"scan, {kind_of(index)}", reply, units, found, errors)

    def compare_page(self, operation, reply, units, found, errors=None):
        """Compare a page; DynamoDB Local wrongly charges nothing for an empty one."""
        if not found:
            errors = {"empty page": Counter({name: -n for name, n in by_rule(units).items()})}
        self.compare(operation, reply, units, errors)

    def held(self, index, partition=None):
        """Return the sizes of an index's entries and of their items, in one partition or all."""
        rows = [
            self.row(key)
            for key, row in self.rows.items()
            if partition is None or row.get(partition[0]) == partition[1]
        ]
        pairs = [(self.schema.index_entry(index, row), row) for row in rows]
        sizes = [(item_size(entry), item_size(row)) for entry, row in pairs if entry]
        return [entry for entry, _ in sizes], [item for _, item in sizes]

    def size(self, key):
        """Return the size of the item at this key; None if there is none."""
        return item_size(self.row(key)) if key in self.rows else None


def local_overhead(schema, changes):
    """Return what DynamoDB Local overcharges local indexes: their entries get 100 more bytes."""
    more = Counter()
    for index in schema.indexes:
        for before, after in changes if index.local else ():
            old, new = schema.index_entry(index, before), schema.index_entry(index, after)
            if old != new:
                units = [blocks(item_size(e) + LSI_OVERHEAD) for e in (old, new) if e is not None]
                moved = len(units) == 2 and old.only(index.key) != new.only(index.key)
                more[index.name] += sum(units) if moved else max(units)
                more[index.name] -= writes.index_units(schema, index, before, after)
    return more


def swapped_key(schema, changes):
    """Return what DynamoDB Local charges an index that never has the item: its old size.

    It does so if the item has one half of the index's key before and the other half after.
    """
    more = Counter()
    for index in schema.indexes:
        halves = [{name} for name in index.key]
        for before, after in changes:
            had, has = ({n for n in index.key if i and n in i.attributes} for i in (before, after))
            if len(halves) == 2 and {tuple(had), tuple(has)} == {tuple(half) for half in halves}:
                more[index.name] += blocks(item_size(before))
    return more


def blocks(size):
    """Return the size in whole KB, rounded up."""
    return -(-size // 1_024)


def kind_of(index):
    """Return whether the index is global or local, in words."""
    return "local index" if index.local else "global index"


def hashed(name, value):
    """Return the parameters of a Query for this partition key."""
    return {
        "KeyConditionExpression": "#hash = :hash",
        "ExpressionAttributeNames": {"#hash": name},
        "ExpressionAttributeValues": {":hash": {"S": value}},
    }


def as_key(key):
    """Return a key in DynamoDB JSON."""
    return {name: {"S": part} for name, part in zip(("pk", "sk"), key, strict=True)}


def key_of(item):
    """Return the key of an item in DynamoDB JSON."""
    return item["pk"]["S"], item["sk"]["S"]


def strong(kind):
    """Return the parameter of a strongly consistent read, if this is one."""
    return {"ConsistentRead": True} if kind is Consistency.STRONG else {}
