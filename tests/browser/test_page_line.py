"""The chat page when the server goes away and comes back, and when news arrive while the reader is elsewhere."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from page_echo_bot import echoing
from page_hands import comes_true, open_chat, photo_file
from page_troubles import Troubles
from phone import Phone
from playwright.async_api import Page, expect

from bot.local import LocalServer

AT_TOP = """one => Math.abs(one.getBoundingClientRect().top
    - document.querySelector("#scroller").getBoundingClientRect().top - 8) < 2"""


async def test_the_page_finds_a_server_that_was_started_again_and_sends_what_had_failed(
    page: Page, troubles: Troubles, tmp_path: Path
) -> None:
    async with LocalServer(folder=tmp_path / "page") as server, echoing(server.url):
        url, port = server.url, urlsplit(server.url).port
        secret = url.rpartition("/")[2]
        await open_chat(page, url)
        await page.get_by_role("button", name="Start").click()
        await expect(page.locator(".message.bot")).to_contain_text("Hello")
        troubles.server_goes_away()
    status = page.get_by_role("status").first
    await expect(status).to_have_text("connecting…")
    await page.set_input_files("#pick-files", photo_file())
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Not sent. The server does not answer.")

    async with LocalServer(folder=tmp_path / "page", port=port or 0, secret=secret) as server, echoing(server.url):
        await expect(status).to_have_text("online")
        await page.get_by_role("button", name="Try again").click()
        await expect(page.locator(".message.bot").last).to_contain_text("I looked")
        await expect(page.get_by_role("alert")).to_have_count(0)
        await expect(page.locator(".message.own")).to_have_count(1)
        await page.goto("about:blank")


async def test_the_page_of_an_earlier_start_says_that_there_is_a_new_address(
    page: Page, troubles: Troubles, tmp_path: Path
) -> None:
    async with LocalServer(folder=tmp_path / "page") as server, echoing(server.url):
        port = urlsplit(server.url).port
        await open_chat(page, server.url)
        await page.get_by_role("button", name="Start").click()
        await expect(page.locator(".message.bot")).to_contain_text("Hello")
        troubles.server_goes_away()
    async with LocalServer(folder=tmp_path / "page", port=port or 0):
        await expect(page.get_by_role("status").first).to_have_text("started anew: open the new address")
        await page.goto("about:blank")


@pytest.mark.usefixtures("echo_bot")
async def test_a_reader_further_up_is_told_of_news_and_one_at_the_end_stays_there_or_at_the_beginning_of_what_is_taller(
    page: Page, server: LocalServer, phone: Phone
) -> None:
    for number in range(12):
        await phone.says(f"message {number:02}")
    await phone.waits_for("message 11")
    await open_chat(page, server.url)
    await expect(page.get_by_text("You said: message 11")).to_be_in_viewport()
    await phone.says("one more")
    await expect(page.get_by_text("You said: one more")).to_be_in_viewport()
    scroller = page.locator("#scroller")
    await comes_true(scroller, "one => one.scrollHeight - one.scrollTop - one.clientHeight < 2")

    await scroller.evaluate("(scroller) => scroller.scrollTo(0, 0)")
    await phone.says("the last")
    pill = page.get_by_role("button", name="1 new message")
    await expect(pill).to_be_visible()
    await expect(page.get_by_text("You said: the last")).not_to_be_in_viewport()
    await pill.click()
    await expect(page.get_by_text("You said: the last")).to_be_in_viewport()
    await expect(pill).to_be_hidden()

    await phone.says("\n".join(f"line {number:02}" for number in range(60)))
    await expect(page.locator(".message.bot", has_text="line 00")).to_be_in_viewport()
    await comes_true(page.locator(".message.bot", has_text="line 00"), AT_TOP)
    await phone.says("after the long one")
    await expect(pill).to_be_visible()
    assert await page.locator(".message.bot", has_text="line 00").evaluate(AT_TOP)
    await pill.click()
    await expect(page.get_by_text("You said: after the long one")).to_be_in_viewport()
