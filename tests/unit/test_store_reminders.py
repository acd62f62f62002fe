"""Reminders are claimed by one process, kept for one person, and gone with the spot."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bot.store import Store
from bot.store.records import SpotPhoto
from bot.store.reminders import LEASE, ReminderWish

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


async def follows(store: Store, person: str, *, name: str) -> int:
    """Let a person follow a spot with one photo, and return its id."""
    photo = SpotPhoto(
        taken=NOW - 30 * DAY,
        file=name,
        identity=name,
        entry=None,
        model="1",
        outcome="sure",
        label="nv",
        care="routine",
        alarm=False,
        probabilities={"nv": 1.0},
    )
    spot = await store.spots.follow(photo, person=person, chat=1, disease="skin", place="", now=NOW)
    assert spot is not None
    return spot


def wish(*, due: datetime = NOW, months: int = 2) -> ReminderWish:
    return ReminderWish(chat=1, language="en", months=months, chosen=NOW - 30 * DAY, due=due)


async def test_what_is_due_is_claimed_once_however_many_try_and_comes_again_after_a_death(store: Store) -> None:
    mine, other = await follows(store, "ada", name="a"), await follows(store, "ada", name="b")
    assert await store.reminders.choose(wish(), person="ada") == 2
    assert [one.spot for one in await store.reminders.due(NOW)] == [mine, other]
    assert await store.reminders.due(NOW - DAY) == []
    claims = await asyncio.gather(*(store.reminders.claim("ada", [mine, other], NOW, apart=WEEK) for _ in range(4)))
    assert sorted(claims) == [[], [], [], [mine, other]]
    assert await store.reminders.due(NOW) == []
    later = NOW + LEASE + timedelta(seconds=1)
    assert len(await store.reminders.due(later)) == 2
    assert await store.reminders.claim("ada", [mine, other], later, apart=WEEK) == [mine, other]
    await store.reminders.sent({mine: later + 60 * DAY, other: later + 60 * DAY}, later)
    assert await store.reminders.due(later + 59 * DAY) == []
    assert [one.spot for one in await store.reminders.sent_at("ada", later)] == [mine, other]
    assert await store.reminders.sent_at("bob", later) == []


async def test_nobody_is_claimed_twice_within_a_week_even_for_another_spot(store: Store) -> None:
    first, second = await follows(store, "ada", name="a"), await follows(store, "ada", name="b")
    await store.reminders.choose(wish(), person="ada", spot=first)
    assert await store.reminders.claim("ada", [first], NOW, apart=WEEK) == [first]
    await store.reminders.sent({first: NOW + 60 * DAY}, NOW)
    await store.reminders.choose(wish(due=NOW + DAY), person="ada", spot=second)
    assert await store.reminders.claim("ada", [second], NOW + 2 * DAY, apart=WEEK) == []
    await store.reminders.end("ada", spot=first)
    await store.expire(now=NOW + 2 * DAY)
    assert await store.reminders.claim("ada", [second], NOW + 3 * DAY, apart=WEEK) == []
    assert await store.reminders.claim("ada", [second], NOW + 8 * DAY, apart=WEEK) == [second]
    await store.expire(now=NOW + 9 * DAY)
    assert [one.spot for one in await store.reminders.of("ada")] == [second]


async def test_only_a_spot_of_one_s_own_can_be_reminded_of_and_its_reminder_goes_with_it(store: Store) -> None:
    mine, bobs = await follows(store, "ada", name="a"), await follows(store, "bob", name="b")
    assert await store.reminders.choose(wish(), person="ada", spot=bobs) == 0
    assert await store.reminders.choose(wish(), person="ada", spot=mine) == 1
    assert await store.reminders.choose(wish(months=3), person="bob") == 1
    assert [(one.spot, one.months) for one in await store.reminders.of("bob")] == [(bobs, 3)]
    await store.spots.stop(mine, "ada")
    assert await store.reminders.of("ada") == []
    await store.people.forget("bob")
    assert await store.reminders.due(NOW) == []
