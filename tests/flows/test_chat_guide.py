"""How to take a good photo, shown in drawn pictures: after consent, in /help, and where a photo cannot be judged."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from chat import agree, buttons
from fake_disease import SaysWhatItIsTold, card, photo, registry
from phone import Phone
from PIL import Image

from bot.app import Checkup
from bot.local import LocalServer
from bot.texts.direction import without_isolates
from classifiers.card import read_photo_card
from classifiers.registry import Registry

SKIN = read_photo_card(Path(__file__).parents[2] / "classifiers" / "skin" / "card.yaml")
HOW = "How to take a good photo"


@pytest.fixture
def fake_registry(engine: SaysWhatItIsTold) -> Registry:
    """A registry whose disease has the shipped pictures."""
    shown = card()
    drawn = tuple(one for one in SKIN.examples if one.code in shown.codes)
    return registry(engine, shown.model_copy(update={"guide": SKIN.guide, "examples": drawn, "words": SKIN.words}))


async def test_who_agrees_before_a_photo_is_shown_how_to_take_it_and_who_asks_is_shown_it_again(
    checkup: Checkup, phone: Phone
) -> None:
    await agree(phone)
    shown = await phone.waits_for("Too far away")
    assert [line[:3] for line in shown["caption"].splitlines()[1:]] == ["1 ✗", "2 ✗", "3 ✓"]
    picture = Image.open(io.BytesIO(await phone.looks_at(shown)))
    assert picture.size == (984, 320)
    await phone.says("/help")
    await phone.presses(HOW, await phone.waits_for(lambda message: bool(message["buttons"])))
    assert await phone.waits_for("3 ✓ Right")
    await phone.sends_photo(photo(light=0))
    again = await phone.waits_for("cannot judge this photo well")
    assert HOW in buttons(again)
    await phone.presses(HOW, again)
    assert await phone.waits_for("3 ✓ Right")


async def test_who_asks_for_help_is_shown_drawings_of_what_spots_look_like(checkup: Checkup, phone: Phone) -> None:
    await agree(phone)
    await phone.says("/help")
    asked = await phone.waits_for(lambda message: "What they look like (drawings)" in buttons(message))
    await phone.presses("What they look like (drawings)", asked)
    shown = await phone.waits_for("Drawings, not photos")
    assert "on light skin (left half)" in shown["caption"]
    assert "3 Melanoma: uneven shape and edge, several colours" in shown["caption"]
    assert Image.open(io.BytesIO(await phone.looks_at(shown))).size == (996, 240)


async def test_who_reads_from_the_right_sees_the_first_picture_at_the_right(
    checkup: Checkup, phone: Phone, server: LocalServer
) -> None:
    await agree(phone)
    english = await phone.looks_at(await phone.waits_for("Too far away"))
    async with Phone(server.url, 7, language="ar") as bushra:
        await bushra.says("/help")
        await bushra.presses("كيف تلتقط صورة جيدة", await bushra.waits_for(lambda message: bool(message["buttons"])))
        shown = await bushra.waits_for(lambda message: bool(message["media"]))
        assert "بعيدة جدًا" in without_isolates(shown["caption"])
        tiles = [Image.open(io.BytesIO(data)).convert("L") for data in (english, await bushra.looks_at(shown))]
    first, same = tiles[0].crop((0, 100, 320, 200)), tiles[1].crop((664, 100, 984, 200))
    differences = [abs(a - b) for a, b in zip(first.tobytes(), same.tobytes(), strict=True)]
    assert max(differences) < 40


async def test_a_photo_that_waited_is_answered_without_a_lesson_before_it(checkup: Checkup, phone: Phone) -> None:
    await phone.sends_photo(photo())
    await phone.presses("I am 18 or over and I agree", await phone.waits_for("18 or over"))
    assert await phone.waits_for("looks most like")
    assert not [event for event in phone.seen if "Too far away" in str(event.get("message"))]


async def test_in_a_topic_of_a_group_the_pictures_come_where_they_were_asked_for(
    checkup: Checkup, server: LocalServer
) -> None:
    group = {"id": -5, "type": "supergroup", "title": "Group", "is_forum": True}
    robin = {"id": 1001, "is_bot": False, "first_name": "Robin", "language_code": "en"}
    command = {"type": "bot_command", "offset": 0, "length": len("/help@checkup_local_bot")}
    asked = {"message_id": 900, "date": 1795000000, "from": robin, "chat": group, "text": "/help@checkup_local_bot"}
    async with Phone(server.url, 1001, -5) as phone:
        await phone.says("hello")  # and is a member from then on
        server.send_update(
            "message", asked | {"entities": [command], "message_thread_id": 33, "is_topic_message": True}
        )
        told = await phone.waits_for("For a good photo")
        assert told["topic"] == 33
        for button in (HOW, "What they look like (drawings)"):
            await phone.presses(button, told)
            assert (await phone.waits_for(lambda message: bool(message["media"])))["topic"] == 33
