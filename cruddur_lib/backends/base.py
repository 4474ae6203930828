"""What all connections share: clients made once, and two checks before a request leaves."""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from enum import Enum
from functools import cache, cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast, overload

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.loaders import Loader

from cruddur_lib.backends.guard import RequestRefused
from cruddur_lib.backends.observers import Observers, Watcher
from cruddur_lib.errors import WorkbookError

if TYPE_CHECKING:
    from typing import Literal

    from mypy_boto3_dynamodb import DynamoDBClient, DynamoDBServiceResource
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_sts import STSClient

SERVICES = ("dynamodb", "dynamodbstreams", "sts")
ENGINE_ERRORS = (BotoCoreError, ClientError)  # what an engine, or the way to it, raises


class BackendError(WorkbookError):
    """A connection that cannot be made, or is over."""


class Engine(Enum):
    """What answers. "local" is an address, not an engine: what is trusted follows the engine."""

    MOTO = "moto in this process"
    MOTO_SERVER = "moto's server"
    DYNAMODB_LOCAL = "DynamoDB Local"
    AWS = "AWS"
    UNKNOWN = "an unknown engine"


class Backend:
    """One connection: clients of DynamoDB, of its streams and of STS, all under the guard."""

    name: str
    engine: Engine
    endpoint: str | None = None  # None: each service's own address at AWS

    def __init__(self, region: str, session: botocore.session.Session) -> None:
        """`session` decides on credentials; the guard listens on it, so on all of its clients."""
        self.region = region
        self.closed = False
        events = session.get_component("event_emitter")  # first: before moto's own hook answers
        events.register_first("before-parameter-build", self._on_operation)
        events.register_first("before-send", self._on_request)
        self._session = boto3.Session(botocore_session=session, region_name=region)
        self._clients: dict[str, Any] = {}
        self._watchers = Observers()

    @overload
    def client(self, service: "Literal['dynamodb']") -> "DynamoDBClient": ...
    @overload
    def client(self, service: "Literal['dynamodbstreams']") -> "DynamoDBStreamsClient": ...
    @overload
    def client(self, service: "Literal['sts']") -> "STSClient": ...
    def client(self, service: str) -> Any:
        """The client of one of `SERVICES`, the same at each call; safe in threads once made.

        DynamoDB's takes and gives DynamoDB JSON; `dynamodb` is the one for Python values.
        """
        if service not in SERVICES:
            known = ", ".join(SERVICES)
            raise BackendError(f"no client for {service!r} here; there are {known}")
        if service not in self._clients:
            self._clients[service] = self._make(service, self.config())
            self._watchers.attach(self._clients[service])
        return self._clients[service]

    @cached_property
    def resource(self) -> "DynamoDBServiceResource":
        """boto3's DynamoDB resource; not safe in threads."""
        made = self._session.resource("dynamodb", endpoint_url=self.endpoint, config=self.config())
        self._made(made.meta.client)
        self._watchers.attach(made.meta.client)
        return made

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """A DynamoDB client that takes and gives Python values, as the resource does."""
        return self.resource.meta.client

    @cached_property
    def unobserved_client(self) -> "DynamoDBClient":
        """A DynamoDB client that `watch` does not see: for who watches to look by itself."""
        return cast("DynamoDBClient", self._make("dynamodb", self.config()))

    def observe(self, watcher: Watcher) -> AbstractContextManager[None]:
        """Inside the `with`, `watcher` is told of each call of each client given out here, also
        before, but for `unwatched`.
        """
        return self._watchers.observe(watcher)

    def config(self) -> Config:
        """What every client is made with."""
        return Config(
            account_id_endpoint_mode="disabled",  # else moto 5.2 answers calls of streams with 404
            ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]  # the stubs lag
            connect_timeout=5,
            retries={"mode": "standard"},
        )

    def close(self) -> None:
        """Nothing; from now on each request of each client made here is refused."""
        self.closed = True

    def __enter__(self) -> Self:
        """The connection itself, closed at the end of the `with`."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing; closes the connection."""
        self.close()

    def __repr__(self) -> str:
        """Name, engine and Region; never a key."""
        state = ", closed" if self.closed else ""
        return f"<Backend {self.name}: {self.engine.value}, {self.region}{state}>"

    def check_operation(self, operation: str, parameters: Mapping[str, Any]) -> None:
        """Nothing where the operation is allowed here; raises `RequestRefused` where it is not."""

    def check_address(self, url: str) -> None:
        """Nothing where requests of this connection may go there; raises `RequestRefused` else."""
        raise NotImplementedError

    def _make(self, service: str, config: Config) -> Any:
        client: Any = self._session.client(
            cast("Any", service), endpoint_url=self.endpoint, config=config
        )
        self._made(client)
        return client

    def _made(self, client: Any) -> None:
        """A hook: each client passes here before it is given out."""

    def _on_operation(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        self.check_operation(model.name, params)

    def _on_request(self, request: Any, **_: Any) -> None:
        if self.closed:
            raise RequestRefused(f"{self!r}: not sent; make a new one with connect({self.name!r})")
        self.check_address(request.url)


def private_session(access_key: str) -> botocore.session.Session:
    """A session with made-up keys that reads no environment variable, no profile and no file.

    Real keys stay unread, and nothing on the machine bends where requests go: dual-stack or FIPS
    hosts, endpoint discovery, client-side monitoring, retries.
    """
    known = botocore.session.Session.SESSION_VARIABLES
    alone = {name: (None, None, default, kind) for name, (_, _, default, kind) in known.items()}
    for name in ("config_file", "credentials_file"):
        alone[name] = (None, None, os.devnull, None)
    session = botocore.session.Session(session_vars=alone)
    session.register_component("data_loader", _loader())
    session.set_credentials(access_key, "not-a-secret")
    return session


@cache
def _loader() -> Loader:
    """What reads AWS's descriptions of its services, each once a process: read anew for
    each connection, they were six sevenths of its time.
    """
    return botocore.loaders.create_loader()
