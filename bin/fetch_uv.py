"""uv, the program that makes `.venv`: the one on PATH, or the one that uv.lock names, in `.tools/`.

Nothing unchecked is run: whichever way uv comes, its hash stands in uv.lock.
"""

import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import urllib.request
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
EXE = ".exe" if os.name == "nt" else ""
MB = 1_000_000
ELSE = "install uv yourself (https://docs.astral.sh/uv/) and start again."
PIP_OPTIONS = ["--quiet", "--retries=2", "--disable-pip-version-check", "--no-deps"]
PIP_OPTIONS += ["--only-binary=:all:", "--require-hashes"]


class SetupError(Exception):
    """Why there is no environment, and the next step, in two lines for the reader."""


def say(text: str) -> None:
    """Tell the reader how the set-up goes, apart from what a script prints as its result."""
    print(text, file=sys.stderr, flush=True)


def venv_python(venv: Path) -> Path:
    """Where a virtual environment keeps its Python."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find_uv() -> Path:
    """The uv on PATH if its minor version is at least uv.lock's, else our own, fetched once."""
    package, carried = locked_uv(), wheels_folder()
    found = None if carried else shutil.which("uv")
    if found and uv_version(found) >= minor(package["version"]):
        say(f"Using {found}")
        return Path(found)
    own = TOOLS / f"uv-{package['version']}{EXE}"
    if not own.exists():
        TOOLS.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=TOOLS) as scratch:
            fetched = None if carried else by_pip(package, Path(scratch))
            fetched = fetched or by_wheel(package, Path(scratch), carried)
            fetched.chmod(0o755)
            fetched.replace(own)  # at once: there is never half a uv under this name
    return own


def locked_uv() -> dict[str, Any]:
    """The entry of uv in uv.lock: its version, and its wheels with address and hash."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    return next(package for package in packages if package["name"] == "uv")


def minor(text: str) -> tuple[int, ...]:
    """Major and minor number of the first version in a text, () where it has none."""
    match = re.search(r"(\d+)\.(\d+)", text)
    return tuple(map(int, match.groups())) if match else ()


def uv_version(uv: str) -> tuple[int, ...]:
    """Major and minor number that a uv answers with, () where it cannot (a shim of pyenv)."""
    try:
        reply = subprocess.run(
            [uv, "--version"], capture_output=True, encoding="utf-8", check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return minor(reply.stdout)


def by_pip(package: dict[str, Any], scratch: Path) -> Path | None:
    """The executable of uv as pip installs it, hash-checked; None where pip is missing or fails."""
    pip = pip_command(scratch)
    if not pip:
        return None
    say(f"Installing uv {package['version']} into {TOOLS} with pip.")
    target, wanted = scratch / "target", scratch / "uv.txt"
    hashes = " ".join(f"--hash={wheel['hash']}" for wheel in package["wheels"])
    wanted.write_text(f"uv=={package['version']} {hashes}\n", "utf-8")
    reply = subprocess.run(
        [*pip, "install", *PIP_OPTIONS, "--target", str(target), "-r", str(wanted)],
        env={**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"},  # else no --target
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if reply.returncode:
        say(f"pip could not: {reply.stderr.strip().rpartition(chr(10))[2]}")
        return None
    return next(path for path in target.rglob(f"uv{EXE}") if path.is_file())


def pip_command(scratch: Path) -> list[str]:
    """How to call pip: this Python's, else that of a throw-away environment, else []."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if not importlib.util.find_spec("ensurepip"):
        return []
    venv = [sys.executable, "-m", "venv", str(scratch / "pip")]
    failed = subprocess.run(venv, capture_output=True, check=False).returncode
    return [] if failed else [str(venv_python(scratch / "pip")), "-m", "pip"]


def wheels_folder() -> Path | None:
    """The folder of bin/wheels that CRUDDUR_WHEELS names; None where it names none."""
    named = os.environ.get("CRUDDUR_WHEELS")
    if not named:
        return None
    folder = Path(named).resolve()
    if not any(folder.glob("*.whl")):
        raise SetupError(
            f"CRUDDUR_WHEELS names {folder}, where no wheel lies.\n"
            "Fill it where there is a network: bin/wheels FOLDER"
        )
    return folder


def by_wheel(package: dict[str, Any], scratch: Path, carried: Path | None = None) -> Path:
    """The executable of uv out of the wheel that uv.lock has for this machine, hash-checked; out of
    a folder, where one is carried.
    """
    libc = "manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux"
    wheel = choose_wheel(package["wheels"], sys.platform, platform.machine(), libc)
    place = wheel["url"]
    if carried:
        place = (carried / wheel["url"].rpartition("/")[2]).as_uri()
    say(f"Fetching uv {package['version']} into {TOOLS}: {place}")
    with urllib.request.urlopen(place, timeout=60) as reply:  # noqa: S310 - uv.lock's https, or here
        data = reply.read()
    check_hash(data, wheel)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        name = next(name for name in archive.namelist() if name.endswith(f"/scripts/uv{EXE}"))
        return Path(archive.extract(name, scratch))


def choose_wheel(
    wheels: list[dict[str, str]], system: str, machine: str, libc: str
) -> dict[str, str]:
    """The wheel for a system (named as sys.platform does), machine and, on Linux, C library."""
    family = {"win32": "win", "darwin": "macosx"}.get(system, libc)
    for wheel in wheels:
        tags = wheel["url"].removesuffix(".whl").rpartition("-")[2].split(".")
        if any(tag.startswith(family) and tag.endswith(f"_{machine.lower()}") for tag in tags):
            return wheel
    raise SetupError(f"uv.lock has no uv for {system} on {machine}.\nNext: {ELSE}")


def check_hash(data: bytes, wheel: dict[str, str]) -> None:
    """Refuse a download that is not byte for byte the file that uv.lock was made with."""
    got = f"sha256:{hashlib.sha256(data).hexdigest()}"
    if got != wheel["hash"]:
        message = f"{wheel['url']} has {got}, uv.lock wants {wheel['hash']}: changed on its way."
        raise SetupError(f"{message}\nNext: try another network, or {ELSE}")
