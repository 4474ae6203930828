"""A DynamoDB-compatible engine on this machine, identified by its `Server` header."""

from typing import cast
from urllib.parse import urlsplit

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cruddur_lib.backends.base import Backend, BackendError, Engine, private_session
from cruddur_lib.backends.guard import LOOPBACK, check_host

SERVERS = {"Jetty": Engine.DYNAMODB_LOCAL, "Werkzeug": Engine.MOTO_SERVER}  # by `Server` header


class LocalBackend(Backend):
    """A connection to an engine at a loopback address."""

    name = "local"
    engine = Engine.UNKNOWN

    def __init__(self, endpoint: str, region: str, database: str) -> None:
        """Connect to the engine, with `database` as access key, and identify it; see `connect`."""
        if not (database.isascii() and database.isalnum()):
            raise BackendError(f"database {database!r}: give ASCII letters and digits")
        if urlsplit(endpoint).hostname not in LOOPBACK:
            raise BackendError(
                f"endpoint {endpoint!r} is not on this machine, and a local engine is. Unset "
                "AWS_ENDPOINT_URL_DYNAMODB, or say connect('aws') if AWS is what you mean"
            )
        self.endpoint = endpoint
        self.database = database
        super().__init__(region, private_session(database))
        self.engine = self._identify()

    def config(self) -> Config:
        """Return the settings of every client, without the proxy that only remote hosts need."""
        return super().config().merge(Config(proxies={}))

    def check_address(self, url: str) -> None:
        """Raise `RequestRefused` unless `url` is on this machine."""
        check_host(url, on_aws=False)

    def _identify(self) -> Engine:
        """Return the engine, from the `Server` header of its reply to one ListTables request."""
        once = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
        try:
            headers = self._make("dynamodb", self.config().merge(once)).list_tables(Limit=1)
        except ClientError as error:  # an engine that refuses the request identifies itself too
            headers = error.response
        except BotoCoreError as error:
            raise BackendError(
                f"no DynamoDB engine answers at {self.endpoint}: start one with bin/ddb/start, or "
                "use the one in this process, CRUDDUR_BACKEND=moto"
            ) from error
        server = headers["ResponseMetadata"]["HTTPHeaders"].get("server", "")
        return SERVERS.get(cast("str", server).partition("(")[0].partition("/")[0], Engine.UNKNOWN)
