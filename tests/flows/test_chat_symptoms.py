""" "Have you noticed anything?": what a person notices raises how soon to have it seen, in words, and never lowers it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from chat import agree, buttons, toast
from fake_disease import SaysWhatItIsTold, photo
from languages import TEXTS
from phone import Message, Phone

from bot.app import Checkup, answering
from bot.local import LocalServer
from bot.settings import Settings
from bot.texts.direction import without_isolates
from classifiers.card import read_photo_card
from classifiers.plugin import Plugin
from classifiers.registry import Registry, RegistryEntry

SHIPPED = read_photo_card(Path(__file__).parents[2] / "classifiers" / "skin" / "card.yaml")
CARD = SHIPPED.model_copy(
    update={"decision": SHIPPED.decision.model_copy(update={"single_lesion": None, "outline": None})}
)
CHANGING, BLEEDING, ITCHING = CARD.symptoms
MOLE = (0.01, 0.01, 0.01, 0.01, 0.01, 0.93, 0.01, 0.01)
MELANOMA = (0.01, 0.01, 0.01, 0.01, 0.93, 0.01, 0.01, 0.01)


@pytest.fixture
def engine() -> SaysWhatItIsTold:
    """The skin card's engine, which says that it is a mole."""
    return SaysWhatItIsTold(shares=MOLE, not_this=-9.0)


@pytest.fixture
def fake_registry(engine: SaysWhatItIsTold) -> Registry:
    """The shipped skin card, with that engine."""
    plugin = Plugin(card=CARD, engine=engine)
    return Registry(entries=(RegistryEntry(id="skin", path=Path("x"), enabled=True, card=CARD, plugin=plugin),))


def said(message: Message) -> str:
    return without_isolates(message["caption"] or message["text"] or "").replace("\N{RIGHT-TO-LEFT MARK}", "")


@pytest.mark.parametrize("lang", ["en", "ar"])
async def test_what_is_noticed_raises_the_care_in_words_and_what_is_taken_back_leaves_it_as_it_was(
    checkup: Checkup, server: LocalServer, lang: str
) -> None:
    texts = TEXTS.speaking(lang)

    def words(key: str) -> str:
        return without_isolates(texts.plain(key))

    care = {care: words(f"care.{care}").split(":")[0].removeprefix("<b>") for care in ("routine", "soon", "urgent")}
    async with Phone(server.url, 7, language=lang) as phone:
        await phone.says("/start")
        await phone.presses("consent:7:6", await phone.waits_for(lambda message: bool(message["buttons"])))
        await phone.sends_photo(photo())
        answer = await phone.waits_for(lambda message: care["routine"] in said(message))

        async def after(button: str, asked: Message = answer, times: int = 1) -> Message:
            taps = await asyncio.gather(*(phone.presses(button, asked) for _ in range(times)))
            for tap in taps:
                await phone.waits_for_event(lambda event, tap=tap: event.get("callback_query_id") == tap)
            return await phone.waits_for(lambda message: message["message_id"] == answer["message_id"])

        entry = answer["buttons"][-1][0]["data"].split(":")[1]
        asking = await after(f"sy:{entry}:ask")
        titles = [texts.localised(symptom.title) for symptom in CARD.symptoms]
        assert [without_isolates(text) for text in buttons(asking)[1:]] == [
            *[f"☐ {without_isolates(title)}" for title in titles],
            words("button.symptoms_none"),
            words("button.follow"),
            words("button.feedback"),
        ]
        changing = await after(f"sy:{entry}:+changing", asking, times=2)
        assert care["soon"] in said(changing)
        assert care["routine"] not in said(changing)
        assert texts.own(CHANGING.why) in said(changing)
        assert said(answer).split("\n\n")[0] == said(changing).split("\n\n")[0]  # what it looks like
        bleeding = await after(f"sy:{entry}:+bleeding", changing)
        assert care["urgent"] in said(bleeding)
        assert texts.own(BLEEDING.why) in said(bleeding)
        back = await after(f"sy:{entry}:-bleeding", bleeding)
        assert said(back) == said(changing)
        closed = await after(f"sy:{entry}:done", back)
        assert buttons(closed)[1:] == [words(f"button.{key}") for key in ("symptoms_answered", "follow", "feedback")]
        taken_back = await after(f"sy:{entry}:-changing", await after(f"sy:{entry}:ask", closed))
        assert said(await after(f"sy:{entry}:none", taken_back)) == said(answer)


async def test_what_is_noticed_never_lowers_the_care_of_a_serious_finding(
    agreed: Phone, engine: SaysWhatItIsTold
) -> None:
    engine.shares = MELANOMA
    await agreed.sends_photo(photo())
    answer = await agreed.waits_for("Have it seen quickly")
    await agreed.presses("Have you noticed anything?", answer)
    asking = await agreed.waits_for(lambda message: "None of these" in buttons(message))
    await agreed.presses(f"☐ {ITCHING.title['en']}", asking)
    await agreed.waits_for_event(toast("Noted. Thank you."))
    done = await agreed.waits_for(lambda message: "Done" in buttons(message))
    assert said(done) == said(answer)


async def test_it_is_kept_as_codes_through_a_restart_exported_and_forgotten(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone, tmp_path: Path
) -> None:
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await agree(phone)
        await phone.sends_photo(photo())
        answer = await phone.waits_for("looks most like")
        await phone.presses("Have you noticed anything?", answer)
        asking = await phone.waits_for(lambda message: "None of these" in buttons(message))
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await phone.presses(f"☐ {BLEEDING.title['en']}", asking)
        raised = await phone.waits_for("Have it seen quickly")
        assert f"☑ {BLEEDING.title['en']}" in buttons(raised)
        await phone.says("/export")
        kept = json.loads(await phone.looks_at(await phone.waits_for("as a file")))
        assert [finding["symptoms"] for finding in kept["findings"]] == [["bleeding"]]
        assert "bleeding" in everything(tmp_path)
        await phone.says("/forget")
        await phone.presses("Yes, remove it all", await phone.waits_for("cannot be undone"))
        await phone.waits_for("Done.")
        assert "bleeding" not in everything(tmp_path)
        await phone.presses(f"☑ {BLEEDING.title['en']}", raised)
        await phone.waits_for_event(toast("not in my journal any more"))


def everything(folder: Path) -> str:
    """Return all that the database has on the disk."""
    return "".join(file.read_bytes().decode("latin-1") for file in folder.glob("checkup.db*"))


async def test_in_a_group_only_the_person_who_asked_says_what_they_notice(
    checkup: Checkup, server: LocalServer
) -> None:
    async with Phone(server.url, 1) as alone:
        await agree(alone)
    async with Phone(server.url, 1, -5) as anna, Phone(server.url, 2, -5) as ben:
        (sent,) = await anna.sends_photo(photo(), caption="@checkup_local_bot")
        answer = await anna.waits_for("No hurry")
        await ben.presses("Have you noticed anything?", answer)
        await ben.waits_for_event(toast("for the person who was asked"))
        await anna.presses("Have you noticed anything?", answer)
        asking = await anna.waits_for(lambda message: "None of these" in buttons(message))
        await anna.clears(sent["message_id"])  # nobody can see any more whose photo it was
        await ben.presses(f"☐ {CHANGING.title['en']}", asking)
        await ben.waits_for_event(toast("for the person who was asked"))
        await anna.presses(f"☐ {CHANGING.title['en']}", asking)
        assert "No hurry" not in said(await anna.waits_for("Have it seen soon"))


async def test_an_answer_in_words_alone_is_raised_too(agreed: Phone, server: LocalServer) -> None:
    server.faults.add("sendPhoto", "400", description="Bad Request: IMAGE_PROCESS_FAILED")
    await agreed.sends_photo(photo())
    await agreed.presses("Have you noticed anything?", await agreed.waits_for("No hurry"))
    asking = await agreed.waits_for(lambda message: "None of these" in buttons(message))
    await agreed.presses(f"☐ {CHANGING.title['en']}", asking)
    assert "No hurry" not in said(await agreed.waits_for("Have it seen soon"))


async def test_nobody_is_asked_about_a_photo_that_is_to_be_taken_again(agreed: Phone) -> None:
    await agreed.sends_photo(photo(light=0))
    asked = buttons(await agreed.waits_for("cannot judge"))
    assert "Was this right?" in asked
    assert "Have you noticed anything?" not in asked
