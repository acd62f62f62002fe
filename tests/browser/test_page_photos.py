"""A photo gets into the chat page by every way there is, and its answer is shown."""

from __future__ import annotations

import asyncio

import pytest
from page_hands import drag_over, drop, open_chat, paste, photo_file, spot_photo
from phone import Phone
from playwright.async_api import Page, Route, expect

from bot.local import LocalServer

pytestmark = pytest.mark.usefixtures("echo_bot")


async def test_a_dropped_photo_is_answered_with_a_picture_whose_button_edits_in_place(
    page: Page, server: LocalServer
) -> None:
    await open_chat(page, server.url)
    await drag_over(page, [photo_file()])
    await expect(page.get_by_text("Drop to send")).to_be_visible()
    await drop(page, [photo_file()])
    await expect(page.get_by_text("Drop to send")).to_be_hidden()
    await page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()

    answer = page.locator(".message.bot")
    await expect(answer.locator("b")).to_have_text("I looked")
    picture = answer.get_by_role("img")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 640)
    link = answer.get_by_role("link", name="Read more")
    await expect(link).to_have_attribute("href", "https://example.org/mole")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")

    await picture.evaluate("(image) => (image.marked = true)")
    await answer.get_by_role("button", name="Right").click()
    await expect(page.locator("#toasts")).to_have_text("Thank you!")
    await expect(answer.get_by_text("Noted: you found it right.")).to_be_visible()
    await expect(answer.get_by_role("button", name="Noted")).to_be_visible()
    await expect(page.locator(".message")).to_have_count(2)
    assert await picture.evaluate("(image) => image.marked"), "the picture was loaded anew for an edited caption"


async def test_a_pasted_photo_waits_in_a_sheet_until_it_is_sent_with_its_caption(
    page: Page, server: LocalServer
) -> None:
    await open_chat(page, server.url)
    await page.wait_for_selector("#empty:not([hidden])")
    await paste(page, [photo_file("pasted.png")])
    sheet = page.get_by_role("dialog")
    await expect(sheet.get_by_role("heading", name="Send a photo")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    await expect(page.locator(".message")).to_have_count(0)

    await paste(page, [photo_file("pasted.png")])
    await page.keyboard.type("On my arm")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.own .words")).to_contain_text("On my arm")
    await expect(page.locator(".message.bot")).to_contain_text("I looked at 640×480")


async def test_a_photo_that_is_pasted_as_the_sheet_closes_gets_a_sheet_of_its_own(
    page: Page, server: LocalServer
) -> None:
    await open_chat(page, server.url)
    await page.wait_for_selector("#empty:not([hidden])")
    await paste(page, [photo_file("first.png")])
    sheet = page.get_by_role("dialog")
    await expect(sheet.get_by_role("list", name="To be sent")).to_contain_text("first.png")
    await paste(page, [photo_file("second.png")], first="document.querySelector('dialog').close()")
    await expect(sheet.get_by_role("list", name="To be sent")).to_contain_text("second.png")
    await expect(sheet.get_by_role("list", name="To be sent")).not_to_contain_text("first.png")


async def test_several_photos_picked_at_once_become_one_album(page: Page, server: LocalServer, phone: Phone) -> None:
    await open_chat(page, server.url)
    await page.wait_for_selector("#empty:not([hidden])")
    async with page.expect_file_chooser() as asked:
        await page.get_by_role("button", name="Attach photos or files").click()
    await (await asked.value).set_files([photo_file(f"{number}.jpg") for number in range(4)])
    await page.get_by_role("button", name="Leave out 3.jpg").click()
    await expect(page.get_by_role("heading", name="Send 3 photos")).to_be_visible()
    await page.keyboard.press("Enter")

    album = page.locator(".message.own .album")
    await expect(album.get_by_role("img")).to_have_count(3)
    await expect(page.locator(".message.bot")).to_have_count(3)
    sent = [message for message in (await phone.state())["messages"] if message["from"] == "person"]
    assert len({message["media_group_id"] for message in sent}) == 1


async def test_a_photo_sent_as_a_file_arrives_with_every_byte(page: Page, server: LocalServer, phone: Phone) -> None:
    content = spot_photo(900, 700)
    await open_chat(page, server.url)
    await page.set_input_files("#pick-files", photo_file("exact.jpg", content))
    await page.get_by_role("radio", name="As file").check()
    await page.get_by_role("button", name="Send", exact=True).last.click()
    await expect(page.locator(".message.bot")).to_contain_text(f"A file: exact.jpg, {len(content)} bytes")
    await expect(page.locator(".message.own .file-name")).to_have_text("exact.jpg")
    sent = (await phone.state())["messages"][0]
    assert await phone.looks_at(sent) == content


async def test_a_photo_taken_with_the_camera_goes_the_same_way(page: Page, server: LocalServer) -> None:
    await open_chat(page, server.url)
    async with page.expect_file_chooser() as asked:
        await page.get_by_role("button", name="Take a photo").click()
    assert await page.locator("#pick-camera").get_attribute("capture") == "environment"
    await (await asked.value).set_files(photo_file())
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.bot")).to_contain_text("I looked")


async def test_a_tap_made_while_the_page_still_loads_is_not_lost(page: Page, server: LocalServer) -> None:
    let_through = asyncio.Event()

    async def hold(route: Route) -> None:
        await let_through.wait()
        await route.continue_()

    await page.route("**/page/words/*", hold)
    await page.goto(server.url)
    asyncio.get_running_loop().call_later(0.3, let_through.set)
    async with page.expect_file_chooser() as asked:
        await page.get_by_role("button", name="Take a photo").click()
    await (await asked.value).set_files(photo_file())
    await expect(page.get_by_text("spot.jpg")).to_be_visible()


async def test_a_photo_replaced_by_its_menu_is_looked_at_again(page: Page, server: LocalServer) -> None:
    await open_chat(page, server.url)
    await page.set_input_files("#pick-files", photo_file())
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.bot")).to_contain_text("I looked at 640×480")

    await page.locator(".message.own .bubble").click(button="right")
    async with page.expect_file_chooser() as asked:
        await page.get_by_role("menuitem", name="Edit photo").click()
    await (await asked.value).set_files(photo_file("good.jpg"))
    await paste(page, [photo_file("better.jpg", spot_photo(800, 500))])  # only one takes the place
    await expect(page.get_by_role("list", name="To be sent").get_by_role("listitem")).to_contain_text(["better.jpg"])
    await page.get_by_role("button", name="Replace").click()
    await expect(page.locator(".message.bot").last).to_contain_text("I looked again at 800×500")
    await expect(page.locator(".message.own .meta")).to_contain_text("edited")


async def test_a_photo_opens_over_the_whole_screen_and_escape_gives_the_focus_back(
    page: Page, server: LocalServer
) -> None:
    await open_chat(page, server.url)
    await page.set_input_files("#pick-files", photo_file())
    await page.keyboard.press("Enter")
    answer = page.locator(".message.bot button.photo")
    await answer.focus()
    await page.keyboard.press("Enter")
    box = page.get_by_role("dialog", name="Photo")
    await expect(box.get_by_role("img")).to_be_visible()
    await expect(box).to_contain_text("I looked")
    await page.keyboard.press("ArrowLeft")
    await expect(box.locator(".lightbox-who")).to_contain_text("You, Today")
    await page.keyboard.press("Escape")
    await expect(box).to_have_count(0)
    await expect(answer).to_be_focused()


async def test_nothing_moves_when_a_picture_has_loaded(page: Page, server: LocalServer, phone: Phone) -> None:
    await phone.sends_photo(spot_photo(500, 900))
    await phone.waits_for("I looked")
    let_through = asyncio.Event()

    async def hold(route: Route) -> None:
        await let_through.wait()
        await route.continue_()

    await page.route("**/chat/media/*", hold)
    await page.goto(server.url, wait_until="domcontentloaded")
    await expect(page.locator(".message")).to_have_count(2)
    measure = "[...document.querySelectorAll('.message')].map((one) => one.getBoundingClientRect().toJSON())"
    before = await page.evaluate(measure)
    assert all(box["height"] > 250 for box in before)
    let_through.set()
    for picture in await page.locator(".message").get_by_role("img").all():
        await expect(picture).to_have_js_property("naturalWidth", 444)  # of Telegram's sizes, the one of 800 pixels
    assert await page.evaluate(measure) == before
