"""The registry is read anew while the bot goes on answering: by an admin's /reload or by SIGHUP."""

from __future__ import annotations

import dataclasses
import shutil
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import tiny
from chat import ADMIN, agree
from databases import sqlite_url
from fake_disease import SaysWhatItIsTold, registry
from phone import Phone
from photo_bytes import file
from processes import until

from bot.app import Checkup, answering
from bot.local import LocalServer
from bot.settings import Settings
from classifiers.errors import Unavailable
from classifiers.health import MOST_FAILURES
from classifiers.live_registry import LiveRegistry
from classifiers.registry import Registry
from classifiers.scores import Scores

RED = file(tiny.plain("red", (200, 200)), "PNG")
COLOUR = {"card": "colour/card.yaml"}
SHADE = {"card": "shade/card.yaml"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a registry of one disease, and a second disease that is not in it."""
    tiny.write(tmp_path / "shade", tiny.content(id="shade", title={"en": "Shade"}))
    tiny.registry(tmp_path)
    return tmp_path


@pytest.fixture
def settings(folder: Path) -> Settings:
    """Settings with that registry, and an admin."""
    database = sqlite_url(folder)
    registry = str(folder / "registry.yaml")
    return Settings.read({"CHECKUP_DATABASE": database, "CHECKUP_ADMINS": str(ADMIN), "CHECKUP_REGISTRY": registry})


@pytest.fixture
async def running(server: LocalServer, settings: Settings) -> AsyncIterator[Checkup]:
    """The bot, with what stands in the registry file."""
    async with answering(settings, api=server.url, token="1:local") as checkup:
        yield checkup


@pytest.fixture
async def admin(running: Checkup, server: LocalServer) -> AsyncIterator[Phone]:
    """An admin who has agreed."""
    async with Phone(server.url, ADMIN) as opened:
        await agree(opened)
        yield opened


async def menu(phone: Phone) -> list[str]:
    return [command["command"] for command in (await phone.state())["bot"]["commands"]]


async def looked_at_as(phone: Phone, caption: str) -> str:
    await phone.sends_photo(RED, caption=caption)
    return str((await phone.waits_for("looks most like Red"))["caption"])


async def test_a_new_disease_appears_in_the_list_in_the_menu_and_answers(admin: Phone, folder: Path) -> None:
    assert await menu(admin) == [
        "start",
        "colour",
        "help",
        "about",
        "diseases",
        "language",
        "settings",
        "privacy",
        "export",
        "forget",
    ]
    tiny.registry(folder, COLOUR, SHADE)
    await admin.says("/reload")
    assert "New: shade" in (await admin.waits_for("On offer: colour and shade"))["text"]
    assert await menu(admin) == [
        "start",
        "colour",
        "shade",
        "help",
        "about",
        "diseases",
        "language",
        "settings",
        "privacy",
        "export",
        "forget",
    ]
    await admin.says("/diseases")
    await admin.waits_for("Shade /shade")
    assert "Looked at as: Shade" in await looked_at_as(admin, "/shade")


async def test_a_removed_disease_disappears(admin: Phone, folder: Path) -> None:
    tiny.registry(folder, COLOUR, SHADE)
    await admin.says("/reload")
    await admin.waits_for("New: shade")
    tiny.registry(folder, SHADE)
    await admin.says("/reload")
    assert "Gone: colour" in (await admin.waits_for("On offer: shade"))["text"]
    assert "colour" not in await menu(admin)
    await admin.says("/colour")
    await admin.waits_for("do not know this command")
    await admin.says("/diseases")
    assert "Colour" not in (await admin.waits_for("What I can look at"))["text"]


@pytest.mark.parametrize("broken", ["card", "model", "registry"])
async def test_what_is_broken_leaves_the_old_one_serving_and_says_why(
    admin: Phone, folder: Path, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    why = {"card": "title: must have English", "model": "not the file this card was made for", "registry": "line 2"}
    if broken == "card":
        tiny.write(folder / "colour", tiny.content(title={"es": "Color"}))
    elif broken == "model":
        shutil.copy(tiny.MODELS / "softmax.tflite", folder / "colour" / "logits.tflite")
    else:
        (folder / "registry.yaml").write_text("plugins: [")
    await admin.says("/reload")
    told = (await admin.waits_for("On offer: colour"))["text"]
    assert "answering as before: colour" in told
    assert why[broken] in told
    assert any(why[broken] in record.message for record in caplog.records)
    assert await looked_at_as(admin, "")
    tiny.registry(folder)
    await admin.says("/reload")
    mended = (await admin.waits_for("On offer: colour"))["text"]
    assert "Faults found" not in mended
    assert await looked_at_as(admin, "")


async def test_a_bad_line_takes_no_disease_away(admin: Phone, folder: Path) -> None:
    tiny.registry(folder, {"crad": "colour/card.yaml"}, SHADE)
    await admin.says("/reload")
    told = (await admin.waits_for("On offer: shade and colour"))["text"]
    assert "plugins[0].crad: there is no such key" in told


async def test_a_card_that_never_worked_is_named_and_the_others_answer(admin: Phone, folder: Path) -> None:
    tiny.write(folder / "shade", tiny.content(id="shade", labels=...))
    tiny.registry(folder, COLOUR, SHADE)
    await admin.says("/reload")
    assert "labels: is missing" in (await admin.waits_for("On offer: colour"))["text"]
    assert await looked_at_as(admin, "")


async def test_for_everybody_else_there_is_no_such_command(running: Checkup, phone: Phone, folder: Path) -> None:
    tiny.registry(folder, COLOUR, SHADE)
    await phone.says("/reload")
    assert await phone.waits_for("do not know this command")
    await phone.says("/shade")
    assert await phone.waits_for("do not know this command")


class Held(SaysWhatItIsTold):
    """An engine that begins when it is let go, and notices when it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go, self.closed = threading.Event(), threading.Event(), False

    def score(self, pixels: object) -> Scores:
        """Wait, and find oneself not closed."""
        self.begun.set()
        assert self.go.wait(60)
        assert not self.closed
        return super().score(pixels)  # type: ignore[arg-type]

    def close(self) -> None:
        """Let everything go."""
        self.closed = True


async def test_a_case_that_runs_ends_on_the_model_it_began_with(
    server: LocalServer, settings: Settings, phone: Phone
) -> None:
    held = Held()
    async with (
        answering(settings, api=server.url, token="1:local", registry=registry(held)),
        Phone(server.url, ADMIN) as admin,
    ):
        await agree(phone)
        await phone.sends_photo(file(tiny.plain("red", (640, 480)), "PNG"))
        await until(held.begun.is_set)
        await admin.says("/reload")
        await admin.waits_for("Gone: skin")
        assert not held.closed
        held.go.set()
        await phone.waits_for("not a diagnosis")
        await until(lambda: held.closed, "the engine to be closed")


def test_an_engine_that_is_replaced_is_closed_once_and_all_are_at_the_end() -> None:
    first, second = Held(), Held()
    live = LiveRegistry(registry(first))
    with live.photo_case("skin") as began:
        live.replace(registry(second))
        with live.photo_case("skin") as now:
            assert (began.engine, now.engine) == (first, second)
        assert not first.closed
    assert (first.closed, second.closed) == (True, False)
    (entry,) = registry(first).entries
    broken = Registry(entries=(dataclasses.replace(entry, plugin=None, faults=("broken",)),))
    assert live.replace(broken).kept == ("skin",)
    assert not second.closed
    live.close()
    assert second.closed


def test_a_disease_that_failed_too_often_is_offered_again_after_a_reload_even_with_a_broken_card() -> None:
    live = LiveRegistry(registry(SaysWhatItIsTold()))
    for _ in range(MOST_FAILURES):
        with live.photo_case("skin") as plugin:
            plugin.health.failed("skin", "it did not answer")
    with pytest.raises(Unavailable), live.photo_case("skin"):
        pass
    (entry,) = live.registry.entries
    report = live.replace(Registry(entries=(dataclasses.replace(entry, plugin=None, faults=("broken",)),)))
    assert (report.added, report.kept, report.faults) == (("skin",), ("skin",), ("broken",))
    with live.photo_case("skin") as plugin:
        assert plugin.health.is_available
