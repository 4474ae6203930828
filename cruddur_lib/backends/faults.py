"""Faults between a client and its engine, injected on purpose, with moto or any other engine.

    with with_faults(backend, lambda operation, number: Fault.CUT_AFTER if number == 1 else None):
        inbox.create_message(draft)

A request that is throttled, cut or crashed before delivery never reaches the engine. botocore sees
the error that a network or AWS would cause, and retries as usual.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from moto.core.models import botocore_stubber

from cruddur_lib.backends.base import Backend
from cruddur_lib.backends.moto_backend import MotoBackend
from cruddur_lib.errors import WorkbookError

BATCH = "BatchWriteItem"


class Fault(Enum):
    """What may happen to one attempt of a request."""

    THROTTLED = "throttled"
    CUT_BEFORE = "cut before delivery"
    CUT_AFTER = "cut after delivery"
    CONFLICT = "met another transaction"
    UNPROCESSED = "half of a batch left undone"
    CRASH_BEFORE = "the program ends before delivery"
    CRASH_AFTER = "the program ends after delivery"


class Crashed(WorkbookError):
    """The program ended here, as a test or a lesson asked."""


class FaultDoesNotApply(WorkbookError):
    """A fault that cannot happen to this operation."""


Decide = Callable[[str, int], Fault | None]  # takes an operation and the attempt's number, from 1


@contextmanager
def with_faults(
    backend: Backend, decide: Decide, *, attempts: int | None = None
) -> Iterator[list[Fault]]:
    """Inject faults into DynamoDB requests inside the `with`; yield the list of those injected.

    Requests of `Backend.unobserved_client` meet no faults.

    Args:
        backend: the connection whose requests meet the faults.
        decide: called with the operation and the number of each attempt, from 1; returns its fault.
        attempts: the most attempts of a request. None keeps botocore's 4, with random waits of up
            to 1, 2 and 4 seconds after throttling, and of milliseconds after other errors.

    Raises:
        Crashed: a fault ended the program.
        FaultDoesNotApply: the operation cannot meet the fault.
    """
    injector = FaultInjector(decide, attempts)
    in_process = isinstance(backend, MotoBackend)
    with (
        injector.attached(backend.dynamodb, in_process=in_process),
        injector.attached(backend.client("dynamodb"), in_process=in_process),
    ):
        yield injector.happened


@dataclass
class FaultInjector:
    """Hooks between clients and their engine that inject faults; see `with_faults`."""

    decide: Decide
    attempts: int | None
    happened: list[Fault] = field(default_factory=list)
    sent: int = 0  # attempts so far

    @contextmanager
    def attached(self, client: Any, *, in_process: bool) -> Iterator[None]:
        """Inject faults into a client's requests inside the `with`.

        botocore calls every handler of before-send, even after one of them has answered. So the
        handler of moto in this process is taken off the client and called from here.
        """
        events = client.meta.events
        deliver = client._endpoint.http_session.send  # noqa: SLF001  botocore has no public way
        if in_process:
            events.unregister("before-send", botocore_stubber)
            deliver = partial(botocore_stubber, "before-send")
        handler = partial(self._on_send, deliver)
        events.register_last("before-send", handler)
        events.register_first("needs-retry.dynamodb", self._on_retry)
        try:
            yield
        finally:
            events.unregister("needs-retry.dynamodb", self._on_retry)
            events.unregister("before-send", handler)
            if in_process:
                events.register("before-send", botocore_stubber)

    def _on_retry(self, attempts: int, **_: Any) -> bool | None:
        """Return False after the last allowed attempt; None leaves the decision to botocore."""
        return False if attempts == self.attempts else None

    def _on_send(
        self, deliver: Callable[[Any], AWSResponse], event_name: str, request: Any, **_: Any
    ) -> AWSResponse:
        """Return the reply to one attempt, or raise the error of its fault."""
        operation = event_name.rpartition(".")[2]
        self.sent += 1
        fault = self.decide(operation, self.sent)
        if fault is None:
            return deliver(request)
        self.happened.append(fault)
        url = str(request.url)
        match fault:
            case Fault.THROTTLED:
                return error_reply(url, "ProvisionedThroughputExceededException")
            case Fault.CUT_BEFORE:
                raise ConnectionClosedError(endpoint_url=url)
            case Fault.CUT_AFTER:
                deliver(request)
                raise ReadTimeoutError(endpoint_url=url)
            case Fault.CONFLICT:
                return conflict_reply(url, operation, json.loads(request.body))
            case Fault.UNPROCESSED if operation == BATCH:
                return half_batch_reply(deliver, request)
            case Fault.CRASH_AFTER:
                deliver(request)
                raise Crashed(f"crashed after {operation}")
            case Fault.CRASH_BEFORE:
                raise Crashed(f"crashed before {operation}")
        raise FaultDoesNotApply(
            f"{operation} cannot meet {fault.name}: only {BATCH} is done in part"
        )


class Body(BytesIO):
    """A reply's body, as botocore reads it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Return the whole body in one piece."""
        return iter([self.getvalue()])


def reply(url: str, status: int, content: Mapping[str, Any]) -> AWSResponse:
    """Return a reply like DynamoDB's, with this HTTP status and JSON content."""
    headers: Any = HTTPHeaders()
    headers["Content-Type"] = "application/x-amz-json-1.0"
    return AWSResponse(url, status, headers, Body(json.dumps(content).encode()))


def error_reply(url: str, code: str, **more: Any) -> AWSResponse:
    """Return an error reply with this code; `more` adds to its content."""
    error = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code, **more}
    return reply(url, 400, error)


def conflict_reply(url: str, operation: str, body: Mapping[str, Any]) -> AWSResponse:
    """Return the reply to a request whose first item is in another transaction."""
    if operation != "TransactWriteItems":
        return error_reply(url, "TransactionConflictException")
    codes = ["TransactionConflict", *["None"] * (len(body["TransactItems"]) - 1)]
    message = f"Transaction cancelled, for specific reasons [{', '.join(codes)}]"
    reasons = [{"Code": code} for code in codes]
    return error_reply(
        url, "TransactionCanceledException", message=message, CancellationReasons=reasons
    )


def half_batch_reply(deliver: Callable[[Any], AWSResponse], request: Any) -> AWSResponse:
    """Deliver the first half of each table's writes and return the rest as unprocessed."""
    body = json.loads(request.body)
    tables = body["RequestItems"].items()
    first = {name: writes[: len(writes) // 2] for name, writes in tables if len(writes) > 1}
    rest = {name: writes[len(writes) // 2 :] for name, writes in tables}
    content: dict[str, Any] = {}
    if first:
        request.body = json.dumps({**body, "RequestItems": first}).encode()
        request.headers["Content-Length"] = str(len(request.body))
        content = json.loads(deliver(request).content)
    return reply(str(request.url), 200, {**content, "UnprocessedItems": rest})
