""" "Was this right?": asked under every answer, stored with it, thanked for."""

from __future__ import annotations

import pytest
from chat import agree, buttons, toast
from fake_disease import photo
from phone import Phone

from bot.app import Checkup
from bot.local import LocalServer
from bot.settings import Settings
from bot.store import Store


async def _said(settings: Settings) -> list[str | None]:
    async with Store.open(settings.database_url) as store:
        return [entry.feedback async for entry in store.journal.entries()]


@pytest.mark.parametrize(("button", "stored"), [("Yes", "yes"), ("No", "no"), ("Don't know yet", "unknown")])
async def test_feedback_is_stored_thanked_for_and_the_other_buttons_stay(
    agreed: Phone, settings: Settings, button: str, stored: str
) -> None:
    await agreed.sends_photo(photo())
    answer = await agreed.waits_for("looks most like")
    await agreed.presses("Was this right?", answer)
    asking = await agreed.waits_for(lambda message: "Yes" in buttons(message))
    assert buttons(asking) == ["About and treatment", "Follow this spot", "Yes", "No", "Don't know yet"]
    await agreed.presses(button, asking)
    await agreed.waits_for_event(toast("Thank you"))
    await agreed.waits_for(lambda message: buttons(message) == ["About and treatment", "Follow this spot"])
    assert await _said(settings) == [stored]


async def test_feedback_under_a_retake_leaves_nobuttons(agreed: Phone, settings: Settings) -> None:
    await agreed.sends_photo(photo(light=0))
    await agreed.presses("Was this right?", await agreed.waits_for("cannot judge"))
    await agreed.presses("No", await agreed.waits_for(lambda message: "Yes" in buttons(message)))
    await agreed.waits_for_event(toast("Thank you"))
    assert await _said(settings) == ["no"]


async def test_feedback_after_forget_says_that_the_answer_is_gone(agreed: Phone) -> None:
    await agreed.sends_photo(photo())
    answer = await agreed.waits_for("looks most like")
    await agreed.presses("Was this right?", answer)
    asking = await agreed.waits_for(lambda message: "Yes" in buttons(message))
    await agreed.says("/forget")
    await agreed.presses("Yes, remove it all", await agreed.waits_for("cannot be undone"))
    await agreed.waits_for("Done.")
    await agreed.presses("Yes", asking)
    assert await agreed.waits_for_event(toast("not in my journal any more"))


async def test_what_was_right_is_not_asked_of_an_answer_that_is_forgotten(agreed: Phone) -> None:
    await agreed.sends_photo(photo())
    answer = await agreed.waits_for("looks most like")
    await agreed.says("/forget")
    await agreed.presses("Yes, remove it all", await agreed.waits_for("cannot be undone"))
    await agreed.waits_for("Done.")
    await agreed.presses("Was this right?", answer)
    assert await agreed.waits_for_event(toast("not in my journal any more"))
    (now,) = [one for one in (await agreed.state())["messages"] if one["message_id"] == answer["message_id"]]
    assert buttons(now) == buttons(answer)


async def test_in_a_group_only_the_person_who_asked_can_say_whether_it_was_right(
    checkup: Checkup, server: LocalServer, settings: Settings
) -> None:
    async with Phone(server.url, 1) as alone:
        await agree(alone)
    async with Phone(server.url, 1, -5) as anna, Phone(server.url, 2, -5) as ben:
        (sent,) = await anna.sends_photo(photo(), caption="@checkup_local_bot")
        answer = await anna.waits_for("looks most like")
        await ben.presses("Was this right?", answer)
        await ben.waits_for_event(toast("for the person who was asked"))
        await anna.presses("Was this right?", answer)
        asking = await anna.waits_for(lambda message: "Yes" in buttons(message))
        await anna.clears(sent["message_id"])  # nobody can see any more whose photo it was
        await ben.presses("No", asking)
        await ben.waits_for_event(toast("for the person who was asked"))
    assert await _said(settings) == [None]


async def test_in_a_topic_who_began_it_is_not_taken_for_whoever_asked(checkup: Checkup, server: LocalServer) -> None:
    async with Phone(server.url, 1) as alone, Phone(server.url, 1, -5) as anna:
        await agree(alone)
        await anna.sends_photo(photo(), caption="@checkup_local_bot")
        answer = await anna.waits_for("looks most like")
        # Telegram lets what is no reply in a topic answer the message that began it: here the photo is deleted by now.
        group = {"id": -5, "type": "supergroup", "title": "Group", "is_forum": True}
        ben = {"id": 2, "is_bot": False, "first_name": "Ben"}
        begun = {"forum_topic_created": {"name": "Skin", "icon_color": 7322096}, "from": ben}
        (data,) = [one["data"] for row in answer["buttons"] for one in row if one["text"] == "Was this right?"]
        button = {"text": "Was this right?", "callback_data": data}
        place = {"message_id": answer["message_id"], "chat": group, "date": 1795000000, "caption": answer["caption"]}
        place |= {"message_thread_id": 33, "is_topic_message": True, "reply_markup": {"inline_keyboard": [[button]]}}
        place |= {"reply_to_message": {"message_id": 33, "chat": group, "date": 1795000000, **begun}}
        who = {"id": 1, "is_bot": False, "first_name": "Anna"}
        server.send_update(
            "callback_query", {"id": "1", "from": who, "chat_instance": "1", "data": data, "message": place}
        )
        assert await anna.waits_for(lambda message: "Yes" in buttons(message))


async def test_a_thumb_on_an_answer_is_feedback_and_taken_back_with_it(
    agreed: Phone, server: LocalServer, settings: Settings
) -> None:
    await agreed.sends_photo(photo())
    answer = await agreed.waits_for("looks most like")

    async def after(emoji: str, phone: Phone = agreed) -> list[str | None]:
        await phone.reacts(answer, emoji)
        await agreed.says("/start")  # its answer comes after the reaction is handled
        await agreed.waits_for("Good to see you again")
        return await _said(settings)

    assert await after("👍") == ["yes"]
    assert await after("👎") == ["no"]
    assert await after("❤") == [None]
    assert await after("👍") == ["yes"]
    await agreed.presses("Was this right?", answer)
    await agreed.presses("No", await agreed.waits_for(lambda message: "Yes" in buttons(message)))
    await agreed.waits_for_event(toast("Thank you"))
    assert await after("") == ["no"]  # what was said since stays
    async with Phone(server.url, 2, 1001) as other:
        assert await after("👍", other) == ["no"]
