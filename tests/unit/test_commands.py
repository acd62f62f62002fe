"""The other commands: checking cards, showing models, and saying what to do where something is missing."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest
import tiny
from databases import sqlite_url
from photo_bytes import file
from typer.testing import CliRunner

from bot.__main__ import app
from bot.store import Store


@pytest.fixture
def folder(working_folder: Path) -> Path:
    """A folder to work in, with the tiny disease in its registry and no settings."""
    tiny.registry(working_folder)
    return working_folder


def checkup(*arguments: str) -> tuple[int, str, str]:
    """Return the exit status, what was said, and what was complained of."""
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def on_its_own(*arguments: str, output: IO[bytes] | int = subprocess.PIPE, **environment: str) -> tuple[int, str, str]:
    """Do the same in a process of its own."""
    command = [sys.executable, "-m", "bot", *arguments]
    done = subprocess.run(
        command,
        env=os.environ | environment,
        stdout=output,
        stderr=subprocess.PIPE,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, (done.stdout or b"").decode("utf-8", "replace"), done.stderr.decode()


def test_check_finds_nothing_wrong_with_good_cards(folder: Path) -> None:
    status, said, _ = checkup("check")
    assert status == 0
    assert "no fault" in said


def test_check_names_every_fault_of_every_card_and_fails(folder: Path) -> None:
    tiny.write(folder / "one", tiny.content(id="one", labels__0__link="http://x.org", title={"es": "x"}))
    tiny.write(folder / "two", tiny.content("not_a_number", id="two"), model="not_a_number")
    tiny.registry(folder, *({"card": f"{name}/card.yaml"} for name in ("colour", "one", "two", "three")))
    status, said, _ = checkup("check")
    assert status == 1
    for fault in (
        "one/card.yaml: title: must have English",
        "one/card.yaml: labels[0].link: must begin with https://",
        "two/card.yaml: model: expected finite numbers",
        "three/card.yaml: cannot be read: No such file or directory",
    ):
        assert fault in said
    assert len(said.splitlines()) == 4


@pytest.mark.parametrize("command", [("predict", "photo.png"), ("evaluate", "photo.png", "--truth", "truth.csv")])
def test_a_command_for_one_disease_tells_of_its_own_faults_and_of_no_other_s(
    folder: Path, command: tuple[str, ...]
) -> None:
    for name in ("photo.png", "truth.csv"):
        (folder / name).touch()
    tiny.write(folder / "one", tiny.content(id="first", labels__0__link="http://x.org", title={"es": "x"}))
    tiny.write(folder / "two", tiny.content(id="two", decision=...))
    lines = [{"card": f"{name}/card.yaml"} for name in ("colour", "one", "two", "three")]
    tiny.registry(folder, *lines, {"card": "colour/card.yaml", "enabled": False})
    status, said, complained = checkup(*command, "--disease", "first")
    assert (status, said) == (2, "")
    assert complained.splitlines() == [
        "first cannot be used:",
        "one/card.yaml: title: must have English (en), which every language falls back to",
        "one/card.yaml: labels[0].link: must begin with https://",
    ]
    _, _, complained = checkup(*command, "--disease", "four")
    assert complained.startswith("There is no disease four; --disease names one of: colour, first, two, three.")
    assert len(complained.splitlines()) == 1


def test_a_disease_that_is_off_is_said_to_be_off(folder: Path) -> None:
    tiny.registry(folder, {"card": "colour/card.yaml", "enabled": False})
    status, _, complained = checkup("predict", "photo.png", "--disease", "colour")
    assert status == 2
    assert "colour is off in registry.yaml" in complained


def test_check_says_when_there_is_no_registry(folder: Path) -> None:
    (folder / "registry.yaml").unlink()
    status, said, _ = checkup("check")
    assert status == 1
    assert said == "registry.yaml: cannot be read: No such file or directory\n"


def test_check_names_what_is_still_in_english_and_what_nobody_has_reviewed(folder: Path) -> None:
    words = folder / "colour" / "words" / "es.yaml"
    words.parent.mkdir()
    words.write_text("reviewed: no\ntitle: Color\nknows: Conozco tres colores.\n", encoding="utf-8")
    status, said, _ = checkup("check")
    assert status == 0
    first, *languages = said.splitlines()
    assert first == "1 card, no fault"
    of_language = dict(line.split(": ", 1) for line in languages)
    assert "of colour (knows, labels[0].about, labels[0].title, …)" in of_language["fr"]
    assert "(labels[0].about, labels[0].title, labels[1].about, …)" in of_language["es"]
    assert of_language["es"].endswith("; not reviewed: bot/texts, colour")


def test_models_are_shown_with_their_state(folder: Path) -> None:
    tiny.write(folder / "one", tiny.content(id="one"))
    tiny.write(folder / "two", tiny.content(id="two", decision=...))
    lines = [{"card": "colour/card.yaml"}, {"card": "one/card.yaml", "enabled": False}, {"card": "two/card.yaml"}]
    tiny.registry(folder, *lines)
    status, said, _ = checkup("models")
    assert status == 0
    rows = {line.split("│")[1].strip(): line for line in said.splitlines() if line.startswith("│")}
    assert "ready" in rows["colour"]
    assert "16×16" in rows["colour"]
    assert "red green blue" in rows["colour"]
    assert "off" in rows["one"]
    assert "checkup check" in rows["two"]


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_an_output_that_knows_few_letters_gets_the_others_as_codes(folder: Path, encoding: str) -> None:
    (folder / "ш×.png").write_bytes(file(tiny.plain("red"), "PNG"))
    status, said, complained = on_its_own("models", PYTHONIOENCODING=encoding)
    assert (status, complained) == (0, "")
    assert "green" in said
    for form in ((), ("--json",)):
        status, said, complained = on_its_own(
            "predict", "--disease", "colour", *form, "ш×.png", PYTHONIOENCODING=encoding
        )
        assert (status, complained) == (0, "")
        assert "\\u0448" in said or encoding == "ascii"


@pytest.mark.parametrize("command", ["models", "check", "--help", "predict --disease colour red.png", "export"])
def test_who_reads_no_further_ends_a_command_as_any_other(folder: Path, command: str) -> None:
    (folder / "red.png").write_bytes(file(tiny.plain("red"), "PNG"))
    asyncio.run(_database(sqlite_url(folder)))
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "wb") as closed:
        done = on_its_own(*command.split(), output=closed, CHECKUP_DATABASE=sqlite_url(folder))
    assert done == (128 + signal.SIGPIPE, "", "")


async def _database(url: str) -> None:
    async with Store.open(url):
        pass


def test_run_without_a_token_says_where_to_get_one(folder: Path) -> None:
    status, _, complained = checkup("run")
    assert status == 2
    assert "@BotFather" in complained
    assert "CHECKUP_TOKEN" in complained


@pytest.mark.parametrize("command", ["run", "demo", "check", "models", "export", "report", "bench"])
def test_wrong_settings_stop_every_command_with_all_of_them_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("CHECKUP_PORT", "eighty")
    monkeypatch.setenv("CHECKUP_TOKEN", "hush")
    status, said, complained = checkup(command)
    assert status == 2
    assert said == ""
    assert [line.split(":")[0] for line in complained.splitlines()] == ["CHECKUP_TOKEN", "CHECKUP_PORT"]
    assert "hush" not in complained


def test_settings_are_read_from_the_folder_s_env_file(folder: Path) -> None:
    (folder / "registry.yaml").rename(folder / "elsewhere.yaml")
    (folder / ".env").write_text("CHECKUP_REGISTRY=elsewhere.yaml\n")
    assert checkup("check")[0] == 0


def test_export_takes_two_formats(folder: Path) -> None:
    status, _, complained = checkup("export", "--format", "xml")
    assert status == 2
    assert "jsonl" in complained


@pytest.mark.parametrize("command", [("export",), ("export", "--format", "jsonl"), ("inbox", "list"), ("report",)])
def test_what_reads_a_database_makes_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("CHECKUP_DATABASE", "sqlite:///mistyped.db")
    status, said, complained = checkup(*command)
    assert (status, said) == (2, "")
    assert "There is no database sqlite:///mistyped.db" in complained
    assert not (folder / "mistyped.db").exists()


def test_a_folder_that_cannot_be_made_is_named_in_a_line(folder: Path) -> None:
    (folder / "red.png").write_bytes(file(tiny.plain("red"), "PNG"))
    status, said, complained = checkup("predict", "red.png", "--disease", "colour", "--json", "--pictures", "red.png/x")
    assert (status, said) == (1, "")
    assert complained == "red.png/x: Not a directory\n"


def test_models_of_a_registry_that_is_not_there_are_not_none(folder: Path) -> None:
    (folder / "registry.yaml").unlink()
    assert checkup("models") == (2, "", "registry.yaml: cannot be read: No such file or directory\n")


def test_bench_without_a_disease_says_why(folder: Path) -> None:
    (folder / "registry.yaml").write_text("plugins: []\n")
    status, _, complained = checkup("bench")
    assert status == 2
    assert "no disease to measure" in complained


def test_without_a_command_there_is_help(folder: Path) -> None:
    status, said, complained = checkup()
    assert status == 2
    assert "predict" in said + complained
