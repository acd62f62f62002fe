"""Every flow in every language, through the chat: one bot for all of them, and no word of another language."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from chat import ADMIN, agree, buttons
from databases import sqlite_url
from fake_disease import SaysWhatItIsTold, photo
from languages import OTHERS, TEXTS, english_in
from phone import Event, Message, Phone

from bot.app import Checkup, answering
from bot.handlers.profile import menu
from bot.local import LocalServer
from bot.local.page_client import is_from_bot
from bot.replies import profile_description, profile_short_description
from bot.settings import Settings
from bot.store import Store
from bot.texts import Texts
from bot.texts.direction import without_isolates
from classifiers.plugin import Plugin
from classifiers.registry import Registry, RegistryEntry, read_registry

SHIPPED = read_registry(Path(__file__).parents[2] / "registry.yaml")
CARD = SHIPPED.photo_plugin("skin").card
SKIN = CARD.model_copy(update={"decision": CARD.decision.model_copy(update={"single_lesion": None, "outline": None})})
ASKED = sum(question.asked for question in SHIPPED.form_plugin("thyroid").card.questions)
DIGITS = {"ar": "٥٤", "hi": "५४"}
PHOTO, OTHER = photo(), photo(660)
GROUP = -500
SURE = (0.01, 0.01, 0.01, 0.01, 0.93, 0.01, 0.01, 0.01)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a group of reviewers."""
    database = sqlite_url(tmp_path)
    return Settings.read({"CHECKUP_DATABASE": database, "CHECKUP_ADMINS": str(ADMIN), "CHECKUP_REVIEWERS": str(GROUP)})


@pytest.fixture
def engine() -> SaysWhatItIsTold:
    """The skin card's engine."""
    return SaysWhatItIsTold(shares=SURE, not_this=-9.0)


@pytest.fixture
def fake_registry(engine: SaysWhatItIsTold) -> Registry:
    """What is shipped, with an engine for skin that says what it is told."""
    skin = RegistryEntry(id="skin", path=Path("x"), enabled=True, card=SKIN, plugin=Plugin(card=SKIN, engine=engine))
    return Registry(entries=(skin, *(entry for entry in SHIPPED.entries if entry.id != "skin")))


@pytest.fixture
async def checkup(server: LocalServer, settings: Settings, fake_registry: Registry) -> AsyncIterator[Checkup]:
    """The running bot, which tries again sooner."""
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry, pause=0.05) as running:
        yield running


class Speaker:
    """Somebody whose Telegram is set to a language, and who is answered in nothing else."""

    def __init__(self, phone: Phone, lang: str) -> None:
        self.phone, self.lang, self.texts = phone, lang, TEXTS.speaking(lang)
        self.read = 0  # the number of the last event that was read

    async def reads(self, key: str) -> Message:
        """Wait for a message that holds a text of the bot's, whatever its facts are."""
        wanted = _parts(self.texts, key)

        def fits(event: Event) -> bool:
            return event["n"] > self.read and is_from_bot(event) and _holds(_said(event["message"]), wanted)

        event = await self.phone.waits_for_event(fits, wish=f"{key} in {self.lang}")
        message, self.read = event["message"], event["n"]
        shown = [_said(message), *(button["text"] for row in message["buttons"] for button in row)]
        assert not {(word, self.lang) for text in shown for word in english_in(text, self.lang)}, shown
        return dict(message)

    async def says(self, words: str, *keys: str) -> Message:
        """Say something and read every answer; return the last."""
        await self.phone.says(words)
        return [await self.reads(key) for key in keys][-1]

    async def taps(self, key: str, message: Message, then: str) -> Message:
        """Tap a button and read what comes of it."""
        wanted = without_isolates(self.texts.plain(key) if key.startswith("button.") else key)
        [button] = [one for row in message["buttons"] for one in row if without_isolates(one["text"]) == wanted]
        await self.phone.presses(button["data"], message)
        return await self.reads(then)


def _holds(said: str, parts: list[str]) -> bool:
    """Return whether a message holds these parts, one behind the other."""
    at = 0
    for part in parts:
        at = said.find(part, at) + len(part)
        if at < len(part):
            return False
    return True


def _parts(texts: Texts, key: str) -> list[str]:
    """Return what stands around the facts in the first line of a text."""
    plain = without_isolates(re.sub("<[^>]*>", "", texts.forms(key)[-1]))
    return re.split(r"\{\w+\}", plain.split("\n")[0].strip())


def _said(message: Message) -> str:
    return without_isolates(message["text"] or message["caption"] or "")


@pytest.fixture
async def speakers(checkup: Checkup, server: LocalServer) -> AsyncIterator[list[Speaker]]:
    """Somebody of every language but English."""
    async with contextlib.AsyncExitStack() as stack:
        phones = [Phone(server.url, person=2000 + at, language=lang) for at, lang in enumerate(OTHERS)]
        for phone in phones:
            await stack.enter_async_context(phone)
        yield [Speaker(phone, lang) for phone, lang in zip(phones, OTHERS, strict=True)]


async def _consent_and_photo(one: Speaker) -> None:
    await one.phone.sends_photo(PHOTO)
    asked = await one.reads("consent.ask")
    await one.taps("button.consent", asked, "consent.thanks")
    answer = await one.reads("outcome.sure")
    assert without_isolates(one.texts.localised(SKIN.label("mel").about))[:40] in _said(answer)
    choice = await one.taps("button.feedback", answer, "outcome.sure")
    await one.taps("button.feedback_yes", choice, "outcome.sure")


async def _spot(one: Speaker) -> None:
    await one.phone.sends_photo(PHOTO)
    asked = await one.taps("button.follow", await one.reads("outcome.sure"), "spots.consent")
    asked = await one.taps("button.follow_agree", asked, "spots.where")
    zones = await one.taps("button.place_front", asked, "spots.which")
    regions = await one.taps(zones["buttons"][1][0]["text"], zones, "spots.which")
    followed = await one.taps(regions["buttons"][0][0]["text"], regions, "spots.followed")
    strip = await one.taps("button.spot_show", followed, "spots.photo")
    await one.says("/spots", "spots.title")
    await one.says("/spot_999999", "spots.gone")
    await one.taps("button.spot_new", strip, "spots.send_now")
    await one.phone.sends_photo(OTHER)
    where = await one.taps("button.coin", await one.reads("spots.added"), "coin.where")
    which = await one.taps(where["buttons"][0][0]["text"], where, "coin.which")
    await one.taps(which["buttons"][0][0]["text"], which, "coin.none")
    when = await one.taps("button.remind", strip, "reminders.ask")
    await one.taps(when["buttons"][0][0]["text"], when, "reminders.chosen")
    await one.says("/report", "report.here")
    asked = await one.taps("button.spot_ask", strip, "spots.stop_ask")
    await one.taps("button.spot_keep", asked, "spots.kept")


async def _several(one: Speaker) -> None:
    await one.phone.sends_photo([PHOTO, OTHER])
    asked = await one.taps("button.symptoms", await one.reads("together.outlined"), "together.outlined")
    said = await one.taps(f"☐ {one.texts.localised(SKIN.symptoms[0].title)}", asked, "together.outlined")
    done = await one.taps("button.symptoms_done", said, "together.outlined")
    assert SKIN.words.different
    await one.taps(one.texts.own(SKIN.words.different), done, "different.done")


async def _doctor(one: Speaker, doctor: Phone) -> None:
    await one.phone.sends_photo(photo(680))
    asked = await one.taps("button.ask_doctor", await one.reads("outcome.sure"), "opinion.ask")
    await one.taps(one.texts.plain("opinion.button_send"), asked, "opinion.sent")
    await doctor.presses("I take this", await doctor.waits_for("Nobody has taken this yet"))
    await doctor.presses("I agree: Melanoma", await doctor.waits_for("has taken this"))
    await doctor.presses("Within days", await doctor.waits_for(lambda message: "Within days" in buttons(message)))
    await one.reads("opinion.looked")


async def _commands(one: Speaker) -> None:
    await one.says("/start", "start.again")
    await one.says("/help", "help.photo")
    await one.says("/about", "about.title", "about.licence")
    await one.says("/diseases", "diseases.title")
    await one.says("/privacy", "privacy.text")
    await one.says("/export", "export.here")
    await one.says("/settings", "settings.title")
    await one.says("/nothing", "hint.command")
    await one.says("?", "hint.text")
    await one.phone.sends_photo(b"GIF89a", kind="sticker")
    await one.reads("refusal.sticker")


async def _form(one: Speaker) -> None:
    flags = await one.says("/heart", "form.red_flags")
    await one.taps("button.form_no_flag", flags, "form.how")
    await one.says("???", "refusal.not_a_number")
    await one.says(DIGITS.get(one.lang, "54"), "form.step")
    await one.says("/thyroid", "form.again")
    await one.says("/cancel", "form.cancelled")
    step = await one.says("/thyroid", "form.red_flags")
    step = await one.taps("button.form_no_flag", step, "form.how")
    for then in (*["form.step"] * (ASKED - 1), "form.right"):
        step = await one.taps("button.form_skip", step, then)
    await one.taps("button.form_go", step, "form.unsure")
    flags = await one.says("/thyroid", "form.red_flags")
    await one.taps("button.form_flag", flags, "form.emergency")


async def _unsure(one: Speaker) -> None:
    await one.phone.sends_photo(PHOTO)
    await one.reads("outcome.unsure")


async def _forget(one: Speaker) -> None:
    asked = await one.says("/forget", "forget.ask")
    await one.taps("button.forget_yes", asked, "forget.done")


async def _menus(one: Speaker, offered: Registry) -> None:
    wanted = {
        "description": profile_description(offered, one.texts),
        "short_description": profile_short_description(offered, one.texts),
        "commands": [
            {"command": command.command, "description": command.description} for command in menu(offered, one.texts)
        ],
    }
    # The bot tells its languages and their parts one after the other, and nothing says when it is through.
    deadline = time.monotonic() + 20
    while (shown := await _profile(one)) != wanted and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    assert shown == wanted


async def _profile(one: Speaker) -> dict[str, Any]:
    bot = (await one.phone.state())["bot"]
    return {part: bot[part] for part in ("description", "short_description", "commands")}


async def test_every_flow_is_in_the_person_s_language_and_so_are_menu_and_descriptions(
    speakers: list[Speaker], engine: SaysWhatItIsTold, fake_registry: Registry, server: LocalServer
) -> None:
    for flow in (_consent_and_photo, _spot, _several, _commands, _form):
        await asyncio.gather(*(flow(one) for one in speakers))
    async with Phone(server.url, 11, GROUP) as doctor:
        await doctor.says("hello")  # the group knows the bot
        for one in speakers:
            await _doctor(one, doctor)
    engine.shares = (0.125,) * 8
    await asyncio.gather(*(_unsure(one) for one in speakers))
    await asyncio.gather(*(_forget(one) for one in speakers))
    await asyncio.gather(*(_menus(one, fake_registry) for one in speakers))


async def test_a_language_that_is_chosen_counts_more_than_the_app_s_until_it_is_forgotten(
    checkup: Checkup, server: LocalServer, settings: Settings
) -> None:
    async with Phone(server.url, person=7, language="xx") as phone:
        await phone.says("/language")
        asked = await phone.waits_for("Which language shall I speak")
        assert [row[0]["text"] for row in asked["buttons"]][-1] == "The same as my Telegram"
        await phone.presses("Español", asked)
        await phone.waits_for("A partir de ahora le hablo en español")
        await phone.says("/privacy")
        await phone.waits_for("Su foto nunca se guarda")
        async with Store.open(settings.database_url) as store:
            assert await store.people.choice(store.person(7), "language") == "es"
        await phone.says("/forget")
        await phone.presses("Sí, bórrelo todo", await phone.waits_for("No se puede deshacer"))
        assert "elecciones que hizo: 1" in (await phone.waits_for("Hecho."))["text"]
        await phone.says("/help")
        await phone.waits_for("For a good photo")


async def test_a_language_that_is_chosen_can_be_left_to_the_app_again_and_only_by_its_person(
    checkup: Checkup, server: LocalServer
) -> None:
    async with (
        Phone(server.url, person=7, language="es-MX", chat=-100) as anna,
        Phone(server.url, person=8, chat=-100) as bert,
    ):
        await anna.says("/language@checkup_local_bot")
        asked = await anna.waits_for("¿En qué idioma")
        await bert.presses("English", asked)
        assert await bert.waits_for_event(
            lambda event: event["kind"] == "answer" and "for the person" in (event["text"] or "")
        )
        await anna.presses("English", asked)
        await anna.says("/language@checkup_local_bot")
        again = await anna.waits_for("Which language shall I speak")
        await anna.presses("The same as my Telegram", again)
        assert await anna.waits_for("en el idioma de su Telegram")


async def test_who_chose_a_language_is_told_in_it_that_a_message_is_given_up(
    checkup: Checkup, server: LocalServer, engine: SaysWhatItIsTold
) -> None:
    async with (
        Phone(server.url, person=7, language="en") as phone,
        Phone(server.url, person=ADMIN, language="de") as admin,
    ):
        await admin.says("/language")
        await admin.presses("Русский", await admin.waits_for("In welcher Sprache"))
        assert await admin.waits_for("по-русски")
        await agree(phone)
        await phone.says("/language")
        await phone.presses("Français", await phone.waits_for("Which language"))
        assert await phone.waits_for("désormais en français")
        engine.errors = [RuntimeError("x")] * 3
        await phone.sends_photo(PHOTO)
        assert await phone.waits_for("j'ai essayé plusieurs fois")
        assert await admin.waits_for("Сообщение отложено после нескольких попыток")
