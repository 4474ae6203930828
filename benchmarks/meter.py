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

ROUNDS = 40  # of each request, plain and metered in turn
BURST = 5  # requests of a round; the first is not counted, because it may describe the table
HEADER = f"{'request':<20}{'plain, ms':>11}{'metered, ms':>13}{'ratio':>8}"

Request = Callable[[], Any]


def ratios(rounds: int = ROUNDS) -> Iterator[str]:
    """Yield a table of the median time of each request without a meter and with one, in ms.

    It runs on the engine that CRUDDUR_BACKEND names, in a new database with the seeded table.
    """
    with connect(database=f"bench{uuid4().hex}") as backend:
        yield repr(backend)
        yield HEADER
        for name, request in requests(backend).items():
            plain, metered = measure(backend, request, rounds)
            ratio = metered / plain
            yield f"{name:<20}{plain * 1e3:>11.2f}{metered * 1e3:>13.2f}{ratio:>8.2f}"


def measure(backend: Backend, request: Request, rounds: int) -> tuple[float, float]:
    """Return the median seconds of the request, plain and metered."""
    plain: list[float] = []
    metered: list[float] = []
    for _ in range(rounds):
        plain += burst(request)
        with Meter(backend):
            metered += burst(request)
    return median(plain), median(metered)


def burst(request: Request) -> list[float]:
    """Return the seconds of each request of a round but the first."""
    return [seconds(request) for _ in range(BURST)][1:]


def seconds(request: Request) -> float:
    """Send the request and return the seconds that it took."""
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
    """Return a row that is about as large as a message and is in the table's index."""
    texts = {
        "pk": "GRP#bench",
        "sk": str(number),
        "message_group_uuid": "bench",
        "message": "a" * 200,
    }
    return {name: {"S": text} for name, text in texts.items()}
