"""Where several diseases look at photos, a photo is looked at as what its person says it is, and waits until they say."""

from __future__ import annotations

import dataclasses
import re

import pytest
from chat import AGREE, agree, buttons, toast
from fake_disease import SaysWhatItIsTold, card, photo, registry
from phone import Event, Phone

from bot.app import Checkup, answering
from bot.local import LocalServer
from bot.settings import Settings
from bot.store import Store
from classifiers.registry import Registry

QUESTION = "What is this photo of?"
XRAY = {"id": "xray", "title": {"en": "Chest X-ray"}, "words": {}}


@pytest.fixture
def lungs() -> SaysWhatItIsTold:
    """The second disease's engine: says the second label."""
    return SaysWhatItIsTold(shares=(0.05, 0.05, 0.9))


@pytest.fixture
def fake_registry(engine: SaysWhatItIsTold, lungs: SaysWhatItIsTold) -> Registry:
    """A registry that offers two diseases which look at photos."""
    return Registry(entries=(*registry(engine).entries, *registry(lungs, card(**XRAY)).entries))


def _asks(event: Event) -> bool:
    return event["kind"] == "message" and QUESTION in (event["message"]["text"] or "")


async def test_a_photo_of_anything_is_asked_about_and_answered_right_after_the_tap(
    agreed: Phone, lungs: SaysWhatItIsTold, engine: SaysWhatItIsTold
) -> None:
    (sent,) = await agreed.sends_photo(photo())
    question = await agreed.waits_for(QUESTION)
    assert buttons(question) == ["Skin spot", "Chest X-ray"]
    assert (engine.seen, lungs.seen) == (0, 0)
    await agreed.presses("Chest X-ray", question)
    assert (await agreed.waits_for("I am looking at your photo now"))["buttons"] == []
    answer = await agreed.waits_for("looks most like Basal")
    assert answer["reply_to"] == sent["message_id"]
    assert "Looked at as: Chest X-ray" in answer["caption"]


async def test_the_next_photo_is_looked_at_as_the_last_one_was(agreed: Phone) -> None:
    await agreed.sends_photo(photo())
    await agreed.presses("Chest X-ray", await agreed.waits_for(QUESTION))
    await agreed.waits_for("looks most like Basal")
    await agreed.sends_photo(photo())
    assert await agreed.waits_for("looks most like Basal")
    assert sum(map(_asks, agreed.seen)) == 1


@pytest.mark.parametrize(("caption", "said"), [("/xray", "Basal"), ("/XRAY@checkup_local_bot please", "Basal")])
async def test_a_caption_decides_and_is_remembered(agreed: Phone, caption: str, said: str) -> None:
    await agreed.sends_photo(photo(), caption=caption)
    await agreed.waits_for(f"looks most like {said}")
    await agreed.sends_photo(photo())
    await agreed.waits_for(f"looks most like {said}")
    await agreed.sends_photo(photo(), caption="/skin")
    assert await agreed.waits_for("looks most like Mole")


async def test_nobody_is_told_of_their_skin_under_a_photo_of_something_else(
    agreed: Phone, lungs: SaysWhatItIsTold
) -> None:
    await agreed.sends_photo(photo(light=0), caption="/xray")
    assert "too dark" in (answer := (await agreed.waits_for("cannot judge this photo well"))["caption"])
    assert not re.search("spot|skin", answer, re.IGNORECASE)
    lungs.not_this = 0.9
    await agreed.sends_photo(photo(), caption="/xray")
    answer = (await agreed.waits_for("does not look like what I can judge"))["caption"]
    assert not re.search("spot|skin", answer.replace("Skin spot", ""), re.IGNORECASE)
    await agreed.says("/help")
    advice = (await agreed.waits_for("For a good photo"))["text"]
    assert "a photo of a spot on your skin or a photo for Chest X-ray" in advice
    assert "(Chest X-ray)" in advice


async def test_a_command_alone_chooses_and_asks_for_the_photo(agreed: Phone) -> None:
    await agreed.says("/xray")
    await agreed.waits_for("Send me a photo for Chest X-ray")
    await agreed.sends_photo(photo())
    assert await agreed.waits_for("looks most like Basal")


async def test_a_command_answers_the_question_too(agreed: Phone) -> None:
    await agreed.sends_photo(photo())
    await agreed.waits_for(QUESTION)
    await agreed.says("/skin")
    await agreed.waits_for("Skin spot: I am looking at your photo now")
    assert await agreed.waits_for("looks most like Mole")


async def test_an_unknown_command_in_a_caption_gets_a_hint_and_the_photo_its_answer(agreed: Phone) -> None:
    await agreed.sends_photo(photo(), caption="/heart")
    await agreed.presses("Skin spot", await agreed.waits_for(QUESTION))
    hint = await agreed.waits_for("I do not look at photos for /heart")
    assert "/xray (Chest X-ray)" in hint["text"]
    assert await agreed.waits_for("looks most like Mole")


async def test_a_whole_album_is_asked_about_once_and_all_of_it_is_answered(agreed: Phone) -> None:
    sent = await agreed.sends_photo([photo(), photo(480, 640), photo(500, 500)])
    await agreed.presses("Skin spot", await agreed.waits_for(QUESTION))
    answers = [await agreed.waits_for("looks most like Mole") for _ in sent]
    assert [answer["reply_to"] for answer in answers] == [message["message_id"] for message in sent]
    assert sum(map(_asks, agreed.seen)) == 1


async def test_an_album_is_looked_at_as_its_caption_says(agreed: Phone) -> None:
    sent = await agreed.sends_photo([photo(), photo(480, 640)], caption="/xray")
    answers = [await agreed.waits_for("looks most like Basal") for _ in sent]
    assert [answer["reply_to"] for answer in answers] == [message["message_id"] for message in sent]


async def test_an_edited_caption_looks_at_the_photo_anew(agreed: Phone) -> None:
    (sent,) = await agreed.sends_photo(photo(), caption="/skin")
    await agreed.waits_for("looks most like Mole")
    await agreed.edits(sent["message_id"], text="/xray")
    assert (await agreed.waits_for("looks most like Basal"))["reply_to"] == sent["message_id"]


async def test_a_photo_that_waits_for_the_choice_outlives_a_restart(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone
) -> None:
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await agree(phone)
        (sent,) = await phone.sends_photo(photo())
        question = await phone.waits_for(QUESTION)
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await phone.presses("Skin spot", question)
        assert (await phone.waits_for("looks most like Mole"))["reply_to"] == sent["message_id"]


async def test_before_consent_the_photo_is_kept_then_asked_about_then_answered(checkup: Checkup, phone: Phone) -> None:
    await phone.sends_photo(photo())
    await phone.presses(AGREE, await phone.waits_for("I have your photo"))
    await phone.presses("Skin spot", await phone.waits_for(QUESTION))
    assert await phone.waits_for("looks most like Mole")


async def test_what_one_disease_does_not_know_can_be_looked_at_as_another(
    agreed: Phone, engine: SaysWhatItIsTold, lungs: SaysWhatItIsTold
) -> None:
    engine.not_this = 0.9
    (sent,) = await agreed.sends_photo(photo(), caption="/skin")
    answer = await agreed.waits_for("does not look like what I can judge")
    assert buttons(answer) == ["Look at it as: Chest X-ray", "Was this right?"]
    await agreed.presses("Look at it as: Chest X-ray", answer)
    again = await agreed.waits_for("looks most like Basal")
    assert again["reply_to"] == sent["message_id"]
    assert "Look at it as: Skin spot" not in buttons(again)
    named = {"kind": "document", "name": "scan.pdf", "mime": "application/pdf"}
    await agreed.sends_photo(photo(), caption="/skin", **named)
    await agreed.presses("Look at it as: Chest X-ray", await agreed.waits_for("does not look like what I can judge"))
    assert await agreed.waits_for("looks most like Basal")


async def test_what_is_offered_for_another_person_s_photo_is_its_command_not_a_button(
    checkup: Checkup, server: LocalServer, engine: SaysWhatItIsTold
) -> None:
    engine.not_this = 0.9
    async with Phone(server.url, 1) as alone:
        await agree(alone)
    async with Phone(server.url, 1, -5) as anna, Phone(server.url, 2, -5) as ben:
        (sent,) = await ben.sends_photo(photo())
        await anna.says("/skin", reply_to=sent["message_id"])
        answer = await anna.waits_for("does not look like what I can judge")
        assert "Looked at as: Skin spot. Another command" in answer["caption"]
        assert "Look at it as: Chest X-ray" not in buttons(answer)  # a tap would not find that photo
        await anna.says("/xray", reply_to=sent["message_id"])
        assert await anna.waits_for("looks most like Basal")


async def test_a_photo_that_was_deleted_cannot_be_looked_at_again_and_that_is_said(
    agreed: Phone, engine: SaysWhatItIsTold
) -> None:
    engine.not_this = 0.9
    (sent,) = await agreed.sends_photo(photo(), caption="/skin")
    answer = await agreed.waits_for("does not look like what I can judge")
    await agreed.clears(sent["message_id"])
    await agreed.presses("Look at it as: Chest X-ray", answer)
    assert await agreed.waits_for_event(toast("send it again"))


async def test_in_a_group_only_who_sent_the_photo_says_what_it_is(checkup: Checkup, server: LocalServer) -> None:
    async with Phone(server.url, 1) as alone:
        await agree(alone)
    async with Phone(server.url, 1, -5) as anna, Phone(server.url, 2, -5) as ben:
        await anna.says("/help@checkup_local_bot")
        said = await anna.waits_for("For a good photo")
        await anna.sends_photo(photo(), reply_to=said["message_id"])
        question = await anna.waits_for(QUESTION)
        await ben.presses("Chest X-ray", question)
        await ben.waits_for_event(toast("for the person who was asked"))
        await anna.presses("Chest X-ray", question)
        await anna.waits_for("looks most like Basal")
        await anna.sends_photo(photo(), caption="/skin@checkup_local_bot")
        assert await anna.waits_for("looks most like Mole")


async def test_a_chosen_disease_that_is_not_available_is_not_replaced_by_another(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone
) -> None:
    skin, xray = fake_registry.entries
    broken = Registry(entries=(skin, dataclasses.replace(xray, plugin=None, faults=("it is broken",))))
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await agree(phone)
        await phone.says("/xray")
        await phone.waits_for("Chest X-ray")
    async with answering(settings, api=server.url, token="1:local", registry=broken):
        await phone.sends_photo(photo())
        await phone.waits_for("cannot judge photos at the moment")
        await phone.says("/xray")
        assert await phone.waits_for("cannot judge photos at the moment")


async def test_the_choice_is_forgotten_with_all_else(agreed: Phone, settings: Settings) -> None:
    await agreed.says("/xray")
    await agreed.waits_for("Chest X-ray")
    await agreed.says("/forget")
    await agreed.presses("Yes, remove it all", await agreed.waits_for("cannot be undone"))
    assert "choices you made: 1" in (await agreed.waits_for("Done."))["text"]
    async with Store.open(settings.database_url) as store:
        assert await store.people.choice(store.person(1001), "photo") is None
