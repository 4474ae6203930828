"""An engine on this machine, told by what it says of itself."""

from typing import cast
from urllib.parse import urlsplit

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cruddur_lib.backends.base import Backend, BackendError, Engine, private_session
from cruddur_lib.backends.guard import LOOPBACK, check_host

SERVERS = {"Jetty": Engine.DYNAMODB_LOCAL, "Werkzeug": Engine.MOTO_SERVER}  # by header `Server`


class LocalBackend(Backend):
    """A connection to a loopback address. `database` is the access key shown to the engine."""

    name = "local"
    engine = Engine.UNKNOWN

    def __init__(self, endpoint: str, region: str, database: str) -> None:
        """Asks the engine who it is; raises `BackendError` where none answers or it is remote."""
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
        """As everywhere, but past any proxy: an engine on this machine is not behind one."""
        return super().config().merge(Config(proxies={}))

    def check_address(self, url: str) -> None:
        """Requests stay on this machine."""
        check_host(url, on_aws=False)

    def _identify(self) -> Engine:
        """The engine, by the `Server` header of its answer to one ListTables, tried once."""
        once = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
        try:
            headers = self._make("dynamodb", self.config().merge(once)).list_tables(Limit=1)
        except ClientError as error:  # it answers, if only to refuse
            headers = error.response
        except BotoCoreError as error:
            raise BackendError(
                f"no DynamoDB engine answers at {self.endpoint}: start one with bin/ddb/start, or "
                "use the one in this process, CRUDDUR_BACKEND=moto"
            ) from error
        server = headers["ResponseMetadata"]["HTTPHeaders"].get("server", "")
        return SERVERS.get(cast("str", server).partition("(")[0].partition("/")[0], Engine.UNKNOWN)
