"""The product as a person meets it: the chat page, the whole bot and the shipped skin model."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from page_hands import drop, photo_file
from PIL import Image
from playwright.async_api import Page, expect

from bot.app import answering
from bot.cli.bench.sample_photos import jpeg_photo
from bot.local import LocalServer
from bot.settings import Settings
from bot.store import JournalEntry, Store

REGISTRY = Path(__file__).parents[2] / "registry.yaml"


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The database of this test's bot."""
    return f"sqlite:///{tmp_path / 'checkup.db'}"


@pytest.fixture
async def shipped(server: LocalServer, database: str) -> AsyncIterator[None]:
    """The whole bot with what the registry ships."""
    settings = Settings.read({"CHECKUP_DATABASE": database, "CHECKUP_REGISTRY": str(REGISTRY)})
    async with answering(settings, api=server.url, token="1:local"):
        yield


async def _send(page: Page, name: str, content: bytes) -> None:
    await drop(page, [photo_file(name, content)])
    await page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()


async def _journal(database: str) -> list[JournalEntry]:
    async with Store.open(database) as store:
        return [entry async for entry in store.journal.entries()]


@pytest.mark.usefixtures("shipped")
async def test_a_photo_dropped_before_consent_is_answered_right_after_it_and_found_right(
    page: Page, server: LocalServer, database: str
) -> None:
    await page.goto(server.url)
    await page.wait_for_selector("#empty:not([hidden])")
    await _send(page, "spot.jpg", jpeg_photo(800, 600, seed=4))
    await page.get_by_role("button", name="I am 18 or over and I agree").click()

    answer = page.locator(".message.bot", has_text="This is not a diagnosis")
    await expect(answer.get_by_role("img")).to_be_visible(timeout=30_000)
    await expect(answer.get_by_role("img")).to_have_js_property("naturalWidth", 800)
    [entry] = await _journal(database)
    assert entry.outcome in {"sure", "unsure", "retake", "not_this"}
    assert entry.feedback is None

    await answer.get_by_role("button", name="Was this right?").click()
    await answer.get_by_role("button", name="Yes", exact=True).click()
    await expect(answer.get_by_role("button", name="Was this right?")).to_have_count(0)
    await expect(page.locator("#toasts")).to_contain_text("Thank")
    [entry] = await _journal(database)
    assert entry.feedback == "yes"


@pytest.mark.usefixtures("shipped")
async def test_a_black_photo_is_sent_back_with_advice(page: Page, server: LocalServer) -> None:
    await page.goto(server.url)
    await page.get_by_role("button", name="Start").click()
    await page.get_by_role("button", name="I am 18 or over and I agree").click()
    await expect(page.get_by_text("Thank you.")).to_be_visible(timeout=30_000)
    await _send(page, "dark.jpg", _black())
    await expect(page.get_by_text("It is too dark")).to_be_visible(timeout=30_000)


def _black() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (640, 480)).save(written, "JPEG")
    return written.getvalue()
