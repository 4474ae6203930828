"""Connections: names, engines, and the traps between a notebook and the wrong table."""

import os
import subprocess
import sys
import textwrap
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
import pytest
from moto import mock_aws
from moto.core.base_backend import BackendDict
from moto.core.botocore_stubber import BotocoreStubber
from moto.server import ThreadedMotoServer

from cruddur_lib.backends import Backend, BackendError, Engine, RequestRefused, connect

REAL = {"AWS_ACCESS_KEY_ID": "AKIAREALREALREALREAL", "AWS_SECRET_ACCESS_KEY": "real/secret"}
ACCOUNT = "123456789012"  # moto's


@pytest.fixture
def clean(monkeypatch):
    """An environment without settings of AWS or of engines."""
    for name in [n for n in os.environ if n.startswith(("AWS_", "CRUDDUR_"))]:
        monkeypatch.delenv(name)
    return monkeypatch


@pytest.fixture
def signed_in(clean, tmp_path):
    """A clean environment with keys for AWS, and other keys in ~/.aws."""
    for name, value in REAL.items():
        clean.setenv(name, value)
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text(
        "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = file/secret\n"
    )
    (tmp_path / ".aws" / "config").write_text("[default]\nregion = eu-west-1\n")
    clean.setenv("HOME", str(tmp_path))
    clean.setenv("USERPROFILE", str(tmp_path))
    return clean


def make_table(backend: Backend, name: str = "table") -> None:
    """Create a table with the smallest possible schema."""
    backend.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )


def tables(backend: Backend) -> list[str]:
    """Return the names of the backend's tables."""
    return backend.client("dynamodb").list_tables()["TableNames"]


def run(code: str) -> str:
    """Run `code` in a new Python process and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# Names


def test_moto_is_the_default(clean):
    """The first query needs no installation, no running engine and no setting."""
    with connect() as backend:
        assert (backend.name, backend.engine, backend.region) == ("moto", Engine.MOTO, "us-east-1")


def test_the_environment_chooses_and_the_call_has_the_last_word(clean):
    """CRUDDUR_BACKEND chooses the engine unless the call names one."""
    clean.setenv("CRUDDUR_BACKEND", "local")
    clean.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")

    with pytest.raises(BackendError, match="http://127.0.0.1:1"):
        connect()
    with connect("moto") as backend:
        assert backend.engine is Engine.MOTO


def test_an_unknown_name_lists_the_known(clean):
    """A typo in the name of an engine raises an error with the known names."""
    with pytest.raises(BackendError, match="'prod'; the known ones are moto, local, aws"):
        connect("prod")


def test_an_unknown_service_lists_the_known(clean):
    """The guard knows three services, so `client` makes no client of another."""
    with (
        connect("moto") as backend,
        pytest.raises(BackendError, match="'s3' here; there are dynamo"),
    ):
        backend.client("s3")


# The traps on moto


def test_a_client_made_before_moto_does_not_matter():
    """Trap: boto3 clients made before moto is imported talk to AWS. Ours are made after."""
    printed = run("""
        import socket
        def no_network(*args, **more): raise AssertionError(f"a socket was opened: {args}")
        import boto3
        early = boto3.client("dynamodb", region_name="us-east-1",
                             aws_access_key_id="AKIAREAL", aws_secret_access_key="real")
        socket.socket.connect = socket.getaddrinfo = no_network
        from cruddur_lib.backends import connect
        with connect("moto") as backend:
            print(backend.client("dynamodb").list_tables()["TableNames"])
    """)

    assert printed == "[]\n"


@pytest.mark.parametrize(
    "name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_DYNAMODB_STREAMS"]
)
def test_an_endpoint_in_the_environment_does_not_beat_moto(clean, name):
    """Trap: AWS_ENDPOINT_URL* sends requests past an active mock."""
    clean.setenv(name, "http://203.0.113.1:8000")

    with connect("moto") as backend:
        make_table(backend)
        assert tables(backend) == ["table"]
        assert len(backend.client("dynamodbstreams").list_streams()["Streams"]) == 1


def test_a_request_to_moto_has_no_signature():
    """Moto checks no signature; the other settings of a client are the same on every engine."""
    with connect("moto") as backend:
        client, sent = backend.client("dynamodb"), []
        client.meta.events.register("before-send", lambda request, **_: sent.append(request))
        client.list_tables()

        assert "Authorization" not in sent[0].headers
        assert client.meta.config.retries["mode"] == "standard"
        assert client.meta.config.connect_timeout == Backend.config(backend).connect_timeout


def test_real_keys_are_neither_used_nor_shown_on_moto(signed_in):
    """Trap: keys in the environment or in ~/.aws sign requests and appear in printed objects."""
    with connect("moto") as backend:
        used = backend._session.get_credentials()
        shown = f"{backend!r} {backend.dynamodb!r} {backend.client('dynamodb').meta.config!r}"
        hidden = dict(os.environ)

        assert (used.access_key, used.secret_key) == ("moto", "not-a-secret")
        assert backend.region == "us-east-1"
        for value in (*REAL.values(), "AKIAFILE", "file/secret"):
            assert value not in shown
            assert value not in hidden.values()
    assert {name: os.environ[name] for name in REAL} == REAL  # they are back


def test_a_profile_that_is_not_there_does_not_matter_on_moto():
    """Trap: AWS_PROFILE with an unknown name breaks every boto3 session.

    The test runs in a new process, because moto makes such a session once, at its first use.
    """
    printed = run("""
        import os
        os.environ["AWS_PROFILE"] = os.environ["AWS_DEFAULT_PROFILE"] = "work"
        from cruddur_lib.backends import connect
        with connect("moto") as backend:
            print(backend.client("dynamodb").list_tables()["TableNames"])
        print(os.environ["AWS_PROFILE"])
    """)

    assert printed == "[]\nwork\n"


@pytest.mark.parametrize(
    "settings",
    [
        {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        {"AWS_ENDPOINT_DISCOVERY_ENABLED": "true"},
        {"AWS_CSM_ENABLED": "true", "AWS_CSM_HOST": "203.0.113.9"},
        {"AWS_MAX_ATTEMPTS": "abc"},
        {"AWS_DEFAULTS_MODE": "abc"},
        {"AWS_RETRY_MODE": "abc"},
        {"AWS_REQUEST_CHECKSUM_CALCULATION": "abc"},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_no_setting_of_the_machine_bends_moto(clean, settings):
    """Trap: each setting sends requests to where moto does not listen, or breaks the client."""
    for name, value in settings.items():
        clean.setenv(name, value)

    with connect("moto") as backend:
        make_table(backend)
        assert tables(backend) == ["table"]
        assert len(backend.client("dynamodbstreams").list_streams()["Streams"]) == 1
        assert backend.dynamodb.scan(TableName="table")["Items"] == []


@pytest.mark.parametrize("name", ["credentials", "config"])
def test_no_file_of_the_machine_is_read_on_moto(clean, tmp_path, name):
    """Trap: ~/.aws/config changes retries, endpoints and more."""
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / name).write_text("[default]\nmax_attempts = abc\nregion = eu-west-1\n")
    clean.setenv("HOME", str(tmp_path))

    with connect("moto") as backend:
        assert tables(backend) == []
        assert backend.region == "us-east-1"


@pytest.mark.parametrize("client", ["dynamodb", "sts", "resource"])
def test_what_moto_does_not_answer_is_not_sent(clean, client):
    """No request of a client on moto leaves the process, to AWS or to any other host."""
    with connect("moto") as backend:
        made = backend.dynamodb if client == "resource" else backend.client(client)
        for url, said in [
            ("https://dynamodb.us-east-1.api.aws/", "moto has no answer"),
            ("https://example.org/", "about to go to example.org"),
        ]:

            def elsewhere(request, url=url, **_):
                request.url = url

            made.meta.events.register("before-sign", elsewhere)
            with pytest.raises(RequestRefused, match=said):
                made.get_caller_identity() if client == "sts" else made.list_tables()


def test_connections_may_close_in_any_order(signed_in):
    """Real keys stay hidden until the last connection closes, and then return."""
    one, other = connect("moto"), connect("moto")
    one.close()
    assert REAL["AWS_ACCESS_KEY_ID"] not in os.environ.values()
    assert tables(other) == []
    other.close()

    assert {name: os.environ[name] for name in REAL} == REAL


def test_a_region_that_is_not_one_is_refused_on_moto(clean):
    """The error names the known Regions."""
    with pytest.raises(BackendError, match="'nonsense-1' is not known: set region="):
        connect("moto", region="nonsense-1")


def test_streams_answer_on_moto(clean):
    """Trap: boto3 1.44.4 and newer get 404 from moto's streams without our setting."""
    with connect("moto") as backend:
        make_table(backend)
        backend.dynamodb.put_item(TableName="table", Item={"pk": "1"})
        streams = backend.client("dynamodbstreams")
        (stream,) = streams.list_streams()["Streams"]
        shards = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"][
            "Shards"
        ]
        iterator = streams.get_shard_iterator(
            StreamArn=stream["StreamArn"],
            ShardId=shards[0]["ShardId"],
            ShardIteratorType="TRIM_HORIZON",
        )["ShardIterator"]

        assert len(streams.get_records(ShardIterator=iterator)["Records"]) == 1


def test_a_client_that_outlives_moto_is_refused(clean):
    """Trap: after the mock stops, the same client talks to AWS."""
    backend = connect("moto")
    clients = [backend.client("dynamodb"), backend.dynamodb, backend.resource.meta.client]
    backend.close()
    backend.close()  # twice is no mistake

    for client in clients:
        with pytest.raises(RequestRefused, match="closed.*connect\\('moto'\\)"):
            client.list_tables()


def test_a_closed_connection_does_not_write_through_another(clean):
    """A closed connection refuses a request before moto processes it."""
    closed, open_one = connect("moto"), connect("moto")
    make_table(open_one)
    client = closed.client("dynamodb")
    closed.close()

    with open_one:
        with pytest.raises(RequestRefused):
            client.put_item(TableName="table", Item={"pk": {"S": "1"}})
        assert open_one.dynamodb.scan(TableName="table")["Items"] == []


def test_a_mock_that_somebody_else_stopped_is_noticed(clean):
    """Each request checks whether the mock is on."""
    with connect("moto") as backend:
        client = backend.client("dynamodb")
        backend.moto.mock.stop()
        try:
            with pytest.raises(RequestRefused, match="moto is switched off"):
                client.list_tables()
        finally:
            backend.moto.mock.start()


def test_a_process_starts_with_no_tables(clean):
    """Moto's tables are dropped with its last connection."""
    with connect("moto") as one:
        make_table(one)
        with connect("moto") as other:
            assert tables(other) == ["table"]
        assert tables(one) == ["table"]
    with connect("moto") as backend:
        assert tables(backend) == []


def test_motos_server_mode_is_refused(clean):
    """TEST_SERVER_MODE would turn moto's mock into requests to a server."""
    printed = run("""
        import os
        os.environ["TEST_SERVER_MODE"] = "true"
        from cruddur_lib.backends import BackendError, connect
        try:
            connect("moto")
        except BackendError as error:
            print(error)
    """)

    assert "TEST_SERVER_MODE" in printed


# A local engine


@pytest.fixture
def moto_server(clean):
    """Start moto's server and return its URL."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
    BackendDict.reset()  # it shares its tables with the moto of this process


def test_motos_server_is_told_from_dynamodb_local(moto_server):
    """The engine is identified by its reply, because an address does not identify it."""
    with connect("local", endpoint=moto_server) as backend:
        make_table(backend)

        assert backend.engine is Engine.MOTO_SERVER
        assert "moto's server" in repr(backend)
        assert tables(backend) == ["table"]


def test_an_engine_that_nobody_knows_is_called_unknown(clean):
    """Any reply is enough to connect, but not to be trusted as a known engine."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(400)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with connect("local", endpoint=f"http://127.0.0.1:{server.server_port}") as backend:
            assert backend.engine is Engine.UNKNOWN
        server.shutdown()


def test_no_engine_says_how_to_start_one(clean):
    """The error names the address and both ways to go on."""
    expected = r"http://127.0.0.1:1: start one with bin/ddb/start, or .*CRUDDUR_BACKEND=moto"

    with pytest.raises(BackendError, match=expected):
        connect("local", endpoint="http://127.0.0.1:1")


@pytest.mark.parametrize(
    "endpoint",
    ["https://dynamodb.us-east-1.amazonaws.com", "http://10.0.0.5:8000", "127.0.0.1:8000", "x"],
)
def test_a_local_engine_is_on_this_machine(clean, endpoint):
    """AWS_ENDPOINT_URL_DYNAMODB cannot move "local" to another host."""
    clean.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)

    with pytest.raises(BackendError, match="is not on this machine"):
        connect("local")


@pytest.mark.parametrize("database", ["my-database", "ü", "a b"])
def test_a_database_is_letters_and_digits(clean, database):
    """DynamoDB Local refuses other access keys."""
    with pytest.raises(BackendError, match="letters and digits"):
        connect("local", database=database)


def test_an_engine_is_asked_once_and_told_where_not_to_go(clean):
    """A busy engine is asked only once, and a request for another host is not sent."""
    asked = []

    class Busy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_response(500)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with HTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with connect("local", endpoint=f"http://127.0.0.1:{server.server_port}") as backend:
            assert len(asked) == 1
            client = backend.client("dynamodb")

            def elsewhere(request, **_):
                request.url = "https://example.org/"

            client.meta.events.register("before-sign", elsewhere)
            with pytest.raises(RequestRefused, match="example.org: not sent"):
                client.list_tables()
        server.shutdown()


def test_a_proxy_is_not_asked_about_this_machine(moto_server, monkeypatch):
    """Trap: HTTP_PROXY would send local requests to the company's proxy."""
    monkeypatch.setenv("HTTP_PROXY", "http://203.0.113.1:3128")

    with connect("local", endpoint=moto_server) as backend:
        assert backend.client("dynamodb").list_tables()


def test_real_keys_do_not_reach_a_local_engine(moto_server, signed_in):
    """The access key that the engine gets is the database's name."""
    with connect("local", endpoint=moto_server, database="mine") as backend:
        assert backend._session.get_credentials().access_key == "mine"


@pytest.mark.dynamodb_local
def test_dynamodb_local_is_who_it_says():
    """CI's second run uses DynamoDB Local and no stand-in."""
    with connect("local") as backend:
        assert backend.engine is Engine.DYNAMODB_LOCAL


@pytest.mark.dynamodb_local
def test_databases_of_dynamodb_local_are_apart():
    """Each access key has its own database, and equal names share one."""
    with (
        connect(database="a1") as one,
        connect(database="b1") as other,
        connect(database="a1") as twin,
    ):
        make_table(one)
        try:
            assert (tables(one), tables(other), tables(twin)) == (["table"], [], ["table"])
        finally:
            one.client("dynamodb").delete_table(TableName="table")


# AWS: every request goes to moto's tables or is refused, and none leaves the machine


def on_aws(**more: object) -> Backend:
    """Return a connection to "AWS" whose requests, after the guard, go to moto's tables."""
    backend = connect("aws", region="us-east-1", **more)
    stub = BotocoreStubber()
    stub.enabled = True
    for client in (backend.client("dynamodb"), backend.client("sts"), backend.dynamodb):
        client.meta.events.register("before-send", stub)
    return backend


def test_aws_reads_by_default(signed_in):
    """A read passes and a write is refused, whichever client sends it."""
    backend = on_aws()

    assert tables(backend) == []
    assert repr(backend) == "<Backend aws: AWS, us-east-1>"
    with pytest.raises(RequestRefused, match="CreateTable writes on AWS"):
        make_table(backend)
    with pytest.raises(RequestRefused, match="PutItem"):
        backend.resource.Table("table").put_item(Item={"pk": "1"})
    with (
        pytest.raises(RequestRefused, match="BatchWriteItem"),
        backend.resource.Table("table").batch_writer() as batch,
    ):
        batch.put_item(Item={"pk": "1"})
    with pytest.raises(RequestRefused, match="ExecuteStatement"):
        backend.dynamodb.execute_statement(Statement="SELECT * FROM table")


def test_writes_need_the_account_that_is_meant(signed_in):
    """AWS STS says whose credentials these are; a write to another account is not sent."""
    other = on_aws(write=True, account="999999999999")
    with pytest.raises(RequestRefused, match=f"account {ACCOUNT}, not to 999999999999: not sent"):
        make_table(other)
    assert tables(other) == []

    right = on_aws(write=True, account=ACCOUNT, destroy="table")
    make_table(right)
    assert tables(right) == ["table"]
    right.client("dynamodb").delete_table(TableName="table")


def test_deletes_need_the_tables_name(signed_in):
    """write and account do not allow DeleteTable, UpdateTable or a bulk delete."""
    backend = on_aws(write=True, account=ACCOUNT)
    client = backend.dynamodb
    deletes = [{"DeleteRequest": {"Key": {"pk": key}}} for key in ("1", "2")]

    for call in (
        lambda: client.delete_table(TableName="table"),
        lambda: client.update_table(TableName="table", BillingMode="PAY_PER_REQUEST"),
        lambda: client.batch_write_item(RequestItems={"table": deletes}),
    ):
        with pytest.raises(RequestRefused, match="name typed for that is None"):
            call()


def test_write_without_an_account_is_a_mistake_at_once(signed_in):
    """`connect` refuses it before any request."""
    for account in (None, "", "1234", 123456789012, "12345678901x"):
        with pytest.raises(BackendError, match="needs account=.*12 digits"):
            connect("aws", region="us-east-1", write=True, account=account)


def test_an_endpoint_in_the_environment_does_not_move_aws(signed_in):
    """Trap: AWS_ENDPOINT_URL also moves STS, so another host would confirm the account."""
    signed_in.setenv("AWS_ENDPOINT_URL", "http://203.0.113.1")

    backend = connect("aws", region="eu-west-1")

    urls = [backend.client(s).meta.endpoint_url for s in ("dynamodb", "sts")]
    assert urls == [
        "https://dynamodb.eu-west-1.amazonaws.com",
        "https://sts.eu-west-1.amazonaws.com",
    ]


def test_a_request_for_another_host_is_refused(signed_in):
    """The guard checks where a request goes, not how its client was made."""
    backend = on_aws()
    client = backend.client("dynamodb")

    def elsewhere(request, **_):
        request.url = "https://example.org/"

    client.meta.events.register("before-sign", elsewhere)
    with pytest.raises(RequestRefused, match="about to go to example.org: not sent"):
        client.list_tables()


@pytest.mark.parametrize("region", ["us-east-9", "US-EAST-1", "us-east-1.example.org"])
def test_regions_are_from_a_list(signed_in, region):
    """A mistyped Region must not become a host."""
    with pytest.raises(BackendError, match=f"'{region}' is not known.*us-west-2"):
        connect("aws", region=region)


def test_the_region_comes_from_the_call_the_environment_or_the_profile(signed_in):
    """In this order; the profile's Region is eu-west-1."""
    assert connect("aws").region == "eu-west-1"
    signed_in.setenv("AWS_REGION", "ca-central-1")
    assert connect("aws").region == "ca-central-1"
    assert connect("aws", region="us-east-2").region == "us-east-2"


def test_aws_without_credentials_says_what_to_do(clean, tmp_path):
    """`connect` raises an error before any request."""
    clean.setenv("HOME", str(tmp_path))
    clean.setenv("AWS_EC2_METADATA_DISABLED", "true")

    with pytest.raises(BackendError, match="aws sso login"):
        connect("aws", region="us-east-1")


def test_a_profile_that_is_not_there_is_named(signed_in):
    """On AWS a missing profile is an error."""
    with pytest.raises(BackendError, match="'?work'?"):
        connect("aws", profile="work")


def test_aws_and_moto_do_not_mix(signed_in):
    """While moto runs it would answer for AWS, and no write would reach AWS."""
    early = connect("aws", region="us-east-1")
    with connect("moto"):
        with pytest.raises(BackendError, match="moto runs in this process"):
            connect("aws", region="us-east-1")
        with pytest.raises(BackendError, match="moto runs in this process"):
            early.client("dynamodb").list_tables()
    with mock_aws(), pytest.raises(BackendError, match="moto runs in this process"):
        connect("aws", region="us-east-1")


def test_the_factory_is_not_boto3(clean):
    """Control: boto3's own client goes to the address in the environment."""
    clean.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")

    client = boto3.client(
        "dynamodb", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y"
    )

    assert client.meta.endpoint_url == "http://127.0.0.1:1"
