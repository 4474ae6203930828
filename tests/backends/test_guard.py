"""The guard: which requests may be sent to AWS, by operation and by host, without a network."""

import botocore.session
import pytest

from cruddur_lib.backends.guard import (
    Access,
    Permit,
    RequestRefused,
    access_of,
    check_host,
    tables_of,
)

ACCOUNT = "123456789012"
DELETE = {"DeleteRequest": {"Key": {}}}
PUT = {"PutRequest": {"Item": {}}}


@pytest.mark.parametrize(
    ("operation", "parameters", "access"),
    [
        *[
            (name, {}, Access.READ)
            for name in (
                *("GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan", "ListTables"),
                *("DescribeTable", "DescribeStream", "GetRecords", "GetShardIterator"),
                "GetCallerIdentity",
            )
        ],
        *[
            (name, {}, Access.WRITE)
            for name in (
                *("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "CreateTable"),
                *("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"),
            )
        ],
        *[
            (name, {}, Access.DESTROY)
            for name in (
                *("DeleteTable", "UpdateTable", "UpdateTimeToLive", "DeleteBackup"),
                *("RestoreTableFromBackup", "AnOperationOfNextYear"),
            )
        ],
        ("BatchWriteItem", {"RequestItems": {"t": [PUT, PUT, DELETE]}}, Access.WRITE),
        ("BatchWriteItem", {"RequestItems": {"t": [DELETE], "u": [DELETE]}}, Access.DESTROY),
        ("TransactWriteItems", {"TransactItems": [{"Delete": {}}, {"Put": {}}]}, Access.WRITE),
        ("TransactWriteItems", {"TransactItems": [{"Delete": {}}] * 2}, Access.DESTROY),
        ("BatchExecuteStatement", {"Statements": [{"Statement": " delete x"}] * 2}, Access.DESTROY),
        (
            "ExecuteTransaction",
            {"TransactStatements": [{"Statement": "DELETE FROM t"}] * 2},
            Access.DESTROY,
        ),
    ],
)
def test_how_much_a_request_can_harm(operation, parameters, access):
    """Reads are known by name; PartiQL writes; bulk deletes and unknown operations destroy."""
    assert access_of(operation, parameters) is access


@pytest.mark.parametrize("operation", ["PutItem", "ExecuteStatement", "DeleteTable", "Unheard"])
@pytest.mark.parametrize(
    "permit",
    [Permit(), Permit(write=True), Permit(account=ACCOUNT), Permit(account=ACCOUNT, destroy="t")],
)
def test_without_write_and_account_only_reads_pass(operation, permit):
    """A write needs both, and the error says how to ask for it."""
    with pytest.raises(RequestRefused, match=r"write=True, account="):
        permit.check(operation, {"TableName": "t"})

    assert permit.check("Query", {"TableName": "t"}) is Access.READ


@pytest.mark.parametrize(
    ("destroy", "parameters"),
    [
        (None, {"TableName": "t"}),
        ("u", {"TableName": "t"}),
        ("T", {"TableName": "t"}),
        ("t", {"TableName": "arn:aws:dynamodb:us-east-1:123456789012:table/u"}),
        ("t", {"RequestItems": {"t": [DELETE] * 2, "u": [PUT]}}),
        ("t", {"BackupArn": "arn:aws:dynamodb:us-east-1:123456789012:table/t/backup/1"}),
    ],
)
def test_to_destroy_takes_the_tables_own_name(destroy, parameters):
    """No name, another name, or several tables are refused."""
    operation = "BatchWriteItem" if "RequestItems" in parameters else "DeleteTable"

    said = r"connect\(..., destroy=|AWS console|in account"
    with pytest.raises(RequestRefused, match=said):
        Permit(write=True, account=ACCOUNT, destroy=destroy).check(operation, parameters)


@pytest.mark.parametrize("name", ["t", "arn:aws:dynamodb:us-east-1:123456789012:table/t"])
def test_the_name_typed_again_lets_it_pass(name):
    """The request may give the table by name or by ARN."""
    permit = Permit(write=True, account=ACCOUNT, destroy="t")

    assert permit.check("DeleteTable", {"TableName": name}) is Access.DESTROY


@pytest.mark.parametrize("operation", ["PutItem", "DeleteTable"])
def test_another_accounts_table_is_not_ours(operation):
    """An ARN may name a table of any account, but only one account is allowed."""
    arn = "arn:aws:dynamodb:us-east-1:999999999999:table/t"
    permit = Permit(write=True, account=ACCOUNT, destroy="t")

    with pytest.raises(RequestRefused, match=f"in account 999999999999.*mean is {ACCOUNT}"):
        permit.check(operation, {"TableName": arn})


def test_what_names_no_table_cannot_be_confirmed():
    """The error points to the AWS console."""
    with pytest.raises(RequestRefused, match="use the AWS console"):
        Permit(write=True, account=ACCOUNT, destroy="t").check("DeleteBackup", {"BackupArn": "x"})


@pytest.mark.parametrize("service", ["dynamodb", "dynamodbstreams", "sts"])
def test_every_operation_that_exists_is_classified(service):
    """In botocore's own list: reads by name, ten writes, and all others the most dangerous."""
    model = botocore.session.get_session().get_service_model(service)
    prefixes = ("Get", "List", "Describe", "Query", "Scan", "Search", "BatchGet", "TransactGet")
    of_sts = {"GetCallerIdentity"}
    reads = {n for n in model.operation_names if n.startswith(prefixes)}
    reads = reads & of_sts if service == "sts" else reads
    writes = {
        *("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"),
        *("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"),
        *("CreateTable", "TagResource"),
    }
    for name in model.operation_names:
        expected = Access.READ if name in reads else Access.DESTROY
        expected = Access.WRITE if name in writes else expected
        assert access_of(name, {}) is expected, name


def test_the_tables_of_a_transaction_are_all_named():
    """Each action of a transaction names its own table."""
    actions = [{"Put": {"TableName": "t"}}, {"Delete": {"TableName": "u"}}]

    assert tables_of({"TransactItems": actions}) == {"t", "u"}


@pytest.mark.parametrize(
    ("url", "on_aws"),
    [
        ("https://dynamodb.us-east-1.amazonaws.com/", True),
        ("https://dynamodb.us-east-1.api.aws/", True),
        ("http://127.0.0.1:8000/", False),
        ("http://localhost:8000/", False),
        ("http://[::1]:8000/", False),
    ],
)
def test_a_host_that_is_meant(url, on_aws):
    """Connections to AWS go to AWS's hosts, the others to loopback, and never the other way."""
    check_host(url, on_aws=on_aws)
    with pytest.raises(RequestRefused, match="not sent"):
        check_host(url, on_aws=not on_aws)


@pytest.mark.parametrize(
    "url",
    [
        "https://amazonaws.com.example.org/",
        "https://example.org/?x=.amazonaws.com",
        "https://notamazonaws.com/",
        "https://dynamodb.us-east-1.amazonaws.com.example.org/",
        "http://10.0.0.5:8000/",
        "http://127.0.0.1.example.org/",
        "/",
    ],
)
def test_a_host_that_nobody_means(url):
    """No connection sends a request to any other host."""
    for on_aws in (True, False):
        with pytest.raises(RequestRefused):
            check_host(url, on_aws=on_aws)
