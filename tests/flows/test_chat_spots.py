"""Following a spot: agreed to on its own, placed by taps, listed, shown over time, and gone when it is stopped or forgotten."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from chat import buttons, toast
from fake_disease import photo
from follower import Follower, said, spots_of
from phone import Phone
from PIL import Image

from bot.app import Checkup
from bot.handlers.spots import follow
from bot.local import LocalServer
from bot.local.page_client import is_from_bot
from bot.settings import Settings
from bot.store import Store
from bot.texts.direction import without_isolates

DAY = timedelta(days=1)


def traces(folder: Path, *words: str) -> list[str]:
    """Return which words stand in the database's files."""
    content = b"".join(file.read_bytes() for file in folder.glob("checkup.db*"))
    return [word for word in words if word.encode() in content]


@pytest.mark.parametrize("lang", ["en", "ar"])
async def test_a_spot_is_followed_once_that_is_agreed_to_then_listed_and_shown_and_forgotten_to_the_last_byte(
    checkup: Checkup, server: LocalServer, settings: Settings, tmp_path: Path, lang: str
) -> None:
    async with Phone(server.url, language=lang) as phone:
        one = Follower(phone, lang)
        await phone.says("/start")
        await one.taps("button.consent", await one.reads("consent.ask"))
        await one.reads("consent.thanks")

        await phone.sends_photo(photo())
        answer = await one.reads("reply.not_a_diagnosis")
        await one.taps("button.follow", answer)
        consent = await one.reads("spots.consent")
        assert await spots_of(settings) == []
        await one.taps("button.follow_agree", consent)
        asked = await one.reads("spots.where")
        whole = await phone.looks_at(asked)
        await one.taps("button.place_back", asked)
        zones = await one.reads("spots.which")
        assert [len(row) for row in zones["buttons"]] == [1, 1, 2, 2, 1]
        numbered = await phone.looks_at(zones)
        await one.taps("place.right_leg", zones)
        await one.taps("button.place_zones", await one.reads("spots.which"))
        near = await phone.looks_at(await one.places("left_hand"))
        followed = await one.reads("spots.followed")
        assert without_isolates(one.texts.plain("place.left_hand")) in said(followed)
        assert len({whole, numbered, near, await phone.looks_at(followed)}) == 4

        [spot] = await spots_of(settings)
        [kept] = spot.photos
        assert (spot.place, spot.disease, kept.outcome, kept.label) == ("back.left_hand", "skin", "sure", "nv")
        await phone.says("/spots")
        listed = await one.reads("spots.title")
        assert f"/spot_{spot.id}" in said(listed)
        assert "Mole" in said(listed)
        await phone.presses(listed["buttons"][0][0]["data"], listed)
        strip = await one.reads("spots.strip")
        assert Image.open(io.BytesIO(await phone.looks_at(strip))).width > 600

        assert traces(tmp_path, kept.file, kept.identity, "back.left_hand") == [
            kept.file,
            kept.identity,
            "back.left_hand",
        ]
        await phone.says("/forget")
        await one.taps("button.forget_yes", await one.reads("forget.ask"))
        await one.reads("forget.done")
        assert traces(tmp_path, kept.file, kept.identity, "back.left_hand") == []
        await phone.says("/spots")
        await one.reads("spots.none")


@pytest.fixture
def robin(agreed: Phone) -> Follower:
    """Somebody who has agreed to the bot, and speaks English."""
    return Follower(agreed, "en")


async def test_a_second_spot_needs_no_second_agreement_and_a_photo_that_is_followed_shows_its_spot(
    robin: Follower, settings: Settings
) -> None:
    await robin.follows("front", "chest", photo())
    assert "no place named" not in said(await robin.follows("front", "belly", photo(700)))
    answers = [one for one in (await robin.phone.state())["messages"] if "Follow this spot" in buttons(one)]
    await robin.phone.presses("Follow this spot", answers[0])
    assert "chest" in said(await robin.reads("spots.strip"))
    assert [spot.place for spot in await spots_of(settings)] == ["front.belly", "front.chest"]


async def test_a_button_below_an_earlier_question_agrees_to_nothing_and_what_is_promised_now_is_asked(
    robin: Follower, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await robin.phone.sends_photo(photo())
    await robin.taps("button.follow", await robin.reads("reply.not_a_diagnosis"))
    earlier = await robin.reads("spots.consent")
    monkeypatch.setattr(follow, "VERSION", "2")  # another text since
    await robin.taps("button.follow_agree", earlier)
    words = robin.words("spots.consent")
    now = await robin.phone.waits_for(lambda message: words in said(message) and bool(message["buttons"]))
    assert now["message_id"] != earlier["message_id"]
    async with Store.open(settings.database_url) as store:
        assert await store.agreements.version(store.person(1001), "spots") is None
    await robin.taps("button.follow_agree", now)
    assert await robin.reads("spots.where")


async def test_the_place_can_be_changed_or_left_out_and_tapping_twice_makes_no_second_spot(
    robin: Follower, settings: Settings
) -> None:
    followed = await robin.follows("front", "face", photo())
    await robin.taps("button.place_other", followed)
    await robin.taps("button.place_none", await robin.reads("spots.where"))
    assert "no place named" in said(await robin.reads("spots.followed"))
    await robin.phone.sends_photo(photo(700))
    answer = await robin.reads("reply.not_a_diagnosis")
    for _ in range(2):
        await robin.taps("button.follow", answer)
    maps = [await robin.reads("spots.where") for _ in range(2)]
    for one, side in zip(maps, ("front", "back"), strict=True):
        await robin.taps(f"button.place_{side}", one)
        await robin.places("left_foot")
        await robin.reads("spots.followed")
    assert [spot.place for spot in await spots_of(settings)] == ["back.left_foot", ""]


async def test_following_is_offered_where_a_spot_is_judged_and_in_private_alone(
    agreed: Phone, server: LocalServer
) -> None:
    for bad in (photo(light=0), photo(60, 60)):
        await agreed.sends_photo(bad)
        assert "Follow this spot" not in buttons(await agreed.waits_for("cannot judge"))
    await agreed.sends_photo(photo())
    answer = await agreed.waits_for("looks most like")
    await agreed.presses("Was this right?", answer)
    asking = await agreed.waits_for(lambda message: "Don't know yet" in buttons(message))
    assert "Follow this spot" in buttons(asking)
    async with Phone(server.url, 1001, -5) as group:
        await group.sends_photo(photo(), caption="@checkup_local_bot")
        assert "Follow this spot" not in buttons(await group.waits_for("looks most like"))
        for command in ("/spots@checkup_local_bot", "/spot_1@checkup_local_bot"):
            await group.says(command)
            await group.waits_for("in our private chat")


async def test_stopping_asks_once_and_removes_the_spot_and_its_old_buttons_say_so(
    robin: Follower, settings: Settings, tmp_path: Path
) -> None:
    await robin.follows("back", "buttocks", photo())
    [spot] = await spots_of(settings)
    await robin.phone.says(f"/start spot_{spot.id}")  # the link t.me/bot?start=spot_1
    strip = await robin.reads("spots.strip")
    await robin.taps("button.spot_ask", strip)
    await robin.taps("button.spot_keep", await robin.reads("spots.stop_ask"))
    await robin.reads("spots.kept")
    await robin.taps("button.spot_ask", strip)
    await robin.taps("button.spot_stop", await robin.reads("spots.stop_ask"))
    await robin.reads("spots.stopped")
    assert traces(tmp_path, spot.photos[0].file, "back.buttocks") == []
    for tapped in ("button.spot_new", "button.spot_ask"):
        await robin.taps(tapped, strip)
        await robin.phone.waits_for_event(toast("I follow no such spot for you"))
    await robin.phone.says(f"/spot_{spot.id}")
    await robin.reads("spots.gone")


async def test_another_person_sees_nothing_of_a_spot_by_its_number(robin: Follower, server: LocalServer) -> None:
    await robin.follows("front", "neck", photo())
    async with Phone(server.url, 7) as other:
        await other.says("/start spot_1")
        await other.waits_for("18 or over")
        await other.says("/spots")
        await other.waits_for("You follow no spot yet")
        assert not [event for event in other.seen if is_from_bot(event) and event.get("message", {}).get("media")]


async def test_a_photo_that_telegram_has_no_more_is_said_to_be_gone_and_the_rest_works(
    robin: Follower, server: LocalServer
) -> None:
    followed = await robin.follows("front", "groin", photo())
    gone = "Bad Request: wrong file_id or the file is temporarily unavailable"
    server.faults.add(method="getFile", kind="400", description=gone)
    await robin.taps("button.spot_show", followed)
    strip = await robin.reads("spots.photo_gone")
    assert "New photo" in buttons(strip)
    await robin.taps("button.spot_show", followed)
    assert "no longer at Telegram" not in said(await robin.reads("spots.strip"))


async def test_many_photos_and_many_spots_are_shown_page_by_page_in_one_message(
    robin: Follower, settings: Settings
) -> None:
    await robin.follows("front", "belly", photo())
    async with Store.open(settings.database_url) as store:
        person = store.person(1001)
        [spot] = await spots_of(settings)
        for number in range(1, 10):
            later = replace(spot.photos[0], taken=spot.photos[0].taken + number * DAY, identity=f"later-{number}")
            await store.spots.add(later, spot=spot.id, person=person)
            other = replace(later, identity=f"other-{number}")
            await store.spots.follow(other, person=person, chat=1001, disease="skin", place="", now=later.taken)
    await robin.phone.says(f"/spot_{spot.id}")
    newest = await robin.reads("spots.strip")
    assert said(newest).count("Mole") == 8
    await robin.taps("button.older", newest)
    oldest = await robin.reads("spots.strip")
    assert (said(oldest).count("Mole"), oldest["message_id"]) == (2, newest["message_id"])
    await robin.taps("button.newer", oldest)
    assert said(await robin.reads("spots.strip")) == said(newest)
    await robin.phone.says("/spots")
    first = await robin.reads("spots.title")
    assert said(first).count("/spot_") == 8
    await robin.taps("button.older", first)
    last = await robin.reads("spots.title")
    assert (said(last).count("/spot_"), last["message_id"]) == (2, first["message_id"])
