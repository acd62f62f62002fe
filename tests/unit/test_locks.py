"""The lock files: every download has hashes, none names where it comes from, and all agree on the versions."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
LOCKS = sorted(HOME.glob("requirements*.lock"))
PINNED = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?P<marker> ;[^\\]*)?(?P<hashes>(?: \\\n    --hash=\S+)*)$", re.M
)


def project() -> dict[str, dict[str, list[str]]]:
    """Return what `pyproject.toml` says of the package."""
    content: dict[str, dict[str, dict[str, list[str]]]] = tomllib.loads((HOME / "pyproject.toml").read_text())
    return content["project"]


def named(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9.-]", requirement)[0].lower().replace(".", "-")


def pinned(lock: Path) -> dict[str, set[str]]:
    """Return the versions of each package in a lock file; some differ by Python or system."""
    found: dict[str, set[str]] = {}
    for line in PINNED.finditer(lock.read_text()):
        found.setdefault(line["name"], set()).add(line["version"])
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_everything_has_hashes_and_nothing_a_host(lock: Path) -> None:
    text = lock.read_text()
    assert "//" not in text
    assert "--index" not in text
    lines = list(PINNED.finditer(text))
    assert sum(line[0].count("\n") + 1 for line in lines) == len(text.splitlines())
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", line["hashes"]) for line in lines)


def test_each_extra_has_a_file_and_all_files_agree() -> None:
    extras = {name for name in project()["optional-dependencies"] if name != "dev"}
    assert {lock.name for lock in LOCKS} == {
        "requirements.lock",
        "requirements-dev.lock",
        *(f"requirements-{extra}.lock" for extra in extras),
    }
    whole = pinned(HOME / "requirements-dev.lock")
    for lock in LOCKS:
        assert all(versions <= whole[name] for name, versions in pinned(lock).items()), lock.name


def test_what_is_asked_for_is_in_its_file() -> None:
    serving = pinned(HOME / "requirements.lock")
    assert {named(one) for one in project()["dependencies"]} <= set(serving)
    assert "setuptools" in serving  # builds the checkout
    for extra, wanted in project()["optional-dependencies"].items():
        lock = pinned(HOME / f"requirements-{extra}.lock")
        assert {named(one) for one in wanted} <= {*serving, *lock}, extra
