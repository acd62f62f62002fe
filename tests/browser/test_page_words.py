"""Words, commands, buttons and menus of the chat page, with the mouse and with the keyboard alone."""

from __future__ import annotations

import pytest
from page_hands import open_chat, spot_photo
from phone import Phone
from playwright.async_api import Page, expect

from bot.local import LocalServer

pytestmark = pytest.mark.usefixtures("echo_bot")


async def test_an_empty_chat_says_what_it_is_and_starts_with_one_press(page: Page, server: LocalServer) -> None:
    await open_chat(page, server.url)
    await expect(page.get_by_role("heading", name="Checkup")).to_be_visible()
    await expect(page.get_by_text("I echo what you send.")).to_be_visible()
    await expect(page.get_by_text("Your photos stay on this computer.")).to_be_visible()
    await page.get_by_role("button", name="Start").click()
    await expect(page.locator(".message.bot")).to_contain_text("Hello. Send a photo, or /ask")
    await expect(page.get_by_text("Your photos stay on this computer.")).to_be_hidden()
    await expect(page.get_by_role("status").first).to_have_text("online")
    await page.get_by_role("button", name="/ask").click()
    await expect(page.locator(".message.bot").last).to_contain_text("Where is it?")


async def test_a_slash_offers_the_commands_and_enter_sends_the_chosen_one(page: Page, server: LocalServer) -> None:
    await open_chat(page, server.url)
    await page.wait_for_selector("#empty:not([hidden])")
    field = page.get_by_role("textbox", name="Message")
    await field.press("/")
    options = page.get_by_role("option")
    await expect(options).to_have_text(["/startBegin", "/askAsk me something", "/aboutWhat I am"])
    await field.press("a")
    await expect(options).to_have_count(2)
    await field.press("ArrowDown")
    await expect(page.get_by_role("option", selected=True)).to_contain_text("/about")
    await field.press("Escape")
    await expect(options).to_have_count(0)
    await field.fill("/as")
    await field.press("Enter")
    await expect(page.locator(".message.own")).to_contain_text("/ask")
    await expect(field).to_have_value("")


async def test_the_bots_own_keyboard_speaks_for_the_person_until_it_is_taken_away(
    page: Page, server: LocalServer
) -> None:
    await open_chat(page, server.url)
    await page.get_by_role("button", name="Commands").click()
    await page.get_by_role("option", name="/ask").click()
    await page.get_by_role("button", name="Face", exact=True).click()
    await expect(page.locator(".message.bot").last).to_contain_text("You said: Face")
    await expect(page.get_by_role("button", name="Face", exact=True)).to_have_count(0)


async def test_everything_can_be_done_with_the_keyboard_alone(page: Page, server: LocalServer, phone: Phone) -> None:
    await open_chat(page, server.url)
    await page.wait_for_selector("#empty:not([hidden])")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Checkup")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Start")).to_be_focused()
    await page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="Message")
    await expect(field).to_be_focused()
    await page.keyboard.type("two")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("lines")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.own .words").last).to_contain_text("two\nlines")

    await phone.sends_photo(spot_photo())
    careful = page.get_by_role("button", name="Careful")
    await expect(careful).to_be_visible()
    for _ in range(12):
        if await careful.evaluate("(button) => button === document.activeElement"):
            break
        await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alertdialog")).to_contain_text("Thank you!")
    await expect(page.get_by_role("button", name="OK")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alertdialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="Noted", exact=True)).to_be_visible()


async def test_an_own_message_is_edited_answered_and_deleted_from_its_menu(page: Page, server: LocalServer) -> None:
    await open_chat(page, server.url)
    field = page.get_by_role("textbox", name="Message")
    await field.fill("mole")
    await field.press("Enter")
    own = page.locator(".message.own").first
    await expect(page.locator(".message.bot")).to_contain_text("You said: mole")

    await own.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Edit text")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(field).to_have_value("mole")
    await field.fill("freckle")
    await field.press("Enter")
    await expect(own).to_contain_text("freckle")
    await expect(own.locator(".meta")).to_contain_text("edited")
    await expect(page.locator(".message.bot").last).to_contain_text("You changed it to: freckle")

    await page.locator(".message.bot").last.click(button="right")
    await page.get_by_role("menuitem", name="Reply").click()
    await field.fill("thanks")
    await field.press("Enter")
    await expect(page.locator(".message.own").last.locator(".quote")).to_contain_text("You changed it to")

    await own.dispatch_event("pointerdown", {"pointerType": "touch", "clientX": 300, "clientY": 200})
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(page.get_by_text("freckle", exact=True)).to_have_count(0)


async def test_a_menu_stays_when_news_come_and_goes_when_the_reader_scrolls(
    page: Page, server: LocalServer, phone: Phone
) -> None:
    for number in range(12):
        await phone.says(f"message {number:02}")
    await open_chat(page, server.url)
    last = page.locator(".message.bot", has_text="message 11")
    await expect(last).to_be_in_viewport()
    await last.click(button="right")
    reply = page.get_by_role("menuitem", name="Reply")
    await expect(reply).to_be_visible()
    await phone.says("one more")
    await expect(page.get_by_text("You said: one more")).to_be_in_viewport()
    await reply.click()
    await expect(page.locator("#context")).to_contain_text("message 11")

    await last.click(button="right")
    await page.locator("#scroller").hover(position={"x": 10, "y": 10})
    await page.mouse.wheel(0, -100)
    await expect(reply).to_be_hidden()


async def test_another_chat_is_named_in_the_address(page: Page, server: LocalServer, phone: Phone) -> None:
    async with Phone(server.url, person=7, chat=-70) as other:
        await open_chat(page, f"{server.url}/?chat=-70&person=7&language=es")
        await page.get_by_role("textbox", name="Mensaje").fill("/start")
        await page.get_by_role("textbox", name="Mensaje").press("Enter")
        await expect(page.locator(".message.bot")).to_contain_text("Hello.")
        assert len((await other.state())["messages"]) == 2
    assert (await phone.state())["messages"] == []
