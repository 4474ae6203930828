"""pyproject.toml says what is installed; uv.lock and environment.yml must agree with it.

The tests need no network and no conda.
"""

import re
import runpy
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rattler
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = {
    package["name"]: package
    for package in tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
}
VERSIONS = {name: package.get("version") for name, package in LOCK.items()}
CONDA = (ROOT / "environment.yml").read_text("utf-8")


def wanted() -> dict[str, SpecifierSet]:
    """Return the version ranges in pyproject.toml, for the library and its tests."""
    lines = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["test"]
    return {canonicalize_name(r.name): r.specifier for r in map(Requirement, lines)}


def offered(text: str) -> tuple[dict[str, SpecifierSet], SpecifierSet]:
    """Return the version ranges in an environment.yml, conda's and pip's, and that of Python."""
    entries = yaml.safe_load(text)["dependencies"]
    specs = [rattler.MatchSpec(entry) for entry in entries if isinstance(entry, str)]
    conda = {str(spec.name.normalized): SpecifierSet(pep440(spec.version)) for spec in specs}
    pip = next(entry["pip"] for entry in entries if isinstance(entry, dict))
    lines = [Requirement(line) for line in pip if line != "-e ."]
    python = conda.pop("python")
    del conda["pip"]
    return conda | {canonicalize_name(r.name): r.specifier for r in lines}, python


def pep440(version: object) -> str:
    """Return a conda range in the syntax of Python's packages: `3.12.*` becomes `==3.12.*`."""
    return re.sub(r"^(?=\d)", "==", str(version or ""))


def drifts(text: str, versions: dict[str, str]) -> Iterator[str]:
    """Yield a message for each difference from pyproject.toml.

    Args:
        text: The text of an environment.yml.
        versions: The locked version of each package.
    """
    want, (got, python) = wanted(), offered(text)
    allowed = SpecifierSet(PROJECT["project"]["requires-python"])
    if not allowed.contains(str(python).removeprefix("==").removesuffix(".*")):
        yield f"python {python} is outside {allowed}"
    for name in sorted(want.keys() | got.keys()):
        if name not in want or name not in got:
            yield f"{name} is only in {'environment.yml' if name in got else 'pyproject.toml'}"
        elif want[name] != got[name]:
            yield f"{name}: pyproject.toml has {want[name]}, environment.yml {got[name]}"
        elif not want[name].contains(versions[name]):
            yield f"{name}: uv.lock has {versions[name]}, outside {want[name]}"


def test_environment_yml_is_what_bin_lock_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """environment.yml is what `bin/lock` generates; if this fails, run `bin/lock`."""
    monkeypatch.syspath_prepend(str(ROOT / "bin"))

    assert runpy.run_path(str(ROOT / "bin/lock"))["conda"](sys.executable) == CONDA


def test_environment_yml_means_what_pyproject_says() -> None:
    """Users of conda get the same packages, in the same ranges, as users of uv."""
    assert list(drifts(CONDA, VERSIONS)) == []


@pytest.mark.parametrize(
    ("old", "new", "drift"),
    [
        pytest.param("boto3<1.45", "boto3<1.46", "boto3: pyproject.toml has", id="another bound"),
        pytest.param("  - pyyaml<7,>=6.0.3\n", "", "pyyaml is only in pyproject", id="one missing"),
        pytest.param("  - pip\n", "  - pip\n  - polars\n", "polars is only in env", id="one more"),
        pytest.param("python==3.12.*", "python==3.10.*", "python ==3.10.* is", id="old Python"),
        pytest.param(
            "moto[dynamodb,server]<5.3", "moto<6", "moto: pyproject", id="in the pip part"
        ),
    ],
)
def test_a_drift_of_environment_yml_is_seen(old: str, new: str, drift: str) -> None:
    """Each kind of difference from pyproject.toml gives one message."""
    assert old in CONDA

    found = list(drifts(CONDA.replace(old, new), VERSIONS))

    assert len(found) == 1
    assert found[0].startswith(drift)


def test_a_lock_outside_the_ranges_is_seen() -> None:
    """A locked version outside the range in pyproject.toml gives a message."""
    assert list(drifts(CONDA, VERSIONS | {"nbval": "0.10"})) == [
        "nbval: uv.lock has 0.10, outside ==0.11.0"
    ]


def test_a_spec_that_conda_cannot_read_is_refused() -> None:
    """A version range that conda cannot parse raises conda's own error."""
    with pytest.raises(Exception, match=r"unable to parse version spec: <<1\.45"):
        offered(CONDA.replace("boto3<1.45", "boto3<<1.45"))


def recorded(entries: list[dict[str, Any]]) -> set[tuple[str, frozenset[str], SpecifierSet]]:
    """Return requirements of uv.lock as (name, extras, range)."""
    return {
        (e["name"], frozenset(e.get("extras", ())), SpecifierSet(e.get("specifier", "")))
        for e in entries
    }


def asked(lines: list[str]) -> set[tuple[str, frozenset[str], SpecifierSet]]:
    """Return requirements of pyproject.toml as (name, extras, range)."""
    return {
        (canonicalize_name(r.name), frozenset(r.extras), r.specifier)
        for r in map(Requirement, lines)
    }


def test_uv_lock_is_not_stale() -> None:
    """uv.lock was made from today's pyproject.toml; if this fails, run `bin/lock`."""
    metadata = LOCK[PROJECT["project"]["name"]]["metadata"]
    groups = PROJECT["dependency-groups"]

    assert recorded(metadata["requires-dist"]) == asked(PROJECT["project"]["dependencies"])
    assert metadata["requires-dev"].keys() == groups.keys()
    for name, lines in groups.items():
        assert recorded(metadata["requires-dev"][name]) == asked(lines)


def test_uv_lock_names_public_hosts_only() -> None:
    """uv.lock names no private mirror, because other users could not reach it."""
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text("utf-8")))

    assert hosts == {"pypi.org", "files.pythonhosted.org"}
