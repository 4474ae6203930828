"""Watching the requests of a connection, one attempt at a time, as they cross the wire.

A `Watcher` is asked once a call, before its parameters are read, and may add to them. What it gives
back is told of every attempt that botocore makes: the request as it is sent, and the answer as it
was parsed, before any of the caller's own hooks sees it. All of it happens in the caller's thread.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    ProxyConnectionError,
    SSLError,
)

from cruddur_lib.backends.guard import RequestRefused

CALLS = "cruddur_watched"  # where a call's watchers stand in botocore's context of the call
NEVER_LEFT = (
    *(RequestRefused, ConnectTimeoutError, EndpointConnectionError),
    *(ProxyConnectionError, SSLError),
)


class Watched(Protocol):
    """One call, of one attempt or more."""

    def sending(self, request: dict[str, Any]) -> None:
        """An attempt begins; `request` is its body, binary in base64."""

    def received(self, reply: dict[str, Any] | None, *, arrived: bool) -> None:
        """The attempt is over. `reply` may be changed, and may hold an "Error"; it is None where
        none came back, and then `arrived` says whether the request can have reached the engine.
        """

    def abandoned(self) -> None:
        """The call ends by an exception; the attempt may have had no end of its own."""


Watcher = Callable[[str, dict[str, Any]], Watched | None]  # takes an operation and its parameters


class Observers:
    """Those who watch the clients of one connection now."""

    def __init__(self) -> None:
        """Nobody."""
        self._watchers: tuple[Watcher, ...] = ()

    @contextmanager
    def observe(self, watcher: Watcher) -> Iterator[None]:
        """Calls that begin inside the `with` are watched to their end, in whatever thread."""
        self._watchers += (watcher,)
        try:
            yield
        finally:
            left = [one for one in self._watchers if one is not watcher]
            self._watchers = tuple(left)

    def attach(self, client: Any) -> None:
        """From now on the client's calls are told."""
        events = client.meta.events
        events.register_last("before-parameter-build", self._building)
        events.register_first("request-created", self._sending)
        events.register_first("response-received", self._received)
        events.register_first("after-call-error", self._failed)

    def _building(
        self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any
    ) -> None:
        """The first to come sees the parameters first, and the answer last."""
        calls = [watcher(model.name, params) for watcher in self._watchers]
        context[CALLS] = [call for call in calls if call is not None]

    def _sending(self, request: Any, **_: Any) -> None:
        if calls := request.context.get(CALLS):
            body = json.loads(request.data)
            for call in calls:
                call.sending(body)

    def _received(
        self,
        parsed_response: dict[str, Any] | None,
        context: dict[str, Any],
        exception: Exception | None,
        **_: Any,
    ) -> None:
        for call in reversed(context.get(CALLS, [])):
            call.received(parsed_response, arrived=not isinstance(exception, NEVER_LEFT))

    def _failed(self, context: dict[str, Any], **_: Any) -> None:
        for call in reversed(context.get(CALLS, [])):
            call.abandoned()
