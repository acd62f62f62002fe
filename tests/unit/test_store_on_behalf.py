"""What is written about a person is for an update of theirs: where /forget has removed that, nothing is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import journal
import pytest
from databases import FreshDatabase
from phone import TIMEOUT
from sqlalchemy import Connection, select

from bot.store import Answered, SecondOpinion, SeenPhoto, ShownFinding, SpotPhoto, Store, UpdateForgotten
from bot.store.reminders import ReminderWish
from bot.store.schema import metadata

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOT, PHOTO = 1, 7
PICTURE = SpotPhoto(
    taken=NOW,
    file="f",
    identity="i",
    entry=None,
    model="1",
    outcome="sure",
    label="nv",
    care="soon",
    alarm=False,
    probabilities={},
)
WISH = ReminderWish(chat=1, language="en", months=2, chosen=NOW, due=NOW)
ASKED = SecondOpinion(person="ada", entry=1, chat=1, message=1, language="en", files=())
WRITES: dict[str, Callable[[Store], Awaitable[object]]] = {
    "finding": lambda store: store.journal.write(journal.ENTRY, source="1:7"),
    "several photos": lambda store: store.together.write(
        journal.ENTRY, source="1:7+", parts=[], before=None, content={}
    ),
    "consent": lambda store: store.people.give_consent("ada", version="6", now=NOW),
    "agreement": lambda store: store.agreements.agree("ada", "spots", version="1", now=NOW),
    "choice": lambda store: store.people.set_choice("ada", "language", "es"),
    "form": lambda store: store.people.save_conversation("ada", -5, {"question": 1}, now=NOW),
    "album": lambda store: store.photos.note_album("album", person="ada", now=NOW),
    "spot": lambda store: store.spots.follow(PICTURE, person="ada", chat=1, disease="skin", place="", now=NOW),
    "photo of a spot": lambda store: store.spots.add(PICTURE, spot=1, person="ada"),
    "reminder": lambda store: store.reminders.choose(WISH, person="ada"),
    "opinion": lambda store: store.opinions.draft(ASKED, now=NOW),
}


@pytest.fixture
async def store(database: FreshDatabase) -> AsyncIterator[Store]:
    """A store in which a photo of Ada's is in hand."""
    async with database.open(bot=BOT) as opened:
        await opened.updates.add(PHOTO, chat=-5, person="ada", content="{}", now=NOW)
        opened.write_on_behalf_of(PHOTO)
        yield opened


def of_ada(connection: Connection) -> set[str]:
    """Return the names of the tables with rows about Ada."""
    tables = [table for table in metadata.sorted_tables if "person" in table.c]
    return {one.name for one in tables if connection.execute(select(one).where(one.c.person == "ada")).all()}


async def test_for_an_update_that_is_forgotten_nothing_is_written(database: FreshDatabase, store: Store) -> None:
    await store.people.forget("ada")
    for write in WRITES.values():
        with pytest.raises(UpdateForgotten):
            await write(store)
    shown = ShownFinding(entry=1, chat=-5, message=8, album="album")
    photos = {PHOTO: SeenPhoto(chat=-5, message=7, file="f", asked="")}
    await store.answered.mark(Answered(photos=photos, person="ada", time=NOW, shown=shown))
    assert await database.run(of_ada) == set()


async def test_for_an_update_that_is_there_all_of_it_is_written(database: FreshDatabase, store: Store) -> None:
    for write in WRITES.values():
        await write(store)
    await store.updates.done(PHOTO)  # it is answered, and something more is said
    await store.journal.write(replace(journal.ENTRY, label="mel", symptoms=("itching",)), source="1:7")
    found = [entry async for entry in store.journal.entries()]
    assert [(entry.label, entry.symptoms, entry.photos) for entry in found][:1] == [("mel", ("itching",), None)]
    assert len(found) == 2
    named = {table.name for table in metadata.sorted_tables if "person" in table.c} - {"opinion_messages"}
    assert await database.run(of_ada) == named


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_whoever_forgets_waits_for_what_another_replica_is_writing(database: FreshDatabase, store: Store) -> None:
    other = await asyncpg.connect(database.url)
    await other.execute(f"BEGIN; SELECT FROM inbox WHERE update_id = {PHOTO} FOR KEY SHARE")
    forgetting = asyncio.create_task(store.people.forget("ada"))
    await waits_for_a_lock(database)
    await other.execute("INSERT INTO choices (person, key, value) VALUES ('ada', 'language', 'es'); COMMIT")
    await other.close()
    assert (await forgetting).choices == 1
    assert await database.run(of_ada) == set()


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
@pytest.mark.parametrize("what", ["finding", "choice"])
async def test_whoever_writes_waits_for_another_replica_that_is_forgetting(
    database: FreshDatabase, store: Store, what: str
) -> None:
    other = await asyncpg.connect(database.url)
    await other.execute("BEGIN; DELETE FROM inbox")
    writing = asyncio.ensure_future(WRITES[what](store))
    await waits_for_a_lock(database)
    await other.execute("COMMIT")
    await other.close()
    with pytest.raises(UpdateForgotten):
        await writing
    assert await database.run(of_ada) == set()


async def waits_for_a_lock(database: FreshDatabase) -> None:
    """Wait until somebody waits for a lock in this database."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    watching = await asyncpg.connect(database.url)
    async with asyncio.timeout(TIMEOUT):
        while not await watching.fetchval(waiting):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await watching.close()
