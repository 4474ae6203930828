"""Packages of npm that this project uses and does not carry: fetched once into a cache outside the
project, and checked before they are unpacked.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cruddur_lib.errors import WorkbookError

# npm tells errors alone, and tries three times in seconds: by itself it takes minutes to say that
# there is no network.
QUICKLY = ["--loglevel=error", "--fetch-retries=2"]
QUICKLY += ["--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000"]
Say = Callable[[str], None]


class NpmError(WorkbookError):
    """A package that cannot be fetched."""


@dataclass(frozen=True)
class Package:
    """A package in one version: how it is known, and what is kept of it."""

    name: str  # with its version, as in reveal.js@5.2.1
    sha256: str  # of the archive that npm fetches
    megabytes: float  # of that archive, rounded
    has: str  # a file of the part that is kept: there, the package is there
    part: str = "."  # the folder in the package that is kept


def cache_folder() -> Path:
    """Where fetched packages are kept, outside the project: CRUDDUR_CACHE, else the user's cache
    folder.
    """
    if chosen := os.environ.get("CRUDDUR_CACHE"):
        return Path(chosen).absolute()
    if sys.platform == "win32":
        return (
            Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
            / "cruddur-workbook"
        )
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cruddur-workbook"


def folder_of(package: Package, say: Say) -> Path:
    """The folder of the package, fetched and checked where it is not there yet.

    Raises `NpmError` where that cannot be; a fetch, which takes a while, is said before.
    """
    folder = cache_folder() / package.name.replace("/", "-").replace("@", "-").lstrip("-")
    if (folder / package.has).exists():
        return folder
    say(
        f"fetching {package.name} through npm into {folder.parent}: "
        f"{package.megabytes:g} MB, this once"
    )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        archive = _pack(package, Path(scratch))
        _check(package, archive)
        with tarfile.open(archive) as packed:
            packed.extractall(scratch, filter="data")
        try:
            (Path(scratch) / "package" / package.part).rename(folder)  # in one step: never half
        except OSError as error:
            if not (folder / package.has).exists():  # else somebody else was quicker
                raise NpmError(f"{folder} is in the way: delete it and start again") from error
    return folder


def _pack(package: Package, scratch: Path) -> Path:
    """The archive, as npm leaves it in `scratch`."""
    npm = shutil.which("npm")
    if npm is None:
        raise NpmError(
            f"{package.name} is fetched through npm, and there is no `npm` on PATH: install Node.js"
        )
    words = [npm, "pack", *QUICKLY, package.name]
    done = subprocess.run(  # noqa: S603  a fixed program, no shell
        words, cwd=scratch, capture_output=True, text=True, check=False
    )
    archives = sorted(scratch.glob("*.tgz"))
    if done.returncode or not archives:
        raise NpmError(
            f"npm could not fetch {package.name}: {done.stderr.strip() or 'no reason given'}. "
            "Connect to a network and start again; later starts need none"
        )
    return archives[0]


def _check(package: Package, archive: Path) -> None:
    """Nothing where the archive is the one that is named; raises `NpmError` where it is another."""
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != package.sha256:
        raise NpmError(
            f"{archive.name} has the checksum {found}, wanted {package.sha256}: not unpacked; "
            "try again"
        )
