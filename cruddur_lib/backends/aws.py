"""AWS, with the credentials that boto3 finds: read-only unless the permit allows more."""

import re
import sys
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import botocore.session
from botocore.exceptions import BotoCoreError

from cruddur_lib.backends.base import Backend, BackendError, Engine
from cruddur_lib.backends.guard import REGIONS, Access, Permit, RequestRefused, check_host

ACCOUNT_ID = re.compile("[0-9]{12}")


class AwsBackend(Backend):
    """A connection to AWS that does only what its `permit` allows."""

    name = "aws"
    engine = Engine.AWS

    def __init__(self, region: str | None, profile: str | None, permit: Permit) -> None:
        """Find Region and credentials in the AWS configuration; see `connect`."""
        account = permit.account
        if permit.write and not (isinstance(account, str) and ACCOUNT_ID.fullmatch(account)):
            raise BackendError(
                f"write=True needs account=, the id of the account that you mean: 12 digits, as "
                f"text, not {account!r}"
            )
        _refuse_beside_moto()
        session = botocore.session.Session(profile=profile)
        try:
            region = region or session.get_config_variable("region")
            credentials = session.get_credentials()
        except BotoCoreError as error:
            raise BackendError(f"the AWS configuration does not hold: {error}") from error
        if region not in REGIONS:
            known = ", ".join(REGIONS)
            raise BackendError(
                f"AWS Region {region!r} is not known: set region= or AWS_REGION to one of {known}"
            )
        if credentials is None:
            raise BackendError(
                "no AWS credentials: sign in with `aws sso login` or `aws configure`"
            )
        self.permit = permit
        super().__init__(region, session)

    @cached_property
    def account(self) -> str:
        """The id of the account that the credentials belong to, from AWS STS."""
        return self.client("sts").get_caller_identity()["Account"]

    def check_operation(self, operation: str, parameters: Mapping[str, Any]) -> None:
        """Raise `RequestRefused` unless it is a read, or the permit allows it in this account."""
        access = self.permit.check(operation, parameters)
        if access is not Access.READ and self.account != self.permit.account:
            raise RequestRefused(
                f"{operation} {access.value}, and these credentials belong to account "
                f"{self.account}, not to {self.permit.account}: not sent. Sign in to the other one"
            )

    def check_address(self, url: str) -> None:
        """Raise `RequestRefused` unless `url` is on an AWS host and moto is off."""
        _refuse_beside_moto()
        check_host(url, on_aws=True)


def _refuse_beside_moto() -> None:
    """Raise `BackendError` while moto runs here, because it would answer in place of AWS."""
    moto = sys.modules.get("moto.core.models")  # not imported for this alone
    if moto is not None and moto.botocore_stubber.enabled:
        raise BackendError("moto runs in this process and would answer for AWS: close it first")
