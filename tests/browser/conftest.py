"""A real headless Chromium for the tests of the chat page, a bot behind it, and a check that nothing went wrong unseen."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import install
import pytest
from databases import sqlite_url
from page_echo_bot import echoing
from page_troubles import Troubles
from phone import TIMEOUT
from playwright.async_api import Page, async_playwright, expect

from bot.app import answering
from bot.local import LocalServer
from bot.settings import Settings

REGISTRY = Path(__file__).parents[2] / "registry.yaml"
ARGUMENTS = (
    "--headless=new",
    "--remote-debugging-port=0",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "about:blank",
)
expect.set_options(timeout=1000 * TIMEOUT)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One Chromium for all tests, each of which opens its own window without memory; gives its debugging URL."""
    profile = tmp_path_factory.mktemp("chromium")
    process = subprocess.Popen(
        [install.chromium(), f"--user-data-dir={profile}", *ARGUMENTS],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    told = profile / "DevToolsActivePort"
    deadline = time.monotonic() + TIMEOUT
    while not (told.exists() and told.read_text().count("\n") >= 1):
        assert process.poll() is None, "Chromium ended before it was ready"
        assert time.monotonic() < deadline, "Chromium did not start"
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{told.read_text().splitlines()[0]}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # the group is Chromium's own: start_new_session
        process.wait(10)


@pytest.fixture
def troubles() -> Troubles:
    """What went wrong in the test's window so far."""
    return Troubles()


@pytest.fixture
async def page(chromium: str, troubles: Troubles) -> AsyncIterator[Page]:
    """An empty phone-sized window; at the end of the test nothing may have gone wrong in it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(chromium)
        context = await browser.new_context(
            viewport={"width": 360, "height": 740},
            locale="en-GB",
            timezone_id="UTC",
            color_scheme="light",
            reduced_motion="reduce",  # what is measured must not be on its way
        )
        window = await context.new_page()
        window.set_default_timeout(1000 * TIMEOUT)
        troubles.watch(window)
        try:
            yield window
            assert troubles.seen == []
        finally:
            await context.close()
            await browser.close()


@pytest.fixture
async def echo_bot(server: LocalServer) -> AsyncIterator[None]:
    """A tiny bot behind the page."""
    async with echoing(server.url):
        yield


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The database of this test's bot."""
    return sqlite_url(tmp_path)


@pytest.fixture
async def shipped(server: LocalServer, database: str) -> AsyncIterator[None]:
    """The whole bot with what the registry ships."""
    settings = Settings.read({"CHECKUP_DATABASE": database, "CHECKUP_REGISTRY": str(REGISTRY)})
    async with answering(settings, api=server.url, token="1:local"):
        yield
