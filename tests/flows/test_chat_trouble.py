"""When something goes wrong, people get a word, the operator gets a line, and nothing is lost or leaked."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from chat import ADMIN, agree
from fake_disease import SaysWhatItIsTold, card, photo
from phone import Phone

from bot.app import answering
from bot.local import LocalServer
from bot.retry import ONCE
from bot.settings import Settings
from classifiers.errors import WrongOutput
from classifiers.registry import Registry, RegistryEntry


async def test_a_model_that_answers_nonsense_is_apologised_for_once_and_logged_with_its_facts(
    agreed: Phone, engine: SaysWhatItIsTold, caplog: pytest.LogCaptureFixture
) -> None:
    engine.errors = [WrongOutput(expected="3 scores", found="shape (2,)")]
    await agreed.sends_photo(photo())
    await agreed.waits_for("something went wrong on our side")
    (line,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "wrong_output" in line.getMessage()
    assert "3 scores" in line.getMessage()
    await agreed.sends_photo(photo())
    await agreed.waits_for("looks most like")


async def test_a_disease_that_is_away_is_apologised_for_before_anything_is_fetched(
    server: LocalServer, settings: Settings, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    away = Registry(entries=(RegistryEntry(id="skin", path=Path("card.yaml"), enabled=True, card=card()),))
    async with answering(settings, api=server.url, token="1:local", registry=away):
        await agree(phone)
        await phone.sends_photo(photo())
        await phone.waits_for("cannot judge photos at the moment")
    assert "unavailable {'disease': 'skin'}" in caplog.text


async def test_what_keeps_failing_is_set_aside_the_person_told_and_the_operator_told(
    agreed: Phone, server: LocalServer, engine: SaysWhatItIsTold, caplog: pytest.LogCaptureFixture
) -> None:
    async with Phone(server.url, ADMIN) as admin:
        await admin.says("/help")
        await admin.waits_for("For a good photo")
        engine.errors = [RuntimeError("the secret words of a person")] * 3
        await agreed.sends_photo(photo(), caption="my own words")
        await agreed.waits_for("tried several times")
        await admin.waits_for("set aside after several tries")
    assert engine.seen == 3
    assert "RuntimeError" in caplog.text
    assert "secret words" not in caplog.text
    assert "my own words" not in caplog.text
    await agreed.sends_photo(photo())
    await agreed.waits_for("looks most like")


async def test_what_fails_once_is_answered_after_all(
    agreed: Phone, server: LocalServer, engine: SaysWhatItIsTold
) -> None:
    engine.errors = [RuntimeError("a passing trouble")]
    await agreed.sends_photo(photo())
    assert await agreed.waits_for("looks most like")


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("sendPhoto", "429"),
        ("sendPhoto", "502"),
        ("sendPhoto", "drop"),
        ("getFile", "502"),
        ("file", "502"),
        ("file", "drop"),
    ],
)
async def test_telegram_being_unwell_for_a_moment_costs_no_answer(
    agreed: Phone, server: LocalServer, method: str, kind: str
) -> None:
    server.faults.add(method, kind)
    await agreed.sends_photo(photo())
    assert await agreed.waits_for("looks most like")


async def test_signs_of_work_that_cannot_be_shown_do_not_matter(agreed: Phone, server: LocalServer) -> None:
    server.faults.add("sendChatAction", "500", times=100)
    await agreed.sends_photo(photo())
    assert await agreed.waits_for("looks most like")


async def test_whoever_blocks_the_bot_is_left_in_peace(
    agreed: Phone, server: LocalServer, engine: SaysWhatItIsTold, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.add("sendPhoto", "blocked")
    await agreed.sends_photo(photo())
    await agreed.sends_photo(photo())
    await agreed.waits_for("looks most like")
    assert engine.seen == 2  # the first is not tried again
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_tap_that_telegram_calls_too_old_is_no_trouble(
    agreed: Phone, server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    await agreed.sends_photo(photo())
    answer = await agreed.waits_for("looks most like")
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    server.faults.add("answerCallbackQuery", "400", description=too_old)
    await agreed.presses("Was this right?", answer)
    await agreed.waits_for(lambda message: "Yes" in str(message["buttons"]))
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("code", ["400", "401", "403", "404"])
@pytest.mark.parametrize("method", ["sendPhoto", "getFile", "file"])
async def test_a_gateway_s_refusal_is_not_taken_for_telegram_s(
    agreed: Phone,
    server: LocalServer,
    engine: SaysWhatItIsTold,
    code: str,
    method: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.faults.add(method, code, body='{"message": "no Route matched with those values"}', times=3)
    await agreed.sends_photo(photo())
    assert (await agreed.waits_for("looks most like"))["media"]
    assert engine.seen == 1
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_the_token_stands_in_no_log(agreed: Phone, server: LocalServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    server.faults.add("sendPhoto", "drop")
    await agreed.sends_photo(photo())
    await agreed.waits_for("looks most like")
    assert "1:local" not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))


@pytest.mark.parametrize("method", ["sendPhoto", "getFile", "file", "sendMessage"])
async def test_a_proxys_page_in_place_of_an_answer_is_one_line_that_quotes_nothing_of_it(
    agreed: Phone, server: LocalServer, method: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.sending.retry.WHILE_HANDLING", ONCE)
    caplog.set_level(logging.WARNING)
    server.faults.add(method, "502", body="<html><h1>502 Bad Gateway</h1><button>nginx</button></html>")
    if method == "sendMessage":
        await agreed.says("/help")
    else:
        await agreed.sends_photo(photo(), caption="my own words")
    await agreed.waits_for("For a good photo" if method == "sendMessage" else "looks most like")
    lines = [record.getMessage() for record in caplog.records]
    assert lines
    for line in lines:
        assert "\n" not in line
        assert f"{'download' if method == 'file' else method}: NetworkError: 502 Bad Gateway" in line
        assert "html" not in line
        assert "my own words" not in line
    assert {record.levelno for record in caplog.records} == {logging.WARNING}
    assert not any(record.exc_info for record in caplog.records)
