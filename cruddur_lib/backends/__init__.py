"""Connections to DynamoDB. This is the only package of the project that makes boto3 clients.

`connect()` returns a `Backend` on one of three engines: moto in this process (the default), an
engine on this machine ("local": DynamoDB Local or moto's server), or AWS. Each connection has its
own botocore session, which takes only a few named settings from the environment. The guard in
`cruddur_lib.backends.guard` checks every request of every client before it is sent.

`boto3.client("dynamodb")` has these traps, which a `Backend` closes. A client made before moto was
imported talks to AWS, and so does one that outlives the mock. `AWS_ENDPOINT_URL` redirects every
service and overrides an active mock. A profile or key found on the machine is used unasked.
"""

import os

import lazy_loader

from cruddur_lib.backends.base import ENGINE_ERRORS, Backend, BackendError, Engine
from cruddur_lib.backends.guard import Permit, RequestRefused

__all__ = [
    "ENGINE_ERRORS",
    "LOCAL_ENDPOINT",
    "Backend",
    "BackendError",
    "Crashed",
    "Engine",
    "Fault",
    "RequestRefused",
    "connect",
    "with_faults",
]

__getattr__, __dir__, _ = lazy_loader.attach(  # lazy, because `faults` imports moto
    __name__, submod_attrs={"faults": ["Crashed", "Fault", "with_faults"]}
)

NAMES = ("moto", "local", "aws")
LOCAL_ENDPOINT = "http://127.0.0.1:8000"  # where bin/ddb/start listens by default
LOCAL_REGION = "us-east-1"  # for engines on this machine, which have no Regions
DATABASE = "cruddur"  # DynamoDB Local keeps one for each name and Region


def connect(  # noqa: PLR0913  the guard asks for each by name
    name: str | None = None,
    *,
    region: str | None = None,
    endpoint: str | None = None,
    database: str | None = None,
    profile: str | None = None,
    write: bool = False,
    account: str | None = None,
    destroy: str | None = None,
) -> Backend:
    """Return a connection to an engine. A connection to AWS is read-only by default.

    Args:
        name: "moto", "local" or "aws"; by default CRUDDUR_BACKEND, else "moto".
        region: the AWS Region; on AWS by default that of AWS_REGION or of the profile.
        endpoint: the URL of a local engine; by default AWS_ENDPOINT_URL_DYNAMODB, else
            `LOCAL_ENDPOINT`.
        database: ASCII letters and digits that keep the users of a local engine apart; by default
            CRUDDUR_DATABASE, else "cruddur".
        profile: the profile of the AWS configuration.
        write: Allows writes to AWS, and needs `account`.
        account: the id of the AWS account that may be written to, 12 digits.
        destroy: the name of the table on AWS that may be deleted or changed.

    Raises:
        BackendError: the name or the Region is unknown, `endpoint` is remote, no engine answers,
            AWS credentials are missing, `write` comes without `account`, or moto runs in this
            process and would answer in place of AWS.
    """
    environment = os.environ
    match name or environment.get("CRUDDUR_BACKEND") or "moto":
        case "moto":
            from cruddur_lib.backends.moto_backend import MotoBackend  # noqa: PLC0415  imports moto

            return MotoBackend(region or LOCAL_REGION)
        case "local":
            from cruddur_lib.backends.local import LocalBackend  # noqa: PLC0415

            return LocalBackend(
                endpoint or environment.get("AWS_ENDPOINT_URL_DYNAMODB") or LOCAL_ENDPOINT,
                region or LOCAL_REGION,
                database or environment.get("CRUDDUR_DATABASE") or DATABASE,
            )
        case "aws":
            from cruddur_lib.backends.aws import AwsBackend  # noqa: PLC0415

            permit = Permit(write=write, account=account, destroy=destroy)
            return AwsBackend(region or environment.get("AWS_REGION"), profile, permit)
        case unknown:
            known = ", ".join(NAMES)
            raise BackendError(f"no engine is called {unknown!r}; the known ones are {known}")
