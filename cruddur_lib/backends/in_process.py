"""moto in this process: nothing to install or start, and gone with the process."""

from moto import mock_aws
from moto.core.models import botocore_stubber

from cruddur_lib.backends.base import Backend, BackendError, Engine, private_session
from cruddur_lib.backends.guard import RequestRefused, check_host


class MotoBackend(Backend):
    """A connection to moto. All connections of one process see the same tables."""

    name = "moto"
    engine = Engine.MOTO

    def __init__(self, region: str) -> None:
        """Starts moto, which also hides the AWS keys in the environment from the whole process."""
        self._mock = mock_aws()
        if type(self._mock).__name__ != "MockAWS":
            raise BackendError("TEST_SERVER_MODE sends moto's requests elsewhere: unset it first")
        self._mock.start()
        super().__init__(region, private_session("moto"))

    def close(self) -> None:
        """Stops moto where this was its last connection, and with it drops all tables."""
        if not self.closed:
            super().close()
            self._mock.stop()

    def check_address(self, url: str) -> None:
        """Moto answers for AWS's hosts while its hook is on; else the request would leave."""
        check_host(url, on_aws=True)
        if not botocore_stubber.enabled:
            raise RequestRefused("moto is switched off, and a request was about to leave: not sent")
