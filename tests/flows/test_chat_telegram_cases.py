"""Updates as Telegram sends them, and refusals as it answers them, one JSON object a line: each photo gets its answer."""

from __future__ import annotations

import json
import logging
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
async def file_id(server: LocalServer) -> str:
    """The id of a photo that Telegram has."""
    async with Phone(server.url, 5) as somebody, Wire(server.url) as wire:
        await somebody.sends_photo(photo(kind="JPEG"), kind="document", mime="application/octet-stream")
        (update,) = await wire.updates()
        await wire.updates(offset=update["update_id"] + 1)
        return str(update["message"]["document"]["file_id"])


def for_here(content: dict[str, Any], file_id: str) -> dict[str, Any]:
    """Return a message about a file that the server has, with the name that its bot has."""
    text = json.dumps(content).replace('"f0"', json.dumps(file_id))
    named = text.replace("@checkup_bot", "@checkup_local_bot").replace('"length": 12', '"length": 18')
    return dict(json.loads(named))


def is_answer(message: Message) -> bool:
    """Return whether a message says what a photo looks like."""
    return "looks most like" in str(message["caption"] or message["text"])


@pytest.mark.parametrize("case", cases("updates.jsonl"))
async def test_an_update_that_telegram_sends_is_answered_once(
    server: LocalServer,
    settings: Settings,
    fake_registry: Registry,
    engine: SaysWhatItIsTold,
    case: dict[str, Any],
    file_id: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await consented(settings.database_url, 77)
    ((kind, content),) = [(kind, value) for kind, value in case.items() if kind != "what"]
    content = for_here(content, file_id)
    async with (
        Phone(server.url, 77, content["chat"]["id"]) as phone,
        answering(settings, api=server.url, token="1:local", registry=fake_registry),
    ):
        await phone.says("hello")  # as the bot may write only where it was written to
        if kind == "edited_message":
            server.send_update("message", {name: value for name, value in content.items() if name != "edit_date"})
        server.send_update(kind, content)
        answer = await phone.waits_for(is_answer)
        await phone.says("/help@checkup_local_bot")
        await phone.waits_for("For a good photo")
    assert answer["spoiler"] is bool(content.get("has_media_spoiler"))
    assert engine.seen == 1
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("case", cases("refusals.jsonl"))
async def test_what_telegram_refuses_is_answered_all_the_same(
    server: LocalServer,
    settings: Settings,
    fake_registry: Registry,
    engine: SaysWhatItIsTold,
    case: dict[str, Any],
) -> None:
    await consented(settings.database_url, 77)
    if case["code"] == 200:
        server.give_paths()
        settings = settings.model_copy(update={"api_local": True})
    else:
        for method in (case["method"], *(["sendMessage"] if "sendMessage in the same" in case["what"] else [])):
            server.faults.add(method, str(case["code"]), **case["body"])
    new = case["body"].get("parameters", {}).get("migrate_to_chat_id")
    async with (
        Phone(server.url, 77, -5) as phone,
        Phone(server.url, 77, new or -5) as there,
        answering(settings, api=server.url, token="1:local", registry=fake_registry),
    ):
        await there.says("hello")
        await phone.sends_photo(photo(), caption="@checkup_local_bot")
        assert await there.waits_for(is_answer)
    assert engine.seen == 1
