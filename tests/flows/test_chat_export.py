"""/export sends a person all that is kept about them, and nothing of anybody else's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import tiny_form
from chat import agree
from fake_disease import SaysWhatItIsTold, photo, registry
from phone import Phone

from bot.app import Checkup
from bot.handlers.people.consent import VERSION
from bot.local import LocalServer
from bot.settings import Settings
from bot.store import Store
from classifiers.registry import Registry


@pytest.fixture
def fake_registry(engine: SaysWhatItIsTold, tmp_path: Path) -> Registry:
    """A registry with a disease for photos and one that asks."""
    return tiny_form.with_form(registry(engine), tiny_form.plugin(tmp_path / "heart"))


async def test_what_is_kept_of_a_person_is_sent_to_them_as_a_file_and_nothing_is_kept_of_that(
    agreed: Phone, server: LocalServer, settings: Settings
) -> None:
    async with Phone(server.url, 2) as other:
        await agree(other)
        await other.sends_photo(photo())
        await other.waits_for("looks most like")
    await agreed.sends_photo(photo(), caption="my very own words")
    answer = await agreed.waits_for("looks most like")
    await agreed.presses("Was this right?", answer)
    await agreed.presses("Yes", await agreed.waits_for(lambda message: message["message_id"] == answer["message_id"]))
    await agreed.says("/heart")
    await agreed.waits_for("Is any of this happening now?")
    await agreed.says("/export")
    sent = await agreed.waits_for("as a file")
    assert sent["media"]["name"].endswith(".json")
    kept = json.loads(await agreed.looks_at(sent))
    assert [(finding["label"], finding["feedback"]) for finding in kept["findings"]] == [("nv", "yes")]
    assert [consent["version"] for consent in kept["consents"]] == [VERSION]
    assert [form["content"]["disease"] for form in kept["forms_not_finished"]] == ["heart"]
    assert len(kept["photos_known_again"]) == 1
    assert [message["state"] for message in kept["messages"]].count("waiting") == 1  # the command itself
    assert "own words" not in json.dumps(kept)
    async with Store.open(settings.database_url) as store:
        assert kept["your_code"] == store.person(1001)
        assert store.person(2) not in json.dumps(kept)


async def test_a_photo_that_waits_for_consent_is_told_of_by_number_and_date(checkup: Checkup, phone: Phone) -> None:
    await phone.sends_photo(photo(), caption="my very own words")
    await phone.waits_for("I have your photo")
    await phone.says("/export")
    kept = json.loads(await phone.looks_at(await phone.waits_for("as a file")))
    [held] = [message for message in kept["messages"] if message["state"] == "held"]
    assert held["update_id"]
    assert held["received"]
    assert held["is_kept_in_full"]
    assert "own words" not in json.dumps(kept)
    assert kept["findings"] == []


async def test_in_a_group_nothing_is_shown(checkup: Checkup, server: LocalServer) -> None:
    async with Phone(server.url, 1, -5) as anna:
        await anna.says("/export@checkup_local_bot")
        assert (await anna.waits_for("in our private chat"))["media"] is None
