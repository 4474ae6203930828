"""Observers of a connection's requests: they see every attempt that a client sends.

Before a client reads the parameters of a call, it asks each `Observer`, which may add parameters.
botocore may attempt the call several times. The `ObservedCall` that the observer returned gets each
request as it is sent, and each reply as it was parsed, before any hook of the caller. All of this
happens in the caller's thread.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import botocore.exceptions

from cruddur_lib.backends.guard import RequestRefused

CONTEXT_KEY = "cruddur_observed_calls"  # where botocore's context of a call keeps its observers
# After these errors the request cannot have reached the engine.
NOT_SENT = (RequestRefused, botocore.exceptions.ConnectionError)


class ObservedCall(Protocol):
    """One call of a client, made of one or more attempts."""

    def sending(self, request: dict[str, Any]) -> None:
        """Hear that an attempt begins; `request` is its body, with binary values in base64."""

    def received(self, reply: dict[str, Any] | None, *, arrived: bool) -> None:
        """Hear that an attempt is over.

        Args:
            reply: the parsed reply, which may be changed and may hold an "Error"; None if no reply
                came back.
            arrived: whether the request may have reached the engine.
        """

    def abandoned(self) -> None:
        """Hear that the call ends by an exception, perhaps in the middle of an attempt."""


Observer = Callable[[str, dict[str, Any]], ObservedCall | None]  # takes operation and parameters


class Observers:
    """The observers of one connection's clients."""

    _observers: tuple[Observer, ...] = ()

    @contextmanager
    def observe(self, observer: Observer) -> Iterator[None]:
        """Show `observer` each call that begins inside the `with`, in any thread, to its end."""
        self._observers += (observer,)
        try:
            yield
        finally:
            self._observers = tuple(one for one in self._observers if one is not observer)

    def attach(self, client: Any) -> None:
        """Show the observers every later call of this client."""
        events = client.meta.events
        events.register_last("before-parameter-build", self._on_parameters)
        events.register_first("request-created", self._on_request)
        events.register_first("response-received", self._on_response)
        events.register_first("after-call-error", self._on_error)

    def _on_parameters(
        self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any
    ) -> None:
        """Ask each observer; the first one sees the parameters first and the reply last."""
        calls = [observer(model.name, params) for observer in self._observers]
        context[CONTEXT_KEY] = [call for call in calls if call is not None]

    def _on_request(self, request: Any, **_: Any) -> None:
        if calls := request.context.get(CONTEXT_KEY):
            body = json.loads(request.data)
            for call in calls:
                call.sending(body)

    def _on_response(
        self,
        parsed_response: dict[str, Any] | None,
        context: dict[str, Any],
        exception: Exception | None,
        **_: Any,
    ) -> None:
        for call in reversed(context.get(CONTEXT_KEY, [])):
            call.received(parsed_response, arrived=not isinstance(exception, NOT_SENT))

    def _on_error(self, context: dict[str, Any], **_: Any) -> None:
        for call in reversed(context.get(CONTEXT_KEY, [])):
            call.abandoned()
