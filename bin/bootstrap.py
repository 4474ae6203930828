"""Make the project's environment, `.venv`, when a script in bin/ starts and finds none.

uv makes it from uv.lock: the uv on PATH, or the locked one, which pip installs into `.tools/`.
Only the standard library is needed. The syntax is Python 3.6's, because an old Python must be able
to read this file as far as the sentence that refuses it.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this is where older ones are refused
    sys.exit(
        "Python {}.{}.{} ({}) is too old: this workbook needs Python 3.11 or newer.\n"
        "Install one (https://www.python.org/downloads/) and name it, for example: "
        "python3.12 {}".format(*sys.version_info[:3], sys.executable, sys.argv[0])
    )

import errno
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
STAMP = VENV / ".complete"  # written last, so a half-made .venv has none
WHEELS_LIST = "requirements.txt"  # uv.lock's versions and hashes, in a folder that bin/wheels fills
EXE = ".exe" if os.name == "nt" else ""
MB = 1_000_000
NEEDED = 1_300 * MB  # measured 2026-11-24 on Linux: .venv and uv's cache 1,220 MB, uv itself 39 MB
PIP_OPTIONS = ["--quiet", "--retries=2", "--disable-pip-version-check", "--no-deps"]
PIP_OPTIONS += ["--only-binary=:all:", "--require-hashes"]
AGAIN = f"Start again; if that does not help, remove {VENV} and {TOOLS} first."
INSTALL_UV = "install uv yourself (https://docs.astral.sh/uv/) and start again."

# The user's uv settings for network and disk are kept. The others could change what is installed.
UV_KEPT = re.compile("UV_(CACHE|HTTP|SYSTEM_CERTS|NATIVE_TLS|LINK_MODE|OFFLINE|CONCURRENT|NO_PROG)")
PYTHON_SETTINGS = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"}

# Patterns for the messages of uv, pip and Python, with the user's text. The first match counts.
REASONS = {
    r"No space left on device|os error (28|112)\b|not enough space": (
        f"the disk is full; set-up needs about {NEEDED // MB:,} MB for {VENV} and uv's cache.\n"
        "Free some space, or point UV_CACHE_DIR to another disk, and start again."
    ),
    r"invalid peer certificate|SSLError|CERTIFICATE_VERIFY_FAILED": (
        "the certificate of pypi.org is not trusted here, as behind some company networks.\n"
        "Set SSL_CERT_FILE to your network's certificates (a .pem file) and start again."
    ),
    r"dns error|client error \(Connect\)|name resolution|getaddrinfo|onnection refused"
    r"|onnection reset|timed out|nreachable|Network connectivity is disabled": (
        "no network; the packages come from pypi.org and files.pythonhosted.org.\n"
        "Connect (behind a proxy: set HTTPS_PROXY) and start again. Later starts need no network."
    ),
    r"Permission denied|Read-only file system|os error (13|30|5)\b|Access is denied": (
        f"a folder is not writable; set-up writes into {ROOT} and uv's cache (UV_CACHE_DIR).\n"
        "Get write access, or copy the project to a folder of your own, and start again."
    ),
}


class SetupError(Exception):
    """A failed set-up: the reason and the next step, in two lines for the user."""


def say(text: str) -> None:
    """Print a line of progress on standard error, because standard output is for results."""
    print(text, file=sys.stderr, flush=True)


def ensure_environment() -> Path:
    """Return the Python of a complete `.venv`; make `.venv` first, or end the program."""
    try:
        if not is_ready():
            with one_at_a_time():
                if not is_ready():  # another set-up may have made it meanwhile
                    make_environment()
    except KeyboardInterrupt:
        sys.exit(130)
    except SetupError as error:
        sys.exit(f"Set-up stopped: {error}")
    except OSError as error:
        reason = explain(str(error), otherwise=f"{error}\n{AGAIN}")
        sys.exit(f"Set-up stopped: {reason}")
    return venv_python()


def in_environment(script: str) -> None:
    """Restart a script with `.venv`'s Python, unless this Python has cruddur_lib."""
    if importlib.util.find_spec("cruddur_lib") is None:
        sys.exit(become([str(ensure_environment()), script, *sys.argv[1:]], venv_environ()))


def become(words: list[str], environ: dict[str, str]) -> int:
    """Replace this process by a command; on Windows, run it and return its exit code."""
    if os.name == "posix":
        os.execve(words[0], words, environ)  # noqa: S606 - no shell is wanted
    process = subprocess.Popen(words, env=environ)
    while process.poll() is None:
        try:
            process.wait()
        except KeyboardInterrupt:  # the command gets Ctrl-C too and decides
            continue
    return process.returncode


def venv_python() -> Path:
    """Return the path of `.venv`'s Python, which may not exist yet."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def venv_environ() -> dict[str, str]:
    """Return the environment variables of an activated `.venv`."""
    kept = {name: value for name, value in os.environ.items() if name not in PYTHON_SETTINGS}
    path = os.pathsep.join([str(venv_python().parent), os.environ.get("PATH", os.defpath)])
    return {**kept, "VIRTUAL_ENV": str(VENV), "PATH": path}


def is_ready() -> bool:
    """Whether `.venv` is complete and was made here, by this Python, from the current lock."""
    wanted = stamp()
    return venv_python().exists() and STAMP.is_file() and STAMP.read_text("utf-8") == wanted


def stamp() -> str:
    """Return this folder and a hash of everything that decides the content of `.venv`."""
    try:
        sources = (ROOT / "uv.lock").read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    except FileNotFoundError as error:
        name = Path(error.filename).name
        message = f"{name} is missing from {ROOT}.\nRestore it: git checkout -- {name}"
        raise SetupError(message) from None
    settings = sorted((ROOT / "data" / "environment").rglob("*.json"))  # JupyterLab's and kernels'
    sources += b"".join(file.read_bytes() for file in settings)
    return f"{ROOT}\n{hashlib.sha256(sources + sys.version.encode()).hexdigest()}\n"


def explain(output: str, otherwise: str) -> str:
    """Return the user's text for a message of uv, pip or Python, or `otherwise` if none fits."""
    return next((text for words, text in REASONS.items() if re.search(words, output)), otherwise)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait while another set-up runs here. The lock is freed when its process ends or is killed."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("a") as handle:
        if not try_lock(handle):
            say("Another set-up is running in this folder: waiting for it.")
            while not try_lock(handle):
                time.sleep(0.2)
        yield


def try_lock(handle: IO[str]) -> bool:
    """Whether the lock is ours now. Also True on a disk without locks, where uv's own must do."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - only Windows has it

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - Windows does not have it

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in {errno.EACCES, errno.EAGAIN}
    return True


def make_environment() -> None:
    """Make or update `.venv` from uv.lock, from scratch if it is half-made or was moved here.

    uv repairs neither: it takes a half-copied package for an installed one, and the programs in a
    moved `.venv` still start the Python of the old folder.
    """
    if not STAMP.is_file() or not STAMP.read_text("utf-8").startswith(f"{ROOT}\n"):
        shutil.rmtree(VENV, ignore_errors=True)
        free = shutil.disk_usage(ROOT).free
        if free < NEEDED:
            raise SetupError(
                f"{ROOT} has {free // MB:,} MB free; set-up needs about {NEEDED // MB:,} MB.\n"
                "Free some space, or move the project to another disk, and start again."
            )
    uv, wheels = find_uv(), wheels_folder()
    STAMP.unlink(missing_ok=True)
    say(f"Making {VENV} from uv.lock. This happens once and takes up to a few minutes.")
    python = getattr(sys, "_base_executable", sys.executable)  # .venv's own may be replaced
    if wheels:
        install = ["pip", "install", "--quiet", "--offline", "--no-index"]
        install += ["--find-links", str(wheels), "--python", str(venv_python())]
        run_uv(uv, "venv", "--quiet", "--clear", "--python", python, str(VENV))
        run_uv(uv, *install, "--require-hashes", "--requirement", str(wheels / WHEELS_LIST))
        run_uv(uv, *install, "--no-deps", "--editable", str(ROOT))
    else:
        run_uv(uv, "sync", "--frozen", "--python", python)
    STAMP.write_text(stamp(), "utf-8")


def wheels_folder() -> Path | None:
    """Return the folder that CRUDDUR_WHEELS names, which bin/wheels has filled, or None."""
    named = os.environ.get("CRUDDUR_WHEELS")
    if not named:
        return None
    folder = Path(named).resolve()
    if not any(folder.glob("*.whl")):
        raise SetupError(
            f"CRUDDUR_WHEELS names {folder}, which has no wheels.\n"
            "Fill it on a machine with a network: bin/wheels FOLDER"
        )
    return folder


def find_uv() -> str:
    """Return the path of uv: a recent one on PATH, else the locked one, installed if missing."""
    version = locked("uv")["version"]
    found = None if wheels_folder() else uv_on_path(version)
    if found:
        say(f"Using {found}")
        return found
    own = TOOLS / f"uv-{version}{EXE}"
    if not own.exists():
        TOOLS.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=TOOLS) as scratch:
            say(f"Installing uv {version} into {TOOLS} with pip.")
            install_uv(Path(scratch)).replace(own)  # atomic, so it is never incomplete
    return str(own)


def uv_on_path(version: str) -> str | None:
    """Return the uv on PATH if it works and has at least this minor version, else None."""
    reply = subprocess.getoutput("uv --version", errors="replace")  # noqa: S605, S607 - PATH's uv
    numbers = re.search(r"^uv (\d+)\.(\d+)", reply, re.MULTILINE)
    if numbers and [*map(int, numbers.groups())] >= [*map(int, version.split(".")[:2])]:
        return shutil.which("uv")
    return None


def locked(name: str) -> dict[str, Any]:
    """Return uv.lock's entry for a package: its version, and each wheel's URL and hash."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    return next(package for package in packages if package["name"] == name)


def install_uv(scratch: Path) -> Path:
    """Let pip choose the locked uv's wheel for this machine, check its hash and unpack it."""
    package, wheels = locked("uv"), wheels_folder()
    hashes = [f"--hash={wheel['hash']}" for wheel in package["wheels"]]
    (scratch / "uv.txt").write_text(" ".join([f"uv=={package['version']}", *hashes]), "utf-8")
    pip = ["-m", "pip"] if importlib.util.find_spec("pip") else [fetch_pip(scratch)]
    words = [sys.executable, *pip, "install", *PIP_OPTIONS, "--requirement", f"{scratch}/uv.txt"]
    words += ["--no-index", f"--find-links={wheels}"] if wheels else []
    remedy = f"pip could not install uv, for the reason above.\nNext: {INSTALL_UV}"
    run([*words, f"--target={scratch}/uv"], remedy)
    return next(path for path in (scratch / "uv").rglob(f"uv{EXE}") if path.is_file())


def fetch_pip(scratch: Path) -> str:
    """Return the path of the locked pip inside its wheel, for a Python that has no pip."""
    from urllib.request import urlopen  # noqa: PLC0415 - seldom needed, and 12 ms of each start

    (wheel,), wheels = locked("pip")["wheels"], wheels_folder()
    name = wheel["url"].rpartition("/")[2]
    place = (wheels / name).as_uri() if wheels else wheel["url"]
    with urlopen(place, timeout=60) as reply:  # noqa: S310 - https from uv.lock, or a file
        data = reply.read()
    if wheel["hash"] != f"sha256:{hashlib.sha256(data).hexdigest()}":
        message = f"{place} is not the file that uv.lock names: its hash differs."
        raise SetupError(f"{message}\nNext: try another network, or {INSTALL_UV}")
    (scratch / name).write_bytes(data)
    return str(scratch / name / "pip")  # Python can run a package that is inside a zip file


def run_uv(uv: str, *words: str) -> None:
    """Run uv on the project, or raise SetupError with the reason and the next step."""
    run([uv, *words], f"uv failed, for the reason above.\n{AGAIN}")


def run(words: list[str], otherwise: str) -> None:
    """Run uv or pip and show its messages; if it fails, raise SetupError with the reason."""
    lines: list[str] = []
    with subprocess.Popen(
        words,
        cwd=ROOT,
        env=tool_environ(),
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            for line in process.stderr or ():
                lines.append(line)
                if not line.startswith(" + "):  # uv's list of packages is long
                    say(line.rstrip())
        except KeyboardInterrupt:
            process.terminate()  # Ctrl-C reaches uv by itself, but `kill -INT` does not
            raise
    if process.returncode:
        raise SetupError(explain("".join(lines), otherwise))


def tool_environ() -> dict[str, str]:
    """Return the environment for uv and pip, without settings that could change the result."""
    dropped = PYTHON_SETTINGS | {"PYTHONDONTWRITEBYTECODE"}
    dropped |= {name for name in os.environ if name.startswith("UV_") and not UV_KEPT.match(name)}
    return {
        **{name: value for name, value in os.environ.items() if name not in dropped},
        "PIP_USER": "0",  # if they were set, pip would refuse --target
        "PIP_REQUIRE_VIRTUALENV": "0",
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_COMPILE_BYTECODE": "1",  # without it, notebooks take 2.4 times the processor time
    }
