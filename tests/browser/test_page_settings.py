"""Settings and reminders on the chat page: by keyboard, in the dark, on a narrow phone, from right to left."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from page_hands import open_chat
from page_measures import CONTRAST, NAMELESS, WIDEST
from playwright.async_api import Locator, Page, expect

from bot.local import LocalServer
from bot.store import SpotPhoto, Store

PERSON = 1  # whom the page is, where its address says nothing


async def _writes(page: Page, words: str) -> None:
    await page.locator("#text").fill(words)
    await page.locator("#text").press("Enter")


async def _taps(page: Page, message: Locator, name: str) -> None:
    """Press a button below a message with the keyboard, as somebody without a pointer does."""
    button = message.get_by_role("button", name=name).first
    await button.focus()
    await page.keyboard.press("Enter")


async def _can_be_read(page: Page) -> None:
    assert await page.evaluate(CONTRAST) == []
    assert await page.evaluate(NAMELESS) == []
    assert await page.evaluate(WIDEST) == "360 360"


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "en",
            ("Settings", "Time zone", "Where are you at home?", "London", "Reminders", "3 months", "I remind you on"),
        ),
        ("ar", ("الإعدادات", "المنطقة الزمنية", "أين تقيم؟", "القاهرة", "التذكيرات", "3 أشهر", "أذكّرك في نحو")),
    ],
)
async def test_a_reminder_is_chosen_with_the_keyboard_in_the_dark(
    page: Page, server: LocalServer, database: str, language: str, says: tuple[str, ...]
) -> None:
    title, zone, where, place, reminders, months, chosen = says
    await page.emulate_media(color_scheme="dark")
    await open_chat(page, f"{server.url}?language={language}&person={PERSON}")
    async with Store.open(database) as store:
        facts = {"model": "1", "outcome": "sure", "label": "nv", "care": "routine", "alarm": False, "entry": None}
        now, person = datetime.now(UTC), store.person(PERSON)
        photo = SpotPhoto(taken=now, file="a", identity="a", probabilities={}, **facts)  # type: ignore[arg-type]
        await store.spots.follow(photo, person=person, chat=PERSON, disease="skin", place="", now=now)
    await _writes(page, "/settings")
    message = page.locator(".message.bot", has_text=title)
    await _taps(page, message, zone)
    message = page.locator(".message.bot", has_text=where)
    await expect(message).to_be_visible()
    await _can_be_read(page)
    await _taps(page, message, place)
    message = page.locator(".message.bot", has_text=title)
    await expect(message).to_contain_text(place)
    await _taps(page, message, reminders)
    await _taps(page, page.locator(".message.bot"), months)
    message = page.locator(".message.bot", has_text=chosen)
    await expect(message.locator(".words")).to_have_css("direction", "rtl" if language == "ar" else "ltr")
    await _can_be_read(page)
