"""moto in this process: nothing to install or start, and gone with the process."""

import os
from collections.abc import Mapping
from threading import Lock
from typing import Any, ClassVar

from botocore import UNSIGNED
from botocore.config import Config
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.core.models import MockAWS, botocore_stubber

from cruddur_lib.backends import moto_patches, quick_copies, quick_names
from cruddur_lib.backends.base import Backend, BackendError, Engine, private_session
from cruddur_lib.backends.guard import REGIONS, RequestRefused, check_host

PROFILES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")  # moto reads them, and fails on a missing one


class Moto:
    """The one moto of this process: on from the first connection to the last."""

    def __init__(self) -> None:
        """Off."""
        self.mock: MockAWS | None = None
        self._connections = 0
        self._hidden: dict[str, str] = {}
        self._lock = Lock()

    def open(self) -> None:
        """On. AWS keys and profiles in the environment are hidden from the whole process."""
        with self._lock:
            if self.mock is None:
                mock = mock_aws()
                if type(mock) is not MockAWS:
                    raise BackendError("TEST_SERVER_MODE sends requests away: unset it")
                self._hidden = {n: os.environ.pop(n) for n in PROFILES if n in os.environ}
                mock.start()
                moto_patches.install()
                quick_copies.install()
                quick_names.install()
                self.mock = mock
            self._connections += 1

    def close(self) -> None:
        """Off where this was the last connection; its tables are gone, the environment is back."""
        with self._lock:
            self._connections -= 1
            if self._connections == 0 and self.mock is not None:
                self.mock.stop()
                self.mock = None
                os.environ.update(self._hidden)


class NoNetwork:
    """What a client of moto would send by: nothing gets out, where moto has no answer."""

    def send(self, request: Any) -> None:
        """Raises `RequestRefused`."""
        raise RequestRefused(f"moto has no answer for {request.url}: not sent")

    def close(self) -> None:
        """Nothing."""


class MotoBackend(Backend):
    """A connection to moto. All connections of one process see the same tables."""

    name = "moto"
    engine = Engine.MOTO
    moto: ClassVar[Moto] = Moto()

    def __init__(self, region: str) -> None:
        """Switches moto on, or joins it; raises `BackendError` for an unknown Region."""
        if region not in REGIONS:
            known = ", ".join(REGIONS)
            raise BackendError(f"Region {region!r} is not known: set region= to one of {known}")
        self.moto.open()
        super().__init__(region, private_session("moto"))

    def config(self) -> Config:
        """As of every client; and what moto does not look at is not made for each request."""
        alone = Config(signature_version=UNSIGNED, user_agent="moto in this process")
        return super().config().merge(alone)

    def close(self) -> None:
        """Switches moto off where this was its last connection, and with it drops all tables."""
        if not self.closed:
            super().close()
            self.moto.close()

    def peek(self, table: str, key: Mapping[str, Any]) -> dict[str, Any] | None:
        """What lies at this key, as moto holds it: DynamoDB JSON, binary in base64, but in `key` as
        bytes; None where nothing does. The table is given by its name or ARN. No request is made.
        Raises `BackendError` where there is no such table.
        """
        from moto.dynamodb.models import dynamodb_backends  # noqa: PLC0415  moto does so, at need
        from moto.dynamodb.models.dynamo_type import DynamoType  # noqa: PLC0415

        tables = dynamodb_backends[ACCOUNT][self.region].tables
        if (found := tables.get(table.rpartition("table/")[2])) is None:
            raise BackendError(f"moto has no table {table}")
        names = (found.hash_key_attr, found.range_key_attr)
        item = found.get_item(*(DynamoType(key[name]) for name in names if name))
        return None if item is None else dict(item.to_json()["Attributes"])

    def check_address(self, url: str) -> None:
        """Moto answers for AWS's hosts while its hook is on; else the request would leave."""
        check_host(url, on_aws=True)
        if not botocore_stubber.enabled:
            raise RequestRefused("moto is switched off, and a request was about to leave: not sent")

    def _made(self, client: Any) -> None:
        """The client has no way out of this process."""
        client._endpoint.http_session = NoNetwork()  # noqa: SLF001  botocore has no public way
