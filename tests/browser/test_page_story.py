"""A person's whole way on the chat page, from the first album to /forget, with the doctors' group beside it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import drawn_coins
import numpy as np
import pytest
from fake_disease import SaysWhatItIsTold
from page_hands import drop, open_chat, photo_file
from page_measures import BROKEN, CONTRAST, NAMELESS, WIDEST
from page_troubles import Troubles
from playwright.async_api import Locator, Page, expect
from pypdf import PdfReader

from bot.app import answering
from bot.local import LocalServer
from bot.settings import Settings
from bot.texts import Texts
from classifiers.card import read_photo_card
from classifiers.plugin import Plugin
from classifiers.registry import Registry, RegistryEntry
from classifiers.scores import Scores

CARD = read_photo_card(Path(__file__).parents[2] / "classifiers" / "skin" / "card.yaml")
PAGE = Path(__file__).parents[2] / "bot" / "local" / "page"
GROUP, DOCTOR = -500, 11
MOLE = tuple(0.93 if code == "nv" else 0.01 for code in CARD.codes)

# What the page says of a tap below a message that is not there any more.
GONE = """import(new URL("page/api.js", document.baseURI))
    .then((api) => api.press(999999, "x"))
    .catch((problem) => problem.message)"""


@dataclass
class Outlines(SaysWhatItIsTold):
    """An engine that says "mole", and outlines what is brown on the left of the photo."""

    shares: tuple[float, ...] = field(default=MOLE)
    not_this: float = -9.0

    def score(self, pixels: np.ndarray) -> Scores:
        said, part = super().score(pixels), pixels.astype(float)
        brown = np.abs(part - np.median(part, axis=(0, 1))).sum(axis=2) > 75
        brown[:, int(0.55 * pixels.shape[1]) :] = False
        return replace(said, outline=np.where(brown, 0.98, 0.02).astype(np.float32))


@pytest.fixture
async def folder(server: LocalServer, tmp_path: Path) -> AsyncIterator[Path]:
    """The folder of a bot that answers meanwhile, and has doctors to ask."""
    plugin = Plugin(card=CARD, engine=Outlines())
    entry = RegistryEntry(id="skin", path=Path("card.yaml"), enabled=True, card=CARD, plugin=plugin)
    database = f"sqlite:///{tmp_path / 'checkup.db'}"
    settings = Settings.read({"CHECKUP_DATABASE": database, "CHECKUP_REVIEWERS": str(GROUP)})
    async with answering(settings, api=server.url, token="1:local", registry=Registry(entries=(entry,))):
        yield tmp_path


class Somebody:
    """Who looks at a page in a language, and finds what is said and offered there by its key."""

    def __init__(self, page: Page, lang: str) -> None:
        self.page, self.texts = page, Texts.load(lang)
        own = PAGE / "words" / f"{lang.split('-', maxsplit=1)[0]}.json"
        self.page_words: dict[str, str] = json.loads(own.read_text(encoding="utf-8"))

    def words(self, key: str) -> str:
        """Return the longest piece of a text between facts, tags, and words and numbers that are set apart in Arabic."""
        apart = r"|[<≥>/]?[A-Za-z0-9]+" if self.texts.formats.is_rtl else ""
        own = CARD.words.different if key == "button.different" else None
        text = self.texts.own(own) if own else self.texts.forms(key)[-1]
        return max(re.split(rf"\{{\w+\}}|<[^>]*>|\n{apart}", text), key=len).strip()

    def reads(self, key: str) -> Locator:
        """Return the newest message of the bot's with a text."""
        return self.page.locator(".message.bot", has_text=self.words(key)).last

    async def taps(self, where: str, button: str) -> None:
        """Tap a button below the newest message with a text."""
        await self.reads(where).locator(".answer", has_text=self.words(button)).first.click()

    async def lie_as_in_the_picture(self, where: str, left: str, right: str) -> None:
        """Assert that of a pair of buttons below a picture the one of what is on its left stands left, in any language."""
        boxes = [
            await self.reads(where).locator(".answer", has_text=self.words(key)).bounding_box() for key in (left, right)
        ]
        assert boxes[0] and boxes[1]
        assert boxes[0]["x"] < boxes[1]["x"]

    async def writes(self, words: str) -> None:
        """Send a text."""
        await self.page.locator("#text").fill(words)
        await self.page.locator("#text").press("Enter")

    async def sends(self, *photos: bytes) -> None:
        """Send photos, several as an album."""
        await drop(self.page, [photo_file("spot.jpg", one) for one in photos])
        send = self.page_words["send"]
        await self.page.get_by_role("dialog").get_by_role("button", name=send, exact=True).click()

    async def answers(self, message: Locator, words: str) -> None:
        """Reply to a message with the keyboard."""
        await message.focus()
        await self.page.keyboard.press("Enter")
        await self.page.get_by_role("menuitem", name=self.page_words["reply"]).press("Enter")
        await self.writes(words)

    async def opens(self, caption: str) -> bytes:
        """Return the file that came with these words."""
        link = self.reads(caption).locator("a.file")
        await expect(link.locator(".file-size")).to_contain_text("كيلوبايت" if self.texts.lang == "ar" else "kB")
        address = await link.evaluate("one => one.href")
        answer = await self.page.context.request.get(address)
        return await answer.body()

    async def can_read_it(self) -> None:
        """Assert that all words have contrast, all controls a name, no button's word is broken, and nothing is too wide."""
        assert await self.page.evaluate(CONTRAST) == []
        assert await self.page.evaluate(NAMELESS) == []
        assert await self.page.evaluate(BROKEN) == []
        assert await self.page.evaluate(WIDEST) == "360 360"


def _kept(folder: Path) -> bytes:
    """Return all bytes of the database's files."""
    return b"".join(file.read_bytes() for file in folder.glob("checkup.db*"))


def photo(*, seed: int = 1) -> bytes:
    """Return a photo of the spot with a coin beside it."""
    written = io.BytesIO()
    drawn_coins.scene(drawn_coins.coin(), seed=seed).save(written, "JPEG", quality=92)
    return written.getvalue()


@pytest.mark.parametrize("lang", ["en", "ar"])
async def test_a_spot_from_the_first_album_to_a_doctor_s_words_and_to_being_forgotten(
    page: Page, server: LocalServer, folder: Path, troubles: Troubles, lang: str
) -> None:
    group = await page.context.new_page()
    troubles.watch(group)
    doctor = Somebody(group, "en")
    await open_chat(group, f"{server.url}?language=en&person={DOCTOR}&chat={GROUP}")
    await doctor.writes("hello")  # the group knows the bot
    await page.emulate_media(color_scheme="dark")
    await open_chat(page, f"{server.url}?language={lang}&person=1001")
    me = Somebody(page, lang)
    await _looks_at_an_album(me)
    await _follows_a_spot(me)
    await _asks_a_doctor(me, doctor)
    await _takes_it_along(me)
    assert b"Is it dangerous?" not in _kept(folder)
    await expect(group.locator(".message.bot")).to_have_count(0)
    assert troubles.seen == []
    assert await page.evaluate(GONE) == me.page_words["why_message_gone"]
    troubles.seen.clear()  # the browser tells of the refusal


async def _looks_at_an_album(me: Somebody) -> None:
    await me.page.locator("#start-button").click()
    await me.taps("consent.ask", "button.consent")
    guide = me.reads("help.good_photo").get_by_role("img")
    await expect(guide).to_have_js_property("naturalWidth", 800)
    await me.can_read_it()
    await me.writes("/help")
    await me.taps("help.files", "button.examples")
    await expect(me.reads("guide.examples").get_by_role("img")).to_be_visible()
    await me.sends(photo(), photo(seed=2))
    await expect(me.reads("together.outlined")).to_contain_text(me.words("care.routine"))
    await me.taps("together.outlined", "button.symptoms")
    await me.reads("together.outlined").locator(".answer", has_text="☐").first.click()
    await expect(me.reads("together.outlined")).to_contain_text(me.words("care.soon"))
    await me.can_read_it()
    await me.taps("together.outlined", "button.symptoms_done")
    await me.taps("together.outlined", "button.different")
    await expect(me.reads("different.done")).to_be_visible()
    await me.can_read_it()


async def _follows_a_spot(me: Somebody) -> None:
    await me.taps("outcome.sure", "button.follow")
    await me.taps("spots.consent", "button.follow_agree")
    await me.lie_as_in_the_picture("spots.where", "button.place_front", "button.place_back")
    await me.taps("spots.where", "button.place_front")
    await me.lie_as_in_the_picture("spots.which", "place.right_arm", "place.left_arm")
    await me.taps("spots.which", "place.trunk")
    await me.taps("spots.which", "place.chest")
    await me.taps("spots.followed", "button.coin")
    await me.reads("coin.where").locator(".answer").first.click()
    await expect(me.reads("coin.which").locator(".answer").first).to_be_visible()
    assert await me.page.evaluate(BROKEN) == []
    await me.reads("coin.which").locator(".answer").first.click()
    await expect(me.reads("coin.measured")).to_be_visible()
    await me.taps("spots.followed", "button.remind")
    await me.reads("reminders.ask").locator(".answer").first.click()
    await me.taps("spots.followed", "button.spot_show")
    await expect(me.reads("spots.strip").get_by_role("img")).to_be_visible()
    await me.taps("spots.strip", "button.spot_new")
    await expect(me.reads("spots.send_now")).to_be_visible()
    await me.sends(photo(seed=3))
    await expect(me.reads("spots.added").get_by_role("img")).to_be_visible()
    await me.can_read_it()
    await me.taps("spots.added", "button.same_other")
    await expect(me.reads("spots.taken_out").locator(".answer")).to_have_count(1)


async def _asks_a_doctor(me: Somebody, doctor: Somebody) -> None:
    await me.taps("outcome.sure", "button.ask_doctor")
    await me.taps("opinion.ask", "opinion.button_send")
    await expect(me.reads("opinion.sent")).to_be_visible()
    await doctor.taps("review.head", "review.button_take")
    await doctor.taps("review.taken", "review.button_agree")
    await doctor.taps("review.head", "review.care_soon")
    await expect(me.reads("opinion.looked")).to_contain_text(me.words("opinion.by_photo"))
    await me.answers(me.reads("opinion.looked"), "Is it dangerous?")
    await expect(doctor.reads("review.person_writes")).to_contain_text("Is it dangerous?")
    await doctor.answers(doctor.reads("review.person_writes"), "No, it is not.")
    await expect(me.reads("opinion.words")).to_contain_text("No, it is not.")
    await me.can_read_it()
    await doctor.can_read_it()


async def _takes_it_along(me: Somebody) -> None:
    await me.writes("/report")
    await expect(me.reads("report.here")).to_be_visible()
    [report] = PdfReader(io.BytesIO(await me.opens("report.here"))).pages
    assert len(report.images) == 1
    await me.writes("/export")
    await expect(me.reads("export.here")).to_be_visible()
    kept = json.loads(await me.opens("export.here"))
    assert len(kept["photos_of_followed_spots"]) == 1
    await me.can_read_it()
    await me.writes("/language")
    await me.reads("language.ask").locator(".answer", has_text="Deutsch").click()
    me.texts = Texts.load("de")
    await me.writes("/forget")
    await me.taps("forget.ask", "button.forget_yes")
    await expect(me.reads("forget.done")).to_be_visible()
