"""moto in this process: nothing to install or to start, and its tables end with the process."""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from threading import Lock
from typing import Any, ClassVar

from botocore import UNSIGNED
from botocore.config import Config
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.core.models import MockAWS, botocore_stubber

from cruddur_lib.backends.base import Backend, BackendError, Engine, private_session
from cruddur_lib.backends.guard import REGIONS, RequestRefused, check_host
from cruddur_lib.backends.moto_patches import patched_moto

PROFILES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")  # moto reads them, and fails on a missing one


class Moto:
    """Moto's mock of AWS for this process: on while at least one connection is open."""

    def __init__(self) -> None:
        """Start with the mock off and no connections."""
        self.mock: MockAWS | None = None
        self._connections = 0
        self._undo = ExitStack()
        self._lock = Lock()

    def open(self) -> None:
        """Count a connection, and switch the mock on for the first one.

        While the mock is on, AWS keys and profiles in the environment are hidden from the process.

        Raises:
            BackendError: TEST_SERVER_MODE is set.
        """
        with self._lock:
            if self.mock is None:
                mock = mock_aws()
                if type(mock) is not MockAWS:
                    raise BackendError("TEST_SERVER_MODE sends requests away: unset it")
                hidden = {n: os.environ.pop(n) for n in PROFILES if n in os.environ}
                self._undo.callback(os.environ.update, hidden)
                mock.start()
                self._undo.callback(mock.stop)
                self._undo.enter_context(patched_moto())
                self.mock = mock
            self._connections += 1

    def close(self) -> None:
        """Count a connection less. After the last one the mock, its tables and its patches go."""
        with self._lock:
            self._connections -= 1
            if self._connections == 0 and self.mock is not None:
                self._undo.close()
                self.mock = None


class NoNetwork:
    """The HTTP session of moto's clients: it sends nothing, so no request leaves the process."""

    def send(self, request: Any) -> None:
        """Raise `RequestRefused`: moto did not answer this request itself."""
        raise RequestRefused(f"moto has no answer for {request.url}: not sent")

    def close(self) -> None:
        """Do nothing, because no connection was opened."""


class MotoBackend(Backend):
    """A connection to moto. All connections of one process see the same tables."""

    name = "moto"
    engine = Engine.MOTO
    moto: ClassVar[Moto] = Moto()

    def __init__(self, region: str) -> None:
        """Switch moto on, or join it; raises `BackendError` for an unknown Region."""
        if region not in REGIONS:
            known = ", ".join(REGIONS)
            raise BackendError(f"Region {region!r} is not known: set region= to one of {known}")
        self.moto.open()
        super().__init__(region, private_session("moto"))

    def config(self) -> Config:
        """Return the settings of every client, without the signature that moto never checks."""
        unsigned = Config(signature_version=UNSIGNED, user_agent="moto in this process")
        return super().config().merge(unsigned)

    def close(self) -> None:
        """Close the connection. Closing the last one switches moto off and drops all tables."""
        if not self.closed:
            super().close()
            self.moto.close()

    def peek(self, table: str, key: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return an item from moto's memory without a request, or None if there is none.

        `table` is a name or an ARN. Key and item are DynamoDB JSON; binary values are bytes in the
        key and base64 in the item.

        Raises:
            BackendError: There is no such table.
        """
        from moto.dynamodb.models import dynamodb_backends  # noqa: PLC0415  slow to import
        from moto.dynamodb.models.dynamo_type import DynamoType  # noqa: PLC0415

        tables = dynamodb_backends[ACCOUNT][self.region].tables
        if (found := tables.get(table.rpartition("table/")[2])) is None:
            raise BackendError(f"moto has no table {table}")
        names = (found.hash_key_attr, found.range_key_attr)
        item = found.get_item(*(DynamoType(key[name]) for name in names if name))
        return None if item is None else dict(item.to_json()["Attributes"])

    def check_address(self, url: str) -> None:
        """Raise `RequestRefused` unless moto is on, and so answers for this AWS host."""
        check_host(url, on_aws=True)
        if not botocore_stubber.enabled:
            raise RequestRefused("moto is switched off, and a request was about to leave: not sent")

    def _prepare(self, client: Any) -> None:
        """Replace the HTTP session of a new client, so that no request leaves this process."""
        client._endpoint.http_session = NoNetwork()  # noqa: SLF001  botocore has no public way
