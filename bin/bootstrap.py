"""The project's environment: `.venv`, made from uv.lock at the first start of a script in bin/.

It needs a Python and nothing else; fetch_uv.py finds or fetches uv. Standard library only, and no
syntax newer than Python 3.6, so that an old Python reads as far as the sentence that refuses it.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - to refuse them
    sys.exit(
        "Python {}.{}.{} ({}) is too old: this workbook needs Python 3.11 or newer.\n"
        "Install one (https://www.python.org/downloads/) and name it, for example: "
        "python3.12 {}".format(*sys.version_info[:3], sys.executable, sys.argv[0])
    )

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from fetch_uv import MB, ROOT, TOOLS, SetupError, find_uv, say, venv_python, wheels_folder

__all__ = [
    "MB",
    "ROOT",
    "VENV",
    "WHEELS_WANTED",
    "SetupError",
    "become",
    "ensure_environment",
    "find_uv",
    "in_environment",
    "run_uv",
    "say",
    "venv_environ",
]

VENV = ROOT / ".venv"
STAMP = VENV / ".complete"  # inside .venv, so that it goes when .venv goes
UNFINISHED = TOOLS / "unfinished"  # there from the begin of a set-up to its good end
WHEELS_WANTED = "requirements.txt"  # in a folder of bin/wheels: what uv.lock says, with hashes
NEEDED = 1_300 * MB  # measured 2026-11-24 on Linux: .venv and uv's cache 1,220 MB, uv itself 39 MB

# What of the user's uv settings says how to reach network and disk; the others could change what
# is installed.
UV_KEPT = re.compile("UV_(CACHE|HTTP|SYSTEM_CERTS|NATIVE_TLS|LINK_MODE|OFFLINE|CONCURRENT|NO_PROG)")
PYTHON_BENT = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"}

# Words of uv, pip or an OSError -> what is wrong and what to do. The first that is found counts.
REASONS = {
    r"No space left on device|os error (28|112)\b|not enough space": (
        f"the disk is full; set-up needs about {NEEDED // MB:,} MB for {VENV} and uv's cache.\n"
        "Make room there, or point UV_CACHE_DIR to another disk, and start again."
    ),
    r"invalid peer certificate|CERTIFICATE_VERIFY_FAILED": (
        "pypi.org shows a certificate that is not known here, as behind some company networks.\n"
        "Set SSL_CERT_FILE to your network's certificates (a .pem file) and start again."
    ),
    r"dns error|client error \(Connect\)|name resolution|getaddrinfo|onnection refused"
    r"|onnection reset|timed out|nreachable|Network connectivity is disabled": (
        "no network; the packages come from pypi.org and files.pythonhosted.org.\n"
        "Connect (behind a proxy: set HTTPS_PROXY) and start again; later starts need no network."
    ),
    r"Permission denied|Read-only file system|os error (13|30|5)\b|Access is denied": (
        f"a folder is not writable; set-up writes into {ROOT} and uv's cache (UV_CACHE_DIR).\n"
        "Make it yours, or copy the project to a folder that is, and start again."
    ),
}


def ensure_environment() -> Path:
    """The Python of a complete `.venv`, made if need be; ends the program where it cannot."""
    try:
        if not is_ready():
            with one_at_a_time():
                if not is_ready():  # the set-up that we waited for may have made it
                    make_environment()
    except KeyboardInterrupt:
        sys.exit(130)
    except SetupError as error:
        sys.exit(f"Set-up stopped: {error}")
    except OSError as error:
        sys.exit(f"Set-up stopped: {explain(str(error), otherwise=str(error))}")
    return venv_python(VENV)


def in_environment(script: str) -> None:
    """Nothing where this Python has cruddur_lib; else the script begins again with .venv's."""
    if importlib.util.find_spec("cruddur_lib") is None:
        sys.exit(become([str(ensure_environment()), script, *sys.argv[1:]], venv_environ()))


def become(words: list[str], environ: dict[str, str]) -> int:
    """Turn into another program; on Windows, where that cannot be, wait and leave Ctrl-C to it."""
    if os.name == "posix":
        os.execve(words[0], words, environ)  # noqa: S606 - no shell is wanted
    process = subprocess.Popen(words, env=environ)
    while process.poll() is None:
        try:
            process.wait()
        except KeyboardInterrupt:
            continue
    return process.returncode


def venv_environ() -> dict[str, str]:
    """Environment variables as in an activated `.venv`, without those that bend its Python."""
    kept = {name: value for name, value in os.environ.items() if name not in PYTHON_BENT}
    path = os.pathsep.join([str(venv_python(VENV).parent), os.environ.get("PATH", os.defpath)])
    return {**kept, "VIRTUAL_ENV": str(VENV), "PATH": path}


def is_ready() -> bool:
    """Whether `.venv` was made to its end, here, by this version of Python, from today's lock."""
    wanted = stamp()
    return venv_python(VENV).exists() and STAMP.is_file() and STAMP.read_text("utf-8") == wanted


def stamp() -> str:
    """What a good end leaves in `.venv`: its folder, and a hash of what decides its content."""
    try:
        sources = (ROOT / "uv.lock").read_bytes() + (ROOT / "pyproject.toml").read_bytes()
        files = sorted((ROOT / "data" / "environment").rglob("*.json"))  # of JupyterLab, kernels
        sources += b"".join(file.read_bytes() for file in files)
    except FileNotFoundError as error:
        name = Path(error.filename).name
        message = f"{name} is missing from {ROOT}.\nBring it back: git checkout -- {name}"
        raise SetupError(message) from None
    return f"{ROOT}\n{hashlib.sha256(sources + sys.version.encode()).hexdigest()}\n"


def explain(output: str, otherwise: str) -> str:
    """What went wrong and the next step, from the words of uv or of an OSError."""
    unknown = f"{otherwise}\nStart again; if that does not help, remove {VENV} and {TOOLS} first."
    return next((text for words, text in REASONS.items() if re.search(words, output)), unknown)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other set-up runs here; the lock goes when its process goes, in any way."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("a") as handle:
        if not try_lock(handle):
            say("Another set-up is running in this folder: waiting for it.")
            while not try_lock(handle):
                time.sleep(0.2)
        yield


def try_lock(handle: IO[str]) -> bool:
    """Whether the lock is ours now; also True on a disk without locks, where uv's own must do."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - Windows has only this one

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - and the others only this one

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


def make_environment() -> None:
    """Make `.venv` what uv.lock says; one that was left half-made, or moved here, goes first."""
    moved = STAMP.is_file() and not STAMP.read_text("utf-8").startswith(f"{ROOT}\n")
    if moved or UNFINISHED.exists():
        shutil.rmtree(VENV, ignore_errors=True)
    if not VENV.exists():
        check_disk(NEEDED)
    uv = find_uv()
    STAMP.unlink(missing_ok=True)
    UNFINISHED.touch()
    say(f"Making {VENV} from uv.lock: half a minute to some minutes, this once.")
    base = getattr(sys, "_base_executable", sys.executable)  # .venv's own Python may go in between
    wheels = wheels_folder()
    if wheels:
        from_wheels(uv, wheels, base)
    else:
        run_uv(uv, "sync", "--frozen", "--python", base)
    STAMP.write_text(stamp(), "utf-8")
    UNFINISHED.unlink()


def from_wheels(uv: Path, folder: Path, base: str) -> None:
    """Make `.venv` of a folder that bin/wheels has filled, without a network."""
    offline = ["--quiet", "--offline", "--no-index", "--find-links", str(folder)]
    run_uv(uv, "venv", "--quiet", "--allow-existing", "--python", base, str(VENV))
    install = ["pip", "install", "--python", str(venv_python(VENV)), *offline]
    run_uv(uv, *install, "--require-hashes", "--requirement", str(folder / WHEELS_WANTED))
    run_uv(uv, *install, "--no-deps", "--editable", str(ROOT))


def check_disk(needed: int) -> None:
    """Refuse to begin where the project's disk has fewer bytes free than needed."""
    free = shutil.disk_usage(ROOT).free
    if free < needed:
        message = f"{ROOT} has {free // MB:,} MB free, set-up needs about {needed // MB:,} MB.\n"
        raise SetupError(message + "Make room there, or move the project to another disk.")


def uv_environ() -> dict[str, str]:
    """Environment variables for uv: of its settings those that cannot change what it installs."""
    dropped = PYTHON_BENT | {"PYTHONDONTWRITEBYTECODE"}
    dropped |= {name for name in os.environ if name.startswith("UV_") and not UV_KEPT.match(name)}
    return {
        **{name: value for name, value in os.environ.items() if name not in dropped},
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_COMPILE_BYTECODE": "1",  # else notebooks take 2.4 times the processor time
    }


def run_uv(uv: Path, *arguments: str) -> None:
    """Run uv on the project, showing what it says except its long list of packages."""
    lines: list[str] = []
    with subprocess.Popen(
        [str(uv), *arguments],
        cwd=ROOT,
        env=uv_environ(),
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            for line in process.stderr or ():
                lines.append(line)
                if not line.startswith(" + "):
                    say(line.rstrip())
        except KeyboardInterrupt:
            process.terminate()  # a terminal's Ctrl-C has reached uv too, a `kill -INT` has not
            raise
    if process.returncode:
        otherwise = f"uv ended with exit code {process.returncode}, for the reason above."
        raise SetupError(explain("".join(lines), otherwise))
