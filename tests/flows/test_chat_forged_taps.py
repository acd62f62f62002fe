"""Taps on buttons that are old, another person's, or made up: each is told so, and nobody else hears of it."""

from __future__ import annotations

import itertools
import logging
import random
from collections.abc import Iterator
from typing import Any

import pytest
from chat import ADMIN, toast
from fake_disease import photo
from phone import Phone

from bot.app import Checkup, answering
from bot.local import LocalServer
from bot.replies.taps import Tap
from bot.settings import Settings
from classifiers.registry import Registry

NUMBERS = itertools.count(1)
ROBIN = {"id": 1001, "is_bot": False, "first_name": "Robin"}
HERE = {"id": 1001, "type": "private", "first_name": "Robin"}
TEXT = {"message_id": 10**6, "date": 1795000000, "chat": HERE, "text": "x"}
INACCESSIBLE = {"message_id": 10**6, "date": 0, "chat": HERE}
SAID_SO, GONE = "no longer valid", "not in my journal any more"


def tap(message: dict[str, Any] | None = TEXT, **fields: Any) -> dict[str, Any]:
    """Return a tap as Telegram sends it; `fields` are its data, or what it has in place of it."""
    where = {"message": message} if message else {}
    return {"id": str(next(NUMBERS)), "from": ROBIN, "chat_instance": "1", **where, **fields}


@pytest.mark.parametrize(
    ("forged", "said"),
    [
        *[(tap(data=data), SAID_SO) for data in ("", "x", ":::::::", "photo:1001", "forget:1001", "photo", "forget")],
        *[(tap(data=data), SAID_SO) for data in ("photo:1001:a:b", f"fb:{10**30}:yes", "fb:²:yes", "q:²:1:age:y")],
        *[(tap(data=data), SAID_SO) for data in ("q:1001:1:nowhere:new", "q:1001:1:age:o٣", "q:1001:ffff:nowhere:y")],
        *[(tap(INACCESSIBLE, data=data), SAID_SO) for data in ("q:1001:1:RED_FLAGS:y", "as")],
        *[(tap(None, inline_message_id="AAA", data=data), SAID_SO) for data in ("consent:1001", "forget:1001:yes")],
        *[(tap(None, data=data), SAID_SO) for data in ("consent:1001", "q:1001:1:RED_FLAGS:x", "photo:1001:skin")],
        *[(tap(data=data), SAID_SO) for data in ("follow:1", "follow:1:yes", "place:1:up", "strip:1:0", "spot:0:new")],
        *[
            (tap(data=data), SAID_SO)
            for data in ("place:1:front.nowhere", "spots:1001:-1", "same:1:yes", "spot:1:end", "coin:1:usd")
        ],
        *[(tap(None, data=data), SAID_SO) for data in ("follow:1:ask", "spots:1001:0", "spot:1:stop")],
        (tap(game_short_name="chess"), SAID_SO),
        (tap(), SAID_SO),
        *[(tap(data=data), "person who was asked") for data in ("consent:7", "photo:7:skin", "forget:7:yes")],
        (tap(data="q:7:1:RED_FLAGS:y"), "person who was asked"),
        *[(tap(message, data="fb:1:ask"), GONE) for message in (TEXT, INACCESSIBLE)],
        *[(tap(data=data), "no longer offer") for data in ("photo:1001:nowhere",)],
        (tap(data="spots:7:0"), "person who was asked"),
        *[(tap(message, data="follow:1:agree"), "do not find the photo") for message in (TEXT, INACCESSIBLE)],
        *[(tap(message, data="place:1:front.chest"), "do not find the photo") for message in (TEXT, INACCESSIBLE)],
        *[(tap(message, data="same:1:1:yes"), "no such spot") for message in (TEXT, INACCESSIBLE)],
        *[(tap(message, data="coin:1:EZ-1"), "do not find the photo") for message in (TEXT, INACCESSIBLE)],
        *[(tap(message, data="spot:1:stop"), "no such spot") for message in (TEXT, INACCESSIBLE)],
        *[(tap(message, data="strip:1:0:turn"), "no such spot") for message in (TEXT, INACCESSIBLE)],
        (tap(data="as:nowhere"), "do not find the photo"),
        (tap(INACCESSIBLE, data="as:skin"), "do not find the photo"),
        (tap(data=f"fb:{2**63 - 1}:yes"), GONE),
    ],
)
async def test_a_tap_that_means_nothing_is_answered_and_alarms_nobody(
    agreed: Phone, server: LocalServer, forged: dict[str, Any], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Phone(server.url, ADMIN) as admin:
        server.send_update("callback_query", forged)
        assert await agreed.waits_for_event(toast(said))
        await agreed.says("/help")
        await agreed.waits_for("For a good photo")
        assert not [event for event in admin.seen if event["kind"] != "profile"]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_agreeing_below_a_message_that_telegram_no_longer_shows_still_counts(
    server: LocalServer, settings: Settings, fake_registry: Registry, phone: Phone
) -> None:
    async with answering(settings, api=server.url, token="1:local", registry=fake_registry):
        await phone.says("/start")
        await phone.waits_for("18 or over")
        server.send_update("callback_query", tap(INACCESSIBLE, data="consent:1001:6"))
        assert await phone.waits_for("Thank you")


async def test_a_choice_below_an_answer_that_telegram_no_longer_shows_cannot_be_put(
    agreed: Phone, server: LocalServer
) -> None:
    await agreed.sends_photo(photo())
    answer = await agreed.waits_for(lambda message: bool(message["media"]) and "fb:" in str(message["buttons"]))
    (data,) = [one["data"] for row in answer["buttons"] for one in row if str(one.get("data")).startswith("fb:")]
    server.send_update("callback_query", tap(INACCESSIBLE, data=data))
    assert await agreed.waits_for_event(toast(SAID_SO))


async def test_a_server_that_was_not_asked_for_faults_makes_no_updates_up(
    checkup: Checkup, server: LocalServer
) -> None:
    quiet = LocalServer(folder=server._folder / "other")
    with pytest.raises(RuntimeError, match="inject_faults"):
        quiet.send_update("message", {})


def garbled(rng: random.Random, data: str) -> str:
    """Return a button's data with something cut out, doubled, put in or exchanged."""
    pieces = data.split(":")
    at = rng.randrange(len(pieces))
    match rng.randrange(5):
        case 0:
            del pieces[at]
        case 1:
            pieces.insert(at, rng.choice(pieces))
        case 2:
            pieces[at] = rng.choice(["", "-1", "0", "٧", "²", str(10**25), "1001", "skin", "\ud83d", "new", "a b", "'"])
        case 3:
            pieces[at] = pieces[at][::-1] + rng.choice("x:\n")
        case _:
            return data
    return ":".join(pieces)


def kinds_of(kind: type[Tap]) -> Iterator[type[Tap]]:
    """Yield every kind of button there is."""
    for one in kind.__subclasses__():
        yield one
        yield from kinds_of(one)


async def test_hundreds_of_garbled_taps_are_each_answered_and_alarm_nobody(
    agreed: Phone, server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    rng, whole = (
        random.Random(7),  # noqa: S311
        ["consent:1001", "photo:1001:skin", "as:skin", "forget:1001:no", "lang:1001:es", "fb:1:ask", "fb:1:no"],
    )
    whole += ["ask:1", "so:1:send", "rv:1:take", "rl:1:nv", "ra:1:nv:soon", "rs:1:in", "rs:1:alone", "report:make"]
    whole += ["follow:1:ask", "place:1:front.chest", "spots:1001:0", "strip:1:0:open", "spot:1:new", "same:1:1:yes"]
    whole += ["coin:1:EU-1", "field:1:20", "guide:skin", "look:skin", "df:1", "sy:1:ask", "sy:1:+bleeding", "sy:1:done"]
    whole += ["set:1001:zone", "setlang:1001:de", "clock:1001:60", "zone:1001:Europe/Paris", "zone:1001:none"]
    whole += ["askrem:1", "remind:1001:0:3", "remind:1001:1:0", "again:1001:1795000000:later", "again:1001:1:stop"]
    whole += [
        f"q:1001:ff:{at}:{act}" for at in ("RED_FLAGS", "SUMMARY", "age", "skin") for act in ("y", "o1", "new", "go")
    ]
    assert {data.partition(":")[0] for data in whole} == {kind.kind for kind in kinds_of(Tap)}
    messages = [TEXT, INACCESSIBLE, None]
    taps = [tap(rng.choice(messages), data=garbled(rng, rng.choice(whole))) for _ in range(400)]
    async with Phone(server.url, ADMIN) as admin:
        for one in taps:
            server.send_update("callback_query", one)
        for one in taps:
            await agreed.waits_for_event(lambda event, wanted=one["id"]: event.get("callback_query_id") == wanted)
        assert not [event for event in admin.seen if event["kind"] != "profile"]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
