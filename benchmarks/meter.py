"""How much slower requests run under a meter, measured side by side in one run."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from statistics import median
from typing import Any
from uuid import uuid4

from cruddur_lib.backends import Backend, connect
from cruddur_lib.costs.metering.meter import Meter
from cruddur_lib.messaging import seeds, table
from cruddur_lib.messaging.designs.bootcamp import BootcampInbox

ROUNDS = 40  # of each request, alternately plain and metered
BURST = 5  # requests in a row, plain or metered; the first one describes the table or warms up
HEADER = f"{'request':<20}{'plain, ms':>11}{'metered, ms':>13}{'ratio':>8}"

Request = Callable[[], Any]


def ratios(rounds: int = ROUNDS) -> Iterator[str]:
    """Yield a table as text: median milliseconds of each request without and with a meter.

    Requests run on the engine that CRUDDUR_BACKEND names, with the seeded conversation in a
    database of its own.
    """
    with connect(database=f"bench{uuid4().hex}") as backend:
        yield repr(backend)
        yield HEADER
        for name, request in requests(backend).items():
            plain, metered = measured(backend, request, rounds)
            ratio = metered / plain
            yield f"{name:<20}{plain * 1e3:>11.2f}{metered * 1e3:>13.2f}{ratio:>8.2f}"


def measured(backend: Backend, request: Request, rounds: int) -> tuple[float, float]:
    """Return the median seconds of the request, plain and metered.

    Args:
        backend: the connection to meter.
        request: makes the request.
        rounds: how often plain and metered requests alternate.
    """
    plain: list[float] = []
    metered: list[float] = []
    for _ in range(rounds):
        plain += burst(request)
        with Meter(backend):
            metered += burst(request)
    return median(plain), median(metered)


def burst(request: Request) -> list[float]:
    """Return the seconds of each request in a row, without the first."""
    return [seconds(request) for _ in range(BURST)][1:]


def seconds(request: Request) -> float:
    """Return the seconds that the request takes."""
    start = time.perf_counter()
    request()
    return time.perf_counter() - start


def requests(backend: Backend) -> dict[str, Request]:
    """Return the requests to measure, by name."""
    table.create(backend, BootcampInbox.schema)
    inbox = BootcampInbox(backend)
    seeds.seed(inbox)
    client, name = backend.client("dynamodb"), inbox.table
    group = inbox.list_message_groups(seeds.user("andrewbrown"))[0]
    rows = (row(number) for number in count())
    key = {part: row(-1)[part] for part in ("pk", "sk")}
    client.put_item(TableName=name, Item=row(-1))
    return {
        "GetItem": lambda: client.get_item(TableName=name, Key=key),
        "Query A (20 rows)": lambda: inbox.list_messages(group),
        "PutItem": lambda: client.put_item(TableName=name, Item=row(-2)),
        "UpdateItem": lambda: client.update_item(
            TableName=name,
            Key=key,
            UpdateExpression="SET message = :text",
            ExpressionAttributeValues={":text": {"S": "b" * 200}},
        ),
        "TransactWrite of 3": lambda: client.transact_write_items(
            TransactItems=[{"Put": {"TableName": name, "Item": next(rows)}} for _ in range(3)]
        ),
    }


def row(number: int) -> dict[str, Any]:
    """Return an item of typical size that is in the index."""
    texts = {
        "pk": "GRP#bench",
        "sk": str(number),
        "message_group_uuid": "bench",
        "message": "a" * 200,
    }
    return {name: {"S": text} for name, text in texts.items()}
