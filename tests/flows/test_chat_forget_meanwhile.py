"""/forget in one chat while something of the same person's is being looked at in another: nothing of it is kept."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from chat import agree
from fake_disease import SaysWhatItIsTold, photo
from phone import Phone
from processes import until

from bot.app import Checkup
from bot.local import LocalServer
from bot.settings import Settings
from bot.store import Store
from classifiers.scores import Scores

GROUP, HERE = -5, "@checkup_local_bot"


@dataclass
class Held(SaysWhatItIsTold):
    """An engine that says nothing until it is let go."""

    let_go: threading.Event = field(default_factory=threading.Event)

    def score(self, pixels: np.ndarray) -> Scores:
        """Wait, then say what was told."""
        found = super().score(pixels)
        self.let_go.wait(60)
        return found


@pytest.fixture
def engine() -> Held:
    """The engine of the one disease, which is held."""
    return Held()


@pytest.fixture
async def group(checkup: Checkup, server: LocalServer, engine: Held) -> AsyncIterator[Phone]:
    """The same person as in the private chat, in a group; the engine is let go before the bot stops."""
    async with Phone(server.url, 1001, GROUP) as opened:
        yield opened
        engine.let_go.set()


def on_disk(folder: Path) -> bytes:
    """Return all that stands in the files of a folder, the log beside the database included."""
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


@pytest.mark.parametrize("photos", [1, 2])
async def test_what_is_looked_at_while_its_person_forgets_leaves_nothing(
    *,
    agreed: Phone,
    group: Phone,
    engine: Held,
    server: LocalServer,
    settings: Settings,
    tmp_path: Path,
    photos: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Phone(server.url, 2) as friend:
        await agree(friend)
    sent = photo() if photos == 1 else [photo(), photo(480, 640)]
    await group.sends_photo(sent, caption=HERE)
    await until(lambda: engine.seen)
    await agreed.says("/forget")
    await agreed.presses("Yes, remove it all", await agreed.waits_for("cannot be undone"))
    await agreed.waits_for("Done.")
    engine.let_go.set()
    async with Phone(server.url, 2, GROUP) as friend:
        await friend.says(f"/help{HERE}")  # is answered after the photo
        await friend.waits_for("For a good photo")
    async with Store.open(settings.database_url) as store:
        robin = store.person(1001)
        assert [entry async for entry in store.journal.entries()] == []
    assert robin.encode() not in on_disk(tmp_path)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
