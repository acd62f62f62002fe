"""The documents say what is so: every setting and command, links that lead somewhere, nothing of anybody's machine."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from pydantic import BaseModel

from bot.__main__ import app
from bot.settings import PREFIX, Settings
from classifiers.card import FormCard, PhotoCard

HOME = Path(__file__).parents[2]
README = (HOME / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [*HOME.glob("*.md"), *HOME.glob("docs/*.md"), *HOME.glob("classifiers/*/*.md")]


def test_the_readme_names_every_setting_and_no_other() -> None:
    assert set(re.findall(r"^\| `(CHECKUP_\w+)`", README, re.MULTILINE)) == {
        PREFIX + name.upper() for name in Settings.model_fields
    }


def test_the_readme_names_every_command() -> None:
    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert {command for command in commands if f"checkup {command}" not in README} == {"start"}  # that is `make run`


def keys(kind: Any) -> Iterator[str]:
    """Yield the keys of a part of a card, and of its parts."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            yield name
            yield from keys(field.annotation)
    for part in get_args(kind):
        yield from keys(part)


def test_the_page_on_cards_names_every_key() -> None:
    page = (HOME / "docs" / "card.md").read_text(encoding="utf-8")
    as_code = " ".join(re.findall(r"```.*?```|`[^`]+`", page, re.DOTALL))
    assert {*keys(PhotoCard), *keys(FormCard)} - set(re.findall(r"\w+", as_code)) == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_to_one(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r'src="([^":]+)"', text)
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_is_named_is_there(document: Path) -> None:
    named = re.findall(
        r"`((?:bot|classifiers|training|tests|deploy|docs)/[\w./-]+)`", document.read_text(encoding="utf-8")
    )
    assert [name for name in named if not (HOME / name).exists() and not (HOME / f"{name}.py").exists()] == []


def test_the_changelog_tells_of_this_version() -> None:
    version = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version.removesuffix('.0')} " in (HOME / "CHANGELOG.md").read_text(encoding="utf-8")


def test_no_file_holds_a_path_of_a_machine_or_a_registry_s_host() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=HOME, check=True, capture_output=True, text=True).stdout.split()
    told = re.compile(r"(?<![\w.])/(root|home|Users)/\w|pypi\.org|registry\.npmjs|files\.pythonhosted")
    texts = {file: (HOME / file).read_bytes() for file in files if (HOME / file).is_file()}
    guilty = [
        file
        for file, content in texts.items()
        if b"\0" not in content
        and file != "tests/unit/test_docs.py"
        and told.search(content.decode("utf-8", "replace"))
    ]
    assert guilty == []
