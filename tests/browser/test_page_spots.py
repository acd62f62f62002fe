"""Following a spot on the chat page of a phone, by taps alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import drawn_coins
import pytest
from databases import sqlite_url
from fake_disease import SaysWhatItIsTold, registry
from page_hands import comes_true, drop, open_chat, photo_file
from playwright.async_api import Locator, Page, expect

from bot.app import answering
from bot.local import LocalServer
from bot.settings import Settings
from bot.store import Store

BUTTON = ".answers button"
IN_SIGHT = """message => document.querySelector("#scroller").getBoundingClientRect().top
    <= message.getBoundingClientRect().top && message.getBoundingClientRect().bottom
    <= document.querySelector("#scroller").getBoundingClientRect().bottom"""
CLEARS = "node => node.scrollWidth <= node.clientWidth"


@pytest.fixture
async def database(server: LocalServer, tmp_path: Path) -> AsyncIterator[str]:
    """The database of a bot that answers meanwhile."""
    url = sqlite_url(tmp_path)
    async with answering(
        Settings.read({"CHECKUP_DATABASE": url}),
        api=server.url,
        token="1:local",
        registry=registry(SaysWhatItIsTold()),
    ):
        yield url


def _message(page: Page, words: str) -> Locator:
    return page.locator(".message.bot", has_text=words).last


async def test_a_spot_is_followed_placed_and_shown_on_a_phone(page: Page, server: LocalServer, database: str) -> None:
    await open_chat(page, server.url)
    await page.wait_for_selector("#empty:not([hidden])")
    await drop(page, [photo_file("spot.jpg", drawn_coins.through_a_dermatoscope())])
    await page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
    await page.get_by_role("button", name="I am 18 or over and I agree").click()
    await page.get_by_role("button", name="Follow this spot").click()
    await page.get_by_role("button", name="Yes, follow it").click()

    asked = _message(page, "Where on the body is it?")
    await expect(asked.get_by_role("img")).to_be_visible()
    await asked.get_by_role("button", name="Back", exact=True).click()
    which = _message(page, "Which part?")
    await expect(which.locator(BUTTON)).to_have_count(7)
    await comes_true(which, IN_SIGHT)
    for button in await which.locator(BUTTON).all():
        assert await button.evaluate(CLEARS)
    await which.get_by_role("button", name="left leg").click()
    await expect(which.locator(BUTTON)).to_have_count(4)
    await comes_true(which, IN_SIGHT)
    await which.get_by_role("button", name="left lower leg").click()
    followed = _message(page, "I follow this spot: left lower leg (back).")
    await followed.get_by_role("button", name="How large is it?").click()
    await _message(page, "dermatoscope").get_by_role("button", name="I don't know").click()
    await expect(_message(page, "Then I say nothing of its size.")).to_be_visible()
    await followed.get_by_role("button", name="Show its photos").click()
    strip = _message(page, "The newest photo is on the left.")
    await expect(strip.get_by_role("img")).to_be_visible()
    await expect(strip).to_contain_text("Mole")

    await strip.get_by_role("button", name="All spots").click()
    await _message(page, "Spots you follow").get_by_role("button", name="/spot_1").click()
    await expect(page.locator(".message.bot", has_text="The newest photo is on the left.")).to_have_count(2)
    await strip.get_by_role("button", name="Stop following").click()
    await page.get_by_role("button", name="Yes, stop and remove it").click()
    await expect(_message(page, "I no longer follow this spot")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    async with Store.open(database) as store:
        assert await store.spots.listed(store.person(1001)) == []
