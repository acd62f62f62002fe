"""A photo gets an answer: what it looks like, how sure, how soon, a picture and a link."""

from __future__ import annotations

import io

import pytest
from fake_disease import SaysWhatItIsTold, photo
from phone import Message, Phone
from PIL import Image

from bot.local import LocalServer
from bot.settings import Settings
from bot.store import Store


def _words(message: Message) -> str:
    return str(message["caption"]).replace("\N{NO-BREAK SPACE}", " ")


def _links(message: Message) -> list[str]:
    return [button["url"] for row in message["buttons"] for button in row if "url" in button]


async def test_a_photo_gets_back_what_it_looks_like_how_sure_how_soon_a_picture_and_a_link(agreed: Phone) -> None:
    (sent,) = await agreed.sends_photo(photo())
    answer = await agreed.waits_for("looks most like Mole")
    assert answer["reply_to"] == sent["message_id"]
    assert "very likely, 90%" in _words(answer)
    assert "Also worth knowing: Melanoma 7% and Basal 3%" in _words(answer)
    assert "No hurry" in _words(answer)
    assert "not a diagnosis" in _words(answer)
    assert _links(answer) == ["https://example.org/nv"]
    shown = Image.open(io.BytesIO(await agreed.looks_at(answer)))
    assert shown.size == (320, 240)  # the smallest that is enough for the fake model


async def test_while_it_works_the_bot_shows_that_it_does(agreed: Phone, server: LocalServer) -> None:
    server.faults.add("file", "502", after_ms=1200)  # a download that takes a while
    await agreed.sends_photo(photo())
    assert await agreed.waits_for_event(lambda event: event["kind"] == "action" and event["action"] == "typing")


async def test_a_large_photo_is_looked_at_in_the_smallest_size_that_is_enough(agreed: Phone) -> None:
    await agreed.sends_photo(photo(1600, 1200))
    answer = await agreed.waits_for("looks most like")
    assert answer["media"]["width"] == 320  # of 90, 320, 800, 1280: twice the fake model's 64 is 128


async def test_an_unsure_answer_names_no_winner(agreed: Phone, engine: SaysWhatItIsTold) -> None:
    engine.shares = (0.45, 0.15, 0.4)
    await agreed.sends_photo(photo())
    answer = await agreed.waits_for("cannot tell well enough")
    assert "looks most like" not in _words(answer)
    assert len(_links(answer)) == 3


async def test_a_black_photo_is_asked_for_again(agreed: Phone) -> None:
    await agreed.sends_photo(photo(light=0))
    answer = await agreed.waits_for("cannot judge this photo well")
    assert "too dark" in _words(answer)
    assert not _links(answer)


async def test_what_is_no_skin_is_turned_away_kindly(agreed: Phone, engine: SaysWhatItIsTold) -> None:
    engine.not_this = 0.9
    await agreed.sends_photo(photo())
    answer = await agreed.waits_for("does not look like what I can judge")
    assert "one spot" in _words(answer)


async def test_each_photo_of_an_album_is_answered(agreed: Phone) -> None:
    sent = await agreed.sends_photo([photo(), photo(480, 640), photo(500, 500)])
    answers = [await agreed.waits_for("looks most like") for _ in sent]
    assert [answer["reply_to"] for answer in answers] == [message["message_id"] for message in sent]


async def test_an_edited_photo_is_looked_at_again_and_edited_text_is_not_answered(agreed: Phone) -> None:
    (sent,) = await agreed.sends_photo(photo())
    await agreed.waits_for("looks most like")
    await agreed.edits(sent["message_id"], photo=photo(light=0))
    again = await agreed.waits_for("cannot judge this photo well")
    assert again["reply_to"] == sent["message_id"]
    said = await agreed.says("hello")
    await agreed.waits_for("I only understand photos")
    await agreed.edits(said["message_id"], text="hello there")
    await agreed.says("/help")
    answer = await agreed.waits_for()
    assert "For a good photo" in answer["text"]


@pytest.mark.parametrize(
    ("kind", "name", "mime"),
    [
        ("PNG", "spot.png", "image/png"),
        ("JPEG", "spot.jpg", "image/jpeg"),
        ("WEBP", "spot.webp", "image/webp"),
        ("HEIF", "IMG_1.HEIC", "application/octet-stream"),
        ("GIF", "spot.gif", "image/gif"),
    ],
)
async def test_an_image_sent_as_a_file_is_looked_at(agreed: Phone, kind: str, name: str, mime: str) -> None:
    await agreed.sends_photo(photo(kind=kind), kind="document", name=name, mime=mime)
    assert await agreed.waits_for("looks most like Mole")


async def test_a_photo_whose_message_is_deleted_meanwhile_is_answered_all_the_same(agreed: Phone) -> None:
    (sent,) = await agreed.sends_photo(photo())
    await agreed.clears(sent["message_id"])
    assert await agreed.waits_for("looks most like")


@pytest.mark.parametrize("caption", ["/skin", "/SKIN please", "/nothing", "what is this?"])
async def test_whatever_the_caption_asks_for_the_photo_is_answered(agreed: Phone, caption: str) -> None:
    await agreed.sends_photo(photo(), caption=caption)
    assert await agreed.waits_for("looks most like")


async def test_the_journal_holds_what_was_answered(agreed: Phone, settings: Settings) -> None:
    await agreed.sends_photo(photo())
    await agreed.waits_for("looks most like")
    async with Store.open(settings.database_url) as store:
        (entry,) = [entry async for entry in store.journal.entries()]
        assert (entry.disease, entry.outcome, entry.label, entry.model) == ("skin", "sure", "nv", "2026.1")
        assert entry.person == store.person(1001)
