"""Tests of the scripts in bin/ddb/: what they print, how they end, and how they reach AWS."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from moto.core.base_backend import BackendDict
from moto.core.botocore_stubber import BotocoreStubber
from moto.server import ThreadedMotoServer

from cruddur_lib.backends import connect
from cruddur_lib.backends.aws import AwsBackend
from cruddur_lib.cli import ddb, patterns
from cruddur_lib.cli import script as scripts
from cruddur_lib.messaging import seeds, table

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(
    path for path in (ROOT / "bin" / "ddb").rglob("*") if path.is_file() and not path.suffix
)
SCRIPTS_AS_DATA = [
    ddb.SCHEMA_LOAD,
    ddb.SEED,
    ddb.SCAN,
    ddb.LIST_TABLES,
    ddb.DROP,
    ddb.STREAM,
    patterns.LIST_MESSAGES,
    patterns.LIST_MESSAGE_GROUPS,
    patterns.CREATE_MESSAGE_GROUP,
    patterns.CREATE_MESSAGE,
]
every_command = pytest.mark.parametrize("script", SCRIPTS_AS_DATA, ids=lambda script: script.name)
WRITE = ["--text", "Hello"]


@pytest.fixture(scope="module")
def address():
    """The address of an engine: DynamoDB Local if the run uses it, otherwise moto's server."""
    if os.environ.get("CRUDDUR_BACKEND") == "local":
        yield os.environ["AWS_ENDPOINT_URL_DYNAMODB"]
        return
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def engine(address, monkeypatch):
    """An engine without tables, which the scripts find by the environment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", address)
    monkeypatch.setenv("CRUDDUR_DATABASE", f"t{uuid4().hex}")
    yield
    with connect("local") as backend:
        for name in table.names(backend):
            table.drop(backend, name)


@pytest.fixture
def loaded(engine, call):
    """The same engine with the seeded table."""
    for script in (ddb.SCHEMA_LOAD, ddb.SEED):
        call(script)


@pytest.fixture
def call(capsys):
    """Call a script with these words: exit code, standard output, standard error."""

    def called(script, *words):
        code = scripts.run(script, "usage", list(words))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return called


def test_the_table_is_made_once(engine, call):
    """A second schema-load says that the table exists and succeeds."""
    assert call(ddb.LIST_TABLES) == (0, "", "no tables yet: bin/ddb/schema-load makes one\n")
    assert call(ddb.SCHEMA_LOAD) == (0, "cruddur-messages: made, provisioned\n", "")
    assert call(ddb.SCHEMA_LOAD) == (0, "cruddur-messages: was there, left as it is\n", "")
    assert call(ddb.SCHEMA_LOAD, "--table", "other", "--on-demand")[1] == "other: made, on-demand\n"
    assert call(ddb.LIST_TABLES)[1] == "cruddur-messages\nother\n"
    assert json.loads(call(ddb.LIST_TABLES, "--json")[1]) == ["cruddur-messages", "other"]


def test_it_is_seeded_once(engine, call):
    """There are 106 items after the first seed and after the second."""
    call(ddb.SCHEMA_LOAD)

    assert call(ddb.SEED)[1] == "cruddur-messages: 104 messages and 2 group rows put\n"
    assert call(ddb.SEED)[1] == "cruddur-messages: seeded before, left as it is\n"
    code, out, err = call(ddb.SCAN)
    assert (code, err) == (0, "106 items: 2 GRP, 104 MSG\n")
    assert len(out.splitlines()) == 107
    assert len(json.loads(call(ddb.SCAN, "--json")[1])) == 106


def test_the_four_patterns_and_the_stream(loaded, call):
    """A message is in the conversation at once, and in the inbox after the stream was read."""
    code, out, _ = call(patterns.CREATE_MESSAGE, "--text", "Which", "bug?")
    assert code == 0
    assert "in message group" in out
    assert call(patterns.LIST_MESSAGES, "--limit", "1")[1].endswith("@andrewbrown: Which bug?\n")
    assert "Soup's nearly ready" in call(patterns.LIST_MESSAGE_GROUPS)[1]

    assert call(ddb.STREAM)[:1] == (0,)
    assert call(patterns.LIST_MESSAGE_GROUPS)[1].endswith("@bayko: Which bug?\n")
    hello = ["--from", "zoemarchand", "--to", "andrewbrown", "--text", "Hello", "--json"]
    assert json.loads(call(patterns.CREATE_MESSAGE_GROUP, *hello)[1])["text"] == "Hello"
    groups = json.loads(call(patterns.LIST_MESSAGE_GROUPS, "--json")[1])
    assert [group["other"]["handle"] for group in groups] == ["zoemarchand", "bayko"]


def test_messages_come_from_as_many_pages_as_are_needed(loaded, call):
    """50 of 104 messages are shown oldest first; a larger limit shows all of them."""
    sent = [draft.text for draft in seeds.conversation()]

    words = ["--user", "bayko", "--with", "andrewbrown", "--limit", "50"]
    out = call(patterns.LIST_MESSAGES, *words)[1]
    assert [line.partition(": ")[2] for line in out.splitlines()] == sent[-50:]
    everything = json.loads(call(patterns.LIST_MESSAGES, "--limit", "1000", "--json")[1])
    assert [message["text"] for message in everything] == sent[::-1]


def test_a_poison_record_is_told_and_passed_over(loaded, call):
    """A record that cannot be handled is reported, and reading goes on."""
    with connect("local") as backend:
        backend.dynamodb.put_item(TableName=table.TABLE_NAME, Item={"pk": "USR#1", "sk": "x"})

    code, _, err = call(ddb.STREAM)

    assert code == 0
    assert err.startswith("passed over, cannot be handled: {")


def test_following_the_stream_ends_with_ctrl_c(loaded, call, monkeypatch):
    """Ctrl-C gives exit code 130 and no traceback."""
    monkeypatch.setattr(ddb, "time", Interrupted())

    code, out, err = call(ddb.STREAM, "--follow")

    assert (code, err) == (130, "")
    assert out == "106 records in 2 batches\n"


class Interrupted:
    """Ctrl-C at the first pause."""

    def sleep(self, _seconds) -> None:
        """Raise what Ctrl-C raises."""
        raise KeyboardInterrupt


def test_dropping_here_asks_nothing(loaded, call):
    """A table on this machine is dropped without a question."""
    assert call(ddb.DROP) == (0, "cruddur-messages: dropped\n", "")
    assert call(ddb.DROP) == (0, "cruddur-messages: was not there\n", "")


@pytest.mark.parametrize(
    ("script", "words", "said"),
    [
        (ddb.SCAN, ["--table", "nope"], "no table nope .*there are: cruddur-messages"),
        (ddb.SEED, ["--table", "nope"], "Make it first .bin/ddb/schema-load"),
        (patterns.LIST_MESSAGES, ["--user", "nobody"], "no user has the handle 'nobody'"),
        (patterns.LIST_MESSAGES, ["--limit", "0"], "limit is 0 items"),
        (patterns.LIST_MESSAGES, ["--with", "zoemarchand"], "no message group"),
        (patterns.CREATE_MESSAGE, ["--text", " "], "blank"),
        (patterns.CREATE_MESSAGE, ["--to", "zoemarchand", *WRITE], "no message group"),
        (ddb.SCHEMA_LOAD, ["--table", ""], "the engine refused: .*TableName"),
    ],
)
@pytest.mark.quick_cases(4)
def test_what_fails_is_one_line_and_exit_code_1(loaded, call, script, words, said):
    """A failure is one line: the script's name, the reason, the next step."""
    code, out, err = call(script, *words)

    assert (code, out) == (1, "")
    assert re.search(said, err)
    assert err.startswith(f"{script.name}: ")
    assert err.count("\n") == 1


@every_command
def test_without_an_engine_it_says_how_to_start_one(script, call, monkeypatch):
    """Without an engine, one line says how to start one; the exit code is 1."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")

    code, _, err = call(script, *(WRITE if script.name.count("create") else []))

    assert code == 1
    assert "start one with bin/ddb/start" in err
    assert err.count("\n") == 1


@every_command
@pytest.mark.parametrize("word", ["prodd", "production", "PROD", "pro"])
def test_only_the_exact_word_is_aws(script, call, word, capsys):
    """Any word but `prod` is a usage error and never means AWS."""
    with pytest.raises(SystemExit) as stopped:
        call(script, word, *(WRITE if script.name.count("create") else []))

    assert stopped.value.code == 2
    assert f"invalid choice: '{word}'" in capsys.readouterr().err


# AWS: these tests send no request to AWS; moto's tables answer the requests that pass the guard


@pytest.fixture
def signed_in(monkeypatch, tmp_path):
    """Invented keys, no profile, and a Region."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL_DYNAMODB", "CRUDDUR_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "up")
    monkeypatch.setenv("AWS_REGION", "us-east-1")


@pytest.fixture
def aws(signed_in, monkeypatch):
    """An "AWS" whose requests moto's tables answer; its account is 123456789012."""
    made = AwsBackend._make

    def answered(self, service, config):
        client = made(self, service, config)
        stub = BotocoreStubber()
        stub.enabled = True
        client.meta.events.register("before-send", stub)
        return client

    resource = AwsBackend.resource.func

    def answered_resource(self):
        made = resource(self)
        stub = BotocoreStubber()
        stub.enabled = True
        made.meta.client.meta.events.register("before-send", stub)
        return made

    monkeypatch.setattr(AwsBackend, "_make", answered)
    patched = type(AwsBackend.resource)(answered_resource)
    patched.__set_name__(AwsBackend, "resource")
    monkeypatch.setattr(AwsBackend, "resource", patched)
    BackendDict.reset()
    yield ["prod", "--account", "123456789012"]
    BackendDict.reset()


def test_on_aws_writing_needs_the_account(aws, call):
    """A write needs the id of the account: none and a wrong one are refused."""
    code, _, err = call(ddb.SCHEMA_LOAD, "prod")
    assert (code, "needs --account" in err) == (1, True)
    code, _, err = call(ddb.SCHEMA_LOAD, "prod", "--account", "999999999999")
    assert (code, "belong to account 123456789012, not to 999999999999" in err) == (1, True)
    assert call(ddb.LIST_TABLES, "prod")[1] == ""

    assert call(ddb.SCHEMA_LOAD, *aws)[0] == 0
    assert call(ddb.SEED, *aws)[0] == 0
    assert call(ddb.LIST_TABLES, "prod")[1] == "cruddur-messages\n"
    assert len(json.loads(call(ddb.SCAN, "prod", "--json")[1])) == 106


@pytest.mark.parametrize("typed", ["", "yes\n", "cruddur-message\n", "y\n"])
def test_dropping_on_aws_takes_the_tables_name(aws, call, monkeypatch, typed):
    """Any other text than the table's name drops nothing."""
    call(ddb.SCHEMA_LOAD, *aws)
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))

    code, out, err = call(ddb.DROP, *aws)

    assert (code, out) == (1, "")
    assert "Type its name" in err
    assert "not dropped" in err
    assert call(ddb.LIST_TABLES, "prod")[1] == "cruddur-messages\n"


@pytest.mark.parametrize("how", ["typed", "--yes-drop"])
def test_the_name_drops_it(aws, call, monkeypatch, how):
    """The table's name drops it, typed or given as --yes-drop."""
    call(ddb.SCHEMA_LOAD, *aws)
    monkeypatch.setattr(sys, "stdin", io.StringIO("cruddur-messages\n" if how == "typed" else ""))
    words = [] if how == "typed" else ["--yes-drop", "cruddur-messages"]

    assert call(ddb.DROP, *aws, *words)[:2] == (0, "cruddur-messages: dropped\n")


def test_aws_without_credentials_is_one_line(signed_in, call, monkeypatch):
    """Missing credentials are one line and exit code 1."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    code, _, err = call(ddb.SCAN, "prod")

    assert (code, err.count("\n")) == (1, 1)
    assert "aws sso login" in err


# The script files


def test_every_script_is_here():
    """bin/ddb/ has the scripts that are declared as data, and bin/ddb/start."""
    names = {str(path.relative_to(ROOT)) for path in SCRIPTS}

    assert names == {*(script.name for script in SCRIPTS_AS_DATA), "bin/ddb/start"}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
@pytest.mark.quick_cases(3)
def test_help_has_an_example(path):
    """The help of each script shows a call of that script."""
    done = subprocess.run(
        [sys.executable, str(path), "--help"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0
    assert done.stdout.count(str(path.relative_to(ROOT))) >= 2  # the usage, and an example


def test_a_reader_that_has_seen_enough_is_no_mistake(loaded):
    """`bin/ddb/scan --json | head -1` ends without a traceback."""
    scan = [sys.executable, str(ROOT / "bin" / "ddb" / "scan"), "--json"]
    with subprocess.Popen(scan, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()

    assert b"Traceback" not in said
