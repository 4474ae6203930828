"""Faults on the way to an engine, made on purpose: at the wire, on moto and on any other engine.

    with disturbed(backend, lambda operation, number: Fault.CUT_AFTER if number == 1 else None):
        inbox.create_message(draft)

What is cut, refused or crashed before delivery really does not reach the engine; botocore sees what
it would see of a network or of AWS, and tries again as it would.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import partial
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from cruddur_lib.backends.base import Backend
from cruddur_lib.backends.moto_backend import MotoBackend
from cruddur_lib.errors import WorkbookError

REFUSED, DONE = 400, 200  # HTTP
TRANSACTION, BATCH = "TransactWriteItems", "BatchWriteItem"


class Fault(Enum):
    """What may become of one attempt of a request."""

    THROTTLED = "throttled"
    CUT_BEFORE = "cut before delivery"
    CUT_AFTER = "cut after delivery"
    CONFLICT = "met another transaction"
    UNPROCESSED = "half of a batch left undone"
    CRASH_BEFORE = "the program ends before delivery"
    CRASH_AFTER = "the program ends after delivery"


class Crashed(WorkbookError):
    """The program ended here: nothing after this line of it happens."""


class FaultDoesNotApply(WorkbookError):
    """A fault that befalls other operations than this one."""


Decide = Callable[[str, int], Fault | None]  # takes an operation and the attempt's number, from 1


@contextmanager
def with_faults(
    backend: Backend, decide: Decide, *, attempts: int | None = None
) -> Iterator[list[Fault]]:
    """Inside the `with`, each attempt of each request to DynamoDB meets the fault that `decide`
    gives for it; what comes back is the list of those that happened.

    `attempts` is how often a request is tried at most: botocore's own 4 where it is None, with
    random waits of up to 1, 2 and 4 seconds between them after throttling, of milliseconds else.
    Crashes raise `Crashed`, a fault that the operation cannot meet raises `CannotMeet`. What
    `Backend.unwatched` sends is left alone.
    """
    wire = FaultInjector(decide, attempts)
    clients: list[Any] = [backend.dynamodb, backend.client("dynamodb")]
    senders = [
        wire.between(client, in_process=isinstance(backend, MotoBackend)) for client in clients
    ]
    try:
        yield wire.happened
    finally:
        for put_back in senders:
            put_back()


class FaultInjector:
    """Between clients and their engine."""

    def __init__(self, decide: Decide, attempts: int | None = None) -> None:
        """Nothing sent yet."""
        self.happened: list[Fault] = []
        self._decide = decide
        self._attempts = attempts
        self._sent = 0

    def between(self, client: Any, *, in_process: bool) -> Callable[[], None]:
        """Steps in on a client; what comes back steps out again.

        botocore asks every handler of before-send, moto's too, also where one has answered already:
        so moto's leaves the line, and is asked from here.
        """
        from moto.core.models import botocore_stubber  # noqa: PLC0415  a second to import

        events = client.meta.events
        deliver = client._endpoint.http_session.send  # noqa: SLF001  botocore has no public way
        if in_process:
            events.unregister("before-send", botocore_stubber)
            deliver = partial(botocore_stubber, "before-send")
        handler = partial(self._sending, deliver)
        events.register_last("before-send", handler)
        events.register_first("needs-retry.dynamodb", self._enough)

        def put_back() -> None:
            events.unregister("needs-retry.dynamodb", self._enough)
            events.unregister("before-send", handler)
            if in_process:
                events.register("before-send", botocore_stubber)

        return put_back

    def _enough(self, attempts: int, **_: Any) -> bool | None:
        """False where a request was tried often enough; None leaves it to botocore."""
        return False if attempts == self._attempts else None

    def _sending(
        self,
        deliver: Callable[[Any], AWSResponse],
        event_name: str,
        request: Any,
        **_: Any,
    ) -> AWSResponse:
        """The answer to one attempt."""
        operation = event_name.rpartition(".")[2]
        self._sent += 1
        fault = self._decide(operation, self._sent)
        if fault is None:
            return deliver(request)
        self.happened.append(fault)
        return self._met(fault, operation, deliver, request)

    def _met(
        self,
        fault: Fault,
        operation: str,
        deliver: Callable[[Any], AWSResponse],
        request: Any,
    ) -> AWSResponse:
        url = str(request.url)
        match fault:
            case Fault.THROTTLED:
                return refused(url, "ProvisionedThroughputExceededException")
            case Fault.CUT_BEFORE:
                raise ConnectionClosedError(endpoint_url=url)
            case Fault.CUT_AFTER:
                deliver(request)
                raise ReadTimeoutError(endpoint_url=url)
            case Fault.CONFLICT:
                return conflict(url, operation, json.loads(request.body))
            case Fault.UNPROCESSED if operation == BATCH:
                return half(deliver, request)
            case Fault.CRASH_AFTER:
                deliver(request)
                raise Crashed(f"crashed after {operation}")
            case Fault.CRASH_BEFORE:
                raise Crashed(f"crashed before {operation}")
        raise FaultDoesNotApply(
            f"{operation} cannot meet {fault.name}: only {BATCH} is done in part"
        )


class Body(BytesIO):
    """A reply's body as botocore reads it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """The whole of it."""
        return iter([self.getvalue()])


def answer(url: str, status: int, content: Mapping[str, Any]) -> AWSResponse:
    """A reply of DynamoDB's."""
    headers: Any = HTTPHeaders()
    headers["Content-Type"] = "application/x-amz-json-1.0"
    return AWSResponse(url, status, headers, Body(json.dumps(content).encode()))


def refused(url: str, code: str, **more: Any) -> AWSResponse:
    """A reply that says no."""
    error = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code, **more}
    return answer(url, REFUSED, error)


def conflict(url: str, operation: str, body: Mapping[str, Any]) -> AWSResponse:
    """The reply to a request of which an item is in another transaction."""
    if operation != TRANSACTION:
        return refused(url, "TransactionConflictException")
    codes = ["TransactionConflict", *["None"] * (len(body["TransactItems"]) - 1)]
    told = f"Transaction cancelled, for specific reasons [{', '.join(codes)}]"
    reasons: Sequence[Mapping[str, str]] = [{"Code": code} for code in codes]
    return refused(url, "TransactionCanceledException", message=told, CancellationReasons=reasons)


def half(deliver: Callable[[Any], AWSResponse], request: Any) -> AWSResponse:
    """The reply to a batch of which the second half of each table's writes is left undone."""
    asked = json.loads(request.body)["RequestItems"]
    done = {table: listed[: len(listed) // 2] for table, listed in asked.items()}
    left = {table: listed[len(listed) // 2 :] for table, listed in asked.items()}
    done = {table: listed for table, listed in done.items() if listed}
    said: dict[str, Any] = {}
    if done:
        body = {**json.loads(request.body), "RequestItems": done}
        request.body = json.dumps(body).encode()
        request.headers["Content-Length"] = str(len(request.body))
        said = json.loads(deliver(request).content)
    return answer(str(request.url), DONE, {**said, "UnprocessedItems": left})
