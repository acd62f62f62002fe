"""A report for a doctor: of chosen spots by /report, and of a form at its end; a PDF that nothing is kept of."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from pathlib import Path

import pytest
import tiny_form
from chat import buttons, toast
from fake_disease import SaysWhatItIsTold, photo, registry
from phone import TIMEOUT, Message, Phone
from pypdf import PdfReader

from bot.app import Checkup
from bot.local import LocalServer
from bot.replies.places import ZONES
from bot.settings import Settings
from bot.store import Store
from bot.texts.direction import without_isolates
from classifiers.registry import Registry


@pytest.fixture
def fake_registry(engine: SaysWhatItIsTold, tmp_path: Path) -> Registry:
    """A registry with a disease for photos and one that asks."""
    return tiny_form.with_form(registry(engine), tiny_form.plugin(tmp_path / "heart"))


async def pages(phone: Phone, caption: str) -> list[str]:
    """Return the text of each page of the report that comes with these words."""
    sent = await phone.waits_for(lambda message: caption in without_isolates(message["caption"] or ""))
    assert sent["media"]["name"].endswith(".pdf")
    content = PdfReader(io.BytesIO(await phone.looks_at(sent)))
    return [" ".join(page.extract_text().split()) for page in content.pages]


def button(prefix: str, message: Message) -> str:
    """Return the data of the button that begins so, whatever its words are."""
    return next(one["data"] for row in message["buttons"] for one in row if one.get("data", "").startswith(prefix))


def has_button(prefix: str) -> Callable[[Message], bool]:
    """Return what recognises a message by a button's data."""
    return lambda message: any(one.get("data", "").startswith(prefix) for row in message["buttons"] for one in row)


async def follows(phone: Phone, place: str, content: bytes) -> None:
    """Send a photo and follow its spot at a place, in any language."""
    await phone.sends_photo(content)
    answer = await phone.waits_for(has_button("follow:"))
    await phone.presses(button("follow:", answer), answer)
    asked = await phone.waits_for(lambda one: one["message_id"] > answer["message_id"] and bool(one["buttons"]))
    if has_button("follow:")(asked):
        await phone.presses(button("follow:", asked), asked)
        asked = await phone.waits_for(has_button("place:"))
    side, region = place.split(".", maxsplit=1)
    zone = next(zone for zone, regions in ZONES[side].items() if region in regions)
    for end, then in ((f":{side}", f"{side}.{zone}"), (f"{side}.{zone}", place), (place, "")):
        await phone.presses(next(data for data in datas(asked) if f"{end}:" in data), asked)
        if then:
            asked = await phone.waits_for(lambda one, then=then: any(f"{then}:" in data for data in datas(one)))
    await phone.waits_for(has_button("strip:"))


def datas(message: Message) -> list[str]:
    """Return the data of a message's buttons."""
    return [one.get("data", "") for row in message["buttons"] for one in row]


async def test_chosen_spots_are_pages_of_a_pdf_with_their_photos_and_nothing_is_kept(
    agreed: Phone, server: LocalServer, tmp_path: Path
) -> None:
    await agreed.says("/report")
    await agreed.waits_for("You follow no spot yet")
    await follows(agreed, "front.chest", photo())
    await agreed.says("/report")
    [page] = await pages(agreed, "Your report")
    assert "Skin spot: chest" in page
    assert "This looks most like Mole." in page
    await follows(agreed, "back.left_foot", photo(500, 400))
    before = kept(tmp_path)
    await agreed.says("/report")
    asked = await agreed.waits_for("Which spots")
    first = next(words for words in buttons(asked) if "chest" in words)
    await agreed.presses(first, asked)
    now = await agreed.waits_for(lambda one: any(words.startswith("☐") for words in buttons(one)))
    await agreed.presses("Make the report", now)
    [page] = await pages(agreed, "Your report")
    assert "left foot" in page
    assert "chest" not in page
    await agreed.presses(next(words for words in buttons(now) if "left foot" in words), now)
    none = await agreed.waits_for(lambda one: sum(words.startswith("☐") for words in buttons(one)) == 2)
    await agreed.presses("Make the report", none)
    await agreed.waits_for_event(toast("choose at least one"))
    assert kept(tmp_path) == before
    async with Phone(server.url, 1001, -5) as group:
        await group.says("/report@checkup_local_bot")
        assert await group.waits_for("in our private chat")


def kept(folder: Path) -> set[str]:
    """Return the names of all files that there are, but for those of the people's phones."""
    return {file.name for file in folder.rglob("*") if file.is_file() and "local" not in file.parts}


async def test_spots_at_one_place_are_told_apart_where_one_is_chosen(agreed: Phone) -> None:
    await follows(agreed, "back.upper_back", photo())
    await follows(agreed, "back.upper_back", photo(480, 640))
    await agreed.says("/spots")
    listed = await agreed.waits_for("Spots you follow")
    assert [without_isolates(name).split(" · ")[:2] for name in buttons(listed)] == [
        ["/spot_2", "upper back"],
        ["/spot_1", "upper back"],
    ]
    await agreed.says("/report")
    choice = await agreed.waits_for("Which spots")
    await agreed.presses(buttons(choice)[1], choice)
    changed = await agreed.waits_for(lambda one: "☐" in str(buttons(one)))
    assert [without_isolates(name).split(" · ")[0] for name in buttons(changed)[:2]] == ["☑ /spot_2", "☐ /spot_1"]


async def test_a_photo_that_telegram_has_no_more_leaves_a_gap_and_arabic_has_its_own_letters(
    checkup: Checkup, server: LocalServer
) -> None:
    async with Phone(server.url, 7, language="ar") as phone:
        await phone.says("/start")
        await phone.presses("consent:7:6", await phone.waits_for(has_button("consent:")))
        await phone.waits_for("شكر")
        await follows(phone, "front.chest", photo())
        gone = "Bad Request: wrong file_id or the file is temporarily unavailable"
        await phone.post("faults", method="getFile", kind="400", times=1, description=gone)
        await phone.says("/report")
        sent = await phone.waits_for(lambda message: "تقريرك" in (message["caption"] or ""))
        [page] = PdfReader(io.BytesIO(await phone.looks_at(sent))).pages
        assert len(page.images) == 0
        fonts = [str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()]
        assert fonts
        assert all(font.endswith("+NotoSansArabic") for font in fonts)


async def test_a_form_s_answers_and_result_are_a_page_where_that_is_wanted_and_are_kept_nowhere(
    agreed: Phone, settings: Settings
) -> None:
    await agreed.says("/heart")
    await agreed.presses("No, none of this", await agreed.waits_for("happening now?"))
    await agreed.waits_for("1 of 5")
    await agreed.says("54")
    for number in range(2, 6):
        await agreed.presses("I don't know", await agreed.waits_for(f"{number} of 5"))
    await agreed.presses("Yes, and as a report (PDF)", await agreed.waits_for("Is all of this right?"))
    result = await agreed.waits_for("not a diagnosis")
    [page] = await pages(agreed, "Your answers and the result")
    assert "Age 54 years" in page
    assert "Smoking not known" in page
    assert result["text"].split("\n")[0].split(".")[0] in page
    async with Store.open(settings.database_url) as store:
        async with asyncio.timeout(TIMEOUT):  # it is removed once all is sent
            while await store.people.conversation(store.person(1001), 1001):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
