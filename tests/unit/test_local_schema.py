"""Calls are held against the Bot API's own list of fields."""

from __future__ import annotations

from typing import Any

import pytest

from bot.local.methods.registry import METHODS
from bot.local.wire.errors import ApiError
from bot.local.wire.schema import MismatchError, check_call, check_object, facts


def refusal(method: str, **sent: Any) -> str:
    with pytest.raises(ApiError) as refused:
        check_call(method, sent, set())
    assert refused.value.code == 400
    return refused.value.description.removeprefix("Bad Request: ")


def test_every_method_we_do_stands_in_the_facts() -> None:
    assert set(METHODS) <= set(facts().methods)


def test_text_of_a_form_becomes_numbers_booleans_and_objects() -> None:
    sent = {
        "chat_id": "5",
        "text": "12",
        "disable_notification": "true",
        "reply_markup": '{"inline_keyboard": [[{"text": "a", "url": "https://a.org"}]]}',
    }
    assert check_call("sendMessage", sent, set()) == {
        "chat_id": 5,
        "text": "12",
        "disable_notification": True,
        "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "https://a.org"}]]},
    }


def test_what_is_unknown_missing_or_of_another_type_is_named() -> None:
    assert refusal("sendMessage", chat_id=5, text="x", colour="red") == 'unknown field "colour" in sendMessage'
    assert refusal("sendMessage", chat_id=5) == "message text is empty"
    assert refusal("sendMessage", chat_id=5, text="") == "message text is empty"
    assert refusal("sendMessage", text="x") == "chat_id is empty"
    assert refusal("sendPhoto", chat_id=5) == "there is no photo in the request"
    assert refusal("sendMessage", chat_id=5, text=["x"]) == 'field "text": must be of type String'
    assert refusal("deleteMessage", chat_id=5, message_id="x") == 'field "message_id": must be of type Integer'
    assert (
        refusal("sendMessage", chat_id=5, text="x", reply_markup="{") == "can't parse reply keyboard markup JSON object"
    )


def test_a_fault_deep_inside_is_named_with_its_place() -> None:
    button = {"text": "a", "colour": "red"}
    said = refusal("sendMessage", chat_id=5, text="x", reply_markup={"inline_keyboard": [[button]]})
    assert said == 'field "reply_markup.inline_keyboard[0][0].colour": unknown field'
    media = [{"type": "photo"}, {"type": "photo", "media": "x"}]
    assert refusal("sendMediaGroup", chat_id=5, media=media) == 'field "media[0].media": missing field'


def test_a_file_is_taken_only_where_the_method_takes_one() -> None:
    assert check_call("sendPhoto", {"chat_id": "5"}, {"photo"}) == {"chat_id": 5}
    assert check_call("sendPhoto", {"chat_id": "5", "photo": "attach://a"}, {"a"})["photo"] == "attach://a"
    with pytest.raises(ApiError, match="can't be a file"):
        check_call("sendMessage", {"chat_id": "5"}, {"text"})


def test_our_own_answers_are_held_strictly() -> None:
    user = {"id": 1, "is_bot": False, "first_name": "Robin"}
    assert check_object("User", user) == user
    for wrong in ({**user, "id": "1"}, {**user, "is_bot": 0}, {"id": 1, "is_bot": True}, {**user, "age": 7}):
        with pytest.raises(MismatchError):
            check_object("User", wrong)
