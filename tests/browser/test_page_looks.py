"""How the chat page looks: on a narrow phone, in the dark, to a screen reader, and against hostile words."""

from __future__ import annotations

import pytest
from page_hands import open_chat, photo_file
from page_measures import CONTRAST, NAMELESS, WIDEST
from page_troubles import Troubles
from phone import Phone
from playwright.async_api import Page, expect

from bot.local import LocalServer


@pytest.mark.usefixtures("echo_bot")
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_word_can_be_read_on_a_narrow_phone(
    page: Page, server: LocalServer, phone: Phone, scheme: str
) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await phone.says("w" * 200)
    await phone.waits_for("You said")
    await phone.says("/ask")
    await phone.sends_photo(b"%PDF-1.7", kind="document", name=f"{'long name ' * 12}.pdf", mime="application/pdf")
    await phone.waits_for("A file")
    await open_chat(page, server.url)
    shade = await page.evaluate("getComputedStyle(document.querySelector('.bar')).backgroundColor")
    assert shade == ("rgb(23, 32, 35)" if scheme == "dark" else "rgb(255, 255, 255)")

    for press in ("Commands", "Checkup"):
        await page.get_by_role("button", name=press, exact=True).click()
        assert await page.evaluate(CONTRAST) == []
        assert await page.evaluate(NAMELESS) == []
        await page.keyboard.press("Escape")
    await page.set_input_files("#pick-files", [photo_file("one.jpg"), photo_file("two.jpg")])
    await expect(page.locator(".preview canvas")).to_have_count(2)
    assert await page.evaluate(CONTRAST) == []
    assert await page.evaluate(NAMELESS) == []
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.bot .photo")).to_have_count(2)
    assert await page.evaluate(CONTRAST) == []
    assert await page.evaluate(NAMELESS) == []
    assert await page.evaluate(WIDEST) == "360 360"


@pytest.mark.usefixtures("echo_bot")
async def test_a_wide_window_shows_a_phone_in_its_middle(page: Page, server: LocalServer) -> None:
    await page.set_viewport_size({"width": 1200, "height": 800})
    await open_chat(page, server.url)
    box = await page.locator(".phone").bounding_box()
    assert box
    assert box["width"] <= 560
    assert box["x"] + box["width"] / 2 == pytest.approx(600, abs=1)


async def test_what_the_bot_says_is_announced_to_a_screen_reader(page: Page, server: LocalServer) -> None:
    await open_chat(page, server.url)
    log = page.get_by_role("log", name="Conversation")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(page.get_by_role("status").first).to_have_text("waiting for the bot to start…")


async def test_hostile_html_loses_everything_but_its_words(page: Page, server: LocalServer, troubles: Troubles) -> None:
    await open_chat(page, server.url)
    shown = await page.evaluate(
        """async () => {
            const { sanitize } = await import(new URL("page/sanitize.js", document.baseURI));
            const box = document.createElement("div");
            box.append(sanitize(`<b onclick="evil()">bold</b><img src=x onerror="evil()"><script>evil()</script>`
                + `<a href="javascript:evil()">one</a><a href=" jAvAsCrIpT:evil()">two</a>`
                + `<a href="data:text/html,x">three</a><a href="https://example.org/" onmouseover="evil()">four</a>`
                + `<svg onload="evil()"><b>five</b></svg><style>* { display: none }</style><iframe srcdoc="x"></iframe>`
                + `<span class="phone">six</span>`
                + `<span class="tg-spoiler">seven</span><form action="/"><input value="x">eight</form>&lt;i&gt;`));
            document.body.append(box);
            return box.innerHTML;
        }"""
    )
    assert shown == (
        "<b>bold</b>onetwothree"
        '<a href="https://example.org/" target="_blank" rel="noopener noreferrer">four</a><b>five</b>six'
        '<span class="tg-spoiler" tabindex="0" role="button" aria-label="Hidden text, press to show">seven</span>'
        "eight&lt;i&gt;"
    )
    # The browser tells what the page's rules would have stopped, had the words reached the page.
    assert all("violates the following Content Security Policy" in trouble for trouble in troubles.seen)
    troubles.seen.clear()
