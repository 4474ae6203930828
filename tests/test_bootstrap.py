"""The way from a fresh clone to a running JupyterLab, without network: bin/'s scripts and set-up.

What uv, pip and Python said was recorded on 2026-11-22 by provoking it with uv 0.13.9: with the
network cut, a proxy that refuses, an unknown certificate, a full and a read-only file system.
"""

import argparse
import ast
import hashlib
import importlib
import json
import os
import runpy
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / "bin"
MODULES = [BIN / "bootstrap.py", BIN / "fetch_uv.py"]
SCRIPTS = [BIN / "lab", BIN / "test", BIN / "check", BIN / "lock", BIN / "wheels"]
FOR_ALL = pytest.mark.parametrize("path", MODULES + SCRIPTS, ids=lambda path: path.name)


@pytest.fixture
def bootstrap(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """bin/bootstrap.py as its scripts see it."""
    monkeypatch.syspath_prepend(str(BIN))
    return importlib.import_module("bootstrap")


@pytest.fixture
def fetch_uv(bootstrap: ModuleType) -> ModuleType:
    """bin/fetch_uv.py as bootstrap sees it."""
    return sys.modules["fetch_uv"]


@pytest.fixture
def real_run_uv(bootstrap: ModuleType) -> Callable[..., None]:
    """What `project` replaces."""
    run_uv: Callable[..., None] = bootstrap.run_uv
    return run_uv


@pytest.fixture
def project(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A project in place of this one: a lock, a pyproject.toml, no environment, a fake uv."""
    (tmp_path / "uv.lock").write_text("version = 1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    tools, venv = tmp_path / ".tools", tmp_path / ".venv"
    for name, value in {
        "ROOT": tmp_path,
        "TOOLS": tools,
        "VENV": venv,
        "STAMP": venv / ".complete",
        "UNFINISHED": tools / "unfinished",
        "find_uv": lambda: tmp_path / "uv",
        "run_uv": fake_sync(venv),
    }.items():
        monkeypatch.setattr(bootstrap, name, value)
    return tmp_path


def fake_sync(venv: Path, calls: list[tuple[str, ...]] | None = None) -> Callable[..., None]:
    """Stands in for `uv sync`: makes a Python where uv would."""

    def run_uv(_uv: object, *words: str) -> None:
        (venv / "bin").mkdir(parents=True, exist_ok=True)
        (venv / "bin/python").touch()
        (venv / "Scripts").mkdir(exist_ok=True)
        (venv / "Scripts/python.exe").touch()
        if calls is not None:
            calls.append(words)

    return run_uv


def run(*words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """A script of bin/ in a process of its own."""
    return subprocess.run(
        [sys.executable, *map(str, words)], capture_output=True, text=True, check=False, **options
    )


# Any Python can start it


@pytest.mark.parametrize("path", [BIN / "bootstrap.py", *SCRIPTS], ids=lambda path: path.name)
def test_an_old_python_can_read_it(path: Path) -> None:
    """Python 3.6 parses what it meets before the sentence that refuses it."""
    ast.parse(path.read_text("utf-8"), feature_version=(3, 6))


@FOR_ALL
def test_nothing_is_needed_but_python(path: Path) -> None:
    """Before there is an environment there is only the standard library."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    names = {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    names |= {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}

    own = {module.stem for module in MODULES}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names | own


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_an_old_python_is_refused_with_a_sentence(script: Path) -> None:
    """Which Python it is, what is wanted, and what to do: two lines, exit code 1, no traceback."""
    fake = f"import sys, runpy; sys.version_info = (3, 9, 2); sys.path[0] = {str(BIN)!r}; "

    reply = run("-c", f"{fake}runpy.run_path({str(script)!r})")

    assert reply.returncode == 1
    found, remedy = reply.stderr.splitlines()
    assert found == (
        f"Python 3.9.2 ({sys.executable}) is too old: this workbook needs Python 3.11 or newer."
    )
    assert remedy.endswith(f" for example: python3.12 {script}")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_start_by_their_name(script: Path) -> None:
    """They are executable, and no carriage return spoils their first line."""
    assert script.read_bytes().startswith(b"#!/usr/bin/env python3\n")
    assert os.name == "nt" or os.access(script, os.X_OK)


# uv itself


@pytest.mark.parametrize(
    ("system", "machine", "libc", "tag"),
    [
        ("linux", "x86_64", "manylinux", "manylinux_2_17_x86_64.manylinux2014_x86_64"),
        ("linux", "x86_64", "musllinux", "musllinux_1_1_x86_64"),
        ("linux", "aarch64", "manylinux", "manylinux_2_17_aarch64.manylinux2014_aarch64"),
        ("linux", "aarch64", "musllinux", "musllinux_1_1_aarch64"),
        ("darwin", "arm64", "musllinux", "macosx_11_0_arm64"),
        ("darwin", "x86_64", "musllinux", "macosx_10_12_x86_64"),
        ("win32", "AMD64", "musllinux", "win_amd64"),
        ("win32", "ARM64", "musllinux", "win_arm64"),
    ],
)
def test_every_common_machine_has_a_wheel_of_uv(
    fetch_uv: ModuleType, system: str, machine: str, libc: str, tag: str
) -> None:
    """uv.lock names the wheel for Linux (glibc and musl), macOS and Windows."""
    wheel = fetch_uv.choose_wheel(fetch_uv.locked_uv()["wheels"], system, machine, libc)

    assert tag in wheel["url"]
    assert wheel["url"].startswith("https://files.pythonhosted.org/")


def test_a_machine_without_a_wheel_is_told_what_to_do(fetch_uv: ModuleType) -> None:
    """Where uv.lock has no uv, the reader hears which machine that is, and the way out."""
    with pytest.raises(fetch_uv.SetupError, match=r"linux on sparc64\.\nNext: install uv yourself"):
        fetch_uv.choose_wheel(fetch_uv.locked_uv()["wheels"], "linux", "sparc64", "manylinux")


def test_a_changed_download_is_refused(fetch_uv: ModuleType) -> None:
    """One other byte than uv.lock's file has, and nothing of it is used."""
    wheel = {"url": "https://x.test/uv.whl", "hash": f"sha256:{hashlib.sha256(b'uv').hexdigest()}"}
    fetch_uv.check_hash(b"uv", wheel)

    with pytest.raises(fetch_uv.SetupError, match=r"x\.test/uv\.whl has sha256:.*uv\.lock wants"):
        fetch_uv.check_hash(b"uV", wheel)


@pytest.mark.parametrize(
    ("answer", "used"),
    [
        pytest.param("echo uv 0.13.0", True, id="the same minor version"),
        pytest.param("echo uv 1.0.0", True, id="a newer one"),
        pytest.param("echo uv 0.12.9", False, id="an older one"),
        pytest.param("echo pyenv: uv: command not found; exit 127", False, id="a shim"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="the stand-in for uv is a shell script")
def test_a_uv_on_path_is_used_if_it_is_new_enough(
    fetch_uv: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    answer: str,
    *,
    used: bool,
) -> None:
    """Where a good uv is installed, none is fetched."""
    theirs, own = tmp_path / "uv", tmp_path / f"uv-{fetch_uv.locked_uv()['version']}"
    theirs.write_text(f"#!/bin/sh\n{answer}\n")
    theirs.chmod(0o755)
    own.touch()
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(fetch_uv, "TOOLS", tmp_path)

    assert fetch_uv.find_uv() == (theirs if used else own)


def test_uv_is_run_without_settings_that_bend_it(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's way to network and disk is kept; what would change the environment is not."""
    for name in ("UV_CACHE_DIR", "UV_HTTP_TIMEOUT", "UV_NO_DEV", "UV_INDEX_URL", "UV_PROJECT"):
        monkeypatch.setenv(name, "theirs")
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "VIRTUAL_ENV", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "theirs")

    kept = {name for name, value in bootstrap.uv_environ().items() if value == "theirs"}

    assert kept == {"UV_CACHE_DIR", "UV_HTTP_TIMEOUT", "HTTPS_PROXY"}


# What may go wrong

FETCH = "  cause: error sending request for url (https://files.pythonhosted.org/x.whl)\n"
CONNECT = f"error: Failed to download `x==1`\n{FETCH}  cause: client error (Connect)\n"
DNS = "  cause: failed to lookup address information: Temporary failure in name resolution\n"
LINK = "  cause: failed to copy file from /c/a.pyi to /v/a.pyi: "
CACHE = "error: Failed to initialize cache at `/c`\n  cause: failed to create directory `/c`: "


@pytest.mark.parametrize(
    ("output", "answer"),
    [
        pytest.param(f"{CONNECT}  cause: dns error\n{DNS}", "no network", id="uv: no DNS"),
        pytest.param(
            f"{CONNECT}  cause: tcp connect error\n  cause: Connection refused (os error 111)\n",
            "no network",
            id="uv: proxy refuses",
        ),
        pytest.param(
            "<urlopen error [Errno -3] Temporary failure in name resolution>",
            "no network",
            id="urllib: no DNS",
        ),
        pytest.param("<urlopen error timed out>", "no network", id="urllib: no answer"),
        pytest.param(
            f"{CONNECT}  cause: invalid peer certificate: UnknownIssuer\n",
            "pypi.org shows a certificate",
            id="uv: certificate",
        ),
        pytest.param(
            "error: Failed to install: mypy-2.4.1.whl (mypy==2.4.1)\n"
            f"{LINK}No space left on device (os error 28)\n",
            "the disk is full",
            id="uv: disk full",
        ),
        pytest.param(
            "[Errno 28] No space left on device: 'uv'", "the disk is full", id="Python: disk full"
        ),
        pytest.param(
            f"{CACHE}Permission denied (os error 13)\n", "a folder is not writable", id="uv: denied"
        ),
        pytest.param(
            f"{CACHE}Read-only file system (os error 30)\n",
            "a folder is not writable",
            id="uv: read-only",
        ),
        pytest.param(
            "[Errno 13] Permission denied: '.tools'",
            "a folder is not writable",
            id="Python: denied",
        ),
        pytest.param("error: something new", "uv ended with exit code 2", id="unknown"),
    ],
)
def test_a_failure_is_explained(bootstrap: ModuleType, output: str, answer: str) -> None:
    """What is wrong, then the next step, in two lines."""
    told = bootstrap.explain(output, otherwise="uv ended with exit code 2, for the reason above.")

    assert told.startswith(answer)
    assert len(told.splitlines()) == 2
    assert "tart again" in told


def test_a_failure_of_uv_is_shown_and_explained(
    bootstrap: ModuleType,
    real_run_uv: Callable[..., None],
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What uv says goes through, but for its list of packages; the last words are ours."""
    talk = "import sys; print(' + a==1', file=sys.stderr); sys.exit('failed: (os error 28)')"
    monkeypatch.setattr(
        bootstrap, "run_uv", lambda *_words: real_run_uv(sys.executable, "-c", talk)
    )

    with pytest.raises(SystemExit, match=r"^Set-up stopped: the disk is full"):
        bootstrap.ensure_environment()

    assert capsys.readouterr().err.splitlines()[1:] == ["failed: (os error 28)"]


@pytest.mark.parametrize("name", ["uv.lock", "pyproject.toml"])
def test_a_missing_file_is_named(bootstrap: ModuleType, project: Path, name: str) -> None:
    """A clone that lost its lock is told how to get it back."""
    (project / name).unlink()

    with pytest.raises(SystemExit, match=f"{name} is missing .*\n.*git checkout -- {name}"):
        bootstrap.ensure_environment()


def test_a_disk_without_room_is_seen_before_the_work(bootstrap: ModuleType, project: Path) -> None:
    """How much there is, how much is needed, what to do."""
    wanted = 10**18

    with pytest.raises(bootstrap.SetupError, match=r"MB free, set-up needs about .* MB\.\nMake"):
        bootstrap.check_disk(wanted)


# When there is work to do


def test_a_complete_environment_is_left_alone(
    bootstrap: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second start runs no uv and needs no network."""
    python = bootstrap.ensure_environment()
    monkeypatch.setattr(bootstrap, "find_uv", lambda: pytest.fail("uv was wanted"))

    assert bootstrap.ensure_environment() == python
    assert python.is_relative_to(project)


SETTINGS = "data/environment/etc/settings.json"


@pytest.mark.parametrize("name", ["uv.lock", "pyproject.toml", SETTINGS, ".venv/bin/python"])
def test_a_change_is_set_up(
    bootstrap: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Another lock, another pyproject.toml, a setting of JupyterLab's, or a Python that went: uv
    brings .venv up to it.
    """
    bootstrap.ensure_environment()
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(bootstrap, "run_uv", fake_sync(project / ".venv", calls))
    if name.startswith(".venv"):
        bootstrap.venv_python(project / ".venv").unlink()
    else:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("# changed\n")

    bootstrap.ensure_environment()

    assert [words[:2] for words in calls] == [("sync", "--frozen")]
    assert bootstrap.is_ready()


def test_wheels_that_were_carried_need_no_network(
    bootstrap: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """uv is told to look in the folder and nowhere else, and to check what lies there by uv.lock's
    hashes; cruddur_lib itself comes as editable. With a real folder: .ci/offline.
    """
    folder = project / "wheels"
    folder.mkdir()
    (folder / "uv-1-py3-none-any.whl").touch()
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(bootstrap, "run_uv", fake_sync(project / ".venv", calls))
    monkeypatch.setenv("CRUDDUR_WHEELS", str(folder))

    bootstrap.ensure_environment()

    assert [words[0] for words in calls] == ["venv", "pip", "pip"]
    for words in calls[1:]:
        assert {"--offline", "--no-index", str(folder)} <= set(words)
    assert {"--require-hashes", str(folder / "requirements.txt")} <= set(calls[1])
    assert {"--editable", "--no-deps"} <= set(calls[2])
    assert bootstrap.is_ready()


def test_uv_comes_out_of_the_folder(
    fetch_uv: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its hash, without pip and without PATH's."""
    name = "uv-9.9-py3-none-manylinux_2_17_x86_64.whl"
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        archive.writestr("uv-9.9.data/scripts/uv", "the carried one")
    wheel = {"url": f"https://example.org/{name}", "hash": digest(tmp_path / name)}
    monkeypatch.setattr(fetch_uv, "EXE", "")
    monkeypatch.setattr(fetch_uv, "TOOLS", tmp_path / "tools")
    monkeypatch.setattr(fetch_uv, "locked_uv", lambda: {"version": "9.9", "wheels": [wheel]})
    monkeypatch.setattr(fetch_uv, "choose_wheel", lambda *_: wheel)
    monkeypatch.setattr(fetch_uv, "by_pip", lambda *_: pytest.fail("pip was asked"))
    monkeypatch.setenv("CRUDDUR_WHEELS", str(tmp_path))

    assert fetch_uv.find_uv().read_text() == "the carried one"

    (tmp_path / "tools" / "uv-9.9").unlink()
    wheel["hash"] = "sha256:0"
    with pytest.raises(fetch_uv.SetupError, match="changed on its way"):
        fetch_uv.find_uv()


def test_a_folder_without_wheels_is_named(
    fetch_uv: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the command that fills it."""
    monkeypatch.setenv("CRUDDUR_WHEELS", str(tmp_path))
    with pytest.raises(fetch_uv.SetupError, match="where no wheel lies.\nFill it .* bin/wheels"):
        fetch_uv.wheels_folder()


def digest(path: Path) -> str:
    """As uv.lock writes it."""
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


@pytest.mark.parametrize("end", [KeyboardInterrupt, OSError, SystemError])
def test_half_an_environment_is_thrown_away(
    bootstrap: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch, end: type[BaseException]
) -> None:
    """An interrupted set-up leaves no valid stamp, and the next one begins anew."""

    def interrupted(*_words: object) -> None:
        (project / ".venv/lib").mkdir(parents=True)
        raise end

    whole = bootstrap.run_uv
    monkeypatch.setattr(bootstrap, "run_uv", interrupted)
    with pytest.raises((SystemExit, SystemError)):
        bootstrap.ensure_environment()
    assert not bootstrap.is_ready()
    monkeypatch.setattr(bootstrap, "run_uv", whole)

    bootstrap.ensure_environment()

    assert not (project / ".venv/lib").exists()
    assert bootstrap.is_ready()


def test_a_moved_environment_is_thrown_away(bootstrap: ModuleType, project: Path) -> None:
    """The programs in .venv/bin hold the path they were made for."""
    bootstrap.ensure_environment()
    bootstrap.STAMP.write_text("/elsewhere\nhash\n")
    (project / ".venv/old").touch()

    bootstrap.ensure_environment()

    assert not (project / ".venv/old").exists()


def test_ctrl_c_is_quiet(
    bootstrap: ModuleType,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Ctrl-C in a set-up ends with the shell's code for it, and with nothing to read."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "make_environment", interrupted)

    with pytest.raises(SystemExit) as end:
        bootstrap.ensure_environment()

    assert end.value.code == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(os.name == "nt", reason="flock")
def test_two_set_ups_wait_for_each_other(bootstrap: ModuleType, project: Path) -> None:
    """The second one begins when the first one's process is gone, even if it was killed."""
    held = "import fcntl, sys, time; f = open('.tools/lock', 'a'); fcntl.flock(f, fcntl.LOCK_EX); "
    (project / ".tools").mkdir()
    other = subprocess.Popen(
        [sys.executable, "-c", f"{held}print('held', flush=True); time.sleep(60)"],
        cwd=project,
        stdout=subprocess.PIPE,
    )
    with other:
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        with (project / ".tools/lock").open("a") as handle:
            assert not bootstrap.try_lock(handle)
            other.kill()
            other.wait()
            time.sleep(0.01)
            assert bootstrap.try_lock(handle)


# bin/lab


def test_an_unknown_notebook_is_answered_with_the_known_ones() -> None:
    """One line, before any set-up, exit code 2."""
    known = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))

    reply = run(BIN / "lab", "99-nowhere", cwd="/")

    assert (reply.returncode, reply.stdout) == (2, "")
    there = f"notebooks/ has: {', '.join(known)}"
    assert reply.stderr == f"bin/lab: there is no notebook '99-nowhere'; {there}\n"


@pytest.mark.parametrize("number", ["0", "65536", "-1", "http", "8888.5"])
def test_what_is_no_port_is_a_wrong_word(number: str) -> None:
    """A usage line and exit code 2."""
    reply = run(BIN / "lab", f"--port={number}")

    assert reply.returncode == 2
    assert reply.stderr.startswith("usage: bin/lab")
    assert "is not a port, which is a number from 1 to 65535" in reply.stderr


@pytest.fixture
def lab(bootstrap: ModuleType) -> dict[str, Any]:
    """The functions of bin/lab."""
    assert bootstrap
    return runpy.run_path(str(BIN / "lab"), run_name="lab")


def test_a_notebook_has_several_names(lab: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its stem or its file's name, alone or as a path from the current folder."""
    folder = ROOT / "notebooks"
    file = min(folder.glob("*.ipynb")).name
    monkeypatch.chdir(ROOT)

    for name in (file, Path(file).stem, f"notebooks/{file}", str(folder / file)):
        assert lab["find_notebook"](name) == Path("notebooks", file)


def test_jupyterlab_keeps_its_own_defaults(lab: dict[str, Any]) -> None:
    """Neither address nor token nor origin is configured: Jupyter's defaults are the safe ones."""
    asked = argparse.Namespace(no_browser=True, port=8899, demo=False)

    words = lab["command"](Path("python"), Path("notebooks/a b.ipynb"), asked)

    assert {word.split("=")[0] for word in words[4:]} <= {
        "--ServerApp.root_dir",
        "--LabApp.default_url",
        "--LabApp.news_url",
        "--LabApp.check_for_updates_class",
        "--no-browser",
        "--port",
        "--port-retries",
        "--allow-root",
    }
    assert "--LabApp.default_url=/lab/tree/notebooks/a%20b.ipynb" in words


def test_a_demo_is_larger(
    lab: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By settings of its own, in which what is changed stays, and by a variable that kernels
    inherit; without the word there is neither.
    """
    started: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(lab["bootstrap"], "become", lambda *what: started.append(what))
    monkeypatch.setitem(lab["demo_settings"].__globals__, "OWN_DEMO", tmp_path / "demo")
    monkeypatch.delenv("CRUDDUR_DEMO", raising=False)
    for demo in (True, True, False):
        asked = argparse.Namespace(no_browser=True, port=None, demo=demo)
        lab["run"](lab["command"](Path("python"), Path("notebooks/a.ipynb"), asked), demo=demo)
        (tmp_path / "demo" / "changed").touch()

    (words, environ), (again, _), (plain, quiet) = started
    (file,) = (tmp_path / "demo").rglob("themes.jupyterlab-settings")
    sizes = json.loads(file.read_text("utf-8"))["overrides"].values()
    assert set(words) - set(plain) == {f"--LabApp.user_settings_dir={tmp_path / 'demo'}"}
    assert again == words
    assert (environ["CRUDDUR_DEMO"], "CRUDDUR_DEMO" in quiet) == ("1", False)
    assert all(int(size.removesuffix("px")) > 16 for size in sizes)  # JupyterLab's own: 13 and 14


def test_a_taken_port_is_named(lab: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """One line with the next step, exit code 1: a port that was asked for is not replaced."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        with pytest.raises(SystemExit) as end:
            lab["check_port"](number)

    assert end.value.code == 1
    assert capsys.readouterr().err == (
        f"bin/lab: port {number} is taken; give another one, or none: JupyterLab then finds one\n"
    )


def test_a_missing_engine_is_said_before_a_notebook_fails(
    lab: dict[str, Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only where an engine on this machine was asked for, and none listens there."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")
    for backend in ("moto", "local"):
        monkeypatch.setenv("CRUDDUR_BACKEND", backend)
        lab["look_for_engine"]()

    said = "CRUDDUR_BACKEND=local, and no engine answers at http://127.0.0.1:1: bin/ddb/start\n"
    assert capsys.readouterr().err == said
