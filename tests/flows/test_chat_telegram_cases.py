"""Updates as Telegram sends them, and refusals as it answers them, one JSON object a line: each photo gets its answer."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fake_disease import SaysWhatItIsTold, photo
from phone import Message, Phone
from processes import consented
from wire import Wire

from bot.app import answering
from bot.local import LocalServer
from bot.settings import Settings
from classifiers.registry import Registry

FOLDER = Path(__file__).parents[1] / "data" / "telegram"


def cases(name: str) -> list[Any]:
    """Return the cases of a file, each under what it is about."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [pytest.param(json.loads(line), id=json.loads(line)["what"][:60]) for line in lines]


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[LocalServer]:
    """A Bot API server whose bot is called as in the cases."""
    async with LocalServer(folder=tmp_path / "telegram", username="checkup_bot", inject_faults=True) as running:
        yield running


@pytest.fixture
async def file_id(telegram: LocalServer) -> str:
    """The id of a photo that Telegram has."""
    async with Phone(telegram.url, 5) as somebody, Wire(telegram.url) as wire:
        await somebody.sends_photo(photo(kind="JPEG"), kind="document", mime="application/octet-stream")
        (update,) = await wire.updates()
        await wire.updates(offset=update["update_id"] + 1)
        return str(update["message"]["document"]["file_id"])


def is_answer(message: Message) -> bool:
    """Return whether a message says what a photo looks like."""
    return "looks most like" in str(message["caption"] or message["text"])


@pytest.mark.parametrize("case", cases("updates.jsonl"))
async def test_an_update_that_telegram_sends_is_answered_once(
    telegram: LocalServer,
    settings: Settings,
    fake_registry: Registry,
    engine: SaysWhatItIsTold,
    case: dict[str, Any],
    file_id: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await consented(settings.database_url, 77)
    ((kind, content),) = [(kind, value) for kind, value in case.items() if kind != "what"]
    content = json.loads(json.dumps(content).replace('"f0"', json.dumps(file_id)))
    async with (
        Phone(telegram.url, 77, content["chat"]["id"]) as phone,
        answering(settings, api=telegram.url, token="1:local", registry=fake_registry),
    ):
        await phone.says("hello")  # as the bot may write only where it was written to
        if kind == "edited_message":
            telegram.send_update("message", {name: value for name, value in content.items() if name != "edit_date"})
        telegram.send_update(kind, content)
        answer = await phone.waits_for(is_answer)
        await phone.says("/help@checkup_bot")
        await phone.waits_for("For a good photo")
    assert answer["spoiler"] is bool(content.get("has_media_spoiler"))
    assert engine.seen == 1
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("case", cases("refusals.jsonl"))
async def test_what_telegram_refuses_is_answered_all_the_same(
    telegram: LocalServer,
    settings: Settings,
    fake_registry: Registry,
    engine: SaysWhatItIsTold,
    case: dict[str, Any],
) -> None:
    await consented(settings.database_url, 77)
    if case["code"] == 200:
        telegram.give_paths()
        settings = settings.model_copy(update={"api_local": True})
    else:
        for method in (case["method"], *(["sendMessage"] if "sendMessage in the same" in case["what"] else [])):
            telegram.faults.add(method, str(case["code"]), **case["body"])
    new = case["body"].get("parameters", {}).get("migrate_to_chat_id")
    async with (
        Phone(telegram.url, 77, -5) as phone,
        Phone(telegram.url, 77, new or -5) as there,
        answering(settings, api=telegram.url, token="1:local", registry=fake_registry),
    ):
        await there.says("hello")
        await phone.sends_photo(photo(), caption="@checkup_bot")
        assert await there.waits_for(is_answer)
    assert engine.seen == 1
