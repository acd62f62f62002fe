"""Whoever cannot be started says in a sentence why, and what to do; never with a traceback or a token."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from phone import Phone
from processes import BotProcess, until

from bot.app import CannotStart, answering
from bot.local import LocalServer
from bot.settings import Settings
from classifiers.registry import Registry

TOKEN = "12:not-for-any-log"


async def says(folder: Path, *command: str, **settings: str) -> tuple[int, str]:
    """Return exit status and output of a command that should end by itself."""
    async with BotProcess(folder, *command, **settings) as running:
        return await running.ended(), running.output()


async def test_what_is_missing_or_wrong_is_named_with_what_to_do(tmp_path: Path, server: LocalServer) -> None:
    port = server.url.rpartition(":")[2]
    told = await asyncio.gather(
        says(tmp_path / "a", "run"),
        says(tmp_path / "b", "demo", CHECKUP_PORT=port),
        says(tmp_path / "c", "run", CHECKUP_TOKEN="secret", CHECKUP_PORT="eighty", CHECKUP_COLOUR="red"),
        says(tmp_path / "d", "run", CHECKUP_TOKEN=TOKEN, CHECKUP_REGISTRY="nowhere.yaml"),
        says(tmp_path / "e", "run", CHECKUP_TOKEN=TOKEN, CHECKUP_DATABASE="sqlite:////proc/no/such.db"),
        says(tmp_path / "f", "run", CHECKUP_TOKEN=TOKEN, CHECKUP_API=server.url),
    )
    expected = [
        ("There is no token", "@BotFather", "CHECKUP_TOKEN", "checkup demo"),
        (f"Port {port} cannot be used", "CHECKUP_PORT"),
        ("CHECKUP_TOKEN: is not a token", "CHECKUP_PORT: ", "CHECKUP_COLOUR: there is no such setting"),
        ("nowhere.yaml",),
        ("The database cannot be used",),
        (f"{server.url} refuses the token", "@BotFather", "CHECKUP_TOKEN"),
    ]
    for (status, output), words in zip(told, expected, strict=True):
        assert status == 2, output
        assert [word for word in words if word not in output] == [], output
        for bad in ("Traceback", "Warning", "not-for-any-log", "secret"):
            assert bad not in output


async def test_a_token_that_is_taken_back_ends_the_process_with_what_to_do(
    tmp_path: Path, server: LocalServer, phone: Phone
) -> None:
    async with BotProcess(tmp_path, "run", CHECKUP_TOKEN="1:local", CHECKUP_API=server.url) as running:
        await until(lambda: "answering as" in running.output())
        server.faults.add("getUpdates", "401", times=100)
        status = asyncio.create_task(running.ended())
        await phone.says("/help")  # ends the call that waits
        assert await status == 2
        assert "refuses the token: copy it again from @BotFather" in running.output()
        for bad in ("Traceback", "Warning", "1:local"):
            assert bad not in running.output()


async def test_a_refused_token_leaves_no_connection_behind(
    settings: Settings, fake_registry: Registry, server: LocalServer
) -> None:
    with pytest.raises(CannotStart, match="refuses the token"):
        async with answering(settings, api=server.url, token=TOKEN, registry=fake_registry):
            raise AssertionError("it runs")
