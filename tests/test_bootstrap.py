"""Tests of set-up and of bin/'s scripts, without a network.

The messages come from real failures: no network, a refusing proxy, an unknown certificate, a full
and a read-only file system. uv 0.13.9 was recorded on 2026-11-22, pip 26.1 on 2026-11-27.
"""

import argparse
import ast
import ensurepip
import errno
import hashlib
import importlib
import json
import os
import runpy
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / "bin"
SCRIPTS = [BIN / "lab", BIN / "test", BIN / "check", BIN / "lock", BIN / "wheels"]
FOR_ALL = pytest.mark.parametrize(
    "path", [BIN / "bootstrap.py", *SCRIPTS], ids=lambda path: path.name
)


@pytest.fixture
def bootstrap(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Import bin/bootstrap.py as its scripts do."""
    monkeypatch.syspath_prepend(str(BIN))
    return importlib.import_module("bootstrap")


@pytest.fixture
def real_run_uv(bootstrap: ModuleType) -> Callable[..., None]:
    """Return the run_uv that the fixture `project` replaces."""
    run_uv: Callable[..., None] = bootstrap.run_uv
    return run_uv


@pytest.fixture
def project(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Replace this project by one with a lock, a pyproject.toml, no environment and a fake uv."""
    (tmp_path / "uv.lock").write_text("version = 1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    tools, venv = tmp_path / ".tools", tmp_path / ".venv"
    for name, value in {
        "ROOT": tmp_path,
        "TOOLS": tools,
        "VENV": venv,
        "STAMP": venv / ".complete",
        "find_uv": lambda: "uv",
        "run_uv": fake_sync(venv),
    }.items():
        monkeypatch.setattr(bootstrap, name, value)
    return tmp_path


def fake_sync(venv: Path, calls: list[tuple[str, ...]] | None = None) -> Callable[..., None]:
    """Return a substitute for `uv sync` that makes a Python where uv would."""

    def run_uv(_uv: object, *words: str) -> None:
        (venv / "bin").mkdir(parents=True, exist_ok=True)
        (venv / "bin/python").touch()
        (venv / "Scripts").mkdir(exist_ok=True)
        (venv / "Scripts/python.exe").touch()
        if calls is not None:
            calls.append(words)

    return run_uv


def run(*words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a script of bin/ in another process."""
    return subprocess.run(
        [sys.executable, *map(str, words)], capture_output=True, text=True, check=False, **options
    )


# Any Python can start it


@FOR_ALL
def test_an_old_python_can_read_it(path: Path) -> None:
    """Python 3.6 can parse a script as far as the sentence that refuses it."""
    ast.parse(path.read_text("utf-8"), feature_version=(3, 6))


@FOR_ALL
def test_nothing_is_needed_but_python(path: Path) -> None:
    """Set-up imports only the standard library, because there is no environment yet."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    names = {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    names |= {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}

    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names | {"bootstrap"}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_an_old_python_is_refused_with_a_sentence(script: Path) -> None:
    """Two lines name the Python found, the version needed and the next step; exit code 1."""
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
    """Scripts are executable and their first line has no carriage return."""
    assert script.read_bytes().startswith(b"#!/usr/bin/env python3\n")
    assert os.name == "nt" or os.access(script, os.X_OK)


# uv itself


MACHINES = ["manylinux2014_x86_64", "manylinux2014_aarch64", "macosx_11_0_arm64", "win_amd64"]
MACHINES += ["musllinux_1_1_x86_64", "musllinux_1_1_aarch64", "macosx_10_12_x86_64", "win_arm64"]


@pytest.mark.parametrize("tag", MACHINES)
def test_every_common_machine_has_a_wheel_of_uv(bootstrap: ModuleType, tag: str) -> None:
    """uv.lock has a wheel for Linux (glibc and musl), macOS and Windows."""
    assert any(f"{tag}." in wheel["url"] for wheel in bootstrap.locked("uv")["wheels"])


def test_pip_needs_no_choice_of_wheel(bootstrap: ModuleType) -> None:
    """uv.lock has one wheel of pip, which runs on every machine."""
    (wheel,) = bootstrap.locked("pip")["wheels"]

    assert wheel["url"].startswith("https://files.pythonhosted.org/")
    assert wheel["url"].endswith("-py3-none-any.whl")


@pytest.fixture
def uv_wheel(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the wheel of a small uv 9.9 that uv.lock names, in a folder of CRUDDUR_WHEELS.

    Python's pip is hidden, so pip's own wheel is used, which is in the folder and the lock too.
    """
    folder = tmp_path / "my wheels"
    folder.mkdir()
    bundled = sysconfig.get_config_var("WHEEL_PKG_DIR") or f"{ensurepip.__path__[0]}/_bundled"
    shutil.copy(next(Path(bundled).glob("pip-*.whl")), folder)
    wheel = folder / "uv-9.9-py3-none-any.whl"
    program = zipfile.ZipInfo(f"uv-9.9.data/scripts/uv{bootstrap.EXE}")
    program.external_attr = 0o100_755 << 16
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(program, "the locked uv")
        archive.writestr("uv-9.9.dist-info/METADATA", "Name: uv\nVersion: 9.9\n")
        archive.writestr("uv-9.9.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("uv-9.9.dist-info/RECORD", "")
    with (tmp_path / "uv.lock").open("w") as lock:
        for path in folder.iterdir():
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            entry = f'{{url = "https://x.test/{path.name}", hash = "sha256:{sha256}"}}'
            name = path.name.partition("-")[0]
            lock.write(f'[[package]]\nname = "{name}"\nversion = "9.9"\nwheels = [{entry}]\n')
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path / ".tools")
    monkeypatch.setenv("CRUDDUR_WHEELS", str(folder))
    monkeypatch.setitem(sys.modules, "pip", None)
    return wheel


def test_pip_installs_the_locked_uv(bootstrap: ModuleType, uv_wheel: Path) -> None:
    """pip installs uv from the folder, as a program; the second time it is there already."""
    uv = Path(bootstrap.find_uv())
    uv_wheel.unlink()

    assert bootstrap.find_uv() == str(uv)
    assert uv.read_text() == "the locked uv"
    assert os.access(uv, os.X_OK)
    assert list(bootstrap.TOOLS.iterdir()) == [uv]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("uv", "^pip could not install uv, .*\nNext: install uv"),
        ("pip", "its hash differs.\nNext: try another network"),
    ],
)
def test_a_changed_download_is_refused(
    bootstrap: ModuleType, uv_wheel: Path, name: str, message: str
) -> None:
    """A wheel whose hash is not uv.lock's is not used."""
    with next(uv_wheel.parent.glob(f"{name}-*.whl")).open("ab") as file:
        file.write(b"one more line")

    with pytest.raises(bootstrap.SetupError, match=message):
        bootstrap.find_uv()

    assert list(bootstrap.TOOLS.iterdir()) == []


def test_a_machine_without_a_wheel_is_told_what_to_do(
    bootstrap: ModuleType, uv_wheel: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """pip says that no uv matches this machine; the last line says what to do."""
    uv_wheel.rename(uv_wheel.with_name("uv-9.9-py3-none-win_sparc64.whl"))

    with pytest.raises(bootstrap.SetupError, match="Next: install uv yourself"):
        bootstrap.find_uv()

    assert "No matching distribution found for uv==9.9" in capfd.readouterr().err


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
    bootstrap: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    answer: str,
    *,
    used: bool,
) -> None:
    """A recent uv on PATH is used; none is installed."""
    theirs, own = tmp_path / "uv", tmp_path / f"uv-{bootstrap.locked('uv')['version']}"
    theirs.write_text(f"#!/bin/sh\n{answer}\n")
    theirs.chmod(0o755)
    own.touch()
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path)

    assert bootstrap.find_uv() == str(theirs if used else own)


def test_uv_is_run_without_settings_that_change_what_it_installs(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings for network and disk are kept; those that could change the environment are not."""
    for name in ("UV_CACHE_DIR", "UV_HTTP_TIMEOUT", "UV_NO_DEV", "UV_INDEX_URL", "UV_PROJECT"):
        monkeypatch.setenv(name, "theirs")
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "VIRTUAL_ENV", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "theirs")

    kept = {name for name, value in bootstrap.tool_environ().items() if value == "theirs"}

    assert kept == {"UV_CACHE_DIR", "UV_HTTP_TIMEOUT", "HTTPS_PROXY"}


# What may go wrong

FETCH = "  cause: error sending request for url (https://files.pythonhosted.org/x.whl)\n"
CONNECT = f"error: Failed to download `x==1`\n{FETCH}  cause: client error (Connect)\n"
DNS = "  cause: failed to lookup address information: Temporary failure in name resolution\n"
LINK = "error: Failed to install: x.whl (x==1)\n  cause: failed to copy file from /c/a to /v/a: "
CACHE = "error: Failed to initialize cache at `/c`\n  cause: failed to create directory `/c`: "
RETRY = "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by "
NO_UV = "': /simple/uv/\nERROR: No matching distribution found for uv==0.13.9\n"
REFUSED = "  cause: tcp connect error\n  cause: Connection refused (os error 111)\n"
SSL = "SSLError(SSLError(136, '[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate (_ssl.c:4154)'))"

NETWORK = "no network"
CERTIFICATE = "the certificate of pypi.org"
DISK = "the disk is full"
RIGHTS = "a folder is not writable"
FAILURES = {
    "uv: no DNS": (f"{CONNECT}  cause: dns error\n{DNS}", NETWORK),
    "uv: proxy refuses": (f"{CONNECT}{REFUSED}", NETWORK),
    "uv: certificate": (
        f"{CONNECT}  cause: invalid peer certificate: UnknownIssuer\n",
        CERTIFICATE,
    ),
    "uv: disk full": (f"{LINK}No space left on device (os error 28)\n", DISK),
    "uv: denied": (f"{CACHE}Permission denied (os error 13)\n", RIGHTS),
    "uv: read-only": (f"{CACHE}Read-only file system (os error 30)\n", RIGHTS),
    "uv: unknown": ("error: something new", "uv failed, for the reason above."),
    "pip: no DNS": (f"{RETRY}'[Errno -3] Temporary failure in name resolution{NO_UV}", NETWORK),
    "pip: certificate": (f"{RETRY}'{SSL}{NO_UV}", CERTIFICATE),
    "Python: no DNS": ("<urlopen error [Errno -3] Temporary failure in name resolution>", NETWORK),
    "Python: no answer": ("<urlopen error timed out>", NETWORK),
    "Python: disk full": ("[Errno 28] No space left on device: 'uv'", DISK),
    "Python: denied": ("[Errno 13] Permission denied: '.tools'", RIGHTS),
}


@pytest.mark.parametrize(("output", "answer"), FAILURES.values(), ids=FAILURES)
def test_a_failure_is_explained(bootstrap: ModuleType, output: str, answer: str) -> None:
    """The first line says what is wrong, the second what to do."""
    message = bootstrap.explain(output, f"uv failed, for the reason above.\n{bootstrap.AGAIN}")

    assert message.startswith(answer)
    assert len(message.splitlines()) == 2
    assert "tart again" in message


def test_a_failure_of_uv_is_shown_and_explained(
    bootstrap: ModuleType,
    real_run_uv: Callable[..., None],
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """uv's messages are shown, except its list of packages; our explanation comes last."""
    talk = "import sys; print(' + a==1', file=sys.stderr); sys.exit('failed: (os error 28)')"
    monkeypatch.setattr(
        bootstrap, "run_uv", lambda *_words: real_run_uv(sys.executable, "-c", talk)
    )

    with pytest.raises(SystemExit, match=r"^Set-up stopped: the disk is full"):
        bootstrap.ensure_environment()

    assert capsys.readouterr().err.splitlines()[1:] == ["failed: (os error 28)"]


@pytest.mark.parametrize("name", ["uv.lock", "pyproject.toml"])
def test_a_missing_file_is_named(bootstrap: ModuleType, project: Path, name: str) -> None:
    """The message names the missing file and the command that restores it."""
    (project / name).unlink()

    with pytest.raises(SystemExit, match=f"{name} is missing .*\n.*git checkout -- {name}"):
        bootstrap.ensure_environment()


def test_a_disk_without_room_is_seen_before_the_work(
    bootstrap: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says how much is free, how much is needed and what to do."""
    monkeypatch.setattr(bootstrap, "NEEDED", 10**18)

    with pytest.raises(SystemExit, match=r"MB free; set-up needs about .* MB\.\nFree some"):
        bootstrap.ensure_environment()

    assert not (project / ".venv").exists()


# When there is work to do


def test_a_complete_environment_is_left_alone(
    bootstrap: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second start does not run uv and needs no network."""
    python = bootstrap.ensure_environment()
    monkeypatch.setattr(bootstrap, "find_uv", lambda: pytest.fail("uv was wanted"))

    assert bootstrap.ensure_environment() == python
    assert python.is_relative_to(project)


SETTINGS = "data/environment/etc/settings.json"


@pytest.mark.parametrize("name", ["uv.lock", "pyproject.toml", SETTINGS, ".venv/bin/python"])
def test_a_change_is_set_up(
    bootstrap: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """uv syncs .venv if the lock, pyproject.toml or a setting changed, or if Python is missing."""
    bootstrap.ensure_environment()
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(bootstrap, "run_uv", fake_sync(project / ".venv", calls))
    if name.startswith(".venv"):
        bootstrap.venv_python().unlink()
    else:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("# changed\n")

    bootstrap.ensure_environment()

    assert [words[:2] for words in calls] == [("sync", "--frozen")]
    assert bootstrap.is_ready()


def test_wheels_that_were_carried_need_no_network(
    bootstrap: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """uv installs from the folder alone, by uv.lock's hashes; cruddur_lib is installed as editable.

    .ci/offline does the same with real wheels.
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


def test_a_folder_without_wheels_is_named(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the folder and the command that fills it."""
    monkeypatch.setenv("CRUDDUR_WHEELS", str(tmp_path))
    with pytest.raises(bootstrap.SetupError, match="which has no wheels.\nFill it .* bin/wheels"):
        bootstrap.wheels_folder()


@pytest.mark.parametrize("update", [False, True], ids=["first set-up", "update"])
@pytest.mark.parametrize("end", [KeyboardInterrupt, OSError, SystemError])
def test_half_an_environment_is_thrown_away(
    bootstrap: ModuleType,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    end: type[BaseException],
    *,
    update: bool,
) -> None:
    """An interrupted set-up leaves no stamp, so the next one starts from scratch."""

    def interrupted(*_words: object) -> None:
        (project / ".venv/lib").mkdir(parents=True)
        raise end

    if update:
        bootstrap.ensure_environment()
        (project / "uv.lock").write_text("# changed\n")
    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "run_uv", interrupted)
        with pytest.raises((SystemExit, SystemError)):
            bootstrap.ensure_environment()
    assert not bootstrap.is_ready()

    bootstrap.ensure_environment()

    assert not (project / ".venv/lib").exists()
    assert bootstrap.is_ready()


def test_a_moved_environment_is_thrown_away(bootstrap: ModuleType, project: Path) -> None:
    """The programs in .venv/bin contain the path of the folder they were made in."""
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
    """Ctrl-C ends a set-up with exit code 130 and prints nothing."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "make_environment", interrupted)

    with pytest.raises(SystemExit) as end:
        bootstrap.ensure_environment()

    assert end.value.code == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(os.name == "nt", reason="flock")
def test_two_set_ups_wait_for_each_other(bootstrap: ModuleType, project: Path) -> None:
    """A second set-up starts when the first process has ended, even if it was killed."""
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


@pytest.mark.skipif(os.name == "nt", reason="flock")
def test_a_disk_without_locks_stops_no_set_up(
    bootstrap: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some network disks refuse locks; set-up then goes on without one."""

    def refuse(*_words: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)

    assert bootstrap.ensure_environment().exists()


# bin/lab


def test_an_unknown_notebook_is_answered_with_the_known_ones() -> None:
    """One line lists the notebooks, before any set-up; exit code 2."""
    known = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))

    reply = run(BIN / "lab", "99-nowhere", cwd="/")

    assert (reply.returncode, reply.stdout) == (2, "")
    there = f"notebooks/ has: {', '.join(known)}"
    assert reply.stderr == f"bin/lab: there is no notebook '99-nowhere'; {there}\n"


@pytest.mark.parametrize("number", ["0", "65536", "-1", "http", "8888.5"])
def test_a_wrong_port_is_refused(number: str) -> None:
    """The usage and the reason are printed; exit code 2."""
    reply = run(BIN / "lab", f"--port={number}")

    assert reply.returncode == 2
    assert reply.stderr.startswith("usage: bin/lab")
    assert "is not a port; a port is a number from 1 to 65535" in reply.stderr


@pytest.fixture
def lab(bootstrap: ModuleType) -> dict[str, Any]:
    """Return the functions of bin/lab."""
    assert bootstrap
    return runpy.run_path(str(BIN / "lab"), run_name="lab")


def test_a_notebook_has_several_names(lab: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook is found by its name with or without .ipynb, or by its path."""
    folder = ROOT / "notebooks"
    file = min(folder.glob("*.ipynb")).name
    monkeypatch.chdir(ROOT)

    for name in (file, Path(file).stem, f"notebooks/{file}", str(folder / file)):
        assert lab["find_notebook"](name) == Path("notebooks", file)


def test_jupyterlab_keeps_its_own_defaults(lab: dict[str, Any]) -> None:
    """Address, token and origin are not configured, because Jupyter's defaults are safe."""
    arguments = argparse.Namespace(no_browser=True, port=8899, demo=False)

    words = lab["command"](Path("python"), Path("notebooks/a b.ipynb"), arguments)

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
    """A demo has its own settings, which keep the user's changes, and sets CRUDDUR_DEMO."""
    started: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(lab["bootstrap"], "become", lambda *what: started.append(what))
    monkeypatch.setitem(lab["demo_settings"].__globals__, "OWN_DEMO", tmp_path / "demo")
    monkeypatch.delenv("CRUDDUR_DEMO", raising=False)
    for demo in (True, True, False):
        arguments = argparse.Namespace(no_browser=True, port=None, demo=demo)
        lab["run"](lab["command"](Path("python"), Path("notebooks/a.ipynb"), arguments), demo=demo)
        (tmp_path / "demo" / "changed").touch()

    (words, environ), (again, _), (plain, quiet) = started
    (file,) = (tmp_path / "demo").rglob("themes.jupyterlab-settings")
    sizes = json.loads(file.read_text("utf-8"))["overrides"].values()
    assert set(words) - set(plain) == {f"--LabApp.user_settings_dir={tmp_path / 'demo'}"}
    assert again == words
    assert (environ["CRUDDUR_DEMO"], "CRUDDUR_DEMO" in quiet) == ("1", False)
    assert all(int(size.removesuffix("px")) > 16 for size in sizes)  # JupyterLab's own: 13 and 14


def test_a_taken_port_is_named(lab: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """One line gives the next step; exit code 1. JupyterLab does not switch to another port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        with pytest.raises(SystemExit) as end:
            lab["check_port"](number)

    assert end.value.code == 1
    assert capsys.readouterr().err == (
        f"bin/lab: port {number} is taken; use another --port, or none to let JupyterLab choose\n"
    )


def test_a_missing_engine_is_reported_before_a_notebook_fails(
    lab: dict[str, Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warning appears only if CRUDDUR_BACKEND=local and no engine is running."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")
    for backend in ("moto", "local"):
        monkeypatch.setenv("CRUDDUR_BACKEND", backend)
        lab["look_for_engine"]()

    said = "CRUDDUR_BACKEND=local, but no engine answers at http://127.0.0.1:1: bin/ddb/start\n"
    assert capsys.readouterr().err == said
