"""The chat page itself in the person's language: its own words, its direction, and a thumb on an answer."""

from __future__ import annotations

import pytest
from page_hands import open_chat, photo_file
from page_measures import CONTRAST, NAMELESS, WIDEST
from phone import Phone
from playwright.async_api import Page, expect

from bot.local import LocalServer

pytestmark = pytest.mark.usefixtures("echo_bot")
ENGLISH = """() => [...document.querySelectorAll("body *")].flatMap((one) => [
    ...["aria-label", "title", "placeholder", "alt"].map((name) => one.getAttribute(name) ?? ""),
    one.children.length || one.closest(".message .words, .option, .bar-title, noscript, [dir=auto]") ? "" : one.textContent,
]).filter((words) => /[a-z]{3}/.test(words.replace(/\\S+\\.jpg|Checkup|Telegram/g, "")))"""


@pytest.mark.parametrize("language", ["ar", "de"])
async def test_the_page_speaks_the_person_s_language_and_runs_in_its_direction(
    page: Page, server: LocalServer, phone: Phone, language: str
) -> None:
    await page.emulate_media(color_scheme="dark")
    await phone.says("hello")
    await phone.waits_for("You said")
    await open_chat(page, f"{server.url}?language={language}&person=1001")
    await expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    words = {
        "ar": ("أرفق صورًا أو ملفات", "إرسال", "الأوامر"),
        "de": ("Fotos oder Dateien anhängen", "Senden", "Befehle"),
    }
    attach, send, commands = words[language]
    await expect(page.get_by_role("button", name=attach)).to_be_visible()
    await page.get_by_role("button", name=commands).click()
    await page.keyboard.press("Escape")
    await page.set_input_files("#pick-files", [photo_file("one.jpg"), photo_file("two.jpg")])
    await expect(page.get_by_role("dialog").get_by_role("button", name=send, exact=True)).to_be_visible()
    assert await page.evaluate(CONTRAST) == []
    assert await page.evaluate(NAMELESS) == []
    assert await page.evaluate(WIDEST) == "360 360"
    if language == "ar":
        assert await page.evaluate(ENGLISH) == []
    own, bot = (
        await page.locator(".message.own .bubble").bounding_box(),
        await page.locator(".message.bot .bubble").bounding_box(),
    )
    assert own and bot
    assert (own["x"] < bot["x"]) is (language == "ar")  # one's own words stand at the line's end


async def test_a_thumb_is_given_and_taken_back_with_the_keyboard(page: Page, server: LocalServer, phone: Phone) -> None:
    await phone.says("hello")
    await phone.waits_for("You said")
    await open_chat(page, f"{server.url}?person=1001")
    answer = page.locator(".message.bot")
    await answer.focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("menuitem", name="This was right").press("Enter")
    await expect(answer.get_by_role("img", name="You reacted with 👍")).to_be_visible()
    await answer.focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("menuitem", name="Take back 👍").press("Enter")
    await expect(answer.get_by_role("img")).to_have_count(0)
