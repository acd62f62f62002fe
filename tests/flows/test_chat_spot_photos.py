"""New photos of a followed spot: by its button, its command or a reply; one that is unlike it is asked about, not added."""

from __future__ import annotations

import io

import pytest
from chat import buttons, toast
from fake_disease import SKIN, SaysWhatItIsTold, card, photo, registry
from follower import Follower, said, spots_of
from phone import Message, Phone
from PIL import Image

from bot.app import Checkup
from bot.local import LocalServer
from bot.settings import Settings
from bot.store import Store
from classifiers.registry import Registry

LATER, STRANGE = photo(660), photo(680)


@pytest.fixture
def fake_registry(engine: SaysWhatItIsTold) -> Registry:
    """The one disease, with what can be said about a spot."""
    return registry(engine, card(symptoms=SKIN["symptoms"]))


@pytest.fixture
async def robin(agreed: Phone) -> Follower:
    """Somebody who follows a spot, and speaks English."""
    one = Follower(agreed, "en")
    await one.follows("front", "chest", photo())
    return one


async def opened(robin: Follower) -> Message:
    await robin.phone.says("/spot_1")
    return await robin.reads("spots.strip")


async def dates(settings: Settings) -> list[int]:
    """Return how many photos each spot has."""
    return [len(spot.photos) for spot in await spots_of(settings)]


async def test_after_new_photo_the_next_one_is_added_and_the_one_after_it_is_not(
    robin: Follower, settings: Settings
) -> None:
    await robin.taps("button.spot_new", await opened(robin))
    await robin.reads("spots.send_now")
    await robin.phone.sends_photo(photo(light=0))
    assert "/spot_1 (chest)" in said(await robin.reads("spots.not_added"))
    await robin.phone.sends_photo(LATER)
    await robin.reads("reply.not_a_diagnosis")
    told = await robin.reads("spots.added")
    side_by_side = Image.open(io.BytesIO(await robin.phone.looks_at(told)))
    assert side_by_side.width > 1.5 * side_by_side.height
    assert await dates(settings) == [2]
    await robin.phone.sends_photo(STRANGE)
    await robin.reads("reply.not_a_diagnosis")
    await robin.taps("button.spot_show", told)
    assert said(await robin.reads("spots.strip")).count("Mole") == 2
    assert await dates(settings) == [2]


@pytest.mark.parametrize("why", ["late", "gone"])
async def test_what_waits_for_a_photo_in_vain_is_kept_no_longer_than_the_next_one(
    robin: Follower, settings: Settings, why: str
) -> None:
    await robin.taps("button.spot_new", await opened(robin))
    await robin.reads("spots.send_now")
    async with Store.open(settings.database_url) as store:
        person = store.person(1001)
        if why == "gone":
            await store.spots.stop(1, person)
        else:
            await store.people.set_choice(person, "photo_of_spot", "1 2026-01-01T00:00:00+00:00")
        await robin.phone.sends_photo(LATER)
        await robin.reads("reply.not_a_diagnosis")
        assert await store.people.choice(person, "photo_of_spot") is None


async def test_a_caption_a_reply_to_its_photos_to_an_answer_or_a_word_under_a_sent_photo_adds_one_too(
    robin: Follower, settings: Settings
) -> None:
    strip = await opened(robin)
    answer = next(one for one in (await robin.phone.state())["messages"] if "Follow this spot" in buttons(one))
    await robin.phone.sends_photo(photo(650), caption="/spot_1")
    assert "Follow this spot" not in buttons(await robin.reads("reply.not_a_diagnosis"))
    await robin.reads("spots.added")
    await robin.phone.sends_photo(photo(660), reply_to=strip["message_id"])
    await robin.reads("spots.added")
    await robin.phone.sends_photo(photo(670), reply_to=answer["message_id"])
    await robin.reads("spots.added")
    (sent,) = await robin.phone.sends_photo(photo(680))
    await robin.reads("reply.not_a_diagnosis")
    await robin.phone.says("/spot_1", reply_to=sent["message_id"])
    await robin.reads("spots.added")
    assert await dates(settings) == [5]


@pytest.mark.parametrize(("answer", "then", "photos"), [("same_yes", "added", 2), ("same_no", "not_same", 1)])
async def test_a_photo_unlike_the_spot_is_asked_about_and_added_only_when_its_person_says_so(
    robin: Follower, settings: Settings, engine: SaysWhatItIsTold, answer: str, then: str, photos: int
) -> None:
    engine.shares = (0.03, 0.07, 0.9)
    await robin.phone.sends_photo(STRANGE, caption="/spot_1")
    asked = await robin.reads("spots.same_ask")
    assert "seen by a doctor" in said(asked)
    assert await dates(settings) == [1]
    await robin.taps(f"button.{answer}", asked)
    first = "Show its photos" if photos == 2 else "Follow this spot"
    told = await robin.reads(f"spots.{then}")
    assert buttons(told)[0] == first
    assert await dates(settings) == [photos]
    if answer == "same_no":
        await robin.taps("button.follow", told)
        await robin.taps("button.place_none", await robin.reads("spots.where"))
        await robin.reads("spots.followed")
        assert await dates(settings) == [1, 1]


async def test_an_added_photo_of_another_spot_is_taken_out_again(robin: Follower, settings: Settings) -> None:
    (sent,) = await robin.phone.sends_photo(LATER, caption="/spot_1")
    added = await robin.reads("spots.added")
    assert await dates(settings) == [2]
    await robin.phone.clears(sent["message_id"])  # the photo need not be in the chat any more
    await robin.taps("button.same_other", added)
    assert buttons(await robin.reads("spots.taken_out")) == ["Follow this spot"]
    assert await dates(settings) == [1]


async def test_a_question_about_a_spot_that_is_gone_by_then_says_so(
    robin: Follower, settings: Settings, engine: SaysWhatItIsTold
) -> None:
    engine.shares = (0.03, 0.07, 0.9)
    await robin.phone.sends_photo(STRANGE, caption="/spot_1")
    asked = await robin.reads("spots.same_ask")
    await robin.taps("button.spot_ask", await opened(robin))
    await robin.taps("button.spot_stop", await robin.reads("spots.stop_ask"))
    await robin.reads("spots.stopped")
    await robin.taps("button.same_yes", asked)
    await robin.phone.waits_for_event(toast("no such spot"))
    assert await dates(settings) == []


async def test_another_person_s_photo_is_not_added_to_a_spot_that_its_caption_names(
    robin: Follower, checkup: Checkup, server: LocalServer, settings: Settings
) -> None:
    async with Phone(server.url, 7) as other:
        await other.sends_photo(LATER, caption="/spot_1")
        await other.presses("I am 18 or over and I agree", await other.waits_for("18 or over"))
        await other.waits_for("looks most like")
        await other.waits_for("I follow no such spot for you")
    assert await dates(settings) == [1]


async def test_a_spot_that_a_reply_to_a_photo_names_in_vain_is_said_not_to_be_there(
    robin: Follower, settings: Settings
) -> None:
    (sent,) = await robin.phone.sends_photo(LATER)
    await robin.reads("reply.not_a_diagnosis")
    await robin.phone.says("/spot_99", reply_to=sent["message_id"])
    await robin.reads("reply.not_a_diagnosis")
    await robin.reads("spots.gone")
    assert await dates(settings) == [1]


async def test_answers_to_what_about_it_are_kept_with_the_photo_that_is_followed(
    robin: Follower, settings: Settings
) -> None:
    answer = next(one for one in (await robin.phone.state())["messages"] if "Follow this spot" in buttons(one))
    entry = (await spots_of(settings))[0].photos[0].entry
    await robin.phone.presses(f"sy:{entry}:ask", answer)
    asking = await robin.phone.waits_for(lambda message: any("☐" in button for button in buttons(message)))
    chosen = next(one["data"] for row in asking["buttons"] for one in row if "☐" in one["text"])
    await robin.phone.presses(chosen, asking)
    await robin.phone.waits_for(lambda message: any("☑" in button for button in buttons(message)))
    [spot] = await spots_of(settings)
    assert spot.photos[0].answers == (chosen.split("+")[1],)
