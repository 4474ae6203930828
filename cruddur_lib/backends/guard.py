"""Which requests may leave, by the operation they carry and the host they go to.

On AWS reads pass; writes need `write=True` and the expected account; what deletes or reshapes in
bulk needs the table's name once more. An operation that this file does not know counts as the most
dangerous kind. PartiQL counts as a write, whatever its statement says. Nothing here imports boto3:
a `Backend` asks it before each request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from cruddur_lib.errors import WorkbookError

# Regions that the workbook may name on AWS; a mistyped Region must not become a new host.
REGIONS = (
    *(
        "af-south-1",
        "ap-east-1",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
    ),
    *(
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-south-1",
    ),
    *(
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "sa-east-1",
    ),
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
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
        "GetCallerIdentity",  # of STS this alone: its other Gets hand out keys
    }
)
WRITES = frozenset(
    {
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "BatchWriteItem",
        "TransactWriteItems",
        "ExecuteStatement",
        "BatchExecuteStatement",
        "ExecuteTransaction",
        "CreateTable",
        "TagResource",
    }
)


class RequestRefused(WorkbookError):
    """A request that was stopped before it was sent."""


class Access(Enum):
    """How much a request can harm."""

    READ = "reads"
    WRITE = "writes"
    DESTROY = "deletes or reshapes"


@dataclass(frozen=True)
class Permit:
    """What a connection to AWS may do: `write` with `account`, and `destroy`, a table's name typed
    again.
    """

    write: bool = False
    account: str | None = None
    destroy: str | None = None

    def check(self, operation: str, parameters: Mapping[str, Any]) -> Access:
        """The request's access where this permit covers it; raises `RequestRefused` where it does
        not.

        The account itself is for the caller to compare, with what AWS's STS answers.
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
        self._check_accounts(what, accounts_of(parameters))
        if access is Access.DESTROY:
            self._check_name(what, tables_of(parameters))
        return access

    def _check_accounts(self, what: str, accounts: set[str]) -> None:
        """An ARN can name a table of anybody's."""
        if elsewhere := accounts - {self.account}:
            raise RequestRefused(
                f"{what} in account {_listed(elsewhere)}, by an ARN, and the account you mean is "
                f"{self.account}: not sent. Name the table without its ARN"
            )

    def _check_name(self, what: str, names: set[str]) -> None:
        """The one table that it is about must be the one that was typed again."""
        if not names:
            raise RequestRefused(
                f"{what} on AWS and names no table, so nobody can confirm it here: use the AWS "
                "console or the AWS CLI"
            )
        if names != {self.destroy}:
            raise RequestRefused(
                f"{what} table {_listed(names)} on AWS, and the name typed for that is "
                f"{self.destroy!r}. To do it: connect(..., destroy=<the table's name>)"
            )


def access_of(operation: str, parameters: Mapping[str, Any]) -> Access:
    """How much a request can harm, judged by its operation and, for deletes, by how many items it
    names.

    >>> [access_of(name, {}).value for name in ("Query", "ExecuteStatement", "DeleteTable")]
    ['reads', 'writes', 'deletes or reshapes']
    """
    if operation in READS:
        return Access.READ
    if operation in WRITES and deletes(parameters) <= 1:
        return Access.WRITE
    return Access.DESTROY


def deletes(parameters: Mapping[str, Any]) -> int:
    """How many items one request deletes, by BatchWriteItem, TransactWriteItems or PartiQL.

    A statement that has DELETE anywhere counts: comments and spaces hide nothing.
    """
    batch = (request for table in _requests(parameters).values() for request in table or ())
    statements = [*parameters.get("Statements", ()), *parameters.get("TransactStatements", ())]
    return (
        sum("DeleteRequest" in request for request in batch)
        + sum("Delete" in action for action in parameters.get("TransactItems", ()))
        + sum("DELETE" in str(statement).upper() for statement in statements)
    )


def tables_of(parameters: Mapping[str, Any]) -> set[str]:
    """The names of the tables that a request names, also by their ARNs."""
    return {name.rsplit("table/")[-1] for name in _named(parameters)}


def accounts_of(parameters: Mapping[str, Any]) -> set[str]:
    """The accounts in the ARNs by which a request names tables."""
    arns = (name.split(":") for name in _named(parameters) if name.startswith("arn:"))
    return {parts[4] for parts in arns if len(parts) > 4}  # noqa: PLR2004  arn:aws:dynamodb:region:account:…


def is_account(account: object) -> bool:
    """Whether this is the id of an AWS account: text of 12 digits."""
    return isinstance(account, str) and len(account) == 12 and account.isdecimal()  # noqa: PLR2004


def check_host(url: str, *, on_aws: bool) -> None:
    """Nothing where the host is one that the connection is meant for; raises `RequestRefused`
    elsewhere.
    """
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
    """Tables as a request names them: by name or by ARN."""
    actions = [part for action in parameters.get("TransactItems", ()) for part in action.values()]
    named = [part["TableName"] for part in [parameters, *actions] if "TableName" in part]
    arns = [parameters[key] for key in ("TableArn", "ResourceArn") if key in parameters]
    return [str(name) for name in [*named, *arns, *_requests(parameters)]]


def _requests(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """The requests of a BatchWriteItem by table; none for another operation."""
    items = parameters.get("RequestItems", {})
    return items if isinstance(items, Mapping) else {}


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))
