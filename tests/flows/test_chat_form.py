"""A disease asked as questions: one message, one question at a time, and a result at the end; nothing typed is guessed."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import tiny_form
from chat import agree, buttons, toast
from fake_disease import SaysWhatItIsTold, photo, registry
from phone import TIMEOUT, Message, Phone
from wire import Wire

from bot.app import Checkup, answering
from bot.local import LocalServer
from bot.settings import Settings
from bot.store import Store
from classifiers.card import read_card
from classifiers.plugin import load
from classifiers.registry import Registry

NO_FLAG, FLAG, SKIP, BACK, CANCEL = "No, none of this", "Yes, something of this", "I don't know", "◀ Back", "Cancel"
RIGHT = "Yes, that is right"
ROBIN = {"id": 1001, "is_bot": False, "first_name": "Robin", "language_code": "en"}
FORUM = {"id": -5, "type": "supergroup", "title": "Group", "is_forum": True}


@pytest.fixture
def fake_registry(engine: SaysWhatItIsTold, tmp_path: Path) -> Registry:
    """A registry with the photo disease and two forms."""
    thyroid = tiny_form.plugin(tmp_path / "thyroid", id="thyroid", title={"en": "Thyroid"}, red_flags=[])
    return tiny_form.with_form(registry(engine), tiny_form.plugin(tmp_path / "heart"), thyroid)


@pytest.fixture
async def asked(agreed: Phone) -> AsyncIterator[Phone]:
    """Somebody who was asked for their age, the first question."""
    await agreed.says("/heart")
    await agreed.presses(NO_FLAG, await agreed.waits_for("Is any of this happening now?"))
    await agreed.waits_for("1 of 5")
    yield agreed


async def fill(phone: Phone, *answers: str) -> Message:
    """Give answers, one after another: a button where there is such a one, typed otherwise; return the last step."""
    step: Message = {"buttons": []}
    for answer in answers:
        if answer in buttons(step):
            await phone.presses(answer, step)
        else:
            await phone.says(answer)
        step = await phone.waits_for(shows_step)
    return step


def shows_step(message: Message) -> bool:
    """Return whether a message is a step of a form that can be answered."""
    return CANCEL in buttons(message)


def step(words: str) -> Callable[[Message], bool]:
    """Return what recognises a step by its words."""
    return lambda message: shows_step(message) and words in message["text"]


async def journal(settings: Settings) -> list[Any]:
    async with Store.open(settings.database_url) as store:
        return [entry async for entry in store.journal.entries()]


async def kept(settings: Settings, person: int = 1001, chat: int | None = None) -> dict[str, Any] | None:
    async with Store.open(settings.database_url) as store:
        return await store.people.conversation(store.person(person), chat or person)


async def is_gone(settings: Settings) -> bool:
    """Wait until the form is deleted, which is after its result was sent: a kill in between must not lose that."""
    async with asyncio.timeout(TIMEOUT):
        while await kept(settings) is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return True


async def test_a_form_is_asked_in_one_message_confirmed_and_answered(agreed: Phone, settings: Settings) -> None:
    command = await agreed.says("/heart")
    first = await agreed.waits_for("Is any of this happening now?")
    assert "Crushing chest pain" in first["text"]
    assert first["reply_to"] == command["message_id"]
    await agreed.presses(NO_FLAG, first)
    age = await agreed.waits_for("1 of 5")
    assert "How old are you?" in age["text"]
    assert "18 to 110 years" in age["text"]
    assert SKIP not in buttons(age)
    await agreed.says("70")
    await agreed.presses("Male", await agreed.waits_for("2 of 5"))
    await agreed.presses("Yes", await agreed.waits_for("3 of 5"))
    pain = await agreed.waits_for("4 of 5")
    assert "Think of the last four weeks." in pain["text"]
    await agreed.presses("On exertion", pain)
    await agreed.presses(SKIP, await agreed.waits_for("5 of 5"))
    summary = await agreed.waits_for("Is all of this right?")
    assert "Age: 70 years" in summary["text"]
    assert "Chest pain: On exertion" in summary["text"]
    assert "Cholesterol: not known" in summary["text"]
    assert {message["message_id"] for message in (first, age, pain, summary)} == {first["message_id"]}
    await agreed.presses(RIGHT, summary)
    result = await agreed.waits_for("point most to")
    assert result["reply_to"] == command["message_id"]
    for words in (
        "A narrowed heart artery",
        "very likely",
        "Have it seen quickly",
        "▲ Chest pain: On exertion",
        "▲ Age: 70 years",
        "Not known, and worth knowing: Cholesterol. With that, this would be surer.",
        "not a diagnosis",
    ):
        assert words in result["text"]
    assert result["text"].count("speaks for it") == 3  # no more than three are named
    assert buttons(result) == ["About and treatment", "Was this right?"]
    (entry,) = await journal(settings)
    assert (entry.disease, entry.outcome, entry.label, entry.care, entry.alarm) == (
        "heart",
        "sure",
        "disease",
        "urgent",
        True,
    )
    assert await is_gone(settings)
    await agreed.presses("Was this right?", result)
    await agreed.presses("Yes", await agreed.waits_for(lambda message: "No" in buttons(message)))
    await agreed.waits_for_event(toast("Thank you"))
    assert [entry.feedback for entry in await journal(settings)] == ["yes"]


async def test_a_red_flag_calls_for_an_ambulance_and_nothing_is_scored(agreed: Phone, settings: Settings) -> None:
    await agreed.says("/heart")
    await agreed.presses(FLAG, await agreed.waits_for("Is any of this happening now?"))
    told = await agreed.waits_for("Call an ambulance now")
    assert "112" in told["text"]
    assert buttons(told) == []
    assert await journal(settings) == []
    assert await is_gone(settings)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("sixty", "18 to 110 years, for example 54"),
        ("🙂", "cannot read this as one number"),
        ("-60", "I expect a number from 18 to 110 years"),
        ("600", "I expect a number from 18 to 110 years"),
        ("12.03.1964", "cannot read this as one number"),
        ("60 weeks", "one of these units: years"),
    ],
)
async def test_what_is_no_age_is_asked_again(asked: Phone, said: str, told: str) -> None:
    await asked.says(said)
    again = await asked.waits_for(told)
    assert "1 of 5" in again["text"]
    await asked.says("60,0 years")
    assert await asked.waits_for("2 of 5")


async def test_a_number_whose_unit_is_not_clear_is_asked_about_with_buttons(asked: Phone) -> None:
    await fill(asked, "54", "Female", "No", "Never")
    await asked.says("4,9")
    unclear = await asked.waits_for("In which unit")
    assert buttons(unclear)[0] == "4,9 mmol/L"
    await asked.presses("4,9 mmol/L", unclear)
    assert "Cholesterol: 4,9 mmol/L" in (await asked.waits_for("Is all of this right?"))["text"]


async def test_an_answer_that_could_not_be_taken_is_read_again_once_it_is_corrected(asked: Phone) -> None:
    mistyped = await asked.says("fifty")
    await asked.waits_for("cannot read this as one number")
    await asked.edits(mistyped["message_id"], text="fifty-one")
    await asked.waits_for("cannot read this as one number")
    await asked.edits(mistyped["message_id"], text="50")
    sex = await asked.waits_for("2 of 5")
    await asked.edits(mistyped["message_id"], text="Male")  # it is taken: an edit answers no other question
    await asked.presses("Female", sex)
    smokes = await asked.waits_for("3 of 5")
    wrong = await asked.says("sometimes")
    again = await asked.waits_for("tap one of the buttons")
    await asked.presses(SKIP, again)
    await asked.waits_for(lambda message: message["text"] != smokes["text"] and "4 of 5" in message["text"])
    await asked.edits(wrong["message_id"], text="Never")
    await asked.says("/help")
    await asked.waits_for("For a good photo")
    assert not [event for event in asked.seen if "5 of 5" in str(event.get("message"))]


async def test_a_text_in_place_of_a_tap_is_answered_each_time(asked: Phone) -> None:
    await asked.says("60")
    await asked.waits_for("2 of 5")
    await asked.says("neither")
    once = await asked.waits_for("Please tap one of the buttons")
    await asked.says("neither")
    assert (await asked.waits_for("Please tap one of the buttons"))["message_id"] > once["message_id"]


async def test_a_bound_is_taken_as_such_and_said_so(asked: Phone) -> None:
    await asked.says(">90")
    taken = await asked.waits_for("2 of 5")
    assert "I take “>90” as 90 years" in taken["text"]
    await fill(asked, "Female", "No", "Never")
    await asked.says("< 1000 mg/dL")
    assert "from 50 to 700 mg/dL" in (await asked.waits_for("Please check it"))["text"]
    await asked.says("<200 mg/dL")
    summary = await asked.waits_for("Is all of this right?")
    assert "I take “<200 mg/dL” as 200 mg/dL" in summary["text"]
    assert "Cholesterol: <200 mg/dL" in summary["text"]


async def test_of_a_pair_the_number_that_is_asked_for_is_taken_and_said_so(
    server: LocalServer, settings: Settings, engine: SaysWhatItIsTold, phone: Phone, tmp_path: Path
) -> None:
    pressure = {"id": "age", "title": {"en": "Pressure"}, "unit": "mmHg", "range": [50, 300], "example": 130}
    question = {**tiny_form.QUESTIONS[0], **pressure, "first_of": {"en": "the upper number"}}
    form = tiny_form.plugin(tmp_path / "heart", questions__0=question, red_flags=[])
    async with answering(
        settings, api=server.url, token="1:local", registry=tiny_form.with_form(registry(engine), form)
    ):
        await agree(phone)
        await phone.says("/heart")
        await phone.waits_for("1 of 5")
        await phone.says("120/80")
        taken = await phone.waits_for("2 of 5")
    assert "Of “120/80” I take 120 mmHg, the upper number." in taken["text"]


async def test_a_text_where_a_button_is_asked_for_is_taken_only_if_it_is_one_of_them(asked: Phone) -> None:
    await asked.says("54")
    await asked.waits_for("2 of 5")
    await asked.says("neither")
    assert "2 of 5" in (await asked.waits_for("Please tap one of the buttons"))["text"]
    await asked.says("female")
    assert await asked.waits_for("3 of 5")


async def test_back_shows_what_was_said_and_keeps_the_rest(asked: Phone) -> None:
    smoker = await fill(asked, "54", "Female")
    await asked.presses(BACK, smoker)
    sex = await asked.waits_for(step("2 of 5"))
    assert "Keep: Female" in buttons(sex)
    await asked.presses(BACK, sex)
    await asked.says("55")
    await asked.waits_for(step("3 of 5"))  # sex stands
    await asked.presses(BACK)
    await asked.presses("Keep: Female", await asked.waits_for(step("2 of 5")))
    assert await asked.waits_for(step("3 of 5"))


async def test_an_answer_can_be_changed_from_the_summary(asked: Phone) -> None:
    summary = await fill(asked, "54", "Female", "No", "Never", SKIP)
    await asked.presses("Change an answer", summary)
    await asked.presses("Smoking", await asked.waits_for("Which answer do you want to change?"))
    await asked.presses("Yes", await asked.waits_for(step("3 of 5")))
    assert "Smoking: Yes" in (await asked.waits_for("Is all of this right?"))["text"]


async def test_a_second_tap_does_not_answer_the_next_question(asked: Phone, settings: Settings) -> None:
    await asked.says("54")
    sex = await asked.waits_for("2 of 5")
    await asked.presses("Female", sex)
    await asked.waits_for("3 of 5")
    form = await kept(settings)
    assert form is not None
    assert form["answers"] == {"age": 54.0, "sex": "F"}


async def test_a_photo_in_the_middle_is_answered_and_the_form_goes_on_below(asked: Phone) -> None:
    await asked.says("54")
    before = await asked.waits_for("2 of 5")
    await asked.sends_photo(photo())
    await asked.waits_for("looks most like")
    below = await asked.waits_for("2 of 5")
    assert below["message_id"] > before["message_id"]
    assert await asked.waits_for(lambda one: one["message_id"] == before["message_id"] and not buttons(one))
    await asked.presses("Female", below)
    assert (await asked.waits_for("3 of 5"))["message_id"] == below["message_id"]


async def test_a_form_survives_a_restart(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone
) -> None:
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await agree(phone)
        await phone.says("/thyroid")
        before = await phone.waits_for("1 of 5")
        await phone.says("54")
        await phone.waits_for("2 of 5")
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await phone.presses("Female", before | {"buttons": (await phone.state())["messages"][-2]["buttons"]})
        assert "Do you smoke?" in (await phone.waits_for("3 of 5"))["text"]


async def test_a_second_command_asks_whether_to_go_on_or_to_start_over(asked: Phone, settings: Settings) -> None:
    await asked.says("54")
    old = await asked.waits_for("2 of 5")
    await asked.says("/heart")
    question = await asked.waits_for("Do you want to go on with it?")
    assert buttons(question) == ["Go on with it", "Start over"]
    await asked.presses("Go on with it", question)
    here = await asked.waits_for(step("2 of 5"))
    assert here["message_id"] == question["message_id"]
    await asked.waits_for(lambda one: one["message_id"] == old["message_id"] and not buttons(one))
    await asked.says("/heart")
    await asked.presses("Start over", await asked.waits_for("Do you want to go on with it?"))
    await asked.waits_for("Is any of this happening now?")
    form = await kept(settings)
    assert form is not None
    assert form["answers"] == {}


async def test_another_form_can_be_started_instead(asked: Phone) -> None:
    await asked.says("/thyroid")
    question = await asked.waits_for("in the middle of Heart (1 of 5)")
    await asked.presses("Start: Thyroid", question)
    assert "Thyroid" in (await asked.waits_for(step("1 of 5")))["text"]


async def test_a_form_that_has_hardly_begun_is_not_called_nearly_done(agreed: Phone) -> None:
    await agreed.says("/heart")
    await agreed.waits_for("Is any of this happening now?")
    await agreed.says("/thyroid")
    assert await agreed.waits_for("in the middle of Heart (1 of 5)")


async def test_a_form_that_is_started_over_leaves_no_buttons_above(asked: Phone) -> None:
    first = (await asked.state())["messages"][-1]
    assert CANCEL in buttons(first)
    await asked.says("/heart")
    await asked.presses("Start over", await asked.waits_for("Do you want to go on with it?"))
    await asked.waits_for("Is any of this happening now?")
    assert await asked.waits_for(lambda one: one["message_id"] == first["message_id"] and not buttons(one))


async def test_a_result_leaves_no_buttons_below_the_answers(asked: Phone) -> None:
    summary = await fill(asked, "70", "Male", "Yes", "On exertion", SKIP)
    await asked.presses(RIGHT, summary)
    await asked.waits_for("point most to")
    assert await asked.waits_for(lambda one: one["message_id"] == summary["message_id"] and not buttons(one))


async def test_cancel_removes_the_answers(asked: Phone, settings: Settings) -> None:
    await asked.says("54")
    await asked.waits_for("2 of 5")
    await asked.says("/cancel")
    await asked.waits_for("Your answers are removed")
    assert await is_gone(settings)
    await asked.says("/cancel")
    assert await asked.waits_for("nothing to cancel")
    await asked.says("55")
    assert await asked.waits_for("I only understand photos and commands")


async def test_the_cancel_button_removes_the_answers_too(asked: Phone, settings: Settings) -> None:
    await asked.presses(CANCEL)
    assert buttons(await asked.waits_for("Cancelled")) == []
    assert await is_gone(settings)


async def test_forget_removes_a_half_filled_form(asked: Phone, settings: Settings) -> None:
    await asked.says("/forget")
    await asked.presses("Yes, remove it all", await asked.waits_for("cannot be undone"))
    assert "forms not finished: 1" in (await asked.waits_for("Done."))["text"]
    assert await is_gone(settings)
    await asked.presses(CANCEL)
    assert await asked.waits_for_event(toast("no longer valid"))


async def test_a_form_and_a_photo_before_consent_are_each_answered(checkup: Checkup, phone: Phone) -> None:
    for asked in ("/heart", "/thyroid"):
        command = await phone.says(asked)
        assert (await phone.waits_for("I begin to ask"))["reply_to"] == command["message_id"]
        (sent,) = await phone.sends_photo(photo())
        assert (await phone.waits_for("I have your photo"))["reply_to"] == sent["message_id"]


async def test_a_form_asks_for_consent_first_and_begins_when_it_is_given(checkup: Checkup, phone: Phone) -> None:
    await phone.says("/heart")
    asking = await phone.waits_for("18 or over")
    assert "I begin to ask" in asking["text"]
    await phone.presses("I am 18 or over and I agree", asking)
    assert await phone.waits_for("Is any of this happening now?")


async def test_in_a_group_only_the_person_who_asked_can_answer(checkup: Checkup, server: LocalServer) -> None:
    async with Phone(server.url, 1) as alone:
        await agree(alone)
    async with Phone(server.url, 1, -5) as anna, Phone(server.url, 2, -5) as ben:
        await anna.says("/heart@checkup_local_bot")
        first = await anna.waits_for("Is any of this happening now?")
        await ben.presses(FLAG, first)
        await ben.waits_for_event(toast("for the person who was asked"))
        await anna.presses(NO_FLAG, first)
        age = await anna.waits_for("1 of 5")
        await anna.says("54")  # not said to the bot
        await anna.says("55", reply_to=age["message_id"])
        await anna.waits_for("2 of 5")
        for answer in ("Male", "No", "Never", SKIP, RIGHT):
            await anna.presses(answer)
            result = await anna.waits_for(lambda one: bool(buttons(one)))
        await ben.presses("Was this right?", result)
        assert await ben.waits_for_event(toast("for the person who was asked"))


async def test_in_a_group_what_is_said_to_another_s_form_answers_no_question_of_one_s_own(
    checkup: Checkup, server: LocalServer
) -> None:
    async with Phone(server.url, 1, -5) as anna, Phone(server.url, 2, -5) as ben:
        ages = []
        for phone in (anna, ben):
            async with Phone(server.url, 1 if phone is anna else 2) as alone:
                await agree(alone)
            asked = (await phone.says("/heart@checkup_local_bot"))["message_id"]
            flags = await phone.waits_for(lambda one, asked=asked: one["reply_to"] == asked)
            await phone.presses(NO_FLAG, flags)
            ages.append(await phone.waits_for(lambda one, asked=asked: one["reply_to"] == asked))
        await ben.says("33", reply_to=ages[0]["message_id"])
        await ben.says("ninety", reply_to=ages[1]["message_id"])
        told = await ben.waits_for("cannot read this as one number")
        assert "1 of 5" in told["text"]


async def test_in_a_group_what_is_said_to_another_answer_of_the_bot_s_answers_no_question_of_a_form(
    checkup: Checkup, server: LocalServer
) -> None:
    async with Phone(server.url, 1) as alone, Phone(server.url, 1, -5) as phone:
        await agree(alone)
        await phone.sends_photo(photo(), caption="@checkup_local_bot")
        answer = await phone.waits_for("looks most like")
        await phone.says("/thyroid@checkup_local_bot")
        age = await phone.waits_for("1 of 5")
        await phone.says("54", reply_to=answer["message_id"])
        await phone.says("fifty", reply_to=age["message_id"])
        await phone.waits_for("cannot read this as one number")
        assert not [event for event in phone.seen if "2 of 5" in str(event.get("message"))]


@pytest.mark.parametrize("told_in", ["the old chat", "the new chat"])
async def test_a_form_goes_along_when_its_group_becomes_a_supergroup(
    checkup: Checkup, server: LocalServer, settings: Settings, told_in: str
) -> None:
    async with Phone(server.url, 1) as alone:
        await agree(alone)
    before, after = {"id": -5, "type": "group", "title": "G"}, {"id": -100555, "type": "supergroup", "title": "G"}
    told = {
        "the old chat": {"message_id": 10**6, "date": 1795000000, "chat": before, "migrate_to_chat_id": -100555},
        "the new chat": {"message_id": 1, "date": 1795000000, "chat": after, "migrate_from_chat_id": -5},
    }
    async with Phone(server.url, 1, -5) as group, Phone(server.url, 1, -100555) as supergroup:
        await group.says("/heart@checkup_local_bot")
        await group.presses(NO_FLAG, await group.waits_for("Is any of this happening now?"))
        await group.waits_for("1 of 5")
        server.send_update("message", told[told_in])
        async with asyncio.timeout(TIMEOUT):
            while await kept(settings, 1, -100555) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await supergroup.says("/heart@checkup_local_bot")
        await supergroup.presses("Go on with it", await supergroup.waits_for("You are in the middle"))
        assert await supergroup.waits_for("1 of 5")


async def test_a_form_of_a_group_that_moved_lets_messages_with_its_numbers_be(
    checkup: Checkup, server: LocalServer, settings: Settings
) -> None:
    before = {"id": -5, "type": "group", "title": "G"}
    async with (
        Phone(server.url, 1) as alone,
        Phone(server.url, 1, -5) as group,
        Phone(server.url, 1, -100555) as supergroup,
    ):
        await agree(alone)
        await group.says("/heart@checkup_local_bot")
        form = await group.waits_for("Is any of this happening now?")
        state = server._state
        assert state is not None
        known = state.message(-5, form["message_id"])
        assert known is not None
        state.add(dataclasses.replace(known, chat_id=-100555, text="another's"))
        moved = {"message_id": 10**6, "date": 1795000000, "chat": before, "migrate_to_chat_id": -100555}
        server.send_update("message", moved)
        async with asyncio.timeout(TIMEOUT):
            while await kept(settings, 1, -100555) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await supergroup.says("/heart@checkup_local_bot")
        await supergroup.presses("Go on with it", await supergroup.waits_for("You are in the middle"))
        form = await supergroup.waits_for("Is any of this happening now?")
        await supergroup.presses(NO_FLAG, form)
        assert (await supergroup.waits_for("1 of 5"))["message_id"] == form["message_id"]
        untouched = state.message(-100555, known.message_id)
        assert untouched is not None
        assert (untouched.text, untouched.markup) == ("another's", known.markup)


async def test_a_form_stays_in_its_topic_though_its_command_and_its_message_are_deleted_or_its_disease_is_gone(
    server: LocalServer, settings: Settings, engine: SaysWhatItIsTold, fake_registry: Registry
) -> None:
    def writes(text: str, **more: Any) -> None:
        command = {"type": "bot_command", "offset": 0, "length": len(text)}
        message = {"message_id": 900, "date": 1795000000, "from": ROBIN, "chat": FORUM, "text": text, **more}
        entities = [command] if text.startswith("/") else []
        server.send_update(
            "message", message | {"entities": entities, "message_thread_id": 33, "is_topic_message": True}
        )

    async with Phone(server.url, 1001) as alone, Phone(server.url, 1001, -5) as phone:
        await phone.says("hello")  # and is a member from then on
        async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
            await agree(alone)
            writes("/heart@checkup_local_bot")  # which the server does not know, as if it was deleted since
            await phone.presses(NO_FLAG, await phone.waits_for("Is any of this happening now?"))
            form = await phone.waits_for("1 of 5")
            await phone.clears(form["message_id"])
            bot = {"id": 1, "is_bot": True, "first_name": "Checkup"}
            number = {"message_id": form["message_id"]}
            writes("54", reply_to_message=number | {"date": 1795000000, "from": bot, "chat": FORUM})
            form = await phone.waits_for("2 of 5")
            assert form["topic"] == 33
        async with answering(settings, api=server.url, token="1:local", registry=registry(engine)):
            await phone.presses(BACK, form)
            assert (await phone.waits_for("cannot ask about this at the moment"))["topic"] == 33
        async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
            server.faults.add("editMessageText", "400", description="Bad Request: message can't be edited")
            await phone.presses(CANCEL, form)
            assert (await phone.waits_for("Your answers are removed"))["topic"] == 33


async def test_forms_are_in_the_menu_and_in_the_list(checkup: Checkup, phone: Phone) -> None:
    commands = [command["command"] for command in (await phone.state())["bot"]["commands"]]
    assert {"heart", "thyroid", "cancel"} < set(commands)
    await phone.says("/diseases")
    assert "I ask you a few questions" in (await phone.waits_for("Heart /heart"))["text"]


async def test_an_answer_that_comes_again_after_a_crash_does_not_answer_the_next_question(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone, wire: Wire
) -> None:
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await agree(phone)
        await phone.says("/thyroid")
        await phone.waits_for("1 of 5")
    await phone.says("54")
    (update,) = await wire.call("getUpdates")
    form = await kept(settings)
    assert form is not None
    taken = form | {"answers": {"age": 54.0}, "at": "cholesterol", "update": update["update_id"]}
    async with Store.open(settings.database_url) as store:
        await store.people.save_conversation(store.person(1001), 1001, taken, now=datetime.now(UTC))
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await phone.waits_for("5 of 5")
        form = await kept(settings)
    assert form is not None
    assert form["answers"] == {"age": 54.0}


async def test_a_form_whose_questions_changed_meanwhile_keeps_what_still_fits(
    server: LocalServer,
    settings: Settings,
    engine: SaysWhatItIsTold,
    fake_registry: Registry,
    phone: Phone,
    tmp_path: Path,
) -> None:
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await agree(phone)
        await phone.says("/thyroid")
        await phone.waits_for("1 of 5")
        await fill(phone, "54", "Female", "Yes", "Never")
    fewer = tiny_form.content("form_of_fewer", id="thyroid", red_flags=[], questions__4=...)
    fewer["questions"][0] |= {"range": [60, 110], "example": 65}
    path = tiny_form.write(tmp_path / "fewer", fewer, model="form_of_fewer")
    changed = tiny_form.with_form(registry(engine), load(read_card(path)))
    async with answering(settings, api=server.url, token="1:local", registry=changed):
        await phone.says("66")  # meant for the question that is gone
        again = await phone.waits_for("1 of 4")
        await phone.says("65")
        assert "Smoking: Yes" in (await phone.waits_for("Is all of this right?"))["text"]
    assert "How old are you?" in again["text"]


async def test_a_disease_that_is_gone_says_so_and_can_be_cancelled(
    server: LocalServer, settings: Settings, engine: SaysWhatItIsTold, fake_registry: Registry, phone: Phone
) -> None:
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await agree(phone)
        await phone.says("/thyroid")
        await phone.waits_for("1 of 5")
    async with answering(settings, api=server.url, token="1:local", registry=registry(engine)):
        await phone.says("54")
        await phone.waits_for("cannot ask about this at the moment")
        await phone.says("/cancel")
        await phone.waits_for("Your answers are removed")
    assert await is_gone(settings)
