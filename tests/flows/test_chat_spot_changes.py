"""What changed between two photos of a followed spot, said in the chat; and how large it is, by a coin that its person names."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, replace

import drawn_coins as drawn
import numpy as np
import pytest
from chat import buttons
from fake_disease import SKIN, SaysWhatItIsTold, card, registry
from follower import Follower, said, spots_of
from phone import Message, Phone
from PIL import Image

from bot.local import LocalServer
from bot.settings import Settings
from bot.texts.direction import without_isolates
from classifiers.registry import Registry
from classifiers.scores import Scores

FOLLOWING = {
    "comparable_below": 0.2,
    "outline_doubt": 0.02,
    "outline": {"same_below": 0.06, "changed_above": 0.12},
    "colour": {"same_below": 8, "changed_above": 15},
    "another_spot": {"colour_scale": 20, "above": 1.5},
}


@dataclass
class Outlines(SaysWhatItIsTold):
    """An engine that outlines what is brown on the left of the photo."""

    def score(self, pixels: np.ndarray) -> Scores:
        said, part = super().score(pixels), pixels.astype(float)
        brown = np.abs(part - np.median(part, axis=(0, 1))).sum(axis=2) > 75
        brown[:, int(0.55 * pixels.shape[1]) :] = False
        return replace(said, outline=np.where(brown, 0.98, 0.02).astype(np.float32))


@pytest.fixture
def engine() -> Outlines:
    """What the bot's one disease says."""
    return Outlines()


@pytest.fixture
def fake_registry(engine: Outlines) -> Registry:
    """The one disease, which draws an outline and has limits."""
    model = {
        "engine": "litert",
        "file": "none.tflite",
        "sha256": "0" * 64,
        "version": "2026.1",
        "input": {"size": [224, 224]},
        "outputs": {"scores": 0, "attention": 1, "not_this": 2, "outline": 3},
    }
    return registry(engine, card(model=model, following=FOLLOWING, lesion_features="abcd", symptoms=SKIN["symptoms"]))


def sent(photo: Image.Image) -> bytes:
    written = io.BytesIO()
    photo.save(written, "JPEG", quality=92)
    return written.getvalue()


def plain(*, dot: tuple[int, int, int] | None = None, seed: int = 1) -> bytes:
    """Return a photo of the spot without a coin; `dot` is a new colour in it."""
    photo = drawn.scene(None, seed=seed)
    if dot:
        photo.paste(dot, (430, 410, 480, 460))
    return sent(photo)


async def measured(robin: Follower, below: Message, key: str) -> Message:
    """Say that a euro lies beside the spot, by the button below a message; return what is then said."""
    await robin.taps("button.coin", below)
    where = await robin.reads("coin.where")
    if not any(":EZ:" in one.get("data", "") for row in where["buttons"] for one in row):
        await robin.taps("button.coin_countries", where)
        where = await robin.phone.waits_for(
            lambda one: any(":EZ:" in b.get("data", "") for r in one["buttons"] for b in r)
        )
    await robin.phone.presses(
        next(b.get("data", "") for r in where["buttons"] for b in r if ":EZ:" in b.get("data", "")), where
    )
    which = await robin.reads("coin.which")
    coin = next(b.get("data", "") for r in which["buttons"] for b in r if ":EZ-1:" in b.get("data", ""))
    await asyncio.gather(robin.phone.presses(coin, which), robin.phone.presses(coin, which))  # as impatient people do
    return await robin.reads(key)


@pytest.fixture
def robin(agreed: Phone) -> Follower:
    """Somebody who has agreed to the bot, and speaks English."""
    return Follower(agreed, "en")


async def test_of_a_spot_that_stayed_no_change_is_seen_and_of_one_with_a_new_colour_it_is_said_and_raises_care(
    robin: Follower, settings: Settings
) -> None:
    await robin.follows("front", "chest", plain())
    await robin.phone.sends_photo(plain(seed=2), caption="/spot_1")
    same = said(await robin.reads("spots.added"))
    assert "I see no change" in same
    assert "without a coin" in same
    assert "does not mean that all is well" in same
    assert "within a few weeks" not in same
    await robin.phone.sends_photo(plain(dot=(100, 110, 126), seed=3), caption="/spot_1")
    changed = await robin.phone.waits_for("blue-grey")
    assert "Have a spot that changes seen by a doctor within a few weeks" in said(changed)
    picture = Image.open(io.BytesIO(await robin.phone.looks_at(changed)))
    assert picture.width > 1.5 * picture.height
    assert [len(spot.photos) for spot in await spots_of(settings)] == [3]


async def test_a_spot_is_measured_by_a_coin_and_its_growth_told_with_its_doubt(
    robin: Follower, settings: Settings
) -> None:
    followed = await robin.follows("front", "chest", sent(drawn.scene(drawn.coin())))
    first = said(await measured(robin, followed, "coin.measured"))
    assert "mm ±" in first
    assert "grew" not in first
    [spot] = await spots_of(settings)
    assert spot.photos[0].size == pytest.approx(8, abs=0.8)
    assert 0.2 < (spot.photos[0].uncertainty or 0) < 1
    await robin.phone.sends_photo(sent(drawn.scene(drawn.coin("copper"), grown=1.5, seed=2)), caption="/spot_1")
    compared = await measured(robin, await robin.reads("spots.added"), "change.grew")
    grown = said(compared)
    assert "It grew by 4" in grown or "It grew by 3." in grown
    assert "Have a spot that changes seen by a doctor within a few weeks" in grown
    picture = Image.open(io.BytesIO(await robin.phone.looks_at(compared)))
    assert picture.width > 1.5 * picture.height  # both at one scale
    await robin.phone.says("/spot_1")
    assert said(await robin.reads("spots.strip")).count("mm ±") == 2
    told = [event["message"] for event in robin.phone.seen if event["kind"] == "message"]
    assert sum("It grew by" in said(message) for message in told) == 1


async def test_without_a_coin_no_size_is_said_and_why(robin: Follower, settings: Settings) -> None:
    followed = await robin.follows("front", "chest", sent(drawn.scene(drawn.button())))
    await measured(robin, followed, "coin.none")
    assert (await spots_of(settings))[0].photos[0].size is None


async def test_through_a_dermatoscope_its_person_says_how_wide_the_field_is_or_that_they_do_not_know(
    robin: Follower, settings: Settings
) -> None:
    followed = await robin.follows("front", "chest", drawn.through_a_dermatoscope())
    await robin.taps("button.coin", followed)
    asked = await robin.reads("coin.field")
    await robin.taps("button.form_skip", asked)
    await robin.reads("coin.field_unknown")
    assert (await spots_of(settings))[0].photos[0].size is None
    await robin.taps("button.coin", followed)
    again = await robin.phone.waits_for(
        lambda one: "30" in str(one["buttons"]) and one["message_id"] > asked["message_id"]
    )
    wide = next(b["data"] for row in again["buttons"] for b in row if ":30:" in b["data"])
    await robin.phone.presses(wide, again)
    assert "mm ±" in said(await robin.reads("coin.field_measured"))
    [spot] = await spots_of(settings)
    assert spot.photos[0].size == pytest.approx(8 * 30 / 56, abs=0.6)


async def test_a_photo_that_telegram_has_no_more_is_not_said_to_lack_a_coin(
    robin: Follower, server: LocalServer
) -> None:
    followed = await robin.follows("front", "chest", sent(drawn.scene(drawn.coin())))
    gone = "Bad Request: wrong file_id or the file is temporarily unavailable"
    server.faults.add(method="getFile", kind="400", description=gone, times=2)  # when asked, and when measured
    assert await measured(robin, followed, "refusal.file_gone")


async def test_another_spot_is_asked_about_and_once_it_is_the_same_it_says_what_can_be_told(
    robin: Follower, engine: Outlines, settings: Settings
) -> None:
    await robin.follows("front", "chest", plain())
    engine.shares = (0.01, 0.01, 0.98)
    await robin.phone.sends_photo(plain(dot=(230, 40, 60), seed=2), caption="/spot_1")
    asked = await robin.reads("spots.same_ask")
    assert [len(spot.photos) for spot in await spots_of(settings)] == [1]
    await robin.taps("button.same_yes", asked)
    assert "I cannot tell whether it changed" in said(await robin.reads("spots.added"))


async def test_in_arabic_the_coins_of_where_it_is_spoken_come_first(agreed: Phone) -> None:
    await agreed.says("/language")
    asked = await agreed.waits_for(lambda message: any("العربية" in button for button in buttons(message)))
    await agreed.presses(next(b.get("data", "") for r in asked["buttons"] for b in r if "العربية" in b["text"]), asked)
    robin = Follower(agreed, "ar")
    followed = await robin.follows("front", "chest", sent(drawn.scene(drawn.coin())))
    await robin.taps("button.coin", followed)
    where = await robin.reads("coin.where")
    assert without_isolates(where["buttons"][0][0]["text"]) == "مصر"
