"""Models on a model server, as people in the chat see it: unavailable while it is away, and back without a word to the bot."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
import tiny
import tiny_form
import yaml
from chat import agree
from databases import sqlite_url
from model_server import BAD_GATEWAY, PlainModelServer
from phone import TIMEOUT, Phone
from photo_bytes import file
from processes import until
from web_proxy import free_port

from bot.app import answering
from bot.local import LocalServer
from bot.settings import Settings
from classifiers.engines.remote.model_server import PAUSES
from classifiers.health import MOST_FAILURES

RED = file(tiny.plain("red", (200, 200)), "PNG")


@pytest.fixture
def models(tmp_path: Path) -> PlainModelServer:
    """A model server of a photo disease and of a form, which is not there yet."""
    tiny.write(tmp_path / "colour")
    tiny_form.write(tmp_path / "heart")
    lines = [{"card": "colour/card.yaml"}, {"card": "heart/card.yaml"}]
    (tmp_path / "registry.yaml").write_text(yaml.safe_dump({"plugins": lines}))
    return PlainModelServer.of(tmp_path / "registry.yaml", port=free_port())


@pytest.fixture
def settings(tmp_path: Path, models: PlainModelServer) -> Settings:
    """Settings that name it."""
    return Settings.read(
        {
            "CHECKUP_DATABASE": sqlite_url(tmp_path),
            "CHECKUP_REGISTRY": str(tmp_path / "registry.yaml"),
            "CHECKUP_MODELS": models.url,
            "CHECKUP_MONITORING": str(free_port()),
        }
    )


async def test_diseases_are_unavailable_until_it_is_there_again_after_it_was_away_and_then_answered(
    server: LocalServer, settings: Settings, models: PlainModelServer, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    async def commands() -> set[str]:
        return {command["command"] for command in (await phone.state())["bot"]["commands"]}

    caplog.set_level(logging.INFO)
    async with answering(settings, api=server.url, token="1:local", pause=0.05) as running:
        assert f"the model server {models.url} (CHECKUP_MODELS) does not answer for colour" in caplog.text
        await agree(phone)
        assert not {"colour", "heart"} & await commands()
        await phone.sends_photo(RED)
        await phone.waits_for("cannot judge photos at the moment")
        with models:
            await until(lambda: "the model server answers again: colour, heart" in caplog.text)
            async with asyncio.timeout(TIMEOUT):
                while not {"colour", "heart"} <= await commands():  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            await phone.sends_photo(RED)
            await phone.waits_for("looks most like Red")
            models.trouble += [BAD_GATEWAY]
            await phone.sends_photo(RED)
            await phone.waits_for("looks most like Red")
            models.trouble += [BAD_GATEWAY] * (MOST_FAILURES * (len(PAUSES) + 1))
            for _ in range(MOST_FAILURES):
                await phone.sends_photo(RED)
                await phone.waits_for("went wrong")
            await until(lambda: caplog.text.count("the model server answers again: colour") == 2)
            await phone.sends_photo(RED)
            await phone.waits_for("looks most like Red")
        assert running.username
