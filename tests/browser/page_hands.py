"""What a person's hands do with the chat page beyond keys and clicks: drop and paste files, draw photos."""

from __future__ import annotations

import asyncio
import base64
import io

from phone import TIMEOUT
from PIL import Image, ImageDraw, ImageFilter
from playwright.async_api import FilePayload, Locator, Page

TRANSFER = """(files) => {
    const transfer = new DataTransfer();
    for (const { name, mimeType, content } of files) {
        const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type: mimeType }));
    }
    return transfer;
}"""


def spot_photo(width: int = 640, height: int = 480, skin: str = "#e1b496") -> bytes:
    """Return a JPEG of a brown spot on plain skin."""
    image = Image.new("RGB", (width, height), skin)
    box = (width * 0.38, height * 0.35, width * 0.6, height * 0.66)
    ImageDraw.Draw(image).ellipse(box, fill="#6e412d")
    written = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(3)).save(written, "JPEG")
    return written.getvalue()


def photo_file(name: str = "spot.jpg", content: bytes | None = None) -> FilePayload:
    """Return a file for Playwright's `set_input_files`, `drop` and `paste`."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": spot_photo() if content is None else content}


async def open_chat(page: Page, address: str) -> None:
    """Open the chat page and wait until it takes taps and files: its words and its wiring come after the window's load."""
    await page.goto(address)
    await page.wait_for_selector("#phone:not([inert])")


async def comes_true(place: Locator, script: str) -> None:
    """Wait until what the script says of the place is true: the page scrolls a moment after what made it."""
    async with asyncio.timeout(TIMEOUT):
        while not await place.evaluate(script):  # noqa: ASYNC110 — nothing tells
            await asyncio.sleep(0.02)


async def drag_over(page: Page, files: list[FilePayload]) -> None:
    """Hold files over the page."""
    await _dispatch(page, "dragenter", files)
    await _dispatch(page, "dragover", files)


async def drop(page: Page, files: list[FilePayload]) -> None:
    """Let go of files over the page."""
    await _dispatch(page, "drop", files)


async def paste(page: Page, files: list[FilePayload], *, first: str = "") -> None:
    """Paste files from the clipboard, at once after what JavaScript does first."""
    transfer = await page.evaluate_handle(TRANSFER, _packed(files))
    await page.evaluate(
        f"(data) => {{ {first}; document.body.dispatchEvent("
        "new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })) }",
        transfer,
    )


async def _dispatch(page: Page, event: str, files: list[FilePayload]) -> None:
    transfer = await page.evaluate_handle(TRANSFER, _packed(files))
    await page.dispatch_event("#scroller", event, {"dataTransfer": transfer})


def _packed(files: list[FilePayload]) -> list[dict[str, str]]:
    return [
        {"name": file["name"], "mimeType": file["mimeType"], "content": base64.b64encode(file["buffer"]).decode()}
        for file in files
    ]
