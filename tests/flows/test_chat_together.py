"""Several photos of one spot: an album, or photos in reply to one answer, are looked at each and answered once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from chat import agree, buttons, toast
from databases import sqlite_url
from fake_disease import SaysWhatItIsTold, photo
from follower import Follower, spots_of
from languages import TEXTS
from phone import Message, Phone

from bot.app import Checkup, answering
from bot.local import LocalServer
from bot.local.page_client import is_from_bot
from bot.settings import Settings
from bot.store import JournalEntry, Store
from bot.texts.direction import without_isolates
from classifiers.card import read_photo_card
from classifiers.plugin import Plugin
from classifiers.registry import Registry, RegistryEntry
from classifiers.scores import Scores

SHIPPED = read_photo_card(Path(__file__).parents[2] / "classifiers" / "skin" / "card.yaml")
CARD = SHIPPED.model_copy(
    update={"decision": SHIPPED.decision.model_copy(update={"single_lesion": None, "outline": None})}
)
MOLE, KERATOSIS, MELANOMA = CARD.codes.index("nv"), CARD.codes.index("bkl"), CARD.codes.index("mel")
LIGHT, DIM, DARK = 200, 120, 0  # a mole, a keratosis, and too dark to be judged


@dataclass
class ByLight(SaysWhatItIsTold):
    """Says that a light photo is a mole and a dim one a keratosis, or, where it is `worried`, perhaps a melanoma."""

    not_this: float = -9.0
    worried: bool = False
    means: list[float] = field(default_factory=list)

    def score(self, pixels: np.ndarray) -> Scores:
        """Return 0.9 for one of the two."""
        shares = np.full(len(CARD.codes), 0.1 / (len(CARD.codes) - 1))
        shares[MOLE if pixels.mean() > 120 else KERATOSIS] = 0.9
        if self.worried and pixels.mean() <= 120:
            shares[:] = 0.01
            shares[[MOLE, MELANOMA]] = 0.56, 0.38
        self.shares = tuple(shares)
        return super().score(pixels)


@pytest.fixture
def engine() -> ByLight:
    """The skin card's engine."""
    return ByLight()


@pytest.fixture
def fake_registry(engine: ByLight) -> Registry:
    """The shipped skin card, with that engine."""
    plugin = Plugin(card=CARD, engine=engine)
    return Registry(entries=(RegistryEntry(id="skin", path=Path("x"), enabled=True, card=CARD, plugin=plugin),))


@pytest.fixture
async def group(checkup: Checkup, server: LocalServer) -> AsyncIterator[Phone]:
    """Somebody who has agreed, in a group with the bot."""
    async with Phone(server.url, 1) as alone:
        await agree(alone)
    async with Phone(server.url, 1, -5) as opened:
        yield opened


def said(message: Message) -> str:
    return without_isolates(message["caption"] or message["text"] or "").replace("\N{RIGHT-TO-LEFT MARK}", "")


def pictures(phone: Phone) -> list[Message]:
    """Return the answers to photos, each as it was first."""
    sent = [event["message"] for event in phone.seen if is_from_bot(event) and event["kind"] == "message"]
    return [message for message in sent if is_answer(message)]


def is_answer(message: Message) -> bool:
    return bool(message["media"]) and "fb:" in str(message["buttons"])


async def entries(settings: Settings) -> list[JournalEntry]:
    async with Store.open(settings.database_url) as store:
        return [entry async for entry in store.journal.entries()]


async def until_idle(phone: Phone) -> None:
    """Wait until all that was sent before is answered."""
    await phone.says("/nothing")
    await phone.waits_for("do not know this command")


async def test_ten_photos_in_an_album_are_answered_once(agreed: Phone, settings: Settings) -> None:
    sent = await agreed.sends_photo([photo(640 + at, 480, light=LIGHT) for at in range(10)])
    answer = await agreed.waits_for("looks most like Mole")
    assert "I looked at 10 photos together. Outlined: photo" in said(answer)
    assert "Are these different spots?" in buttons(answer)
    assert answer["reply_to"] in [message["message_id"] for message in sent]
    await until_idle(agreed)
    assert len(pictures(agreed)) == 1
    *alone, joint = await entries(settings)
    assert [(entry.joint, entry.photos, entry.label) for entry in alone] == [(joint.id, None, "nv")] * 10
    assert (joint.joint, joint.photos, joint.label) == (None, 10, "nv")


@pytest.mark.parametrize("lang", ["en", "ar"])
async def test_of_one_good_photo_and_nine_bad_ones_the_good_one_counts_and_the_answer_says_why(
    checkup: Checkup, server: LocalServer, settings: Settings, lang: str
) -> None:
    texts = TEXTS.speaking(lang)
    async with Phone(server.url, 7, language=lang) as phone:
        await phone.says("/start")
        await phone.presses("consent:7:6", await phone.waits_for(lambda message: bool(message["buttons"])))
        bad = [photo(640 + at, 480, light=DARK) for at in range(8)]
        sent = await phone.sends_photo([*bad, photo(light=LIGHT), b"no photo at all"], kind="document")
        answer = await phone.waits_for(is_answer)
    whole = without_isolates(texts.html("together.some", count=10, used=1))
    assert whole.removeprefix("<i>").removesuffix("</i>") in said(answer)
    numbers = texts.listed([str(number) for number in range(1, 9)])
    for count, of, why in ((8, numbers, "dark"), (1, "10", "refused")):
        line = texts.html("together.unused", count=count, numbers=of, why=texts.plain(f"unused.{why}"))
        assert without_isolates(line).replace("\N{RIGHT-TO-LEFT MARK}", "") in said(answer)
    assert answer["reply_to"] == sent[8]["message_id"]
    assert {entry.label for entry in await entries(settings) if entry.outcome == "sure"} == {"nv"}


async def test_several_photos_before_consent_are_spoken_of_as_several(checkup: Checkup, phone: Phone) -> None:
    await phone.sends_photo([photo(640 + at, 480, light=LIGHT) for at in range(3)])
    asked = await phone.waits_for("I have your 3 photos and look at them")
    await phone.sends_photo(photo(light=LIGHT))
    await phone.says("/nothing")
    await phone.waits_for("do not know this command")
    await phone.presses("I am 18 or over and I agree", asked)
    await phone.waits_for("I am looking at your 4 photos now.")
    assert await phone.waits_for("I looked at 3 photos together")


async def test_photos_that_are_all_bad_are_turned_back_once(agreed: Phone) -> None:
    await agreed.sends_photo([photo(light=DARK), photo(480, 640, light=DARK)])
    answer = await agreed.waits_for("cannot judge")
    assert "too dark" in said(answer)
    assert "I used" not in said(answer)
    assert "Are these different spots?" not in buttons(answer)
    await until_idle(agreed)
    assert len(pictures(agreed)) == 1


async def test_different_spots_are_answered_each_by_itself_in_order_and_the_joint_answer_is_taken_back(
    agreed: Phone, settings: Settings
) -> None:
    kinds = [LIGHT, DIM, DARK, LIGHT]
    sent = await agreed.sends_photo([photo(640 + at, 480, light=light) for at, light in enumerate(kinds)])
    joint = await agreed.waits_for("I used 3")
    await agreed.presses("Are these different spots?", joint)
    await agreed.waits_for("Each has an answer of its own")
    alone = pictures(agreed)[1:]
    assert [(one["reply_to"], said(one).split("\n")[0]) for one in alone] == [
        (sent[0]["message_id"], "This looks most like Mole."),
        (sent[1]["message_id"], "This looks most like Harmless keratosis."),
        (sent[3]["message_id"], "This looks most like Mole."),
    ]
    told = next(
        event["message"] for event in agreed.seen if is_from_bot(event) and "cannot judge" in said(event["message"])
    )
    assert "Photo 3: too dark" in said(told)
    found = await entries(settings)
    assert [entry.joint for entry in found] == [None] * 5
    assert await kept(settings) == 0
    again = next(
        message for message in (await agreed.state())["messages"] if message["message_id"] == joint["message_id"]
    )
    assert again["buttons"] == []


async def test_a_photo_that_does_not_count_is_known_by_its_number_among_all(agreed: Phone) -> None:
    await agreed.sends_photo(photo(light=LIGHT))
    first = await agreed.waits_for("looks most like Mole")
    await agreed.sends_photo(photo(480, 640, light=DARK), reply_to=first["message_id"])
    answer = await agreed.waits_for("Of 2 photos I used 1.")
    assert "Photo 2: too dark" in said(answer)
    await agreed.presses("Are these different spots?", answer)
    assert await agreed.waits_for(
        lambda one: "Photo 2: too dark" in said(one) and one["message_id"] != answer["message_id"]
    )


async def test_a_spot_that_a_joint_answer_showed_has_its_own_finding_once_the_others_are_different(
    agreed: Phone, settings: Settings
) -> None:
    robin = Follower(agreed, "en")
    await agreed.sends_photo([photo(640, 480, light=LIGHT), photo(641, 480, light=DIM)])
    joint = await agreed.waits_for("I looked at 2 photos together")
    await robin.taps("button.follow", joint)
    await robin.taps("button.follow_agree", await robin.reads("spots.consent"))
    await robin.taps("button.place_none", await robin.reads("spots.where"))
    await robin.reads("spots.followed")
    await agreed.presses("Are these different spots?", joint)
    await agreed.waits_for("Each has an answer of its own")
    [[followed]] = [spot.photos for spot in await spots_of(settings)]
    own = next(one for one in await entries(settings) if one.id == followed.entry)
    assert (own.photos, own.joint) == (None, None)
    assert (followed.label, followed.probabilities) == (own.label, own.probabilities)


async def kept(settings: Settings) -> int:
    """Return how many answers there are whose photos could still be looked at."""
    async with Store.open(settings.database_url) as store:
        number = 0
        async for entry in store.journal.entries():
            number += await store.together.kept(entry.id or 0, entry.person) is not None
        return number


async def test_a_photo_in_reply_to_an_answer_is_judged_with_the_one_before(agreed: Phone, settings: Settings) -> None:
    await agreed.sends_photo(photo(light=LIGHT))
    first = await agreed.waits_for("looks most like Mole")
    await agreed.sends_photo(photo(641, light=LIGHT), reply_to=first["message_id"])
    second = await agreed.waits_for("I looked at 2 photos together")
    await agreed.sends_photo(photo(642, light=DIM), reply_to=first["message_id"])
    third = await agreed.waits_for("I looked at 3 photos together")
    assert "Mole" in said(third)
    one, two, joint, three, last = await entries(settings)
    assert [one.joint, two.joint, joint.joint, three.joint, last.joint] == [last.id, last.id, last.id, last.id, None]
    await agreed.presses("Are these different spots?", third)
    await agreed.waits_for("Each has an answer of its own")
    assert "Harmless keratosis" in said(pictures(agreed)[-1])
    one, two, joint, three, last = await entries(settings)
    assert [one.joint, two.joint, joint.joint, three.joint] == [joint.id, joint.id, None, None]
    assert second["message_id"] != third["message_id"]


async def test_an_album_before_consent_is_held_and_then_answered_once(checkup: Checkup, phone: Phone) -> None:
    await phone.sends_photo([photo(light=LIGHT), photo(641, light=LIGHT)], caption="/skin")
    question = await phone.waits_for("I have your 2 photos")
    await phone.presses("I am 18 or over and I agree", question)
    await phone.waits_for("I looked at 2 photos together")
    await until_idle(phone)
    assert len(pictures(phone)) == 1


async def test_an_album_that_waited_through_a_restart_is_answered_once(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone
) -> None:
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await agree(phone)
    await phone.sends_photo([photo(640 + at, light=LIGHT) for at in range(3)])
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        joint = await phone.waits_for("I looked at 3 photos together")
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await phone.presses("Are these different spots?", joint)
        await phone.waits_for("Each has an answer of its own")
        await until_idle(phone)
    assert len(pictures(phone)) == 4


async def test_in_a_group_an_album_that_names_the_bot_is_answered_once_and_taken_apart_by_its_sender_alone(
    group: Phone, server: LocalServer
) -> None:
    await group.sends_photo([photo(light=LIGHT), photo(641, light=LIGHT)], caption="@checkup_local_bot")
    joint = await group.waits_for("I looked at 2 photos together")
    async with Phone(server.url, 2, -5) as ben:
        await ben.presses("Are these different spots?", joint)
        await ben.waits_for_event(toast("for the person who was asked"))
    await group.presses("Are these different spots?", joint)
    await group.waits_for("Each has an answer of its own")
    assert len(pictures(group)) == 3


async def test_a_second_photo_never_makes_the_first_one_s_care_less_and_the_answer_says_why(
    agreed: Phone, settings: Settings, engine: ByLight
) -> None:
    engine.worried = True
    await agreed.sends_photo(photo(light=DIM))
    first = await agreed.waits_for("Have it seen quickly")
    await agreed.sends_photo([photo(641, light=LIGHT), photo(642, light=LIGHT)], reply_to=first["message_id"])
    joint = said(await agreed.waits_for("I looked at 3 photos together"))
    assert "This looks most like Mole" in joint
    assert (
        "Have it seen quickly: ask for a doctor's appointment within days. One of the photos alone asks for this"
        in joint
    )
    *_, last = await entries(settings)
    assert (last.label, last.alarm, last.care, last.reasons) == ("nv", True, "urgent", ("care_one_photo",))


async def test_what_is_noticed_is_never_dropped_by_another_photo_nor_by_different_spots(
    agreed: Phone, settings: Settings
) -> None:
    await agreed.sends_photo(photo(light=LIGHT))
    first = await agreed.waits_for("looks most like Mole")
    await agreed.presses("Have you noticed anything?", first)
    asked = await agreed.waits_for(lambda message: "None of these" in buttons(message))
    await agreed.presses("☐ It bleeds or does not heal", asked)
    await agreed.waits_for("does not heal should be seen quickly")
    await agreed.sends_photo(photo(641, light=LIGHT), reply_to=first["message_id"])
    joint = await agreed.waits_for("I looked at 2 photos together")
    assert "Have it seen quickly" in said(joint)
    assert "Have you noticed anything? ✓" in buttons(joint)
    await agreed.presses("Are these different spots?", joint)
    taken_back = said(await agreed.waits_for("Each has an answer of its own"))
    assert "What you noticed I take to be so of each" in taken_back
    assert "Have it seen quickly" in taken_back
    alone = pictures(agreed)[-1]
    assert "Have it seen quickly" in said(alone)
    assert "Have you noticed anything? ✓" in buttons(alone)
    assert [entry.symptoms for entry in await entries(settings)] == [("bleeding",)] * 3


async def test_a_photo_that_comes_after_its_album_was_answered_joins_it(
    agreed: Phone, server: LocalServer, settings: Settings
) -> None:
    (late,) = await agreed.sends_photo(photo(642, light=LIGHT))
    await agreed.waits_for("looks most like Mole")
    sent = await agreed.sends_photo([photo(light=LIGHT), photo(641, light=LIGHT)])
    await agreed.waits_for("I looked at 2 photos together")
    for number in (1, 2):  # a second late one joins both
        server.send_update("message", late_photo(server, late, 10**6 + number, album=sent[0]["media_group_id"]))
        await agreed.waits_for(f"I looked at {2 + number} photos together")
    *_, last = await entries(settings)
    assert last.photos == 4
    assert len([entry for entry in await entries(settings) if entry.joint == last.id]) == 6


async def test_a_late_photo_joins_its_album_whatever_it_replies_to(agreed: Phone, server: LocalServer) -> None:
    (late,) = await agreed.sends_photo(photo(642, light=LIGHT))
    await agreed.waits_for("looks most like Mole")
    sent = await agreed.sends_photo([photo(light=LIGHT), photo(641, light=LIGHT)], reply_to=late["message_id"])
    await agreed.waits_for("I looked at 2 photos together")
    came = late_photo(server, late, 10**6, album=sent[0]["media_group_id"])
    server.send_update("message", came | {"reply_to_message": late_photo(server, late, late["message_id"], album="")})
    assert await agreed.waits_for("I looked at 3 photos together")


async def test_a_late_photo_of_a_followed_spot_s_album_is_judged_with_it_and_added_to_the_spot(
    agreed: Phone, server: LocalServer, settings: Settings
) -> None:
    robin = Follower(agreed, "en")
    await robin.follows("front", "chest", photo(light=LIGHT))
    sent = await agreed.sends_photo([photo(641, light=LIGHT), photo(642, light=LIGHT)], caption="/spot_1")
    await robin.reads("spots.added")
    (like,) = await agreed.sends_photo(photo(643, light=LIGHT))
    await until_idle(agreed)
    server.send_update("message", late_photo(server, like, 10**6, album=sent[0]["media_group_id"]))
    await agreed.waits_for("I looked at 3 photos together")
    await robin.reads("spots.added")
    assert [len(spot.photos) for spot in await spots_of(settings)] == [3]


def late_photo(server: LocalServer, like: Message, number: int, *, album: str) -> dict[str, object]:
    """Return a message from the same person with the same photo, as Telegram sends it, in this album."""
    assert server._state is not None
    found = server._state.files.find(like["media"]["id"])
    assert found is not None
    sizes = [
        {"file_id": one.file_id, "file_unique_id": one.unique_id, "width": one.width, "height": one.height}
        for one in found[0].files
    ]
    robin = {"id": 1001, "first_name": "Robin"}
    head = {"message_id": number, "date": 1795000000, "chat": {**robin, "type": "private"}}
    return {**head, "from": {**robin, "is_bot": False}, "photo": sizes, "media_group_id": album}


async def test_what_is_known_of_the_photos_is_exported_and_forgotten(agreed: Phone, tmp_path: Path) -> None:
    await agreed.sends_photo([photo(light=LIGHT), photo(641, light=LIGHT)])
    joint = await agreed.waits_for("I looked at 2 photos together")
    await agreed.says("/export")
    file = (await agreed.looks_at(await agreed.waits_for("as a file"))).decode()
    assert "photos_looked_at_together" in file
    assert '"spoiler"' in everything(tmp_path)
    await agreed.says("/forget")
    await agreed.presses("Yes, remove it all", await agreed.waits_for("cannot be undone"))
    await agreed.waits_for("Done.")
    assert '"spoiler"' not in everything(tmp_path)
    await agreed.presses("Are these different spots?", joint)
    await agreed.waits_for_event(toast("not in my journal any more"))


def everything(folder: Path) -> str:
    """Return all that the database has on the disk."""
    return "".join(file.read_bytes().decode("latin-1") for file in folder.glob("checkup.db*"))


async def test_more_photos_than_a_day_allows_are_not_looked_at(
    server: LocalServer, tmp_path: Path, fake_registry: Registry, phone: Phone
) -> None:
    settings = Settings.read({"CHECKUP_DATABASE": sqlite_url(tmp_path), "CHECKUP_DAILY_LIMIT": "2"})
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await agree(phone)
        await phone.sends_photo([photo(640 + at, light=LIGHT) for at in range(3)])
        assert "Photo 3: more than I look at in a day" in said(await phone.waits_for("Of 3 photos I used 2"))
        await phone.sends_photo([photo(640 + at, light=LIGHT) for at in range(3)])
        assert "What you sent just now I did not look at" in said(await phone.waits_for("within a day"))
        await until_idle(phone)
    assert sum("within a day" in said(event["message"]) for event in phone.seen if is_from_bot(event)) == 1


async def test_a_film_among_the_photos_of_an_album_is_told_of_in_the_one_answer(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone
) -> None:
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await agree(phone)
    person, here = {"id": 1001, "is_bot": False, "first_name": "Robin"}, {"id": 1001, "type": "private"}
    video = {"file_id": "v", "file_unique_id": "u", "width": 640, "height": 480, "duration": 3}
    sent = await phone.sends_photo([photo(640 + at, light=LIGHT) for at in range(2)])
    film = {"message_id": 10**6, "date": 1795000000, "chat": here, "from": person, "video": video}
    server.send_update("message", film | {"media_group_id": sent[0]["media_group_id"]})
    server.send_update("message", film | {"message_id": 10**6 + 1, "media_group_id": "of films alone"})
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        answer = await phone.waits_for("Of 3 photos I used 2")
        assert "Photo 3: not a photo" in said(answer)
        await until_idle(phone)
    assert len(pictures(phone)) == 1
    assert sum("cannot watch videos" in said(event["message"]) for event in phone.seen if is_from_bot(event)) == 1


async def test_a_caption_under_any_photo_of_an_album_names_the_disease(
    server: LocalServer, settings: Settings, engine: ByLight, phone: Phone
) -> None:
    cards = (CARD, CARD.model_copy(update={"id": "other", "title": {"en": "Other"}}))
    both = Registry(
        entries=tuple(
            RegistryEntry(id=one.id, path=Path("x"), enabled=True, card=one, plugin=Plugin(card=one, engine=engine))
            for one in cards
        )
    )
    async with answering(settings, api=server.url, token="1:local", registry=both):
        await agree(phone)
        await phone.sends_photo([photo(light=LIGHT), photo(641, light=LIGHT)])
        await phone.presses("Other", await phone.waits_for("What is this photo of?"))
        assert "Looked at as: Other" in said(await phone.waits_for("I looked at 2 photos together"))
        await phone.sends_photo([photo(light=LIGHT), photo(641, light=LIGHT)], caption="/skin")
        assert "Looked at as: Skin spot" in said(await phone.waits_for("I looked at 2 photos together"))
        await until_idle(phone)
    assert len(pictures(phone)) == 2
