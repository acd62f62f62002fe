"""Answers that are no answer of the Bot API, or an odd one: a photo is answered after all, and nobody is alarmed."""

from __future__ import annotations

import logging

import pytest
from chat import ADMIN, buttons
from fake_disease import SaysWhatItIsTold, photo
from phone import Phone

from bot.local import LocalServer

NO_ANSWERS = (
    '{"ok": true}',
    '{"ok": true, "result": null}',
    '{"ok":true,"result":null}',
    '{"ok": true, "result": "sent"}',
    '{"ok": true, "result": []}',
    '{"ok":true,"result":{}}',
    '{"ok":true,"result":{"message_id":"7"}}',
    '{"ok": "true", "result": {}}',
    '{"ok": "false"}',
    '{"ok": false}',
    '{"ok": false, "error_code": 502, "description": "Bad Gateway"}',
    '{"ok": false, "error_code": "twelve", "description": ["a", 1], "parameters": [1]}',
)
WAITS = ("0", "-5", "1e999", '"soon"', '"1"', "null", "0.5", "{}", "true")


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was logged as an error."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("body", NO_ANSWERS)
@pytest.mark.parametrize("method", ["sendPhoto", "getFile"])
async def test_what_is_no_answer_costs_no_photo(
    agreed: Phone,
    server: LocalServer,
    engine: SaysWhatItIsTold,
    method: str,
    body: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.faults.add(method, "200", body=body, times=3)
    await agreed.sends_photo(photo())
    assert (await agreed.waits_for("looks most like"))["media"]
    assert engine.seen == 1
    assert not errors(caplog)


@pytest.mark.parametrize("wait", WAITS)
@pytest.mark.parametrize("kind", ["429", "503"])
async def test_an_odd_wait_costs_no_photo(
    agreed: Phone, server: LocalServer, kind: str, wait: str, caplog: pytest.LogCaptureFixture
) -> None:
    body = f'{{"ok": false, "error_code": {kind}, "description": null, "parameters": {{"retry_after": {wait}}}}}'
    server.faults.add("getFile", kind, body=body)
    await agreed.sends_photo(photo())
    assert (await agreed.waits_for("looks most like"))["media"]
    assert not errors(caplog)


@pytest.mark.parametrize(
    "refusal", ['{"ok": false, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}']
)
async def test_a_refusal_that_comes_as_200_is_one(
    agreed: Phone, server: LocalServer, engine: SaysWhatItIsTold, refusal: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.add("sendPhoto", "200", body=refusal)
    await agreed.sends_photo(photo())
    await agreed.sends_photo(photo())
    await agreed.waits_for("looks most like")
    assert engine.seen == 2
    assert not errors(caplog)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        *[
            ("400", f'{{"ok": false, "error_code": 400, "description": {said}, "parameters": [7]}}')
            for said in ("null", "5", '["a"]', "{}", '""')
        ],
        ("413", None),
        ("413", "<html><h1>413 Request Entity Too Large</h1>nginx</html>"),
    ],
)
async def test_a_refusal_without_words_and_a_picture_too_large_for_a_proxy_are_said_another_way(
    agreed: Phone, server: LocalServer, kind: str, body: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.add("sendPhoto", kind, body=body)
    await agreed.sends_photo(photo())
    assert not (await agreed.waits_for("looks most like"))["media"]
    assert not errors(caplog)


@pytest.mark.parametrize("new", ['"-1009"', "true", "-1.5", "[]", '"soon"'])
async def test_a_number_of_a_moved_chat_that_is_none_costs_no_answer(
    agreed: Phone, server: LocalServer, new: str, caplog: pytest.LogCaptureFixture
) -> None:
    body = f'{{"ok": false, "error_code": 400, "description": "Bad Request: ?", "parameters": {{"migrate_to_chat_id": {new}}}}}'
    server.faults.add("sendPhoto", "400", body=body)
    await agreed.sends_photo(photo())
    assert await agreed.waits_for("looks most like")
    assert not errors(caplog)


@pytest.mark.parametrize("body", ["<html>Please log in</html>", "", "x" * 100_000])
async def test_what_is_downloaded_in_place_of_a_photo_costs_none(
    agreed: Phone, server: LocalServer, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.add("file", "200", body=body, times=2)
    await agreed.sends_photo(photo())
    assert await agreed.waits_for("looks most like")
    assert not errors(caplog)


@pytest.mark.parametrize(("kind", "body", "said"), [("404", None, "send it again"), ("200", "no photo", "cannot open")])
async def test_a_file_that_never_comes_keeps_its_chat_waiting_for_seconds_only(
    agreed: Phone, server: LocalServer, kind: str, body: str | None, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.add("file", kind, body=body, times=100)
    await agreed.sends_photo(photo())
    await agreed.waits_for(said)
    await agreed.says("/help")
    await agreed.waits_for("For a good photo")
    assert not errors(caplog)


@pytest.mark.parametrize("method", ["answerCallbackQuery", "editMessageReplyMarkup"])
async def test_a_tap_whose_answer_is_refused_in_new_words_is_not_set_aside(
    agreed: Phone, server: LocalServer, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Phone(server.url, ADMIN) as admin:
        await agreed.sends_photo(photo())
        answer = await agreed.waits_for("looks most like")
        server.faults.add(method, "400", description="Bad Request: SOMETHING_NEW")
        await agreed.presses("Was this right?", answer)
        if method == "editMessageReplyMarkup":  # which is lost: the button is there for another tap
            await agreed.waits_for_event(lambda event: event["kind"] == "answer")
            await agreed.presses("Was this right?", answer)
        await agreed.waits_for(lambda message: "Yes" in buttons(message))
        assert not [event for event in admin.seen if event["kind"] != "profile"]
    assert not errors(caplog)


@pytest.mark.parametrize("result", ["false", "7", "{}", "[]"])
async def test_an_edit_with_a_result_that_is_none_is_made_again(
    agreed: Phone, server: LocalServer, result: str, caplog: pytest.LogCaptureFixture
) -> None:
    await agreed.sends_photo(photo())
    answer = await agreed.waits_for("looks most like")
    server.faults.add("editMessageReplyMarkup", "200", body=f'{{"ok":true,"result":{result}}}', times=3)
    await agreed.presses("Was this right?", answer)
    await agreed.waits_for(lambda message: "Yes" in buttons(message))
    assert not errors(caplog)


@pytest.mark.parametrize(
    "updates",
    [
        f'{{"update_id": {2**70}, "message": {{}}}}',
        '{"update_id": NaN}',
        'null, "x", 5, [], {}, {"update_id": "5"}, {"update_id": true}, {"update_id": 1.5}, {"update_id": -5}',
        f'{{"update_id": 7, "message": {{"message_id": 1, "date": 1, "chat": {{"id": {2**70}, "type": "private"}}}}}}',
    ],
)
async def test_updates_with_odd_numbers_hold_nobody_up(agreed: Phone, server: LocalServer, updates: str) -> None:
    server.faults.add("getUpdates", "200", body=f'{{"ok": true, "result": [{updates}]}}')
    for command, words in (("/privacy", "forget"), ("/help", "For a good photo")):
        await agreed.says(command)
        assert words in (await agreed.waits_for(words))["text"]
