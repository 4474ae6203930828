"""The base of all connections: it makes each client once and checks each request twice."""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from enum import Enum
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Self, cast, overload

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cruddur_lib.backends.guard import RequestRefused
from cruddur_lib.backends.observers import Observer, Observers
from cruddur_lib.errors import WorkbookError

if TYPE_CHECKING:
    from typing import Literal

    from mypy_boto3_dynamodb import DynamoDBClient, DynamoDBServiceResource
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_sts import STSClient

SERVICES = ("dynamodb", "dynamodbstreams", "sts")
# The process's one loader of AWS's service descriptions. Loading them again for each connection
# took six sevenths of the time to connect.
shared_loader = cache(botocore.loaders.create_loader)
ENGINE_ERRORS = (BotoCoreError, ClientError)  # raised by an engine or on the network path


class BackendError(WorkbookError):
    """A connection that cannot be made or was closed."""


class Engine(Enum):
    """The software that answers. An address on this machine does not prove which engine it is."""

    MOTO = "moto in this process"
    MOTO_SERVER = "moto's server"
    DYNAMODB_LOCAL = "DynamoDB Local"
    AWS = "AWS"
    UNKNOWN = "an unknown engine"


class Backend:
    """A connection: guarded clients of DynamoDB, DynamoDB Streams and STS."""

    name: str
    engine: Engine
    endpoint: str | None = None  # None: each service's own address at AWS

    def __init__(self, region: str, session: botocore.session.Session) -> None:
        """Make a connection whose guard checks every client of `session`."""
        self.region = region
        self.closed = False
        events = session.get_component("event_emitter")  # first: before moto's own hook answers
        events.register_first("before-parameter-build", self._on_operation)
        events.register_first("before-send", self._on_request)
        self._session = boto3.Session(botocore_session=session, region_name=region)
        self._clients: dict[str, Any] = {}
        self._observers = Observers()

    @overload
    def client(self, service: "Literal['dynamodb']") -> "DynamoDBClient": ...
    @overload
    def client(self, service: "Literal['dynamodbstreams']") -> "DynamoDBStreamsClient": ...
    @overload
    def client(self, service: "Literal['sts']") -> "STSClient": ...
    def client(self, service: str) -> Any:
        """Return the client of one of `SERVICES`: the same one every time, safe to use in threads.

        DynamoDB's client speaks DynamoDB JSON; the client in `dynamodb` speaks Python values.

        Raises:
            BackendError: `service` is not one of `SERVICES`.
        """
        if service not in SERVICES:
            known = ", ".join(SERVICES)
            raise BackendError(f"no client for {service!r} here; there are {known}")
        if service not in self._clients:
            self._clients[service] = self._make(service, self.config())
            self._observers.attach(self._clients[service])
        return self._clients[service]

    @cached_property
    def resource(self) -> "DynamoDBServiceResource":
        """boto3's DynamoDB resource, which is not safe to use in threads."""
        resource = self._session.resource(
            "dynamodb", endpoint_url=self.endpoint, config=self.config()
        )
        self._prepare(resource.meta.client)
        self._observers.attach(resource.meta.client)
        return resource

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """A DynamoDB client that takes and returns Python values, as the resource does."""
        return self.resource.meta.client

    @cached_property
    def unobserved_client(self) -> "DynamoDBClient":
        """A DynamoDB client for the observers' own requests, which they do not see."""
        return cast("DynamoDBClient", self._make("dynamodb", self.config()))

    def observe(self, observer: Observer) -> AbstractContextManager[None]:
        """Show `observer` every call inside the `with`, of all clients but `unobserved_client`."""
        return self._observers.observe(observer)

    def config(self) -> Config:
        """Return the botocore settings of every client."""
        return Config(
            account_id_endpoint_mode="disabled",  # else moto 5.2 answers calls of streams with 404
            ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]  # the stubs lag
            connect_timeout=5,
            retries={"mode": "standard"},
        )

    def close(self) -> None:
        """Close the connection: its clients refuse every later request."""
        self.closed = True

    def __enter__(self) -> Self:
        """Return the connection itself, which the end of the `with` closes."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self.close()

    def __repr__(self) -> str:
        """Return name, engine and Region, and never a key."""
        state = ", closed" if self.closed else ""
        return f"<Backend {self.name}: {self.engine.value}, {self.region}{state}>"

    def check_operation(self, operation: str, parameters: Mapping[str, Any]) -> None:
        """Raise `RequestRefused` unless this connection allows the operation."""

    def check_address(self, url: str) -> None:
        """Raise `RequestRefused` unless requests of this connection may go to `url`."""
        raise NotImplementedError

    def _make(self, service: str, config: Config) -> Any:
        client: Any = self._session.client(
            cast("Any", service), endpoint_url=self.endpoint, config=config
        )
        self._prepare(client)
        return client

    def _prepare(self, client: Any) -> None:
        """Change a new client before anyone uses it; a hook for subclasses."""

    def _on_operation(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        self.check_operation(model.name, params)

    def _on_request(self, request: Any, **_: Any) -> None:
        if self.closed:
            raise RequestRefused(f"{self!r}: not sent; make a new one with connect({self.name!r})")
        self.check_address(request.url)


def private_session(access_key: str) -> botocore.session.Session:
    """Return a session with made-up keys that reads no environment variable, profile or file.

    Real keys stay unread. No setting of the machine changes where requests go: dual-stack or FIPS
    hosts, endpoint discovery, client-side monitoring, retries.
    """
    known = botocore.session.Session.SESSION_VARIABLES
    alone = {name: (None, None, default, kind) for name, (_, _, default, kind) in known.items()}
    for name in ("config_file", "credentials_file"):
        alone[name] = (None, None, os.devnull, None)
    session = botocore.session.Session(session_vars=alone)
    session.register_component("data_loader", shared_loader())
    session.set_credentials(access_key, "not-a-secret")
    return session
