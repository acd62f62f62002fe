"""What was received is answered, however often the process is killed meanwhile; and it can be told to stop."""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from chat import ADMIN, AGREE
from fake_disease import photo
from phone import Message, Phone
from processes import ROOT, BotProcess, all_met, attempts, consented, on_disk, states, until

from bot.local import LocalServer
from bot.retry import UPDATE
from bot.settings import Settings
from bot.updates.suspects import MOST_DEATHS

TOKEN = "1:local"


def is_answer(message: Message) -> bool:
    """Return whether the bot sends a photo back: whatever the shipped model says of it."""
    return bool(message["media"])


def answered(phone: Phone) -> Counter[int]:
    """Return how often each of the person's messages was answered with a picture."""
    said = [event["message"] for event in phone.seen if event["kind"] == "message"]
    return Counter(message["reply_to"] for message in said if message["from"] == "bot" and is_answer(message))


@pytest.fixture
def process(tmp_path: Path, server: LocalServer) -> Any:
    """Return what starts `checkup run`."""

    def start(**settings: str) -> BotProcess:
        return BotProcess(tmp_path, "run", CHECKUP_TOKEN=TOKEN, CHECKUP_API=server.url, **settings)

    return start


async def test_after_a_kill_every_photo_of_everybody_is_answered_once_and_before_new_ones_are_fetched(
    server: LocalServer, process: Any, settings: Settings
) -> None:
    people = (1, 2, 3)
    await consented(settings.database_url, *people)
    sent: dict[int, list[int]] = {}
    async with contextlib.AsyncExitStack() as stack:
        phones = {person: await stack.enter_async_context(Phone(server.url, person)) for person in people}
        server.faults.add("sendPhoto", "timeout", times=len(people))
        for person, phone in phones.items():
            sent[person] = [(await phone.sends_photo(photo(640, 480 + n)))[0]["message_id"] for n in range(2)]
        async with process() as first:
            await until(lambda: all_met(server), "for three answers on their way")
            await first.killed()
        server.faults.add("getUpdates", "502", times=1000)
        async with process() as second:
            for phone in phones.values():
                for _ in range(2):
                    await phone.waits_for(is_answer)
            server.faults.clear()
            (more,) = await phones[1].sends_photo(photo())
            await phones[1].waits_for(is_answer)
            assert await second.stopped() == 0
        sent[1].append(more["message_id"])
        for person, phone in phones.items():
            assert answered(phone) == Counter(sent[person])


async def test_only_an_answer_that_was_sent_and_not_yet_marked_comes_twice(
    server: LocalServer, process: Any, settings: Settings, phone: Phone, tmp_path: Path
) -> None:
    await consented(settings.database_url, 1001)
    (first,) = await phone.sends_photo(photo())
    async with process() as running:
        await phone.waits_for(is_answer)
        await until(lambda: states(tmp_path) == ["done"])
        server.faults.add("sendPhoto", "reply_lost", after_ms=30_000)
        (second,) = await phone.sends_photo(photo())
        await phone.waits_for(is_answer)
        await running.killed()
    async with process():
        await phone.waits_for(is_answer)
        await until(lambda: states(tmp_path) == ["done", "done"])
    assert answered(phone) == {first["message_id"]: 1, second["message_id"]: 2}


async def test_a_photo_from_before_consent_outlives_a_kill_and_is_answered_right_after_it(
    process: Any, phone: Phone, tmp_path: Path
) -> None:
    (sent,) = await phone.sends_photo(photo())
    async with process() as first:
        question = await phone.waits_for("I have your photo")
        await until(lambda: states(tmp_path) == ["held"])
        await first.killed()
    async with process() as second:
        await phone.presses(AGREE, question)
        await phone.waits_for("I am looking at your photo now")
        assert (await phone.waits_for(is_answer))["reply_to"] == sent["message_id"]
        assert await second.stopped() == 0
    assert states(tmp_path) == ["done", "done"]


async def test_told_to_stop_it_goes_at_once_leaves_nothing_undone_and_nothing_of_people_behind(
    server: LocalServer, process: Any, settings: Settings, phone: Phone, tmp_path: Path
) -> None:
    await consented(settings.database_url, 1001)
    (first,) = await phone.sends_photo(photo(), caption="my very own words")
    async with process() as running:
        await phone.waits_for(is_answer)
        server.faults.add("sendPhoto", "timeout")  # for longer than anybody would wait for the process to end
        second, third = [(await phone.sends_photo(photo()))[0] for _ in range(2)]
        await until(lambda: all_met(server))
        assert await running.stopped() == 0
        is_clean(running.output())
    assert states(tmp_path) == ["done", "waiting", "waiting"]
    assert attempts(tmp_path) == [0, 0, 0]  # being cut short is not the photo's failure
    async with process() as running:
        for _ in range(2):
            await phone.waits_for(is_answer)
        assert await running.stopped() == 0
        is_clean(running.output())
    assert answered(phone) == Counter(message["message_id"] for message in (first, second, third))
    left = on_disk(tmp_path)
    assert b"skin" in left  # the journal
    for mine in (b"Robin", b"my very own words", b"file_id", b"first_name"):
        assert mine not in left


async def test_a_server_that_is_away_at_the_start_is_waited_for_until_told_to_stop(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    async with BotProcess(tmp_path, "run", CHECKUP_TOKEN=TOKEN, CHECKUP_API=nowhere) as running:
        await until(lambda: "does not answer, trying again" in running.output())
        assert await running.stopped() == 0
        is_clean(running.output())


async def test_on_the_worst_of_days_the_log_has_lines_without_the_token_and_nobodys_words(
    server: LocalServer, process: Any, settings: Settings, phone: Phone
) -> None:
    await consented(settings.database_url, 1001)
    for method, kind in (("getUpdates", "502"), ("getUpdates", "409"), ("getFile", "drop"), ("sendPhoto", "502")):
        server.faults.add(method, kind)
    server.faults.add("getMe", "429")
    server.faults.add("sendPhoto", "timeout", after_ms=10)
    await phone.sends_photo(photo(), caption="my very own words")
    async with process() as running:
        await phone.waits_for(is_answer)
        await until(lambda: "another program asks for this bot's updates" in running.output())
        assert await running.stopped() == 0
        assert "Bad Gateway" in running.output()
        is_clean(running.output())


async def test_a_photo_that_kills_the_process_is_set_aside_in_the_end_and_takes_nobody_with_it(
    server: LocalServer, settings: Settings, tmp_path: Path
) -> None:
    await consented(settings.database_url, 1, 2)
    poisoned = (str(ROOT / "tests" / "poisoned_bot.py"),)

    def start() -> BotProcess:
        here = {"CHECKUP_TOKEN": TOKEN, "CHECKUP_API": server.url, "CHECKUP_ADMINS": str(ADMIN)}
        return BotProcess(tmp_path, program=poisoned, **here)

    async with Phone(server.url, 1) as anna, Phone(server.url, 2) as ben, Phone(server.url, ADMIN) as admin:
        await ben.sends_photo(photo(light=30))
        await anna.sends_photo(photo())
        await ben.says("/help")
        await admin.says("/help")
        for _ in range(MOST_DEATHS + (UPDATE.attempts or 0)):
            async with start() as running:
                assert await running.ended() == 70
        async with start():
            await ben.waits_for("tried several times")
            await admin.waits_for("set aside after several tries")
            await anna.waits_for("looks most like")
            await ben.waits_for("For a good photo")
            await until(lambda: sorted(states(tmp_path)) == ["done", "done", "done", "set_aside"])
        assert sum(answered(anna).values()) == 1


def is_clean(output: str) -> None:
    """Assert that nothing stands there that must not, and nothing that only looks alarming."""
    for bad in (TOKEN, "Traceback", "Warning", "never awaited", "was destroyed", "my very own words", "Robin"):
        assert bad not in output, output
    for line in io.StringIO(output):
        assert line.startswith("20"), f"not a line of the log: {line}"
