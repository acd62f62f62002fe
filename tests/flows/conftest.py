"""The whole bot, answering on a local Bot API server with a disease whose engine says what it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chat import ADMIN, agree
from databases import sqlite_url
from fake_disease import SaysWhatItIsTold, registry
from phone import Phone

from bot.app import Checkup, answering
from bot.local import LocalServer
from bot.settings import Settings
from classifiers.registry import Registry


@pytest.fixture
def engine() -> SaysWhatItIsTold:
    """The engine of the one disease: change what it says in a test."""
    return SaysWhatItIsTold()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a database of this test's own."""
    database = sqlite_url(tmp_path)
    return Settings.read({"CHECKUP_DATABASE": database, "CHECKUP_ADMINS": str(ADMIN)})


@pytest.fixture
def fake_registry(engine: SaysWhatItIsTold) -> Registry:
    """A registry that offers the one disease."""
    return registry(engine)


@pytest.fixture
async def checkup(server: LocalServer, settings: Settings, fake_registry: Registry) -> AsyncIterator[Checkup]:
    """The running bot."""
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry) as running:
        yield running


@pytest.fixture
async def agreed(checkup: Checkup, phone: Phone) -> Phone:
    """Somebody who has agreed already, in a chat with the running bot."""
    await agree(phone)
    return phone
