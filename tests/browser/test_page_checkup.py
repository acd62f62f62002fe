"""The product as a person meets it: the chat page, the whole bot and the shipped skin model."""

from __future__ import annotations

import io

import pytest
from page_hands import drop, open_chat, photo_file
from PIL import Image
from playwright.async_api import Page, expect

from bot.cli.bench.sample_photos import jpeg_photo
from bot.local import LocalServer
from bot.store import JournalEntry, Store


async def _send(page: Page, name: str, *contents: bytes, send: str = "Send") -> None:
    await drop(page, [photo_file(name, content) for content in contents])
    await page.get_by_role("dialog").get_by_role("button", name=send, exact=True).click()


async def _journal(database: str) -> list[JournalEntry]:
    async with Store.open(database) as store:
        return [entry async for entry in store.journal.entries()]


@pytest.mark.usefixtures("shipped")
async def test_a_photo_dropped_before_consent_is_answered_right_after_it_and_found_right(
    page: Page, server: LocalServer, database: str
) -> None:
    await open_chat(page, server.url)
    await page.wait_for_selector("#empty:not([hidden])")
    await _send(page, "spot.jpg", jpeg_photo(800, 600, seed=4))
    await page.get_by_role("button", name="I am 18 or over and I agree").click()

    answer = page.locator(".message.bot", has_text="This is not a diagnosis")
    await expect(answer.get_by_role("img")).to_be_visible()
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
    await open_chat(page, server.url)
    await page.get_by_role("button", name="Start").click()
    await page.get_by_role("button", name="I am 18 or over and I agree").click()
    await expect(page.get_by_text("Thank you.")).to_be_visible()
    await _send(page, "dark.jpg", _black())
    await expect(page.get_by_text("It is too dark")).to_be_visible()


@pytest.mark.usefixtures("shipped")
async def test_arabic_is_shown_from_right_to_left_and_latin_words_in_it_keep_their_direction(
    page: Page, server: LocalServer
) -> None:
    await open_chat(page, f"{server.url}?language=ar")
    await _send(page, "dark.jpg", _black(), send="إرسال")
    asked = page.locator(".message.bot .words", has_text="لا تُحفظ أبدًا")
    await expect(asked).to_have_css("direction", "rtl")
    await expect(asked.get_by_role("button", name="/privacy")).to_be_visible()  # a command stays one between isolates
    age = "\N{LEFT-TO-RIGHT ISOLATE}18\N{POP DIRECTIONAL ISOLATE}"
    await expect(asked).to_contain_text(age)
    await page.get_by_role("button", name="وأوافق").click()
    answer = page.locator(".message.bot", has_text="مظلمة جدًا")
    await expect(answer.locator(".words")).to_have_css("direction", "rtl")
    words, time = await answer.locator(".words").bounding_box(), await answer.locator(".meta").bounding_box()
    assert words and time and time["x"] < words["x"] + words["width"] / 2  # the end of a line is on the left
    await page.locator("#text").fill("/heart")
    await page.get_by_role("button", name="إرسال", exact=True).click()
    button = page.get_by_role("button", name="لا، لا شيء من هذا").locator("span")
    await expect(button).to_have_css("direction", "rtl")
    await button.click()
    step = page.locator(".message.bot .words", has_text="كم عمرك؟")
    await expect(step).to_have_css("direction", "rtl")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _black() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (640, 480)).save(written, "JPEG")
    return written.getvalue()
