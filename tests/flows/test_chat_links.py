"""A link to the bot (t.me/bot?start=xray) names what it is about: Telegram sends its word behind /start."""

from __future__ import annotations

from pathlib import Path

import pytest
import tiny_form
from chat import AGREE, agree
from fake_disease import SaysWhatItIsTold, card, photo, registry
from phone import Phone

from bot.app import Checkup
from bot.local import LocalServer
from classifiers.registry import Registry

XRAY = card(id="xray", title={"en": "Chest X-ray"}, words={})


@pytest.fixture
def fake_registry(engine: SaysWhatItIsTold, tmp_path: Path) -> Registry:
    """A registry with two diseases for photos and one that asks."""
    two = Registry(entries=(*registry(engine).entries, *registry(SaysWhatItIsTold(), XRAY).entries))
    return tiny_form.with_form(two, tiny_form.plugin(tmp_path / "heart"))


async def test_a_link_brings_somebody_new_to_its_disease_as_soon_as_they_have_agreed(
    checkup: Checkup, server: LocalServer
) -> None:
    async with Phone(server.url, 1) as anna, Phone(server.url, 2) as ben:
        await anna.says("/start xray")
        await anna.presses(AGREE, await anna.waits_for("18 or over"))
        await anna.waits_for("Thank you")
        await anna.sends_photo(photo())
        assert "Looked at as: Chest X-ray" in (await anna.waits_for("looks most like"))["caption"]
        await ben.says("/start heart")
        await ben.presses(AGREE, await ben.waits_for("I begin to ask as soon as you have agreed"))
        await ben.waits_for("I begin now")
        assert await ben.waits_for("Is any of this happening now?")


async def test_a_link_does_what_its_command_does_and_one_to_nothing_is_an_ordinary_start(
    checkup: Checkup, server: LocalServer
) -> None:
    async with Phone(server.url, 1) as anna, Phone(server.url, 1, -5) as in_a_group:
        await agree(anna)
        await anna.says("/start xray")
        assert await anna.waits_for("Send me a photo for Chest X-ray")
        for word in ("help", "nothing", "spot_17-x", "xray and more", "../skin", "ſkin"):
            await anna.says(f"/start {word}")
            assert await anna.waits_for("Good to see you again")
        await anna.says("/start heart")
        assert await anna.waits_for("Is any of this happening now?")
        await in_a_group.says("/start@checkup_local_bot skin")
        assert await in_a_group.waits_for("Send me a photo for Skin spot")
        await in_a_group.says("/start skin")  # to another bot
        await in_a_group.silence(0.1)
