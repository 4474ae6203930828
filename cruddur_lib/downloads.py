"""npm packages that the project uses but does not include.

Each is downloaded once into a cache outside the project. Its checksum is verified before unpacking.
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

# Print errors only, and retry within seconds: by default npm waits minutes for a missing network.
NPM_OPTIONS = ["--loglevel=error", "--fetch-retries=2"]
NPM_OPTIONS += ["--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000"]
Say = Callable[[str], None]


class NpmError(WorkbookError):
    """A package that cannot be downloaded."""


@dataclass(frozen=True)
class Package:
    """One version of an npm package, and the part of it to keep."""

    name: str  # with version, as in reveal.js@5.2.1
    sha256: str  # of the archive that npm downloads
    megabytes: float  # of the archive, rounded
    has: str  # a file in the kept folder: if it exists, the package is complete
    part: str = "."  # the folder of the package to keep


def cache_folder() -> Path:
    """Return the folder of downloaded packages: CRUDDUR_CACHE, else in the user's cache folder."""
    if chosen := os.environ.get("CRUDDUR_CACHE"):
        return Path(chosen).absolute()
    if sys.platform == "win32":
        caches = os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")
    else:
        caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches, "cruddur-workbook")


def package_folder(package: Package, say: Say) -> Path:
    """Return the folder of a package, downloading it first if necessary.

    Args:
        package: the package to find.
        say: called with a line of text before a download, which takes a while.

    Raises:
        NpmError: the download failed or has another checksum.
    """
    folder = cache_folder() / package.name.replace("/", "-").replace("@", "-").lstrip("-")
    if (folder / package.has).exists():
        return folder
    size = f"{package.megabytes:g} MB, this once"
    say(f"fetching {package.name} through npm into {folder.parent}: {size}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        with tarfile.open(_archive(package, Path(scratch))) as packed:
            packed.extractall(scratch, filter="data")
        try:
            # A rename is one step, so the folder is complete or missing.
            (Path(scratch) / "package" / package.part).rename(folder)
        except OSError as error:
            if not (folder / package.has).exists():  # another process was faster
                raise NpmError(f"{folder} is in the way: delete it and start again") from error
    return folder


def _archive(package: Package, scratch: Path) -> Path:
    """Download the package's archive into `scratch`, check its checksum and return its path."""
    npm = shutil.which("npm")
    if npm is None:
        raise NpmError(
            f"{package.name} is fetched through npm, and there is no `npm` on PATH: install Node.js"
        )
    words = [npm, "pack", *NPM_OPTIONS, package.name]
    done = subprocess.run(  # noqa: S603  a fixed program, no shell
        words, cwd=scratch, capture_output=True, text=True, check=False
    )
    archives = sorted(scratch.glob("*.tgz"))
    if done.returncode or not archives:
        raise NpmError(
            f"npm could not fetch {package.name}: {done.stderr.strip() or 'no reason given'}. "
            "Connect to a network and start again; later starts need none"
        )
    found = hashlib.sha256(archives[0].read_bytes()).hexdigest()
    if found != package.sha256:
        raise NpmError(
            f"{archives[0].name} has the checksum {found}, wanted {package.sha256}: not unpacked; "
            "try again"
        )
    return archives[0]
