"""Connections to DynamoDB: the one place of the project where boto3 clients are made.

`connect()` gives a `Backend` on one of three engines: moto in this process (the default), an engine
on this machine ("local": DynamoDB Local, or moto's server), or AWS. Each has its own botocore
session that takes from the environment only what is named here, and every client made from it
passes `cruddur_lib.backends.guard` before a request leaves.

What that closes, and `boto3.client("dynamodb")` leaves open: a client made before moto was imported
talks to AWS, and so does one that outlives the mock; `AWS_ENDPOINT_URL` moves the requests of every
service and beats an active mock; a profile or key found on the machine is used unasked.
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

__getattr__, __dir__, _ = lazy_loader.attach(  # lazily, because `faults` imports moto
    __name__, submod_attrs={"faults": ["Crashed", "Fault", "with_faults"]}
)

NAMES = ("moto", "local", "aws")
LOCAL_ENDPOINT = "http://127.0.0.1:8000"  # where bin/ddb/start listens unless told otherwise
LOCAL_REGION = "us-east-1"  # for engines here, which have no Regions
DATABASE = "cruddur"  # for DynamoDB Local, which keeps one database for each name and Region


def connect(  # noqa: PLR0913  each question of the guard is asked by name
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
    """A connection to "moto", "local" or "aws"; by default CRUDDUR_BACKEND says which, else moto.

    A local engine answers at `endpoint` (default AWS_ENDPOINT_URL_DYNAMODB, else `LOCAL_ENDPOINT`),
    and `database` keeps its users apart (default CRUDDUR_DATABASE, else "cruddur").

    A connection to AWS reads and no more. `write=True` with `account`, the id of the account that
    you mean, lets it write; `destroy` with a table's name lets it delete or reshape that table.
    `profile` and `region` choose as they do in the AWS CLI.

    Raises `BackendError` where the name is unknown, the engine does not answer, or AWS has no
    credentials or no Region.
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
