"""The guard: which requests may be sent, by operation and by host.

On AWS, reads are allowed. Writes need `write=True` and the expected account. Bulk deletes and
changes of a table also need the table's name, typed again. An operation that this module does not
know counts as the most dangerous kind, and PartiQL counts as a write whatever its statement says.

A `Backend` asks the guard before each request. This module does not import boto3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from cruddur_lib.errors import WorkbookError

REGIONS = (  # that a connection may name; a mistyped Region must not become a new host
    *("af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3"),
    *("ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1"),
    *("eu-north-1", "eu-south-1", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1"),
    *("me-central-1", "me-south-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1"),
    "us-west-2",
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
AWS_DOMAINS = (".amazonaws.com", ".api.aws")
READS = frozenset(
    {
        *("GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"),
        *("DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups", "DescribeLimits"),
        *("DescribeEndpoints", "DescribeTableReplicaAutoScaling", "DescribeContributorInsights"),
        *("DescribeBackup", "DescribeExport", "DescribeImport", "DescribeGlobalTable"),
        *("DescribeGlobalTableSettings", "DescribeKinesisStreamingDestination"),
        *("ListTables", "ListBackups", "ListContributorInsights", "ListExports", "ListImports"),
        *("ListGlobalTables", "ListTagsOfResource", "GetResourcePolicy"),
        *("DescribeBulkOperation", "ListBulkOperations", "SearchVectors"),
        *("ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"),
        "GetCallerIdentity",  # the only one of STS, whose other reads hand out keys
    }
)
WRITES = frozenset(
    {
        *("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"),
        *("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"),  # PartiQL
        *("CreateTable", "TagResource"),
    }
)


class RequestRefused(WorkbookError):
    """A request that the guard refused to send."""


class Access(Enum):
    """How much harm a request can do."""

    READ = "reads"
    WRITE = "writes"
    DESTROY = "deletes or reshapes"


@dataclass(frozen=True)
class Permit:
    """What a connection to AWS may do."""

    write: bool = False  # needs `account`
    account: str | None = None  # the id of the only account that it may write to
    destroy: str | None = None  # the name of the only table that it may delete or change

    def check(self, operation: str, parameters: Mapping[str, Any]) -> Access:
        """Return the access that a request needs, if this permit allows it.

        The caller must still compare `account` with the account that AWS STS returns.

        Raises:
            RequestRefused: the permit does not allow the request.
        """
        access = access_of(operation, parameters)
        if access is Access.READ:
            return access
        what = f"{operation} {access.value}"
        if not (self.write and self.account):
            raise RequestRefused(
                f"{what} on AWS, and this connection only reads. To write: "
                'connect("aws", write=True, account="<the 12-digit account id you mean>")'
            )
        if elsewhere := accounts_of(parameters) - {self.account}:
            raise RequestRefused(
                f"{what} in account {', '.join(sorted(elsewhere))}, by an ARN, and the account you "
                f"mean is {self.account}: not sent. Name the table without its ARN"
            )
        if access is Access.DESTROY:
            self._check_name(what, tables_of(parameters))
        return access

    def _check_name(self, what: str, names: set[str]) -> None:
        """Raise `RequestRefused` unless the only table is the one whose name was typed again."""
        if not names:
            raise RequestRefused(
                f"{what} on AWS and names no table, so nobody can confirm it here: use the AWS "
                "console or the AWS CLI"
            )
        if names != {self.destroy}:
            raise RequestRefused(
                f"{what} table {', '.join(sorted(names))} on AWS, and the name typed for that is "
                f"{self.destroy!r}. To do it: connect(..., destroy=<the table's name>)"
            )


def access_of(operation: str, parameters: Mapping[str, Any]) -> Access:
    """Return how much harm a request can do, by its operation and the number of its deletes.

    >>> [access_of(name, {}).value for name in ("Query", "ExecuteStatement", "DeleteTable")]
    ['reads', 'writes', 'deletes or reshapes']
    """
    if operation in READS:
        return Access.READ
    if operation in WRITES and deletes(parameters) <= 1:
        return Access.WRITE
    return Access.DESTROY


def deletes(parameters: Mapping[str, Any]) -> int:
    """Return how many items a BatchWriteItem, TransactWriteItems or PartiQL request deletes.

    A statement with DELETE anywhere in its text counts, so a comment cannot hide it.
    """
    batch = (request for table in _requests(parameters).values() for request in table or ())
    statements = [*parameters.get("Statements", ()), *parameters.get("TransactStatements", ())]
    return (
        sum("DeleteRequest" in request for request in batch)
        + sum("Delete" in action for action in parameters.get("TransactItems", ()))
        + sum("DELETE" in str(statement).upper() for statement in statements)
    )


def tables_of(parameters: Mapping[str, Any]) -> set[str]:
    """Return the names of a request's tables, which it may give as ARNs."""
    return {name.rsplit("table/")[-1] for name in _named(parameters)}


def accounts_of(parameters: Mapping[str, Any]) -> set[str]:
    """Return the account ids in the ARNs of a request's tables."""
    arns = (name.split(":") for name in _named(parameters) if name.startswith("arn:"))
    return {parts[4] for parts in arns if len(parts) > 4}  # noqa: PLR2004  arn:aws:dynamodb:region:account:…


def check_host(url: str, *, on_aws: bool) -> None:
    """Raise `RequestRefused` unless `url` is on AWS, or on this machine if not `on_aws`."""
    host = urlsplit(url).hostname or ""
    if on_aws and not host.endswith(AWS_DOMAINS):
        raise RequestRefused(
            f"this connection is for AWS, and a request was about to go to {host}: not sent"
        )
    if not on_aws and host not in LOOPBACK:
        raise RequestRefused(
            f"this connection is for an engine on this machine ({', '.join(LOOPBACK)}), and a "
            f"request was about to go to {host}: not sent"
        )


def _named(parameters: Mapping[str, Any]) -> list[str]:
    """Return a request's tables as it gives them: names and ARNs."""
    actions = [part for action in parameters.get("TransactItems", ()) for part in action.values()]
    named = [part["TableName"] for part in [parameters, *actions] if "TableName" in part]
    arns = [parameters[key] for key in ("TableArn", "ResourceArn") if key in parameters]
    return [str(name) for name in [*named, *arns, *_requests(parameters)]]


def _requests(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the requests of a BatchWriteItem by table, or none for another operation."""
    items = parameters.get("RequestItems", {})
    return items if isinstance(items, Mapping) else {}
