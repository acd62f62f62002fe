"""What all tests share: the local Bot API server, and a person with a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from phone import Phone
from wire import Wire

from bot.local import LocalServer


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[LocalServer]:
    """A Bot API server of this test's own."""
    async with LocalServer(folder=tmp_path / "local", inject_faults=True) as running:
        yield running


@pytest.fixture
async def phone(server: LocalServer) -> AsyncIterator[Phone]:
    """Somebody who looks at a chat with the bot."""
    async with Phone(server.url) as opened:
        yield opened


@pytest.fixture
async def wire(server: LocalServer) -> AsyncIterator[Wire]:
    """A bot that calls methods one by one."""
    async with Wire(server.url) as opened:
        yield opened
