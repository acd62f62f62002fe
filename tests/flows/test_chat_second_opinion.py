"""A doctor's second opinion: asked for by tap, taken by one reviewer, answered by buttons and words, gone when it is over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from chat import ADMIN, agree, buttons, toast
from databases import sqlite_url
from fake_disease import photo
from phone import TIMEOUT, Message, Phone

from bot.app import Checkup, answering
from bot.local import LocalServer
from bot.settings import Settings
from bot.store import Store
from classifiers.registry import Registry

GROUP, SUPERGROUP = -500, -100500
ANNA, BEN = 11, 12  # reviewers
ASK, SEND, TAKE = "Ask a doctor", "Yes, send it to the doctors", "I take this"


def case_of(number: int) -> Callable[[Message], bool]:
    """Return what recognises the message with the buttons."""
    return lambda message: f"Second opinion {number}" in (message["text"] or "") and bool(message["buttons"])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a group of reviewers."""
    database = sqlite_url(tmp_path)
    return Settings.read({"CHECKUP_DATABASE": database, "CHECKUP_ADMINS": str(ADMIN), "CHECKUP_REVIEWERS": str(GROUP)})


@pytest.fixture
async def anna(server: LocalServer) -> AsyncIterator[Phone]:
    """A reviewer."""
    async with Phone(server.url, ANNA, GROUP) as phone:
        await phone.says("hello")  # the group knows the bot
        yield phone


@pytest.fixture
async def ben(server: LocalServer) -> AsyncIterator[Phone]:
    """Another one."""
    async with Phone(server.url, BEN, GROUP) as phone:
        yield phone


async def holder_first(settings: Settings, anna: Phone, ben: Phone) -> tuple[Phone, Phone]:
    """Return both reviewers, the one first who has taken the one second opinion."""
    async with Store.open(settings.database_url, bot=1) as store:
        [opinion] = await store.opinions.in_group(GROUP)
        return (anna, ben) if opinion.reviewer == store.person(ANNA) else (ben, anna)


def leaves(server: LocalServer, reviewer: int) -> None:
    """Let the bot see that somebody left the group."""
    someone = {"id": reviewer, "is_bot": False, "first_name": "X"}
    group = {"id": GROUP, "type": "group", "title": "Group"}
    server.send_update(
        "message", {"message_id": 9**6, "date": 1795000000, "chat": group, "from": someone, "left_chat_member": someone}
    )


async def asks(person: Phone) -> Message:
    """Send a photo, ask a doctor about the answer, agree; return the message that says it is sent."""
    await person.sends_photo(photo())
    await person.presses(ASK, await person.waits_for("looks most like"))
    await person.presses(SEND, await person.waits_for("Shall a doctor look"))
    return await person.waits_for("The doctors have your photo now")


async def test_one_reviewer_takes_it_and_buttons_and_words_go_both_ways(
    agreed: Phone, anna: Phone, ben: Phone, settings: Settings
) -> None:
    await asks(agreed)
    case = await anna.waits_for(case_of(1))
    assert "This looks most like Mole" in case["text"]
    assert "Speaks: English" in case["text"]
    shown = [message for message in (await anna.state())["messages"] if message["media"]]
    assert len(shown) == 2
    assert "Robin" not in json.dumps(await anna.state())
    await asyncio.gather(anna.presses(TAKE, case), ben.presses(TAKE, case))
    taken = await anna.waits_for("has taken this")
    assert await anna.waits_for_event(toast("Somebody else has taken this"))
    mine, other = await holder_first(settings, anna, ben)
    await other.presses("I agree: Mole", taken)
    assert await anna.waits_for_event(toast("Somebody else has taken this"))
    await mine.presses("I agree: Mole", taken)
    await mine.presses("Within a few weeks", await anna.waits_for(lambda message: "Within days" in buttons(message)))
    answer = await agreed.waits_for("A doctor has looked")
    assert "They agree that it looks most like Mole" in answer["text"]
    assert "within a few weeks" in answer["text"]
    assert "has answered: Mole and Within a few weeks" in (await anna.waits_for("has answered"))["text"]
    await mine.says("Does it <b>itch</b>?", reply_to=case["message_id"])
    words = await agreed.waits_for("The doctor writes")
    assert "Does it <b>itch</b>?" in words["text"]
    await anna.waits_for("Sent to the person")
    await other.says("I think she is wrong", reply_to=case["message_id"])
    assert await anna.waits_for("Not sent")
    await agreed.says("No, not at all", reply_to=words["message_id"])
    assert await agreed.waits_for("passed this on")
    assert "No, not at all" in (await anna.waits_for("the person writes"))["text"]
    await agreed.sends_photo(photo(300, 300), caption="Here once more", reply_to=words["message_id"])
    assert (await anna.waits_for("Here once more"))["media"]["kind"] == "photo"
    assert not any("I think she is wrong" in str(event) for event in agreed.seen)
    async with Store.open(settings.database_url, bot=1) as store:
        [entry] = [entry async for entry in store.journal.entries()]
        assert (entry.review_label, entry.review_care) == ("nv", "soon")
        assert [tuple(row) for row in await store.opinions.agreement()] == [("skin", "2026.1", "sure", "nv", "nv", 1)]


async def test_a_photo_in_a_file_that_is_called_something_else_is_shown_to_the_reviewers(
    agreed: Phone, anna: Phone
) -> None:
    await agreed.sends_photo(photo(), kind="document", name="scan.pdf", mime="application/pdf")
    await agreed.presses(ASK, await agreed.waits_for("looks most like"))
    await agreed.presses(SEND, await agreed.waits_for("Shall a doctor look"))
    await anna.waits_for(case_of(1))
    assert len([message for message in (await anna.state())["messages"] if message["media"]]) == 2


async def test_who_takes_it_back_or_uses_forget_leaves_nothing_in_the_group_nor_on_the_disk(
    agreed: Phone, anna: Phone, settings: Settings
) -> None:
    sent = await asks(agreed)
    case = await anna.waits_for(case_of(1))
    await agreed.presses("Take it back", sent)
    await agreed.waits_for("Taken back")
    assert [message["text"] for message in (await anna.state())["messages"]] == ["hello"]
    await anna.waits_for_event(lambda event: event["kind"] == "deleted" and case["message_id"] in event["message_ids"])
    await agreed.presses(ASK, await _answer(agreed))
    await agreed.presses(SEND, await agreed.waits_for("Shall a doctor look"))
    second = await anna.waits_for(case_of(2))
    await anna.presses(TAKE, second)
    await anna.waits_for("has taken this")
    await anna.says("my own words", reply_to=second["message_id"])
    words = await agreed.waits_for("my own words")
    # After two days Telegram lets no message be deleted any more.
    await anna.post(
        "faults", method="deleteMessage", kind="400", times=99, description="Bad Request: message can't be deleted"
    )
    async with Store.open(settings.database_url, bot=1) as store:
        [opinion] = await store.opinions.in_group(GROUP)
    await agreed.says("/forget")
    await agreed.presses("Yes, remove it all", await agreed.waits_for("cannot be undone"))
    assert "Removed from the doctors' group: 1" in (await agreed.waits_for("Done."))["text"]
    left = (await anna.state())["messages"]
    assert {message["text"] for message in left if message["from"] == "bot" and not message["media"]} == {"Removed."}
    assert all(message["media"]["width"] == 120 and not message["caption"] for message in left if message["media"])
    folder = Path(settings.database_url.removeprefix("sqlite:///")).parent
    kept = b"".join(file.read_bytes() for file in folder.glob("checkup.db*"))
    assert len(opinion.files) == 2
    assert not [name for _, name in opinion.files if name.encode() in kept]
    assert b"my own words" not in kept
    await agreed.says("hello?", reply_to=words["message_id"])
    assert await agreed.waits_for("/start")


async def _answer(person: Phone) -> Message:
    return next(one for one in (await person.state())["messages"] if ASK in buttons(one))


async def test_a_reviewer_who_leaves_and_one_who_gives_it_back_leave_it_to_the_others(
    agreed: Phone, anna: Phone, ben: Phone, server: LocalServer
) -> None:
    await asks(agreed)
    await ben.presses(TAKE, await anna.waits_for(case_of(1)))
    await ben.presses("Give it back", await anna.waits_for("has taken this"))
    await ben.presses(TAKE, await anna.waits_for("Nobody has taken this yet"))
    await anna.waits_for("has taken this")
    leaves(server, BEN)
    free = await anna.waits_for("Nobody has taken this yet")
    await anna.waits_for("This waits for an answer")
    await anna.presses(TAKE, free)
    await anna.presses("Choose an answer", await anna.waits_for("has taken this"))
    await anna.presses("None of these", await anna.waits_for(lambda message: "None of these" in buttons(message)))
    await anna.presses("Within days", await anna.waits_for(lambda message: "Within days" in buttons(message)))
    assert "none of what I know" in (await agreed.waits_for("A doctor has looked"))["text"]


async def test_what_a_reviewer_corrects_and_the_files_they_send_go_to_the_person_without_their_name(
    agreed: Phone, anna: Phone, ben: Phone
) -> None:
    await asks(agreed)
    case = await anna.waits_for(case_of(1))
    await anna.presses(TAKE, case)
    await anna.waits_for("has taken this")
    words = await anna.says("Come in a week", reply_to=case["message_id"])
    first = await agreed.waits_for("Come in a week")
    await anna.edits(words["message_id"], "Come in a month")
    corrected = await agreed.waits_for("Come in a month")
    assert "The doctor corrects what they wrote" in corrected["text"]
    not_hers = await ben.says("I would not", reply_to=case["message_id"])
    await anna.waits_for("Not sent: only who has taken this")
    await ben.edits(not_hers["message_id"], "I would not wait")
    await anna.waits_for("Not sent: only who has taken this")
    for kind, name in (("photo", "a.jpg"), ("document", "leaflet.pdf"), ("voice", "a.ogg")):
        content = photo(300, 300) if kind == "photo" else b"%PDF-1.4"
        await anna.sends_photo(content, kind=kind, name=name, caption=f"My {kind}", reply_to=case["message_id"])
        shown = await agreed.waits_for(f"My {kind}")
        assert (shown["media"]["kind"], "The doctor sends you this" in shown["caption"]) == (kind, True)
        await anna.waits_for("Sent to the person")
    await agreed.says("Thank you", reply_to=shown["message_id"])
    await anna.waits_for("Thank you")
    await anna.sends_photo(photo(200, 200), kind="sticker", reply_to=case["message_id"])
    await anna.waits_for("Not sent: words, photos, files and recordings")
    said = await agreed.says("It itches", reply_to=first["message_id"])
    await anna.waits_for("It itches")
    await agreed.edits(said["message_id"], "It itches at night")
    assert "the person corrects what they wrote" in (await anna.waits_for("It itches at night"))["text"]
    assert not any("I would not" in str(event) for event in agreed.seen)


async def test_an_administrator_who_writes_in_the_group_s_name_is_told_why_that_does_not_go_on(
    agreed: Phone, anna: Phone, server: LocalServer
) -> None:
    await asks(agreed)
    case = await anna.waits_for(case_of(1))
    await anna.presses(TAKE, case)
    await anna.waits_for("has taken this")
    group, bot = {"id": GROUP, "type": "group", "title": "Group"}, {"id": 1, "is_bot": True, "first_name": "Checkup"}
    asked = {"message_id": case["message_id"], "date": 1795000000, "chat": group, "from": bot, "text": case["text"]}
    nobody = {"id": 1087968824, "is_bot": True, "first_name": "Group"}  # in whose name Telegram says it
    words = {"message_id": 10**6, "date": 1795000000, "chat": group, "from": nobody, "sender_chat": group, "text": "x"}
    server.send_update("message", words | {"reply_to_message": asked})
    assert await anna.waits_for("Remain anonymous")
    channel = {"id": -100777, "type": "channel", "title": "Channel"}
    server.send_update("message", words | {"sender_chat": channel, "reply_to_message": asked})
    told = await anna.waits_for("under your own name")
    assert "Not sent" in told["text"]


async def test_words_of_any_length_go_on_whole_both_ways_below_a_file_too(agreed: Phone, anna: Phone) -> None:
    await asks(agreed)
    case = await anna.waits_for(case_of(1))
    await anna.presses(TAKE, case)
    await anna.waits_for("has taken this")
    long, below = "Come-back. " * 370 + "END", "On-a-file. " * 92 + "END"  # about as long as Telegram lets them be
    await anna.says(long, reply_to=case["message_id"])
    first = await agreed.waits_for("The doctor writes")
    assert first["text"].count("Come-back.") + (await agreed.waits_for("END"))["text"].count("Come-back.") == 370
    await anna.sends_photo(photo(300, 300), caption=below, reply_to=case["message_id"])
    assert (await agreed.waits_for("The doctor sends you this"))["media"]["kind"] == "photo"
    assert (await agreed.waits_for("END"))["text"].count("On-a-file.") == 92
    await agreed.says(long, reply_to=first["message_id"])
    shown = (await anna.waits_for("the person writes"))["text"]
    assert shown.count("Come-back.") + (await anna.waits_for("END"))["text"].count("Come-back.") == 370
    await agreed.waits_for("I have passed this on")
    await agreed.sends_photo(photo(300, 300), caption=below, reply_to=first["message_id"])
    assert (await anna.waits_for("the person sends this"))["media"]["kind"] == "photo"
    assert (await anna.waits_for("END"))["text"].count("On-a-file.") == 92
    await agreed.waits_for("I have passed this on")


async def test_a_person_s_photos_and_pdf_files_go_to_the_reviewers_without_names_and_what_cannot_go_is_said(
    agreed: Phone, anna: Phone
) -> None:
    await asks(agreed)
    case = await anna.waits_for(case_of(1))
    await anna.presses(TAKE, case)
    await anna.waits_for("has taken this")
    await anna.says("Show me the report", reply_to=case["message_id"])
    words = await agreed.waits_for("Show me the report")
    files = ((b"%PDF-1.4 my values", "Robin.pdf", "as it is"), (photo(kind="PNG"), "Robin.png", "passed this on"))
    for content, name, told in files:
        await agreed.sends_photo(content, kind="document", name=name, reply_to=words["message_id"])
        await agreed.waits_for(told)
        shown = await anna.waits_for("the person sends this")
        assert "Robin" not in json.dumps(shown["media"])
        assert shown["media"]["kind"] == ("document" if name.endswith("pdf") else "photo")
    for kind in ("voice", "document", "sticker"):
        await agreed.sends_photo(b"no picture", kind=kind, name="a.zip", reply_to=words["message_id"])
        await agreed.waits_for("I have not passed this on")
    await agreed.says("/forget")
    await agreed.presses("Yes, remove it all", await agreed.waits_for("cannot be undone"))
    await agreed.waits_for("Removed from the doctors' group: 1")
    left = [one for one in (await anna.state())["messages"] if one["from"] == "bot"]
    assert left == []


async def test_a_group_that_becomes_a_supergroup_keeps_what_it_was_asked_and_whoever_has_it(
    agreed: Phone, anna: Phone, server: LocalServer, settings: Settings
) -> None:
    await asks(agreed)
    case = await anna.waits_for(case_of(1))
    async with Phone(server.url, ANNA, SUPERGROUP) as after:
        await after.says("hello")
        others = (await after.says("a message with a number of its own"))["message_id"]
        moved = "Bad Request: group chat was upgraded to a supergroup chat"
        server.faults.add("editMessageText", "400", description=moved, parameters={"migrate_to_chat_id": SUPERGROUP})
        await anna.presses(TAKE, case)
        group = {"id": GROUP, "type": "group", "title": "G"}
        told = {"message_id": 10**6, "date": 1795000000, "chat": group, "migrate_to_chat_id": SUPERGROUP}
        server.send_update("message", told)
        again = await after.waits_for("One of you has taken this")
        assert "This looks most like Mole" in again["text"]
        for words in ("I agree: Mole", "Within a few weeks"):
            await after.presses(words, again)
            again = await after.waits_for(case_of(1))
        answer = await agreed.waits_for("A doctor has looked")
        await agreed.says("And the other one?", reply_to=answer["message_id"])
        await after.waits_for("And the other one?")
        server.send_update("message", told | {"message_id": 10**6 + 1})  # once more: nothing is shown twice
        await agreed.sends_photo(photo(480, 640))
        await agreed.presses(ASK, await agreed.waits_for("looks most like"))
        await agreed.presses(SEND, await agreed.waits_for("Shall a doctor look"))
        await after.waits_for(case_of(2))
        shown = [
            one["text"] for one in (await after.state())["messages"] if "Second opinion 1</b>" in (one["html"] or "")
        ]
        assert len(shown) == 1
        await agreed.says("/forget")
        await agreed.presses("Yes, remove it all", await agreed.waits_for("cannot be undone"))
        await agreed.waits_for("Removed from the doctors' group: 2")
        left = (await after.state())["messages"]
        assert others in [one["message_id"] for one in left]
        assert {one["from"] for one in left} == {"person"}


async def test_what_a_tap_could_not_show_the_next_one_shows_and_an_answer_whose_reviewer_left_finds_another(
    agreed: Phone, anna: Phone, ben: Phone, server: LocalServer
) -> None:
    await asks(agreed)
    case = await anna.waits_for(case_of(1))
    server.faults.add("editMessageText", "500", times=2)
    await anna.presses(TAKE, case)
    taken = await anna.waits_for("has taken this")  # the second attempt finds it taken, and shows it
    for words in ("I agree: Mole", "Within a few weeks"):
        await anna.presses(words, taken)
        taken = await anna.waits_for(case_of(1))
    answer = await agreed.waits_for("A doctor has looked")
    leaves(server, ANNA)
    await agreed.says("May I swim?", reply_to=answer["message_id"])
    await anna.waits_for("May I swim?")
    await ben.presses(TAKE, await anna.waits_for("Nobody has taken this yet"))
    await anna.waits_for("has taken this")
    await ben.says("Yes, do", reply_to=case["message_id"])
    assert await agreed.waits_for("Yes, do")


@pytest.mark.parametrize("method", ["sendMessage", "editMessageMedia", "editMessageText"])
async def test_where_answers_of_telegram_s_are_lost_nothing_of_a_person_stands_where_the_bot_does_not_know_it(
    agreed: Phone, anna: Phone, server: LocalServer, method: str
) -> None:
    await agreed.sends_photo(photo())
    await agreed.presses(ASK, await agreed.waits_for("looks most like"))
    asked = await agreed.waits_for("Shall a doctor look")
    server.faults.add(method, "reply_lost", times=3)
    await agreed.presses(SEND, asked)
    sent = await agreed.waits_for("The doctors have your photo now")
    case = await anna.waits_for(case_of(1))
    await anna.presses(TAKE, case)
    await anna.waits_for("has taken this")
    await anna.says("Does it itch?", reply_to=case["message_id"])
    words = await agreed.waits_for("Does it itch?")
    for own in (b"", photo(300, 300)):
        server.faults.add(method, "reply_lost", times=2)
        if own:
            await agreed.sends_photo(own, caption="My very own words", reply_to=words["message_id"])
        else:
            await agreed.says("My very own words", reply_to=words["message_id"])
        await agreed.waits_for("I have passed this on")
    assert len([one for one in (await anna.state())["messages"] if one["media"]]) == 3
    server.faults.clear()
    server.faults.add("editMessageText", "500", times=2)
    await agreed.presses("Take it back", sent)
    assert await agreed.waits_for("Taken back")
    left = [one for one in (await anna.state())["messages"] if one["from"] == "bot"]
    assert all(one["text"] == "Sent to the person." or one["text"].endswith("…") for one in left)
    assert not [one for one in left if one["media"] or one["buttons"]]


@pytest.mark.parametrize(
    ("gone", "told", "shown"), [(1, "The doctors have your photo now", 1), (2, "nothing was sent", 0)]
)
async def test_a_photo_that_telegram_has_no_more_leaves_no_gap_in_the_group_and_without_any_nothing_is_sent(
    agreed: Phone, anna: Phone, server: LocalServer, gone: int, told: str, shown: int
) -> None:
    await agreed.sends_photo(photo())
    await agreed.presses(ASK, await agreed.waits_for("looks most like"))
    asked = await agreed.waits_for("Shall a doctor look")
    unknown = "Bad Request: wrong file_id or the file is temporarily unavailable"
    server.faults.add("editMessageMedia", "400", times=gone, description=unknown)
    await agreed.presses(SEND, asked)
    await agreed.waits_for(told)
    left = [one for one in (await anna.state())["messages"] if one["from"] == "bot"]
    assert [bool(one["media"]) for one in left] == [True, False][: 2 * shown]


async def test_where_a_server_cannot_put_a_photo_in_a_text_s_place_it_comes_by_itself_and_goes_with_the_rest(
    agreed: Phone, anna: Phone, server: LocalServer
) -> None:
    await agreed.sends_photo(photo())
    await agreed.presses(ASK, await agreed.waits_for("looks most like"))
    asked = await agreed.waits_for("Shall a doctor look")
    old = "Bad Request: there is no media in the message to edit"
    server.faults.add("editMessageMedia", "400", times=2, description=old)
    await agreed.presses(SEND, asked)
    sent = await agreed.waits_for("The doctors have your photo now")
    left = [one for one in (await anna.state())["messages"] if one["from"] == "bot"]
    assert [bool(one["media"]) for one in left] == [True, True, False]
    await agreed.presses("Take it back", sent)
    await agreed.waits_for("Taken back")
    assert [one["text"] for one in (await anna.state())["messages"]] == ["hello"]


async def test_what_a_process_showed_before_it_ended_the_next_one_goes_on_with(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone, anna: Phone
) -> None:
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await agree(phone)
        await phone.sends_photo(photo())
        await phone.presses(ASK, await phone.waits_for("looks most like"))
        asked = await phone.waits_for("Shall a doctor look")
        server.faults.add("editMessageText", "500", times=100)
        await phone.presses(SEND, asked)
        for _ in range(2):
            await anna.waits_for(lambda message: bool(message["media"]))
        await anna.waits_for("Second opinion 1")
    server.faults.clear()
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await anna.waits_for(case_of(1))
        await phone.waits_for("The doctors have your photo now")
    assert len([one for one in (await anna.state())["messages"] if one["from"] == "bot"]) == 3


async def test_what_is_written_while_its_person_forgets_it_is_gone_from_the_group_too(
    agreed: Phone, anna: Phone, server: LocalServer
) -> None:
    await asks(agreed)
    case = await anna.waits_for(case_of(1))
    await anna.presses(TAKE, case)
    await anna.waits_for("has taken this")
    await agreed.says("/forget")
    sure = await agreed.waits_for("cannot be undone")
    server.faults.add("deleteMessage", "timeout", after_ms=1500)
    await agreed.presses("Yes, remove it all", sure)
    await anna.says("my own words", reply_to=case["message_id"])
    await agreed.waits_for("Removed from the doctors' group: 1")
    assert [one["text"] for one in (await anna.state())["messages"]] == ["hello"]


async def test_whoever_blocked_the_bot_is_out_of_reach_and_their_case_is_taken_away(agreed: Phone, anna: Phone) -> None:
    await asks(agreed)
    case = await anna.waits_for(case_of(1))
    await anna.presses(TAKE, case)
    await anna.waits_for("has taken this")
    await agreed.blocks()
    await anna.says("How long have you had it?", reply_to=case["message_id"])
    await anna.waits_for("can no longer be reached")
    shown = [one["text"] for one in (await anna.state())["messages"]]
    assert not [text for text in shown if text and ("Second opinion" in text or "How long" in text)]


async def test_where_the_group_is_gone_its_people_and_the_admins_are_told(
    agreed: Phone, anna: Phone, server: LocalServer
) -> None:
    async with Phone(server.url, ADMIN) as admin:
        await admin.says("/start")
        await asks(agreed)
        await anna.waits_for(case_of(1))
        bot = {"id": 1, "is_bot": True, "first_name": "Checkup", "username": "checkup_local_bot"}
        change = {
            "chat": {"id": GROUP, "type": "group", "title": "Group"},
            "from": {"id": ANNA, "is_bot": False, "first_name": "Anna"},
            "date": 1795000000,
            "old_chat_member": {"status": "member", "user": bot},
            "new_chat_member": {"status": "left", "user": bot},
        }
        server.send_update("my_chat_member", change)
        assert await agreed.waits_for("can no longer be reached")
        assert await admin.waits_for("doctors' group cannot be reached")
        for refused in ("Bad Request: chat not found", "Bad Request: TOPIC_CLOSED"):
            await agreed.presses(ASK, await _answer(agreed))
            asked = await agreed.waits_for("Shall a doctor look")
            await anna.post("faults", method="sendMessage", kind="400", times=1, description=refused)
            await agreed.presses(SEND, asked)
            assert await agreed.waits_for("nothing was sent")
            assert await admin.waits_for("doctors' group cannot be reached")


async def test_whoever_waits_for_two_days_is_told_once_and_after_two_weeks_it_is_taken_away(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone, anna: Phone
) -> None:
    async with Phone(server.url, ADMIN) as admin:
        await admin.says("hello")
        async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
            await agree(phone)
            await asks(phone)
            await anna.presses(TAKE, await anna.waits_for(case_of(1)))
            await anna.waits_for("has taken this")
        async with Store.open(settings.database_url, bot=1) as store:
            await store.opinions.is_late_still(1, since=datetime.now(UTC) - timedelta(days=2, seconds=1))
        async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
            await admin.waits_for("Second opinion 1 has waited")
        assert TAKE in buttons(await anna.waits_for("Nobody has taken this yet"))
        told = [event for event in phone.seen if "no doctor has answered you" in str(event)]
        assert len(told) == 1
        async with Store.open(settings.database_url, bot=1) as store:
            await store.opinions.spoke(1, now=datetime.now(UTC) - timedelta(days=15), person=False)
        async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
            await anna.waits_for_event(lambda event: event["kind"] == "deleted")
            await phone.says("/help")
            await phone.waits_for("For a good photo")
            async with Store.open(settings.database_url, bot=1) as store, asyncio.timeout(TIMEOUT):
                while await store.opinions.get(1) is not None:  # noqa: ASYNC110 — nothing tells
                    await asyncio.sleep(0.02)


async def test_without_reviewers_in_a_group_and_by_forged_buttons_nobody_is_asked(
    agreed: Phone, anna: Phone, server: LocalServer, settings: Settings
) -> None:
    await asks(agreed)
    case = await anna.waits_for(case_of(1))
    here = {"message_id": case["message_id"], "date": 1795000000, "chat": {"id": GROUP, "type": "group", "title": "x"}}
    own = {"message_id": 1, "date": 1795000000, "chat": {"id": 1001, "type": "private", "first_name": "R"}, "text": "x"}
    robin = {"id": 1001, "is_bot": False, "first_name": "Robin"}
    forged = [
        *[(own, data, "This is over") for data in ("rv:1:take", "rl:1:nv", "ra:1:nv:soon", "rv:2:take")],
        *[(own, data, "no longer valid") for data in ("so:9:send", "rv:1:other", "ra:1:nv:never", "rl:1:NV", "ask:0")],
        *[(own, data, "do not find the photo") for data in ("ask:1", "ask:77")],
        (here, "rv:2:take", "This is over"),
        (here, "ra:1:nv:soon", "take it first"),
        (here, "rv:1:give", "take it first"),
    ]
    for at, (message, data, said) in enumerate(forged):
        tap = {"id": str(at + 1), "from": robin, "chat_instance": "1", "message": message, "data": data}
        server.send_update("callback_query", tap)
        assert await agreed.waits_for_event(toast(said)), data
    async with Phone(server.url, 2) as eve:
        await agree(eve)
        await eve.sends_photo(photo())
        await eve.waits_for("looks most like")
        stranger = {"id": 2, "is_bot": False, "first_name": "Eve"}
        tap = {"id": "99", "from": stranger, "chat_instance": "1", "data": "so:1:back", "message": own}
        server.send_update("callback_query", tap)
        assert await eve.waits_for_event(toast("no longer valid"))
    async with Phone(server.url, 1001, -7) as elsewhere:
        await elsewhere.sends_photo(photo(), caption="@checkup_local_bot")
        assert ASK not in buttons(await elsewhere.waits_for("looks most like"))
    async with Store.open(settings.database_url, bot=1) as store:
        assert [one.state for one in await store.opinions.in_group(GROUP)] == ["waits"]


async def test_in_arabic_a_file_goes_without_its_name_and_the_answer_is_in_the_person_s_language(
    checkup: Checkup, server: LocalServer, anna: Phone
) -> None:
    async with Phone(server.url, 77, language="ar") as person:
        await person.says("/start")
        await person.presses("consent:77:6", await person.waits_for(lambda one: bool(one["buttons"])))
        await person.waits_for("شكر")
        await person.sends_photo(photo(kind="PNG"), kind="document", name="my-name.png", mime="image/png")
        answer = await person.waits_for("أكثر ما يشبهه هذا")
        await person.presses("اسأل طبيبًا", answer)
        await person.presses("so:1:send", await person.waits_for("هل تريد أن ينظر طبيب"))
        await person.waits_for("صورتك الآن عند الأطباء")
        case = await anna.waits_for(case_of(1))
        assert "Speaks: العربية" in case["text"]
        media = [one["media"] for one in (await anna.state())["messages"] if one["media"]]
        assert [one["kind"] for one in media] == ["photo", "photo"]
        assert "my-name" not in json.dumps(media)
        await anna.presses(TAKE, case)
        await anna.presses("Choose an answer", await anna.waits_for("has taken this"))
        await anna.presses("Melanoma", await anna.waits_for(lambda message: "Melanoma" in buttons(message)))
        await anna.presses("Within days", await anna.waits_for(lambda message: "Within days" in buttons(message)))
        said = (await person.waits_for("نظر طبيب إلى صورتك"))["text"]
        assert "يرى الطبيب أنه يشبه أكثر" in said
        assert "اعرضه سريعًا" in said
