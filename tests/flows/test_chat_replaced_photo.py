"""A photo that its person replaces by another: what is followed, measured or sent to doctors is the photo of the finding."""

from __future__ import annotations

from pathlib import Path

import pytest
from chat import ADMIN, toast
from databases import sqlite_url
from fake_disease import SaysWhatItIsTold, card, photo, registry
from follower import Follower, spots_of
from phone import Message, Phone

from bot.local import LocalServer
from bot.settings import Settings
from bot.store import Store
from classifiers.registry import Registry

GROUP = -500
REPLACED = toast("another photo in the place of the one that this answer is about")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a group of reviewers."""
    database = sqlite_url(tmp_path)
    return Settings.read({"CHECKUP_DATABASE": database, "CHECKUP_ADMINS": str(ADMIN), "CHECKUP_REVIEWERS": str(GROUP)})


@pytest.fixture
def fake_registry(engine: SaysWhatItIsTold) -> Registry:
    """The one disease, which judges several photos together."""
    return registry(engine, card(several_photos="mean_logits"))


@pytest.fixture
def robin(agreed: Phone) -> Follower:
    """Somebody who has agreed to the bot, and speaks English."""
    return Follower(agreed, "en")


async def is_told(robin: Follower, key: str, message: Message) -> None:
    """Tap a button; its person is told that the photo was replaced."""
    await robin.taps(key, message)
    await robin.phone.waits_for_event(REPLACED)


async def test_only_the_photo_that_a_finding_is_of_is_followed_and_measured(
    robin: Follower, settings: Settings
) -> None:
    phone = robin.phone
    (sent,) = await phone.sends_photo(photo())
    first = await robin.reads("reply.not_a_diagnosis")
    await robin.taps("button.follow", first)
    terms = await robin.reads("spots.consent")

    await phone.edits(sent["message_id"], photo=photo(600, 600))
    second = await robin.reads("reply.not_a_diagnosis")
    await is_told(robin, "button.follow_agree", terms)
    await is_told(robin, "button.follow", first)
    assert await spots_of(settings) == []

    await phone.edits(sent["message_id"], text="only other words")
    await robin.taps("button.follow", second)
    await robin.taps("button.follow_agree", await robin.reads("spots.consent"))
    whole = await robin.reads("spots.where")
    await robin.taps("button.place_front", whole)
    await robin.places("chest")
    followed = await robin.reads("spots.followed")

    await phone.edits(sent["message_id"], photo=photo(500, 500))
    await robin.reads("reply.not_a_diagnosis")
    await is_told(robin, "button.coin", followed)
    await is_told(robin, "button.place_other", followed)
    [spot] = await spots_of(settings)
    async with Store.open(settings.database_url) as store:
        entries = [entry.id async for entry in store.journal.entries()]
    assert [one.entry for one in spot.photos] == entries[1:2]


async def test_doctors_are_asked_about_the_photo_that_the_finding_is_of(robin: Follower, server: LocalServer) -> None:
    async with Phone(server.url, 11, GROUP) as reviewer:
        await reviewer.says("hello")  # the group knows the bot
    (sent,) = await robin.phone.sends_photo(photo())
    first = await robin.reads("reply.not_a_diagnosis")
    await robin.phone.edits(sent["message_id"], photo=photo(600, 600))
    second = await robin.reads("reply.not_a_diagnosis")
    await is_told(robin, "button.ask_doctor", first)
    await robin.taps("button.ask_doctor", second)
    asked = await robin.reads("opinion.ask")
    assert asked["reply_to"] == second["message_id"]


async def test_what_is_looked_at_by_itself_later_is_the_photo_that_was_sent_first(
    robin: Follower, settings: Settings
) -> None:
    phone = robin.phone
    sent = await phone.sends_photo([photo(), photo(480, 640)])
    joint = await robin.reads("reply.not_a_diagnosis")
    await phone.edits(sent[0]["message_id"], photo=photo(600, 600))
    await robin.reads("reply.not_a_diagnosis")
    await robin.taps("Are these different spots?", joint)
    apart = [await robin.reads("reply.not_a_diagnosis") for _ in sent]
    await is_told(robin, "button.follow", apart[0])
    await robin.taps("button.follow", apart[1])
    assert await robin.reads("spots.consent")
    assert await spots_of(settings) == []
