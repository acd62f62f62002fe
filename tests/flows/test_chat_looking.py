"""While an answer takes long a message says so, and the answer takes its place: the chat never has both."""

from __future__ import annotations

import contextlib
import gc
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from fake_disease import SaysWhatItIsTold, photo, registry
from phone import Event, Phone
from processes import ROOT, BotProcess, consented, until

from bot.app import Checkup, answering
from bot.examiner import PhotoResult
from bot.local import LocalServer
from bot.settings import Settings
from classifiers.scores import Scores

STANDS_IN = {"en": "I am looking at your photo", "ar": "أنظر إلى صورتك الآن"}
ANSWER = {"en": "looks most like", "ar": "أكثر ما يشبهه"}


@dataclass
class WaitsUntilTold(SaysWhatItIsTold):
    """An engine that scores once it is let."""

    may: threading.Event = field(default_factory=threading.Event)

    def score(self, pixels: np.ndarray) -> Scores:
        """Wait, and return what was told."""
        self.may.wait()
        return super().score(pixels)


@pytest.fixture
def engine() -> Iterator[WaitsUntilTold]:
    """The engine of the one disease, which scores nothing yet."""
    made = WaitsUntilTold()
    yield made
    made.may.set()


def standing(phone: Phone, words: str) -> list[bool]:
    """Return how many messages with these words stood in the chat after each event: whether one did."""
    numbers: set[int] = set()
    found = []
    for event in phone.seen:
        numbers = _after(numbers, event, words)
        found.append(bool(numbers))
    return found


def _after(numbers: set[int], event: Event, words: str) -> set[int]:
    if event["kind"] == "deleted":
        return numbers - set(event["message_ids"])
    message = event.get("message") or {}
    said = message.get("text") or message.get("caption") or ""
    return numbers | {message["message_id"]} if words in said else numbers


def noted(database: Path) -> bool:
    """Return whether the database knows of a message that stands in for an answer."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return bool(connection.execute("SELECT placeholder FROM inbox WHERE placeholder IS NOT NULL").fetchall())


async def test_an_answer_that_takes_long_takes_the_place_of_a_message_that_says_so(
    checkup: Checkup, server: LocalServer, settings: Settings, engine: WaitsUntilTold
) -> None:
    await consented(settings.database_url, 7, 8)
    async with Phone(server.url, 7) as anna, Phone(server.url, 8, language="ar") as bushra:
        for phone, lang in ((anna, "en"), (bushra, "ar")):
            await phone.sends_photo(photo())
            assert await phone.waits_for_event(lambda event: event["kind"] == "action")
            await phone.waits_for(STANDS_IN[lang])
        engine.may.set()
        for phone, lang in ((anna, "en"), (bushra, "ar")):
            await phone.waits_for(lambda message: bool(message["media"]))
            stood, answered = standing(phone, STANDS_IN[lang]), standing(phone, ANSWER[lang])
            assert any(stood)
            assert answered[-1]
            assert not any(both for both in zip(stood, answered, strict=True) if all(both))
            await phone.sends_photo(photo(600, 480))
            await phone.waits_for(lambda message: bool(message["media"]))
            assert len([1 for event in phone.seen if STANDS_IN[lang] in str(event.get("message"))]) == 1  # no new one
        await until(lambda: not in_memory(PhotoResult))


def in_memory(kind: type) -> list[object]:
    return [one for one in gc.get_objects() if isinstance(one, kind)]


async def test_what_stands_in_for_an_answer_goes_where_the_message_is_given_up(
    agreed: Phone, engine: WaitsUntilTold
) -> None:
    engine.errors = [RuntimeError("x")] * 3
    await agreed.sends_photo(photo())
    await agreed.waits_for(STANDS_IN["en"])
    engine.may.set()
    await agreed.waits_for("I tried several times")
    assert not standing(agreed, STANDS_IN["en"])[-1]


async def test_after_a_kill_the_answer_still_takes_its_place(
    server: LocalServer, settings: Settings, phone: Phone, tmp_path: Path
) -> None:
    await consented(settings.database_url, 1001)
    hanging = {"CHECKUP_TOKEN": "1:local", "CHECKUP_API": server.url}
    async with BotProcess(tmp_path, program=(str(ROOT / "tests" / "hanging_bot.py"),), **hanging) as process:
        await phone.sends_photo(photo())
        await phone.waits_for(STANDS_IN["en"])
        await until(lambda: noted(tmp_path / "checkup.db"), "for its number in the database")
        await process.killed()
    async with answering(settings, api=server.url, token="1:local", registry=registry(SaysWhatItIsTold())):
        await phone.waits_for(ANSWER["en"])
    assert not standing(phone, STANDS_IN["en"])[-1]
