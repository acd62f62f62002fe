"""`checkup export` shows on a terminal how far it is, nothing where nobody looks, and how far reviewers and model agree."""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from databases import sqlite_url
from journal import ENTRY

from bot.cli.journal import opened, write_agreement, write_journal
from bot.opening import CannotStart
from bot.settings import Settings
from bot.store import Store


class Terminal(io.StringIO):
    """What is written to the terminal, if it is one."""

    def __init__(self, *, is_looked_at: bool) -> None:
        super().__init__()
        self.isatty = lambda: is_looked_at  # type: ignore[method-assign]


@pytest.mark.parametrize("is_looked_at", [True, False])
async def test_a_terminal_shows_how_many_rows_are_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_looked_at: bool
) -> None:
    settings = Settings.read({"CHECKUP_DATABASE": sqlite_url(tmp_path)})
    async with Store.open(settings.database_url) as store:
        for _ in range(3):
            await store.journal.write(ENTRY)
    terminal, output = Terminal(is_looked_at=is_looked_at), tmp_path / "journal.csv"
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    await write_journal(settings, form="csv", output=output)
    assert output.read_text().count("\n") == 4
    assert ("━" in terminal.getvalue()) is is_looked_at
    assert terminal.getvalue().endswith(f"3 rows in {output}\n")


async def test_how_far_reviewers_and_model_agree_is_written_by_label(tmp_path: Path) -> None:
    settings = Settings.read({"CHECKUP_DATABASE": sqlite_url(tmp_path)})
    async with Store.open(settings.database_url) as store:
        for said in ("nv", "nv", "mel", None):
            await store.journal.write(replace(ENTRY, review_label=said, review_care=said and "soon"))
    await write_agreement(settings, form="csv", output=tmp_path / "agreement.csv")
    head, *rows = (tmp_path / "agreement.csv").read_text().splitlines()
    assert head == '"disease","model","outcome","label","review_label","findings"'
    assert rows == ['"skin","1","sure","nv","mel",1', '"skin","1","sure","nv","nv",2']
    await write_agreement(settings, form="jsonl", output=tmp_path / "agreement.jsonl")
    first = json.loads((tmp_path / "agreement.jsonl").read_text().splitlines()[0])
    assert (first["review_label"], first["findings"]) == ("mel", 1)


@pytest.mark.parametrize("name", ["checkup.db", "checkup.db.key", "checkup.db.lock", "linked.csv"])
async def test_the_database_s_own_files_are_not_written_over(tmp_path: Path, name: str) -> None:
    settings = Settings.read({"CHECKUP_DATABASE": sqlite_url(tmp_path)})
    async with Store.open(settings.database_url) as store:
        await store.journal.write(ENTRY)
    (tmp_path / "linked.csv").symlink_to(tmp_path / "checkup.db")
    (tmp_path / "checkup.db.lock").touch()  # as a bot that runs has it
    for write in (write_journal, write_agreement):
        with pytest.raises(CannotStart, match="belongs to the database itself"):
            await write(settings, form="csv", output=tmp_path / name)
    async with Store.open(settings.database_url) as store:
        assert await store.journal.count() == 1


def test_a_file_that_may_grow_no_more_is_a_sentence(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)

    async def fill() -> None:
        async with Store.open(url) as store:
            for _ in range(500):
                await store.journal.write(ENTRY)

    asyncio.run(fill())
    limited = f"ulimit -f 70; exec {sys.executable} -m bot export --output {tmp_path / 'journal.csv'}"  # 512 bytes each
    environment = {**os.environ, "CHECKUP_DATABASE": url}
    done = subprocess.run(["sh", "-c", limited], capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (1, f"{tmp_path / 'journal.csv'}: File too large\n")
    assert sorted(file.name for file in tmp_path.iterdir() if "csv" in file.name) == []  # no half of it


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_standard_stream_stops_nothing(tmp_path: Path, closed: str) -> None:
    url = sqlite_url(tmp_path)

    async def fill() -> None:
        async with Store.open(url) as store:
            await store.journal.write(ENTRY)

    asyncio.run(fill())
    environment = {**os.environ, "CHECKUP_DATABASE": url}
    command = f"exec {sys.executable} -m bot export {{}} {closed}"
    done = subprocess.run(
        ["sh", "-c", command.format("")], capture_output=True, text=True, check=False, env=environment
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (ENTRY.disease in done.stdout) == (">&-" not in closed.split())
    to_file = command.format(f"--output {tmp_path / 'journal.csv'}")
    assert subprocess.run(["sh", "-c", to_file], capture_output=True, check=False, env=environment).returncode == 0
    assert ENTRY.disease in (tmp_path / "journal.csv").read_text()


async def test_a_database_that_goes_away_meanwhile_is_a_sentence(tmp_path: Path) -> None:
    settings = Settings.read({"CHECKUP_DATABASE": sqlite_url(tmp_path)})
    with pytest.raises(CannotStart, match="cannot be used"):
        async with opened(settings) as store:
            (tmp_path / "checkup.db").unlink()
            await store.journal.count()
